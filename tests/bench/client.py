"""Many families at once, as cheaply as they can be had: one process, no thread, bytes made before.

It shares the machine with the server that is measured, so what it takes is missing there.
"""

import re
import select
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

# What one family sends, one after the other: each when the one before is answered.
Talk = Sequence[bytes]

PATIENCE = 20.0  # seconds without any answer, after which none is waited for
ROOM = 2**16
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_CLOSES = re.compile(rb"(?i)\r\nconnection: *close")


class NoAnswer(Exception):
    """The server hung up in the middle of an answer, or gave none."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How long it took, and how many answers there were of each status."""

    seconds: float
    statuses: Counter[int]


def converse(port: int, talks: Sequence[Talk], at_once: int) -> Heard:
    """Hold all these talks with the server on this machine, so many at once."""
    waiting = iter(talks)
    began = time.perf_counter()
    with select.epoll() as bell, closing(_Phones(("127.0.0.1", port), bell)) as phones:
        for _ in range(at_once):
            phones.take_up(next(waiting, ()))
        while phones.busy:
            for phone in phones.rung():
                if phone.listen():
                    phones.go_on(phone, waiting)
    return Heard(time.perf_counter() - began, phones.statuses)


@dataclass(slots=True)
class _Phone:
    """One connection, which stays for the next family where the server lets it."""

    line: socket.socket
    left: list[bytes]
    answer: bytes = b""

    def say_next(self) -> None:
        self.answer = b""
        self.line.sendall(self.left.pop())

    def listen(self) -> bool:
        """Whether all of the answer is here."""
        came = self.line.recv(ROOM)
        if not came:
            raise NoAnswer
        self.answer += came
        head, _, body = self.answer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        return length is not None and len(body) >= int(length[1])

    @property
    def status(self) -> int:
        return int(self.answer[9:12])

    @property
    def closes(self) -> bool:
        return _CLOSES.search(self.answer.partition(b"\r\n\r\n")[0]) is not None


@dataclass(slots=True)
class _Phones:
    """All phones in use, by the number of their line."""

    address: tuple[str, int]
    bell: select.epoll
    busy: dict[int, _Phone] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)

    def take_up(self, talk: Talk) -> None:
        """Begin a talk on a new line, unless there is nothing to say."""
        if not talk:
            return
        line = socket.create_connection(self.address)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        phone = self.busy[line.fileno()] = _Phone(line, [*reversed(talk)])
        self.bell.register(line, select.EPOLLIN)
        phone.say_next()

    def rung(self) -> list[_Phone]:
        """Those on which something came."""
        rung = self.bell.poll(PATIENCE)
        if not rung:
            raise NoAnswer
        return [self.busy[number] for number, _ in rung]

    def go_on(self, phone: _Phone, waiting: Iterator[Talk]) -> None:
        """Note the answer, and say what is left, or what the next family has to say."""
        self.statuses[phone.status] += 1
        left = phone.left or [*reversed(next(waiting, ()))]
        if left and not phone.closes:
            phone.left = left
            phone.say_next()
            return
        del self.busy[phone.line.fileno()]
        phone.line.close()
        self.take_up(left[::-1])

    def close(self) -> None:
        for phone in self.busy.values():
            phone.line.close()

"""What families wait for, through the web server of production: pages, ballots, whole surveys.

What is compared is measured in turns of a fraction of a second, so that a machine that grows slower
or faster does so for both; the ratio is the middle one of all turns.
"""

import os
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection

from feedback.models import Ballot
from surveys import inviting
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.bench import invented, phone, sizes
from tests.bench.client import Heard, Talk, converse
from tests.bench.lines import Line, at_least, at_least_a_second, timed, yes
from tests.bench.server import Server, serving
from tests.feedback.families import asked_today, the_core

AT_ONCE = 16
TURNS, IN_A_TURN = 48, 80  # many short ones, because others may use this machine too
SURVEYS, TIMES = 1_000, 3
AGE = "12-17"
LONG = 120.0  # seconds after which the client has failed

# What a phone's browser says with every request, about.
HEAD = (
    "Host: 127.0.0.1\r\n"
    "User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Mobile Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-GB,en;q=0.9\r\n"
)


def figures(keyring: Keyring) -> Iterator[Line]:
    """Needs a database of its own; what is in it is lost."""
    call_command("flush", interactive=False, verbosity=0)
    box = asked_today(keyring=keyring, version=the_core(), simulated=True)
    # Not forked: a copy of this process would be as large, and hold its connections.
    apart = get_context("spawn")
    with serving(_address()) as server, ProcessPoolExecutor(1, mp_context=apart) as client:
        bench = Bench(server, client, box)
        yield from pages(bench)
        yield from casting(bench)
        yield from whole_surveys(bench)
        yield yes("every ballot that was sent is there", so=Ballot.objects.count() == bench.sent)
        yield from sizes.figures(server, box)
        yield from phone.figures(server, box)


@dataclass(slots=True)
class Bench:
    """The server, a client beside it, and families who answer with a code of their own each."""

    server: Server
    client: Executor
    box: Participation
    chance: Random = field(default_factory=lambda: Random(3))
    sent: int = 0

    def take_turns(self, number: int, **kinds: Callable[[], Sequence[Talk]]) -> dict[str, "Turns"]:
        """So many turns of each kind of talk, one after the other; one more of each to warm up."""
        turns = {name: Turns() for name in kinds}
        with timed(f"{number} turns of each: {', '.join(kinds)}"):
            for _ in range(number + 1):
                for name, talks in kinds.items():
                    self._measure(talks(), turns[name])
        return turns

    def codes(self, number: int) -> list[str]:
        return inviting.make_codes(participation=self.box, count=number, age_version=AGE)

    def form(self) -> bytes:
        survey = self.box.version.definition
        given = invented.given(survey, AGE, chance=self.chance, words=self.chance.random() < 0.1)
        self.sent += 1
        return urlencode({**given.answers, **given.words}, doseq=True).encode()

    def _measure(self, talks: Sequence[Talk], turns: "Turns") -> None:
        before = self.server.cpu()
        heard: Heard = self.client.submit(converse, self.server.port, talks, AT_ONCE).result(LONG)
        assert heard.statuses == Counter({200: sum(map(len, talks))}), heard.statuses
        turns.add(len(talks), heard.seconds, self.server.cpu() - before)


@dataclass(slots=True)
class Turns:
    """What one kind of talk came to, turn by turn, but for the first."""

    number: int = 0
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, talks: int, seconds: float, cpu: float) -> None:
        self.number += 1
        if self.number > 1:
            self.rates.append(talks / seconds)
            self.cpu.append(cpu / talks)

    def to(self, theirs: "Turns") -> float:
        both = zip(self.rates, theirs.rates, strict=True)
        return statistics.median(ours / their for ours, their in both)

    def cost(self, what: str) -> Line:
        milliseconds = statistics.mean(self.cpu) * 1000
        return Line(f"{what}: processor time of the server", f"{milliseconds:.2f} ms")

    @property
    def a_second(self) -> str:
        return f"{statistics.median(self.rates):,.0f} a second"


def pages(bench: Bench) -> Iterator[Line]:
    codes = bench.codes(IN_A_TURN)
    turns = bench.take_turns(
        TURNS,
        empty=lambda: [[get("/s/bench/empty")]] * IN_A_TURN * 4,
        alone=lambda: [[get(f"/s/bench/page/{codes[0]}")]] * IN_A_TURN * 4,
        page=lambda: [[get(f"/s/{code}")] for code in codes],
    )
    empty, alone, page = turns["empty"], turns["alone"], turns["page"]
    yield Line("an empty Django view", empty.a_second)
    yield Line("survey pages, with the check of the code", page.a_second)
    yield at_least(0.25, "survey pages, to the empty view", page.to(empty))
    yield at_least(0.85, "the page alone, to it", alone.to(empty))
    yield empty.cost("an empty view")
    yield page.cost("a survey page")


def casting(bench: Bench) -> Iterator[Line]:
    address = f"/s/bench/insert/{bench.box.pk}"
    turns = bench.take_turns(
        TURNS,
        insert=lambda: [[post(address, bench.form())] for _ in range(IN_A_TURN)],
        cast=lambda: [[post(f"/s/{code}", bench.form())] for code in bench.codes(IN_A_TURN)],
    )
    insert, cast = turns["insert"], turns["cast"]
    yield Line("a form parsed and as many bytes inserted", insert.a_second)
    yield Line("ballots cast through the web server", cast.a_second)
    yield at_least(0.6, "casting, to the plain INSERT", cast.to(insert))


def whole_surveys(bench: Bench) -> Iterator[Line]:
    def families() -> list[Talk]:
        return [
            [get(f"/s/{code}"), post(f"/s/{code}", bench.form())] for code in bench.codes(SURVEYS)
        ]

    surveys = bench.take_turns(TIMES, survey=families)["survey"]
    what = f"complete surveys (page and ballot), {AT_ONCE} at once"
    yield at_least_a_second(200, what, statistics.median(surveys.rates))
    yield surveys.cost("a complete survey")


def get(address: str) -> bytes:
    return f"GET {address} HTTP/1.1\r\n{HEAD}\r\n".encode()


def post(address: str, form: bytes) -> bytes:
    head = (
        f"POST {address} HTTP/1.1\r\n{HEAD}Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\n\r\n"
    )
    return head.encode() + form


def _address() -> str:
    """Of the database that is measured on, which is not the one that the settings name."""
    server = os.environ["HEARD_DATABASE_URL"].rpartition("/")[0]
    return f"{server}/{connection.settings_dict['NAME']}"

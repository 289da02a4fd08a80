"""A stand-in for GOV.UK Notify: a real HTTP server that speaks its API, and fails as it is told.

Like the real one it takes a message twice if it is sent twice, keeps what it took through a crash
(a journal, a line for each), and is asked by reference. As a process of its own:

    python -m tests.surveys.notify_stand_in PORT JOURNAL FAILING SLOW SEED
"""

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

KEY = f"tests-{uuid4()}-{uuid4()}"

# What it may do with a message.
WELL = "well"  # take it, and say so
REFUSE = "refuse"  # 500, and it took nothing
TAKE_AND_FAIL = "take and fail"  # 500, and it took it
TAKE_AND_DROP = "take and drop"  # no answer, and it took it
DROP = "drop"  # no answer, and it took nothing
TOO_MANY = "too many"  # 429
BAD_ADDRESS = "bad address"  # 400, a number that does not exist
BAD_KEY = "bad key"  # 403
LATE = "late"  # it took it, and answers when nobody waits any more


@dataclass(frozen=True, slots=True)
class Took:
    """One message that it took."""

    way: str
    to: str
    reference: str
    message: str


@dataclass(slots=True)
class Book:
    """What it took, and keeps."""

    journal: Path | None = None
    took: list[Took] = field(default_factory=list)
    status: dict[str, str] = field(default_factory=dict)
    by_reference: defaultdict[str, list[Took]] = field(default_factory=lambda: defaultdict(list))
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        for took in taken(self.journal) if self.journal else ():
            self.took.append(took)
            self.by_reference[took.reference].append(took)

    def take(self, took: Took) -> None:
        with self.lock:
            if self.journal:
                with self.journal.open("a") as file:
                    line = [took.way, took.to, took.reference, took.message]
                    file.write(json.dumps(line) + "\n")
            self.took.append(took)
            self.by_reference[took.reference].append(took)


def taken(journal: Path) -> list[Took]:
    """What is in a journal; a last line that a kill cut off is not."""
    if not journal.exists():
        return []
    return [Took(*json.loads(line)) for line in journal.read_text().split("\n")[:-1]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: with Nagle's algorithm the second waits 40 ms for the client's
    # delayed acknowledgement of the first.
    disable_nagle_algorithm = True
    book: Book
    plan: Callable[[Took], str]
    slow: Callable[[], float]
    patience: float

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        told = json.loads(self.rfile.read(length))
        text = self.path.endswith("/sms")
        to = told["phone_number" if text else "email_address"]
        message = told["personalisation"]["message"]
        took = Took("text" if text else "email", to, told.get("reference", ""), message)
        what = type(self).plan(took)
        time.sleep(type(self).slow())
        if what in {WELL, TAKE_AND_FAIL, TAKE_AND_DROP, LATE}:
            self.book.take(took)
        if what == LATE:
            time.sleep(self.patience)
        self._answer_as(what, took)

    def _answer_as(self, what: str, took: Took) -> None:
        match what:
            case "well" | "late":
                self._say(201, {"id": str(uuid4()), "reference": took.reference})
            case "take and drop" | "drop":
                self.close_connection = True
                self.connection.close()
            case "too many":
                self._fail(429, "RateLimitError", "Exceeded rate limit", {"Retry-After": "1"})
            case "bad address":
                self._fail(400, "ValidationError", "phone_number Not a UK mobile number")
            case "bad key":
                self._fail(403, "AuthError", "Invalid token: API key not found")
            case _:
                self._fail(500, "Exception", "Internal server error")

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query).get("reference", [""])[0]
        found = [
            {"reference": each.reference, "status": self.book.status.get(asked, "sending")}
            for each in self.book.by_reference[asked]
        ]
        self._say(200, {"notifications": found, "links": {}})

    def _fail(
        self, status: int, error: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        told = {"status_code": status, "errors": [{"error": error, "message": message}]}
        self._say(status, told, headers)

    def _say(self, status: int, told: Any, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(told).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked has gone

    def log_message(self, *_: Any) -> None:
        """Nothing: what it is sent has addresses in it."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A client that was killed is no error of the server's."""


def a_server(
    port: int,
    book: Book,
    *,
    plan: Callable[[Took], str] = lambda _: WELL,
    slow: Callable[[], float] = lambda: 0,
    patience: float = 0,
) -> Server:
    handler = type(
        "Told",
        (Handler,),
        {
            "book": book,
            "plan": staticmethod(plan),
            "slow": staticmethod(slow),
            "patience": patience,
        },
    )
    return Server(("127.0.0.1", port), handler)


@dataclass(frozen=True, slots=True)
class StandIn:
    """One that runs in a thread of the test."""

    url: str
    book: Book


@contextmanager
def a_stand_in(plan: Callable[[Took], str] = lambda _: WELL) -> Iterator[StandIn]:
    book = Book()
    server = a_server(0, book, plan=plan, patience=1.5)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield StandIn(f"http://127.0.0.1:{server.server_address[1]}", book)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def main(port: str, journal: str, failing: str, slow: str, seed: str) -> None:
    chance = random.Random(int(seed))
    # Two are rarer: "too many" holds everybody up for a second and "late" a thread for two, and as
    # often as the others they would be most of what a proof waits for.
    faults = {REFUSE: 10, TAKE_AND_FAIL: 10, TAKE_AND_DROP: 10, DROP: 10, LATE: 4, TOO_MANY: 1}

    def plan(_: Took) -> str:
        if chance.random() >= float(failing):
            return WELL
        return chance.choices(tuple(faults), tuple(faults.values()))[0]

    server = a_server(
        int(port),
        Book(Path(journal)),
        plan=plan,
        slow=lambda: chance.uniform(0, 2 * float(slow)),
        patience=4,
    )
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])

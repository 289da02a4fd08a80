"""10,000 messages through a sender that fails: to each address once, or listed as doubtful.

The sender is a process of its own that speaks GOV.UK Notify's API, fails one time in ten, is slow,
takes messages and says it did not, repeats its receipts, and is killed for a minute. The worker is
a real one, killed twice. Then the same with a mail server, which nobody can ask. And at the end of
fieldwork the whole database is dumped and searched.
"""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from authorities.roles import Role
from surveys import closing, do_not_contact, enveloping, inviting, sealing, sending
from surveys.address_lists import Family
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Dispatch, DoNotContact, Envelope, Mailing, Participation
from surveys.sending import Counts
from tests.authorities.factories import a_member
from tests.proofs.test_attacker import dump
from tests.surveys.factories import a_participation
from tests.surveys.notify_stand_in import KEY, Took, taken

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

FAMILIES = 10_000
BY_MAIL = 500
DEAD = float(os.environ.get("HEARD_PROOF_DEAD", "60"))  # seconds that the sender is away
FAILING = 0.1
SLOW = 0.02  # seconds that an answer takes, on average
SEED = int(os.environ.get("HEARD_PROOF_SEED", random.SystemRandom().randrange(10**6)))
TOKEN = "a token for callbacks"
IN_TIME = 900.0  # seconds; usually a tenth of it, but a machine may be busy


@pytest.mark.django_db(transaction=True)
def test_each_of_ten_thousand_is_sent_to_once_and_none_is_lost(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.HEARD_NOTIFY_CALLBACK_TOKEN = TOKEN
    chance = random.Random(SEED)
    journal, log, port = tmp_path / "journal", tmp_path / "worker.log", a_free_port()
    families = [*numbers(1_000), *mails(FAMILIES - 1_000)]
    box = a_box(families)
    bouncing = {family.address for family in chance.sample(families, 100)}
    mailing = a_mailing(box, ("text", "email"))
    told = Receipts(journal, bouncing, chance)

    began = time.monotonic()
    with a_notify(port, journal) as notify, a_worker(log, sender_settings(port)) as worker:
        for kill_at in (FAMILIES // 5, FAMILIES // 2):
            wait_until(partial(told.have, kill_at))
            worker.kill_and_start_again()
            if kill_at == FAMILIES // 5:
                wait_until(partial(told.have, FAMILIES // 3))
                notify.die_for(DEAD)
        wait_until(lambda: is_done(mailing))
        told.all()
        seconds = time.monotonic() - began

    sent = Counter(took.to for took in taken(journal))
    counts = sending.counts_of(mailing)
    with capsys.disabled():
        print(
            f"\n{FAMILIES} messages in {seconds:.0f} s (seed {SEED}): sent to once "
            f"{sum(1 for times in sent.values() if times == 1)}, twice or more "
            f"{sum(1 for times in sent.values() if times > 1)}, doubtful {counts.doubtful}, lost "
            f"{FAMILIES - len(sent)}; the worker killed {worker.kills} times, the sender away "
            f"{DEAD:.0f} s, {told.number} receipts",
            flush=True,
        )
    assert sent == Counter(family.address for family in families)
    assert counts == Counts(FAMILIES, 0, FAMILIES - 100, 100, 0, 0, 0, 0)
    marks = ("@example.org", "7700900", "X-Amz", "/s/")
    assert [line for line in lines_in(log) if any(mark in line for mark in marks)] == []


@pytest.mark.django_db(transaction=True)
def test_of_a_mail_server_each_is_sent_to_once_or_listed_as_doubtful(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal, log, port = tmp_path / "journal", tmp_path / "worker.log", a_free_port()
    families = mails(BY_MAIL)
    box = a_box(families)
    mailing = a_mailing(box, ("email",))

    def sent() -> Counter[str]:
        lines = journal.read_text().split("\n")[:-1] if journal.exists() else []
        return Counter(line.split(" ")[0] for line in lines)

    def have(number: int) -> bool:
        return sent().total() >= number

    told = (str(port), str(journal), "0.05", str(SEED))
    server = a_server("tests.proofs.smtp_stand_in", *told)
    with server, a_worker(log, mail_settings(port)) as worker:
        for kill_at in (BY_MAIL // 5, BY_MAIL // 2):
            wait_until(partial(have, kill_at))
            worker.kill_and_start_again()
        wait_until(lambda: is_done(mailing))

    counts = sending.counts_of(mailing)
    doubtful = addresses_in(box, state="doubtful")
    with capsys.disabled():
        print(
            f"\n{BY_MAIL} mails (seed {SEED}): sent to twice "
            f"{sum(1 for times in sent().values() if times > 1)}, doubtful {counts.doubtful}, lost "
            f"{len({each.address for each in families} - sent().keys() - doubtful)}",
            flush=True,
        )
    assert set(sent().values()) == {1}
    assert {each.address for each in families} - sent().keys() <= doubtful
    # A fault in 20 after the mail, and two kills: that is what the server itself cannot tell.
    assert 0 < counts.doubtful < BY_MAIL // 8
    assert (counts.handled, counts.failed) == (BY_MAIL - counts.doubtful, 0)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_an_address_is_left_after_fieldwork_nor_in_clear_before(
    tmp_path: Path, keyring: Keyring
) -> None:
    journal, log, port = tmp_path / "journal", tmp_path / "worker.log", a_free_port()
    families = [*numbers(20), *mails(20)]
    box = a_box(families)
    codes = codes_in(box)
    mailing = a_mailing(box, ("text", "email"))
    person = a_member(Role.NATIONAL_ADMINISTRATOR)
    do_not_contact.add(
        typed=families[0].address, authority=box.authority, why="abuse", until=None, by=person,
        today=timezone.localdate(),
    )  # fmt: skip
    # The most that could ever be told.
    told = sender_settings(port) | {"HEARD_LOG_LEVEL": "DEBUG"}
    with a_notify(port, journal), a_worker(log, told) as worker:
        wait_until(lambda: is_done(mailing))
        Client().post(f"/stop/{tokens_in(box)[families[1].address]}")
        during = dump()
        sealed = [bytes(each).hex() for each in Envelope.objects.values_list("sealed", flat=True)]
        close_early(box)
        worker.run("surveys.forget_addresses")
        wait_until(lambda: not Envelope.objects.exists())
    after = dump()

    marks = marks_of(families, codes)
    assert len(taken(journal)) == len(families) - 1
    assert [mark for mark in marks if mark in during] == []
    assert [mark for mark in marks if mark in after] == []
    assert [mark for mark in sealed if mark.encode() in during][:1] == sealed[:1]  # it can be found
    assert [mark for mark in sealed if mark.encode() in after] == []
    # No table has both what an address and what a code could be known again by.
    assert tables_with_both(families, codes) == []
    assert (DoNotContact.objects.count(), Dispatch.objects.count()) == (2, 0)
    with pytest.raises(KeyMissing):
        keyring.private_key(box.wave.sending_key_name)
    assert sending.counts_of(Mailing.objects.get()) == Counts(40, 0, 38, 0, 1, 1, 0, 0)
    logged = "\n".join(lines_in(log)).lower().encode()
    assert [mark for mark in marks if mark.lower() in logged] == []


# --- families ---------------------------------------------------------------------------------


def numbers(count: int) -> list[Family]:
    """Numbers that belong to nobody."""
    return [
        Family("text", f"+447700900{n:03}", "in-care", "12-17", ("en", "cy")[0])
        for n in range(count)
    ]


def mails(count: int) -> list[Family]:
    return [
        Family("email", f"marked{n}@example.org", "child-in-need", "8-11", "en")
        for n in range(count)
    ]


def a_box(families: list[Family]) -> Participation:
    today = timezone.localdate()
    box = a_participation(opens_on=today, closes_on=today + timedelta(days=30))
    box.eligible.update(number=len(families))
    enveloping.take_in(participation=box, families=families, today=today, by=None)
    return box


def a_mailing(box: Participation, ways: tuple[str, ...]) -> Mailing:
    return sending.start(
        participation=box,
        kind="invitation",
        ways=ways,
        now=timezone.now(),
        today=timezone.localdate(),
        by=a_member(Role.NATIONAL_ADMINISTRATOR),
    )


def close_early(box: Participation) -> None:
    closing.close_now(wave=box.wave, today=timezone.localdate())


def is_done(mailing: Mailing) -> bool:
    return Mailing.objects.filter(pk=mailing.pk, state="done").exists()


def contents_of(box: Participation, **dispatched: str) -> list[sealing.Content]:
    envelopes = Envelope.objects.filter(participation=box)
    if dispatched:
        found = Dispatch.objects.filter(**dispatched).values("envelope")
        envelopes = envelopes.filter(pk__in=found)
    key = Keyring.from_settings().private_key(box.wave.sending_key_name)
    return [each for each in sealing.opened([bytes(e.sealed) for e in envelopes], key) if each]


def addresses_in(box: Participation, **dispatched: str) -> set[str]:
    return {each.address for each in contents_of(box, **dispatched)}


def codes_in(box: Participation) -> dict[str, str]:
    return {each.address: each.code for each in contents_of(box)}


def tokens_in(box: Participation) -> dict[str, str]:
    return {each.address: each.token for each in contents_of(box)}


def marks_of(families: list[Family], codes: dict[str, str]) -> list[bytes]:
    """Every way to write an address or a code that could stand somewhere."""
    found: set[str] = {*codes.values(), *(f"{c[:4]}-{c[4:8]}-{c[8:]}" for c in codes.values())}
    for family in families:
        bare = family.address.removeprefix("+44")
        found |= {family.address, bare.partition("@")[0] + "@" if "@" in bare else bare}
        if family.way == "text":
            found |= {f"0{bare[:4]} {bare[4:]}", f"44{bare}", f"{bare[:4]} {bare[4:7]} {bare[7:]}"}
    texts = sorted(found)
    return [each.encode() for text in texts for each in (text, text.encode().hex())]


def lines_in(log: Path) -> list[str]:
    """What a worker wrote, less how long each task took and which it was.

    Those are long numbers, and chance gives them a telephone number's digits: 0.077009000001.
    """
    taken_for = re.compile(r"Task [\w.]+\[[0-9a-f-]{36}\] succeeded in [0-9.e-]+s")
    return [taken_for.sub("", line) for line in log.read_text().splitlines()]


def tables_with_both(families: list[Family], codes: dict[str, str]) -> list[str]:
    """Tables that hold a digest of an address and a digest of a code."""
    of_addresses = [do_not_contact.digest_of(each.address) for each in families]
    of_codes = [inviting.digest_of(code) for code in codes.values()]
    found: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            held = {
                bytes(v)
                for row in cursor.fetchall()
                for v in row
                if isinstance(v, memoryview | bytes)
            }
            if held & set(of_addresses) and held & set(of_codes):
                found.append(table)
    return found


# --- processes --------------------------------------------------------------------------------


class Receipts:
    """What Notify calls back with: of some messages while they are sent, twice, in any order."""

    def __init__(self, journal: Path, bouncing: set[str], chance: random.Random) -> None:
        self.journal, self.bouncing, self.chance = journal, bouncing, chance
        self.client, self.read, self.seen, self.number = Client(), 0, 0, 0

    def some(self) -> int:
        """Of one in twenty of those that were taken since. How many were taken in all."""
        if not self.journal.exists():
            return 0
        with self.journal.open("rb") as file:
            file.seek(self.read)
            lines = file.read().split(b"\n")[:-1]
        self.read += sum(len(line) + 1 for line in lines)
        self.seen += len(lines)
        self._tell([Took(*json.loads(line)) for line in lines if self.chance.random() < 0.05])
        return self.seen

    def have(self, number: int) -> bool:
        """Whether so many were taken."""
        return self.some() >= number

    def all(self) -> None:
        """Of all that bounce."""
        self._tell([each for each in taken(self.journal) if each.to in self.bouncing])

    def _tell(self, messages: list[Took]) -> None:
        twice = messages * 2
        self.chance.shuffle(twice)
        for each in twice:
            status = "permanent-failure" if each.to in self.bouncing else "delivered"
            told = {"reference": each.reference, "to": each.to, "status": status}
            answer = self.client.post(
                "/api/notify/receipts",
                json.dumps(told),
                content_type="application/json",
                headers={"Authorization": f"Bearer {TOKEN}"},
            )
            assert answer.status_code == 204
            self.number += 1


class Worker:
    """The real embedded worker, killed with SIGKILL whatever it does."""

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        self.log, self.environment, self.kills = log, environment, 0
        self.process = self._started()

    def kill_and_start_again(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)
        self.kills += 1
        self.process = self._started()

    def run(self, task: str) -> None:
        """A task of the timetable, at once, in a process that has what a worker has."""
        said = (
            "from config.celery import app; app.loader.import_default_modules(); "
            f"app.tasks[{task!r}].delay()"
        )
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", said],
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def end(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def _started(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "manage.py", "work"],
                env=self.environment,
                start_new_session=True,
                stdout=out,
                stderr=out,
            )


@contextmanager
def a_worker(log: Path, settings: dict[str, str]) -> Iterator[Worker]:
    database = connection.settings_dict
    environment = os.environ | {
        "HEARD_DATABASE_URL": "postgresql://{USER}@{HOST}:{PORT}/{NAME}".format(
            **{**database, "PORT": database["PORT"] or 5432}
        ),
        "HEARD_JOBS": "inline",
        "HEARD_LOG_LEVEL": "INFO",
        "HEARD_SENDER_FROM_HOUR": "0",
        "HEARD_SENDER_TO_HOUR": "24",
        "HEARD_SENDER_PATIENCE": "2",
        **settings,
    }
    worker = Worker(log, environment)
    try:
        yield worker
    finally:
        worker.end()


def sender_settings(port: int) -> dict[str, str]:
    return {
        "HEARD_SENDER": "notify",
        "HEARD_SENDER_RATE": "500",
        "HEARD_NOTIFY_URL": f"http://127.0.0.1:{port}",
        "HEARD_NOTIFY_KEY": KEY,
        "HEARD_NOTIFY_TEXT_TEMPLATE": "text",
        "HEARD_NOTIFY_EMAIL_TEMPLATE": "email",
    }


def mail_settings(port: int) -> dict[str, str]:
    return {
        "HEARD_SENDER": "smtp",
        "HEARD_SENDER_RATE": "100",
        "HEARD_EMAIL_HOST": "127.0.0.1",
        "HEARD_EMAIL_PORT": str(port),
        "HEARD_EMAIL_FROM": "your-say@heard.example",
    }


class Server:
    """A stand-in for a sender, as a process of its own."""

    def __init__(self, module: str, *told: str) -> None:
        self.module, self.told = module, told
        self.process = self._started()

    def die_for(self, seconds: float) -> None:
        self.die()
        time.sleep(seconds)
        self.process = self._started()

    def die(self) -> None:
        self.process.kill()
        self.process.wait(timeout=30)

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", self.module, *self.told])
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", int(self.told[0])), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return process
        process.kill()
        process.wait(timeout=30)
        pytest.fail(f"{self.module} did not start")


@contextmanager
def a_server(module: str, *told: str) -> Iterator[Server]:
    server = Server(module, *told)
    try:
        yield server
    finally:
        server.die()


def a_notify(port: int, journal: Path) -> AbstractContextManager[Server]:
    told = (str(port), str(journal), str(FAILING), str(SLOW), str(SEED))
    return a_server("tests.surveys.notify_stand_in", *told)


def a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_until(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + IN_TIME + DEAD
    while not ready():
        if time.monotonic() > until:
            pytest.fail("it did not come to an end in time")
        time.sleep(0.3)

"""Promise 4: kill any process at any moment, and every accepted ballot is counted exactly once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from django.utils import timezone

from analytics.counting import open_sheet, recount, uncounted_batches
from analytics.models import TallySheet
from feedback.mixing import open_batch
from feedback.models import Ballot, Batch, Comment, Suggestion
from surveys import closing, core, fielding, inviting, planning, publishing
from surveys.keyring import Keyring
from surveys.models import Invitation, Participation
from tests.authorities.factories import an_authority
from tests.proofs.numbered import AGE, numbers_in
from tests.surveys.factories import READY, a_listener

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.slow]

KILLS = 50
FAMILIES = 25
SEED = int(os.environ.get("HEARD_PROOF_SEED", random.SystemRandom().randrange(10**6)))


@pytest.mark.django_db(transaction=True)
def test_fifty_kills_lose_no_ballot_and_count_none_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chance = random.Random(SEED)
    keyring = Keyring.from_settings()
    version = publishing.publish(source=core.source(), today=timezone.localdate())
    killed: Counter[str] = Counter()
    boxes: list[Participation] = []
    with capsys.disabled(), a_queue() as app:
        print(f"\n{KILLS} kills, seed {SEED}", flush=True)
        worker = Worker(app)
        for turn in range(KILLS):
            target = chance.choice(("caster", "worker", "worker"))
            box = a_box(turn, version=version, keyring=keyring)
            boxes.append(box)
            families(box, killed_after=chance.uniform(0.2, 1.2) if target == "caster" else None)
            fieldwork_ends(box)
            the_night(app)
            if target == "worker":
                time.sleep(chance.expovariate(1 / 0.15))
                worker.kill()
                worker = Worker(app)
            killed[target] += 1
        finish(app)
        worker.kill()
        print(f"killed: {dict(killed)}", flush=True)

    assert killed.total() == KILLS
    assert {box.pk: numbers_counted(box, keyring) for box in boxes} == {
        box.pk: Counter(range(FAMILIES)) for box in boxes
    }
    assert [recount(sheet, keyring=keyring) for sheet in TallySheet.objects.order_by("pk")] == [
        open_sheet(sheet, keyring=keyring) for sheet in TallySheet.objects.order_by("pk")
    ]
    assert not uncounted_batches().exists()
    assert not Ballot.objects.exists()
    assert Invitation.objects.filter(spent=True).count() == KILLS * FAMILIES
    assert Suggestion.objects.count() + Comment.objects.count() == KILLS * FAMILIES


def a_box(turn: int, *, version: object, keyring: Keyring) -> Participation:
    today = timezone.localdate()
    wave = planning.plan_wave(
        slug=f"turn-{turn}",
        name=f"Turn {turn}",
        version=version,  # type: ignore[arg-type]  # a Version, as publish gave it
        period_start=today,
        period_end=today,
        opens_on=today - timedelta(days=7),
        closes_on=today,
    )
    box = fielding.join(wave=wave, authority=an_authority(), **READY)
    a_listener()
    fielding.open_wave(wave=wave, keyring=keyring)
    return Participation.objects.select_related("wave", "version", "authority").get(pk=box.pk)


def families(box: Participation, *, killed_after: float | None) -> None:
    """All families send; whoever was not told that it arrived sends again, as people do."""
    codes = inviting.make_codes(participation=box, count=FAMILIES, age_version=AGE)
    waiting = dict(enumerate(codes))
    while waiting:
        with subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.caster", str(box.pk)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        ) as caster:
            told = told_by(caster, waiting, killed_after=killed_after)
        killed_after = None
        for line in told.split(b"\n")[:-1]:
            waiting.pop(int(line), None)


def told_by(
    caster: subprocess.Popen[bytes], waiting: dict[int, str], *, killed_after: float | None
) -> bytes:
    """The numbers of the ballots of which the caster said that they were accepted, a line each."""
    assert caster.stdin
    assert caster.stdout
    caster.stdin.write("".join(f"{number} {code}\n" for number, code in waiting.items()).encode())
    caster.stdin.close()
    if killed_after is None:
        return caster.stdout.read()
    # The first acceptance shows that it runs; from there the moment is left to chance.
    first = caster.stdout.readline()
    time.sleep(killed_after / 40)
    caster.kill()
    return first + caster.stdout.read()


def fieldwork_ends(box: Participation) -> None:
    closing.close_now(wave=box.wave, today=timezone.localdate())


def the_night(app: Celery) -> None:
    for task in ("feedback.open_words", "feedback.mix_ready", "analytics.count_stragglers"):
        app.send_task(task, kwargs={"at_once": True} if task == "feedback.open_words" else {})


def finish(app: Celery) -> None:
    """What the timetable does: the sweeps come again until nothing is left."""
    for _ in range(60):
        the_night(app)
        time.sleep(1)
        if not Ballot.objects.exists() and not uncounted_batches().exists():
            return
    pytest.fail("the sweeps did not finish within a minute")


def numbers_counted(box: Participation, keyring: Keyring) -> Counter[int]:
    survey = box.version.definition
    found: Counter[int] = Counter()
    for batch in Batch.objects.filter(wave=box.wave):
        found += numbers_in(open_batch(batch, keyring=keyring), survey)
    return found


class Worker:
    """A Celery worker with two processes of its own, killed with all of them at once."""

    def __init__(self, app: Celery) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2"],
            env=environment() | {"HEARD_LOG_LEVEL": "ERROR"},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(60):
            if app.control.ping(timeout=0.5):
                return
        pytest.fail("the worker did not start")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)


def environment() -> dict[str, str]:
    database = connection.settings_dict
    return os.environ | {
        "HEARD_DATABASE_URL": "postgresql://{USER}@{HOST}:{PORT}/{NAME}".format(
            **{**database, "PORT": database["PORT"] or 5432}
        ),
        "HEARD_JOBS": "broker",
        "HEARD_REDIS_URL": redis_url(),
    }


def redis_url() -> str:
    """A database of the test's own on the same Redis."""
    return settings.HEARD_REDIS_URL.rsplit("/", 1)[0] + "/15"


@contextmanager
def a_queue() -> Iterator[Celery]:
    # A killed worker's messages come back when they stay unacknowledged for so long; the sweeps
    # do not wait for that.
    app = Celery("proof", broker=redis_url())
    app.conf.broker_connection_retry_on_startup = True
    app.control.purge()
    yield app
    app.control.purge()
    app.close()

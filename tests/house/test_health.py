"""Health says what is not well, and a lost part never breaks the saying."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.db.utils import ConnectionHandler
from django.test import Client
from django.utils import timezone

from authorities.models import Sweep
from config import health
from config.celery import app
from config.timetable import LATE_AFTER

NOBODY_LISTENS = 9  # the discard port


@pytest.fixture(autouse=True)
def a_process_that_has_just_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the tests before took."""
    monkeypatch.setattr(health, "BEGAN", timezone.now())


@pytest.fixture
def a_fresh_sweep(db: None) -> None:
    Sweep.objects.create(name="authorities.deliver_waiting", ended_at=timezone.now())


@pytest.fixture
def database_down(db: None) -> Iterator[None]:
    """The default connection leads to a PostgreSQL that is not there."""
    before = connections["default"]
    connections["default"] = ConnectionHandler(
        {
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": "127.0.0.1",
                "PORT": NOBODY_LISTENS,
                "NAME": "heard",
            }
        }
    )["default"]
    yield
    connections["default"] = before


def ready() -> tuple[int, dict[str, Any]]:
    response = Client().get("/health/ready")
    return response.status_code, response.json()


def test_alive_asks_nothing_of_anyone(database_down: None) -> None:
    response = Client().get("/health/live")

    assert (response.status_code, response.json()) == (200, {"live": True})


def test_ready_where_all_is_well(a_fresh_sweep: None) -> None:
    status, found = ready()

    assert found.pop("last sweep") in {"ok: 0 seconds ago", "ok: 1 seconds ago"}
    assert (status, found) == (200, {"ready": True, "database": "ok", "broker": "ok: none is used"})


@pytest.mark.django_db
def test_not_ready_before_the_first_sweep() -> None:
    status, found = ready()

    assert (status, found["ready"], found["last sweep"]) == (503, False, "there was none yet")


def test_not_ready_when_the_last_sweep_was_long_ago(a_fresh_sweep: None) -> None:
    long_ago = timezone.now() - LATE_AFTER["authorities.deliver_waiting"] - timedelta(seconds=5)
    Sweep.objects.update(ended_at=long_ago)

    status, found = ready()

    assert (status, found["ready"]) == (503, False)
    assert re.match(
        r"too long ago: authorities.deliver_waiting 60[56] seconds ago", found["last sweep"]
    )


@pytest.mark.parametrize("task", LATE_AFTER)
def test_one_silent_sweep_is_named_however_busy_the_others_are(task: str, db: None) -> None:
    now = timezone.now()
    silent = {task: now - timedelta(days=22)}
    for name in LATE_AFTER:
        Sweep.objects.create(name=name, ended_at=silent.get(name, now))

    status, found = ready()

    assert status == 503
    assert found["last sweep"].startswith(f"too long ago: {task} 19008")


def test_a_sweep_that_never_ran_is_late_once_it_had_its_time(
    a_fresh_sweep: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = ready()
    monkeypatch.setattr(health, "BEGAN", timezone.now() - timedelta(hours=27))

    status, found = ready()

    assert (before, status) == (200, 503)
    assert "feedback.open_words 972" in found["last sweep"]


def test_a_daily_sweep_may_be_silent_for_a_day(a_fresh_sweep: None) -> None:
    for often in (name for name, allowed in LATE_AFTER.items() if allowed < timedelta(hours=20)):
        Sweep.objects.update_or_create(name=often, defaults={"ended_at": timezone.now()})
    Sweep.objects.create(name="feedback.open_words", ended_at=timezone.now() - timedelta(hours=20))

    status, _ = ready()

    assert status == 200


def test_not_ready_when_the_database_is_away(database_down: None) -> None:
    status, found = ready()

    assert (status, found) == (
        503,
        {
            "ready": False,
            "database": "does not answer",
            "broker": "ok: none is used",
            "last sweep": "unknown: the database does not answer",
        },
    )


@pytest.fixture
def with_a_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.HEARD_JOBS = "broker"

    def at(address: str) -> None:
        monkeypatch.setattr(app.conf, "broker_url", address)

    return at


def test_not_ready_when_the_broker_is_away(a_fresh_sweep: None, with_a_broker: Any) -> None:
    with_a_broker(f"redis://127.0.0.1:{NOBODY_LISTENS}/0")

    status, found = ready()

    assert (status, found["ready"], found["broker"]) == (503, False, "does not answer")


@pytest.mark.redis
def test_ready_when_the_broker_answers(
    a_fresh_sweep: None, with_a_broker: Any, settings: Any
) -> None:
    with_a_broker(settings.HEARD_REDIS_URL)

    status, found = ready()

    assert (status, found["ready"], found["broker"]) == (200, True, "ok")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_is_for_reading_only(path: str) -> None:
    assert Client().post(path).status_code == 405

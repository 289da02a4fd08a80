"""The embedded worker does what the timetable says, when it says so."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from authorities.models import Sweep
from config.management.commands.work import due_tasks
from config.timetable import TIMETABLE

EVERY_TASK = [entry["task"] for entry in TIMETABLE.values()]
MESSAGES = "authorities.deliver_waiting"
BATCHES = "analytics.count_stragglers"

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def swept(ago: dict[str, timedelta], now: datetime) -> None:
    """Every task ended a moment ago, but these as long ago as said."""
    Sweep.objects.bulk_create(
        Sweep(name=task, ended_at=now - ago.get(task, timedelta(seconds=1))) for task in EVERY_TASK
    )


def test_a_new_machine_does_everything_once_in_the_order_of_the_timetable(now: datetime) -> None:
    assert list(due_tasks(now=now, tried={})) == EVERY_TASK


def test_what_was_just_done_is_not_due(now: datetime) -> None:
    swept({}, now)

    assert list(due_tasks(now=now, tried={})) == []


def test_what_a_machine_that_was_off_has_missed_is_made_up(now: datetime) -> None:
    swept({"feedback.open_words": timedelta(hours=25)}, now)

    assert list(due_tasks(now=now, tried={})) == ["feedback.open_words"]


@pytest.mark.parametrize(
    ("seconds", "due"), [(59, []), (61, [MESSAGES]), (299, [MESSAGES]), (301, [MESSAGES, BATCHES])]
)
def test_what_comes_round_often_waits_its_time(seconds: int, due: list[str], now: datetime) -> None:
    silence = timedelta(seconds=seconds)
    swept({MESSAGES: silence, BATCHES: silence}, now)

    assert list(due_tasks(now=now, tried={})) == due


def test_a_task_that_failed_waits_for_its_next_time(now: datetime) -> None:
    """It would otherwise be tried every second until someone came."""
    tried = dict.fromkeys(EVERY_TASK, now)

    assert list(due_tasks(now=now, tried=tried)) == []


def test_a_database_that_is_away_makes_nothing_due(now: datetime, caplog: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE authorities_sweep RENAME TO authorities_sweep_gone")

    assert list(due_tasks(now=now, tried={})) == []


@pytest.mark.parametrize("jobs", ["broker", "sweeps"])
def test_it_refuses_to_run_beside_a_broker(jobs: str, settings: Any) -> None:
    settings.HEARD_JOBS = jobs

    with pytest.raises(CommandError, match=f"must be 'inline', not '{jobs}'"):
        call_command("work")

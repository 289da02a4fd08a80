"""The timetable can be kept: every entry is there, fits, and says that it ended."""

import inspect
from typing import Any

import pytest
from celery.schedules import BaseSchedule
from django.conf import settings

from authorities.models import Sweep
from config.celery import app
from config.timetable import LATE_AFTER, TIMETABLE
from surveys.keyring import Keyring

ENTRIES = [pytest.param(entry, id=name) for name, entry in TIMETABLE.items()]


@pytest.fixture(autouse=True)
def every_task_is_imported() -> None:
    app.loader.import_default_modules()


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_names_a_task_and_fits_it(entry: dict[str, Any]) -> None:
    task = app.tasks[entry["task"]]

    inspect.signature(task.run).bind(*entry.get("args", ()), **entry.get("kwargs", {}))


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_says_when(entry: dict[str, Any]) -> None:
    assert isinstance(entry["schedule"], BaseSchedule)


@pytest.mark.django_db
@pytest.mark.parametrize("entry", ENTRIES)
def test_a_task_says_that_it_ended_well_also_with_nothing_to_do(
    entry: dict[str, Any], keyring: Keyring
) -> None:
    outcome = app.tasks[entry["task"]].apply()

    assert outcome.state == "SUCCESS", outcome.result
    assert list(Sweep.objects.values_list("name", flat=True)) == [entry["task"]]


def test_each_sweep_has_a_time_after_which_it_is_late() -> None:
    assert set(LATE_AFTER) == {entry["task"] for entry in TIMETABLE.values()}


def test_celery_keeps_this_timetable() -> None:
    assert settings.CELERY_BEAT_SCHEDULE is TIMETABLE
    assert app.conf.beat_schedule == TIMETABLE


def test_no_task_is_named_after_the_module_it_happens_to_be_in() -> None:
    """A message in the queue must find its task after the code was moved."""
    ours = [name for name in app.tasks if not name.startswith("celery.")]

    assert [name for name in ours if ".tasks." in name] == []

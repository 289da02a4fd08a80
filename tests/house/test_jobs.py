"""Sending a job never fails for want of a broker: a sweep finds what it was for."""

import time
from typing import Any

import pytest
from celery import Celery, Task
from django.conf import settings as site

from config.celery import Job, app

NOBODY_LISTENS = "redis://127.0.0.1:9/0"
DONE: list[int] = []


@pytest.fixture
def notes() -> Task[Any, Any]:
    """A task of an application like ours that has a broker, which is away."""
    another = Celery("tests", task_cls=Job, set_as_current=False, broker=NOBODY_LISTENS)
    another.conf.task_publish_retry_policy = site.CELERY_TASK_PUBLISH_RETRY_POLICY
    another.conf.broker_transport_options = site.CELERY_BROKER_TRANSPORT_OPTIONS
    DONE.clear()

    def note(number: int) -> None:
        DONE.append(number)

    return another.task(name="tests.notes")(note)


def test_every_task_of_ours_is_one_that_may_be_lost() -> None:
    app.loader.import_default_modules()

    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]

    assert len(ours) > 5
    assert all(isinstance(task, Job) for task in ours)


def test_inline_a_job_runs_where_it_is_called(notes: Task[Any, Any]) -> None:
    notes.app.conf.task_always_eager = True

    notes.delay(1)

    assert DONE == [1]


def test_where_jobs_are_left_to_the_sweeps_none_is_sent(
    notes: Task[Any, Any], settings: Any
) -> None:
    settings.HEARD_JOBS = "sweeps"

    sent = notes.delay(1)

    assert (sent.id, DONE) == ("not sent", [])


def test_with_the_broker_away_the_caller_goes_on_soon(notes: Task[Any, Any], settings: Any) -> None:
    settings.HEARD_JOBS = "broker"
    began = time.monotonic()

    sent = notes.delay(1)

    assert (sent.id, DONE) == ("not sent", [])
    assert time.monotonic() - began < 5

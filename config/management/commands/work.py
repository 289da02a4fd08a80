"""The embedded worker: runs the timetable in this process, without a broker."""

import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from authorities.models import Sweep
from config.celery import app
from config.timetable import BESIDE, TIMETABLE

PAUSE = 1.0  # seconds between two looks at the timetable
NEVER = timedelta(days=400)  # as long ago as this: whatever the timetable says, it is due

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = (
        "Run the timetable in this process, without a broker, until it is told to end. "
        "One of these beside one web process; on several machines use Celery (docs/running.md)."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.HEARD_JOBS != "inline":
            raise CommandError(
                "This worker runs jobs where they are called, so HEARD_JOBS must be 'inline', not "
                f"{settings.HEARD_JOBS!r}. With a broker start `celery -A config worker` instead."
            )
        app.loader.import_default_modules()
        self._work(told_to_end())

    def _work(self, end: Event) -> None:
        tried: dict[str, datetime] = {}
        beside: dict[str, Thread] = {}
        while not end.is_set():
            for task in due_tasks(now=timezone.now(), tried=tried):
                if end.is_set():
                    break
                if task in beside and beside[task].is_alive():
                    continue
                tried[task] = timezone.now()
                if task in BESIDE:
                    beside[task] = Thread(target=run_beside, args=[task], name=task)
                    beside[task].start()
                else:
                    app.tasks[task].delay()  # it says itself in the log when it fails
            close_old_connections()
            end.wait(PAUSE)
        for thread in beside.values():
            thread.join()


def run_beside(task: str) -> None:
    """A task in a thread of its own, whose connection goes with it."""
    try:
        app.tasks[task].delay()
    finally:
        connections.close_all()


def told_to_end() -> Event:
    """Set when this process is asked to end; the task in hand is finished first."""
    end = Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: end.set())
    return end


def due_tasks(*, now: datetime, tried: dict[str, datetime]) -> Iterator[str]:
    """The tasks that are due, in the order of the timetable.

    A task counts from when it last ended well, in this process or before it, so that what a
    machine that was off has missed is made up at once. One that failed waits for its next time.
    """
    try:
        ended = dict(Sweep.objects.values_list("name", "ended_at"))
    except DatabaseError as error:
        log.warning("the database does not answer, trying again", exc_info=error)
        return
    for entry in TIMETABLE.values():
        task = entry["task"]
        last = max(ended.get(task, now - NEVER), tried.get(task, now - NEVER))
        if entry["schedule"].is_due(last).is_due:
            yield task

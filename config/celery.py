"""The Celery application. Tasks live in each package's `tasks`, named in full."""

import os
from typing import Any

import structlog
from celery import Celery, Task
from celery.result import AsyncResult
from celery.signals import setup_logging
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

log = structlog.get_logger(__name__)


class Job(Task[Any, Any]):
    """A task whose message may be lost: the timetable has a sweep that finds what it was for.

    So whoever sends one after a commit never fails for want of a broker, and a process whose jobs
    are left to the sweeps (the embedded web process) sends none.
    """

    abstract = True

    def apply_async(self, *args: Any, **options: Any) -> AsyncResult[Any]:
        from django.conf import settings  # noqa: PLC0415  config is imported before settings are

        nobody = AsyncResult[Any](id="not sent", app=self.app)
        if settings.HEARD_JOBS == "sweeps":
            return nobody
        try:
            return super().apply_async(*args, **options)
        except OperationalError:
            log.warning("the broker is away, a sweep will find this", task=self.name)
            return nobody


app = Celery("heard", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_alone(**_: Any) -> None:
    """Celery takes this for the whole of logging; else it would add handlers past our walls."""

"""Whether this process lives, and whether the whole is ready to serve."""

from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from authorities.models import Sweep
from config.timetable import LATE_AFTER

BEGAN = timezone.now()  # this process


@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that a lost database restarts nothing."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Each part in words; 503 if any of them is not well."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "broker": _broker,
        "last sweep": _last_sweep,
    }
    found = {name: check() for name, check in checks.items()}
    well = all(words.startswith("ok") for words in found.values())
    return JsonResponse(
        {"ready": well, **found}, status=HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def _broker() -> str:
    if settings.HEARD_JOBS != "broker":
        return "ok: none is used"
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=0, timeout=2)
    except (OperationalError, OSError):
        return "does not answer"
    return "ok"


def _last_sweep() -> str:
    try:
        ended = dict(Sweep.objects.values_list("name", "ended_at"))
    except DatabaseError:
        return "unknown: the database does not answer"
    if not ended:
        return "there was none yet"
    now = timezone.now()
    if late := list(_late(ended, now=now)):
        return f"too long ago: {', '.join(late)}"
    return f"ok: {_seconds(now, max(ended.values()))}"


def _late(ended: dict[str, datetime], *, now: datetime) -> Iterator[str]:
    """Each sweep that was silent for longer than its period allows, and for how long.

    One that never ended well counts from the oldest success of another, or from when this process
    began: a new sweep is not late before it could have run.
    """
    never = min(BEGAN, *ended.values())
    for task, allowed in LATE_AFTER.items():
        since = ended.get(task, never)
        if now - since > allowed:
            yield f"{task} {_seconds(now, since)}"


def _seconds(now: datetime, then: datetime) -> str:
    return f"{int((now - then).total_seconds())} seconds ago"

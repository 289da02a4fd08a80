"""Whether this process lives, and whether the whole is ready to serve."""

from collections.abc import Callable
from datetime import timedelta
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

# The outbox is swept every minute; ten silent minutes mean that no worker, or no timetable, runs.
LONGEST_SILENCE = timedelta(minutes=10)


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
        last = Sweep.objects.order_by("-ended_at").first()
    except DatabaseError:
        return "unknown: the database does not answer"
    if last is None:
        return "there was none yet"
    age = timezone.now() - last.ended_at
    words = f"{int(age.total_seconds())} seconds ago"
    return f"ok: {words}" if age <= LONGEST_SILENCE else f"too long ago: {words}"

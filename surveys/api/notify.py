"""What GOV.UK Notify calls us back with: what became of a message, and what somebody answered.

Both come with the address of a family in them. It is digested or passed over, and never kept.
"""

import hmac
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from surveys import do_not_contact, sending
from surveys.senders.notify import DELIVERED, FAILED_FOR_GOOD, NEVER_SENT

View = Callable[[HttpRequest, dict[str, Any]], HttpResponse]


def _called_back(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Only with the token that was given to Notify, and with a JSON object."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def door(request: HttpRequest) -> HttpResponse:
        if not _is_notify(request):
            return _said("This needs the token that GOV.UK Notify has.", HTTPStatus.UNAUTHORIZED)
        try:
            told = json.loads(request.body)
        except (ValueError, RecursionError, RequestDataTooBig):
            told = None
        if not isinstance(told, dict):
            return _said("This is not a JSON object.", HTTPStatus.BAD_REQUEST)
        return view(request, told)

    return door


@_called_back
def receipt(_request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    """A delivery receipt. One that tells nothing final changes nothing."""
    status = str(told.get("status"))
    if status == DELIVERED or status in FAILED_FOR_GOOD | NEVER_SENT:
        sending.receipt(
            reference=str(told.get("reference")),
            delivered=status == DELIVERED,
            never_sent=status in NEVER_SENT,
            now=timezone.now(),
        )
    # The same whether it is ours or not: Notify would try again five times.
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@_called_back
def text(_request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    """Somebody answered a text message. What they say but "stop" is not read by anyone."""
    do_not_contact.stop_by_text(
        str(told.get("source_number")), str(told.get("message")), today=timezone.localdate()
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _is_notify(request: HttpRequest) -> bool:
    ours = settings.HEARD_NOTIFY_CALLBACK_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(ours) and hmac.compare_digest(given.encode(), f"Bearer {ours}".encode())


def _said(sentence: str, status: HTTPStatus) -> HttpResponse:
    return JsonResponse({"detail": sentence}, status=status)

"""Insists on a second factor: whoever is signed in without one reaches only where it is set up."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from config.logs import is_of_families

NOT_YET = (
    "Set up a second factor first: a code of an app, or a passkey. Everyone who works here has one."
)

# By the names of their addresses. All else is shut to whoever has no second factor, unlisted too.
OPEN_WITHOUT = frozenset(
    {
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "staff-invitation",  # the role that is accepted gives nothing until there is a factor
    }
)

Answer = Callable[[HttpRequest], HttpResponseBase]


class SecondFactorFirst:
    """Middleware, after those that find out who is signed in.

    Families' pages ask nobody who they are, and are the same for all: so no session is read there.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        if is_of_families(request.path_info) or not _is_without(request):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in OPEN_WITHOUT:
            return None
        if request.path_info.startswith("/api/"):
            return JsonResponse({"detail": NOT_YET}, status=HTTPStatus.FORBIDDEN)
        messages.info(request, NOT_YET)
        return redirect("mfa_index")


def _is_without(request: HttpRequest) -> bool:
    """Whether who is signed in here has no second factor. Asks nothing without a cookie."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return request.user.is_authenticated and not request.user.has_second_factor

"""Removing a second factor, never the last one: allauth's own pages, with a lock around them.

They stand before allauth's in the addresses. Without the lock, somebody who removes both of two at
once would be left with none.
"""

from typing import Any

from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from authorities import factors
from authorities.models import User
from authorities.pages.staff_only import person
from authorities.sign_in import WORDS_OF_FACTORS


class RemoveApp(DeactivateTOTPView):
    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _lock(request)
        return super().post(request, *args, **kwargs)


class RemovePasskey(RemoveWebAuthnView):
    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _lock(request)
        if not factors.would_leave_one(self.get_object()):
            messages.error(request, WORDS_OF_FACTORS["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        return super().post(request, *args, **kwargs)


def _lock(request: HttpRequest) -> None:
    User.objects.select_for_update().get(pk=person(request).pk)


remove_app = never_cache(RemoveApp.as_view())
remove_passkey = never_cache(RemovePasskey.as_view())

"""Tokens with which an authority's own system pushes its lists: made, shown once, revoked."""

from datetime import timedelta
from http import HTTPStatus

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from authorities import access
from authorities.models import Authority
from authorities.pages.staff_only import person as who
from authorities.roles import Permission
from surveys import pushing
from surveys.errors import Refused
from surveys.models import PushToken

_INVITE = Permission.INVITE_FAMILIES
_USUALLY = timedelta(days=90)


class TokenForm(forms.Form):
    name = forms.CharField(
        label="Which system is it for?",
        help_text="Such as the name of your case management system.",
        max_length=80,
        error_messages={"required": "Say which system it is for."},
    )
    expires_on = forms.DateField(
        label="Last day",
        help_text="At most a year from today.",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Say until when it holds.",
            "invalid": "Write the last day as 2027-03-31.",
        },
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest, gss_code: str) -> HttpResponse:
    """An authority’s tokens. Posted to, a new one, shown in the answer and never again."""
    authority = _authority(request, gss_code)
    if request.method != "POST":
        form = TokenForm(initial={"expires_on": localdate() + _USUALLY})
        return _show(request, authority, form)
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            _, secret = pushing.make(
                authority=authority,
                by=who(request),
                today=localdate(),
                **form.cleaned_data,
            )
        except Refused as refused:
            form.add_error("expires_on", str(refused))
        else:
            return _show(request, authority, TokenForm(), secret=secret)
    return _show(request, authority, form)


@never_cache
@login_required
@require_POST
def revoke(request: HttpRequest, gss_code: str, pk: int) -> HttpResponse:
    authority = _authority(request, gss_code)
    token = PushToken.objects.filter(authority=authority, pk=pk).first()
    if token is None:
        raise Http404("There is no such token here.")
    pushing.revoke(token=token, by=who(request), today=localdate())
    messages.success(request, "The token opens nothing from now on.")
    return redirect("push-tokens", gss_code)


def _show(
    request: HttpRequest, authority: Authority, form: TokenForm, *, secret: str = ""
) -> HttpResponse:
    found = PushToken.objects.filter(authority=authority).select_related("made_by").order_by("-pk")
    today = localdate()
    answering = pushing.who_may_answer(authority, today=today)
    shown = {
        "authority": authority,
        "form": form,
        "secret": secret,
        "tokens": [(token, token.made_by_id in answering) for token in found],
        "today": today,
        "site": settings.HEARD_BASE_URL,
    }
    wrong = bool(form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "surveys/reaching/tokens.html", shown, status=status)


def _authority(request: HttpRequest, gss_code: str) -> Authority:
    """Raises: Http404: there is none. PermissionDenied: it is not theirs."""
    authority = Authority.objects.filter(gss_code=gss_code).first()
    if authority is None:
        raise Http404("There is no such authority.")
    access.require(request.user, _INVITE, authority)
    return authority

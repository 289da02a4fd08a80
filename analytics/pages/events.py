"""For planners: the days marked in their authority's charts."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics import events
from analytics.errors import Refused
from analytics.pages.opening import unknown
from analytics.pages.release_forms import EventForm
from authorities import access
from authorities.models import Authority, User
from authorities.pages.staff_only import person
from authorities.roles import Permission


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_authority(request: HttpRequest, gss_code: str) -> HttpResponse:
    """What is marked; posted to, one more day is."""
    authority = _authority(gss_code)
    if authority is None:
        return unknown(request, gss_code)
    by = _require(request, authority)
    form, status = EventForm(), HTTPStatus.OK
    if request.method == "POST":
        form, status = EventForm(request.POST), HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid() and _marked(request, form, authority, by):
            return redirect("events", authority.gss_code)
    about = events.about()
    shown = {
        "authority": authority,
        "form": form,
        "wrong": [form] if form.errors else [],
        "rows": [
            (event, about.get(event.indicator, "All figures"))
            for event in events.of_authority(authority)
        ],
    }
    return render(request, "analytics/events/list.html", shown, status=status)


@never_cache
@login_required
@require_POST
def take_away(request: HttpRequest, gss_code: str, pk: int) -> HttpResponse:
    authority = _authority(gss_code)
    if authority is None:
        return unknown(request, gss_code)
    by = _require(request, authority)
    if events.take_away(authority=authority, event_id=pk, by=by):
        messages.success(request, "It is taken away.")
    else:
        messages.success(request, "It was taken away already.")
    return redirect("events", authority.gss_code)


def _marked(request: HttpRequest, form: EventForm, authority: Authority, by: User) -> bool:
    try:
        events.mark(authority=authority, by=by, today=localdate(), **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, "It is marked. Charts of the report show it from now on.")
    return True


def _require(request: HttpRequest, authority: Authority) -> User:
    access.require(request.user, Permission.SEE_UNPUBLISHED_FIGURES, authority)
    return person(request)


def _authority(gss_code: str) -> Authority | None:
    return Authority.objects.filter(gss_code=gss_code.upper()).first()

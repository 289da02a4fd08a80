"""Subscribing by e-mail to an area's figures, for anybody, and ending it without signing in.

The form stands on pages that are the same for everybody, so it carries no token against forgery:
whoever is written to confirms. Programs that look through mail follow every link in it. So a look
changes nothing: only the buttons do, and what a mail program's own "unsubscribe" sends (RFC 8058).
"""

import time
from collections.abc import Mapping
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics import announcing, subscribing
from analytics.errors import NoSubscribersKey
from analytics.models import Release, Subscription
from authorities import access
from authorities.models import User
from authorities.pages.staff_only import person
from authorities.roles import Permission
from surveys import addresses
from surveys.addresses import NotAnAddress

_AWAY = "E-mails cannot be asked for just now. Please try again in an hour."


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """The form on a page of its own; what is sent from it, or from a report."""
    given = request.POST if request.method == "POST" else request.GET
    area = given.get("area", "").strip().upper()[:9]
    name = subscribing.name_of_area(area)
    if name is None:
        return _unknown_area(request)
    if request.method != "POST":
        return _form(request, area, name)
    typed = _typed(request)
    try:
        address = addresses.tidy_email(typed)
    except NotAnAddress as fault:
        wrong = f"{fault.what[:1].upper()}{fault.what[1:]} {fault.mend}"
        return _form(request, area, name, typed=typed, wrong=wrong)
    if wait := subscribing.must_wait(now=time.time()):
        return _too_many(request, area, name, typed=typed, seconds=wait)
    try:
        subscribing.ask(address=address, area=area, now=timezone.now())
    except NoSubscribersKey:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return _form(request, area, name, typed=typed, wrong=_AWAY, status=status)
    return redirect("subscription-asked")


@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same for everybody, whatever became of it."""
    return render(request, "analytics/subscriptions/asked.html")


@csrf_exempt  # there is nothing to forge with; whoever has the link may do this
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Behind the link of the first e-mail: a button, and what it does."""
    token = _token(request)
    found = subscribing.behind(token)
    done = request.method == "POST" and subscribing.confirm(token, today=timezone.localdate())
    if found is None or (request.method == "POST" and not done):
        return _by_link(request, "confirm", {"found": False}, HTTPStatus.NOT_FOUND)
    shown = {"found": True, "done": done, "name": _name(found)}
    return _by_link(request, "confirm", shown)


@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """Behind the link of every e-mail. A link of what is ended says that it is."""
    token = _token(request)
    if request.method == "POST":
        subscribing.stop(token)
    found = subscribing.behind(token)
    shown = {"done": found is None, "name": _name(found)}
    return _by_link(request, "stop", shown)


@never_cache
@login_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """For the national team: how far the letters about each release are."""
    _require(request)
    subscribers = Subscription.objects.confirmed().count()
    shown = {"posts": announcing.posts(), "subscribers": subscribers}
    return render(request, "analytics/subscriptions/letters.html", shown)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let what is doubtful or failed of a release go once more."""
    user = _require(request)
    release = get_object_or_404(Release.objects.published().select_related("wave"), pk=pk)
    number = announcing.send_again(release=release, by=user, now=timezone.now())
    if number:
        go = "1 letter goes" if number == 1 else f"{number} letters go"
        messages.success(request, f"{go} once more.")
    else:
        messages.info(request, "There was nothing doubtful or failed left.")
    return redirect("staff-letters")


def _require(request: HttpRequest) -> User:
    """Raises: PermissionDenied: they may not release figures."""
    access.require(request.user, Permission.RUN_WAVES)
    return person(request)


def _typed(request: HttpRequest) -> str:
    """What was typed, or the own address of who is signed in, where they ticked that."""
    if request.POST.get("own") and isinstance(request.user, User):
        return request.user.email
    return request.POST.get("email", "")[:300]


def _token(request: HttpRequest) -> str:
    return request.GET.get("t", "")[:100]


def _name(found: Subscription | None) -> str:
    return (found and subscribing.name_of_area(found.area)) or ""


def _by_link(
    request: HttpRequest,
    page: str,
    shown: Mapping[str, object],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    answer = render(request, f"analytics/subscriptions/{page}.html", {**shown}, status=status)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _form(
    request: HttpRequest,
    area: str,
    name: str,
    *,
    typed: str = "",
    wrong: str = "",
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    shown = {"of": area, "name": name, "typed": typed, "wrong": wrong}
    page = "analytics/subscriptions/subscribe.html"
    return render(request, page, shown, status=status if wrong else HTTPStatus.OK)


def _too_many(
    request: HttpRequest, area: str, name: str, *, typed: str, seconds: int
) -> HttpResponse:
    minutes = -(-seconds // 60)
    when = "in a minute" if minutes == 1 else f"in {minutes} minutes"
    wrong = f"Very many people ask for e-mails just now. Please try again {when}."
    status = HTTPStatus.TOO_MANY_REQUESTS
    answer = _form(request, area, name, typed=typed, wrong=wrong, status=status)
    answer["Retry-After"] = str(seconds)
    return answer


def _unknown_area(request: HttpRequest) -> HttpResponse:
    page = "analytics/subscriptions/unknown_area.html"
    return render(request, page, status=HTTPStatus.NOT_FOUND)

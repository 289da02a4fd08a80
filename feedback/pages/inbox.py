"""The inbox of those who asked to be contacted: what waits, one request, and what can be done.

This process cannot read a request. "Open" asks a worker to, for this browser alone, and the page
waits for it; see `feedback.opening`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from authorities import access
from authorities.models import Authority
from authorities.pages.staff_only import person as who
from authorities.roles import Permission
from feedback import contacting, tasks
from feedback import opening as openings
from feedback.contact import LONGEST_NOTE, Contact, How, Opened
from feedback.models import ContactNote, ContactRequest, Opening
from surveys import languages

A_PAGE = 20
COOKIE = "opening"
# A worker that has not opened it by then is not working; before, it may be busy.
LONG_FOR_A_WORKER = timedelta(minutes=1)

_WAYS = {
    How.CALL: "Call",
    How.TEXT: "Text",
    How.EMAIL: "E-mail",
    How.SOMEONE: "Through somebody they trust",
}


class NoteForm(forms.Form):
    """Words about a request, which only those who can open it will read."""

    text = forms.CharField(
        label="What is to be known",
        help_text="Such as: rang at 4.10, no answer; trying again tomorrow at the same time.",
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=LONGEST_NOTE,
        error_messages={"required": "Write what is to be known."},
    )


class PassOnForm(forms.Form):
    why = forms.CharField(
        label="Why do you pass it on?",
        help_text="The national listeners are told at once that it waits, and read this with it.",
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=LONGEST_NOTE,
        error_messages={"required": "Say why you pass it on."},
    )


class CloseForm(forms.Form):
    done = forms.CharField(
        label="What was done?",
        help_text="Who was reached and what was agreed, or what was tried in vain.",
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=LONGEST_NOTE,
        error_messages={"required": "Say what was done."},
    )


class HoldForm(forms.Form):
    reason = forms.CharField(
        label="Which matter is it kept for?",
        help_text=(
            "Such as: inquiry 2026/14. Others can read this, so no names. Empty: it is kept no "
            "longer than the 90 days."
        ),
        max_length=200,
        required=False,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the list. Args: late: nobody took it on in the set time."""

    request: ContactRequest
    late: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody said, in the listener's words.

    Args:
        council: the name of the one they chose, or "".
        notes: the request's, each with its text, or "" where it does not open.
    """

    contact: Contact
    way: str
    council: str
    page_language: str
    notes: tuple[tuple[ContactNote, str], ...]


@never_cache
@login_required
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Those that are not closed, the most urgent first; or the closed ones."""
    now = timezone.now()
    found = contacting.contacts_for(who(request), today=timezone.localdate(now))
    shows_closed = request.GET.get("show") == "closed"
    wanted = found.closed() if shows_closed else found.not_closed()
    page = Paginator(wanted.most_urgent_first().for_reading(), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "feedback/contacts/contacts.html",
        {
            "page": page,
            "rows": [Row(each, _is_late(each, now)) for each in page],
            "shows_closed": shows_closed,
            "minutes": settings.HEARD_CONTACT_MINUTES,
        },
    )


@never_cache
@login_required
@require_safe
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _found(request, pk))


@never_cache
@login_required
@require_POST
def open_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a worker to open it for this browser, and wait for that on a page."""
    found = _found(request, pk)
    wish, private_key = openings.ask_to_open(request=found, by=who(request), now=timezone.now())
    tasks.open_contact.delay(wish.pk)
    address = reverse("contact-opened", args=[found.pk, wish.pk])
    answer = HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        COOKIE,
        private_key.hex(),
        max_age=openings.KEPT_FOR,
        path=address,
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


@never_cache
@login_required
@require_safe
def opened(request: HttpRequest, pk: int, opening: int) -> HttpResponse:
    """The request as a worker sealed it to this browser; until then, a page that waits."""
    found, now = _found(request, pk), timezone.now()
    wish = openings.opening_of(who(request), found, opening, now=now)
    if wish is None:
        messages.info(request, "It is closed again after ten minutes. Press “Open” to read it.")
        return redirect("contact-request", pk)
    if wish.failed:
        return _show(request, found, unopenable=True)
    if wish.sealed is None:
        return _wait(request, found, wish, now=now)
    content = openings.read(wish, _private_key(request))
    if content is None:
        messages.info(request, "Only the browser in which you pressed “Open” can show it.")
        return redirect("contact-request", pk)
    return _show(request, found, content=content, closes_at=wish.asked_at + openings.KEPT_FOR)


@never_cache
@login_required
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    if contacting.acknowledge(request=found, by=who(request), now=timezone.now()):
        messages.success(request, "You have taken it on. Nobody else is told of it now.")
    else:
        messages.info(request, "Somebody had taken it on before.")
    return _back_to(request, found)


@never_cache
@login_required
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _found(request, pk), NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, found, wrong=form)
    contacting.note(
        request=found,
        by=who(request),
        text=form.cleaned_data["text"],
        now=timezone.now(),
    )
    messages.success(request, "The note is kept, sealed like the request.")
    return _back_to(request, found)


@never_cache
@login_required
@require_POST
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _found(request, pk), PassOnForm(request.POST)
    if not form.is_valid():
        return _show(request, found, wrong=form)
    if contacting.pass_on(
        request=found,
        by=who(request),
        why=form.cleaned_data["why"],
        now=timezone.now(),
    ):
        messages.success(request, "Passed on: the national listeners are told now.")
    else:
        messages.info(request, "It waits with the national listeners already, or is closed.")
    return redirect("contacts")


@never_cache
@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _found(request, pk), CloseForm(request.POST)
    if not form.is_valid():
        return _show(request, found, wrong=form)
    if contacting.close(
        request=found,
        by=who(request),
        done=form.cleaned_data["done"],
        now=timezone.now(),
    ):
        messages.success(request, "Closed. It is destroyed in 90 days.")
    else:
        messages.info(request, "It was not closed: somebody must have taken it on first.")
    return redirect("contacts")


@never_cache
@login_required
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Of national listeners alone: an inquiry may be into what an authority did."""
    access.require(request.user, Permission.ANSWER_CONTACTS)
    found, form = _found(request, pk), HoldForm(request.POST)
    if not form.is_valid():
        return _show(request, found, wrong=form)
    contacting.hold(request=found, by=who(request), why=form.cleaned_data["reason"])
    messages.success(request, "Kept." if form.cleaned_data["reason"] else "The hold has ended.")
    return _back_to(request, found)


def _found(request: HttpRequest, pk: int) -> ContactRequest:
    for found in contacting.contacts_for(who(request)).for_reading().filter(pk=pk):
        return found
    raise Http404("There is no such request, or it is not yours to see.")


def _is_late(found: ContactRequest, now: datetime) -> bool:
    allowed = timedelta(minutes=settings.HEARD_CONTACT_MINUTES)
    return found.state == ContactRequest.State.WAITING and now - found.received_at >= allowed


def _private_key(request: HttpRequest) -> bytes:
    try:
        return bytes.fromhex(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return b""


def _back_to(request: HttpRequest, found: ContactRequest) -> HttpResponse:
    """To the request, open where it is open to this person still."""
    wish = openings.newest_of(who(request), found, now=timezone.now())
    if wish is None:
        return redirect("contact-request", found.pk)
    return redirect("contact-opened", found.pk, wish.pk)


def _wait(
    request: HttpRequest, found: ContactRequest, wish: Opening, *, now: datetime
) -> HttpResponse:
    shown = {"contact": found, "is_long": now - wish.asked_at > LONG_FOR_A_WORKER}
    return render(request, "feedback/contacts/waiting.html", shown)


def _show(
    request: HttpRequest,
    found: ContactRequest,
    *,
    content: Opened | None = None,
    closes_at: datetime | None = None,
    unopenable: bool = False,
    wrong: forms.Form | None = None,
) -> HttpResponse:
    blank = (NoteForm(), PassOnForm(), CloseForm(), HoldForm(initial={"reason": found.hold}))
    names = ("note_form", "pass_on_form", "close_form", "hold_form")
    used = [wrong if wrong and type(each) is type(wrong) else each for each in blank]
    shown: dict[str, Any] = {
        **dict(zip(names, used, strict=True)),
        "contact": found,
        "late": _is_late(found, timezone.now()),
        "shown": _shown(found, content) if content else None,
        "closes_at": closes_at,
        "unopenable": unopenable,
        "wrong": wrong,
        "is_national": access.may(who(request), Permission.ANSWER_CONTACTS),
        "waits_nationally": found.authority_id is None or found.escalated_at is not None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "feedback/contacts/contact.html", shown, status=status)


def _shown(found: ContactRequest, content: Opened) -> Shown:
    asked = content.contact
    notes = ContactNote.objects.filter(request=found).select_related("written_by")
    council = Authority.objects.filter(gss_code=asked.council).values_list("name", flat=True)
    named = languages.LANGUAGES.get(asked.page_language)
    return Shown(
        contact=asked,
        way=_WAYS.get(How(asked.how), asked.how),
        council=council.first() or asked.council,
        page_language=named.english_name if named else asked.page_language,
        notes=tuple((each, content.notes.get(each.pk, "")) for each in notes),
    )

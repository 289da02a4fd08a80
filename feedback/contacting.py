"""Asking to be contacted, and what a listener does about it.

A request is sealed before it is kept, and told to its listeners in the same transaction. What a
listener does is a conditional UPDATE without a join, so that of two who do it at once one has done
it, and each act is audited. What is written about a request is sealed as well: notes of such work
hold names and numbers, whatever a form asks for.
"""

import hmac
import secrets
from dataclasses import asdict
from datetime import date, datetime
from json import dumps

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from authorities import access, audit
from authorities.models import Authority, User
from authorities.roles import Permission
from feedback import listeners
from feedback.contact import LONGEST_NOTE, Contact, sealed_note
from feedback.errors import Incomplete
from feedback.given import tidy
from feedback.models import ContactNote, ContactRequest
from feedback.querysets import ContactRequestQuerySet

State = ContactRequest.State

_SUBJECT = "Somebody asks to be contacted"
_BODY = """\
Somebody asks to be contacted, and nobody has taken it on yet. It waits for you here:

{inbox}

Please take it on within {minutes} minutes. After that, others are told.

This message says nothing of who it is, on purpose. Please do not answer it.
"""
_PASSED_ON = """\
A listener has passed a request to be contacted on to the national listeners. It waits for you here:

{inbox}

Please take it on within {minutes} minutes. Until somebody does, you are told again.

This message says nothing of who it is, on purpose. Please do not answer it.
"""


def contacts_for(
    user: User | AnonymousUser, *, today: date | None = None
) -> ContactRequestQuerySet:
    """The one door to contact requests: those of the person's authorities; and for national
    listeners, those that are national or were escalated.

    Raises:
        PermissionDenied: the person is nobody's listener.
    """
    access.require_somewhere(user, Permission.ANSWER_CONTACTS, today=today)
    held = access.held_by(user, today=today).giving(Permission.ANSWER_CONTACTS)
    return ContactRequest.objects.for_those_with(held)


def news_for(user: User) -> str:
    """How many wait for this person, in words for the staff home page."""
    waiting = contacts_for(user).waiting().count()
    return f"{waiting} waiting" if waiting else ""


@transaction.atomic
def ask(
    *, contact: Contact, form_id: str | None, now: datetime, simulated: bool = False
) -> ContactRequest:
    """Keep a request, sealed, and tell its listeners. The same form twice is one request.

    It is for the listeners of the council that was chosen, and for the national ones where it was
    not, where it is not to know, and where nobody listens for it today.

    Args:
        form_id: random, made with the form; with ``None`` a second tap cannot be recognised.
        simulated: it is invented, so nobody is told.

    Raises:
        NoListenersKey: there is nothing to seal it with yet. Nothing is kept.
    """
    minute = now.replace(second=0, microsecond=0)
    today = _day(now)
    request, is_new = ContactRequest.objects.get_or_create(
        once=_once(form_id, contact),
        defaults={
            "envelope": contact.sealed(listeners.public_key()),
            "authority": _addressed_to(contact, today=today),
            "received_at": minute,
            "told_at": minute,
            "simulated": simulated,
        },
    )
    if is_new and not simulated:
        listeners.tell(request.authority, subject=_SUBJECT, body=_letter(_BODY), today=today)
    return request


@transaction.atomic
def acknowledge(*, request: ContactRequest, by: User, now: datetime) -> bool:
    """Take a request on. Returns: whether nobody else had, until now."""
    waiting = ContactRequest.objects.waiting().filter(pk=request.pk)
    taken = waiting.update(state=State.ACKNOWLEDGED, acknowledged_by=by, acknowledged_at=now)
    if taken:
        _record(request, by, "contact acknowledged")
    return bool(taken)


@transaction.atomic
def note(*, request: ContactRequest, by: User, text: str, now: datetime) -> None:
    """Keep what was done or is to be known, sealed.

    Raises:
        Incomplete: nothing is said, or too much.
    """
    _keep_note(request, ContactNote.Act.NOTED, by, text, now)
    _record(request, by, "contact noted")


@transaction.atomic
def pass_on(*, request: ContactRequest, by: User, why: str, now: datetime) -> bool:
    """Give a request to the national listeners, with whom it then waits to be taken on.

    Whoever can see it may: the one who had taken it on may be ill. A national listener passes one
    on that they took on and cannot see through.

    Returns:
        Whether this changed anything: not one that is closed, nor one that waits with them already.

    Raises:
        Incomplete: why is not said, or at too great a length. Nothing has changed.
    """
    still_local = Q(state=State.WAITING, authority__isnull=False, escalated_at=None)
    to_pass_on = ContactRequest.objects.filter(Q(state=State.ACKNOWLEDGED) | still_local)
    taken = to_pass_on.filter(pk=request.pk).update(
        state=State.WAITING,
        acknowledged_by=None,
        acknowledged_at=None,
        escalated_at=now,
        told_at=now,
    )
    if taken:
        _keep_note(request, ContactNote.Act.PASSED_ON, by, why, now)
        _record(request, by, "contact passed on")
        if not request.simulated:
            body = _letter(_PASSED_ON)
            listeners.tell(None, subject=_SUBJECT, body=body, today=_day(now))
    return bool(taken)


@transaction.atomic
def close(*, request: ContactRequest, by: User, done: str, now: datetime) -> bool:
    """End the work on a request that was taken on, saying what was done.

    Returns:
        Whether it was taken on and open until now.

    Raises:
        Incomplete: what was done is not said, or at too great a length. Nothing has changed.
    """
    in_hand = ContactRequest.objects.filter(pk=request.pk, state=State.ACKNOWLEDGED)
    closed = in_hand.update(state=State.CLOSED, closed_at=now)
    if closed:
        _keep_note(request, ContactNote.Act.CLOSED, by, done, now)
        _record(request, by, "contact closed")
    return bool(closed)


@transaction.atomic
def hold(*, request: ContactRequest, by: User, why: str) -> None:
    """Keep a request beyond its 90 days, as for an inquiry; with an empty reason, no longer.

    Args:
        why: which matter it is. Kept in clear, so no names.
    """
    why = tidy(why)[:200]
    changed = ContactRequest.objects.filter(pk=request.pk).exclude(hold=why)
    if changed.update(hold=why):
        _record(request, by, "contact held" if why else "contact hold ended")


def _once(form_id: str | None, contact: Contact) -> bytes:
    """The same for a second tap on one form; another once the number in it was corrected."""
    said = dumps(asdict(contact), sort_keys=True)
    which = f"contact:{form_id or secrets.token_hex(16)}:{said}"
    return hmac.digest(settings.HEARD_ONCE_KEY, which.encode(), "sha256")


def _addressed_to(contact: Contact, *, today: date) -> Authority | None:
    if contact.elsewhere or not contact.council:
        return None
    for chosen in Authority.objects.in_force_on(today).filter(gss_code=contact.council):
        if listeners.are_there_for(chosen, today=today):
            return chosen
    return None


def _letter(body: str) -> str:
    return body.format(inbox=listeners.inbox(), minutes=settings.HEARD_CONTACT_MINUTES)


def _keep_note(request: ContactRequest, act: str, by: User, text: str, now: datetime) -> None:
    text = tidy(text)
    if not 0 < len(text) <= LONGEST_NOTE:
        raise Incomplete(f"Say it in words, {LONGEST_NOTE:,} letters at most.")
    ContactNote.objects.create(
        request=request,
        act=act,
        written_by=by,
        written_at=now,
        envelope=sealed_note(text, listeners.public_key()),
    )


def _record(request: ContactRequest, by: User, act: str) -> None:
    audit.record(
        actor=by, act=act, subject=f"contact request {request.pk}", authority=request.authority
    )


def _day(moment: datetime) -> date:
    """The day where the families are."""
    return timezone.localdate(moment)

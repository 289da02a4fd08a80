"""What nobody takes on in the set time goes further, again and again until somebody does.

A request to an authority comes to the national listeners. One that is with them already is told to
them again, and to the national administrators, who can appoint others or ring somebody up.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from authorities import audit
from feedback import listeners
from feedback.models import ContactRequest

_SUBJECT = "Nobody has taken on a request to be contacted"
_ESCALATED = """\
Somebody asked to be contacted, and the listeners whom they chose have not taken it on in the set
time. It is yours now too, and waits here:

{inbox}

Until somebody takes it on, you are told again every {minutes} minutes.

This message says nothing of who it is, on purpose. Please do not answer it.
"""
_STILL_WAITING = """\
Somebody asked to be contacted, and no listener has taken it on in the set time. It waits here:

{inbox}

Until somebody takes it on, the national listeners and the national administrators are told again
every {minutes} minutes.

This message says nothing of who it is, on purpose. Please do not answer it.
"""


def escalate_unacknowledged(*, now: datetime, after: timedelta) -> int:
    """Take further whatever has waited so long since somebody was last told of it.

    Returns:
        How many went further by this call. May be called again, and by two at once.
    """
    due = ContactRequest.objects.untold_since(now - after).filter(simulated=False)
    return sum(_escalate(request, now=now, after=after) for request in due.order_by("pk"))


@transaction.atomic
def _escalate(request: ContactRequest, *, now: datetime, after: timedelta) -> bool:
    """One round for one request, unless another worker made it or somebody took it on."""
    first_to_all = request.authority_id is not None and request.escalated_at is None
    as_it_was = ContactRequest.objects.waiting().filter(pk=request.pk, told_at=request.told_at)
    escalated_at = now if first_to_all else request.escalated_at
    if not as_it_was.update(told_at=now, escalated_at=escalated_at):
        return False
    text = _ESCALATED if first_to_all else _STILL_WAITING
    body = text.format(inbox=listeners.inbox(), minutes=round(after.total_seconds() / 60))
    today = timezone.localdate(now)
    listeners.tell(None, subject=_SUBJECT, body=body, today=today)
    if not first_to_all:
        listeners.tell_administrators(subject=_SUBJECT, body=body, today=today)
    audit.record(
        actor=None,
        act="contact escalated" if first_to_all else "contact told again",
        subject=f"contact request {request.pk}",
        authority=request.authority,
    )
    return True

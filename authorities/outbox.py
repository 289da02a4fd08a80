"""The outbox: a message is a row written with the news it tells, and sent by a task.

A message is sent at least once, and almost always exactly once. Nobody can promise more: a worker
killed after the mail server took the message, and before the row says so, leaves a row that will
be sent again. What is never in doubt is that a message whose news was kept is sent, and that one
whose news was rolled back is not.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPException
from typing import Final

import structlog
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F

from authorities.models import Message
from authorities.querysets import MessageQuerySet
from authorities.signals import message_written

log = structlog.get_logger(__name__)

# How long to wait after each failed attempt. After the last, a person has to look.
WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
MOST_ATTEMPTS: Final = len(WAITS) + 1
# Longer than any mail server is waited for (settings.EMAIL_TIMEOUT is in seconds). A message
# still being sent after this was left by a worker that was killed.
LEASE: Final = timedelta(minutes=10)
# Sent messages hold names and addresses of staff, and are of no use later.
KEPT_AFTER_SENDING: Final = timedelta(days=90)
AT_ONE_SWEEP: Final = 500


@transaction.atomic
def send_later(*, to: str, subject: str, body: str) -> Message:
    """Write a message into the outbox, in the caller's transaction; it is sent after commit.

    Args:
        to: one e-mail address.
        subject: line breaks in it become spaces.
        body: plain text. It is never logged, and is erased once it was sent, or given up.

    Raises:
        ValidationError: ``to`` is not an e-mail address. Nothing has changed.
    """
    validate_email(to)
    message = Message.objects.create(to=to, subject=" ".join(subject.split())[:200], body=body)
    transaction.on_commit(partial(message_written.send_robust, Message, message_id=message.pk))
    return message


def deliver(message_id: int, *, now: datetime) -> bool:
    """Send one message if it is due. Safe to call twice, and from many workers at once.

    Not one transaction, on purpose: no row is locked while a mail server is waited for. One
    conditional UPDATE takes the message until ``LEASE`` is over; the number of the attempt is the
    receipt, so that a worker that slept past its lease cannot speak for the one that came after.

    Returns:
        Whether this call sent it.
    """
    due = Message.objects.due_at(now).filter(pk=message_id, attempts__lt=MOST_ATTEMPTS)
    if not due.update(state=Message.State.SENDING, attempts=F("attempts") + 1, due_at=now + LEASE):
        return False
    message = Message.objects.get(pk=message_id)
    try:
        EmailMessage(subject=message.subject, body=message.body, to=[message.to]).send()
    except (SMTPException, OSError, ValueError) as failure:
        _put_back(message, failure, now=now)
        return False
    _taken(message).update(state=Message.State.SENT, sent_at=now, body="")
    return True


def due_messages(*, now: datetime) -> Iterable[int]:
    """The ids of what should have been sent by now, oldest first; as many as one sweep takes."""
    due = Message.objects.due_at(now).filter(attempts__lt=MOST_ATTEMPTS)
    return list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONE_SWEEP])


def give_up(*, now: datetime) -> int:
    """Mark as failed what was left at its last attempt by a killed worker; how many those were."""
    left = Message.objects.due_at(now).filter(attempts__gte=MOST_ATTEMPTS)
    return left.update(state=Message.State.FAILED, body="")


def forget(*, now: datetime) -> int:
    """Delete what was sent long ago; how many messages those were."""
    old = Message.objects.filter(state=Message.State.SENT, sent_at__lt=now - KEPT_AFTER_SENDING)
    return old.delete()[0]


def _put_back(message: Message, failure: Exception, *, now: datetime) -> None:
    # The failure's own words may quote the address, so only its kind is logged.
    log.warning(
        "a message was not sent",
        message_id=message.pk,
        attempt=message.attempts,
        failure=type(failure).__name__,
    )
    if message.attempts >= MOST_ATTEMPTS:
        _taken(message).update(state=Message.State.FAILED, body="")
    else:
        again_at = now + WAITS[message.attempts - 1]
        _taken(message).update(state=Message.State.WAITING, due_at=again_at)


def _taken(message: Message) -> MessageQuerySet:
    """The message, as long as nobody took it after this attempt."""
    return Message.objects.filter(
        pk=message.pk, state=Message.State.SENDING, attempts=message.attempts
    )

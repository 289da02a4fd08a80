"""The listeners: the key that contact requests are sealed to, and who is told that one waits."""

from collections.abc import Iterable
from datetime import date

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from authorities import outbox
from authorities.models import Authority, Membership
from authorities.querysets import MembershipQuerySet
from authorities.roles import Permission
from feedback.errors import NoListenersKey
from feedback.models import PublicKey
from surveys.keyring import Keyring

KEY_NAME = "listeners"

log = structlog.get_logger(__name__)


def publish_key(*, keyring: Keyring, today: date) -> bool:
    """Make the listeners' key pair, unless it was made, and let web processes seal to it.

    The database follows the key directory and never the reverse: were another key put there, by a
    mistake or by somebody who wants to read, this finds it within a minute, says so and puts it
    right. What was sealed in between does not open, and the page that opens it says that.

    Returns:
        Whether anything was written.

    Raises:
        KeyMissing: it was made before and is lost or damaged; its recovery copy is still there.
    """
    public_key = keyring.make_pair(KEY_NAME)
    published, made_now = PublicKey.objects.get_or_create(
        name=KEY_NAME, defaults={"key": public_key, "made_on": today}
    )
    if made_now or bytes(published.key) == public_key:
        return made_now
    log.error("the listeners' key in the database was not ours, and was put right")
    PublicKey.objects.filter(name=KEY_NAME).update(key=public_key, made_on=today)
    return True


def public_key() -> bytes:
    """What to seal to.

    Raises:
        NoListenersKey: no worker has made it yet.
    """
    for published in PublicKey.objects.filter(name=KEY_NAME):
        return bytes(published.key)
    raise NoListenersKey


def are_there_for(authority: Authority, *, today: date) -> bool:
    """Whether an authority has a listener today."""
    return _listening(today).filter(authority=authority).exists()


def tell(authority: Authority | None, *, subject: str, body: str, today: date) -> None:
    """Write to each listener of an authority, or to each national one.

    Where there is no national listener, to the national administrators: they can appoint one.
    """
    found = list(_addresses(_listening(today).filter(authority=authority)))
    if not found and authority is None:
        log.error("there is no national listener, so the administrators are told")
        found = list(_administrators(today))
    _send(found, subject, body)


def tell_administrators(*, subject: str, body: str, today: date) -> None:
    """Write to those who can appoint a listener for the whole country."""
    _send(_administrators(today), subject, body)


def inbox() -> str:
    """The address of the inbox."""
    return f"{settings.HEARD_BASE_URL}{reverse('contacts')}"


def _listening(today: date) -> MembershipQuerySet:
    return _held(Permission.ANSWER_CONTACTS, today)


def _administrators(today: date) -> Iterable[str]:
    return _addresses(_held(Permission.MANAGE_PEOPLE, today).filter(authority=None))


def _held(permission: Permission, today: date) -> MembershipQuerySet:
    return Membership.objects.held_on(today).of_someone_active().giving(permission)


def _addresses(memberships: MembershipQuerySet) -> Iterable[str]:
    return memberships.order_by("user__email").values_list("user__email", flat=True).distinct()


def _send(addresses: Iterable[str], subject: str, body: str) -> None:
    for address in addresses:
        try:
            outbox.send_later(to=address, subject=subject, body=body)
        except ValidationError:
            # One bad address must not keep a child's request from being kept, nor others told.
            log.exception("a listener cannot be told: their address is none")

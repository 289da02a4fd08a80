"""Tokens with which an authority's own system pushes its lists. Only a digest of one is kept."""

from datetime import date, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from django.db import transaction

from authorities import audit
from authorities.models import Authority, Membership, User
from authorities.roles import Permission
from surveys.errors import Refused
from surveys.models import PushToken

LONGEST: Final = timedelta(days=366)
# So that whoever finds one in the wrong place knows what it is.
_BEGINS: Final = "heard-push-"


@transaction.atomic
def make(
    *, authority: Authority, name: str, expires_on: date, by: User, today: date
) -> tuple[PushToken, str]:
    """A new token, which is told once and never again.

    Raises:
        Refused: no system is named, or the last day is over or more than a year away.
    """
    if not 0 < len(name.strip()) <= 80:
        raise Refused("Say which system it is for, in at most 80 characters.")
    if not today <= expires_on <= today + LONGEST:
        raise Refused("A token lasts until a day from today on, at most a year away.")
    secret = _BEGINS + token_urlsafe(32)
    token = PushToken.objects.create(
        authority=authority,
        name=name.strip(),
        digest=_digest(secret),
        made_by=by,
        made_on=today,
        expires_on=expires_on,
    )
    audit.record(actor=by, act="push token made", subject=token.name, authority=authority)
    return token, secret


@transaction.atomic
def revoke(*, token: PushToken, by: User, today: date) -> None:
    """From now on it opens nothing. May be called twice."""
    if PushToken.objects.filter(pk=token.pk, revoked_on=None).update(revoked_on=today):
        audit.record(
            actor=by, act="push token revoked", subject=token.name, authority=token.authority
        )


def token_for(secret: str, *, today: date) -> PushToken | None:
    """The token with this secret that holds today; its use is noted, to the day."""
    found = PushToken.objects.select_related("authority").filter(
        digest=_digest(secret), revoked_on=None, expires_on__gte=today
    )
    token = found.first()
    if token is None or token.made_by_id not in who_may_answer(token.authority, today=today):
        return None
    if token.used_on != today:
        PushToken.objects.filter(pk=token.pk).update(used_on=today)
    return token


def who_may_answer(authority: Authority, *, today: date) -> set[int]:
    """Whose tokens hold: those who may still invite families there. One query.

    A token can do no more than whoever made it; else it would outlive their role by a year.
    """
    held = Membership.objects.held_on(today).of_someone_active()
    invite = held.giving(Permission.INVITE_FAMILIES).over(authority)
    return set(invite.values_list("user", flat=True))


def _digest(secret: str) -> bytes:
    # Not keyed and not stretched: it is 256 bits of chance, and nobody finds it by trying.
    return sha256(secret.encode()).digest()

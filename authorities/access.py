"""Whether a person may do a thing. Roles say what; memberships say who, where and when.

Being a superuser of Django's admin gives nothing here, so that one switch cannot open every door.
"""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from authorities.models import Authority, Membership, User
from authorities.querysets import AuthorityQuerySet, MembershipQuerySet
from authorities.roles import Permission


def may(
    user: User | AnonymousUser,
    permission: Permission,
    authority: Authority | None = None,
    *,
    today: date | None = None,
) -> bool:
    """Whether the person may do this in the authority, or nationally where none is given.

    What is held nationally is held in every authority; never the other way round. One query.

    Args:
        today: the day to judge by; the day where the families are, if not given.
    """
    return held_by(user, today=today).giving(permission).over(authority).exists()


def require(
    user: User | AnonymousUser,
    permission: Permission,
    authority: Authority | None = None,
    *,
    today: date | None = None,
) -> None:
    """Stop here whoever may not.

    Raises:
        PermissionDenied: with a sentence that can be shown.
    """
    if not may(user, permission, authority, today=today):
        raise PermissionDenied(
            _refusal(permission, f"in {authority}" if authority else "nationally")
        )


def may_somewhere(
    user: User | AnonymousUser, permission: Permission, *, today: date | None = None
) -> bool:
    """Whether the person may do this nationally, or in any authority at all. One query."""
    return held_by(user, today=today).giving(permission).exists()


def require_somewhere(
    user: User | AnonymousUser, permission: Permission, *, today: date | None = None
) -> None:
    """Stop here whoever may do this neither nationally nor in any authority.

    Raises:
        PermissionDenied: with a sentence that can be shown.
    """
    if not may_somewhere(user, permission, today=today):
        raise PermissionDenied(_refusal(permission, "nationally or in an authority"))


def authorities_for(
    user: User | AnonymousUser, permission: Permission, *, today: date | None = None
) -> AuthorityQuerySet:
    """The authorities in which the person may do this: the one door to lists of them. One query."""
    return Authority.objects.under(held_by(user, today=today).giving(permission))


def held_by(user: User | AnonymousUser, *, today: date | None = None) -> MembershipQuerySet:
    """The roles of someone who has not left, on the day. Whoever is not signed in has none."""
    if isinstance(user, AnonymousUser):
        return Membership.objects.none()
    held = Membership.objects.filter(user=user).of_someone_active()
    return held.held_on(today or timezone.localdate())


def _refusal(permission: Permission, where: str) -> str:
    what = permission.value.replace("_", " ")
    return (
        f"Your account has no role that lets you do this ({what}) {where}. "
        "If you need it for your work, ask a national administrator."
    )

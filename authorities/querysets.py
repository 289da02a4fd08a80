"""Reads, as domain words."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.contrib.auth.models import BaseUserManager
from django.db.models import Exists, Q, QuerySet

from authorities.errors import HistoryIsKept
from authorities.roles import Permission, roles_with

if TYPE_CHECKING:
    from authorities.models import AuditEntry, Authority, Membership, Message, User


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, name: str, password: str | None = None, **more: Any
    ) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name, **more)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None) -> "User":
        return self.create_user(email, name, password, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class AuthorityQuerySet(QuerySet["Authority"]):
    def under(self, memberships: "MembershipQuerySet") -> Self:
        """Those the memberships are held in: all of them where one is held nationally."""
        nationally = memberships.filter(authority=None)
        return self.filter(Exists(nationally) | Q(pk__in=memberships.values("authority")))

    def in_force_on(self, day: date) -> Self:
        return self.filter(in_force_from__lte=day).filter(
            Q(in_force_until=None) | Q(in_force_until__gte=day)
        )


class MembershipQuerySet(QuerySet["Membership"]):
    def held_on(self, day: date) -> Self:
        return self.filter(held_from__lte=day).filter(Q(held_until=None) | Q(held_until__gte=day))

    def lasting(self, until: date | None) -> Self:
        """Held until that day at least; with no day, held without an end."""
        for_ever = Q(held_until=None)
        return self.filter(for_ever if until is None else for_ever | Q(held_until__gte=until))

    def of_someone_active(self) -> Self:
        return self.filter(user__is_active=True)

    def giving(self, permission: Permission) -> Self:
        """Whose role gives the permission where it is held: nationally, or in one authority."""
        return self.filter(
            Q(authority=None, role__in=roles_with(permission, nationally=True))
            | Q(authority__isnull=False, role__in=roles_with(permission, nationally=False))
        )

    def over(self, authority: "Authority | None") -> Self:
        """Held nationally, or in this authority; with no authority, nationally only."""
        if authority is None:
            return self.filter(authority=None)
        return self.filter(Q(authority=None) | Q(authority=authority))


class AuditEntryQuerySet(QuerySet["AuditEntry"]):
    def about(self, authority: "Authority") -> Self:
        return self.filter(authority=authority)

    def update(self, **_: Any) -> NoReturn:
        raise HistoryIsKept

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise HistoryIsKept

    def delete(self) -> NoReturn:
        raise HistoryIsKept


class MessageQuerySet(QuerySet["Message"]):
    def due_at(self, now: datetime) -> Self:
        """Waiting to be sent; or taken by a worker whose lease is over, so that it was killed."""
        return self.filter(state__in=("waiting", "sending"), due_at__lte=now)

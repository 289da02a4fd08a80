"""Reads, as domain words."""

from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from django.contrib.auth.models import BaseUserManager
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from authorities.errors import HistoryIsKept
from authorities.roles import Permission, Role, kept_apart_from, roles_with

if TYPE_CHECKING:
    from authorities.models import (
        AuditEntry,
        Authority,
        Membership,
        Message,
        StaffInvitation,
        User,
    )


# How the acts begin whose subject ends with a person's number. By these alone it is known that an
# entry tells of somebody: other subjects hold words that people chose, such as a system's name,
# and they may have chosen "person 2".
ON_PEOPLE: Final = ("person added", "person changed", "role given", "role ended", "second factor ")


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

    def held_between(self, first: date, last: date | None) -> Self:
        """Held on at least one of these days; with no last day, on any from the first on."""
        found = self.filter(Q(held_until=None) | Q(held_until__gte=first))
        return found if last is None else found.filter(held_from__lte=last)

    def kept_apart_from(self, role: Role, authority: "Authority | None") -> Self:
        """Those that nobody may hold together with this role in this place."""
        found = self.filter(role__in=kept_apart_from(role))
        return found if authority is None else found.over(authority)

    def held_against_the_rule(self) -> Self:
        """Of each two roles of one person that must be kept apart and are not: both."""
        against = Q(pk__in=())
        for role in Role:
            others = self._of_the_same_person(kept_apart_from(role))
            in_one_place = Q(authority=None) | Q(authority=OuterRef("authority"))
            against |= Q(role=role) & (
                Exists(others.filter(in_one_place)) | (Q(authority=None) & Exists(others))
            )
        return self.filter(against)

    def _of_the_same_person(self, roles: frozenset[Role]) -> "MembershipQuerySet":
        """For a query of memberships: those roles of the same person, held on a day of both."""
        last_day = Coalesce(OuterRef("held_until"), Value(date.max))
        found: MembershipQuerySet = MembershipQuerySet(self.model).filter(
            user=OuterRef("user"), role__in=roles, held_from__lte=last_day
        )
        return found.filter(Q(held_until=None) | Q(held_until__gte=OuterRef("held_from")))

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


class StaffInvitationQuerySet(QuerySet["StaffInvitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor revoked; it may have run out."""
        return self.filter(accepted_at=None, revoked_at=None)

    def to(self, email: str) -> Self:
        return self.filter(email=email.strip().lower())

    def open_at(self, now: datetime) -> Self:
        """Waiting, and not run out."""
        return self.waiting().filter(expires_at__gt=now)

    def kept_apart_from(self, role: Role, authority: "Authority | None") -> Self:
        """Those to a role that nobody may hold together with this one in this place."""
        found = self.filter(role__in=kept_apart_from(role))
        if authority is None:
            return found
        return found.filter(Q(authority=None) | Q(authority=authority))


def _on(person: int) -> Q:
    acts = reduce(or_, (Q(act__startswith=each) for each in ON_PEOPLE))
    subject = f"person {person}"
    return acts & (Q(subject=subject) | Q(subject__endswith=f", {subject}"))


class AuditEntryQuerySet(QuerySet["AuditEntry"]):
    def by_or_on(self, person: int) -> Self:
        """What this person did, and what was done about them."""
        return self.filter(Q(actor=person) | _on(person))

    def on(self, person: int) -> Self:
        """What was done about this person."""
        return self.filter(_on(person))

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

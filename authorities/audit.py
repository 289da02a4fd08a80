"""Writing down who did what, and who may read it.

The audit is added to, never edited: the database refuses too.

On PostgreSQL the owner of the tables can still empty it with TRUNCATE; see ``0002_keep_the_audit``.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from authorities import access
from authorities.models import AuditEntry, Authority, User
from authorities.querysets import AuditEntryQuerySet, AuthorityQuerySet
from authorities.roles import Permission

# How the subjects begin that national readers alone may see. See keep_national.
_national: set[str] = set()

# From some authorities, the subjects of national entries that concern them.
Subjects = Callable[[Collection[Authority] | AuthorityQuerySet], QuerySet[Any, Any]]
# Of which acts. See share_national.
_shared: dict[frozenset[str], Subjects] = {}


def keep_national(*beginnings: str) -> None:
    """Have subjects that begin so read nationally only, whatever authority they concern.

    What a listener does with the words of one family would tell the authority, which may be what
    the family complained of, that one of its families wrote, and when. Packages above call this in
    their AppConfig's ``ready``. Safe to call twice.
    """
    _national.update(beginnings)


def share_national(acts: Collection[str], subjects: Subjects) -> None:
    """Have national entries of these acts read by the authorities that they concern, too.

    That a wave is extended is done once, nationally, and concerns each authority that takes part.
    Packages above call this in their AppConfig's ``ready``. Safe to call twice.

    Args:
        subjects: from authorities, a query of the subjects of entries that concern them.
    """
    _shared[frozenset(acts)] = subjects


def concerning(authorities: Collection[Authority] | AuthorityQuerySet) -> Q:
    """Entries of these authorities, and national ones that concern them."""
    found = Q(authority__in=authorities)
    for acts, subjects in _shared.items():
        of_them = subjects(authorities)
        found |= Q(authority=None, act__in=sorted(acts), subject__in=of_them)
    return found


def readable_by(user: User | AnonymousUser, *, today: date) -> AuditEntryQuerySet:
    """The entries that the person may read: all, or what concerns their authorities. One query."""
    entries = AuditEntry.objects.order_by("-pk")
    if access.may(user, Permission.READ_AUDIT, today=today):
        return entries
    own = access.authorities_for(user, Permission.READ_AUDIT, today=today)
    kept = Q(pk__in=())
    for beginning in sorted(_national):
        kept |= Q(subject__startswith=beginning)
    return entries.filter(concerning(own)).exclude(kept)


def record(
    *,
    actor: User | None,
    act: str,
    subject: str,
    authority: Authority | None = None,
    why: str = "",
) -> AuditEntry:
    """Add an entry, in the transaction of the act it tells of.

    Args:
        actor: who did it; ``None`` for a command or a task that nobody signed in for.
        act: what was done, as a noun and a verb in the past: ``"membership granted"``.
        subject: to what, in words that stay true when the thing is gone. Nothing about a family.
        why: a reason, where one was given.
    """
    return AuditEntry.objects.create(
        actor=actor, act=act, subject=subject[:120], authority=authority, why=why
    )

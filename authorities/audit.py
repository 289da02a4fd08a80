"""Writing down who did what, and who may read it.

The audit is added to, never edited: the database refuses too.

On PostgreSQL the owner of the tables can still empty it with TRUNCATE; see ``0002_keep_the_audit``.
"""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from authorities import access
from authorities.models import AuditEntry, Authority, User
from authorities.querysets import AuditEntryQuerySet
from authorities.roles import Permission

# How the subjects begin that national readers alone may see. See keep_national.
_national: set[str] = set()


def keep_national(*beginnings: str) -> None:
    """Have subjects that begin so read nationally only, whatever authority they concern.

    What a listener does with the words of one family would tell the authority, which may be what
    the family complained of, that one of its families wrote, and when. Packages above call this in
    their AppConfig's ``ready``. Safe to call twice.
    """
    _national.update(beginnings)


def readable_by(user: User | AnonymousUser, *, today: date) -> AuditEntryQuerySet:
    """The entries that the person may read: all, or those of their own authorities. One query."""
    entries = AuditEntry.objects.order_by("-pk")
    if access.may(user, Permission.READ_AUDIT, today=today):
        return entries
    own = access.authorities_for(user, Permission.READ_AUDIT, today=today)
    kept = Q(pk__in=())
    for beginning in sorted(_national):
        kept |= Q(subject__startswith=beginning)
    return entries.filter(authority__in=own).exclude(kept)


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

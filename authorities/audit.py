"""Writing down who did what. The audit is added to, never edited: the database refuses too.

On PostgreSQL the owner of the tables can still empty it with TRUNCATE; see ``0002_keep_the_audit``.
"""

from authorities.models import AuditEntry, Authority, User


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

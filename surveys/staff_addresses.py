"""Whose addresses are no family's: those of people who have a role here.

Whoever uploads a list could put addresses of their own on it, and learn from the reminders that do
not come which code was used: docs/adr/0015-sending-without-knowing.md.
"""

from datetime import date

from authorities.models import Authority, Membership
from authorities.querysets import MembershipQuerySet
from surveys import addresses


def mailboxes(*, today: date) -> frozenset[str]:
    """Of everybody who holds a role, in any authority or nationally. One query."""
    emails = _held(today).values_list("user__email", flat=True).distinct()
    return frozenset(addresses.mailbox(each.casefold()) for each in emails)


def domains_of(authority: Authority, *, today: date) -> frozenset[str]:
    """Of the authority's own staff; without those where anybody can have a mailbox. One query."""
    held = _held(today).filter(authority=authority)
    emails = held.values_list("user__email", flat=True).distinct()
    domains = (each.casefold().rpartition("@")[2] for each in emails)
    return frozenset(domains) - addresses.OF_ANYBODY


def _held(today: date) -> MembershipQuerySet:
    return Membership.objects.held_between(today, None).of_someone_active()

"""Writing to the people of authorities: one message each, through the outbox, kept in the audit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from authorities import audit, outbox
from authorities.models import Authority, Membership, User
from authorities.roles import Role


@dataclass(frozen=True, slots=True)
class Told:
    """How many people of how many authorities were written to, and which authorities have none."""

    people: int
    authorities: int
    without: tuple[str, ...]


@transaction.atomic
def coordinators(
    *, authorities: Collection[Authority], subject: str, body: str, by: User, today: date
) -> Told:
    """Write to the coordinators of these authorities: once to each person, whatever they hold.

    Returns:
        Whom it was sent to. Where nobody is a coordinator nothing is sent, and the caller says so.
    """
    held = (
        Membership.objects.held_on(today)
        .of_someone_active()
        .filter(role=Role.COORDINATOR, authority__in=authorities)
        .values_list("user__email", "authority")
    )
    addresses = sorted({email for email, _ in held})
    reached = {authority for _, authority in held}
    for address in addresses:
        outbox.send_later(to=address, subject=subject, body=f"{body}\n\n{by.name}\n{by.email}")
    for authority in authorities:
        if authority.pk in reached:
            audit.record(
                actor=by, act="coordinators written to", subject=subject, authority=authority
            )
    return Told(
        len(addresses),
        len(reached),
        tuple(each.name for each in authorities if each.pk not in reached),
    )

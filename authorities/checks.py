"""What must be true of the people here; looked at whenever the database is checked or migrated."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from authorities.models import Membership
from authorities.roles import Role

APART_AND_HELD = "authorities.W001"


@checks.register(checks.Tags.database)
def roles_are_kept_apart(
    databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """The rule refuses them (people.grant); this finds rows that were made past it.

    No constraint of the database could: it is about several rows, and holds for days.
    """
    return [
        checks.Warning(
            f"Person {person} is {Role(role).words} in {place or 'England'}, and holds another "
            "role there that must be kept apart from it.",
            hint="End one of the two at /staff/people/.",
            id=APART_AND_HELD,
        )
        for database in databases or ()
        if Membership._meta.db_table in connections[database].introspection.table_names()
        for person, role, place in Membership.objects.using(database)
        .held_against_the_rule()
        # By name, so that it can be asked while the tables of a newer version are not there yet.
        .values_list("user", "role", "authority__name")
    ]

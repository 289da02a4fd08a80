"""Who is asked by a code: the one read behind every page and every ballot of a family.

Django takes several times as long to put this question into SQL as the database takes to answer
it. So a process puts it once. Nothing that was read is kept: a help number that changed and a wave
that was closed are seen at once.
"""

import json
from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import TypeVar

from django.db import connection
from django.db.models import Model

from authorities.models import Authority
from surveys import prepared
from surveys.models import Invitation, Participation, Version, Wave

M = TypeVar("M", bound=Model)

# The tables in the order in which their columns are asked for, and the way there.
_WAY: dict[type[Model], str] = {
    Invitation: "",
    Participation: "participation__",
    Wave: "participation__wave__",
    Authority: "participation__authority__",
    Version: "participation__version__",
}
# The parsed survey is at hand by its digest, so most requests do without these.
_LONG = frozenset({"source", "translations"})
_JSON = ("promises", "languages", "asked_groups")  # of the wave


def find(digest: bytes) -> Invitation | None:
    """The invitation with this digest, its participation, and that one's wave, authority, version.

    One query, and no other until a long text of the version is asked for.
    """
    row = prepared.first_row(_question(), [digest])
    return None if row is None else _put_together(row)


def _put_together(row: Sequence[object]) -> Invitation:
    values = iter(row)

    def made(model: type[M]) -> M:
        names = _columns(model)
        return model.from_db(connection.alias, names, [*islice(values, len(names))])

    invitation, participation = made(Invitation), made(Participation)
    participation.wave, participation.authority = made(Wave), made(Authority)
    participation.version = made(Version)
    # A row that does not come by way of a QuerySet has JSON as text.
    for name in _JSON:
        setattr(participation.wave, name, json.loads(getattr(participation.wave, name)))
    invitation.participation = participation
    return invitation


@cache
def _question() -> str:
    """In the database's SQL, as Django puts it. Its one parameter is the digest."""
    wanted = [way + name for model, way in _WAY.items() for name in _columns(model)]
    asked = Invitation.objects.with_digest(b"").values_list(*wanted)
    return str(asked.query.get_compiler(connection=connection).as_sql()[0])


@cache
def _columns(model: type[Model]) -> Sequence[str]:
    names = [field.attname for field in model._meta.concrete_fields]
    return [name for name in names if name not in _LONG]

"""The doors of the staff home page. Packages above register theirs; nothing here knows them.

A package calls :func:`register` in its AppConfig's ``ready``. A door stands on a person's page when
their roles let them through; the page behind it asks again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from authorities.roles import Permission


@dataclass(frozen=True, slots=True)
class Door:
    """A page of the staff's.

    Args:
        title: what the link says, as a thing to do: "Read what families wrote".
        what: one sentence on what is there.
        url_name: the name of its address.
        permission: what the page behind it requires.
        of_each_authority: there is one such page for each authority, whose address takes its
            ``gss_code``. Otherwise the permission must be held nationally,
        anywhere: or, with this, nationally or in any authority: the page sorts out what to show.
        news: given a person, what waits for them there, in few words: "3 wait". "" for nothing.
    """

    title: str
    what: str
    url_name: str
    permission: Permission
    of_each_authority: bool = False
    anywhere: bool = False
    news: Callable[[Any], str] | None = None


_doors: dict[str, Door] = {}


def register(door: Door) -> None:
    """Add a door, after those before it. Safe to call twice."""
    _doors[door.url_name] = door


def registered() -> tuple[Door, ...]:
    return tuple(_doors.values())

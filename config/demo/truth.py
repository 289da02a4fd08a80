"""What is true in an invented England, before anyone is asked. Pure.

Levels are log-odds of a favourable answer. Authorities differ a little, services and ages more.
In most authorities nothing changes from wave to wave: what moves there is the luck of who
answered. In a few, some things truly get better or worse.

Every number here is invented. None is taken from a real authority, and none is a forecast.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Self

from config.demo.dice import log_odds

# The share of favourable answers, nationally, by the code of the item that asks.
USUAL = {
    "overall": 0.76,
    "safe": 0.83,
    "respected": 0.81,
    "listened": 0.71,
    "told": 0.66,
    "decisions": 0.57,
    "rights": 0.68,
    "promises": 0.61,
    "same-worker": 0.52,
    "easy-to-reach": 0.59,
    "difference": 0.69,
    "someone": 0.85,
}
USUAL_ELSEWHERE = 0.70  # items that are not named above

# Added to the level, by service and by age version; 0 where none is named.
OF_SERVICE = {
    "child-protection": -0.40,
    "leaving-care": -0.30,
    "youth-justice": -0.20,
    "in-care": -0.05,
    "disabled-children": -0.10,
    "early-help": 0.25,
    "adoption": 0.20,
    "health-visiting": 0.40,
}
OF_AGE = {"4-7": 0.45, "8-11": 0.25, "12-17": -0.20, "18-25": -0.15, "parent": 0.0}

# One thing gets better everywhere, slowly; a national story to find.
NATIONAL_DRIFT = {"told": 0.03}

_BETWEEN_AUTHORITIES = 0.16
_WITHIN_AN_AUTHORITY = 0.14  # by item, and by service
_STEP = 0.12  # a wave's change, where there is one
_CHANGES_IN = 4  # items
_STORIES_EACH = 0.07  # of all authorities


class Story(Enum):
    """What truly happens in an authority over the waves."""

    STEADY = 0
    IMPROVING = 1
    DECLINING = -1


@dataclass(frozen=True, slots=True)
class Place:
    """An authority, as far as the simulation needs it.

    Args:
        area: its GSS code.
        using: how many use each of its services, by code.
    """

    area: str
    using: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Truth:
    """How things are in one authority, as parts of a level."""

    by_item: Mapping[str, float]
    by_service: Mapping[str, float]
    change: Mapping[str, float]  # a wave, by item

    @classmethod
    def about(
        cls,
        place: Place,
        *,
        story: Story,
        items: Sequence[str],
        seed: str,
    ) -> Self:
        """Drawn once for a place; the same for the same seed."""
        chance = Random(f"{seed}/truth/{place.area}")
        here = chance.gauss(0, _BETWEEN_AUTHORITIES)
        by_item = {
            each: log_odds(USUAL.get(each, USUAL_ELSEWHERE))
            + here
            + chance.gauss(0, _WITHIN_AN_AUTHORITY)
            for each in items
        }
        by_service = {
            each: OF_SERVICE.get(each, 0.0) + chance.gauss(0, _WITHIN_AN_AUTHORITY)
            for each in place.using
        }
        moved = chance.sample(items, min(_CHANGES_IN, len(items)))
        change = {
            each: NATIONAL_DRIFT.get(each, 0.0) + (story.value * _STEP if each in moved else 0.0)
            for each in items
        }
        return cls(by_item, by_service, change)

    def level(self, item: str, *, service: str, age_version: str, wave: int) -> float:
        """The log-odds of a favourable answer, in the wave of that number, from 0."""
        return (
            self.by_item[item]
            + self.by_service.get(service, 0.0)
            + OF_AGE.get(age_version, 0.0)
            + self.change[item] * wave
        )


def stories(areas: Collection[str], *, seed: str) -> dict[str, Story]:
    """What happens where: in most places nothing. At least one improves, where there are two."""
    chance = Random(f"{seed}/stories")
    each = max(1, round(len(areas) * _STORIES_EACH)) if len(areas) > 1 else 0
    moving = chance.sample(sorted(areas), min(2 * each, len(areas)))
    found = dict.fromkeys(areas, Story.STEADY)
    found |= dict.fromkeys(moving[:each], Story.IMPROVING)
    found |= dict.fromkeys(moving[each:], Story.DECLINING)
    return found

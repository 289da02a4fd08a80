"""The weighting cells: groups whose size in the population is known. Pure.

Declared before the first wave, at most eight, so that a total can be weighted to how many children
use each service (methods.md 2.6) when the replies themselves are destroyed. Parents are apart from
the young, because they answer for a child and answer more often.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

SERVICE_ITEM = "service"
PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Cell:
    """Those of one service (a code of ``surveys/services.toml``): parents, or the young."""

    code: str
    service: str
    parents: bool


CELLS = (
    Cell("child-in-need-young", "child-in-need", parents=False),
    Cell("child-in-need-parent", "child-in-need", parents=True),
    Cell("child-protection-young", "child-protection", parents=False),
    Cell("child-protection-parent", "child-protection", parents=True),
    Cell("in-care-young", "in-care", parents=False),
    Cell("in-care-parent", "in-care", parents=True),
    # A care leaver's parent is not one of the care leavers whose number is known.
    Cell("leaving-care-young", "leaving-care", parents=False),
)
# The eighth: everyone else, and those who did not say.
REST = "rest"


class Eligible(NamedTuple):
    """How many could answer, of one service and, where it is known, of one age version."""

    service: str
    age_band: str
    number: int


class Population(NamedTuple):
    """How many could answer.

    Args:
        numbers: by group of cells.
        group_of: the group of each cell whose size is known; where only a service's whole number
            is, its young and its parents are one group.
    """

    numbers: Mapping[str, int]
    group_of: Mapping[str, str]


def population_of(rows: Iterable[Eligible]) -> Population:
    """What eligible numbers say of the cells; nothing of a service that they do not name."""
    of_service: defaultdict[str, list[Eligible]] = defaultdict(list)
    for row in rows:
        of_service[row.service].append(row)
    numbers: defaultdict[str, int] = defaultdict(int)
    group_of = {}
    for cell in CELLS:
        known = of_service.get(cell.service, [])
        split = bool(known) and all(row.age_band for row in known)
        for row in known:
            if split and (row.age_band == PARENT) == cell.parents:
                group_of[cell.code] = cell.code
                numbers[cell.code] += row.number
        if known and not split:
            group_of[cell.code] = cell.service
            numbers[cell.service] = sum(row.number for row in known)
    return Population(dict(numbers), group_of)

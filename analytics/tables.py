"""Counts of people in a table with a known total: which of them to hide. Pure.

A count is hidden where it, or what is left of the total, is 1 to 5 (`analytics/disclosure.py`).
One hidden count alone is the total less the others, so the next smallest are hidden too, until
each hidden count could still be any of six or more (methods.md 2.8: its range is at least 5 wide).
The reader we guard against knows the total, every count that is shown, that a zero would have been
shown, that we hide the smallest first, and what else a release says of the same people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self, TypeVar

from analytics.disclosure import PROTECTS_FEW, Count, Withheld, must_hide

LEAST_WIDTH = 5

Cell = TypeVar("Cell")


class Range(NamedTuple):
    """What a number can be: from ``low`` to ``high``, both included."""

    low: int
    high: int

    @property
    def width(self) -> int:
        return self.high - self.low

    def within(self, other: "Range") -> "Range":
        return Range(max(self.low, other.low), min(self.high, other.high))


class Limit(NamedTuple):
    """Something else that a release says: these groups together are at most so many."""

    codes: frozenset[str]
    most: int


@dataclass(frozen=True, slots=True)
class Table:
    """How many people in each group; everyone of the total is in exactly one.

    Args:
        counts: by the group's code.
        hidden: the groups whose count may not be shown: none, the smallest, or all.
        limits: what else is known of the groups.
    """

    counts: Mapping[str, int]
    hidden: frozenset[str] = frozenset()
    limits: tuple[Limit, ...] = ()

    @classmethod
    def of(cls, counts: Mapping[str, int], *, limits: Iterable[Limit] = ()) -> Self:
        """The table with as little hidden as will do."""
        total = sum(counts.values())
        hidden = frozenset(code for code, count in counts.items() if must_hide(count, total))
        table = cls(counts, hidden, tuple(limits))
        # Equal counts go together: were one of two hidden, it would be known by its place.
        for count in sorted({*counts.values()} - {0} - {counts[code] for code in hidden}):
            if table.is_safe():
                return table
            hidden |= {code for code, its_count in counts.items() if its_count == count}
            table = cls(counts, hidden, table.limits)
        # Only zeros are left, and they go too if they must.
        return table if table.is_safe() else cls(counts, frozenset(counts), table.limits)

    def is_safe(self) -> bool:
        """Whether nobody can work out a hidden count, nor come near to it.

        One wider than the least: who knows just how we choose can tell one value more.
        """
        return all(found.width > LEAST_WIDTH for found in self.ranges().values())

    def figures(self) -> dict[str, Count | Withheld]:
        return {
            code: Withheld(PROTECTS_FEW) if code in self.hidden else Count(count)
            for code, count in self.counts.items()
        }

    def ranges(self) -> dict[str, Range]:
        """What a reader can work out of each hidden count."""
        return narrowed(dict.fromkeys(self.hidden, self._each()), self.sums())

    def sums(self) -> list[tuple[frozenset[str], Range]]:
        """What a reader knows of hidden counts together."""
        left = sum(self.counts[code] for code in self.hidden)
        return [(self.hidden, Range(left, left))] + [
            (self.hidden & codes, Range(0, most - self.shown_in(codes)))
            for codes, most in self.limits
        ]

    def shown_in(self, codes: Iterable[str]) -> int:
        """The sum of those counts of these groups that are shown."""
        return sum(self.counts.get(code, 0) for code in codes if code not in self.hidden)

    def _each(self) -> Range:
        """What is known of any hidden count before anything is subtracted."""
        total = sum(self.counts.values())
        if len(self.hidden) == len(self.counts):
            return Range(0, total)
        smallest_shown = min(
            (count for code, count in self.counts.items() if count and code not in self.hidden),
            default=total + 1,
        )
        return Range(1, smallest_shown - 1)


def narrowed(
    found: Mapping[Cell, Range], sums: Iterable[tuple[Iterable[Cell], Range]]
) -> dict[Cell, Range]:
    """What is left of the ranges when it is known too what some of them sum to.

    Each sum is used until none says anything new. For one table that is exact; where tables share
    cells the result can be wider than the truth, but never leaves it out.

    Raises:
        ValueError: nothing fits, because the counts contradict each other.
    """
    found, sums = dict(found), [(tuple(cells), total) for cells, total in sums]
    before: dict[Cell, Range] = {}
    while before != found:
        before = dict(found)
        for cells, total in sums:
            low = sum(found[each].low for each in cells)
            high = sum(found[each].high for each in cells)
            for cell in cells:
                mine = found[cell]
                rest = Range(low - mine.low, high - mine.high)
                left = mine.within(Range(total.low - rest.high, total.high - rest.low))
                if left.low > left.high:
                    raise ValueError("the counts contradict each other: no table fits them all")
                found[cell] = left
    return found

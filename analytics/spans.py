"""Which waves a figure is of: one, the last four, or a year. Pure.

One wave of one authority says little, so that four together lead and each wave is a point of a
trend. Breakdowns are of years that do not overlap, so that no two of them can be subtracted.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

TWave = TypeVar("TWave", bound=Hashable)

# Rolling figures are of so many waves: a year of quarters.
TOGETHER = 4
MONTHS_OF_A_YEAR = 12


class Span(StrEnum):
    """How many waves a figure is of."""

    WAVE = "wave"
    FOUR = "four"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Dated(Generic[TWave]):
    """A wave and the period it asks about."""

    wave: TWave
    start: date
    end: date


def last_four(waves: Sequence[TWave], at: TWave) -> tuple[TWave, ...]:
    """The wave and those before it, four at most, the earliest first.

    None where it is the first: that would be the wave again.
    """
    upto = waves[: waves.index(at) + 1][-TOGETHER:]
    return tuple(upto) if len(upto) > 1 else ()


def year_ending_with(waves: Sequence[Dated[TWave]], at: TWave) -> tuple[TWave, ...]:
    """The waves of the year that ends with this one; none where it is not the last of a year.

    Years are of twelve months, counted from the first day of the first wave's period. A wave is of
    the year in which the middle of its period lies, and is the last of it if another as long
    would not be.

    Args:
        waves: all of a survey, the earliest first.
    """
    first = waves[0].start
    here = next(each for each in waves if each.wave == at)
    length = here.end - here.start
    next_middle = here.end + length / 2
    year = _year(first, _middle(here))
    if _year(first, next_middle) == year:
        return ()
    upto = waves[: waves.index(here) + 1]
    return tuple(each.wave for each in upto if _year(first, _middle(each)) == year)


def _middle(dated: Dated[TWave]) -> date:
    return dated.start + (dated.end - dated.start) / 2


def _year(first: date, day: date) -> int:
    """How many whole years after the first day."""
    months = MONTHS_OF_A_YEAR * (day.year - first.year) + day.month - first.month
    return (months - (day.day < first.day)) // MONTHS_OF_A_YEAR

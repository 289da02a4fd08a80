"""Which waves a figure is of: one, the last four, or a year. Pure.

One wave of one authority says little, so that four together lead and each wave is a point of a
trend. Breakdowns are of years that do not overlap, so that no two of them can be subtracted.
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median_low
from typing import Generic, TypeVar

TWave = TypeVar("TWave", bound=Hashable)

# Rolling figures are of so many waves: a year of quarters.
TOGETHER = 4
MONTHS_OF_A_YEAR = 12
# Waves that are three months apart are 90 to 92 days apart, or not held to the day.
UNEVEN = 1.1


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
    """The waves of the year that has ended with this one; none where none has.

    Years are of twelve months, counted from the first day of the first wave's period. A wave is of
    the year in which the middle of its period lies, and is the last of it if one as much later as
    waves are apart would not be. Where the last was left out, the year has ended with the wave
    after it. Each year ends once, and what was told of it before stays so whatever comes later.

    Args:
        waves: all of a survey, the earliest first.
    """
    codes = [each.wave for each in waves]
    upto = waves[: codes.index(at) + 1]
    years = [_year(upto[0].start, _middle(each)) for each in upto]
    ended: set[int] = set()
    found = None
    for number, year in enumerate(years):
        found = year if _is_last(upto[: number + 1], year) else _before(years[:number], year, ended)
        if found in ended:
            found = None
        if found is not None:
            ended.add(found)
    return tuple(each.wave for each, year in zip(upto, years, strict=True) if year == found)


def _is_last(upto: Sequence[Dated[TWave]], year: int) -> bool:
    """Whether the next wave, as far as can be told by those up to this, is of another year."""
    return _year(upto[0].start, _middle(upto[-1]) + _apart(upto) * UNEVEN) != year


def _before(years: Sequence[int], year: int, ended: Collection[int]) -> int | None:
    """The newest year of before this one that did not end."""
    return max((each for each in years if each < year and each not in ended), default=None)


def _apart(waves: Sequence[Dated[TWave]]) -> timedelta:
    """How far apart waves begin of late; of the first, which tells nothing of that, its length.

    The median of the last few, so that one that was left out changes nothing.
    """
    starts = [each.start for each in waves[-TOGETHER - 1 :]]
    if len(starts) > 1:
        return median_low([after - before for before, after in pairwise(starts)])
    return waves[-1].end - waves[-1].start


def _middle(dated: Dated[TWave]) -> date:
    return dated.start + (dated.end - dated.start) / 2


def _year(first: date, day: date) -> int:
    """How many whole years after the first day."""
    months = MONTHS_OF_A_YEAR * (day.year - first.year) + day.month - first.month
    return (months - (day.day < first.day)) // MONTHS_OF_A_YEAR

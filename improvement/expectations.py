"""What was expected of a figure, and what became of it. Pure.

An expectation is a whole percent (or points, of an index) that somebody wrote down before the
figures came out. It is held against the 95% range of the outcome, as published, so that anybody
can check it. And whether there is a signal of change since the start is asked apart, by the rule
for an area and its own past: an expectation may lie inside a wide range though nothing changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import assert_never

from analytics.disclosure import End, Figure, Mean, Share, Withheld
from analytics.funnels import Point, Side
from analytics.indicators import Better, measures
from analytics.intervals import ConfidenceInterval
from analytics.judging import Before, Known, against_before, known, reliability
from analytics.reliability import Reliability
from analytics.spans import TOGETHER, Span
from analytics.wording import Words, name_of, spoken


class Unit(StrEnum):
    PERCENT = "percent"
    POINTS = "points"

    def of(self, number: int) -> str:
        """As in "70%", or "65 out of 100"."""
        return f"{number}%" if self is Unit.PERCENT else f"{number} out of 100"

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the most that is published as a number, and so may be expected."""
        return (10, 90) if self is Unit.PERCENT else (1, 99)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a plan may be about: an index, or an indicator."""

    code: str
    name: str
    wording: str
    better: Better
    unit: Unit


@cache
def plannable() -> dict[str, Measure]:
    """All that a plan may be about by its code, in the order of a report."""
    found = measures()
    indexes = [
        Measure(each.code, name_of(each), each.wording, Better.HIGHER, Unit.POINTS)
        for each in found.indexes
    ]
    shares = [
        Measure(each.code, name_of(each), each.wording, each.better, Unit.PERCENT)
        for each in found.indicators
    ]
    return {each.code: each for each in (*indexes, *shares)}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What somebody expects of a figure.

    Args:
        start: the figure it starts from, as released.
        span: of the start, and so of the outcome.
        expected: a whole percent, or whole points.
        by: the last day of the time that the outcome tells of.
    """

    measure: Measure
    start: Figure
    span: Span
    expected: int
    by: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """A later figure of the same measure and span.

    Args:
        due: whether it reaches the day for which something was expected. Else it is "so far".
        apart: whether it holds no answer that the start held too.
    """

    figure: Figure
    due: bool
    apart: bool


class Verdict(StrEnum):
    """Of an outcome that is due. Each is the end of a sentence."""

    BEYOND = "the whole range is beyond what we expected"
    INSIDE = "the expected value is inside the range"
    NOT_REACHED = "not reached, because the whole range falls short of what we expected"
    TOO_FEW = "too few answers to judge"
    AT_THE_END = "no range is published so near the end, so more cannot be said"


def verdict(expectation: Expectation, outcome: Figure) -> Verdict | None:
    """Whether an outcome holds what was expected; ``None`` where there is nothing to hold it to."""
    side = _side(outcome, expectation.expected)
    if side is None:
        return None
    if reliability(outcome) is not Reliability.COMPARED:
        return Verdict.TOO_FEW
    if side is not Side.INSIDE:
        return Verdict.BEYOND if side is _aim(expectation) else Verdict.NOT_REACHED
    at_an_end = isinstance(outcome, Share) and isinstance(outcome.percent, End)
    return Verdict.AT_THE_END if at_an_end else Verdict.INSIDE


def _side(outcome: Figure, expected: int) -> Side | None:
    """Where the whole range lies, seen from what was expected."""
    match outcome, known(outcome):
        case Share(percent=End(), counts_as=number), Known(Point(proportion), beyond):
            # No more is known than the bound: it decides where it is decisive, and only there.
            bound = ConfidenceInterval.wilson(proportion * number, number)
            side = _beside(100 * bound.lower, 100 * bound.upper, expected)
            return side if side is beyond else Side.INSIDE
        case Share(lower=int(lower), upper=int(upper)) | Mean(lower=lower, upper=upper), _:
            return _beside(lower, upper, expected)
        case _:
            return None


def _beside(lower: float, upper: float, expected: int) -> Side:
    return Side((lower > expected) - (upper < expected))


def _aim(expectation: Expectation) -> Side:
    """Which way is good; of what nobody judges, the way from the start to what is expected."""
    match expectation.measure.better:
        case Better.HIGHER:
            return Side.ABOVE
        case Better.LOWER:
            return Side.BELOW
        case Better.NEITHER:
            return _way(expectation.start, expectation.expected)
        case _:
            assert_never(expectation.measure.better)


def _way(start: Figure, expected: int) -> Side:
    found = known(start)
    if found is None:
        return Side.INSIDE
    point = found.point
    value = 100 * point.proportion if isinstance(point, Point) else point.mean
    return Side((expected > round(value)) - (expected < round(value)))


# --- in words ------------------------------------------------------------------------------------


def in_words(expectation: Expectation, outcome: Outcome | None) -> tuple[str, ...]:
    """What was expected and what became of it, in one or two sentences."""
    expected = expectation.measure.unit.of(expectation.expected)
    hoped = f"We expect {expected} in the figures up to {day_in_words(expectation.by)}."
    if outcome is None:
        return (f"{hoped} There are no newer figures yet.",)
    found = spoken(outcome.figure)
    if not found.shown:
        so_far = "So far it" if not outcome.due else "What it is now"
        begun = f"We expected {expected}." if outcome.due else hoped
        return (f"{begun} {so_far} is not shown: {found.reason}.",)
    if not outcome.due:
        return (f"{hoped} So far it is {in_full(found)}.", _since(expectation, outcome))
    told = verdict(expectation, outcome.figure)
    assert told is not None  # noqa: S101  (what is shown is a share or a mean)
    return (
        f"We expected {expected}. It is {in_full(found)}: {told.value}.",
        _since(expectation, outcome),
    )


def _since(expectation: Expectation, outcome: Outcome) -> str:
    """Whether there is a signal of change since the start, in the words of every comparison."""
    if not outcome.apart:
        start = spoken(expectation.start).value
        return (
            f"Some answers are in both this and the figure that it starts from ({start}), so the "
            f"two are not compared{'' if outcome.due else ' yet'}."
        )
    both = Before(outcome.figure, expectation.start, "where it started", expectation.span)
    return against_before(both, better=expectation.measure.better).sentence


def in_full(found: Words) -> str:
    """Such as "66% (95% range 60% to 71%, 250 answers)"."""
    beside = [f"95% range {found.range}" if found.range else "", found.base_in_words]
    said = ", ".join(each for each in beside if each)
    return f"{found.value} ({said})" if said else found.value


def told_of(span: Span, end: date) -> str:
    """The time that a figure tells of, such as "the four waves to 30 September 2026"."""
    match span:
        case Span.WAVE:
            return f"the wave to {day_in_words(end)}"
        case Span.FOUR:
            return f"up to four waves to {day_in_words(end)}"
        case Span.YEAR:
            return f"the year to {day_in_words(end)}"
        case _:
            assert_never(span)


def day_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


# --- which figure answers ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Later:
    """A figure of a wave after the one that a plan starts from.

    Args:
        end: the last day of the period that the wave asks about.
        waves_since: how many waves after the start this is; the next is the first.
    """

    figure: Figure
    end: date
    waves_since: int


def answering(by: date, span: Span, later: Iterable[Later]) -> tuple[Later, Outcome] | None:
    """The figure that answers an expectation: of the first wave that reaches its day.

    It stays that one, whatever later waves bring, so that nobody waits until a figure fits. Where
    it is withheld, the next that is shown answers instead. Before the day: the newest, "so far".

    Args:
        later: of the same measure and span, the earliest first.
    """
    found = list(later)
    due = [each for each in found if each.end >= by]
    shown = [each for each in due if not isinstance(each.figure, Withheld)]
    chosen = next(iter(shown or due), found[-1] if found else None)
    if chosen is None:
        return None
    apart = span is not Span.FOUR or chosen.waves_since >= TOGETHER
    return chosen, Outcome(chosen.figure, due=chosen.end >= by, apart=apart)


def a_year_after(day: date, years: int = 1) -> date:
    """The same day of a later year; of a leap day, the day before."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

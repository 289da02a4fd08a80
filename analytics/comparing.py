"""Better, similar, worse: the words for a difference, and the one rule that each comes from. Pure.

* With a reference (England, a region): the funnel's limits at 95% and 99.8%, which allow for
  ordinary variation between areas. Words, table and drawing ask ``Spread.side`` and so agree.
* With one's own past: a test of the difference of two independent estimates.
* A group with the whole authority that it is part of: whether its interval leaves the whole out.

Of the last two, figures are compared as they are shown, and rounding both is allowed for: the
variance of two roundings is added, and half a step is taken off (the correction for continuity).
With a reference that is not needed: how areas vary is judged from rounded figures about a rounded
one.

"Too few to judge" and "not compared" are answers too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from math import hypot, inf, sqrt
from statistics import NormalDist
from typing import Protocol, TypeVar, assert_never

from analytics.disclosure import End
from analytics.funnels import Limits, MeanPoint, Point, Side
from analytics.indicators import Better
from analytics.intervals import ConfidenceInterval
from analytics.wording import Words

Estimate = TypeVar("Estimate", Point, MeanPoint)
Judged = TypeVar("Judged")
Judged_contra = TypeVar("Judged_contra", contravariant=True)


class Verdict(StrEnum):
    BETTER = "better"
    SIMILAR = "similar"
    WORSE = "worse"
    HIGHER = "higher"  # higher and lower: of indicators on which there is no judgement
    LOWER = "lower"
    TOO_FEW = "too few to judge"
    NOT_COMPARED = "not compared"


class Strength(Enum):
    """Beyond which limits, by their coverage. Lists and first pages name only the strong."""

    USUAL = 0.95
    STRONG = 0.998


@dataclass(frozen=True, slots=True)
class Comparison:
    """A verdict, and how strong the evidence for a difference is.

    Args:
        strength: ``None`` where no difference is claimed.

    Raises:
        ValueError: a difference has no strength, or a strength no difference.
    """

    verdict: Verdict
    strength: Strength | None = None

    def __post_init__(self) -> None:
        if self.differs != (self.strength is not None):
            raise ValueError(f"{self.verdict.value} cannot have the strength {self.strength}")

    @property
    def differs(self) -> bool:
        return self.verdict in _DIFFERENT


_DIFFERENT = frozenset({Verdict.BETTER, Verdict.WORSE, Verdict.HIGHER, Verdict.LOWER})
_SIMILAR = Comparison(Verdict.SIMILAR)
_TOO_FEW = Comparison(Verdict.TOO_FEW)
_NOT_COMPARED = Comparison(Verdict.NOT_COMPARED)
_WORDS = {
    (Better.HIGHER, Side.ABOVE): Verdict.BETTER,
    (Better.HIGHER, Side.BELOW): Verdict.WORSE,
    (Better.LOWER, Side.ABOVE): Verdict.WORSE,
    (Better.LOWER, Side.BELOW): Verdict.BETTER,
    (Better.NEITHER, Side.ABOVE): Verdict.HIGHER,
    (Better.NEITHER, Side.BELOW): Verdict.LOWER,
}


class Funnel(Protocol[Judged_contra]):
    """What ``Spread`` and ``MeanSpread`` have in common."""

    def side(self, point: Judged_contra, level: float, /) -> Side | None: ...


def against_reference(
    estimate: Judged | None,
    spread: Funnel[Judged] | None,
    *,
    better: Better,
    reliable: bool,
    itself: bool = False,
) -> Comparison:
    """An area with the reference that a funnel is drawn about.

    Args:
        estimate: ``None`` where there is none that may be shown.
        spread: the funnel; ``None`` where there is no reference.
        reliable: whether the estimate may be judged at all (methods.md 2.7).
        itself: whether the area is the reference, such as England.

    Source: categories and "not compared" as in FingertipsNext, BenchmarkComparisonEngine.cs and
    BenchmarkOutcome; strict inequality at 95 and 99.8 (methods.md 2.3 and 2.4), here about the
    overdispersed limits.
    """
    if estimate is None or spread is None or itself:
        return _NOT_COMPARED
    if not reliable:
        return _TOO_FEW
    return _verdict(
        {strength: spread.side(estimate, strength.value) for strength in Strength}, better
    )


def against_own_past(
    now: Estimate | None,
    before: Estimate | None,
    *,
    better: Better,
    reliable: bool,
    step: float = 0.0,
) -> Comparison:
    """An area with its own earlier figure, both of equal standing and of different answers.

    There is a difference where the interval of ``difference``, half a step wider on either side,
    leaves out nought.

    Args:
        now, before: of periods that share no answers; ``None`` where it may not be shown.
        reliable: whether both may be judged (methods.md 2.7).
        step: between two values that can be shown, in their unit; 0 where they are not rounded.
    """
    if now is None or before is None:
        return _NOT_COMPARED
    if not reliable:
        return _TOO_FEW
    return _verdict(
        {
            strength: _beside(difference(now, before, strength.value, step=step), 0.0, step)
            for strength in Strength
        },
        better,
    )


def group_against_area(
    group: Point | MeanPoint | None,
    area: float | None,
    *,
    better: Better,
    reliable: bool,
    itself: bool = False,
    step: float = 0.0,
) -> Comparison:
    """A group within an authority with the authority's own total, which the group is part of.

    There is a difference where the group's interval leaves the total out: Wilson's at the
    effective number, and for a mean ``mean ± z·se``, both with what rounding asks for. That takes
    the total as fixed. Of equally
    weighted answers the variance of "group less total" is ``s²(1/n_group − 1/n_area)``, the
    overlap taken off, and the interval holds ``s²/n_group``: so a group that is most of its
    authority is called different less often than the level says, not more often.

    Args:
        area: the authority's total, in the group's unit; ``None`` where it may not be shown. Where
            groups are not weighted, without weights.
        reliable: whether the group may be judged (methods.md 2.7).
        itself: whether the group is everyone who answered.
        step: as of ``against_own_past``.

    Source: FingertipsNext, BenchmarkComparisonEngine.cs, PerformInequalityBenchmarking; method
    "CI overlapping reference value" (methods.md 2.3).
    """
    if group is None or area is None or itself:
        return _NOT_COMPARED
    if not reliable:
        return _TOO_FEW
    sides = {
        strength: _beside(_as_rounded(group, strength.value, step), area, step)
        for strength in Strength
    }
    return _verdict(sides, better)


def difference(
    now: Estimate, before: Estimate, level: float, *, step: float = 0.0
) -> Limits | None:
    """The interval of ``now`` less ``before``, two independent estimates.

    For proportions Newcombe's hybrid score interval, made of Wilson's at the effective numbers,
    so that it holds for weighted and unweighted figures alike and near 0 and 1. For means
    ``z`` times the root of both variances together: with 30 effective answers in each, the fewest
    that are judged, Student's t would be wider by 2% at 95% and by 5% at 99.8%.

    Args:
        step: as of ``against_own_past``; each rounding adds a twelfth of its square to the
            variance.

    Returns:
        In the estimates' unit; ``None`` where all answers of a mean are alike.

    Source: Newcombe (1998), Stat. Med. 17: 873-890, method 10.
    """
    ours, theirs = _interval(now, level), _interval(before, level)
    if ours is None or theirs is None:
        return None
    here, there = _value(now), _value(before)
    gap, rounding = here - there, _rounding(level, step)
    return Limits(
        lower=gap - hypot(here - ours.lower, theirs.upper - there, rounding),
        upper=gap + hypot(ours.upper - here, there - theirs.lower, rounding),
        level=level,
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What an authority's statistical neighbours have, of those whose figure is shown.

    Args:
        median: in the unit of the values; ``None`` where it lies between a number and an end.
        lowest, highest: likewise.
        shown: how many these are.
        of: how many neighbours there are.
    """

    median: float | End | None
    lowest: float | End
    highest: float | End
    shown: int
    of: int


def neighbours(values: Iterable[float | End | None]) -> Neighbours | None:
    """Median and range of the neighbours; those not shown, ``None``, are left out entirely.

    An end, such as "over 90%", is further out than all numbers.

    Returns:
        ``None`` where no neighbour's figure is shown.
    """
    given = list(values)
    shown = sorted((value for value in given if value is not None), key=_rank)
    if not shown:
        return None
    return Neighbours(_middle(shown), shown[0], shown[-1], len(shown), len(given))


def _rank(value: float | End) -> float:
    match value:
        case End.OVER:
            return inf
        case End.UNDER:
            return -inf
        case _:
            return value


def _middle(ordered: Sequence[float | End]) -> float | End | None:
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    if isinstance(low, End) or isinstance(high, End):
        return low if low == high else None
    return (low + high) / 2


class Kind(Enum):
    """What one is compared with."""

    AREAS = "a funnel's reference"
    PAST = "one's own past"
    WHOLE = "the authority that a group is part of"


@dataclass(frozen=True, slots=True)
class Reference:
    """What one is compared with, in words.

    Args:
        name: as it stands after "similar to": "England", "the four waves before", "everyone in
            Leeds".
        value: such as "74%"; "" where it is not shown, and then nothing is compared with it.
        varying: of a funnel, whether its limits allow for variation between areas
            (``Spread.judged``).
    """

    name: str
    value: str
    kind: Kind = Kind.AREAS
    varying: bool = True


def in_words(comparison: Comparison, *, value: Words, reference: Reference) -> str:
    """The sentences beside a figure. A difference is claimed only where there is a signal.

    Raises:
        ValueError: a verdict is given for a figure, or against one, that is not shown, and would
            tell of it.

    Source: methods.md 3, "Wording that holds".
    """
    told = comparison.verdict is not Verdict.NOT_COMPARED
    if told and not (value.shown and reference.value):
        raise ValueError(f"what is not shown cannot be said to be {comparison.verdict.value}")
    if not value.shown:
        return f"Not shown: {value.reason}."
    return f"{_figure(value)}. {_sentence(comparison, reference)}"


def _sentence(comparison: Comparison, reference: Reference) -> str:
    other = f"{reference.name} ({reference.value})"
    match comparison.verdict:
        case Verdict.TOO_FEW:
            return "Too few answers to judge."
        case Verdict.NOT_COMPARED:
            return f"Not compared with {reference.name}."
        case Verdict.SIMILAR if reference.kind is Kind.PAST:
            return f"No signal of change from {other}: the difference could be chance."
        case Verdict.SIMILAR:
            return f"Similar to {other}: the difference could be {_ordinary(reference)}."
        case _:
            than = f"{comparison.verdict.value.capitalize()} than {other}."
            return f"{than} {_evidence(comparison, reference)}"


def _ordinary(reference: Reference) -> str:
    if reference.kind is Kind.AREAS and reference.varying:
        return "chance or ordinary variation between areas"
    return "chance"


def _evidence(comparison: Comparison, reference: Reference) -> str:
    strong = comparison.strength is Strength.STRONG
    said, level = ("Strong evidence", "99.8%") if strong else ("Evidence", "95%")
    match reference.kind:
        case Kind.AREAS:
            even = "even after" if strong else "after"
            allowing = f" {even} allowing for ordinary variation between areas"
            return f"{said}: outside the {level} limits{allowing if reference.varying else ''}."
        case Kind.PAST:
            often = "once in 500 times" if strong else "once in 20 times"
            return f"{said}: chance alone would bring so large a difference less than {often}."
        case Kind.WHOLE:
            return f"{said}: the {level} range leaves out the figure for {reference.name}."
        case _:
            assert_never(reference.kind)


def _figure(value: Words) -> str:
    beside = [f"95% range {value.range}" if value.range else "", value.base_in_words]
    said = ", ".join(part for part in beside if part)
    return f"{value.value} ({said})" if said else value.value


def _verdict(sides: dict[Strength, Side | None], better: Better) -> Comparison:
    """The word for the furthest limits that are passed."""
    for strength in (Strength.STRONG, Strength.USUAL):
        side = sides[strength]
        if side is None:
            return _TOO_FEW
        if side is not Side.INSIDE:
            return Comparison(_WORDS[better, side], strength)
    return _SIMILAR


def _beside(
    interval: Limits | ConfidenceInterval | None, reference: float, step: float
) -> Side | None:
    """Where an interval lies against a reference, half a step taken off; touching is similar."""
    if interval is None:
        return None
    lower, upper = interval.lower - step / 2, interval.upper + step / 2
    return Side((lower > reference) - (upper < reference))


def _as_rounded(estimate: Point | MeanPoint, level: float, step: float) -> Limits | None:
    """The interval of an estimate with the variance of rounding it and what it is compared with."""
    interval, value = _interval(estimate, level), _value(estimate)
    if interval is None:
        return None
    rounding = _rounding(level, step)
    return Limits(
        value - hypot(value - interval.lower, rounding),
        value + hypot(interval.upper - value, rounding),
        level,
    )


def _rounding(level: float, step: float) -> float:
    """How far two roundings reach: each is uniform over a step, with a variance of step²/12."""
    return NormalDist().inv_cdf((1 + level) / 2) * step * sqrt(2 / 12)


def _interval(estimate: Point | MeanPoint, level: float) -> Limits | ConfidenceInterval | None:
    """Of one estimate; ``None`` where all its answers are alike and it is a mean."""
    match estimate:
        case Point(proportion, effective):
            return ConfidenceInterval.wilson(proportion * effective, effective, level=level)
        case MeanPoint(mean, error):
            reach = NormalDist().inv_cdf((1 + level) / 2) * error
            return Limits(mean - reach, mean + reach, level) if error else None
        case _:
            assert_never(estimate)


def _value(estimate: Point | MeanPoint) -> float:
    return estimate.proportion if isinstance(estimate, Point) else estimate.mean

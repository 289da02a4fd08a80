"""Control charts over waves (XmR), and the trend marker of short series: change beyond noise. Pure.

Two readings always differ. A chart learns from a series how much it moves by itself, and says of
each reading whether it is more than that. Readings that may not be shown are gaps: nothing is
joined over them, neither a moving range nor a run.

The limits come from the moving ranges after screening out the largest (Nelson 1982), as in the R
package of the NHS, NHSRplotthedots, and unlike the Excel tool of Making Data Count, whose limits
are wider where a reading lies far off. Say so beside a chart.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby, pairwise
from math import fsum, isfinite, sqrt
from statistics import mean
from typing import NamedTuple, Self, assert_never

from analytics.funnels import Side
from analytics.indicators import Better

# 3/1.128 and 3.267: NHSRplotthedots, R/ptd_spc_standard.R (Shewhart's constants for ranges of two).
TO_LIMITS = 2.66
TO_RANGE_LIMIT = 3.267
RUN = 7
# Fewer readings are too early to tell; four ranges are what five readings in a row have.
LEAST_READINGS = 5
LEAST_RANGES = 4
# Fewer make limits that the next readings may still move: methods.md 2.5, Making Data Count.
SETTLED = 12
# In steps of what can be shown: half of one is the average's rounding, and one more is a reading's.
LEAST_REACH = 1.5
# With limits further out than so many steps, rounding is too small a part of what readings move by
# to be seen: simulated, it makes no more runs than there are without.
MUCH_REACH = 5.0
TREND_POINTS = 5
# The 99.8% point of chi squared with one degree of freedom.
TREND_THRESHOLD = 9.5495


class Signal(StrEnum):
    """Why a reading is more than noise: the first of these that applies to it.

    Source: NHSRplotthedots, R/ptd_calculate_point_type.R; methods.md 2.5.
    """

    OUTSIDE = "outside the limits"
    TREND = "one of seven or more in a row that rise, or fall"
    NEAR_LIMIT = "one of two of three in a row that are close to the limit"
    RUN = "one of seven or more in a row on one side of the average"


class Variation(StrEnum):
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL_HIGH = "higher"
    NEUTRAL_LOW = "lower"
    COMMON = "no signal of change"


@dataclass(frozen=True, slots=True)
class TooEarly:
    """There are too few readings to tell, or too few side by side."""

    readings: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one stretch of a chart, in the unit of the readings.

    Args:
        mean: the centre line.
        reach: from the centre to either limit, before it is clipped; of a constant series 0, or the
            least that rounding asks for.
        lower, upper: the limits, clipped to what is possible.
        range_limit: the upper limit of the moving ranges.
        readings: how many the lines are made from.
    """

    mean: float
    reach: float
    lower: float
    upper: float
    range_limit: float
    readings: int

    @property
    def trial(self) -> bool:
        """Whether the limits are still on trial."""
        return self.readings < SETTLED


@dataclass(frozen=True, slots=True)
class Stretch:
    """Readings between two rebases: they share their lines, and no run leaves them.

    Args:
        start, end: places in the chart's readings, the end not included.
    """

    start: int
    end: int
    lines: Lines | TooEarly


class Found(NamedTuple):
    """A signal, and which way it points.

    A trend points where it goes, all others to their side of the average. NHSRplotthedots goes by
    the side for trends too, and so calls a seventh fall in a row an improvement while it is still
    above the average; we do not.
    """

    signal: Signal
    side: Side


@dataclass(frozen=True, slots=True)
class Chart:
    """An XmR chart.

    Args:
        readings: in order of time; ``None`` where one may not be shown, or is no number.
        stretches: one, and one more for each rebase.
        signals: for each reading, what was found there.
        better: which way is good.
    """

    readings: tuple[float | None, ...]
    stretches: tuple[Stretch, ...]
    signals: tuple[Found | None, ...]
    better: Better = field(kw_only=True)

    @classmethod
    def of(
        cls,
        readings: Sequence[float | None],
        *,
        better: Better,
        rebase_at: Collection[int] = (),
        within: tuple[float, float] | None = None,
        screened: bool = True,
        step: float = 0.0,
    ) -> Self:
        """The chart of a series.

        Args:
            readings: in order of time, ``None`` where one may not be shown or there was none.
            better: which way is good.
            rebase_at: places in ``readings`` at which something changed that is known of, such as
                a new service: there new lines begin.
            within: the least and the most that is possible, such as ``(0, 100)`` for per cent;
                limits are clipped to it.
            screened: whether large moving ranges are left out of the limits once; ``False`` gives
                the limits of the Excel tool.
            step: between two readings that can be shown; 0 where they are not rounded. Limits are
                no nearer to the average than ``LEAST_REACH`` steps, and where they are within
                ``MUCH_REACH`` what is within half a step of the average is on neither side: so
                rounding alone makes no signal. That is ours.

        Raises:
            ValueError: a reading is no finite number or not possible, a rebase has no reading
                before or after it, or the step is negative.
        """
        _check(readings, rebase_at, within)
        if not (isfinite(step) and step >= 0):
            raise ValueError(f"not a step between readings: {step}")
        edges = [0, *sorted(set(rebase_at)), len(readings)]
        stretches = [
            Stretch(start, end, _lines(readings[start:end], within, screened=screened, step=step))
            for start, end in pairwise(edges)
        ]
        signals = [
            found
            for each in stretches
            for found in _signals(readings[each.start : each.end], each.lines, step)
        ]
        return cls(tuple(readings), tuple(stretches), tuple(signals), better=better)

    def variation_at(self, place: int) -> Variation | TooEarly | None:
        """What a reading is; ``None`` where it is not shown.

        Raises:
            IndexError: there is no such reading.
        """
        if self.readings[place] is None:
            return None
        at = place % len(self.readings)
        lines = next(each.lines for each in self.stretches if each.start <= at < each.end)
        return lines if isinstance(lines, TooEarly) else _variation(self.signals[at], self.better)

    @property
    def variation(self) -> Variation | TooEarly | None:
        """What the latest reading is; ``None`` where it is no number, or there are none at all."""
        return self.variation_at(-1) if self.readings else None

    @property
    def lines(self) -> Lines | TooEarly:
        """Of the latest stretch."""
        return self.stretches[-1].lines

    @property
    def in_words(self) -> str:
        """A sentence or two for beside the chart.

        Source: methods.md 3, "Wording that holds".
        """
        if isinstance(self.lines, TooEarly):
            return f"Too early to tell: {_so_far(self.lines.readings)}."
        if self.variation is None:
            return "The latest reading is not shown as a number."
        trial = "; limits are still trial" if self.lines.trial else ""
        signals = self.signals[self.stretches[-1].start :]
        if found := signals[-1]:
            word = _variation(found, self.better).capitalize()
            return f"{word}: the latest reading is {_reason(found)}{trial}."
        where = "the latest of " if any(signals) else ""
        return f"No signal of change in {where}{_counted(self.lines.readings)}{trial}."


def uneven(bases: Collection[int]) -> bool:
    """Whether numbers of answers differ so much that each reading needs its own interval too.

    An XmR chart gives every reading the same weight. Source: methods.md 2.5, about 2 to 1.
    """
    return bool(bases) and max(bases) > 2 * min(bases)


class Trend(StrEnum):
    INCREASING = "increasing"
    DECREASING = "decreasing"
    NO_CHANGE = "no significant change"
    CANNOT_BE_CALCULATED = "cannot be calculated"


class Reading(NamedTuple):
    """A figure of one period, and its standard error in the same unit."""

    value: float
    standard_error: float

    @classmethod
    def within(cls, value: float, lower: float, upper: float) -> Self:
        """Of a figure and its 95% interval, whose width is taken for 3.92 standard errors.

        Source: FingertipsNext, TrendMarkerCalculator.cs.
        """
        return cls(value, (upper - lower) / 3.92)


class Slope(NamedTuple):
    """A line through readings: how far it rises between two, and chi squared of no rise."""

    rise: float
    chi_squared: float


def trend_marker(readings: Sequence[Reading | None]) -> Trend:
    """Whether the last five readings rise or fall beyond chance: for series too short to chart.

    There is a trend where chi squared of the slope is above 9.5495 (99.8%), and the slope keeps
    its sign whichever reading is left out. The periods must share no answers, so rolling figures
    may not be given; Fingertips gives years, since quarters may have seasons.

    Args:
        readings: in order of time and at equal distances; ``None`` where one may not be shown.

    Returns:
        "Cannot be calculated" with fewer than five, with a gap among the last five, or where all
        answers of one of them are alike.

    Raises:
        ValueError: a reading is no finite number, or its standard error is negative.

    Source: Fingertips, public health technical guidance, trend markers; PHEindicatormethods,
    ``assign_trend_markers``; FingertipsNext, TrendMarkerCalculator.cs.
    """
    latest = [each for each in readings[-TREND_POINTS:] if each is not None and _certain(each)]
    if len(latest) < TREND_POINTS:
        return Trend.CANNOT_BE_CALCULATED
    placed = list(enumerate(latest))
    whole = slope(placed)
    parts = [slope(placed[:left] + placed[left + 1 :]).rise for left in range(TREND_POINTS)]
    if whole.chi_squared <= TREND_THRESHOLD:
        return Trend.NO_CHANGE
    if min(parts) > 0 and whole.rise > 0:
        return Trend.INCREASING
    return Trend.DECREASING if max(parts) < 0 and whole.rise < 0 else Trend.NO_CHANGE


def slope(placed: Sequence[tuple[int, Reading]]) -> Slope:
    """The line through readings at their places, each weighted by the inverse of its variance.

    Raises:
        ValueError: there are fewer than two places, or a standard error is not above 0.
    """
    if len({place for place, _ in placed}) < 2:
        raise ValueError("a line needs readings at two places at least")
    if not all(_certain(reading) for _, reading in placed):
        raise ValueError("a reading without a standard error has no weight")
    finest = min(reading.standard_error for _, reading in placed)
    weights = [(finest / reading.standard_error) ** 2 for _, reading in placed]
    total = fsum(weights)
    middle = fsum(w * place for w, (place, _) in zip(weights, placed, strict=True)) / total
    level = fsum(w * each.value for w, (_, each) in zip(weights, placed, strict=True)) / total
    spread, along = 0.0, 0.0
    for weight, (place, reading) in zip(weights, placed, strict=True):
        spread += weight * (place - middle) ** 2
        along += weight * (place - middle) * (reading.value - level)
    rise = along / spread
    return Slope(rise, (rise * sqrt(spread) / finest) ** 2)


def _certain(reading: Reading) -> bool:
    """Whether it may be weighed: with a standard error of 0 it would outweigh all others."""
    if not (isfinite(reading.value) and isfinite(reading.standard_error)):
        raise ValueError(f"not a reading: {reading}")
    if reading.standard_error < 0:
        raise ValueError(f"not a standard error: {reading.standard_error}")
    return reading.standard_error > 0


def _lines(
    readings: Sequence[float | None],
    within: tuple[float, float] | None,
    *,
    screened: bool,
    step: float,
) -> Lines | TooEarly:
    """The lines of one stretch, or that it is too early for them.

    Source: Wheeler's XmR as in NHSRplotthedots, R/ptd_spc_standard.R; methods.md 2.5.
    """
    shown, ranges = _shown(readings), list(_moving_ranges(readings))
    # Where readings differ across gaps only, there is nothing to judge that by.
    still = not any(ranges) and len(set(shown)) > 1
    if len(shown) < LEAST_READINGS or len(ranges) < LEAST_RANGES or still:
        return TooEarly(len(shown))
    typical = _screened(ranges) if screened else fsum(ranges) / len(ranges)
    # Exact, so that a constant series has its own value for a mean and nothing outside.
    centre, reach = float(mean(shown)), max(TO_LIMITS * typical, LEAST_REACH * step)
    least, most = within or (-float("inf"), float("inf"))
    return Lines(
        mean=centre,
        reach=reach,
        lower=max(least, centre - reach),
        upper=min(most, centre + reach),
        range_limit=TO_RANGE_LIMIT * typical,
        readings=len(shown),
    )


def _screened(ranges: Sequence[float]) -> float:
    """The mean moving range, once without those at or above 3.267 times it.

    Where that leaves no movement at all nothing is screened: limits of no width would put every
    reading outside, because one was.

    Source: Nelson (1982), J. Qual. Technol. 14: 172-173.
    """
    typical = fsum(ranges) / len(ranges)
    kept = [each for each in ranges if each < TO_RANGE_LIMIT * typical]
    return fsum(kept) / len(kept) if any(kept) else typical


def _moving_ranges(readings: Sequence[float | None]) -> Iterator[float]:
    for before, after in pairwise(readings):
        if before is not None and after is not None:
            yield abs(after - before)


def _shown(readings: Sequence[float | None]) -> list[float]:
    return [each for each in readings if each is not None]


def _signals(
    readings: Sequence[float | None], lines: Lines | TooEarly, step: float
) -> list[Found | None]:
    """For each reading of a stretch the first signal that applies to it."""
    if isinstance(lines, TooEarly):
        return [None] * len(readings)
    signals: list[Found | None] = []
    for _, group in groupby(readings, key=lambda reading: reading is None):
        together = list(group)
        signals += _signals_together(_shown(together), lines, step) or [None] * len(together)
    return signals


def _signals_together(values: Sequence[float], lines: Lines, step: float) -> list[Found | None]:
    """Likewise, of readings with no gap between them."""
    sides = _about(values, lines.mean, step / 2 if lines.reach < MUCH_REACH * step else 0.0)
    by_rule = {
        Signal.OUTSIDE: _outside(values, lines),
        Signal.TREND: _trends(values),
        Signal.NEAR_LIMIT: _near_limit(values, sides, lines),
        Signal.RUN: _runs(sides),
    }
    return [
        next((Found(rule, found[at]) for rule, found in by_rule.items() if found[at]), None)
        for at in range(len(values))
    ]


def _outside(values: Sequence[float], lines: Lines) -> list[Side]:
    return [Side((each > lines.upper) - (each < lines.lower)) for each in values]


def _trends(values: Sequence[float]) -> list[Side]:
    """Points of runs that rise or fall, by which way they go; a turning point ends its run."""
    steps = [Side((after > before) - (after < before)) for before, after in pairwise(values)]
    found = [Side.INSIDE] * len(values)
    for start, end, way in _alike(steps):
        if way and end - start >= RUN - 1:
            found[start : end + 1] = [each or way for each in found[start : end + 1]]
    return found


def _near_limit(values: Sequence[float], sides: Sequence[Side], lines: Lines) -> list[Side]:
    """Those beyond two thirds of the way, of which a second is near and a third on their side."""
    outside = _outside(values, lines)
    near = [
        not out and abs(each - lines.mean) > 2 / 3 * lines.reach
        for each, out in zip(values, outside, strict=True)
    ]
    found = [Side.INSIDE] * len(values)
    for start in range(len(values) - 2):
        window = range(start, start + 3)
        if len({sides[at] for at in window}) == 1 and sum(near[at] for at in window) >= 2:
            for at in window:
                found[at] = sides[at] if near[at] else found[at]
    return found


def _runs(sides: Sequence[Side]) -> list[Side]:
    """Points of runs on one side; one on the average itself breaks a run."""
    found = [Side.INSIDE] * len(sides)
    for start, end, side in _alike(sides):
        if end - start >= RUN:
            found[start:end] = [side] * (end - start)
    return found


def _about(values: Sequence[float], centre: float, within: float) -> list[Side]:
    """On which side of the average; on neither, within so much of it."""
    return [Side((each > centre + within) - (each < centre - within)) for each in values]


def _alike(sides: Sequence[Side]) -> Iterator[tuple[int, int, Side]]:
    """Where each run of the same begins and ends, the end not included."""
    start = 0
    for side, group in groupby(sides):
        end = start + len(list(group))
        yield start, end, side
        start = end


def _variation(found: Found | None, better: Better) -> Variation:
    if found is None:
        return Variation.COMMON
    above = found.side is Side.ABOVE
    if better is Better.NEITHER:
        return Variation.NEUTRAL_HIGH if above else Variation.NEUTRAL_LOW
    return Variation.IMPROVEMENT if above is (better is Better.HIGHER) else Variation.CONCERN


def _reason(found: Found) -> str:
    above = found.side is Side.ABOVE
    match found.signal:
        case Signal.OUTSIDE:
            return f"{'above' if above else 'below'} the limits"
        case Signal.TREND:
            return f"one of seven or more in a row that {'rise' if above else 'fall'}"
        case Signal.NEAR_LIMIT:
            limit = "upper" if above else "lower"
            return f"one of two in three readings that are close to the {limit} limit"
        case Signal.RUN:
            return f"one of seven or more in a row {'above' if above else 'below'} the average"
        case _:
            assert_never(found.signal)


def _so_far(readings: int) -> str:
    said = f"{_counted(readings)} so far"
    return said if readings < LEAST_READINGS else f"{said}, too few of them side by side"


def _counted(readings: int) -> str:
    return "1 reading" if readings == 1 else f"{readings} readings"


def _check(
    readings: Sequence[float | None],
    rebase_at: Collection[int],
    within: tuple[float, float] | None,
) -> None:
    for reading in _shown(readings):
        if not isfinite(reading):
            raise ValueError(f"not a reading: {reading}")
        if within is not None and not within[0] <= reading <= within[1]:
            raise ValueError(f"a reading of {reading} is not within {within[0]} to {within[1]}")
    for place in rebase_at:
        if not 0 < place < len(readings):
            raise ValueError(f"no readings before and after a rebase at place {place}")

"""How far figures can be relied on: one share, an index of several items, a list of areas. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import ceil, fsum, isfinite
from statistics import median
from typing import Protocol

from analytics.disclosure import LEAST_BASE
from analytics.intervals import ConfidenceInterval
from analytics.weighing import SumsLike, check_sums, spread_of

# All four, Parker et al. (2017), National Center for Health Statistics Data Presentation Standards
# for Proportions, Vital and Health Statistics 2(175); as in CDCgov/surveytable, R/z_lpe.R.
LEAST_EFFECTIVE = 30
NARROW = 0.05
WIDE = 0.30
RELATIVELY_WIDE = 1.30
# The standards are of the 95% interval; of another the same widths would say something else.
LEVEL = 0.95

# From here on areas are commonly held to be told apart well enough to be compared: Adams (2009),
# The Reliability of Provider Profiling, RAND TR-653.
ENOUGH = 0.7


class Reliability(StrEnum):
    """What may be done with a share. The value is the symbol beside it.

    Symbols: Government Statistical Service, as in the Department for Education's analysts' guide.
    """

    COMPARED = ""
    """Shown, and compared."""
    LOW = "u"
    """Shown as of low reliability; no word of comparison."""
    NOT_SHOWN = "c"
    """Too few, or it would tell about somebody."""


def reliability_of(
    *,
    base: int,
    effective: float,
    proportion: float,
    interval: ConfidenceInterval,
    disclosive: bool = False,
) -> Reliability:
    """What may be done with a share.

    Of a base under 10, or disclosive: not shown. Else compared where the effective number is 30 or
    more and the interval is at most 5 points wide, or under 30 points and at most 1.3 times the
    share; low where not. Of 0% and 100% the width is not looked at: there is nothing to set it
    beside. (That a person looks at these first, as the source has it, is not needed: they are shown
    as "under 10%" and "over 90%".)

    Args:
        base: how many answered.
        effective: for how many that counts.
        proportion: in fractions of one.
        interval: its 95% interval.
        disclosive: whether disclosure control withholds it.

    Raises:
        ValueError: the interval is not at 95%, or does not hold the share; or the base is negative.

    Source: methods.md 2.7, which adopts the standards named above, and its three levels.
    """
    if interval.level != LEVEL or proportion not in interval:
        raise ValueError(f"not the 95% interval of a share of {proportion}: {interval}")
    if not (base >= 0 and isfinite(effective) and effective >= 0):
        raise ValueError(f"no share is of {base} answers that count for {effective}")
    if disclosive or base < LEAST_BASE:
        return Reliability.NOT_SHOWN
    if effective < LEAST_EFFECTIVE:
        return Reliability.LOW
    if proportion in {0, 1} or _narrow_enough(interval.upper - interval.lower, proportion):
        return Reliability.COMPARED
    return Reliability.LOW


def _narrow_enough(width: float, proportion: float) -> bool:
    return width <= NARROW or (width < WIDE and width <= RELATIVELY_WIDE * proportion)


def alpha(items: Sequence[SumsLike], total: SumsLike) -> float:
    """Cronbach's alpha: how well the items of an index go together; 1 at most, may be negative.

    k/(k−1) · (1 − Σσ²(item) / σ²(total)), exactly until the last division.

    Args:
        items: n, Σ and Σ² of each item's scores, over the replies that have them all.
        total: the same of the replies' totals, each the sum (not the mean) of its items' scores.

    Raises:
        ValueError: fewer than two items, or than two replies; the total is not of these items over
            the same replies; or all totals are alike, so that there is nothing to be consistent in.

    Source: Cronbach (1951), Psychometrika 16: 297-334.
    """
    if len(items) < 2:
        raise ValueError(f"an index of {len(items)} items has no alpha")
    for number, each in enumerate([*items, total], start=1):
        check_sums(each, "the total" if number > len(items) else f"item {number}")
    if total.n < 2:
        raise ValueError(f"{total.n} replies have no alpha")
    if any(each.n != total.n for each in items):
        raise ValueError("alpha is of the replies that have a score on every item and on no others")
    if sum(each.total for each in items) != total.total:
        raise ValueError("the totals are not the sums of the items' scores")
    if not (whole := spread_of(total)):
        raise ValueError("all totals are alike, so that there is nothing to be consistent in")
    k = len(items)
    return k * (whole - sum(map(spread_of, items))) / ((k - 1) * whole)


class AreaMean(Protocol):
    """A mean of an area, as `analytics.weighing.MeanEstimate`."""

    @property
    def mean(self) -> float: ...
    @property
    def standard_error(self) -> float: ...
    @property
    def base(self) -> int: ...


@dataclass(frozen=True, slots=True)
class BetweenAreas:
    """How much of the difference between areas is theirs, and not chance.

    Args:
        tau_squared: the variance of the areas' true means, in the square of their unit.
        by_area: of each area τ²/(τ²+SE²): 0 where all is chance, near 1 where hardly any is.
        within: the variance of one reply within an area, in the same unit.
        left_out: areas with fewer than 10 replies, or all alike: their SE says nothing.
    """

    tau_squared: float
    by_area: Mapping[str, float]
    within: float
    left_out: tuple[str, ...]

    @property
    def median(self) -> float:
        return median(self.by_area.values())

    def replies_needed(self, reliability: float = ENOUGH) -> int | None:
        """How many replies bring an area to a reliability; ``None`` if the areas do not differ.

        Raises:
            ValueError: it is not strictly between 0 and 1.

        Source: Spearman and Brown's formula, as in Lyratzopoulos et al. (2011), Med. Care 49:
        724-733.
        """
        if not 0 < reliability < 1:
            raise ValueError(f"no reliability to aim for is {reliability}")
        if not self.tau_squared:
            return None
        return ceil(reliability / (1 - reliability) * self.within / self.tau_squared)


def between_areas(areas: Mapping[str, AreaMean]) -> BetweenAreas:
    """How well a mean tells areas apart.

    τ² = max(0, (Q − (k−1)) / (Σw − Σw²/Σw)), where w = 1/SE² and Q = Σw(ȳ − Σwȳ/Σw)².

    Args:
        areas: of each area its mean, standard error and number of replies.

    Raises:
        ValueError: fewer than two areas are left to compare, or a number is none.

    Source: DerSimonian and Laird (1986), Control. Clin. Trials 7: 177-188; the reliability of an
    area, Adams (2009), RAND TR-653.
    """
    for name, each in areas.items():
        if not (isfinite(each.mean) and isfinite(each.standard_error) and each.standard_error >= 0):
            raise ValueError(f"{name}: no mean is {each.mean}, give or take {each.standard_error}")
    used = {
        name: each
        for name, each in areas.items()
        if each.base >= LEAST_BASE and each.standard_error > 0
    }
    if len(used) < 2:
        raise ValueError(f"there are {len(used)} areas with enough replies, so none to tell apart")
    tau_squared = _tau_squared(list(used.values()))
    replies = sum(each.base for each in used.values())
    return BetweenAreas(
        tau_squared=tau_squared,
        by_area={
            name: tau_squared / (tau_squared + each.standard_error**2)
            for name, each in used.items()
        },
        within=fsum(each.base**2 * each.standard_error**2 for each in used.values()) / replies,
        left_out=tuple([name for name in areas if name not in used]),
    )


def _tau_squared(areas: Sequence[AreaMean]) -> float:
    weights = [each.standard_error**-2 for each in areas]
    whole = fsum(weights)
    # Around one of them, so that near-equal means keep their differences.
    gaps = [each.mean - areas[0].mean for each in areas]
    middle = fsum(w * gap for w, gap in zip(weights, gaps, strict=True)) / whole
    q = fsum(w * (gap - middle) ** 2 for w, gap in zip(weights, gaps, strict=True))
    # Σw − Σw²/Σw as twice the sum of w·w′ over pairs: no difference, so nothing is lost where one
    # area is far surer than all others.
    before = [0.0, *accumulate(weights)]
    spare = 2 * fsum(w * sum_ for w, sum_ in zip(weights, before, strict=False)) / whole
    return max(0.0, (q - (len(areas) - 1)) / spare)

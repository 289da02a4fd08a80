"""Funnels: how far from the reference chance and ordinary variation between areas would take one.

A plain funnel allows for chance only. With large numbers of answers nearly every area then lies
outside (86% do in Public Health England's own example), since no two areas are quite alike. So
the limits here hold a second part, the ordinary variation between areas (tau squared), learnt
from the areas without their extremes. Words, tables and drawings ask the same method, ``side``,
and so cannot disagree. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from math import asin, fsum, isfinite, pi, sin, sqrt
from statistics import NormalDist
from typing import Self

from analytics.intervals import ConfidenceInterval

# Ours: of fewer than ten areas a tenth at each end is less than one area, so that a single odd one
# could pass for ordinary variation. Verburg et al. (2018), Stat. Methods Med. Res. 27: 3350-3366
# (PMC6193208), ask for enough observations before overdispersion is tested for.
LEAST_POINTS = 10
DRAWN_IN = 0.1
_STANDARD = NormalDist()
# The variance that is left of a standard normal once its outer tenths are drawn in: 0.6787.
_CUT = _STANDARD.inv_cdf(1 - DRAWN_IN)
LEFT_OF_CHANCE = 1 - 2 * DRAWN_IN - 2 * _CUT * _STANDARD.pdf(_CUT) + 2 * DRAWN_IN * _CUT**2


class Side(IntEnum):
    """Where a value stands against a funnel's limits. Minus turns it over."""

    BELOW = -1
    INSIDE = 0
    ABOVE = 1


@dataclass(frozen=True, slots=True)
class Point:
    """An area's proportion.

    Args:
        proportion: in fractions of one. Give the one that is published, so that what is drawn is
            what was compared.
        effective: how many answers it is worth after weighting (Kish); unweighted, how many
            there are. At least 1.

    Raises:
        ValueError: one of them is not in its range.
    """

    proportion: float
    effective: float

    def __post_init__(self) -> None:
        if not 0 <= self.proportion <= 1:
            raise ValueError(f"not a proportion: {self.proportion}")
        _check_effective(self.effective)


@dataclass(frozen=True, slots=True)
class MeanPoint:
    """An area's mean score, in any unit.

    Args:
        mean: the mean.
        standard_error: of the mean, in the same unit. It is 0 where all answers are alike: then
            it says nothing about the next answers, and the point is not judged.

    Raises:
        ValueError: one of them is no finite number, or the standard error is negative.
    """

    mean: float
    standard_error: float

    def __post_init__(self) -> None:
        if not isfinite(self.mean):
            raise ValueError(f"not a mean: {self.mean}")
        if not (isfinite(self.standard_error) and self.standard_error >= 0):
            raise ValueError(f"not a standard error: {self.standard_error}")


@dataclass(frozen=True, slots=True)
class Limits:
    """A range in the unit of what is measured, with ``lower <= upper``, and its coverage.

    Raises:
        ValueError: the bounds are not in order, or the level is not strictly between 0 and 1.
    """

    lower: float
    upper: float
    level: float = 0.95

    def __post_init__(self) -> None:
        if not self.lower <= self.upper:
            raise ValueError(f"not limits: {self.lower}, {self.upper}")
        _check_level(self.level)

    def __contains__(self, value: float) -> bool:
        return self.lower <= value <= self.upper


@dataclass(frozen=True, slots=True)
class Spread:
    """How proportions of areas vary about a reference, on the arcsine scale ``asin(sqrt(p))``.

    Args:
        centre: the reference, in fractions of one.
        tau_squared: the variance between areas beyond chance, in squared radians; 0 where they
            vary no more than chance makes them, or where too few are known.
        phi: the mean squared z-score after drawing in the extremes; over 1, the areas vary more
            than by chance. ``None`` where too few are known to say, and then ``tau_squared`` is 0.

    Source: Spiegelhalter (2005), Qual. Saf. Health Care 14: 347-351 (the additive form, which he
    prefers to multiplying by the root of phi); FunnelPlotR, R/od_adjustment.R and
    R/calculate_limits.R. Effective n in place of n: methods.md 2.4.

    Drawing in makes phi smaller also where nothing is extreme: with pure chance it is 0.68, not 1.
    So these limits are too narrow where areas vary: of 150 areas that vary ordinarily, by 2 to 10
    points, 4% to 5% lie below the 95% limits, not 2.5%. The sources leave it so, and others find
    the same figures; ``consistent`` divides phi by 0.68, and then about 2% do.

    One thing is ours: limits are never narrower than the plain funnel's. Near 0 and 1 the arcsine
    limits alone are: of 30 answers about 95%, all 30 would be "above" one time in five. So whoever
    is outside is so by Wilson's interval too, which stands beside the word.
    """

    centre: float
    tau_squared: float = 0.0
    phi: float | None = None

    def __post_init__(self) -> None:
        _check_centre(self.centre)
        _check_spread(self.tau_squared, self.phi)

    @classmethod
    def of(
        cls, points: Sequence[Point], centre: float | None = None, *, consistent: bool = False
    ) -> Self:
        """What these areas show.

        Args:
            points: one for each area, only of those that are compared. With fewer than
                ``LEAST_POINTS`` the variation between areas cannot be judged and is taken as none.
            centre: the reference, such as England weighted by population; without one, the
                proportion of all the points' effective answers together.
            consistent: whether phi is made up for what drawing in takes from chance itself.

        Raises:
            ValueError: there are neither points nor a centre, or the centre is no proportion.
        """
        reference = _overall(points) if centre is None else centre
        _check_centre(reference)
        errors = [_arcsine_error(point.effective) for point in points]
        scores = [
            (_arcsine(point.proportion) - _arcsine(reference)) / error
            for point, error in zip(points, errors, strict=True)
        ]
        tau_squared, phi = _overdispersion(scores, errors, consistent=consistent)
        return cls(reference, tau_squared, phi)

    def around(self, centre: float) -> Self:
        """The same variation about another reference, such as a region's proportion."""
        return replace(self, centre=centre)

    @property
    def judged(self) -> bool:
        """Whether there were areas enough to judge the variation between them."""
        return self.phi is not None

    def limits(self, effective: float, level: float) -> ConfidenceInterval:
        """Where an area of so many effective answers lies with this chance, if nothing is amiss.

        Raises:
            ValueError: ``effective`` is below 1, or the level is not strictly between 0 and 1.
        """
        plain = score_limits(self.centre, effective, level)
        reach = _reach(level) * self._error(effective)
        middle = _arcsine(self.centre)
        return ConfidenceInterval(
            lower=min(plain.lower, sin(max(0.0, middle - reach)) ** 2),
            upper=max(plain.upper, sin(min(pi / 2, middle + reach)) ** 2),
            level=level,
        )

    def side(self, point: Point, level: float) -> Side:
        """Where the point stands against the limits at its own number; on a limit is inside.

        Words, tables and drawings all come from here.
        """
        return _side(point.proportion, self.limits(point.effective, level))

    def z(self, point: Point) -> float:
        """How many standard deviations from the reference, variation between areas included.

        The nearer to nought of the arcsine's and the plain funnel's, as the limits are the wider.
        """
        gap = _arcsine(point.proportion) - _arcsine(self.centre)
        z = gap / self._error(point.effective)
        plain_error = sqrt(self.centre * (1 - self.centre) / point.effective)
        if not plain_error:
            return z
        return min(z, (point.proportion - self.centre) / plain_error, key=abs)

    def p_value(self, point: Point) -> float:
        """Two-sided; for lists that hold the rate of false discoveries."""
        return _two_sided(self.z(point))

    def _error(self, effective: float) -> float:
        _check_effective(effective)
        return sqrt(_arcsine_error(effective) ** 2 + self.tau_squared)


@dataclass(frozen=True, slots=True)
class MeanSpread:
    """How mean scores of areas vary about a reference, in the unit of the scores.

    Args:
        centre: the reference.
        tau_squared: the variance between areas beyond chance, in squared units; 0 as above.
        phi: as in ``Spread``.

    Source: as for ``Spread``, with y the mean and s its standard error, untransformed
    (Spiegelhalter 2005, Stat. Med. 24: 1185-1202, section 2: any y that is about normal).
    """

    centre: float
    tau_squared: float = 0.0
    phi: float | None = None

    def __post_init__(self) -> None:
        if not isfinite(self.centre):
            raise ValueError(f"not a mean: {self.centre}")
        _check_spread(self.tau_squared, self.phi)

    @classmethod
    def of(
        cls, points: Sequence[MeanPoint], centre: float | None = None, *, consistent: bool = False
    ) -> Self:
        """What these areas show. Points whose answers are all alike are left out of it.

        Args:
            centre: the reference, such as England weighted by population; without one, the mean
                of the points, each weighted by the inverse of its variance.
            consistent: as in ``Spread.of``.

        Raises:
            ValueError: there is no centre and no point with a standard error above 0.
        """
        known = [point for point in points if point.standard_error > 0]
        reference = _pooled(known) if centre is None else centre
        errors = [point.standard_error for point in known]
        scores = [(point.mean - reference) / point.standard_error for point in known]
        tau_squared, phi = _overdispersion(scores, errors, consistent=consistent)
        return cls(reference, tau_squared, phi)

    def around(self, centre: float) -> Self:
        """The same variation about another reference, such as a region's mean."""
        return replace(self, centre=centre)

    @property
    def judged(self) -> bool:
        """Whether there were areas enough to judge the variation between them."""
        return self.phi is not None

    def limits(self, standard_error: float, level: float) -> Limits:
        """Where an area with this standard error lies with this chance, if nothing is amiss.

        Raises:
            ValueError: the standard error is not above 0, or the level is not between 0 and 1.
        """
        reach = _reach(level) * self._error(standard_error)
        return Limits(self.centre - reach, self.centre + reach, level)

    def side(self, point: MeanPoint, level: float) -> Side | None:
        """Where the point stands; ``None`` where all its answers are alike."""
        if not point.standard_error:
            return None
        return _side(point.mean, self.limits(point.standard_error, level))

    def z(self, point: MeanPoint) -> float:
        """How many standard deviations from the reference, variation between areas included.

        Raises:
            ValueError: all the point's answers are alike.
        """
        return (point.mean - self.centre) / self._error(point.standard_error)

    def p_value(self, point: MeanPoint) -> float:
        """Two-sided; for lists that hold the rate of false discoveries."""
        return _two_sided(self.z(point))

    def _error(self, standard_error: float) -> float:
        if not (isfinite(standard_error) and standard_error > 0):
            raise ValueError(f"cannot judge by a standard error of {standard_error}")
        return sqrt(standard_error**2 + self.tau_squared)


def score_limits(centre: float, effective: float, level: float) -> ConfidenceInterval:
    """The limits of a plain funnel, which allow for chance alone; for a chart's legend.

    A proportion lies outside them exactly when its Wilson interval leaves out the centre.

    Raises:
        ValueError: the centre is no proportion, ``effective`` is below 1, or the level is not
            strictly between 0 and 1.

    Source: PHEindicatormethods, R/utils.R (``sigma_adjustment``), which comes to
    ``p0 ± z·sqrt(p0(1 − p0)/n)``, clipped to 0 to 1 (methods.md, findings 1 and 2.4).
    """
    _check_centre(centre)
    _check_effective(effective)
    reach = _reach(level) * sqrt(centre * (1 - centre) / effective)
    return ConfidenceInterval(max(0.0, centre - reach), min(1.0, centre + reach), level)


def _overdispersion(
    scores: Sequence[float], errors: Sequence[float], *, consistent: bool
) -> tuple[float, float | None]:
    """Tau squared and phi; 0 and ``None`` where too few are known to say.

    Source: Spiegelhalter (2005) and FunnelPlotR, R/od_adjustment.R, as in methods.md 2.4.
    """
    number = len(scores)
    if number < LEAST_POINTS:
        return 0.0, None
    phi = fsum(score**2 for score in _drawn_in(scores)) / number
    if consistent:
        phi /= LEFT_OF_CHANCE
    weights = [1 / error**2 for error in errors]
    total = fsum(weights)
    # As a sum it stays above 0 also where one area outweighs all others.
    room = fsum(weight * (total - weight) / total for weight in weights)
    return max(0.0, (number * phi - (number - 1)) / room), phi


def _drawn_in(scores: Sequence[float]) -> list[float]:
    """Winsorised: those beyond the 10% and 90% quantiles stand at these."""
    low, high = _quantile(scores, DRAWN_IN), _quantile(scores, 1 - DRAWN_IN)
    return [min(max(score, low), high) for score in scores]


def _quantile(values: Sequence[float], share: float) -> float:
    """R's type 7, as ``quantile`` has it unasked: linear between the order statistics.

    Source: Hyndman and Fan (1996), Am. Stat. 50: 361-365, definition 7.
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _overall(points: Sequence[Point]) -> float:
    if not points:
        raise ValueError("there are no points to take a centre from")
    favourable = fsum(point.proportion * point.effective for point in points)
    # Rounding can take a sum of ones a hair over their number.
    return min(1.0, favourable / fsum(point.effective for point in points))


def _pooled(points: Sequence[MeanPoint]) -> float:
    if not points:
        raise ValueError("there are no points with a standard error to take a centre from")
    weights = [1 / point.standard_error**2 for point in points]
    weighted = [weight * point.mean for weight, point in zip(weights, points, strict=True)]
    return fsum(weighted) / fsum(weights)


def _side(value: float, limits: Limits | ConfidenceInterval) -> Side:
    return Side((value > limits.upper) - (value < limits.lower))


def _arcsine(proportion: float) -> float:
    return asin(sqrt(proportion))


def _arcsine_error(effective: float) -> float:
    return 1 / (2 * sqrt(effective))


def _reach(level: float) -> float:
    _check_level(level)
    return _STANDARD.inv_cdf((1 + level) / 2)


def _two_sided(z: float) -> float:
    return 2 * _STANDARD.cdf(-abs(z))


def _check_centre(centre: float) -> None:
    if not 0 <= centre <= 1:
        raise ValueError(f"not a proportion to compare with: {centre}")


def _check_effective(effective: float) -> None:
    if not (isfinite(effective) and effective >= 1):
        raise ValueError(f"not a number of effective answers: {effective}")


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"not a coverage: {level}")


def _check_spread(tau_squared: float, phi: float | None) -> None:
    if not (isfinite(tau_squared) and tau_squared >= 0):
        raise ValueError(f"not a variance between areas: {tau_squared}")
    if phi is None and tau_squared:
        raise ValueError("a variance between areas without the phi it comes from")
    if phi is not None and not (isfinite(phi) and phi >= 0):
        raise ValueError(f"not a dispersion: {phi}")

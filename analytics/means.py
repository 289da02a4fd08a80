"""The interval of a mean score: Student's t. For workers only, as all that needs scipy. Pure."""

from dataclasses import dataclass
from math import isfinite

from scipy.special import stdtrit

from analytics.weighing import MeanEstimate, SumsLike, mean_of


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """A range for a mean, in the unit of the mean (points of 100, not fractions of one).

    Args:
        lower, upper: the bounds.
        level: the coverage aimed for, strictly between 0 and 1.

    Raises:
        ValueError: the bounds are the wrong way round or not finite, or it is no level.
    """

    lower: float
    upper: float
    level: float = 0.95

    def __post_init__(self) -> None:
        if not (isfinite(self.lower) and isfinite(self.upper) and self.lower <= self.upper):
            raise ValueError(f"not bounds of a mean: {self.lower}, {self.upper}")
        if not 0 < self.level < 1:
            raise ValueError(f"not a coverage: {self.level}")

    def __contains__(self, mean: float) -> bool:
        return self.lower <= mean <= self.upper


def student(
    mean: float,
    standard_error: float,
    degrees: float,
    level: float = 0.95,
    *,
    low: float = 0.0,
    high: float = 100.0,
) -> MeanInterval | None:
    """x̄ ± t(degrees)·SE, cut to what a mean can be.

    Args:
        mean, standard_error: in one unit, as points.
        degrees: of freedom; need not be whole.
        low, high: the least and the greatest score there is.

    Returns:
        ``None`` where the standard error is 0: all scores are alike, and tell nothing of chance.
        Say "all" and show no interval.

    Raises:
        ValueError: the mean is not between ``low`` and ``high``, the standard error is negative,
            the degrees are not above 0, or the level is not strictly between 0 and 1.

    Source: Student (1908), Biometrika 6: 1-25; PHEindicatormethods, ``phe_mean``; all alike,
    methods.md 2.2.
    """
    if not low <= mean <= high:
        raise ValueError(f"no mean of scores from {low} to {high} is {mean}")
    if not (isfinite(standard_error) and standard_error >= 0):
        raise ValueError(f"no standard error is {standard_error}")
    if not (isfinite(degrees) and degrees > 0):
        raise ValueError(f"no degrees of freedom are {degrees}")
    if not 0 < level < 1:
        raise ValueError(f"not a coverage: {level}")
    if not standard_error:
        return None
    half = float(stdtrit(degrees, (1 + level) / 2)) * standard_error
    return MeanInterval(max(low, mean - half), min(high, mean + half), level)


def of_estimate(
    estimate: MeanEstimate, level: float = 0.95, *, low: float = 0.0, high: float = 100.0
) -> MeanInterval | None:
    """The interval of a mean, weighted or England's: as :func:`student`."""
    return student(
        estimate.mean, estimate.standard_error, estimate.degrees, level, low=low, high=high
    )


def of_sums(
    sums: SumsLike,
    level: float = 0.95,
    *,
    low: float = 0.0,
    high: float = 100.0,
    per_point: int = 1,
) -> MeanInterval | None:
    """The interval of an unweighted mean, from n, Σ and Σ².

    Args:
        per_point: as of :func:`analytics.weighing.mean_of`: 100 for ``Tally.sums``.

    Raises:
        NobodyAnswered: there are no scores.
        ValueError: there is one score only, the sums are of no numbers; as :func:`student`.
    """
    return of_estimate(mean_of(None, {"": sums}, per_point=per_point), level, low=low, high=high)

"""Confidence intervals: how far from the truth a share of few replies may be. Pure."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Self


@dataclass(frozen=True, slots=True)
class ConfidenceInterval:
    """A range for a proportion, in fractions of one (not per cent).

    Args:
        lower, upper: the bounds, with ``0 <= lower <= upper <= 1``.
        level: the coverage aimed for, strictly between 0 and 1; 0.95 is 95 per cent.

    Raises:
        ValueError: the bounds or the level lie outside those ranges.
    """

    lower: float
    upper: float
    level: float = 0.95

    def __post_init__(self) -> None:
        if not 0 <= self.lower <= self.upper <= 1:
            raise ValueError(f"not bounds of a proportion: {self.lower}, {self.upper}")
        if not 0 < self.level < 1:
            raise ValueError(f"not a coverage: {self.level}")

    def __contains__(self, proportion: float) -> bool:
        return self.lower <= proportion <= self.upper

    @classmethod
    def wilson(cls, count: float, total: float, *, level: float = 0.95) -> Self:
        """The Wilson score interval for ``count`` out of ``total`` replies.

        Unlike the Wald interval it stays inside 0 to 1, and keeps close to its stated coverage
        when ``total`` is small or the share is near 0 or 1. ``count`` need not be whole: it may
        be a weighted count, or come from a rounded share.

        Raises:
            ValueError: ``total`` is below 1, ``count`` is not in ``0..total``, or the level is
                not strictly between 0 and 1.

        Source: Wilson (1927), J. Am. Stat. Assoc. 22: 209-212; advised for small samples by
        Brown, Cai and DasGupta (2001), Stat. Sci. 16: 101-133. Counts that are not whole:
        PHEindicatormethods, R/utils.R.
        """
        if not (0 <= count <= total and total >= 1):
            raise ValueError(f"cannot take {count} out of {total}")
        if not 0 < level < 1:
            raise ValueError(f"not a coverage: {level}")
        share, z = count / total, NormalDist().inv_cdf((1 + level) / 2)
        shrink = 1 + z**2 / total
        centre = (share + z**2 / (2 * total)) / shrink
        half = z / shrink * sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
        # In exact arithmetic the bounds hold the share and never leave 0 to 1; rounding can break
        # both by a hair (0 out of 330 is one such), so we put them back.
        return cls(
            lower=max(0.0, min(share, centre - half)),
            upper=min(1.0, max(share, centre + half)),
            level=level,
        )

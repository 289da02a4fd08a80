"""How many families to invite, so that a share is known to about five points. Pure.

Sources. The number of replies for a margin: Cochran (1977), Sampling Techniques, 3rd edition,
section 4.4: ``n0 = z² p (1 - p) / e²``, and ``n = n0 / (1 + (n0 - 1) / N)`` where replies come out
of a list of N (the finite population correction). The margin of five points: the Adult Social Care
Survey in England, whose councils draw their samples for it. ``p`` is a half, for which most replies
are needed: any other share is known better.

This is for planning alone. Figures are published with intervals that take no account of N
(analytics/intervals.py), because planners speak of next year's families too; so in a small
authority an interval on a page is wider than the margin planned here.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist
from typing import Final

MARGIN: Final = 0.05
LEVEL: Final = 0.95
# A share is shown of ten answers or more: analytics/disclosure.py, and a test compares the two.
LEAST_BASE: Final = 10
# Where so many are expected to reply, ten or more do in 95 waves of 100: a Poisson number with a
# mean of 15.71 is 9 or less with probability 0.05, which is half the 95th percentile (31.41) of
# chi-squared with 20 degrees of freedom. A test adds it up.
SAFE_BASE: Final = 15.71
# Figures are published of four waves together: analytics/spans.py, and a test compares the two.
MOST_POOLED: Final = 4

_POINTS: Final = round(100 * MARGIN)
_Z2: Final = NormalDist().inv_cdf((1 + LEVEL) / 2) ** 2


class Reach(StrEnum):
    """What a wave can tell of an authority."""

    PLANNED = "planned"  # with these invitations, to five points
    ALL = "all"  # everyone must be invited, and the margin is wider
    POOLED = "pooled"  # too few for figures of one wave; a few waves together are enough
    NEVER = "never"  # too few for figures even so


@dataclass(frozen=True, slots=True)
class Sample:
    """How many to invite in one authority and wave, and what comes of it.

    Args:
        reach: what can be told.
        invitations: how many; all that can be asked, where that is too few.
        expected: how many of them are expected to reply.
        margin: in fractions of one, of a share near a half; 1 where nobody is expected.
        waves: how many waves together are enough for figures; 0 where even `MOST_POOLED` are not.
        waves_to_margin: how many together give :data:`MARGIN`; 0 where even `MOST_POOLED` do not.
        pooled_margin: of `MOST_POOLED` waves together.
    """

    reach: Reach
    invitations: int
    expected: float
    margin: float
    waves: int
    waves_to_margin: int
    pooled_margin: float

    @property
    def points(self) -> int:
        """The margin in percentage points, never smaller than it is."""
        return _points(self.margin)

    @property
    def pooled_points(self) -> int:
        """The margin of `MOST_POOLED` waves together; likewise."""
        return _points(self.pooled_margin)

    @property
    def most_pooled(self) -> int:
        return MOST_POOLED


def replies_needed(population: int, *, margin: float = MARGIN) -> int:
    """How many replies out of a list give this margin; 0 out of none.

    Raises:
        ValueError: fewer than none, or a margin that is no share.
    """
    if population < 0 or not 0 < margin < 1:
        raise ValueError(f"no sample: {population} people, a margin of {margin}")
    if population == 0:
        return 0
    endless = _Z2 / 4 / margin**2
    # Rounded first: in exact arithmetic the last digits of a float would not add one more.
    return min(population, math.ceil(round(endless / (1 + (endless - 1) / population), 9)))


def margin_of(replies: float, population: int) -> float:
    """Half the width of the 95% interval of a share near a half, in fractions of one.

    Source: Cochran (1977), section 3.3, with the finite population correction (N - n) / (N - 1).
    """
    if replies <= 0:
        return 1.0
    if population <= 1 or replies >= population:
        return 0.0
    left_out = (population - replies) / (population - 1)
    return min(1.0, math.sqrt(_Z2 / 4 / replies * left_out))


def plan(*, population: int, rate: float, share_asked: float = 1.0) -> Sample:
    """How many to invite in an authority.

    Args:
        population: how many could answer.
        rate: the response expected, above 0 up to 1.
        share_asked: what share of families a wave may ask (`surveys.rotation.share_of`).

    Raises:
        ValueError: one of them is out of its range.
    """
    if not 0 < rate <= 1 or not 0 < share_asked <= 1:
        raise ValueError(f"no shares: a response of {rate}, {share_asked} asked")
    can_be_asked = math.floor(population * share_asked)
    wanted = math.ceil(round(replies_needed(population) / rate, 9))
    invitations = min(wanted, can_be_asked)
    expected = invitations * rate
    # Of the second wave on the same families no other has answered: a quarter that is asked in each
    # of four waves comes round after them, and all who are asked in each are the same at once.
    rounds = [min(float(waves), 1 / share_asked) for waves in range(1, MOST_POOLED + 1)]
    margins = [margin_of(expected * times, population) for times in rounds]
    waves = 1 if expected >= SAFE_BASE else waves_needed(expected)
    within = (number for number, margin in enumerate(margins, 1) if _points(margin) <= _POINTS)
    return Sample(
        reach=_reach(waves, enough=wanted <= can_be_asked),
        invitations=invitations,
        expected=expected,
        margin=margins[0],
        waves=waves,
        waves_to_margin=next(within, 0),
        pooled_margin=margins[-1],
    )


def _reach(waves: int, *, enough: bool) -> Reach:
    match waves:
        case 0:
            return Reach.NEVER
        case 1:
            return Reach.PLANNED if enough else Reach.ALL
        case _:
            return Reach.POOLED


def _points(margin: float) -> int:
    return math.ceil(round(100 * margin, 6))


def waves_needed(expected: float) -> int:
    """How many waves with so many replies each are enough for figures; 0 where too many are."""
    waves = math.ceil(round(SAFE_BASE / expected, 9)) if expected > 0 else 0
    return waves if waves <= MOST_POOLED else 0

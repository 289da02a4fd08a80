"""How many of those who were invited have answered: a rate that tells about nobody. Pure.

The number of replies moves only at a mix, by k or more. Beside the number of codes it would still
tell when all, or all but a few, have answered (`surveys/response_rates.py`). So then only "nearly
all" is said, and every sum holds the most that may be told of any place.
"""

from dataclasses import dataclass
from typing import Final

from analytics.intervals import ConfidenceInterval
from surveys import response_rates

# What may be said of a rate beside its target, from the least.
AGAINST_TARGET: Final = ("below", "near", "above")


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of some codes were used, as far as it may be said.

    Args:
        codes: how many were made.
        replies: how many were used by the last mix; a number that may be added to others.
        nearly_all: whether five or fewer are left, so that ``replies`` is less than the truth.
        k: the fewest replies that are shown.
    """

    codes: int
    replies: int
    nearly_all: bool
    k: int

    @classmethod
    def of(cls, replies: int, codes: int, *, k: int) -> "Answered":
        """What may be said.

        Args:
            replies: how many were mixed.
            codes: how many were made; of codes made elsewhere it may be fewer than the replies.
        """
        told = response_rates.told(replies, codes)
        return cls(codes, told, nearly_all=told < replies, k=k)

    def __add__(self, other: "Answered") -> "Answered":
        return Answered(
            codes=self.codes + other.codes,
            replies=self.replies + other.replies,
            nearly_all=False,
            k=max(self.k, other.k),
        )

    @property
    def is_shown(self) -> bool:
        return self.replies >= self.k and not self.nearly_all

    @property
    def in_words(self) -> str:
        if self.nearly_all:
            return "nearly all"
        return f"{self.replies:,}" if self.is_shown else f"fewer than {self.k}"

    @property
    def share(self) -> float | None:
        """Between 0 and 1; ``None`` where it may not be said, or nobody was invited."""
        return self.replies / self.codes if self.codes and self.is_shown else None

    @property
    def percent(self) -> int | None:
        return None if self.share is None else round(100 * self.share)

    @property
    def interval(self) -> tuple[int, int] | None:
        """The 95% Wilson interval in whole percents: what another round like this might bring.

        Source: Wilson (1927); see `analytics/intervals.py`.
        """
        if self.share is None:
            return None
        found = ConfidenceInterval.wilson(self.replies, self.codes)
        return round(100 * found.lower), round(100 * found.upper)

    def reaches(self, target: int) -> str:
        """Whether a target in per cent is reached, beyond chance: a word for the interval.

        Of nearly all it is said as if as few had answered as "nearly all" may mean.

        Returns:
            One of :data:`AGAINST_TARGET`, or ``""`` where nothing may be said.
        """
        if self.nearly_all:
            least = max(0, self.codes - response_rates.NOT_TOLD_APART)
            lower = 100 * ConfidenceInterval.wilson(least, self.codes).lower
            return "above" if lower >= target else "near"
        if self.interval is None:
            return ""
        lower, upper = self.interval
        return "above" if lower >= target else "below" if upper < target else "near"

    def points_beyond(self, before: "Answered | None") -> int | None:
        """Points of the rate, as both are shown, beyond another's; ``None`` without both."""
        if before is None or before.percent is None or self.percent is None:
            return None
        return self.percent - before.percent

"""What a figure may say, and when it must say nothing. Pure.

The rules, with their sources (reference/methods.md 2.8 compares eleven bodies):

* A share is shown from a base of ten answers: GP Patient Survey, Ofsted Parent View, UK LLC.
* It is a whole percent, and "over 90%" or "under 10%" at the ends, so that nobody reads in it that
  all, or none, of a group said something (group disclosure: ACRO, review of 0% and 100%).
  Of a base of exactly ten the ends, and 10% and 90%, are withheld: they would be no range at all.
* Beside it stands the base and no other count. Its interval is worked out from the percent and the
  base as shown, and so tells nothing that these two do not; at the ends there is none.
* A count of people is hidden where it, or what is left of its total, is 1 to 5: Department for
  Education, children in need. `analytics/tables.py` hides what else would give it away.
* England's bases and counts are to the nearest 10: the same source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from analytics.intervals import ConfidenceInterval

LEAST_BASE = 10
HIDDEN_COUNTS = range(1, 6)
NEAREST = 10

TOO_FEW_ANSWERS = "fewer than 10 people answered this"
# One reason for every hidden count of a table: a reader who could tell the count that is 1 to 5
# from those hidden to protect it would know more than we mean to say.
PROTECTS_FEW = "it would tell about very few people"
WOULD_GIVE_AWAY = "with it, a figure of fewer than 10 people could be worked out"
WITH_AN_OLDER = "with an older release, it would tell about fewer than 10 people"


class End(StrEnum):
    """What is said of a share too near to none or all to be shown."""

    OVER = "over 90%"
    UNDER = "under 10%"


@dataclass(frozen=True, slots=True)
class Share:
    """The share of favourable answers.

    Args:
        percent: a whole percent from 10 to 90, or an end.
        base: how many answered, 10 or more.
        lower, upper: whole percents; the 95% Wilson interval. ``None`` at an end.
        rounded: whether the base is to the nearest 10, as England's is.

    Raises:
        ValueError: a share that may not be shown.
    """

    percent: int | End
    base: int
    lower: int | None = None
    upper: int | None = None
    rounded: bool = False

    def __post_init__(self) -> None:
        if self.base < LEAST_BASE:
            raise ValueError(f"a share of {self.base} answers may not be shown")
        if isinstance(self.percent, End):
            if (self.lower, self.upper) != (None, None):
                raise ValueError("an interval would say more than the end of a share may")
        elif not 10 <= self.percent <= 90:
            raise ValueError(f"{self.percent}% is to be shown as one of the ends")
        elif self.lower is None or self.upper is None:
            raise ValueError("a percent is shown with its interval")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people; ``rounded`` if to the nearest 10, as England's are."""

    count: int
    rounded: bool = False

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"not a number of people: {self.count}")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A figure that may not be shown, and the words that say why."""

    reason: str


Shown = Share | Count
Figure = Shown | Withheld


def share(favourable: int, base: int, *, national: bool = False) -> Share | Withheld:
    """The share that ``favourable`` of ``base`` answers are, as far as it may be shown.

    Args:
        national: whether it is England's, whose base is shown to the nearest 10.

    Raises:
        ValueError: ``favourable`` is not in ``0..base``.
    """
    if not 0 <= favourable <= base:
        raise ValueError(f"cannot take {favourable} out of {base}")
    if base < LEAST_BASE:
        return Withheld(TOO_FEW_ANSWERS)
    percent, shown_base = rounded(100 * favourable, base), to_nearest(base) if national else base
    # Of ten answers "over 90%" could only be all of them. So 90% is not shown either: then what is
    # withheld may be any of none, one, nine and ten.
    if base == LEAST_BASE and not 10 < percent < 90:
        return Withheld(PROTECTS_FEW)
    if percent > 90:
        return Share(End.OVER, shown_base, rounded=national)
    if percent < 10:
        return Share(End.UNDER, shown_base, rounded=national)
    interval = ConfidenceInterval.wilson(shown_base * percent / 100, shown_base)
    return Share(
        percent,
        shown_base,
        lower=round(100 * interval.lower),
        upper=round(100 * interval.upper),
        rounded=national,
    )


def must_hide(count: int, total: int) -> bool:
    """Whether a count of people, or what is left of its total, is 1 to 5."""
    return count in HIDDEN_COUNTS or total - count in HIDDEN_COUNTS


def rounded(number: int, by: int) -> int:
    """``number / by`` to the nearest whole, halves up. Exact, where floats are not."""
    return (2 * number + by) // (2 * by)


def to_nearest(number: int) -> int:
    """To the nearest 10, fives up."""
    return NEAREST * rounded(number, NEAREST)


def in_words(figure: Figure) -> str:
    match figure:
        case Share(percent=End() as end, base=base):
            return f"{end} ({base:,} answers)"
        case Share(percent, base, lower, upper):
            return f"{percent}% (95% range {lower}% to {upper}%, {base:,} answers)"
        case Count(count, rounded=True):
            return f"{count:,}, to the nearest 10"
        case Count(count):
            return f"{count:,}"
        case Withheld(reason):
            return f"not shown: {reason}"
        case _:
            assert_never(figure)


def to_json(figure: Figure) -> dict[str, Any]:
    """As plain values, to be stored and sent; :func:`from_json` reads them."""
    match figure:
        case Share(percent=End() as end, base=base, rounded=is_rounded):
            return {"kind": "share", "end": end.value, "base": base, "rounded": is_rounded}
        case Share(percent, base, lower, upper, is_rounded):
            return {
                "kind": "share",
                "percent": percent,
                "lower": lower,
                "upper": upper,
                "base": base,
                "rounded": is_rounded,
            }
        case Count(count, is_rounded):
            return {"kind": "count", "count": count, "rounded": is_rounded}
        case Withheld(reason):
            return {"kind": "withheld", "reason": reason}
        case _:
            assert_never(figure)


def from_json(value: Mapping[str, Any]) -> Figure:
    """Raises: ValueError: these are not the values of a figure."""
    match value:
        case {"kind": "share", "end": str(end), "base": int(base), "rounded": bool(is_rounded)}:
            return Share(End(end), base, rounded=is_rounded)
        case {
            "kind": "share",
            "percent": int(percent),
            "lower": int(lower),
            "upper": int(upper),
            "base": int(base),
            "rounded": bool(is_rounded),
        }:
            return Share(percent, base, lower, upper, is_rounded)
        case {"kind": "count", "count": int(count), "rounded": bool(is_rounded)}:
            return Count(count, is_rounded)
        case {"kind": "withheld", "reason": str(reason)}:
            return Withheld(reason)
        case _:
            raise ValueError(f"not a figure: {dict(value)}")

"""What a figure may say, and when it must say nothing. Pure.

The rules, with their sources (reference/methods.md 2.8 compares eleven bodies):

* A share is shown from a base of ten answers: GP Patient Survey, Ofsted Parent View, UK LLC.
* It is a whole percent, and "over 90%" or "under 10%" at the ends, so that nobody reads in it that
  all, or none, of a group said something (group disclosure: ACRO, review of 0% and 100%).
  Of a base of exactly ten the ends, and 10% and 90%, are withheld: they would be no range at all.
* Beside it stands the base and no other count. Its interval is worked out from the percent and the
  base (or, where it is weighted, the effective base) as shown, and so tells nothing that these do
  not; at the ends there is none.
* A weighted share says the unweighted percent too, and an audit takes both as known.
* A count of people is hidden where it, or what is left of its total, is 1 to 5: Department for
  Education, children in need. `analytics/tables.py` hides what else would give it away.
* England's and regions' bases and counts are to the nearest 10: the same source. So are those of
  several waves together, and those of a group are to the nearest 5 (Adult Social Care Survey), as a
  second wall against subtraction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, assert_never

from analytics.intervals import ConfidenceInterval

LEAST_BASE = 10
NEAREST = 10

TOO_FEW_ANSWERS = "fewer than 10 people answered this"
# One reason for every hidden count of a table: a reader who could tell the count that is 1 to 5
# from those hidden to protect it would know more than we mean to say.
PROTECTS_FEW = "it would tell about very few people"
# Also of a total of exactly ten at an end: a reason of its own would tell that it is.
WOULD_GIVE_AWAY = "with it, something about very few people could be worked out"
WITH_AN_OLDER = "with an older release, it would tell about fewer than 10 people"
# No secret: that nobody of a group answered is said, as the Department for Education shows zeros.
NOBODY = "nobody answered this"


class End(StrEnum):
    """What is said of a share too near to none or all to be shown."""

    OVER = "over 90%"
    UNDER = "under 10%"


@dataclass(frozen=True, slots=True)
class Share:
    """The share of favourable answers.

    Args:
        percent: a whole percent from 10 to 90, or an end; weighted, where ``crude`` is given.
        base: how many answered, 10 or more, to the nearest ``nearest``.
        lower, upper: whole percents; the 95% Wilson interval. ``None`` at an end.
        nearest: what the base is rounded to: 1 (it is exact), 5, 10…
        effective: of a weighted share, how many equally weighted answers would tell as much
            (Kish): down to a ten.
        crude: of a weighted share, the percent without weights.

    Raises:
        ValueError: a share that may not be shown.
    """

    percent: int | End
    base: int
    lower: int | None = None
    upper: int | None = None
    nearest: int = 1
    effective: int | None = None
    crude: int | End | None = None

    def __post_init__(self) -> None:
        if self.base < LEAST_BASE:
            raise ValueError(f"a share of {self.base} answers may not be shown")
        for each in (self.percent, self.crude):
            if isinstance(each, int) and not 10 <= each <= 90:
                raise ValueError(f"{each}% is to be shown as one of the ends")
        if isinstance(self.percent, End):
            if (self.lower, self.upper) != (None, None):
                raise ValueError("an interval would say more than the end of a share may")
        elif self.lower is None or self.upper is None:
            raise ValueError("a percent is shown with its interval")

    @property
    def rounded(self) -> bool:
        return self.nearest > 1

    @property
    def weighted(self) -> bool:
        return self.crude is not None

    @property
    def counts_as(self) -> int:
        """How many answers its interval is of."""
        return self.base if self.effective is None else self.effective


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean score of an index.

    Args:
        points: in whole points, 0 to 100, without the ends, which would tell what all said.
        base: how many have a score, 10 or more, to the nearest ``nearest``.
        lower, upper: whole points; the 95% interval by Student's t.
        error: the standard error in points, to one decimal; above 0.
        nearest, effective: as of a :class:`Share`.
        crude: of a weighted mean, the points without weights.

    Raises:
        ValueError: a mean that may not be shown.
    """

    points: int
    base: int
    lower: int
    upper: int
    error: float
    nearest: int = 1
    effective: int | None = None
    crude: int | None = None

    def __post_init__(self) -> None:
        if self.base < LEAST_BASE:
            raise ValueError(f"a mean of {self.base} scores may not be shown")
        if not 0 < self.points < 100:
            raise ValueError(f"a mean of {self.points} would tell what all said")
        if self.error <= 0:
            raise ValueError("a mean has a standard error above 0")

    @property
    def rounded(self) -> bool:
        return self.nearest > 1

    @property
    def weighted(self) -> bool:
        return self.crude is not None

    @property
    def counts_as(self) -> int:
        """How many scores its interval is of."""
        return self.base if self.effective is None else self.effective


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people, to the nearest ``nearest``."""

    count: int
    nearest: int = 1

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"not a number of people: {self.count}")

    @property
    def rounded(self) -> bool:
        return self.nearest > 1


@dataclass(frozen=True, slots=True)
class Withheld:
    """A figure that may not be shown, and the words that say why."""

    reason: str


Shown = Share | Mean | Count
Figure = Shown | Withheld


class Weighted(NamedTuple):
    """What weighing made of a share (0 to 1) or mean (0 to 100), and its effective base (Kish)."""

    value: float
    effective: float


def share(
    favourable: int, base: int, *, nearest: int = 1, weighted: Weighted | None = None
) -> Share | Withheld:
    """The share that ``favourable`` of ``base`` answers are, as far as it may be shown.

    Args:
        nearest: what the base is shown to.
        weighted: what weighing made of it.

    Raises:
        ValueError: ``favourable`` is not in ``0..base``.
    """
    if not 0 <= favourable <= base:
        raise ValueError(f"cannot take {favourable} out of {base}")
    if base < LEAST_BASE:
        return Withheld(TOO_FEW_ANSWERS)
    crude = rounded(100 * favourable, base)
    # Of ten answers "over 90%" could only be all of them. So 90% is not shown either: then what is
    # withheld may be any of none, one, nine and ten.
    if base == LEAST_BASE and not 10 < crude < 90:
        return Withheld(PROTECTS_FEW)
    shown_base = base_shown(base, nearest)
    percent, effective = crude, None
    if weighted is not None:
        percent = int(100 * weighted.value + 0.5)
        effective = shown_effective(weighted.effective, shown_base)
    bound = _or_end(percent)
    lower = upper = None
    if not isinstance(bound, End):
        of = effective or shown_base
        interval = ConfidenceInterval.wilson(of * percent / 100, of)
        lower, upper = round(100 * interval.lower), round(100 * interval.upper)
    return Share(
        bound,
        shown_base,
        lower,
        upper,
        nearest=nearest,
        effective=effective,
        crude=None if weighted is None else _or_end(crude),
    )


def mean(
    value: float,
    error: float,
    base: int,
    *,
    bounds: tuple[float, float] | None,
    nearest: int = 1,
    weighted: Weighted | None = None,
) -> Mean | Withheld:
    """A mean score, as far as it may be shown.

    Args:
        value: in points, without weights.
        error: the standard error in points of what is shown.
        base: how many have a score.
        bounds: the 95% interval of what is shown; ``None`` where all scores are alike.
        nearest: what the base is shown to.
        weighted: what weighing made of it.
    """
    if base < LEAST_BASE:
        return Withheld(TOO_FEW_ANSWERS)
    crude, points = int(value + 0.5), int((weighted.value if weighted else value) + 0.5)
    # The ends, and scores that are all alike, would tell what each of them said.
    if bounds is None or not error or not 0 < points < 100 or not 0 < crude < 100:
        return Withheld(PROTECTS_FEW)
    shown_error = max(1, int(10 * error + 0.5)) / 10
    shown_base = base_shown(base, nearest)
    effective = None
    if weighted is not None:
        effective = shown_effective(weighted.effective, shown_base)
    return Mean(
        points,
        shown_base,
        lower=int(bounds[0] + 0.5),
        upper=int(bounds[1] + 0.5),
        error=shown_error,
        nearest=nearest,
        effective=effective,
        crude=None if weighted is None else crude,
    )


def base_shown(base: int, nearest: int) -> int:
    """A base of ten or more, to the nearest 1, 5, 10…"""
    return max(LEAST_BASE, to_nearest(base, nearest))


def shown_effective(effective: float, shown_base: int) -> int:
    """For how many equally weighted answers a weighted figure is said to count.

    Down to a ten, whatever the base is rounded to: so that its interval is not too narrow, and
    because the exact number would tell how many answered in a small group that is weighed up.
    """
    return min(shown_base, max(NEAREST // 2, NEAREST * int(effective // NEAREST)))


def count(number: int, *, nearest: int = 1) -> Count | Withheld:
    """How many people there are, where they are ten or more."""
    if number < LEAST_BASE:
        return Withheld(TOO_FEW_ANSWERS)
    return Count(max(LEAST_BASE, to_nearest(number, nearest)), nearest)


def _or_end(percent: int) -> int | End:
    if percent > 90:
        return End.OVER
    return End.UNDER if percent < 10 else percent


def rounded(number: int, by: int) -> int:
    """``number / by`` to the nearest whole, halves up. Exact, where floats are not."""
    return (2 * number + by) // (2 * by)


def to_nearest(number: int, nearest: int = NEAREST) -> int:
    """To the nearest 10, or another number, halves up."""
    return nearest * rounded(number, nearest)


def in_words(figure: Figure) -> str:
    match figure:
        case Share(percent=End() as end, base=base):
            return f"{end} ({base:,} answers)"
        case Share(percent=percent, base=base, lower=lower, upper=upper):
            return f"{percent}% (95% range {lower}% to {upper}%, {base:,} answers)"
        case Mean(points=points, base=base, lower=lower, upper=upper):
            return f"{points} of 100 (95% range {lower} to {upper}, {base:,} answers)"
        case Count(count=count, nearest=1):
            return f"{count:,}"
        case Count(count=count, nearest=nearest):
            return f"{count:,}, to the nearest {nearest}"
        case Withheld(reason):
            return f"not shown: {reason}"
        case _:
            assert_never(figure)


def to_json(figure: Figure) -> dict[str, Any]:
    """As plain values, to be stored and sent; :func:`from_json` reads them.

    What is not so is left out: a base that is exact, weights where there are none, an end's range.
    """
    match figure:
        case Share():
            value: dict[str, Any] = {"kind": "share"}
            for name in ("percent", "crude"):
                each = getattr(figure, name)
                value |= {_END[name]: each.value} if isinstance(each, End) else {name: each}
            value |= {"lower": figure.lower, "upper": figure.upper}
        case Mean():
            value = {
                "kind": "mean",
                "points": figure.points,
                "lower": figure.lower,
                "upper": figure.upper,
                "error": figure.error,
                "crude": figure.crude,
            }
        case Count(count, nearest):
            return {"kind": "count", "count": count} | ({"nearest": nearest} if nearest > 1 else {})
        case Withheld(reason):
            return {"kind": "withheld", "reason": reason}
        case _:
            assert_never(figure)
    value |= {"base": figure.base, "effective": figure.effective}
    if figure.nearest > 1:
        value["nearest"] = figure.nearest
    return {name: each for name, each in value.items() if each is not None}


_END = {"percent": "end", "crude": "crude_end"}


def from_json(value: Mapping[str, Any]) -> Figure:
    """Raises: ValueError: these are not the values of a figure."""
    fields = dict(value)
    kind = str(fields.pop("kind", None))
    # As releases had it in which everything rounded was to the nearest 10.
    if fields.pop("rounded", False):
        fields["nearest"] = NEAREST
    for name, end in _END.items():
        if end in fields:
            fields[name] = End(fields.pop(end))
    try:
        return _KINDS[kind](**fields)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a figure: {dict(value)}") from error


_KINDS: Mapping[str, type[Share] | type[Mean] | type[Count] | type[Withheld]] = {
    "share": Share,
    "mean": Mean,
    "count": Count,
    "withheld": Withheld,
}

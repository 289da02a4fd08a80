"""What stands beside a drawing in words, and what of a figure may be drawn at all. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from analytics.disclosure import End, Figure, Mean, Share
from analytics.wording import words


class Unit(Enum):
    """In what a figure is. The value is what stands behind a number."""

    PERCENT = "%"
    POINTS = ""

    def said(self, number: float) -> str:
        """To one decimal, where that is not nought: "72%", "72.5%", "64"."""
        return f"{round(number, 1) + 0.0:g}{self.value}"


@dataclass(frozen=True, slots=True)
class About:
    """What a drawing is of.

    Args:
        area: such as "Leeds".
        measure: the indicator's wording, such as "Children and families who feel safe".
        period: such as "July 2025 to June 2026".
        source: where it is from, such as "Your say, release 3 of 12 May 2026".
    """

    area: str
    measure: str
    period: str
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """The twin of a drawing: all that it shows, in words. The first cell of a row names it."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What may be drawn of a figure, and said of it.

    Args:
        value: ``None`` where only a band is known.
        lower, upper: the 95% range, or the band.
        said: such as "72%", "over 90%" or "64".
        range: such as "66% to 77%"; "" of a band.
        answers: such as "about 240 answers".
        counts_as: how many answers its range is of.
    """

    value: int | None
    lower: int
    upper: int
    unit: Unit
    said: str
    range: str
    answers: str
    counts_as: int

    @property
    def middle(self) -> float:
        return (self.lower + self.upper) / 2 if self.value is None else self.value

    @property
    def in_words(self) -> str:
        """Such as "72% (95% range 66% to 77%, 250 answers)"."""
        of = " out of 100" if self.unit is Unit.POINTS else ""
        beside = f"95% range {self.range}, " if self.range else ""
        return f"{self.said}{of} ({beside}{self.answers})"


def seen(figure: Figure | None) -> Seen | None:
    """What may be drawn of a figure; ``None`` of a count, a withheld figure, or none at all."""
    match figure:
        case Share(percent=End() as end):
            return _seen(figure, None, (90, 100) if end is End.OVER else (0, 10), Unit.PERCENT)
        case Share(percent=int(percent), lower=int(lower), upper=int(upper)):
            return _seen(figure, percent, (lower, upper), Unit.PERCENT)
        case Mean(points=points, lower=lower, upper=upper):
            return _seen(figure, points, (lower, upper), Unit.POINTS)
        case _:
            return None


def _seen(figure: Share | Mean, value: int | None, range_: tuple[int, int], unit: Unit) -> Seen:
    said = words(figure)
    return Seen(
        value,
        # An interval of a mean may reach beyond what is possible; a drawing does not.
        lower=max(0, range_[0]),
        upper=min(100, range_[1]),
        unit=unit,
        said=said.value,
        range=said.range,
        answers=said.base_in_words,
        counts_as=figure.counts_as,
    )


def listed(said: Sequence[str]) -> str:
    """ "one, two and three"."""
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def counted(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def one_unit(of: Iterable[Seen]) -> Unit:
    """Raises: ValueError: some are in per cent and some in points."""
    units = {each.unit for each in of}
    if len(units) != 1:
        raise ValueError("a drawing is of shares or of means, not of both")
    return units.pop()

"""Readings over waves, what happened between them, and their control chart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase
from typing import NamedTuple

from analytics import periods
from analytics.control_charts import Chart, Lines, Variation
from analytics.disclosure import Figure
from analytics.drawing.telling import Seen, seen
from analytics.funnels import Side
from analytics.indicators import Better

# Figures are shown in whole percents or points.
STEP = 1.0


@dataclass(frozen=True, slots=True)
class Wave:
    """One reading.

    Args:
        start, end: the period it asks about.
        figure: ``None`` where there is none.
    """

    start: date
    end: date
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, such as a new team on duty.

    Args:
        words: short ones.
        rebases: whether new lines begin there.
    """

    on: date
    words: str
    rebases: bool


class Reading(NamedTuple):
    """A wave whose figure may be drawn, and its place among all waves."""

    at: int
    wave: Wave
    seen: Seen


def chart(waves: Sequence[Wave], *, better: Better, events: Sequence[Event] = ()) -> Chart:
    """The control chart of these waves, for the words beside the drawing.

    A figure that is only said to be "over 90%" is no reading, and leaves a gap.

    Raises:
        ValueError: the waves are not in order of time.
    """
    if [each.start for each in waves] != sorted(each.start for each in waves):
        raise ValueError("waves of a chart go from the earliest to the latest")
    readings = [None if (found := seen(each.figure)) is None else found.value for each in waves]
    places = {before(waves, each.on) for each in events if each.rebases}
    rebase_at = [at for at in places if 0 < at < len(waves)]
    return Chart.of(readings, better=better, rebase_at=rebase_at, within=(0, 100), step=STEP)


def before(waves: Sequence[Wave], day: date) -> int:
    """The first wave that tells mostly of what came after the day; their number, if none does."""
    return sum(periods.middle(each.start, each.end) < day for each in waves)


def known(reading: Reading) -> bool:
    return reading.seen.value is not None


def period(reading: Reading) -> str:
    return periods.in_words(reading.wave.start, reading.wave.end)


def limits(lines: Lines) -> tuple[float, float]:
    return lines.lower, lines.upper


def kind_of_limits(lines: Lines) -> str:
    return "trial" if lines.trial else "limits"


def kind_of(of: Chart, at: int) -> str:
    """Of a mark: its shape says which way, and the key what it is."""
    found = of.signals[at]
    if found is None:
        return "reading"
    way = "up" if found.side is Side.ABOVE else "down"
    match of.variation_at(at):
        case Variation.IMPROVEMENT | Variation.CONCERN as variation:
            return f"{variation.value}-{way}"
        case _:
            return f"neutral-{way}"


def letter(number: int) -> str:
    return ascii_uppercase[number] if number < len(ascii_uppercase) else f"{number + 1}"

"""The sheet a drawing is made on: its widths, its scales, and how places are written. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import NamedTuple

# In units of the sheet. The narrow one is shown at 288 pixels on the smallest phone: there its
# text is 12 pixels high, the least that we call readable.
NARROW, WIDE = 360, 640
TEXT = 15
# From one line of text to the next, and how far a letter reaches below and above its line.
LINE = 20
BELOW, ABOVE = 4, 12
# Down from a drawing to the numbers below it, clear of the lowest of those beside it.
FOOT = 24
# No mark reaches further from its place than this.
REACH = 10
# Between two numbers of an upright scale, at least.
APART = 24


@dataclass(frozen=True, slots=True)
class Scale:
    """From what is measured, ``low`` to ``high``, to places on the sheet, ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)


class Tick(NamedTuple):
    """A number of a scale, and where it is."""

    place: str
    text: str


class Spot(NamedTuple):
    """A place on the sheet."""

    x: float
    y: float


def place(number: float) -> str:
    """As an attribute has it, whatever the reader's locale; a tenth of a unit is enough."""
    return f"{round(number, 1) + 0.0:g}"


def window(values: Iterable[float], *, least: int = 20) -> tuple[int, int]:
    """The tens that hold all values, at least so far apart, within 0 to 100."""
    given = list(values)
    low, high = 10 * floor(min(given) / 10), 10 * ceil(max(given) / 10)
    while high - low < least:
        # To the side on which the values are nearer to the edge.
        up = high < 100 and (low == 0 or high - max(given) <= min(given) - low)
        low, high = (low, high + 10) if up else (low - 10, high)
    return max(0, low), min(100, high)


def ticks(low: int, high: int, height: float) -> list[int]:
    """Round numbers from ``low`` to ``high``, as many as have room; two at least."""
    for step in (10, 20, 25, 50):
        found = [each for each in range(0, 101, step) if low <= each <= high]
        if len(found) > 1 and height * step / (high - low) >= APART:
            return found
    return [low, high]


def decades(low: float, high: float, digits: Sequence[float]) -> Iterator[float]:
    """Such as 1, 2, 5, 10, 20, 50, 100…: these digits' numbers from ``low`` to ``high``."""
    for power in range(floor(log10(low)), ceil(log10(high)) + 1):
        for digit in digits:
            if low <= (number := round(digit * 10.0**power, 6)) <= high:
                yield number


def path(spots: Sequence[Spot]) -> str:
    """A line through places; "" through none."""
    return "".join(
        f"{'L' if at else 'M'}{place(spot.x)} {place(spot.y)}" for at, spot in enumerate(spots)
    )

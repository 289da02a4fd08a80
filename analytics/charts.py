"""Where the marks of a chart go. Pure geometry: shares in, places out; templates draw them.

Across, places are percents of the drawing's width, and down they are pixels. So a chart fills the
width that it is given, from a phone to a printed page, while its text keeps its size: nothing is
scaled. Places are strings, ready to be written in an attribute, whatever the reader's locale.

A withheld figure has no mark, and no line passes over its gap. A share that is only said to be
"over 90%" or "under 10%" is a band over all that this may mean: a drawing may not say more than the
words beside it.

The lines of a trend are paths in a plane of 100 by 100, which the template stretches to the drawing
(`preserveAspectRatio="none"`) while strokes keep their width (`non-scaling-stroke`). A dot is a
line of no length with a round end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from analytics.disclosure import End, Figure, Share

# A trend's drawing, in pixels down: its 100% and its 0%.
TOP, BOTTOM, HEIGHT = 14, 154, 196
TEXT_HEIGHT = 17
# And in percents across: room for the scale on the left and for the last values on the right.
FIRST, LAST = 9.0, 84.0
# More labels than these would run into each other in half the width of a page.
MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class Span:
    """What may be drawn of a share, in percents of all: a value in a range, or a band without one.

    Args:
        value: ``None`` where only the band is known.
        lower, upper: the 95% range, or the band.
    """

    value: int | None
    lower: int
    upper: int

    @property
    def middle(self) -> float:
        return (self.lower + self.upper) / 2 if self.value is None else self.value


def span(figure: Figure | None) -> Span | None:
    """What may be drawn of a figure; ``None`` for a count, a withheld figure, or none at all."""
    match figure:
        case Share(percent=End.OVER):
            return Span(None, 90, 100)
        case Share(percent=End.UNDER):
            return Span(None, 0, 10)
        case Share(percent=int(percent), lower=int(lower), upper=int(upper)):
            return Span(percent, lower, upper)
        case _:
            return None


# --- one figure on a line from 0% to 100% --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strip:
    """A figure as a dot on its range, against a reference's value.

    Args:
        left, right: of the range or band; ``None`` where the figure is not shown.
        dot: ``None`` where only a band is known, or nothing.
        reference: where the reference's value is; ``None`` where it is withheld or only a band.
        reference_left, reference_right: the reference's band, where only that is known.
    """

    left: str | None
    right: str | None
    dot: str | None
    reference: str | None
    reference_left: str | None
    reference_right: str | None


def strip(figure: Figure | None, reference: Figure | None) -> Strip:
    """The strip of a figure: without a mark of its own where it may not be shown."""
    drawn, against = span(figure), span(reference)
    banded = against is not None and against.value is None
    return Strip(
        left=_percent(drawn.lower) if drawn else None,
        right=_percent(drawn.upper) if drawn else None,
        dot=_percent(drawn.value) if drawn and drawn.value is not None else None,
        reference=_percent(against.middle) if against and not banded else None,
        reference_left=_percent(against.lower) if against and banded else None,
        reference_right=_percent(against.upper) if against and banded else None,
    )


# --- figures over waves --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """One wave's figure, and the reference's, for a trend.

    Args:
        day: when, for the place across.
        label: such as "Jul–Sep"; ``year`` stands below it where it changes.
    """

    day: date
    label: str
    year: str
    figure: Figure | None
    reference: Figure | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A wave below the drawing. ``end``: its label stays where there is room for two only."""

    x: str
    label: str
    year: str
    end: bool


@dataclass(frozen=True, slots=True)
class Label:
    """A value written to the right of its last mark."""

    y: str
    text: str


@dataclass(frozen=True, slots=True)
class Trend:
    """All that a trend's drawing needs.

    Args:
        dots, ranges, bands, line, reference: paths in a plane of 100 by 100, down from 100%.
        gaps: places across of the waves that are not shown.
        label, reference_label: the latest values.
    """

    dots: str
    ranges: str
    bands: str
    line: str
    reference: str
    gaps: tuple[str, ...]
    ticks: tuple[Tick, ...]
    label: Label | None
    reference_label: Label | None


def trend(readings: Sequence[Reading]) -> Trend:
    """The drawing of figures over waves, the earliest first.

    Raises:
        ValueError: the readings are not in order of their days.
    """
    if any(later.day < earlier.day for earlier, later in pairwise(readings)):
        raise ValueError("readings of a trend go from the earliest to the latest")
    xs = _across([reading.day for reading in readings])
    own = [span(reading.figure) for reading in readings]
    against = [span(reading.reference) for reading in readings]
    marks = [(x, drawn) for x, drawn in zip(xs, own, strict=True) if drawn]
    label, reference_label = _labels(own, against)
    return Trend(
        dots="".join(
            f"M{x:.4g} {100 - mark.value}h0" for x, mark in marks if mark.value is not None
        ),
        ranges="".join(_upright(x, mark) for x, mark in marks if mark.value is not None),
        bands="".join(_upright(x, mark) for x, mark in marks if mark.value is None),
        line=_line(xs, own),
        reference=_line(xs, against),
        gaps=tuple(_percent(x) for x, drawn in zip(xs, own, strict=True) if drawn is None),
        ticks=tuple(_ticks(xs, readings)),
        label=label,
        reference_label=reference_label,
    )


def _across(days: Sequence[date]) -> list[float]:
    """Places across, in proportion to the days between them; a single one stands in the middle."""
    if not days:
        return []
    all_days = (days[-1] - days[0]).days
    if not all_days:
        return [(FIRST + LAST) / 2 for _ in days]
    return [FIRST + (LAST - FIRST) * (day - days[0]).days / all_days for day in days]


def _down(share: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * share / 100


def _upright(x: float, drawn: Span) -> str:
    return f"M{x:.4g} {100 - drawn.upper}V{100 - drawn.lower}"


def _line(xs: Sequence[float], drawn: Sequence[Span | None]) -> str:
    """Between neighbours of known value: a line into a band would say where in it the share is."""
    path, before = "", False
    for x, each in zip(xs, drawn, strict=True):
        known = each is not None and each.value is not None
        if each is not None and each.value is not None:
            path += f"{'L' if before else 'M'}{x:.4g} {100 - each.value}"
        before = known
    return path


def _ticks(xs: Sequence[float], readings: Sequence[Reading]) -> Iterator[Tick]:
    """A label for each wave, or for every second, third… counted back from the latest."""
    step = -(-len(readings) // MOST_LABELS)
    shown = set(range(len(readings) - 1, -1, -step)) if readings else set()
    year = ""
    for place, (x, reading) in enumerate(zip(xs, readings, strict=True)):
        if place not in shown:
            yield Tick(_percent(x), "", "", end=False)
            continue
        new_year = "" if reading.year == year else reading.year
        year = reading.year
        end = place in {min(shown), max(shown)}
        yield Tick(_percent(x), reading.label, reading.year if end else new_year, end)


def _labels(
    own: Sequence[Span | None], against: Sequence[Span | None]
) -> tuple[Label | None, Label | None]:
    """The values of the latest wave, moved apart where one would stand on the other."""
    last, reference = (each[-1] if each else None for each in (own, against))
    if last is None or reference is None:
        return (_label(last), _label(reference))
    y, reference_y = apart(_down(last.middle), _down(reference.middle), least=TEXT_HEIGHT)
    return (Label(_pixels(y), _short(last)), Label(_pixels(reference_y), _short(reference)))


def apart(first: float, second: float, *, least: float) -> tuple[float, float]:
    """Both places moved equally until they are ``least`` apart, whichever was above staying so."""
    missing = least - abs(first - second)
    if missing <= 0:
        return first, second
    way = -1 if first <= second else 1
    return first + way * missing / 2, second - way * missing / 2


def _label(drawn: Span | None) -> Label | None:
    return None if drawn is None else Label(_pixels(_down(drawn.middle)), _short(drawn))


def _short(drawn: Span) -> str:
    if drawn.value is not None:
        return f"{drawn.value}%"
    return f">{drawn.lower}%" if drawn.upper == 100 else f"<{drawn.upper}%"


def _percent(number: float) -> str:
    return f"{number:.4g}%"


def _pixels(number: float) -> str:
    return f"{number:.4g}"

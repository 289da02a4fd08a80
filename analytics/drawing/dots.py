"""Figures one above the other, each a dot on its 95% range, against the first of them. Pure.

Of an authority beside England, its region, its neighbours and its own past (``against_others``), or
of the groups within one beside all of it (``groups``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analytics.comparing import Neighbours
from analytics.disclosure import End, Figure
from analytics.drawing.lettering import Anchor, KeyItem, Text, key, paragraph, room_for, text
from analytics.drawing.sheet import (
    LINE,
    NARROW,
    REACH,
    TEXT,
    WIDE,
    Scale,
    Spot,
    Tick,
    place,
    ticks,
    window,
)
from analytics.drawing.telling import About, Seen, Table, Unit, listed, one_unit, seen

# Room beside the drawing for half of "100%", and between a name and a value.
EDGE, BETWEEN = 24, 12
# The column of the names where they stand beside the drawing, and the height of a mark where not.
NAMES, STRIP = 225, 26


_NEIGHBOURS = "neighbours"


class Kind(StrEnum):
    """What a row is, and so its mark; each has another shape."""

    OWN = "own"
    ENGLAND = "england"
    REGION = "region"
    PAST = "past"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure to draw.

    Args:
        name: such as "Leeds", "England" or "8 to 11".
        compared: the words of its comparison, such as "similar"; "" where there is none.
    """

    name: str
    figure: Figure | None
    kind: Kind
    compared: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A row as drawn.

    Args:
        kind: of its mark.
        left, right: of the range; of a band, or of the neighbours' lowest and highest.
        x: of the mark; "" where only a band is known.
        y: of both.
        between: whether it goes from lowest to highest, and is no 95% range.
    """

    kind: str
    left: str
    right: str
    x: str
    y: str
    between: bool


@dataclass(frozen=True, slots=True)
class Dots:
    """All that the template needs.

    Args:
        left, right, bottom: of the scale.
        lead: down from the first row's value, past the others'; "" where it has none.
    """

    width: int
    height: str
    title: str
    description: str
    sentence: str
    table: Table
    left: str
    right: str
    bottom: str
    lead: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    texts: tuple[Text, ...]
    key: tuple[KeyItem, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """What a row says, whether of a figure or of the neighbours."""

    name: str
    kind: str
    value: float | None
    lower: float
    upper: float
    said: str
    range: str
    answers: str
    compared: str
    in_words: str

    @property
    def in_passing(self) -> str:
        """Such as "England 74%", within a sentence."""
        name = self.name
        if self.kind == Kind.PAST:
            name = f"{name[:1].lower()}{name[1:]}"
        return f"{name} {self.said}" if self.kind != _NEIGHBOURS else f"neighbours’ {self.said}"


def against_others(
    about: About,
    own: Figure | None,
    others: Sequence[Row],
    *,
    neighbours: Neighbours | None = None,
    compared: str = "",
    width: int = NARROW,
) -> Dots | None:
    """An authority above England, its region, its own past, and last its neighbours.

    Args:
        own: its figure.
        others: those not shown are left out.
        neighbours: in the figure's unit.
        compared: the words of its comparison with their median; "" where there is none.
        width: ``NARROW`` or ``WIDE``.

    Returns:
        ``None`` where its own figure may not be drawn, or there is nothing to draw beside it.

    Raises:
        ValueError: some are shares and some are means.
    """
    mine, lines, unit = _lines(Row(about.area, own, Kind.OWN), others)
    if mine is None:
        return None
    if neighbours is not None:
        lines.append(_neighbours(neighbours, unit, compared))
    if len(lines) == 1:
        return None
    named = listed([each.in_passing for each in lines[1:]])
    return _drawn(
        lines,
        unit,
        width=width,
        again=f"{about.area}, for comparison",
        title=f"{about.measure}: {about.area} and others, {about.period}",
        description=(f"{about.area}: {mine.in_words}. Below it, for comparison: {named}."),
        sentence=(
            f"{about.measure} in {about.area}, {about.period}: {mine.in_words}; for comparison, "
            f"{named}, from {about.source}."
        ),
    )


def groups(
    about: About,
    total: Figure | None,
    rows: Sequence[Row],
    *,
    by: str,
    width: int = NARROW,
) -> Dots | None:
    """Groups within an authority, below all of it.

    Args:
        by: what divides them, such as "Service".

    Returns:
        ``None`` where the authority's own figure may not be drawn, or none of the groups.
    """
    everyone = f"Everyone in {about.area}"
    mine, lines, unit = _lines(Row(everyone, total, Kind.OWN), rows)
    if mine is None or len(lines) == 1:
        return None
    named = [f"{each.name}: {each.said}" for each in lines[1:]]
    whole = [f"{each.name}: {each.in_words}" for each in lines[1:]]
    return _drawn(
        lines,
        unit,
        width=width,
        again=f"{everyone.lower()[0]}{everyone[1:]}, for comparison",
        title=f"{about.measure}, by {by[:1].lower()}{by[1:]}: {about.area}, {about.period}",
        description=(f"{everyone}: {mine.in_words}. Below it, each by itself: {'; '.join(named)}."),
        sentence=(
            f"{about.measure} in {about.area}, {about.period}: {mine.in_words}; "
            f"{'; '.join(whole)}, from {about.source}."
        ),
    )


def _lines(lead: Row, rows: Sequence[Row]) -> tuple[Seen | None, list[_Line], Unit]:
    """What may be drawn of the lead; what each that may be drawn says; and in what unit."""
    mine = seen(lead.figure)
    if mine is None:
        return None, [], Unit.PERCENT
    drawn = [(row, found) for row in (lead, *rows) if (found := seen(row.figure))]
    unit = one_unit(found for _, found in drawn)
    return mine, [_line(row, found) for row, found in drawn], unit


def _line(row: Row, found: Seen) -> _Line:
    return _Line(
        row.name,
        row.kind,
        found.value,
        found.lower,
        found.upper,
        said=found.said,
        range=found.range,
        answers=found.answers,
        compared=row.compared,
        in_words=found.in_words,
    )


def _neighbours(of: Neighbours, unit: Unit, compared: str) -> _Line:
    said = f"median {_said(of.median, unit)}"
    range_ = f"{_said(of.lowest, unit)} to {_said(of.highest, unit)}"
    return _Line(
        "Neighbours",
        _NEIGHBOURS,
        None if isinstance(of.median, End) else of.median,
        _BANDS[of.lowest][0] if isinstance(of.lowest, End) else of.lowest,
        _BANDS[of.highest][1] if isinstance(of.highest, End) else of.highest,
        said=said,
        range=range_,
        answers=f"{of.shown} of {of.of} neighbours",
        compared=compared,
        in_words=f"{said}, from {range_}",
    )


# All that an end may mean.
_BANDS = {End.UNDER: (0, 10), End.OVER: (90, 100)}


def _said(value: float | End | None, unit: Unit) -> str:
    if value is None:
        return "not known"
    return value.value if isinstance(value, End) else unit.said(value)


def _drawn(
    lines: Sequence[_Line],
    unit: Unit,
    *,
    width: int,
    again: str,
    title: str,
    description: str,
    sentence: str,
) -> Dots:
    across = _across(lines, width)
    bars: list[Bar] = []
    texts: list[Text] = []
    y = 0.0
    for number, line in enumerate(lines):
        said, strip, below = _row(line, y, width=width, bold=number == 0)
        texts += said
        bars.append(_bar(line, across, strip))
        y = below
    numbers = ticks(round(across.low), round(across.high), (across.end - across.start) / 2)
    keyed, end = key(_meanings(lines, again), top=y + LINE + 8, room=width)
    return Dots(
        width=width,
        height=place(end),
        title=title,
        description=description,
        sentence=sentence,
        table=_table(lines),
        left=place(across.start),
        right=place(across.end),
        bottom=place(y),
        lead=_lead(bars, y, width),
        bars=tuple(bars),
        ticks=tuple(Tick(place(across(each)), unit.said(each)) for each in numbers),
        texts=(*texts, *_scale(numbers, across, y, unit)),
        key=keyed,
    )


def _across(lines: Sequence[_Line], width: int) -> Scale:
    """Half of what is possible at least, so that no small difference looks like a large one."""
    shown = window([edge for line in lines for edge in (line.lower, line.upper)], least=50)
    if width < WIDE:
        return Scale(*shown, EDGE, width - EDGE)
    values = max(room_for(line.said, bold=True) for line in lines)
    return Scale(*shown, NAMES + EDGE, width - values - EDGE)


def _row(line: _Line, top: float, *, width: int, bold: bool) -> tuple[list[Text], float, float]:
    """A row's words, where its mark is down the sheet, and where the next row begins."""
    if width < WIDE:
        return _row_below(line, top, width=width, bold=bold)
    said = paragraph(Spot(0, top + LINE), line.name, NAMES, bold=bold)
    middle = top + LINE - TEXT / 3 + (len(said) - 1) * LINE / 2
    value = text(Spot(width, middle + TEXT / 3), line.said, Anchor.END, bold=True)
    return [*said, value], middle, top + len(said) * LINE + 16


def _row_below(
    line: _Line, top: float, *, width: int, bold: bool
) -> tuple[list[Text], float, float]:
    """Likewise, with the words above the mark."""
    room = width - room_for(line.said, bold=True) - BETWEEN
    said = paragraph(Spot(0, top + LINE - 4), line.name, room, bold=bold)
    value = text(Spot(width, top + LINE - 4), line.said, Anchor.END, bold=True)
    middle = top + len(said) * LINE + STRIP / 2
    return [*said, value], middle, middle + STRIP / 2 + 4


def _bar(line: _Line, across: Scale, y: float) -> Bar:
    return Bar(
        kind=line.kind,
        left=place(across(line.lower)),
        right=place(across(line.upper)),
        x="" if line.value is None else place(across(line.value)),
        y=place(y),
        between=line.kind == _NEIGHBOURS,
    )


def _lead(bars: Sequence[Bar], bottom: float, width: int) -> str:
    """In one, or where names stand between the marks, past each mark by itself."""
    x, top = bars[0].x, bars[0].y
    if not x or width >= WIDE:
        return x and f"M{x} {top}V{place(bottom)}"
    reaches = [(float(bar.y) - REACH, float(bar.y) + STRIP / 2) for bar in bars[1:]]
    return "".join(f"M{x} {place(start)}V{place(end)}" for start, end in reaches)


def _scale(numbers: Iterable[int], across: Scale, y: float, unit: Unit) -> list[Text]:
    return [text(Spot(across(each), y + LINE), unit.said(each), Anchor.MIDDLE) for each in numbers]


def _meanings(lines: Sequence[_Line], again: str) -> list[tuple[str, str]]:
    found = []
    if any(line.range and line.kind != _NEIGHBOURS for line in lines):
        found.append(("range", "95% range"))
    if any(line.value is None and line.kind != _NEIGHBOURS for line in lines):
        found.append(("band", "all that “over” or “under” may mean"))
    if any(line.kind == _NEIGHBOURS for line in lines):
        found.append(("between", "lowest to highest neighbour"))
    if lines[0].value is not None:
        found.append(("lead", again))
    return found


def _table(lines: Sequence[_Line]) -> Table:
    compared = any(line.compared for line in lines)
    header = ("", "Figure", "95% range", "Answers", "Compared")
    return Table(
        header if compared else header[:-1],
        tuple(
            (
                line.name,
                line.said,
                f"{line.range}, lowest to highest" if line.kind == _NEIGHBOURS else line.range,
                line.answers,
                *((line.compared,) if compared else ()),
            )
            for line in lines
        ),
    )

"""Control charts: one authority's figure over waves, its average and limits, and what is a signal.

The lines and signals are those of `analytics/control_charts.py`, and so are the words. Waves whose
figure is not shown leave their place empty, and no line passes over it. Where numbers of answers
differ much, or it is too early for limits, each reading has its own 95% range. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from analytics import periods
from analytics.control_charts import Chart, Lines, TooEarly, uneven
from analytics.drawing import xmr_words
from analytics.drawing.lettering import Anchor, KeyItem, Text, apart, key, room_for, text
from analytics.drawing.sheet import (
    ABOVE,
    BELOW,
    FOOT,
    LINE,
    NARROW,
    REACH,
    WIDE,
    Scale,
    Spot,
    Tick,
    path,
    place,
    ticks,
    window,
)
from analytics.drawing.telling import About, Table, Unit, one_unit, seen
from analytics.drawing.waves import (
    Event,
    Reading,
    Wave,
    before,
    chart,
    kind_of,
    kind_of_limits,
    known,
    letter,
    limits,
    period,
)
from analytics.indicators import Better

LEFT, TOP = 52, 10
TALL = {NARROW: 200, WIDE: 240}
# Room for the letter of an event above the drawing.
FLAG = 24


@dataclass(frozen=True, slots=True)
class Mark:
    """A reading: ``kind`` is "reading", or says which way a signal points and what it is."""

    kind: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Level:
    """The lines of one stretch: across from ``left`` to ``right``, down the sheet at ``y``."""

    kind: str
    left: str
    right: str
    y: str


@dataclass(frozen=True, slots=True)
class Flag:
    """The line down from the letters of events, which are above the drawing."""

    path: str
    label: Text


@dataclass(frozen=True, slots=True)
class Xmr:
    """All that the template needs.

    Args:
        line: through readings next to each other.
        ranges: of readings that need one of their own.
        bands: of readings of which only that is known.
        last: the latest reading in words, beside it.
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
    down: tuple[Tick, ...]
    across: tuple[str, ...]
    line: str
    ranges: str
    bands: str
    marks: tuple[Mark, ...]
    levels: tuple[Level, ...]
    flags: tuple[Flag, ...]
    last: Text | None
    texts: tuple[Text, ...]
    key: tuple[KeyItem, ...]


def drawn(
    about: About,
    waves: Sequence[Wave],
    *,
    better: Better,
    events: Sequence[Event] = (),
    width: int = NARROW,
) -> Xmr | None:
    """The control chart of an indicator.

    Args:
        waves: the earliest first, all of one length, those not shown too: they keep their place.
        better: which way is good.
        events: those before the first wave are left out.
        width: ``NARROW`` or ``WIDE``.

    Returns:
        ``None`` where no wave may be drawn.

    Raises:
        ValueError: the waves are not in order, or some are shares and some are means.
    """
    of = chart(waves, better=better, events=events)
    readings = [
        Reading(at, wave, found)
        for at, wave in enumerate(waves)
        if (found := seen(wave.figure)) is not None
    ]
    if not readings:
        return None
    unit = one_unit(each.seen for each in readings)
    within = sorted((each for each in events if before(waves, each.on)), key=lambda each: each.on)
    own_ranges = isinstance(of.lines, TooEarly) or uneven([r.seen.counts_as for r in readings])
    plane = _Plane.around(of, readings, own_ranges=own_ranges, flags=bool(within), width=width)
    numbers = _numbers(plane, waves, unit, width)
    entries = xmr_words.meanings(of, readings, within, unit, own_ranges=own_ranges)
    keyed, end = key(list(entries), top=plane.y.start + FOOT + LINE + 10, room=width)
    return Xmr(
        width=width,
        height=place(end),
        title=f"{about.measure}: {about.area}, wave by wave, latest {period(readings[-1])}",
        description=xmr_words.description(about, of, readings, unit),
        sentence=xmr_words.sentence(about, of, readings, unit),
        table=xmr_words.table(of, readings, unit),
        left=place(plane.x.start),
        right=place(plane.x.end),
        bottom=place(plane.y.start),
        down=tuple(_down(plane, unit)),
        across=tuple(place(plane.x(at)) for at in range(len(waves))),
        line=plane.line(of),
        ranges=plane.uprights(each for each in readings if own_ranges and known(each)),
        bands=plane.uprights(each for each in readings if not known(each)),
        marks=tuple(plane.marks(of)),
        levels=tuple(plane.levels(of)),
        flags=tuple(plane.flags(waves, within, width)),
        last=plane.last(readings, len(waves)),
        texts=tuple(numbers),
        key=keyed,
    )


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where things go: waves at equal distances, half of one free at either end."""

    x: Scale
    y: Scale

    @classmethod
    def around(
        cls,
        of: Chart,
        readings: Sequence[Reading],
        *,
        own_ranges: bool,
        flags: bool,
        width: int,
    ) -> Self:
        values = [float(value) for value in of.readings if value is not None]
        for stretch in of.stretches:
            if isinstance(stretch.lines, Lines):
                values += limits(stretch.lines)
        values += [
            edge
            for each in readings
            if own_ranges or not known(each)
            for edge in (each.seen.lower, each.seen.upper)
        ]
        top = TOP + (FLAG if flags else 0)
        # On the right, room for the latest value in bold.
        right = width - room_for(readings[-1].seen.said, bold=True) - REACH
        return cls(
            Scale(-0.5, len(of.readings) - 0.5, LEFT, right),
            Scale(*window(values), top + TALL[width], top),
        )

    def line(self, of: Chart) -> str:
        """Through readings with nothing between them, within one stretch."""
        found = ""
        for stretch in of.stretches:
            places = range(stretch.start, stretch.end)
            for shown, group in groupby(places, key=lambda at: of.readings[at] is not None):
                if shown:
                    found += path([self._spot(at, of.readings[at]) for at in group])
        return found

    def _spot(self, at: int, value: float | None) -> Spot:
        return Spot(self.x(at), self.y(value or 0.0))

    def uprights(self, readings: Iterable[Reading]) -> str:
        return "".join(
            f"M{place(self.x(each.at))} {place(self.y(each.seen.upper))}"
            f"V{place(self.y(each.seen.lower))}"
            for each in readings
        )

    def marks(self, of: Chart) -> Iterator[Mark]:
        for at, value in enumerate(of.readings):
            if value is not None:
                yield Mark(kind_of(of, at), place(self.x(at)), place(self.y(value)))

    def levels(self, of: Chart) -> Iterator[Level]:
        for stretch in of.stretches:
            if isinstance(stretch.lines, Lines):
                ends = (place(self.x(stretch.start - 0.5)), place(self.x(stretch.end - 0.5)))
                yield Level("average", *ends, place(self.y(stretch.lines.mean)))
                for limit in limits(stretch.lines):
                    yield Level(kind_of_limits(stretch.lines), *ends, place(self.y(limit)))

    def flags(self, waves: Sequence[Wave], events: Sequence[Event], width: int) -> list[Flag]:
        """Between two waves. Letters that would run into each other move apart."""
        by_place: dict[int, list[str]] = {}
        for number, event in enumerate(events):
            by_place.setdefault(before(waves, event.on), []).append(letter(number))
        said = [" ".join(letters) for letters in by_place.values()]
        xs = [self.x(at - 0.5) for at in by_place]
        wide = [room_for(each, bold=True) for each in said]
        top, foot = TOP + ABOVE, self.y.end - 2
        return [
            Flag(
                path([Spot(at, top + BELOW), Spot(x, foot), Spot(x, self.y.start)]),
                text(Spot(at, top), each, Anchor.MIDDLE, bold=True),
            )
            for x, at, each in zip(xs, apart(xs, wide, 0, width), said, strict=True)
        ]

    def last(self, readings: Sequence[Reading], waves: int) -> Text | None:
        """The latest value; only of the latest wave, since it would else stand beside nothing."""
        latest = readings[-1]
        if latest.at != waves - 1:
            return None
        # Above the names of the waves, also where it is the lowest that is drawn.
        down = min(self.y(latest.seen.middle) + 5, self.y.start - BELOW)
        spot = Spot(self.x.end + 4, down)
        return text(spot, latest.seen.said, bold=True)


def _down(plane: _Plane, unit: Unit) -> Iterator[Tick]:
    low, high = round(plane.y.low), round(plane.y.high)
    for number in ticks(low, high, plane.y.start - plane.y.end):
        yield Tick(place(plane.y(number)), unit.said(number))


def _numbers(plane: _Plane, waves: Sequence[Wave], unit: Unit, width: int) -> Iterator[Text]:
    """Of both scales: a wave has its months, and below them its year where that is another."""
    for tick in _down(plane, unit):
        yield text(Spot(plane.x.start - 6, float(tick.place) + 5), tick.text, Anchor.END)
    year, below = "", plane.y.start + FOOT
    for at in _named(plane, waves):
        wave, x = waves[at], plane.x(at)
        said = periods.in_short(wave.start, wave.end)
        # The latest may stand so far to the right that its name would run over the edge.
        x = min(x, width - room_for(said) / 2)
        yield text(Spot(x, below), said, Anchor.MIDDLE)
        if (its := periods.years(wave.start, wave.end)) != year:
            yield text(Spot(x, below + LINE), its, Anchor.MIDDLE)
        year = its


def _named(plane: _Plane, waves: Sequence[Wave]) -> range:
    """All waves; or every second, third… counted back from the latest, so that names have room."""
    said = [
        each
        for wave in waves
        for each in (periods.in_short(wave.start, wave.end), periods.years(wave.start, wave.end))
    ]
    needed = max(map(room_for, said)) + REACH
    step = next(
        (step for step in range(1, len(waves)) if plane.x(step) - plane.x(0) >= needed), len(waves)
    )
    return range((len(waves) - 1) % step, len(waves), step)

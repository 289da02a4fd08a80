"""Funnels: all authorities whose figure is shown, and the limits that chance and ordinary variation
put around the reference. Pure.

The more an authority's figure can be relied on, the further it is to the right: by how many answers
it counts as, or for a mean by its standard error. The limits come from `analytics/funnels.py`, and
so do the words: what is said to be outside is drawn outside.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import exp, log, sqrt
from typing import Any, Self

from analytics.disclosure import Figure, Mean, Share
from analytics.drawing import funnel_words
from analytics.drawing.backdrop import STRONG, USUAL, Area, Backdrop
from analytics.drawing.lettering import Anchor, Box, KeyItem, Text, key, paragraph, room_for, text
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
    decades,
    path,
    place,
    ticks,
    window,
)
from analytics.drawing.telling import About, Table, Unit

LEFT, RIGHT, TOP = 52, 12, 14
TALL = {NARROW: 250, WIDE: 300}
# Where each line of limits is looked up.
STEPS = 60
AIR = 1.15
DIGITS: Mapping[Unit, Sequence[float]] = {
    Unit.PERCENT: (1, 2, 5),
    Unit.POINTS: (1, 1.5, 2, 3, 5, 7),
}
# The limits that the fewest answers have would leave no height for everything else.
IN_VIEW = 0.1


@dataclass(frozen=True, slots=True)
class Own:
    """The authority that is marked.

    Args:
        code: its GSS code.
        figure: as its page shows it.
    """

    code: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Marked:
    """The marked authority: its mark, its name, and the line that joins them."""

    x: str
    y: str
    name: tuple[Text, ...]
    leader: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """All that the template needs.

    Args:
        dots: a path of lines without length: the ends of a line are round.
        usual, strong: the 95% and the 99.8% limits, lower and upper.
        centre: how far down the reference is.
        own: the marked authority, where one is.
    """

    width: int
    height: str
    title: str
    description: str
    sentence: str
    table: Table
    left: str
    right: str
    top: str
    bottom: str
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    dots: str
    usual: str
    strong: str
    centre: str
    own: Marked | None
    texts: tuple[Text, ...]
    key: tuple[KeyItem, ...]


def drawn(
    about: About,
    value: Mapping[str, Any],
    *,
    unit: Unit,
    names: Mapping[str, str],
    own: Own | None = None,
    reference: str = "England",
    width: int = NARROW,
) -> Funnel | None:
    """The funnel of an indicator, with one authority marked, or for the country with none.

    Args:
        value: of the `Background` "spread:…" of the figures' span and indicator.
        names: of every authority in it, by GSS code.
        own: the marked one.
        reference: what the centre is.
        width: ``NARROW`` or ``WIDE``.

    Returns:
        ``None`` where no authority is shown, or where the one to mark is not.

    Raises:
        ValueError: the value is none of a spread, or has another figure for the marked authority.
        KeyError: an authority has no name.
    """
    of = Backdrop.read(value, unit)
    own_figure = None if own is None else own.figure
    marked = None if own is None else _marked(of, own)
    if not of.areas or (own is not None and marked is None):
        return None
    plane = _Plane.around(of, width)
    others = [each for each in of.areas if each is not marked]
    spots = [plane.spot(each) for each in others]
    usual, strong = plane.limits(USUAL), plane.limits(STRONG)
    lines = [*usual, *strong, plane.middle()]
    texts, end = _titled(plane, of)
    keyed, end = key(
        funnel_words.meanings(of, about, others, marked, reference), top=end, room=width
    )
    note = paragraph(Spot(0, end + LINE - BELOW), f"Limits allow for {of.allowing}.", width)
    return Funnel(
        width=width,
        height=place(end + len(note) * LINE + BELOW),
        title=f"{about.measure}: {funnel_words.among(about, of, marked)}, {about.period}",
        description=funnel_words.description(about, of, marked, reference),
        sentence=funnel_words.sentence(about, of, own_figure, marked, reference),
        table=funnel_words.table(of, names, marked),
        left=place(plane.x.start),
        right=place(plane.x.end),
        top=place(plane.y.end),
        bottom=place(plane.y.start),
        across=tuple(plane.across()),
        down=tuple(plane.down()),
        dots="".join(f"M{place(each.x)} {place(each.y)}h0" for each in spots),
        usual="".join(map(path, usual)),
        strong="".join(map(path, strong)),
        centre=place(plane.y(of.centre)),
        own=marked and _labelled(plane.spot(marked), about.area, plane, [*spots, *chain(*lines)]),
        texts=(*texts, *note),
        key=keyed,
    )


def _marked(of: Backdrop, own: Own) -> Area | None:
    """Its dot; ``None`` where its figure is not shown, or is only a band.

    Raises:
        ValueError: the spread has another figure for it than its page.
    """
    found = next((each for each in of.areas if each.code == own.code), None)
    expected = _expected(own)
    if found != expected:
        raise ValueError(f"the page and the funnel differ about {own.code}: {expected}, {found}")
    return found


def _expected(own: Own) -> Area | None:
    match own.figure:
        case Share(percent=int(percent)):
            return Area(own.code, percent, own.figure.counts_as)
        case Mean(points=points, error=error):
            return Area(own.code, points, error)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where things go. Across in logarithms, of answers upward and of errors downward."""

    of: Backdrop
    x: Scale
    y: Scale

    @classmethod
    def around(cls, of: Backdrop, width: int) -> Self:
        weights = sorted(each.weight for each in of.areas)
        least, most = weights[0], weights[-1]
        if of.unit is Unit.POINTS:
            least, most = most, least
        # Some air, so that no dot stands on the edge; and three times as much on the right as on
        # the left at least, so that there are numbers below.
        air = max(AIR, sqrt(3 * min(least, most) / max(least, most)))
        air = 1 / air if of.unit is Unit.POINTS else air
        low, high = least / air, most * air
        if of.unit is Unit.PERCENT:
            low = max(1.0, low)
        x = Scale(log(low), log(high), LEFT, width - RIGHT)
        typical = sorted(weights, reverse=of.unit is Unit.POINTS)[int(IN_VIEW * len(weights))]
        values = [each.value for each in of.areas]
        shown = window([*values, *of.limits(typical, STRONG), of.centre])
        return cls(of, x, Scale(*shown, TOP + TALL[width], TOP))

    def spot(self, area: Area) -> Spot:
        return Spot(self.x(log(area.weight)), self.y(area.value))

    @property
    def box(self) -> Box:
        return Box(self.x.start, self.y.end, self.x.end, self.y.start)

    def limits(self, level: float) -> list[list[Spot]]:
        """Both lines, each as far as it is in view."""
        step = (self.x.high - self.x.low) / STEPS
        weights = [self.x.low + step * number for number in range(STEPS + 1)]
        found = [(self.x(each), self.of.limits(exp(each), level)) for each in weights]
        return [self._in_view([Spot(x, both[which]) for x, both in found]) for which in (0, 1)]

    def middle(self) -> list[Spot]:
        """The reference, from left to right."""
        y, step = self.y(self.of.centre), (self.x.end - self.x.start) / STEPS
        return [Spot(self.x.start + step * number, y) for number in range(STEPS + 1)]

    def _in_view(self, line: Sequence[Spot]) -> list[Spot]:
        """Of a line that comes nearer to the centre, what is between the lowest and highest."""
        low, high = self.y.low, self.y.high
        kept: list[Spot] = []
        for before, after in pairwise([line[0], *line]):
            if not low <= after.y <= high:
                continue
            if not low <= before.y <= high:
                edge = low if before.y < low else high
                share = (edge - before.y) / (after.y - before.y)
                kept.append(Spot(before.x + share * (after.x - before.x), self.y(edge)))
            kept.append(Spot(after.x, self.y(after.y)))
        return kept

    def across(self) -> Iterator[Tick]:
        """As many numbers as have room beside each other, from the right, where they are round."""
        low, high = sorted((exp(self.x.low), exp(self.x.high)))
        free = self.x.end + RIGHT
        places = ((self.x(log(each)), each) for each in decades(low, high, DIGITS[self.of.unit]))
        for at, number in sorted(places, reverse=True):
            half = room_for(f"{number:,g}") / 2
            if at + half <= free:
                free = at - half - REACH
                yield Tick(place(at), f"{number:,g}")

    def down(self) -> Iterator[Tick]:
        low, high = round(self.y.low), round(self.y.high)
        for number in ticks(low, high, self.y.start - self.y.end):
            yield Tick(place(self.y(number)), self.of.unit.said(number))


def _titled(plane: _Plane, of: Backdrop) -> tuple[list[Text], float]:
    """The numbers of both scales, what the lower one is of, and where the next thing may begin."""
    below = plane.y.start + FOOT
    numbers = [
        text(Spot(float(tick.place), below), tick.text, Anchor.MIDDLE) for tick in plane.across()
    ]
    numbers += [
        text(Spot(plane.x.start - 6, float(tick.place) + 5), tick.text, Anchor.END)
        for tick in plane.down()
    ]
    said = (
        "Answers that a figure counts as"
        if of.unit is Unit.PERCENT
        else "Standard error, in points"
    )
    room = plane.x.end - plane.x.start
    spot = Spot((plane.x.start + plane.x.end) / 2, below + LINE)
    titles = paragraph(spot, said, room, Anchor.MIDDLE)
    return numbers + titles, below + len(titles) * LINE + 10


def _labelled(at: Spot, name: str, plane: _Plane, others: Sequence[Spot]) -> Marked:
    """With its name where that covers the fewest dots and least of the lines."""
    room = (plane.x.end - plane.x.start) / 2
    places = [
        said
        for reach in (REACH + 4, 28, 48, 72, 100)
        for said in _around(at, name, reach, room)
        if _whole(said).within(plane.box)
    ]
    clear = [said for said in places if not any(each.box.holds(at) for each in said)]
    within_reach = _whole([each for said in clear for each in said]).wider(BELOW)
    near = [each for each in others if within_reach.holds(each)]
    best = min(clear, key=lambda said: (_covered(said, near), _distance(said, at)))
    box = _whole(best)
    # To the nearest place of the name's box.
    end = Spot(min(max(at.x, box.left), box.right), min(max(at.y, box.top), box.bottom))
    return Marked(place(at.x), place(at.y), tuple(best), path([at, end]))


def _around(at: Spot, name: str, reach: float, room: float) -> Iterator[list[Text]]:
    """Places for the name, beside, above and below its mark."""
    lines = len(paragraph(at, name, room, bold=True))
    rise = (lines - 1) * LINE
    for anchor, x in ((Anchor.START, reach), (Anchor.END, -reach), (Anchor.MIDDLE, 0.0)):
        for y in (5 - rise / 2, -reach - rise, reach + ABOVE):
            yield paragraph(Spot(at.x + x, at.y + y), name, room, anchor, bold=True)


def _whole(said: Sequence[Text]) -> Box:
    boxes = [each.box for each in said]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _covered(said: Sequence[Text], others: Sequence[Spot]) -> int:
    around = _whole(said).wider(BELOW)
    return sum(around.holds(each) for each in others)


def _distance(said: Sequence[Text], at: Spot) -> float:
    box = _whole(said)
    return abs((box.left + box.right) / 2 - at.x) + abs((box.top + box.bottom) / 2 - at.y)

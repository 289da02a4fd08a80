"""From figures as they are shown to verdicts, and to the sentences beside them. Pure.

Nothing here knows more than a reader does: percents are whole, numbers of answers are rounded as
shown, and of "over 90%" only its bound is known. So anybody can work it all out again from the open
data, and what is withheld cannot come out by way of a verdict.

Which figure leads: that of up to four waves; that of the wave alone where there is no other, in
the first. A verdict for an end of a share is given only where its bound decides it: "over 90%" may
be said to be above, never below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from analytics import comparing
from analytics.comparing import Comparison, Kind, Neighbours, Reference, Strength, Verdict
from analytics.disclosure import End, Figure, Mean, Share
from analytics.false_discovery import discoveries
from analytics.funnels import MeanPoint, MeanSpread, Point, Side, Spread
from analytics.indicators import Better
from analytics.intervals import ConfidenceInterval
from analytics.reliability import LEAST_EFFECTIVE, Reliability, reliability_of
from analytics.spans import Span
from analytics.wording import Words, spoken, words

# Which of an area's figures leads, the first of these that there is.
LEADING = (Span.FOUR, Span.WAVE)
# What is certain of a share that is shown as an end, in fractions of one: see `disclosure.share`.
_BOUNDS = {End.OVER: (0.91, Side.ABOVE), End.UNDER: (0.09, Side.BELOW)}
_SIMILAR = Comparison(Verdict.SIMILAR)
_NOT_COMPARED = Comparison(Verdict.NOT_COMPARED)


class Known(NamedTuple):
    """What is known of a figure.

    Args:
        point: its value; of an end, the nearest that it may have.
        beyond: of an end, the side on which the true value may lie further out.
    """

    point: Point | MeanPoint
    beyond: Side = Side.INSIDE


def known(figure: Figure | None) -> Known | None:
    """What may be compared of a figure; ``None`` of a count, a withheld one, or none at all."""
    match figure:
        case Share(percent=End() as end, counts_as=number):
            bound, beyond = _BOUNDS[end]
            return Known(Point(bound, number), beyond)
        case Share(percent=int(percent), counts_as=number):
            return Known(Point(percent / 100, number))
        case Mean(points=points, error=error):
            return Known(MeanPoint(points, error))
        case _:
            return None


def reliability(figure: Figure | None) -> Reliability:
    """What may be done with a figure as it is shown.

    Of a mean, for which the standards have no width, the effective number alone decides.
    """
    found = known(figure)
    match figure, found:
        case Share(base=base, counts_as=number), Known(Point(proportion)):
            interval = ConfidenceInterval.wilson(proportion * number, number)
            return reliability_of(
                base=base, effective=number, proportion=proportion, interval=interval
            )
        case Mean(counts_as=number), _:
            return Reliability.COMPARED if number >= LEAST_EFFECTIVE else Reliability.LOW
        case _:
            return Reliability.NOT_SHOWN


def spread_of(value: Mapping[str, Any], *, mean: bool) -> Spread | MeanSpread:
    """How authorities vary, of the value of a `Background` of topic "spread:…".

    Args:
        mean: whether it is of an index, and so in points.
    """
    centre, tau_squared, phi = value["centre"], value["tau_squared"], value["phi"]
    if mean:
        return MeanSpread(centre, tau_squared, phi)
    return Spread(centre / 100, tau_squared, phi)


@dataclass(frozen=True, slots=True)
class Against:
    """A figure beside one thing that it is compared with.

    Args:
        figure: what is compared, which may be another than the one that leads.
        reference: what with.
    """

    figure: Figure | None
    reference: Reference
    comparison: Comparison

    @property
    def verdict(self) -> Verdict:
        return self.comparison.verdict

    @property
    def strong(self) -> bool:
        """Whether lists and first pages may name it: beyond the 99.8% limits."""
        return self.comparison.strength is Strength.STRONG

    @property
    def in_words(self) -> str:
        """The figure, and what is said of it."""
        return comparing.in_words(
            self.comparison, value=spoken(self.figure), reference=self.reference
        )

    @property
    def sentence(self) -> str:
        """What is said of it, for where the figure itself stands beside it."""
        if not words(self.figure).shown:
            return f"Not compared with {self.reference.name}."
        value = Words(words(self.figure).value)
        said = comparing.in_words(self.comparison, value=value, reference=self.reference)
        return said.removeprefix(f"{value.value}. ")


@dataclass(frozen=True, slots=True)
class Before:
    """A figure, and an earlier one that shares no answer with it.

    Args:
        name: of the earlier one, as it stands after "similar to": "the four waves before these".
        span: of how many waves ``now`` is.
    """

    now: Figure | None
    before: Figure | None
    name: str
    span: Span = Span.WAVE


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one figure of an authority is judged by, as shown.

    Args:
        own: the figure that leads.
        spread: how authorities vary about England; ``None`` where that may not be seen.
        region_name: such as "the North East".
        neighbours: of each statistical neighbour its figure, or ``None``.
        before: what there is to tell a change by.
    """

    better: Better
    own: Figure | None
    england: Figure | None = None
    spread: Spread | MeanSpread | None = None
    region: Figure | None = None
    region_name: str = "its region"
    neighbours: tuple[Figure | None, ...] = ()
    before: tuple[Before, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What may be said of one figure of an authority."""

    figure: Figure | None
    reliability: Reliability
    england: Against
    region: Against
    before: tuple[Against, ...]
    neighbours: Neighbours | None


def judge(evidence: Evidence) -> Judged:
    """Compare a figure with England, its region, its neighbours and its own past."""
    return Judged(
        figure=evidence.own,
        reliability=reliability(evidence.own),
        england=against_area(
            evidence.own,
            evidence.england,
            evidence.spread,
            better=evidence.better,
            name="England",
        ),
        region=against_area(
            evidence.own,
            evidence.region,
            _around(evidence.spread, evidence.region),
            better=evidence.better,
            name=evidence.region_name,
        ),
        before=tuple(against_before(each, better=evidence.better) for each in evidence.before),
        neighbours=of_neighbours(evidence.neighbours),
    )


def against_area(
    own: Figure | None,
    other: Figure | None,
    spread: Spread | MeanSpread | None,
    *,
    better: Better,
    name: str,
) -> Against:
    """A figure with a larger area's, by the limits of a funnel.

    Args:
        other: the larger area's figure; where it is not shown, nothing is compared with it.
        spread: about the larger area's value.
    """
    value = words(other)
    reference = Reference(
        name,
        value.value if value.shown and spread is not None else "",
        Kind.AREAS,
        varying=spread is not None and spread.judged,
    )
    found = known(own)
    if found is None or not reference.value:
        return Against(own, reference, _NOT_COMPARED)
    reliable = reliability(own) is Reliability.COMPARED
    match found.point, spread:
        case Point() as share, Spread() as of_shares:
            compared = comparing.against_reference(
                share, of_shares, better=better, reliable=reliable
            )
        case MeanPoint() as mean, MeanSpread() as of_means:
            compared = comparing.against_reference(mean, of_means, better=better, reliable=reliable)
        case _:
            compared = _NOT_COMPARED
    return Against(own, reference, _decided(compared, better, found.beyond))


def _around(spread: Spread | MeanSpread | None, other: Figure | None) -> Spread | MeanSpread | None:
    """The same variation about a region; ``None`` where its value is not known as a number."""
    found = known(other)
    if found is None or found.beyond is not Side.INSIDE:
        return None
    match found.point, spread:
        case Point(proportion), Spread():
            return spread.around(proportion)
        case MeanPoint(mean), MeanSpread():
            return spread.around(mean)
        case _:
            return None


def against_before(before: Before, *, better: Better) -> Against:
    """A figure with the area's own earlier one."""
    then, now = known(before.before), known(before.now)
    value = words(before.before)
    reference = Reference(before.name, value.value if value.shown else "", Kind.PAST)
    if then is None or now is None:
        return Against(before.now, reference, _NOT_COMPARED)
    both = (reliability(before.now), reliability(before.before))
    reliable = both == (Reliability.COMPARED, Reliability.COMPARED)
    match now.point, then.point:
        case Point() as ours, Point() as theirs:
            compared = comparing.against_own_past(ours, theirs, better=better, reliable=reliable)
        case MeanPoint() as mine, MeanPoint() as other:
            compared = comparing.against_own_past(mine, other, better=better, reliable=reliable)
        case _:
            compared = _NOT_COMPARED
    # An end of before lets the change be greater the other way.
    for beyond in (now.beyond, Side(-then.beyond)):
        compared = _decided(compared, better, beyond)
    return Against(before.now, reference, compared)


def group_within(
    group: Figure | None, whole: Figure | None, *, better: Better, name: str
) -> Against:
    """A group with everyone in its authority in the same year.

    Args:
        whole: of everyone; an end is no number to compare with.
        name: such as "everyone in Leeds".
    """
    ours, theirs, value = known(group), known(whole), words(whole)
    reference = Reference(name, value.value if value.shown else "", Kind.WHOLE)
    if ours is None or theirs is None or theirs.beyond is not Side.INSIDE:
        return Against(group, reference, _NOT_COMPARED)
    compared = comparing.group_against_area(
        ours.point,
        theirs.point.proportion if isinstance(theirs.point, Point) else theirs.point.mean,
        better=better,
        reliable=reliability(group) is Reliability.COMPARED,
    )
    return Against(group, reference, _decided(compared, better, ours.beyond))


def of_neighbours(figures: Iterable[Figure | None]) -> Neighbours | None:
    """Median and range of those shown as a number, in percent or points; an end is none."""
    return comparing.neighbours(map(_number, figures))


def _number(figure: Figure | None) -> float | None:
    match figure:
        case Share(percent=int(number)) | Mean(points=number):
            return number
        case _:
            return None


def _decided(compared: Comparison, better: Better, beyond: Side) -> Comparison:
    """Similar, where a difference is on the side on which the true value may not lie."""
    if beyond is Side.INSIDE or not compared.differs:
        return compared
    return compared if _side(compared.verdict, better) is beyond else _SIMILAR


def _side(verdict: Verdict, better: Better) -> Side:
    if verdict in {Verdict.HIGHER, Verdict.LOWER}:
        return Side.ABOVE if verdict is Verdict.HIGHER else Side.BELOW
    return Side.ABOVE if (verdict is Verdict.BETTER) is (better is Better.HIGHER) else Side.BELOW


# --- which areas stand out -----------------------------------------------------------------------

# Of those that a list names, this share may be there by chance.
FALSE_DISCOVERIES = 0.05


class StandingOut(NamedTuple):
    """Codes of the areas above and below the reference, as published, in the order given."""

    above: tuple[str, ...]
    below: tuple[str, ...]


def standing_out(value: Mapping[str, Any], *, mean: bool) -> StandingOut:
    """The areas of a spread that differ from its centre, at a false discovery rate of 5%.

    Args:
        value: of a `Background` of topic "spread:…".
        mean: whether it is of an index.
    """
    spread, sides, p_values = spread_of(value, mean=mean), dict[str, float](), dict[str, float]()
    for code, number, weight in value["points"]:
        if isinstance(spread, MeanSpread):
            p_values[code] = spread.p_value(MeanPoint(number, weight))
        elif weight >= LEAST_EFFECTIVE:
            p_values[code] = spread.p_value(Point(number / 100, weight))
        sides[code] = number - value["centre"]
    named = discoveries(p_values, rate=FALSE_DISCOVERIES)
    listed = [code for code in p_values if code in named]
    return StandingOut(
        tuple(code for code in listed if sides[code] > 0),
        tuple(code for code in listed if sides[code] < 0),
    )


# --- for whoever has ten minutes -----------------------------------------------------------------

# How many of each kind a first page names; the table below it has them all.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A judged figure with its name, as it stands in a sentence: "feel safe"."""

    code: str
    name: str
    judged: Judged
    is_index: bool = False

    @property
    def changed(self) -> Against | None:
        """A change from its own past that a first page may name: beyond 99.8%.

        Of an index, which is the most sensitive figure, that of the wave alone counts too; of the
        others only that of the figure that leads, so that a page does not name chance for want of
        something to name.
        """
        looked_at = self.judged.before if self.is_index else self.judged.before[:1]
        return next((each for each in looked_at if each.strong), None)


@dataclass(frozen=True, slots=True)
class Headlines:
    """What a first page says.

    Args:
        good: the highest values of the indicators that may be judged, the highest first.
        worse, better: than England, beyond the 99.8% limits.
        changed: from their own past, beyond 99.8%.
        compared: how many were compared with England.
        bases: the fewest and the most answers that those are of; ``None`` of none.
        looked_back: how many were compared with their own past.
    """

    good: tuple[Named, ...]
    worse: tuple[Named, ...]
    better: tuple[Named, ...]
    changed: tuple[Named, ...]
    compared: int
    bases: tuple[int, int] | None
    looked_back: int


def headlines(figures: Sequence[Named]) -> Headlines:
    """What is good, what is worse than elsewhere, and what changed, of an authority's figures.

    With nothing going on, and were all figures independent, one of 14 would be called worse by
    chance, than England or than before, in about 3% of authorities (tests/analytics).
    """
    judged = [each for each in figures if each.judged.england.verdict in _JUDGED]
    bases = [_base(each.judged.figure) for each in judged]
    strong = [each for each in judged if each.judged.england.strong]
    return Headlines(
        good=tuple(_highest(figures)),
        worse=tuple(e for e in strong if e.judged.england.verdict is Verdict.WORSE),
        better=tuple(e for e in strong if e.judged.england.verdict is Verdict.BETTER),
        changed=tuple(each for each in figures if each.changed),
        compared=len(judged),
        bases=(min(bases), max(bases)) if bases else None,
        looked_back=sum(
            any(back.verdict in _JUDGED for back in each.judged.before) for each in figures
        ),
    )


_JUDGED = frozenset(Verdict) - {Verdict.TOO_FEW, Verdict.NOT_COMPARED}


def _highest(figures: Iterable[Named]) -> list[Named]:
    """Those that are rather good than not, and worse than elsewhere by no evidence at all."""
    high = [
        each
        for each in figures
        if not each.is_index
        and each.judged.reliability is Reliability.COMPARED
        and each.judged.england.verdict is not Verdict.WORSE
        and _height(each.judged.figure) > HALF
    ]
    return sorted(high, key=lambda each: -_height(each.judged.figure))[:MOST_NAMED]


HALF = 0.5


def _height(figure: Figure | None) -> float:
    """Of a share, in fractions of one; of an end its bound."""
    match known(figure):
        case Known(Point(proportion)):
            return proportion
        case _:
            return 0.0


def _base(figure: Figure | None) -> int:
    return figure.base if isinstance(figure, Share | Mean) else 0

"""From figures as they are shown to verdicts, and to the sentences beside them. Pure.

Nothing here knows more than a reader does: percents are whole, numbers of answers are rounded as
shown, and of "over 90%" only its bound is known. So anybody can work it all out again from the open
data, and what is withheld cannot come out by way of a verdict.

Which figure leads: that of up to four waves; that of the wave alone where there is no other, in
the first. A verdict for an end of a share, or against one, is given only where its bound decides
it: "over 90%" may be said to be above, never below. An end is not compared with what may be as far
as rounding alone from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, pi, sqrt
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
# Between two that can be shown: whole percents, and whole points.
STEP_OF_SHARES, STEP_OF_MEANS = 0.01, 1.0
# Fewer have no median that says much of the others.
LEAST_NEIGHBOURS = 5
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
    match figure, known(figure):
        case Share(base=base, counts_as=number), Known(Point(proportion)):
            return _of_share(proportion, base=base, number=number)
        case Mean(counts_as=number), _:
            return _of_mean(number)
        case _:
            return Reliability.NOT_SHOWN


def _of_share(proportion: float, *, base: int, number: int) -> Reliability:
    interval = ConfidenceInterval.wilson(proportion * number, number)
    return reliability_of(base=base, effective=number, proportion=proportion, interval=interval)


def _of_mean(number: int) -> Reliability:
    return Reliability.COMPARED if number >= LEAST_EFFECTIVE else Reliability.LOW


def spread_of(value: Mapping[str, Any], *, mean: bool) -> Spread | MeanSpread:
    """How authorities vary, of the value of a `Background` of topic "spread:…".

    Args:
        mean: whether it is of an index, and so in points.
    """
    centre, tau_squared, phi = value["centre"], value["tau_squared"], value["phi"]
    if mean:
        return MeanSpread(centre, tau_squared, phi)
    return Spread(centre / 100, tau_squared, phi)


def centre_of(figure: Figure | None) -> float | None:
    """What limits are drawn about, in percent or points: a figure as shown, an end's bound."""
    match known(figure):
        case Known(Point(proportion)):
            return round(100 * proportion, 1)
        case Known(MeanPoint(mean)):
            return mean
        case _:
            return None


def centred(value: Mapping[str, Any], figure: Figure | None) -> Mapping[str, Any]:
    """The value of a spread about a figure, so that all is about what is printed."""
    centre = centre_of(figure)
    return value if centre is None else {**value, "centre": centre}


def unweighted(figure: Figure | None) -> Figure | None:
    """A figure as it is without weights, for beside groups, which have none.

    Its interval is of its base: of a share Wilson's, of what is shown; of a mean what is shown,
    narrower by the root of how much less its answers count for with weights (Kish).
    """
    match figure:
        case Share(crude=End() as end, base=base, nearest=nearest):
            return Share(end, base, nearest=nearest)
        case Share(crude=int(crude), base=base, nearest=nearest):
            interval = ConfidenceInterval.wilson(base * crude / 100, base)
            lower, upper = round(100 * interval.lower), round(100 * interval.upper)
            return Share(crude, base, lower, upper, nearest=nearest)
        case Mean(crude=int(crude), base=base, nearest=nearest, counts_as=number):
            narrower = sqrt(number / base)
            reach = narrower * (figure.upper - figure.lower) / 2
            error = max(0.1, round(narrower * figure.error, 1))
            lower, upper = round(crude - reach), round(crude + reach)
            return Mean(crude, base, lower, upper, error, nearest=nearest)
        case _:
            return figure


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
        spread: how authorities vary; ``None`` where that may not be seen.
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
    """What may be said of one figure of an authority.

    Args:
        like: beside the median of its neighbours.
    """

    figure: Figure | None
    reliability: Reliability
    england: Against
    region: Against
    before: tuple[Against, ...]
    neighbours: Neighbours | None
    like: Against


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
            evidence.spread,
            better=evidence.better,
            name=evidence.region_name,
        ),
        before=tuple(against_before(each, better=evidence.better) for each in evidence.before),
        neighbours=of_neighbours(evidence.neighbours),
        like=against_neighbours(
            evidence.own, evidence.neighbours, evidence.spread, better=evidence.better
        ),
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
        spread: how areas vary, whatever about; the limits are about the larger area's figure as
            shown, and about an end's bound.
    """
    ours, theirs, value = known(own), known(other), words(other)
    around = _around(spread, theirs)
    reference = Reference(
        name,
        value.value if around is not None else "",
        Kind.AREAS,
        varying=around is not None and around.judged,
    )
    if ours is None or theirs is None or around is None or _may_be_alike(ours, theirs):
        return Against(own, reference, _NOT_COMPARED)
    compared = _outside(own, ours.point, around, better=better)
    # About the bound of an end only what is on its other side is decided.
    if theirs.beyond is not Side.INSIDE and compared.verdict is not Verdict.TOO_FEW:
        decides = compared.differs and _side(compared.verdict, better) is Side(-theirs.beyond)
        compared = compared if decides else _NOT_COMPARED
    return Against(own, reference, _decided(compared, better, ours.beyond))


def _around(spread: Spread | MeanSpread | None, other: Known | None) -> Spread | MeanSpread | None:
    """The same variation about another reference; ``None`` where there is none of its kind."""
    match spread, other:
        case Spread(), Known(Point(proportion)):
            return spread.around(proportion)
        case MeanSpread(), Known(MeanPoint(mean)):
            return spread.around(mean)
        case _:
            return None


def _outside(
    own: Figure | None,
    point: Point | MeanPoint,
    spread: Spread | MeanSpread,
    *,
    better: Better,
) -> Comparison:
    reliable = reliability(own) is Reliability.COMPARED
    match point, spread:
        case Point(), Spread():
            return comparing.against_reference(point, spread, better=better, reliable=reliable)
        case MeanPoint(), MeanSpread():
            return comparing.against_reference(point, spread, better=better, reliable=reliable)
        case _:
            return _NOT_COMPARED


def _may_be_alike(ours: Known, theirs: Known) -> bool:
    """Whether an end is so near to the other that rounding alone may part them."""
    if ours.beyond is theirs.beyond is Side.INSIDE:
        return False
    match ours.point, theirs.point:
        case Point(here), Point(there):
            return round(abs(here - there), 6) <= STEP_OF_SHARES
        case _:
            return False


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
            compared = comparing.against_own_past(
                ours, theirs, better=better, reliable=reliable, step=STEP_OF_SHARES
            )
        case MeanPoint() as mine, MeanPoint() as other:
            compared = comparing.against_own_past(
                mine, other, better=better, reliable=reliable, step=STEP_OF_MEANS
            )
        case _:
            compared = _NOT_COMPARED
    # An end of before lets the change be greater the other way.
    for beyond in (now.beyond, Side(-then.beyond)):
        compared = _decided(compared, better, beyond)
    return Against(before.now, reference, compared)


def group_within(
    group: Figure | None, whole: Figure | None, *, better: Better, name: str
) -> Against:
    """A group with everyone in its authority in the same year, without weights, as groups are.

    Args:
        whole: of everyone; an end is no number to compare with.
        name: such as "everyone in Leeds".
    """
    beside = unweighted(whole)
    ours, theirs, value = known(group), known(beside), words(beside)
    reference = Reference(name, value.value if value.shown else "", Kind.WHOLE)
    if ours is None or theirs is None or theirs.beyond is not Side.INSIDE:
        return Against(group, reference, _NOT_COMPARED)
    compared = comparing.group_against_area(
        ours.point,
        theirs.point.proportion if isinstance(theirs.point, Point) else theirs.point.mean,
        better=better,
        reliable=reliability(group) is Reliability.COMPARED,
        step=STEP_OF_SHARES if isinstance(theirs.point, Point) else STEP_OF_MEANS,
    )
    return Against(group, reference, _decided(compared, better, ours.beyond))


def of_neighbours(figures: Iterable[Figure | None]) -> Neighbours | None:
    """Median and range of those shown, in percent or points; an end counts at its side."""
    return comparing.neighbours(map(_shown, figures))


def _shown(figure: Figure | None) -> float | End | None:
    match figure:
        case Share(percent=value) | Mean(points=value):
            return value
        case _:
            return None


NEIGHBOURS_MEDIAN = "the median of its neighbours"


def against_neighbours(
    own: Figure | None,
    figures: Sequence[Figure | None],
    spread: Spread | MeanSpread | None,
    *,
    better: Better,
) -> Against:
    """A figure with the median of its neighbours', by the limits of a funnel about that.

    A median of few is uncertain itself: the variance between areas is made greater by π/2·(τ²+s²)/k
    of k neighbours, where s² is what chance adds to one of them. Not compared with fewer than
    ``LEAST_NEIGHBOURS`` that are shown, with a median that is no number, or where too few areas are
    known to say how they vary.

    Args:
        spread: how areas vary, whatever about.

    Source: as for ``Spread``; the variance of a median of normal values is π/2 times that of their
    mean (Kendall and Stuart, The Advanced Theory of Statistics, vol. 1).
    """
    found, ours = of_neighbours(figures), known(own)
    middle = found.median if found and found.shown >= LEAST_NEIGHBOURS else None
    around = _around_median(spread, middle, figures)
    unit = "" if isinstance(own, Mean) else "%"
    value = "" if around is None else f"{middle:g}{unit}"
    reference = Reference(NEIGHBOURS_MEDIAN, value)
    if ours is None or around is None:
        return Against(own, reference, _NOT_COMPARED)
    compared = _outside(own, ours.point, around, better=better)
    return Against(own, reference, _decided(compared, better, ours.beyond))


def _around_median(
    spread: Spread | MeanSpread | None,
    middle: float | End | None,
    figures: Iterable[Figure | None],
) -> Spread | MeanSpread | None:
    if spread is None or not spread.judged or middle is None or isinstance(middle, End):
        return None
    chance = [_by_chance(each.point) for figure in figures if (each := known(figure))]
    of_one = spread.tau_squared + fsum(chance) / len(chance)
    wider = spread.tau_squared + pi / 2 * of_one / len(chance)
    centre = middle / 100 if isinstance(spread, Spread) else middle
    return replace(spread.around(centre), tau_squared=wider)


def _by_chance(point: Point | MeanPoint) -> float:
    """The variance of one figure, in the unit of the spread of such."""
    if isinstance(point, Point):
        return 1 / (4 * point.effective)
    return point.standard_error**2


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

    Of those alone that may be judged, by the same rule as beside their own figure.

    Args:
        value: of a `Background` of topic "spread:…". Where it does not say for how many answers a
            mean counts, as before that was published, none is named.
        mean: whether it is of an index.
    """
    spread, sides, p_values = spread_of(value, mean=mean), dict[str, float](), dict[str, float]()
    for code, number, weight, *counts_as in value["points"]:
        if isinstance(spread, MeanSpread):
            if counts_as and _of_mean(*counts_as) is Reliability.COMPARED:
                p_values[code] = spread.p_value(MeanPoint(number, weight))
        elif _of_share(number / 100, base=weight, number=weight) is Reliability.COMPARED:
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

"""What stands behind the figures of a release, worked out from figures as they are shown. Pure.

So it tells nothing that they do not, and anybody can work it out again from the open data: the
spread of authorities around England (for funnels and words), what each was weighted by, and how
reliable the index is. Of the counts only alpha is made, of the whole country, and design effects.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, fsum
from typing import Any, NamedTuple

from analytics.disclosure import LEAST_BASE, Count, Figure, Mean, Share, shown_effective
from analytics.figures import Place
from analytics.funnels import MeanPoint, MeanSpread, Point, Spread
from analytics.indicators import REPLIES, Index
from analytics.judging import centre_of
from analytics.marks import ALL
from analytics.questions import Question
from analytics.reliability import alpha, between_areas
from analytics.scores import COMPLETE, complete_items
from analytics.series import OfQuestion, Series
from analytics.spans import Span
from analytics.tally import Tally
from analytics.weighing import Unweighted
from authorities.areas import ENGLAND


class Backdrop(NamedTuple):
    """One thing that stands behind the figures of an area."""

    area: str
    topic: str
    value: dict[str, Any]


def of_release(
    series: Series, figures: Mapping[Place, Figure], *, questions: Sequence[Question]
) -> Iterator[Backdrop]:
    """All that stands behind the figures of the last wave of a series."""
    at = series.last.code
    for question in questions:
        of = OfQuestion(series, question)
        for span in (Span.WAVE, Span.FOUR):
            if question.of is not None and of.span(span, at):
                yield from _spread(of, figures, span)
        if isinstance(question.of, Index) and series.whole_country and at in of.asked:
            yield _index(of, figures, question.of)
    for span in Span:
        waves = series.waves(span, at)
        if waves:
            yield from _weights(series, figures, span, waves)


def _spread(of: OfQuestion, figures: Mapping[Place, Figure], span: Span) -> Iterator[Backdrop]:
    code = of.question.code
    shown = {
        area: figure
        for area in sorted(of.series.last.authorities)
        if (figure := figures.get(Place(area, code, ALL, span))) is not None
    }
    topic, england = (
        f"spread:{span}:{code}",
        centre_of(figures.get(Place(ENGLAND, code, ALL, span))),
    )
    shares = {a: f for a, f in shown.items() if isinstance(f, Share) and isinstance(f.percent, int)}
    means = {area: figure for area, figure in shown.items() if isinstance(figure, Mean)}
    if shares:
        percents = {area: float(figure.percent) for area, figure in shares.items()}
        counts_as = {area: figure.counts_as for area, figure in shares.items()}
        centre = england if england is not None else _centre(of, percents, counts_as)
        spread = Spread.of(
            [Point(percents[area] / 100, counts_as[area]) for area in shares],
            centre / 100,
            consistent=True,
        )
        listed: list[list[Any]] = [[area, int(percents[area]), counts_as[area]] for area in shares]
        yield Backdrop(ENGLAND, topic, _said(centre, spread, listed))
    if means:
        points = {area: float(figure.points) for area, figure in means.items()}
        bases = {area: figure.counts_as for area, figure in means.items()}
        centre = england if england is not None else _centre(of, points, bases)
        around = MeanSpread.of(
            [MeanPoint(figure.points, figure.error) for figure in means.values()],
            centre,
            consistent=True,
        )
        listed = [[area, each.points, each.error, each.counts_as] for area, each in means.items()]
        yield Backdrop(ENGLAND, topic, _said(centre, around, listed))


def _said(centre: float, spread: Spread | MeanSpread, points: list[list[Any]]) -> dict[str, Any]:
    return {
        "centre": centre,
        "phi": None if spread.phi is None else round(spread.phi, 3),
        "tau_squared": round(spread.tau_squared, 6),
        "judged": spread.judged,
        "points": points,
    }


def _centre(of: OfQuestion, values: Mapping[str, float], bases: Mapping[str, int]) -> float:
    """Where England is not shown: the mean of authorities, each by how many could answer there.

    Where that is not known of each, by how many answers its figure counts for. To one decimal.
    """
    populations = of.series.last.populations
    sizes = {
        area: sum(populations[area].numbers.values()) for area in values if area in populations
    }
    counts = sizes if len(sizes) == len(values) and all(sizes.values()) else bases
    whole = fsum(counts[area] for area in values)
    return round(fsum(value * counts[area] for area, value in values.items()) / whole, 1)


def _weights(
    series: Series, figures: Mapping[Place, Figure], span: Span, waves: tuple[str, ...]
) -> Iterator[Backdrop]:
    for area in sorted(series.last.authorities):
        found = series.weights(area, waves)
        if series.respondents(area, waves) < LEAST_BASE:
            value: dict[str, Any] = {"weighted": False, "reason": "fewer than 10 people answered"}
        elif isinstance(found, Unweighted):
            value = {"weighted": False, "reason": found.reason}
        else:
            value = {
                "weighted": True,
                "groups": sorted(series.last.populations[area].numbers),
                "merged": [list(group) for group in found.merged],
                "design_effect": round(found.design_effect, 1),
                "largest": _up_to(found.largest, parts_of_one=2),
                "margin_error": _up_to(found.margin_error, parts_of_one=20),
                **_effective(figures.get(Place(area, REPLIES, ALL, span)), found.design_effect),
            }
        yield Backdrop(area, f"weights:{span}", value)


def _effective(replies: Figure | None, design_effect: float) -> dict[str, int]:
    """For how many replies an authority's count, of how many there are as it is shown.

    The true number, times the design effect, would tell how many replied nearer than that does, and
    where it is withheld.
    """
    if not isinstance(replies, Count):
        return {}
    return {"effective": shown_effective(replies.count / round(design_effect, 1), replies.count)}


def _up_to(number: float, *, parts_of_one: int) -> float:
    """The next half, or twentieth, above: nearer, how large a small group is could be told."""
    return ceil(number * parts_of_one - 1e-9) / parts_of_one


def _index(of: OfQuestion, figures: Mapping[Place, Figure], index: Index) -> Backdrop:
    at = of.series.last.code
    waves = of.span(Span.FOUR, at) or (at,)
    span = Span.FOUR if len(waves) > 1 else Span.WAVE
    areas = {}
    for area in sorted(of.series.last.authorities):
        figure = figures.get(Place(area, of.question.code, ALL, span))
        if isinstance(figure, Mean):
            areas[area] = _Shown(figure.points, figure.error, figure.counts_as)
    return Backdrop(
        ENGLAND,
        f"index:{index.code}",
        {"alpha": _alpha(of, index, waves), "between": _between(areas)},
    )


class _Shown(NamedTuple):
    mean: float
    standard_error: float
    base: int


def _between(areas: Mapping[str, _Shown]) -> float | None:
    try:
        return round(between_areas(areas).median, 2)
    except ValueError:
        return None


def _alpha(of: OfQuestion, index: Index, waves: Sequence[str]) -> float | None:
    """Of all replies of the country that have every item; ``None`` of fewer than a hundred."""
    members = {member for wave in waves for member in of.series.members(ENGLAND, wave)}
    whole = sum(
        (
            tally
            for wave in waves
            for member in sorted(members)
            if (tally := of.series.by_code[wave].tallies.get(member))
        ),
        Tally(),
    )
    items = complete_items(index, of.series.last.survey)
    total = whole.scores(index.code, COMPLETE)
    if total.n < 100 or len(items) < 2:
        return None
    try:
        return round(
            alpha([whole.scores(index.code, f"{COMPLETE}:{item}") for item in items], total), 2
        )
    except ValueError:
        return None

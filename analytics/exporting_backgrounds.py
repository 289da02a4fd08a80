"""What stands behind published figures, as rows of open data: spreads, weights, cost.

With the figures as they are shown, it is all that is needed to work out every word of a report
again: what authorities are compared with, and how much they vary (`analytics/funnels.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analytics import costs
from analytics.csv_on_web import SEPARATOR, Column, Table, flag
from analytics.exporting import (
    AREA_CODES,
    AREA_COLUMNS,
    INDICATOR_NAMES,
    RELEASE_COLUMNS,
    ROWS_AT_ONCE,
    SPAN_NAMES,
    all_places,
    released,
)
from analytics.indicators import REPLIES, measures
from analytics.models import Release
from analytics.querysets import BackgroundQuerySet
from analytics.spans import Span

SPREAD, WEIGHTS, INDEX, COST = KINDS = ("spread", "weights", "index", costs.TOPIC)


@dataclass(frozen=True, slots=True)
class Topic:
    """What one row of backgrounds is about.

    Args:
        kind: of `KINDS`.
        span: ``None`` of an index, which is of the last waves together where there are several,
            and of what a wave cost.
        indicator: "" of weights and costs, which are of no one indicator.
    """

    kind: str
    span: Span | None = None
    indicator: str = ""

    def __str__(self) -> str:
        """As it is kept."""
        return ":".join(part for part in (self.kind, self.span, self.indicator) if part)


def topics() -> dict[str, Topic]:
    """All that there are, by how they are kept."""
    found = [
        *(
            Topic(SPREAD, span, code)
            for span in (Span.WAVE, Span.FOUR)
            for code in INDICATOR_NAMES
            if code != REPLIES
        ),
        *(Topic(WEIGHTS, span) for span in Span),
        *(Topic(INDEX, None, index.code) for index in measures().indexes),
        Topic(COST),
    ]
    return {str(topic): topic for topic in found}


# What is said, after "time", place and topic: each is a name in a background's value, or "".
_SAID = {
    "centre": Column(
        "centre",
        "number",
        'Of a spread: England as it is shown, in percent or points; of "over 90%" 91, of "under '
        '10%" 9; where it is not shown, the mean of authorities, to one decimal.',
    ),
    "phi": Column("phi", "number", "How much more authorities vary than by chance alone, where 1."),
    "tau_squared": Column(
        "tau_squared",
        "number",
        "The variance between authorities beyond chance: of shares in squared radians of "
        "asin(sqrt(share)), of points in squared points.",
    ),
    "judged": Column("judged", "boolean", "false: too few authorities to tell chance from more."),
    "points": Column("authorities", "integer", "How many authorities' figures it is made of."),
    "alpha": Column("alpha", "number", "Of an index: Cronbach's alpha, of all replies."),
    "between": Column(
        "between", "number", "Of an index: the median reliability of an authority's mean, 0 to 1."
    ),
    "weighted": Column("weighted", "boolean", "Of weights: whether totals are weighted."),
    "reason": Column("reason", "string", "Why they are not."),
    "groups": Column("groups", "string", "The groups that are weighted.", several=True),
    "merged": Column(
        "merged", "string", "Groups too small alone, merged with + between them.", several=True
    ),
    "design_effect": Column("design_effect", "number", "Kish's design effect of the weights."),
    "effective": Column("effective_base", "integer", "Kish's effective number of replies."),
    "largest": Column("largest_weight", "number", "No weight is larger; in halves. The mean is 1."),
    "margin_error": Column(
        "margin_error", "number", "How far trimming leaves a group from its share at most."
    ),
    "minutes_per_1000_replies": Column(
        "minutes_per_1000_replies", "integer", "Of the cost: listener-minutes per 1,000 replies."
    ),
    "pounds_per_1000_replies": Column(
        "pounds_per_1000_replies", "number", "Of the cost: pounds of sending per 1,000 replies."
    ),
}
BACKGROUNDS = Table(
    name="backgrounds",
    title="What stands behind what children and families say of children’s services",
    description="What published figures are compared with, how much authorities vary, how totals "
    "are weighted, and what a wave cost. Spreads are worked out from figures as published.",
    columns=(
        *AREA_COLUMNS,
        Column("channel", "string", "invited or open: replies by an open link are counted apart."),
        Column("kind", "string", "Of authorities' spread, weights, an index, or cost."),
        Column("span", "string", "wave, four or year; empty of index and cost."),
        Column("span_name", "string", "The same in words."),
        Column("indicator", "string", "Code of the indicator; empty of weights and cost."),
        Column("indicator_name", "string", "What its figures are of."),
        *_SAID.values(),
        *RELEASE_COLUMNS,
    ),
    key=("wave", "release", *AREA_CODES, "channel", "kind", "span", "indicator"),
)


def lines(backgrounds: BackgroundQuerySet, releases: Iterable[Release]) -> Iterator[str]:
    """The CSV file, piece by piece. Four queries.

    Args:
        backgrounds: of these releases only.
        releases: with their waves.
    """
    return BACKGROUNDS.lines(_rows(backgrounds, releases))


def _rows(
    backgrounds: BackgroundQuerySet, releases: Iterable[Release]
) -> Iterator[tuple[object, ...]]:
    all_released, places, known = released(releases), all_places(), topics()
    ordered = backgrounds.filter(topic__in=known).order_by("release", "area", "channel", "topic")
    found = ordered.values_list("release_id", "area", "channel", "topic", "value")
    for release, area, channel, name, value in found.iterator(chunk_size=ROWS_AT_ONCE):
        topic = known[name]
        yield (
            *places[area],
            channel,
            topic.kind,
            topic.span or "",
            SPAN_NAMES[topic.span] if topic.span else "",
            topic.indicator,
            INDICATOR_NAMES.get(topic.indicator, topic.indicator),
            *(_cell(said, value) for said in _SAID),
            *all_released[release].columns,
        )


def _cell(said: str, value: Mapping[str, Any]) -> object:
    found = value.get(said)
    match found:
        case None:
            return ""
        case bool():
            return flag(found)
        case [*points] if said == "points":
            return len(points)
        case [*parts]:
            return SEPARATOR.join(
                part if isinstance(part, str) else "+".join(part) for part in parts
            )
        case _:
            return found

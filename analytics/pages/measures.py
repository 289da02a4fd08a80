"""What the pages of one measure say alike, of an authority and of a larger area."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.timezone import localdate

from analytics import charts
from analytics.control_charts import Reading, TooEarly, Trend, trend_marker
from analytics.disclosure import End, Figure, Mean, Share
from analytics.indicators import OUTCOMES, Better, Indicator
from analytics.judging import reliability, unweighted
from analytics.models import Release
from analytics.pages import drawings
from analytics.pages.drawings import Reported, Shown
from analytics.reading import IndicatorReport, all_measures
from analytics.reliability import Reliability
from analytics.wording import Words, name_of, spoken, words
from surveys.definition import Item, Survey


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked, and of which ages."""

    text: str
    asked_of: str
    ages: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    name: str
    own: Words
    strip: charts.Strip
    verdict: str
    strong: bool


def said_of(
    report: Reported,
    of: IndicatorReport,
    drawn: Mapping[str, Shown],
    *,
    figures_of: str,
    coming: Release | None,
) -> dict[str, object]:
    """What the page of a measure says, whatever the area.

    Args:
        drawn: its drawings, by name.
        figures_of: in which waves the figure is that leads.
        coming: the next release, if its day is announced.
    """
    questions = list(_questions(of.item, report.survey))
    chart = drawings.chart_of(report, of)
    return {
        "area_name": report.name,
        "area_code": report.code,
        "of": of,
        "name": name_of(of.indicator),
        "wording": of.indicator.wording,
        "own": words(of.figure),
        "spoken": spoken(of.figure),
        "figures_of": figures_of,
        "counts_as": _counts_as(of.figure),
        "crude": _crude(of.figure),
        "low": reliability(of.figure) is Reliability.LOW,
        "questions": questions,
        "question": max(questions, key=lambda each: each.ages, default=None),
        "good_answers": _good_answers(of.item),
        "funnel": drawn.get(drawings.FUNNEL),
        "phi": of.backdrop["phi"] if of.backdrop else None,
        "over_time": drawn.get(drawings.OVER_TIME),
        "chart_says": chart.in_words,
        "trend_says": _trend(of) if isinstance(chart.lines, TooEarly) or chart.lines.trial else "",
        "groups": list(_groups(report, of)),
        "by_group": [each for name, each in drawn.items() if name.startswith(drawings.BY)],
        "year": drawings.year_of(report, of.yearly) if of.yearly else "",
        "whole": words(unweighted(of.yearly.whole)) if of.yearly else None,
        "whole_weighted": weighted_whole(of),
        "outcome": _outcome(of),
        "judged_at_all": of.better is not Better.NEITHER,
        "lower_is_better": of.better is Better.LOWER,
        "reliability": report.reliability.get(of.code),
        "next_on": localdate(coming.publish_at) if coming and coming.publish_at else None,
        "here": of.code,
    }


def _counts_as(figure: Figure | None) -> str:
    """How many equally weighted answers tell as much, of a figure of which weights made fewer."""
    match figure:
        case Share(effective=int(number), base=base) | Mean(effective=int(number), base=base):
            return f"{number:,}" if number < base else ""
        case _:
            return ""


def _crude(figure: Figure | None) -> str:
    """A weighted figure without its weights."""
    match figure:
        case Share(crude=int(crude)):
            return f"{crude}%"
        case Share(crude=End() as crude):
            return crude.value
        case Mean(crude=int(crude)):
            return f"{crude}"
        case _:
            return ""


def _groups(report: Reported, of: IndicatorReport) -> Iterator[tuple[str, list[GroupRow]]]:
    """By what people are divided, each group beside everyone in the area."""
    found = drawings.judged_groups(report, of)
    whole = unweighted(of.yearly.whole) if of.yearly else None
    for kind, members in groupby(found, key=lambda each: each[0].kind):
        yield (
            kind,
            [
                GroupRow(
                    group.name,
                    words(group.figure),
                    strip=charts.strip(group.figure, whole),
                    verdict=against.verdict.value,
                    strong=against.strong,
                )
                for group, against in members
            ],
        )


def _trend(of: IndicatorReport) -> str:
    """For a series too short for settled limits."""
    found = trend_marker([_reading(each.figure) for each in drawings.readings(of.waves)])
    return (
        ""
        if found is Trend.CANNOT_BE_CALCULATED
        else f"Over the last five readings: {found.value}."
    )


def _reading(figure: Figure | None) -> Reading | None:
    match figure:
        case Share(percent=int(percent), lower=int(lower), upper=int(upper)):
            return Reading.within(percent, lower, upper)
        case Mean(points=points, error=error):
            return Reading(points, error)
        case _:
            return None


def weighted_whole(of: IndicatorReport) -> str:
    """The figure of everyone in the year with weights, where it has any and is shown."""
    whole = of.yearly.whole if of.yearly else None
    return words(whole).value if isinstance(whole, Share | Mean) and whole.weighted else ""


def _outcome(of: IndicatorReport) -> str:
    measure = of.indicator
    return OUTCOMES.get(measure.outcome, "") if isinstance(measure, Indicator) else ""


def asked(survey: Survey) -> list[tuple[str, str]]:
    """The measures of a survey by code and name, for going on to another."""
    items = {each.code for each in survey.items}
    return [
        (each.code, name_of(each))
        for each in all_measures()
        if (each.item in items if isinstance(each, Indicator) else each.items & items)
    ]


def _questions(item: Item | None, survey: Survey) -> Iterator[Question]:
    """Each wording once, with the ages that read it, in the order of the ages."""
    asked: dict[str, list[str]] = {}
    for version in survey.age_versions:
        if item is not None and item.asked_of(version.code):
            asked.setdefault(item.ask[version.code], []).append(version.name)
    for text, ages in asked.items():
        yield Question(text, ", ".join(ages), len(ages))


def _good_answers(item: Item | None) -> str:
    """The favourable answers' labels, each once."""
    labels = (
        label
        for answer in (item.answers if item else ())
        if answer.favourable
        for label in answer.label.values()
    )
    return "; ".join(dict.fromkeys(labels))

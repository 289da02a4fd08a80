"""One measure of an authority's report: its own page, and its drawings as files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from analytics import charts, reporting
from analytics.control_charts import Reading, TooEarly, Trend, trend_marker
from analytics.disclosure import End, Figure, Mean, Share
from analytics.indicators import OUTCOMES, Better, Indicator
from analytics.judging import Against, unweighted
from analytics.models import Release
from analytics.pages import drawings
from analytics.pages.drawings import Measured
from analytics.pages.opening import Opened, about, opened, public, told_of
from analytics.pages.report import shown_about
from analytics.pages.weighting import weighting
from analytics.reading import IndicatorReport, Wanted, all_measures
from analytics.reliability import Reliability
from analytics.spans import Span
from analytics.wording import Words, name_of, spoken, within, words
from authorities.models import Authority
from surveys.definition import Item, Survey


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked, and of which ages."""

    text: str
    asked_of: str
    ages: int


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a figure beside another: whose, and the sentence."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    name: str
    own: Words
    strip: charts.Strip
    verdict: str
    strong: bool


@require_safe
def indicator(request: HttpRequest, gss_code: str, code: str) -> HttpResponse:
    """All that a release says of one measure in one authority."""
    found = _measured(request, gss_code, code)
    if isinstance(found, HttpResponse):
        return found
    opened_, measured = found
    made, code = measured.report, measured.of.code
    content = {
        **about(opened_, made),
        **content_of(measured, coming=reporting.next_release(made.release)),
        "panels": shown_about(made, code),
        "asked": _asked(made.survey),
    }
    return public(request, render(request, "analytics/indicator.html", content))


@require_safe
def drawing(request: HttpRequest, gss_code: str, code: str, name: str, kind: str) -> HttpResponse:
    """One drawing of it, as SVG or PNG.

    Raises:
        Http404: there is no such drawing.
    """
    found = _measured(request, gss_code, code)
    if isinstance(found, HttpResponse):
        return found
    _, measured = found
    wanted = next((each for each in drawings.all_of(measured) if each.name == name), None)
    if wanted is None:
        raise Http404
    area = measured.report.authority.gss_code
    return public(request, drawings.as_file(wanted, kind, name=f"{area}-{code}-{name}"))


def _measured(
    request: HttpRequest, gss_code: str, code: str
) -> tuple[Opened, Measured] | HttpResponse:
    """What the pages are made of; or the page that says why there is nothing."""
    if code not in {each.code for each in all_measures()}:
        raise Http404
    found = opened(request, gss_code)
    if isinstance(found, HttpResponse):
        return found
    made = found.report(Wanted(code=code, neighbours=True, groups=True))
    if not made.indicators:
        content = {**about(found, made), "panels": []}
        page = render(request, "analytics/not_asked.html", content, status=HTTPStatus.NOT_FOUND)
        return public(request, page)
    [of] = made.indicators
    region = within(made.authority.region.name)
    names = names_of([of])
    return found, Measured(made, of, of.judged(region=region), names)


def names_of(measures: Sequence[IndicatorReport]) -> Mapping[str, str]:
    """Of every authority in their spreads; its code where the register has no name. One query."""
    spreads = [each.backdrop for each in measures if each.backdrop]
    if not spreads:
        return {}
    names = dict(Authority.objects.values_list("gss_code", "name"))
    return {code: names.get(code, code) for each in spreads for code, *_ in each["points"]}


def content_of(measured: Measured, *, coming: Release | None) -> dict[str, object]:
    """What the page of a measure says; ``coming`` is the next release, if its day is announced."""
    report, of, judged = measured.report, measured.of, measured.judged
    questions = list(_questions(of.item, report.survey))
    by_name = {each.name: each for each in drawings.all_of(measured)}
    chart = drawings.chart_of(report, of)
    return {
        "of": of,
        "name": name_of(of.indicator),
        "wording": of.indicator.wording,
        "own": words(of.figure),
        "spoken": spoken(of.figure),
        "figures_of": told_of(report) if of.lead is not Span.WAVE else "this wave",
        "counts_as": _counts_as(of.figure),
        "crude": _crude(of.figure),
        "low": judged.reliability is Reliability.LOW,
        "compared": list(_compared(measured)),
        "questions": questions,
        "question": max(questions, key=lambda each: each.ages, default=None),
        "good_answers": _good_answers(of.item),
        "drawing": by_name.get(drawings.COMPARED),
        "funnel": by_name.get(drawings.FUNNEL),
        "england_end": _end(of.england) if of.backdrop else "",
        "phi": of.backdrop["phi"] if of.backdrop else None,
        "unmarked": isinstance(of.figure, Share) and not words(of.figure).range,
        "over_time": by_name.get(drawings.OVER_TIME),
        "chart_says": chart.in_words,
        "trend_says": _trend(of) if isinstance(chart.lines, TooEarly) or chart.lines.trial else "",
        "groups": list(_groups(measured)),
        "by_group": [each for name, each in by_name.items() if name.startswith(drawings.BY)],
        "year": drawings.year_of(report, of.yearly) if of.yearly else "",
        "whole": words(unweighted(of.yearly.whole)) if of.yearly else None,
        "whole_weighted": weighted_whole(of),
        "outcome": _outcome(of),
        "judged_at_all": of.better is not Better.NEITHER,
        "lower_is_better": of.better is Better.LOWER,
        "weighting": weighting(report, of.lead),
        "reliability": report.reliability.get(of.code),
        "next_on": localdate(coming.publish_at) if coming and coming.publish_at else None,
        "here": of.code,
    }


def _compared(measured: Measured) -> Iterator[Said]:
    """With what, and what comes of it."""
    report, judged = measured.report, measured.judged
    if report.with_england:
        yield Said("England", judged.england.sentence)
        region = within(report.authority.region.name)
        yield Said(f"{region[:1].upper()}{region[1:]}", judged.region.sentence)
        if measured.of.neighbours:
            yield Said("Its statistical neighbours", _neighbours(measured))
            if judged.neighbours and judged.neighbours.shown > 1:
                yield Said("Beside their median", judged.like.sentence)
    for before, against in zip(measured.of.before, judged.before, strict=True):
        alone = before.span is Span.WAVE and measured.of.lead is not Span.WAVE
        yield Said("This wave alone" if alone else "Its own past", _past(against, alone=alone))


def _past(against: Against, *, alone: bool) -> str:
    return against.in_words if alone else against.sentence


def _neighbours(measured: Measured) -> str:
    of, found = measured.of, measured.judged.neighbours
    if found is None:
        return f"None of {len(of.neighbours)} is shown."
    unit = "" if of.is_index else "%"
    low, middle, high = (_said(each, unit) for each in (found.lowest, found.median, found.highest))
    if found.shown == 1:
        return f"Of the {found.of} that are most like it, 1 is shown: {middle}."
    return (
        f"Of the {found.of} that are most like it, {found.shown} are shown: their "
        f"median is {middle}, from {low} to {high}."
    )


def _said(value: float | End | None, unit: str) -> str:
    if value is None:
        return "not known as a number"
    return value.value if isinstance(value, End) else f"{value:g}{unit}"


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


def _groups(measured: Measured) -> Iterator[tuple[str, list[GroupRow]]]:
    """By what people are divided, each group beside everyone in the authority."""
    found = drawings.judged_groups(measured)
    whole = unweighted(measured.of.yearly.whole) if measured.of.yearly else None
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


def _end(figure: Figure | None) -> str:
    match figure:
        case Share(percent=End() as end):
            return end.value
        case _:
            return ""


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


def _asked(survey: Survey) -> list[tuple[str, str]]:
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

"""One measure of an authority's report: its own page, and its drawings as files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics import reporting
from analytics.disclosure import End, Figure, Share
from analytics.judging import Against
from analytics.models import Release
from analytics.pages import drawings
from analytics.pages.drawings import Measured
from analytics.pages.measures import asked, said_of
from analytics.pages.opening import Opened, about, opened, public, told_of
from analytics.pages.report import shown_about
from analytics.pages.weighting import weighting
from analytics.reading import IndicatorReport, Wanted, all_measures
from analytics.spans import Span
from analytics.wording import within, words
from authorities.models import Authority


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a figure beside another: whose, and the sentence."""

    name: str
    sentence: str


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
        "asked": asked(made.survey),
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
    drawn, area = drawings.all_of(measured), measured.report.code
    return public(request, drawings.as_file(drawn, name, kind, of=f"{area}-{code}"))


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
    report, of = measured.report, measured.of
    by_name = {each.name: each for each in drawings.all_of(measured)}
    figures_of = told_of(report) if of.lead is not Span.WAVE else "this wave"
    return {
        **said_of(report, of, by_name, figures_of=figures_of, coming=coming),
        "compared": list(_compared(measured)),
        "drawing": by_name.get(drawings.COMPARED),
        "england_end": _end(of.england) if of.backdrop else "",
        "unmarked": isinstance(of.figure, Share) and not words(of.figure).range,
        "weighting": weighting(report, of.lead),
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


def _end(figure: Figure | None) -> str:
    match figure:
        case Share(percent=End() as end):
            return end.value
        case _:
            return ""

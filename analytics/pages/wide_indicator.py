"""One measure of England's report, or of a region's: its own page, and its drawings as files."""

from collections.abc import Iterator
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics import reporting
from analytics.disclosure import Mean, Share
from analytics.drawing.sheet import NARROW, WIDE
from analytics.judging import against_before
from analytics.models import Release
from analytics.pages import drawings, wide
from analytics.pages.drawings import Shown
from analytics.pages.indicator import Said
from analytics.pages.measures import asked, said_of
from analytics.pages.opening import public
from analytics.reading import IndicatorReport, Wanted, all_measures
from analytics.spans import Span
from analytics.wide_reporting import WideReport
from analytics.wording import words
from authorities.areas import ENGLAND


@require_safe
def indicator(request: HttpRequest, area: str, code: str) -> HttpResponse:
    """All that a release says of one measure in England, or in a region."""
    found = _measured(request, area, code)
    if isinstance(found, HttpResponse):
        return found
    made, of = found
    content = {
        **wide.about(made),
        **content_of(made, of, coming=reporting.next_release(made.release)),
        "asked": asked(made.survey),
    }
    return public(request, render(request, "analytics/wide_indicator.html", content))


@require_safe
def drawing(request: HttpRequest, area: str, code: str, name: str, kind: str) -> HttpResponse:
    """One drawing of it, as SVG or PNG.

    Raises:
        Http404: there is no such drawing.
    """
    found = _measured(request, area, code)
    if isinstance(found, HttpResponse):
        return found
    made, of = found
    drawn = _drawings(made, of)
    return public(request, drawings.as_file(drawn, name, kind, of=f"{made.code}-{code}"))


def _measured(
    request: HttpRequest, area: str, code: str
) -> tuple[WideReport, IndicatorReport] | HttpResponse:
    """What the pages are made of; or the page that says why there is nothing."""
    if code not in {each.code for each in all_measures()}:
        raise Http404
    of = wide.area_of(area)
    if of is None:
        return wide.unknown_region(request, area)
    found = wide.opened(request, of, Wanted(code=code, groups=True))
    if isinstance(found, HttpResponse):
        return found
    if not found.indicators:
        content = wide.about(found)
        page = render(
            request, "analytics/wide_not_asked.html", content, status=HTTPStatus.NOT_FOUND
        )
        return public(request, page)
    return found, found.indicators[0]


def content_of(
    found: WideReport, of: IndicatorReport, *, coming: Release | None, on_paper: bool = False
) -> dict[str, object]:
    """What the page of a measure says.

    Args:
        coming: the next release, if its day is announced.
        on_paper: whether wide drawings alone are wanted, and groups stand in one table.
    """
    by_name = {each.name: each for each in _drawings(found, of, on_paper=on_paper)}
    figures_of = "this wave" if of.lead is Span.WAVE else wide.told_of(found)
    out, names = wide.stand_out(of), wide.names_of(found)
    content = {
        **said_of(found, of, by_name, figures_of=figures_of, coming=coming),
        "compared": list(_past(of)),
        "with_england": True,
        "weighting": [_weighting(of)],
    }
    if found.code == ENGLAND:
        content["above"] = wide.sorted_names(out.above, names)
        content["below"] = wide.sorted_names(out.below, names)
    else:
        content["members"] = list(wide.members_of(found, of))
    return content


def _drawings(found: WideReport, of: IndicatorReport, *, on_paper: bool = False) -> Iterator[Shown]:
    yield from wide.drawings_of(found, of, width=WIDE if on_paper else NARROW)
    if not on_paper:
        yield from drawings.by_group(found, of)


def _past(of: IndicatorReport) -> Iterator[Said]:
    """Beside its own past alone: each is a part of England, and England of nothing.

    Nothing of a figure that is not shown.
    """
    if not words(of.figure).shown:
        return
    for before in of.before:
        against = against_before(before, better=of.better)
        if before.span is Span.WAVE and of.lead is not Span.WAVE:
            yield Said("This wave alone", against.in_words)
        else:
            yield Said("Its own past", against.sentence)


def _weighting(of: IndicatorReport) -> str:
    """How the figure was weighted, as far as it tells itself."""
    match of.figure:
        case Share() | Mean() if of.figure.weighted:
            return (
                "Each authority counts for how many could answer there; of those of whom that is "
                "not known, as many for each answer as elsewhere."
            )
        case Share() | Mean():
            return (
                "Totals are not weighted: of too many who answered it is not known how many could, "
                "or with weights one place could be told from the whole."
            )
        case _:
            return ""

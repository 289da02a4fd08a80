"""The reports of England and of its regions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from analytics import charts, reporting, wide_reporting
from analytics.drawing import funnel, xmr
from analytics.drawing.telling import About, Unit
from analytics.judging import StandingOut, against_area, spread_of, standing_out
from analytics.pages import topics
from analytics.pages.drawings import (
    FUNNEL,
    OVER_TIME,
    Shown,
    as_file,
    in_both_widths,
    readings,
    source,
)
from analytics.pages.opening import of_waves, other, period, period_of, public, wanted_release
from analytics.reading import IndicatorReport, together
from analytics.spans import Span
from analytics.wide_reporting import WideReport
from analytics.wording import Words, name_of, words
from authorities.areas import ENGLAND
from authorities.models import Region


@dataclass(frozen=True, slots=True)
class Row:
    """A measure as one row.

    Args:
        above, below: names of the authorities that differ from England, at a false discovery rate.
    """

    code: str
    name: str
    is_index: bool
    own: Words
    england: Words
    strip: charts.Strip
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberRow:
    """An authority of a region, with its index beside England's."""

    gss_code: str
    name: str
    own: Words
    strip: charts.Strip
    verdict: str
    strong: bool


@require_safe
def england(request: HttpRequest) -> HttpResponse:
    """The national report."""
    found = _found(request, None)
    if isinstance(found, HttpResponse):
        return found
    first = found.indicators[0] if found.indicators else None
    content = {
        **_about(found),
        "rows": [_row(each, found, names=_names(found)) for each in found.indicators],
        "first": name_of(first.indicator) if first else "",
        "drawings": list(_drawings(found, first)) if first else [],
        "groups": list(_groups(first)) if first else [],
        "year": _year(found, first),
        "whole": words(first.yearly.whole) if first and first.yearly else None,
        "regions": Region.objects.order_by("name"),
    }
    return public(request, render(request, "analytics/england.html", content))


@require_safe
def drawing(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """One drawing of the national report, as SVG or PNG.

    Raises:
        Http404: there is no such drawing.
    """
    found = _found(request, None)
    if isinstance(found, HttpResponse):
        return found
    drawn = _drawings(found, found.indicators[0]) if found.indicators else ()
    wanted = next((each for each in drawn if each.name == name), None)
    if wanted is None:
        raise Http404
    return public(request, as_file(wanted, kind, name=f"england-{name}"))


@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """A region's report, with its authorities by name."""
    it = Region.objects.filter(gss_code=code.upper()).first()
    if it is None:
        page = render(
            request, "analytics/unknown_region.html", {"code": code}, status=HTTPStatus.NOT_FOUND
        )
        return public(request, page)
    found = _found(request, it)
    if isinstance(found, HttpResponse):
        return found
    first = found.indicators[0] if found.indicators else None
    content = {
        **_about(found),
        "region": it,
        "rows": [_row(each, found, names={}) for each in found.indicators],
        "first": name_of(first.indicator) if first else "",
        "first_is_index": bool(first and first.is_index),
        "members": list(_members(found, first)) if first else [],
    }
    return public(request, render(request, "analytics/region.html", content))


def _found(request: HttpRequest, it: Region | None) -> WideReport | HttpResponse:
    national = reporting.may_see_unpublished(request.user, None, today=localdate())
    releases = wide_reporting.releases_of_england(unpublished=national)
    try:
        release = reporting.chosen(releases, wanted_release(request))
    except reporting.NoSuchRelease:
        asked = "release" in request.GET
        status = HTTPStatus.NOT_FOUND if asked else HTTPStatus.OK
        content = {"region": it, "asked": asked, "others": [other(each) for each in releases]}
        page = render(request, "analytics/no_wide_figures.html", content, status=status)
        return public(request, page)
    return wide_reporting.report(release, releases=releases, region=it, groups=it is None)


def _about(found: WideReport) -> dict[str, object]:
    release = found.release
    published = [each for each in found.others if each.published_at]
    newest = reporting.newest_of_each_wave(published)
    return {
        "area": found.name,
        "code": found.code,
        "release": release,
        "wave": release.wave,
        "period": period(release),
        "told_of": of_waves(found.lead, together(found.others, release)),
        "published": release.published_at is not None,
        "newest_release": found.newest,
        "newest": found.newest == release,
        "superseded": release.published_at is not None and release not in newest,
        "others": [other(each) for each in found.others if each != release],
        "query": "" if found.newest == release and published else f"?release={release.pk}",
        "replies": words(found.replies) if found.replies else None,
        "heard": found.heard,
        "too_few": found.too_few,
        "not_asked": found.not_asked,
        "members_number": len(found.members),
        "topics": topics.told(
            found.topics,
            area=found.name,
            told_of=of_waves(found.lead, together(found.others, found.release)),
            with_england=found.code != ENGLAND,
        ),
        "reliability": list(found.reliability.values()),
    }


def _names(found: WideReport) -> dict[str, str]:
    return {each.gss_code: each.name for each in found.members}


def _row(each: IndicatorReport, found: WideReport, *, names: Mapping[str, str]) -> Row:
    england = None if found.code == ENGLAND else each.england
    out = StandingOut((), ())
    if each.backdrop and names:
        out = standing_out(each.backdrop, mean=each.is_index)
    return Row(
        code=each.code,
        name=name_of(each.indicator),
        is_index=each.is_index,
        own=words(each.figure),
        england=words(england),
        strip=charts.strip(each.figure, england),
        above=_sorted(out.above, names),
        below=_sorted(out.below, names),
    )


def _sorted(codes: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    """By name: no order that could be taken for a rank."""
    return tuple(sorted(names.get(code, code) for code in codes))


def _drawings(found: WideReport, of: IndicatorReport) -> Iterator[Shown]:
    """All authorities around England, and England over time."""
    about = About(
        area=found.name,
        measure=name_of(of.indicator) if of.is_index else of.indicator.wording,
        period=_time(found),
        source=source(found.survey.title, found.release),
    )
    names, backdrop = _names(found), of.backdrop

    def around(width: int) -> funnel.Funnel | None:
        if not backdrop or not words(of.figure).shown:
            return None
        unit = Unit.POINTS if of.is_index else Unit.PERCENT
        known = {code: names.get(code, code) for code, *_ in backdrop["points"]}
        return funnel.drawn(about, backdrop, unit=unit, names=known, width=width)

    def over_time(width: int) -> xmr.Xmr | None:
        return xmr.drawn(about, readings(of.waves), better=of.better, width=width)

    for name, drawn in ((FUNNEL, around), (OVER_TIME, over_time)):
        both = in_both_widths(name, drawn)
        if both is not None:
            yield both


def _time(found: WideReport) -> str:
    if found.lead is Span.WAVE:
        return period(found.release)
    return period_of(together(found.others, found.release))


def _year(found: WideReport, first: IndicatorReport | None) -> str:
    if first is None or first.yearly is None:
        return ""
    return period_of(together(found.others, first.yearly.release))


def _groups(of: IndicatorReport) -> Iterator[tuple[str, list[tuple[str, Words]]]]:
    for kind, members in groupby(of.yearly.groups if of.yearly else (), key=lambda e: e.kind):
        yield kind, [(each.name, words(each.figure)) for each in members]


def _members(found: WideReport, of: IndicatorReport) -> Iterator[MemberRow]:
    """Each authority of a region, by name, beside England."""
    spread = spread_of(of.backdrop, mean=of.is_index) if of.backdrop else None
    for member, figure in zip(found.members, of.neighbours, strict=True):
        against = against_area(figure, of.england, spread, better=of.better, name="England")
        yield MemberRow(
            member.gss_code,
            member.name,
            words(figure),
            charts.strip(figure, of.england),
            against.verdict.value,
            against.strong,
        )

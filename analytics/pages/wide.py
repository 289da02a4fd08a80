"""The reports of England and of its regions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from analytics import charts, reporting, wide_reporting
from analytics.drawing import funnel
from analytics.drawing.sheet import NARROW
from analytics.drawing.telling import About, Unit
from analytics.judging import (
    StandingOut,
    against_area,
    centred,
    spread_of,
    standing_out,
    unweighted,
)
from analytics.pages import topics
from analytics.pages.beside_figures import beside_figures
from analytics.pages.drawings import (
    FUNNEL,
    Shown,
    as_file,
    in_both_widths,
    is_number,
    over_time,
    source,
)
from analytics.pages.effects import effects
from analytics.pages.measures import weighted_whole
from analytics.pages.opening import of_waves, other, period, period_of, public, wanted_release
from analytics.reading import IndicatorReport, Wanted, together
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
    """An authority of a region, with its figure of a measure beside England's.

    Args:
        has: whether the release has a figure of it, shown or withheld.
    """

    gss_code: str
    name: str
    has: bool
    own: Words
    strip: charts.Strip
    verdict: str
    strong: bool


# All that a report says: of every measure its groups too.
WITH_GROUPS = Wanted(groups=True)


@dataclass(frozen=True, slots=True)
class Area:
    """England, or one of its regions.

    Args:
        region: ``None`` of England.
    """

    code: str
    title: str
    region: Region | None


ALL_OF_ENGLAND = Area(ENGLAND, "England", None)
# Of regions; so that nothing is looked up for the codes of authorities.
_REGIONS = "E12"


def area_of(code: str) -> Area | None:
    """The larger area that has this GSS code; ``None`` where none has. At most one query."""
    code = code.upper()
    if code == ENGLAND:
        return ALL_OF_ENGLAND
    found = Region.objects.filter(gss_code=code).first() if code.startswith(_REGIONS) else None
    return Area(found.gss_code, found.name, found) if found else None


def page_of(code: str) -> str:
    """The address of the report of a larger area."""
    return reverse("report-england") if code == ENGLAND else reverse("report-region", args=[code])


@require_safe
def england(request: HttpRequest) -> HttpResponse:
    """The national report."""
    found = opened(request, ALL_OF_ENGLAND)
    if isinstance(found, HttpResponse):
        return found
    return public(request, render(request, "analytics/england.html", of_england(found)))


@require_safe
def drawing(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """One drawing of the national report, as SVG or PNG.

    Raises:
        Http404: there is no such drawing.
    """
    found = opened(request, ALL_OF_ENGLAND)
    if isinstance(found, HttpResponse):
        return found
    drawn = drawings_of(found, found.indicators[0]) if found.indicators else ()
    return public(request, as_file(drawn, name, kind, of="england"))


@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """A region's report, with its authorities by name."""
    area = area_of(code)
    if area is None or area.region is None:
        return unknown_region(request, code)
    found = opened(request, area)
    if isinstance(found, HttpResponse):
        return found
    return public(request, render(request, "analytics/region.html", of_region(found)))


@require_safe
def by_code(request: HttpRequest, area: str) -> HttpResponse:
    """From an address by code, as authorities have it, to the report of England or a region."""
    of = area_of(area)
    if of is None:
        return unknown_region(request, area)
    page, asked = page_of(of.code), request.GET.urlencode()
    return public(request, redirect(f"{page}?{asked}" if asked else page))


def unknown_region(request: HttpRequest, code: str) -> HttpResponse:
    page = render(
        request, "analytics/unknown_region.html", {"code": code}, status=HTTPStatus.NOT_FOUND
    )
    return public(request, page)


def opened(
    request: HttpRequest, area: Area, wanted: Wanted = WITH_GROUPS
) -> WideReport | HttpResponse:
    """The release asked for, or the newest published; or the page that says why there is none."""
    national = reporting.may_see_unpublished(request.user, None, today=localdate())
    releases = wide_reporting.releases_of_england(unpublished=national)
    try:
        release = reporting.chosen(releases, wanted_release(request))
    except reporting.NoSuchRelease:
        asked = "release" in request.GET
        status = HTTPStatus.NOT_FOUND if asked else HTTPStatus.OK
        content = {"region": area.region, "asked": asked, "others": [other(e) for e in releases]}
        page = render(request, "analytics/no_wide_figures.html", content, status=status)
        return public(request, page)
    return wide_reporting.report(release, releases=releases, region=area.region, wanted=wanted)


# --- what the pages say --------------------------------------------------------------------------


def of_england(found: WideReport) -> dict[str, object]:
    """What the page of England says. One query more, of regions."""
    names = names_of(found)
    return {
        **about(found),
        **_of_first(found),
        "rows": [_row(each, found, names=names) for each in found.indicators],
        "effects": list(effects(found.indicators[0])) if found.indicators else [],
        "regions": Region.objects.order_by("name"),
        "topics": topics.told(
            found.topics, area=found.name, told_of=told_of(found), with_england=False
        ),
    }


def of_region(found: WideReport) -> dict[str, object]:
    """What the page of a region says."""
    first = found.indicators[0] if found.indicators else None
    return {
        **about(found),
        **_of_first(found),
        "rows": [_row(each, found, names={}) for each in found.indicators],
        "first_is_index": bool(first and first.is_index),
        "members": list(members_of(found, first)) if first else [],
    }


def _of_first(found: WideReport) -> dict[str, object]:
    """What is said on the page of a whole area of the measure that leads."""
    if not found.indicators:
        return {"first": ""}
    first = found.indicators[0]
    return {
        "first": name_of(first.indicator),
        "first_code": first.code,
        "drawings": list(drawings_of(found, first)),
        "groups": list(_groups(first)),
        "year": _year(found, first),
        "whole": words(unweighted(first.yearly.whole)) if first.yearly else None,
        "whole_weighted": weighted_whole(first),
    }


def about(found: WideReport) -> dict[str, object]:
    """What the frame of every page of a larger area says: whose, when, and of which release."""
    release = found.release
    published = [each for each in found.others if each.published_at]
    newest = reporting.newest_of_each_wave(published)
    return {
        "area": found.name,
        "code": found.code,
        "title": found.title,
        "of_england": found.code == ENGLAND,
        "address": page_of(found.code),
        "release": release,
        "wave": release.wave,
        "period": period(release),
        "told_of": told_of(found),
        "published": release.published_at is not None,
        "newest_release": found.newest,
        "newest": found.newest == release,
        "superseded": release.published_at is not None and release not in newest,
        "others": [other(each) for each in found.others if each != release],
        "query": "" if _is_what_is_shown_first(found) else f"?release={release.pk}",
        "replies": words(found.replies) if found.replies else None,
        "heard": found.heard,
        "too_few": found.too_few,
        "hidden": found.hidden,
        "not_asked": found.not_asked,
        "members_number": len(found.members),
        "reliability": list(found.reliability.values()),
        **beside_figures(release),
    }


def _is_what_is_shown_first(found: WideReport) -> bool:
    """Whether addresses that name no release lead to this one, of whatever survey."""
    if not found.release.published_at:
        return False
    return reporting.chosen(found.others, None) == found.release


def told_of(found: WideReport) -> str:
    return of_waves(found.lead, together(found.out, found.release))


def names_of(found: WideReport) -> dict[str, str]:
    return {each.gss_code: each.name for each in found.members}


def _row(each: IndicatorReport, found: WideReport, *, names: Mapping[str, str]) -> Row:
    england = None if found.code == ENGLAND else each.england
    out = stand_out(each) if names else StandingOut((), ())
    return Row(
        code=each.code,
        name=name_of(each.indicator),
        is_index=each.is_index,
        own=words(each.figure),
        england=words(england),
        strip=charts.strip(each.figure, england),
        above=sorted_names(out.above, names),
        below=sorted_names(out.below, names),
    )


def stand_out(of: IndicatorReport) -> StandingOut:
    """The authorities that differ from England's figure, of England's report of a measure."""
    if not of.backdrop or not words(of.figure).shown:
        return StandingOut((), ())
    return standing_out(centred(of.backdrop, of.figure), mean=of.is_index)


def sorted_names(codes: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    """By name: no order that could be taken for a rank."""
    return tuple(sorted(names.get(code, code) for code in codes))


def drawings_of(found: WideReport, of: IndicatorReport, *, width: int = NARROW) -> list[Shown]:
    """All authorities around England, of England alone; and the area over time."""
    both = [around(found, of, width=width), over_time(found, of, width=width)]
    return [each for each in both if each is not None]


def around(found: WideReport, of: IndicatorReport, *, width: int = NARROW) -> Shown | None:
    """All authorities around England; of a region nothing, which is in the middle of none."""
    if found.code != ENGLAND or not of.backdrop or not is_number(of.figure):
        return None
    measure = name_of(of.indicator) if of.is_index else of.indicator.wording
    where = source(found.survey.title, found.release)
    told = About(area=found.name, measure=measure, period=_time(found, of), source=where)
    backdrop, names = centred(of.backdrop, of.figure), names_of(found)
    unit = Unit.POINTS if of.is_index else Unit.PERCENT
    listed = {code: names.get(code, code) for code, *_ in backdrop["points"]}

    def drawn(width: int) -> funnel.Funnel | None:
        return funnel.drawn(told, backdrop, unit=unit, names=listed, width=width)

    return in_both_widths(FUNNEL, drawn, first=width)


def _time(found: WideReport, of: IndicatorReport) -> str:
    if of.lead is Span.WAVE:
        return period(found.release)
    return period_of(together(found.out, found.release))


def _year(found: WideReport, first: IndicatorReport | None) -> str:
    if first is None or first.yearly is None:
        return ""
    return period_of(together(found.out, first.yearly.release, Span.YEAR))


def _groups(of: IndicatorReport) -> Iterator[tuple[str, list[tuple[str, Words]]]]:
    for kind, members in groupby(of.yearly.groups if of.yearly else (), key=lambda e: e.kind):
        yield kind, [(each.name, words(each.figure)) for each in members]


def members_of(found: WideReport, of: IndicatorReport) -> Iterator[MemberRow]:
    """Each authority of a region, by name, beside England."""
    spread = spread_of(of.backdrop, mean=of.is_index) if of.backdrop else None
    for member, figure in zip(found.members, of.neighbours, strict=True):
        against = against_area(figure, of.england, spread, better=of.better, name="England")
        yield MemberRow(
            member.gss_code,
            member.name,
            figure is not None,
            words(figure),
            charts.strip(figure, of.england),
            against.verdict.value,
            against.strong,
        )

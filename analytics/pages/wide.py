"""The reports of England and of its regions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from analytics import charts, reporting, wide_reporting
from analytics.comparing import difference
from analytics.disclosure import Figure
from analytics.drawing import funnel, xmr
from analytics.drawing.telling import About, Unit
from analytics.funnels import MeanPoint, Point, Side
from analytics.judging import (
    STEP_OF_MEANS,
    STEP_OF_SHARES,
    StandingOut,
    against_area,
    centred,
    known,
    spread_of,
    standing_out,
    unweighted,
)
from analytics.pages import topics
from analytics.pages.beside_figures import beside_figures
from analytics.pages.drawings import (
    FUNNEL,
    OVER_TIME,
    Shown,
    as_file,
    in_both_widths,
    is_number,
    readings,
    source,
)
from analytics.pages.indicator import weighted_whole
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


@dataclass(frozen=True, slots=True)
class Effect:
    """One measure of those who answered in two ways, side by side.

    Args:
        kind: in what they differ, such as "Help with answering".
        differ: by how much, with its 95% range; "" where one of them is no number.
    """

    kind: str
    rows: tuple[tuple[str, Words], ...]
    differ: str


HELPER = "helper:"


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
        "whole": words(unweighted(first.yearly.whole)) if first and first.yearly else None,
        "whole_weighted": weighted_whole(first) if first else "",
        "effects": list(_effects(first)) if first else [],
        "regions": Region.objects.order_by("name"),
        "topics": topics.told(
            found.topics, area=found.name, told_of=_told_of(found), with_england=False
        ),
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
        "told_of": _told_of(found),
        "published": release.published_at is not None,
        "newest_release": found.newest,
        "newest": found.newest == release,
        "superseded": release.published_at is not None and release not in newest,
        "others": [other(each) for each in found.others if each != release],
        "query": "" if found.newest == release and published else f"?release={release.pk}",
        "replies": words(found.replies) if found.replies else None,
        "heard": found.heard,
        "too_few": found.too_few,
        "hidden": found.hidden,
        "not_asked": found.not_asked,
        "members_number": len(found.members),
        "reliability": list(found.reliability.values()),
        **beside_figures(release),
    }


def _told_of(found: WideReport) -> str:
    return of_waves(found.lead, together(found.out, found.release))


def _names(found: WideReport) -> dict[str, str]:
    return {each.gss_code: each.name for each in found.members}


def _row(each: IndicatorReport, found: WideReport, *, names: Mapping[str, str]) -> Row:
    england = None if found.code == ENGLAND else each.england
    out = StandingOut((), ())
    if each.backdrop and names and words(each.figure).shown:
        out = standing_out(centred(each.backdrop, each.figure), mean=each.is_index)
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
    names = _names(found)
    backdrop = centred(of.backdrop, of.figure) if of.backdrop else None

    def around(width: int) -> funnel.Funnel | None:
        if backdrop is None or not is_number(of.figure):
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
    return period_of(together(found.out, found.release))


def _year(found: WideReport, first: IndicatorReport | None) -> str:
    if first is None or first.yearly is None:
        return ""
    return period_of(together(found.out, first.yearly.release, Span.YEAR))


def _groups(of: IndicatorReport) -> Iterator[tuple[str, list[tuple[str, Words]]]]:
    for kind, members in groupby(of.yearly.groups if of.yearly else (), key=lambda e: e.kind):
        yield kind, [(each.name, words(each.figure)) for each in members]


def _effects(of: IndicatorReport) -> Iterator[Effect]:
    """Of who helped, in a year; and of how people came to answer, in the wave alone.

    By an open link there are figures of single waves only, so invitations are of one too.
    """
    helped = [each for each in (of.yearly.groups if of.yearly else ()) if _of_helper(each.slice)]
    if len(helped) == 2:
        yield _effect("Help with answering", [(each.name, each.figure) for each in helped])
    if of.open_link is not None:
        invited = of.waves[-1].figure
        ways = [("By invitation", invited), ("By an open link", of.open_link)]
        yield _effect("How people came to answer, in this wave", ways)


def _of_helper(slice_: str) -> bool:
    return slice_.startswith(HELPER)


def _effect(kind: str, both: Sequence[tuple[str, Figure | None]]) -> Effect:
    (_, first), (name, second) = both
    return Effect(
        kind, tuple((each, words(figure)) for each, figure in both), _differ(first, second, name)
    )


def _differ(first: Figure | None, second: Figure | None, name: str) -> str:
    """How far the second is from the first; neither is a part of the other."""
    one, other = known(first), known(second)
    if one is None or other is None or {one.beyond, other.beyond} != {Side.INSIDE}:
        return ""
    match one.point, other.point:
        case MeanPoint() as before, MeanPoint() as now:
            limits, times = difference(now, before, 0.95, step=STEP_OF_MEANS), 1
        case Point() as start, Point() as end:
            limits, times = difference(end, start, 0.95, step=STEP_OF_SHARES), 100
        case _:
            return ""
    if limits is None:
        return ""
    low, high = (round(times * each) for each in (limits.lower, limits.upper))
    return f"{name}: {_signed(low)} to {_signed(high)} points (95% range of the difference)."


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", "−") if number else "0"


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

"""Pages of figures, for the public and planners: the index, an authority's report, the methods."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from analytics import charts, panels, periods, reporting
from analytics.indicators import REPLIES, indicators
from analytics.models import Release
from analytics.pages.own_panels import OWN, Row
from analytics.wording import short, words
from authorities.models import Authority, Region

PUBLIC_FOR_SECONDS = 300
APOSTROPHES = str.maketrans("", "", "'’")

for panel in OWN:
    panels.register(panel)


@dataclass(frozen=True, slots=True)
class ShownPanel:
    name: str
    title: str
    template: str
    content: panels.Content


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every authority in force, by region; those that match ``q`` if something is looked for."""
    sought = request.GET.get("q", "").strip()[:100]
    release = reporting.newest_published()
    return _public(
        request,
        render(
            request,
            "analytics/index.html",
            {
                "sought": sought,
                "regions": _by_region(sought),
                "release": release,
                "period": _period(release) if release else "",
                "england": _england(release),
            },
        ),
    )


@require_safe
def report(request: HttpRequest, gss_code: str) -> HttpResponse:
    """One authority's report: the newest published release, or the one asked for."""
    authority = Authority.objects.select_related("region").filter(gss_code=gss_code.upper()).first()
    if authority is None:
        return unknown(request, gss_code)
    today = localdate()
    releases = reporting.releases_of(authority, request.user, today=today)
    try:
        release = reporting.chosen(releases, wanted_release(request))
    except reporting.NoSuchRelease:
        return _nothing_to_show(request, authority, releases)
    made = reporting.report(
        authority,
        release,
        releases=releases,
        with_england=release.published_at is not None
        or reporting.may_see_unpublished(request.user, None, today=today),
    )
    return _public(request, render(request, "analytics/report.html", _content(made)))


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    return _public(request, render(request, "analytics/methods.html"))


def unknown(request: HttpRequest, gss_code: str) -> HttpResponse:
    """No authority has this code: say so, and help to find the right one."""
    page = render(
        request, "analytics/unknown.html", {"gss_code": gss_code}, status=HTTPStatus.NOT_FOUND
    )
    return _public(request, page)


def wanted_release(request: HttpRequest) -> int | None:
    """The release asked for.

    Raises:
        NoSuchRelease: what was asked for is no release's number.
    """
    asked = request.GET.get("release", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise reporting.NoSuchRelease
    return int(asked)


def _nothing_to_show(
    request: HttpRequest, authority: Authority, releases: list[Release]
) -> HttpResponse:
    """A release that does not exist and one that is not for this reader look the same."""
    asked = "release" in request.GET
    return _public(
        request,
        render(
            request,
            "analytics/no_figures.html",
            {
                "authority": authority,
                "asked": asked,
                "others": [_other(each) for each in releases],
            },
            status=HTTPStatus.NOT_FOUND if asked else HTTPStatus.OK,
        ),
    )


def _content(made: reporting.AreaReport) -> dict[str, object]:
    release = made.release
    newest = reporting.newest_of_each_wave(each for each in made.releases if each.published_at)
    return {
        "authority": made.authority,
        "release": release,
        "wave": release.wave,
        "period": _period(release),
        "published": release.published_at is not None,
        "newest": made.newest,
        "newest_release": made.newest_release,
        "superseded": release.published_at is not None and release not in newest,
        "with_england": made.with_england,
        "others": [_other(each) for each in made.releases if each != release],
        "panels": _shown(made),
    }


def _shown(made: reporting.AreaReport) -> list[ShownPanel]:
    shown = [
        ShownPanel(panel.name, panel.title, panel.template, panel.show(made))
        for panel in panels.in_order()
    ]
    return [each for each in shown if each.content is not None]


def _other(release: Release) -> dict[str, object]:
    return {"release": release, "wave": release.wave, "period": _period(release)}


def _period(release: Release) -> str:
    return periods.in_words(release.wave.period_start, release.wave.period_end)


def _england(release: Release | None) -> dict[str, object]:
    figures = reporting.england(release) if release else {}
    return {
        "replies": words(figures.get(REPLIES)),
        "rows": [
            Row(
                code=each.code,
                name=short(each.wording),
                wording=each.wording,
                own=words(figures[each.code]),
                england=words(None),
                strip=charts.strip(figures[each.code], None),
            )
            for each in indicators()
            if each.code in figures
        ],
    }


def _by_region(sought: str) -> list[tuple[Region, list[Authority]]]:
    """Authorities in force today whose name, region or code has what is sought. One query."""
    in_force = Authority.objects.in_force_on(localdate()).select_related("region")
    regions: dict[str, tuple[Region, list[Authority]]] = {}
    for authority in in_force.order_by("region__name", "name"):
        if _matches(authority, sought):
            regions.setdefault(authority.region_id, (authority.region, []))[1].append(authority)
    return list(regions.values())


def _matches(authority: Authority, sought: str) -> bool:
    """Whether all its words are in the name, region or codes, whatever their order and capitals."""
    about = _plain(
        f"{authority.name} {authority.region.name} {authority.gss_code} {authority.dfe_number}"
    )
    return all(word in about for word in _plain(sought).split())


def _plain(text: str) -> str:
    """Small letters and digits: "St. Helens", "st helens" and "ST HELENS" are one."""
    kept = "".join(
        letter if letter.isalnum() else " " for letter in text.translate(APOSTROPHES).casefold()
    )
    return " ".join(kept.split())


def _public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Nobody but the signed-in see anything of their own, so only the others' pages are shared."""
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=PUBLIC_FOR_SECONDS)
    return response

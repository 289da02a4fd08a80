"""Figures to take home: open data with the page that lists it, and files of one area."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings
from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.utils.timezone import localdate
from django.views.decorators.http import condition, require_safe

from analytics import (
    exporting,
    exporting_backgrounds,
    periods,
    reporting,
    wide_reporting,
    workbooks,
)
from analytics.csv_on_web import LICENCE, LICENCE_NAME, Table
from analytics.models import Background, Figure, Release
from analytics.pages.opening import PUBLIC_FOR_SECONDS, opened, public, unknown, wanted_release
from analytics.pages.wide import Area, area_of, page_of
from analytics.pages.wide import opened as opened_wide
from analytics.printing import report, wide
from analytics.querysets import FigureQuerySet
from analytics.symbols import MEANINGS
from analytics.wide_reporting import WideReport
from authorities.areas import ENGLAND
from authorities.models import Authority
from surveys.printing import Unprintable

_Answer = TypeVar("_Answer", bound=HttpResponseBase)

# Changed with the shape of the files, so that nobody keeps the old shape for the new.
SHAPE = "3"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class File:
    """One kind of open data.

    Args:
        url, of_release: names of the addresses of all of it, and of one release's.
        lines: the file of published releases.
    """

    table: Table
    url: str
    of_release: str
    lines: Callable[[list[Release]], Iterator[str]]


FILES = {
    "figures": File(
        exporting.FIGURES,
        "figures-csv",
        "release-figures-csv",
        lambda releases: exporting.lines(Figure.objects.filter(release__in=releases), releases),
    ),
    "backgrounds": File(
        exporting_backgrounds.BACKGROUNDS,
        "backgrounds-csv",
        "release-backgrounds-csv",
        lambda releases: exporting_backgrounds.lines(
            Background.objects.filter(release__in=releases), releases
        ),
    ),
}


# --- open data -----------------------------------------------------------------------------------


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All files there are, with their licence, for anyone."""
    releases = list(exporting.published())
    content = {
        "licence": LICENCE,
        "licence_name": LICENCE_NAME,
        "releases": [_listed(each) for each in releases],
        "simulated": any(each.wave.simulated for each in releases),
        "symbols": [(symbol.value, words) for symbol, words in MEANINGS.items() if symbol],
    }
    return public(request, render(request, "analytics/data.html", content))


def _published_etag(_request: HttpRequest, **_: str) -> str:
    """Figures never change once published: files are the same until a release is added."""
    digests = sorted(
        f"{each.pk}:{each.digest}" for each in Release.objects.published().only("digest")
    )
    return quote_etag(sha256("\n".join([SHAPE, *digests]).encode()).hexdigest())


@require_safe
@condition(etag_func=_published_etag)
def file(_request: HttpRequest, name: str, release: str = "") -> HttpResponseBase:
    """All published figures, or all that stands behind them, streamed; or one release's.

    Raises:
        Http404: there is no such published release.
    """
    wanted = FILES[name]
    response = _csv(wanted.lines(_releases(release)), name=f"{name}-{release}" if release else name)
    # As the standard has a reader find it. Source: W3C, Model for Tabular Data, 5.2.
    described = f"{_address(wanted, release)}-metadata.json"
    response["Link"] = f'<{described}>; rel="describedby"; type="application/csvm+json"'
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=PUBLIC_FOR_SECONDS)
    return response


@require_safe
def file_metadata(_request: HttpRequest, name: str, release: str = "") -> JsonResponse:
    """The columns of that file, for machines."""
    wanted, releases = FILES[name], _releases(release)
    response = JsonResponse(
        wanted.table.described(
            url=_address(wanted, release),
            simulated=any(each.wave.simulated for each in releases),
        ),
        content_type="application/csvm+json",
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=PUBLIC_FOR_SECONDS)
    return response


def _releases(wanted: str) -> list[Release]:
    """All that are published; or the one that is called so, such as 2026-q3.1."""
    published = list(exporting.published())
    if not wanted:
        return published
    found = [each for each in published if _name(each) == wanted]
    if not found:
        raise Http404
    return found


def _name(release: Release) -> str:
    return f"{release.wave.slug}.{release.number}"


def _address(file: File, release: str) -> str:
    return reverse(file.of_release, args=[release]) if release else reverse(file.url)


def _listed(release: Release) -> dict[str, object]:
    wave = release.wave
    return {
        "release": release,
        "name": _name(release),
        "period": periods.in_words(wave.period_start, wave.period_end),
    }


# --- one area's ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures of which area somebody may take home.

    Args:
        address: of its report, in full.
        beside: what else is in it, for the notes of a spreadsheet.
        releases: the newest of each wave, or the one that was asked for.
    """

    gss_code: str
    name: str
    address: str
    beside: str
    releases: list[Release]
    figures: FigureQuerySet


@require_safe
def report_csv(request: HttpRequest, gss_code: str) -> HttpResponseBase:
    """An area's figures, and those of the larger areas that it is in.

    Of the newest release of each wave, or of one release. Who may see which release is asked as
    for the page.
    """
    wanted = _wanted(request, gss_code)
    if isinstance(wanted, HttpResponse):
        return wanted
    lines = exporting.lines(wanted.figures, wanted.releases)
    return _kept(request, _csv(lines, name=wanted.gss_code))


@require_safe
def report_workbook(request: HttpRequest, gss_code: str) -> HttpResponseBase:
    """The same as a spreadsheet, with notes for who reads it."""
    wanted = _wanted(request, gss_code)
    if isinstance(wanted, HttpResponse):
        return wanted
    if not wanted.releases:
        return _no_such_release(wanted.name)
    content = workbooks.workbook(
        of=workbooks.Whose(wanted.gss_code, wanted.name, wanted.beside),
        releases=wanted.releases,
        figures=wanted.figures,
        address=wanted.address,
    )
    response = HttpResponse(content, content_type=WORKBOOK)
    return _kept(request, _as_file(response, f"{wanted.gss_code}.xlsx"))


@require_safe
def report_pdf(request: HttpRequest, gss_code: str) -> HttpResponse:
    """The whole report of one release as a document: to print, to send on, to read from screen.

    The newest published release or the one asked for, as for the page; and kept as long as it.
    """
    area = area_of(gss_code)
    found = opened_wide(request, area) if area else opened(request, gss_code)
    if isinstance(found, HttpResponse):
        found.status_code = HTTPStatus.NOT_FOUND  # a page that says why is no document
        return found
    try:
        made = wide.pdf(found) if isinstance(found, WideReport) else report.pdf(found)
    except Unprintable as unprintable:
        return _in_plain_words(f"{unprintable}\n", HTTPStatus.UNPROCESSABLE_ENTITY)
    response = HttpResponse(made, content_type="application/pdf")
    return public(request, _as_file(response, f"{gss_code.upper()}.pdf"))


def _wanted(request: HttpRequest, gss_code: str) -> Wanted | HttpResponse:
    """What was asked for, or the page that says why not."""
    area = area_of(gss_code)
    if area:
        return _wanted_of_many(request, area)
    authority = Authority.objects.select_related("region").filter(gss_code=gss_code.upper()).first()
    if authority is None:
        return unknown(request, gss_code)
    today = localdate()
    seen = reporting.releases_of(authority, request.user, today=today)
    try:
        asked = wanted_release(request)
        releases = [reporting.chosen(seen, asked)] if asked else _newest_published(seen)
    except reporting.NoSuchRelease:
        return _no_such_release(authority.name)
    national = reporting.may_see_unpublished(request.user, None, today=today) if asked else False
    return Wanted(
        authority.gss_code,
        authority.name,
        f"{settings.HEARD_BASE_URL}{reverse('report', args=[authority.gss_code])}",
        "the authority, its region and England",
        releases,
        _figures(authority, releases, national=national),
    )


def _wanted_of_many(request: HttpRequest, area: Area) -> Wanted | HttpResponse:
    """Likewise of England, or of a region with England beside it."""
    national = reporting.may_see_unpublished(request.user, None, today=localdate())
    seen = wide_reporting.releases_of_england(unpublished=national)
    try:
        asked = wanted_release(request)
        releases = [reporting.chosen(seen, asked)] if asked else _newest_published(seen)
    except reporting.NoSuchRelease:
        return _no_such_release(area.title)
    return Wanted(
        area.code,
        area.title,
        f"{settings.HEARD_BASE_URL}{page_of(area.code)}",
        "the region and England" if area.region else "England",
        releases,
        Figure.objects.filter(area__in=[area.code, ENGLAND], release__in=[e.pk for e in releases]),
    )


def _newest_published(releases: list[Release]) -> list[Release]:
    return reporting.newest_of_each_wave(each for each in releases if each.published_at)


def _figures(authority: Authority, releases: list[Release], *, national: bool) -> FigureQuerySet:
    """With its region's and England's.

    But those of a prepared release only for who may see them nationally.
    """
    wider = Q(area__in=[authority.region_id, ENGLAND])
    if not national:
        wider &= Q(release__published_at__isnull=False)
    return Figure.objects.filter(
        Q(area=authority.gss_code) | wider, release__in=[each.pk for each in releases]
    )


def _csv(lines: Iterator[str], *, name: str) -> HttpResponseBase:
    return _as_file(
        StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), f"{name}.csv"
    )


def _as_file(response: _Answer, name: str) -> _Answer:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _kept(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, private=request.user.is_authenticated, max_age=0)
    return response


def _no_such_release(name: str) -> HttpResponse:
    return _in_plain_words(
        f"{name} has no published release with this number. "
        "If it is not published yet and you may see it, sign in first.\n",
        HTTPStatus.NOT_FOUND,
    )


def _in_plain_words(said: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(said, status=status, content_type="text/plain; charset=utf-8")

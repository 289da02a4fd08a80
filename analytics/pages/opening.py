"""What pages of released figures have in common: whose they are, of which release, for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.timezone import localdate

from analytics import periods, reporting
from analytics.models import Release
from analytics.pages.beside_figures import beside_figures
from analytics.reading import Wanted, together
from analytics.reporting import AreaReport
from analytics.spans import Span
from authorities.models import Authority

PUBLIC_FOR_SECONDS = 300
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True, slots=True)
class Opened:
    """An authority's release that this reader may see.

    Args:
        releases: all of the authority that they may see, the newest first.
        national: whether they may see what it says of other areas.
        asked: whether the release was asked for by its number.
    """

    authority: Authority
    release: Release
    releases: tuple[Release, ...]
    national: bool
    asked: bool

    def report(self, wanted: Wanted) -> AreaReport:
        return reporting.report(
            self.authority,
            self.release,
            releases=self.releases,
            with_england=self.national,
            wanted=wanted,
        )

    @property
    def query(self) -> str:
        """What stands behind addresses of this release: nothing, where it is the newest anyway."""
        return f"?release={self.release.pk}" if self.asked else ""


def opened(request: HttpRequest, gss_code: str) -> Opened | HttpResponse:
    """The release asked for, or the newest published; or the page that says why there is none."""
    authority = Authority.objects.select_related("region").filter(gss_code=gss_code.upper()).first()
    if authority is None:
        return unknown(request, gss_code)
    today = localdate()
    releases = reporting.releases_of(authority, request.user, today=today)
    try:
        wanted = wanted_release(request)
        release = reporting.chosen(releases, wanted)
    except reporting.NoSuchRelease:
        return _nothing_to_show(request, authority, releases)
    national = release.published_at is not None or reporting.may_see_unpublished(
        request.user, None, today=today
    )
    return Opened(authority, release, tuple(releases), national, asked=wanted is not None)


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


def unknown(request: HttpRequest, gss_code: str) -> HttpResponse:
    """No authority has this code: say so, and help to find the right one."""
    page = render(
        request, "analytics/unknown.html", {"gss_code": gss_code}, status=HTTPStatus.NOT_FOUND
    )
    return public(request, page)


def public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Nobody but the signed-in see anything of their own, so only the others' pages are shared."""
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=PUBLIC_FOR_SECONDS)
    return response


def about(opened_: Opened, made: AreaReport) -> dict[str, object]:
    """What the frame of every page of an authority says: whose, when, and of which release."""
    release = made.release
    newest = reporting.newest_of_each_wave(each for each in made.releases if each.published_at)
    return {
        "authority": made.authority,
        "release": release,
        "wave": release.wave,
        "period": period(release),
        "told_of": told_of(made),
        "published": release.published_at is not None,
        "newest": made.newest,
        "newest_release": made.newest_release,
        "superseded": release.published_at is not None and release not in newest,
        "with_england": made.with_england,
        "others": [other(each) for each in made.releases if each != release],
        "query": opened_.query,
        **beside_figures(release),
    }


def told_of(made: AreaReport) -> str:
    """Of how many waves the figures are that lead, such as "the last four waves".

    "Two of the last four waves", of an authority that took part in no more of them, as where it
    was merged half-way; and their time all the same, which is that of its figures in the open data.
    """
    took_part = {each.wave_id for each in made.releases} | {made.release.wave_id}
    return of_waves(made.lead, together(made.out, made.release), took_part)


def of_waves(lead: Span, waves: list[Release], took_part: Collection[int] | None = None) -> str:
    """Of how many waves figures are, and of what time.

    Args:
        took_part: the waves that an authority has figures of; ``None`` of an area that is in each.
    """
    if lead is Span.WAVE or len(waves) < 2:
        return f"this wave, {period(waves[-1])}"
    told = f"the last {_NUMBERS[len(waves)]} waves, {period_of(waves)}"
    having = len(waves) if took_part is None else sum(e.wave_id in took_part for e in waves)
    return told if having == len(waves) else f"{_NUMBERS[having]} of {told}"


def period(release: Release) -> str:
    return periods.in_words(release.wave.period_start, release.wave.period_end)


def period_of(waves: list[Release]) -> str:
    """From the start of the first to the end of the last."""
    return periods.in_words(waves[0].wave.period_start, waves[-1].wave.period_end)


def other(release: Release) -> dict[str, object]:
    return {"release": release, "wave": release.wave, "period": period(release)}


def _nothing_to_show(
    request: HttpRequest, authority: Authority, releases: list[Release]
) -> HttpResponse:
    """A release that does not exist and one that is not for this reader look the same."""
    asked = "release" in request.GET
    return public(
        request,
        render(
            request,
            "analytics/no_figures.html",
            {
                "authority": authority,
                "asked": asked,
                "others": [other(each) for each in releases],
            },
            status=HTTPStatus.NOT_FOUND if asked else HTTPStatus.OK,
        ),
    )

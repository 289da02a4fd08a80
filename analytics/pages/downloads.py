"""Figures as CSV files: all that are published, or one authority's."""

from hashlib import sha256
from http import HTTPStatus

from django.db.models import Q
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.utils.timezone import localdate
from django.views.decorators.http import condition, require_safe

from analytics import exporting, reporting
from analytics.models import Figure, Release
from analytics.pages.report import PUBLIC_FOR_SECONDS, unknown, wanted_release
from analytics.querysets import FigureQuerySet
from authorities.areas import ENGLAND
from authorities.models import Authority

# Changed with the shape of the file, so that nobody keeps the old shape for the new.
SHAPE = "1"
TITLE = "What children and families say of children’s services in England"


def _published() -> list[Release]:
    return list(reporting.newest_first(Release.objects.published()))


def _published_etag(_request: HttpRequest) -> str:
    """Figures never change once published: the file is the same until a release is added."""
    digests = sorted(
        f"{each.pk}:{each.digest}" for each in Release.objects.published().only("digest")
    )
    return quote_etag(sha256("\n".join([SHAPE, *digests]).encode()).hexdigest())


@require_safe
@condition(etag_func=_published_etag)
def figures_csv(_request: HttpRequest) -> HttpResponseBase:
    """Every published figure, streamed."""
    releases = _published()
    figures = Figure.objects.filter(release__in=releases)
    response = _csv(figures, releases, name="figures")
    patch_cache_control(response, public=True, max_age=PUBLIC_FOR_SECONDS)
    return response


@require_safe
def figures_csv_metadata(_request: HttpRequest) -> JsonResponse:
    """The columns of that file, for machines."""
    simulated = Release.objects.published().filter(wave__simulated=True).exists()
    response = JsonResponse(
        exporting.description(url=reverse("figures-csv"), title=TITLE, simulated=simulated),
        content_type="application/csvm+json",
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    patch_cache_control(response, public=True, max_age=PUBLIC_FOR_SECONDS)
    return response


@require_safe
def report_csv(request: HttpRequest, gss_code: str) -> HttpResponseBase:
    """An authority's figures and England's: of the newest release of each wave, or of one release.

    Who may see which release is asked as for the page.
    """
    authority = Authority.objects.filter(gss_code=gss_code.upper()).first()
    if authority is None:
        return unknown(request, gss_code)
    today = localdate()
    seen = reporting.releases_of(authority, request.user, today=today)
    try:
        asked = wanted_release(request)
        releases = [reporting.chosen(seen, asked)] if asked else _newest_published(seen)
    except reporting.NoSuchRelease:
        return _no_such_release(authority)
    national = reporting.may_see_unpublished(request.user, None, today=today) if asked else False
    response = _csv(
        _figures(authority, releases, national=national), releases, name=authority.gss_code
    )
    patch_cache_control(response, private=request.user.is_authenticated, max_age=0)
    return response


def _newest_published(releases: list[Release]) -> list[Release]:
    return reporting.newest_of_each_wave(each for each in releases if each.published_at)


def _figures(authority: Authority, releases: list[Release], *, national: bool) -> FigureQuerySet:
    """With England's, but those of a prepared release only for who may see them nationally."""
    englands = Q(area=ENGLAND) if national else Q(area=ENGLAND, release__published_at__isnull=False)
    return Figure.objects.filter(
        Q(area=authority.gss_code) | englands, release__in=[each.pk for each in releases]
    )


def _csv(figures: FigureQuerySet, releases: list[Release], *, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        exporting.lines(figures, releases), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _no_such_release(authority: Authority) -> HttpResponse:
    return HttpResponse(
        f"{authority.name} has no published release with this number. "
        "If it is not published yet and you may see it, sign in first.\n",
        status=HTTPStatus.NOT_FOUND,
        content_type="text/plain; charset=utf-8",
    )

"""The endpoints of the API. Each reads published releases, and nothing else about figures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, inline_serializer
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.exceptions import NotAcceptable, NotFound
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics import exporting, reporting
from analytics.api import asking, resources
from analytics.api.asking import GSS_CODE, RELEASE, SLUG, Asked, FiguresAsked
from analytics.indicators import indicators
from analytics.models import Figure, Release
from analytics.querysets import FigureQuerySet
from authorities.models import Authority

FRESH_FOR = 300
# Figures of a release never change. Yet a day, not a year: if a release ever had to be withdrawn
# because it told of someone, it must be able to leave the world's caches.
NEVER_CHANGES_FOR = 24 * 3600


class JsonOnly(DefaultContentNegotiation):
    """Says what there is to whoever asks for another format by ``?format=``."""

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> Any:  # noqa: A002  (as its base class names it)
        try:
            return super().filter_renderers(renderers, format)
        except Http404:
            there_are = ", ".join(str(each.format) for each in renderers)
            raise NotAcceptable(
                f"format: There is no {format[:40]!r} here. There are: {there_are}. Figures as CSV "
                f"are at {reverse('figures-csv')}"
            ) from None


@method_decorator(conditional_page, name="dispatch")
class Endpoint(APIView):
    """Reads only, for anyone, from any site."""

    http_method_names = ["get", "head", "options"]  # noqa: RUF012  (as Django declares it)
    content_negotiation_class = JsonOnly

    def answer(self, content: Any, *, never_changes: bool = False) -> Response:
        response = Response(content)
        if never_changes:
            patch_cache_control(response, public=True, max_age=NEVER_CHANGES_FOR, immutable=True)
        else:
            patch_cache_control(response, public=True, max_age=FRESH_FOR)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    def page(
        self,
        request: Request,
        asked: dict[str, Any],
        results: Sequence[Any],
        *,
        count: int,
        never_changes: bool = False,
    ) -> Response:
        """One page of a list, with the addresses of those before and after."""
        limit, offset = asked["limit"], asked["offset"]
        content = {
            "count": count,
            "next": _moved(request, offset + limit, limit) if offset + limit < count else None,
            "previous": _moved(request, max(0, offset - limit), limit) if offset else None,
            "results": results,
        }
        return self.answer(content, never_changes=never_changes)

    def page_of(self, request: Request, everything: Sequence[Any]) -> Response:
        asked = asking.read(request, Asked)
        start = asked["offset"]
        return self.page(
            request, asked, everything[start : start + asked["limit"]], count=len(everything)
        )


def _moved(request: Request, offset: int, limit: int) -> str:
    query = request.query_params.copy()
    query["offset"], query["limit"] = str(offset), str(limit)
    name = request.resolver_match.url_name if request.resolver_match else ""
    return f"{resources.address(name or 'api-root')}?{query.urlencode()}"


def _page(name: str, of: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The shape of a page of a list, for the schema."""
    return inline_serializer(
        name,
        {
            "count": serializers.IntegerField(min_value=0, help_text="How many there are in all."),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": of(many=True),
        },
    )


def _in_path(name: str, pattern: str, says: str) -> OpenApiParameter:
    kind = {"type": "string", "pattern": pattern}
    return OpenApiParameter(name, kind, OpenApiParameter.PATH, description=says)


BAD, MISSING = {400: resources.Problem}, {404: resources.Problem}


class Root(Endpoint):
    """Where things are."""

    @extend_schema(operation_id="start", responses=resources.Start)
    def get(self, _request: Request) -> Response:
        return self.answer(
            {
                "authorities": resources.address("api-authorities"),
                "waves": resources.address("api-waves"),
                "releases": resources.address("api-releases"),
                "indicators": resources.address("api-indicators"),
                "figures": resources.address("api-figures"),
                "openapi": resources.address("api-schema"),
                "methods": resources.address("report-methods"),
            }
        )


class Authorities(Endpoint):
    """Local authorities with children's services, those that ended included, by name."""

    @extend_schema(
        operation_id="authorities",
        parameters=[Asked],
        responses={200: _page("PageOfAuthorities", resources.AuthorityOut), **BAD},
    )
    def get(self, request: Request) -> Response:
        found = Authority.objects.select_related("region").order_by("name", "gss_code")
        return self.page_of(request, [resources.authority(each) for each in found])


class OneAuthority(Endpoint):
    """A local authority."""

    @extend_schema(
        operation_id="authority",
        parameters=[_in_path("gss_code", GSS_CODE, "GSS code.")],
        responses={200: resources.AuthorityOut, **MISSING},
    )
    def get(self, _request: Request, gss_code: str) -> Response:
        found = Authority.objects.select_related("region").filter(gss_code=gss_code).first()
        if found is None:
            raise NotFound(_missing("authority", "api-authorities"))
        return self.answer(resources.authority(found))


class Waves(Endpoint):
    """Waves with published figures, the newest first."""

    @extend_schema(
        operation_id="waves",
        parameters=[Asked],
        responses={200: _page("PageOfWaves", resources.WaveOut), **BAD},
    )
    def get(self, request: Request) -> Response:
        return self.page_of(request, _waves())


class OneWave(Endpoint):
    """A wave with published figures."""

    @extend_schema(
        operation_id="wave",
        parameters=[_in_path("code", SLUG, "Code of the wave.")],
        responses={200: resources.WaveOut, **MISSING},
    )
    def get(self, _request: Request, code: str) -> Response:
        for each in _waves():
            if each["code"] == code:
                return self.answer(each)
        raise NotFound(_missing("wave with published figures", "api-waves"))


class Releases(Endpoint):
    """Published releases, the newest first."""

    @extend_schema(
        operation_id="releases",
        parameters=[Asked],
        responses={200: _page("PageOfReleases", resources.ReleaseOut), **BAD},
    )
    def get(self, request: Request) -> Response:
        return self.page_of(request, [resources.release(each) for each in _published()])


class OneRelease(Endpoint):
    """A published release. It never changes."""

    @extend_schema(
        operation_id="release",
        parameters=[_in_path("release", RELEASE, "The wave's code, a dot, the number.")],
        responses={200: resources.ReleaseOut, **MISSING},
    )
    def get(self, _request: Request, release: str) -> Response:
        for each in _published():
            if resources.release_id(each) == release:
                return self.answer(resources.release(each), never_changes=True)
        raise NotFound(_missing("published release", "api-releases"))


class Indicators(Endpoint):
    """What figures are of."""

    @extend_schema(
        operation_id="indicators",
        parameters=[Asked],
        responses={200: _page("PageOfIndicators", resources.IndicatorOut), **BAD},
    )
    def get(self, request: Request) -> Response:
        return self.page_of(request, _indicators())


class OneIndicator(Endpoint):
    """One thing that figures are of."""

    @extend_schema(
        operation_id="indicator",
        parameters=[_in_path("code", SLUG, "Code of the indicator.")],
        responses={200: resources.IndicatorOut, **MISSING},
    )
    def get(self, _request: Request, code: str) -> Response:
        for each in _indicators():
            if each["code"] == code:
                return self.answer(each)
        raise NotFound(_missing("indicator", "api-indicators"))


class Figures(Endpoint):
    """Published figures; of the newest release of each wave, unless a release is asked for.

    A figure that may not be shown has ``withheld`` and the reason in place of every number.
    """

    @extend_schema(
        operation_id="figures",
        parameters=[FiguresAsked],
        responses={200: _page("PageOfFigures", resources.FigureOut), **BAD},
        examples=[
            OpenApiExample(
                "One shown, one not",
                value=resources.EXAMPLE,
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        asked = asking.read(request, FiguresAsked)
        releases = {each.pk: each for each in _chosen(asked)}
        places = exporting.all_places()
        figures = _filtered(asked, places).filter(release__in=releases)
        # The order of the unique index, so that a page far down the list is found without sorting.
        rows = figures.order_by("release", "area", "channel", "indicator", "slice").values(
            "release_id", "area", "channel", "indicator", "slice", "value"
        )
        start = asked["offset"]
        return self.page(
            request,
            asked,
            [
                resources.figure(row, releases[row["release_id"]], places)
                for row in rows[start : start + asked["limit"]]
            ],
            count=figures.count(),
            never_changes="release" in asked,
        )


class Schema(SpectacularAPIView):
    """The API's own description (OpenAPI 3), as YAML or with ``?format=json`` as JSON."""

    content_negotiation_class = JsonOnly

    custom_settings = {  # noqa: RUF012  (as its base class declares it)
        # The list of indicators is there under two names of fields: one name for it.
        "ENUM_NAME_OVERRIDES": {"IndicatorCode": "analytics.api.asking.INDICATORS"},
        "SERVERS": [{"url": settings.HEARD_BASE_URL}],
    }


def _published() -> list[Release]:
    """Every published release with its wave. The only door of the API to releases. One query."""
    return list(reporting.newest_first(Release.objects.published()))


def _chosen(asked: dict[str, Any]) -> list[Release]:
    """The releases whose figures are asked for.

    Raises:
        ValidationError: there is no such published release, or wave with one.
    """
    published = _published()
    if (wanted := asked.get("release")) is None:
        published = reporting.newest_of_each_wave(published)
    else:
        published = [each for each in published if resources.release_id(each) == wanted]
        if not published:
            raise asking.refusal(f"release: {_missing('published release', 'api-releases')}")
    if "wave" in asked:
        published = [each for each in published if each.wave.slug == asked["wave"]]
        if not published:
            raise asking.refusal(f"wave: {_missing('wave with published figures', 'api-waves')}")
    return published


def _filtered(asked: dict[str, Any], places: Mapping[str, exporting.Place]) -> FigureQuerySet:
    """Raises: ValidationError: there is no such area or authority."""
    for name in ("area", "authority"):
        place = places.get(asked.get(name, ""))
        if name in asked and (place is None or (name == "authority" and not place.new_la_code)):
            raise asking.refusal(f"{name}: {_missing(name, 'api-authorities')}")
    columns = {"area": "area", "indicator": "indicator", "channel": "channel", "slice": "slice"}
    found = Figure.objects.filter(
        **{columns[name]: asked[name] for name in columns if name in asked}
    )
    return found.filter(area=asked["authority"]) if "authority" in asked else found


def _waves() -> list[dict[str, Any]]:
    releases = _published()
    of_wave: dict[int, list[Release]] = {}
    for each in releases:
        of_wave.setdefault(each.wave_id, []).append(each)
    return [resources.wave(group[0].wave, group) for group in of_wave.values()]


def _indicators() -> list[dict[str, Any]]:
    return [resources.number_of_replies(), *(resources.indicator(each) for each in indicators())]


def _missing(what: str, listed_at: str) -> str:
    return f"There is no such {what}. All are listed at {reverse(listed_at)}"

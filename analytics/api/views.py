"""The endpoints of the API. Each reads published releases, and nothing else about figures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
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

from analytics import exporting, exporting_backgrounds, reporting
from analytics.api import asking, resources
from analytics.api.asking import (
    GSS_CODE,
    RELEASE,
    SLUG,
    Asked,
    BackgroundsAsked,
    FiguresAsked,
)
from analytics.breakdowns import breakdowns
from analytics.exporting_backgrounds import Topic
from analytics.indicators import indicators, measures
from analytics.models import Background, Figure, Release
from analytics.querysets import FigureQuerySet
from analytics.questions import topic_questions
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
        **about: Any,
    ) -> Response:
        """One page of a list, with the addresses of those before and after.

        Args:
            about: what else is said of the whole list.
        """
        limit, offset = asked["limit"], asked["offset"]
        content = about | {
            "count": count,
            "next": _moved(request, offset + limit, limit) if offset + limit < count else None,
            "previous": _moved(request, max(0, offset - limit), limit) if offset else None,
            "results": results,
        }
        return self.answer(content, never_changes=never_changes)

    def page_of(self, request: Request, everything: Sequence[Any], **about: Any) -> Response:
        asked = asking.read(request, Asked)
        start = asked["offset"]
        some = everything[start : start + asked["limit"]]
        return self.page(request, asked, some, count=len(everything), **about)


def _moved(request: Request, offset: int, limit: int) -> str:
    query = request.query_params.copy()
    query["offset"], query["limit"] = str(offset), str(limit)
    name = request.resolver_match.url_name if request.resolver_match else ""
    return f"{resources.address(name or 'api-root')}?{query.urlencode()}"


def _page(
    name: str, of: type[serializers.Serializer[Any]], **about: serializers.Field[Any, Any, Any, Any]
) -> serializers.Serializer[Any]:
    """The shape of a page of a list, for the schema."""
    return inline_serializer(
        name,
        about
        | {
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
                "breakdowns": resources.address("api-breakdowns"),
                "figures": resources.address("api-figures"),
                "backgrounds": resources.address("api-backgrounds"),
                "open_data": resources.address("data"),
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
        return self.page_of(request, [resources.release(each) for each in _with_early_access()])


class OneRelease(Endpoint):
    """A published release. It never changes."""

    @extend_schema(
        operation_id="release",
        parameters=[_in_path("release", RELEASE, "The wave's code, a dot, the number.")],
        responses={200: resources.ReleaseOut, **MISSING},
    )
    def get(self, _request: Request, release: str) -> Response:
        for each in _with_early_access():
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


class Breakdowns(Endpoint):
    """By what figures are broken down once a year: a fixed list, with the number of its version.

    Which version a release was made by is among its checks.
    """

    @extend_schema(
        operation_id="breakdowns",
        parameters=[Asked],
        responses={
            200: _page(
                "PageOfBreakdowns",
                resources.BreakdownOut,
                version=serializers.IntegerField(min_value=1, help_text="Of the list."),
            ),
            **BAD,
        },
    )
    def get(self, request: Request) -> Response:
        listed = breakdowns()
        found = [resources.breakdown(each) for each in listed.each]
        return self.page_of(request, found, version=listed.version)


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
        names = ("area", "channel", "indicator", "slice", "span")
        rows = figures.order_by("release", *names).values("release_id", *names, "value")
        released = exporting.released(releases.values())
        start = asked["offset"]
        return self.page(
            request,
            asked,
            [
                resources.figure(row, released[row["release_id"]], places)
                for row in rows[start : start + asked["limit"]]
            ],
            count=figures.count(),
            never_changes="release" in asked,
        )


class Backgrounds(Endpoint):
    """What stands behind figures, as public as they are: with both, each word can be made again.

    How authorities vary around England (which their figures are compared with), how totals are
    weighted, how far an index can be relied on, and what the wave cost.
    """

    @extend_schema(
        operation_id="backgrounds",
        parameters=[BackgroundsAsked],
        responses={200: _page("PageOfBackgrounds", resources.BackgroundOut), **BAD},
    )
    def get(self, request: Request) -> Response:
        asked = asking.read(request, BackgroundsAsked)
        releases = {each.pk: each for each in _chosen(asked)}
        places = exporting.all_places()
        topics = _topics(asked)
        found = Background.objects.filter(
            **_area_and_channel(asked, places), release__in=releases, topic__in=topics
        )
        names = ("area", "channel", "topic")
        rows = found.order_by("release", *names).values("release_id", *names, "value")
        start = asked["offset"]
        return self.page(
            request,
            asked,
            [
                resources.background(row, topics[row["topic"]], releases[row["release_id"]], places)
                for row in rows[start : start + asked["limit"]]
            ],
            count=found.count(),
            never_changes="release" in asked,
        )


class Schema(SpectacularAPIView):
    """The API's own description (OpenAPI 3), as YAML or with ``?format=json`` as JSON."""

    content_negotiation_class = JsonOnly

    custom_settings = {  # noqa: RUF012  (as its base class declares it)
        # Lists that are there under two names of fields: one name for each.
        "ENUM_NAME_OVERRIDES": {
            "IndicatorCode": "analytics.api.asking.INDICATORS",
            "End": "analytics.api.asking.ENDS",
            "Span": "analytics.api.asking.SPANS",
        },
        "SERVERS": [{"url": settings.HEARD_BASE_URL}],
    }


def _published() -> list[Release]:
    """Every published release with its wave. The only door of the API to releases. One query."""
    return list(exporting.published())


def _with_early_access() -> list[Release]:
    """The same, with whoever saw each before it was out. Two queries."""
    found = _published()
    prefetch_related_objects(found, "early_access")
    return found


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
    more = {name: asked[name] for name in ("indicator", "slice", "span") if name in asked}
    return Figure.objects.filter(**_area_and_channel(asked, places), **more)


def _area_and_channel(
    asked: dict[str, Any], places: Mapping[str, exporting.Place]
) -> dict[str, Any]:
    """The same of figures and of what stands behind them, as filters.

    Raises:
        ValidationError: there is no such area or authority.
    """
    for name in ("area", "authority"):
        place = places.get(asked.get(name, ""))
        if name in asked and (place is None or (name == "authority" and not place.new_la_code)):
            raise asking.refusal(f"{name}: {_missing(name, 'api-authorities')}")
    areas = {asked[name] for name in ("area", "authority") if name in asked}
    found: dict[str, Any] = {"channel": asked["channel"]} if "channel" in asked else {}
    if areas:
        # Of two that are not the same there is nothing.
        found["area__in"] = areas if len(areas) == 1 else ()
    return found


def _topics(asked: dict[str, Any]) -> dict[str, Topic]:
    """Those asked for, by how they are kept."""
    wanted = {name: asked[name] for name in ("kind", "span", "indicator") if name in asked}
    return {
        kept: topic
        for kept, topic in exporting_backgrounds.topics().items()
        if all(getattr(topic, name) == value for name, value in wanted.items())
    }


def _waves() -> list[dict[str, Any]]:
    releases = _published()
    of_wave: dict[int, list[Release]] = {}
    for each in releases:
        of_wave.setdefault(each.wave_id, []).append(each)
    return [resources.wave(group[0].wave, group) for group in of_wave.values()]


def _indicators() -> list[dict[str, Any]]:
    return [
        resources.number_of_replies(),
        *(resources.index(each) for each in measures().indexes),
        *(resources.indicator(each) for each in indicators()),
        *(resources.topic_of_ideas(each.code) for each in topic_questions()),
    ]


def _missing(what: str, listed_at: str) -> str:
    return f"There is no such {what}. All are listed at {reverse(listed_at)}"

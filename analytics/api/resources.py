"""What the API answers with: one serializer for each kind of thing, and how it is made."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import (
    PolymorphicProxySerializer,
    extend_schema_serializer,
)
from rest_framework import serializers

from analytics import disclosure, periods
from analytics.api.asking import CHANNELS, GSS_CODE, INDICATORS
from analytics.disclosure import Count, End, Share, Withheld
from analytics.exporting import INDICATOR_NAMES, Place
from analytics.indicators import REPLIES, Better, Indicator
from analytics.models import Release
from authorities.models import Authority
from surveys.models import Wave

LEVELS = ("National", "Regional", "Local authority")
# Read as words, so that a record here is one line for each thing that it says.
Text = serializers.CharField
Whole = serializers.IntegerField
Link = serializers.URLField


class Region(serializers.Serializer[Any]):
    gss_code = serializers.RegexField(GSS_CODE)
    name = Text()


@extend_schema_serializer(component_name="Authority")
class AuthorityOut(serializers.Serializer[Any]):
    gss_code = serializers.RegexField(GSS_CODE)
    dfe_number = Text(help_text="The Department for Education's three-digit number.")
    name = Text()
    kind = serializers.ChoiceField(Authority.Kind.choices)
    region = Region()
    in_force_from = serializers.DateField()
    in_force_until = serializers.DateField(
        allow_null=True, help_text="Its last day; null: none set."
    )
    figures = Link(help_text="Its figures.")
    report = Link(help_text="Its report, for people.")


@extend_schema_serializer(component_name="Release")
class ReleaseOut(serializers.Serializer[Any]):
    id = Text(help_text="The wave's code, a dot, and the number: never changes.")
    wave = Text()
    number = Whole(min_value=1, help_text="1, and more for a corrected re-release.")
    digest = Text(help_text="SHA-256 of all its figures.")
    published_at = serializers.DateTimeField()
    note = Text(allow_blank=True, help_text="What changed since the release before.")
    simulated = serializers.BooleanField(help_text="true: a demonstration; no family answered.")
    figures = Link(help_text="Its figures, which never change.")


@extend_schema_serializer(component_name="Wave")
class WaveOut(serializers.Serializer[Any]):
    code = Text()
    name = Text()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    time_period = Text(
        help_text="As the Department for Education's open data has it, such as 2026."
    )
    time_identifier = Text(help_text="Such as Calendar year Q3.")
    opens_on = serializers.DateField()
    closes_on = serializers.DateField()
    simulated = serializers.BooleanField(help_text="true: a demonstration; no family answered.")
    promise = Text(help_text="What families were promised.")
    releases = serializers.ListField(child=Text(), help_text="Published ones, the newest first.")
    figures = Link(help_text="The figures of its newest release.")


@extend_schema_serializer(component_name="Indicator")
class IndicatorOut(serializers.Serializer[Any]):
    code = serializers.ChoiceField(INDICATORS)
    wording = Text(help_text="What it is a share, or a number, of.")
    unit = serializers.ChoiceField(("percent", "people"))
    construct = Text(allow_blank=True, help_text="What it measures, as the survey names it.")
    item = Text(allow_blank=True, help_text="The question's code, the same in every age version.")
    better = serializers.ChoiceField([each.value for each in Better])
    figures = Link()


@extend_schema_serializer(component_name="Area")
class AreaOut(serializers.Serializer[Any]):
    gss_code = serializers.RegexField(GSS_CODE)
    name = Text()
    level = serializers.ChoiceField(LEVELS)


@extend_schema_serializer(component_name="Share")
class ShareOut(serializers.Serializer[Any]):
    """The share of favourable answers."""

    kind = serializers.ChoiceField(["share"])
    percent = Whole(min_value=10, max_value=90, allow_null=True, help_text="null: see end.")
    end = serializers.ChoiceField(
        [each.value for each in End], allow_null=True, help_text="Said in place of a percent."
    )
    lower = Whole(min_value=0, max_value=100, allow_null=True, help_text="Of the 95% range.")
    upper = Whole(min_value=0, max_value=100, allow_null=True, help_text="Of the 95% range.")
    base = Whole(min_value=10, help_text="How many gave a scored answer.")
    rounded = serializers.BooleanField(help_text="Whether the base is to the nearest 10.")


@extend_schema_serializer(component_name="Count")
class CountOut(serializers.Serializer[Any]):
    """A number of people."""

    kind = serializers.ChoiceField(["count"])
    count = Whole(min_value=0)
    rounded = serializers.BooleanField(help_text="Whether it is to the nearest 10.")


@extend_schema_serializer(component_name="Withheld")
class WithheldOut(serializers.Serializer[Any]):
    """Not shown, to protect people. There is no number anywhere in it."""

    kind = serializers.ChoiceField(["withheld"])
    withheld = Text(help_text="Why, in words.")


VALUE = PolymorphicProxySerializer(
    component_name="Value",
    serializers={"share": ShareOut, "count": CountOut, "withheld": WithheldOut},
    resource_type_field_name="kind",
)


@extend_schema_serializer(component_name="Figure")
class FigureOut(serializers.Serializer[Any]):
    area = AreaOut()
    wave = Text()
    release = Text()
    indicator = serializers.ChoiceField(INDICATORS)
    channel = serializers.ChoiceField(CHANNELS, help_text="open: by an open link, counted apart.")
    slice = Text(help_text="all, or a group such as age:8-11.")
    simulated = serializers.BooleanField(help_text="true: a demonstration; no family answered.")
    in_words = Text(help_text="As the report says it.")
    value = VALUE


EXAMPLE = {
    "count": 2,
    "next": None,
    "previous": None,
    "results": [
        {
            "area": {"gss_code": "E08000035", "name": "Leeds", "level": "Local authority"},
            "wave": "2026-q3",
            "release": "2026-q3.1",
            "indicator": "safe",
            "channel": "invited",
            "slice": "all",
            "simulated": True,
            "in_words": "72% (95% range 66% to 77%, 250 answers)",
            "value": {
                "kind": "share",
                "percent": 72,
                "end": None,
                "lower": 66,
                "upper": 77,
                "base": 250,
                "rounded": False,
            },
        },
        {
            "area": {"gss_code": "E06000017", "name": "Rutland", "level": "Local authority"},
            "wave": "2026-q3",
            "release": "2026-q3.1",
            "indicator": "safe",
            "channel": "invited",
            "slice": "all",
            "simulated": True,
            "in_words": "not shown: fewer than 10 people answered this",
            "value": {"kind": "withheld", "withheld": "fewer than 10 people answered this"},
        },
    ],
}


class Problem(serializers.Serializer[Any]):
    """What is wrong, and what to do."""

    detail = Text()


class Start(serializers.Serializer[Any]):
    """Where things are."""

    authorities = Link()
    waves = Link()
    releases = Link()
    indicators = Link()
    figures = Link()
    openapi = Link()
    methods = Link(help_text="How figures are made, for people.")


# --- how each is made ----------------------------------------------------------------------------


def authority(of: Authority) -> dict[str, Any]:
    return {
        "gss_code": of.gss_code,
        "dfe_number": of.dfe_number,
        "name": of.name,
        "kind": of.kind,
        "region": {"gss_code": of.region.gss_code, "name": of.region.name},
        "in_force_from": of.in_force_from,
        "in_force_until": of.in_force_until,
        "figures": figures_of(authority=of.gss_code),
        "report": address("report", of.gss_code),
    }


def release_id(of: Release) -> str:
    return f"{of.wave.slug}.{of.number}"


def release(of: Release) -> dict[str, Any]:
    return {
        "id": release_id(of),
        "wave": of.wave.slug,
        "number": of.number,
        "digest": of.digest,
        "published_at": of.published_at,
        "note": of.note,
        "simulated": of.wave.simulated,
        "figures": figures_of(release=release_id(of)),
    }


def wave(of: Wave, releases: list[Release]) -> dict[str, Any]:
    named = periods.named(of.period_start, of.period_end)
    return {
        "code": of.slug,
        "name": of.name,
        "period_start": of.period_start,
        "period_end": of.period_end,
        "time_period": named.time_period,
        "time_identifier": named.time_identifier,
        "opens_on": of.opens_on,
        "closes_on": of.closes_on,
        "simulated": of.simulated,
        "promise": of.promise,
        "releases": [release_id(each) for each in releases],
        "figures": figures_of(wave=of.slug),
    }


def indicator(of: Indicator) -> dict[str, Any]:
    return {
        "code": of.code,
        "wording": of.wording,
        "unit": "percent",
        "construct": of.construct,
        "item": of.item,
        "better": of.better.value,
        "figures": figures_of(indicator=of.code),
    }


def number_of_replies() -> dict[str, Any]:
    """How many answered, beside the shares."""
    return {
        "code": REPLIES,
        "wording": INDICATOR_NAMES[REPLIES],
        "unit": "people",
        "construct": "",
        "item": "",
        "better": Better.NEITHER.value,
        "figures": figures_of(indicator=REPLIES),
    }


def figure(row: Mapping[str, Any], of: Release, places: Mapping[str, Place]) -> dict[str, Any]:
    """A figure from its row's ``area indicator channel slice value``."""
    said = disclosure.from_json(row["value"])
    return {
        "area": area(row["area"], places[row["area"]]),
        "wave": of.wave.slug,
        "release": release_id(of),
        "indicator": row["indicator"],
        "channel": row["channel"],
        "slice": row["slice"],
        "simulated": of.wave.simulated,
        "in_words": disclosure.in_words(said),
        "value": value(said),
    }


def area(gss_code: str, place: Place) -> dict[str, Any]:
    return {"gss_code": gss_code, "name": place.name, "level": place.geographic_level}


def value(said: disclosure.Figure) -> dict[str, Any]:
    """Every share has the same parts; a withheld figure has a reason and not one number."""
    match said:
        case Share(percent, base, lower, upper, rounded):
            ends = isinstance(percent, End)
            return {
                "kind": "share",
                "percent": None if ends else percent,
                "end": percent if ends else None,
                "lower": lower,
                "upper": upper,
                "base": base,
                "rounded": rounded,
            }
        case Count(count, rounded):
            return {"kind": "count", "count": count, "rounded": rounded}
        case Withheld(reason):
            return {"kind": "withheld", "withheld": reason}


def address(name: str, *parts: str) -> str:
    """In full, by the address that we are known by, so that every reader gets the same bytes."""
    return f"{settings.HEARD_BASE_URL}{reverse(name, args=parts)}"


def figures_of(**asked: str) -> str:
    return f"{address('api-figures')}?{urlencode(asked)}"

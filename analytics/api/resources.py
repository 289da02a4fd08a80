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
from analytics.api.asking import CHANNELS, ENDS, GSS_CODE, INDICATORS, SPANS
from analytics.breakdowns import Breakdown
from analytics.disclosure import Count, End, Mean, Share, Withheld
from analytics.exporting import INDICATOR_NAMES, Period, Place, Released
from analytics.exporting_backgrounds import COST, INDEX, SPREAD, WEIGHTS, Topic
from analytics.indicators import REPLIES, Better, Index, Indicator
from analytics.models import Release
from analytics.spans import Span
from analytics.symbols import Symbol, symbol_of
from authorities.models import Authority
from surveys.models import Wave

LEVELS = ("National", "Regional", "Local authority")
ROUNDED_TO = "What the bases are to the nearest of; 1: exact."
EFFECTIVE = "How many equally weighted answers would tell as much (Kish); null: not weighted."
OF_WAVES = "wave: one. four: the last four together, or fewer. year: those of a year."
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


class Checks(serializers.Serializer[Any]):
    """What was looked at before it came out, trying all figures as a reader would."""

    checked_at = serializers.DateTimeField()
    digest = Text(help_text="Of the figures that were checked.")
    figures = Whole(min_value=0, help_text="How many figures those were.")
    breakdowns = Whole(min_value=1, help_text="Which version of the list of breakdowns.")
    missing = serializers.ListField(
        child=Text(), help_text="Authorities that took part, and of which too few answered."
    )


class SawEarly(serializers.Serializer[Any]):
    """Somebody who saw the figures before they came out."""

    name = Text()
    role = Text()
    organisation = Text()


class Files(serializers.Serializer[Any]):
    """Its files, under the Open Government Licence v3.0."""

    figures = Link(help_text="Its figures as CSV.")
    backgrounds = Link(help_text="What stands behind them, as CSV.")


@extend_schema_serializer(component_name="Release")
class ReleaseOut(serializers.Serializer[Any]):
    id = Text(help_text="The wave's code, a dot, and the number: never changes.")
    wave = Text()
    number = Whole(min_value=1, help_text="1, and more for a corrected re-release.")
    digest = Text(help_text="SHA-256 of all its figures.")
    published_at = serializers.DateTimeField()
    note = Text(allow_blank=True, help_text="What changed since the release before.")
    simulated = serializers.BooleanField(help_text="true: a demonstration; no family answered.")
    checks = Checks(allow_null=True, help_text="null: before checks were kept.")
    early_access = SawEarly(many=True, help_text="Who saw it before it came out, by name.")
    figures = Link(help_text="Its figures, which never change.")
    backgrounds = Link(help_text="What stands behind them.")
    files = Files()


@extend_schema_serializer(component_name="Wave")
class WaveOut(serializers.Serializer[Any]):
    code = Text()
    name = Text()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    time_period = Text(
        help_text="As the Department for Education's open data has it, such as 2026."
    )
    time_identifier = Text(
        help_text="Such as Calendar year Q3; Reporting year where the period has no such name."
    )
    opens_on = serializers.DateField()
    closes_on = serializers.DateField()
    simulated = serializers.BooleanField(help_text="true: a demonstration; no family answered.")
    promise = Text(help_text="What families were promised.")
    releases = serializers.ListField(child=Text(), help_text="Published ones, the newest first.")
    figures = Link(help_text="The figures of its newest release.")


@extend_schema_serializer(component_name="Indicator")
class IndicatorOut(serializers.Serializer[Any]):
    code = serializers.ChoiceField(INDICATORS)
    wording = Text(help_text="What it is a share, a mean or a number of.")
    unit = serializers.ChoiceField(("percent", "points", "people"))
    construct = Text(allow_blank=True, help_text="What it measures, as the survey names it.")
    item = Text(allow_blank=True, help_text="The question's code, the same in every age version.")
    items = serializers.ListField(
        child=Text(), help_text="Of an index: the codes of the questions that it is the mean of."
    )
    better = serializers.ChoiceField([each.value for each in Better])
    figures = Link()


@extend_schema_serializer(component_name="Group")
class GroupOut(serializers.Serializer[Any]):
    slice = Text(help_text="What figures call it, such as age:8-11.")
    name = Text()
    within = Text(
        allow_blank=True, help_text="Of regions and England only: the authorities' group it is in."
    )
    figures = Link()


@extend_schema_serializer(component_name="Breakdown")
class BreakdownOut(serializers.Serializer[Any]):
    code = Text()
    name = Text()
    groups = GroupOut(many=True)


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
    end = serializers.ChoiceField(ENDS, allow_null=True, help_text="Said in place of a percent.")
    lower = Whole(min_value=0, max_value=100, allow_null=True, help_text="Of the 95% range.")
    upper = Whole(min_value=0, max_value=100, allow_null=True, help_text="Of the 95% range.")
    base = Whole(min_value=10, help_text="How many gave a scored answer.")
    rounded_to = Whole(min_value=1, help_text=ROUNDED_TO)
    effective = Whole(min_value=1, allow_null=True, help_text=EFFECTIVE)
    unweighted = Whole(
        min_value=10, max_value=90, allow_null=True, help_text="The percent without weights."
    )
    unweighted_end = serializers.ChoiceField(
        ENDS, allow_null=True, help_text="Said in place of that."
    )


@extend_schema_serializer(component_name="Mean")
class MeanOut(serializers.Serializer[Any]):
    """The mean score of an index, 0 to 100."""

    kind = serializers.ChoiceField(["mean"])
    points = Whole(min_value=1, max_value=99)
    lower = Whole(min_value=0, max_value=100, help_text="Of the 95% range.")
    upper = Whole(min_value=0, max_value=100, help_text="Of the 95% range.")
    error = serializers.FloatField(min_value=0, help_text="The standard error, in points.")
    base = Whole(min_value=10, help_text="How many have a score.")
    rounded_to = Whole(min_value=1, help_text=ROUNDED_TO)
    effective = Whole(min_value=1, allow_null=True, help_text=EFFECTIVE)
    unweighted = Whole(
        min_value=1, max_value=99, allow_null=True, help_text="The points without weights."
    )


@extend_schema_serializer(component_name="Count")
class CountOut(serializers.Serializer[Any]):
    """A number of people."""

    kind = serializers.ChoiceField(["count"])
    count = Whole(min_value=0)
    rounded_to = Whole(min_value=1, help_text="What it is to the nearest of; 1: exact.")


@extend_schema_serializer(component_name="Withheld")
class WithheldOut(serializers.Serializer[Any]):
    """Not shown, to protect people. There is no number anywhere in it."""

    kind = serializers.ChoiceField(["withheld"])
    withheld = Text(help_text="Why, in words.")


VALUE = PolymorphicProxySerializer(
    component_name="Value",
    serializers={"share": ShareOut, "mean": MeanOut, "count": CountOut, "withheld": WithheldOut},
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
    span = serializers.ChoiceField(SPANS, help_text=OF_WAVES)
    period_start = serializers.DateField(help_text="The first day that it is about.")
    period_end = serializers.DateField(help_text="The last day that it is about.")
    simulated = serializers.BooleanField(help_text="true: a demonstration; no family answered.")
    symbol = serializers.ChoiceField(
        [each.value for each in Symbol],
        help_text="c: not shown. z: nobody answered. u: of low reliability, not to be compared.",
    )
    in_words = Text(help_text="As the report says it.")
    value = VALUE


@extend_schema_serializer(component_name="Spread")
class SpreadOut(serializers.Serializer[Any]):
    """How authorities vary around England, by their figures as they are shown."""

    kind = serializers.ChoiceField([SPREAD])
    centre = serializers.FloatField(
        help_text="England as it is shown, in percent or points; an end as 91 or 9."
    )
    phi = serializers.FloatField(
        allow_null=True, help_text="How much more they vary than by chance alone, where 1."
    )
    tau_squared = serializers.FloatField(
        min_value=0,
        help_text="The variance between them beyond chance: of shares in squared radians of "
        "asin(sqrt(share)), of means in squared points.",
    )
    judged = serializers.BooleanField(help_text="false: too few to tell chance from more.")
    authorities = Whole(min_value=0, help_text="How many figures it is made of.")


@extend_schema_serializer(component_name="Weights")
class WeightsOut(serializers.Serializer[Any]):
    """How an authority's totals are weighted; null and empty where they are not."""

    kind = serializers.ChoiceField([WEIGHTS])
    weighted = serializers.BooleanField()
    reason = Text(allow_blank=True, help_text="Why they are not.")
    groups = serializers.ListField(child=Text())
    merged = serializers.ListField(
        child=serializers.ListField(child=Text()), help_text="Groups too small to stand alone."
    )
    design_effect = serializers.FloatField(allow_null=True, help_text="Kish's.")
    effective = Whole(allow_null=True, help_text="Kish's effective number of replies.")
    largest = serializers.FloatField(allow_null=True, help_text="No weight is larger.")
    margin_error = serializers.FloatField(
        allow_null=True, help_text="How far trimming leaves a group from its share at most."
    )


@extend_schema_serializer(component_name="IndexReliability")
class IndexOut(serializers.Serializer[Any]):
    """How far an index can be relied on; null where that cannot be told."""

    kind = serializers.ChoiceField([INDEX])
    alpha = serializers.FloatField(allow_null=True, help_text="Cronbach's, of all replies.")
    between = serializers.FloatField(
        allow_null=True, help_text="The median reliability of an authority's mean."
    )


class Sent(serializers.Serializer[Any]):
    """How many messages went, to the nearest ten."""

    text = Whole(min_value=0)
    email = Whole(min_value=0)
    letter = Whole(min_value=0)


@extend_schema_serializer(component_name="Cost")
class CostOut(serializers.Serializer[Any]):
    """What a wave cost."""

    kind = serializers.ChoiceField([COST])
    replies = Whole(min_value=1, help_text="As it is shown of England.")
    read = Whole(min_value=0, help_text="Ideas and comments that were read, to the nearest ten.")
    sent = Sent()
    minutes_per_1000_replies = Whole(min_value=0, help_text="Of listeners.")
    pounds_per_1000_replies = serializers.FloatField(min_value=0, help_text="Of sending.")


BACKGROUND_VALUE = PolymorphicProxySerializer(
    component_name="BackgroundValue",
    serializers={SPREAD: SpreadOut, WEIGHTS: WeightsOut, INDEX: IndexOut, COST: CostOut},
    resource_type_field_name="kind",
)


@extend_schema_serializer(component_name="Background")
class BackgroundOut(serializers.Serializer[Any]):
    area = AreaOut()
    wave = Text()
    release = Text()
    channel = serializers.ChoiceField(CHANNELS)
    span = serializers.ChoiceField(SPANS, allow_null=True, help_text=f"{OF_WAVES} null: neither.")
    indicator = serializers.ChoiceField(
        INDICATORS, allow_null=True, help_text="null: of no one indicator."
    )
    simulated = serializers.BooleanField(help_text="true: a demonstration; no family answered.")
    value = BACKGROUND_VALUE


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
            "span": "four",
            "period_start": "2025-10-01",
            "period_end": "2026-09-30",
            "simulated": True,
            "symbol": "",
            "in_words": "72% (95% range 65% to 78%, 250 answers)",
            "value": {
                "kind": "share",
                "percent": 72,
                "end": None,
                "lower": 65,
                "upper": 78,
                "base": 250,
                "rounded_to": 10,
                "effective": 190,
                "unweighted": 70,
                "unweighted_end": None,
            },
        },
        {
            "area": {"gss_code": "E06000017", "name": "Rutland", "level": "Local authority"},
            "wave": "2026-q3",
            "release": "2026-q3.1",
            "indicator": "safe",
            "channel": "invited",
            "slice": "all",
            "span": "wave",
            "period_start": "2026-07-01",
            "period_end": "2026-09-30",
            "simulated": True,
            "symbol": "c",
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
    breakdowns = Link()
    figures = Link()
    backgrounds = Link(help_text="What stands behind figures: spread, weights, reliability.")
    open_data = Link(help_text="All of it as files, for people.")
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
    """With its list of early access, for which it should have been prefetched."""
    named = release_id(of)
    return {
        "id": named,
        "wave": of.wave.slug,
        "number": of.number,
        "digest": of.digest,
        "published_at": of.published_at,
        "note": of.note,
        "simulated": of.wave.simulated,
        "checks": checks(of),
        "early_access": [
            {"name": each.name, "role": each.role, "organisation": each.organisation}
            for each in of.early_access.all()
        ],
        "figures": figures_of(release=named),
        "backgrounds": f"{address('api-backgrounds')}?{urlencode({'release': named})}",
        "files": {
            "figures": address("release-figures-csv", named),
            "backgrounds": address("release-backgrounds-csv", named),
        },
    }


def checks(of: Release) -> dict[str, Any] | None:
    """What of the checks is public."""
    if of.checked_at is None:
        return None
    public = ("digest", "figures", "breakdowns", "missing")
    return {"checked_at": of.checked_at, **{name: of.checks[name] for name in public}}


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
        "items": [],
        "better": of.better.value,
        "figures": figures_of(indicator=of.code),
    }


def index(of: Index) -> dict[str, Any]:
    return {
        "code": of.code,
        "wording": of.wording,
        "unit": "points",
        "construct": "",
        "item": "",
        "items": sorted(of.items),
        "better": Better.HIGHER.value,
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
        "items": [],
        "better": Better.NEITHER.value,
        "figures": figures_of(indicator=REPLIES),
    }


def topic_of_ideas(code: str) -> dict[str, Any]:
    """A topic's share of those who said what their idea was about.

    Args:
        code: of its figures.
    """
    return {
        "code": code,
        "wording": INDICATOR_NAMES[code],
        "unit": "percent",
        "construct": "",
        "item": "",
        "items": [],
        "better": Better.NEITHER.value,
        "figures": figures_of(indicator=code),
    }


def breakdown(of: Breakdown) -> dict[str, Any]:
    return {
        "code": of.code,
        "name": of.name,
        "groups": [
            {
                "slice": group.slice,
                "name": group.name,
                "within": group.within,
                "figures": figures_of(slice=group.slice),
            }
            for group in of.groups
        ],
    }


def figure(row: Mapping[str, Any], of: Released, places: Mapping[str, Place]) -> dict[str, Any]:
    """A figure from its row's ``area indicator channel slice span value``."""
    said = disclosure.from_json(row["value"])
    period: Period = of.period(Span(row["span"]))
    return {
        "area": area(row["area"], places[row["area"]]),
        "wave": of.release.wave.slug,
        "release": release_id(of.release),
        "indicator": row["indicator"],
        "channel": row["channel"],
        "slice": row["slice"],
        "span": row["span"],
        "period_start": period.start,
        "period_end": period.end,
        "simulated": of.release.wave.simulated,
        "symbol": symbol_of(said).value,
        "in_words": disclosure.in_words(said),
        "value": value(said),
    }


def area(gss_code: str, place: Place) -> dict[str, Any]:
    return {"gss_code": gss_code, "name": place.name, "level": place.geographic_level}


def value(said: disclosure.Figure) -> dict[str, Any]:
    """Every share has the same parts; a withheld figure has a reason and not one number."""
    match said:
        case Share(percent=percent, crude=crude):
            return {
                "kind": "share",
                "percent": None if isinstance(percent, End) else percent,
                "end": percent if isinstance(percent, End) else None,
                "lower": said.lower,
                "upper": said.upper,
                **_bases(said),
                "unweighted": None if isinstance(crude, End) else crude,
                "unweighted_end": crude if isinstance(crude, End) else None,
            }
        case Mean(points=points, crude=crude):
            return {
                "kind": "mean",
                "points": points,
                "lower": said.lower,
                "upper": said.upper,
                "error": said.error,
                **_bases(said),
                "unweighted": crude,
            }
        case Count(count=count, nearest=nearest):
            return {"kind": "count", "count": count, "rounded_to": nearest}
        case Withheld(reason):
            return {"kind": "withheld", "withheld": reason}


def _bases(said: Share | Mean) -> dict[str, int | None]:
    return {"base": said.base, "rounded_to": said.nearest, "effective": said.effective}


def background(
    row: Mapping[str, Any], topic: Topic, of: Release, places: Mapping[str, Place]
) -> dict[str, Any]:
    """What stands behind figures, from its row's ``area channel value``."""
    return {
        "area": area(row["area"], places[row["area"]]),
        "wave": of.wave.slug,
        "release": release_id(of),
        "channel": row["channel"],
        "span": topic.span,
        "indicator": topic.indicator or None,
        "simulated": of.wave.simulated,
        "value": {"kind": topic.kind, **_BEHIND[topic.kind](row["value"])},
    }


def _spread(value: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: value[name] for name in ("centre", "phi", "tau_squared", "judged")}
    return {**said, "authorities": len(value["points"])}


def _weights(value: Mapping[str, Any]) -> dict[str, Any]:
    numbers = ("design_effect", "effective", "largest", "margin_error")
    return {
        "weighted": value["weighted"],
        "reason": value.get("reason", ""),
        "groups": value.get("groups", []),
        "merged": value.get("merged", []),
        **{name: value.get(name) for name in numbers},
    }


def _index(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"alpha": value["alpha"], "between": value["between"]}


def _cost(value: Mapping[str, Any]) -> dict[str, Any]:
    ways = ("text", "email", "letter")
    numbers = ("replies", "read", "minutes_per_1000_replies", "pounds_per_1000_replies")
    sent = {way: value["sent"].get(way, 0) for way in ways}
    return {"sent": sent, **{name: value[name] for name in numbers}}


_BEHIND = {SPREAD: _spread, WEIGHTS: _weights, INDEX: _index, COST: _cost}


def address(name: str, *parts: str) -> str:
    """In full, by the address that we are known by, so that every reader gets the same bytes."""
    return f"{settings.HEARD_BASE_URL}{reverse(name, args=parts)}"


def figures_of(**asked: str) -> str:
    return f"{address('api-figures')}?{urlencode(asked)}"

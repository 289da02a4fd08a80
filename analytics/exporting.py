"""Published figures as rows of open data, one figure a row.

The shape follows the Department for Education's open data standards: time, place, what, value. A
value that is not shown is empty, with the symbol that says why.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.utils.timezone import localdate

from analytics import disclosure, ordering, periods
from analytics.breakdowns import breakdowns
from analytics.csv_on_web import Column, Table, flag
from analytics.disclosure import NOBODY, Count, End, Mean, Share, Withheld
from analytics.indicators import REPLIES, REPLIES_WORDING, measures
from analytics.marks import ALL
from analytics.models import Release
from analytics.querysets import FigureQuerySet, ReleaseQuerySet
from analytics.questions import topic_wordings
from analytics.reporting import newest_first, newest_of_each_wave, with_surveys
from analytics.spans import Span
from analytics.symbols import symbol_of
from authorities.areas import ENGLAND
from authorities.models import Authority, Region

ROWS_AT_ONCE = 2000
ENDS = {End.OVER: ">90", End.UNDER: "<10"}
TOTAL = "Total"

SPAN_NAMES = {
    Span.WAVE: "One wave",
    Span.FOUR: "The last waves together, four at most",
    Span.YEAR: "A year",
}
INDICATOR_NAMES = {
    REPLIES: REPLIES_WORDING,
    **{each.code: each.wording for each in measures().indexes},
    **{each.code: each.wording for each in measures().indicators},
    **topic_wordings(),
}


class Place(NamedTuple):
    """Where a figure is of, in the columns that open data has for it."""

    geographic_level: str
    country_code: str = ENGLAND
    country_name: str = "England"
    region_code: str = ""
    region_name: str = ""
    old_la_code: str = ""
    new_la_code: str = ""
    la_name: str = ""

    @property
    def name(self) -> str:
        return self.la_name or self.region_name or self.country_name

    @property
    def gss_code(self) -> str:
        return self.new_la_code or self.region_code or self.country_code


class Part(NamedTuple):
    """Of whom a figure is: of all, or of a group."""

    breakdown: str
    breakdown_name: str
    slice: str
    slice_name: str


class Value(NamedTuple):
    """What a figure says, in columns. What is not said is ""."""

    value: int | str = ""
    unit: str = ""
    lower: int | str = ""
    upper: int | str = ""
    standard_error: float | str = ""
    base: int | str = ""
    base_rounded_to: int | str = ""
    effective_base: int | str = ""
    unweighted_value: int | str = ""
    end: str = ""
    unweighted_end: str = ""
    symbol: str = ""
    in_words: str = ""


AREA_COLUMNS = (
    Column("geographic_level", "string", "National, Regional or Local authority."),
    Column("country_code", "string", "GSS code of England."),
    Column("country_name", "string", "England."),
    Column("region_code", "string", "GSS code of the region."),
    Column("region_name", "string", "Name of the region."),
    Column("old_la_code", "string", "The Department for Education's three-digit number."),
    Column("new_la_code", "string", "GSS code of the local authority."),
    Column("la_name", "string", "Name of the local authority."),
)
AREA_CODES = ("geographic_level", "region_code", "new_la_code")
RELEASE_COLUMNS = (
    Column("simulated", "boolean", "true: a demonstration; no family answered."),
    Column("wave", "string", "Code of the wave."),
    Column("release", "integer", "Number of the wave's release: 2 and more are corrections."),
    Column("digest", "string", "SHA-256 of all figures of the release."),
    Column("newest_release", "boolean", "Whether no later release of this wave was published."),
    Column("published_on", "date", "When the release was published; empty if it is not yet."),
)
FIGURES = Table(
    name="figures",
    title="What children and families say of children’s services in England",
    description="Published figures of what children and families say of children's services, one "
    "a row. Self-selected replies, not a sample survey.",
    columns=(
        Column("time_period", "string", "The period: a year, or two run together, as 202627."),
        Column(
            "time_identifier",
            "string",
            "What kind of period, such as Calendar year Q3. Reporting year: one without a name, of "
            "which time_period is the year it ends in; its days stand beside it.",
        ),
        Column("period_start", "date", "The first day that replies are about."),
        Column("period_end", "date", "The last day that replies are about."),
        *AREA_COLUMNS,
        Column("span", "string", "wave: one wave. four: the last four, or fewer. year: a year."),
        Column("span_name", "string", "The same in words."),
        Column("indicator", "string", "Code of the indicator, which never changes."),
        Column("indicator_name", "string", "What the figure is a share, a mean or a number of."),
        Column("channel", "string", "invited or open: replies by an open link are counted apart."),
        Column("breakdown", "string", "By what people are grouped, such as age; all: by nothing."),
        Column("breakdown_name", "string", "The same in words; Total where by nothing."),
        Column("slice", "string", "Of whom: all, or a group such as age:8-11."),
        Column("slice_name", "string", "The group's name; Total for all."),
        Column("value", "integer", "A whole percent, points of 100, or a number of people."),
        Column("unit", "string", "percent, points or people; empty where not shown."),
        Column("lower", "integer", "Lower end of the 95% range: Wilson's; of points Student's t."),
        Column("upper", "integer", "Upper end of the 95% range."),
        Column("standard_error", "number", "Of a mean: its standard error, in points."),
        Column("base", "integer", "How many answered this question with a score."),
        Column(
            "base_rounded_to",
            "integer",
            "What the bases, or a number of people, are to the nearest of; 1: exact.",
        ),
        Column(
            "effective_base",
            "integer",
            "Of a weighted value: how many equally weighted answers would tell as much (Kish).",
        ),
        Column("unweighted_value", "integer", "Of a weighted value: the same without weights."),
        Column("end", "string", ">90: over 90%. <10: under 10%. Said in place of a value."),
        Column("unweighted_end", "string", "The same of the unweighted value."),
        Column(
            "symbol",
            "string",
            "c: not shown, to protect people. z: nobody answered. u: of low reliability, so that "
            "it should not be compared. Empty: shown, and may be compared.",
        ),
        Column("in_words", "string", "The figure as the report says it, or why it is not shown."),
        *RELEASE_COLUMNS,
    ),
    key=("wave", "release", *AREA_CODES, "span", "indicator", "channel", "slice"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure with all that is said beside it."""

    release: "Released"
    place: Place
    span: Span
    indicator: str
    channel: str
    part: Part
    value: Value

    @property
    def indicator_name(self) -> str:
        return INDICATOR_NAMES.get(self.indicator, self.indicator)

    def cells(self) -> tuple[object, ...]:
        """In order of the columns."""
        return (
            *self.release.period(self.span),
            *self.place,
            self.span.value,
            SPAN_NAMES[self.span],
            self.indicator,
            self.indicator_name,
            self.channel,
            *self.part,
            *self.value,
            *self.release.columns,
        )


class Period(NamedTuple):
    """The days that a figure is about, with their name."""

    time_period: str
    time_identifier: str
    start: date
    end: date

    @classmethod
    def of(cls, start: date, end: date) -> "Period":
        return cls(*_named(start, end), start, end)


class Released:
    """A release, with what is the same in all its rows."""

    def __init__(self, release: Release, spans: Mapping[Span, Period], *, newest: bool) -> None:
        wave = release.wave
        self.release, self.spans, self.newest = release, spans, newest
        self.columns = (
            flag(wave.simulated),
            wave.slug,
            release.number,
            release.digest,
            flag(newest),
            localdate(release.published_at) if release.published_at else "",
        )

    def period(self, span: Span) -> Period:
        # A span that cannot be told from what is published is at least of its own wave.
        return self.spans.get(span) or self.spans[Span.WAVE]


def lines(figures: FigureQuerySet, releases: Iterable[Release]) -> Iterator[str]:
    """The CSV file, piece by piece, of these figures of these releases. Four queries.

    Args:
        figures: of these releases only.
        releases: with their waves; the newest of each wave is told from among them.
    """
    return FIGURES.lines(row.cells() for row in rows(figures, releases))


def rows(figures: FigureQuerySet, releases: Iterable[Release]) -> Iterator[Row]:
    """A row for each figure, release by release and area by area."""
    all_released = released(releases)
    places = all_places()
    ordered = figures.order_by("release", "area", "channel", "indicator", "slice", "span")
    found = ordered.values_list(
        "release_id", "area", "channel", "indicator", "slice", "span", "value"
    )
    streamed = found.iterator(chunk_size=ROWS_AT_ONCE)
    for release, area, channel, indicator, slice_, span, value in streamed:
        yield Row(
            release=all_released[release],
            place=places[area],
            span=Span(span),
            indicator=indicator,
            channel=channel,
            part=part(slice_),
            value=cells(disclosure.from_json(value)),
        )


def cells(figure: disclosure.Figure) -> Value:
    beside = {"symbol": symbol_of(figure).value, "in_words": disclosure.in_words(figure)}
    match figure:
        case Share(percent=percent, crude=crude):
            return Value(
                value=_number(percent),
                unit="percent",
                lower=_or_empty(figure.lower),
                upper=_or_empty(figure.upper),
                unweighted_value=_number(crude),
                end=_end(percent),
                unweighted_end=_end(crude),
                **_bases(figure),
                **beside,
            )
        case Mean(points=points):
            return Value(
                value=points,
                unit="points",
                lower=figure.lower,
                upper=figure.upper,
                standard_error=figure.error,
                unweighted_value=_or_empty(figure.crude),
                **_bases(figure),
                **beside,
            )
        case Count(count=count, nearest=nearest):
            return Value(value=count, unit="people", base_rounded_to=nearest, **beside)
        case Withheld(reason):
            return Value(base=0 if reason == NOBODY else "", **beside)


@cache
def part(slice_: str) -> Part:
    """A group that is not in the list any more goes by its codes."""
    if slice_ == ALL:
        return Part(ALL, TOTAL, ALL, TOTAL)
    code, _, rest = slice_.partition(":")
    try:
        of, group = breakdowns().of(slice_), breakdowns().group(slice_)
    except KeyError:
        return Part(code, code, slice_, rest)
    return Part(code, of.name, slice_, group.name)


@cache
def place_of_group(slice_: str) -> int:
    """Where a group stands in the list of breakdowns; all before it, unknown ones after it."""
    listed = [ALL, *(group.slice for group in breakdowns().groups())]
    return listed.index(slice_) if slice_ in listed else len(listed)


def all_places() -> Mapping[str, Place]:
    """Every area that there is or was, by its GSS code. Two queries."""
    places = {ENGLAND: Place("National")}
    for region in Region.objects.all():
        places[region.gss_code] = Place(
            "Regional", region_code=region.gss_code, region_name=region.name
        )
    for authority in Authority.objects.select_related("region"):
        places[authority.gss_code] = Place(
            "Local authority",
            region_code=authority.region.gss_code,
            region_name=authority.region.name,
            old_la_code=authority.dfe_number,
            new_la_code=authority.gss_code,
            la_name=authority.name,
        )
    return places


# --- releases ------------------------------------------------------------------------------------


def published() -> ReleaseQuerySet:
    """With their waves and surveys' codes, without the surveys' long texts; the newest first."""
    return with_surveys(newest_first(Release.objects.published()))


def released(releases: Iterable[Release]) -> Mapping[int, Released]:
    """What is the same in all rows of each, by its id. One query."""
    these = list(releases)
    newest = {each.pk for each in newest_of_each_wave(these)}
    everything = list(published())
    return {
        each.pk: Released(each, covered(each, everything), newest=each.pk in newest)
        for each in these
    }


def covered(release: Release, everything: Iterable[Release]) -> Mapping[Span, Period]:
    """The period of each span of a release: this wave, the last four, the year that has ended.

    Args:
        everything: all published releases, with their waves and versions.
    """
    return {
        span: Period.of(waves[0].period_start, waves[-1].period_end)
        for span, waves in ordering.waves_of(release, everything).items()
    }


def _named(start: date, end: date) -> tuple[str, str]:
    found = periods.named(start, end)
    return found.time_period, found.time_identifier


# --- cells ---------------------------------------------------------------------------------------


def _bases(figure: Share | Mean) -> dict[str, Any]:
    return {
        "base": figure.base,
        "base_rounded_to": figure.nearest,
        "effective_base": _or_empty(figure.effective),
    }


def _number(percent: int | End | None) -> int | str:
    return "" if percent is None or isinstance(percent, End) else percent


def _end(percent: int | End | None) -> str:
    return ENDS[percent] if isinstance(percent, End) else ""


def _or_empty(number: int | None) -> int | str:
    return "" if number is None else number

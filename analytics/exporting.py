"""Published figures as rows for a CSV file, one figure a row, and the description of its columns.

The shape follows the Department for Education's open data standards: time, place, what, value. A
value that is not shown is empty, with the symbol that says why. The file is UTF-8 with a byte order
mark, because most of its readers open it in Excel, which without one takes it for Windows-1252;
readers of CSV in R, pandas and Python (`utf-8-sig`) know the mark.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import prefetch_related_objects
from django.utils.timezone import localdate

from analytics import disclosure, periods
from analytics.disclosure import Count, End, Share, Withheld
from analytics.indicators import REPLIES, REPLIES_WORDING, indicators
from analytics.marks import ALL
from analytics.models import Release
from analytics.querysets import FigureQuerySet
from analytics.reporting import named_slices, newest_of_each_wave
from authorities.areas import ENGLAND
from authorities.models import Authority, Region
from authorities.spreadsheet_cells import safe_row

BYTE_ORDER_MARK = "\ufeff"
ROWS_AT_ONCE = 2000
# Lines go out together: a web server that is handed each alone spends its time on handing.
LINES_AT_ONCE = 500

CONFIDENTIAL = "c"
ENDS = {End.OVER: ">90", End.UNDER: "<10"}


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


class Value(NamedTuple):
    """What a figure says, in columns. Numbers are whole; what is not said is ""."""

    value: int | str = ""
    unit: str = ""
    lower: int | str = ""
    upper: int | str = ""
    base: int | str = ""
    rounded: str = ""
    symbol: str = ""
    in_words: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the file's machine-readable description has it (W3C, CSV on the Web)."""

    name: str
    datatype: str
    description: str


COLUMNS = (
    Column("time_period", "string", "The period: a year, or two run together, such as 202627."),
    Column("time_identifier", "string", "What kind of period, such as Calendar year Q3."),
    Column("period_start", "date", "The first day that replies are about."),
    Column("period_end", "date", "The last day that replies are about."),
    Column("geographic_level", "string", "National, Regional or Local authority."),
    Column("country_code", "string", "GSS code of England."),
    Column("country_name", "string", "England."),
    Column("region_code", "string", "GSS code of the region."),
    Column("region_name", "string", "Name of the region."),
    Column("old_la_code", "string", "The Department for Education's three-digit number."),
    Column("new_la_code", "string", "GSS code of the local authority."),
    Column("la_name", "string", "Name of the local authority."),
    Column("indicator", "string", "Code of the indicator, which never changes."),
    Column("indicator_name", "string", "What the figure is a share or a number of."),
    Column("channel", "string", "invited or open: replies by an open link are counted apart."),
    Column("slice", "string", "Of whom: all, or a group such as age:8-11."),
    Column("slice_name", "string", "The group's name; empty for all."),
    Column("value", "integer", "A whole percent, or a number of people; empty where not shown."),
    Column("unit", "string", "percent or people; empty where not shown."),
    Column("lower", "integer", "Lower end of the 95% range (Wilson score interval), in percent."),
    Column("upper", "integer", "Upper end of the 95% range, in percent."),
    Column("base", "integer", "How many answered this question with a score."),
    Column("rounded", "boolean", "Whether base or number of people is to the nearest 10."),
    Column(
        "symbol",
        "string",
        "c: not shown, to protect people. >90: over 90%. <10: under 10%. Empty: shown as it is.",
    ),
    Column("in_words", "string", "The figure as the report says it, or why it is not shown."),
    Column("simulated", "boolean", "true: a demonstration; no family answered."),
    Column("wave", "string", "Code of the wave."),
    Column("release", "integer", "Number of the wave's release: 2 and more are corrections."),
    Column("newest_release", "boolean", "Whether no later release of this wave was published."),
    Column("published_on", "date", "When the release was published; empty if it is not yet."),
)


def columns() -> list[str]:
    return [column.name for column in COLUMNS]


def lines(figures: FigureQuerySet, releases: Iterable[Release]) -> Iterator[str]:
    """The CSV file, piece by piece, of these figures of these releases. Four queries.

    Args:
        figures: of these releases only.
        releases: with their waves; the newest of each wave is told from among them.
    """
    yield BYTE_ORDER_MARK + _lines([columns()])
    found = rows(figures, releases)
    while some := list(islice(found, LINES_AT_ONCE)):
        yield _lines(some)


def rows(figures: FigureQuerySet, releases: Iterable[Release]) -> Iterator[tuple[Any, ...]]:
    """A tuple for each figure, in order of the columns."""
    writers = _writers(list(releases))
    places = all_places()
    found = figures.order_by("release", "area", "channel", "indicator", "slice").values_list(
        "release_id", "area", "channel", "indicator", "slice", "value"
    )
    for release, area, channel, indicator, part, value in found.iterator(chunk_size=ROWS_AT_ONCE):
        writer = writers[release]
        yield (
            *writer.before,
            *places[area],
            indicator,
            INDICATOR_NAMES.get(indicator, indicator),
            channel,
            part,
            _slice_name(part, writer.names),
            *cells(disclosure.from_json(value)),
            *writer.after,
        )


def cells(figure: disclosure.Figure) -> Value:
    said = disclosure.in_words(figure)
    match figure:
        case Share(percent=End() as end, base=base, rounded=rounded):
            return Value("", "percent", "", "", base, _flag(rounded), ENDS[end], said)
        case Share(percent, base, lower, upper, rounded):
            return Value(
                int(percent), "percent", lower or 0, upper or 0, base, _flag(rounded), "", said
            )
        case Count(count, rounded):
            return Value(count, "people", rounded=_flag(rounded), in_words=said)
        case Withheld():
            return Value(symbol=CONFIDENTIAL, in_words=said)


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


def description(*, url: str, title: str, simulated: bool) -> dict[str, Any]:
    """The file described for machines.

    Source: W3C, Metadata Vocabulary for Tabular Data (CSV on the Web), 2015.
    """
    note = " Simulated: a demonstration, no family answered." if simulated else ""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dc:title": title,
        "dc:description": "Published figures of what children and families say of children's "
        f"services, one a row. Self-selected replies, not a sample survey.{note}",
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [
                {
                    "name": column.name,
                    "titles": column.name,
                    "datatype": column.datatype,
                    "dc:description": column.description,
                }
                for column in COLUMNS
            ],
            "primaryKey": ["wave", "release", *_AREA_CODES, "indicator", "channel", "slice"],
        },
    }


_AREA_CODES = ("geographic_level", "region_code", "new_la_code")
INDICATOR_NAMES = {
    REPLIES: REPLIES_WORDING,
    **{each.code: each.wording for each in indicators()},
}


class _ReleaseWriter:
    """The columns that are the same in every row of a release."""

    def __init__(self, release: Release, *, newest: bool) -> None:
        wave = release.wave
        period = periods.named(wave.period_start, wave.period_end)
        self.before = (
            period.time_period,
            period.time_identifier,
            wave.period_start,
            wave.period_end,
        )
        self.after = (
            _flag(wave.simulated),
            wave.slug,
            release.number,
            _flag(newest),
            localdate(release.published_at) if release.published_at else "",
        )
        self.names = {
            part: name for part, (_, name) in named_slices(wave.version.definition).items()
        }


def _writers(releases: list[Release]) -> Mapping[int, _ReleaseWriter]:
    prefetch_related_objects(releases, "wave__version")
    newest = {release.pk for release in newest_of_each_wave(releases)}
    return {each.pk: _ReleaseWriter(each, newest=each.pk in newest) for each in releases}


def _slice_name(part: str, names: Mapping[str, str]) -> str:
    """Empty for all; a group that the wave's survey has no name for goes by its code."""
    return "" if part == ALL else names.get(part, part.partition(":")[2])


def _flag(said: object) -> str:
    return "true" if said else "false"


def _lines(found: Iterable[Iterable[Any]]) -> str:
    written = StringIO(newline="")
    csv.writer(written).writerows(safe_row(row) for row in found)
    return written.getvalue()

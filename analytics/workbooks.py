"""The spreadsheet of one area's report: what to know, its figures, and its breakdowns.

A sheet of data is one table with its header in the first row, so that people and programs read it
alike; what they need to know stands in a sheet before. Nothing in it is live: cells are numbers,
days and text, and text that a spreadsheet could take for a formula is marked as text.

Source: Government Analysis Function, "Releasing statistics in spreadsheets" (notes before data, one
table a sheet, no merged cells, symbols explained); where it wants a title above each table, the
header stays first, as the tables of this house are also read by programs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import partial
from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analytics import exporting, periods
from analytics.csv_on_web import LICENCE, LICENCE_NAME, SIMULATED
from analytics.exporting import SPAN_NAMES, Row
from analytics.marks import ALL
from analytics.models import Background, Release
from analytics.querysets import FigureQuerySet
from analytics.spans import Span
from analytics.symbols import MEANINGS, Symbol
from analytics.wording import listed, weighting_group
from authorities.spreadsheet_cells import safe

NOTES, FIGURES, BREAKDOWNS = "Notes", "Figures", "Breakdowns"
# Text is text: no cell becomes a formula, a link or a number by what stands in it.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WHOLE, _DECIMAL, _DAY = "#,##0", "#,##0.0", "d mmm yyyy"
_SPANS = (Span.FOUR, Span.WAVE, Span.YEAR)
_LEVELS = ("Local authority", "Regional", "National")

Cell = str | int | float | date


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet of data.

    Args:
        width: in characters.
        number: how numbers are shown; "" for text.
    """

    title: str
    of: Callable[[Row], Cell]
    width: int
    number: str = ""


_PLACE_AND_TIME = (
    Column("Area", lambda row: row.place.name, 26),
    Column("Level", lambda row: row.place.geographic_level, 15),
    Column("GSS code", lambda row: row.place.gss_code, 11),
    Column("From", lambda row: row.release.period(row.span).start, 12, _DAY),
    Column("To", lambda row: row.release.period(row.span).end, 12, _DAY),
    Column("Of", lambda row: SPAN_NAMES[row.span], 22),
    Column("Indicator", lambda row: row.indicator_name, 46),
    Column("Indicator code", lambda row: row.indicator, 15),
    Column("Replies", lambda row: row.channel, 9),
)
_GROUP = (
    Column("Breakdown", lambda row: row.part.breakdown_name, 24),
    Column("Group", lambda row: row.part.slice_name, 30),
)
_SAID = (
    Column("Value", lambda row: row.value.value, 8, _WHOLE),
    Column("Unit", lambda row: row.value.unit, 9),
    Column("95% range: lower", lambda row: row.value.lower, 10, _WHOLE),
    Column("95% range: upper", lambda row: row.value.upper, 10, _WHOLE),
    Column("Standard error", lambda row: row.value.standard_error, 10, _DECIMAL),
    Column("Answers", lambda row: row.value.base, 9, _WHOLE),
    Column("To the nearest", lambda row: row.value.base_rounded_to, 9, _WHOLE),
    Column("Effective answers", lambda row: row.value.effective_base, 10, _WHOLE),
    Column("Unweighted value", lambda row: row.value.unweighted_value, 11, _WHOLE),
    Column("End", lambda row: row.value.end, 6),
    Column("Unweighted end", lambda row: row.value.unweighted_end, 11),
    Column("Symbol", lambda row: row.value.symbol, 8),
    Column("In words", lambda row: row.value.in_words, 52),
    Column("Wave", lambda row: row.release.release.wave.slug, 12),
    Column("Release", lambda row: row.release.release.number, 8, _WHOLE),
)


@dataclass(frozen=True, slots=True)
class Whose:
    """The area that a spreadsheet is of.

    Args:
        beside: whose figures are in it, such as "the authority, its region and England".
    """

    gss_code: str
    name: str
    beside: str


def workbook(
    *, of: Whose, releases: Sequence[Release], figures: FigureQuerySet, address: str
) -> bytes:
    """The file. Five queries, however many waves there are; the same bytes for the same figures.

    Args:
        releases: with their waves and versions, the newest first; at least one.
        figures: of these releases: the area's, and those of the larger ones that it is in.
        address: of the report, in full.
    """
    rows = _in_order(exporting.rows(figures, releases), releases)
    totals = [row for row in rows if row.part.slice == ALL]
    groups = [row for row in rows if row.part.slice != ALL]
    written = BytesIO()
    with Workbook(written, _OPTIONS) as book:
        book.set_properties(_properties(of, releases))
        _write_notes(book, _notes(of, releases, address))
        _write_table(book, FIGURES, (*_PLACE_AND_TIME, *_SAID), totals)
        if groups:
            _write_table(book, BREAKDOWNS, (*_PLACE_AND_TIME, *_GROUP, *_SAID), groups)
    return written.getvalue()


def _in_order(rows: Iterable[Row], releases: Sequence[Release]) -> list[Row]:
    """The newest wave first; what leads a report first; the authority before the others."""
    newest = {release.pk: place for place, release in enumerate(releases)}
    indicators = {code: place for place, code in enumerate(exporting.INDICATOR_NAMES)}

    def place_of(row: Row) -> tuple[int, ...]:
        return (
            newest[row.release.release.pk],
            _SPANS.index(row.span),
            indicators.get(row.indicator, len(indicators)),
            _LEVELS.index(row.place.geographic_level),
            exporting.place_of_group(row.part.slice),
        )

    return sorted(rows, key=place_of)


# --- what to know --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the notes; ``heading`` marks where a section begins."""

    text: str
    heading: bool = False


_Section = tuple[str, Sequence[str]]


def _notes(of: Whose, releases: Sequence[Release], address: str) -> Iterator[Note]:
    yield Note(f"What children and families say of children’s services in {of.name}", heading=True)
    for title, lines in _sections(of, releases, address):
        yield Note(title, heading=True)
        for line in lines:
            yield Note(line)


def _sections(of: Whose, releases: Sequence[Release], address: str) -> Iterator[_Section]:
    yield "What this is", list(_what(of, releases, address))
    yield "Releases", [_release(each) for each in releases]
    yield "Columns", _COLUMNS
    meanings = [f"{symbol}: {words}" for symbol, words in MEANINGS.items() if symbol]
    yield "Symbols", [*meanings, f"No symbol: {MEANINGS[Symbol.NONE]}"]
    yield "Methods", _METHODS
    yield "Weighting", list(_weighting(of, releases[0]))
    yield (
        "Licence",
        [f"{LICENCE_NAME}: {LICENCE}", "You may use and share it; say where it is from."],
    )


def _what(of: Whose, releases: Sequence[Release], address: str) -> Iterator[str]:
    if any(each.wave.simulated for each in releases):
        yield f"{SIMULATED} It must not be used to judge a service."
    yield "Self-selected replies, not a sample survey: families choose whether to answer."
    yield f"The report: {address}"
    yield f"Sheet “{FIGURES}”: of all who answered; {of.beside}."
    yield f"Sheet “{BREAKDOWNS}”, where there are any: once a year, by group."


def _release(release: Release) -> str:
    wave = release.wave
    when = (
        f"published {date_format(localdate(release.published_at), 'j F Y')}"
        if release.published_at
        else "NOT PUBLISHED: only for those who may see it before"
    )
    period = periods.in_words(wave.period_start, wave.period_end)
    named = wave.name if wave.name == period else f"{wave.name}, {period}"
    note = f". {release.note}" if release.note else ""
    return f"{named}, release {release.number}, {when}. Digest: {release.digest}{note}"


_COLUMNS = (
    "Value: a whole percent, points of 100, or a number of people, as Unit says.",
    "Where it is empty it is not shown, and Symbol and In words say why.",
    "Of: one wave; the last waves together, four at most; or a year.",
    "Replies: invited, or open for those by an open link, which are counted apart.",
    "Answers: how many answered this with a score, to the nearest number beside it; 1 is exact.",
    "Effective answers and unweighted value: of weighted totals only.",
    "End: over 90% (>90) or under 10% (<10); a percent could tell what each of a group said.",
)
_METHODS = (
    "Share: the percentage of scored answers that are favourable.",
    "Its 95% range: Wilson’s, of the percent and the number of (effective) answers as shown.",
    "Index, in points of 100: the mean score of several questions. Its 95% range: Student’s t.",
    "Shown from 10 answers. What would give away a figure of fewer is withheld as well.",
    "Every release is tried by a program, as an attacker would, before it is published.",
    "England and regions: authorities weighted by how many could answer, where that is known.",
)


def _weighting(of: Whose, release: Release) -> Iterator[str]:
    """Of the newest release. One query."""
    found = Background.objects.filter(
        release=release, area=of.gss_code, topic__startswith="weights:"
    )
    values = {(row.channel, row.topic): row.value for row in found}
    for span in _SPANS:
        if value := values.get(("invited", f"weights:{span}")):
            yield f"{SPAN_NAMES[span]}: {_weighted(value)}"
    yield "Breakdowns, and replies by an open link, are not weighted."


def _weighted(value: Mapping[str, Any]) -> str:
    if not value["weighted"]:
        return f"not weighted: {value['reason']}."
    # None where how many answered is not shown.
    number = value.get("effective")
    effective = "" if number is None else f", effective number about {number:,}"
    return (
        "totals are weighted, so that each of these groups counts for how many of them could have "
        f"answered: {listed([weighting_group(each) for each in value['groups']])}. Design effect "
        f"(Kish) {value['design_effect']:.1f}{effective}, largest weight {value['largest']:g}."
    )


# --- writing -------------------------------------------------------------------------------------


def _properties(of: Whose, releases: Sequence[Release]) -> dict[str, object]:
    made = releases[0].published_at or releases[0].prepared_at
    return {
        "title": f"What children and families say: {of.name}",
        "subject": ", ".join(f"{each.wave.slug}.{each.number}" for each in releases),
        "comments": f"{LICENCE_NAME}: {LICENCE}",
        # Of the figures, not of the hour of the download: so a file twice fetched is one file.
        "created": made.astimezone(UTC).replace(tzinfo=None),
    }


def _write_notes(book: Workbook, notes: Iterable[Note]) -> None:
    sheet = book.add_worksheet(NOTES)
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "top": 1})
    title = book.add_format({"bold": True, "font_size": 16, "text_wrap": True})
    sheet.set_column(0, 0, 110)
    for number, note in enumerate(notes):
        style = title if number == 0 else bold if note.heading else plain
        sheet.write_string(number, 0, safe(note.text), style)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)


def _write_table(book: Workbook, name: str, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """A header that stays in sight, and a row for each figure; marked as a table."""
    sheet = book.add_worksheet(name)
    writers = [_writer(book, sheet, column) for column in columns]
    for down, row in enumerate(rows, start=1):
        for across, (column, write) in enumerate(zip(columns, writers, strict=True)):
            if (cell := column.of(row)) != "":
                write(down, across, cell)
    for across, column in enumerate(columns):
        sheet.set_column(across, across, column.width)
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    titles = [{"header": column.title, "header_format": header} for column in columns]
    options = {"name": name, "columns": titles, "style": "Table Style Light 1"}
    sheet.add_table(0, 0, max(1, len(rows)), len(columns) - 1, options)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _writer(book: Workbook, sheet: Worksheet, column: Column) -> Callable[[int, int, Any], object]:
    """What writes a cell of a column; never what it would take the cell for by itself."""
    if not column.number:
        return partial(_write_text, sheet)
    style = book.add_format({"num_format": column.number})
    kind = sheet.write_datetime if column.number == _DAY else sheet.write_number
    return partial(_write, kind, style)


def _write_text(sheet: Worksheet, down: int, across: int, cell: str) -> None:
    sheet.write_string(down, across, safe(cell))


def _write(kind: Callable[..., object], style: Format, down: int, across: int, cell: Cell) -> None:
    kind(down, across, cell, style)

"""A cell's content as text, the same whatever kind of file it came from. Pure."""

import re
from datetime import date, datetime, time

from surveys.xlsform.grids import Grid, GridRow

# Excel's own limits are higher; no form for families comes near these, and a hostile file would.
MOST_ROWS = 10_000
MOST_COLUMNS = 400
MOST_CHARACTERS = 5_000_000

# What a spreadsheet shows where a formula failed.
_FAILED = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
_BLANK = "\u200b\u2060\ufeff"  # spaces of no width, which str.strip leaves


def text_of(value: object) -> str:
    """What a person sees in the cell, without the spaces around it.

    Whole numbers have no decimals, a date with no time of day is its date alone, and a space that
    does not break is a space: so a form typed in Excel reads as its CSV does.
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime():
            seen = value.replace(microsecond=0, tzinfo=None)
            return seen.date().isoformat() if seen.time() == time() else seen.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case _:
            return _tidied(str(value))


def is_date(value: object) -> bool:
    return isinstance(value, date | time)


def failed(text: str) -> bool:
    """Whether the cell shows that a formula failed."""
    return text in _FAILED


def row_of(number: int, line: int, values: list[str]) -> GridRow:
    while values and not values[-1]:
        values.pop()
    return GridRow(number, line, tuple(values))


def with_rows(name: str, rows: list[GridRow]) -> Grid:
    """A sheet without its empty rows; each row keeps its own number."""
    return Grid(name, tuple(row for row in rows if row.cells))


def _tidied(text: str) -> str:
    # Excel writes a carriage return in XML as _x000D_.
    text = text.replace("_x000D_", "\n").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u00a0", " ").replace("\ufeff", "")
    return re.sub(rf"^[\s{_BLANK}]+|[\s{_BLANK}]+$", "", text)

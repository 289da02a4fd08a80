"""Reads the sheets of an Excel workbook, within bounds. Pure.

openpyxl and xlrd raise whatever they like on a damaged file, so each is called in one place that
turns it into a sentence.
"""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from itertools import zip_longest
from typing import Any

import xlrd
from openpyxl.reader.excel import load_workbook
from xlrd import biffh
from xlrd.book import Book as XlsBook
from xlrd.sheet import Cell
from xlrd.xldate import xldate_as_datetime

from surveys.xlsform import cells, containers
from surveys.xlsform.containers import refusal
from surveys.xlsform.grids import Book, Grid, GridRow, chosen
from surveys.xlsform.reports import NotImportable, SheetProblem

_LAST_ROW = 1_048_576  # of an xlsx sheet; openpyxl would count on to whatever number a file names
_NOTHING = (None, "")
_DAMAGED = (
    "It is a damaged workbook, or one in a form that cannot be read",
    "Open it in a spreadsheet and save it as an Excel workbook (.xlsx)",
)

# The sheet's own number of a row, and its values.
NumberedRow = tuple[int, Sequence[object]]


def xlsx(content: bytes) -> Book:
    """Raises: NotImportable: it cannot be read, is too large, or a formula has no result."""
    try:
        return _xlsx(content)
    except NotImportable:
        raise
    except Exception as error:
        raise refusal(*_DAMAGED) from error


def xls(content: bytes) -> Book:
    """Raises: NotImportable: it cannot be read, or is too large."""
    try:
        return _xls(content)
    except NotImportable:
        raise
    except Exception as error:
        if "encrypted" in str(error):
            raise refusal("It is locked with a password", "Save it without a password") from error
        raise refusal(*_DAMAGED) from error


def _xlsx(content: bytes) -> Book:
    with warnings.catch_warnings():
        # openpyxl warns of what it leaves out, such as pictures and rules for colours.
        warnings.simplefilter("ignore")
        slim = containers.slim(content)
        shown = load_workbook(BytesIO(slim.content), read_only=True, data_only=True)
        # Opened a second time only to tell a formula without a result from an empty cell.
        written = load_workbook(BytesIO(slim.content), read_only=True) if slim.formulas else None
        names = [sheet.title for sheet in shown.worksheets]
        picked = chosen(names)
        sheets = []
        for name in picked:
            results = dict(_rows_of_xlsx(shown[name]))
            if written is not None:
                _refuse_formulas_without_result(name, _rows_of_xlsx(written[name]), results)
            sheets.append(_grid(name, results.items()))
    return Book(tuple(sheets), tuple(name for name in names if name not in picked))


def _rows_of_xlsx(sheet: Any) -> Iterator[NumberedRow]:
    """Rows with something in them, as far as the first that is too far down."""
    # The size that a file states of itself is often wrong.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=_LAST_ROW, max_col=cells.MOST_COLUMNS + 1, values_only=True)
    before: object = None
    for number, values in enumerate(rows, start=1):
        # For rows that the file leaves out, openpyxl gives one and the same, up to a million times.
        held = 0 if values is before else _held(values)
        if held:
            yield number, values[:held]
            if number > cells.MOST_ROWS:
                return
        before = values


def _held(values: Sequence[object]) -> int:
    """How many cells there are, without the empty ones at the end."""
    held = len(values)
    while held and values[held - 1] in _NOTHING:
        held -= 1
    return held


def _refuse_formulas_without_result(
    name: str, written: Iterable[NumberedRow], results: Mapping[int, Sequence[object]]
) -> None:
    """A formula that no spreadsheet has calculated yet would read as an empty cell."""
    for number, formulas in written:
        results_of_row = results.get(number, ())
        for formula, result in zip_longest(formulas, results_of_row):
            said = str(getattr(formula, "text", formula))
            if result is None and said.startswith("="):
                raise NotImportable(
                    [
                        SheetProblem(
                            name,
                            number,
                            "A formula has no result in the file",
                            "Open it in a spreadsheet and save it, or write the words instead",
                        )
                    ]
                )


def _xls(content: bytes) -> Book:
    # What xlrd would print about odd files goes nowhere.
    book = xlrd.open_workbook(
        file_contents=content, on_demand=True, ragged_rows=True, logfile=StringIO()
    )
    try:
        names = book.sheet_names()
        picked = chosen(names)
        sheets = [_grid(name, _rows_of_xls(book, name)) for name in picked]
    finally:
        book.release_resources()
    return Book(tuple(sheets), tuple(name for name in names if name not in picked))


def _rows_of_xls(book: XlsBook, name: str) -> Iterator[NumberedRow]:
    sheet = book.sheet_by_name(name)
    for row in range(sheet.nrows):
        yield row + 1, [_value_of_xls(each, book.datemode) for each in sheet.row(row)]


def _value_of_xls(cell: Cell, datemode: int) -> object:
    match cell.ctype:
        case biffh.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case biffh.XL_CELL_ERROR:
            return biffh.error_text_from_code.get(cell.value, "#N/A")
        case biffh.XL_CELL_DATE:
            return _date_of_xls(cell.value, datemode)
        case _:
            return cell.value


def _date_of_xls(value: float, datemode: int) -> object:
    try:
        seen = xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError):
        return value
    # A number below one is a time of day without a date.
    return seen.time() if 0 <= value < 1 else seen


def _grid(name: str, rows: Iterable[NumberedRow]) -> Grid:
    kept: list[GridRow] = []
    size = 0
    for number, values in rows:
        texts = [cells.text_of(value) for value in values]
        size += sum(map(len, texts))
        _refuse_too_large(name, number, texts, size)
        dated = tuple(at for at, value in enumerate(values) if cells.is_date(value))
        kept.append(GridRow(number, 0, tuple(texts), dated))
    return cells.with_rows(name, kept)


def _refuse_too_large(name: str, number: int, texts: list[str], size: int) -> None:
    if not any(texts):
        return
    what = ""
    if number > cells.MOST_ROWS:
        what = f"There is something in a row after row {cells.MOST_ROWS:,}"
    elif any(texts[cells.MOST_COLUMNS :]):
        what = f"There is something in a column after column {cells.MOST_COLUMNS}"
    elif size > cells.MOST_CHARACTERS:
        what = f"The sheet has over {cells.MOST_CHARACTERS:,} characters up to here"
    if what:
        raise NotImportable([SheetProblem(name, number, what, "Take out what is not the form's")])

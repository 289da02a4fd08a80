"""Reads the sheets of a CSV or Markdown file. Pure.

Both hold several sheets, one after the other. A row whose first cell is not empty begins a sheet
with that name; what follows in that row, or the next row, is its header. A CSV file that begins
with the header of a survey sheet is that sheet alone. This is how pyxform reads them, except that
nothing is passed over: a line that is not a row is refused.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from surveys.xlsform import cells
from surveys.xlsform.containers import refusal
from surveys.xlsform.grids import MEANT, Book, GridRow, chosen, means
from surveys.xlsform.reports import NotImportable, SheetProblem

_SAVE_AS_UTF8 = "Save it again as “CSV UTF-8”, or as an Excel workbook (.xlsx)"
_PIPE = re.compile(r"(?<!\\)\|")
_NOT_OF_A_RULE = re.compile(r"[^\s|:-]")

# A line of the file and the cells that begin there.
Line = tuple[int, list[str]]


def read(name: str, content: bytes) -> Book:
    """Raises: NotImportable: it is no text, or not in rows."""
    text = _decoded(content)
    return _book(_rows_of_markdown(text) if _is_markdown(name, text) else _rows_of_csv(text))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal("It is UTF-16, not UTF-8", _SAVE_AS_UTF8)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"A letter is not UTF-8 (byte 0x{content[error.start]:02x})"
        if b"\0" in content[:1000]:
            what = "It is neither a spreadsheet nor a text"
        raise NotImportable([SheetProblem("", 0, what, _SAVE_AS_UTF8, line=line)]) from None
    if "\0" in text:
        raise refusal("It is neither a spreadsheet nor a text", _SAVE_AS_UTF8)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_markdown(name: str, text: str) -> bool:
    ending = name.lower().rpartition(".")[2]
    if ending in {"md", "markdown", "csv"}:
        return ending != "csv"
    return any(line.lstrip().startswith("|") for line in text.splitlines()[:50])


def _rows_of_markdown(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip()
        if not bare.startswith("|"):
            # Prose around the tables, and comments; but a row that lost its first bar is neither.
            if len(_PIPE.findall(bare)) > 1 and not bare.startswith("#"):
                raise _not_a_row(number)
            continue
        _, *inner, last = _PIPE.split(bare)
        if last.strip() and not last.strip().startswith("#"):
            raise _not_a_row(number)
        if inner and not _is_a_rule("|".join(inner)):
            yield number, [cells.text_of(cell.strip().replace(r"\|", "|")) for cell in inner]


def _is_a_rule(row: str) -> bool:
    """Whether it is the line below a header, of hyphens. In one look at each letter."""
    return "-" in row and not _NOT_OF_A_RULE.search(row)


def _not_a_row(line: int) -> NotImportable:
    return NotImportable(
        [
            SheetProblem(
                "",
                0,
                "This line has bars but is no whole row",
                "Begin and end it with |",
                line=line,
            )
        ]
    )


def _rows_of_csv(text: str) -> Iterator[Line]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begins = 1
    try:
        for row in reader:
            if len(row) > cells.MOST_COLUMNS + 1:
                raise _place_refused(
                    "",
                    begins,
                    f"The row has over {cells.MOST_COLUMNS} columns",
                    "Take out what is not the form's",
                )
            yield begins, [cells.text_of(cell) for cell in row]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise NotImportable(
            [
                SheetProblem(
                    "",
                    0,
                    f"This is not CSV ({error})",
                    "Look for a quotation mark too many",
                    line=begins,
                )
            ]
        ) from None


def _delimiter(text: str) -> str:
    """What stands between cells: spreadsheets in some countries write semicolons, or tabs."""
    start = "\n".join(text.split("\n")[:20])
    return max(",;\t", key=start.count)


def _book(lines: Iterable[Line]) -> Book:
    sheets = _Sheets()
    for line, row in lines:
        sheets.take(line, row)
    return _picked(sheets.rows)


class _Sheets:
    """Puts rows into their sheets as they come.

    A sheet begins with its name in the first column, and its cells stand from the second on; or,
    where a table has no such column, with a header that only one sheet can have.
    """

    def __init__(self) -> None:
        self.rows: dict[str, list[GridRow]] = {}
        self.name = ""
        self.named = True  # whether the first column is kept for names of sheets
        self.number = 0

    def take(self, line: int, row: list[str]) -> None:
        first = row[0] if row else ""
        fresh = not self.rows.get(self.name)
        by_header = _sheet_of_header(row) if fresh or not self.named else ""
        if by_header and by_header == means(self.name) and fresh:
            self.named = False  # its name stood alone, and its cells begin in the first column
        elif by_header:
            self._begin(by_header, line, named=False)
        elif first and (self.named or (means(first) in MEANT and not any(row[1:]))):
            self._begin(first, line, named=True)
            if not any(row[1:]):
                return
        self.number += 1
        if any(row):
            self._keep(line, row)

    def _begin(self, name: str, line: int, *, named: bool) -> None:
        if means(name) in {means(each) for each in self.rows}:
            raise _place_refused(name, line, "There are two sheets with this name", "Keep one")
        self.name, self.named, self.number = name, named, 0
        self.rows[name] = []

    def _keep(self, line: int, row: list[str]) -> None:
        if not self.name:
            raise _place_refused(
                "", line, "The row stands in no sheet", "Write the sheet's name in a row before it"
            )
        if self.number > cells.MOST_ROWS or len(row) > cells.MOST_COLUMNS:
            raise _place_refused(
                self.name,
                line,
                f"It has over {cells.MOST_ROWS:,} rows or {cells.MOST_COLUMNS} columns",
                "Take out what is not the form's",
            )
        self.rows[self.name].append(cells.row_of(self.number, line, row[int(self.named) :]))


def _sheet_of_header(row: list[str]) -> str:
    """The sheet that a header belongs to, where its table has no column for sheets' names."""
    if not row or not row[0] or means(row[0]) in MEANT:
        return ""
    headers = {"_".join(cell.lower().split()) for cell in row}
    if {"type", "name"} <= headers:
        return "survey"
    if {"list_name", "name"} <= headers:
        return "choices"
    return "settings" if headers & {"form_title", "form_id"} else ""


def _place_refused(sheet: str, line: int, what: str, mend: str) -> NotImportable:
    return NotImportable([SheetProblem(sheet, 0, what, mend, line=line)])


def _picked(sheets: dict[str, list[GridRow]]) -> Book:
    names = list(sheets)
    picked = chosen(names)
    grids = tuple(cells.with_rows(name, sheets[name]) for name in picked)
    return Book(grids, tuple(name for name in names if name not in picked))

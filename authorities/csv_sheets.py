"""Reading a CSV file that a person made: every fault is kept with its place and its mend. Pure."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
# What each column holds, by its name. A reader takes the text of a cell and raises `Wrong` for one
# that does not belong.
Readers = Mapping[str, Callable[[str], object]]

SAVE_AGAIN = "Save it again as “CSV UTF-8”."
# How an xlsx (a zip archive) and an xls (a compound file) begin. Sources: PKWARE, APPNOTE 4.3.7;
# Microsoft, [MS-CFB] 2.2.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: in which file, line and column (counted from 1; 0 and "" where there is none)."""

    file: str
    line: int
    column: str
    what: str
    mend: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{line}{column}: {self.what} {self.mend}"


class Wrong(ValueError):
    """A cell is not what its column holds; says what is wrong, then how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what, mend)
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Placed(Generic[Value]):
    """A value, and the line of the file it came from."""

    line: int
    value: Value


@dataclass(slots=True)
class Sheet:
    """The rows of one file, as far as it can be read, and what is wrong with it so far.

    Args:
        columns: those that must be there, in any order.
        may_have: those that may be left out; they then read as empty cells.
    """

    file: str
    columns: Readers
    may_have: Readers = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _rows: list[Placed[dict[str, str]]] = field(default_factory=list)

    def take(self, content: bytes) -> None:
        """Read a file that has one line of column names and at least one row.

        UTF-8 with or without a byte order mark, and any line ends. Spaces around a cell go; lines
        with nothing in them are passed over.
        """
        text = self._decoded(content)
        lines = self._lines(text)
        header = next(lines, (1, []))[1]
        if not self.problems and self._fits(header):
            for line, cells in lines:
                self._add(line, header, cells)
            if not self._rows and not self.problems:
                self.refuse(1, "", "there are column names but no rows.", "Add the rows.")

    def take_column(self, content: bytes, *, is_name: Callable[[str], bool]) -> None:
        """Read a file of this sheet's one column, whose first line may be a name for it or not.

        Empty cells beside it, which a spreadsheet leaves, are passed over.

        Args:
            is_name: whether what stands in the first line is a name, and no value.
        """
        [column] = self.columns
        text = self._decoded(content)
        for number, (line, cells) in enumerate(self._lines(text)):
            filled = [cell for cell in cells if cell]
            if len(filled) > 1:
                what = f"there are {len(filled)} cells, where one is read."
                self.refuse(line, "", what, "Leave one column in the file.")
            elif number or not is_name(filled[0]):
                self._rows.append(Placed(line, {column: filled[0]}))
        if not self._rows and not self.problems:
            self.refuse(1, "", "there are no rows.", "Add the rows.")

    def values(self, make: Callable[..., Value]) -> list[Placed[Value]]:
        """A value of each row that has no fault, made from its cells by name."""
        found = ((row.line, self._understood(row)) for row in self._rows)
        return [Placed(line, make(**cells)) for line, cells in found if cells is not None]

    def refuse(self, line: int, column: str, what: str, mend: str) -> None:
        self.problems.append(Problem(self.file, line, column, what, mend))

    def _understood(self, row: Placed[dict[str, str]]) -> dict[str, Any] | None:
        before = len(self.problems)
        found: dict[str, Any] = {}
        for column, reader in {**self.columns, **self.may_have}.items():
            try:
                found[column] = reader(row.value.get(column, ""))
            except Wrong as wrong:
                self.refuse(row.line, column, wrong.what, wrong.mend)
        return found if len(self.problems) == before else None

    def _decoded(self, content: bytes) -> str:
        """The text of the file; empty, and a problem noted, where it is none."""
        if content.startswith(_WORKBOOKS):
            self.refuse(0, "", "this is a workbook, not CSV.", "Save the sheet as “CSV UTF-8”.")
            return ""
        first = content.split(b"\n", 1)[0]
        for sign, name in ((b";", "semicolons"), (b"\t", "tabs")):
            if sign in first and b"," not in first and b"\0" not in first:
                self.refuse(
                    0,
                    "",
                    f"there are {name} between the cells.",
                    "Save it as “CSV UTF-8”, with commas.",
                )
                return ""
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.refuse(0, "", "this is UTF-16, not UTF-8.", SAVE_AGAIN)
            return ""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            byte = content[error.start]
            self.refuse(line, "", f"a letter is not UTF-8 (byte 0x{byte:02x}).", SAVE_AGAIN)
            return ""
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            self.refuse(line, "", "there is a NUL byte, so this is not plain text.", SAVE_AGAIN)
            return ""
        if not text.strip():
            self.refuse(0, "", "the file is empty.", "Add the column names and the rows.")
        return text

    def _lines(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line it begins on: a cell in quotation marks may go over several."""
        reader = csv.reader(StringIO(text, newline=""), strict=True)
        begins = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield begins, [cell.strip() for cell in cells]
                begins = reader.line_num + 1
        except csv.Error as error:
            # A quotation that never closes is noticed only at the end; it begins here.
            self.refuse(
                begins, "", f"this is not CSV ({error}).", "Look for a quotation mark too many."
            )

    def _fits(self, header: list[str]) -> bool:
        wanted = ", ".join(self.columns)
        for name in self.columns:
            if name not in header:
                self.refuse(1, name, "the column is missing.", f"The columns are {wanted}.")
        for name in dict.fromkeys(header):
            if name not in self.columns and name not in self.may_have:
                self.refuse(1, name, "this file has no such column.", f"The columns are {wanted}.")
            elif header.count(name) > 1:
                self.refuse(1, name, "the column is there twice.", "Take one of the two out.")
        return not self.problems

    def _add(self, line: int, header: list[str], cells: list[str]) -> None:
        if len(cells) == len(header):
            self._rows.append(Placed(line, dict(zip(header, cells, strict=True))))
        else:
            self.refuse(
                line,
                "",
                f"there are {len(cells)} cells for {len(header)} columns.",
                "Look for a comma too many or too few; a cell with a comma needs quotation marks.",
            )


def swapped(file: str, content: bytes, columns: Readers, may_have: Readers) -> Problem | None:
    """Two columns of which nearly every cell would fit the other's name; ``None`` without such.

    Said once. Otherwise the person would read of each line that both its cells are wrong.

    Args:
        columns, may_have: as a `Sheet` takes them. Those read by ``str`` fit every name.
    """
    readers = {**columns, **may_have}
    names = list(readers)
    sheet = Sheet(file, dict.fromkeys(columns, str), dict.fromkeys(may_have, str))
    sheet.take(content)
    rows = [] if sheet.problems else [row.value for row in sheet.values(dict[str, str])]
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            here, there = ([row[name] for row in rows] for name in (one, other))
            if _fit_better(here, there, readers[one], readers[other]):
                what = f"the columns {one} and {other} are swapped."
                return Problem(file, 1, one, what, "Swap their names.")
    return None


def _fit_better(
    here: Collection[str],
    there: Collection[str],
    one: Callable[[str], object],
    other: Callable[[str], object],
) -> bool:
    filled = any(here) and any(there)
    as_named = _fitting(here, one) + _fitting(there, other)
    as_swapped = _fitting(here, other) + _fitting(there, one)
    # Nine in ten: a few cells may be wrong besides.
    return filled and as_swapped >= 0.9 * 2 * len(here) and as_named < len(here)


def _fitting(cells: Iterable[str], reader: Callable[[str], object]) -> int:
    return sum(1 for cell in cells if _fits(cell, reader))


def _fits(cell: str, reader: Callable[[str], object]) -> bool:
    try:
        reader(cell)
    except Wrong:
        return False
    return True

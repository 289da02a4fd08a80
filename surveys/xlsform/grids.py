"""Sheets as rows of text, whatever kind of file they came from. Pure."""

from dataclasses import dataclass

# The sheets an XLSForm has; others hold the author's own notes.
MEANT = ("survey", "choices", "settings", "external_choices", "entities", "osm")


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row that is not empty.

    Args:
        number: the sheet's own row, from 1.
        line: the line of a CSV or Markdown file on which it begins; 0 in a workbook.
        cells: texts from the first column on, "" where a cell is empty.
        dated: the columns, from 0, where a workbook holds a date instead of text.
    """

    number: int
    line: int
    cells: tuple[str, ...]
    dated: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. Its name is as the author wrote it."""

    name: str
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a file that an XLSForm has, and the names of all others."""

    sheets: tuple[Grid, ...]
    others: tuple[str, ...]

    def sheet(self, name: str) -> Grid | None:
        """The sheet with this name, in capitals or not."""
        return next((each for each in self.sheets if means(each.name) == name), None)


def means(name: str) -> str:
    """What a sheet's name is compared by."""
    return name.strip().lower()


def chosen(names: list[str]) -> list[str]:
    """The sheets to read: those of an XLSForm, or the only one there is."""
    found = [name for name in names if means(name) in MEANT]
    return found or (names if len(names) == 1 else [])

"""What comes of an XLSForm: a definition with notes, or everything that stands in its way. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SHOWN_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was left out, added or read in a certain way; the form is imported still.

    Args:
        sheet: the sheet's own name; "" where it is about the whole form.
        rows: the sheet's own rows (its header is row 1); none where it is about the whole sheet.
        what: what was done, without a full stop.
        why: the reason, without a full stop.
    """

    sheet: str
    rows: tuple[int, ...]
    what: str
    why: str

    def __str__(self) -> str:
        place = _place(self.sheet, self.rows)
        return f"{place}{': ' if place else ''}{self.what}. {self.why}."


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One thing in the spreadsheet that keeps the whole form from being imported.

    Args:
        sheet: the sheet's own name; "" where the file itself cannot be read.
        row: the sheet's own row (its header is row 1); 0 where it is about the whole sheet or file.
        what: what is wrong, without a full stop.
        mend: what to do, without a full stop; or a question.
        column: the header of the column, where one cell is meant.
        line: the line of a CSV or Markdown file; 0 in a workbook.
    """

    sheet: str
    row: int
    what: str
    mend: str
    column: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """Such as "sheet survey, row 7, column relevant (line 9 of the file)"."""
        place = _place(self.sheet, (self.row,) if self.row else ()) or "the file"
        column = f", column {self.column}" if self.column else ""
        line = f" (line {self.line} of the file)" if self.line else ""
        return place + column + line

    def __str__(self) -> str:
        end = "" if self.mend.endswith(("?", ".")) else "."
        return f"{self.place}: {self.what}. {self.mend}{end}"


@dataclass(frozen=True, slots=True)
class Imported:
    """A form as our own definition: `surveys.grammar.parse` takes the source as it is.

    Args:
        source: the definition in English, as TOML.
        translations: language codes to texts of PO files. What the form has no words for is there
            untranslated, and said in the notes.
        notes: what was left out or added, and why, in the order of the form.
    """

    source: str
    translations: Mapping[str, str]
    notes: tuple[Note, ...]


class NotImportable(ValueError):
    """Nothing was imported. Says all that stands in the way, in the order of the form."""

    def __init__(self, problems: Iterable[SheetProblem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        shown = [str(each) for each in self.problems[:SHOWN_PROBLEMS]]
        if more := len(self.problems) - len(shown):
            shown.append(f"…and {more} more.")
        super().__init__("\n".join(shown))


def _place(sheet: str, rows: tuple[int, ...]) -> str:
    if not sheet:
        return ""
    if not rows:
        return f"sheet {sheet}"
    *first, last = map(str, rows)
    numbers = f"rows {', '.join(first)} and {last}" if first else f"row {last}"
    return f"sheet {sheet}, {numbers}"

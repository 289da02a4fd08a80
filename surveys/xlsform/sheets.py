"""Sheets with their columns understood: old names, languages, what has no meaning. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pyxform import aliases
from pyxform.parsing.sheet_headers import process_header

from surveys.xlsform import cells, kinds, tongues
from surveys.xlsform.grids import Grid, GridRow
from surveys.xlsform.kinds import Fate, Rule
from surveys.xlsform.reports import Note, SheetProblem

# What pyxform puts its columns under, and our names for what stands there.
_INNER = {
    "relevant": "relevant",
    "required": "required",
    "constraint": "constraint",
    "readonly": "readonly",
    "appearance": "appearance",
    "autoplay": "autoplay",
    "rows": "rows",
    "image": "image",
    "big-image": "big-image",
    "audio": "audio",
    "video": "video",
    "calculate": "calculation",
    "jr:constraintMsg": "constraint_message",
    "jr:requiredMsg": "required_message",
    "jr:count": "repeat_count",
    "jr:noAppErrorString": "no_app_error_string",
    "entities:saveto": "save_to",
}
_TRANSLATED = frozenset(
    {"label", "hint", "guidance_hint", "constraint_message", "required_message", "image",
     "big-image", "audio", "video"}
)  # fmt: skip
# A word that is nearly one of these was meant to be it, and dropping it would change the form.
_VITAL = ("type", "name", "label", "hint", "relevant", "choice_filter", "calculation", "list_name",
          "appearance", "constraint", "parameters", "repeat_count", "score")  # fmt: skip
_ALIASES: Mapping[str, dict[str, Any]] = {
    "survey": aliases.survey_header,
    "choices": aliases.list_header,
    "settings": aliases.settings_header,
}
_RULES = {
    "survey": kinds.SURVEY_COLUMNS,
    "choices": kinds.CHOICES_COLUMNS,
    "settings": kinds.SETTINGS,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column that has a meaning.

    Args:
        at: from 0.
        header: as the author wrote it.
        key: XLSForm's own name of it.
        language: as the author wrote it; "" where the header has none.
    """

    at: int
    header: str
    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet, by its columns.

    Args:
        number: the sheet's own row.
        cells: texts by column, without the empty ones.
    """

    sheet: str
    number: int
    line: int
    cells: Mapping[Column, str]

    def text(self, key: str) -> str:
        """What stands in a column that has no language; "" where nothing does."""
        return next((text for column, text in self.cells.items() if column.key == key), "")

    def in_languages(self, key: str) -> Iterator[tuple[Column, str]]:
        return ((column, text) for column, text in self.cells.items() if column.key == key)

    def problem(self, what: str, mend: str, *, column: str = "") -> SheetProblem:
        return SheetProblem(self.sheet, self.number, what, mend, column, self.line)


@dataclass(slots=True)
class Sheet:
    """A sheet of the form: its columns, its rows, and what was odd about them."""

    kind: str
    name: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    header: Row | None = None
    problems: list[SheetProblem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def has(self, key: str) -> bool:
        return any(column.key == key for column in self.columns)

    def problem(self, what: str, mend: str, *, column: str = "") -> SheetProblem:
        """About the sheet as a whole: it is placed at its header."""
        line = self.header.line if self.header else 0
        row = self.header.number if self.header else 1
        return SheetProblem(self.name, row, what, mend, column, line)


def understood(kind: str, grid: Grid) -> Sheet:
    """The sheet with its columns understood."""
    sheet = Sheet(kind, grid.name)
    if not grid.rows:
        return sheet
    header, *rows = grid.rows
    sheet.header = Row(grid.name, header.number, header.line, {})
    sheet.columns = tuple(_columns(sheet, header))
    sheet.rows = tuple(_row(sheet, each) for each in rows)
    _note_dates(sheet, grid)
    _note_headless(sheet, header, rows)
    _note_dropped(sheet)
    return sheet


def rule_of(kind: str, key: str) -> Rule | None:
    return kinds.named(_RULES[kind]).get(key)


def _columns(sheet: Sheet, header: GridRow) -> Iterator[Column]:
    seen: dict[tuple[str, str], Column] = {}
    colons = any("::" in text for text in header.cells)
    unknown: list[str] = []
    for at, text in enumerate(header.cells):
        if not text:
            continue
        column = _column(sheet.kind, at, text, colons=colons)
        if column is None:
            if near := _misspelt(sheet.kind, text):
                sheet.problems.append(
                    sheet.problem(
                        f"There is no column “{text[:60]}”",
                        f"Did you mean {near}?",
                        column=text[:60],
                    )
                )
            unknown.append(text)
        elif _counts(sheet.kind, column) and (same := seen.get((column.key, column.language))):
            sheet.problems.append(
                sheet.problem(
                    f"Two columns mean the same: “{same.header[:60]}” and “{text[:60]}”",
                    "Keep one",
                    column=text[:60],
                )
            )
        else:
            seen[column.key, column.language] = column
            yield column
    if unknown:
        names = ", ".join(f"“{each[:40]}”" for each in unknown[:20])
        sheet.notes.append(
            Note(
                sheet.name,
                (header.number,),
                f"Columns that XLSForm does not have are left out: {names}",
                "They are taken to be the author's own notes",
            )
        )


def _misspelt(kind: str, text: str) -> str:
    """The column that was meant, where a header is one of this sheet's but for a letter or two."""
    first = text.split(":", maxsplit=1)[0].strip().lower()
    near = get_close_matches(first, _VITAL, n=1, cutoff=0.8)
    known = kinds.named(_RULES[kind])
    if near and near[0] in known and near[0] != first and abs(len(near[0]) - len(first)) <= 1:
        return near[0]
    return ""


def _counts(kind: str, column: Column) -> bool:
    rule = rule_of(kind, column.key)
    return rule is not None and rule.fate is not Fate.DROPPED


def _column(kind: str, at: int, text: str, *, colons: bool) -> Column | None:
    rules = kinds.named(_RULES[kind])
    try:
        _, tokens = process_header(
            header=text,
            use_double_colon=colons,
            header_aliases=_ALIASES[kind],
            header_columns=frozenset(),
        )
    except IndexError:  # pyxform looks for a word behind "jr:"
        return None
    if tokens[0] in {"bind", "control", "media"} and len(tokens) > 1:
        if tokens[1] not in _INNER:
            return None
        tokens = tokens[1:]
    first = tokens[0] if tokens[0] in _INNER else "_".join(tokens[0].split()).lower()
    key = _INNER.get(first, first)
    rule = rules.get(key) or rules.get(first)
    language = tokens[1] if len(tokens) > 1 else ""
    if rule is None or len(tokens) > 2 or (language and rule.name not in _TRANSLATED):
        return None
    return Column(at, text, rule.name, language)


def _row(sheet: Sheet, row: GridRow) -> Row:
    found = {}
    for column in sheet.columns:
        text = row.cells[column.at] if column.at < len(row.cells) else ""
        if text:
            found[column] = text
    understood_row = Row(sheet.name, row.number, row.line, found)
    for column, text in found.items():
        if cells.failed(text):
            sheet.problems.append(
                understood_row.problem(
                    f"A formula failed: {text}",
                    "Write the words instead",
                    column=column.header[:60],
                )
            )
    return understood_row


def _note_dates(sheet: Sheet, grid: Grid) -> None:
    read = {
        column.at for column in sheet.columns if column.key in {"name", "label", "hint", "score"}
    }
    rows = tuple(row.number for row in grid.rows if read & set(row.dated))
    if rows:
        sheet.notes.append(
            Note(
                sheet.name,
                rows,
                "A cell holds a date, and is read as one (2026-05-01)",
                "If Excel made it one, as it does of 1-5, type it again as text",
            )
        )


def _note_headless(sheet: Sheet, header: GridRow, rows: list[GridRow]) -> None:
    headed = {at for at, text in enumerate(header.cells) if text}
    numbers = tuple(
        row.number
        for row in rows
        if any(text for at, text in enumerate(row.cells) if at not in headed)
    )
    if numbers:
        sheet.notes.append(
            Note(
                sheet.name,
                numbers,
                "What stands in columns without a name is left out",
                "It is taken to be the author's own notes",
            )
        )


def _note_dropped(sheet: Sheet) -> None:
    """A note for each column that is dropped, with the rows that had something in it."""
    if sheet.kind == "settings":
        return
    for column in sheet.columns:
        rule = rule_of(sheet.kind, column.key)
        rows = tuple(row.number for row in sheet.rows if column in row.cells)
        if rule is not None and rule.fate is Fate.DROPPED and rows:
            sheet.notes.append(
                Note(sheet.name, rows, f"The column {column.header} is dropped", rule.why)
            )


def language_of(column: Column, default: str) -> str:
    """The language's code; "" where it cannot be told."""
    return tongues.code_of(column.language or default)

"""The words of rows, in each language. Pure."""

from collections.abc import Iterable

from surveys import wording
from surveys.languages import ENGLISH
from surveys.xlsform import labels, tongues
from surveys.xlsform.items import Words
from surveys.xlsform.reports import SheetProblem
from surveys.xlsform.sheets import Column, Row, Sheet

MOST_CHARACTERS = 3_000  # in any language: more than that, nothing here may have
_ENGLISH_NEEDED = (
    "Add a column label::English (en): the definition is in English, and translations stand "
    "beside it"
)


class Speaker:
    """Reads the labels and hints of rows, and collects what is odd about them.

    Args:
        default: the language of columns that name none, as the form's settings say; "" where they
            say nothing, and then English.
    """

    def __init__(self, sheets: Iterable[Sheet], default: str) -> None:
        self.default = default or "English"
        self.problems: list[SheetProblem] = []
        self.formatted: list[Row] = []
        self._codes: dict[str, str] = {}
        for sheet in sheets:
            self._know(sheet)

    @property
    def languages(self) -> tuple[str, ...]:
        """Those in the headers, besides English, in the order in which they come."""
        return tuple(
            dict.fromkeys(code for code in self._codes.values() if code and code != ENGLISH)
        )

    def words(self, row: Row, key: str) -> Words:
        """The plain words in each language that has some."""
        found: dict[str, str] = {}
        for column, text in row.in_languages(key):
            code = self._codes.get(column.language, "")
            words = self._plain(row, column, text)
            if not code or not words:
                continue
            if found.setdefault(code, words) != words:
                self.problems.append(
                    row.problem(
                        f"There are two texts in one language ({code})",
                        "Keep one of the columns",
                        column=column.header,
                    )
                )
        return found

    def _know(self, sheet: Sheet) -> None:
        if not sheet.columns:
            return
        spoken = [column for column in sheet.columns if column.key in {"label", "hint"}]
        for column in spoken:
            language = column.language or self.default
            code = tongues.code_of(language)
            if not code and column.language not in self._codes:
                self.problems.append(
                    sheet.problem(
                        f"It cannot be told which language “{language[:60]}” is",
                        "Write its code behind it, as in label::Urdu (ur)",
                        column=column.header,
                    )
                )
            self._codes[column.language] = code
        self._want_english(sheet, [column for column in spoken if column.key == "label"])

    def _want_english(self, sheet: Sheet, spoken: list[Column]) -> None:
        if not spoken:
            self.problems.append(sheet.problem("There is no column label", _ENGLISH_NEEDED))
            return
        english = [column for column in spoken if self._codes[column.language] == ENGLISH]
        if not english and all(self._codes[column.language] for column in spoken):
            there = ", ".join(column.header[:40] for column in spoken[:8])
            self.problems.append(
                sheet.problem(f"No column is in English, only {there}", _ENGLISH_NEEDED)
            )
        texts = [
            text for row in sheet.rows for column, text in row.cells.items() if column in english
        ]
        if texts and not tongues.is_english_script(texts):
            self.problems.append(
                sheet.problem(
                    "The words in the English column are not in English",
                    "Name their language, as in label::Arabic (ar), and add label::English (en)",
                    column=english[0].header,
                )
            )

    def _plain(self, row: Row, column: Column, text: str) -> str:
        if len(text) > MOST_CHARACTERS:
            self.problems.append(
                row.problem(
                    f"The text has {len(text)} characters",
                    f"No text has over {MOST_CHARACTERS:,}",
                    column=column.header,
                )
            )
            return ""
        label = labels.plain(text)
        if label.filled_in:
            self.problems.append(
                row.problem(
                    f"It would fill in an earlier answer, {label.filled_in[:60]}",
                    "Write words that fit every answer",
                    column=column.header,
                )
            )
            return label.words
        if label.formatted:
            self.formatted.append(row)
        for fault in wording.faults(label.words) if label.words else ():
            self.problems.append(
                row.problem(f"The text {fault}", "Write plain words there", column=column.header)
            )
        return label.words

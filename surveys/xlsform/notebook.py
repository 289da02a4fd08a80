"""Collects notes: what is said of several rows for one reason is one note. Pure."""

from dataclasses import dataclass, field

from surveys.xlsform.reports import Note
from surveys.xlsform.sheets import Row

_WHY_COLUMN = {
    "appearance": (
        "The appearance is dropped",
        "How things look is the platform's own, the same for every survey",
    ),
    "parameters": ("The parameters are dropped", "They have no meaning here"),
    "constraint": ("The constraint is dropped", "No answer is turned down"),
}


@dataclass(slots=True)
class Notebook:
    """Notes in the order in which their first rows come."""

    _kept: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def note(self, row: Row, what: str, why: str) -> None:
        rows = self._kept.setdefault((row.sheet, what, why), [])
        if row.number not in rows:
            rows.append(row.number)

    def note_column(self, row: Row, column: str) -> None:
        self.note(row, *_WHY_COLUMN[column])

    def note_all(self, what: str, why: str) -> None:
        """About the form as a whole."""
        self._kept.setdefault(("", what, why), [])

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(
            Note(sheet, tuple(sorted(rows)), what, why)
            for (sheet, what, why), rows in self._kept.items()
        )

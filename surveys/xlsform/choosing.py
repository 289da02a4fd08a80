"""The lists of answers in the sheet choices. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveys.languages import ENGLISH
from surveys.xlsform import naming, ratings
from surveys.xlsform.items import Answer
from surveys.xlsform.ratings import NotRated, Rated
from surveys.xlsform.reports import SheetProblem
from surveys.xlsform.sheets import Row, Sheet
from surveys.xlsform.speaking import Speaker

LONGEST_LABEL = 120  # as surveys/grammar.py takes them


@dataclass(frozen=True, slots=True)
class AnswerList:
    """One list: its answers in order, and the rows they stand in."""

    name: str
    rows: tuple[Row, ...]

    @property
    def scored(self) -> bool:
        return any(row.text("score") for row in self.rows)


class Lists:
    """All lists by name. What is wrong with one is said once, when a question first uses it."""

    def __init__(self, sheet: Sheet | None, speaker: Speaker) -> None:
        self.sheet = sheet
        self.speaker = speaker
        self.problems: list[SheetProblem] = []
        self.lists = dict(self._grouped(sheet)) if sheet is not None else {}
        self._answers: dict[str, tuple[Answer, ...]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.lists

    def unused(self) -> list[AnswerList]:
        return [each for name, each in self.lists.items() if name not in self._answers]

    def answers(self, name: str) -> tuple[Answer, ...]:
        """The answers of a list, without scores."""
        if name not in self._answers:
            self._answers[name] = tuple(self._read(self.lists[name]))
        return self._answers[name]

    def rated(self, name: str, *, likert: bool) -> tuple[Rated, ...] | None:
        """How the answers score; ``None`` where they are no scale.

        Raises:
            NotRated: they are meant as one, and cannot be scored.
        """
        found, answers = self.lists[name], self.answers(name)
        english = [each.label.get(ENGLISH, "") for each in answers]
        if found.scored:
            rows = [each.row for each in answers]
            return ratings.by_score(
                [row.text("score") for row in rows], [row.text("favourable") for row in rows]
            )
        if likert:
            return ratings.by_likert([each.name for each in answers], english)
        return ratings.by_words(english)

    def _grouped(self, sheet: Sheet) -> Mapping[str, AnswerList]:
        grouped: dict[str, list[Row]] = {}
        for row in sheet.rows:
            name = row.text("list_name")
            if not row.cells:
                continue
            if name:
                grouped.setdefault(name, []).append(row)
            elif row.text("name"):
                self.problems.append(
                    row.problem("The answer belongs to no list", "Fill in list_name")
                )
        return {name: AnswerList(name, tuple(rows)) for name, rows in grouped.items()}

    def _read(self, found: AnswerList) -> Iterator[Answer]:
        codes: dict[str, Row] = {}
        seen: dict[str, Row] = {}
        for row in found.rows:
            name, label = row.text("name"), self.speaker.words(row, "label")
            if not name:
                self._refuse(row, "The answer has no name", "Fill in name")
                continue
            code, english = naming.code_of(name), label.get(ENGLISH, "")
            if not code:
                self._refuse(
                    row, f"The name “{name[:60]}” has no letter a-z and no digit", "Choose another"
                )
            elif (same := codes.setdefault(code, row)) is not row:
                self._refuse(
                    row,
                    f"The name “{name[:60]}” gives the code {code}, as row {same.number} does",
                    "Give each answer of a list its own name",
                )
            self._check_label(row, english, seen)
            yield Answer(name, code, label, row)

    def _check_label(self, row: Row, english: str, seen: dict[str, Row]) -> None:
        if not english:
            self._refuse(row, "The answer has no label in English", "Write it")
        elif len(english) > LONGEST_LABEL:
            self._refuse(
                row,
                f"The label has {len(english)} characters",
                f"Keep an answer to {LONGEST_LABEL}",
            )
        elif (same := seen.setdefault(english, row)) is not row:
            self._refuse(
                row, f"The answer reads the same as that in row {same.number}", "Make them differ"
            )

    def _refuse(self, row: Row, what: str, mend: str) -> None:
        self.problems.append(row.problem(what, mend))


def with_ratings(answers: Sequence[Answer], rated: Sequence[Rated]) -> tuple[Answer, ...]:
    return tuple(
        Answer(each.name, each.code, each.label, each.row, how)
        for each, how in zip(answers, rated, strict=True)
    )


__all__ = ["AnswerList", "Lists", "NotRated", "with_ratings"]

"""Reads answers that an older survey collected, from a CSV file and its mapping. Pure.

What does not fit is refused row by row, with the line and the reason; the rest is read.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from feedback.given import Given, tidy
from feedback.mapping import Period, Plan

ENCODING = "utf-8-sig"
_LONGEST_CELL = 100_000
# Past words are kept whole, however much room their item gives today; longer is no answer.
_LONGEST_WORDS = 20_000
_LONGEST_SETTING = 120


class NotReadable(Exception):
    """The file as a whole cannot be read. The message says why, and where."""


@dataclass(frozen=True, slots=True)
class Past:
    """One row that fits: what was answered, when about, and where."""

    line: int
    period: Period
    setting: str
    given: Given
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unfit:
    """One row that does not fit, and why."""

    line: int
    reason: str
    cells: tuple[str, ...]


def rows(content: bytes, plan: Plan) -> Iterator[Past | Unfit]:
    """The rows of a file, each as what was answered or as why it does not fit.

    Raises:
        NotReadable: it is not text in UTF-8, or not CSV, or has other columns than the mapping.
    """
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    csv.field_size_limit(_LONGEST_CELL)
    line, header = 1, _header(reader, plan)
    while True:
        line = reader.line_num + 1
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            raise NotReadable(
                f"Line {line} is not CSV ({error}). Mend it, and try again."
            ) from None
        if cells:
            yield _row(line, cells, header, plan)


def header_of(content: bytes) -> list[str]:
    """The names of the columns, for the file of what was refused."""
    return next(csv.reader(io.StringIO(_text(content), newline="")), [])


class _Misfit(Exception):
    """Why a row does not fit."""


def _row(line: int, cells: tuple[str, ...], header: Sequence[str], plan: Plan) -> Past | Unfit:
    if len(cells) != len(header):
        return Unfit(line, f"it has {len(cells)} cells; the header has {len(header)}", cells)
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    try:
        period = Period.holding(_day(row, plan), plan.every)
        return Past(line, period, _setting(row, plan), _given(row, plan), cells)
    except _Misfit as misfit:
        return Unfit(line, str(misfit), cells)


def _day(row: Mapping[str, str], plan: Plan) -> date:
    said = row[plan.time_column]
    try:
        return datetime.strptime(said, plan.time_format).date()  # noqa: DTZ007  a local day
    except ValueError:
        raise _Misfit(f'"{said}" is not a time as {plan.time_format}') from None


def _given(row: Mapping[str, str], plan: Plan) -> Given:
    given = Given(answers=_answers(row, plan), words=_words(row, plan))
    if not given.answers and not given.words:
        raise _Misfit("nothing was answered")
    return given


def _answers(row: Mapping[str, str], plan: Plan) -> dict[str, tuple[str, ...]]:
    answers: dict[str, tuple[str, ...]] = {}
    for column, (item, codes) in plan.answers.items():
        said = row[column]
        if said and said.casefold() not in codes:
            raise _Misfit(f'the mapping has no answer "{said}" for {column}')
        if said:
            answers[item] = (codes[said.casefold()],)
    return answers


def _words(row: Mapping[str, str], plan: Plan) -> dict[str, str]:
    words = {item: tidy(row[column]) for column, item in plan.words.items()}
    if any(len(written) > _LONGEST_WORDS for written in words.values()):
        raise _Misfit(f"what was written has over {_LONGEST_WORDS:,} characters")
    return {item: written for item, written in words.items() if written}


def _setting(row: Mapping[str, str], plan: Plan) -> str:
    """The name of the place, in one line; "" where the row has none."""
    said = row[plan.setting_column] if plan.setting_column else ""
    name = " ".join(tidy(said).split())
    if said and not any(each.isprintable() for each in name):
        raise _Misfit("the name of the place has nothing that can be seen")
    if len(name) > _LONGEST_SETTING:
        raise _Misfit(f"the name of the place has over {_LONGEST_SETTING} characters")
    return name


def _text(content: bytes) -> str:
    try:
        text = content.decode(ENCODING)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NotReadable(f"Line {line} is not text in UTF-8. Save the file as UTF-8.") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise NotReadable(f"Line {line} holds a NUL character. This is not a CSV file.")
    return text


def _header(reader: Iterator[list[str]], plan: Plan) -> list[str]:
    header = [name.strip() for name in next(reader, [])]
    if not header:
        raise NotReadable("The file is empty.")
    wanted = plan.columns()
    missing = [name for name in wanted if name not in header]
    unnamed = [name for name in header if name not in wanted]
    twice = sorted({name for name in header if header.count(name) > 1})
    found = [
        f"{what}: {', '.join(names)}."
        for what, names in (
            ("The file lacks columns that the mapping names", missing),
            ("The mapping does not name (or ignore) columns of the file", unnamed),
            ("The file has columns twice", twice),
        )
        if names
    ]
    if found:
        raise NotReadable(" ".join(found))
    return header

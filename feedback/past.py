"""Reads answers that an older survey collected, from a CSV file and its mapping. Pure.

What does not fit is refused row by row, with the line and the reason; the rest is read.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback.given import Given
from feedback.mapping import Period, Plan

ENCODING = "utf-8-sig"
_LONGEST_CELL = 100_000
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


def _row(line: int, cells: tuple[str, ...], header: Sequence[str], plan: Plan) -> Past | Unfit:
    if len(cells) != len(header):
        return Unfit(line, f"it has {len(cells)} cells; the header has {len(header)}", cells)
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    try:
        when = datetime.strptime(row[plan.time_column], plan.time_format)  # noqa: DTZ007  a local day
    except ValueError:
        return Unfit(line, f'"{row[plan.time_column]}" is not a time as {plan.time_format}', cells)
    answers = {}
    for column, (item, codes) in plan.answers.items():
        said = row[column]
        if said and said.casefold() not in codes:
            return Unfit(line, f'the mapping has no answer "{said}" for {column}', cells)
        if said:
            answers[item] = (codes[said.casefold()],)
    words = {item: row[column] for column, item in plan.words.items() if row[column]}
    if not answers and not words:
        return Unfit(line, "nothing was answered", cells)
    setting = row[plan.setting_column] if plan.setting_column else ""
    if len(setting) > _LONGEST_SETTING:
        return Unfit(line, f"the name of the place has over {_LONGEST_SETTING} characters", cells)
    period = Period.holding(when.date(), plan.every)
    return Past(line, period, setting, Given(answers=answers, words=words), cells)


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

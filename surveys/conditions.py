"""When an item is shown, as rows of choices on a page, and in words. Pure.

A page can write a condition of rows that must all hold, or of which one must: each says that an
earlier item has, or has not, a certain answer, or any. What a file says beyond that (conditions in
conditions) is kept as it is, and told in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from surveys.definition import Survey
from surveys.routing import All, Answered, Condition, Is, Not
from surveys.routing import Any as AnyOf

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One choice.

    Args:
        item: the code of an earlier item; "" in a row that says nothing.
        answer: the code of its answer; "" for any answer.
        holds: whether it must be so; else it must not.
    """

    item: str
    answer: str = ""
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """A condition as a page shows it. Args: every: all rows must hold; else one is enough."""

    rows: tuple[Row, ...] = ()
    every: bool = True


def as_rows(data: object) -> Rows | None:
    """A condition's data as rows; ``None`` where rows cannot say it. No data is no rows."""
    if not isinstance(data, dict):
        return Rows() if data is None else None
    for key, every in (("all", True), ("any", False)):
        if set(data) == {key} and isinstance(data[key], list):
            return _joined(data[key], every=every)
    rows = _leaf(data, several=True)
    return None if rows is None else Rows(tuple(rows), every=len(rows) < 2)


def as_data(rows: Rows) -> dict[str, Any] | None:
    """The data of a condition; ``None`` where no row says anything."""
    said = [row for row in rows.rows if row.item]
    parts = [_data_of(row) for row in said] if rows.every else _merged(said)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"all" if rows.every else "any": parts}


def in_words(condition: Condition, survey: Survey) -> str:
    """Such as "‘Who helped?’ is answered ‘My carer’"."""
    match condition:
        case Is() | Answered():
            return _said(condition, survey, "is answered")
        case Not(Is() | Answered() as inner):
            return _said(inner, survey, "is not answered")
        case Not(inner):
            return f"it is not so that {in_words(inner, survey)}"
        case All(parts):
            return _list(parts, "and", survey)
        case AnyOf(parts):
            return _list(parts, "or", survey)


def _said(condition: Is | Answered, survey: Survey, how: str) -> str:
    said = f"{_name(survey, condition.item)} {how}"
    if isinstance(condition, Answered):
        return said
    labels = (f"“{_label(survey, condition.item, code)}”" for code in condition.codes)
    return f"{said} {' or '.join(labels)}"


def _list(parts: Iterable[Condition], word: str, survey: Survey) -> str:
    said = [in_words(each, survey) for each in parts]
    inner = [
        f"({words})" if isinstance(part, All | AnyOf) else words
        for part, words in zip(parts, said, strict=True)
    ]
    return f", {word} ".join(inner)


def _name(survey: Survey, code: str) -> str:
    item = next((each for each in survey.items if each.code == code), None)
    ask = next(iter(item.ask.values()), "") if item else ""
    return f"‘{ask}’" if ask else f"‘{code}’"


def _label(survey: Survey, item: str, code: str) -> str:
    found = next((each for each in survey.items if each.code == item), None)
    answers = {each.code: each for each in found.answers} if found else {}
    return next(iter(answers[code].label.values()), code) if code in answers else code


def _joined(parts: Sequence[object], *, every: bool) -> Rows | None:
    found = [_leaf(each, several=not every) for each in parts]
    if not found or any(each is None for each in found):
        return None
    return Rows(tuple(row for rows in found for row in rows or ()), every=every)


def _leaf(data: object, *, several: bool, holds: bool = True) -> list[Row] | None:
    """The rows of a condition on one item. Several answers are several rows, of which one holds."""
    if not isinstance(data, dict):
        return None
    if set(data) == {"not"} and holds:
        return _leaf(data["not"], several=False, holds=False)
    item = data.get("item")
    if not isinstance(item, str) or not item:
        return None
    if set(data) == {"item", "answered"} and data["answered"] is True:
        return [Row(item, holds=holds)]
    codes = _codes(data.get("is")) if set(data) == {"item", "is"} else []
    fits = len(codes) == 1 or (several and len(codes) > 1)
    return [Row(item, code, holds) for code in codes] if fits else None


def _codes(found: object) -> list[str]:
    """The answers that a condition names; none where these are not texts."""
    codes = [found] if isinstance(found, str) else found
    if not isinstance(codes, list) or not all(isinstance(code, str) and code for code in codes):
        return []
    return codes


def _merged(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """One condition for answers of the same item that stand together."""
    found = []
    for (item, plain), some in groupby(
        rows, lambda row: (row.item, row.holds and bool(row.answer))
    ):
        together = list(some)
        codes = [row.answer for row in together]
        if plain and len(codes) > 1:
            found.append({"item": item, "is": codes})
        else:
            found += [_data_of(row) for row in together]
    return found


def _data_of(row: Row) -> dict[str, Any]:
    about = {"is": row.answer} if row.answer else {"answered": True}
    data = {"item": row.item, **about}
    return data if row.holds else {"not": data}

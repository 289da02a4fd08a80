"""An item as a page shows it, field by field, and what a changed field is in the text. Pure.

A draft may hold anything: what is not of the kind that a field shows, the field shows empty, and it
stays as it is in the text until somebody fills that field in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys import conditions, tomlwriting, wording
from surveys.conditions import Rows
from surveys.definition import Kind

Table = Mapping[str, Any]
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """One answer. Args: counts: "good", "poor" or "" for neither; score: as it is typed."""

    code: str
    labels: Texts
    score: str = ""
    counts: str = ""


@dataclass(frozen=True, slots=True)
class ItemCard:
    """An item's fields. A text by age version is "" where that age version is not asked it.

    Args:
        shown_when: ``None`` where the condition is more than a page can show.
        grown_up: the age versions whose grown-up answers it.
    """

    code: str = ""
    kind: str = ""
    construct: str = ""
    scale: str = ""
    ask: Texts = field(default_factory=dict)
    hint: Texts = field(default_factory=dict)
    look: Texts = field(default_factory=dict)
    answers: tuple[AnswerCard, ...] = ()
    shown_when: Rows | None = field(default_factory=Rows)
    longest: str = ""
    suggestion: bool = False
    topics_of: str = ""
    slices: bool = False
    grown_up: frozenset[str] = frozenset()


def item_card(table: Table, ages: Sequence[str]) -> ItemCard:
    asked = _asked_of(table, ages)
    return ItemCard(
        code=_text(table, "code"),
        kind=_text(table, "kind"),
        construct=_text(table, "construct"),
        scale=_text(table, "scale"),
        ask=texts_by_age(table.get("ask"), ages, asked),
        hint=texts_by_age(table.get("hint"), ages, asked),
        look=texts_by_age(table.get("look"), ages, ages),
        answers=answer_cards(table, ages),
        shown_when=conditions.as_rows(table.get("shown_when")),
        longest=_number(table.get("longest")),
        suggestion=table.get("suggestion") is True,
        topics_of=_text(table, "topics_of"),
        slices=table.get("slices") is True,
        grown_up=frozenset(_names(table.get("asked_of_grown_up"))),
    )


def answer_cards(table: Table, ages: Sequence[str]) -> tuple[AnswerCard, ...]:
    found = table.get("answers")
    tables = found if isinstance(found, list) else []
    asked = _asked_of(table, ages)
    return tuple(
        _answer_card(each if isinstance(each, dict) else {}, ages, asked) for each in tables
    )


def changes_of_item(
    table: Table, before: ItemCard, after: ItemCard, ages: Sequence[str]
) -> dict[str, Any]:
    """What becomes of the item's keys: `surveys.edits.changed` takes it.

    Only of fields that differ, so that what a page cannot show is not lost by saving it.
    """
    found: dict[str, Any] = {}
    for name in ("code", "kind", "construct", "scale", "topics_of", "suggestion", "slices"):
        if getattr(before, name) != getattr(after, name):
            found[name] = getattr(after, name) or None
    if before.longest != after.longest:
        found["longest"] = _as_number(after.longest)
    if before.grown_up != after.grown_up:
        found["asked_of_grown_up"] = [age for age in ages if age in after.grown_up] or None
    if after.shown_when is not None and before.shown_when != after.shown_when:
        found["shown_when"] = conditions.as_data(after.shown_when)
    if before.look != after.look:
        found["look"] = grouped(table.get("look"), after.look, ages)
    return found | _changed_texts(table, before, after, ages)


def changed_answers(
    table: Table, before: Sequence[AnswerCard], after: Sequence[AnswerCard], ages: Sequence[str]
) -> list[Any] | None:
    """The answers as they are now; ``None`` for none. Keys that no field shows are kept by code."""
    found = table.get("answers")
    held = {card.code: each for card, each in zip(before, found or [], strict=False)}
    known = {card.code: card for card in before}
    asked = _asked_of(table, ages)
    return [
        _answer(held.get(each.code), known.get(each.code), each, asked) for each in after
    ] or None


def grouped(held: object, texts: Texts, ages: Sequence[str]) -> str | dict[str, str] | None:
    """Texts by age version as the file has them: one string where all have the same, else a table
    whose keys stay as they are where they can; ``None`` where there is none."""
    said = {age: texts[age] for age in ages if texts.get(age)}
    if not said:
        return None
    if len(said) == len(ages) and len(set(said.values())) == 1 and not isinstance(held, dict):
        return next(iter(said.values()))
    found: dict[str, str] = {}
    for key in held if isinstance(held, dict) else ():
        members = [name.strip() for name in key.split(",")]
        if len({said.get(name) for name in members}) == 1 and members[0] in said:
            found[key] = said[members[0]]
            said = {age: text for age, text in said.items() if age not in members}
    by_text: dict[str, list[str]] = {}
    for age, text in said.items():
        by_text.setdefault(text, []).append(age)
    return found | {", ".join(members): text for text, members in by_text.items()}


def texts_by_age(held: object, ages: Sequence[str], asked: Iterable[str]) -> dict[str, str]:
    """A text of the file by age version, tidied; "" where there is none."""
    found = dict.fromkeys(ages, "")
    if isinstance(held, str):
        return found | {age: wording.tidied(held) for age in asked if age in found}
    for names, text in held.items() if isinstance(held, dict) else ():
        for age in map(str.strip, names.split(",")):
            if age in found and isinstance(text, str):
                found[age] = wording.tidied(text)
    return found


def texts_of(table: Table, names: Iterable[str]) -> dict[str, str]:
    """Plain fields, tidied: of an age version, or of the survey itself."""
    return {name: wording.tidied(_text(table, name)) for name in names}


def changed_texts(table: Table, after: Texts) -> dict[str, Any]:
    """What becomes of plain fields that differ; long texts are laid out as files have them."""
    before = texts_of(table, after)
    return {
        name: (tomlwriting.laid_out(text) if name in tomlwriting.LONG_TEXTS else text) or None
        for name, text in after.items()
        if text != before[name]
    }


def _changed_texts(
    table: Table, before: ItemCard, after: ItemCard, ages: Sequence[str]
) -> dict[str, Any]:
    asked = [age for age in ages if after.ask.get(age)]
    found: dict[str, Any] = {}
    if before.ask != after.ask:
        same = isinstance(table.get("ask"), str) and len({after.ask[age] for age in asked}) == 1
        if same:
            found["ask"] = after.ask[asked[0]]
            found["asked_of"] = None if asked == list(ages) else asked
        else:
            found["ask"] = grouped(table.get("ask"), after.ask, ages)
            found["asked_of"] = None
        if found["asked_of"] is None and "asked_of" not in table:
            del found["asked_of"]
    if before.hint != after.hint:
        found["hint"] = grouped(table.get("hint"), after.hint, asked)
    if before.answers != after.answers:
        found["answers"] = changed_answers({**table, **found}, before.answers, after.answers, ages)
    return found


def _answer_card(table: Table, ages: Sequence[str], asked: Sequence[str]) -> AnswerCard:
    counts = {True: "good", False: "poor"}
    favourable = table.get("favourable")
    return AnswerCard(
        code=_text(table, "code"),
        labels=texts_by_age(table.get("label"), ages, asked),
        score=_number(table.get("score")),
        counts=counts[favourable] if isinstance(favourable, bool) else "",
    )


def _answer(
    held: object, before: AnswerCard | None, after: AnswerCard, asked: Sequence[str]
) -> dict[str, Any]:
    table = dict(held) if isinstance(held, dict) else {}
    found = {**table, "code": after.code}
    if before is None or before.score != after.score:
        found["score"] = _as_number(after.score)
    if before is None or before.counts != after.counts:
        found["favourable"] = {"good": True, "poor": False}.get(after.counts)
    if before is None or before.labels != after.labels:
        found["label"] = grouped(table.get("label"), after.labels, asked)
    order = ("code", "score", "favourable", "label")
    keys = [*order, *(key for key in found if key not in order)]
    return {key: found[key] for key in keys if found.get(key) is not None}


def _asked_of(table: Table, ages: Sequence[str]) -> list[str]:
    """The age versions that are asked an item; all, of a scale."""
    ask = table.get("ask")
    if isinstance(ask, dict):
        by_age = texts_by_age(ask, ages, ())
        return [age for age in ages if by_age[age]]
    named = _names(table.get("asked_of"))
    return [age for age in ages if age in named] if "asked_of" in table else list(ages)


def has_answers(kind: str) -> bool:
    return kind not in {Kind.WORDS, Kind.PAGE}


def _text(table: Table, key: str) -> str:
    found = table.get(key)
    return found if isinstance(found, str) else ""


def _names(found: object) -> list[str]:
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _number(found: object) -> str:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return ""
    return f"{found:g}" if abs(found) < 1_000_000 else ""


def _as_number(typed: str) -> int | float | None:
    """A number, where it is one; the page has checked that it is, or that nothing was typed."""
    if not typed.strip():
        return None
    value = float(typed)
    return int(value) if value.is_integer() else value

"""The fields of one item or scale, as a draft's page and the bank's show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys import cards, edits, hints, soundness
from surveys.cards import AnswerCard, ItemCard
from surveys.conditions import Row, in_words
from surveys.definition import Kind, Look, Survey
from surveys.edits import Document
from surveys.pages.part_forms import KEEP, NEW_ANSWERS, NEW_ROWS
from surveys.pages.writing import text_of

Table = Mapping[str, Any]

# What each kind is for, for whoever chooses one.
KINDS = {
    Kind.SCALE: "On a scale: ordered answers with scores",
    Kind.CHOICE: "One of several answers",
    Kind.CHOICES: "Any of several answers",
    Kind.WORDS: "In their own words",
    Kind.ABOUT: "A fact about them",
    Kind.HELPER: "Who is helping them answer",
    Kind.PAGE: "Something to read, nothing to answer",
}
LOOKS = {Look.WORDS: "Words", Look.FACES: "Faces", Look.THUMBS: "Thumbs"}


@dataclass(slots=True, kw_only=True)
class Part:
    """One part of a survey's text, among the others.

    Args:
        place: which of its kind, counted from 0.
        survey: the whole, as far as it can be read.
        ages: codes and names of the age versions.
    """

    document: Document
    part: str
    place: int
    survey: Survey | None = None
    ages: list[tuple[str, str]] = field(default_factory=list)

    @property
    def table(self) -> Table:
        return self.document.tables(self.part)[self.place]

    @property
    def codes(self) -> list[str]:
        return [code for code, _ in self.ages]


def of_item(part: Part, card: ItemCard) -> dict[str, Any]:
    """What the template of an item's fields shows."""
    kind = card.kind
    scales = [text_of(each, "code") for each in part.document.tables(edits.SCALE)]
    own_answers = cards.has_answers(kind) and not (kind == Kind.SCALE and card.scale)
    return {
        "card": card,
        "scales": [code for code in scales if code],
        "looks": LOOKS.items(),
        "by_age": [
            _words_of_age(part, card, at, code, name) for at, (code, name) in enumerate(part.ages)
        ],
        "is_scale": kind == Kind.SCALE,
        "is_words": kind == Kind.WORDS,
        "is_choices": kind == Kind.CHOICES,
        "is_about": kind == Kind.ABOUT,
        "answers": answer_rows(card, part) if own_answers else None,
        "condition": _condition(part, card),
        "ideas": _ideas(part),
        "most": soundness.MOST_CHARACTERS_OF_WORDS,
    }


def _words_of_age(part: Part, card: ItemCard, at: int, code: str, name: str) -> dict[str, Any]:
    wanted = _ease(part.document, code)
    ask, hint = card.ask.get(code, ""), card.hint.get(code, "")
    return {
        "at": at,
        "code": code,
        "name": name,
        "ask": ask,
        "hint": hint,
        "look": card.look.get(code, "") or Look.WORDS,
        "grown_up": code in card.grown_up,
        "ask_hint": hints.of(ask, wanted, is_question=hints.is_question(card.kind)),
        "hint_hint": hints.of(hint, wanted),
    }


def _ease(document: Document, code: str) -> float:
    for table in document.tables(edits.AGE_VERSION):
        ease = table.get("reading_ease")
        if table.get("code") == code and isinstance(ease, int | float):
            return float(ease)
    return 0.0


def answer_rows(card: ItemCard, part: Part) -> list[dict[str, Any]]:
    """Those that there are and a few to fill in. An age that is not asked has no words for them."""
    asked = [
        (at, code, name)
        for at, (code, name) in enumerate(part.ages)
        if card.ask.get(code) or part.part == edits.SCALE or not any(card.ask.values())
    ]
    empty = [AnswerCard("", {})] * NEW_ANSWERS
    return [
        {
            "at": number,
            "place": number + 1,
            "card": answer,
            "labels": [
                {"at": at, "name": name, "text": answer.labels.get(code, "")}
                for at, code, name in asked
            ],
            "is_new": number >= len(card.answers),
        }
        for number, answer in enumerate([*card.answers, *empty])
    ]


def _condition(part: Part, card: ItemCard) -> dict[str, Any]:
    """How the condition's rows are shown, and what they can be about."""
    earlier = part.document.tables(edits.ITEM)[: part.place]
    groups = [
        (text_of(each, "code"), _first_words(each, part), _offers(each, part))
        for each in earlier
        if text_of(each, "code") and each.get("kind") != Kind.PAGE
    ]
    rows = card.shown_when
    known = {value for _, _, offers in groups for value, _ in offers}
    listed = [*(rows.rows if rows else ()), *[Row("")] * NEW_ROWS]
    return {
        "groups": groups,
        "when": KEEP if rows is None else _when(rows.rows, every=rows.every),
        "rows": [
            {
                "at": at,
                "value": f"{row.item}|{row.answer}" if row.item else "",
                "holds": row.holds,
                "is_known": not row.item or f"{row.item}|{row.answer}" in known,
            }
            for at, row in enumerate(listed)
        ],
        "many": len(listed),
        "in_words": _in_words(part),
    }


def _when(rows: tuple[Row, ...], *, every: bool) -> str:
    if not rows:
        return "always"
    return "all" if every else "any"


def _in_words(part: Part) -> str:
    """The condition as it is kept, in words; "" where there is none that can be read."""
    code = text_of(part.table, "code")
    if part.survey is None:
        return ""
    for item in part.survey.items:
        if item.code == code and item.shown_when is not None:
            return in_words(item.shown_when, part.survey)
    return ""


def _offers(table: Table, part: Part) -> list[tuple[str, str]]:
    """What can be said of an earlier item: that it is answered, or how."""
    code = text_of(table, "code")
    held: Table = table
    shared = text_of(table, "scale")
    for each in part.document.tables(edits.SCALE):
        if shared and text_of(each, "code") == shared:
            held = each
    answers = cards.answer_cards(held, part.codes)
    labels = {each.code: next(filter(None, each.labels.values()), each.code) for each in answers}
    if table.get("kind") == Kind.WORDS:
        labels = {}
    return [(f"{code}|", "answered, whatever the answer")] + [
        (f"{code}|{answer}", f"answered “{label}”") for answer, label in labels.items() if answer
    ]


def _first_words(table: Table, part: Part) -> str:
    card = cards.item_card(table, part.codes)
    return next(filter(None, card.ask.values()), card.code)


def _ideas(part: Part) -> list[str]:
    return [
        text_of(each, "code")
        for each in part.document.tables(edits.ITEM)
        if each.get("kind") == Kind.WORDS and each.get("suggestion") is True
    ]

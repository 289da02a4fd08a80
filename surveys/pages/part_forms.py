"""What the page of one part of a draft sends, read into the fields that it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from surveys import wording
from surveys.cards import AnswerCard, ItemCard
from surveys.conditions import Row, Rows

# So many answers can be written at once beside those that are there, and rows of a condition.
NEW_ANSWERS = 2
NEW_ROWS = 2
_MOST_ANSWERS = 40
_MOST_ROWS = 20
KEEP = "keep"  # a condition that the page cannot show stays as it is


@dataclass(frozen=True, slots=True)
class Slip:
    """A field that cannot be kept. Args: field: the id of its control; what: a sentence."""

    field: str
    what: str


def read_item(
    sent: QueryDict, ages: Sequence[str], before: ItemCard
) -> tuple[ItemCard, tuple[Slip, ...]]:
    """The item as it was sent, and what of it is no number."""
    answers, slips = read_answers(sent, ages)
    longest, slip = _whole(sent, "longest", "The longest text is a whole number of characters.")
    card = replace(
        before,
        code=_line(sent, "code", before.code),
        kind=_line(sent, "kind", before.kind),
        construct=_line(sent, "construct", before.construct),
        scale=_line(sent, "scale", before.scale),
        topics_of=_line(sent, "topics_of", before.topics_of),
        ask=_by_age(sent, "ask", ages, before.ask),
        hint=_by_age(sent, "hint", ages, before.hint),
        look=_by_age(sent, "look", ages, before.look),
        longest=longest if "longest" in sent else before.longest,
        suggestion=_ticked(sent, "suggestion", before=before.suggestion),
        slices=_ticked(sent, "slices", before=before.slices),
        grown_up=_grown_up(sent, ages, before),
        shown_when=_shown_when(sent, before.shown_when),
        answers=before.answers if answers is None else answers,
    )
    return card, (*slip, *slips)


def read_answers(
    sent: QueryDict, ages: Sequence[str]
) -> tuple[tuple[AnswerCard, ...] | None, tuple[Slip, ...]]:
    """The answers in the order that their places say; ``None`` where the page had none to fill."""
    if "answers" not in sent:
        return None, ()
    found: list[tuple[float, int, AnswerCard]] = []
    slips: list[Slip] = []
    for number in range(min(_number(sent.get("answers", "")), _MOST_ANSWERS)):
        card = _answer(sent, number, ages)
        if sent.get(f"answer-{number}-gone") or not (card.code or any(card.labels.values())):
            continue
        place = sent.get(f"answer-{number}-place", "")
        score, slip = _whole(sent, f"answer-{number}-score", "A score is a whole number, 0 to 100.")
        slips += slip
        found.append((_number(place) or 999, number, replace(card, score=score)))
    return tuple(card for _, _, card in sorted(found, key=lambda each: each[:2])), tuple(slips)


def _answer(sent: QueryDict, number: int, ages: Sequence[str]) -> AnswerCard:
    labels = {
        age: wording.tidied(_plain(sent.get(f"answer-{number}-label-{at}", "")))
        for at, age in enumerate(ages)
    }
    code = _line(sent, f"answer-{number}-code", "")
    counts = sent.get(f"answer-{number}-counts", "")
    return AnswerCard(code, labels, counts=counts if counts in {"good", "poor"} else "")


def _shown_when(sent: QueryDict, before: Rows | None) -> Rows | None:
    when = sent.get("when", KEEP)
    if when == KEEP:
        return before
    if when not in {"all", "any"}:
        return Rows()
    rows = [_row(sent, number) for number in range(min(_number(sent.get("rows", "")), _MOST_ROWS))]
    said = tuple(row for row in rows if row.item)
    return Rows(said, every=when == "all" or len(said) < 2)


def _row(sent: QueryDict, number: int) -> Row:
    item, _, answer = sent.get(f"row-{number}-what", "").partition("|")
    return Row(_plain(item), _plain(answer), sent.get(f"row-{number}-holds") != "no")


def _by_age(
    sent: QueryDict, name: str, ages: Sequence[str], before: Mapping[str, str]
) -> dict[str, str]:
    return {
        age: wording.tidied(_plain(sent.get(f"{name}-{at}", "")))
        if f"{name}-{at}" in sent
        else before.get(age, "")
        for at, age in enumerate(ages)
    }


def _grown_up(sent: QueryDict, ages: Sequence[str], before: ItemCard) -> frozenset[str]:
    if "grown" not in sent:
        return before.grown_up
    return frozenset(age for at, age in enumerate(ages) if sent.get(f"grown-{at}"))


def _ticked(sent: QueryDict, name: str, *, before: bool) -> bool:
    """A box that was on the page says so beside it: one that is not ticked is not sent."""
    return bool(sent.get(name)) if f"{name}-shown" in sent else before


def _whole(sent: QueryDict, name: str, wrong: str) -> tuple[str, tuple[Slip, ...]]:
    typed = sent.get(name, "").strip()
    fits = not typed or (typed.isascii() and typed.isdigit() and len(typed) < 7)
    return typed, () if fits else (Slip(name, wrong),)


def _line(sent: QueryDict, name: str, before: str) -> str:
    return _plain(sent.get(name, "")).strip() if name in sent else before


def _plain(text: str) -> str:
    """Without NUL, which neither TOML nor the database keeps."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

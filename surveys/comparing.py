"""Two versions side by side: what differs, and which trends continue. Pure.

A trend is an item's figures from wave to wave. It continues where the item has the same code and
kind, measures the same, is asked of the same families and has the same answers with the same
scores; other words leave it going. Where any of these differs it breaks, and the figures before and
after are not of one thing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from surveys import worddiff
from surveys.definition import AgeVersion, Answer, Item, Kind, Survey
from surveys.worddiff import Piece


class Trend(StrEnum):
    CONTINUES = "continues"
    BREAKS = "breaks"
    BEGINS = "begins"
    ENDS = "ends"
    NONE = "none"  # nothing is counted: a page, or words


class What(StrEnum):
    """What became of a part."""

    SAME = "same"
    REWORDED = "other words"
    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Reworded:
    """One text. Args: place: such as "the question, ages 12-17, 18-25"."""

    place: str
    before: str
    after: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return worddiff.pieces(self.before, self.after)


@dataclass(frozen=True, slots=True)
class ItemCompared:
    """One item in both versions.

    Args:
        ask: what it is called here: its words for the first age, as they are now.
        texts: those that differ.
        changes: what differs beside words, as sentences.
        why: for a trend that breaks, why.
    """

    code: str
    ask: str
    what: What
    trend: Trend
    texts: tuple[Reworded, ...] = ()
    changes: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions. Args: around: texts around the questions that differ; ages: likewise."""

    around: tuple[Reworded, ...]
    ages: tuple[str, ...]
    items: tuple[ItemCompared, ...]
    is_reordered: bool

    def trending(self, trend: Trend) -> list[ItemCompared]:
        return [each for each in self.items if each.trend is trend]

    @property
    def continuing(self) -> list[ItemCompared]:
        return self.trending(Trend.CONTINUES)

    @property
    def breaking(self) -> list[ItemCompared]:
        return self.trending(Trend.BREAKS)

    @property
    def beginning(self) -> list[ItemCompared]:
        return self.trending(Trend.BEGINS)

    @property
    def ending(self) -> list[ItemCompared]:
        return self.trending(Trend.ENDS)

    @property
    def differing(self) -> list[ItemCompared]:
        return [each for each in self.items if each.what is not What.SAME]

    @property
    def is_the_same(self) -> bool:
        return not (self.around or self.ages or self.differing or self.is_reordered)


def compare(before: Survey, after: Survey) -> Compared:
    """What is new, gone or otherwise in the second of two versions, in its order."""
    old = {item.code: item for item in before.items}
    new = {item.code: item for item in after.items}
    items = [_item(old.get(code), item) for code, item in new.items()]
    items += [_gone(item) for code, item in old.items() if code not in new]
    return Compared(
        tuple(_around(before, after)),
        tuple(_ages(before, after)),
        tuple(items),
        [code for code in old if code in new] != [code for code in new if code in old],
    )


def _around(before: Survey, after: Survey) -> Iterator[Reworded]:
    if before.title != after.title:
        yield Reworded("the survey’s title", before.title, after.title)
    old = {each.code: each for each in before.age_versions}
    for version in after.age_versions:
        if version.code in old:
            yield from _around_age(old[version.code], version)


def _around_age(before: AgeVersion, after: AgeVersion) -> Iterator[Reworded]:
    names = {
        "name": "the name",
        "title": "the title",
        "intro": "the introduction",
        "grown_up_guidance": "what the grown-up reads",
        "thanks": "the thanks",
    }
    for field, what in names.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield Reworded(f"{what}, {after.code}", old, new)


def _ages(before: Survey, after: Survey) -> Iterator[str]:
    old = {each.code: each for each in before.age_versions}
    new = {each.code: each for each in after.age_versions}
    yield from (f"The age version {new[code].name} is new." for code in new if code not in old)
    yield from (f"The age version {old[code].name} is gone." for code in old if code not in new)
    for code in (each for each in new if each in old):
        if old[code].reading_ease != new[code].reading_ease:
            yield (
                f"The reading ease that {new[code].name} must have goes from "
                f"{old[code].reading_ease:g} to {new[code].reading_ease:g}."
            )


def _item(before: Item | None, after: Item) -> ItemCompared:
    ask = next(iter(after.ask.values()), "")
    if before is None:
        trend = Trend.BEGINS if _is_counted(after) else Trend.NONE
        return ItemCompared(after.code, ask, What.ADDED, trend)
    why = tuple(_breaks(before, after))
    changes = (*why, *_others(before, after))
    texts = tuple(_texts(before, after))
    what = What.CHANGED if changes else What.REWORDED if texts else What.SAME
    if not _is_counted(before) and not _is_counted(after):
        trend = Trend.NONE
    else:
        trend = Trend.BREAKS if why else Trend.CONTINUES
    return ItemCompared(after.code, ask, what, trend, texts, changes, why)


def _gone(item: Item) -> ItemCompared:
    trend = Trend.ENDS if _is_counted(item) else Trend.NONE
    return ItemCompared(item.code, next(iter(item.ask.values()), ""), What.GONE, trend)


def _is_counted(item: Item) -> bool:
    return item.kind not in {Kind.WORDS, Kind.PAGE}


def _breaks(before: Item, after: Item) -> Iterator[str]:
    if before.kind is not after.kind:
        yield f"It was of kind {before.kind} and is now {after.kind}."
    if before.construct != after.construct:
        yield f"It measured {before.construct or 'nothing'} and now {after.construct or 'nothing'}."
    if before.shown_when != after.shown_when:
        yield "It is shown to others: its condition differs."
    if gone := [age for age in before.ask if age not in after.ask]:
        yield f"It is no longer asked of {', '.join(gone)}."
    if new := [age for age in after.ask if age not in before.ask]:
        yield f"It is now asked of {', '.join(new)} too."
    yield from _broken_answers(before, after)


def _broken_answers(before: Item, after: Item) -> Iterator[str]:
    old, new = _by_code(before), _by_code(after)
    yield from (f"The answer “{_label(new[code])}” is new." for code in new if code not in old)
    yield from (f"The answer “{_label(old[code])}” is gone." for code in old if code not in new)
    for code in (each for each in new if each in old):
        was, now = old[code], new[code]
        if (was.score, was.favourable) != (now.score, now.favourable):
            yield (
                f"The answer “{_label(now)}” scored {_scored(was)} and now scores {_scored(now)}."
            )
        shared = set(before.ask) & set(after.ask)
        if set(was.label) & shared != set(now.label) & shared:
            yield f"The answer “{_label(now)}” is offered to other ages."


def _others(before: Item, after: Item) -> Iterator[str]:
    if before.look != after.look and before.ask.keys() == after.ask.keys():
        yield "It looks otherwise: words, faces or thumbs."
    if before.longest != after.longest:
        yield f"Words may have {after.longest} characters; they could have {before.longest}."
    if before.suggestion != after.suggestion:
        yield "It is an idea now." if after.suggestion else "It is no idea any more."
    if before.topics_of != after.topics_of:
        yield "Its answers name the topics of another item."
    if before.slices != after.slices:
        yield (
            "Figures may be broken down by it now."
            if after.slices
            else "Figures are no longer broken down by it."
        )
    if before.asked_of_grown_up != after.asked_of_grown_up:
        yield "Another person answers it in some ages: the grown-up, or the child."
    order = [code for code in _by_code(before) if code in _by_code(after)]
    if order != [code for code in _by_code(after) if code in _by_code(before)]:
        yield "Its answers are in another order."


def _texts(before: Item, after: Item) -> Iterator[Reworded]:
    yield from _by_age("the question", before.ask, after.ask, only_shared=True)
    yield from _by_age("the hint", before.hint or {}, after.hint or {})
    old = _by_code(before)
    for answer in after.answers:
        if answer.code in old:
            place = f"the answer “{answer.code}”"
            yield from _by_age(place, old[answer.code].label, answer.label, only_shared=True)


def _by_age(
    place: str, before: Mapping[str, str], after: Mapping[str, str], *, only_shared: bool = False
) -> Iterator[Reworded]:
    """Texts that differ, those of several ages together where they are the same."""
    ages: dict[tuple[str, str], list[str]] = {}
    for age in dict.fromkeys([*after, *before]):
        if only_shared and not (age in before and age in after):
            continue
        pair = (before.get(age, ""), after.get(age, ""))
        if pair[0] != pair[1]:
            ages.setdefault(pair, []).append(age)
    for (old, new), of in ages.items():
        yield Reworded(f"{place}, {', '.join(of)}", old, new)


def _by_code(item: Item) -> dict[str, Answer]:
    return {answer.code: answer for answer in item.answers}


def _label(answer: Answer) -> str:
    return next(iter(answer.label.values()), answer.code)


def _scored(answer: Answer) -> str:
    if answer.score is None:
        return "nothing"
    return f"{answer.score}{' (good)' if answer.favourable else ''}"

"""Which questions to skip, as paper has to say it: "go to 7", "only if you ticked 2 at 5".

On a screen the questions that do not fit are not there. Paper shows them all, so it says twice
who need not answer: where it is decided (a jump), and at the question itself (when to answer).
A jump is printed only if nothing in between can fit, whatever else was or will be answered. That
is decided in three values (true, false, not known yet).

Source of the three values: Kleene (1952), Introduction to Metamathematics, section 64.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TypeVar, assert_never

from surveys.definition import Kind
from surveys.questionnaire import Question, Questionnaire
from surveys.routing import All, Answered, Any, Condition, Is, Not

# What is longer, nobody follows on paper. Then it says "skip this if it does not fit you".
_MOST_WAYS = 3
_MOST_CHECKS = 3
_MOST_TRIED = 64  # ways that are worked out before we give up

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is printed beside a question and its boxes.

    Args:
        item: of the question.
        marks: of its boxes, by the answer's code.
    """

    item: int
    marks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be seen at an earlier question.

    Args:
        item: the number of the question.
        ticked: the numbers of the boxes, one of which is ticked; none for any answer at all.
        so: False where it must not be so.
    """

    item: int
    ticked: tuple[int, ...]
    so: bool = True


Ways = tuple[tuple[Check, ...], ...]


@dataclass(frozen=True, slots=True)
class Jump:
    """Who has answered so need not look at what is in between.

    Args:
        ticked: the numbers of boxes.
        empty: or if nothing is ticked.
        to: the number of the question to go to; ``None`` for the end.
    """

    ticked: tuple[int, ...]
    empty: bool
    to: int | None


@dataclass(frozen=True, slots=True)
class Route:
    """What paper says about the way to a question and on from it.

    Args:
        asked: False if nobody of this age version can be asked it: it is not printed.
        ways: answer it if all checks of one of these hold; empty if everybody may.
        unclear: answering depends on more than can be said in a line.
        jumps: on from here.
    """

    asked: bool = True
    ways: Ways = ()
    unclear: bool = False
    jumps: tuple[Jump, ...] = ()


def routes(questionnaire: Questionnaire, numbers: Mapping[str, Numbers]) -> Mapping[str, Route]:
    """The route of each item, pages too, by its code.

    Args:
        numbers: by item code, of all that are answered.
    """
    paper = _Paper(questionnaire.questions, numbers)
    return {question.code: paper.route(place) for place, question in enumerate(paper.questions)}


class _Unclear(Exception):
    """What it depends on cannot be said in a line."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of an answer. `whole`: that nothing else was ticked."""

    codes: frozenset[str]
    whole: bool = True


_EMPTY = _Seen(frozenset())
_Known = Mapping[str, _Seen]


@dataclass(frozen=True, slots=True)
class _Paper:
    questions: tuple[Question, ...]
    numbers: Mapping[str, Numbers]

    def route(self, place: int) -> Route:
        question = self.questions[place]
        if self._never(question):
            return Route(asked=False)
        jumps = tuple(self._jumps(place))
        if question.shown_when is None:
            return Route(jumps=jumps)
        try:
            return Route(ways=_in_a_line(self._ways(question.shown_when, so=True)), jumps=jumps)
        except _Unclear:
            return Route(unclear=True, jumps=jumps)

    def _never(self, question: Question) -> bool:
        return question.shown_when is not None and self._holds(question.shown_when, {}) is False

    def _jumps(self, place: int) -> Iterator[Jump]:
        found: dict[int, list[int]] = {}
        question, onward = self.questions[place], self._next(place, {})
        for code, mark in self._marks(question.code).items():
            seen = _Seen(frozenset({code}), whole=question.kind is not Kind.CHOICES)
            found.setdefault(self._next(place, {question.code: seen}), []).append(mark)
        if question.kind is not Kind.PAGE:
            found.setdefault(self._next(place, {question.code: _EMPTY}), []).append(0)
        for to, marks in sorted(found.items()):
            if to != onward and not self._is_page(to):  # a page has no number to go to
                ticked = tuple(mark for mark in marks if mark)
                yield Jump(ticked=ticked, empty=0 in marks, to=self._number_at(to))

    def _next(self, place: int, known: _Known) -> int:
        """The place of the next question that may fit; that of the end, if there is none."""
        seen = dict(known)
        for onward in range(place + 1, len(self.questions)):
            question = self.questions[onward]
            if question.shown_when is None or self._holds(question.shown_when, seen) is not False:
                return onward
            seen[question.code] = _EMPTY
        return len(self.questions)

    def _marks(self, item: str) -> Mapping[str, int]:
        return self.numbers[item].marks if item in self.numbers else {}

    def _is_page(self, place: int) -> bool:
        return place < len(self.questions) and self.questions[place].kind is Kind.PAGE

    def _number_at(self, place: int) -> int | None:
        return (
            self.numbers[self.questions[place].code].item if place < len(self.questions) else None
        )

    def _holds(self, condition: Condition, known: _Known) -> bool | None:
        match condition:
            case Is(item, codes):
                return self._is(item, frozenset(codes), known)
            case Answered(item):
                return self._is(item, None, known)
            case Not(inner):
                held = self._holds(inner, known)
                return None if held is None else not held
            case All(conditions):
                return _all([self._holds(each, known) for each in conditions])
            case Any(conditions):
                return _any([self._holds(each, known) for each in conditions])
            case _:
                assert_never(condition)

    def _is(self, item: str, codes: frozenset[str] | None, known: _Known) -> bool | None:
        """Args: codes: one of them was chosen; ``None`` for any answer."""
        if item not in self.numbers or (codes is not None and not codes & self._marks(item).keys()):
            return False  # never asked of this age version, or never offered to it
        seen = known.get(item)
        if seen is None:
            return None
        if seen.codes and (codes is None or codes & seen.codes):
            return True
        return False if seen.whole else None

    def _ways(self, condition: Condition, *, so: bool) -> Ways:
        """The condition (or, if not `so`, its contrary) as ways, of which one must be gone.

        That is its disjunctive normal form, with what is always or never so worked out.
        """
        match condition:
            case Is(item, codes):
                return self._way(item, frozenset(codes), so=so)
            case Answered(item):
                return self._way(item, None, so=so)
            case Not(inner):
                return self._ways(inner, so=not so)
            case All(conditions) if so:
                return self._together(conditions, so=so)
            case Any(conditions) if not so:
                return self._together(conditions, so=so)
            case All(conditions) | Any(conditions):
                return _once(way for each in conditions for way in self._ways(each, so=so))
            case _:
                assert_never(condition)

    def _way(self, item: str, codes: frozenset[str] | None, *, so: bool) -> Ways:
        if self._is(item, codes, {}) is False:
            return () if so else ((),)
        marks = self._marks(item)
        ticked = () if codes is None else tuple(marks[code] for code in marks if code in codes)
        return ((Check(self.numbers[item].item, ticked, so),),)

    def _together(self, conditions: Sequence[Condition], *, so: bool) -> Ways:
        each_way = [self._ways(each, so=so) for each in conditions]
        if prod(map(len, each_way)) > _MOST_TRIED:
            raise _Unclear
        return _once(_once(check for way in ways for check in way) for ways in product(*each_way))


def _in_a_line(ways: Ways) -> Ways:
    if () in ways:  # one way asks for nothing: everybody may answer
        return ()
    if len(ways) > _MOST_WAYS or any(len(way) > _MOST_CHECKS for way in ways):
        raise _Unclear
    return ways


def _all(held: Sequence[bool | None]) -> bool | None:
    if False in held:
        return False
    return None if None in held else True


def _any(held: Sequence[bool | None]) -> bool | None:
    if True in held:
        return True
    return None if None in held else False


def _once(things: Iterator[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(things))

"""What a family sent, read and checked. Pure.

Nothing has to be answered. What does not fit is never guessed at or dropped in silence: it is named
(`Problem`), so that the page can say it and give back what was typed. One exception: answers to
questions that their other answers hide are left out, because without script every question shows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from surveys.definition import Kind
from surveys.questionnaire import Question, Questionnaire
from surveys.routing import holds

# What a form sends: the values of each field, in the order in which they came.
Form = Mapping[str, Sequence[str]]

# An empty value is the "Skip" that every question offers, or an empty box.
SKIPPED = ""

_NEW_LINES = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters but for tab and new line, halves of characters (lone surrogates), and marks
# that turn the direction of what follows: spoofed text is read by people, so they go. The plain
# marks that Urdu, Arabic and Persian spelling needs (U+200C to U+200F, U+061C) stay.
_NOT_TO_STAY = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]+"
)


class Reason(StrEnum):
    """Why something cannot be kept. The page has a sentence for each."""

    NOTHING = "nothing"  # nothing at all was answered
    NOT_ASKED = "not-asked"  # a field that this survey does not have
    NOT_AN_ANSWER = "not-an-answer"  # an answer that this question does not have
    ONE_ONLY = "one-only"  # several answers where one can be chosen
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that cannot be kept.

    Args:
        item: the code of the item it is about; "" where it is about the whole page.
        length, longest: characters written, and the most that there is room for; for `TOO_LONG`.
    """

    item: str
    reason: Reason
    length: int = 0
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Problems:
    """Why nothing was kept: at least one problem, in the order of the questions."""

    all: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What a family said, checked.

    Args:
        answers: for each item answered by choosing, the codes chosen, in the survey's order.
        words: for each item answered by writing, what was written.
    """

    answers: Mapping[str, tuple[str, ...]]
    words: Mapping[str, str]


def read(form: Form, *, questionnaire: Questionnaire) -> Given | Problems:
    """What was given, or everything that is wrong with it.

    Args:
        form: the fields of the questionnaire, named by item code, and no other fields.
    """
    asked = {each.code: each for each in questionnaire.questions if each.kind is not Kind.PAGE}
    if not form.keys() <= asked.keys():
        return Problems((Problem("", Reason.NOT_ASKED),))
    answers: dict[str, tuple[str, ...]] = {}
    words: dict[str, str] = {}
    problems: list[Problem] = []
    for code, question in asked.items():
        if not _shown(question, answers, words):
            continue
        match _read_one(question, form.get(code, ())):
            case Problem() as problem:
                problems.append(problem)
            case str() as written if written:
                words[code] = written
            case tuple() as chosen if chosen:
                answers[code] = chosen
    if not (problems or answers or words):
        problems.append(Problem("", Reason.NOTHING))
    return Problems(tuple(problems)) if problems else Given(answers, words)


def tidy(written: str) -> str:
    """What was written, with plain line ends and nothing that cannot be seen.

    Control characters, halves of characters (lone surrogates) and marks that turn the direction
    of the text are taken out: databases refuse the first two, and the last deceive a reader.
    """
    return _NOT_TO_STAY.sub("", _NEW_LINES.sub("\n", written)).strip()


def _shown(
    question: Question, answers: Mapping[str, tuple[str, ...]], words: Mapping[str, str]
) -> bool:
    if question.shown_when is None:
        return True
    return holds(question.shown_when, {**answers, **dict.fromkeys(words, ("written",))})


def _read_one(question: Question, values: Sequence[str]) -> tuple[str, ...] | str | Problem:
    if question.kind is Kind.WORDS:
        return _read_words(question, values)
    chosen = set(values) - {SKIPPED}
    offered = tuple(answer.code for answer in question.answers)
    if not chosen <= set(offered):
        return Problem(question.code, Reason.NOT_AN_ANSWER)
    if len(chosen) > 1 and question.kind is not Kind.CHOICES:
        return Problem(question.code, Reason.ONE_ONLY)
    return tuple(code for code in offered if code in chosen)


def _read_words(question: Question, values: Sequence[str]) -> str | Problem:
    if len(values) > 1:
        return Problem(question.code, Reason.ONE_ONLY)
    written = tidy("".join(values))
    if len(written) > question.longest:
        return Problem(question.code, Reason.TOO_LONG, len(written), question.longest)
    return written

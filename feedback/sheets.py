"""A paper survey as somebody types it in: numbers and words in lines, read into a form. Pure.

Lines are numbered and answers have digits as on paper (`surveys.numbering`). What is read here is
checked as what families send is, by `feedback.given`; nothing is guessed at.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from feedback import given
from feedback.given import Given, Problems, Reason
from surveys import questionnaire
from surveys.definition import Kind, Survey
from surveys.numbering import Numbered, numbered

_BETWEEN = re.compile(r"[\s,;/+.&-]+")
# With so many answers, each has one figure, and "13" are the first and the third.
_ONE_FIGURE = 9


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a line. Args: item: its code; "" for the whole sheet. what: a sentence."""

    item: str
    what: str


@dataclass(frozen=True, slots=True)
class Read:
    """A sheet that can be cast.

    Args:
        dropped: codes of items that were answered though the other answers say that they are not
            asked; they are left out, as from families' own pages.
    """

    given: Given
    dropped: tuple[str, ...]


class NotDigits(ValueError):
    """What was typed for an item is not one of its answers. The message is a sentence."""


def read(typed: Mapping[str, str], *, survey: Survey, age_version: str) -> Read | tuple[Slip, ...]:
    """What a sheet says, or everything that is wrong with it.

    Args:
        typed: what was typed for each item, by its code; blank or missing is not answered.
    """
    form: dict[str, list[str]] = {}
    slips: list[Slip] = []
    for each in numbered(survey, age_version):
        said = typed.get(each.item.code, "")
        if not said.strip():
            continue
        try:
            form[each.item.code] = [said] if each.item.kind is Kind.WORDS else chosen(said, each)
        except NotDigits as error:
            slips.append(Slip(each.item.code, str(error)))
    if slips:
        return tuple(slips)
    match given.read(form, questionnaire=questionnaire.of(survey, age_version=age_version)):
        case Problems(problems):
            return tuple(Slip(each.item, _sentence(each)) for each in problems)
        case kept:
            there = kept.answers.keys() | kept.words.keys()
            return Read(kept, tuple(code for code in form if code not in there))


def chosen(said: str, asked: Numbered) -> list[str]:
    """The codes of the answers that these digits name.

    Raises:
        NotDigits: one of them names no answer, or several are named where one can be chosen.
    """
    figures = unicodedata.normalize("NFKC", said).strip()
    parts = [each for each in _BETWEEN.split(figures) if each]
    if len(asked.answers) <= _ONE_FIGURE:
        parts = [sign for part in parts for sign in part]
    codes = []
    for part in parts:
        answer = asked.digits.get(int(part)) if part.isdecimal() and len(part) < 4 else None
        if answer is None:
            raise NotDigits(f"“{part[:20]}” is no answer: type 1 to {len(asked.answers)}.")
        codes.append(answer.code)
    if len(set(codes)) > 1 and asked.item.kind is not Kind.CHOICES:
        raise NotDigits(
            f"Only one answer fits here, and {len(set(codes))} are typed. If the paper has more, "
            "leave it blank."
        )
    return list(dict.fromkeys(codes))


def _sentence(problem: given.Problem) -> str:
    match problem.reason:
        case Reason.NOTHING:
            return "Nothing is answered on this sheet. Leave it out, or type what it says."
        case Reason.TOO_LONG:
            return (
                f"These are {problem.length:,} characters, and there is room for "
                f"{problem.longest:,}. Shorten it, and keep what matters most."
            )
        case _:
            return "This is no answer to the question."

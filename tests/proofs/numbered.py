"""Ballots that can be told apart after mixing, for proofs only: a number written in the answers.

Counting cannot tell replies apart, by design. A proof must: so each ballot's answers to the scaled
items spell its number, one digit an item.
"""

from collections import Counter

from feedback.ballots import Sent
from feedback.given import Given
from feedback.replies import Replies
from surveys.definition import Kind, Survey

AGE = "12-17"


def digits_of(survey: Survey) -> dict[str, tuple[str, ...]]:
    """The items that spell a number, each with the answer codes that are its digits."""
    return {
        item.code: tuple(answer.code for answer in item.answers_for(AGE))
        for item in survey.items_for(AGE)
        if item.kind is Kind.SCALE and item.shown_when is None
    }


def numbered(survey: Survey, number: int, *, code: str | None, words: str = "") -> Sent:
    """A ballot whose answers spell ``number``.

    Raises:
        ValueError: the survey has too few items for so large a number.
    """
    answers, left = {}, number
    for item, digits in digits_of(survey).items():
        left, digit = divmod(left, len(digits))
        answers[item] = (digits[digit],)
    if left:
        raise ValueError(f"{number} does not fit into the answers")
    idea = next(item.code for item in survey.items_for(AGE) if item.suggestion)
    return Sent(
        given=Given(answers=answers, words={idea: words} if words else {}),
        age_version=AGE,
        language="en",
        code=code,
    )


def numbers_in(replies: Replies, survey: Survey) -> Counter[int]:
    """How often each number is among the replies."""
    found = [0] * replies.size
    place = 1
    for item, digits in digits_of(survey).items():
        column = replies.columns[item]
        for row, cell in enumerate(column.cells):
            found[row] += place * digits.index(column.codes[cell - 1])
        place *= len(digits)
    return Counter(found)

"""Answers for the bench: any answer is as likely as any other, one question in ten is skipped."""

from random import Random

from feedback.given import Given
from feedback.replies import Replies, Reply
from surveys.definition import Item, Kind, Survey


def given(survey: Survey, age_version: str, *, chance: Random, words: bool = False) -> Given:
    answers = {
        item.code: _answer(item, age_version, chance)
        for item in survey.items_for(age_version)
        if item.answers and chance.random() < 0.9
    }
    written = {
        item.code: "Please tell us before you change our worker."
        for item in survey.items_for(age_version)
        if words and item.kind is Kind.WORDS
    }
    return Given(answers=answers, words=written)


def an_age(survey: Survey, *, chance: Random) -> str:
    return chance.choice(survey.age_versions).code


def replies(survey: Survey, number: int, *, chance: Random) -> Replies:
    """A batch's worth of replies, as a mix would have made it."""
    made = []
    for _ in range(number):
        age = an_age(survey, chance=chance)
        made.append(Reply(age, "en", "", given(survey, age, chance=chance).answers))
    several = [item.code for item in survey.items if item.kind is Kind.CHOICES]
    return Replies.of(made, several=several)


def _answer(item: Item, age_version: str, chance: Random) -> tuple[str, ...]:
    codes = [answer.code for answer in item.answers_for(age_version)]
    if item.kind is Kind.CHOICES:
        return tuple(chance.sample(codes, k=min(2, len(codes))))
    return (chance.choice(codes),)

"""Whether the parts of a survey make sense together. Pure.

`surveys/grammar.py` reads each part; this checks what only the whole can show: codes that clash,
scales that cannot be scored, conditions that could never hold, limits.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from surveys.definition import Answer, Item, Kind, Look, Survey
from surveys.problems import Problem
from surveys.routing import All, Answered, Any, Condition, Is, Not

MOST_CHARACTERS_OF_WORDS = 2_000
# A reply keeps each answer as one byte, and a form has at most 300 fields.
MOST_SLOTS = 250
MOST_ANSWERS = 24
# Whoever reads with effort cannot compare more than a screen of answers.
MOST_ANSWERS_FOR_EASY_READING = 15
EASY_READING = 90  # Flesch reading ease from which a version counts as easy to read

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_CODE = 40
_LONGEST_AGE_CODE = 10
# Names that a page, a reply's columns, a breakdown or a translation use for something else.
RESERVED = frozenset(
    {
        "age", "all", "browser", "cell", "code", "lang", "language", "page", "scale", "send",
        "setting",
    }
)  # fmt: skip


def problems_of(survey: Survey) -> list[Problem]:
    """All that is wrong, in the order of the survey; nothing if it is sound."""
    return [
        *_with_survey(survey),
        *_with_age_versions(survey),
        *_with_codes(survey),
        *(problem for item in survey.items for problem in _with_item(survey, item)),
        *_with_conditions(survey),
        *_with_topics(survey),
    ]


def _with_survey(survey: Survey) -> Iterator[Problem]:
    yield from _with_code(survey.code, "survey, code")
    slots = sum(len(item.answers) for item in survey.items)
    if slots > MOST_SLOTS:
        yield Problem("survey", f"It has {slots} answers in all", f"Keep it to {MOST_SLOTS}")
    helpers = [item for item in survey.items if item.kind is Kind.HELPER]
    if len(helpers) != 1 and not survey.asked_elsewhere:
        yield Problem(
            "survey",
            f"It asks {len(helpers)} times who is helping, in items of kind helper",
            "Ask it exactly once: who helps changes the answers",
        )
    for item in helpers:
        if item.shown_when is not None:
            yield Problem(_place(item), "Who is helping is always asked", "Take out shown_when")
        for age in _ages(survey):
            if not item.asked_of(age):
                yield Problem(
                    f"{_place(item)}, ask, {age}", "Who is helping is asked of all", "Add it"
                )


def _with_age_versions(survey: Survey) -> Iterator[Problem]:
    if not survey.age_versions:
        yield Problem("survey", "It has no age version", "Write at least one [[age_version]]")
    for code in _twice(_ages(survey)):
        yield Problem(f'age version "{code}"', "There are two with this code", "Give each its own")
    for version in survey.age_versions:
        place = f'age version "{version.code}"'
        yield from _with_code(version.code, f"{place}, code", longest=_LONGEST_AGE_CODE)
        if not 0 <= version.reading_ease <= 100:
            yield Problem(
                f"{place}, reading_ease",
                f"{version.reading_ease} is no Flesch reading ease",
                "Write 0 to 100; 90 is very easy",
            )
        if not any(item.kind is Kind.SCALE for item in survey.items_for(version.code)):
            yield Problem(
                place, "It asks nothing on a scale", "Ask at least one item of kind scale"
            )


def _with_codes(survey: Survey) -> Iterator[Problem]:
    for code in _twice(item.code for item in survey.items):
        yield Problem(f'item "{code}"', "There are two items with this code", "Give each its own")
    for item in survey.items:
        yield from _with_code(item.code, f"{_place(item)}, code")
        if item.code in RESERVED or item.code in _ages(survey):
            yield Problem(
                f"{_place(item)}, code", "This name means something else", "Choose another"
            )
        for code in _twice(answer.code for answer in item.answers):
            yield Problem(
                f'{_place(item)}, answer "{code}"',
                "There are two with this code",
                "Give each its own",
            )
        for answer in item.answers:
            yield from _with_code(answer.code, f'{_place(item)}, answer "{answer.code}", code')


def _with_item(survey: Survey, item: Item) -> Iterator[Problem]:
    if not item.ask:
        yield Problem(
            f"{_place(item)}, ask", "It is asked of nobody", "Write a text, or take it out"
        )
    if item.kind is Kind.WORDS and not 1 <= item.longest <= MOST_CHARACTERS_OF_WORDS:
        yield Problem(
            f"{_place(item)}, longest",
            f"{item.longest} characters is not a length for words",
            f"Write 1 to {MOST_CHARACTERS_OF_WORDS}",
        )
    if item.kind in {Kind.WORDS, Kind.PAGE}:
        return
    for answer in item.answers:
        if not answer.label:
            yield Problem(
                f'{_place(item)}, answer "{answer.code}"', "It is offered to nobody", "Take it out"
            )
    for age in item.ask:
        yield from _with_answers(
            item, age, easy=survey.age_version(age).reading_ease >= EASY_READING
        )
    if item.kind is Kind.SCALE:
        yield from _with_code(item.construct, f"{_place(item)}, construct")
        yield from _with_scores(item)


def _with_answers(item: Item, age: str, *, easy: bool) -> Iterator[Problem]:
    offered = item.answers_for(age)
    most = MOST_ANSWERS_FOR_EASY_READING if easy else MOST_ANSWERS
    place = f"{_place(item)}, answers, {age}"
    if not 2 <= len(offered) <= most:
        yield Problem(place, f"There are {len(offered)} answers", f"Offer 2 to {most} to this age")
    for label in _twice(answer.label[age] for answer in offered):
        yield Problem(place, f'Two answers read "{label}"', "Make them differ")
    if item.kind is Kind.SCALE:
        yield from _with_scale(
            item, age, [each for each in offered if each.score is not None], place
        )


def _with_scale(item: Item, age: str, scored: list[Answer], place: str) -> Iterator[Problem]:
    if {answer.favourable for answer in scored} != {True, False}:
        yield Problem(
            place,
            "Scored answers are not both favourable and unfavourable",
            "Give each scored answer favourable = true or false, and have both",
        )
    scores = [answer.score or 0 for answer in scored]
    if len(set(scores)) < len(scores) or scores not in (
        sorted(scores),
        sorted(scores, reverse=True),
    ):
        yield Problem(
            place, f"The scores are {scores}", "Let them rise, or fall, from answer to answer"
        )
    most = {Look.FACES: 5, Look.THUMBS: 3}.get((item.look or {}).get(age, Look.WORDS))
    if most is not None and len(scored) > most:
        yield Problem(place, f"There are {len(scored)} scored answers", f"Show at most {most} so")


def _with_scores(item: Item) -> Iterator[Problem]:
    for answer in item.answers:
        place = f'{_place(item)}, answer "{answer.code}"'
        if answer.score is not None and not 0 <= answer.score <= 100:
            yield Problem(f"{place}, score", f"{answer.score} is no score", "Write 0 to 100")
        if (answer.score is None) != (answer.favourable is None):
            yield Problem(
                place,
                "It has only one of score and favourable",
                "Write both; or neither, for answers such as I do not know",
            )
    ordered = sorted((a for a in item.answers if a.score is not None), key=lambda a: a.score or 0)
    if [a.favourable for a in ordered] != sorted(bool(a.favourable) for a in ordered):
        yield Problem(
            f"{_place(item)}, answers",
            "An unfavourable answer scores more than a favourable one",
            "Let the favourable answers have the highest scores",
        )


def _with_conditions(survey: Survey) -> Iterator[Problem]:
    earlier: dict[str, Item] = {}
    for item in survey.items:
        for part in _leaves(item.shown_when):
            yield from _with_condition(item, part, earlier, survey)
        earlier[item.code] = item


def _with_condition(
    item: Item, part: Is | Answered, earlier: dict[str, Item], survey: Survey
) -> Iterator[Problem]:
    place = f"{_place(item)}, shown_when"
    asked = earlier.get(part.item)
    if asked is None:
        if any(each.code == part.item for each in survey.items):
            yield Problem(place, f'"{part.item}" is not asked before it', "Put it after")
        else:
            yield Problem(place, f'There is no item "{part.item}"', _nearest(part.item, earlier))
        return
    if asked.kind is Kind.PAGE:
        yield Problem(place, f'"{part.item}" is a page, and cannot be answered', "Choose another")
    for age in item.ask:
        if not asked.asked_of(age):
            yield Problem(
                place, f'"{part.item}" is not asked of {age}', "Ask it, or do not ask this"
            )
    if isinstance(part, Is):
        yield from _with_codes_of(part, asked, place)


def _with_codes_of(part: Is, asked: Item, place: str) -> Iterator[Problem]:
    if asked.kind is Kind.WORDS:
        yield Problem(place, f'"{asked.code}" has words, not answers', "Write answered = true")
        return
    known = [answer.code for answer in asked.answers]
    if not part.codes:
        yield Problem(place, f'It names no answer of "{asked.code}"', 'Write is = "..."')
    for code in part.codes:
        if code not in known:
            yield Problem(place, f'"{asked.code}" has no answer "{code}"', _nearest(code, known))


def _with_topics(survey: Survey) -> Iterator[Problem]:
    items = {item.code: item for item in survey.items}
    for item in survey.items:
        if not item.topics_of:
            continue
        place = f"{_place(item)}, topics_of"
        words = items.get(item.topics_of)
        if words is None or words.kind is not Kind.WORDS:
            codes = [code for code, each in items.items() if each.kind is Kind.WORDS]
            yield Problem(
                place,
                f'"{item.topics_of}" is no item of kind words',
                _nearest(item.topics_of, codes),
            )
        elif not words.suggestion:
            yield Problem(place, f'"{words.code}" is not an idea', "Write suggestion = true there")
        elif missing := [age for age in item.ask if not words.asked_of(age)]:
            yield Problem(
                place, f'"{words.code}" is not asked of {", ".join(missing)}', "Ask it there"
            )
    for code in _twice(item.topics_of for item in survey.items if item.topics_of):
        yield Problem(f'item "{code}"', "Two items name its topics", "Keep one")


def _with_code(code: str, place: str, *, longest: int = _LONGEST_CODE) -> Iterator[Problem]:
    # An empty code was refused when it was read.
    if code and (not _CODE.fullmatch(code) or len(code) > longest):
        yield Problem(
            place, f'"{code}" is not a code', f"Use a-z, 0-9 and single hyphens, at most {longest}"
        )


def _leaves(condition: Condition | None) -> Iterator[Is | Answered]:
    match condition:
        case None:
            return
        case Is() | Answered():
            yield condition
        case Not(inner):
            yield from _leaves(inner)
        case All(parts) | Any(parts):
            for part in parts:
                yield from _leaves(part)


def _nearest(name: str, known: Iterable[str]) -> str:
    known = list(known)
    near = get_close_matches(name, known, n=1, cutoff=0.7)
    return f'Did you mean "{near[0]}"?' if near else f"Known are: {', '.join(known) or 'none'}"


def _twice(things: Iterable[str]) -> list[str]:
    return [thing for thing, times in Counter(things).items() if times > 1 and thing]


def _ages(survey: Survey) -> list[str]:
    return [version.code for version in survey.age_versions]


def _place(item: Item) -> str:
    return f'item "{item.code}"'

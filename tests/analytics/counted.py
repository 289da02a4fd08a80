"""Invented counts of a small country, for tests of figures, withholding and audits."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from analytics.cells import Eligible, population_of
from analytics.indicators import measures
from analytics.questions import Question, all_questions
from analytics.series import OfQuestion, Round, Series
from analytics.tally import Tally
from feedback.replies import Replies, Reply
from surveys import core, publication
from surveys.definition import Survey

SURVEY: Survey = publication.parsed("core-of-tests", core.SOURCE.read_text)
REGIONS = ("E12000001", "E12000002")
AGES = ("4-7", "8-11", "12-17", "18-25", "parent")
FACTS: Mapping[str, Sequence[str]] = {
    "service": ("child-in-need", "in-care", "leaving-care", "early-help", ""),
    "gender": ("female", "male", "another", ""),
    "disability": ("yes", "no", ""),
    "ethnic-group": ("white", "white", "asian", "black", "mixed", ""),
    "home-language": ("english", "english", "both", ""),
    "helper": ("alone", "read-to-me", ""),
}


def question(code: str) -> Question:
    return next(each for each in all_questions(measures()) if each.code == code)


def authority(number: int) -> str:
    return f"E0600{number:04}"


def a_tally(number: int, chance: Random) -> Tally:
    """Of so many invented replies."""
    return Tally.of(
        Replies.of([_reply(chance) for _ in range(number)]),
        survey=SURVEY,
        indexes=measures().indexes,
    )


def _reply(chance: Random) -> Reply:
    age = chance.choices(AGES, (1, 2, 4, 2, 5))[0]
    version = next(each for each in SURVEY.age_versions if each.code == age)
    given: dict[str, tuple[str, ...]] = {}
    for item in SURVEY.items:
        if not item.asked_of(version.code):
            continue
        offered = [answer.code for answer in item.answers if answer.code]
        if item.code in FACTS:
            code = chance.choice(FACTS[item.code])
            if code:
                given[item.code] = (code,)
        elif item.kind.value == "scale" and chance.random() < 0.95:
            offered = [a.code for a in item.answers if age in a.label or not a.label]
            given[item.code] = (chance.choice(offered or [a.code for a in item.answers]),)
    # Of their own, so that the rest is what it was before there were topics.
    given |= _topics(age, Random(f"{age} {sorted(given.items())}"))
    return Reply(age, "en", "", given)


def _topics(age: str, chance: Random) -> dict[str, tuple[str, ...]]:
    offered = [a.code for a in SURVEY.item("topics").answers if age in a.label or not a.label]
    named = tuple(code for code in offered if chance.random() < 0.2)
    return {"topics": named} if named and chance.random() < 0.6 else {}


def a_series(
    sizes: Mapping[int, Sequence[int]],
    *,
    seed: int = 1,
    eligible: int = 0,
    remainders: Mapping[str, Sequence[int]] | None = None,
) -> Series:
    """Waves of three months.

    Args:
        sizes: how many answered in each wave, by the number of the authority.
        eligible: how many could answer of each service of an authority; 0 is that nobody knows.
    """
    chance = Random(seed)
    count = max(map(len, sizes.values()))
    rounds = []
    for wave in range(count):
        start = date(2025, 1, 1) + timedelta(days=91 * wave)
        tallies = {
            authority(number): a_tally(each[wave], chance)
            for number, each in sizes.items()
            if each[wave]
        }
        tallies |= {
            area: a_tally(each[wave], chance)
            for area, each in (remainders or {}).items()
            if each[wave]
        }
        known = [
            Eligible(service, "", eligible)
            for service in ("child-in-need", "in-care", "leaving-care")
        ]
        rounds.append(
            Round(
                code=f"wave-{wave + 1}",
                start=start,
                end=start + timedelta(days=90),
                survey=SURVEY,
                tallies=tallies,
                authorities=frozenset(map(authority, sizes)),
                populations={
                    authority(number): population_of(known) for number in sizes if eligible
                },
            )
        )
    region_of = {authority(number): REGIONS[number % 2] for number in sizes}
    return Series(rounds, region_of)


def of(series: Series, code: str) -> OfQuestion:
    return OfQuestion(series, question(code))


def upto(series: Series, number: int) -> Series:
    """As it was after so many waves."""
    return Series(series.rounds[:number], series.region_of, series.whole_country)

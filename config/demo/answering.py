"""How one invented family fills in the survey. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Self

from config.demo import families, writing
from config.demo.dice import BITS, FARTHEST, NOTCHES, Die, dice_of_scale, die, notch
from feedback.given import Given
from surveys.definition import Item, Kind, Survey
from surveys.routing import Condition, holds

MOOD = 0.9  # standard deviation of a family's mood, in log-odds

_DARKEST = FARTHEST // 2  # notches: a mood and a level together stay among the dice
_SKIPS = 0.05
_SKIPS_A_FACT = 0.08
_DOES_NOT_KNOW = 0.03
_STOPS_EARLY = 0.03
_NAMES_THE_SERVICE = 0.94  # the others are not sure
_HAS_AN_IDEA = 0.08
_HAS_A_COMMENT = 0.05
_TAPS_TOPICS = 0.85  # of those with an idea
_TAPS_ANOTHER = 0.25  # of those

SERVICE = "service"
_UNSURE = "unsure"
_FACTS = frozenset({Kind.ABOUT, Kind.HELPER, Kind.CHOICE})

# The answers of one family, by item code.
_Answers = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one age version is asked, sorted by how it is answered.

    Args:
        scales: dice by level, for each item with a scale.
        facts: the answers offered, for each item of which one is chosen.
        idea, comment, topics: codes of the items; "" where they are not asked.
        cards: the topics that can be tapped.
        hidden: items that only some are asked, and when.
    """

    age_version: str
    scales: Mapping[str, Sequence[Die]]
    facts: Mapping[str, tuple[str, ...]]
    idea: str
    comment: str
    topics: str
    cards: tuple[str, ...]
    hidden: tuple[tuple[str, Condition], ...]

    @classmethod
    def of(cls, survey: Survey, age_version: str) -> Self:
        items = survey.items_for(age_version)
        words = [each for each in items if each.kind is Kind.WORDS]
        topics = [each for each in items if each.topics_of]
        return cls(
            age_version=age_version,
            scales={item.code: _scale(item, age_version) for item in items if _is_scale(item)},
            facts={item.code: _offered(item, age_version) for item in items if item.kind in _FACTS},
            idea=_first([each for each in words if each.suggestion]),
            comment=_first([each for each in words if not each.suggestion]),
            topics=_first(topics),
            cards=_offered(topics[0], age_version) if topics else (),
            hidden=tuple((each.code, each.shown_when) for each in items if each.shown_when),
        )

    def fact(self, item: str, *, service: str, area: str, seed: str) -> Die:
        """How a fact is told by those who use a service in an area."""
        offered = self.facts[item]
        if item == SERVICE and service in offered:
            shares = [(service, _NAMES_THE_SERVICE)]
            shares += [(_UNSURE, 1 - _NAMES_THE_SERVICE)] if _UNSURE in offered else []
        else:
            told = families.weights(
                item, age_version=self.age_version, offered=offered, area=area, seed=seed
            )
            shares = list(zip(offered, told, strict=True))
        return die(shares, nothing=_SKIPS_A_FACT)

    def written(self, answers: _Answers, chance: Random) -> dict[str, str]:
        """An idea or a comment, or, mostly, nothing. An idea's topics are added to the answers."""
        words: dict[str, str] = {}
        if self.idea and chance.random() < _HAS_AN_IDEA:
            topic = chance.choice(self.cards) if self.cards else ""
            words[self.idea] = writing.idea(topic, age_version=self.age_version, chance=chance)
            if self.cards and chance.random() < _TAPS_TOPICS:
                tapped = {topic}
                if chance.random() < _TAPS_ANOTHER:
                    tapped.add(chance.choice(self.cards))
                answers[self.topics] = tuple(card for card in self.cards if card in tapped)
        if self.comment and chance.random() < _HAS_A_COMMENT:
            words[self.comment] = writing.comment(age_version=self.age_version, chance=chance)
        return words

    def leave_out_hidden(self, answers: _Answers) -> None:
        for item, shown_when in self.hidden:
            if item in answers and not holds(shown_when, answers):
                del answers[item]


@dataclass(frozen=True, slots=True)
class Group:
    """Families for whom things are much the same: of one age and service, in one place and wave.

    Args:
        levels: the log-odds of a favourable answer, for each of the sheet's scales.
        facts: a die for each of the sheet's facts.
    """

    sheet: Sheet
    levels: Mapping[str, float]
    facts: Mapping[str, Die]

    def given(self, number: int, *, writes: bool, chance: Random) -> Iterator[Given]:
        """What so many families give. This runs a hundred thousand times.

        Args:
            writes: whether they may write words too.
        """
        scales = [
            (item, dice, notch(self.levels[item])) for item, dice in self.sheet.scales.items()
        ]
        facts = list(self.facts.items())
        for _ in range(number):
            mood = round(chance.gauss(0, MOOD) * NOTCHES)
            mood = max(-_DARKEST, min(_DARKEST, mood))
            answers: _Answers = {}
            for item, dice, level in scales:
                if (answer := dice[level + mood][chance.getrandbits(BITS)]) is not None:
                    answers[item] = answer
            if chance.random() < _STOPS_EARLY:
                yield Given(_first_few(answers, chance), {})
                continue
            words = self.sheet.written(answers, chance) if writes else {}
            for item, sides in facts:
                if (answer := sides[chance.getrandbits(BITS)]) is not None:
                    answers[item] = answer
            self.sheet.leave_out_hidden(answers)
            yield Given(answers, words)


def _is_scale(item: Item) -> bool:
    return item.kind is Kind.SCALE


def _scale(item: Item, age_version: str) -> tuple[Die, ...]:
    return dice_of_scale(
        item.answers_for(age_version), does_not_know=_DOES_NOT_KNOW, nothing=_SKIPS
    )


def _offered(item: Item, age_version: str) -> tuple[str, ...]:
    return tuple(answer.code for answer in item.answers_for(age_version))


def _first(items: Sequence[Item]) -> str:
    return items[0].code if items else ""


def _first_few(answers: _Answers, chance: Random) -> _Answers:
    """Of somebody who stopped early and sent what there was."""
    return dict(list(answers.items())[: chance.randint(1, max(1, len(answers)))])

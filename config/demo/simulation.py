"""Invents what the families of one authority send in one wave. Pure; the same for the same seed.

Each family has a mood that colours all its answers, as real families have; around it a die rolls
for each question. Dice are made once for each question and level, so that a reply costs
microseconds and a hundred thousand of them a second or two.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, sqrt
from random import Random

from config.demo import families
from config.demo.answering import MOOD, SERVICE, Group, Sheet
from config.demo.dice import Die, about
from config.demo.truth import Place, Story, Truth
from feedback.given import Given
from surveys.definition import Kind, Survey

# Moods pull shares towards a half, and this pushes levels back: Zeger, Liang and Albert (1988),
# Biometrics 44: 1049-1060, for a logistic model with a normal effect, c = 16 sqrt(3) / (15 pi).
_PUSH = sqrt(1 + 0.346 * MOOD**2)
_KEENNESS = 0.15  # spread of the logarithm of how many answer, between authorities
_BY_OPEN_LINK = 0.06
_IN_ANOTHER_LANGUAGE = 0.03


@dataclass(frozen=True, slots=True)
class Visit:
    """One invented family's visit to the survey."""

    age_version: str
    language: str
    by_open_link: bool
    given: Given


@dataclass(frozen=True)
class Country:
    """An invented country answering one survey.

    Args:
        survey: what is asked.
        languages: those it can be answered in, English first.
        places: the authorities that take part.
        stories: what truly happens in each, by area.
        replies: about how many come to one whole wave, from all places together.
        seed: the same seed gives the same visits, in whatever order they are asked for.
    """

    survey: Survey
    languages: Sequence[str]
    places: Sequence[Place]
    stories: Mapping[str, Story]
    replies: float
    seed: str

    def visits(self, place: Place, *, wave: int, part: float = 1.0) -> list[Visit]:
        """All visits to one place in the wave of that number, from 0, in the order they came.

        Args:
            part: how much of the wave is over, from 0 to 1.
        """
        chance = Random(f"{self.seed}/visits/{place.area}/{wave}")
        found = [
            Visit(sheet.age_version, language, chance.random() < _BY_OPEN_LINK, given)
            for sheet, language, given in self._sent(place, wave, part, chance)
        ]
        chance.shuffle(found)
        return found

    def _sent(
        self, place: Place, wave: int, part: float, chance: Random
    ) -> Iterator[tuple[Sheet, str, Given]]:
        story = self.stories[place.area]
        truth = Truth.about(place, story=story, items=self._scales, seed=self.seed)
        first, *others = self.languages
        for (service, age_version, in_another), number in self._who(place, part, chance).items():
            sheet = self._sheets[age_version]
            group = Group(
                sheet,
                levels={
                    item: _PUSH
                    * truth.level(item, service=service, age_version=age_version, wave=wave)
                    for item in sheet.scales
                },
                facts=self._facts(place, service, age_version),
            )
            # We invent English sentences only.
            for given in group.given(number, writes=not in_another, chance=chance):
                if given.answers:  # a family that answers nothing sends nothing
                    yield sheet, chance.choice(others) if in_another else first, given

    def _who(self, place: Place, part: float, chance: Random) -> Counter[tuple[str, str, bool]]:
        """How many come: service, age, and whether in another language than English.

        In proportion to those who use each service, some places being keener than others.
        """
        asked = [each.code for each in self.survey.age_versions]
        others = _IN_ANOTHER_LANGUAGE if len(self.languages) > 1 else 0
        who: Counter[tuple[str, str, bool]] = Counter()
        for service, using in place.using.items():
            ages = families.ages_of(service, asked=asked)
            number = about(using * self._rate * self._keenness[place.area] * part, chance)
            came = chance.choices(list(ages), list(ages.values()), k=number)
            who.update((service, age_version, chance.random() < others) for age_version in came)
        return who

    def _facts(self, place: Place, service: str, age_version: str) -> dict[str, Die]:
        sheet = self._sheets[age_version]
        dice = {}
        for item in sheet.facts:
            # Most facts are told alike everywhere, and need one die for all.
            area = place.area if families.varies(item) else ""
            used = service if item == SERVICE else ""
            key = item, age_version, area, used
            if key not in self._fact_dice:
                self._fact_dice[key] = sheet.fact(item, service=used, area=area, seed=self.seed)
            dice[item] = self._fact_dice[key]
        return dice

    @cached_property
    def _fact_dice(self) -> dict[tuple[str, str, str, str], Die]:
        return {}

    @cached_property
    def _rate(self) -> float:
        """How many come of one who uses a service, where people are as keen as anywhere."""
        return self.replies / sum(
            sum(each.using.values()) * self._keenness[each.area] for each in self.places
        )

    @cached_property
    def _keenness(self) -> dict[str, float]:
        return {
            each.area: exp(Random(f"{self.seed}/keenness/{each.area}").gauss(0, _KEENNESS))
            for each in self.places
        }

    @cached_property
    def _scales(self) -> list[str]:
        return [item.code for item in self.survey.items if item.kind is Kind.SCALE]

    @cached_property
    def _sheets(self) -> dict[str, Sheet]:
        ages = [each.code for each in self.survey.age_versions]
        return {age: Sheet.of(self.survey, age) for age in ages}

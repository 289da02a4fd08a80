"""A small invented country, asked and released wave by wave by the real rules. Plain functions.

It has every hard case: authorities that are tiny always, or once; one of which nobody answers; what
is counted for a region alone; replies by an open link; many who say nothing of themselves; a
question that the youngest are not asked; weights; neighbours; and a correction of the last wave.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from analytics import counting, releasing
from analytics.indicators import measures
from analytics.models import Release, TallySheet
from analytics.tally import Tally
from authorities.models import Authority, Region, StatisticalNeighbour
from feedback.models import Channel
from feedback.replies import Replies, Reply
from surveys.keyring import Keyring
from surveys.models import Version, Wave
from tests.authorities.factories import a_person
from tests.feedback.factories import a_batch
from tests.surveys.factories import a_region, a_version, an_authority, an_open_wave

QUARTERS = (
    (date(2025, 7, 1), date(2025, 9, 30)),
    (date(2025, 10, 1), date(2025, 12, 31)),
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
)
REGIONS = (("E12000001", "North East"), ("E12000002", "North West"), ("E12000003", "Yorkshire"))
# How many answer in each wave, by authority, region by region.
SIZES = (
    ((40, 44, 39, 47, 41), (33, 36, 36, 31, 35), (12, 11, 14, 0, 13)),
    ((60, 62, 58, 66, 61), (47, 45, 51, 49, 44), (28, 30, 0, 33, 31)),
    ((90, 85, 97, 92, 94), (52, 45, 54, 53, 56)),
)
# Counted for a region alone, because too few of an authority were left to be mixed.
REMAINDERS = ((12, 0, 14, 11, 12), (0, 0, 0, 0, 0), (0, 10, 0, 0, 11))
BY_OPEN_LINK = (0, 0, 0, 14, 12)  # of the first authority
AGES = {"4-7": 1, "8-11": 2, "12-17": 4, "18-25": 2, "parent": 5}
FACTS = {
    "service": {"child-in-need": 1, "in-care": 1, "leaving-care": 1, "early-help": 1, "": 1},
    "gender": {"female": 1, "male": 1, "another": 1, "": 1},
    "helper": {"alone": 1, "read-to-me": 1, "": 1},
}
NEIGHBOURS = (1, 2, 3, 4)
ANSWERS = {"yes": 5, "mostly": 4, "no": 3, "": 1}
SCALED = ("safe", "listened", "told", "decisions")
OLDEST = ("12-17", "18-25", "parent")  # who is asked about decisions

_AGE_VERSION = """
[[age_version]]
code = "{code}"
name = "{code}"
title = "Your say"
intro = "Tell us how it is. You can skip anything."
thanks = "Thank you."
reading_ease = 70
"""
_SCALED = """
[[item]]
code = "{code}"
kind = "scale"
construct = "{code}"
scale = "how-far"
asked_of = [{ages}]
ask = "Is it good with us ({code})?"
"""
_ABOUT = """
[[item]]
code = "{code}"
kind = "{kind}"
{more}
asked_of = [{ages}]
ask = "Which fits you ({code})?"
answers = [{answers}]
"""
_SURVEY = """
[survey]
code = "{code}"
title = "A small survey"

[[scale]]
code = "how-far"
look = {{ {look} }}
answers = [
    {{ code = "yes", label = "Yes", score = 100, favourable = true }},
    {{ code = "mostly", label = "Mostly", score = 75, favourable = true }},
    {{ code = "no", label = "No", score = 0, favourable = false }},
    {{ code = "unsure", label = "I do not know" }},
]
"""


def source(survey: str) -> str:
    """A survey of four scales and three facts, one of which has a group of few."""
    ages = _quoted(AGES)
    found = [_SURVEY.format(code=survey, look=", ".join(f'"{age}" = "words"' for age in AGES))]
    found += [_AGE_VERSION.format(code=age) for age in AGES]
    for code in SCALED:
        asked = _quoted(OLDEST) if code == "decisions" else ages
        found.append(_SCALED.format(code=code, ages=asked))
    for code, answers in FACTS.items():
        listed = ", ".join(f'{{ code = "{a}", label = "{a}" }}' for a in answers if a)
        helps = code == "helper"
        found.append(
            _ABOUT.format(
                code=code,
                kind="helper" if helps else "about",
                more="" if helps else "slices = true",
                ages=ages,
                answers=listed,
            )
        )
    return "".join(found)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@dataclass
class Country:
    """Its authorities by region, and what it is asked."""

    chance: Random
    version: Version
    regions: list[Region]
    authorities: list[list[Authority]]

    @classmethod
    def made(cls, seed: int, *, survey: str = "small") -> "Country":
        """Waves of one survey add up; another country that is beside it has one of its own."""
        regions = [a_region(name, code) for code, name in REGIONS]
        authorities = [
            [an_authority(f"{region.name} {n}", region=region) for n in range(len(sizes))]
            for region, sizes in zip(regions, SIZES, strict=True)
        ]
        listed = [each for some in authorities for each in some]
        for place, each in enumerate(listed):
            for rank in NEIGHBOURS:
                StatisticalNeighbour.objects.create(
                    authority=each,
                    neighbour=listed[(place + rank) % len(listed)],
                    rank=rank,
                    closeness="close",
                )
        return cls(Random(seed), a_version(source(survey)), regions, authorities)

    # --- asking ----------------------------------------------------------------------------------

    def asked(self, number: int) -> Wave:
        """A wave that was answered, counted, and is over."""
        opens, closes = QUARTERS[number]
        listed = [each for some in self.authorities for each in some]
        wave = an_open_wave(*listed, version=self.version, opens_on=opens, closes_on=closes)
        for region, some, sizes, rest in zip(
            self.regions, self.authorities, SIZES, REMAINDERS, strict=True
        ):
            for each, size in zip(some, sizes, strict=True):
                self.count(wave, each.gss_code, size[number])
            self.count(wave, region.gss_code, rest[number])
        self.count(wave, listed[0].gss_code, BY_OPEN_LINK[number], Channel.OPEN)
        return wave

    def count(self, wave: Wave, area: str, size: int, channel: str = Channel.INVITED) -> None:
        """So many invented replies, as batches are counted; fewer than a batch go to the sheet."""
        if not size:
            return
        replies = [self.reply() for _ in range(size)]
        if size >= 10:
            part = wave.participations.filter(authority__gss_code=area).first()
            batch = (
                a_batch(replies, participation=part, channel=channel)
                if part
                else a_batch(replies, wave=wave, area=area, channel=channel)
            )
            counting.count_batch(batch.pk, keyring=Keyring.from_settings())
        else:
            add(wave, area, replies, channel=channel)

    def reply(self) -> Reply:
        chance = self.chance
        age = drawn(AGES, chance)
        given = {item: drawn(answers, chance) for item, answers in FACTS.items()}
        asked = SCALED if age in OLDEST else SCALED[:-1]
        given |= {item: drawn(ANSWERS, chance) for item in asked}
        return Reply(age, "en", "", {item: (code,) for item, code in given.items() if code})

    def neighbours(self) -> dict[str, list[str]]:
        """Of each authority those that are most like it: the four after it."""
        listed = [each.gss_code for some in self.authorities for each in some]
        return {
            code: [listed[(place + rank) % len(listed)] for rank in NEIGHBOURS]
            for place, code in enumerate(listed)
        }


def drawn(weights: Mapping[str, int], chance: Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def add(wave: Wave, area: str, replies: Iterable[Reply], *, channel: str = Channel.INVITED) -> None:
    """Put replies on a tally sheet, however few."""
    keyring = Keyring.from_settings()
    sheet = TallySheet.objects.filter(wave=wave, area=area, channel=channel).first()
    before = counting.open_sheet(sheet, keyring=keyring) if sheet else Tally()
    more = Tally.of(
        Replies.of(list(replies)), survey=wave.version.definition, indexes=measures().indexes
    )
    TallySheet.objects.update_or_create(
        wave=wave,
        area=area,
        channel=channel,
        defaults={"sealed": counting._sealed(before + more, keyring)},
    )


def after(number: int) -> datetime:
    """Ten days after a wave has closed."""
    day = QUARTERS[number][1] + timedelta(days=10)
    return datetime.combine(day, time(9, 30), tzinfo=UTC)


def out(wave: Wave, *, now: datetime, note: str = "", pool: Executor | None = None) -> Release:
    """The release of a wave, from its beginning to where everybody can read it.

    Args:
        pool: processes that share the work.
    """
    keyring = Keyring.from_settings()
    release = releasing.prepare(wave=wave, keyring=keyring, now=now, note=note, pool=pool)
    releasing.let_see_early(
        release=release,
        name="Alex Early",
        role="Minister",
        organisation="The department",
        reason="To answer questions on the day",
        by=a_person(),
        now=now,
    )
    releasing.check(release=release, keyring=keyring, now=now, pool=pool)
    for _ in range(releasing.SIGNATURES):
        releasing.sign_off(release=release, by=a_person(), now=now)
    return releasing.publish(release=release, by=None, now=now)

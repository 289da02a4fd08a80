"""From tallies to figures: what a release says of each area. Pure.

Authorities and England, for now. Figures of regions, and indicators broken down by age or service,
need every figure audited against every other; until then none are made.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from analytics.cells import SERVICE_ITEM
from analytics.differencing import Answers, national_codes, share_gives_away
from analytics.disclosure import (
    HIDDEN_COUNTS,
    LEAST_BASE,
    PROTECTS_FEW,
    TOO_FEW_ANSWERS,
    WITH_AN_OLDER,
    WOULD_GIVE_AWAY,
    Count,
    Figure,
    Share,
    Withheld,
    share,
    to_nearest,
)
from analytics.indicators import REPLIES, Indicator, Scoring, scoring
from analytics.marks import ALL
from analytics.tables import Limit, Table
from analytics.tally import Tally
from authorities.areas import ENGLAND
from surveys.definition import Survey

AGE = "age"
# One table for an authority, not two: some answers are offered to some ages only, so that a table
# by service would tell of the table by age what that one hides.
OF_AN_AUTHORITY = frozenset({AGE})
NOT_SAID = "not-said"


class Place(NamedTuple):
    """What a figure is of."""

    area: str
    indicator: str
    slice: str


@dataclass(frozen=True)
class Measure:
    """An indicator as one survey asks it.

    Args:
        unasked: the age versions that are not asked it.
    """

    indicator: Indicator
    scoring: Scoring
    unasked: frozenset[str]

    def answers(self, tally: Tally) -> Answers:
        given = tally.answers(self.indicator.item)
        return Answers(
            sum(given.get(code, 0) for code in self.scoring.favourable),
            sum(given.get(code, 0) for code in self.scoring.scored),
        )


@dataclass(frozen=True)
class Area:
    """What may be said of one authority, by one channel."""

    tally: Tally
    measures: Sequence[Measure]
    survey: Survey

    @property
    def replies(self) -> Count | Withheld:
        size = self.tally.size()
        return Count(size) if size >= LEAST_BASE else Withheld(TOO_FEW_ANSWERS)

    @cached_property
    def shares(self) -> dict[str, Share | Withheld]:
        return {each.indicator.code: self._share(each) for each in self.measures}

    @cached_property
    def tables(self) -> dict[str, Table]:
        """How many replies of each age and service; none where nothing may be said at all."""
        if self.tally.size() < LEAST_BASE:
            return {}
        return {
            fact: Table.of(groups(self.tally, fact, codes), limits=self._limits(fact))
            for fact, codes in facts(self.survey).items()
            if fact in OF_AN_AUTHORITY
        }

    def _share(self, measure: Measure) -> Share | Withheld:
        answers = measure.answers(self.tally)
        # All but a few answered what the youngest are not asked: so no more than a few are young.
        if measure.unasked and self.tally.size() - answers.base in HIDDEN_COUNTS:
            return Withheld(PROTECTS_FEW)
        return share(answers.favourable, answers.base)

    def _limits(self, fact: str) -> Iterator[Limit]:
        """Whoever answered a question was asked it; the unasked ages are among the others."""
        for each in self.measures:
            figure = self.shares[each.indicator.code]
            asked_fewer = self.tally.size() - each.answers(self.tally).base in HIDDEN_COUNTS
            if fact == AGE and each.unasked and asked_fewer:
                # That the share is withheld for this tells it too.
                yield Limit(each.unasked, HIDDEN_COUNTS[-1])
            if fact == AGE and each.unasked and isinstance(figure, Share):
                yield Limit(each.unasked, self.tally.size() - figure.base)


@dataclass(frozen=True)
class Whole:
    """What may be said of England, beside what is said of its authorities.

    Args:
        elsewhere: what is counted for England and for no authority: its regions' remainders.
    """

    areas: Sequence[Area]
    elsewhere: Tally
    measures: Sequence[Measure]
    survey: Survey

    @cached_property
    def tally(self) -> Tally:
        return sum((area.tally for area in self.areas), self.elsewhere)

    @property
    def replies(self) -> Count | Withheld:
        size = self.tally.size()
        return _rounded(size) if size >= LEAST_BASE else Withheld(TOO_FEW_ANSWERS)

    @cached_property
    def shares(self) -> dict[str, Share | Withheld]:
        return {each.indicator.code: self._share(each) for each in self.measures}

    def groups(self, fact: str, codes: Iterable[str]) -> dict[str, Count | Withheld]:
        """How many replies there are of each group."""
        table = Table.of(groups(self.tally, fact, codes))
        tables = [area.tables[fact] for area in self.areas if fact in area.tables]
        in_tables = sum(area.tally.size() for area in self.areas if fact in area.tables)
        shown = national_codes(table, tables, remainder=self.tally.size() - in_tables)
        return {
            code: _rounded(number) if code in shown else Withheld(PROTECTS_FEW)
            for code, number in table.counts.items()
        }

    def _share(self, measure: Measure) -> Share | Withheld:
        whole = measure.answers(self.tally)
        figure = share(whole.favourable, whole.base, national=True)
        if isinstance(figure, Withheld):
            return figure
        shown = [
            (found, measure.answers(area.tally))
            for area in self.areas
            if isinstance(found := area.shares[measure.indicator.code], Share)
        ]
        withheld = Answers(
            whole.favourable - sum(answers.favourable for _, answers in shown),
            whole.base - sum(answers.base for _, answers in shown),
        )
        if share_gives_away(figure, [found for found, _ in shown], withheld):
            return Withheld(WOULD_GIVE_AWAY)
        return figure


def figures(
    areas: Mapping[str, Tally], elsewhere: Tally, *, survey: Survey, indicators: Iterable[Indicator]
) -> Iterator[tuple[Place, Figure]]:
    """All that may be published of one channel's counts.

    Args:
        areas: the tally of each authority by GSS code; one without replies where it has no sheet.
        elsewhere: what is counted for England and for no authority: the regions' remainders.
        survey: what all were asked.
    """
    measures = list(_measures(survey, indicators))
    said = {code: Area(tally, measures, survey) for code, tally in areas.items()}
    england = Whole(list(said.values()), elsewhere, measures, survey)
    for code, area in said.items():
        yield from _placed(code, area.replies, area.shares)
        for fact, table in area.tables.items():
            yield from _grouped(code, fact, table.figures())
    yield from _placed(ENGLAND, england.replies, england.shares)
    if isinstance(england.replies, Count):
        for fact, codes in facts(survey).items():
            yield from _grouped(ENGLAND, fact, england.groups(fact, codes))


def beside(older: Mapping[Place, Figure], found: Mapping[Place, Figure]) -> dict[Place, Figure]:
    """These figures, without those that less an older release's are of fewer than ten people.

    Where one group of a table would be, all are withheld: it could be had from the others.
    """
    near = {place for place in older.keys() & found.keys() if _near(older[place], found[place])}
    tables = {_table(place) for place in near if place.slice != ALL}
    return {
        place: Withheld(WITH_AN_OLDER) if place in near or _table(place) in tables else figure
        for place, figure in found.items()
    }


def facts(survey: Survey) -> dict[str, tuple[str, ...]]:
    """What replies are counted by, and the groups of each."""
    found = {AGE: tuple(version.code for version in survey.age_versions)}
    for item in survey.items:
        if item.code == SERVICE_ITEM and item.slices:
            found[SERVICE_ITEM] = tuple(answer.code for answer in item.answers)
    return found


def groups(tally: Tally, fact: str, codes: Iterable[str]) -> dict[str, int]:
    """How many replies are in each group, and in none; together they are all."""
    found = dict.fromkeys(codes, 0) | tally.sizes(fact)
    not_said = tally.size() - sum(found.values())
    return found | {NOT_SAID: not_said} if not_said else found


def _table(place: Place) -> tuple[str, str, str]:
    return place.area, place.indicator, place.slice.partition(":")[0]


def _near(older: Figure, newer: Figure) -> bool:
    """Whether both are shown, and differ in fewer than ten people."""
    match older, newer:
        case (Share(base=before), Share(base=after)) | (Count(before), Count(after)):
            return 0 < abs(after - before) < LEAST_BASE
        case _:
            return False


def _measures(survey: Survey, indicators: Iterable[Indicator]) -> Iterator[Measure]:
    for indicator in indicators:
        marks = scoring(indicator, survey)
        if marks is not None:
            item = survey.item(indicator.item)
            ages = [version.code for version in survey.age_versions]
            yield Measure(indicator, marks, frozenset(a for a in ages if not item.asked_of(a)))


def _placed(
    area: str, replies: Figure, shares: Mapping[str, Figure]
) -> Iterator[tuple[Place, Figure]]:
    yield Place(area, REPLIES, ALL), replies
    for code, figure in shares.items():
        yield Place(area, code, ALL), figure


def _grouped(area: str, fact: str, found: Mapping[str, Figure]) -> Iterator[tuple[Place, Figure]]:
    for code, figure in found.items():
        yield Place(area, REPLIES, f"{fact}:{code}"), figure


def _rounded(number: int) -> Count:
    return Count(to_nearest(number), rounded=True)

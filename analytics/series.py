"""What was counted, in every wave of a survey, as figures and their audit need it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from analytics.cells import CELLS, REST, Population
from analytics.marks import ALL, CELL
from analytics.questions import Asked, Numbers, Question
from analytics.spans import Dated, Span, last_four, year_ending_with
from analytics.tally import Tally
from analytics.weighing import MarginsWrong, Unweighted, Weights, weigh
from authorities.areas import ENGLAND
from surveys.definition import Survey

NOBODY_ELIGIBLE = Population({}, {})
CODES = (*(cell.code for cell in CELLS), REST)


@dataclass(frozen=True)
class Round:
    """One wave as it was counted, by one channel.

    Args:
        code: the wave's, unlike any other's.
        tallies: by area; a region's or England's own code has what is counted for it alone.
        authorities: those that took part, whether they have a tally or not.
        populations: how many could answer, of an authority.
    """

    code: str
    start: date
    end: date
    survey: Survey
    tallies: Mapping[str, Tally]
    authorities: frozenset[str]
    populations: Mapping[str, Population]


@dataclass(frozen=True)
class Series:
    """All waves of one survey up to the one that is released, by one channel.

    Args:
        rounds: the earliest first.
        region_of: the region of each authority that ever took part.
        whole_country: whether England is the sum of these authorities, and has figures.
        self_selected: of replies by an open link, which are nobody's sample: each wave has totals
            of authorities and of England, and nothing else is said of them.
    """

    rounds: Sequence[Round]
    region_of: Mapping[str, str]
    whole_country: bool = True
    self_selected: bool = False

    @property
    def last(self) -> Round:
        return self.rounds[-1]

    @cached_property
    def regions(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.region_of.values()))) if self.whole_country else ()

    @cached_property
    def by_code(self) -> Mapping[str, Round]:
        return {each.code: each for each in self.rounds}

    def waves(self, span: Span, at: str) -> tuple[str, ...]:
        """The waves of a span that ends with this one; none where there is no such span."""
        codes = [each.code for each in self.rounds]
        if self.self_selected and span is not Span.WAVE:
            return ()
        match span:
            case Span.WAVE:
                return (at,)
            case Span.FOUR:
                return last_four(codes, at)
            case Span.YEAR:
                return year_ending_with([Dated(e.code, e.start, e.end) for e in self.rounds], at)

    @cached_property
    def _weights(self) -> dict[tuple[str, tuple[str, ...]], Weights | Unweighted]:
        return {}

    def weights(self, area: str, waves: tuple[str, ...]) -> Weights | Unweighted:
        """How much a reply of each weighting cell counts, in an authority's totals of these waves.

        Weighed to those who could answer in the last of them in which it took part, as often as it
        did.
        """
        key = area, waves
        if key not in self._weights:
            self._weights[key] = self._weigh(area, waves)
        return self._weights[key]

    def _weigh(self, area: str, waves: tuple[str, ...]) -> Weights | Unweighted:
        theirs = self.with_part_of(area, waves)
        population = NOBODY_ELIGIBLE
        if theirs:
            population = self.by_code[theirs[-1]].populations.get(area, NOBODY_ELIGIBLE)
        # Whoever could answer could in each of these waves, and may have.
        could = {group: number * len(theirs) for group, number in population.numbers.items()}
        respondents: dict[str, int] = {}
        for code in CODES:
            group = population.group_of.get(code, code)
            size = sum(
                tally.size(f"{CELL}:{code}")
                for wave in waves
                if (tally := self.by_code[wave].tallies.get(area))
            )
            respondents[group] = respondents.get(group, 0) + size
        try:
            found = weigh(
                respondents=respondents,
                population={group: n for group, n in could.items() if group in respondents},
                families={cell.code: cell.service for cell in CELLS},
            )
        except MarginsWrong:
            # Without the numbers: these words are published.
            return Unweighted(
                "what is known of those who could answer cannot be right, as in one group more "
                "answered than could"
            )
        if isinstance(found, Unweighted):
            return found
        return replace(
            found,
            by_cell={
                code: found.by_cell[group]
                for code in CODES
                if (group := population.group_of.get(code, code)) in found.by_cell
            },
        )

    def with_part_of(self, area: str, waves: Sequence[str]) -> tuple[str, ...]:
        """Those of these waves in which an authority took part: not all, where it was merged."""
        return tuple(wave for wave in waves if area in self.by_code[wave].authorities)

    def respondents(self, area: str, waves: tuple[str, ...]) -> int:
        """How many answered in an authority in these waves."""
        tallies = (self.by_code[wave].tallies.get(area) for wave in waves)
        return sum(tally.size() for tally in tallies if tally)

    def members(self, area: str, wave: str) -> tuple[str, ...]:
        """Whose counts make those of an area in a wave: its own, its authorities', remainders'."""
        found = self.by_code[wave]
        if area == ENGLAND:
            return (*sorted(found.authorities), *self.regions, ENGLAND)
        if area in self.regions:
            return (*sorted(a for a in found.authorities if self.region_of[a] == area), area)
        return (area,) if area in found.authorities else ()


@dataclass(frozen=True)
class OfQuestion:
    """What was counted of one question."""

    series: Series
    question: Question

    @cached_property
    def asked(self) -> Mapping[str, Asked]:
        """How each wave asks it, of those that do."""
        found = {e.code: self.question.asked_in(e.survey) for e in self.series.rounds}
        return {code: each for code, each in found.items() if each is not None}

    def span(self, span: Span, at: str) -> tuple[str, ...]:
        """The waves of a span, where all of them ask it and it has figures of such; else none."""
        if span not in self.question.spans:
            return ()
        found = self.series.waves(span, at)
        return found if all(wave in self.asked for wave in found) else ()

    def numbers(self, area: str, wave: str, name: str = ALL) -> Numbers:
        """Of an area's own tally: of a region's, what is counted for it alone."""
        key = area, wave, name
        if key not in self._numbers:
            tally = self.series.by_code[wave].tallies.get(area)
            asked = self.asked.get(wave)
            self._numbers[key] = asked.numbers(tally, name) if tally and asked else Numbers()
        return self._numbers[key]

    @cached_property
    def _numbers(self) -> dict[tuple[str, str, str], Numbers]:
        return {}

    def once(
        self, key: tuple[str, tuple[str, ...], str], made: Callable[[], dict[str, Numbers]]
    ) -> dict[str, Numbers]:
        """What was made for a key before, or now."""
        if key not in self._made:
            self._made[key] = made()
        return self._made[key]

    @cached_property
    def _made(self) -> dict[tuple[str, tuple[str, ...], str], dict[str, Numbers]]:
        return {}

    def together(self, area: str, waves: Sequence[str], name: str = ALL) -> Numbers:
        return Numbers.sum(self.numbers(area, wave, name) for wave in waves)

    def by_cell(self, area: str, waves: Sequence[str]) -> dict[str, Numbers]:
        """Of each weighting cell in which anybody answered."""
        found = {code: self.together(area, waves, f"{CELL}:{code}") for code in CODES}
        return {code: numbers for code, numbers in found.items() if numbers.replies}

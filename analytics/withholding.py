"""Which figures to withhold so that none gives another away. Pure; workers only.

What is proposed of one question is tried against a reader of every release (`attacking`). Where a
withheld count could be worked out, something else is withheld or coarsened, the least first, until
nothing can: of a breakdown the smallest group that is still shown; of a total the figure of several
waves; and where a region's or England's figure tells, that one is rounded more, and last withheld.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from analytics.attacking import LEAST_WIDTH, Cell, Finding, Part, Secret, System, said_of
from analytics.breakdowns import Breakdowns
from analytics.disclosure import LEAST_BASE, NOBODY, Figure, Withheld
from analytics.figures import (
    Place,
    Proposal,
    cells_of,
    leaf_numbers,
    leaves_of_nobody,
    proposals,
    year_of,
)
from analytics.marks import ALL
from analytics.questions import Numbers, Question
from analytics.series import OfQuestion
from analytics.spans import Span
from authorities.areas import ENGLAND

MOST_ROUNDS = 40


class Said(NamedTuple):
    """A figure, and in the release of which wave it was said."""

    wave: str
    place: Place


Earlier = Mapping[Said, Figure]


@dataclass(frozen=True)
class Chosen:
    """What may be shown of one question, and what is still in danger: nothing, unless we erred."""

    figures: Mapping[Place, Figure]
    findings: Sequence[Finding]
    proposals: Mapping[Place, Proposal] = field(default_factory=dict)


def choose(of: OfQuestion, at: str, *, breakdowns: Breakdowns, earlier: Earlier) -> Chosen:
    """What the release of a wave may say of one question, beside all that was said before.

    Args:
        earlier: every figure of it in the newest release of each earlier wave.
    """
    search = _Search(of, at, breakdowns, earlier)
    findings = search.run()
    return Chosen(search.figures(), findings, search.proposed)


class Alike(NamedTuple):
    """Where figures of questions that have one base stand."""

    area: str
    slice: str
    span: Span


def choose_alike(
    several: Sequence[OfQuestion], at: str, *, breakdowns: Breakdowns, earlier: Earlier
) -> dict[Place, Figure]:
    """What the release of a wave may say of questions that are asked of the very same people.

    Their base is one number. So what is withheld, or has a coarser base, of one of them is so of
    all; and each is tried anew with what the others withhold, until none withholds more.

    Args:
        earlier: every figure of them in the newest release of each earlier wave.
    """
    level: dict[Alike, int] = {}
    found: dict[str, _Search] = {}
    waiting = [of for of in several if at in of.asked]
    while waiting:
        for of in waiting:
            said = {s: each for s, each in earlier.items() if _is_of(of, s.place)}
            search = found[of.question.code] = _Search(of, at, breakdowns, said)
            search.start_from(level)
            search.run()
            for alike, reached in search.reached():
                level[alike] = max(level.get(alike, 0), reached)
        waiting = [s.of for s in found.values() if any(level[a] > r for a, r in s.reached())]
    return {place: each for search in found.values() for place, each in search.figures().items()}


def _is_of(of: OfQuestion, place: Place) -> bool:
    return place.indicator == of.question.code


def _alike(place: Place) -> Alike:
    return Alike(place.area, place.slice, place.span)


_NOT_SHOWN = 99  # a level beyond any number of options


def audit(
    of: OfQuestion,
    at: str,
    figures: Mapping[Place, Figure],
    *,
    breakdowns: Breakdowns,
    earlier: Earlier,
) -> list[Finding]:
    """What a reader can work out where these figures are what the release of a wave says.

    Raises:
        Contradiction: a figure is not what was counted.
    """
    system = known(of, at, breakdowns, earlier)
    secrets = _secrets_before(of, at, breakdowns, earlier, system)
    for place, figure in figures.items():
        cells = cells_of(of, place, at, breakdowns)
        system.know(said_of(figure, cells, true_base=system.base(cells)))
        if secret := _secret(of, figure, Said(at, place), system.base(cells), cells):
            secrets[secret.cells] = secret
    return system.findings(_as_they_must(secrets.values()))


def _as_they_must(secrets: Iterable[Secret]) -> list[Secret]:
    """Without what is only hidden for as far as there is something to hide."""
    return [replace(secret, up_to=0) for secret in secrets]


# --- what there is -------------------------------------------------------------------------------


def known(of: OfQuestion, at: str, breakdowns: Breakdowns, earlier: Earlier) -> System:
    """All counts, how they add up, and what earlier releases said of them."""
    parts = tuple(Part) if of.question.is_share else (Part.BASE,)
    counts = dict(_counts(of, at, breakdowns))
    system = System(counts, parts)
    for waves in _years(of, at):
        for area in _all_members(of, waves):
            whole = [Cell(area, wave, ALL) for wave in waves if Cell(area, wave, ALL) in counts]
            for breakdown in breakdowns.each:
                leaves = leaf_numbers(of, area, waves, breakdown)
                groups = [Cell(area, year_of(waves), leaf) for leaf in leaves]
                system.know_sum(whole, groups)
                nobody = leaves_of_nobody(of, waves, breakdown)
                system.know_empty(
                    cell for cell in groups if cell.slice in nobody and counts[cell] == (0, 0)
                )
    for said, figure in earlier.items():
        cells = _cells_before(of, said, breakdowns)
        rows = list(said_of(figure, cells, true_base=system.base(cells))) if cells else []
        # One of several waves that was said before one of them was corrected is of other counts.
        if all(map(system.holds, rows)):
            system.know(rows)
    return system


def _cells_before(of: OfQuestion, said: Said, breakdowns: Breakdowns) -> frozenset[Cell]:
    """Whose counts a figure of an earlier release is of; none where these cannot be formed.

    That is where its group is listed no more: who was in it is then among those in no group, and
    what was said of it is left out. It was tried when it came out; all that later releases say of
    that year is how many answered in its waves. And it is where waves came out in another order
    than that of their periods, so that what was four waves or a year then is none now.
    """
    listed = said.place.slice == ALL or breakdowns.lists(said.place.slice)
    if not listed or not of.span(said.place.span, said.wave):
        return frozenset()
    return cells_of(of, said.place, said.wave, breakdowns)


def _counts(
    of: OfQuestion, at: str, breakdowns: Breakdowns
) -> Iterator[tuple[Cell, tuple[int, int]]]:
    for each in of.series.rounds:
        for area in _all_members(of, [each.code]):
            yield Cell(area, each.code, ALL), _pair(of, of.numbers(area, each.code))
    for waves in _years(of, at):
        for area in _all_members(of, waves):
            for breakdown in breakdowns.each:
                for leaf, numbers in leaf_numbers(of, area, waves, breakdown).items():
                    yield Cell(area, year_of(waves), leaf), _pair(of, numbers)


def _pair(of: OfQuestion, numbers: Numbers) -> tuple[int, int]:
    return numbers.n, numbers.total if of.question.is_share else 0


def _years(of: OfQuestion, at: str) -> list[tuple[str, ...]]:
    """The years of which breakdowns were released, with this wave's."""
    codes = [each.code for each in of.series.rounds]
    upto = codes[: codes.index(at) + 1]
    return [waves for code in upto if (waves := of.span(Span.YEAR, code))]


def _all_members(of: OfQuestion, waves: Iterable[str]) -> list[str]:
    """Every area that has counts of its own: authorities, and remainders."""
    found: dict[str, None] = {}
    for wave in waves:
        if of.series.whole_country:
            found |= dict.fromkeys(of.series.members(ENGLAND, wave))
        else:
            found |= dict.fromkeys(sorted(of.series.by_code[wave].authorities))
    return list(found)


# --- what is to be kept from a reader ------------------------------------------------------------


def _secret(
    of: OfQuestion, figure: Figure, said: Said, base: int, cells: frozenset[Cell]
) -> Secret | None:
    """What a withheld figure keeps from a reader.

    That of a region or of England is of many, and withheld for one of theirs, who has a secret.
    """
    if not isinstance(figure, Withheld) or figure.reason == NOBODY or not cells:
        return None
    at, place = said
    if place.area not in of.series.region_of:
        return None
    name = f"{place.area}, {place.indicator}, {place.slice}, {place.span} of {at}"
    parts = tuple(Part) if base < LEAST_BASE else (Part.BASE,)
    region = of.series.region_of[place.area]
    return Secret(name, place.area, cells, parts, region, _up_to(of.question, base))


def _up_to(question: Question, base: int) -> int:
    """How many must be able to have replied, so that this tells nothing of any question.

    Nobody answers who did not reply. Of fewer than ten, those who answered can then still be as
    many as that says, and of others five more than they are.
    """
    if question.of is not None:
        return 0
    return LEAST_BASE - 1 if base < LEAST_BASE else base + LEAST_WIDTH


def _secrets_before(
    of: OfQuestion, at: str, breakdowns: Breakdowns, earlier: Earlier, system: System
) -> dict[frozenset[Cell], Secret]:
    """What earlier releases withheld, and the few who are in no group of a breakdown."""
    found: dict[frozenset[Cell], Secret] = {}
    for said, figure in earlier.items():
        cells = _cells_before(of, said, breakdowns)
        if secret := _secret(of, figure, said, system.base(cells), cells):
            found[secret.cells] = secret
    for waves in _years(of, at):
        for area in of.series.by_code[waves[-1]].authorities:
            for breakdown in breakdowns.each:
                rest = f"{breakdown.code}:"
                numbers = leaf_numbers(of, area, waves, breakdown)[rest]
                if 0 < numbers.n < LEAST_BASE:
                    cells = frozenset({Cell(area, year_of(waves), rest)})
                    name = f"{area}, {of.question.code}, {breakdown.code}: in no group"
                    found[cells] = Secret(
                        name,
                        area,
                        cells,
                        region=of.series.region_of[area],
                        up_to=_up_to(of.question, numbers.n),
                    )
    return found


# --- the search ----------------------------------------------------------------------------------


@dataclass
class _Search:
    of: OfQuestion
    at: str
    breakdowns: Breakdowns
    earlier: Earlier
    level: dict[Place, int] = field(default_factory=dict)

    @cached_property
    def proposed(self) -> dict[Place, Proposal]:
        return {each.place: each for each in proposals(self.of, self.at, self.breakdowns)}

    @cached_property
    def base(self) -> System:
        return known(self.of, self.at, self.breakdowns, self.earlier)

    @cached_property
    def by_area(self) -> dict[str, list[Proposal]]:
        found: dict[str, list[Proposal]] = {}
        for proposal in self.proposed.values():
            found.setdefault(proposal.place.area, []).append(proposal)
        return found

    def figure(self, proposal: Proposal) -> Figure:
        return proposal.options[self.level.get(proposal.place, 0)]

    def figures(self) -> dict[Place, Figure]:
        return {place: self.figure(proposal) for place, proposal in self.proposed.items()}

    def start_from(self, level: Mapping[Alike, int]) -> None:
        """Hide what is hidden of another question of the same people."""
        for place, proposal in self.proposed.items():
            least = min(level.get(_alike(place), 0), len(proposal.options) - 1)
            if least:
                self.level[place] = least

    def reached(self) -> Iterator[tuple[Alike, int]]:
        """How far each figure is hidden."""
        for place, proposal in self.proposed.items():
            withheld = isinstance(self.figure(proposal), Withheld) and proposal.base >= LEAST_BASE
            yield _alike(place), _NOT_SHOWN if withheld else self.level.get(place, 0)

    def run(self) -> list[Finding]:
        """Hide until nothing is found, or nothing is left to hide."""
        system = self.base
        for proposal in self.proposed.values():
            self._tell(system, proposal)
        secrets = self._secrets()
        findings = system.findings(list(secrets.values()))
        for _ in range(MOST_ROUNDS):
            changed: set[Place] = set()
            for finding in findings:
                to_blame = self._to_blame(system, finding, list(secrets.values()))
                # Others that it tells of may be safe after one step, so it takes one at a time.
                if not changed & set(to_blame):
                    changed |= set(to_blame)
            if not changed:
                break
            for place in changed:
                system.forget(place)
                self.level[place] = self.level.get(place, 0) + 1
                self._tell(system, self.proposed[place])
            secrets = self._secrets()
            suspects = {finding.secret.cells for finding in findings}
            suspects |= {cells for place in changed for cells in self._beside(place, secrets)}
            asked = [secret for cells, secret in secrets.items() if cells in suspects]
            findings = system.findings(asked, among=list(secrets.values()))
        left = _as_they_must(finding.secret for finding in findings)
        return system.findings(left, among=list(secrets.values()))

    def _tell(self, system: System, proposal: Proposal) -> None:
        said = said_of(self.figure(proposal), proposal.cells, true_base=proposal.base)
        system.know(said, source=proposal.place)

    def _secrets(self) -> dict[frozenset[Cell], Secret]:
        found = dict(self._before)
        for proposal in self.proposed.values():
            said, cells = Said(self.at, proposal.place), proposal.cells
            if secret := _secret(self.of, self.figure(proposal), said, proposal.base, cells):
                found[secret.cells] = secret
        return found

    @cached_property
    def _before(self) -> dict[frozenset[Cell], Secret]:
        return _secrets_before(self.of, self.at, self.breakdowns, self.earlier, self.base)

    def _beside(
        self, place: Place, secrets: Mapping[frozenset[Cell], Secret]
    ) -> Iterator[frozenset[Cell]]:
        """What is newly withheld, and what else is withheld of the same breakdown there."""
        fact = place.slice.partition(":")[0]
        for cells in secrets:
            some = min(cells)
            if some.area == place.area and some.fact == fact:
                yield cells
        yield self.proposed[place].cells

    def _to_blame(self, system: System, finding: Finding, secrets: Sequence[Secret]) -> list[Place]:
        """What gives a secret away, that which costs least first; none if nothing is left to hide.

        One figure where one is enough; else all that tell it together. Where the range is wide
        enough and only not up to where it should be, none but those of its own kind.
        """
        secret = finding.secret
        wide, own = self._wide(secret), self._own(secret)

        def tells(figures: Sequence[Proposal]) -> bool:
            sources = frozenset(each.place for each in figures)
            return bool(figures) and system.safe_without(secret, secrets, sources)

        if tells(wide):
            chosen = next(([each] for each in wide if tells([each])), wide)
        else:
            chosen = own[:1] if min(secret.cells).slice != ALL else own
            less = [each for each in self._itself(secret) if tells([each])]
            chosen = chosen or less
            if finding.reach.width < LEAST_WIDTH:
                chosen = chosen or wide or self._last_resort(secret)
        return [proposal.place for proposal in chosen]

    def _itself(self, secret: Secret) -> list[Proposal]:
        """The withheld figure, where less can be said than that it is of fewer than ten.

        That hides nothing more; but who knows how we choose may guess what is kept from them. So
        it is for where nothing else of the same kind is left.
        """
        return [
            each
            for each in self.by_area.get(secret.area, [])
            if each.cells == secret.cells
            and isinstance(self.figure(each), Withheld)
            and self.level.get(each.place, 0) + 1 < len(each.options)
        ]

    def _own(self, secret: Secret) -> list[Proposal]:
        """Of the same area and breakdown; of totals, those of several waves."""
        fact, when = min(secret.cells).fact, {cell.when for cell in secret.cells}
        found = [
            proposal
            for proposal in self.by_area.get(secret.area, [])
            if not isinstance(self.figure(proposal), Withheld)
            and min(proposal.cells).fact == fact
            and when & {cell.when for cell in proposal.cells}
            and proposal.cells != secret.cells
        ]
        if fact == ALL:
            found = [proposal for proposal in found if proposal.place.span is not Span.WAVE]
        return sorted(found, key=lambda proposal: (proposal.base, proposal.place))

    def _last_resort(self, secret: Secret) -> list[Proposal]:
        """What else is shown of the same area: of a group its totals, of a total its groups.

        Those of several waves before those of one; then the other of the two; then all that its
        region and England say. None where nothing is left to hide.
        """
        here = [
            each
            for each in self.by_area.get(secret.area, [])
            if not isinstance(self.figure(each), Withheld)
        ]
        totals = [each for each in here if each.place.slice == ALL]
        groups = [each for each in here if each.place.slice != ALL]
        several = [each for each in totals if each.place.span is not Span.WAVE]
        of_group = min(secret.cells).slice != ALL
        region = self.of.series.region_of.get(secret.area, ENGLAND)
        wide = [
            each
            for area in dict.fromkeys((region, ENGLAND))
            for each in self.by_area.get(area, [])
            if not isinstance(self.figure(each), Withheld)
        ]
        order = (several, totals, groups, wide) if of_group else (groups, several, totals, wide)
        return next((each for each in order if each), [])

    def _wide(self, secret: Secret) -> list[Proposal]:
        """A region's and England's that count these people or those beside them.

        The smallest first.
        """
        fact, when = min(secret.cells).fact, {cell.when for cell in secret.cells}
        areas = [self.of.series.region_of.get(secret.area, ENGLAND), ENGLAND]
        return [
            proposal
            for area in dict.fromkeys(areas)
            for proposal in sorted(self.by_area.get(area, []), key=lambda p: (p.base, p.place))
            if any(
                cell.area == secret.area and cell.fact == fact and cell.when in when
                for cell in proposal.cells
            )
            and proposal.cells != secret.cells
            and not isinstance(self.figure(proposal), Withheld)
        ]

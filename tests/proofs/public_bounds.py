"""What an outsider can work out of counts that are not shown: programmes of their own.

Written from what is public alone: the figures of all releases, which authority is in which region,
and the rules as docs/methods.md says them. Of each question there is one programme for the whole
country, with a column for each count that there must be. A table that fits all that is known is one
that nobody can rule out; so a count is as wide as the tables that were found are apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from random import Random
from typing import Literal, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.proofs.public_cells import (
    ENGLAND,
    NOBODY,
    NOT_SHOWN,
    TOO_FEW,
    Cell,
    Facets,
    Public,
    shown,
)

LEAST_WIDTH = 5
MOST = 2_000  # of any count in so small a country
LOOKS = 8  # tables that are sought far apart before any one count is asked about
SECONDS = 20.0
_LEAST = 10  # answers of a figure that is shown

Part = Literal["base", "favourable"]


class Count(NamedTuple):
    """How many there are of one place and time and group: what every figure is a sum of."""

    area: str
    when: str
    group: str = "all"


class Column(NamedTuple):
    """A number that a programme is about."""

    indicator: str
    of: Count
    part: Part


@dataclass(frozen=True, slots=True)
class Row:
    """That a sum is from ``low`` to ``high``."""

    terms: Mapping[Column, float]
    low: float
    high: float


class Wanted(NamedTuple):
    """A count that is not shown."""

    cell: Cell
    part: Part


@dataclass(frozen=True, slots=True)
class Leak:
    """A count that is not shown, and that can be told to fewer than five."""

    wanted: Wanted
    low: int
    high: int

    def __str__(self) -> str:
        cell, part = self.wanted
        return f"{' '.join(cell)}: the {part} is from {self.low} to {self.high}"


def leaks(
    known: Public, releases: Sequence[str], indicator: str, *, seed: int, beside_replies: bool
) -> tuple[list[Leak], int]:
    """The counts of a question that come out too narrow, and of how many.

    Args:
        releases: one of each wave, the earliest first.
        beside_replies: whether it is used that nobody answers a question who does not reply.
    """
    programme = Programme(known, list(releases), indicator, beside_replies=beside_replies)
    wanted = list(programme.wanted())
    return programme.narrow(wanted, Random(seed)), len(wanted)


@dataclass
class Programme:
    """All that is public of one question, as rows."""

    known: Public
    releases: list[str]
    indicator: str
    beside_replies: bool = False
    columns: dict[Column, int] = field(default_factory=dict)

    # --- who and when ----------------------------------------------------------------------------

    @cached_property
    def waves(self) -> list[str]:
        return [self.known.wave_of(each) for each in self.releases]

    @cached_property
    def took_part(self) -> dict[str, list[str]]:
        """The authorities of each wave: those of which its release says anything."""
        found: dict[str, set[str]] = defaultdict(set)
        for cell in self.known.cells:
            of_authority = cell.area in self.known.region_of and cell.channel == "invited"
            if of_authority and cell.release in self.releases:
                found[self.known.wave_of(cell.release)].add(cell.area)
        return {wave: sorted(areas) for wave, areas in found.items()}

    def members(self, area: str, wave: str) -> list[str]:
        """Whose counts make an area's: its authorities', and what is counted for it alone."""
        some = self.took_part[wave]
        regions = sorted(set(self.known.region_of.values()))
        if area == ENGLAND:
            return [*some, *regions, ENGLAND]
        if area in regions:
            return [*(each for each in some if self.known.region_of[each] == area), area]
        return [area] if area in some else []

    def span(self, cell: Cell) -> list[str]:
        """The waves of a figure, by the days that it is about."""
        start, end = self.known.periods[cell.release, cell.span]
        return [w for w in self.waves if start <= self.known.starts[w][0] <= end]

    def groups(self, indicator: str) -> dict[str, list[str]]:
        """Of each breakdown the finest groups that somebody may be in, and those in none.

        Everybody answered on the page of some age, so that nobody is in none of those.
        """
        there = {c.slice for c in self.known.cells if c.indicator == indicator}
        split = set(self.known.within.values())
        found: dict[str, list[str]] = defaultdict(list)
        for part in self.known.groups.values():
            if part not in split and (part in there or part in self.known.within):
                found[part.partition(":")[0]].append(part)
        return {
            fact: parts if fact == "age" else [*parts, f"{fact}:"] for fact, parts in found.items()
        }

    def counts(self, cell: Cell) -> list[Count]:
        """What a figure is the sum of."""
        waves = self.span(cell)
        if cell.slice == "all":
            return [Count(each, wave) for wave in waves for each in self.members(cell.area, wave)]
        areas = dict.fromkeys(each for wave in waves for each in self.members(cell.area, wave))
        parts = [p for p, whole in self.known.within.items() if whole == cell.slice]
        return [Count(each, _year(waves), p) for each in areas for p in parts or [cell.slice]]

    # --- what is known ---------------------------------------------------------------------------

    @cached_property
    def cells(self) -> dict[Cell, Facets]:
        asked = {self.indicator, "replies"} if self.beside_replies else {self.indicator}
        return {
            cell: facets
            for cell, facets in self.known.cells.items()
            if cell.release in self.releases
            and cell.channel == "invited"
            and cell.indicator in asked
        }

    @cached_property
    def is_share(self) -> bool:
        return any(f["unit"] == "percent" for c, f in self.cells.items() if c[3] == self.indicator)

    @cached_property
    def rows(self) -> list[Row]:
        found = [row for cell, facets in self.cells.items() for row in self._said(cell, facets)]
        found += self._sums()
        for column in list(self.columns):
            base = Column(column.indicator, column.of, "base")
            if column.part == "favourable":
                found.append(Row({column: 1, base: -1}, -np.inf, 0))
            replied = Column("replies", column.of, "base")
            if self.beside_replies and column.part == "base" and column.indicator != "replies":
                found.append(Row({column: 1, replied: -1}, -np.inf, 0))
        for row in found:
            for column in row.terms:
                self._at(column)
        return found

    def _at(self, column: Column) -> int:
        return self.columns.setdefault(column, len(self.columns))

    def _terms(self, cell: Cell, part: Part, times: float = 1) -> dict[Column, float]:
        found = {Column(cell.indicator, each, part): times for each in self.counts(cell)}
        for column in found:
            self._at(column)
        return found

    def _said(self, cell: Cell, facets: Facets) -> Iterator[Row]:
        yield Row(self._terms(cell, "base"), *base_of(cell, facets))
        if shown(facets) and facets["unit"] == "percent":
            low, high = percent_of(facets)
            if low > 0:
                yield Row(self._share(cell, 2 * low - 1), 0, np.inf)
            if high < 100:
                yield Row(self._share(cell, 2 * high + 1), -np.inf, -1)

    def _share(self, cell: Cell, per_200: int) -> dict[Column, float]:
        """Of whole numbers: p is any share from p - 1/2 to just under p + 1/2 percent."""
        return {**self._terms(cell, "favourable", 200), **self._terms(cell, "base", -per_200)}

    def _sums(self) -> Iterator[Row]:
        """Groups, and those in none, are everybody of the year."""
        years = {tuple(self.span(cell)) for cell in self.cells if cell.slice != "all"}
        asked = sorted({cell.indicator for cell in self.cells})
        for waves in sorted(years):
            areas = dict.fromkeys(each for wave in waves for each in self.members(ENGLAND, wave))
            for area in areas:
                there = [wave for wave in waves if area in self.members(ENGLAND, wave)]
                for indicator in asked:
                    yield from self._sums_of(indicator, area, waves, there)

    def _sums_of(
        self, indicator: str, area: str, waves: Sequence[str], there: Sequence[str]
    ) -> Iterator[Row]:
        parts: tuple[Part, ...] = ("base",)
        if self.is_share and indicator == self.indicator:
            parts = ("base", "favourable")
        for groups in self.groups(indicator).values():
            for part in parts:
                terms: dict[Column, float] = {
                    Column(indicator, Count(area, _year(waves), each), part): 1 for each in groups
                }
                terms |= {Column(indicator, Count(area, wave), part): -1 for wave in there}
                yield Row(terms, 0, 0)

    # --- what is wanted --------------------------------------------------------------------------

    def wanted(self) -> Iterator[Wanted]:
        """Every count of an authority that is not shown; of fewer than ten the favourable too.

        What ten people and more said may be published, so that is no secret by itself.
        """
        for cell, facets in self.cells.items():
            reason = facets["in_words"].removeprefix(f"{NOT_SHOWN}: ")
            if shown(facets) or reason == NOBODY or cell.area not in self.known.region_of:
                continue
            if cell.indicator != self.indicator:
                continue
            yield Wanted(cell, "base")
            if reason == TOO_FEW and self.is_share:
                yield Wanted(cell, "favourable")

    # --- how narrow ------------------------------------------------------------------------------

    def narrow(self, wanted: Sequence[Wanted], chance: Random) -> list[Leak]:
        """Those whose least and greatest are fewer than five apart in all tables that fit."""
        costs = {each: self._costs(each) for each in wanted}
        if not wanted:
            return []
        whole = np.sum(list(costs.values()), axis=0)
        tables = [self._table(sign * whole) for sign in (1, -1)]
        for _ in range(LOOKS):
            some = [chance.choice((-1, 1)) * each for each in costs.values()]
            tables.append(self._table(np.sum(some, axis=0)))
        found = []
        for each, cost in costs.items():
            values = [round(float(cost @ table)) for table in tables]
            low, high = min(values), max(values)
            if high - low >= LEAST_WIDTH:
                continue
            least, most = self._bound(cost), -self._bound(-cost)
            if most - least < LEAST_WIDTH:
                found.append(Leak(each, least, most))
                continue
            more = [self._table(cost), self._table(-cost)]
            tables += more
            low = min(low, *(round(float(cost @ table)) for table in more))
            high = max(high, *(round(float(cost @ table)) for table in more))
            if high - low < LEAST_WIDTH:
                found.append(Leak(each, low, high))
        return found

    def _costs(self, wanted: Wanted) -> np.ndarray:
        _ = self.rows
        costs = np.zeros(len(self.columns))
        for count in self.counts(wanted.cell):
            costs[self.columns[Column(self.indicator, count, wanted.part)]] = 1
        return costs

    @cached_property
    def _matrix(self) -> tuple[csr_array, np.ndarray, np.ndarray]:
        entries = [
            (at, self.columns[column], times)
            for at, row in enumerate(self.rows)
            for column, times in row.terms.items()
        ]
        at, columns, times = zip(*entries, strict=True)
        shape = (len(self.rows), len(self.columns))
        matrix = csr_array((times, (at, columns)), shape=shape)
        lows, highs = (np.array([getattr(r, n) for r in self.rows]) for n in ("low", "high"))
        return matrix, lows, highs

    def _table(self, costs: np.ndarray) -> np.ndarray:
        """Whole numbers that fit all that is known, with as little of this as was found in time.

        Raises:
            Impossible: there are none, so that what is public contradicts itself.
        """
        matrix, lows, highs = self._matrix
        done = milp(
            costs,
            integrality=np.ones(len(costs), dtype=np.int64),
            bounds=Bounds(0, MOST),
            constraints=LinearConstraint(matrix, lows, highs),
            options={"time_limit": SECONDS, "mip_rel_gap": 0.02},
        )
        if done.x is None:
            raise Impossible(f"{self.indicator}: {done.message}")
        table: np.ndarray = np.round(done.x)
        value = matrix @ table
        assert ((value >= lows - 1e-6) & (value <= highs + 1e-6)).all()
        return table

    def _bound(self, costs: np.ndarray) -> int:
        """The least that it can be; certain, where people could be parted no less."""
        matrix, lows, highs = self._matrix
        done = milp(
            costs, bounds=Bounds(0, MOST), constraints=LinearConstraint(matrix, lows, highs)
        )
        if done.x is None:
            raise Impossible(f"{self.indicator}: {done.message}")
        return int(np.ceil(float(done.fun or 0) - 1e-6))


class Impossible(Exception):
    """No table fits what is public: it contradicts itself, or the outsider reads it wrongly."""


def _year(waves: Iterable[str]) -> str:
    return f"year of {min(waves)}"


# --- what a figure says of its counts ------------------------------------------------------------


def base_of(cell: Cell, facets: Facets) -> tuple[float, float]:
    """The least and the greatest number of people that a figure may be of, as it is shown."""
    if shown(facets):
        number = int(facets["base"] or facets["value"])
        nearest = int(facets["base_rounded_to"])
        return max(_LEAST, number - nearest // 2), number + (nearest - 1) // 2
    reason = facets["in_words"].removeprefix(f"{NOT_SHOWN}: ")
    if reason == NOBODY:
        return 0, 0
    if reason == TOO_FEW:
        # Of a group it would be said if nobody had answered.
        return (0 if cell.slice == "all" else 1), _LEAST - 1
    # Another may be protected, or what was said before would tell how few these are.
    return 0, np.inf


def percent_of(facets: Facets) -> tuple[int, int]:
    """The whole percents, without weights, that it may be."""
    end = facets["unweighted_end"] or ("" if facets["unweighted_value"] else facets["end"])
    if end:
        return (91, 100) if end == ">90" else (0, 9)
    number = int(facets["unweighted_value"] or facets["value"])
    return number, number


# --- two releases of one wave --------------------------------------------------------------------


def told_by_a_correction(known: Public) -> list[str]:
    """Figures of two releases of one wave whose bases are one to nine people apart."""
    found = []
    for releases in known.waves.values():
        for newer, older in combinations(releases, 2):
            for cell, facets in known.cells.items():
                before = known.cells.get(cell._replace(release=older))
                if cell.release == newer and before is not None:
                    apart = _apart(before, facets)
                    if apart:
                        found.append(f"{' '.join(cell)}: {apart} fewer or more than in {older}")
    return found


def _apart(before: Facets, after: Facets) -> int:
    if not (shown(before) and shown(after)):
        return 0
    if {before["base_rounded_to"], after["base_rounded_to"]} != {"1"}:
        return 0
    numbers = [int(each["base"] or each["value"]) for each in (before, after)]
    apart = abs(numbers[0] - numbers[1])
    return apart if apart < _LEAST else 0

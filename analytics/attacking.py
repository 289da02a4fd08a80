"""What a reader of every release can work out of the counts that are withheld. Pure; workers only.

The reader knows every figure that was ever shown, how they add up, that people are whole, which
figures were withheld for being of fewer than ten and which to protect another, and how we round.
What each count can still be is a question to an integer programme: its least and its greatest value
among all tables that fit what is known (Fischetti and Salazar 2001, Management Science 47:
1008-1027; methods.md 2.8). A withheld count is safe where these are five or more apart.

Three steps, because the whole country is too large a programme for each of thousands of counts:

* Bounds are propagated through everything that is known. What is narrow then is narrow in truth.
* People are moved, one by one, between a withheld count and those beside it, as long as all that is
  known stays true. Whoever can be moved so may be there, so a count that moves by five is safe.
* For what is left, programmes are solved in which most counts stay as they are, and the few around
  the count in question move. What such a programme can reach, the reader must reckon with; so a
  count that moves by five in it is safe. If it does not, more of what is around may move; but not
  where the most that may move leaves it too narrow even if people could be parted.

Needs scipy (HiGHS), so that the web process may not import it.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

from analytics.disclosure import (
    LEAST_BASE,
    NOBODY,
    TOO_FEW_ANSWERS,
    Count,
    End,
    Figure,
    Mean,
    Share,
    Withheld,
)
from analytics.marks import ALL
from authorities.areas import ENGLAND

# A withheld count is safe where its least and its greatest possible value are so far apart:
# methods.md 2.8.
LEAST_WIDTH = 5
# As many other areas as may move beside the one in question, nearest in kind first.
FEW_OTHERS, MORE_OTHERS, MOST_OTHERS = 4, 12, 60
# A bound on what one programme may cost; what it found by then is what a reader would find. Far
# more than any takes, so that a busy machine says the same as an idle one.
SECONDS = 60.0
MOST_ROUNDS = 40
TOLERANCE = 1e-4  # of a person, in what a solver says of people who need not be whole
HUGE = 10**9
VOID = 10**15

Whole = npt.NDArray[np.int64]


class Range(NamedTuple):
    """What a number can be: from ``low`` to ``high``, both included."""

    low: int
    high: int

    @property
    def width(self) -> int:
        return self.high - self.low


class Part(IntEnum):
    """Which of a cell's two counts."""

    BASE = 0
    FAVOURABLE = 1


class Cell(NamedTuple):
    """Those who answered one question in one place and time, and share one fact.

    Args:
        area: GSS code; a region's or England's own remainder has the region's or England's.
        when: a wave, or a year.
        slice: "all", or the finest group that there is: "age:8-11", "age:" for those in none.
    """

    area: str
    when: str
    slice: str

    @property
    def fact(self) -> str:
        return self.slice.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Row:
    """That a sum of counts, each times a number, is from ``low`` to ``high``."""

    terms: tuple[tuple[Cell, Part, int], ...]
    low: int
    high: int

    @property
    def is_void(self) -> bool:
        """Whether it says nothing any more."""
        return self.low <= -VOID and self.high >= VOID


class Contradiction(ValueError):
    """What is published is not what was counted: no table fits both."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A count that may not be worked out: that of these cells together.

    Args:
        name: what a finding calls it.
        area: whose it is: an authority's, or a region's or England's, which is of many areas.
        parts: which of its counts are. Of ten people and more only how many they are, because less
            that, those would be told whom it was withheld for.
        region: of an authority, so that those of its region are looked at first.
        up_to: how many there must be able to be, or more, whatever the range.
    """

    name: str
    area: str
    cells: frozenset[Cell]
    parts: tuple[Part, ...] = (Part.BASE, Part.FAVOURABLE)
    region: str = ""
    up_to: int = 0

    def is_safe_in(self, reach: Range) -> bool:
        """Whether a count that can be all of this is kept."""
        return reach.width >= LEAST_WIDTH and reach.high >= self.up_to


@dataclass(frozen=True, slots=True)
class Finding:
    """A withheld count that a reader can come too near to."""

    secret: Secret
    part: Part
    reach: Range

    def __str__(self) -> str:
        what = "how many answered" if self.part is Part.BASE else "how many were favourable"
        said = f"is {self.reach.low}" if not self.reach.width else f"is between {self.reach.low}"
        more = "" if not self.reach.width else f" and {self.reach.high}"
        return f"{self.secret.name}: from what is shown a reader can tell that {what} {said}{more}."


def said_of(figure: Figure, cells: Collection[Cell], *, true_base: int) -> Iterator[Row]:
    """What a figure of these cells together tells a reader.

    Args:
        true_base: how many there are. Of a figure of ten or more that is withheld to protect
            another, the reader is taken to know that it is: that makes ranges no wider than they
            are. Of one of fewer that is withheld for the same reason nothing is known.
    """
    match figure:
        case Share(percent=percent, base=base, nearest=nearest, crude=crude):
            yield _between(cells, before_rounding(base, nearest, least=LEAST_BASE))
            yield from _percent(cells, percent if crude is None else crude)
        case Mean(base=base, nearest=nearest):
            yield _between(cells, before_rounding(base, nearest, least=LEAST_BASE))
        case Count(count=count, nearest=nearest):
            yield _between(cells, before_rounding(count, nearest, least=LEAST_BASE))
        case Withheld(reason=reason) if reason == NOBODY:
            yield _between(cells, Range(0, 0))
        case Withheld(reason=reason) if reason == TOO_FEW_ANSWERS:
            # Of a group it would be said if nobody had answered; of a whole authority it is not.
            least = 0 if any(cell.slice == ALL for cell in cells) else 1
            yield _between(cells, Range(least, LEAST_BASE - 1))
        case _ if true_base >= LEAST_BASE:
            yield _between(cells, Range(LEAST_BASE, HUGE))


def before_rounding(number: int, nearest: int, *, least: int) -> Range:
    """What a number can have been before it was taken to the nearest 5, 10…, halves up."""
    low, high = number - nearest // 2, number + (nearest - 1) // 2
    return Range(max(low, least if number >= least else 0), high)


def _between(cells: Collection[Cell], reach: Range) -> Row:
    return Row(tuple((cell, Part.BASE, 1) for cell in cells), *reach)


def _percent(cells: Collection[Cell], percent: int | End) -> Iterator[Row]:
    """A whole percent p is of ``p - 1/2 <= 100 x/n < p + 1/2``, in whole numbers."""
    match percent:
        case End.OVER:
            lowest, highest = 91, 100
        case End.UNDER:
            lowest, highest = 0, 9
        case _:
            lowest = highest = int(percent)
    if lowest > 0:
        yield Row(_shares(cells, 2 * lowest - 1), 0, HUGE)
    if highest < 100:
        yield Row(_shares(cells, 2 * highest + 1), -HUGE, -1)


def _shares(cells: Collection[Cell], per_200: int) -> tuple[tuple[Cell, Part, int], ...]:
    return (
        *((cell, Part.FAVOURABLE, 200) for cell in cells),
        *((cell, Part.BASE, -per_200) for cell in cells),
    )


@dataclass
class System:
    """All counts of one question as they are, and all that a reader knows of them.

    Args:
        counts: of each cell, how many answered and how many of them favourably.
        parts: which of the two are published; of a mean only how many answered.
    """

    counts: Mapping[Cell, tuple[int, int]]
    parts: tuple[Part, ...] = (Part.BASE, Part.FAVOURABLE)
    rows: list[Row] = field(default_factory=list)
    sources: list[Hashable] = field(default_factory=list)
    empty: set[Cell] = field(default_factory=set)
    _by_source: dict[Hashable, list[int]] = field(default_factory=lambda: defaultdict(list))
    _values: list[int] = field(default_factory=list)
    _terms: dict[Cell, list[tuple[int, int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _touching: dict[Cell, list[int]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def _of_area(self) -> dict[str, list[Cell]]:
        found: dict[str, list[Cell]] = defaultdict(list)
        for cell in self.counts:
            found[cell.area].append(cell)
        return found

    def know(self, rows: Iterable[Row], *, source: Hashable = None) -> None:
        """Add what a reader knows.

        Args:
            source: which figure says it.

        Raises:
            Contradiction: the counts are not so.
        """
        for row in rows:
            if not self.holds(row):
                names = ", ".join(f"{c.area} {c.when} {c.slice}" for c, _, _ in row.terms[:3])
                raise Contradiction(f"A figure is not what was counted ({names}).")
            value, number = self._value(row), len(self.rows)
            self.rows.append(row)
            self.sources.append(source)
            self._by_source[source].append(number)
            self._values.append(value)
            of_cell: dict[Cell, list[int]] = {}
            for cell, part, times in row.terms:
                of_cell.setdefault(cell, [0, 0])[part] += times
            for cell, (base, favourable) in of_cell.items():
                self._terms[cell].append((number, base, favourable))
                self._touching[cell].append(number)

    def holds(self, row: Row) -> bool:
        """Whether the counts are so."""
        return row.low <= self._value(row) <= row.high

    def forget(self, source: Hashable) -> None:
        """Take back what a figure said."""
        for number in self._by_source.pop(source, []):
            self.rows[number] = Row(self.rows[number].terms, -VOID, VOID)

    def know_sum(self, whole: Collection[Cell], parts: Collection[Cell]) -> None:
        """That these parts are the whole, in both counts."""
        for part in self.parts:
            terms = [(cell, part, 1) for cell in parts] + [(cell, part, -1) for cell in whole]
            self.know([Row(tuple(terms), 0, 0)])

    def know_empty(self, cells: Iterable[Cell]) -> None:
        """That nobody can be in these."""
        for cell in cells:
            self.know([Row(((cell, Part.BASE, 1),), 0, 0)])
            self.empty.add(cell)

    def base(self, cells: Iterable[Cell]) -> int:
        return sum(self.counts[cell][Part.BASE] for cell in cells)

    def _value(self, row: Row) -> int:
        return sum(times * self.counts[cell][part] for cell, part, times in row.terms)

    # --- what can be worked out ------------------------------------------------------------------

    def findings(
        self, secrets: Sequence[Secret], *, among: Sequence[Secret] | None = None
    ) -> list[Finding]:
        """The secrets that a reader can come too near to, in their order; none if all is safe.

        Args:
            among: all that there are, if only some are asked about.
        """
        # Of a few it is quicker to look for room at once.
        certain = {} if among is not None else self._certain(secrets)
        near = _Neighbourhoods(secrets if among is None else among)
        found = (certain.get(secret) or self._finding(secret, near) for secret in secrets)
        return [finding for finding in found if finding is not None]

    def _certain(self, secrets: Sequence[Secret]) -> dict[Secret, Finding]:
        """Those of which propagated bounds alone tell too much."""
        if not secrets:
            return {}
        outer, found = self.propagated(), {}
        for secret in secrets:
            for part in self._parts(secret):
                widest = _sum_of(outer[cell][part] for cell in secret.cells)
                if not secret.is_safe_in(widest):
                    found[secret] = Finding(secret, part, widest)
        return found

    def _finding(self, secret: Secret, near: "_Neighbourhoods") -> Finding | None:
        if all(self._roams(secret, part, near) for part in self._parts(secret)):
            return None
        return self._narrow(secret, near, without=frozenset())

    def _parts(self, secret: Secret) -> list[Part]:
        return [part for part in self.parts if part in secret.parts]

    # --- moving people ---------------------------------------------------------------------------

    def _roams(self, secret: Secret, part: Part, near: "_Neighbourhoods") -> bool:
        """Whether a count moves by five while others of its breakdown give or take.

        A total gives to nobody: then those in no group of each breakdown move with it. Where the
        sum over areas is known, another area moves the other way.
        """
        now = sum(self.counts[cell][part] for cell in secret.cells)
        reach = Range(now, now)
        for sign in (1, -1):
            going = _Going()
            for more, less in self._ways_of(secret, sign, near):
                for way in _WAYS[part]:
                    moved = self._move(more, less, (sign * way[0], sign * way[1]), going)
                    if sign > 0:
                        reach = Range(now, reach.high + moved)
                    else:
                        reach = Range(reach.low - moved, reach.high)
                    if secret.is_safe_in(reach):
                        return True
        return False

    def _ways_of(
        self, secret: Secret, sign: int, near: "_Neighbourhoods"
    ) -> Iterator[tuple[Sequence[Cell], Sequence[Cell]]]:
        """Cells that get more together, and those that get as many fewer."""
        for cell in sorted(secret.cells):
            if cell.slice != ALL:
                others = _alike(self._of_area[cell.area], cell) - secret.cells
                for other in sorted(others):
                    yield (cell,), (other,)
                for area in near.of(secret, MORE_OTHERS):
                    for other in sorted(others):
                        mine, its = cell._replace(area=area), other._replace(area=area)
                        if mine in self.counts and its in self.counts:
                            yield (cell, its), (other, mine)
            else:
                for with_it in self._of_its_year(cell, sign):
                    yield (cell, *with_it), ()

    def _of_its_year(self, cell: Cell, sign: int) -> Iterator[tuple[Cell, ...]]:
        """Of each breakdown of the year that a wave is in, one group that can move with it.

        Those in none, of whom nothing is shown, come; the most go. Where all are in some group,
        each group is tried.
        """
        sums = [self.rows[n].terms for n, _, _ in self._terms[cell] if self._is_sum(n)]
        facts: dict[tuple[str, str], list[Cell]] = defaultdict(list)
        for terms in sums:
            for other, _, _ in terms:
                if other.slice != ALL and other not in self.empty:
                    facts[other.when, other.fact].append(other)
        tried = []
        for cells in facts.values():
            in_none = [each for each in cells if each.slice.endswith(":")]
            most = [max(cells, key=lambda each: self.counts[each])]
            tried.append((in_none if sign > 0 else most) if in_none else cells)
        yield from product(*tried)

    def _is_sum(self, number: int) -> bool:
        return self.rows[number].low == self.rows[number].high == 0

    def _move(
        self, more: Sequence[Cell], less: Sequence[Cell], step: tuple[int, int], going: "_Going"
    ) -> int:
        """How often people can go from some cells to others; done in ``going``."""
        moves = [(cell, step) for cell in more]
        moves += [(cell, (-step[0], -step[1])) for cell in less]
        now = {cell: going.counts.get(cell, self.counts[cell]) for cell, _ in moves}
        times = min(_times(now[cell], by) for cell, by in moves)
        effects: dict[int, int] = defaultdict(int)
        for cell, by in moves:
            for number, base, favourable in self._terms[cell]:
                effects[number] += base * by[0] + favourable * by[1]
        for number, effect in effects.items():
            if effect and times:
                value = self._values[number] + going.changes[number]
                row = self.rows[number]
                room = row.high - value if effect > 0 else value - row.low
                times = min(times, room // abs(effect))
        if times:
            for number, effect in effects.items():
                going.changes[number] += times * effect
            for cell, by in moves:
                base, favourable = now[cell]
                going.counts[cell] = (base + times * by[0], favourable + times * by[1])
        return times

    # --- programmes ------------------------------------------------------------------------------

    def safe_without(
        self, secret: Secret, among: Sequence[Secret], sources: frozenset[Hashable]
    ) -> bool:
        """Whether a secret would be safe if these figures were not shown."""
        return self._narrow(secret, _Neighbourhoods(among), without=sources) is None

    def _narrow(
        self, secret: Secret, near: "_Neighbourhoods", *, without: frozenset[Hashable]
    ) -> Finding | None:
        wanted = set(self._parts(secret))
        reach = Range(0, 0)
        few, *more = self._frees(secret, near)
        for free in (few, *more):
            for part in sorted(wanted):
                reach = self.reach(secret.cells, part, free=free, without=without)
                if secret.is_safe_in(reach):
                    wanted.discard(part)
                else:
                    break
            if not wanted:
                return None
            if free is few:
                # Quickly told where even the most would not be enough: the slowest would say so.
                for part in sorted(wanted):
                    least = self.reach(
                        secret.cells, part, free=more[-1], without=without, whole=False
                    )
                    if not secret.is_safe_in(least):
                        return Finding(secret, part, least)
        return Finding(secret, min(wanted), reach)

    def _frees(self, secret: Secret, near: "_Neighbourhoods") -> Iterator[set[Cell]]:
        """Which counts may move, from few to many."""
        some = min(secret.cells)
        of_group = some.slice != ALL
        found = set(self._of_area[secret.area])
        if of_group:
            found = _alike(found, some)
        found |= secret.cells
        yield found
        if of_group:
            # Where its authority's total is withheld too, that may move with it.
            found = found | set(self._of_area[secret.area])
            yield found
        for most in (FEW_OTHERS, MORE_OTHERS, MOST_OTHERS):
            # What is counted for the region or for England alone is nowhere shown.
            for area in [secret.region, ENGLAND, *near.of(secret, most)]:
                others = self._of_area.get(area, [])
                found = found | (_alike(others, some) if of_group else set(others))
            yield found

    def reach(
        self,
        cells: Collection[Cell],
        part: Part,
        *,
        free: Collection[Cell],
        without: frozenset[Hashable] = frozenset(),
        whole: bool = True,
    ) -> Range:
        """The least and the greatest that a count can be while all but ``free`` stay as they are.

        Args:
            without: figures that are left out of account.
            whole: whether people are whole. Every table it tries then fits all that is known, so
                a reader cannot rule any of them out. If not, the range may be too wide, and takes
                a fraction of the time.
        """
        columns = {cell: 2 * at for at, cell in enumerate(sorted(free))}
        block = self._block(columns, without)
        costs = np.zeros(2 * len(columns))
        fixed = 0
        for cell in cells:
            if cell in columns:
                costs[columns[cell] + part] = 1
            else:
                fixed += self.counts[cell][part]
        truth = fixed + sum(self.counts[cell][part] for cell in cells if cell in columns)
        low = block.least(costs, otherwise=truth - fixed, whole=whole)
        high = -block.least(-costs, otherwise=fixed - truth, whole=whole)
        return Range(fixed + low, fixed + high)

    def _block(self, columns: Mapping[Cell, int], without: frozenset[Hashable]) -> "_Block":
        touching = {number for cell in columns for number in self._touching[cell]}
        numbers = sorted(
            n for n in touching if self.sources[n] not in without and not self.rows[n].is_void
        )
        place = {number: at for at, number in enumerate(numbers)}
        matrix = np.zeros((len(numbers) + len(columns), 2 * len(columns)))
        fixed = [self._values[number] for number in numbers]
        for cell, column in columns.items():
            base, favourable = self.counts[cell]
            for number, of_base, of_favourable in self._terms[cell]:
                at = place.get(number)
                if at is not None:
                    matrix[at, column + Part.BASE] = of_base
                    matrix[at, column + Part.FAVOURABLE] = of_favourable
                    fixed[at] -= of_base * base + of_favourable * favourable
        lows, highs = np.empty(len(matrix)), np.empty(len(matrix))
        for at, number in enumerate(numbers):
            row = self.rows[number]
            lows[at] = -np.inf if row.low <= -HUGE else row.low - fixed[at]
            highs[at] = np.inf if row.high >= HUGE else row.high - fixed[at]
        for at, column in enumerate(columns.values(), start=len(numbers)):
            # No more favourable answers than answers.
            matrix[at, column + Part.BASE], matrix[at, column + Part.FAVOURABLE] = 1, -1
            lows[at], highs[at] = 0, np.inf
        return _Block(matrix, lows, highs)

    def propagated(self) -> dict[Cell, tuple[Range, Range]]:
        """Bounds of every count that follow from each fact, used until none says anything new.

        They hold for certain, and may be wider than the truth.
        """
        cells = list(self.counts)
        where = {cell: 2 * at for at, cell in enumerate(cells)}
        entries = [
            (number, where[cell] + part, times)
            for number, row in enumerate(self.rows)
            for cell, part, times in row.terms
        ]
        extra = len(self.rows)
        for at in where.values():  # answers less favourable ones are none or more
            entries += [(extra, at + Part.BASE, 1), (extra, at + Part.FAVOURABLE, -1)]
            extra += 1
        rows, columns, times = np.array(entries, dtype=np.int64).T
        lows = np.array([max(-VOID, row.low) for row in self.rows] + [0] * len(cells))
        highs = np.array([min(VOID, row.high) for row in self.rows] + [HUGE] * len(cells))
        low, high = _propagated(rows, columns, times, lows, highs, size=2 * len(cells))
        return {
            cell: (
                Range(int(low[at]), int(high[at])),
                Range(int(low[at + 1]), int(high[at + 1])),
            )
            for cell, at in where.items()
        }


@dataclass(frozen=True, slots=True)
class _Block:
    """A small integer programme: what is known of the counts that may move."""

    matrix: np.ndarray
    lows: np.ndarray
    highs: np.ndarray

    def least(self, costs: np.ndarray, *, otherwise: int, whole: bool) -> int:
        """The least value; ``otherwise`` (which the truth reaches) where time ran out.

        Of people who need not be whole, the least whole number from there; if it is not known, one
        that is too small.
        """
        if not costs.any():
            return otherwise
        found = milp(
            costs,
            integrality=np.full(len(costs), whole, dtype=np.int64),
            bounds=Bounds(0, HUGE),
            constraints=LinearConstraint(self.matrix, self.lows, self.highs),
            options={"time_limit": SECONDS},
        )
        if not whole:
            return -HUGE if found.fun is None else math.ceil(found.fun - TOLERANCE)
        if found.x is None:
            return otherwise
        return min(otherwise, round(float(costs @ np.round(found.x))))


class _Neighbourhoods:
    """Which other areas hide something of the same kind, so that it can move against this one's."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._areas: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for secret in secrets:
            self._areas[self._key(secret)][secret.area] = secret.region

    def of(self, secret: Secret, most: int) -> list[str]:
        """The areas of its region first, then the others."""
        areas = self._areas[self._key(secret)]
        others = [area for area in areas if area != secret.area]
        return sorted(others, key=lambda area: (areas[area] != secret.region, area))[:most]

    @staticmethod
    def _key(secret: Secret) -> tuple[str, str]:
        some = min(secret.cells)
        return some.when, some.slice


@dataclass
class _Going:
    """People on the move: what has changed so far, of rows and of counts."""

    changes: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    counts: dict[Cell, tuple[int, int]] = field(default_factory=dict)


# How people are moved so that one of the two counts moves by one: with a favourable answer, or not.
_WAYS = {
    Part.BASE: ((1, 1), (1, 0)),
    Part.FAVOURABLE: ((0, 1), (1, 1)),
}


def _times(counts: tuple[int, int], step: tuple[int, int]) -> int:
    """How often a step can be taken so that nobody, or no favourable answer, is fewer than none."""
    base, favourable = counts
    unfavourable, less = base - favourable, step[0] - step[1]
    found = LEAST_BASE  # as far as anything has to be moved
    if step[1] < 0:
        found = min(found, favourable // -step[1])
    if less < 0:
        found = min(found, unfavourable // -less)
    return found


def _alike(cells: Iterable[Cell], some: Cell) -> set[Cell]:
    """Those of the same time and fact."""
    return {cell for cell in cells if (cell.when, cell.fact) == (some.when, some.fact)}


def _sum_of(ranges: Iterable[Range]) -> Range:
    found = list(ranges)
    return Range(sum(each.low for each in found), sum(each.high for each in found))


def _propagated(
    rows: np.ndarray,
    columns: np.ndarray,
    times: np.ndarray,
    lows: np.ndarray,
    highs: np.ndarray,
    *,
    size: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest of each column. Each round uses every row once; sums never overflow."""
    low = np.zeros(size, dtype=np.int64)
    high = np.full(size, HUGE, dtype=np.int64)
    up = times > 0
    for _ in range(MOST_ROUNDS):
        least = np.where(up, low[columns], high[columns]) * times
        most = np.where(up, high[columns], low[columns]) * times
        row_least = np.bincount(rows, least, minlength=len(lows)).astype(np.int64)
        row_most = np.bincount(rows, most, minlength=len(lows)).astype(np.int64)
        # What is left for one term when all the others are at their least, or at their most.
        ceiling = highs[rows] - (row_least[rows] - least)
        floor = lows[rows] - (row_most[rows] - most)
        bounded = np.where(up, _floored(ceiling, times), _floored(floor, times))
        raised = np.where(up, _ceiled(floor, times), _ceiled(ceiling, times))
        new_low, new_high = low.copy(), high.copy()
        np.minimum.at(new_high, columns, bounded)
        np.maximum.at(new_low, columns, raised)
        if (new_low == low).all() and (new_high == high).all():
            break
        low, high = new_low, new_high
    return low, high


def _floored(numbers: Whole, by: Whole) -> Whole:
    return np.floor_divide(numbers, by).astype(np.int64)


def _ceiled(numbers: Whole, by: Whole) -> Whole:
    return -np.floor_divide(-numbers, by).astype(np.int64)

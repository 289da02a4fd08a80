"""Weighing: replies made to stand for all who could have answered, from counts alone. Pure.

Weights are per cell (`analytics/cells.py`), so that the tally sheets are enough and no reply is
needed. Everything that a weighted figure must say of itself (methods.md 2.6) is in `Weights` and
`Estimate`: how many answered, for how many that counts, the largest weight, the margin error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, fsum, isfinite, sqrt
from typing import NamedTuple, Protocol, Self, TypeVar, overload

from analytics.intervals import ConfidenceInterval

# Issue 5: "at most eight predeclared cells". More would be cut to order after the replies are in.
MOST_CELLS = 8
# "Limit margins to those with at least about 5% of sample or 30 respondents": methods.md 2.6.
LEAST_RESPONDENTS = 30
LEAST_SHARE = 0.05
# And never fewer: of a smaller group, weighed up, the effective number would tell how many it is.
LEAST_ANYWHERE = 20
# Over this, weighing would lose more than half of the replies: unweighted, methods.md 2.6.
MOST_EFFECT = 2.0
# No reply may count for more than three. Methods.md 2.6 allows a fixed ratio; ours is stricter than
# the 5 of the American National Election Studies (DeBell and Krosnick 2009, ANES report nes012427),
# because a cell of ours may hold a handful of replies.
CAP = 3.0


TNumber = TypeVar("TNumber", int, float)


class MarginsWrong(ValueError):
    """What is said of the population cannot be true of it, or not of those who answered."""


class Infeasible(ValueError):
    """No weights within the bounds bring the replies to these margins."""


class NotConverged(ValueError):
    """The rounds were over before the margins were met."""


class NobodyAnswered(ValueError):
    """There is no reply to work a figure out from."""


class SumsLike(Protocol):
    """Of whole numbers: how many there are, their sum and the sum of their squares."""

    @property
    def n(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def squares(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Unweighted:
    """Why a figure is published unweighted, in words that can follow "Not weighted: "."""

    reason: str


@dataclass(frozen=True, slots=True)
class Weights:
    """How much a reply of each cell counts.

    Args:
        by_cell: the weight of one reply; the mean over all who answered is 1.
        merged: groups of two or more cells that were weighed as one.
        respondents: how many answered.
        design_effect: n·Σw² / (Σw)², 1 or more.
        effective: how many replies of equal weight tell as much: (Σw)² / Σw².
        largest: the largest weight that any reply has.
        margin_error: the largest relative difference between a group's weighted and its known
            share, as a fraction of one; 0 where nothing was trimmed.
        trimmed: whether a weight was cut to the cap.

    Source: Kish (1965), Survey Sampling, 11.7, and (1992), J. Off. Stat. 8: 183-200.
    """

    by_cell: Mapping[str, float]
    merged: tuple[tuple[str, ...], ...]
    respondents: int
    design_effect: float
    effective: float
    largest: float
    margin_error: float = 0.0
    trimmed: bool = False

    @classmethod
    def of(
        cls,
        by_cell: Mapping[str, float],
        respondents: Mapping[str, int],
        *,
        merged: tuple[tuple[str, ...], ...] = (),
        margin_error: float = 0.0,
        trimmed: bool = False,
    ) -> Self:
        """These weights, as from :func:`rake`, brought to a mean of 1 over those who answered.

        Raises:
            NobodyAnswered: there are no respondents.
            ValueError: a cell with respondents has no weight, or one that is not above 0.
        """
        counts = _answered(respondents)
        _weights_for(counts, by_cell)
        n = sum(counts.values())
        mean = _sum(by_cell, counts) / n
        effective = _effective(by_cell, counts)
        return cls(
            by_cell={cell: weight / mean for cell, weight in by_cell.items()},
            merged=merged,
            respondents=n,
            design_effect=n / effective,
            effective=effective,
            largest=max(by_cell[cell] for cell in counts) / mean,
            margin_error=margin_error,
            trimmed=trimmed,
        )


def weigh(
    *,
    respondents: Mapping[str, int],
    population: Mapping[str, int],
    families: Mapping[str, str] | None = None,
    cap: float = CAP,
) -> Weights | Unweighted:
    """Post-stratification: a cell's share of the weighted replies is that of the population.

    *Merging.* A cell is small that has fewer than 20 respondents, or fewer than 30 and fewer than
    5% of them all. While there is a small one, that with the fewest respondents (of equals the
    first) joins the nearest in kind: one of the same family if there is any, else any; among these
    the nearest in the order of ``population``, and of two as near the earlier. What has joined is
    one group from then on, of all its cells' families. Each joining leaves one group fewer, so it
    ends.

    *Unknown cells.* One with respondents but no population (0, or not given: "everyone else") takes
    no part: each of its replies weighs 1, so that its share of the weighted replies is its share of
    the replies, and the other cells divide what is left.

    *Trimming.* A weight over ``cap`` times the mean is cut to that, and the other known groups are
    raised in proportion until the mean is 1 again and none is over; ``margin_error`` says how far
    that has moved a group from its known share.

    Args:
        respondents: how many answered, by cell.
        population: how many could have, by cell. Where waves are summed, sum both.
        families: of which family a cell is, as its service; those not named are of one.
        cap: in means, above 1.

    Raises:
        MarginsWrong: over eight cells, a negative number, or a population that is smaller than
            its respondents.
        ValueError: ``cap`` is not above 1.

    Source: Holt and Smith (1979), J. R. Stat. Soc. A 142: 33-46; the thresholds beside each.
    """
    _check_cells(respondents, population)
    if not (isfinite(cap) and cap > 1):
        raise ValueError(f"no weights with a mean of 1 are all under {cap}")
    known = {cell: number for cell, number in population.items() if number}
    if reason := _why_not(respondents, known):
        return Unweighted(reason)
    groups = _merged(list(known), respondents, families or {})
    if len(groups) == 1:
        return Unweighted("too few answered in all groups but one, so there is nothing to balance")
    sizes = [_size(group, respondents) for group in groups]
    exact = _balancing(sizes, [_size(group, known) for group in groups])
    trimmed = _trimmed(exact, sizes, cap)
    found = Weights.of(
        {cell: 1.0 for cell in respondents if cell not in known}
        | {cell: weight for group, weight in zip(groups, trimmed, strict=True) for cell in group},
        respondents,
        merged=tuple([group for group in groups if len(group) > 1]),
        # Both sum to all replies of known cells, so shares differ exactly as the weights do.
        margin_error=max(abs(is_ / was - 1) for is_, was in zip(trimmed, exact, strict=True)),
        trimmed=trimmed != exact,
    )
    if found.design_effect > MOST_EFFECT:
        return Unweighted(
            "those who answered are so unlike those who could have that weighing would lose more"
            f" than half of what the replies tell (design effect {found.design_effect:.1f})"
        )
    return found


def _check_cells(respondents: Mapping[str, int], population: Mapping[str, int]) -> None:
    cells = {*respondents, *population}
    if len(cells) > MOST_CELLS:
        raise MarginsWrong(f"{len(cells)} cells, and only {MOST_CELLS} may be weighed by")
    for cell in sorted(cells):
        answered, could = respondents.get(cell, 0), population.get(cell, 0)
        if min(answered, could) < 0:
            raise MarginsWrong(f"{cell}: no numbers of people are {answered} and {could}")
        if 0 < could < answered:
            raise MarginsWrong(f"{cell}: {answered} answered, of a population of only {could}")


def _why_not(respondents: Mapping[str, int], known: Mapping[str, int]) -> str:
    """Why these cannot be weighed at all, or ""."""
    if not sum(respondents.values()):
        return "nobody has answered"
    if not known:
        return "it is not known how many could have answered"
    if len(known) == 1:
        return "it is known of one group only how many could have answered"
    if _size(known, respondents) < LEAST_RESPONDENTS:
        return f"fewer than {LEAST_RESPONDENTS} answered of the groups whose size is known"
    return ""


def _merged(
    cells: Sequence[str], respondents: Mapping[str, int], families: Mapping[str, str]
) -> list[tuple[str, ...]]:
    """The cells in groups that are large enough, by the rule that :func:`weigh` states."""
    place = {cell: number for number, cell in enumerate(cells)}
    twentieth = LEAST_SHARE * sum(respondents.values())
    groups: list[tuple[str, ...]] = [(cell,) for cell in cells]

    def is_small(group: tuple[str, ...]) -> bool:
        size = _size(group, respondents)
        return size < LEAST_ANYWHERE or (size < LEAST_RESPONDENTS and size < twentieth)

    def farness(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[bool, int]:
        kin = {families.get(cell) for cell in one} & {families.get(cell) for cell in other}
        return not kin, min(abs(place[a] - place[b]) for a in one for b in other)

    while len(groups) > 1 and (small := [group for group in groups if is_small(group)]):
        joins = min(small, key=lambda group: _size(group, respondents))
        others = [group for group in groups if group != joins]
        nearest = min(others, key=lambda group: farness(joins, group))
        others[others.index(nearest)] = tuple(sorted((*joins, *nearest), key=place.__getitem__))
        groups = sorted(others, key=lambda group: place[group[0]])
    return groups


def _size(cells: Iterable[str], numbers: Mapping[str, int]) -> int:
    return sum(numbers.get(cell, 0) for cell in cells)


def _balancing(sizes: Sequence[int], population: Sequence[int]) -> list[float]:
    """The weights that give each group its share of the population."""
    answered, could = sum(sizes), sum(population)
    # Shares first: they are the same to the last bit however large the population is.
    return [
        (number / could) / (size / answered) for size, number in zip(sizes, population, strict=True)
    ]


def _trimmed(weights: list[float], sizes: Sequence[int], cap: float) -> list[float]:
    """None over the cap, and the same sum. Each round cuts one more at least, so it ends."""
    cut: set[int] = set()
    while over := {number for number, weight in enumerate(weights) if weight > cap}:
        cut |= over
        held = cap * sum(sizes[number] for number in cut)
        free = fsum(weights[n] * size for n, size in enumerate(sizes) if n not in cut)
        scale = (sum(sizes) - held) / free
        weights = [cap if n in cut else weight * scale for n, weight in enumerate(weights)]
    return weights


@dataclass(frozen=True, slots=True)
class Margin:
    """One thing that is known of a population.

    Args:
        totals: how many people (or which share of them) are in each group.
        groups: the group of each cell.
    """

    totals: Mapping[str, float]
    groups: Mapping[str, str]


class _Target(NamedTuple):
    """What the weighted replies of these cells are to add up to."""

    group: str
    cells: tuple[str, ...]
    number: float


def rake(
    *,
    counts: Mapping[str, float],
    margins: Sequence[Margin],
    rounds: int = 100,
    tolerance: float = 1e-6,
) -> dict[str, float]:
    """Iterative proportional fitting: the weights that bring the replies to each margin in turn.

    Args:
        counts: how many answered, by cell.
        margins: what is known; each of all the cells.
        rounds: how often to go over the margins.
        tolerance: how far, relatively, a group may be from its total at the end.

    Returns:
        The weight of a reply of each cell in which anybody answered; their mean over those who
        answered is 1. ``Weights.of`` makes weights of them.

    Raises:
        NobodyAnswered: the counts are all 0.
        MarginsWrong: the margins do not add up to one total (to a millionth), leave a cell out, or
            one has a group in which nobody answered, or a total of 0 where somebody did.
        NotConverged: the margins are not met after so many rounds.

    Source: Deming and Stephan (1940), Ann. Math. Stat. 11: 427-444; rounds and tolerance,
    methods.md 2.6.
    """
    counts = _answered(counts)
    targets = _targets(counts, margins)
    weights = dict.fromkeys(counts, 1.0)
    for _ in range(rounds):
        for target in targets:
            factor = target.number / _sum(weights, counts, target.cells)
            weights.update({cell: weights[cell] * factor for cell in target.cells})
        if _margin_error(weights, counts, targets) < tolerance:
            return weights
    raise NotConverged(f"the margins are not met after {rounds} rounds")


def calibrate(
    *,
    counts: Mapping[str, float],
    margins: Sequence[Margin],
    low: float,
    high: float,
    rounds: int = 100,
    tolerance: float = 1e-9,
) -> dict[str, float]:
    """Bounded calibration: every margin met, and every weight between the bounds.

    The weights are those nearest to 1 in the logit distance, found by Newton's method; a step that
    would lead away is halved.

    Args:
        counts, margins: as of :func:`rake`.
        low, high: the bounds of a weight, in means: ``0 <= low < 1 < high``.
        rounds: how many steps to take.
        tolerance: how far, relatively, a group may be from its total at the end.

    Returns:
        As of :func:`rake`.

    Raises:
        NobodyAnswered, MarginsWrong: as of :func:`rake`.
        Infeasible: no weights strictly between the bounds meet the margins; where that is so of
            one group alone, it is named.
        ValueError: the bounds are not such.

    Source: Deville and Särndal (1992), J. Am. Stat. Assoc. 87: 376-382, case 6.
    """
    if not (0 <= low < 1 < high and isfinite(high)):
        raise ValueError(f"weights with a mean of 1 do not lie between {low} and {high}")
    counts = _answered(counts)
    bounded = _Bounded(counts, _targets(counts, margins), low, high)
    bounded.check_each_group()
    point = [0.0] * len(bounded.targets)
    for _ in range(rounds):
        weights = bounded.weights(point)
        if _margin_error(weights, counts, bounded.targets) < tolerance:
            return weights
        nearer = bounded.nearer(point)
        if nearer is None:
            break
        point = nearer
    raise Infeasible(f"no weights between {low} and {high} meet all the margins at once")


@dataclass(frozen=True, slots=True)
class _Bounded:
    """What calibration solves: a number for each group, of whose sum a cell's weight is made."""

    counts: Mapping[str, float]
    targets: Sequence[_Target]
    low: float
    high: float

    def check_each_group(self) -> None:
        for target in self.targets:
            mean = target.number / fsum(self.counts[cell] for cell in target.cells)
            if not self.low < mean < self.high:
                raise Infeasible(
                    f"{target.group}: would need a weight of {mean:.3g} on average,"
                    f" which is not between {self.low} and {self.high}"
                )

    def weights(self, point: Sequence[float]) -> dict[str, float]:
        sums = dict.fromkeys(self.counts, 0.0)
        for number, target in zip(point, self.targets, strict=True):
            for cell in target.cells:
                sums[cell] += number
        return {cell: _logit(number, self.low, self.high) for cell, number in sums.items()}

    def gaps(self, weights: Mapping[str, float]) -> list[float]:
        return [of.number - _sum(weights, self.counts, of.cells) for of in self.targets]

    def slopes(self, weights: Mapping[str, float]) -> list[list[float]]:
        """How fast each group's sum rises with each group's number."""
        low, high = self.low, self.high
        steep = {
            cell: (weight - low) * (high - weight) / ((1 - low) * (high - 1))
            for cell, weight in weights.items()
        }
        return [
            [_sum(steep, self.counts, {*one.cells} & {*other.cells}) for other in self.targets]
            for one in self.targets
        ]

    def nearer(self, point: Sequence[float]) -> list[float] | None:
        """The point after Newton's step, or half of it and so on, if any is less far off."""
        weights = self.weights(point)
        gaps = self.gaps(weights)
        step, off = _solved(self.slopes(weights), gaps), _squares(gaps)
        for halvings in range(40):
            further = [x + change / 2**halvings for x, change in zip(point, step, strict=True)]
            if _squares(self.gaps(self.weights(further))) < off:
                return further
        return None


def _answered(counts: Mapping[str, TNumber]) -> dict[str, TNumber]:
    """The cells in which anybody answered."""
    for cell, number in counts.items():
        if not (isfinite(number) and number >= 0):
            raise ValueError(f"{cell}: no number of replies is {number}")
    found = {cell: number for cell, number in counts.items() if number}
    if not found:
        raise NobodyAnswered("nobody answered, so there is nothing to work out")
    return found


def _targets(counts: Mapping[str, float], margins: Sequence[Margin]) -> list[_Target]:
    """What each group is to add up to, where all add up to the number of replies."""
    if not margins:
        raise MarginsWrong("there is no margin to bring the replies to")
    sums = [_total(margin) for margin in margins]
    if any(abs(one - other) > 1e-6 * max(one, other) for one, other in pairwise(sums)):
        told = ", ".join(f"{each:g}" for each in sums)
        raise MarginsWrong(f"the margins do not add up to one total, but to {told}")
    replies = fsum(counts.values())
    return [
        _Target(group, cells, replies * margin.totals[group] / whole)
        for margin, whole in zip(margins, sums, strict=True)
        for group, cells in _groups(margin, counts).items()
    ]


def _total(margin: Margin) -> float:
    for group, number in margin.totals.items():
        if not (isfinite(number) and number >= 0):
            raise MarginsWrong(f"{group}: no number of people is {number}")
    if not (whole := fsum(margin.totals.values())):
        raise MarginsWrong("a margin adds up to nobody")
    return whole


def _groups(margin: Margin, counts: Mapping[str, float]) -> dict[str, tuple[str, ...]]:
    """The cells of each group of the margin that has any people."""
    for cell in counts:
        if cell not in margin.groups:
            raise MarginsWrong(f"{cell}: is in no group of a margin")
        if not margin.totals.get(margin.groups[cell]):
            raise MarginsWrong(f"{margin.groups[cell]}: some answered, and its total is none")
    found = {
        group: tuple([cell for cell in counts if margin.groups[cell] == group])
        for group, number in margin.totals.items()
        if number
    }
    for group, cells in found.items():
        if not cells:
            raise MarginsWrong(f"{group}: nobody in it answered, so nobody can stand for it")
    return found


def _margin_error(
    weights: Mapping[str, float], counts: Mapping[str, float], targets: Iterable[_Target]
) -> float:
    return max(abs(_sum(weights, counts, of.cells) / of.number - 1) for of in targets)


def _logit(x: float, low: float, high: float) -> float:
    """The weight between the bounds that is 1, and rises by 1, at 0: Deville and Särndal's F."""
    down, up = 1 - low, high - 1
    power = (high - low) / (down * up) * x
    # Of e to a large power only the reciprocal fits into a float.
    small = exp(-abs(power))
    one, other = (up * small, down) if power > 0 else (up, down * small)
    return min(high, max(low, (low * one + high * other) / (one + other)))


def _squares(gaps: Iterable[float]) -> float:
    return fsum(gap * gap for gap in gaps)


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a few linear equations, by elimination with the largest pivot of a column.

    Margins overlap (each adds up to all), so some equations follow from others: an unknown that
    they leave free is 0.
    """
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    nothing = 1e-12 * max(abs(value) for row in matrix for value in row)
    solved: dict[int, list[float]] = {}
    for column in range(len(matrix)):
        if not rows:
            break
        pivot = max(rows, key=lambda row: abs(row[column]))
        if abs(pivot[column]) <= nothing:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [value / pivot[column] for value in pivot]
        rows = [_without(column, row, pivot) for row in rows]
        solved = {of: _without(column, row, pivot) for of, row in solved.items()}
        solved[column] = pivot
    return [solved[column][-1] if column in solved else 0.0 for column in range(len(matrix))]


def _without(column: int, row: Sequence[float], pivot: Sequence[float]) -> list[float]:
    return [value - row[column] * other for value, other in zip(row, pivot, strict=True)]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share, and how much is behind it.

    Args:
        proportion: in fractions of one.
        base: how many answered the item.
        effective: how many answers of equal weight tell as much.
        design_effect: ``base / effective``.
        of_strata: for a sum over authorities, the standard error worked out within each.

    Raises:
        ValueError: no share, or of fewer than one answer.
    """

    proportion: float
    base: int
    effective: float
    design_effect: float
    of_strata: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.proportion <= 1:
            raise ValueError(f"no share is {self.proportion}")
        if not (self.base >= 1 and self.effective >= 1 and isfinite(self.effective)):
            raise ValueError(f"no share is of {self.base} answers that count for {self.effective}")

    @property
    def standard_error(self) -> float:
        """√(p(1−p)/n_eff), unless it was worked out within strata; 0 at 0% and at 100%."""
        if self.of_strata is not None:
            return self.of_strata
        return sqrt(self.proportion * (1 - self.proportion) / self.effective)


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """A mean, and how much is behind it.

    Args:
        mean, standard_error: in the unit of what was summed.
        base: how many have a score.
        effective: how many scores of equal weight tell as much.
        degrees: of freedom, for Student's t; not whole for a sum over authorities.

    Raises:
        ValueError: no such mean.
    """

    mean: float
    standard_error: float
    base: int
    effective: float
    degrees: float

    def __post_init__(self) -> None:
        if not (isfinite(self.mean) and isfinite(self.standard_error) and self.standard_error >= 0):
            raise ValueError(f"no mean is {self.mean} with an error of {self.standard_error}")
        if not (self.base >= 2 and self.effective >= 1 and self.degrees > 0):
            raise ValueError(f"a mean of {self.base} scores has no standard error")

    @property
    def design_effect(self) -> float:
        return self.base / self.effective

    @property
    def all_alike(self) -> bool:
        """Whether every score is the same, so that they tell nothing of chance: methods.md 2.2."""
        return self.standard_error == 0


def share_of(
    weights: Weights | Unweighted | None,
    *,
    favourable: Mapping[str, int],
    base: Mapping[str, int],
) -> Estimate:
    """The share of favourable answers to one item, at the weights.

    Args:
        weights: ``None``, or :class:`Unweighted`, to count every answer once.
        favourable: how many answered favourably, by cell.
        base: how many answered at all, by cell; not all who replied answer each item.

    Raises:
        NobodyAnswered: the base is 0.
        ValueError: more are favourable than answered, or a cell has no weight.

    Source: Kish, as of :class:`Weights`, at the base of the item: methods.md 2.2.
    """
    for cell in sorted({*base, *favourable}):
        if not 0 <= favourable.get(cell, -1) <= base.get(cell, -1):
            raise ValueError(
                f"{cell}: not a part of those who answered:"
                f" {favourable.get(cell)} of {base.get(cell)}"
            )
    counts = _answered(base)
    by_cell = _by_cell(weights, counts)
    n, effective = sum(counts.values()), _effective(by_cell, counts)
    # Never over 1: each part of the one sum is at most that of the other.
    proportion = _sum(by_cell, favourable, counts) / _sum(by_cell, counts)
    return Estimate(proportion, base=n, effective=effective, design_effect=n / effective)


def interval(estimate: Estimate, level: float = 0.95) -> ConfidenceInterval:
    """The Wilson interval of a share at its effective number: x = p·n_eff, n = n_eff.

    Raises:
        ValueError: the level is not strictly between 0 and 1.

    Source: methods.md 2.2; Korn and Graubard (1998), Surv. Methodol. 24: 193-201, for taking the
    effective number in the place of n.
    """
    n = estimate.effective
    return ConfidenceInterval.wilson(min(n, estimate.proportion * n), n, level=level)


def mean_of(
    weights: Weights | Unweighted | None, sums: Mapping[str, SumsLike], *, per_point: int = 1
) -> MeanEstimate:
    """The mean score at the weights, and its standard error by linearisation.

    SE² = Σw²(y−ȳ)² / (Σw)² · n/(n−1), with n−1 degrees of freedom. Where all scores are the same,
    the standard error is exactly 0: see :attr:`MeanEstimate.all_alike`.

    Args:
        weights: ``None``, or :class:`Unweighted`, to count every score once.
        sums: n, Σ and Σ² of the scores, by cell.
        per_point: how many of the unit summed make one of the unit wanted. ``Tally.sums`` are of
            hundredths of a point: 100 gives points.

    Raises:
        NobodyAnswered: there are no scores.
        ValueError: there is one score only, the sums are of no numbers, or a cell has no weight.

    Source: methods.md 2.2 (equal to ``svymean`` of R's survey with weights only); Binder (1983),
    Int. Stat. Rev. 51: 279-292.
    """
    for cell, each in sums.items():
        check_sums(each, cell)
    counts = _answered({cell: each.n for cell, each in sums.items()})
    if per_point < 1:
        raise ValueError(f"no unit is made of {per_point} others")
    by_cell, n = _by_cell(weights, counts), sum(counts.values())
    if n == 1:
        raise ValueError("a mean of 1 score has no standard error")
    whole, degrees = _sum(by_cell, counts), n - 1
    mean = fsum(by_cell[cell] * sums[cell].total for cell in counts) / whole
    # Cell by cell around its own mean first: those differences are of whole numbers, and exact.
    spread = fsum(
        by_cell[cell] ** 2
        * (spread_of(sums[cell]) / size + size * (sums[cell].total / size - mean) ** 2)
        for cell, size in counts.items()
    )
    if _all_alike([sums[cell] for cell in counts]):
        mean, spread = next(sums[cell].total / size for cell, size in counts.items()), 0.0
    return MeanEstimate(
        mean=mean / per_point,
        standard_error=sqrt(spread * n / degrees) / whole / per_point,
        base=n,
        effective=_effective(by_cell, counts),
        degrees=degrees,
    )


def check_sums(sums: SumsLike, name: str) -> None:
    """
    Raises:
        ValueError: no numbers have these sums.
    """
    if sums.n < 0 or spread_of(sums) < 0 or (not sums.n and (sums.total or sums.squares)):
        raise ValueError(
            f"{name}: no {sums.n} numbers add up to {sums.total}, and their squares to"
            f" {sums.squares}"
        )


def spread_of(sums: SumsLike) -> int:
    """n·Σ(y−ȳ)², exactly; n(n−1) times the variance."""
    return sums.n * sums.squares - sums.total**2


def _all_alike(parts: Sequence[SumsLike]) -> bool:
    return not any(map(spread_of, parts)) and all(
        one.total * other.n == other.total * one.n for one, other in pairwise(parts)
    )


@overload
def national(parts: Sequence[tuple[Estimate, float]]) -> Estimate: ...
@overload
def national(parts: Sequence[tuple[MeanEstimate, float]]) -> MeanEstimate: ...
def national(
    parts: Sequence[tuple[Estimate, float]] | Sequence[tuple[MeanEstimate, float]],
) -> Estimate | MeanEstimate:
    """England's share or mean: its authorities', each counting for its population.

    Not the mean of authorities, nor of replies. Authorities are strata, so SE² = ΣW²·SE², where a
    share's is p(1−p)/n_eff. The effective number is 1/Σ(W²/n_eff): what Kish's rule gives for the
    replies at these weights. It is not taken back from the standard error, which is too small where
    a few answers of an authority happen to be alike.

    Args:
        parts: of each authority its estimate, and how many could have answered there.

    Raises:
        NobodyAnswered: there is no authority.
        MarginsWrong: a population is not above 0, or smaller than its answers.
        ValueError: some are shares and some means.

    Source: methods.md 2.6; Cochran (1977), Sampling Techniques, 5.3-5.5; degrees of a mean,
    Satterthwaite (1946), Biometrics Bull. 2: 110-114, as in Cochran 5.4.
    """
    if not parts:
        raise NobodyAnswered("no authority has a figure, so England has none")
    for estimate, population in parts:
        if not (isfinite(population) and 0 < population >= estimate.base):
            raise MarginsWrong(f"{estimate.base} answered, of a population of {population}")
    whole = fsum(population for _, population in parts)
    shares = [(each, size / whole) for each, size in parts if isinstance(each, Estimate)]
    means = [(each, size / whole) for each, size in parts if isinstance(each, MeanEstimate)]
    if shares and means:
        raise ValueError("shares and means make no figure together")
    return _national_share(shares) if shares else _national_mean(means)


def _national_share(parts: Sequence[tuple[Estimate, float]]) -> Estimate:
    base, effective = _behind(parts)
    return Estimate(
        proportion=min(1.0, fsum(weight * each.proportion for each, weight in parts)),
        base=base,
        effective=effective,
        design_effect=base / effective,
        of_strata=sqrt(_squares(weight * each.standard_error for each, weight in parts)),
    )


def _national_mean(parts: Sequence[tuple[MeanEstimate, float]]) -> MeanEstimate:
    base, effective = _behind(parts)
    variances = [((weight * each.standard_error) ** 2, each.degrees) for each, weight in parts]
    variance = fsum(part for part, _ in variances)
    doubt = fsum(part**2 / degrees for part, degrees in variances)
    return MeanEstimate(
        mean=fsum(weight * each.mean for each, weight in parts),
        standard_error=sqrt(variance),
        base=base,
        effective=effective,
        degrees=variance**2 / doubt if doubt else fsum(each.degrees for each, _ in parts),
    )


def _behind(parts: Sequence[tuple[Estimate | MeanEstimate, float]]) -> tuple[int, float]:
    """How many answered in all, and for how many that counts."""
    base = sum(each.base for each, _ in parts)
    effective = 1 / fsum(weight**2 / each.effective for each, weight in parts)
    return base, min(float(base), max(1.0, effective))


def _by_cell(
    weights: Weights | Unweighted | None, counts: Mapping[str, int]
) -> Mapping[str, float]:
    if isinstance(weights, Weights):
        _weights_for(counts, weights.by_cell)
        return weights.by_cell
    return dict.fromkeys(counts, 1.0)


def _weights_for(counts: Iterable[str], by_cell: Mapping[str, float]) -> None:
    for cell in counts:
        weight = by_cell.get(cell, 0.0)
        if not (isfinite(weight) and weight > 0):
            raise ValueError(f"{cell}: some answered, and have no weight")


def _sum(
    weights: Mapping[str, float],
    counts: Mapping[str, float],
    cells: Iterable[str] | None = None,
) -> float:
    return fsum(weights[cell] * counts[cell] for cell in (counts if cells is None else cells))


def _effective(weights: Mapping[str, float], counts: Mapping[str, int]) -> float:
    """(Σw)² / Σw²; from 1 to n in exact arithmetic, which rounding can break by a hair."""
    squares = fsum(weights[cell] ** 2 * size for cell, size in counts.items())
    return min(float(sum(counts.values())), max(1.0, _sum(weights, counts) ** 2 / squares))

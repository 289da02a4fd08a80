"""From counts to figures: what a release would say of each area, and what it may say. Pure.

Workers only: means have intervals by Student's t, for which scipy is loaded. What is proposed here
obeys the rules for each figure alone (`analytics/disclosure.py`); `analytics/withholding.py` then
hides what would give another away.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analytics import disclosure, means
from analytics.attacking import Cell
from analytics.breakdowns import Breakdown, Breakdowns, Group
from analytics.disclosure import (
    NOBODY,
    PROTECTS_FEW,
    TOO_FEW_ANSWERS,
    WOULD_GIVE_AWAY,
    Figure,
    Weighted,
    Withheld,
)
from analytics.marks import ALL
from analytics.questions import HUNDREDTHS, Numbers
from analytics.series import OfQuestion
from analytics.spans import Span
from analytics.weighing import (
    Estimate,
    MarginsWrong,
    MeanEstimate,
    Unweighted,
    Weights,
    mean_of,
    national,
    share_of,
)
from authorities.areas import ENGLAND

# What bases are shown to the nearest of: see `analytics/disclosure.py`.
OF_A_WAVE, OF_SEVERAL, OF_A_GROUP = 1, 10, 5
# Regions and England: what is tried in turn until nothing gives an authority's figure away.
WIDE = (10, 50, 100, 500, 1000)
AGE = "age"  # the breakdown by the page that was answered: see `marks.PAGE_SLICES`
# Nobody can say much of an authority from England's share where it is no more than this part of it.
MOST_OF_ENGLAND = 0.05
# England and a region are weighted as long as it is known of all but so many of those who answered
# how many could.
MOST_UNKNOWN = 0.1


class Place(NamedTuple):
    """What a figure is of."""

    area: str
    indicator: str
    slice: str
    span: Span = Span.WAVE


@dataclass(frozen=True, slots=True)
class Proposal:
    """A figure as it would be shown, and what could be shown in its place.

    Args:
        cells: whose counts it is of.
        base: how many answered.
        options: from what says most to what says least; the last is withheld.
    """

    place: Place
    cells: frozenset[Cell]
    base: int
    options: tuple[Figure, ...]


def year_of(waves: Sequence[str]) -> str:
    """What a year's cells are called: its first wave's name, marked."""
    return f"year:{waves[0]}"


def proposals(of: OfQuestion, at: str, breakdowns: Breakdowns) -> Iterator[Proposal]:
    """All that the release of a wave would say of one question."""
    for span in Span:
        waves = of.span(span, at)
        if not waves:
            continue
        for area in _areas(of, at):
            yield _total(of, area, span, waves)
            if span is Span.YEAR:
                for breakdown in breakdowns.each:
                    yield from _broken_down(of, area, waves, breakdown)


def cells_of(of: OfQuestion, place: Place, at: str, breakdowns: Breakdowns) -> frozenset[Cell]:
    """Whose counts a figure in the release of a wave is of; none where there are none."""
    waves = of.span(place.span, at)
    if place.slice == ALL:
        return _cells(of, place.area, waves)
    breakdown = breakdowns.of(place.slice)
    return _group_cells(of, place.area, waves, breakdown, breakdowns.group(place.slice))


def base_of(of: OfQuestion, place: Place, at: str, breakdowns: Breakdowns) -> int:
    """How many answered of whom a figure in the release of a wave is."""
    cells = cells_of(of, place, at, breakdowns)
    if place.slice == ALL:
        return sum(of.numbers(cell.area, cell.when).n for cell in cells)
    waves, breakdown = of.span(place.span, at), breakdowns.of(place.slice)
    return sum(_of_cell(of, cell, waves, breakdown).n for cell in cells)


def _areas(of: OfQuestion, at: str) -> Iterator[str]:
    yield from sorted(of.series.by_code[at].authorities)
    if of.question.of_regions and not of.series.self_selected:
        yield from of.series.regions
    if of.series.whole_country:
        yield ENGLAND


# --- totals --------------------------------------------------------------------------------------


def _total(of: OfQuestion, area: str, span: Span, waves: tuple[str, ...]) -> Proposal:
    cells = _cells(of, area, waves)
    numbers = Numbers.sum(of.numbers(cell.area, cell.when) for cell in cells)
    place = Place(area, of.question.code, ALL, span)
    if _is_wide(of, area):
        estimate = _national(of, area, waves, numbers)
        # Less what authorities show, it would often tell of those few that show nothing.
        few = any(_few(of, cell.area, cell.when) for cell in cells)
        options = _wide_options(of, numbers, estimate, least=100 if few else OF_SEVERAL)
    else:
        nearest = OF_SEVERAL
        if span is Span.WAVE:
            # How many answered at all, less how many answered what the youngest are not asked,
            # would tell how many the youngest are at most.
            nearest = OF_A_WAVE if of.question.of else OF_A_GROUP
        estimate = _weighted(of, area, waves, of.series.weights(area, waves))
        options = options_of(_figure(of, numbers, nearest, estimate), WOULD_GIVE_AWAY)
    return Proposal(place, cells, numbers.n, options)


def _cells(of: OfQuestion, area: str, waves: Iterable[str]) -> frozenset[Cell]:
    return frozenset(
        Cell(member, wave, ALL) for wave in waves for member in of.series.members(area, wave)
    )


def _weighted(
    of: OfQuestion, area: str, waves: tuple[str, ...], weights: Weights | Unweighted
) -> Estimate | MeanEstimate | None:
    """A total at the weights of its authority; ``None`` where it is not weighted."""
    if isinstance(weights, Unweighted):
        return None
    whole = of.together(area, waves)
    by_cell = of.by_cell(area, waves)
    # A sheet of before the scores were kept by cell cannot be weighed.
    if whole.n == 0 or sum(numbers.n for numbers in by_cell.values()) != whole.n:
        return None
    return _estimate(of, by_cell, weights)


def _estimate(
    of: OfQuestion, by_cell: Mapping[str, Numbers], weights: Weights | None
) -> Estimate | MeanEstimate | None:
    if of.question.is_share:
        return share_of(
            weights,
            favourable={cell: each.total for cell, each in by_cell.items()},
            base={cell: each.n for cell, each in by_cell.items()},
        )
    if of.question.is_mean and sum(each.n for each in by_cell.values()) > 1:
        return mean_of(weights, by_cell, per_point=HUNDREDTHS)
    return None


def _national(
    of: OfQuestion, area: str, waves: tuple[str, ...], numbers: Numbers
) -> Estimate | MeanEstimate | None:
    """A region's or England's: authorities weighted to how many could answer there.

    Those with fewer than ten answers, and what is counted for no authority, are one stratum for
    each region. ``None`` where it is known of too few how many could, or where one that is
    withheld is so large that it could be told from the whole.
    """
    if of.question.of is None or not numbers.n:
        return None
    strata = _strata(of, area, waves)
    if strata is None:
        return None
    shares = [(each, size) for each, size in strata if isinstance(each, Estimate)]
    scores = [(each, size) for each, size in strata if isinstance(each, MeanEstimate)]
    try:
        return national(shares) if shares else national(scores)
    except MarginsWrong:
        return None


class _Stratum(NamedTuple):
    estimate: Estimate | MeanEstimate
    population: float
    answers: int
    authority: bool


def _strata(
    of: OfQuestion, area: str, waves: tuple[str, ...]
) -> list[tuple[Estimate | MeanEstimate, float]] | None:
    small: dict[str, list[str]] = {}
    found: list[_Stratum | None] = []
    for member in dict.fromkeys(cell.area for cell in sorted(_cells(of, area, waves))):
        region = of.series.region_of.get(member)
        if region and of.together(member, waves).n >= disclosure.LEAST_BASE:
            found.append(_stratum(of, [member], waves, of.series.weights(member, waves)))
        else:
            small.setdefault(region or member, []).append(member)
    found += [
        _stratum(of, members, waves, None)
        for members in small.values()
        if Numbers.sum(of.together(member, waves) for member in members).n
    ]
    if None in found:
        return None
    strata = _all_known([each for each in found if each is not None])
    whole = sum(each.population for each in strata)
    too_large = any(
        not each.authority and each.population > MOST_OF_ENGLAND * whole for each in strata
    )
    if not whole or too_large:
        return None
    return [(each.estimate, each.population) for each in strata]


def _all_known(strata: Sequence[_Stratum]) -> list[_Stratum]:
    """With a population for each: of those of whom none is known, or fewer than answered, as many
    for each answer as in all others together. None, where those are more than a tenth of answers.

    What is counted for a region alone has no population of its own.
    """
    known = [each for each in strata if each.population >= each.answers]
    answers, all_answers = sum(each.answers for each in known), sum(e.answers for e in strata)
    if not answers or all_answers - answers > MOST_UNKNOWN * all_answers:
        return []
    for_each = sum(each.population for each in known) / answers
    return [
        each if each in known else each._replace(population=for_each * each.answers)
        for each in strata
    ]


def _stratum(
    of: OfQuestion,
    members: Sequence[str],
    waves: tuple[str, ...],
    weights: Weights | Unweighted | None,
) -> _Stratum | None:
    population = sum(sum(_population(of, member, waves).values()) for member in members)
    numbers = Numbers.sum(of.together(member, waves) for member in members)
    estimate = None
    if weights is not None:
        estimate = _weighted(of, members[0], waves, weights)
    estimate = estimate or _estimate(of, {"": numbers}, None)
    if estimate is None:
        return None
    return _Stratum(estimate, population, numbers.n, authority=weights is not None)


def _population(of: OfQuestion, area: str, waves: Sequence[str]) -> Mapping[str, int]:
    """How many could answer in these waves together: as many in each as in the last that says.

    In each in which the authority took part: of one that was merged half-way, who could answer is
    in its successor's number from then on.
    """
    theirs = of.series.with_part_of(area, waves)
    for wave in reversed(theirs):
        found = of.series.by_code[wave].populations.get(area)
        if found and found.numbers:
            return {group: number * len(theirs) for group, number in found.numbers.items()}
    return {}


# --- breakdowns ----------------------------------------------------------------------------------


def _broken_down(
    of: OfQuestion, area: str, waves: tuple[str, ...], breakdown: Breakdown
) -> Iterator[Proposal]:
    wide = _is_wide(of, area)
    nobody = leaves_of_nobody(of, waves, breakdown)
    for group in breakdown.groups if wide else breakdown.narrow:
        if group.codes <= frozenset(of.asked[waves[-1]].unasked) and breakdown.of == AGE:
            continue
        cells = _group_cells(of, area, waves, breakdown, group)
        numbers = Numbers.sum(_of_cell(of, cell, waves, breakdown) for cell in cells)
        place = Place(area, of.question.code, group.slice, Span.YEAR)
        options: tuple[Figure, ...] = (Withheld(NOBODY),)
        if {cell.slice for cell in cells} <= nobody:
            pass
        elif _answers(of, area, waves) < disclosure.LEAST_BASE:
            # Not even that they are none: of those who are all in some group, nobody would be left.
            options = (Withheld(PROTECTS_FEW),)
        elif wide and numbers.n:
            options = _wide_options(of, numbers, None, least=OF_SEVERAL)
        elif numbers.n:
            figure = _figure(of, numbers, OF_A_GROUP, None)
            if figure == disclosure.Count(disclosure.LEAST_BASE, OF_A_GROUP):
                # Who answered a question that is withheld would be ten to twelve of them.
                figure = Withheld(PROTECTS_FEW)
            options = options_of(figure, PROTECTS_FEW)
        yield Proposal(place, cells, numbers.n, options)


def _answers(of: OfQuestion, area: str, waves: tuple[str, ...]) -> int:
    """How many answered in an area, of all groups and none."""
    return sum(of.numbers(cell.area, cell.when).n for cell in _cells(of, area, waves))


def _group_cells(
    of: OfQuestion, area: str, waves: Sequence[str], breakdown: Breakdown, group: Group
) -> frozenset[Cell]:
    year = year_of(waves)
    members = {member for wave in waves for member in of.series.members(area, wave)}
    leaves = [leaf.slice for leaf in breakdown.leaves if leaf.codes <= group.codes]
    return frozenset(Cell(member, year, leaf) for member in members for leaf in leaves)


def leaf_numbers(
    of: OfQuestion, area: str, waves: Sequence[str], breakdown: Breakdown
) -> dict[str, Numbers]:
    """Of an area's own tally, by the finest groups and, under "age:", of those in none."""
    return of.once(
        (area, tuple(waves), breakdown.code), lambda: _leaves(of, area, waves, breakdown)
    )


def _leaves(
    of: OfQuestion, area: str, waves: Sequence[str], breakdown: Breakdown
) -> dict[str, Numbers]:
    found = {
        leaf.slice: Numbers.sum(
            of.together(area, waves, f"{breakdown.of}:{code}") for code in sorted(leaf.codes)
        )
        for leaf in breakdown.leaves
    }
    found[f"{breakdown.code}:"] = of.together(area, waves).less(Numbers.sum(found.values()))
    return found


def leaves_of_nobody(of: OfQuestion, waves: Iterable[str], breakdown: Breakdown) -> frozenset[str]:
    """The finest groups in which nobody can be who answered in these waves, as everybody knows.

    Everybody answers on the page of an age. So nobody is on one that no survey has or that is not
    asked this; and nobody is on none, where each page is in some group.
    """
    if breakdown.of != AGE:
        return frozenset()
    pages = {
        version.code
        for wave in waves
        for version in of.series.by_code[wave].survey.age_versions
        if version.code not in of.asked[wave].unasked
    }
    grouped = {code for leaf in breakdown.leaves for code in leaf.codes}
    found = {leaf.slice for leaf in breakdown.leaves if not leaf.codes & pages}
    return frozenset(found if pages - grouped else {*found, f"{breakdown.code}:"})


def _of_cell(of: OfQuestion, cell: Cell, waves: Sequence[str], breakdown: Breakdown) -> Numbers:
    return leaf_numbers(of, cell.area, waves, breakdown)[cell.slice]


# --- one figure ----------------------------------------------------------------------------------


def _figure(
    of: OfQuestion, numbers: Numbers, nearest: int, estimate: Estimate | MeanEstimate | None
) -> Figure:
    if of.question.of is None:
        return disclosure.count(numbers.n, nearest=nearest)
    if numbers.n < disclosure.LEAST_BASE:
        return Withheld(TOO_FEW_ANSWERS)
    if isinstance(estimate, Estimate):
        weighted = Weighted(estimate.proportion, estimate.effective)
        return disclosure.share(numbers.total, numbers.n, nearest=nearest, weighted=weighted)
    if of.question.is_share:
        return disclosure.share(numbers.total, numbers.n, nearest=nearest)
    return mean_of_sums(numbers, nearest, estimate)


def mean_of_sums(numbers: Numbers, nearest: int, estimate: MeanEstimate | None = None) -> Figure:
    """A mean as far as it may be shown, and its interval of as many as are shown."""
    crude = mean_of(None, {"": numbers}, per_point=HUNDREDTHS)
    shown = estimate or crude
    counts_as = disclosure.base_shown(numbers.n, nearest)
    if estimate:
        counts_as = disclosure.shown_effective(estimate.effective, counts_as)
    # Of as many as are shown: at the exact number, the interval would tell it.
    interval = means.student(shown.mean, shown.standard_error, counts_as - 1)
    return disclosure.mean(
        crude.mean,
        shown.standard_error,
        numbers.n,
        bounds=(interval.lower, interval.upper) if interval else None,
        nearest=nearest,
        weighted=Weighted(estimate.mean, estimate.effective) if estimate else None,
    )


def options_of(figure: Figure, reason: str) -> tuple[Figure, ...]:
    """A figure, and what could be said in its place: that it is withheld; of few, not why."""
    match figure:
        case Withheld(reason=why) if why == TOO_FEW_ANSWERS:
            # Where that tells too much, beside what was shown before, not even that it is few.
            return (figure, Withheld(reason))
        case Withheld(reason=why):
            # What protects few here is withheld for the reason that protects others elsewhere.
            return (Withheld(reason) if why == PROTECTS_FEW else figure,)
        case _:
            return (figure, Withheld(reason))


def _wide_options(
    of: OfQuestion, numbers: Numbers, estimate: Estimate | MeanEstimate | None, *, least: int
) -> tuple[Figure, ...]:
    """Its base to the nearest 10, 50…; not to so much that little is left of it."""
    tried = [nearest for nearest in WIDE if nearest == OF_SEVERAL or 5 * nearest <= numbers.n]
    tried = [nearest for nearest in tried if nearest >= min(least, tried[-1])]
    found = [_figure(of, numbers, nearest, estimate) for nearest in tried]
    if isinstance(found[0], Withheld):
        return (found[0],)
    return (*found, Withheld(WOULD_GIVE_AWAY))


def _few(of: OfQuestion, member: str, wave: str) -> bool:
    authority = member in of.series.region_of
    return authority and of.numbers(member, wave).n < disclosure.LEAST_BASE


def _is_wide(of: OfQuestion, area: str) -> bool:
    return area == ENGLAND or area in of.series.regions


def shown(figures: Collection[Figure]) -> int:
    """How many of these are not withheld."""
    return sum(not isinstance(figure, Withheld) for figure in figures)

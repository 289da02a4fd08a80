"""Withholding: nothing that is withheld can be worked out, and little is withheld for it."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from scipy.optimize import linprog

from analytics import disclosure
from analytics.attacking import LEAST_WIDTH, Contradiction
from analytics.breakdowns import breakdowns
from analytics.disclosure import (
    LEAST_BASE,
    NOBODY,
    Count,
    End,
    Figure,
    Mean,
    Share,
    Withheld,
)
from analytics.figures import Place, cells_of, leaf_numbers
from analytics.marks import ALL
from analytics.questions import Numbers
from analytics.series import OfQuestion, Series
from analytics.spans import Span
from analytics.withholding import Said, audit, choose
from authorities.areas import ENGLAND
from tests.analytics.counted import REGIONS, a_series, a_tally, authority, of, upto

# Five waves of several questions take a minute.
pytestmark = pytest.mark.slow

# A country with every hard case: one that is small in one wave, one always, one with nothing of its
# own, a remainder, and many that are in no group of a breakdown.
SIZES: Mapping[int, tuple[int, ...]] = {
    0: (40, 44, 39, 47, 41),
    1: (33, 8, 36, 31, 35),
    2: (12, 11, 14, 9, 13),
    3: (0, 0, 0, 0, 0),
    4: (60, 62, 58, 66, 61),
    5: (28, 30, 0, 33, 31),
    6: (90, 85, 97, 92, 94),
    7: (22, 25, 24, 23, 26),
}
REMAINDERS = {REGIONS[1]: (12, 0, 14, 11, 12)}


def released(series: Series, code: str) -> dict[Said, Figure]:
    """What the releases of all waves say of a question."""
    said: dict[Said, Figure] = {}
    for number in range(1, len(series.rounds) + 1):
        tried = of(upto(series, number), code)
        at = tried.series.last.code
        found = choose(tried, at, breakdowns=breakdowns(), earlier=said)
        assert found.findings == [], f"{at}: {found.findings[0]}"
        said |= {Said(at, place): figure for place, figure in found.figures.items()}
    return said


@pytest.fixture(scope="module")
def series() -> Series:
    return a_series(SIZES, remainders=REMAINDERS)


@pytest.fixture(scope="module")
def said(series: Series) -> dict[Said, Figure]:
    return released(series, "safe")


def last(said: Mapping[Said, Figure], wave: str) -> dict[Place, Figure]:
    return {each.place: figure for each, figure in said.items() if each.wave == wave}


def before(said: Mapping[Said, Figure], wave: str) -> dict[Said, Figure]:
    return {each: figure for each, figure in said.items() if each.wave < wave}


# --- a reader with a programme of their own ------------------------------------------------------


def _bounds(percent: int | End) -> tuple[float, float]:
    match percent:
        case End.OVER:
            return 90.5, 100
        case End.UNDER:
            return 0, 9.5
        case _:
            return float(percent) - 0.5, float(percent) + 0.5


class Reader:
    """Knows the figures of all releases, and the map; none of the counts.

    Written apart from `analytics.attacking`: every number is a column of one linear programme of
    the whole country, which has a column for each count that there is.
    """

    def __init__(self, tried: OfQuestion, said: Mapping[Said, Figure]) -> None:
        self.tried, self.said = tried, said
        self.columns: dict[tuple[object, int], int] = {}
        self.rows: list[tuple[dict[int, float], float, float]] = []
        for each, figure in said.items():
            self._read(each, figure)
        for waves in {tried.span(Span.YEAR, each.wave) for each in said} - {()}:
            self._sum_up(waves)

    def _column(self, cell: object, part: int) -> int:
        return self.columns.setdefault((cell, part), len(self.columns))

    def _row(self, terms: Mapping[int, float], low: float, high: float) -> None:
        self.rows.append((dict(terms), low, high))

    def _read(self, each: Said, figure: Figure) -> None:
        cells = cells_of(self.tried, each.place, each.wave, breakdowns())
        base = {self._column(cell, 0): 1.0 for cell in cells}
        good = {self._column(cell, 1): 1.0 for cell in cells}
        match figure:
            case Count(count, nearest):
                self._row(base, count - nearest / 2, count + nearest / 2)
            case Share() | Mean():
                half = figure.nearest / 2 if figure.nearest > 1 else 0
                self._row(base, max(10, figure.base - half), figure.base + half)
            case Withheld(reason) if reason == NOBODY:
                self._row(base, 0, 0)
        if isinstance(figure, Share):
            percent = figure.percent if figure.crude is None else figure.crude
            low, high = _bounds(percent)
            self._row({**good, **dict.fromkeys(base, -low / 100)}, 0, np.inf)
            self._row({**good, **dict.fromkeys(base, -high / 100)}, -np.inf, 0)

    def _sum_up(self, waves: tuple[str, ...]) -> None:
        areas = {m for wave in waves for m in self.tried.series.members(ENGLAND, wave)}
        for area in sorted(areas):
            for breakdown in breakdowns().each:
                leaves = list(leaf_numbers(self.tried, area, waves, breakdown))
                if breakdown.code == "age":
                    leaves.remove("age:")  # everybody answers on the page of some age
                for part in (0, 1):
                    terms = {
                        self._column((area, f"year:{waves[0]}", leaf), part): 1.0 for leaf in leaves
                    }
                    wholes = {self._column((area, wave, ALL), part): -1.0 for wave in waves}
                    self._row({**terms, **wholes}, 0, 0)

    def width(self, each: Said) -> float:
        """How far apart the least and the greatest base are that a withheld figure can have."""
        cells = cells_of(self.tried, each.place, each.wave, breakdowns())
        target = [self._column(cell, 0) for cell in cells]
        size = len(self.columns)
        upper, bound = [], []
        for terms, low, high in [*self.rows, *self._never_more_favourable()]:
            line = np.zeros(size)
            for column, times in terms.items():
                line[column] = times
            if high < np.inf:
                upper.append(line)
                bound.append(high)
            if low > -np.inf:
                upper.append(-line)
                bound.append(-low)
        found = []
        for sign in (1, -1):
            cost = np.zeros(size)
            cost[target] = sign
            done = linprog(cost, np.array(upper), np.array(bound), bounds=(0, 10_000))
            assert done.status == 0, done.message
            found.append(sign * float(done.fun or 0))
        return found[1] - found[0]

    def _never_more_favourable(self) -> list[tuple[dict[int, float], float, float]]:
        cells = {cell for cell, _ in self.columns}
        return [
            ({self._column(cell, 1): 1.0, self._column(cell, 0): -1.0}, -np.inf, 0)
            for cell in cells
        ]


def test_a_reader_of_every_release_comes_near_to_nothing_that_is_withheld(
    series: Series, said: dict[Said, Figure]
) -> None:
    reader = Reader(of(series, "safe"), said)
    withheld = [
        each
        for each, figure in said.items()
        if isinstance(figure, Withheld)
        and figure.reason != NOBODY
        and each.place.area in series.region_of
    ]
    chosen = Random(3).sample(withheld, min(12, len(withheld)))

    assert len(withheld) > 20
    assert [each for each in chosen if reader.width(each) < LEAST_WIDTH] == []


def test_most_is_shown_of_those_of_whom_thirty_or_more_answered(said: dict[Said, Figure]) -> None:
    large = {authority(number) for number in (0, 4, 6)}
    figures = {each.place: figure for each, figure in said.items() if each.place.area in large}
    totals = [figure for place, figure in figures.items() if place.slice == ALL]
    groups = [
        figure
        for place, figure in figures.items()
        if place.slice != ALL and figure != Withheld(NOBODY)
    ]

    assert sum(isinstance(each, Share) for each in totals) >= 0.95 * len(totals)
    assert sum(isinstance(each, Share) for each in groups) >= 0.8 * len(groups)


@pytest.mark.parametrize("code", ["replies", "experience", "listened"])
def test_every_kind_of_question_is_safe_and_audited(series: Series, code: str) -> None:
    found = released(series, code)
    wave = series.last.code

    findings = audit(
        of(series, code),
        wave,
        last(found, wave),
        breakdowns=breakdowns(),
        earlier=before(found, wave),
    )

    assert findings == []


# --- leaks that are planted ----------------------------------------------------------------------


def test_a_cell_that_is_shown_again_is_found(series: Series, said: dict[Said, Figure]) -> None:
    """Every figure that was withheld to protect another, shown again: each audit finds it."""
    wave = "wave-4"
    figures, tried = last(said, wave), of(upto(series, 4), "safe")
    hidden = [
        place
        for place, figure in figures.items()
        if isinstance(figure, Withheld)
        and place.area in series.region_of
        and place.slice != ALL
        and tried_base(tried, place, wave) >= 10
    ]
    assert hidden

    for place in hidden[:4]:
        base = tried_base(tried, place, wave)
        shown = figures | {place: Share(50, 5 * round(base / 5), 40, 60, nearest=5)}
        findings: list[object] = []
        try:
            findings += audit(
                tried, wave, shown, breakdowns=breakdowns(), earlier=before(said, wave)
            )
        except Contradiction as error:
            findings.append(error)
        assert findings


def tried_base(tried: OfQuestion, place: Place, wave: str) -> int:
    waves = tried.span(place.span, wave)
    if place.slice == ALL:
        return tried.together(place.area, waves).n
    breakdown = breakdowns().of(place.slice)
    return (
        leaf_numbers(tried, place.area, waves, breakdown)[place.slice].n
        if (place.slice in leaf_numbers(tried, place.area, waves, breakdown))
        else 0
    )


def test_the_one_age_that_is_withheld_is_found_as_everybody_has_some_age(
    series: Series, said: dict[Said, Figure]
) -> None:
    """Less the exact numbers of all other ages, that of all tells it."""
    wave, area = "wave-4", authority(0)
    tried = of(upto(series, 4), "safe")
    leaves = leaf_numbers(tried, area, tried.span(Span.YEAR, wave), breakdowns().each[0])
    few = [leaf for leaf, numbers in leaves.items() if 0 < numbers.n < LEAST_BASE]
    assert len(few) == 1

    exact = {
        Place(area, "safe", leaf, Span.YEAR): disclosure.share(numbers.total, numbers.n)
        for leaf, numbers in leaves.items()
        if numbers.n
    }
    findings = audit(
        tried,
        wave,
        last(said, wave) | exact,
        breakdowns=breakdowns(),
        earlier=before(said, wave),
    )

    assert any(f"{area}, safe, {few[0]}" in str(each) for each in findings)


def test_a_region_less_its_authorities_is_found(series: Series, said: dict[Said, Figure]) -> None:
    """A region's exact base, where one of its authorities shows nothing."""
    wave = "wave-1"
    tried = of(upto(series, 1), "safe")
    place = Place(REGIONS[0], "safe", ALL)
    members = tried.series.members(REGIONS[0], wave)
    exact = Numbers.sum(tried.numbers(area, wave) for area in members)
    shown = last(said, wave) | {place: disclosure.share(exact.total, exact.n)}

    findings = audit(tried, wave, shown, breakdowns=breakdowns(), earlier={})

    assert any(authority(2) in str(finding) for finding in findings)


def test_a_figure_that_was_not_counted_is_a_contradiction(
    series: Series, said: dict[Said, Figure]
) -> None:
    tried = of(upto(series, 1), "safe")
    figures = last(said, "wave-1") | {Place(authority(0), "safe", ALL): Share(50, 33, 34, 66)}

    with pytest.raises(Contradiction, match="not what was counted"):
        audit(tried, "wave-1", figures, breakdowns=breakdowns(), earlier={})


def test_several_waves_are_withheld_where_less_the_others_they_tell_of_one(
    said: dict[Said, Figure],
) -> None:
    """The second authority had eight replies in the second wave; the others are all shown."""
    alone = said[Said("wave-2", Place(authority(1), "safe", ALL))]
    together = said[Said("wave-2", Place(authority(1), "safe", ALL, Span.FOUR))]

    assert isinstance(alone, Withheld)
    assert isinstance(together, Withheld) or (isinstance(together, Share) and together.rounded)


def test_after_a_wave_was_corrected_later_ones_are_released_as_before(
    series: Series, said: dict[Said, Figure]
) -> None:
    """What was said of several waves before the correction is of other counts, and binds nobody."""
    second = series.rounds[1]
    found_late = a_tally(30, Random(9))
    more = {**second.tallies, authority(0): second.tallies[authority(0)] + found_late}
    corrected = Series(
        [series.rounds[0], replace(second, tallies=more), *series.rounds[2:]], series.region_of
    )
    of_second = {each for each in said if each.wave == "wave-2"}
    kept = {e: f for e, f in before(said, "wave-5").items() if e not in of_second}
    tried = of(corrected, "safe")

    found = choose(tried, "wave-5", breakdowns=breakdowns(), earlier=kept)

    assert found.findings == []
    assert isinstance(found.figures[Place(authority(0), "safe", ALL, Span.FOUR)], Share)

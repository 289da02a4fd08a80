"""Which waves a figure is of: years end once, however long a wave is and whichever is left out."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.spans import Dated, last_four, year_ending_with

# The months in which waves begin, and how many days each asks about.
Plan = tuple[Sequence[int], int]
QUARTERS: Plan = ((1, 4, 7, 10), 90)


def waves(plan: Plan, *, years: int = 3, without: Iterable[int] = ()) -> list[Dated[int]]:
    """Numbered from 1 in the order in which they were planned."""
    months, days = plan
    found = []
    for number, (year, month) in enumerate(
        ((year, month) for year in range(2025, 2025 + years) for month in months), start=1
    ):
        if number not in without:
            start = date(year, month, 1)
            found.append(Dated(number, start, start + timedelta(days=days - 1)))
    return found


def ended(listed: Sequence[Dated[int]]) -> dict[int, tuple[int, ...]]:
    """With which wave a year ends, and its waves."""
    found = {each.wave: year_ending_with(listed, each.wave) for each in listed}
    return {wave: year for wave, year in found.items() if year}


@pytest.mark.parametrize("days", [90, 77, 56, 42, 28, 14, 1])
def test_a_year_of_quarters_ends_with_the_fourth_however_short_their_periods(days: int) -> None:
    """What asks about eight weeks or less of each quarter ended with each of its waves."""
    found = ended(waves((QUARTERS[0], days)))

    assert found == {4: (1, 2, 3, 4), 8: (5, 6, 7, 8), 12: (9, 10, 11, 12)}


@pytest.mark.parametrize("days", [30, 45, 90, 180])
def test_two_waves_a_year_have_years(days: int) -> None:
    assert ended(waves(((3, 9), days))) == {2: (1, 2), 4: (3, 4), 6: (5, 6)}


@pytest.mark.parametrize("days", [14, 45, 90])
def test_of_one_wave_a_year_each_is_a_year_once_it_is_known_how_far_they_are_apart(
    days: int,
) -> None:
    assert ended(waves(((9,), days))) == {2: (2,), 3: (3,)}


def test_months_are_twelve_a_year() -> None:
    months = waves((range(1, 13), 28), years=2)

    assert ended(months) == {12: tuple(range(1, 13)), 24: tuple(range(13, 25))}


@pytest.mark.parametrize(
    ("without", "found"),
    [
        # The last of a year is left out: it has ended with the wave after it.
        ({4}, {5: (1, 2, 3), 8: (5, 6, 7, 8), 12: (9, 10, 11, 12)}),
        ({8}, {4: (1, 2, 3, 4), 9: (5, 6, 7), 12: (9, 10, 11, 12)}),
        ({8, 9}, {4: (1, 2, 3, 4), 10: (5, 6, 7), 12: (10, 11, 12)}),
        ({6}, {4: (1, 2, 3, 4), 8: (5, 7, 8), 12: (9, 10, 11, 12)}),
        ({3}, {4: (1, 2, 4), 8: (5, 6, 7, 8), 12: (9, 10, 11, 12)}),
        # Whoever asks in January and in July only would look the same: the year has ended then.
        ({2}, {3: (1, 3), 8: (5, 6, 7, 8), 12: (9, 10, 11, 12)}),
        (set(range(5, 9)), {4: (1, 2, 3, 4), 12: (9, 10, 11, 12)}),
    ],
)
def test_a_wave_that_is_left_out_leaves_its_year_its_groups(
    without: set[int], found: dict[int, tuple[int, ...]]
) -> None:
    assert ended(waves(QUARTERS, without=without)) == found


def test_of_a_wave_alone_a_year_has_ended_if_it_asks_about_one() -> None:
    assert ended(waves(((1,), 365), years=1)) == {1: (1,)}
    assert ended(waves(((1,), 90), years=1)) == {}


@given(st.sets(st.integers(0, 60), min_size=1, max_size=24), st.integers(1, 180))
def test_no_wave_is_of_two_years_and_what_was_told_stays_so(months: set[int], days: int) -> None:
    """Else one year could be subtracted from another."""
    listed = [
        Dated(month, start := date(2025 + month // 12, month % 12 + 1, 1), start + timedelta(days))
        for month in sorted(months)
    ]

    told = ended(listed)

    all_of_them = [wave for year in told.values() for wave in year]
    assert len(all_of_them) == len(set(all_of_them))
    for number, each in enumerate(listed, start=1):
        assert year_ending_with(listed[:number], each.wave) == told.get(each.wave, ())


def test_the_last_four_are_those_that_were_asked() -> None:
    assert last_four([1, 2, 3, 5, 6], 6) == (2, 3, 5, 6)
    assert last_four([1, 2], 2) == (1, 2)
    assert last_four([1, 2], 1) == ()

"""Another list of breakdowns: what was said by the list before stays said, and stops nothing."""

from dataclasses import replace

import pytest

from analytics import trying
from analytics.breakdowns import Breakdowns, breakdowns
from analytics.disclosure import Figure, Withheld
from analytics.figures import Place, cells_of
from analytics.series import Series
from analytics.spans import Span
from analytics.trying import Try, figures_of, found_in
from analytics.withholding import Said, known
from tests.analytics.counted import REGIONS, a_series, authority, of, upto

DROPPED = "age:18-25"
SIZES = {0: (60, 64, 59, 67, 61), 1: (53, 48, 56, 51, 55), 2: (32, 31, 34, 0, 33)}
KEPT = Place(authority(0), "safe", "age:parent", Span.YEAR)


@pytest.fixture(scope="module")
def series() -> Series:
    return a_series(SIZES)


@pytest.fixture(scope="module")
def year(series: Series) -> dict[Said, Figure]:
    """What the release of the fourth wave says, which ends a year."""
    found = figures_of(Try(upto(series, 4), "safe", {}))
    return {Said("wave-4", place): figure for place, figure in found.items()}


def without(code: str) -> Breakdowns:
    """The list without a group, or without a breakdown."""
    listed = breakdowns()
    each = [
        replace(one, groups=tuple(group for group in one.groups if group.slice != code))
        for one in listed.each
        if one.code != code
    ]
    return Breakdowns(listed.version + 1, tuple(each))


@pytest.mark.parametrize("code", [DROPPED, "helper"])
def test_a_list_that_drops_a_group_or_a_breakdown_hinders_no_later_release(
    series: Series,
    year: dict[Said, Figure],
    monkeypatch: pytest.MonkeyPatch,
    code: str,
) -> None:
    assert any(said.place.slice.startswith(code) for said in year)
    monkeypatch.setattr(trying, "breakdowns", lambda: without(code))
    fifth = Try(series, "safe", year)

    said = figures_of(fifth)

    assert said
    assert found_in(fifth, said) == []


def test_what_was_said_of_groups_that_are_still_listed_is_still_known(
    series: Series, year: dict[Said, Figure]
) -> None:
    kept = {said: figure for said, figure in year.items() if said.place == KEPT}
    assert not any(isinstance(figure, Withheld) for figure in kept.values())
    tried, list_now = of(series, "safe"), without(DROPPED)

    def rows(earlier: dict[Said, Figure]) -> int:
        system = known(tried, "wave-5", list_now, earlier)
        wanted = cells_of(tried, KEPT, "wave-4", list_now)
        return sum({cell for cell, _, _ in row.terms} == wanted for row in system.rows)

    assert rows(kept) > rows({}) == 0


def test_a_year_of_before_waves_came_out_in_order_stops_nothing(
    series: Series, year: dict[Said, Figure]
) -> None:
    """The first wave came out last, so that the year was counted from the second."""
    late = Series(series.rounds[1:], series.region_of)
    began_late = figures_of(Try(late, "safe", {}))
    said = {Said("wave-5", place): figure for place, figure in began_late.items()}
    assert any(each.place.span is Span.YEAR for each in said)
    assert of(series, "safe").span(Span.YEAR, "wave-5") == ()
    more = a_series({number: (*sizes, 60) for number, sizes in SIZES.items()})
    rounds = [*series.rounds, more.rounds[-1]]

    sixth = figures_of(Try(Series(rounds, series.region_of), "safe", said))

    assert Place(REGIONS[0], "safe", "all", Span.FOUR) in sixth


def test_a_group_is_listed_or_not() -> None:
    assert breakdowns().lists(DROPPED)
    assert not without(DROPPED).lists(DROPPED)
    assert not without("helper").lists("helper:alone")

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.demo.quarters import Quarter, quarters_until

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))


def test_six_quarters_end_with_one_that_is_open_today() -> None:
    quarters = quarters_until(date(2026, 11, 23), count=6)

    assert [quarter.name for quarter in quarters] == [
        "August to October 2025",
        "November 2025 to January 2026",
        "February to April 2026",
        "May to July 2026",
        "August to October 2026",
        "November 2026 to January 2027",
    ]
    assert quarters[-1] == Quarter(
        opens_on=date(2026, 11, 1),
        closes_on=date(2027, 1, 31),
        mixed_on=date(2026, 11, 14),
        released_on=date(2027, 2, 10),
    )


@given(DAYS)
def test_on_every_day_the_last_quarter_has_run_for_two_weeks_and_has_six_to_go(today: date) -> None:
    last = quarters_until(today, count=2)[-1]

    assert last.opens_on < last.mixed_on < today
    assert last.opens_on <= today - timedelta(days=14)
    assert today + timedelta(days=42) <= last.closes_on


@given(DAYS)
def test_quarters_follow_each_other_and_are_released_before_today(today: date) -> None:
    quarters = quarters_until(today, count=6)

    assert all(a.closes_on + timedelta(days=1) == b.opens_on for a, b in pairwise(quarters))
    assert all(quarter.closes_on < quarter.released_on < today for quarter in quarters[:-1])
    assert len({quarter.slug for quarter in quarters}) == 6


def test_no_quarters_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot show 0 quarters"):
        quarters_until(date(2026, 11, 23), count=0)

"""How many have answered, as far as it may be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rates import Answered
from surveys.response_rates import NOT_TOLD_APART

K = 10


def test_a_rate_has_its_range() -> None:
    answered = Answered.of(81, 263, k=K)

    assert (answered.in_words, answered.percent, answered.interval) == ("81", 31, (26, 37))


def test_fewer_than_k_are_not_counted() -> None:
    answered = Answered.of(0, 263, k=K)

    assert (answered.in_words, answered.percent, answered.interval) == ("fewer than 10", None, None)


@pytest.mark.parametrize("replies", [7, 11, 12])
def test_that_all_or_all_but_a_few_have_answered_is_not_told_apart(replies: int) -> None:
    answered = Answered.of(replies, 12, k=K)

    assert (answered.in_words, answered.replies, answered.percent) == ("nearly all", 6, None)


def test_five_or_fewer_who_have_not_answered_are_too_few_to_be_told() -> None:
    """The Department for Education hides counts of one to five (children in need)."""
    shown = [left for left in range(20) if not Answered.of(100 - left, 100, k=K).nearly_all]

    assert shown[0] == NOT_TOLD_APART + 1 == 6


@pytest.mark.parametrize(
    ("replies", "word"), [(120, "above"), (80, "near"), (20, "below"), (3, "")]
)
def test_a_target_is_reached_or_missed_beyond_chance_or_neither(replies: int, word: str) -> None:
    assert Answered.of(replies, 250, k=K).reaches(30) == word


@pytest.mark.parametrize(("codes", "word"), [(12, "near"), (40, "near"), (400, "above")])
def test_nearly_all_is_above_a_target_only_where_all_but_a_few_would_be(
    codes: int, word: str
) -> None:
    """Of twelve codes "nearly all" may be seven."""
    assert Answered.of(codes, codes, k=K).reaches(80) == word


def test_a_change_is_the_difference_of_the_rates_that_are_shown() -> None:
    now, before = Answered.of(31, 100, k=K), Answered.of(45, 200, k=K)

    assert (now.percent, before.percent, now.points_beyond(before)) == (31, 22, 9)
    assert now.points_beyond(None) is None
    assert now.points_beyond(Answered.of(9, 100, k=K)) is None
    assert Answered.of(9, 100, k=K).points_beyond(before) is None


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_sum_less_what_is_shown_of_one_gives_away_no_more_of_the_other(
    codes: int, one: int, other: int
) -> None:
    """Two places, of which one has hidden how many: the sum is of what each may show."""
    first, second = Answered.of(min(one, codes), codes, k=K), Answered.of(other, 1_000, k=K)

    left = (first + second).replies - second.replies

    assert left == first.replies
    if first.nearly_all:
        assert left == max(0, codes - NOT_TOLD_APART - 1)

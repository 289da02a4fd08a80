"""How many to invite: against print, and against what holds for every number."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import disclosure, spans
from surveys import sample_sizes
from surveys.sample_sizes import Reach, Sample


@pytest.mark.parametrize(
    ("population", "replies"),
    [
        (10, 10),
        (100, 80),
        (500, 217),
        (1_000, 278),
        (5_000, 357),
        (10_000, 370),
        (100_000, 383),
        (1_000_000, 384),
    ],
)
def test_replies_agree_with_krejcie_and_morgan(population: int, replies: int) -> None:
    """Krejcie and Morgan (1970), Educ. Psychol. Meas. 30: 607-610, table 1: the same formula.

    Theirs is to the nearest whole, and ours never fewer than it takes.
    """
    assert sample_sizes.replies_needed(population) in (replies, replies + 1)


@given(st.integers(1, 400_000))
def test_so_many_replies_give_the_margin_and_one_fewer_do_not(population: int) -> None:
    replies = sample_sizes.replies_needed(population)

    assert replies <= population
    assert sample_sizes.margin_of(replies, population) <= sample_sizes.MARGIN + 1e-4
    if replies > 1:
        assert sample_sizes.margin_of(replies - 2, population) > sample_sizes.MARGIN - 1e-4


@given(
    st.integers(0, 100_000),
    st.floats(0.01, 1),
    st.sampled_from([1 / 12, 1 / 4, 1 / 3, 1 / 2, 1.0]),
)
def test_nobody_is_invited_who_cannot_be_asked(
    population: int, rate: float, share_asked: float
) -> None:
    found = sample_sizes.plan(population=population, rate=rate, share_asked=share_asked)

    assert 0 <= found.invitations <= population * share_asked
    assert 0 <= found.margin <= 1
    assert (found.reach is Reach.NEVER) == (found.waves == 0)
    assert (found.waves > 1) == (found.reach is Reach.POOLED)
    assert found.pooled_margin <= found.margin
    assert bool(found.waves_to_margin) == (found.pooled_points <= 5)
    if found.reach is Reach.PLANNED:
        assert found.points <= 5
        assert found.waves_to_margin == 1


def test_the_plan_of_an_authority_of_each_kind() -> None:
    large = sample_sizes.plan(population=4_000, rate=0.3)
    middling = sample_sizes.plan(population=1_000, rate=0.3, share_asked=0.25)
    small = sample_sizes.plan(population=80, rate=0.3, share_asked=0.25)
    tiny = sample_sizes.plan(population=20, rate=0.2, share_asked=0.25)

    assert (large.reach, large.invitations, large.points) == (Reach.PLANNED, 1_170, 5)
    assert (middling.reach, middling.invitations, middling.points) == (Reach.ALL, 250, 11)
    assert (small.reach, small.invitations, small.waves) == (Reach.POOLED, 20, 3)
    assert (tiny.reach, tiny.waves) == (Reach.NEVER, 0)


def test_several_waves_together_tell_as_much_as_the_families_that_they_ask() -> None:
    def plan(population: int, share_asked: float) -> Sample:
        return sample_sizes.plan(population=population, rate=0.3, share_asked=share_asked)

    quarters, again, few = plan(2_000, 0.25), plan(1_000, 1.0), plan(80, 0.25)

    # 150 of 2,000 answer each time: 300 of two waves give 5.3 points, and 450 of three 4.1.
    assert (quarters.reach, quarters.points, quarters.waves_to_margin) == (Reach.ALL, 8, 3)
    assert (quarters.pooled_points, plan(1_500, 0.25).waves_to_margin) == (4, 3)
    # 300 of 1,000, and the same ones again.
    assert (again.points, again.waves_to_margin, again.pooled_points) == (5, 1, 5)
    # 24 of 80 in all.
    assert (few.waves, few.waves_to_margin, few.pooled_points) == (3, 0, 17)


def test_where_so_many_are_expected_ten_or_more_reply_in_19_waves_of_20() -> None:
    mean = sample_sizes.SAFE_BASE
    fewer = sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(10))

    assert fewer <= 0.05 == pytest.approx(fewer, abs=2e-4)


def test_the_least_base_and_how_many_waves_are_pooled_are_those_of_the_figures() -> None:
    assert (sample_sizes.LEAST_BASE, sample_sizes.MOST_POOLED) == (
        disclosure.LEAST_BASE,
        spans.TOGETHER,
    )


@pytest.mark.parametrize("wrong", [{"rate": 0.0}, {"rate": 1.1}, {"rate": 0.3, "share_asked": 0.0}])
def test_what_is_no_share_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no shares"):
        sample_sizes.plan(population=100, **wrong)

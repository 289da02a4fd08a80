"""Student's interval of a mean: against print, a second implementation, and every input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from analytics.means import MeanInterval, of_estimate, of_sums, student
from analytics.tally import Sums
from analytics.weighing import MeanEstimate, NobodyAnswered, mean_of, national

scores = st.lists(st.integers(0, 10_000), min_size=2, max_size=40)
differing = scores.filter(lambda found: len(set(found)) > 1)


def sums_of(numbers: list[int]) -> Sums:
    return Sums(len(numbers), sum(numbers), sum(number * number for number in numbers))


def test_students_own_data_have_the_interval_that_r_prints() -> None:
    """Student (1908), Biometrika 6: 1-25; R, ``t.test`` of ``sleep``: 0.7001142 to 2.4598858.

    How many hours longer ten patients slept on one drug than on the other, here in tenths.
    """
    longer = [12, 24, 13, 13, 0, 10, 18, 8, 46, 14]

    found = of_sums(sums_of(longer), low=-24, high=24, per_point=10)

    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((0.7001142, 2.4598858), abs=5e-8)


@pytest.mark.parametrize(
    ("degrees", "level", "printed"),
    [(1, 0.95, 12.706), (9, 0.95, 2.262), (9, 0.998, 4.297), (30, 0.95, 2.042), (120, 0.95, 1.980)],
)
def test_half_the_width_is_as_in_the_tables(degrees: int, level: float, printed: float) -> None:
    """Table of t, as in Pearson and Hartley (1966), Biometrika Tables for Statisticians, 12."""
    found = student(50, 1, degrees, level)

    assert found is not None
    assert (found.upper - found.lower) / 2 == pytest.approx(printed, abs=5e-4)


@given(differing, st.sampled_from([0.8, 0.95, 0.998]))
def test_it_agrees_with_statsmodels(found: list[int], level: float) -> None:
    expected = DescrStatsW(np.array(found, float)).tconfint_mean(alpha=1 - level)

    interval = of_sums(sums_of(found), level, low=-1e9, high=1e9)

    assert interval is not None
    assert (interval.lower, interval.upper) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(st.floats(0.5, 1e6), st.floats(0.5, 0.999))
def test_degrees_need_not_be_whole(degrees: float, level: float) -> None:
    found = student(0, 1, degrees, level, low=-1e9, high=1e9)

    assert found is not None
    assert found.upper == pytest.approx(stats.t.isf((1 - level) / 2, degrees), rel=1e-9)


@given(differing)
def test_it_holds_the_mean_and_never_leaves_what_a_mean_can_be(found: list[int]) -> None:
    estimate = mean_of(None, {"": sums_of(found)}, per_point=100)

    interval = of_estimate(estimate)

    assert interval is not None
    assert estimate.mean in interval
    assert 0 <= interval.lower <= interval.upper <= 100
    assert interval == of_sums(sums_of(found), per_point=100)


@given(differing)
def test_more_certainty_takes_a_wider_range(found: list[int]) -> None:
    usual = of_sums(sums_of(found), per_point=100)
    surer = of_sums(sums_of(found), 0.998, per_point=100)

    assert usual is not None
    assert surer is not None
    assert surer.lower <= usual.lower <= usual.upper <= surer.upper


@given(st.integers(0, 10_000), st.integers(2, 1_000))
def test_of_scores_that_are_all_alike_there_is_no_interval(score: int, n: int) -> None:
    assert of_sums(sums_of([score] * n), per_point=100) is None


def test_englands_mean_has_one_too() -> None:
    part = mean_of(None, {"": sums_of([10, 20, 60])})

    assert of_estimate(national([(part, 10), (part, 10)])) is not None


@pytest.mark.parametrize(
    ("mean", "error", "degrees", "level", "named"),
    [
        (101, 1, 9, 0.95, "no mean of scores from 0.0 to 100.0 is 101"),
        (-0.1, 1, 9, 0.95, "no mean"),
        (float("nan"), 1, 9, 0.95, "no mean"),
        (50, -1, 9, 0.95, "no standard error is -1"),
        (50, float("nan"), 9, 0.95, "no standard error"),
        (50, float("inf"), 9, 0.95, "no standard error"),
        (50, 1, 0, 0.95, "no degrees of freedom"),
        (50, 1, float("nan"), 0.95, "no degrees of freedom"),
        (50, 1, 9, 1, "not a coverage"),
        (50, 0, 9, 0, "not a coverage"),
    ],
)
def test_what_has_no_interval_is_named(
    mean: float, error: float, degrees: float, level: float, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        student(mean, error, degrees, level)


def test_sums_in_hundredths_that_are_taken_for_points_are_refused() -> None:
    with pytest.raises(ValueError, match="no mean of scores"):
        of_estimate(MeanEstimate(7_500, 100, base=60, effective=60, degrees=59))


def test_a_mean_of_none_or_one_is_refused() -> None:
    with pytest.raises(NobodyAnswered):
        of_sums(Sums(0, 0, 0))
    with pytest.raises(ValueError, match="a mean of 1 score"):
        of_sums(Sums(1, 50, 2_500))


@pytest.mark.parametrize(
    ("lower", "upper", "level"), [(2, 1, 0.95), (1, float("nan"), 0.95), (1, 2, 0), (1, 2, 1)]
)
def test_bounds_of_no_mean_are_refused(lower: float, upper: float, level: float) -> None:
    with pytest.raises(ValueError, match=r"not bounds|not a coverage"):
        MeanInterval(lower, upper, level)


def test_it_says_what_is_within() -> None:
    assert 50 in MeanInterval(40, 60)
    assert 61 not in MeanInterval(40, 60)

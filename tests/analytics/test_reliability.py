"""Reliability of a share, of an index and between areas: against print and a second way."""

from math import log, sqrt
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from analytics.intervals import ConfidenceInterval
from analytics.reliability import (
    Reliability,
    alpha,
    between_areas,
    reliability_of,
)
from analytics.tally import Sums
from analytics.weighing import mean_of


def sums_of(numbers: list[int]) -> Sums:
    return Sums(len(numbers), sum(numbers), sum(number * number for number in numbers))


# A share


@pytest.mark.parametrize(
    ("base", "effective", "proportion", "lower", "upper", "level"),
    [
        # Too few answered to be shown.
        (9, 9.0, 0.50, 0.26, 0.74, Reliability.NOT_SHOWN),
        (10, 10.0, 0.50, 0.36, 0.64, Reliability.LOW),
        # They count for too few.
        (200, 29.9, 0.50, 0.49, 0.51, Reliability.LOW),
        (200, 30.0, 0.50, 0.49, 0.51, Reliability.COMPARED),
        # Narrow: whatever the share.
        (900, 900.0, 0.01, 0.00, 0.05, Reliability.COMPARED),
        (900, 900.0, 0.01, 0.00, 0.0501, Reliability.LOW),
        # Wide.
        (40, 40.0, 0.50, 0.36, 0.6599, Reliability.COMPARED),
        (40, 40.0, 0.50, 0.36, 0.66, Reliability.LOW),
        # Wide beside the share: 1.3 times it at most.
        (60, 60.0, 0.10, 0.05, 0.18, Reliability.COMPARED),
        (60, 60.0, 0.10, 0.05, 0.181, Reliability.LOW),
        # Of none and of all only the effective number is looked at.
        (40, 40.0, 0.00, 0.00, 0.088, Reliability.COMPARED),
        (40, 40.0, 1.00, 0.912, 1.00, Reliability.COMPARED),
        (20, 20.0, 1.00, 0.84, 1.00, Reliability.LOW),
    ],
)
def test_a_share_has_the_level_of_the_national_center_for_health_statistics(  # noqa: PLR0917
    base: int, effective: float, proportion: float, lower: float, upper: float, level: Reliability
) -> None:
    """Parker et al. (2017), Vital and Health Statistics 2(175); surveytable, R/z_lpe.R."""
    found = reliability_of(
        base=base,
        effective=effective,
        proportion=proportion,
        interval=ConfidenceInterval(lower, upper),
    )

    assert found is level


def surveytable(n: float, p: float, width: float) -> bool:
    """Whether it may be displayed, in the order in which surveytable asks (R/z_lpe.R)."""
    display = width / p <= 1.30
    if width >= 0.30:
        display = False
    if width <= 0.05:
        display = True
    if n < 30:
        display = False
    return display


@given(st.integers(10, 2_000).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))))
def test_it_agrees_with_surveytable(counts: tuple[int, int]) -> None:
    count, total = counts
    interval = ConfidenceInterval.wilson(count, total)
    share, width = count / total, interval.upper - interval.lower
    assume(abs(width - 1.3 * share) > 1e-9)

    found = reliability_of(base=total, effective=float(total), proportion=share, interval=interval)

    assert (found is Reliability.COMPARED) == surveytable(total, share, width)
    assert found is not Reliability.NOT_SHOWN


def test_what_would_tell_about_somebody_is_not_shown_however_sure() -> None:
    found = reliability_of(
        base=900,
        effective=900.0,
        proportion=0.5,
        interval=ConfidenceInterval(0.47, 0.53),
        disclosive=True,
    )

    assert found is Reliability.NOT_SHOWN


def test_the_symbols_are_those_of_the_statistical_service() -> None:
    """Methods.md 2.8: c confidential, u low reliability."""
    assert [level.value for level in Reliability] == ["", "u", "c"]


@pytest.mark.parametrize(
    ("base", "effective", "proportion", "interval"),
    [
        (90, 90.0, 0.5, ConfidenceInterval(0.4, 0.6, level=0.998)),
        (90, 90.0, 0.5, ConfidenceInterval(0.6, 0.7)),
        (-1, 90.0, 0.5, ConfidenceInterval(0.4, 0.6)),
        (90, float("nan"), 0.5, ConfidenceInterval(0.4, 0.6)),
    ],
)
def test_what_is_no_share_with_its_interval_is_refused(
    base: int, effective: float, proportion: float, interval: ConfidenceInterval
) -> None:
    with pytest.raises(ValueError, match=r"not the 95% interval|no share"):
        reliability_of(base=base, effective=effective, proportion=proportion, interval=interval)


# An index

# Ten questions to fifteen people; a question a row.
TEN_QUESTIONS = [
    [3, 5, 7, 2, 6, 1, 4, 2, 6, 5, 4, 4, 5, 6, 4],
    [2, 4, 3, 4, 5, 2, 3, 4, 5, 4, 3, 2, 5, 5, 3],
    [4, 6, 5, 3, 6, 3, 5, 4, 5, 6, 5, 3, 6, 5, 5],
    [1, 3, 5, 3, 5, 4, 3, 3, 5, 4, 2, 2, 2, 4, 5],
    [4, 5, 6, 2, 4, 2, 5, 7, 1, 3, 5, 5, 3, 2, 3],
    [5, 1, 4, 2, 4, 5, 2, 2, 6, 5, 3, 3, 3, 2, 1],
    [1, 2, 3, 2, 4, 2, 1, 2, 5, 3, 2, 4, 2, 1, 3],
    [4, 5, 3, 6, 6, 3, 2, 4, 2, 1, 3, 2, 4, 4, 2],
    [3, 5, 6, 6, 7, 5, 4, 6, 3, 7, 4, 3, 4, 6, 3],
    [2, 5, 5, 3, 5, 2, 3, 5, 2, 2, 1, 4, 5, 5, 4],
]


def totals(items: list[list[int]]) -> list[int]:
    return [sum(of_one) for of_one in zip(*items, strict=True)]


def alpha_of(items: list[list[int]]) -> float:
    return alpha([sums_of(item) for item in items], sums_of(totals(items)))


def test_alpha_is_as_pingouin_and_real_statistics_print_it() -> None:
    """Pingouin, ``cronbach_alpha`` (checked against R's psych): 0.591719; real-statistics.com."""
    assert alpha_of(TEN_QUESTIONS) == pytest.approx(0.591719, abs=5e-7)


differing_items = st.tuples(st.integers(2, 6), st.integers(3, 20)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 100), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@given(differing_items)
def test_alpha_agrees_with_the_mean_covariance(items: list[list[int]]) -> None:
    """A second way: k·c̄ / (v̄ + (k−1)·c̄), with the mean variance and covariance of the items."""
    covariances = np.cov(np.array(items, float))
    k = len(items)
    assume(covariances.sum() > 1e-6)
    variance = np.trace(covariances) / k
    covariance = (covariances.sum() - np.trace(covariances)) / (k * (k - 1))
    expected = k * covariance / (variance + (k - 1) * covariance)

    found = alpha_of(items)

    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert found <= 1


def test_items_that_always_agree_have_an_alpha_of_one() -> None:
    assert alpha_of([[0, 50, 100, 50]] * 4) == 1


def test_items_that_contradict_each_other_have_less_than_none() -> None:
    assert alpha_of([[0, 50, 100], [100, 50, 10]]) < 0


@pytest.mark.parametrize(
    ("items", "total", "named"),
    [
        ([[1, 2]], [1, 2], "an index of 1 items"),
        ([[1], [2]], [3], "1 replies"),
        ([[1, 2], [1, 2, 3]], [2, 4], "on every item and on no others"),
        ([[1, 2], [1, 2]], [1, 2], "are not the sums"),
        ([[1, 2], [2, 1]], [3, 3], "all totals are alike"),
    ],
)
def test_what_has_no_alpha_is_named(items: list[list[int]], total: list[int], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        alpha([sums_of(item) for item in items], sums_of(total))


def test_sums_of_no_numbers_are_named() -> None:
    with pytest.raises(ValueError, match="item 2: no 2 numbers"):
        alpha([Sums(2, 3, 5), Sums(2, 3, 4)], Sums(2, 6, 20))


# Between areas


class Area(NamedTuple):
    mean: float
    standard_error: float
    base: int = 60


# Vaccinated: with tuberculosis, without; not vaccinated: the same. Thirteen trials.
BCG = [
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13_536, 248, 12_619),
    (33, 5_036, 47, 5_761),
    (180, 1_361, 372, 1_079),
    (8, 2_537, 10, 619),
    (505, 87_886, 499, 87_892),
    (29, 7_470, 45, 7_232),
    (17, 1_699, 65, 1_600),
    (186, 50_448, 141, 27_197),
    (5, 2_493, 3, 2_338),
    (27, 16_886, 29, 17_825),
]


def log_risk_ratio(a: int, b: int, c: int, d: int) -> Area:
    ratio = (a / (a + b)) / (c / (c + d))
    return Area(log(ratio), sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)), a + b + c + d)


def test_the_variance_between_trials_is_as_metafor_prints_it() -> None:
    """Metafor, tests, ``rma(..., method="DL")`` of ``dat.bcg``: τ² = 0.3088 (and Stata's metan)."""
    trials = {str(number): log_risk_ratio(*trial) for number, trial in enumerate(BCG, start=1)}

    found = between_areas(trials)

    assert found.tau_squared == pytest.approx(0.3088, abs=5e-5)
    assert found.left_out == ()


areas = st.lists(
    st.builds(Area, st.floats(0, 100), st.floats(0.5, 20), st.integers(10, 900)),
    min_size=2,
    max_size=30,
).map(lambda drawn: {str(number): area for number, area in enumerate(drawn)})


@given(areas)
def test_it_agrees_with_statsmodels(drawn: dict[str, Area]) -> None:
    means = np.array([area.mean for area in drawn.values()])
    variances = np.array([area.standard_error**2 for area in drawn.values()])
    # Where its τ² is below 0 it warns of what follows from that, and we say 0.
    with np.errstate(all="ignore"):
        expected = max(0.0, combine_effects(means, variances, method_re="dl").tau2)

    found = between_areas(drawn)

    assert found.tau_squared == pytest.approx(expected, rel=1e-9, abs=1e-9)
    each = found.tau_squared / (found.tau_squared + variances)
    assert list(found.by_area.values()) == pytest.approx(each.tolist(), abs=1e-12)
    assert found.median == pytest.approx(float(np.median(each)))


@given(areas, st.floats(-1_000, 1_000), st.floats(0.1, 10))
def test_neither_the_zero_nor_the_unit_of_the_scale_matters(
    drawn: dict[str, Area], shift: float, times: float
) -> None:
    moved = {
        name: Area(shift + times * each.mean, times * each.standard_error, each.base)
        for name, each in drawn.items()
    }

    found = between_areas(moved)

    assert found.by_area == pytest.approx(between_areas(drawn).by_area, abs=1e-6)


def test_areas_that_are_the_same_have_no_reliability() -> None:
    found = between_areas({"a": Area(50, 5), "b": Area(50, 6), "c": Area(51, 5)})

    assert (found.tau_squared, found.median) == (0, 0)
    assert found.replies_needed() is None


def test_an_area_far_surer_than_all_others_breaks_nothing() -> None:
    found = between_areas({"a": Area(50, 1e-9), "b": Area(60, 1), "c": Area(40, 1)})

    # Of the surest, w − w²/Σw is in the limit the sum of the other weights: 2, and twice that.
    assert found.tau_squared == pytest.approx((200 - 2) / 4, rel=1e-9)


def test_areas_too_small_or_all_alike_are_left_out_and_named() -> None:
    shown = {"a": Area(50, 5), "b": Area(80, 6)}
    alike = mean_of(None, {"": sums_of([100] * 12)})

    found = between_areas({**shown, "few": Area(90, 1, 9), "alike": alike})

    assert found.left_out == ("few", "alike")
    assert found.by_area == between_areas(shown).by_area


def test_so_many_replies_bring_an_area_to_the_reliability_asked_for() -> None:
    """By hand: one reply's variance 25·60 = 1500; τ² by two areas 10²/2 − 25 = 25."""
    found = between_areas({"a": Area(50, 5), "b": Area(60, 5)})

    assert found.tau_squared == pytest.approx(25)
    assert found.within == pytest.approx(1_500)
    assert found.by_area == pytest.approx({"a": 0.5, "b": 0.5})
    assert found.replies_needed(0.7) == 140
    with_so_many = 25 / (25 + 1_500 / 140)
    assert with_so_many == pytest.approx(0.7)


@pytest.mark.parametrize("reliability", [0, 1, -1, float("nan")])
def test_no_other_reliability_can_be_aimed_for(reliability: float) -> None:
    with pytest.raises(ValueError, match="no reliability to aim for"):
        between_areas({"a": Area(50, 5), "b": Area(60, 5)}).replies_needed(reliability)


@pytest.mark.parametrize(
    ("drawn", "named"),
    [
        ({}, "there are 0 areas"),
        ({"a": Area(50, 5)}, "there are 1 areas"),
        ({"a": Area(50, 5), "b": Area(50, 0)}, "there are 1 areas"),
        ({"a": Area(50, 5), "b": Area(float("nan"), 5)}, "b: no mean"),
        ({"a": Area(50, 5), "b": Area(50, -1)}, "b: no mean"),
        ({"a": Area(50, float("inf")), "b": Area(50, 1)}, "a: no mean"),
    ],
)
def test_areas_that_cannot_be_compared_are_named(drawn: dict[str, Area], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        between_areas(drawn)

"""Each number twice: against print, and against what must hold for every input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.intervals import ConfidenceInterval

COUNTS = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("count", "total", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombe(count: int, total: int, lower: float, upper: float) -> None:
    """Newcombe (1998), Stat. Med. 17: 857-872, table I, method 3."""
    interval = ConfidenceInterval.wilson(count, total)

    assert (interval.lower, interval.upper) == pytest.approx((lower, upper), abs=5e-5)


def test_wilson_agrees_with_the_formula_that_public_health_england_prints() -> None:
    """PHEindicatormethods, R/utils.R: (2x + z² ∓ z√(z² + 4x(1 − x/n))) / 2(n + z²), at 99.8%."""
    x, n, z = 65, 100, 3.090232
    root = z * (z**2 + 4 * x * (1 - x / n)) ** 0.5
    expected = [(2 * x + z**2 + sign * root) / (2 * (n + z**2)) for sign in (-1, 1)]

    interval = ConfidenceInterval.wilson(x, n, level=0.998)

    assert [interval.lower, interval.upper] == pytest.approx(expected, abs=1e-6)


@given(COUNTS)
def test_wilson_holds_the_share_it_describes(counts: tuple[int, int]) -> None:
    count, total = counts

    assert count / total in ConfidenceInterval.wilson(count, total)


@given(COUNTS)
def test_wilson_of_the_others_is_its_mirror_image(counts: tuple[int, int]) -> None:
    count, total = counts
    interval = ConfidenceInterval.wilson(count, total)

    others = ConfidenceInterval.wilson(total - count, total)

    assert (others.lower, others.upper) == pytest.approx((1 - interval.upper, 1 - interval.lower))


@given(COUNTS)
def test_ten_times_the_replies_narrow_it(counts: tuple[int, int]) -> None:
    count, total = counts
    few = ConfidenceInterval.wilson(count, total)

    many = ConfidenceInterval.wilson(10 * count, 10 * total)

    assert many.upper - many.lower < few.upper - few.lower


@given(COUNTS)
def test_more_certainty_takes_a_wider_range(counts: tuple[int, int]) -> None:
    count, total = counts
    usual = ConfidenceInterval.wilson(count, total)

    surer = ConfidenceInterval.wilson(count, total, level=0.998)

    assert surer.lower <= usual.lower
    assert usual.upper <= surer.upper


def test_a_count_need_not_be_whole() -> None:
    between = ConfidenceInterval.wilson(10.5, 20)

    assert ConfidenceInterval.wilson(10, 20).lower < between.lower
    assert between.lower < ConfidenceInterval.wilson(11, 20).lower


@pytest.mark.parametrize(
    ("count", "total", "level"), [(-1, 10, 0.95), (11, 10, 0.95), (0, 0, 0.95), (5, 10, 1.0)]
)
def test_what_is_no_share_is_refused(count: int, total: int, level: float) -> None:
    with pytest.raises(ValueError, match=r"cannot take|not a coverage"):
        ConfidenceInterval.wilson(count, total, level=level)


@pytest.mark.parametrize(("lower", "upper"), [(-0.1, 0.5), (0.6, 0.5), (0.5, 1.1)])
def test_bounds_of_no_proportion_are_refused(lower: float, upper: float) -> None:
    with pytest.raises(ValueError, match="not bounds"):
        ConfidenceInterval(lower, upper)

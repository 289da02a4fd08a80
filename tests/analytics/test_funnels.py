"""Limits against print, against second implementations, and against what must always hold."""

from collections.abc import Sequence
from math import asin, sqrt
from random import Random
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.meta_analysis import combine_effects

from analytics.funnels import (
    LEAST_POINTS,
    Limits,
    MeanPoint,
    MeanSpread,
    Point,
    Side,
    Spread,
    score_limits,
)
from analytics.intervals import ConfidenceInterval

PROPORTIONS = st.floats(0, 1)
EFFECTIVE = st.floats(1, 100_000)
POINTS = st.builds(Point, PROPORTIONS, EFFECTIVE)
MEAN_POINTS = st.builds(MeanPoint, st.floats(0, 100), st.floats(0.1, 20))
LEVELS = st.sampled_from([0.95, 0.998])
SPREADS = st.builds(Spread, PROPORTIONS, st.floats(0, 0.2), st.just(2.0))

# PHEindicatormethods, tests/testthat/testdata_funnel_prop_outputs.csv: per cent.
BASELINE = 0.80642448


@pytest.mark.parametrize(
    ("number", "lower", "upper", "lower_strong", "upper_strong"),
    [
        (2, 25.885383, 100, 0, 100),
        (30, 66.504234, 94.780661, 58.351036, 100),
        (61, 70.727504, 90.557391, 65.009774, 96.275122),
        (234, 75.580155, 85.70474, 72.660842, 88.624054),
        (110_000, 80.408963, 80.875933, 80.274317, 81.010578),
    ],
)
def test_the_plain_funnel_is_that_of_public_health_england(
    number: int, lower: float, upper: float, lower_strong: float, upper_strong: float
) -> None:
    """PHEindicatormethods, tests/testthat/testdata_funnel_prop_outputs.csv."""
    usual = score_limits(BASELINE, number, 0.95)
    strong = score_limits(BASELINE, number, 0.998)

    found = [100 * each for each in (usual.lower, usual.upper, strong.lower, strong.upper)]
    assert found == pytest.approx([lower, upper, lower_strong, upper_strong], abs=2e-6)


@pytest.mark.parametrize(
    ("favourable", "number", "usual", "strong"),
    [
        (50050.7443, 61921, Side.INSIDE, Side.INSIDE),  # South Gloucestershire: not significant
        (26789.2380, 33012, Side.ABOVE, Side.INSIDE),  # West Norfolk: high (0.025)
        (48686.4364, 59804, Side.ABOVE, Side.ABOVE),  # Havering: high (0.001)
        (30277.5312, 37828, Side.BELOW, Side.INSIDE),  # North Devon: low (0.025)
        (24803.6256, 31824, Side.BELOW, Side.BELOW),  # Norwich: low (0.001)
    ],
)
def test_without_other_variation_areas_stand_where_public_health_england_puts_them(
    favourable: float, number: int, usual: Side, strong: Side
) -> None:
    """PHEindicatormethods, tests/testthat/testdata_funnel_prop_inputs.csv."""
    point = Point(favourable / number, number)

    assert Spread(BASELINE).side(point, 0.95) is usual
    assert Spread(BASELINE).side(point, 0.998) is strong


@pytest.mark.parametrize("reference", [0.05, 0.3, 0.8, 0.97])
def test_outside_the_plain_funnel_is_where_wilsons_interval_leaves_the_reference_out(
    reference: float,
) -> None:
    """methods.md, finding 1, for all 61 outcomes of 60 answers."""
    limits = score_limits(reference, 60, 0.95)

    for count in range(61):
        left_out = reference not in ConfidenceInterval.wilson(count, 60)
        assert (count / 60 not in limits) is left_out


def _overdispersion(
    values: Sequence[float], errors: Sequence[float], centre: float
) -> tuple[float, float]:
    """FunnelPlotR, R/od_adjustment.R, in numpy, whose quantile is R's type 7 unasked."""
    y, s = np.array(values), np.array(errors)
    z = (y - centre) / s
    drawn_in = np.clip(z, *np.quantile(z, [0.1, 0.9]))
    k, phi, w = len(z), float(np.mean(drawn_in**2)), 1 / s**2
    if k * phi < k - 1:
        return 0.0, phi
    return max(0.0, float((k * phi - (k - 1)) / (w.sum() - (w**2).sum() / w.sum()))), phi


@given(st.lists(POINTS, min_size=LEAST_POINTS, max_size=40))
def test_variation_between_areas_agrees_with_a_second_implementation(points: list[Point]) -> None:
    total = sum(each.effective for each in points)
    centre = sum(each.proportion * each.effective for each in points) / total
    assume(centre < 1)
    tau_squared, phi = _overdispersion(
        [asin(sqrt(each.proportion)) for each in points],
        [1 / (2 * sqrt(each.effective)) for each in points],
        asin(sqrt(centre)),
    )

    found = Spread.of(points)

    assert found.centre == pytest.approx(centre, rel=1e-9)
    assert found.phi == pytest.approx(phi, rel=1e-9, abs=1e-9)
    assert found.tau_squared == pytest.approx(tau_squared, rel=1e-9, abs=1e-9)


@given(st.lists(MEAN_POINTS, min_size=LEAST_POINTS, max_size=40), st.floats(0, 100))
def test_variation_of_means_agrees_with_a_second_implementation(
    points: list[MeanPoint], centre: float
) -> None:
    tau_squared, phi = _overdispersion(
        [each.mean for each in points], [each.standard_error for each in points], centre
    )

    found = MeanSpread.of(points, centre)

    assert found.phi == pytest.approx(phi, rel=1e-9, abs=1e-9)
    assert found.tau_squared == pytest.approx(tau_squared, rel=1e-9, abs=1e-9)


def test_where_nothing_is_extreme_the_variation_is_dersimonians_and_lairds() -> None:
    """The lowest three and the highest three are alike, so that drawing in changes nothing."""
    means = [40.0] * 3 + [43.0 + step for step in range(15)] + [60.0] * 3
    result = combine_effects(np.array(means), np.full(21, 4.0), method_re="dl")

    found = MeanSpread.of([MeanPoint(mean, 2.0) for mean in means])

    assert found.tau_squared == pytest.approx(result.tau2, rel=1e-9)
    assert found.centre == pytest.approx(result.mean_effect_fe, rel=1e-9)


def test_pure_chance_has_the_phi_of_a_normal_whose_tails_are_drawn_in() -> None:
    """The variance of a standard normal, winsorised at 10% and 90%: 0.6787 by integration."""
    normal = NormalDist()
    scores = [normal.inv_cdf((rank + 0.5) / 10_000) for rank in range(10_000)]

    points = [MeanPoint(score, 1.0) for score in scores]

    found = MeanSpread.of(points)

    assert found.phi == pytest.approx(0.6787, abs=5e-4)
    assert found.tau_squared == 0
    assert MeanSpread.of(points, consistent=True).phi == pytest.approx(1, abs=1e-3)


def _below(random: Random, *, consistent: bool) -> float:
    """How many of 150 areas that vary by 4 points lie below their 95% limits: 20 times."""
    below = 0
    for _ in range(20):
        sizes = [random.randint(30, 300) for _ in range(150)]
        points = [
            Point(sum(random.random() < truth for _ in range(size)) / size, size)
            for size in sizes
            for truth in [random.gauss(0.75, 0.04)]
        ]
        spread = Spread.of(points, consistent=consistent)
        below += sum(spread.side(point, 0.95) is Side.BELOW for point in points)
    return below / (20 * 150)


def test_made_up_for_drawing_in_ordinary_variation_calls_few_areas_worse() -> None:
    assert _below(Random(7), consistent=False) > 0.035
    assert _below(Random(7), consistent=True) < 0.03


def test_limits_are_those_of_the_formula() -> None:
    """FunnelPlotR, R/calculate_limits.R: sin²(asin√p0 ± 1.959964·√(s² + τ²))."""
    reach = 1.959964 * sqrt(1 / (4 * 200) + 0.004)
    expected = [float(np.sin(np.arcsin(np.sqrt(0.7)) + sign * reach) ** 2) for sign in (-1, 1)]

    limits = Spread(0.7, 0.004, 2.5).limits(200, 0.95)

    assert [limits.lower, limits.upper] == pytest.approx(expected, abs=1e-7)


@given(SPREADS, POINTS, LEVELS)
def test_a_point_is_inside_exactly_when_it_lies_in_the_drawn_limits(
    spread: Spread, point: Point, level: float
) -> None:
    limits = spread.limits(point.effective, level)

    assert (spread.side(point, level) is Side.INSIDE) is (point.proportion in limits)


@given(SPREADS, POINTS, LEVELS)
def test_the_z_score_tells_the_same_as_the_side(spread: Spread, point: Point, level: float) -> None:
    reach = NormalDist().inv_cdf((1 + level) / 2)
    assume(abs(abs(spread.z(point)) - reach) > 1e-6)

    side = spread.side(point, level)

    assert side == (spread.z(point) > reach) - (spread.z(point) < -reach)
    assert (side is Side.INSIDE) is (spread.p_value(point) >= 1 - level)


@given(SPREADS, POINTS, LEVELS)
def test_whoever_is_outside_has_an_interval_that_leaves_the_reference_out(
    spread: Spread, point: Point, level: float
) -> None:
    assume(spread.side(point, level) is not Side.INSIDE)
    count = point.proportion * point.effective

    interval = ConfidenceInterval.wilson(count, point.effective, level=level)

    room = 1e-9
    assert not interval.lower + room < spread.centre < interval.upper - room


@given(SPREADS, POINTS, LEVELS)
def test_the_others_are_the_mirror_image(spread: Spread, point: Point, level: float) -> None:
    limits = spread.limits(point.effective, level)
    mirrored = Spread(1 - spread.centre, spread.tau_squared, spread.phi)

    image = mirrored.limits(point.effective, level)

    assert (image.lower, image.upper) == pytest.approx((1 - limits.upper, 1 - limits.lower))


@given(SPREADS, EFFECTIVE)
def test_limits_hold_the_reference_and_the_strong_hold_the_usual(
    spread: Spread, effective: float
) -> None:
    usual, strong = spread.limits(effective, 0.95), spread.limits(effective, 0.998)

    assert usual.lower - 1e-12 <= spread.centre <= usual.upper + 1e-12
    assert strong.lower <= usual.lower
    assert usual.upper <= strong.upper


@given(SPREADS, EFFECTIVE, LEVELS)
def test_variation_between_areas_widens_and_answers_narrow(
    spread: Spread, effective: float, level: float
) -> None:
    limits = spread.limits(effective, level)
    plain = Spread(spread.centre).limits(effective, level)
    more = spread.limits(2 * effective, level)

    assert limits.lower <= plain.lower
    assert plain.upper <= limits.upper
    assert limits.lower <= more.lower
    assert more.upper <= limits.upper


def test_with_no_end_of_answers_ordinary_variation_still_leaves_room() -> None:
    limits = Spread(0.7, 0.004, 2.5).limits(1e12, 0.95)

    assert limits.upper - limits.lower > 0.2


def test_chance_alone_calls_few_areas_worse() -> None:
    """Exactly, by the binomial distribution, of 30 to 300 answers and 5% to 95% favourable."""
    chances = []
    for number in range(30, 301, 15):
        for percent in range(5, 96, 5):
            limits = Spread(percent / 100).limits(number, 0.95)
            counts = np.arange(number + 1)
            below = counts / number < limits.lower
            chances.append(binom.pmf(counts, number, percent / 100)[below].sum())

    assert np.mean(chances) < 0.025
    assert max(chances) < 0.04


def test_areas_that_vary_are_told_from_areas_that_do_not() -> None:
    random = Random(5)
    alike = [Point(round(random.gauss(0.7, 0.02), 4), 500) for _ in range(150)]
    varying = [Point(round(random.gauss(0.7, 0.06), 4), 500) for _ in range(150)]

    plain, wide = Spread.of(alike), Spread.of(varying)

    assert plain.tau_squared == 0
    assert plain.phi is not None
    assert wide.phi is not None
    assert plain.phi < 1 < wide.phi

    def outside(spread: Spread) -> int:
        return sum(spread.side(point, 0.998) is not Side.INSIDE for point in varying)

    assert outside(Spread(0.7)) > 30
    assert outside(wide) < 6


def test_one_that_lies_far_off_does_not_make_its_own_excuse() -> None:
    usual = [Point(0.7 + 0.001 * step, 400) for step in range(-10, 11)]

    found = Spread.of([*usual, Point(0.2, 400)], centre=0.7)

    assert found.tau_squared == 0
    assert found.side(Point(0.2, 400), 0.998) is Side.BELOW


@pytest.mark.parametrize("number", [1, 2, 9])
def test_of_few_areas_no_variation_is_learnt_and_that_is_said(number: int) -> None:
    found = Spread.of([Point(0.1 * place, 1000) for place in range(number)], centre=0.5)
    means = MeanSpread.of([MeanPoint(10.0 * place, 1) for place in range(number)], centre=50)

    assert (found.judged, found.phi, found.tau_squared) == (False, None, 0)
    assert (means.judged, means.phi, means.tau_squared) == (False, None, 0)


def test_ten_areas_are_enough_to_learn_from() -> None:
    found = Spread.of([Point(0.1 * place, 1000) for place in range(10)], centre=0.5)
    means = MeanSpread.of([MeanPoint(10.0 * place, 1) for place in range(10)], centre=50)

    assert found.judged
    assert means.judged
    assert min(found.tau_squared, means.tau_squared) > 0


@pytest.mark.parametrize("proportion", [0.0, 0.3, 0.7, 1.0])
def test_areas_that_are_all_alike_vary_not_at_all(proportion: float) -> None:
    points = [Point(proportion, 100 + place) for place in range(LEAST_POINTS)]

    found = Spread.of(points)

    assert found.judged
    assert found.centre == pytest.approx(proportion)
    assert found.tau_squared == 0
    assert found.phi == pytest.approx(0, abs=1e-12)
    assert all(found.side(point, 0.95) is Side.INSIDE for point in points)


def test_means_whose_answers_are_all_alike_are_neither_learnt_from_nor_judged() -> None:
    points = [MeanPoint(70.0 + place, 2.0) for place in range(12)]
    still = MeanPoint(100.0, 0.0)

    found = MeanSpread.of([*points, still])

    assert found == MeanSpread.of(points)
    assert found.side(still, 0.95) is None
    with pytest.raises(ValueError, match="cannot judge by a standard error of 0"):
        found.z(still)


@given(
    st.builds(MeanSpread, st.floats(0, 100), st.floats(0, 50), st.just(2.0)), MEAN_POINTS, LEVELS
)
def test_a_mean_is_inside_exactly_when_it_lies_in_the_drawn_limits(
    spread: MeanSpread, point: MeanPoint, level: float
) -> None:
    limits = spread.limits(point.standard_error, level)
    reach = NormalDist().inv_cdf((1 + level) / 2)

    side = spread.side(point, level)

    assert (side is Side.INSIDE) is (point.mean in limits)
    if abs(abs(spread.z(point)) - reach) > 1e-6:
        assert (side is Side.INSIDE) is (spread.p_value(point) >= 1 - level)


def test_the_same_variation_is_taken_about_a_regions_figure() -> None:
    assert Spread(0.7, 0.004, 2.5).around(0.65) == Spread(0.65, 0.004, 2.5)
    assert MeanSpread(70.0, 4.0, 2.5).around(65.0) == MeanSpread(65.0, 4.0, 2.5)


def test_one_area_that_outweighs_all_others_still_leaves_a_variation_to_find() -> None:
    found = Spread.of([Point(0.5, 1e40), *[Point(0.9, 30.0)] * LEAST_POINTS])

    assert found.judged
    assert 0 < found.tau_squared < 1


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_what_is_no_proportion_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not a proportion"):
        Point(bad, 10)
    with pytest.raises(ValueError, match="not a proportion to compare with"):
        Spread(bad)
    with pytest.raises(ValueError, match="not a proportion to compare with"):
        Spread.of([], bad)


@pytest.mark.parametrize("bad", [0, 0.5, -1, float("nan"), float("inf")])
def test_what_is_no_number_of_answers_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not a number of effective answers"):
        Point(0.5, bad)
    with pytest.raises(ValueError, match="not a number of effective answers"):
        Spread(0.5).limits(bad, 0.95)


@pytest.mark.parametrize("bad", [0.0, 1.0, 95.0, float("nan")])
def test_what_is_no_level_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not a coverage"):
        Spread(0.5).limits(10, bad)
    with pytest.raises(ValueError, match="not a coverage"):
        MeanSpread(50.0).limits(1.0, bad)


def test_what_is_no_mean_is_refused() -> None:
    with pytest.raises(ValueError, match="not a mean"):
        MeanPoint(float("nan"), 1.0)
    with pytest.raises(ValueError, match="not a standard error"):
        MeanPoint(50.0, -1.0)
    with pytest.raises(ValueError, match="not a mean"):
        MeanSpread(float("inf"))


def test_a_spread_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="without the phi"):
        Spread(0.5, 0.01)
    with pytest.raises(ValueError, match="not a variance between areas"):
        Spread(0.5, -0.01, 2.0)
    with pytest.raises(ValueError, match="not a dispersion"):
        MeanSpread(50.0, 0.0, float("nan"))
    with pytest.raises(ValueError, match="not limits"):
        Limits(2.0, 1.0)


def test_without_areas_there_is_no_reference_unless_it_is_given() -> None:
    with pytest.raises(ValueError, match="there are no points"):
        Spread.of([])
    with pytest.raises(ValueError, match="there are no points"):
        MeanSpread.of([MeanPoint(50.0, 0.0)])

    assert Spread.of([], centre=0.7) == Spread(0.7)
    assert MeanSpread.of([], centre=70.0) == MeanSpread(70.0)

"""Charts over waves: against print, by hand for each rule, and against what must always hold."""

from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import chi2
from statsmodels.regression.linear_model import WLS

from analytics.control_charts import (
    TREND_THRESHOLD,
    Chart,
    Found,
    Lines,
    Reading,
    Signal,
    TooEarly,
    Trend,
    Variation,
    slope,
    trend_marker,
    uneven,
)
from analytics.funnels import Side
from analytics.indicators import Better
from analytics.intervals import ConfidenceInterval

# NHSRplotthedots, vignettes/deviations.Rmd.
ONE_FAR_OFF = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
# Twelve readings of which none is a signal: mean 50, every moving range 4, limits 39.36 to 60.64.
QUIET = [48.0, 52.0] * 6

SERIES = st.lists(st.integers(0, 100).map(float), min_size=5, max_size=40)
SHOWN = st.integers(0, 100).map(float)
GAPPED = st.lists(st.one_of(st.none(), SHOWN, SHOWN, SHOWN), min_size=1, max_size=40)
ABOVE, BELOW = Side.ABOVE, Side.BELOW


def _lines(chart: Chart) -> Lines:
    assert isinstance(chart.lines, Lines)
    return chart.lines


def _found(chart: Chart, signal: Signal) -> dict[int, Side]:
    """Where a signal is, and which way it points."""
    return {at: each.side for at, each in enumerate(chart.signals) if each and each[0] is signal}


@pytest.mark.parametrize(
    ("screened", "lower", "upper"), [(True, -0.72, 4.60), (False, -3.06, 6.95)]
)
def test_limits_are_those_of_the_nhs(*, screened: bool, lower: float, upper: float) -> None:
    """NHSRplotthedots, vignettes/deviations.Rmd: its own limits, and those of the Excel tool."""
    chart = Chart.of(ONE_FAR_OFF, better=Better.HIGHER, screened=screened)

    found = _lines(chart)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=0.005)
    assert _found(chart, Signal.OUTSIDE) == {4: ABOVE}


def test_seven_in_a_row_that_fall_are_all_signals_and_six_are_none() -> None:
    """One rise before and one after, as in NHSRplotthedots, test-ptd_calculate_point_type.R."""
    seven = Chart.of([52, 58, 56, 54, 52, 50, 48, 46, 53, 49, 52, 50], better=Better.HIGHER)
    six = Chart.of([52, 58, 56, 54, 52, 50, 48, 53, 49, 52, 50, 51], better=Better.HIGHER)

    assert _found(seven, Signal.TREND) == dict.fromkeys(range(1, 8), BELOW)
    assert _found(six, Signal.TREND) == {}


def test_where_a_rise_turns_into_a_fall_the_turning_point_belongs_to_the_rise() -> None:
    readings = [50, 51, 52, 53, 54, 55, 56, 55, 54, 53, 52, 51, 50, *[58, 44] * 4]

    chart = Chart.of(readings, better=Better.HIGHER)

    assert _found(chart, Signal.TREND) == {
        **dict.fromkeys(range(7), ABOVE),
        **dict.fromkeys(range(7, 13), BELOW),
    }


def test_a_trend_ends_where_two_readings_are_alike() -> None:
    chart = Chart.of([50, 51, 52, 53, 53, 54, 55, 56, 50, 52], better=Better.HIGHER)

    assert _found(chart, Signal.TREND) == {}


def test_a_seventh_fall_is_a_concern_also_above_the_average() -> None:
    chart = Chart.of([40] * 7 + [62, 60, 58, 56, 54, 52, 50], better=Better.HIGHER)

    assert chart.variation is Variation.CONCERN
    assert chart.readings[-1] is not None
    assert chart.readings[-1] > _lines(chart).mean


def test_two_of_three_close_to_a_limit_are_signals_and_the_third_is_not() -> None:
    """Mean 50, mean range 68/19: close is beyond 6.35 from it, and the limits at 9.52."""
    readings = [*[49, 51] * 4, 58, 55, 58, 49, 51, 42, 45, 42, *[51, 49] * 2]
    chart = Chart.of(readings, better=Better.HIGHER)

    assert _lines(chart).mean == 50
    assert _lines(chart).reach == pytest.approx(2.66 * 68 / 19)
    assert _found(chart, Signal.NEAR_LIMIT) == {8: ABOVE, 10: ABOVE, 13: BELOW, 15: BELOW}


def test_two_of_three_are_no_signal_where_the_third_is_on_the_other_side() -> None:
    readings = [50.0, 52, 48, 52, 48, 51, 58, 49, 58, 47, 49, 47, 45, 46, 50, 50]

    chart = Chart.of(readings, better=Better.HIGHER)

    lines = _lines(chart)
    assert 2 / 3 * lines.reach < 58 - lines.mean < lines.reach
    assert not any(chart.signals)


def test_one_outside_the_limits_does_not_make_another_close_to_them_a_signal() -> None:
    readings = [*[47, 53] * 4, 66, 54, 73, *[51, 46] * 6]
    chart = Chart.of(readings, better=Better.HIGHER)

    lines = _lines(chart)
    assert 2 / 3 * lines.reach < 66 - lines.mean < lines.reach < 73 - lines.mean
    assert lines.mean < 54
    assert chart.signals[8] is None
    assert chart.signals[10] == Found(Signal.OUTSIDE, ABOVE)


def test_seven_in_a_row_on_one_side_are_all_signals_and_six_are_none() -> None:
    seven = Chart.of([53, 51, 53, 51, 53, 51, 53, 47, 49, 47, 49, 46, 47], better=Better.HIGHER)
    six = Chart.of([53, 51, 53, 51, 53, 51, 47, 49, 47, 49, 47, 49], better=Better.HIGHER)

    assert _lines(seven).mean == 50
    assert _found(seven, Signal.RUN) == dict.fromkeys(range(7), ABOVE)
    assert _lines(six).mean == 50
    assert _found(six, Signal.RUN) == {}


def test_a_reading_on_the_average_breaks_a_run() -> None:
    chart = Chart.of([53, 51, 53, 50, 53, 51, 53, 47, 49, 47, 49, 46, 48], better=Better.HIGHER)

    assert _lines(chart).mean == 50
    assert _found(chart, Signal.RUN) == {}


def test_of_several_signals_a_reading_has_the_first() -> None:
    """The last reading is outside, ends a rise, and is one of seven above the average."""
    chart = Chart.of([*[47, 50] * 8, 51, 52, 53, 54, 55, 56, 80], better=Better.HIGHER)

    assert chart.signals[-1] == Found(Signal.OUTSIDE, ABOVE)
    assert chart.signals[-2] == Found(Signal.TREND, ABOVE)


@pytest.mark.parametrize(
    ("better", "high", "low"),
    [
        (Better.HIGHER, Variation.IMPROVEMENT, Variation.CONCERN),
        (Better.LOWER, Variation.CONCERN, Variation.IMPROVEMENT),
        (Better.NEITHER, Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
    ],
)
def test_what_a_signal_means_depends_on_which_way_is_good(
    better: Better, high: Variation, low: Variation
) -> None:
    assert Chart.of([*QUIET, 90.0], better=better).variation is high
    assert Chart.of([*QUIET, 10.0], better=better).variation is low
    assert Chart.of(QUIET, better=better).variation is Variation.COMMON


def test_limits_lie_2_66_mean_ranges_from_the_mean() -> None:
    """Methods.md 2.5."""
    lines = _lines(Chart.of(QUIET, better=Better.HIGHER))

    assert (lines.lower, lines.upper) == pytest.approx((39.36, 60.64))


def test_fewer_than_five_readings_are_too_early_to_tell() -> None:
    four = Chart.of([50, 90, 10, 70], better=Better.HIGHER)

    assert four.variation == four.lines == TooEarly(4)
    assert four.signals == (None,) * 4
    assert four.in_words == "Too early to tell: 4 readings so far."
    assert isinstance(Chart.of([50, 90, 10, 70, 50], better=Better.HIGHER).lines, Lines)


def test_five_readings_that_are_not_side_by_side_are_too_early_too() -> None:
    chart = Chart.of([50, None, 52, None, 51, None, 49, None, 50], better=Better.HIGHER)

    pairs = Chart.of([50, 52, None, 51, 49, None, 50, 53], better=Better.HIGHER)

    assert pairs.lines == TooEarly(6)
    assert chart.lines == TooEarly(5)
    assert chart.in_words == ("Too early to tell: 5 readings so far, too few of them side by side.")


def test_readings_that_move_over_gaps_only_are_too_early_too() -> None:
    chart = Chart.of([50, 50, 50, None, 60, 60, 60], better=Better.HIGHER)

    assert chart.lines == TooEarly(6)


def test_without_readings_there_is_nothing_to_say() -> None:
    chart = Chart.of([], better=Better.HIGHER)

    assert chart.variation is None
    assert chart.in_words == "Too early to tell: 0 readings so far."


def test_limits_of_fewer_than_twelve_readings_are_on_trial() -> None:
    assert _lines(Chart.of(QUIET[:11], better=Better.HIGHER)).trial
    assert not _lines(Chart.of(QUIET, better=Better.HIGHER)).trial


def test_nothing_is_joined_over_a_gap() -> None:
    """Neither the step of 20 over the gap, nor a run of four and four, nor a rise."""
    gapped = Chart.of([50, 52, 50, 52, None, 72, 70, 72, 70], better=Better.HIGHER)
    rising = Chart.of([50, 51, 52, 53, None, 54, 55, 56, 50, 51, 50, 51], better=Better.HIGHER)

    assert _lines(gapped).range_limit == pytest.approx(3.267 * 2)
    assert not _found(gapped, Signal.RUN)
    assert gapped.signals[4] is None
    assert not _found(rising, Signal.TREND)


def test_a_reading_that_is_not_shown_is_said_to_be_nothing() -> None:
    chart = Chart.of([*QUIET, 90.0, None], better=Better.HIGHER)

    assert chart.variation is None
    assert chart.variation_at(12) is Variation.IMPROVEMENT
    assert chart.in_words == "The latest reading is not shown as a number."


def test_a_rebase_begins_new_lines_and_ends_every_run() -> None:
    chart = Chart.of([*QUIET, *(each + 30 for each in QUIET)], better=Better.HIGHER, rebase_at={12})

    first, second = (each.lines for each in chart.stretches)
    assert isinstance(first, Lines)
    assert isinstance(second, Lines)
    assert (first.mean, second.mean) == (50, 80)
    assert first.reach == second.reach
    assert not any(chart.signals)
    assert any(Chart.of(chart.readings, better=Better.HIGHER).signals)


def test_after_a_rebase_it_is_early_again() -> None:
    chart = Chart.of([*QUIET, 80, 82, 80], better=Better.HIGHER, rebase_at=[12])

    assert chart.variation == TooEarly(3)
    assert chart.variation_at(0) is Variation.COMMON
    assert chart.in_words == "Too early to tell: 3 readings so far."


@pytest.mark.parametrize("value", [0.0, 0.1, 70.0, 100.0])
def test_a_series_that_never_moves_has_limits_and_no_signal(value: float) -> None:
    chart = Chart.of([value] * 14, better=Better.HIGHER, within=(0, 100))

    assert chart.lines == Lines(value, 0.0, value, value, 0.0, 14)
    assert not any(chart.signals)


def test_one_step_in_a_series_that_never_moves_is_the_only_signal() -> None:
    """Screened to nothing, limits without width would put all twenty readings outside."""
    chart = Chart.of([50.0] * 10 + [90.0] + [50.0] * 9, better=Better.HIGHER)

    assert _found(chart, Signal.OUTSIDE) == {10: ABOVE}


def test_whole_numbers_that_differ_by_rounding_alone_are_no_signal() -> None:
    chart = Chart.of([64.0] * 11 + [65.0], better=Better.HIGHER, within=(0, 100), step=1.0)

    assert (_lines(chart).lower, _lines(chart).upper) == pytest.approx((62.58, 65.58), abs=0.01)
    assert not any(chart.signals)


def test_two_whole_numbers_off_are_a_signal_also_of_a_series_that_never_moves() -> None:
    chart = Chart.of([64.0] * 11 + [66.0], better=Better.HIGHER, within=(0, 100), step=1.0)

    assert chart.signals[-1] == Found(Signal.OUTSIDE, ABOVE)
    assert not any(chart.signals[:-1])


def test_a_negative_step_is_refused() -> None:
    with pytest.raises(ValueError, match="not a step between readings: -1"):
        Chart.of([64.0] * 12, better=Better.HIGHER, step=-1.0)


@pytest.mark.parametrize("moves", [0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 3.0])
def test_rounding_to_whole_numbers_makes_no_more_signals_than_there_are_without(
    moves: float,
) -> None:
    """Of 400 charts of twelve readings in which nothing happens: rounded, and as they were."""
    dice, rounded, exact = Random(str(moves)), 0, 0
    for _ in range(400):
        level = dice.uniform(60, 70)
        readings = [dice.gauss(level, moves) for _ in range(12)]
        whole = [float(round(each)) for each in readings]
        rounded += any(Chart.of(whole, better=Better.HIGHER, step=1.0).signals)
        exact += any(Chart.of(readings, better=Better.HIGHER).signals)

    assert exact <= 0.1 * 400
    assert rounded <= exact + 0.03 * 400


def test_limits_of_proportions_stay_within_what_is_possible() -> None:
    chart = Chart.of([98.0, 90.0, 99.0, 91.0, 100.0, 92.0], better=Better.HIGHER, within=(0, 100))

    assert _lines(chart).upper == 100
    assert _lines(chart).mean + _lines(chart).reach > 100


def test_a_chart_is_put_into_words() -> None:
    def words(*readings: float, better: Better = Better.HIGHER) -> str:
        return Chart.of(readings, better=better).in_words

    assert words(*QUIET[:9]) == "No signal of change in 9 readings; limits are still trial."
    assert words(*QUIET) == "No signal of change in 12 readings."
    assert words(*QUIET[:6], 90, *QUIET[6:]) == "No signal of change in the latest of 13 readings."
    assert words(*QUIET, 90) == "Improvement: the latest reading is above the limits."
    assert words(*QUIET, 10) == "Concern: the latest reading is below the limits."
    assert words(*[40] * 7, 62, 60, 58, 56, 54, 52, 50, better=Better.NEITHER) == (
        "Lower: the latest reading is one of seven or more in a row that fall."
    )
    assert words(47, 49, 47, 49, 46, 47, 53, 51, 53, 51, 53, 51, 53) == (
        "Improvement: the latest reading is one of seven or more in a row above the average."
    )
    assert words(*QUIET, 52, 59, 55, 59) == (
        "Improvement: the latest reading is one of two in three readings that are close to the"
        " upper limit."
    )


@given(SERIES, st.integers(-1000, 1000))
def test_what_is_found_does_not_depend_on_where_nought_is(series: list[float], by: int) -> None:
    chart = Chart.of(series, better=Better.HIGHER)
    assume(_clear(chart))

    shifted = Chart.of([each + by for each in series], better=Better.HIGHER)

    assert shifted.signals == chart.signals


@given(GAPPED)
def test_turned_over_every_signal_points_the_other_way(series: list[float | None]) -> None:
    chart = Chart.of(series, better=Better.HIGHER, within=(0, 100))
    assume(_clear(chart))

    over = Chart.of(
        [None if each is None else 100 - each for each in series],
        better=Better.HIGHER,
        within=(0, 100),
    )

    assert over.signals == tuple(
        each and Found(each.signal, Side(-each.side)) for each in chart.signals
    )


@given(GAPPED)
def test_turned_over_and_with_the_other_way_good_it_means_the_same(
    series: list[float | None],
) -> None:
    chart = Chart.of(series, better=Better.HIGHER)
    assume(_clear(chart))

    over = Chart.of([each and -each for each in series], better=Better.LOWER)

    places = range(len(series))
    assert [over.variation_at(at) for at in places] == [chart.variation_at(at) for at in places]


@given(SERIES, GAPPED)
def test_exactly_those_beyond_the_drawn_limits_are_outside(
    start: list[float], rest: list[float | None]
) -> None:
    series = [*start, *rest]
    chart = Chart.of(series, better=Better.HIGHER, within=(0, 100))
    assume(isinstance(chart.lines, Lines))
    lines = _lines(chart)

    outside = {
        at
        for at, each in enumerate(series)
        if each is not None and not lines.lower <= each <= lines.upper
    }
    assert _found(chart, Signal.OUTSIDE).keys() == outside
    assert 0 <= lines.lower <= lines.mean <= lines.upper <= 100


@given(GAPPED, GAPPED)
def test_before_a_rebase_nothing_depends_on_what_comes_after(
    before: list[float | None], after: list[float | None]
) -> None:
    chart = Chart.of([*before, *after], better=Better.HIGHER, rebase_at=[len(before)])

    parts = [Chart.of(part, better=Better.HIGHER) for part in (before, after)]

    assert chart.signals == parts[0].signals + parts[1].signals
    assert [each.lines for each in chart.stretches] == [each.lines for each in parts]


@given(GAPPED)
def test_what_is_not_shown_at_the_end_changes_no_line(series: list[float | None]) -> None:
    chart = Chart.of(series, better=Better.HIGHER)

    longer = Chart.of([*series, None], better=Better.HIGHER)

    assert longer.lines == chart.lines
    assert longer.signals == (*chart.signals, None)


def _clear(chart: Chart) -> bool:
    """Whether no reading stands so near a line that rounding decides on which side it is."""
    if isinstance(chart.lines, TooEarly):
        return True
    lines = chart.lines
    marks = [
        lines.mean + part * lines.reach for part in (-1, -2 / 3, 0, 2 / 3, 1) if lines.reach > 0
    ]
    gaps = [abs(each - mark) for each in chart.readings if each is not None for mark in marks]
    return all(gap > 1e-6 for gap in gaps)


def test_a_reading_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="not a reading: nan"):
        Chart.of([50, float("nan")], better=Better.HIGHER)
    with pytest.raises(ValueError, match=r"a reading of 101\.0 is not within 0 to 100"):
        Chart.of([50, 101.0], better=Better.HIGHER, within=(0, 100))


@pytest.mark.parametrize("place", [-1, 0, 12])
def test_a_rebase_with_nothing_before_or_after_it_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match=f"a rebase at place {place}"):
        Chart.of(QUIET, better=Better.HIGHER, rebase_at=[place])


def test_bases_that_differ_by_more_than_two_to_one_are_uneven() -> None:
    assert not uneven([])
    assert not uneven([100, 200])
    assert uneven([100, 201])


# dhsc-govuk/FingertipsNext, trend-analysis, TrendMarkerCalculatorTests.cs: value and 95% interval.
DIABETES = [
    Reading.within(7.0826, 7.0754, 7.094),
    Reading.within(7.1085, 7.1013, 7.1199),
    Reading.within(7.2571, 7.2499, 7.2684),
    Reading.within(7.4528, 7.4456, 7.4643),
    Reading.within(7.6554, 7.6481, 7.6669),
]
MMR_IN_YORKSHIRE = [
    Reading.within(92.6254, 92.4168, 92.8288),
    Reading.within(92.3221, 92.1072, 92.5315),
    Reading.within(90.8708, 90.6358, 91.1004),
    Reading.within(90.017, 89.7694, 90.2594),
    Reading.within(90.1013, 89.8578, 90.3396),
]
DIABETIC_EYE_DISEASE = [
    Reading.within(2.935, 2.7841, 3.0919),
    Reading.within(1.93028, 1.8085, 2.058),
    Reading.within(2.7567, 2.6113, 2.9082),
    Reading.within(2.8701, 2.7225, 3.0237),
    Reading.within(3.0121, 2.8616, 3.1683),
]


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        (DIABETES, Trend.INCREASING),
        (MMR_IN_YORKSHIRE, Trend.DECREASING),
        (DIABETIC_EYE_DISEASE, Trend.INCREASING),
    ],
)
def test_the_trend_marker_is_that_of_fingertips(readings: list[Reading], expected: Trend) -> None:
    """dhsc-govuk/FingertipsNext, trend-analysis, TrendMarkerCalculatorTests.cs."""
    assert trend_marker(readings) is expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (
            [(5405, 18095), (5500, 18170), (5435, 18005), (5480, 17890), (5315, 17860)],
            Trend.NO_CHANGE,
        ),
        (
            [(22435, 65880), (22445, 67900), (21365, 68705), (20955, 69835), (19055, 70910)],
            Trend.DECREASING,
        ),
        ([(621, 3454), (599, 3195), (556, 3256), (535, 3227), (447, 3121)], Trend.DECREASING),
        ([(7, 35), (6, 42), (8, 50), (8, 100), (9, 200)], Trend.DECREASING),
    ],
)
def test_shares_with_wilsons_interval_have_the_markers_of_the_first_fingertips(
    counts: list[tuple[int, int]], expected: Trend
) -> None:
    """ukhsa-collaboration/fingertips-open, WhenUsingTrendMarkerCalculator.cs, data 5, 5a, 1, 4.

    Its own line for shares is logistic; ours has the weights of the intervals.
    """
    readings = []
    for count, total in counts:
        interval = ConfidenceInterval.wilson(count, total)
        readings.append(Reading.within(count / total, interval.lower, interval.upper))

    assert trend_marker(readings) is expected


def test_the_threshold_is_the_998th_thousandth_of_chi_squared() -> None:
    assert pytest.approx(chi2.ppf(0.998, 1), abs=5e-5) == TREND_THRESHOLD


READINGS = st.lists(
    st.builds(Reading, st.floats(0, 100), st.floats(0.1, 10)), min_size=5, max_size=5
)


@given(READINGS)
def test_the_slope_agrees_with_statsmodels(readings: list[Reading]) -> None:
    design = np.column_stack([np.ones(5), np.arange(5.0)])
    values = np.array([each.value for each in readings])
    weights = np.array([each.standard_error**-2 for each in readings])
    fit = WLS(values, design, weights=weights).fit()
    variance = fit.normalized_cov_params[1, 1]

    found = slope(list(enumerate(readings)))

    assert found.rise == pytest.approx(fit.params[1], rel=1e-9, abs=1e-9)
    assert found.chi_squared == pytest.approx(fit.params[1] ** 2 / variance, rel=1e-8, abs=1e-9)


@given(READINGS)
def test_turned_over_or_backwards_a_trend_goes_the_other_way(readings: list[Reading]) -> None:
    placed = list(enumerate(readings))
    assume(abs(slope(placed).chi_squared - TREND_THRESHOLD) > 1e-6)
    parts = [slope(placed[:left] + placed[left + 1 :]).rise for left in range(5)]
    assume(min(map(abs, parts)) > 1e-9)
    other = {
        Trend.INCREASING: Trend.DECREASING,
        Trend.DECREASING: Trend.INCREASING,
        Trend.NO_CHANGE: Trend.NO_CHANGE,
    }
    expected = other[trend_marker(readings)]

    assert trend_marker([Reading(-value, error) for value, error in readings]) is expected
    assert trend_marker(readings[::-1]) is expected


def test_a_slope_that_one_reading_makes_is_no_trend() -> None:
    """Without the last the others fall."""
    readings = [Reading(value, 1.0) for value in (50.0, 49.0, 48.0, 47.0, 70.0)]

    assert slope(list(enumerate(readings))).chi_squared > TREND_THRESHOLD
    assert trend_marker(readings) is Trend.NO_CHANGE


def test_only_the_last_five_readings_count() -> None:
    falling = [Reading(value, 1.0) for value in (90.0, 80.0, 70.0)]

    assert trend_marker([*falling, *DIABETES]) is Trend.INCREASING
    assert trend_marker([None, *DIABETES]) is Trend.INCREASING


def test_what_cannot_be_calculated_is_said() -> None:
    assert trend_marker(DIABETES[:4]) is Trend.CANNOT_BE_CALCULATED
    assert trend_marker([*DIABETES[:3], None, DIABETES[4]]) is Trend.CANNOT_BE_CALCULATED
    assert trend_marker([*DIABETES[:4], Reading(8.0, 0.0)]) is Trend.CANNOT_BE_CALCULATED


def test_a_line_that_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="not a standard error: -1"):
        trend_marker([*DIABETES[:4], Reading(8.0, -1.0)])
    with pytest.raises(ValueError, match="not a reading"):
        trend_marker([*DIABETES[:4], Reading(float("nan"), 1.0)])
    with pytest.raises(ValueError, match="two places"):
        slope([(1, DIABETES[0])])
    with pytest.raises(ValueError, match="has no weight"):
        slope([(1, DIABETES[0]), (2, Reading(8.0, 0.0))])

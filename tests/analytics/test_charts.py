from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import charts
from analytics.charts import Label, Reading, Strip, Tick, Trend
from analytics.disclosure import Count, End, Figure, Share, Withheld, share

HALF = Share(50, 100, lower=40, upper=60)
OVER = Share(End.OVER, 100)
UNDER = Share(End.UNDER, 100)
HIDDEN = Withheld("fewer than 10 people answered this")

shown_shares = st.integers(10, 5000).flatmap(
    lambda base: st.builds(share, st.integers(0, base), st.just(base))
)


def readings(*figures: Figure | None, reference: Figure | None = HALF) -> list[Reading]:
    """One a year, on the first of July."""
    return [
        Reading(date(2020 + number, 7, 1), "Jul–Sep", f"{2020 + number}", figure, reference)
        for number, figure in enumerate(figures)
    ]


def test_a_share_is_a_dot_on_its_range_against_the_reference() -> None:
    strip = charts.strip(Share(72, 250, lower=66, upper=77), HALF)

    assert strip == Strip("66%", "77%", "72%", "50%", None, None)


def test_an_end_is_a_band_without_a_dot() -> None:
    assert charts.strip(OVER, UNDER) == Strip("90%", "100%", None, None, "0%", "10%")


@pytest.mark.parametrize("figure", [HIDDEN, Count(7), None])
def test_nothing_is_drawn_of_what_is_not_a_shown_share(figure: Figure | None) -> None:
    assert charts.strip(figure, HALF) == Strip(None, None, None, "50%", None, None)


def test_a_withheld_reference_leaves_no_mark() -> None:
    assert charts.strip(HALF, HIDDEN) == Strip("40%", "60%", "50%", None, None, None)


def test_a_trend_goes_through_its_waves_from_left_to_right() -> None:
    trend = charts.trend(readings(HALF, Share(75, 100, lower=66, upper=82)))

    assert trend == Trend(
        dots="M9 50h0M84 25h0",
        ranges="M9 40V60M84 18V34",
        bands="",
        line="M9 50L84 25",
        reference="M9 50L84 50",
        gaps=(),
        ticks=(
            Tick("9%", "Jul–Sep", "2020", end=True),
            Tick("84%", "Jul–Sep", "2021", end=True),
        ),
        label=Label("49", "75%"),
        reference_label=Label("84", "50%"),
    )


def test_no_line_passes_over_a_wave_that_is_not_shown() -> None:
    trend = charts.trend(readings(HALF, HIDDEN, HALF))

    assert trend.line == "M9 50M84 50"
    assert trend.gaps == ("46.5%",)
    assert trend.dots == "M9 50h0M84 50h0"


def test_no_line_leads_into_a_band_because_it_would_say_where_in_it_the_share_is() -> None:
    trend = charts.trend(readings(HALF, OVER))

    assert trend.line == "M9 50"
    assert (trend.dots, trend.bands) == ("M9 50h0", "M84 0V10")
    assert trend.label == Label("21", ">90%")


def test_waves_stand_as_far_apart_as_their_days() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 11), date(2026, 2, 10)]

    trend = charts.trend([Reading(day, "", "", HALF, None) for day in days])

    assert trend.dots == "M9 50h0M27.75 50h0M84 50h0"


def test_a_single_wave_stands_in_the_middle() -> None:
    assert charts.trend(readings(HALF)).dots == "M46.5 50h0"


def test_values_that_would_stand_on_each_other_are_moved_apart() -> None:
    trend = charts.trend(readings(Share(52, 100, lower=42, upper=62), reference=HALF))

    assert (trend.label, trend.reference_label) == (Label("74.1", "52%"), Label("91.1", "50%"))


def test_many_waves_get_few_labels_and_the_latest_always_has_one() -> None:
    trend = charts.trend(readings(*[HALF] * 12))

    labelled = [number for number, tick in enumerate(trend.ticks) if tick.label]
    assert labelled == [1, 3, 5, 7, 9, 11]
    assert [tick.end for tick in trend.ticks if tick.label] == [True, *[False] * 4, True]


def test_waves_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="from the earliest to the latest"):
        charts.trend([*reversed(readings(HALF, HALF))])


@given(shown_shares, st.one_of(shown_shares, st.just(HIDDEN), st.none()))
def test_every_place_of_a_strip_lies_in_its_drawing(
    figure: Figure, reference: Figure | None
) -> None:
    strip = charts.strip(figure, reference)

    places = [
        strip.left,
        strip.right,
        strip.dot,
        strip.reference,
        strip.reference_left,
        strip.reference_right,
    ]
    assert all(0 <= float(place.rstrip("%")) <= 100 for place in places if place is not None)


@given(st.lists(st.one_of(shown_shares, st.just(HIDDEN)), max_size=14))
def test_every_wave_of_a_trend_is_drawn_as_a_dot_a_band_or_a_gap(figures: list[Figure]) -> None:
    trend = charts.trend(readings(*figures))

    drawn = trend.dots.count("M") + trend.bands.count("M") + len(trend.gaps)
    assert drawn == len(figures) == len(trend.ticks)
    assert trend.ranges.count("M") == trend.dots.count("M")


@given(st.floats(0, 200), st.floats(0, 200))
def test_labels_moved_apart_keep_their_order_and_their_middle(first: float, second: float) -> None:
    moved, other = charts.apart(first, second, least=17)

    assert abs(moved - other) >= 17 - 1e-9
    assert moved + other == pytest.approx(first + second)
    assert (moved <= other) == (first <= second)

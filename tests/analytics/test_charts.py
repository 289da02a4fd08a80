import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import charts
from analytics.charts import Strip
from analytics.disclosure import Count, End, Figure, Mean, Share, Withheld, share

HALF = Share(50, 100, lower=40, upper=60)
OVER = Share(End.OVER, 100)
UNDER = Share(End.UNDER, 100)
HIDDEN = Withheld("fewer than 10 people answered this")

shown_shares = st.integers(10, 5000).flatmap(
    lambda base: st.builds(share, st.integers(0, base), st.just(base))
)


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


def test_a_mean_is_drawn_on_the_same_line_and_its_range_stays_on_it() -> None:
    mean = Mean(96, 12, lower=91, upper=101, error=2.5)

    assert charts.strip(mean, None) == Strip("91%", "100%", "96%", None, None, None)


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

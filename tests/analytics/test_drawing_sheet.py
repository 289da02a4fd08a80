from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.drawing.lettering import apart, key, room_for, wrapped
from analytics.drawing.sheet import APART, BELOW, NARROW, TEXT, decades, place, ticks, window

# What a phone of 320 pixels leaves beside the margins of a page.
ON_A_PHONE = 288


def test_text_is_twelve_pixels_high_on_the_smallest_phone() -> None:
    assert TEXT * ON_A_PHONE / NARROW == 12


@given(st.lists(st.floats(0, 100), min_size=1), st.sampled_from([20, 50]))
def test_a_window_holds_all_values_and_is_never_too_near(values: list[float], least: int) -> None:
    low, high = window(values, least=least)

    assert 0 <= low <= min(values) <= max(values) <= high <= 100
    assert high - low >= least


@given(st.integers(0, 8), st.integers(2, 10), st.floats(60, 400))
def test_numbers_of_a_scale_have_room(low: int, tens: int, height: float) -> None:
    low, high = 10 * low, min(100, 10 * (low + tens))
    found = ticks(low, high, height)

    assert len(found) > 1
    assert all(low <= each <= high for each in found)
    assert height * (found[1] - found[0]) / (high - low) >= min(APART, height / 2)


@given(st.floats(0.05, 5000), st.sampled_from([(1, 2, 5), (1, 1.5, 2, 3, 5, 7)]))
def test_there_is_a_round_number_in_each_threefold_range(low: float, digits: tuple[float]) -> None:
    assert [each for each in decades(low, 3 * low, digits) if low <= each <= 3 * low]


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0"), (-0.01, "0"), (12.34, "12.3"), (100.0, "100"), (1234.56, "1234.6")],
)
def test_places_are_written_alike_everywhere(number: float, said: str) -> None:
    assert place(number) == said


@given(
    st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=120),
    st.integers(40, 400),
)
def test_wrapped_words_lose_nothing_and_fit(words: str, room: int) -> None:
    lines = wrapped(words, room)

    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(room_for(line) <= room for line in lines)


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(5, 30)), max_size=8))
def test_things_moved_apart_keep_their_order_and_their_room(
    given_: list[tuple[float, float]],
) -> None:
    given_.sort()
    wide = [each for _, each in given_]
    found = apart([middle for middle, _ in given_], wide, 0, 360)

    edges = [(at - each / 2, at + each / 2) for at, each in zip(found, wide, strict=True)]
    assert all(start >= -1e-6 and end <= 360 + 1e-6 for start, end in edges)
    assert all(start - end >= BELOW - 1e-6 for (_, end), (start, _) in pairwise(edges))


def test_a_key_goes_on_below_where_a_line_is_full() -> None:
    items, end = key(
        [("a", "short"), ("b", "short too"), ("c", "a long one " * 5)], top=0, room=NARROW
    )

    assert [float(item.y) for item in items] == sorted(float(item.y) for item in items)
    assert items[0].y == items[1].y != items[2].y
    assert end >= float(items[2].texts[-1].y)

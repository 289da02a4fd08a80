"""The letter beside a figure, and the words of comparison, follow one rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure import (
    NOBODY,
    TOO_FEW_ANSWERS,
    Count,
    Figure,
    Mean,
    Share,
    Withheld,
    share,
)
from analytics.judging import reliability
from analytics.reliability import Reliability
from analytics.symbols import MEANINGS, Symbol, symbol_of


@pytest.mark.parametrize(
    ("figure", "symbol"),
    [
        (Withheld(TOO_FEW_ANSWERS), "c"),
        (Withheld(NOBODY), "z"),
        (Count(40), ""),
        (Share(50, 29, 33, 67), "u"),
        (Share(50, 100, 40, 60), ""),
        (Share(50, 100, 32, 68, effective=29, crude=52), "u"),
        (Mean(64, 29, 55, 73, 4.4), "u"),
        (Mean(64, 30, 55, 73, 4.4), ""),
    ],
)
def test_a_figure_has_the_symbol_of_official_statistics(figure: Figure, symbol: str) -> None:
    assert symbol_of(figure) == symbol


def test_every_symbol_is_explained() -> None:
    assert {*MEANINGS} == {*Symbol}


@given(st.integers(10, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_what_is_marked_unsure_is_what_is_not_compared(counts: tuple[int, int]) -> None:
    figure = share(*counts)

    low = reliability(figure) is Reliability.LOW
    assert (symbol_of(figure) is Symbol.LOW_RELIABILITY) == low

"""No text is live in a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authorities.spreadsheet_cells import STARTERS, safe, safe_row


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://evil.example","Leeds")',
        "+44 7700 900000",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "＝1+1",
        " =1+1",
        "\u200b=1+1",
        "\ufeff=1+1",
    ],
)
def test_a_cell_that_could_be_live_is_made_text(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Leeds", "a=b", "5 - 3", "'quoted", "O’Neil", "   "])
def test_other_text_stays_as_it_is(cell: str) -> None:
    assert safe(cell) == cell


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert safe_row([-5, 2.5, None, "-5", "Leeds"]) == [-5, 2.5, "", "'-5", "Leeds"]


@given(st.text())
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert safe(text)[:1] not in STARTERS

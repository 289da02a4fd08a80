"""What changed between two sentences, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.worddiff import Piece, pieces


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "", []),
        ("Yes", "Yes", [("same", "Yes")]),
        ("", "New", [("in", "New")]),
        ("Old", "", [("out", "Old")]),
        (
            "Do you feel safe?",
            "Do you feel safe here?",
            [("same", "Do you feel "), ("out", "safe"), ("in", "safe here"), ("same", "?")],
        ),
        (
            "Call 116 123 now",
            "Call 116 111 now",
            [("same", "Call 116 "), ("out", "123 "), ("in", "111 "), ("same", "now")],
        ),
        ("Leave out names", "Leave out names.", [("same", "Leave out names"), ("in", ".")]),
    ],
)
def test_words_that_changed_are_told_from_those_that_stayed(
    before: str, after: str, found: list[tuple[str, str]]
) -> None:
    assert list(pieces(before, after)) == [Piece(*each) for each in found]


@given(st.text(), st.text())
def test_both_texts_can_be_read_off_the_pieces(before: str, after: str) -> None:
    found = pieces(before, after)

    assert "".join(each.text for each in found if each.kind != "out") == after
    assert {each.kind for each in found} <= {"same", "out", "in"}

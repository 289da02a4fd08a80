"""What may stand in a text that families read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import wording


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("One line", "One line"),
        ("\n  Two\nlines \t here \n", "Two lines here"),
        ("One.\n\n\nTwo\nwrapped.\n \nThree.\n", "One.\n\nTwo wrapped.\n\nThree."),
        ("One.\r\n\r\nTwo.", "One.\n\nTwo."),
        (" \n ", ""),
    ],
)
def test_a_wrapped_text_is_put_in_paragraphs(text: str, tidy: str) -> None:
    assert wording.tidied(text) == tidy


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    once = wording.tidied(text)

    assert wording.tidied(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "Do you feel safe?",
        "One.\n\nTwo.",
        "Ydych chi’n teimlo’n ddiogel?",
        "کیا آپ محفوظ محسوس کرتے ہیں؟",
        "می\u200cخواهم",  # Persian needs its joiner
        "\u200fעברית",  # a mark, which turns nothing else
        "👍🏽",
    ],
)
def test_plain_words_of_any_language_have_no_fault(text: str) -> None:
    assert wording.faults(text) == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        ("a\x00b", "has the control character U+0000"),
        ("a\tb", "has the control character U+0009"),
        ("a\u2028b", "has the control character U+2028"),
        ("a\ud800b", "has the control character U+D800"),
        ("a\u202eb", "has U+202E, which turns the direction of writing"),
        ("a\u2067b", "has U+2067, which turns the direction of writing"),
        ("<b>", "has < and >: texts are plain, and nothing is filled in"),
        ("{name}", "has { and }: texts are plain, and nothing is filled in"),
    ],
)
def test_what_could_deceive_or_break_a_page_is_a_fault(text: str, fault: str) -> None:
    assert wording.faults(text) == (fault,)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Call Childline on 0800 1111, or 999.", ("08001111", "999")),
        ("Ages 12 to 15.", ()),
        ("۰۸۰۰ ۱۱۱۱", ("08001111",)),
        ("0808\u00a0800\u00a05000", ("08088005000",)),
    ],
)
def test_the_numbers_of_helplines_are_found(text: str, numbers: tuple[str, ...]) -> None:
    assert wording.numbers(text) == numbers

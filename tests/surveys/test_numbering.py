"""The numbers that a printed survey shows are those that whoever types it in is asked for."""

import pytest

from surveys.definition import Kind
from surveys.numbering import numbered
from tests.surveys.factories import SOURCE, a_survey

WITH_A_PAGE = SOURCE.replace(
    '[[item]]\ncode = "listened"',
    '[[item]]\ncode = "now-us"\nkind = "page"\nask = "Now about us."\n\n'
    '[[item]]\ncode = "listened"',
)


def test_items_are_numbered_in_the_order_of_their_age_version() -> None:
    shown = [(each.number, each.item.code) for each in numbered(a_survey(), "8-11")]

    assert shown == [
        (1, "safe"),
        (2, "listened"),
        (3, "idea"),
        (4, "topics"),
        (5, "comment"),
        (6, "helper"),
        (7, "helper-is-worker"),
        (8, "service"),
    ]


def test_an_item_of_another_age_takes_no_number() -> None:
    assert [each.number for each in numbered(a_survey(), "12-17")] == [*range(1, 10)]


def test_a_page_takes_no_number() -> None:
    found = numbered(a_survey(WITH_A_PAGE), "8-11")

    assert Kind.PAGE not in {each.item.kind for each in found}
    assert [each.item.code for each in found] == [
        each.item.code for each in numbered(a_survey(), "8-11")
    ]


def test_answers_are_numbered_as_the_age_version_is_offered_them() -> None:
    younger, older = (numbered(a_survey(), age)[0] for age in ("8-11", "12-17"))

    assert {digit: each.code for digit, each in younger.digits.items()} == {
        1: "yes",
        2: "sometimes",
        3: "no",
        4: "unsure",
    }
    assert {digit: each.code for digit, each in older.digits.items()} == {
        1: "yes-lots",
        2: "yes",
        3: "sometimes",
        4: "no",
        5: "unsure",
    }
    assert (younger.digit_of("yes"), older.digit_of("yes")) == (1, 2)


def test_an_answer_that_is_not_offered_has_no_number() -> None:
    with pytest.raises(KeyError):
        numbered(a_survey(), "8-11")[0].digit_of("yes-lots")


def test_words_have_no_numbered_answers() -> None:
    idea = numbered(a_survey(), "8-11")[2]

    assert (idea.item.kind, idea.answers, idea.digits) == (Kind.WORDS, (), {})


def test_an_unknown_age_version_is_asked_nothing() -> None:
    assert numbered(a_survey(), "99") == ()

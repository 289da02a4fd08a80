"""Replies in columns: what goes in comes out, and the table tells no order but its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.replies import Column, Replies, Reply

ONE = {"safe": ["yes", "no", "unsure"], "listened": ["yes", "sometimes"], "service": ["in-care"]}
SEVERAL = {"topics": ["listening", "home", "school"]}


def answered(item: str, codes: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sampled_from(codes).map(lambda code: (code,))


def tapped(codes: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(codes), min_size=1, unique=True).map(sorted).map(tuple)


replies = st.lists(
    st.builds(
        Reply,
        age_version=st.sampled_from(["8-11", "12-17"]),
        language=st.sampled_from(["en", "cy"]),
        setting=st.sampled_from(["", "team-1"]),
        answers=st.fixed_dictionaries(
            {},
            optional={
                **{item: answered(item, codes) for item, codes in ONE.items()},
                **{item: tapped(codes) for item, codes in SEVERAL.items()},
            },
        ),
    ),
    max_size=30,
)


def back(table: Replies) -> list[Reply]:
    """The replies of a table, read cell by cell as the docstring of `Replies` says."""

    def code(name: str, row: int) -> str:
        column = table.columns.get(name)
        cell = column.cells[row] if column else 0
        return column.codes[cell - 1] if column and cell else ""

    def reply(row: int) -> Reply:
        answers: dict[str, tuple[str, ...]] = {
            item: (code(item, row),) for item in ONE if code(item, row)
        }
        for item, codes in SEVERAL.items():
            if yes := [each for each in codes if code(f"{item}={each}", row) == "yes"]:
                answers[item] = tuple(sorted(yes))
        return Reply(
            code("page:age", row), code("page:language", row), code("page:setting", row), answers
        )

    return [reply(row) for row in range(table.size)]


@given(replies)
def test_a_table_gives_back_its_replies_in_their_order(replies: list[Reply]) -> None:
    assert back(Replies.of(replies, several=SEVERAL)) == replies


@given(replies)
def test_bytes_give_back_the_table(replies: list[Reply]) -> None:
    table = Replies.of(replies, several=SEVERAL)

    assert Replies.from_bytes(table.to_bytes()) == table


def test_the_columns_of_three_replies() -> None:
    table = Replies.of(
        [
            Reply("12-17", "en", "", {"safe": ("yes",), "topics": ("home",)}),
            Reply("8-11", "en", "", {"safe": ("no",)}),
            Reply("12-17", "en", "", {"topics": ("home", "school")}),
        ],
        several={"topics"},
    )

    assert table == Replies(
        3,
        {
            "page:age": Column(("12-17", "8-11"), b"\x01\x02\x01"),
            "page:language": Column(("en",), b"\x01\x01\x01"),
            "safe": Column(("no", "yes"), b"\x02\x01\x00"),
            "topics=home": Column(("yes",), b"\x01\x00\x01"),
            "topics=school": Column(("yes",), b"\x00\x00\x01"),
        },
    )


def test_an_item_with_several_answers_is_split_even_if_nobody_said_so() -> None:
    table = Replies.of([Reply("12-17", "en", "", {"topics": ("home", "school")})])

    assert {"topics=home", "topics=school"} <= set(table.columns)


def test_the_order_of_an_items_codes_does_not_tell_who_came_first() -> None:
    first = Reply("12-17", "en", "", {"safe": ("yes",)})
    second = Reply("12-17", "en", "", {"safe": ("no",)})

    codes = {
        Replies.of(order).columns["safe"].codes for order in ([first, second], [second, first])
    }

    assert codes == {("no", "yes")}


def test_a_column_holds_255_codes_and_not_one_more() -> None:
    most = [f"{number:03}" for number in range(255)]

    assert Column.of(most).cells == bytes(range(1, 256))
    with pytest.raises(ValueError, match="at most 255 codes, not 256"):
        Column.of([*most, "one more"])


@pytest.mark.parametrize(
    ("size", "column", "said"),
    [
        (2, {"codes": ("yes",), "cells": b"\x01"}, "1 cells for 2 replies"),
        (1, {"codes": ("yes",), "cells": b"\x02"}, "past the 1 codes"),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(
    size: int, column: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Replies(size, {"safe": Column(**column)})  # type: ignore[arg-type]  # as parametrized


@pytest.mark.parametrize("stored", [b"", b"not compressed", Replies(0, {}).to_bytes()[:-3]])
def test_bytes_that_are_no_table_are_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match="not a batch of replies"):
        Replies.from_bytes(stored)

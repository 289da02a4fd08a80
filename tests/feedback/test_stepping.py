"""Counts shown while a wave is open move by k or more."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.stepping import stepped

K = 10
PARTS = ("4-7", "8-11", "12-17")
MIXES = st.lists(
    st.dictionaries(st.sampled_from(PARTS), st.integers(0, 30)).filter(
        lambda came: sum(came.values()) >= K
    ),
    max_size=6,
)


def test_a_part_to_which_k_came_is_shown() -> None:
    assert stepped({}, {"en": 12, "pl": 10}, k=K) == {"en": 12, "pl": 10}


def test_a_part_to_which_fewer_came_stays_as_it_was_and_takes_another_with_it() -> None:
    """Else the one Polish family would be what is left of the total."""
    assert stepped({}, {"en": 19, "pl": 1}, k=K) == {"en": 0, "pl": 0}


def test_what_waits_of_several_parts_may_be_told_together() -> None:
    assert stepped({"en": 20}, {"en": 40, "pl": 4, "ur": 6}, k=K) == {"en": 40, "pl": 0, "ur": 0}


def test_what_came_before_counts_when_more_comes() -> None:
    assert stepped({"en": 20}, {"en": 31, "pl": 11}, k=K) == {"en": 31, "pl": 11}


def test_counts_that_shrink_are_no_counts_of_replies() -> None:
    with pytest.raises(ValueError, match="become less"):
        stepped({"en": 20}, {"en": 19}, k=K)


@given(MIXES)
def test_whatever_is_mixed_nothing_shown_moves_by_fewer_than_k(
    mixes: list[dict[str, int]],
) -> None:
    shown: dict[str, int] = {}
    nothing: dict[str, int] = {}
    for actual in accumulate(mixes, _and, initial=nothing):
        now = stepped(shown, actual, k=K)

        steps = [now[part] - shown.get(part, 0) for part in now]
        assert all(step == 0 or step >= K for step in steps)
        left = sum(actual.values()) - sum(now.values())
        assert left == 0 or left >= K
        shown = now


def _and(old: dict[str, int], came: dict[str, int]) -> dict[str, int]:
    return {part: old.get(part, 0) + came.get(part, 0) for part in {**old, **came}}

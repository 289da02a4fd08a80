"""Counts shown while a wave is open move by k or more."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.stepping import stepped
from surveys import response_rates

K = 10
PARTS = ("4-7", "8-11", "12-17")
MANY = {"en": 1000, "pl": 1000, "ur": 1000}  # codes, of which only some are used
MIXES = st.lists(
    st.dictionaries(st.sampled_from(PARTS), st.integers(0, 30)).filter(
        lambda came: sum(came.values()) >= K
    ),
    max_size=6,
)


def test_a_part_to_which_k_came_is_shown() -> None:
    assert stepped({}, {"en": 12, "pl": 10}, MANY, k=K) == {"en": 12, "pl": 10}


def test_a_part_to_which_fewer_came_stays_as_it_was_and_takes_another_with_it() -> None:
    """Else the one Polish family would be what is left of the total."""
    assert stepped({}, {"en": 19, "pl": 1}, MANY, k=K) == {"en": 0, "pl": 0}


def test_what_waits_of_several_parts_may_be_told_together() -> None:
    assert stepped({"en": 20}, {"en": 40, "pl": 4, "ur": 6}, MANY, k=K) == {
        "en": 40,
        "pl": 0,
        "ur": 0,
    }


def test_what_came_before_counts_when_more_comes() -> None:
    assert stepped({"en": 20}, {"en": 31, "pl": 11}, MANY, k=K) == {"en": 31, "pl": 11}


def test_counts_that_shrink_are_no_counts_of_replies() -> None:
    with pytest.raises(ValueError, match="become less"):
        stepped({"en": 20}, {"en": 19}, MANY, k=K)


def test_of_which_nearly_all_have_answered_no_part_moves() -> None:
    """15 of 20 would tell that five have not."""
    codes = {"en": 100, "pl": 100, "ur": 20}

    assert stepped({}, {"en": 40, "pl": 30, "ur": 15}, codes, k=K) == {"en": 40, "pl": 0, "ur": 0}
    assert stepped({}, {"en": 40, "pl": 30, "ur": 14}, codes, k=K) == {"en": 40, "pl": 30, "ur": 14}


def test_where_another_part_would_tell_it_of_the_rest_neither_moves() -> None:
    codes = {"en": 100, "ur": 20}

    assert stepped({"en": 20, "ur": 10}, {"en": 50, "ur": 20}, codes, k=K) == {"en": 20, "ur": 10}


def test_codes_that_were_made_elsewhere_are_not_counted_and_hold_nothing_back() -> None:
    assert stepped({}, {"en": 30, "ur": 20}, {}, k=K) == {"en": 30, "ur": 20}


@given(MIXES, st.dictionaries(st.sampled_from(PARTS), st.integers(0, 40)))
def test_whatever_is_mixed_nothing_shown_moves_by_fewer_than_k_or_tells_about_the_few_left(
    mixes: list[dict[str, int]], unused: dict[str, int]
) -> None:
    nothing: dict[str, int] = {}
    steps_of = list(accumulate(mixes, _and, initial=nothing))
    codes = _and(steps_of[-1], unused)
    shown: dict[str, int] = {}
    for actual in steps_of:
        now = stepped(shown, actual, codes, k=K)

        steps = {part: now[part] - shown.get(part, 0) for part in now}
        assert all(step == 0 or step >= K for step in steps.values())
        left = sum(actual.values()) - sum(now.values())
        assert left == 0 or left >= K
        moved = [part for part, step in steps.items() if step]
        rest = [part for part in now if part not in moved]
        told = [[part] for part in moved] + ([rest] if moved and left else [])
        assert [each for each in told if _nearly_all(each, actual, codes)] == []
        shown = now


def _nearly_all(parts: list[str], actual: dict[str, int], codes: dict[str, int]) -> bool:
    replies, made = (sum(each.get(part, 0) for part in parts) for each in (actual, codes))
    return replies > 0 and made - replies <= response_rates.NOT_TOLD_APART


def _and(old: dict[str, int], came: dict[str, int]) -> dict[str, int]:
    return {part: old.get(part, 0) + came.get(part, 0) for part in {**old, **came}}

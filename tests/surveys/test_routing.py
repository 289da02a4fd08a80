"""When an item is shown: the vectors that the browser's script must agree with, and properties."""

import json
from pathlib import Path
from typing import Any as Value

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import routing
from surveys.routing import All, Answered, Any, Condition, Is, Not

VECTORS = json.loads(Path(__file__).with_name("routing_vectors.json").read_text())["vectors"]

items = st.sampled_from(["safe", "told", "helper"])
codes = st.sampled_from(["yes", "no", "alone"])
leaves = st.builds(Answered, items) | st.builds(Is, items, st.lists(codes, min_size=1).map(tuple))
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Any, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
answers = st.dictionaries(items, st.lists(codes, max_size=2).map(tuple))


def read(when: dict[str, Value]) -> Condition:
    match when:
        case {"item": str(item), "is": list(chosen)}:
            return Is(item, tuple(chosen))
        case {"item": str(item), "answered": True}:
            return Answered(item)
        case {"not": dict(inner)}:
            return Not(read(inner))
        case {"all": list(parts)}:
            return All(tuple(map(read, parts)))
        case {"any": list(parts)}:
            return Any(tuple(map(read, parts)))
    raise ValueError(when)


@pytest.mark.parametrize("vector", VECTORS, ids=[each["name"] for each in VECTORS])
def test_a_condition_holds_as_its_vector_says(vector: dict[str, Value]) -> None:
    given = {item: tuple(chosen) for item, chosen in vector["given"].items()}

    assert routing.holds(read(vector["when"]), given) is vector["holds"]


@given(conditions, answers)
def test_not_is_the_opposite(condition: Condition, given: routing.Given) -> None:
    assert routing.holds(Not(condition), given) is not routing.holds(condition, given)


@given(conditions, conditions, answers)
def test_all_and_any_mirror_each_other(
    one: Condition, other: Condition, given: routing.Given
) -> None:
    """De Morgan: not all of them is any of their opposites."""
    not_all = routing.holds(Not(All((one, other))), given)

    assert not_all is routing.holds(Any((Not(one), Not(other))), given)


@given(conditions, answers)
def test_only_the_items_it_names_can_change_a_condition(
    condition: Condition, given: routing.Given
) -> None:
    named = {item: given[item] for item in routing.items_in(condition) & given.keys()}

    assert routing.holds(condition, named) is routing.holds(condition, given)


@given(conditions)
def test_what_the_browser_is_handed_says_the_same(condition: Condition) -> None:
    assert read(json.loads(json.dumps(routing.as_data(condition)))) == condition

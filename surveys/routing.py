"""When an item is shown: small declarative conditions on earlier answers. Pure.

The same conditions are evaluated here and in the browser, by the same test vectors
(`tests/surveys/routing_vectors.json`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

# What has been answered so far: the codes chosen for each item. Words count as one code.
Given = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Is:
    """The item was answered with one of these codes."""

    item: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """The item was answered, whatever the answer."""

    item: str


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    conditions: tuple["Condition", ...]


Condition = Is | Answered | Not | All | Any


def holds(condition: Condition, given: Given) -> bool:
    match condition:
        case Is(item, codes):
            return any(code in codes for code in given.get(item, ()))
        case Answered(item):
            return bool(given.get(item))
        case Not(inner):
            return not holds(inner, given)
        case All(conditions):
            return all(holds(each, given) for each in conditions)
        case Any(conditions):
            return any(holds(each, given) for each in conditions)
        case _:
            assert_never(condition)


def as_data(condition: Condition) -> dict[str, object]:
    """The condition as the browser reads it: the shape in which a definition writes it."""
    match condition:
        case Is(item, codes):
            return {"item": item, "is": list(codes)}
        case Answered(item):
            return {"item": item, "answered": True}
        case Not(inner):
            return {"not": as_data(inner)}
        case All(conditions):
            return {"all": [as_data(each) for each in conditions]}
        case Any(conditions):
            return {"any": [as_data(each) for each in conditions]}
        case _:
            assert_never(condition)


def items_in(condition: Condition) -> frozenset[str]:
    """The codes of the items that a condition looks at."""
    match condition:
        case Is(item, _) | Answered(item):
            return frozenset({item})
        case Not(inner):
            return items_in(inner)
        case All(conditions) | Any(conditions):
            return frozenset().union(*(items_in(each) for each in conditions))
        case _:
            assert_never(condition)

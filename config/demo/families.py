"""Who answers in an invented England: ages, languages, helpers and facts, as weights. Pure.

Weights are relative, and only those of answers that a page offers are used. They are invented,
with the shape that national tables have: most children in need are of school age, most families
speak English at home, and most young children have help with the page.
"""

from collections.abc import Collection, Mapping
from random import Random

# Who answers for whom uses a service, by age version.
_AGES: Mapping[str, Mapping[str, float]] = {
    "child-in-need": {"4-7": 12, "8-11": 20, "12-17": 33, "parent": 35},
    "child-protection": {"4-7": 10, "8-11": 18, "12-17": 27, "parent": 45},
    "in-care": {"4-7": 12, "8-11": 27, "12-17": 58, "parent": 3},
    "leaving-care": {"12-17": 10, "18-25": 90},
    "early-help": {"4-7": 12, "8-11": 22, "12-17": 26, "parent": 40},
}

# Services of which no numbers are published, as a share of an authority's children in need.
UNCOUNTED = {
    "early-help": 0.25,
    "disabled-children": 0.08,
    "kinship-care": 0.06,
    "health-visiting": 0.05,
    "youth-justice": 0.04,
    "adoption": 0.03,
}
_AGES_UNCOUNTED: Mapping[str, Mapping[str, float]] = {
    "disabled-children": {"4-7": 8, "8-11": 15, "12-17": 22, "18-25": 5, "parent": 50},
    "kinship-care": {"4-7": 12, "8-11": 25, "12-17": 33, "parent": 30},
    "health-visiting": {"parent": 1},
    "youth-justice": {"12-17": 80, "18-25": 10, "parent": 10},
    "adoption": {"4-7": 15, "8-11": 25, "12-17": 25, "parent": 35},
}
_AGES_OF_ANY = {"4-7": 10, "8-11": 20, "12-17": 30, "18-25": 10, "parent": 30}

# Facts and helpers: item to weights of answers; for ages at which it is not so, under the age.
_USUAL: Mapping[str, Mapping[str, float]] = {
    "helper": {"alone": 82, "read-to-me": 10, "filled-in-for-me": 5, "interpreter": 3},
    "helper-is": {"worker": 15, "carer": 55, "someone-else": 30},
    "age-band": {
        "0-4": 14, "5-9": 30, "10-15": 40, "16-17": 16,
        "18": 22, "19-21": 48, "22-25": 30,
        "prefer-not": 3,
    },
    "gender": {"female": 50, "male": 46, "another": 1.5, "prefer-not": 2.5},
    "disability": {"yes": 17, "no": 78, "prefer-not": 5},
    "ethnic-group": {
        "asian": 10, "black": 8, "mixed": 9, "white": 67, "other": 3, "prefer-not": 3,
    },
    "home-language": {"english": 82, "both": 11, "another": 5, "prefer-not": 2},
}  # fmt: skip
_BY_AGE: Mapping[tuple[str, str], Mapping[str, float]] = {
    ("helper", "4-7"): {"alone": 2, "read-to-me": 66, "filled-in-for-me": 28, "interpreter": 4},
    ("helper", "8-11"): {"alone": 45, "read-to-me": 38, "filled-in-for-me": 12, "interpreter": 5},
    ("gender", "parent"): {"female": 74, "male": 23, "another": 0.5, "prefer-not": 2.5},
    ("age-band", "4-7"): {"0-4": 15, "5-9": 83, "prefer-not": 2},
    ("age-band", "8-11"): {"5-9": 49, "10-15": 49, "prefer-not": 2},
    ("age-band", "12-17"): {"10-15": 62, "16-17": 35, "prefer-not": 3},
}
# Facts that differ much from place to place: how far, as the spread of a weight's logarithm.
_VARIES = {"ethnic-group": 0.45, "home-language": 0.35}


def ages_of(service: str, *, asked: Collection[str]) -> dict[str, float]:
    """Weights of the age versions in which families of a service answer.

    Args:
        asked: the age versions that there are.
    """
    usual = _AGES.get(service) or _AGES_UNCOUNTED.get(service) or _AGES_OF_ANY
    return {age: usual[age] for age in asked if age in usual} or dict.fromkeys(asked, 1.0)


def uses(counted: Mapping[str, int]) -> dict[str, int]:
    """How many use each service, from the numbers that are published.

    The others are a share of the children in need, where that is known.
    """
    in_need = counted.get("child-in-need", 0)
    return dict(counted) | {service: round(in_need * share) for service, share in UNCOUNTED.items()}


def varies(item: str) -> bool:
    """Whether a fact's weights differ from place to place."""
    return item in _VARIES


def answers_known(item: str) -> set[str]:
    """The answers to a fact that weights are written for, at whatever age."""
    by_age = [usual for (each, _), usual in _BY_AGE.items() if each == item]
    return set().union(_USUAL.get(item, {}), *by_age)


def weights(
    item: str, *, age_version: str, offered: Collection[str], area: str, seed: str
) -> list[float]:
    """How often each offered answer to a fact is given in an area; alike where nothing is known."""
    usual = _BY_AGE.get((item, age_version)) or _USUAL.get(item, {})
    spread = _VARIES.get(item, 0.0)
    found = []
    for answer in offered:
        chance = Random(f"{seed}/facts/{area}/{item}/{answer}")
        found.append(usual.get(answer, 0.0) * chance.lognormvariate(0, spread))
    return found if any(found) else [1.0] * len(found)

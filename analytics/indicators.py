"""Indicators as data: what each measures, which item asks it, how planners read it. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from surveys.definition import Kind, Survey

SOURCE = Path(__file__).with_name("indicators.toml")

# How many answered, which is not a share of answers and so not in the list.
REPLIES = "replies"
REPLIES_WORDING = "Children and families who answered"


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


# The outcomes of children's social care that its leaders are to work towards and to measure.
# Source: Department for Education (2023), Children's Social Care National Framework, chapters 1-4.
OUTCOMES: Mapping[str, str] = {
    "together": "Children, young people and families stay together and get the help they need",
    "network": "Children and young people are supported by their family network",
    "safe": "Children and young people are safe in and outside of their homes",
    "homes": "Children in care and care leavers have stable, loving homes",
}


class BadIndicators(ValueError):
    """The list of indicators does not parse; the message says where and what to mend."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A share of favourable answers to one item.

    Args:
        code: what figures, the API and addresses call it.
        construct, item: codes of the survey's definition.
        better: which way is good.
        wording: what the share is a share of, for planners.
        outcome: which of :data:`OUTCOMES` it speaks to most; "" for none.
    """

    code: str
    construct: str
    item: str
    better: Better
    wording: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """A score made of several items.

    Args:
        items: codes of the scaled items it is the mean of.
        least: how many of them a reply must have answered with a score to have one itself.
    """

    code: str
    items: frozenset[str]
    least: int
    wording: str


@dataclass(frozen=True, slots=True)
class Measures:
    """All that is measured, each in the order of a report."""

    indicators: tuple[Indicator, ...]
    indexes: tuple[Index, ...]


@cache
def measures() -> Measures:
    """What we publish."""
    return read(SOURCE.read_text(encoding="utf-8"))


def indicators() -> tuple[Indicator, ...]:
    """Those we publish, in the order of a report."""
    return measures().indicators


def indicator(code: str) -> Indicator:
    """Raises: KeyError: there is no such indicator."""
    for each in indicators():
        if each.code == code:
            return each
    raise KeyError(code)


def read(text: str) -> Measures:
    """Raises: BadIndicators: the text is not a list of indicators and indexes, each code once."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadIndicators(f"The list of indicators is not TOML: {error}.") from None
    if unknown := document.keys() - {"indicator", "index"}:
        raise BadIndicators(f"There are only indicators and indexes, not {', '.join(unknown)}.")
    found = Measures(
        tuple(_indicator(n, row) for n, row in enumerate(document.get("indicator", []), start=1)),
        tuple(_index(n, row) for n, row in enumerate(document.get("index", []), start=1)),
    )
    codes = [each.code for each in found.indicators] + [each.code for each in found.indexes]
    _refuse_doubles([REPLIES, *codes])
    return found


def _refuse_doubles(codes: list[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise BadIndicators(f"The code {code!r} is taken twice. Give one of them another code.")


def _indicator(number: int, row: Mapping[str, Any]) -> Indicator:
    match row:
        case {
            "code": str(code),
            "construct": str(construct),
            "item": str(item),
            "better": "higher" | "lower" | "neither" as better,
            "wording": str(wording),
            **more,
        } if _may_be_outcome(more):
            outcome = str(more.get("outcome", ""))
            return Indicator(code, construct, item, Better(better), wording, outcome)
        case _:
            raise BadIndicators(
                f"Indicator {number} should have code, construct, item, better (higher, lower or "
                f"neither) and wording, it may have an outcome ({', '.join(OUTCOMES)}), and "
                f"nothing else; it has {', '.join(row) or 'nothing'}."
            )


def _may_be_outcome(more: Mapping[str, Any]) -> bool:
    return not more or (more.keys() == {"outcome"} and more["outcome"] in OUTCOMES)


def _index(number: int, row: Mapping[str, Any]) -> Index:
    match row:
        case {
            "code": str(code),
            "items": [str(), *_] as items,
            "least": int(least),
            "wording": str(wording),
            **more,
        } if not more and 1 <= least <= len(items):
            return Index(code, frozenset(items), least, wording)
        case _:
            raise BadIndicators(
                f"Index {number} should have code, items, least (how many of the items must be "
                f"answered) and wording, and nothing else; it has {', '.join(row) or 'nothing'}."
            )


@dataclass(frozen=True, slots=True)
class Scoring:
    """Which answers count for an indicator.

    Args:
        favourable: the answers that count as good.
        scored: those in the base; "don't know" is in neither.
    """

    favourable: frozenset[str]
    scored: frozenset[str]


def scoring(of: Indicator, survey: Survey) -> Scoring | None:
    """What the survey's definition says of its answers; ``None`` if it does not ask the item."""
    for item in survey.items:
        if item.code == of.item and item.kind is Kind.SCALE:
            return Scoring(
                favourable=frozenset(each.code for each in item.answers if each.favourable),
                scored=frozenset(each.code for each in item.answers if each.favourable is not None),
            )
    return None

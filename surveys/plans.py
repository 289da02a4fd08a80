"""A wave's plan, as a TOML document or as options of a command. Pure.

slug = "autumn-2026"              name = "Autumn 2026"
survey = "your-say"               version = 3    (the newest, if not given)
period_start = 2026-10-01         period_end = 2026-12-31
opens_on = 2026-10-01             closes_on = 2026-12-31    (the last day)
k = 10                            promise = "..."           (the usual, if not given)
simulated = false
help_name = "..."                 help_phone = "..."        (for whoever has none of their own)

[promise_in]                      (a promise of its own, in each other language of the version)
ur = "..."

[[participation]]
authority = "E06000001"
help_name = "..."
help_phone = "..."
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from surveys.problems import DefinitionError, Problem
from surveys.tables import Table, load

_LONGEST_PROMISE = 3_000  # characters


@dataclass(frozen=True, slots=True)
class Part:
    """One authority's part: its GSS code, and whom its families can turn to."""

    authority: str
    help_name: str
    help_phone: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A wave as planned.

    Args:
        version: the number of a published version; 0 is the newest.
        promise: "" is the usual one.
        promises: one that is not the usual one in other languages, by language code.
        k: 0 is the usual one.
        help_name, help_phone: for authorities that are not named; "" where everyone must be.
    """

    slug: str
    name: str
    survey: str
    version: int
    period_start: date
    period_end: date
    opens_on: date
    closes_on: date
    k: int
    promise: str
    promises: Mapping[str, str]
    simulated: bool
    help_name: str
    help_phone: str
    parts: tuple[Part, ...]


def read(source: str, options: Mapping[str, Any]) -> Plan:
    """The plan of a document, where options take the place of what it says.

    Raises:
        DefinitionError: with all that is wrong.
    """
    problems: list[Problem] = []
    document = load(source)
    if "promise" in options:
        # The document's translations are of another promise.
        document.pop("promise_in", None)
    plan = _plan(Table({**document, **options}, "plan", problems))
    if problems:
        raise DefinitionError(problems)
    return plan


def _plan(table: Table) -> Plan:
    help_name, help_phone = table.text("help_name", ""), table.text("help_phone", "")
    plan = Plan(
        slug=table.text("slug"),
        name=table.text("name"),
        survey=table.text("survey", "your-say"),
        version=table.whole("version", 0),
        period_start=_day(table, "period_start"),
        period_end=_day(table, "period_end"),
        opens_on=_day(table, "opens_on"),
        closes_on=_day(table, "closes_on"),
        k=table.whole("k", 0),
        promise=table.text("promise", "", longest=_LONGEST_PROMISE),
        promises=_promises(table),
        simulated=table.flag("simulated"),
        help_name=help_name,
        help_phone=help_phone,
        parts=_parts(table, help_name, help_phone),
    )
    table.close()
    return plan


def _promises(table: Table) -> dict[str, str]:
    texts = table.value("promise_in", dict, "a table of languages and texts", {})
    each = Table(texts, f"{table.place}, promise_in", table.problems)
    return {code: each.text(code, longest=_LONGEST_PROMISE) for code in texts}


def _parts(table: Table, help_name: str, help_phone: str) -> tuple[Part, ...]:
    parts: dict[str, Part] = {}
    for each in table.tables("participation", "part"):
        part = _part(each, help_name, help_phone)
        if part.authority and part.authority in parts:
            each.refuse(f'"{part.authority}" takes part already', "Take one of the two out")
        parts[part.authority] = part
    return tuple(parts.values())


def _part(table: Table, help_name: str, help_phone: str) -> Part:
    part = Part(
        authority=table.text("authority"),
        help_name=table.text("help_name", help_name or None),
        help_phone=table.text("help_phone", help_phone or None),
    )
    table.close()
    return part


def _day(table: Table, key: str) -> date:
    found = table.value(key, date, "a day such as 2026-10-01", None)
    if isinstance(found, datetime):
        table.refuse(f'"{key}" has a time of day', "Write the day only", at=key)
        return found.date()
    return found or date.min

"""A wave's plan, as a TOML document or as options of a command. Pure.

slug = "autumn-2026"              name = "Autumn 2026"
survey = "your-say"               version = 3    (the newest, if not given)
period_start = 2026-10-01         period_end = 2026-12-31
opens_on = 2026-10-01             closes_on = 2026-12-31    (the last day)
k = 10                            promise = "..."           (the usual, if not given)
languages = ["cy", "ur"]          (beside English; all of the version's, if not given)
target_rate = 30                  most_local_items = 3
groups = 4                        asked_groups = [1]        (see surveys/rotation.py)
asked_again_why = "..."           (where some families are asked twice within a year)
simulated = false
help_name = "..."                 help_phone = "..."        (for whoever has none of their own)
cover_name = "..."                cover_phone = "..."       (out of office hours; the same)

[promise_in]                      (a promise of its own, in each other language of the version)
ur = "..."

[[participation]]
authority = "E06000001"
help_name = "..."                 help_phone = "..."
cover_name = "..."                cover_phone = "..."
pilot = true                      (opens before the others)
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from surveys.problems import DefinitionError, Problem
from surveys.tables import Table, load

MOST_BYTES = 2**20  # 153 authorities, each named, are a tenth of it
_LONGEST_PROMISE = 3_000  # characters
_LONGEST_REASON = 400
_PEOPLE = ("help_name", "help_phone", "cover_name", "cover_phone")


@dataclass(frozen=True, slots=True)
class Part:
    """One authority's part: its GSS code, whom its families can turn to, and if it opens first."""

    authority: str
    help_name: str
    help_phone: str
    cover_name: str = ""
    cover_phone: str = ""
    pilot: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A wave as planned.

    Args:
        version: the number of a published version; 0 is the newest.
        promise: "" is the usual one.
        promises: one that is not the usual one in other languages, by language code.
        k, target_rate: 0 is the usual one.
        most_local_items: ``None`` is the usual number.
        languages: those beside English that it is offered in; none is all of the version's.
        groups, asked_groups: see `surveys.rotation`; 0 groups is one, hence everyone.
        help_name, help_phone: for authorities that are not named; "" where everyone must be.
        cover_name, cover_phone: the same, out of office hours.
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
    cover_name: str = ""
    cover_phone: str = ""
    languages: tuple[str, ...] = ()
    target_rate: int = 0
    most_local_items: int | None = None
    groups: int = 0
    asked_groups: tuple[int, ...] = ()
    asked_again_why: str = ""


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


def write(plan: Plan) -> str:
    """The plan as a document, which `read` gives back as it was."""
    names = (field.name for field in fields(plan) if field.name not in ("parts", "promises"))
    whole = {name: getattr(plan, name) for name in names}
    parts = ["[[participation]]\n" + _lines(asdict(part)) for part in plan.parts]
    promises = "[promise_in]\n" + _lines(plan.promises) if plan.promises else ""
    return "\n".join([_lines(whole), *filter(None, [promises]), *parts])


def _lines(values: Mapping[str, Any]) -> str:
    """What is empty or false is left out: reading takes it for the usual."""
    said = {key: it for key, it in values.items() if it is not False and it not in ("", (), None)}
    return "".join(f"{key} = {_toml(it)}\n" for key, it in said.items())


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case str() if "\n" in value:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"""\n{escaped}"""'
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            # What JSON writes of a text or a whole number, TOML reads.
            return json.dumps(value, ensure_ascii=False)


def _plan(table: Table) -> Plan:
    people = {name: table.text(name, "") for name in _PEOPLE}
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
        parts=_parts(table, people),
        languages=table.words("languages", ()),
        target_rate=table.whole("target_rate", 0),
        most_local_items=table.whole("most_local_items") if table.has("most_local_items") else None,
        groups=table.whole("groups", 0),
        asked_groups=_numbers(table, "asked_groups"),
        asked_again_why=table.text("asked_again_why", "", longest=_LONGEST_REASON),
        **people,
    )
    table.close()
    return plan


def _numbers(table: Table, key: str) -> tuple[int, ...]:
    found = table.value(key, list, "a list such as [1, 2]", [])
    if any(type(each) is not int for each in found):
        table.refuse("The list holds something else than whole numbers", "Write [1, 2]", at=key)
        return ()
    return tuple(found)


def _promises(table: Table) -> dict[str, str]:
    texts = table.value("promise_in", dict, "a table of languages and texts", {})
    each = Table(texts, f"{table.place}, promise_in", table.problems)
    return {code: each.text(code, longest=_LONGEST_PROMISE) for code in texts}


def _parts(table: Table, people: Mapping[str, str]) -> tuple[Part, ...]:
    parts: dict[str, Part] = {}
    for each in table.tables("participation", "part"):
        part = _part(each, people)
        if part.authority and part.authority in parts:
            each.refuse(f'"{part.authority}" takes part already', "Take one of the two out")
        parts[part.authority] = part
    return tuple(parts.values())


def _part(table: Table, people: Mapping[str, str]) -> Part:
    part = Part(
        authority=table.text("authority"),
        help_name=table.text("help_name", people["help_name"] or None),
        help_phone=table.text("help_phone", people["help_phone"] or None),
        # To open it needs these as well; to plan it does not.
        cover_name=table.text("cover_name", people["cover_name"]),
        cover_phone=table.text("cover_phone", people["cover_phone"]),
        pilot=table.flag("pilot"),
    )
    table.close()
    return part


def _day(table: Table, key: str) -> date:
    found = table.value(key, date, "a day such as 2026-10-01", None)
    if isinstance(found, datetime):
        table.refuse(f'"{key}" has a time of day', "Write the day only", at=key)
        return found.date()
    return found or date.min

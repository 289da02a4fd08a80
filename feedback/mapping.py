"""How the file of an older survey is read: which column is what. Pure.

A mapping is TOML:

    survey = "friends-and-family.toml"     # its definition, beside the mapping
    authority = "E09000020"                # GSS code
    channel = "open"                       # or "invited"
    age_version = "all"                    # of the definition
    ignored = ["postcode"]                 # columns that are left behind

    [time]
    column = "submitted_at"
    format = "%Y-%m-%d %H:%M:%S"           # as Python's strptime reads it
    wave = "month"                         # month, quarter or year: one wave for each
    called = "Friends and Family Test"     # what the waves are called

    [setting]                              # not needed
    column = "organisation"

    [[item]]
    column = "rating"
    item = "recommend"
    answers = { "Extremely likely" = "extremely-likely" }

    [[words]]
    column = "why"
    item = "why"

Every column of the file is named once, and every item at most once.
"""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from surveys.definition import Item, Kind, Survey
from surveys.problems import DefinitionError, Problem
from surveys.tables import Table, load


class Every(StrEnum):
    """How long the period of a wave is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """The time of one wave.

    Args:
        slug: such as ``2023-07``, ``2023-q3`` or ``2023``.
        name: such as "July 2023".
        first, last: days, both within.
    """

    slug: str
    name: str
    first: date
    last: date

    @classmethod
    def holding(cls, day: date, every: Every) -> "Period":
        months = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[every]
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
        end = first.month + months - 1
        last = date(first.year, end, monthrange(first.year, end)[1])
        quarter = (first.month + 2) // 3
        slug, name = {
            Every.MONTH: (f"{first:%Y-%m}", f"{first:%B %Y}"),
            Every.QUARTER: (f"{first:%Y}-q{quarter}", f"quarter {quarter} of {first:%Y}"),
            Every.YEAR: (f"{first:%Y}", f"{first:%Y}"),
        }[every]
        return cls(slug, name, first, last)


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping, read: which column is what.

    Args:
        answers: by column the item, and the answer's code by what the file says, in lower case.
        words: by column the item.
    """

    survey: str
    authority: str
    channel: str
    age_version: str
    ignored: tuple[str, ...]
    time_column: str
    time_format: str
    every: Every
    called: str
    setting_column: str
    answers: Mapping[str, tuple[str, Mapping[str, str]]]
    words: Mapping[str, str]

    def columns(self) -> list[str]:
        named = [self.time_column, *self.answers, *self.words, *self.ignored]
        return [*named, self.setting_column] if self.setting_column else named


def plan_of(source: str) -> Plan:
    """The mapping that a TOML document describes.

    Raises:
        DefinitionError: with all that is wrong: place, what, and how to mend it.
    """
    problems: list[Problem] = []
    top = Table(load(source), "the mapping", problems)
    time = Table(top.value("time", dict, "a table [time]", {}), "time", problems)
    setting = Table(top.value("setting", dict, "a table [setting]", {}), "setting", problems)
    items = [_item(table) for table in top.tables("item", "item")]
    words = [_words(table) for table in top.tables("words", "words")]
    plan = Plan(
        survey=top.text("survey"),
        authority=top.text("authority"),
        channel=_one_of(top, "channel", ("open", "invited")),
        age_version=top.text("age_version"),
        ignored=top.words("ignored", ()),
        time_column=time.text("column"),
        time_format=_time_format(time),
        every=Every(_one_of(time, "wave", tuple(Every))),
        called=time.text("called", longest=60),
        setting_column=setting.text("column", "") if top.has("setting") else "",
        answers=dict(items),
        words=dict(words),
    )
    for table in (top, time, setting):
        table.close()
    pairs = [*((column, item) for column, (item, _) in items), *words]
    one_each = (plan.time_column, plan.setting_column, *plan.ignored)
    problems += _named_twice([*one_each, *(column for column, _ in pairs)])
    problems += _mapped_twice(pairs)
    if problems:
        raise DefinitionError(problems)
    return plan


def problems_with(plan: Plan, survey: Survey) -> list[Problem]:
    """What of a mapping does not fit the survey that it names."""
    found = []
    if plan.age_version not in {version.code for version in survey.age_versions}:
        found.append(_misfit("age_version", plan.age_version, "an age version"))
    items = {item.code: item for item in survey.items if item.asked_of(plan.age_version)}
    for column, (code, answers) in plan.answers.items():
        if code not in items or not items[code].answers:
            found.append(_misfit(f'item "{column}"', code, "an item with answers"))
        else:
            found += _unknown_answers(column, answers, items[code])
    for column, code in plan.words.items():
        if code not in items or items[code].kind is not Kind.WORDS:
            found.append(_misfit(f'words "{column}"', code, "an item for words"))
    return found


def _item(table: Table) -> tuple[str, tuple[str, dict[str, str]]]:
    column, item = table.text("column"), table.text("item")
    answers = table.value("answers", dict, 'a table such as { "Yes" = "yes" }', {})
    if not all(isinstance(code, str) for code in answers.values()):
        table.refuse("An answer's code is not a text", 'Write "Yes" = "yes"', at="answers")
    table.close()
    codes: dict[str, str] = {}
    for said, code in answers.items():
        if codes.setdefault(said.strip().casefold(), str(code)) != code:
            table.refuse(f'"{said}" has two codes', "Capitals mean nothing: keep one", at="answers")
    return column, (item, codes)


def _words(table: Table) -> tuple[str, str]:
    column, item = table.text("column"), table.text("item")
    table.close()
    return column, item


def _time_format(table: Table) -> str:
    found = table.text("format")
    try:
        datetime.strptime(datetime(2001, 2, 3, tzinfo=UTC).strftime(found), found)  # noqa: DTZ007  only tried
    except (ValueError, re.error):
        table.refuse(f'No time is read by "{found}"', 'Write such as "%Y-%m-%d"', at="format")
    return found


def _named_twice(columns: Sequence[str]) -> list[Problem]:
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    return [
        Problem(f'column "{column}"', "It is named more than once", "Keep one of its uses")
        for column in twice
    ]


def _mapped_twice(pairs: Sequence[tuple[str, str]]) -> list[Problem]:
    """Items that more than one column is mapped to: of two answers one would be lost."""
    columns: dict[str, list[str]] = {}
    for column, item in pairs:
        columns.setdefault(item, []).append(column)
    return [
        Problem(
            f'item "{item}"',
            f"Several columns are mapped to it: {', '.join(named)}",
            "Keep one, and add the others to ignored",
        )
        for item, named in columns.items()
        if item and len(named) > 1
    ]


def _one_of(table: Table, key: str, allowed: tuple[str, ...]) -> str:
    found = table.text(key)
    if found in allowed:
        return found
    table.refuse(f'"{found}" is not known', f"Write one of {', '.join(allowed)}", at=key)
    return allowed[0]


def _misfit(place: str, code: str, wanted: str) -> Problem:
    return Problem(place, f'The survey has no "{code}" that is {wanted}', "Mend one of the two")


def _unknown_answers(column: str, answers: Mapping[str, str], item: Item) -> list[Problem]:
    known = {answer.code for answer in item.answers}
    return [
        _misfit(f'item "{column}", answers, "{said}"', code, f"an answer to {item.code}")
        for said, code in answers.items()
        if code not in known
    ]

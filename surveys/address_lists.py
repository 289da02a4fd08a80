"""Reading a list of those to invite: every fault is named before anything is done. Pure.

A list is a CSV file with a column `phone` or `email` or both, `service`, `age_band`, and where
known `language` and `reference`; or the same as JSON, from another system. A fault names a line
and a column, never what stands there: messages are shown, may be copied, and addresses may not.
"""

import csv
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from typing import Final

from authorities.csv_sheets import Placed, Problem, Readers, Sheet, Wrong, swapped
from surveys import addresses, languages
from surveys.addresses import EMAIL, TEXT, NotAnAddress

THE_LIST: Final = "The list"
MOST_ROWS: Final = 20_000
MOST_BYTES: Final = 2 * 2**20  # 20,000 rows with long addresses; nginx and Django take no more
MOST_PROBLEMS_SHOWN: Final = 50
# Two things are needed to reach a family at all: a place to write to, and which survey it is for.
COLUMNS: Final = ("phone", "email", "service", "age_band", "language", "reference")

# A reference names a row to the person who made the list. One that could be a number to call, or
# anything but a short mark, is not repeated.
_MARK = re.compile(r"(?!(?:\D*\d){10})[A-Za-z0-9/_.-]{1,20}")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the survey that they are invited to knows.

    Args:
        services, ages, languages: codes.
        staff: mailboxes of people who have a role here, in any authority.
        staff_domains: of the authority's own staff; an address in one of them is no family's.
    """

    services: Collection[str]
    ages: Collection[str]
    languages: Collection[str]
    staff: Collection[str] = field(default=(), repr=False)
    staff_domains: Collection[str] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Family:
    """One to invite: where, and to which form of the survey.

    Args:
        way: how, :data:`surveys.addresses.TEXT` or ``EMAIL``.
        address: tidied. It is in no ``repr``, so that no traceback tells it.
        other: the other address of its row, at which nobody is written to; "" where there is none.
    """

    way: str
    address: str = field(repr=False)
    service: str
    age_version: str
    language: str
    other: str = field(default="", repr=False)


class Faulty(Exception):
    """A list with faults, each with its place. Nothing was taken from it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Row:
    phone: str = field(repr=False)
    email: str = field(repr=False)
    service: str
    age_band: str
    language: str
    reference: str = field(repr=False)


def read(content: bytes, *, allowed: Allowed, ways: Collection[str] = ()) -> list[Family]:
    """Those to invite, in the order of the list.

    Args:
        ways: those in which the sender that is set up reaches people. Whoever has addresses of
            both is reached by the first that it does. None where there is no sender yet: all.

    Raises:
        Faulty: with every fault there is.
    """
    if len(content) > MOST_BYTES:
        raise too_long()
    sheet = Sheet(
        file=THE_LIST,
        columns={"service": _one_of("service", allowed.services), "age_band": _age(allowed.ages)},
        may_have={
            "phone": _if_any(addresses.tidy_phone),
            "email": _if_any(addresses.tidy_email),
            "language": _language(allowed.languages),
            "reference": str,
        },
    )
    sheet.take(content)
    rows = sheet.values(_Row)
    reached = ways or (TEXT, EMAIL)
    if rows:
        _look_across(sheet, rows, reached)
        _refuse_staff(sheet, rows, allowed)
    if sheet.problems:
        _refuse_if_swapped(content, sheet)
        raise Faulty(tuple(_without_what_was_typed(sheet.problems)))
    return [_family(row.value, reached) for row in rows]


def _refuse_if_swapped(content: bytes, sheet: Sheet) -> None:
    """Raises: Faulty: of the columns that hold codes two are swapped. It is said alone."""
    plain: Readers = dict.fromkeys(sheet.may_have, str)
    language = {"language": sheet.may_have["language"]}
    if swap := swapped(THE_LIST, content, sheet.columns, {**plain, **language}):
        raise Faulty((swap,))


def read_json(content: bytes, *, allowed: Allowed, ways: Collection[str] = ()) -> list[Family]:
    """The same from ``{"families": [{"phone": …, "service": …}, …]}``; line 2 is the first.

    Raises:
        Faulty: it is not such JSON, or with every fault in its rows.
    """
    if len(content) > MOST_BYTES:
        raise too_long()
    try:
        rows = json.loads(content)["families"]
        wrong = not isinstance(rows, list) or not all(map(_is_plain, rows))
    except (ValueError, KeyError, TypeError, RecursionError):
        wrong, rows = True, []
    if wrong or not rows:
        what = "it is not a JSON object with a list “families” of objects with texts."
        mend = f"Their names are {', '.join(COLUMNS)}."
        raise Faulty((Problem(THE_LIST, 0, "", what, mend),))
    return read(_as_csv(rows), allowed=allowed, ways=ways)


def _is_plain(row: object) -> bool:
    return isinstance(row, dict) and all(
        value is None or isinstance(value, str) for value in row.values()
    )


def _as_csv(rows: list[dict[str, str | None]]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        # On one line each, so that the number of a line is that of a row. And quoted where it is
        # empty, or a row of nothing would be passed over.
        writer.writerow(" ".join((row.get(name) or "").split()) for name in names)
    return out.getvalue().encode()


def too_long() -> Faulty:
    """What is wrong with a list that is more than is read at once."""
    what = f"it has more than {MOST_ROWS:,} rows or {MOST_BYTES // 2**20} MB."
    return Faulty((Problem(THE_LIST, 0, "", what, "Upload it in parts."),))


def _family(row: _Row, ways: Collection[str]) -> Family:
    way = TEXT if row.phone and TEXT in ways else EMAIL
    address, other = (row.phone, row.email) if way == TEXT else (row.email, row.phone)
    return Family(way, address, row.service, row.age_band, row.language, other)


def _look_across(sheet: Sheet, rows: list[Placed[_Row]], ways: Collection[str]) -> None:
    if len(rows) > MOST_ROWS:
        sheet.refuse(0, "", f"there are more than {MOST_ROWS:,} rows.", "Upload it in parts.")
    bare = [row for row in rows if not (row.value.phone or row.value.email)]
    if len(bare) == len(rows) and not sheet.problems:
        sheet.refuse(1, "", "nobody has a phone number or e-mail address.", "Add a column for it.")
        return
    for row in bare:
        what = f"there is neither a phone number nor an e-mail address{_named(row)}."
        sheet.refuse(row.line, "", what, "Give one, or take the row out and send a letter.")
    _refuse_out_of_reach(sheet, rows, ways)
    for column in ("phone", "email", "reference"):
        _refuse_doubles(sheet, rows, column)


def _refuse_out_of_reach(sheet: Sheet, rows: list[Placed[_Row]], ways: Collection[str]) -> None:
    """Refuse whoever the sender cannot reach: they would wait sealed for messages that never go."""
    kinds = {
        TEXT: ("phone", "text messages", "a mobile number"),
        EMAIL: ("email", "e-mails", "an e-mail address"),
    }
    needed = " or ".join(kinds[way][2] for way in ways)
    for row in rows:
        have = [way for way, (column, *_) in kinds.items() if getattr(row.value, column)]
        if have and not set(have) & set(ways):
            column, what, _ = kinds[have[0]]
            sheet.refuse(
                row.line,
                column,
                f"no {what} are sent from here, so this reaches nobody{_named(row)}.",
                f"Give {needed}, or take the row out and send a letter.",
            )


def _refuse_doubles(sheet: Sheet, rows: list[Placed[_Row]], column: str) -> None:
    seen: dict[str, Placed[_Row]] = {}
    for row in rows:
        value = getattr(row.value, column)
        known = addresses.mailbox(value) if column == "email" else value
        if value and (first := seen.setdefault(known, row)) is not row:
            written_alike = getattr(first.value, column) == value
            what = "same" if written_alike else "same mailbox, however it is written,"
            sheet.refuse(
                row.line,
                column,
                f"the {what} stands in line {first.line} too{_named(row)}.",
                "Each is invited once: take one of the two out.",
            )


def _refuse_staff(sheet: Sheet, rows: list[Placed[_Row]], allowed: Allowed) -> None:
    """Refuse whoever works here: what reminders reach them would tell who has answered."""
    for row in rows:
        email = row.value.email
        if not email:
            continue
        if addresses.mailbox(email) in allowed.staff:
            what = "this is an address of staff, of somebody who has a role on this platform"
        elif addresses.is_within(email, allowed.staff_domains):
            what = "this is an address of staff: your authority’s own accounts are in its domain"
        else:
            continue
        mend = "Give the family’s own address, or take the row out and send a letter."
        sheet.refuse(row.line, "email", f"{what}{_named(row)}.", mend)


def _named(row: Placed[_Row]) -> str:
    mark = row.value.reference
    return f" (your reference {mark})" if _MARK.fullmatch(mark) else ""


def _if_any(tidy: Callable[[str], str]) -> Callable[[str], str]:
    def reader(cell: str) -> str:
        try:
            return tidy(cell) if cell else ""
        except NotAnAddress as fault:
            raise Wrong(fault.what, fault.mend) from None

    return reader


def _one_of(what: str, codes: Collection[str]) -> Callable[[str], str]:
    return partial(_known, what, codes)


def _known(what: str, codes: Collection[str], cell: str) -> str:
    if not cell:
        raise Wrong(f"the {what} is missing.", _there_are(codes))
    found = cell.casefold().replace(" ", "-").replace("_", "-").replace("–", "-")
    if found not in codes:
        article = "an" if what[0] in "aeiou" else "a"
        raise Wrong(f"this is not the code of {article} {what}.", _there_are(codes))
    return found


def _there_are(codes: Iterable[str]) -> str:
    return f"There are {', '.join(codes)}."


def _age(codes: Collection[str]) -> Callable[[str], str]:
    def reader(cell: str) -> str:
        # What a spreadsheet makes of 8-11 and 4-7, unasked.
        if re.fullmatch(r"\d{1,2}[-/ ]?(?:[A-Za-z]{3}|\d{2,4}).*", cell) and cell not in codes:
            raise Wrong(
                "this is not the code of an age band; a spreadsheet may have made a date of it.",
                f"Make the column “Text” first. {_there_are(codes)}",
            )
        return _known("age band", codes, cell)

    return reader


def _language(codes: Collection[str]) -> Callable[[str], str]:
    by_name = {languages.name(code).casefold(): code for code in codes}
    for code in codes:
        if known := languages.LANGUAGES.get(code):
            by_name[known.english_name.casefold()] = code

    def reader(cell: str) -> str:
        if not cell:
            return languages.ENGLISH
        return by_name.get(cell.casefold()) or _known("language of this survey", codes, cell)

    return reader


def _without_what_was_typed(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The faults; of a first line that is no line of names, without what stands in it."""
    strange = [problem for problem in problems if problem.column not in {"", *COLUMNS}]
    for problem in problems:
        if problem not in strange:
            yield problem
    if strange:
        what = f"{len(strange)} of the columns have names that are not known."
        yield Problem(THE_LIST, 1, "", what, f"The first line has the names: {', '.join(COLUMNS)}.")


def shown(faulty: Faulty) -> Mapping[str, object]:
    """What a page or a system is told: the first faults, and how many more there are."""
    first = [str(problem) for problem in faulty.problems[:MOST_PROBLEMS_SHOWN]]
    return {"problems": first, "more": max(0, len(faulty.problems) - MOST_PROBLEMS_SHOWN)}

"""The register's three files, read and checked as a whole: rows out, or every fault named. Pure.

`reference/README.md` describes the files and names their sources.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from authorities import register_cells as cells
from authorities.csv_sheets import Placed, Problem, Readers, Sheet
from authorities.register_rows import AuthorityRow, NeighbourRow, PublishedRow, Register

AUTHORITIES: Final = "authorities.csv"
NEIGHBOURS: Final = "statistical_neighbours.csv"
POPULATIONS: Final = "service_populations.csv"
SHOWN_PROBLEMS: Final = 20

Value = TypeVar("Value")

AUTHORITY_COLUMNS: Final[Readers] = {
    "gss_code": cells.authority_code,
    "dfe_number": cells.dfe_number,
    "name": cells.name,
    "kind": cells.kind,
    "region_code": cells.region_code,
    "region": cells.name,
    "in_force_from": cells.day,
}
AUTHORITY_MAY_HAVE: Final[Readers] = {"in_force_until": cells.day_or_none}
NEIGHBOUR_COLUMNS: Final[Readers] = {
    "gss_code": cells.authority_code,
    "rank": cells.rank,
    "neighbour_gss_code": cells.authority_code,
    "closeness": cells.closeness,
}
POPULATION_COLUMNS: Final[Readers] = {
    "gss_code": cells.authority_code,
    "children_in_need": cells.number_or_none,
    "child_protection_plans": cells.number_or_none,
    "children_looked_after": cells.number_or_none,
    "care_leavers": cells.number_or_none,
}
# All children are there for the record: they are no service, so they are checked but not kept.
POPULATION_MAY_HAVE: Final[Readers] = {"year": cells.year, "children_0_17": cells.number_or_none}


@dataclass(frozen=True, slots=True)
class RegisterFiles:
    """The contents of the three files. ``None`` stands for one that is not there."""

    authorities: bytes | None
    neighbours: bytes | None
    populations: bytes | None


class RegisterRefused(Exception):
    """The files cannot be taken as they are. Its words are for the person who made them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        shown = [str(problem) for problem in problems[:SHOWN_PROBLEMS]]
        if more := len(problems) - len(shown):
            shown.append(f"…and {more} more.")
        super().__init__("\n".join(["The register was not changed.", *shown]))
        self.problems = problems


def read(files: RegisterFiles) -> Register:
    """Read the three files, and check them against each other.

    Raises:
        RegisterRefused: with every fault found, in the order of files and lines. Neighbours and
            numbers are checked against the authorities only once those have no fault themselves.
    """
    authorities = _taken(
        files.authorities, Sheet(AUTHORITIES, AUTHORITY_COLUMNS, AUTHORITY_MAY_HAVE)
    )
    neighbours = _taken(files.neighbours, Sheet(NEIGHBOURS, NEIGHBOUR_COLUMNS))
    numbers = _taken(files.populations, Sheet(POPULATIONS, POPULATION_COLUMNS, POPULATION_MAY_HAVE))

    known = authorities.values(AuthorityRow)
    alike = neighbours.values(NeighbourRow)
    published = numbers.values(PublishedRow.without_all_children)
    _check_authorities(authorities, known)
    if not authorities.problems:
        _check_neighbours(neighbours, alike, [row.value for row in known])
        _check_numbers(numbers, published, [row.value for row in known])

    _refuse_if_any(authorities, neighbours, numbers)
    return Register(
        authorities=tuple(row.value for row in known),
        neighbours=tuple(row.value for row in alike),
        populations=tuple(service for row in published for service in row.value.services()),
    )


def _taken(content: bytes | None, sheet: Sheet) -> Sheet:
    if content is None:
        sheet.refuse(0, "", "the file is not there.", "Put it beside the other two.")
    else:
        sheet.take(content)
    return sheet


def _refuse_if_any(*sheets: Sheet) -> None:
    in_order = [
        problem
        for sheet in sheets
        for problem in sorted(sheet.problems, key=lambda problem: problem.line)
    ]
    if in_order:
        raise RegisterRefused(tuple(in_order))


def _check_authorities(sheet: Sheet, rows: list[Placed[AuthorityRow]]) -> None:
    in_force = [row for row in rows if row.value.in_force_until is None]
    _once(sheet, rows, "gss_code", lambda row: row.gss_code)
    # One that was recoded, or took over another, may have its number or its name.
    _once(sheet, in_force, "dfe_number", lambda row: row.dfe_number)
    _once(sheet, in_force, "name", lambda row: row.name)
    _same(sheet, rows, "region", lambda row: row.region_code, lambda row: row.region)
    _same(sheet, rows, "region_code", lambda row: row.region, lambda row: row.region_code)
    for row in rows:
        _check_kind(sheet, row)
        _check_days(sheet, row)


def _check_kind(sheet: Sheet, row: Placed[AuthorityRow]) -> None:
    begins = cells.CODES_BEGIN[row.value.kind]
    if not row.value.gss_code.startswith(begins):
        sheet.refuse(
            row.line,
            "kind",
            f"codes of this kind begin with {begins}, not {row.value.gss_code[:3]}.",
            "Mend the kind or the code.",
        )


def _check_days(sheet: Sheet, row: Placed[AuthorityRow]) -> None:
    until = row.value.in_force_until
    if until is not None and until < row.value.in_force_from:
        sheet.refuse(
            row.line,
            "in_force_until",
            f"the last day in force, {until}, is before the first, {row.value.in_force_from}.",
            "Mend one of the two.",
        )


def _check_neighbours(
    sheet: Sheet, rows: list[Placed[NeighbourRow]], authorities: list[AuthorityRow]
) -> None:
    known = {row.gss_code for row in authorities}
    _known(sheet, rows, "gss_code", lambda row: row.gss_code, known)
    _known(sheet, rows, "neighbour_gss_code", lambda row: row.neighbour_gss_code, known)
    _once(sheet, rows, "rank", lambda row: (row.gss_code, row.rank))
    _once(sheet, rows, "neighbour_gss_code", lambda row: (row.gss_code, row.neighbour_gss_code))
    for row in rows:
        if row.value.gss_code == row.value.neighbour_gss_code:
            sheet.refuse(
                row.line,
                "neighbour_gss_code",
                "an authority is not its own neighbour.",
                "Name another one.",
            )
    # A fault above makes the count wrong as well, and would be told twice.
    if not sheet.problems:
        _check_that_each_has_ten(sheet, rows, authorities)


def _check_that_each_has_ten(
    sheet: Sheet, rows: list[Placed[NeighbourRow]], authorities: list[AuthorityRow]
) -> None:
    listed = Counter(row.value.gss_code for row in rows)
    first_lines = {row.value.gss_code: row.line for row in reversed(rows)}
    for authority in authorities:
        number = listed[authority.gss_code]
        ended_without = authority.in_force_until is not None and number == 0
        if number != cells.NEIGHBOURS_EACH and not ended_without:
            sheet.refuse(
                first_lines.get(authority.gss_code, 0),
                "gss_code",
                f"{authority.gss_code} ({authority.name}) has {number} neighbours here.",
                f"List {cells.NEIGHBOURS_EACH}, ranked from 1.",
            )


def _check_numbers(
    sheet: Sheet, rows: list[Placed[PublishedRow]], authorities: list[AuthorityRow]
) -> None:
    known = {row.gss_code for row in authorities}
    _known(sheet, rows, "gss_code", lambda row: row.gss_code, known)
    _once(sheet, rows, "gss_code", lambda row: (row.gss_code, row.year))


# --- kinds of check ---------------------------------------------------------------------------


def _known(
    sheet: Sheet,
    rows: Iterable[Placed[Value]],
    column: str,
    code: Callable[[Value], str],
    known: set[str],
) -> None:
    for row in rows:
        if code(row.value) not in known:
            sheet.refuse(
                row.line,
                column,
                f"{code(row.value)} is not in {AUTHORITIES}.",
                "Add it there, or mend the code; one that has ended stays, with its last day.",
            )


def _once(
    sheet: Sheet, rows: Iterable[Placed[Value]], column: str, key: Callable[[Value], object]
) -> None:
    first: dict[object, int] = {}
    for row in rows:
        line = first.setdefault(key(row.value), row.line)
        if line != row.line:
            sheet.refuse(
                row.line, column, f"this is the same as on line {line}.", "Keep one of the two."
            )


def _same(
    sheet: Sheet,
    rows: Iterable[Placed[Value]],
    column: str,
    key: Callable[[Value], str],
    value: Callable[[Value], str],
) -> None:
    """One key always goes with one value."""
    first: dict[str, Placed[Value]] = {}
    for row in rows:
        before = first.setdefault(key(row.value), row)
        if value(before.value) != value(row.value):
            sheet.refuse(
                row.line,
                column,
                f"{key(row.value)} goes with “{value(before.value)}” on line {before.line}, "
                f"and with “{value(row.value)}” here.",
                "Mend one of the two.",
            )

"""A file of how many could answer, by service, age and sex: rows out, or every fault named. Pure.

gss_code,service,age_band,sex,number
E06000001,in-care,8-11,female,41

The national team's file holds many authorities; a coordinator's need not have the first column. Age
and sex may be left empty where they are not known, or left out. All rows of a service add up.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from authorities.csv_sheets import Placed, Problem, Readers, Sheet, Wrong, swapped
from authorities.register_cells import authority_code

FILE: Final = "the file"
COLUMNS: Final = ("gss_code", "service", "age_band", "sex", "number")
SEXES: Final = {"": "", "female": "female", "f": "female", "male": "male", "m": "male"}
MOST_BYTES: Final = 3 * 2**20  # 153 authorities with every cell of services, ages and sexes are one
SHOWN_PROBLEMS: Final = 20
# No service of an authority has half as many: England has about 400,000 children in need.
MOST: Final = 200_000

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass(frozen=True, slots=True)
class EligibleRow:
    """How many could answer in one cell; "" for an age or sex that is not known."""

    gss_code: str
    service: str
    age_band: str
    sex: str
    number: int

    @property
    def cell(self) -> tuple[str, str, str, str]:
        return (self.gss_code, self.service, self.age_band, self.sex)


@dataclass(frozen=True, slots=True)
class Known:
    """What may stand in a file.

    Args:
        authorities: the codes of those that take part, or of the one whose file it is.
        services, age_bands: their codes.
        own: the code of the one authority whose file it is; "" for one of many.
    """

    authorities: Collection[str]
    services: Collection[str]
    age_bands: Collection[str]
    own: str = ""

    def readers(self) -> tuple[Readers, Readers]:
        """How each column is read: those that must be there, and those that may."""
        must: Readers = {"service": self.service, "number": number}
        place: Readers = {"gss_code": self.place}
        more: Readers = {"age_band": self.age_band, "sex": sex}
        return (must, {**place, **more}) if self.own else ({**place, **must}, more)

    def place(self, text: str) -> str:
        if not text and self.own:
            return self.own
        code = authority_code(text)
        if self.own and code != self.own:
            raise Wrong(f"{code} is another authority.", f"This file is for {self.own} alone.")
        if code not in self.authorities:
            raise Wrong(f"{code} takes no part in this wave.", "Let it join first, or take it out.")
        return code

    def service(self, text: str) -> str:
        code = re.sub(r"[ _]+", "-", text.lower())
        if code not in self.services:
            known = ", ".join(self.services)
            raise Wrong(f"“{text}” is no service.", f"The services are: {known}.")
        return code

    def age_band(self, text: str) -> str:
        code = re.sub(r"\s*[-–—]\s*|\s+to\s+", "-", text.lower())
        if not text or code in self.age_bands:
            return code
        if meant := self._meant(text):
            raise Wrong(
                f"“{text}” is a date: a spreadsheet made it of {meant}.",
                f"Format the column as text, and type {meant} again.",
            )
        known = ", ".join(self.age_bands)
        raise Wrong(f"“{text}” is no age band here.", f"They are: {known}; or leave it empty.")

    def _meant(self, text: str) -> str:
        """The band that a spreadsheet took for a date: "08-Nov" and "Nov-08" were 8-11."""
        words = [each.lower() for each in re.split(r"[-/ ]", text)]
        numbers = {
            _MONTHS.index(each) + 1 if each in _MONTHS else int(each)
            for each in words
            if each in _MONTHS or each.isdecimal()
        }
        for band in self.age_bands:
            if re.fullmatch(r"\d+-\d+", band) and set(map(int, band.split("-"))) == numbers:
                return band
        return ""


class EligibleRefused(Exception):
    """The file cannot be taken as it is. Its words are for the person who made it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        shown = [str(problem) for problem in problems[:SHOWN_PROBLEMS]]
        if more := len(problems) - len(shown):
            shown.append(f"…and {more} more.")
        super().__init__("\n".join(["No number was changed.", *shown]))
        self.problems = tuple(problems)


def read(content: bytes, *, known: Known) -> tuple[EligibleRow, ...]:
    """The rows of a file.

    Raises:
        EligibleRefused: with every fault found, in the order of lines.
    """
    if len(content) > MOST_BYTES:
        what, mend = "it is larger than any such file can be.", "Look if it is the right one."
        raise EligibleRefused([Problem(FILE, 0, "", what, mend)])
    must, more = known.readers()
    if swap := swapped(FILE, content, must, more):
        raise EligibleRefused([swap])
    sheet = Sheet(FILE, must, more)
    sheet.take(content)
    rows = sheet.values(EligibleRow)
    _refuse_twice(sheet, rows)
    _refuse_sums(sheet, rows)
    if sheet.problems:
        raise EligibleRefused(sorted(sheet.problems, key=lambda each: each.line))
    return tuple(row.value for row in rows)


def number(text: str) -> int:
    """A whole number from 0, digits only: a sign between thousands could be a decimal point."""
    if re.fullmatch(r"[0-9]{1,3}([,.\u00a0\u202f' ][0-9]{3})+", text):
        plain = re.sub(r"[^0-9]", "", text)
        raise Wrong(f"“{text}” has a sign between thousands.", f"Write {plain}, digits only.")
    if re.fullmatch(r"[-−–][0-9]+", text):
        raise Wrong(f"“{text}” is below nought.", "Nobody is fewer than none: mend the number.")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Wrong(f"“{text}” is not a number of people.", "It is a whole number, digits only.")
    if int(text) > MOST:
        raise Wrong(f"“{text}” is more than any service has.", f"{MOST:,} is the most.")
    return int(text)


def sex(text: str) -> str:
    if text.lower() not in SEXES:
        raise Wrong(f"“{text}” is not read here.", "Write female or male, or leave it empty.")
    return SEXES[text.lower()]


def _refuse_twice(sheet: Sheet, rows: Iterable[Placed[EligibleRow]]) -> None:
    first: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        line = first.setdefault(row.value.cell, row.line)
        if line != row.line:
            sheet.refuse(
                row.line,
                "",
                f"this is the same service, age and sex as on line {line}.",
                "Keep one of the two.",
            )


def _refuse_sums(sheet: Sheet, rows: Collection[Placed[EligibleRow]]) -> None:
    """A row that is the sum of others would count everyone twice."""
    # Added up once for all: a file may hold a hundred thousand rows.
    many: Counter[tuple[str, str, str, str]] = Counter()
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows:
        for whole in _wholes(row.value):
            many[whole] += 1
            sums[whole] += row.value.number
    for row in rows:
        number, cell = row.value.number, row.value.cell
        # Itself, and two others at least.
        if many[cell] > 2 and sums[cell] == 2 * number > 0:
            sheet.refuse(
                row.line,
                "number",
                f"{number} is the sum of other rows of {row.value.service}.",
                "Take the sum out: all rows of a service are added up.",
            )


def _wholes(row: EligibleRow) -> set[tuple[str, str, str, str]]:
    """The cells that hold everyone in this one: its age, its sex, and the whole service."""
    place = (row.gss_code, row.service)
    return {(*place, row.age_band, ""), (*place, "", row.sex), (*place, "", "")}

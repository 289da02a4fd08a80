"""A file of addresses that are not to be asked: one column, numbers and e-mails mixed. Pure.

All of it is read, or every fault is named by its line. No message repeats an address.
"""

import re
from typing import Final

from authorities.csv_sheets import Problem, Sheet, Wrong
from surveys import addresses
from surveys.address_lists import MOST_BYTES, MOST_ROWS, Faulty
from surveys.addresses import NotAnAddress

THE_FILE: Final = "The file"
_ADDRESS: Final = "address"


def read(content: bytes) -> list[str]:
    """The addresses of a file, tidied, in its order; one that stands there twice is there twice.

    Raises:
        Faulty: with every fault there is.
    """
    if len(content) > MOST_BYTES:
        raise too_long()
    sheet = Sheet(THE_FILE, {_ADDRESS: _tidied})
    sheet.take_column(content, is_name=_is_name)
    rows = sheet.values(dict[str, str])
    if len(rows) > MOST_ROWS:
        raise too_long()
    if sheet.problems:
        # Cells are looked at after lines, and a person mends a file from its top.
        raise Faulty(tuple(sorted(sheet.problems, key=lambda each: each.line)))
    return [row.value[_ADDRESS] for row in rows]


def too_long() -> Faulty:
    """What is wrong with a file that is more than is read at once."""
    what = f"it has more than {MOST_ROWS:,} rows or {MOST_BYTES // 2**20} MB."
    return Faulty((Problem(THE_FILE, 0, "", what, "Upload it in parts."),))


def _is_name(cell: str) -> bool:
    """Whether a first line is the column's name. A slip in an address is no name of anything."""
    return re.fullmatch(r"[A-Za-z][A-Za-z /_-]*", cell) is not None


def _tidied(cell: str) -> str:
    try:
        return addresses.tidy_any(cell)[1]
    except NotAnAddress as fault:
        raise Wrong(fault.what, fault.mend) from None

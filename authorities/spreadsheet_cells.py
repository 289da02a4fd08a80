"""Cells of files that people open in a spreadsheet: text that is never live. Pure.

A spreadsheet takes a cell that begins with one of a few characters for a formula, even in a CSV
file, and a formula can fetch an address or start a program. Source: OWASP, "CSV Injection".
"""

from collections.abc import Iterable

# The full-width forms are taken for the others by spreadsheets set to East Asian languages.
STARTERS = frozenset("=+-@\t\r\n＝＋－＠")
# What a spreadsheet may take off before it looks: spaces and marks that cannot be seen.
_UNSEEN = " \u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
GUARD = "'"


def safe(text: object) -> str:
    """The text of a cell, with an apostrophe before it where a spreadsheet could take it as live.

    A number below zero gets one too, where it comes as text: give numbers of your own to the CSV
    writer as they are.
    """
    cell = str(text)
    shown = cell.lstrip(_UNSEEN)
    return GUARD + cell if shown and shown[0] in STARTERS else cell


def safe_row(cells: Iterable[object]) -> list[object]:
    """A row for the CSV writer: numbers as they are, all else safe text, nothing for ``None``."""
    return [
        "" if cell is None else cell if isinstance(cell, (int, float)) else safe(cell)
        for cell in cells
    ]

"""CSV files that say what their columns are, for people and machines. Pure.

A file is UTF-8 with a byte order mark, because most of its readers open it in Excel, which without
one takes it for Windows-1252; readers of CSV in R, pandas and Python (`utf-8-sig`) know the mark.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any

from authorities.spreadsheet_cells import safe_row

BYTE_ORDER_MARK = "\ufeff"
# Lines go out together: a web server that is handed each alone spends its time on handing.
LINES_AT_ONCE = 500
# Between the parts of a cell that holds several.
SEPARATOR = ";"

LICENCE_NAME = "Open Government Licence v3.0"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
SIMULATED = "Simulated: a demonstration, no family answered."


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the file's machine-readable description has it.

    Args:
        several: whether a cell holds several values, with a semicolon between them.
    """

    name: str
    datatype: str
    description: str
    several: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What one kind of file is.

    Args:
        name: of the file, without its ending.
        key: the columns that together name a row.
    """

    name: str
    title: str
    description: str
    columns: Sequence[Column]
    key: Sequence[str]

    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def lines(self, rows: Iterable[Iterable[object]]) -> Iterator[str]:
        """The file, piece by piece."""
        yield BYTE_ORDER_MARK + _lines([self.header()])
        found = iter(rows)
        while some := list(islice(found, LINES_AT_ONCE)):
            yield _lines(some)

    def described(self, *, url: str, simulated: bool) -> dict[str, Any]:
        """The file described for machines.

        Source: W3C, Metadata Vocabulary for Tabular Data (CSV on the Web), 2015.
        """
        note = f" {SIMULATED}" if simulated else ""
        return {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": url,
            "dc:title": self.title,
            "dc:description": f"{self.description}{note}",
            "dc:license": {"@id": LICENCE},
            "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
            "tableSchema": {
                "columns": [_described(column) for column in self.columns],
                "primaryKey": list(self.key),
            },
        }


def flag(said: object) -> str:
    return "true" if said else "false"


def _described(column: Column) -> dict[str, str]:
    found = {
        "name": column.name,
        "titles": column.name,
        "datatype": column.datatype,
        "dc:description": column.description,
    }
    return found | ({"separator": SEPARATOR} if column.several else {})


def _lines(found: Iterable[Iterable[object]]) -> str:
    written = StringIO(newline="")
    csv.writer(written).writerows(safe_row(row) for row in found)
    return written.getvalue()

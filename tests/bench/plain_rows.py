"""What PostgreSQL itself takes to make the same counts, from plain rows that we would never keep.

One row for a reply, one column for an item, all as small numbers, in a table without log or index.
Each row is joined to its slices and to its answers, and counted by GROUP BY: of three ways tried
(this, GROUPING SETS, one query for each pair of columns) the quickest, by two to five times.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from analytics.cells import CELLS, PARENT, REST, SERVICE_ITEM
from analytics.marks import ALL, CELL, COUNTED, PAGE_SLICES, places_of
from analytics.tally import Tally
from feedback.replies import PAGE_AGE, Replies
from surveys.definition import Kind, Survey

TABLE = "plain_reply"

# area (its place in the list), slice, item, answer.
Key = tuple[int, str, str, str]


@dataclass
class PlainRows:
    """The replies of several areas as rows of a table, to be counted by PostgreSQL."""

    survey: Survey
    areas: Sequence[Replies]

    @cached_property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The codes of each column of `Replies`; a cell of the table is a place here, from 1."""
        found: dict[str, tuple[str, ...]] = {}
        for item in self.survey.items:
            if item.kind is Kind.CHOICES:
                found |= {f"{item.code}={answer.code}": (answer.code,) for answer in item.answers}
            elif item.kind in COUNTED:
                found[item.code] = tuple(answer.code for answer in item.answers)
        for column in PAGE_SLICES.values():
            codes = {
                code
                for replies in self.areas
                if column in replies.columns
                for code in replies.columns[column].codes
            }
            found[column] = tuple(sorted(codes))
        return found

    @cached_property
    def slices(self) -> dict[str, str]:
        items = (item for item in self.survey.items if item.slices or item.kind is Kind.HELPER)
        return PAGE_SLICES | {item.code: item.code for item in items}

    def fill(self) -> None:
        defined = ", ".join(f"c{place} smallint" for place in range(len(self.columns)))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
            cursor.execute(f"CREATE UNLOGGED TABLE {TABLE} (area int, cell smallint, {defined})")
            with cursor.copy(f"COPY {TABLE} FROM STDIN") as copy:
                for row in self._rows():
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {TABLE}")

    def counted(self) -> tuple[float, Counter[Key]]:
        """Seconds taken by PostgreSQL, and the counts: the same that tallies hold."""
        with connection.cursor() as cursor:
            began = time.perf_counter()
            cursor.execute(self._sql())
            found = cursor.fetchall()
            took = time.perf_counter() - began
        return took, self._named(found)

    def same_as(self, tallies: Sequence[Tally]) -> bool:
        """Whether PostgreSQL's counts are those of these tallies, one for each area."""
        wanted: Counter[Key] = Counter()
        for area, tally in enumerate(tallies):
            for name in tally.rows:
                for item, answer in places_of(self.survey):
                    if item and answer and (number := tally.answers(item, name).get(answer, 0)):
                        wanted[area, name, item, answer] = number
        return self.counted()[1] == wanted

    def _rows(self) -> Iterator[tuple[int | None, ...]]:
        cells = [*(cell.code for cell in CELLS), REST]
        for area, replies in enumerate(self.areas):
            table = [self._cells(name, replies) for name in self.columns]
            services = self._cells(SERVICE_ITEM, replies)
            ages = self._cells(PAGE_AGE, replies)
            for place, row in enumerate(zip(*table, strict=True)):
                cell = self._cell(services[place], ages[place])
                yield (area, cells.index(cell) + 1, *row)

    def _cells(self, name: str, replies: Replies) -> list[int | None]:
        column = replies.columns.get(name)
        if column is None:
            return [None] * replies.size
        if name not in {item.code for item in self.survey.items} | set(PAGE_SLICES.values()):
            return [1 if cell else None for cell in column.cells]
        places = [self.columns[name].index(code) + 1 for code in column.codes]
        return [places[cell - 1] if cell else None for cell in column.cells]

    def _cell(self, service: int | None, age: int | None) -> str:
        used = self.columns[SERVICE_ITEM][service - 1] if service else ""
        parent = bool(age) and self.columns[PAGE_AGE][(age or 0) - 1] == PARENT
        own = (c.code for c in CELLS if c.service == used and c.parents == parent)
        return next(own, REST)

    def _sql(self) -> str:
        column = {name: f"c{place}" for place, name in enumerate(self.columns)}
        slices = ["1", "cell", *(column[name] for name in self.slices.values())]
        items = [column[name] for name in self.columns if name not in PAGE_SLICES.values()]
        return (
            f"SELECT area, s.place, s.code, i.place, i.code, count(*) FROM {TABLE} "
            f"CROSS JOIN LATERAL (VALUES {_numbered(slices)}) AS s(place, code) "
            f"CROSS JOIN LATERAL (VALUES {_numbered(items)}) AS i(place, code) "
            "WHERE s.code IS NOT NULL AND i.code IS NOT NULL GROUP BY 1, 2, 3, 4, 5"
        )

    def _named(self, found: list[tuple[int, ...]]) -> Counter[Key]:
        cells = [*(cell.code for cell in CELLS), REST]
        slices = [(ALL, ("",)), (CELL, cells)]
        slices += [(name, self.columns[column]) for name, column in self.slices.items()]
        items = [name for name in self.columns if name not in PAGE_SLICES.values()]
        named: Counter[Key] = Counter()
        for area, s_place, s_code, i_place, i_code, number in found:
            of, codes = slices[s_place]
            name = ALL if of == ALL else f"{of}:{codes[s_code - 1]}"
            item = items[i_place]
            named[area, name, item.split("=")[0], self.columns[item][i_code - 1]] = number
        return named


def _numbered(columns: Sequence[str]) -> str:
    return ", ".join(f"({place}, {column}::smallint)" for place, column in enumerate(columns))

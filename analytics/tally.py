"""Tallies: how many gave which answer, in each slice. Pure, exact, and the same in every order."""

import struct
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from json import dumps, loads
from operator import add
from typing import NamedTuple, Self, TypeVar

from analytics.indicators import Index
from analytics.marks import (
    ALL,
    CELL,
    Place,
    cells_of,
    everyone,
    marks_of,
    places_of,
    slice_columns,
    slices_of,
)
from analytics.scores import COMPLETE, complete_scores, scores_of
from feedback.replies import Column, Replies
from surveys.definition import Survey

Key = TypeVar("Key")
Row = tuple[int, ...]

_HEAD = struct.Struct("<I")


class Sums(NamedTuple):
    """Of an index: how many replies have a score, the sum of the scores and of their squares.

    Scores are whole hundredths of a point, 0 to 10,000, so that sums are exact in every order.
    """

    n: int
    total: int
    squares: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of the replies of one batch, or of very many.

    Args:
        places: what each number of a row counts, sorted.
        rows: the counts of each slice that holds a reply (``all``, ``service:in-care``,
            ``age:8-11``) and of each weighting cell (``cell:in-care-young``), in order of places.
        sums: n, Σ and Σ² of the scores by slice (or weighting cell) and index, where any reply has
            a score; and under "complete" of the points of those who have every item.
    """

    places: tuple[Place, ...] = ()
    rows: Mapping[str, Row] = field(default_factory=dict)
    sums: Mapping[tuple[str, str], Row] = field(default_factory=dict)

    @classmethod
    def of(cls, replies: Replies, *, survey: Survey, indexes: Iterable[Index] = ()) -> Self:
        """The counts of these replies to this survey.

        Items that the survey does not ask are left out: in a region's remainder those are an
        authority's own questions.

        Raises:
            ValueError: a reply has an answer that the survey does not offer.
        """
        places, marks = places_of(survey), marks_of(replies, survey)
        answers = [marks.get(place, 0) for place in places]
        slices = slice_columns(replies, survey)
        members = {ALL: everyone(replies), **dict(slices_of(slices)), **dict(cells_of(replies))}
        return cls(
            places,
            {
                # A list, because a generator takes twice as long, and this is the hot place.
                name: tuple([(some & each).bit_count() for each in answers])
                for name, some in members.items()
                if some
            },
            {
                key: sums
                for index in indexes
                for key, sums in chain(
                    _sums(index, scores_of(index, replies, survey), slices, members),
                    _complete_sums(index, complete_scores(index, replies, survey)),
                )
            },
        )

    def __add__(self, other: Self) -> Self:
        places = self.places
        if places != other.places:
            places = tuple(sorted({*self.places, *other.places}))
        return type(self)(
            places,
            _added(self._rows_at(places), other._rows_at(places)),
            _added(self.sums, other.sums),
        )

    def _rows_at(self, places: tuple[Place, ...]) -> Mapping[str, Row]:
        """Its rows, with a zero for each place that it does not count."""
        if places == self.places:
            return self.rows
        nothing = len(self.places)
        where = {place: number for number, place in enumerate(self.places)}
        order = [where.get(place, nothing) for place in places]
        return {
            name: tuple([padded[number] for number in order])
            for name, row in self.rows.items()
            for padded in ((*row, 0),)
        }

    def size(self, name: str = ALL) -> int:
        """How many replies there are in a slice."""
        return self.answers("", name).get("", 0)

    def answers(self, item: str, name: str = ALL) -> dict[str, int]:
        """How many gave each answer to an item in a slice; none for an item that is not asked.

        Where several may be chosen, "" is how many answered at all.
        """
        # Places are sorted, so that those of an item stand together.
        start = bisect_left(self.places, (item, ""))
        row = self.rows.get(name)
        found = {}
        for number in range(start, len(self.places)):
            of, answer = self.places[number]
            if of != item:
                break
            found[answer] = row[number] if row else 0
        return found

    def sizes(self, of: str) -> dict[str, int]:
        """How many replies there are in each slice by one fact: ``{"8-11": 25, ...}`` by "age"."""
        return {
            name.removeprefix(f"{of}:"): self.size(name)
            for name in self.rows
            if name.startswith(f"{of}:")
        }

    def scores(self, index: str, name: str = ALL) -> Sums:
        return Sums(*self.sums.get((name, index), (0, 0, 0)))

    def to_bytes(self) -> bytes:
        head = dumps(
            [self.places, list(self.rows), [[*key, *sums] for key, sums in self.sums.items()]],
            separators=(",", ":"),
        ).encode()
        form = f"<{len(self.places)}Q"
        body = b"".join([struct.pack(form, *row) for row in self.rows.values()])
        # Level 1 is a third of the time of the default, for a tenth more bytes.
        return zlib.compress(_HEAD.pack(len(head)) + head + body, level=1)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """What :meth:`to_bytes` wrote.

        Raises:
            ValueError: it was not written by it.
        """
        try:
            whole = zlib.decompress(stored)
            [length] = _HEAD.unpack_from(whole)
            start = _HEAD.size + length
            places, names, sums = loads(whole[_HEAD.size : start])
            form = struct.Struct(f"<{len(places)}Q")
            rows = {
                name: form.unpack_from(whole, start + number * form.size)
                for number, name in enumerate(names)
            }
            return cls(
                tuple([(item, answer) for item, answer in places]),
                rows,
                {(name, index): tuple(found) for name, index, *found in sums},
            )
        except (zlib.error, struct.error, TypeError, ValueError) as error:
            raise ValueError("these bytes are not a tally") from error


def _added(some: Mapping[Key, Row], others: Mapping[Key, Row]) -> dict[Key, Row]:
    """Number by number, wherever both have a row."""
    found = dict(some)
    for key, row in others.items():
        found[key] = tuple(map(add, found[key], row)) if key in found else row
    return found


def _sums(
    index: Index,
    scores: list[int | None],
    slices: Mapping[str, Column],
    members: Mapping[str, int],
) -> Iterator[tuple[tuple[str, str], Row]]:
    """n, Σ and Σ² of the scores in each slice and weighting cell where there are any."""
    everyones = [score for score in scores if score is not None]
    if everyones:
        yield (ALL, index.code), _sums_of(everyones)
    for name, column in slices.items():
        for code, scored in _by_code(column, scores).items():
            yield (f"{name}:{code}", index.code), _sums_of(scored)
    for name, marks in members.items():
        if name.startswith(f"{CELL}:"):
            some = [score for at in _bits(marks, len(scores)) if (score := scores[at]) is not None]
            if some:
                yield (name, index.code), _sums_of(some)


def _complete_sums(
    index: Index, points: Mapping[str, list[int]]
) -> Iterator[tuple[tuple[str, str], Row]]:
    """Of those who have every item of the index: each item's points, and their totals'."""
    for item, each in points.items():
        if each:
            yield (f"{COMPLETE}:{item}" if item else COMPLETE, index.code), _sums_of(each)


def _by_code(column: Column, scores: list[int | None]) -> dict[str, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for cell, score in zip(column.cells, scores, strict=True):
        if score is not None and cell:
            found[cell].append(score)
    return {column.codes[cell - 1]: scored for cell, scored in found.items()}


def _bits(marks: int, size: int) -> Iterator[int]:
    """The replies that are marked: the first has the highest bit."""
    return (at for at, bit in enumerate(f"{marks:0{size}b}") if bit == "1")


def _sums_of(scores: list[int]) -> Row:
    return len(scores), sum(scores), sum([score * score for score in scores])

"""What one family answered, and many of them in columns, as a batch holds them. Pure."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from json import dumps, loads
from typing import Self

# Facts about a reply that are not items, so no item code has a colon.
PAGE_AGE = "page:age"
PAGE_LANGUAGE = "page:language"
PAGE_SETTING = "page:setting"

CHOSEN = ("yes",)
_PADDED_TO = 4096  # bytes
_MOST_CODES = 255  # a cell is one byte, and 0 says "not answered"


@dataclass(frozen=True, slots=True)
class Reply:
    """What one family answered.

    Args:
        age_version, language: of the page that was answered.
        setting: the code of the team, home or place that invited them; "" where none did.
        answers: the codes chosen, by item code. An item that was not answered is not there.
    """

    age_version: str
    language: str
    setting: str
    answers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Column:
    """The answers of all replies to one item, a byte each.

    Args:
        codes: the answers that occur, at most 255.
        cells: for each reply 0 (not answered) or a place in ``codes``, counted from 1.

    Raises:
        ValueError: there are too many codes, or a cell points past them.
    """

    codes: tuple[str, ...]
    cells: bytes

    def __post_init__(self) -> None:
        if len(self.codes) > _MOST_CODES:
            raise ValueError(f"a column holds at most {_MOST_CODES} codes, not {len(self.codes)}")
        if max(self.cells, default=0) > len(self.codes):
            raise ValueError(f"a cell points past the {len(self.codes)} codes")

    @classmethod
    def of(cls, answers: Sequence[str]) -> Self:
        """A column from each reply's code, "" where it has none."""
        # Sorted, so that the order of codes does not tell who came first.
        codes = sorted(set(answers) - {""})
        place = {"": 0} | {code: number for number, code in enumerate(codes, start=1)}
        if len(place) > _MOST_CODES + 1:
            raise ValueError(f"a column holds at most {_MOST_CODES} codes, not {len(codes)}")
        return cls(tuple(codes), bytes([place[answer] for answer in answers]))


@dataclass(frozen=True, slots=True)
class Replies:
    """The replies of a batch, as a table whose columns are items.

    An item of which one answer is chosen has the column ``safe``; an item of which several may be
    chosen has one column for each answer, such as ``topics=listening``, with the one code "yes".
    ``page:age``, ``page:language`` and ``page:setting`` are there too. A column that nobody
    answered is left out.

    Raises:
        ValueError: a column is not as long as the others.
    """

    size: int
    columns: Mapping[str, Column]

    def __post_init__(self) -> None:
        for name, column in self.columns.items():
            if len(column.cells) != self.size:
                raise ValueError(f"{name} has {len(column.cells)} cells for {self.size} replies")

    @classmethod
    def of(cls, replies: Sequence[Reply], *, several: Collection[str] = ()) -> Self:
        """The table of these replies, in their order.

        Args:
            several: codes of the items of which several answers may be chosen. An item of which
                one reply chose several is treated so whether it is named or not.
        """
        rows = [reply.answers for reply in replies]
        found = {
            PAGE_AGE: Column.of([reply.age_version for reply in replies]),
            PAGE_LANGUAGE: Column.of([reply.language for reply in replies]),
            PAGE_SETTING: Column.of([reply.setting for reply in replies]),
        }
        for item in sorted(set().union(*rows)):
            chosen = [row.get(item, ()) for row in rows]
            if item in several or any(len(codes) > 1 for codes in chosen):
                found |= _one_a_code(item, chosen)
            else:
                found[item] = Column.of([codes[0] if codes else "" for codes in chosen])
        return cls(len(rows), {name: column for name, column in found.items() if column.codes})

    def to_bytes(self) -> bytes:
        table = {
            name: [*column.codes, b64encode(column.cells).decode()]
            for name, column in self.columns.items()
        }
        # The fastest level: the table is a few bits a cell whatever the level.
        packed = zlib.compress(dumps({"size": self.size, "columns": table}).encode(), level=1)
        # Padded, because ten replies that are alike take fewer bytes than ten that are not.
        return packed.ljust(-(-len(packed) // _PADDED_TO) * _PADDED_TO, b"\0")

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """What :meth:`to_bytes` wrote.

        Raises:
            ValueError: it was not written by it.
        """
        try:
            packed = zlib.decompressobj()
            unpacked = packed.decompress(stored)
            if not packed.eof or len(stored) % _PADDED_TO or packed.unused_data.strip(b"\0"):
                raise ValueError("these bytes are not a batch of replies")
            found = loads(unpacked)
            return cls(
                found["size"],
                {
                    name: Column(tuple(codes), b64decode(cells))
                    for name, (*codes, cells) in found["columns"].items()
                },
            )
        except (zlib.error, KeyError, TypeError, AttributeError) as error:
            raise ValueError("these bytes are not a batch of replies") from error


def _one_a_code(item: str, chosen: Sequence[Collection[str]]) -> dict[str, Column]:
    codes: Iterable[str] = sorted(set().union(*chosen))
    return {
        f"{item}={code}": Column(CHOSEN, bytes([code in each for each in chosen])) for code in codes
    }

"""By how much numbers differ between two looks at a page, a file or data. Plain functions.

Every number that appears, vanishes or moves is a step, whatever stands around it: in a sentence, a
cell, an attribute. "Fewer than ten" is worth nothing, so that a count in its place has come from
nothing. Rows of tables are found again by their heading, cells by that of their column.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html.parser import HTMLParser
from io import StringIO
from itertools import zip_longest
from typing import Any, Final

_MONTH: Final = r"[A-Z][a-z]{2,8}\.?"
# Days and times are no counts: they say when a mix was, which is told. No authority is a family.
_NO_COUNTS: Final = (
    re.compile(rf"\b\d{{1,2}} {_MONTH} \d{{4}}"),
    re.compile(rf"\b{_MONTH} \d{{1,2}}, \d{{4}}"),
    re.compile(r"\b\d{4}-\d\d-\d\d(?:T[\d:.+Z-]+)?"),
    re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?(?: [ap]\.m\.)?"),
    re.compile(r"\b\d{1,2} [ap]\.m\."),
    re.compile(r"\b\d+ days? ago"),
    re.compile(r"\b\d+ authorit(?:y|ies)\b"),
)
# A number by itself: not in a word such as "12-17" or "wave-3"; signed where it is a change.
_NUMBER: Final = re.compile(r"(?<![\w.-])[<+-]?\d[\d,]*(?:\.\d+)?%?(?![\w-])")
FEWER: Final = "<1"  # stands for "fewer than ten"
_SENTENCE: Final = re.compile(r"(?<=[a-z)][.:;]) ")
_FEWER: Final = re.compile(r"fewer than \d+")
_POINTS: Final = re.compile(r"\b(\d+) points?\b")
_SAID: Final = frozenset({"value", "max", "title", "alt", "aria-label"})
# What stands within a line, and does not end it.
_IN_LINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "code", "em", "i", "kbd", "small", "span", "strong", "sup", "time"}
)
_CELLS: Final = frozenset({"th", "td"})
_UNSEEN: Final = frozenset({"script", "style"})


@dataclass(frozen=True, slots=True)
class Step:
    """A number that was another one before; ``None`` where there was, or is, none.

    Args:
        row: the heading of the table's row; "" outside of tables.
        what: the heading of the column, or of what it is said of, or what stands around it.
    """

    row: str
    what: str
    old: str | None
    new: str | None

    @property
    def is_rate(self) -> bool:
        """A share or a change of one; it is no count, and stands or falls with one."""
        return any(each.endswith("%") or each[0] in "+-" for each in (self.old, self.new) if each)

    @property
    def size(self) -> float:
        return abs(_worth(self.new) - _worth(self.old))

    @property
    def says_nothing(self) -> bool:
        """Whether it is only said, or said no more, that there are fewer than may be told."""
        return {self.old, self.new} <= {None, FEWER}


@dataclass(frozen=True, slots=True)
class Line:
    """Something said, and where: a cell of a table, what stands under a heading, a sentence.

    Two are the same line if they stand in the same place, whatever their numbers.
    """

    row: str
    what: str
    numbers: tuple[str, ...] = field(compare=False)


def steps(before: str, after: str) -> list[Step]:
    """Of two looks at the same, as text: HTML, JSON, CSV, or anything else by its lines."""
    if before == after:
        return []
    old, new = lines(before), lines(after)
    found: list[Step] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            for one, other in zip(old[a:b], new[c:d], strict=True):
                found += _moved(one, other)
        else:
            found += [Step(each.row, each.what, n, None) for each in old[a:b] for n in each.numbers]
            found += [Step(each.row, each.what, None, n) for each in new[c:d] for n in each.numbers]
    return found


def lines(text: str) -> list[Line]:
    status, _, rest = text.partition(" ")
    body = rest if status.isdigit() and len(status) == 3 else text
    if body.lstrip("\ufeff \n").startswith("<"):
        reader = _Reader()
        reader.feed(body)
        reader.close()
        return reader.lines
    return list(_of_json(body) or _of_csv(body))


def _moved(old: Line, new: Line) -> Iterator[Step]:
    matcher = SequenceMatcher(None, old.numbers, new.numbers, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            for one, other in zip_longest(old.numbers[a:b], new.numbers[c:d]):
                yield Step(new.row, new.what, one, other)


def _worth(number: str | None) -> float:
    return float(number.strip("%")) if number and number != FEWER else 0


def _line(row: str, what: str, text: str) -> Line:
    """A line whose number-less words are its place, where it has no other."""
    for other in _NO_COUNTS:
        text = other.sub("some", text)
    text = _POINTS.sub(r"\1% points", _FEWER.sub(FEWER, text))
    numbers = tuple(found.replace(",", "") for found in _NUMBER.findall(text))
    return Line(row, what or " ".join(_NUMBER.sub("#", text).split()), numbers)


def _of_json(text: str) -> list[Line] | None:
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return [_line("", path, said) for path, said in _leaves(data, "")]


def _leaves(data: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, each in data.items():
            yield from _leaves(each, f"{path}/{key}")
    elif isinstance(data, list):
        for number, each in enumerate(data):
            yield from _leaves(each, f"{path}[{number}]")
    else:
        yield path or "/", str(data)


def _of_csv(text: str) -> Iterator[Line]:
    """A table with one row of headings; a text without commas is a table of one column."""
    rows = csv.reader(StringIO(text.removeprefix("\ufeff")))
    heads = next(rows, [])
    yield from (_line("", "", head) for head in heads)
    for row in rows:
        named = _heading(row[:1], row) if len(row) > 1 else ""
        for head, cell in zip_longest(heads, row, fillvalue=""):
            yield _line(named, head if len(row) > 1 else "", cell)


def _heading(heading: Sequence[str], cells: Sequence[str]) -> str:
    """By what a row is known: its heading; where that has no words of its own, all of its words."""
    own = " ".join(_line("", "", said).what for said in heading)
    whole = " ".join(_line("", "", said).what for said in cells)
    return own if re.sub(r"some|[#\W]", "", own) else whole


class _Reader(HTMLParser):
    """What a page says, line by line; what stands in attributes, too."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._text: list[str] = []
        self._unseen = 0
        self._heads: list[str] = []
        self._cells: list[tuple[str, str]] | None = None  # tag and text, of the row it is in
        self._within: str = ""  # th, td, dt or dd
        self._term = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        for name, said in attrs:
            if name in _SAID and said and _NUMBER.search(said):
                self.lines.append(
                    _line("", f"{tag} {name} {dict(attrs).get('name') or ''}".strip(), said)
                )
        if tag not in _IN_LINE:
            self._between()
        if tag == "table":
            self._heads = []
        elif tag == "tr":
            self._cells = []
        elif tag in _CELLS or tag in {"dt", "dd"}:
            self._within = tag

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        if tag == self._within:
            self._end_of(tag, self._taken())
        elif tag == "tr" and self._cells is not None:
            self._end_of_row(self._cells)
            self._cells = None
        elif tag not in _IN_LINE:
            self._between()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._between()

    def _between(self) -> None:
        """Between two blocks; in a cell that is no more than a space."""
        if self._within:
            self._text.append(" ")
        else:
            self.lines += [_line("", "", said) for said in _SENTENCE.split(self._taken()) if said]

    def _taken(self) -> str:
        said = " ".join("".join(self._text).split())
        self._text = []
        return said

    def _end_of(self, tag: str, said: str) -> None:
        self._within = ""
        if tag in _CELLS and self._cells is not None:
            self._cells.append((tag, said))
        elif tag == "dt":
            self._term = said
        else:
            self.lines.append(_line("", self._term, said))

    def _end_of_row(self, cells: list[tuple[str, str]]) -> None:
        if not self._heads and all(tag == "th" for tag, _ in cells):
            self._heads = [said for _, said in cells]
            self.lines += [_line("", "", said) for _, said in cells]
            return
        row = _heading([said for tag, said in cells if tag == "th"], [said for _, said in cells])
        heads = [*self._heads, *[""] * len(cells)]
        self.lines += [
            _line(row, head, said) for head, (_, said) in zip(heads, cells, strict=False)
        ]

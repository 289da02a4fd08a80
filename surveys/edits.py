"""Changes one part of a survey's TOML text, and leaves every other letter of it alone. Pure.

The text is cut into *blocks*: a block is one `[[item]]`, `[[age_version]]`, `[[scale]]` or
`[survey]` with all that belongs to it and the comment right above it; what stands between two
blocks (empty lines, headings in comments) is a block without a name. Only the block that is
changed is written anew, so a page edit shows as that change and no other, comments and all.

Each edit is made twice, on the text and on the plain values, and is kept only where both agree.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from surveys import tomlwriting
from surveys.problems import DefinitionError
from surveys.tables import load

Values = dict[str, Any]

ITEM, AGE_VERSION, SCALE, SURVEY = "item", "age_version", "scale", "survey"

# Strings of the four kinds, comments, brackets, line ends and the rest. Source: TOML 1.0.0.
_TOKEN = re.compile(
    r"""
    \"{3} (?: \\. | [^\\"] | "{1,2}(?!") )* "{3,5}
    | '{3} (?: [^'] | '{1,2}(?!') )* '{3,5}
    | " (?: \\. | [^"\\\n] )* "
    | ' [^'\n]* '
    | \# [^\n]*
    | [\[\]{}\n]
    | [^"'\#\[\]{}\n]+
    """,
    re.VERBOSE | re.DOTALL,
)


class NotEditable(ValueError):
    """A text that this cannot change part by part; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text. Args: part: what it holds; "" for what stands between parts."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text in blocks, and what it says as plain values.

    Args:
        single: parts that are one table, such as ``[survey]``, and not a list of tables.
    """

    blocks: tuple[Block, ...]
    values: Values

    @classmethod
    def of(cls, source: str) -> "Document":
        """Raises: NotEditable: it is no TOML, or its parts are written in another way than ours."""
        source = _line_feeds(source)
        try:
            values = load(source)
            found = tuple(_blocks(source))
            agree = "".join(each.text for each in found) == source and all(
                _read_alone(found, part) == _tables(values, part)
                for part in (ITEM, AGE_VERSION, SCALE, SURVEY)
            )
        except DefinitionError as error:
            raise NotEditable(f"The text is not TOML: {error}") from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise NotEditable(f"The text is not TOML: {error}. Mend it in the text.") from None
        if not agree:
            raise NotEditable(
                "The parts of this text are not written as [[item]], [[age_version]] and so on, "
                "so they can be changed in the text only."
            )
        return cls(found, values)

    def tables(self, part: str) -> list[Values]:
        return _tables(self.values, part)

    def text_of(self, part: str, place: int) -> str:
        """The text of one part. Raises: NotEditable: it is not there."""
        return self.blocks[self.positions(part, place)[place]].text

    def positions(self, part: str, *needed: int) -> list[int]:
        """Which blocks hold a part. Raises: NotEditable: fewer than are needed."""
        found = [at for at, block in enumerate(self.blocks) if block.part == part]
        if any(not 0 <= each < len(found) for each in needed):
            raise NotEditable("It is not there any more: somebody took it out.")
        return found


def changed(source: str, part: str, place: int, changes: Mapping[str, Any]) -> str:
    """The text with some keys of one part changed.

    Args:
        place: which of the parts of this name, counted from 0.
        changes: what each key becomes; ``None`` takes it out.

    Raises:
        NotEditable: as for :meth:`Document.of`, or there is no such part.
    """
    document = Document.of(source)
    at = document.positions(part, place)[place]
    wanted = deepcopy(document.tables(part)[place])
    for key, value in changes.items():
        if value is None:
            wanted.pop(key, None)
        else:
            wanted[key] = value
    blocks = list(document.blocks)
    blocks[at] = Block(part, _with_changes(blocks[at], wanted, changes))
    tables = document.tables(part)
    tables[place] = wanted
    return _joined(blocks, document, part, tables)


def inserted(source: str, part: str, place: int, table: Mapping[str, Any]) -> str:
    """The text with one part more, as the one with this place. Raises: as :func:`changed`."""
    text = tomlwriting.part(part, table)
    return put_in(source, part, place, text)


def put_in(source: str, part: str, place: int, text: str) -> str:
    """:func:`inserted`, of a part that is written already, with its comments."""
    document = Document.of(source)
    new = Document.of(text)
    if list(new.values) != [part] or len(new.tables(part)) != 1:
        raise NotEditable(f"Write one [[{part}]], and nothing beside it.")
    [table] = new.tables(part)
    blocks, positions = list(document.blocks), document.positions(part)
    place = max(0, min(place, len(positions)))
    own = Block(part, text.strip("\n") + "\n")
    gap = Block("", "\n")
    if not positions:
        blocks += [gap, own]
    elif place == 0:
        blocks[positions[0] : positions[0]] = [own, gap]
    else:
        before = positions[place - 1]
        blocks[before] = _ended(blocks[before])
        blocks[before + 1 : before + 1] = [gap, own]
    tables = document.tables(part)
    tables.insert(place, table)
    return _joined(blocks, document, part, tables)


def removed(source: str, part: str, place: int) -> str:
    """The text without one part. Raises: as :func:`changed`."""
    document = Document.of(source)
    at = document.positions(part, place)[place]
    blocks = list(document.blocks)
    # The empty lines after it go too, else those before it; a heading stays.
    first, end = at, at + 1
    if _is_gap(blocks[end : end + 1]):
        end += 1
    elif _is_gap(blocks[max(at - 1, 0) : at]):
        first -= 1
    del blocks[first:end]
    tables = document.tables(part)
    del tables[place]
    return _joined(blocks, document, part, tables)


def moved(source: str, part: str, place: int, to: int) -> str:
    """The text with one part in another place among its kind. Raises: as :func:`changed`."""
    document = Document.of(source)
    positions = document.positions(part, place, to)
    texts = [_ended(document.blocks[at]) for at in positions]
    tables = document.tables(part)
    texts.insert(to, texts.pop(place))
    tables.insert(to, tables.pop(place))
    blocks = list(document.blocks)
    for at, block in zip(positions, texts, strict=True):
        blocks[at] = block
    return _joined(blocks, document, part, tables)


def copied(source: str, part: str, place: int, code: str) -> str:
    """The text with a copy right after one part, under a code of its own.

    Raises: as :func:`changed`.
    """
    document = Document.of(source)
    text = document.text_of(part, place)
    return put_in(source, part, place + 1, changed(text, part, 0, {"code": code}))


def free_code(source: str, part: str, wish: str) -> str:
    """A code like the one wished for, which no part of its kind has yet."""
    taken = {table.get("code") for table in Document.of(source).tables(part)}
    numbered = (f"{wish[:36]}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (wish, *numbered) if each not in taken)


def _tables(values: Mapping[str, Any], part: str) -> list[Values]:
    found = values.get(part, [])
    if isinstance(found, dict):
        return [found]
    return list(found) if isinstance(found, list) else []


def _read_alone(blocks: Iterable[Block], part: str) -> list[Values]:
    """What each block of a part says when nothing else is read."""
    alone = [_tables(tomllib.loads(each.text), part) for each in blocks if each.part == part]
    return [table for tables in alone for table in tables]


def _blocks(source: str) -> Iterator[Block]:
    part, text, waiting = "", "", list[str]()
    for line in _logical_lines(source):
        if not line.strip() or line.lstrip().startswith("#"):
            waiting.append(line)
            continue
        begins = _part_begun_by(line)
        if begins is None:
            text += "".join(waiting) + line
            waiting = []
            continue
        own, between, next_own = _shared_out(waiting, first=not (part or text))
        yield from _if_any(Block(part, text + own), Block("", between))
        part, text, waiting = begins, next_own + line, []
    own, between, rest = _shared_out(waiting, first=False, last=True)
    yield from _if_any(Block(part, text + own), Block("", between + rest))


def _shared_out(lines: Sequence[str], *, first: bool, last: bool = False) -> tuple[str, str, str]:
    """Comments between two parts: those right below belong to the one before, those right above
    to the one after, and the rest to neither."""
    above = 0 if last else len(list(takewhile(str.strip, reversed(lines))))
    rest = lines[: len(lines) - above]
    below = 0 if first else len(list(takewhile(str.strip, rest)))
    return "".join(rest[:below]), "".join(rest[below:]), "".join(lines[len(lines) - above :])


def _if_any(*blocks: Block) -> Iterator[Block]:
    return (each for each in blocks if each.text)


def _logical_lines(source: str) -> Iterator[str]:
    """Lines, where one that goes on inside a string or brackets is one line."""
    start = depth = 0
    for token in _TOKEN.finditer(source):
        sign = token.group()
        depth += (sign in {"[", "{"}) - (sign in {"]", "}"})
        if sign == "\n" and depth <= 0:
            yield source[start : token.end()]
            start = token.end()
    if start < len(source):
        yield source[start:]


def _part_begun_by(line: str) -> str | None:
    """The part that a header such as ``[[item]]`` begins; ``None`` for any other line."""
    if not line.lstrip().startswith("["):
        return None
    [(name, value)] = tomllib.loads(line).items()
    table = value[0] if isinstance(value, list) else value
    return name if table == {} else None


def _with_changes(block: Block, wanted: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
    """The block's text with the changes, by tomlkit where it writes what is wanted; else anew."""
    try:
        text = _patched(block, changes)
        if _tables(tomllib.loads(text), block.part) == [wanted]:
            return text
    except (TOMLKitError, tomllib.TOMLDecodeError, TypeError, ValueError, KeyError):
        pass
    comments = takewhile(lambda line: line.startswith("#"), block.text.splitlines(keepends=True))
    written = tomlwriting.part(block.part, wanted, is_list=f"[[{block.part}]]" in block.text)
    return "".join(comments) + written


def _patched(block: Block, changes: Mapping[str, Any]) -> str:
    document = tomlkit.parse(block.text)
    held: Any = document[block.part]
    table = held[0] if isinstance(held, list) else held
    for key, value in changes.items():
        if value is None:
            table.pop(key, None)
        elif not _patched_inside(table.get(key), value):
            table[key] = _item(key, value)
    return tomlkit.dumps(document)


def _patched_inside(held: Any, value: Any) -> bool:
    """Change what differs inside a table or a list of the same shape, and nothing beside it."""
    if isinstance(held, dict) and isinstance(value, dict):
        for key in [each for each in held if each not in value]:
            del held[key]
        for key, inner in value.items():
            if key not in held or held[key] != inner:
                held[key] = _item(key, inner)
        return True
    if isinstance(held, list) and isinstance(value, list) and len(held) == len(value):
        if not all(isinstance(each, dict) for each in [*held, *value]):
            return False
        return all(_patched_inside(old, new) for old, new in zip(held, value, strict=True))
    return False


def _item(key: str, value: Any) -> Any:
    written = tomlwriting.assignment(key, value)
    [(_, item)] = tomlkit.parse(written).items()
    return item


def _joined(
    blocks: Sequence[Block], before: Document, part: str, tables: Sequence[Mapping[str, Any]]
) -> str:
    """Raises: NotEditable: the text would say something else than was wanted."""
    text = "".join(each.text for each in blocks)
    expected = {key: value for key, value in before.values.items() if key != part}
    held = before.values.get(part)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        found = {}
    ours = found.pop(part, {} if isinstance(held, dict) else [])
    if found != expected or (ours if isinstance(ours, list) else [ours]) != list(tables):
        raise NotEditable("This change cannot be made here. Make it in the text.")
    return text


def _is_gap(blocks: Sequence[Block]) -> bool:
    return bool(blocks) and not blocks[0].part and not blocks[0].text.strip()


def _ended(block: Block) -> Block:
    return block if block.text.endswith("\n") else Block(block.part, f"{block.text}\n")


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

"""Writes parts of a survey as TOML in the way that its files are laid out. Pure."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit

_WIDTH = 98
# Texts of several paragraphs; each is wrapped, and read back without the line ends.
LONG_TEXTS = frozenset({"intro", "grown_up_guidance", "thanks"})
_SHORT = 80  # characters of a long text that still stand on one line

_ORDER = (
    "code", "kind", "name", "title", "construct", "scale", "asked_of", "shown_when", "longest",
    "suggestion", "topics_of", "slices", "asked_of_grown_up", "look", "intro",
    "grown_up_guidance", "thanks", "reading_ease", "answers", "ask", "hint",
)  # fmt: skip
# Tables of texts by age version stand below, under a header of their own.
_BELOW = ("ask", "hint")


def part(name: str, table: Mapping[str, Any], *, is_list: bool = True) -> str:
    """One part, such as an item, with its header and its keys in our order."""
    header = f"[[{name}]]" if is_list else f"[{name}]"
    return "\n".join([header, *_lines(name, table)]) + "\n"


def assignment(key: str, value: Any) -> str:
    """A line or more: ``key = value``."""
    if key == "answers" and isinstance(value, list) and value:
        inside = "".join(f"    {_value(each)},\n" for each in value)
        return f"{_key(key)} = [\n{inside}]\n"
    if key in LONG_TEXTS and isinstance(value, str) and "\n" in value:
        return f"{_key(key)} = {_in_lines(value)}\n"
    return f"{_key(key)} = {_value(value)}\n"


def laid_out(text: str) -> str:
    """A long text as it stands between its quotes: wrapped, with an empty line between paragraphs.

    What the survey says is the same: line ends inside a paragraph are read as spaces.
    """
    if len(text) <= _SHORT and "\n" not in text:
        return text
    paragraphs = (
        textwrap.fill(each, _WIDTH, break_long_words=False, break_on_hyphens=False)
        for each in text.split("\n\n")
    )
    return "\n\n".join(paragraphs) + "\n"


def _lines(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    known = [key for key in _ORDER if key in table]
    keys = [*known, *(key for key in table if key not in _ORDER)]
    below = [key for key in keys if key in _BELOW and isinstance(table[key], dict)]
    for key in keys:
        if key not in below:
            yield assignment(key, table[key]).removesuffix("\n")
    for key in below:
        yield f"[{name}.{key}]"
        yield from (f"{_quoted(ages)} = {_value(text)}" for ages, text in table[key].items())


def _value(value: Any) -> str:
    match value:
        case str():
            return _quoted(value)
        case dict():
            inside = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items())
            return f"{{ {inside} }}" if inside else "{}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return str(tomlkit.item(value).as_string())


def _in_lines(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"')
        if '"""' in text
        else text.replace("\\", "\\\\")
    )
    return f'"""\n{escaped}"""'


def _key(key: str) -> str:
    bare = key.replace("-", "a").replace("_", "a")
    plain = bare.isascii() and bare.isalnum() and not key[0].isdigit()
    return key if plain else _quoted(key)


def _quoted(text: str) -> str:
    return str(tomlkit.string(text).as_string())

"""The one place where the typesetter is called. Data goes in as JSON, never as markup."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from surveys.printing.values import Unprintable

if TYPE_CHECKING:
    from typst import Fonts

_REMEMBERED = 10  # sheets; measured with typst 0.15

_HERE = Path(__file__).resolve().parent
_ROOMS = _HERE.parents[1]  # a sheet of another room may take what ours share

# What nobody sees and no font has, and what turns the direction of writing for all that follows.
# The isolates stay: they end, and numbers in text from right to left need them.
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")

_IN_A_NUMBER = re.compile(r"(?<=\d) (?=\d)")

_NO_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed')
_SAID = re.compile(r'panicked with: "?(.+?)"?$', re.DOTALL)


def pdf(sheet: str, data: Mapping[str, object], *, beside: Path = _HERE) -> bytes:
    """A tagged PDF after PDF/UA-1.

    Args:
        sheet: the typst file, without its ending.
        beside: the folder it is in, within a room of this house.
        data: what JSON can hold. Texts may have anything in them.

    Raises:
        Unprintable: a text has a character that no font of ours has, or it does not fit.
    """
    import typst  # noqa: PLC0415  only whoever prints carries it: 80 MB on disk

    compiler = typst.Compiler(
        str(beside / f"{sheet}.typ"),
        root=str(_ROOMS),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_cleaned(data), ensure_ascii=False)},
    )
    try:
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError as error:
        raise _in_words(error.message) from error
    if not isinstance(made, bytes):
        raise TypeError("typst gave pages where a PDF was asked for")
    return made


def forget() -> None:
    """Let go of what the typesetter remembers of earlier sheets: half a megabyte for a letter.

    It remembers each piece of a sheet until it was not needed in the last ten, and has no call
    for this; so it is given ten empty ones, which take a few milliseconds together. If some day it
    remembers longer, the test of how much memory ten thousand letters take will say so.
    """
    import typst  # noqa: PLC0415  as above

    for _ in range(_REMEMBERED + 1):
        typst.compile(b"", font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _fonts() -> "Fonts":
    """The fonts of our package, and no others: so that every machine prints the same."""
    from typst import Fonts  # noqa: PLC0415  as above

    return Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files("manimgx_fonts"))],
    )


def _cleaned(data: object) -> object:
    match data:
        case str():
            # No line ends inside a number to call.
            seen = data if data.isprintable() else "".join(map(_seen, data))
            return _IN_A_NUMBER.sub("\u00a0", seen)
        case Mapping():
            return {key: _kept(key, value) for key, value in data.items()}
        case list() | tuple():
            return [_cleaned(each) for each in data]
        case _:
            return data


def _kept(key: str, value: object) -> object:
    """A picture of ours is not a text."""
    return value if key == "svg" else _cleaned(value)


def _seen(character: str) -> str:
    if character in "\n\t\r":
        return " "
    unseen = character in _TURNING or unicodedata.category(character) in _UNSEEN
    return "" if unseen else character


def _in_words(message: str) -> Exception:
    if missing := _NO_LETTER.search(message):
        return Unprintable(f"We have no letters to print “{missing[1]}” in. Write it another way.")
    if said := _SAID.search(message):
        return Unprintable(said[1])
    return RuntimeError(f"The sheet cannot be set: {message}")  # a fault of ours

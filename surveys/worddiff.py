"""What changed between two texts, word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# A word, the space after it included; a sign alone is a word, so that a new comma is all that
# shows. Between two scripts' letters and in scripts without spaces the whole run is one word.
_WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words. Args: kind: "same", "out" (taken out) or "in" (put in)."""

    kind: str
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts in order: those taken out stand before those put in for them.

    Source of the matching: Ratcliff and Obershelp, in Python's difflib.
    """
    return tuple(_pieces(_WORDS.findall(before), _WORDS.findall(after)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for what, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(new[from_new:to_new]))
            continue
        if from_old < to_old:
            yield Piece("out", "".join(old[from_old:to_old]))
        if from_new < to_new:
            yield Piece("in", "".join(new[from_new:to_new]))

"""England as equal tiles, one for each authority, about where it lies. Pure.

`tiles.csv` is a drawing of our own: about 180 cells in the outline of England, to which the
authorities were given so that the sum of squared distances from their true places (and, for a
part, from the middle of their region) is the least: an assignment problem. Equal, because
Rutland's families count as Kent's do, and because London would else be a dot.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Tile:
    """Where an authority's tile is, in columns from the west and rows from the north, from 0."""

    column: int
    row: int


@cache
def tiles() -> dict[str, Tile]:
    """GSS code to tile. An authority that was made since the drawing has none."""
    text = (files("analytics") / "tiles.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["gss_code"]: Tile(int(row["column"]), int(row["row"])) for row in rows}


def size() -> Tile:
    """How many columns and rows there are."""
    found = tiles().values()
    return Tile(1 + max(tile.column for tile in found), 1 + max(tile.row for tile in found))


def short_names(names: list[str]) -> dict[str, str]:
    """Each name in at most four letters, no two the same: for a tile too small for the name."""
    short: dict[str, str] = {}
    for name in names:
        short[name] = next(each for each in _candidates(name) if each not in short.values())
    return short


def _candidates(name: str) -> list[str]:
    words = [word for word in name.replace("-", " ").split() if word[0].isupper()]
    letters = "".join(char for char in name if char.isalpha())
    initials = "".join(word[0] for word in words)
    found = [name[:4].strip(), letters[:3], initials[:4]]
    found += [letters[:2] + letter for letter in letters[2:]]
    found += [letters[0] + first + second for first in letters for second in letters]
    return [each for each in found if 1 < len(each) <= 4]

"""How much room words take, and where they go so that none stands on another. Pure.

Nobody knows in which letters a reader's browser will draw. So the widths are Noto Sans's, which is
wide, and with a reserve for those that are wider still (DejaVu Sans, by a tenth).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from analytics.drawing.sheet import ABOVE, BELOW, LINE, TEXT, Spot, place

# In thousandths of the size of the text: Noto Sans's advances, rounded up to the next forty.
_WIDTHS = {
    letter: width
    for width, letters in {
        240: "'‘’",
        280: " !,.:;Jijl",
        320: "()`",
        360: "-I[]f“”",
        400: "/t{}",
        440: '"?r',
        480: "_csz",
        520: "Fvy–",
        560: "*ELSTkx|",
        600: "$+0123456789<=>VXYZ^ae~×±é",
        640: "ACKPRbdghnopqu",
        680: "#B",
        760: "&DGHNUφ",
        800: "OQw",
        840: "%",
        920: "@M",
    }.items()
    for letter in letters
}
_ANY_OTHER = 960
_RESERVE = 1.08
_BOLD = 1.08


class Anchor(StrEnum):
    START = "start"
    MIDDLE = "middle"
    END = "end"


class Box(NamedTuple):
    """What something covers."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def wider(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def holds(self, spot: Spot) -> bool:
        return self.left <= spot.x <= self.right and self.top <= spot.y <= self.bottom

    def within(self, other: "Box") -> bool:
        return (
            other.left <= self.left
            and other.top <= self.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True, slots=True)
class Text:
    """Words on the sheet. ``y`` is the line they stand on."""

    x: str
    y: str
    text: str
    anchor: Anchor = Anchor.START
    bold: bool = False

    @property
    def box(self) -> Box:
        wide = room_for(self.text, bold=self.bold)
        share = {Anchor.START: 0.0, Anchor.MIDDLE: 0.5, Anchor.END: 1.0}[self.anchor]
        left, base = float(self.x) - share * wide, float(self.y)
        return Box(left, base - ABOVE, left + wide, base + BELOW)


def text(spot: Spot, words: str, anchor: Anchor = Anchor.START, *, bold: bool = False) -> Text:
    return Text(place(spot.x), place(spot.y), words, anchor, bold)


def room_for(words: str, *, bold: bool = False) -> float:
    """How wide the words are at most, in units of the sheet."""
    thousandths = sum(_WIDTHS.get(letter, _ANY_OTHER) for letter in words)
    return thousandths / 1000 * TEXT * _RESERVE * (_BOLD if bold else 1)


def wrapped(words: str, room: float, *, bold: bool = False) -> list[str]:
    """In as many lines as they need. A single word that is wider than the room is cut."""
    lines: list[str] = []
    for word in (part for each in words.split() for part in _cut(each, room, bold=bold)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and room_for(longer, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(word: str, room: float, *, bold: bool) -> Iterator[str]:
    while len(word) > 1 and room_for(word, bold=bold) > room:
        fits = max(at for at in range(1, len(word)) if at == 1 or _fits(word[:at], room, bold=bold))
        yield word[:fits]
        word = word[fits:]
    yield word


def _fits(word: str, room: float, *, bold: bool) -> bool:
    return room_for(word, bold=bold) <= room


def paragraph(
    spot: Spot, words: str, room: float, anchor: Anchor = Anchor.START, *, bold: bool = False
) -> list[Text]:
    """Lines of text below each other, the first at the spot."""
    return [
        text(Spot(spot.x, spot.y + number * LINE), line, anchor, bold=bold)
        for number, line in enumerate(wrapped(words, room, bold=bold))
    ]


def apart(middles: Sequence[float], wide: Sequence[float], low: float, high: float) -> list[float]:
    """Middles moved as little as lets things of these widths stand beside each other, in order.

    What does not fit between ``low`` and ``high`` at all runs over ``low``.
    """
    found: list[float] = []
    free = low
    for middle, each in zip(middles, wide, strict=True):
        found.append(max(middle, free + each / 2))
        free = found[-1] + each / 2 + BELOW
    free = high
    for at in reversed(range(len(found))):
        found[at] = min(found[at], free - wide[at] / 2)
        free = found[at] - wide[at] / 2 - BELOW
    return found


@dataclass(frozen=True, slots=True)
class KeyItem:
    """What a mark or line means: its sample, drawn at ``x`` and ``y``, and words."""

    kind: str
    x: str
    y: str
    texts: tuple[Text, ...]


SAMPLE, GAP = 30, 14


def key(
    entries: Sequence[tuple[str, str]], *, top: float, room: float
) -> tuple[tuple[KeyItem, ...], float]:
    """The meanings of marks, side by side where they have room, and where the next thing may begin.

    Args:
        entries: of each its kind and its words.
        top: of the first line of it.
        room: how wide the sheet is.
    """
    items: list[KeyItem] = []
    x, y, lines = 0.0, top + LINE - BELOW, 1
    for kind, words in entries:
        said = wrapped(words, room - SAMPLE)
        needed = SAMPLE + max(map(room_for, said))
        if x and (x + needed > room or len(said) > 1):
            x, y = 0.0, y + lines * LINE
        lines = len(said)
        sample = Spot(x + SAMPLE / 2 - 3, y - TEXT / 3)
        texts = [text(Spot(x + SAMPLE, y + at * LINE), line) for at, line in enumerate(said)]
        items.append(KeyItem(kind, place(sample.x), place(sample.y), tuple(texts)))
        x = room if lines > 1 else x + needed + GAP
    return tuple(items), y + (lines - 1) * LINE + 2 * BELOW

"""Looks at a PDF as its readers do: with eyes, with a phone, with a screen reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdfium2
import zxingcpp
from pypdf import PdfReader

from surveys.printing import Sender

SENDER = Sender(
    authority="Testshire",
    help_name="Family information",
    help_phone="0800 000 0000",
    base_url="https://heard.example",
)
_POINTS_TO_A_MM = 72 / 25.4


def words(pdf: bytes) -> list[str]:
    """The words of each page on one line, with plain spaces."""
    pages = pypdfium2.PdfDocument(pdf)
    found = [page.get_textpage().get_text_range() for page in pages]
    return [" ".join(each.replace("\u00a0", " ").split()) for each in found]


def scanned(pdf: bytes, page: int = 0) -> list[str]:
    """What a phone reads from the squares on a page."""
    return [code.text for code in zxingcpp.read_barcodes(_drawn(pdf, page).shape())]


def darkest(pdf: bytes, *, left: float, top: float, width: float, height: float) -> int:
    """The darkest spot in a rectangle of the first page: 0 is black, 255 is paper. In mm."""
    drawn = _drawn(pdf, 0)
    return min(drawn.rows(left, top, width, height))


@dataclass(frozen=True, slots=True)
class Told:
    """What a PDF tells a screen reader.

    Args:
        tags: the types of all its elements, in the order of reading.
        tongues: the languages its parts are said to be in.
        pictured: the words for each picture.
    """

    title: str
    language: str
    marked: bool
    direction: str
    tags: tuple[str, ...]
    tongues: frozenset[str]
    pictured: tuple[str, ...]


def told(pdf: bytes) -> Told:
    reader = PdfReader(BytesIO(pdf))
    root: Any = reader.root_object
    elements = list(_elements(root["/StructTreeRoot"]["/K"]))
    return Told(
        title=reader.metadata.title or "" if reader.metadata else "",
        language=root["/Lang"],
        marked=bool(root["/MarkInfo"]["/Marked"]),
        direction=root["/ViewerPreferences"]["/Direction"],
        tags=tuple(each["/S"].removeprefix("/") for each in elements),
        tongues=frozenset(str(each["/Lang"]) for each in elements if "/Lang" in each),
        pictured=tuple(str(each["/Alt"]) for each in elements if "/Alt" in each),
    )


def keeps_to_pdf_ua(pdf: bytes) -> bool:
    """Whether the file says that it keeps to PDF/UA-1. The typesetter refuses what would not."""
    return b"<pdfuaid:part>1</pdfuaid:part>" in pdf


@dataclass(frozen=True, slots=True)
class _Drawn:
    pixels: bytes
    height: int
    across: int
    scale: float

    def shape(self) -> memoryview:
        return memoryview(self.pixels).cast("B", shape=(self.height, self.across))

    def rows(self, left: float, top: float, width: float, height: float) -> Iterator[int]:
        per_mm = self.scale * _POINTS_TO_A_MM
        for row in range(int(top * per_mm), int((top + height) * per_mm)):
            start = row * self.across + int(left * per_mm)
            yield min(self.pixels[start : start + int(width * per_mm)])


def _drawn(pdf: bytes, page: int) -> _Drawn:
    scale = 100 / 72
    bitmap = pypdfium2.PdfDocument(pdf)[page].render(scale=scale, grayscale=True)
    return _Drawn(bytes(bitmap.buffer), bitmap.height, bitmap.stride, scale)


def _elements(node: Any) -> Iterator[Any]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            yield from _elements(each)
    elif hasattr(node, "get") and "/S" in node:
        yield node
        if "/K" in node:
            yield from _elements(node["/K"])


def sizes(pdf: bytes) -> list[tuple[str, float]]:
    """Each run of text with its size in points."""
    found: list[tuple[str, float]] = []

    def see(text: str, _cm: Any, tm: Any, _font: Any, size: float) -> None:
        found.append((text.strip(), abs(size * tm[0])))

    for page in PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=see)
    return found


def as_seen(pdf: bytes) -> str:
    """The characters of the first page from left to right and from top to bottom.

    A text that is copied from right to left may come out in another order than the eye meets.
    """
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found = []
    for place in range(text.count_chars()):
        left, bottom, _, _ = text.get_charbox(place, loose=True)
        found.append((-round(bottom), left, text.get_text_range(place, 1)))
    return "".join(character for _, _, character in sorted(found) if not character.isspace())

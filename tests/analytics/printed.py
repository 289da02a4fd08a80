"""Looks at a printed report as its readers do: with eyes, and with a screen reader."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.test import Client
from pypdf import PdfReader
from pypdf.generic import ContentStream

from tests.analytics.reading_pages import LEEDS
from tests.surveys.printing import looking

# What puts ink on a page: text, lines and areas, shades, pictures. ISO 32000-1, table 51.
_INK = frozenset(b"Tj TJ ' \" f F f* B B* b b* S s sh Do BI INLINE IMAGE".split())


def printed(client: Client, query: str = "") -> bytes:
    response = client.get(f"{LEEDS[:-1]}.pdf{query}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/pdf"
    return response.content


def close(text: str) -> str:
    """Without spaces: where a line or a column ends is no matter."""
    return "".join(text.replace("\u00ad", "").split())


def words_of(pdf: bytes) -> str:
    """All that is to be read on its pages, without spaces and without what is at their foot."""
    return "".join(close(page).split("Leeds·")[0] for page in looking.words(pdf))


def feet_of(pdf: bytes) -> list[str]:
    return [f"Leeds ·{page.rsplit('Leeds ·', 1)[1]}" for page in looking.words(pdf)]


def headings(pdf: bytes) -> list[int]:
    """The levels of its headings, in the order of reading."""
    tags = looking.told(pdf).tags
    return [int(tag[1:]) for tag in tags if tag[0] == "H" and tag[1:].isdecimal()]


def elements(pdf: bytes, kind: str) -> list[Any]:
    """The parts of one kind that a screen reader is told of."""
    root: Any = PdfReader(BytesIO(pdf)).root_object
    return [each for each in looking._elements(root["/StructTreeRoot"]["/K"]) if each["/S"] == kind]


def links(pdf: bytes) -> list[str]:
    """The addresses that it leads to."""
    notes = [
        note.get_object()
        for page in PdfReader(BytesIO(pdf)).pages
        for note in page.get("/Annots", ())
    ]
    return [str(each["/A"]["/URI"]) for each in notes if "/URI" in each.get("/A", {})]


def bookmarks(pdf: bytes) -> list[str]:
    """Titles, with the depth of each in spaces."""

    def listed(found: list[Any], deep: int) -> Iterator[str]:
        for each in found:
            if isinstance(each, list):
                yield from listed(each, deep + 1)
            else:
                yield f"{' ' * deep}{each.title}"

    return list(listed(PdfReader(BytesIO(pdf)).outline, 0))


def untold(pdf: bytes) -> list[str]:
    """Ink that is neither part of what a screen reader is told nor marked as decoration."""
    reader = PdfReader(BytesIO(pdf))
    return [
        f"page {number}: {operator.decode()}"
        for number, page in enumerate(reader.pages, start=1)
        for operator in _bare_ink(ContentStream(page.get_contents(), reader))
    ]


def _bare_ink(stream: ContentStream) -> Iterator[bytes]:
    told: list[bool] = []
    for operands, operator in stream.operations:
        if operator in (b"BDC", b"BMC"):
            marks = operands[1] if operator == b"BDC" else {}
            has_number = hasattr(marks, "get") and "/MCID" in marks
            told.append(operands[0] == "/Artifact" or has_number)
        elif operator == b"EMC":
            told.pop()
        elif operator in _INK and not any(told):
            yield operator
    assert told == []

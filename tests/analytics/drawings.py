"""Reads a drawing back from its SVG: what is drawn where, in which colours and with which words."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from analytics import picturing
from analytics.drawing.lettering import Anchor, Box, Text
from analytics.drawing.telling import About

SVG = "{http://www.w3.org/2000/svg}"
LEEDS = About(
    area="Leeds",
    measure="Children and families who feel safe",
    period="July 2025 to June 2026",
    source="Your say, release 3 of 12 May 2026",
)

_COMMAND = re.compile(r"([MLHVhvZ])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Shape(NamedTuple):
    """Something drawn, where it is, and in which colours; "none" is none."""

    tag: str
    box: Box
    fill: str
    stroke: str


def read(drawing: picturing.Drawing, name: str = "drawing") -> Element:
    return fromstring(picturing.svg(drawing, name=name))  # noqa: S314  it is our own


def sheet(root: Element) -> Box:
    return Box(*map(float, root.attrib["viewBox"].split()))


def texts(root: Element) -> list[Text]:
    """Words and where they are; the drawing's one size of letters."""
    return [
        Text(
            each.attrib["x"],
            each.attrib["y"],
            each.text or "",
            Anchor(each.attrib.get("text-anchor", "start")),
            bold="font-weight" in each.attrib,
        )
        for each in root.iter(f"{SVG}text")
    ]


def shapes(root: Element) -> list[Shape]:
    """All that is drawn but words, also by reference."""
    defined = {each.attrib["id"]: each for each in root.find(f"{SVG}defs") or ()}
    return list(_shapes(root, defined, {"fill": "#000", "stroke": "none", "stroke-width": "1"}))


def _shapes(
    element: Element, defined: dict[str, Element], above: dict[str, str], x: float = 0, y: float = 0
) -> Iterator[Shape]:
    look = {name: element.attrib.get(name, value) for name, value in above.items()}
    tag = element.tag.removeprefix(SVG)
    if tag == "use":
        at = {name: float(element.attrib[name]) for name in ("x", "y")}
        yield from _shapes(defined[element.attrib["href"].removeprefix("#")], defined, look, **at)
    elif tag in {"path", "circle", "rect"} and element.attrib.get("d", "-"):
        half = 0 if look["stroke"] == "none" else float(look["stroke-width"]) / 2
        found = _extent(tag, element)
        box = Box(
            *(
                edge + offset + way * half
                for edge, offset, way in zip(found, (x, y, x, y), (-1, -1, 1, 1), strict=True)
            )
        )
        # A line that goes across or down reaches no further than its ends: they are cut straight.
        if half and look.get("fill") != "none" and tag == "path" and not _filled(element):
            box = _butt(found, box, x, y)
        yield Shape(tag, box, look["fill"], look["stroke"])
    elif tag not in {"defs", "title", "desc", "text"}:
        for each in element:
            yield from _shapes(each, defined, look, x, y)


def _filled(element: Element) -> bool:
    return "fill" in element.attrib


def _butt(found: Box, box: Box, x: float, y: float) -> Box:
    if found.top == found.bottom:
        return Box(found.left + x, box.top, found.right + x, box.bottom)
    if found.left == found.right:
        return Box(box.left, found.top + y, box.right, found.bottom + y)
    return box


def _extent(tag: str, element: Element) -> Box:
    if tag == "circle":
        r = float(element.attrib["r"])
        return Box(-r, -r, r, r)
    if tag == "rect":
        return Box(0, 0, float(element.attrib["width"]), float(element.attrib["height"]))
    spots = list(path_spots(element.attrib["d"]))
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    return Box(min(xs), min(ys), max(xs), max(ys))


def path_spots(d: str) -> Iterator[tuple[float, float]]:
    """The corners of a path of straight lines."""
    x = y = 0.0
    for command, numbers in _COMMAND.findall(d):
        given = [float(number) for number in _NUMBER.findall(numbers)]
        if command in "HhVv":
            [to] = given
            x, y = {"H": (to, y), "h": (x + to, y), "V": (x, to), "v": (x, y + to)}[command]
            yield x, y
        elif command in "ML":
            for x, y in zip(given[::2], given[1::2], strict=True):
                yield x, y


def overlapping(words: list[Text]) -> list[tuple[str, str]]:
    """Words that stand on each other."""
    return [
        (one.text, other.text)
        for number, one in enumerate(words)
        for other in words[number + 1 :]
        if one.box.meets(other.box)
    ]


def outside(root: Element) -> list[object]:
    """What is drawn or written beyond the edge of the sheet."""
    whole = sheet(root)
    # What is written in an attribute is rounded to a tenth.
    whole = Box(whole.left - 0.1, whole.top - 0.1, whole.right + 0.1, whole.bottom + 0.1)
    drawn = [each for each in shapes(root) if not each.box.within(whole)]
    return [*drawn, *(each for each in texts(root) if not each.box.within(whole))]

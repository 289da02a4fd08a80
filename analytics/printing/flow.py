"""What a page of figures says, as a row of blocks for the typesetter: HTML in, values out. Pure.

It reads what templates of reports write: headings, paragraphs, lists, facts, tables and drawings.
What cannot be used on paper is left out: navigation, links to files, and all that is marked as
being for the screen alone (`ON_SCREEN`).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from urllib.parse import urljoin

# A value that JSON can hold; the sheet beside this says what each kind of block has.
Block = dict[str, Any]
Run = dict[str, Any]
Cell = str | Block

# Classes of what is on no paper; `links` and `contents` are those that the style sheet hides too.
ON_SCREEN = frozenset({"on-screen", "on-a-phone", "links", "contents", "out-of-sight"})
_LEFT_OUT = frozenset({"nav", "form", "script", "style", "button", "template"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset({"a", "abbr", "b", "br", "code", "em", "i", "q", "span", "strong", "time"})
_EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta"})
# What is longer goes on in the next line.
_MOST_LETTERS = 40
_SHORT = 8
# A tag, with its attributes as they are written; or a comment.
_TAG = re.compile(
    r'<(/?)([a-z][a-z0-9]*)((?:[^<>"/]|"[^"]*"|/(?!>))*)(/?)>|<!(?:--.*?--|[^->][^>]*)>', re.DOTALL
)
_NO_CLASSES: frozenset[str] = frozenset()
# What a browser takes for one space; the space that holds words together is none of them.
_SPACES = re.compile(r"[ \t\n\r\f]+")
_LOOKS = ("lead", "big", "small", "beside")
_BOXES = ("notice", "caveat", "index-card")
_SIDE_BY_SIDE = ("first-page", "tables")
_STRIPS = {
    "interval": "range",
    "band": "band",
    "reference-band": "reference-band",
}


@dataclass(slots=True)
class Element:
    """A tag of a page, with what is in it.

    Args:
        written: its attributes, as they are written.
    """

    tag: str
    written: str = ""
    children: list["Element | str"] = field(default_factory=list)

    def says(self, name: str) -> str:
        """An attribute; "" where it has none."""
        found = self.written and re.search(rf'\s{name}="([^"]*)"', self.written)
        return unescape(found[1]) if found else ""

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.says("class").split()) if self.written else _NO_CLASSES

    def all_of(self, *tags: str) -> Iterator["Element"]:
        """Those within, however deep."""
        for each in self.children:
            if isinstance(each, Element):
                if each.tag in tags:
                    yield each
                yield from each.all_of(*tags)


def read(page: str) -> Element:
    """The tree of a page as our templates write it: whatever is opened is closed in its turn.

    Raises:
        ValueError: it is not well formed.
    """
    root = Element("page")
    within, place = [root], 0
    for found in _TAG.finditer(page):
        _say(page[place : found.start()], within[-1])
        place = found.end()
        closes, tag, written, alone = found.groups()
        if not tag:  # a comment, or what the page says of its kind
            continue
        if closes:
            if within[-1].tag != tag:
                raise ValueError(f"</{tag}> ends <{within[-1].tag}>, in {page[place - 80 : place]}")
            within.pop()
            continue
        element = Element(tag, written)
        within[-1].children.append(element)
        if not alone and tag not in _EMPTY:
            within.append(element)
    _say(page[place:], within[-1])
    if within != [root]:
        raise ValueError(f"<{within[-1].tag}> is never ended")
    return root


def _say(text: str, within: Element) -> None:
    if "<" in text:
        raise ValueError(f"no tag of ours: {text[text.index('<') :][:80]}")
    if text:
        within.children.append(unescape(text) if "&" in text else text)


@dataclass(frozen=True, slots=True)
class Print:
    """How pages are put on paper.

    Args:
        address: of the page, in full; links are made whole with it.
        deeper: by how many levels its headings stand below their own.
        without: classes and ids of what else is left out.
        drawings: SVG by name.
    """

    address: str
    deeper: int = 0
    without: frozenset[str] = frozenset()
    drawings: Mapping[str, str] = field(default_factory=dict)

    def blocks(self, page: str) -> list[Block]:
        """What stands in the main part of a page."""
        mains = read(page).all_of("main")
        return [block for main in mains for block in _headed(self._blocks(main))]

    # --- blocks ----------------------------------------------------------------------------------

    def _blocks(self, within: Element) -> Iterator[Block]:
        """Those of an element, in order. Text that is in no paragraph makes one of its own."""
        loose: list[Element | str] = []
        for each in within.children:
            if isinstance(each, str) or each.tag in _INLINE:
                loose.append(each)
                continue
            yield from self._paragraph(loose, "")
            loose = []
            if not self._left_out(each):
                yield from self._block(each)
        yield from self._paragraph(loose, "")

    def _left_out(self, element: Element) -> bool:
        if element.tag in _LEFT_OUT or element.says("aria-hidden") == "true":
            return True
        if not element.written:
            return False
        marks = element.classes | {element.says("id")}
        return not marks.isdisjoint(ON_SCREEN) or not marks.isdisjoint(self.without)

    def _block(self, element: Element) -> Iterator[Block]:
        match element.tag:
            case tag if tag in _HEADINGS:
                yield from self._heading(element, _HEADINGS[tag])
            case "p":
                yield from self._paragraph(element.children, _one_of(_LOOKS, element))
            case "ul" | "ol":
                yield from self._list(element)
            case "dl":
                yield self._facts(element)
            case "table":
                yield from self._table(element)
            case "img":
                yield self._picture(element)
            case "details":
                yield from self._details(element)
            case _:
                yield from self._division(element)

    def _division(self, element: Element) -> Iterator[Block]:
        inside = list(self._blocks(element))
        if look := _one_of(_BOXES, element):
            yield {"kind": "box", "look": look, "of": inside}
        elif look := _one_of(_SIDE_BY_SIDE, element):
            parts = [each for each in element.children if isinstance(each, Element)]
            yield {"kind": "columns", "look": look, "of": [self._alone(each) for each in parts]}
        else:
            yield from inside

    def _alone(self, element: Element) -> list[Block]:
        return list(self._blocks(Element("div", "", [element])))

    def _heading(self, element: Element, level: int) -> Iterator[Block]:
        said = self._runs(element.children)
        if said:
            yield {"kind": "heading", "level": level + self.deeper, "text": said}

    def _paragraph(self, children: Sequence[Element | str], look: str) -> Iterator[Block]:
        said = self._runs(children)
        if said:
            yield {"kind": "paragraph", "look": look, "text": said}

    def _list(self, element: Element) -> Iterator[Block]:
        items = [list(self._blocks(each)) for each in _children(element, "li")]
        if items:
            yield {"kind": "list", "items": items}

    def _facts(self, element: Element) -> Block:
        pairs: list[Block] = []
        for each in _children(element, "dt", "dd"):
            if each.tag == "dt":
                pairs.append({"term": self._runs(each.children), "of": []})
            else:
                pairs[-1]["of"] += self._blocks(each)
        return {"kind": "facts", "pairs": pairs}

    def _details(self, element: Element) -> Iterator[Block]:
        """What a reader would have to open is open on paper."""
        others = [each for each in element.children if getattr(each, "tag", "") != "summary"]
        inside = list(self._blocks(replace(element, tag="div", children=others)))
        if inside:
            for each in _children(element, "summary"):
                yield {"kind": "label", "text": self._runs(each.children)}
        yield from inside

    # --- drawings --------------------------------------------------------------------------------

    def _picture(self, element: Element) -> Block:
        """A drawing of ours; of any other picture its words."""
        svg = self.drawings.get(element.says("src"))
        if svg is None:
            return {"kind": "paragraph", "look": "", "text": [{"text": element.says("alt")}]}
        title, alt = element.says("title"), element.says("alt")
        return {"kind": "drawing", "title": title, "alt": alt, "svg": svg}

    # --- tables ----------------------------------------------------------------------------------

    def _table(self, element: Element) -> Iterator[Block]:
        head = [row for part in _children(element, "thead") for row in self._rows(part)]
        rows = [row for part in _children(element, "tbody") for row in self._rows(part)]
        if rows:
            yield {
                "kind": "table",
                "head": head,
                "rows": rows,
                "letters": _letters(head, rows),
                "numbers": _numbers(element),
            }

    def _rows(self, part: Element) -> Iterator[list[Cell]]:
        for row in _children(part, "tr"):
            yield [self._cell(each) for each in _children(row, "td", "th")]

    def _cell(self, cell: Element) -> Cell:
        """Its words alone, unless there is more to say of it: a report has thousands of cells."""
        more = self._more_of(cell)
        match cell.children:
            case [str(text)] if not more:
                return _SPACES.sub(" ", text).strip(" ")
        said = self._runs(cell.children)
        if "number" in cell.classes:
            said = _spaced(each for each in said if "unit" not in each)
        plain = all(run.keys() == {"text"} for run in said)
        if not plain:
            return {**more, "text": said}
        alone = "".join(run["text"] for run in said)
        return {**more, "text": alone} if more else alone

    def _more_of(self, cell: Element) -> Block:
        found: Block = {}
        if cell.says("colspan"):
            found["span"] = int(cell.says("colspan"))
        if "withheld" in cell.classes:
            found["soft"] = True
        if cell.says("scope") == "rowgroup":
            found["group"] = True
        for each in cell.all_of("svg"):
            if "scale" in each.classes:
                found["scale"] = True
            elif "strip" in each.classes:
                found["strip"] = _strip(each)
        return found

    # --- runs of text ----------------------------------------------------------------------------

    def _runs(self, children: Sequence[Element | str]) -> list[Run]:
        """Text with how it looks; spaces as a browser leaves them."""
        return _spaced(self._pieces(children, {}))

    def _pieces(self, children: Sequence[Element | str], look: Run) -> Iterator[Run]:
        for each in children:
            if isinstance(each, str):
                yield {**look, "text": each}
            elif each.tag == "br":
                yield {"text": "\n", "ends-line": True}
            elif not self._left_out(each):
                yield from self._pieces(each.children, {**look, **self._look(each)})

    def _look(self, element: Element) -> Run:
        found: Run = {}
        if element.tag in {"strong", "b"}:
            found["strong"] = True
        if element.classes & {"small", "hint"}:
            found["small"] = True
        if "unit" in element.classes:  # its column says it, where there are columns
            found["unit"] = True
        if element.tag == "a":
            found["link"] = urljoin(self.address, element.says("href"))
        return found


def _headed(blocks: Iterable[Block]) -> Iterator[Block]:
    """Without headings under which nothing is left."""
    waiting: list[Block] = []
    for each in blocks:
        if each["kind"] == "heading":
            waiting = [above for above in waiting if above["level"] < each["level"]] + [each]
        else:
            yield from waiting
            waiting = []
            yield each


def _spaced(pieces: Iterable[Run]) -> list[Run]:
    """Spaces that follow each other are one, and none begins or ends a line."""
    found: list[Run] = []
    for each in pieces:
        text = each["text"]
        if "ends-line" not in each:
            text = _SPACES.sub(" ", text)
            if not found or found[-1]["text"].endswith((" ", "\n")):
                text = text.removeprefix(" ")
        if text:
            found.append({**each, "text": text})
    while found and not found[-1]["text"].strip(" \n"):
        found.pop()
    if found:
        found[-1]["text"] = found[-1]["text"].rstrip(" ")
    return found


def _numbers(table: Element) -> list[bool]:
    """Whether each column is of numbers, which stand below each other."""
    [row, *_] = [*table.all_of("tr")]
    return ["number" in each.classes for each in _children(row, "td", "th")]


def _letters(head: Sequence[Sequence[Cell]], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """For each column, how many letters its longest cell has; of long headings, the longest word.

    A cell over several columns has none of its own.
    """
    found = [0] * max(sum(map(_span, row)) for row in (*head, *rows))
    for row in (*head, *rows):
        place = 0
        for cell in row:
            if _span(cell) == 1:
                said = _said(cell)
                whole = row not in head or len(said) <= _SHORT
                longest = max(map(len, said.split("\n" if whole else None)), default=0)
                found[place] = max(found[place], longest)
            place += _span(cell)
    return [min(each, _MOST_LETTERS) for each in found]


def _span(cell: Cell) -> int:
    return 1 if isinstance(cell, str) else cell.get("span", 1)


def _said(cell: Cell) -> str:
    text = cell if isinstance(cell, str) else cell["text"]
    return text if isinstance(text, str) else "".join(run["text"] for run in text)


def _strip(element: Element) -> Block:
    """The marks of a strip, in percents of its width."""
    marks = [
        {"kind": _STRIPS[name], "from": _percent(line, "x1"), "to": _percent(line, "x2")}
        for line in element.all_of("line")
        for name in line.classes & set(_STRIPS)
    ]
    # An upright line for the reference stands in a drawing of its own, at its place.
    upright = [
        {"kind": "reference", "from": _percent(each, "x"), "to": _percent(each, "x")}
        for each in element.all_of("svg")
    ]
    dots = [
        {"kind": "dot", "from": _percent(each, "cx"), "to": _percent(each, "cx")}
        for each in element.all_of("circle")
    ]
    return {"marks": [*marks, *upright, *dots]}


def _percent(element: Element, name: str) -> float:
    return float(element.says(name).removesuffix("%"))


def _children(element: Element, *tags: str) -> Iterator[Element]:
    for each in element.children:
        if isinstance(each, Element) and each.tag in tags:
            yield each


def _one_of(names: Collection[str], element: Element) -> str:
    return next((each for each in names if each in element.classes), "")

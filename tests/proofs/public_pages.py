"""What pages and drawings say of each cell, read as a person, a screen reader or a program would.

Tables, big numbers, strips, drawings with their titles, descriptions, marks and texts, the tables
beside them, and faces. What cannot be laid beside a cell facet by facet is told as a problem.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pypdfium2

from tests.proofs.crawling import HTML, PDF, SVG, Document, Site
from tests.proofs.public_cells import (
    ENGLAND,
    NOT_SHOWN,
    Cell,
    Facets,
    Public,
    Statement,
    drawn,
    is_number,
    shown,
    spoken,
)

_VOID = frozenset(
    {"br", "circle", "hr", "img", "input", "line", "link", "meta", "path", "rect", "use"}
)
_FIGURE = re.compile(
    r"(over 90%|under 10%|\d+%|\d+ out of 100) "
    r"\((?:95% range ([\w% ]+?), )?(?:about )?([\d,]+) answers\)"
)
NOT_JUDGED = ("", "Not compared", "Too few to judge")


@dataclass
class Node:
    """A piece of a page."""

    tag: str
    of: dict[str, str] = field(default_factory=dict)
    within: list["Node | str"] = field(default_factory=list)

    def all(self, tag: str = "", kind: str = "") -> Iterator["Node"]:
        for each in self.within:
            if isinstance(each, Node):
                if (not tag or each.tag == tag) and (not kind or kind in each.classes):
                    yield each
                yield from each.all(tag, kind)

    def one(self, tag: str = "", kind: str = "") -> "Node | None":
        return next(self.all(tag, kind), None)

    def by_id(self, name: str) -> "Node | None":
        return next((each for each in self.all() if each.of.get("id") == name), None)

    @property
    def classes(self) -> list[str]:
        return self.of.get("class", "").split()

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for each in self.within:
            if isinstance(each, str):
                yield each
            else:
                yield from each._texts()


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].within.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in {each.tag for each in self.open[1:]}:
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].within.append(data)


def tree(text: str) -> Node:
    parser = _Tree()
    parser.feed(text)
    return parser.open[0]


def text_of(node: Node | None) -> str:
    return node.text if node else ""


# --- all of a site -------------------------------------------------------------------------------


@dataclass
class Read:
    """What was read: statements to be laid beside each other, and what is wrong by itself."""

    known: Public
    neighbours: dict[str, list[str]]
    statements: list[Statement] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    drawings: int = 0
    cells: int = 0
    printed: int = 0
    # What a release's number in addresses stands for.
    asked_as: dict[str, str] = field(default_factory=dict)

    def near(self, cell: Cell) -> list[int]:
        """What an authority's neighbours show of the same, ends at their side; sorted."""
        beside = (self.known.cells.get(cell._replace(area=a)) for a in self.neighbours[cell.area])
        ends = {">90": 90, "<10": 10}
        return sorted(
            ends.get(each["end"], 0) or int(each["value"])
            for each in beside
            if each and (is_number(each) or (drawn(each) and each["end"] in ends))
        )

    def all_of(self, site: Site) -> "Read":
        pages = list(site.of(HTML, "/report/"))
        # Those for children name no release, and so are read when its numbers are known.
        for each in sorted(pages, key=lambda page: page.path.endswith("/children/")):
            _Page(self, each).read()
        for each in site.of(SVG, "/report/"):
            _alone(self, each)
        for each in site.of(PDF, "/report/"):
            _printed(self, each)
        return self


@dataclass
class _Page:
    """One page, with what its every figure is of."""

    to: Read
    document: Document

    def __post_init__(self) -> None:
        self.top = tree(self.document.text)
        self.parts = self.document.path.strip("/").split("/")[1:]
        digest = next((e.of["title"] for e in self.top.all("code") if "title" in e.of), "")
        asked = self.document.address.partition("release=")[2]
        self.release = self.to.known.releases.get(digest, "")
        if self.release:
            self.to.asked_as[asked] = self.release
        elif not digest:
            # Of the newest, or of one whose number other pages have said.
            self.release = self.to.asked_as.get(asked, self.to.known.newest()[-1])

    def read(self) -> None:
        known = self.to.known
        match self.parts:
            case []:
                self.release = known.newest()[-1]
                self._wide_rows(ENGLAND)
            case ["methods"]:
                return
            case ["england"]:
                self._wide_rows(ENGLAND)
                self._stands_out()
                self._groups_of_england()
                self._drawings(ENGLAND, _first(known), ENGLAND)
            case ["region", code]:
                self._wide_rows(code)
                self._members()
            case [area, *more]:
                self._of_authority(area, "".join(more))

    def _of_authority(self, area: str, page: str) -> None:
        match page:
            case "":
                self._report(area)
            case "coverage":
                self._coverage(area)
            case "children":
                self._children(area)
            case code if code in self.to.known.indicators.values():
                self._indicator(area, code)

    # --- saying ----------------------------------------------------------------------------------

    def cell(self, area: str, code: str, span: str = "", part: str = "all") -> Cell:
        known = self.to.known
        channel = known.channel(self.release, area)
        lead = span or known.lead(self.release, channel, area, code)
        return Cell(self.release, channel, area, code, lead, part)

    def say(self, cell: Cell, **facets: str) -> None:
        self.to.cells += 1
        for facet, said in facets.items():
            self.to.statements.append(Statement(cell, facet, said, self.document.address))

    def wrong(self, sentence: str) -> None:
        self.to.problems.append(f"{self.document.address}: {sentence}")

    def facets(self, cell: Cell) -> Facets | None:
        found = self.to.known.cells.get(cell)
        if found is None:
            self.wrong(f"it tells of {' '.join(cell)}, of which there is no figure")
        return found

    # --- tables ----------------------------------------------------------------------------------

    def _row(self, row: Node, cell: Cell) -> None:
        """A row of figures: its value, range and base, or that it is not shown; and its strip."""
        withheld = row.one("td", "withheld")
        strip, beside = row.one("svg", "strip"), row.one("td", "against")
        marks = {each.of["class"] for each in strip.all() if "class" in each.of} if strip else set()
        mark = "range" if "dot" in marks else "band" if "band" in marks else "none"
        if withheld is not None:
            said, _, reason = withheld.text.partition(": ")
            self.say(cell, said=said, reason=reason, range="", answers="", mark=mark)
            if marks & {"dot", "band", "interval"}:
                self.wrong(f"{' '.join(cell)}: not shown, and marked in a strip")
            if beside and beside.text not in NOT_JUDGED:
                self.wrong(f"{' '.join(cell)}: not shown, and judged: {beside.text}")
            return
        said, between, base = (text_of(row.one("td", kind)) for kind in ("value", "range", "base"))
        self.say(
            cell,
            said=said.removesuffix(" out of 100"),
            range=between.removeprefix("range ").replace("no range", ""),
            answers=base.removesuffix(" answers"),
            reason="",
            **({"mark": mark} if strip else {}),
        )

    def _wide_rows(self, area: str) -> None:
        for row in _body(self.top.one("table", "figures")):
            code = self._code(text_of(row.one("th")))
            self._row(row, self.cell(area, code))
            if england := row.one("td", "england"):
                said = england.text.removeprefix("England ")
                self.say(self.cell(ENGLAND, code), said=said)

    def _code(self, name: str) -> str:
        return self.to.known.indicators[name]

    def _members(self) -> None:
        """The authorities of a region, by name."""
        first = _first(self.to.known)
        for row in _body(self.top.one("table", "judged")):
            link = row.one("a")
            assert link is not None
            area = link.of["href"].strip("/").split("/")[1]
            cell = self.cell(area, first)
            if cell in self.to.known.cells:
                self._row(row, cell)
            elif not row.one("td", "withheld"):
                self.wrong(f"{area} has no figure, and stands in the table")

    def _stands_out(self) -> None:
        """Whoever is named must have a figure that may be compared."""
        section = self.top.by_id("differ")
        for row in _body(section.one("table") if section else None):
            code = self._code(text_of(row.one("th")))
            named = [each.text for each in row.all("td") if each.text != "none"]
            for name in (each for cell in named for each in cell.split(", ")):
                area = next(c for c, n in self.to.known.names.items() if n == name)
                if not drawn(self.to.known.cells.get(self.cell(area, code))):
                    self.wrong(f"{name} stands out in {code}, and its figure is not shown")

    def _groups_of_england(self) -> None:
        section = self.top.by_id("groups")
        release = self._yearly(ENGLAND)
        for table in section.all("table") if section else ():
            kind = text_of(table.one("th"))
            for row in _body(table):
                part = self.to.known.groups[kind, text_of(row.one("th"))]
                cell = Cell(release, "invited", ENGLAND, _first(self.to.known), "year", part)
                values = [each.text for each in row.all("td")]
                if row.one("td", "withheld"):
                    self.say(cell, said=values[0], range="")
                else:
                    between = values[1].replace("no range", "")
                    self.say(cell, said=values[0], range=between)

    def _yearly(self, area: str) -> str:
        """The newest release, up to the page's, that has figures of a year by group."""
        known, own = self.to.known, self.to.known.wave_of(self.release)
        for wave in [w for w in known.waves if known.starts[w] <= known.starts[own]][::-1]:
            release = self.release if wave == own else known.waves[wave][0]
            channel = known.channel(release, area)
            if any(c[:3] == (release, channel, area) and c.slice != "all" for c in known.cells):
                return release
        return ""

    # --- an authority ----------------------------------------------------------------------------

    def _report(self, area: str) -> None:
        for row in _body(self.top.one("table", "figures")):
            code = row.of["id"]
            self._row(row, self.cell(area, code))
            if england := row.one("td", "england"):
                said = england.text.removeprefix("England ")
                national = Cell(self.release, "invited", ENGLAND, code, self.cell(area, code).span)
                if national in self.to.known.cells and said != "–":
                    self.say(national, said=said)
        self._in_short(area)

    def _in_short(self, area: str) -> None:
        """The sentences at the top name only what is shown, with its number of answers."""
        for card in self.top.all("div", "index-card"):
            cell = self.cell(area, "experience")
            if big := card.one("p", "big"):
                self.say(cell, said=_big(big), reason=_why(card))
        for three in self.top.all("div", "three"):
            self._figures_in(three.text, self._may_be_said(area))

    def _may_be_said(self, area: str) -> set[str]:
        """Every value, and end of a range, that is shown of the authority, its region, England."""
        around = {area, self.to.known.region_of.get(area, ""), ENGLAND}
        cells = [f for c, f in self.to.known.cells.items() if c.area in around and drawn(f)]
        ranges = {each for facets in cells for each in spoken(facets)["range"].split(" to ")}
        return {spoken(facets)["said"] for facets in cells} | ranges

    def _of_others(self, cell: Cell) -> set[str]:
        """What may be said beside a figure that is not shown: others', and its own that are."""
        found = self._may_be_said(cell.area)
        if values := self.to.near(cell):
            middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
            found |= {f"{each:g}%" for each in (middle, values[0], values[-1])}
        return found

    def _figures_in(self, text: str, may: set[str]) -> None:
        for said in re.findall(r"over 90%|under 10%|[\d.]+%", text):
            if said not in may | {"95%", "99.8%"}:
                self.wrong(f"{said} is said, and no figure that is shown says so")

    def _coverage(self, area: str) -> None:
        facts = self.top.one("dl", "facts")
        terms = [each.text for each in facts.all("dt")] if facts else []
        values = [each.text for each in facts.all("dd")] if facts else []
        for term, value in zip(terms, values, strict=True):
            said, _, reason = value.partition(": ")
            cell = self.cell(area, "replies", "wave" if "alone" in term else "")
            if term.endswith("counted apart"):
                cell = Cell(self.release, "open", area, "replies", "wave")
            self.say(cell, said=said, reason=reason)
        section, release = self.top.by_id("groups"), self._yearly(area)
        for table in section.all("table") if section else ():
            kind = text_of(table.one("th"))
            for row in _body(table):
                part = self.to.known.groups[kind, text_of(row.one("th"))]
                channel = self.to.known.channel(release, area)
                cell = Cell(release, channel, area, "replies", "year", part)
                self.say(cell, said=text_of(row.one("td")))

    def _children(self, area: str) -> None:
        """Ten faces, of a figure that is shown; none of one that is not."""
        for item in self.top.all("li"):
            if "id" not in item.of:
                continue
            facets = self.facets(self.cell(area, item.of["id"]))
            faces = [use.of["href"] for use in item.all("use")]
            if bool(faces) != shown(facets):
                self.wrong(f"{item.of['id']}: {len(faces)} faces, and it is {facets}")
            numbers = re.findall(r"\d+ in 10", item.text)
            if bool(numbers) != shown(facets):
                self.wrong(f"{item.of['id']}: {item.text}")
            if facets and is_number(facets) and shown(facets):
                smiles = (2 * int(facets["value"]) + 10) // 20
                if faces.count("#smile") != smiles:
                    self.wrong(f"{item.of['id']}: {faces.count('#smile')} faces of {smiles}")

    # --- one measure -----------------------------------------------------------------------------

    def _indicator(self, area: str, code: str) -> None:
        cell = self.cell(area, code)
        facets = self.facets(cell)
        if facets is None:
            return
        big = self.top.one("p", "big")
        section = self.top.one("section", "first")
        assert big is not None
        assert section is not None
        self.say(cell, said=_big(big), reason=_why(section))
        if not shown(facets):
            for sentence in section.all("dd"):
                self._figures_in(sentence.text, self._of_others(cell))
        self._drawings(area, code, area)
        groups = self.top.by_id("groups")
        if details := groups.one("details") if groups else None:
            self._by_group(details, area, code)

    def _by_group(self, details: Node, area: str, code: str) -> None:
        [*tables] = details.all("table")
        release, kind = self._yearly(area), ""
        channel = self.to.known.channel(release, area)
        for row in tables[-1].all("tr") if tables else ():
            heading = row.one("th", "kind")
            if heading is not None:
                kind = heading.text
                continue
            if not kind or not row.one("td"):
                continue
            part = self.to.known.groups[kind, text_of(row.one("th"))]
            cell = Cell(release, channel, area, code, "year", part)
            values = [each.text for each in row.all("td")]
            if row.one("td", "withheld"):
                said, _, reason = values[0].partition(": ")
                self.say(cell, said=said, reason=reason, range="", answers="")
            else:
                between = values[1].replace("no range", "")
                self.say(cell, said=values[0], range=between, answers=values[2], reason="")

    def _drawings(self, area: str, code: str, own: str) -> None:
        for figure in self.top.all("figure", "drawn"):
            table = figure.one("table")
            for svg in figure.all("svg", "drawing"):
                name = re.sub(r"-(narrow|wide)-title.*", "", svg.of["aria-labelledby"])
                if table is not None:
                    _Drawing(self, svg, table, area, code, own).read(name)


def _first(known: Public) -> str:
    """The measure that leads: the index."""
    return "experience"


def _body(table: Node | None) -> Iterable[Node]:
    body = table.one("tbody") if table else None
    return body.all("tr") if body else ()


def _big(node: Node) -> str:
    said = node.text.removesuffix(" out of 100")
    return said[:1].lower() + said[1:] if said.startswith("Not") else said


def _why(section: Node) -> str:
    why = (e.text for e in section.all("p") if e.text.startswith("Why: "))
    return next(why, "").removeprefix("Why: ").removesuffix(".")


# --- drawings ------------------------------------------------------------------------------------


@dataclass
class _Drawing:
    """A drawing on a page, with its title, its description, its marks, and the table beside it."""

    page: _Page
    svg: Node
    table: Node
    area: str
    code: str
    own: str

    def read(self, name: str) -> None:
        self.page.to.drawings += 1
        self.rows = [
            [each.text for each in row.all() if each.tag in ("th", "td")]
            for row in _body(self.table)
        ]
        self.marks = marks(self.svg)
        self._figures_said()
        if name == "compared":
            self._compared()
        elif name == "funnel":
            self._funnel()
        elif name == "over-time":
            self._over_time()
        else:
            self._groups()

    def wrong(self, sentence: str) -> None:
        self.page.wrong(f"{self.svg.of['aria-labelledby']}: {sentence}")

    def _figures_said(self) -> None:
        """What its title, description and texts say in full is said by some figure."""
        around = [self.area, self.page.to.known.region_of.get(self.area, ""), ENGLAND]
        may = {
            tuple(spoken(facets)[each] for each in ("said", "range", "answers"))
            for cell, facets in self.page.to.known.cells.items()
            if cell.area in around and cell.indicator == self.code and drawn(facets)
        }
        by_group = self.svg.of["aria-labelledby"].startswith("by-")
        said = text_of(self.svg.one("desc"))
        for value, between, answers in _FIGURE.findall(said):
            found = (value.removesuffix(" out of 100"), between, answers)
            # Everyone, beside groups, is there without weights: what the table of the drawing says,
            # which is compared with the unweighted value where it is read.
            beside_groups = self.rows and found[:2] == tuple(self.rows[0][1:3])
            if found not in may and not (by_group and beside_groups):
                self.wrong(f"it says {found}, and no figure does")

    def _say(self, cell: Cell, row: list[str]) -> None:
        answers = re.sub(r"\D", "", row[3])
        self.page.say(cell, said=row[1], range=row[2], answers=f"{int(answers):,}")

    def _compared(self) -> None:
        lead = self.page.cell(self.area, self.code)
        region = self.page.to.known.region_of[self.area]
        others = {"england": lead._replace(area=ENGLAND), "region": lead._replace(area=region)}
        named = {row[0]: row for row in self.rows}
        self._say(lead, self.rows[0])
        count = 1
        for kind, cell in others.items():
            name = "England" if kind == "england" else self._region(region)
            facets = self.page.to.known.cells.get(cell)
            if (name in named) != drawn(facets):
                self.wrong(f"{name} is drawn, or not, and {' '.join(cell)} is {facets}")
            if name in named:
                self._say(cell, named[name])
                count += 1
            if self.marks.count(kind) != is_number(facets):
                self.wrong(f"{self.marks.count(kind)} marks of {kind}")
        count += self._past()
        if "Neighbours" in named:
            count += 1
            self._neighbours(named["Neighbours"])
        if count != len(self.rows):
            self.wrong(f"{len(self.rows)} rows, and {count} may be drawn")

    def _past(self) -> int:
        """How many rows tell of its own past: each a figure that is shown of it."""
        past = [
            row
            for row in self.rows[1:]
            if any(each in row[0] for each in ("waves before", "wave before"))
        ]
        earlier = {
            spoken(facets)["said"]
            for cell, facets in self.page.to.known.cells.items()
            if cell[2:4] == (self.area, self.code) and drawn(facets)
        }
        for row in past:
            if row[1] not in earlier:
                self.wrong(f"{row[0]}: {row[1]} is no figure of its past")
        return len(past)

    def _region(self, code: str) -> str:
        name = self.page.to.known.names[code]
        return next(row[0] for row in [*self.rows, [f"The {name}"]] if row[0].endswith(name))

    def _neighbours(self, row: list[str]) -> None:
        lead = self.page.cell(self.area, self.code)
        near = self.page.to.neighbours[self.area]
        values = self.page.to.near(lead)
        said = [float(each) for each in re.findall(r"[\d.]+", f"{row[1]} {row[2]}")]
        middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
        if said != [middle, values[0], values[-1]]:
            self.wrong(f"neighbours {said} of {values}")
        if not row[3].startswith(f"{len(values)} of {len(near)} "):
            self.wrong(f"{row[3]} and {len(values)} are shown")

    def _groups(self) -> None:
        release = self.page._yearly(self.area)
        channel = self.page.to.known.channel(release, self.area)
        kind = next(
            each for each, _ in self.page.to.known.groups if f"by {each.lower()}" in self._title()
        )
        whole = Cell(release, channel, self.area, self.code, "year")
        self._whole_of_groups(whole)
        of_kind = {n: s for (k, n), s in self.page.to.known.groups.items() if k == kind}
        there = {row[0]: row for row in self.rows[1:]}
        said = text_of(self.svg.one("desc"))
        for name, part in of_kind.items():
            cell = whole._replace(slice=part)
            facets = self.page.to.known.cells.get(cell)
            if (name in there) != drawn(facets) or (f"{name}: " in said) != drawn(facets):
                self.wrong(f"{name} is drawn or described, or not, and is {facets}")
            if name in there:
                self._say(cell, there[name])
        numbers = [
            is_number(self.page.to.known.cells.get(whole._replace(slice=part)))
            for part in of_kind.values()
        ]
        if self.marks.count("group") != sum(numbers):
            self.wrong(f"{self.marks.count('group')} marks of {sum(numbers)} groups")

    def _whole_of_groups(self, whole: Cell) -> None:
        """Beside groups, which are not weighted, stands the total without weights."""
        facets = self.page.to.known.cells.get(whole) or {}
        if not (facets.get("unweighted_value") or facets.get("unweighted_end")):
            self._say(whole, self.rows[0])
        elif facets["unweighted_value"] not in {"", self.rows[0][1].rstrip("%")}:
            self.wrong(f"{self.rows[0][1]} stands beside groups, and is {facets}")

    def _title(self) -> str:
        return text_of(self.svg.one("title")).lower()

    def _funnel(self) -> None:
        lead = self.page.cell(self.area, self.code)
        named = {row[0]: row for row in self.rows}
        number = 0
        for area, name in self.page.to.known.names.items():
            if area not in self.page.to.known.region_of:
                continue
            cell = lead._replace(area=area, channel="invited")
            facets = self.page.to.known.cells.get(cell)
            if (name in named) != is_number(facets):
                self.wrong(f"{name} is a dot, or none, and is {facets}")
            if name in named:
                number += 1
                self.page.say(cell, said=named[name][1])
        own = self.marks.count("own")
        if dots(self.svg) + own != number or len(self.rows) != number:
            self.wrong(f"{dots(self.svg)} dots, {own} marked, {number} authorities shown")
        if own and not is_number(self.page.to.known.cells.get(lead)):
            self.wrong("the authority is marked, and its figure is not shown")

    def _over_time(self) -> None:
        known, lead = self.page.to.known, self.page.cell(self.area, self.code)
        own = known.wave_of(self.page.release)
        listed = []
        for wave in known.waves:
            if known.starts[wave] <= known.starts[own]:
                release = self.page.release if wave == own else known.waves[wave][0]
                cell = Cell(release, lead.channel, self.area, self.code, "wave")
                if drawn(known.cells.get(cell)):
                    listed.append(cell)
        if len(listed) != len(self.rows):
            self.wrong(f"{len(self.rows)} waves drawn, {len(listed)} shown")
            return
        for cell, row in zip(listed, self.rows, strict=True):
            self._say(cell, row)
        points = sum(is_number(known.cells[cell]) for cell in listed)
        found = [e for e in self.marks if e not in _LINES]
        if len(found) != points:
            self.wrong(f"{len(found)} points of {points} waves")


_LINES = ("average", "limits", "trial", "range", "band", "event")


def marks(svg: Node) -> list[str]:
    """The kinds of marks within a drawing; those of its key are below its scale."""
    scales = (each.of["d"] for each in svg.all("path") if each.of.get("stroke") == "#64706e")
    found = next(filter(None, (re.match(r"M[\d.]+ ([\d.]+)H", scale) for scale in scales)))
    return [
        re.sub(r"^#.*-(narrow|wide|drawing)-", "", use.of["href"])
        for use in svg.all("use")
        if float(use.of["y"]) <= float(found[1])
    ]


def dots(svg: Node) -> int:
    return sum(each.of.get("d", "").count("h0") for each in svg.all("path"))


# --- files ---------------------------------------------------------------------------------------


def _alone(to: Read, document: Document) -> None:
    """A drawing as a file says what the drawing on its page says, word for word."""
    to.drawings += 1
    if not text_of(tree(document.text).one("title")):
        to.problems.append(f"{document.address}: it has no title")


def _printed(to: Read, document: Document) -> None:
    """A figure that is said in full in a document for print is one that is shown."""
    pages = pypdfium2.PdfDocument(document.content)
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    may = set()
    for facets in filter(drawn, to.known.cells.values()):
        said, between, answers = (spoken(facets)[e] for e in ("said", "range", "answers"))
        # The sentences of the first page leave the range to the table.
        may |= {(said, between, answers), (said, "", answers)}
    found = _FIGURE.findall(text)
    for value, between, answers in found:
        if (value.removesuffix(" out of 100"), between, answers) not in may:
            to.problems.append(f"{document.address}: {value}, {between}, {answers} is not shown")
    to.printed += len(found)


def same_drawings(site: Site) -> list[str]:
    """Files of drawings that say something else than the page that they are on."""
    found = []
    for page in site.of(HTML, "/report/"):
        top = tree(page.text)
        for figure in top.all("figure", "drawn"):
            hrefs = [each.of["href"] for each in figure.all("a") if ".svg" in each.of["href"]]
            [*_, wide] = figure.all("svg", "drawing")
            for href in filter(site.documents.get, hrefs):
                alone = tree(site.documents[href].text)
                found += [
                    f"{href}: its {tag} is not that of {page.address}"
                    for tag in ("title", "desc")
                    if text_of(alone.one(tag)) != text_of(wide.one(tag))
                ]
    return found


def drawings_of_what_is_not_shown(site: Site, known: Public) -> list[str]:
    """Addresses of drawings, linked or only guessed, that answer though nothing may be drawn."""
    found = []
    for document in site.of(SVG, "/report/"):
        parts = document.path.strip("/").split("/")
        if len(parts) == 4 and parts[3] == "compared.svg":
            release = document.address.partition("release=")[2]
            if not release:
                newest = known.newest()[-1]
                channel = known.channel(newest, parts[1])
                lead = known.lead(newest, channel, parts[1], parts[2])
                if not drawn(known.get(newest, channel, parts[1], parts[2], lead, "all")):
                    found.append(f"{document.address}: {NOT_SHOWN}, and drawn")
    return found

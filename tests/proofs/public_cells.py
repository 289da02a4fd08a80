"""What is said of each cell, and where: from the API, from CSV and from workbooks. Knows no model.

A cell is one figure of one release. What is said of it is taken apart into facets (its value, its
range, its base, the reason why it is not shown), so that every place that says something of a facet
can be laid beside every other.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any, NamedTuple

from openpyxl.reader.excel import load_workbook

from tests.proofs.crawling import CSV, WORKBOOK, Document, Site

NOT_SHOWN = "not shown"
NOBODY = "nobody answered this"
TOO_FEW = "fewer than 10 people answered this"
ENGLAND = "E92000001"
# As the columns of the open data are called.
FACETS = (
    "value", "unit", "lower", "upper", "standard_error", "base", "base_rounded_to",
    "effective_base", "unweighted_value", "end", "unweighted_end", "symbol", "in_words",
)  # fmt: skip
_OF_WORKBOOK = dict(
    zip(
        (
            "Value", "Unit", "95% range: lower", "95% range: upper", "Standard error", "Answers",
            "To the nearest", "Effective answers", "Unweighted value", "End", "Unweighted end",
            "Symbol", "In words",
        ),
        FACETS,
        strict=True,
    )
)  # fmt: skip
_ENDS = {"over 90%": ">90", "under 10%": "<10", None: ""}


class Cell(NamedTuple):
    """One figure: of which release (such as "wave-3.1"), of whom, of what."""

    release: str
    channel: str
    area: str
    indicator: str
    span: str
    slice: str = "all"


class Statement(NamedTuple):
    """What a document says of one facet of a cell."""

    cell: Cell
    facet: str
    said: str
    address: str


Facets = Mapping[str, str]


@dataclass(frozen=True)
class Public:
    """All that is public about figures, as the API lists it.

    Args:
        cells: what it says of each.
        releases: id by digest.
        waves: ids of the releases of each wave, the newest release first; the earliest wave first.
        starts: first and last day of each wave.
        periods: first and last day that figures of a release and span are about.
        indicators: code by name, as tables have it.
        groups: slice by breakdown and name.
        within: of a group that is part of another, the other.
        names: of areas, by code.
        region_of: the region of each authority.
        missing: what each release says of whom too few answered.
    """

    cells: Mapping[Cell, Facets]
    releases: Mapping[str, str]
    waves: Mapping[str, list[str]]
    starts: Mapping[str, tuple[str, str]]
    periods: Mapping[tuple[str, str], tuple[str, str]]
    indicators: Mapping[str, str]
    groups: Mapping[tuple[str, str], str]
    within: Mapping[str, str]
    names: Mapping[str, str]
    region_of: Mapping[str, str]
    missing: Mapping[str, list[str]] = field(default_factory=dict)

    def get(self, *of: str) -> Facets | None:
        return self.cells.get(Cell(*of))

    def wave_of(self, release: str) -> str:
        return release.rpartition(".")[0]

    def newest(self) -> list[str]:
        """The newest release of each wave, the earliest wave first."""
        return [ids[0] for ids in self.waves.values()]

    def lead(self, release: str, channel: str, area: str, indicator: str) -> str:
        """Of which span the figure is that leads: the first of these that there is."""
        has = Cell(release, channel, area, indicator, "four") in self.cells
        return "four" if has else "wave"

    def channel(self, release: str, area: str) -> str:
        """By invitation, or by an open link where nobody was invited."""
        invited = Cell(release, "invited", area, "replies", "wave") in self.cells
        return "invited" if invited else "open"


def public(site: Site) -> Public:
    """Read from the API alone."""
    answers = [each.json() for each in site.of("json", "/api/v1/") if "openapi" not in each.kind]
    lists = _Lists(site)
    releases, waves = list(lists.of("releases")), list(lists.of("waves"))
    groups = {
        (one["name"], group["name"]): group
        for one in lists.of("breakdowns")
        for group in one["groups"]
    }
    assert answers
    areas = {row["area"]["gss_code"]: row["area"]["name"] for row in lists.of("figures")}
    return Public(
        cells={cell: facets for cell, facets, _ in of_api(site)},
        releases={each["digest"]: each["id"] for each in releases},
        waves={
            each["code"]: each["releases"]
            for each in sorted(waves, key=lambda wave: wave["period_start"])
        },
        starts={each["code"]: (each["period_start"], each["period_end"]) for each in waves},
        periods={
            (row["release"], row["span"]): (row["period_start"], row["period_end"])
            for row in lists.of("figures")
        },
        indicators={_name(each): each["code"] for each in lists.of("indicators")},
        groups={key: group["slice"] for key, group in groups.items()},
        within={each["slice"]: each["within"] for each in groups.values() if each["within"]},
        names=areas | {each["gss_code"]: each["name"] for each in lists.of("authorities")},
        region_of={
            each["gss_code"]: each["region"]["gss_code"] for each in lists.of("authorities")
        },
        missing={each["id"]: (each["checks"] or {}).get("missing", []) for each in releases},
    )


class _Lists:
    """What each list of the API has, all pages of it together."""

    def __init__(self, site: Site) -> None:
        self.found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for each in site.of("json", "/api/v1/"):
            parts, answer = each.path.strip("/").split("/"), each.json()
            if len(parts) == 3 and isinstance(answer, dict) and "results" in answer:
                self.found[parts[2]] += answer["results"]

    def of(self, name: str) -> list[dict[str, Any]]:
        return self.found[name]


def _name(indicator: Mapping[str, Any]) -> str:
    """As tables have it: "Feel safe", "Experience index"."""
    if indicator["unit"] == "points":
        return f"{indicator['code'].capitalize()} index"
    said = indicator["wording"].removeprefix("Children and families who ")
    return f"{said[:1].upper()}{said[1:]}"


# --- what is said --------------------------------------------------------------------------------


def statements(site: Site) -> Iterator[Statement]:
    """All that data says of cells: the API's every page, every CSV file, every workbook."""
    for found in (of_api(site), of_files(site), of_workbooks(site)):
        for cell, facets, address in found:
            for facet, said in (*facets.items(), *spoken(facets).items()):
                yield Statement(cell, facet, said, address)


def of_api(site: Site) -> Iterator[tuple[Cell, dict[str, str], str]]:
    for document in site.of("json", "/api/v1/figures/"):
        answer = document.json()
        assert isinstance(answer, dict)
        for row in answer["results"]:
            cell = Cell(
                row["release"], row["channel"], row["area"]["gss_code"], row["indicator"],
                row["span"], row["slice"],
            )  # fmt: skip
            yield cell, _of_answer(row), document.address


def _of_answer(row: Mapping[str, Any]) -> dict[str, str]:
    value = row["value"]
    found: dict[str, Any] = {"symbol": row["symbol"], "in_words": row["in_words"]}
    match value["kind"]:
        case "share":
            found |= {"value": value["percent"], "unit": "percent", "end": _ENDS[value["end"]]}
            found["unweighted_end"] = _ENDS[value["unweighted_end"]]
        case "mean":
            found |= {"value": value["points"], "unit": "points"}
            found["standard_error"] = value["error"]
        case "count":
            found |= {"value": value["count"], "unit": "people"}
        case "withheld":
            # That nobody answered is the one thing that is said with a number.
            found["base"] = 0 if value["withheld"] == NOBODY else ""
            found["in_words"] = f"{NOT_SHOWN}: {value['withheld']}"
    found |= {
        name: value[other]
        for name, other in (
            ("lower", "lower"), ("upper", "upper"), ("base", "base"),
            ("base_rounded_to", "rounded_to"), ("effective_base", "effective"),
            ("unweighted_value", "unweighted"),
        )
        if other in value
    }  # fmt: skip
    return {name: _text(found.get(name)) for name in FACETS}


def of_files(site: Site) -> Iterator[tuple[Cell, dict[str, str], str]]:
    for document in site.of(CSV):
        for row in csv.DictReader(StringIO(document.text)):
            if "slice" in row:
                facets = {name: row[name] for name in FACETS}
                error = facets["standard_error"]
                facets["standard_error"] = f"{float(error):g}" if error else ""
                yield _cell_of(row), facets, document.address


def _cell_of(row: Mapping[str, str]) -> Cell:
    area = row["new_la_code"] or row["region_code"] or row["country_code"]
    if row["geographic_level"] == "National":
        area = row["country_code"]
    release = f"{row['wave']}.{row['release']}"
    return Cell(release, row["channel"], area, row["indicator"], row["span"], row["slice"])


_SPANS = {"One wave": "wave", "The last waves together, four at most": "four", "A year": "year"}


def of_workbooks(site: Site) -> Iterator[tuple[Cell, dict[str, str], str]]:
    slices = {
        (one["name"], group["name"]): group["slice"]
        for one in _Lists(site).of("breakdowns")
        for group in one["groups"]
    }
    for document in site.of(WORKBOOK):
        book = load_workbook(BytesIO(document.content), read_only=True)
        for sheet in ("Figures", "Breakdowns"):
            for row in _sheet(book, sheet):
                cell = Cell(
                    f"{row['Wave']}.{row['Release']}",
                    row["Replies"],
                    row["GSS code"],
                    row["Indicator code"],
                    _SPANS[row["Of"]],
                    slices[row["Breakdown"], row["Group"]] if "Group" in row else "all",
                )
                facets = {facet: row[title] for title, facet in _OF_WORKBOOK.items()}
                yield cell, facets, document.address


def _sheet(book: Any, name: str) -> Iterator[dict[str, str]]:
    if name not in book.sheetnames:
        return
    header, *rows = book[name].iter_rows(values_only=True)
    for row in rows:
        yield dict(zip(header, map(_text, row), strict=True))


def _text(value: object) -> str:
    """A number in one way, whether 3 or 3.0 stands for it."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


# --- as people read it ---------------------------------------------------------------------------


def shown(facets: Facets | None) -> bool:
    return facets is not None and not facets["in_words"].startswith(NOT_SHOWN)


def drawn(facets: Facets | None) -> bool:
    """Whether it may be in a chart: a share or a mean."""
    return facets is not None and shown(facets) and facets["unit"] != "people"


def is_number(facets: Facets | None) -> bool:
    """Whether it may be a point of a chart: no end, which is only a band."""
    return facets is not None and drawn(facets) and facets["value"] != ""


def spoken(facets: Facets) -> dict[str, str]:
    """What pages say of such a figure, as the rules for them are published."""
    if not shown(facets):
        reason = facets["in_words"].removeprefix(f"{NOT_SHOWN}: ")
        return {"said": NOT_SHOWN, "range": "", "answers": "", "reason": reason, "mark": "none"}
    said, unit = facets["value"], {"percent": "%"}.get(facets["unit"], "")
    between = f"{facets['lower']}{unit} to {facets['upper']}{unit}"
    if facets["end"]:
        said, between = ("over 90%" if facets["end"] == ">90" else "under 10%"), ""
    elif facets["unit"] == "people":
        exact = facets["base_rounded_to"] == "1"
        said, between = f"{'' if exact else 'about '}{int(said):,}", ""
    else:
        said = f"{said}{unit}"
    answers = f"{int(facets['base']):,}" if facets["base"] else ""
    mark = "none" if facets["unit"] == "people" else "band" if facets["end"] else "range"
    return {"said": said, "range": between, "answers": answers, "reason": "", "mark": mark}


def conflicts(found: Iterable[Statement]) -> list[str]:
    """Cells of which two places do not say the same, in sentences."""
    said: dict[tuple[Cell, str], dict[str, str]] = defaultdict(dict)
    for each in found:
        said[each.cell, each.facet].setdefault(each.said, each.address)
    return [
        f"{' '.join(cell)}, {facet}: "
        + "; ".join(f"{what!r} at {address}" for what, address in sorted(of.items()))
        for (cell, facet), of in sorted(said.items())
        if len(of) > 1
    ]


def documents(site: Site) -> list[Document]:
    return list(site.documents.values())

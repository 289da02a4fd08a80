"""The report of one authority as one document: its own page, each measure, coverage, methods.

Everything is read once, in one report of all measures, and given to the templates of the web pages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from analytics import picturing, reporting
from analytics.drawing.funnel import Funnel
from analytics.drawing.telling import Table
from analytics.pages import coverage, drawings, indicator
from analytics.pages.drawings import Measured, Shown
from analytics.pages.opening import Opened, about
from analytics.pages.report import shown
from analytics.picturing import Drawing
from analytics.printing import flow
from analytics.printing.flow import Block
from analytics.reading import Wanted
from analytics.reporting import AreaReport
from analytics.wording import within
from surveys.printing import typesetting

_SHEETS = Path(__file__).resolve().parent
# What every web page says, and a document once: of which release it is.
_ONCE = frozenset({"over", "about-release", "notice"})
# Longer tables than this, such as one of every authority, are left to the web.
_MOST_ROWS = 24


def pdf(found: Opened) -> bytes:
    """All that a release says of an authority, as a tagged PDF (PDF/UA-1).

    As many queries however many measures there are. The same figures make the same bytes.

    Raises:
        Unprintable: a text has a character that no font of ours has.
    """
    made = found.report(Wanted(using=True, neighbours=True, groups=True))
    try:
        return typesetting.pdf("report", _data(found, made), beside=_SHEETS)
    finally:
        typesetting.forget()


def _data(found: Opened, made: AreaReport) -> dict[str, object]:
    frame = {**about(found, made), "others": (), "on_paper": True}
    return {
        "title": f"{made.authority.name}: what children and families say, {frame['period']}",
        "lang": "en",
        "region": "GB",
        "foot": _foot(made, str(frame["period"])),
        "parts": [_front(frame, made), *_measures(frame, made), *_back(frame, made)],
    }


def _foot(made: AreaReport, period: str) -> str:
    """Which figures these are, for a page that was torn off."""
    source = drawings.source(made.survey.title, made.release)
    return " · ".join(dict.fromkeys([made.authority.name, period, source]))


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as the templates of the web take it, for print.

    Args:
        name: by which the typesetter finds its SVG.
        table: its twin in words; of a long one the row of the authority alone, if it has one.
        more: how many rows the long one has.
    """

    name: str
    title: str
    description: str
    sentence: str
    table: Table
    more: int

    @classmethod
    def of(cls, drawing: Drawing, *, name: str) -> Self:
        table, more = drawing.table, 0
        if len(table.rows) > _MOST_ROWS:
            marked = isinstance(drawing, Funnel) and drawing.own is not None
            table, more = Table(table.header, table.rows[:1] if marked else ()), len(table.rows)
        return cls(name, drawing.title, drawing.description, drawing.sentence, table, more)


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What stands for a `Shown` in the templates: one width, and the picture by its name."""

    name: str
    narrow: Picture
    heading: str
    template: str = "analytics/on_paper.html"

    @property
    def wide(self) -> Picture:
        return self.narrow

    @classmethod
    def of(cls, each: Shown) -> Self:
        return cls(each.name, Picture.of(each.wide, name=each.name), each.heading)


# --- the parts -----------------------------------------------------------------------------------


def _front(frame: Mapping[str, object], made: AreaReport) -> list[Block]:
    """The report's own page: in short, who was not heard from, and every other panel."""
    page = render_to_string("analytics/report.html", {**frame, "panels": shown(made)})
    return flow.Print(_address("report", frame, made.authority.gss_code)).blocks(page)


def _measures(frame: Mapping[str, object], made: AreaReport) -> Iterator[list[Block]]:
    """A part for each measure. Two queries, however many there are."""
    coming = reporting.next_release(made.release)
    names = indicator.names_of(made.indicators)
    region = within(made.authority.region.name)
    for of in made.indicators:
        measured = Measured(made, of, of.judged(region=region), names, on_paper=True)
        content = {**frame, **indicator.content_of(measured, coming=coming)}
        shown_ones = {name: each for name, each in content.items() if isinstance(each, Shown)}
        content |= {name: OnPaper.of(each) for name, each in shown_ones.items()}
        printed = flow.Print(
            address=_address("report-indicator", frame, made.authority.gss_code, of.code),
            deeper=1,
            without=_ONCE,
            drawings={each.name: picturing.svg(each.wide) for each in shown_ones.values()},
        )
        yield printed.blocks(render_to_string("analytics/indicator.html", content))


def _back(frame: Mapping[str, object], made: AreaReport) -> Iterator[list[Block]]:
    """Who answered, and how figures are made."""
    code = made.authority.gss_code
    page = render_to_string("analytics/coverage.html", {**frame, **coverage.content_of(made)})
    address = _address("report-coverage", frame, code)
    yield flow.Print(address, deeper=1, without=_ONCE).blocks(page)
    page = render_to_string("analytics/methods.html")
    yield flow.Print(_address("report-methods", {"query": ""}), deeper=1).blocks(page)


def _address(name: str, frame: Mapping[str, Any], *args: str) -> str:
    return f"{settings.HEARD_BASE_URL}{reverse(name, args=args)}{frame['query']}"

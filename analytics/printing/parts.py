"""What documents of an authority and of a larger area are made of: web pages, put on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from analytics import picturing
from analytics.drawing.funnel import Funnel
from analytics.drawing.telling import Table
from analytics.models import Release
from analytics.pages import drawings
from analytics.pages.drawings import Shown
from analytics.picturing import Drawing
from analytics.printing import flow
from analytics.printing.flow import Block
from surveys.printing import typesetting

_SHEETS = Path(__file__).resolve().parent
# What every web page says, and a document once: of which release it is.
ONCE = frozenset({"over", "about-release", "notice"})
# Longer tables than this, such as one of every authority, are left to the web.
_MOST_ROWS = 24


def typeset(data: Mapping[str, Any]) -> bytes:
    """A tagged PDF (PDF/UA-1). The same data make the same bytes.

    Raises:
        Unprintable: a text has a character that no font of ours has.
    """
    try:
        return typesetting.pdf("report", dict(data), beside=_SHEETS)
    finally:
        typesetting.forget()


def foot(name: str, period: str, title: str, release: Release) -> str:
    """Which figures these are, for a page that was torn off."""
    return " · ".join(dict.fromkeys([name, period, drawings.source(title, release)]))


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


def measure(template: str, content: Mapping[str, Any], *, address: str) -> list[Block]:
    """The page of one measure, its drawings with it.

    Args:
        content: what the template takes on the web.
        address: of that page, in full.
    """
    shown = {name: each for name, each in content.items() if isinstance(each, Shown)}
    printed = flow.Print(
        address=address,
        deeper=1,
        without=ONCE,
        drawings={each.name: picturing.svg(each.wide) for each in shown.values()},
    )
    on_paper = {name: OnPaper.of(each) for name, each in shown.items()}
    return printed.blocks(render_to_string(template, {**content, **on_paper}))


def methods() -> list[Block]:
    page = render_to_string("analytics/methods.html")
    return flow.Print(address_of("report-methods"), deeper=1).blocks(page)


def address_of(name: str, *args: str, query: object = "") -> str:
    return f"{settings.HEARD_BASE_URL}{reverse(name, args=args)}{query}"

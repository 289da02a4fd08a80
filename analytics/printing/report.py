"""The report of one authority as one document: its own page, each measure, coverage, methods.

Everything is read once, in one report of all measures, and given to the templates of the web pages.
"""

from collections.abc import Iterator, Mapping

from django.template.loader import render_to_string

from analytics import reporting
from analytics.pages import coverage, indicator
from analytics.pages.drawings import Measured
from analytics.pages.opening import Opened, about
from analytics.pages.report import shown
from analytics.printing import flow, parts
from analytics.printing.flow import Block
from analytics.reading import Wanted
from analytics.reporting import AreaReport
from analytics.wording import within


def pdf(found: Opened) -> bytes:
    """All that a release says of an authority, as a tagged PDF (PDF/UA-1).

    As many queries however many measures there are. The same figures make the same bytes.

    Raises:
        Unprintable: a text has a character that no font of ours has.
    """
    return parts.typeset(_data(found, found.report(EVERYTHING)))


EVERYTHING = Wanted(using=True, neighbours=True, groups=True)


def _data(found: Opened, made: AreaReport) -> dict[str, object]:
    frame = {**about(found, made), "others": (), "on_paper": True}
    period = str(frame["period"])
    return {
        "title": f"{made.name}: what children and families say, {period}",
        "lang": "en",
        "region": "GB",
        "foot": parts.foot(made.name, period, made.survey.title, made.release),
        "parts": [_front(frame, made), *_measures(frame, made), *_back(frame, made)],
    }


# --- the parts -----------------------------------------------------------------------------------


def _front(frame: Mapping[str, object], made: AreaReport) -> list[Block]:
    """The report's own page: in short, who was not heard from, and every other panel."""
    page = render_to_string("analytics/report.html", {**frame, "panels": shown(made)})
    return flow.Print(_address("report", frame, made.code)).blocks(page)


def _measures(frame: Mapping[str, object], made: AreaReport) -> Iterator[list[Block]]:
    """A part for each measure. Two queries, however many there are."""
    coming = reporting.next_release(made.release)
    names = indicator.names_of(made.indicators)
    region = within(made.authority.region.name)
    for of in made.indicators:
        measured = Measured(made, of, of.judged(region=region), names, on_paper=True)
        content = {**frame, **indicator.content_of(measured, coming=coming)}
        address = _address("report-indicator", frame, made.code, of.code)
        yield parts.measure("analytics/indicator.html", content, address=address)


def _back(frame: Mapping[str, object], made: AreaReport) -> Iterator[list[Block]]:
    """Who answered, and how figures are made."""
    page = render_to_string("analytics/coverage.html", {**frame, **coverage.content_of(made)})
    address = _address("report-coverage", frame, made.code)
    yield flow.Print(address, deeper=1, without=parts.ONCE).blocks(page)
    yield parts.methods()


def _address(name: str, frame: Mapping[str, object], *args: str) -> str:
    return parts.address_of(name, *args, query=frame["query"])

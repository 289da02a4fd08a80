"""The report of England, or of a region, as one document: its own page, each measure, methods.

Everything is read once, in one report of all measures, and given to the templates of the web pages.
"""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.template.loader import render_to_string

from analytics import reporting
from analytics.pages import wide, wide_indicator
from analytics.printing import flow, parts
from analytics.printing.flow import Block
from analytics.wide_reporting import WideReport
from authorities.areas import ENGLAND


def pdf(found: WideReport) -> bytes:
    """All that a release says of England or of a region, as a tagged PDF (PDF/UA-1).

    Args:
        found: with figures of each group too.

    Raises:
        Unprintable: a text has a character that no font of ours has.
    """
    frame = {**wide.about(found), "others": (), "on_paper": True}
    period = str(frame["period"])
    return parts.typeset(
        {
            "title": f"{found.title}: what children and families say, {period}",
            "lang": "en",
            "region": "GB",
            "foot": parts.foot(found.title, period, found.survey.title, found.release),
            "parts": [_front(frame, found), *_measures(frame, found), parts.methods()],
        }
    )


def _front(frame: Mapping[str, object], found: WideReport) -> list[Block]:
    """Its own page, without the drawings and groups of the index, which has a part of its own."""
    if found.code == ENGLAND:
        template, content = "analytics/england.html", wide.of_england(found)
    else:
        template, content = "analytics/region.html", wide.of_region(found)
    page = render_to_string(template, {**content, **frame, "drawings": ()})
    return flow.Print(f"{settings.HEARD_BASE_URL}{frame['address']}{frame['query']}").blocks(page)


def _measures(frame: Mapping[str, object], found: WideReport) -> Iterator[list[Block]]:
    """A part for each measure. One query, however many there are."""
    coming = reporting.next_release(found.release)
    for of in found.indicators:
        content = wide_indicator.content_of(found, of, coming=coming, on_paper=True)
        address = parts.address_of("report-indicator", found.code, of.code, query=frame["query"])
        yield parts.measure("analytics/wide_indicator.html", {**frame, **content}, address=address)

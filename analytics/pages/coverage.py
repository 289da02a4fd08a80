"""Who a report is of: who answered, of how many, how they were weighted, and who is missing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.pages.opening import about, opened, public, told_of
from analytics.pages.own_panels import groups_of, unheard
from analytics.pages.weighting import weighting
from analytics.reading import Wanted
from analytics.reporting import AreaReport
from analytics.wording import words


@require_safe
def coverage(request: HttpRequest, gss_code: str) -> HttpResponse:
    found = opened(request, gss_code)
    if isinstance(found, HttpResponse):
        return found
    made = found.report(Wanted(using=True))
    content = {**about(found, made), **content_of(made)}
    return public(request, render(request, "analytics/coverage.html", content))


def content_of(made: AreaReport) -> dict[str, object]:
    """What the page says."""
    return {
        "replies": words(made.replies) if made.replies else None,
        "in_wave": words(made.replies_in_wave) if made.replies_in_wave else None,
        "open_link": words(made.open_link_replies) if made.open_link_replies else None,
        "by_open_link": made.by_open_link,
        "figures_of": told_of(made),
        "unheard": unheard(made),
        "groups": groups_of(made),
        "weighting": weighting(made, made.lead),
        "promised": made.release.wave,
        "reliability": list(made.reliability.values()),
    }

"""Pages of figures, for the public and planners: the index, an authority's report, the methods."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from analytics import charts, panels, reporting, wide_reporting
from analytics.models import Release
from analytics.pages.opening import about, opened, period, public
from analytics.pages.own_panels import OWN, Row
from analytics.reading import Wanted
from analytics.reporting import AreaReport
from analytics.wording import name_of, words
from authorities.areas import ENGLAND
from authorities.models import Authority, Region

APOSTROPHES = str.maketrans("", "", "'’")

for panel in OWN:
    panels.register(panel)


@dataclass(frozen=True, slots=True)
class ShownPanel:
    name: str
    title: str
    template: str
    content: panels.Content


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every authority in force, by region; those that match ``q`` if something is looked for."""
    sought = request.GET.get("q", "").strip()[:100]
    release = reporting.newest_published()
    return public(
        request,
        render(
            request,
            "analytics/index.html",
            {
                "sought": sought,
                "regions": _by_region(sought),
                "release": release,
                "period": period(release) if release else "",
                "england": _england(release),
                "england_code": ENGLAND,
            },
        ),
    )


@require_safe
def report(request: HttpRequest, gss_code: str) -> HttpResponse:
    """One authority's report: the newest published release, or the one asked for."""
    found = opened(request, gss_code)
    if isinstance(found, HttpResponse):
        return found
    made = found.report(Wanted(using=True))
    content = {**about(found, made), "panels": shown(made)}
    return public(request, render(request, "analytics/report.html", content))


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    return public(request, render(request, "analytics/methods.html"))


def shown(made: AreaReport) -> list[ShownPanel]:
    """The panels that have anything to say."""
    return _filled((each, each.show(made)) for each in panels.in_order())


def shown_about(made: AreaReport, code: str) -> list[ShownPanel]:
    """Likewise, about one measure."""
    return _filled(
        (each, each.about(made, code)) for each in panels.in_order() if each.about is not None
    )


def _filled(found: Iterable[tuple[panels.Panel, panels.Content]]) -> list[ShownPanel]:
    return [
        ShownPanel(each.name, each.title, each.template, content)
        for each, content in found
        if content is not None
    ]


def _england(release: Release | None) -> dict[str, object]:
    if release is None:
        return {"replies": words(None), "rows": []}
    replies, measures = wide_reporting.in_short(release)
    return {
        "replies": words(replies),
        "rows": [
            Row(
                code=each.code,
                name=name_of(each.indicator),
                is_index=each.is_index,
                own=words(each.figure),
                england=words(None),
                strip=charts.strip(each.figure, None),
                verdict="",
                strong=False,
            )
            for each in measures
        ],
    }


def _by_region(sought: str) -> list[tuple[Region, list[Authority]]]:
    """Authorities in force today whose name, region or code has what is sought. One query."""
    in_force = Authority.objects.in_force_on(localdate()).select_related("region")
    regions: dict[str, tuple[Region, list[Authority]]] = {}
    for authority in in_force.order_by("region__name", "name"):
        if _matches(authority, sought):
            regions.setdefault(authority.region_id, (authority.region, []))[1].append(authority)
    return list(regions.values())


def _matches(authority: Authority, sought: str) -> bool:
    """Whether all its words are in the name, region or codes, whatever their order and capitals."""
    about_it = _plain(
        f"{authority.name} {authority.region.name} {authority.gss_code} {authority.dfe_number}"
    )
    return all(word in about_it for word in _plain(sought).split())


def _plain(text: str) -> str:
    """Small letters and digits: "St. Helens", "st helens" and "ST HELENS" are one."""
    kept = "".join(
        letter if letter.isalnum() else " " for letter in text.translate(APOSTROPHES).casefold()
    )
    return " ".join(kept.split())

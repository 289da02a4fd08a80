"""In an authority's report: what it plans, and what became of what it expected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from analytics.panels import Content, Panel
from analytics.reporting import AreaReport
from improvement import outcomes
from improvement.expectations import Measure, plannable
from improvement.models import Plan
from improvement.outcomes import Standing

# For so long after its outcome was due, a plan that has ended is still told of.
TOLD_OF_FOR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class AboutOne:
    """The plans about one figure."""

    measure: Measure
    plans: tuple[Standing, ...]


def what_we_plan(report: AreaReport) -> Content:
    """Every public plan, by the figure it is about. Two queries, or one where there is none."""
    found = _grouped(_standings(report))
    return _content(report, found, alone=False)


def about(report: AreaReport, code: str) -> Content:
    """The public plans about one indicator, to stand beside it."""
    found = _grouped(each for each in _standings(report) if each.plan.indicator == code)
    return _content(report, found, alone=True)


def _content(report: AreaReport, found: list[AboutOne], *, alone: bool) -> Content:
    """What the template takes; ``alone`` on the page of one figure, which names it already."""
    if not found:
        return None
    area = report.authority
    return {"area": area.name, "gss_code": area.gss_code, "figures": found, "alone": alone}


def _standings(report: AreaReport) -> list[Standing]:
    """As they stood with this release: of a later plan, or a later figure, it knows nothing."""
    wave = report.release.wave
    plans = (
        Plan.objects.of(report.authority)
        .public()
        .not_over_before(wave.period_end - TOLD_OF_FOR)
        .filter(started_in__wave__period_start__lte=wave.period_start)
        .for_reading()
    )
    known = [
        each
        for each in report.releases
        if each == report.release
        or (each.published_at and each.wave.period_start < wave.period_start)
    ]
    return outcomes.standings(report.authority, list(plans), known)


def _grouped(standings: Iterable[Standing]) -> list[AboutOne]:
    """By figure, in the order of a report; of one figure the open plans first."""
    place = {code: number for number, code in enumerate(plannable())}
    in_order = sorted(
        standings,
        key=lambda each: (
            place[each.plan.indicator],
            each.plan.state != Plan.State.OPEN,
            each.plan.pk,
        ),
    )
    return [
        AboutOne(measure, tuple(of_one))
        for measure, of_one in groupby(in_order, key=lambda each: each.measure)
    ]


WHAT_WE_PLAN = Panel("plans", "What we plan", 280, "improvement/panel.html", what_we_plan, about)

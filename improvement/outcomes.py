"""Reads for plans: the figures they may start from, and those that answer what was expected.

Of released figures only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from analytics import disclosure, reporting
from analytics.judging import LEADING
from analytics.marks import ALL
from analytics.models import Figure, Release
from analytics.spans import Span
from analytics.wording import Words, spoken
from authorities.models import Authority
from feedback.models import Channel
from improvement import expectations
from improvement.expectations import Expectation, Later, Measure, Outcome, plannable
from improvement.models import Plan

# (channel, indicator, span) of a figure: what it and its outcome have in common.
_Kind = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Start:
    """A figure that a plan may start from: one that the public sees in the newest report."""

    measure: Measure
    release: Release
    channel: str
    span: Span
    figure: disclosure.Figure

    @property
    def words(self) -> Words:
        return spoken(self.figure)

    @property
    def told_of(self) -> str:
        return expectations.told_of(self.span, self.release.wave.period_end)


def published(authority: Authority, *, today: date) -> list[Release]:
    """The releases with figures of the authority that everybody may see, the newest first."""
    return reporting.releases_of(authority, AnonymousUser(), today=today)


def starts(authority: Authority, *, today: date) -> dict[str, Start]:
    """All that a plan may start from today, by indicator, in the order of a report.

    What is withheld is not among them: nobody could tell what became of it.
    """
    try:
        release = reporting.chosen(published(authority, today=today), None)
    except reporting.NoSuchRelease:
        return {}
    figures = _figures(authority, [release])
    found = {}
    for code, measure in plannable().items():
        for channel, span in _places(figures):
            figure = figures.get((channel, code, span), {}).get(release.pk)
            if figure is not None and spoken(figure).shown:
                found[code] = Start(measure, release, channel, span, figure)
                break
    return found


def _places(figures: Iterable[_Kind]) -> list[tuple[str, Span]]:
    """Where to look: as a report does, by an open link only where nobody was invited."""
    channels = {channel for channel, _, _ in figures}
    channel = Channel.OPEN if channels == {Channel.OPEN} else Channel.INVITED
    return [(channel.value, span) for span in LEADING]


# --- what became of them -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan, with what it starts from, what is expected and what became of it side by side.

    Args:
        outcome: ``None`` while there is no newer figure.
        told_of: the time that the outcome tells of; "" without one.
    """

    plan: Plan
    expectation: Expectation
    outcome: Outcome | None
    told_of: str = ""

    @property
    def measure(self) -> Measure:
        return self.expectation.measure

    @property
    def start(self) -> Words:
        return spoken(self.expectation.start)

    @property
    def started(self) -> str:
        wave = self.plan.started_in.wave
        return expectations.told_of(self.expectation.span, wave.period_end)

    @property
    def expected(self) -> str:
        return self.measure.unit.of(self.expectation.expected)

    @property
    def found(self) -> Words | None:
        return spoken(self.outcome.figure) if self.outcome else None

    @property
    def sentences(self) -> tuple[str, ...]:
        return expectations.in_words(self.expectation, self.outcome)


def standings(
    authority: Authority, plans: Sequence[Plan], releases: Iterable[Release]
) -> list[Standing]:
    """Each plan of the authority with its outcome in these releases. One query for them all."""
    if not plans:
        return []
    waves = sorted(
        reporting.newest_of_each_wave(releases),
        key=lambda each: (each.wave.period_start, each.wave.period_end, each.wave_id),
    )
    figures = _figures(authority, waves, {plan.indicator for plan in plans})
    return [_standing(plan, waves, figures) for plan in plans]


def known_to_somebody(plan: Plan) -> Outcome | None:
    """What answers the plan as of now, also in a release that is only prepared.

    Planners see those before the public does, and could expect what they have seen.
    """
    of_it = Figure.objects.of_areas(plan.authority.gss_code).filter(release=OuterRef("pk"))
    releases = Release.objects.filter(Exists(of_it)).select_related("wave__version")
    [standing] = standings(plan.authority, [plan], releases)
    return standing.outcome


def _standing(
    plan: Plan,
    waves: Sequence[Release],
    figures: defaultdict[_Kind, dict[int, disclosure.Figure]],
) -> Standing:
    of_kind = figures[plan.channel, plan.indicator, plan.span]
    found = expectations.answering(
        plan.expected_by, Span(plan.span), _later(plan.started_in, waves, of_kind)
    )
    if found is None:
        return Standing(plan, plan.expectation, None)
    chosen, outcome = found
    told_of = expectations.told_of(Span(plan.span), chosen.end)
    return Standing(plan, plan.expectation, outcome, told_of)


def _later(
    start: Release, waves: Sequence[Release], figures: dict[int, disclosure.Figure]
) -> Iterable[Later]:
    """The figures of waves of the same survey after the start, the earliest first."""
    survey = start.wave.version.survey
    after = [
        each
        for each in waves
        if each.wave.version.survey == survey and each.wave.period_start > start.wave.period_start
    ]
    return [
        Later(figures[each.pk], each.wave.period_end, number)
        for number, each in enumerate(after, start=1)
        if each.pk in figures
    ]


def _figures(
    authority: Authority, releases: Sequence[Release], codes: Iterable[str] = ()
) -> defaultdict[_Kind, dict[int, disclosure.Figure]]:
    """Whole figures of the authority, by kind and then by release. One query.

    Args:
        codes: of these indicators; of all if none is named.
    """
    rows = Figure.objects.of_areas(authority.gss_code).filter(release__in=releases, slice=ALL)
    if named := list(codes):
        rows = rows.filter(indicator__in=named)
    found: defaultdict[_Kind, dict[int, disclosure.Figure]] = defaultdict(dict)
    for release, channel, code, span, value in rows.values_list(
        "release_id", "channel", "indicator", "span", "value"
    ):
        found[channel, code, span][release] = disclosure.from_json(value)
    return found

"""The drawings of one measure of an authority's report, each by the name that its address has."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol

from django.http import Http404, HttpResponse
from django.utils.timezone import localdate

from analytics import picturing
from analytics.comparing import Verdict
from analytics.control_charts import Chart
from analytics.disclosure import Figure, Mean, Share
from analytics.drawing import dots, funnel, waves, xmr
from analytics.drawing.sheet import NARROW, WIDE
from analytics.drawing.telling import About, Unit
from analytics.drawing.waves import Event, Wave
from analytics.judging import Against, Judged, centred, group_within, unweighted
from analytics.models import Event as Marked
from analytics.models import Release
from analytics.pages.opening import period, period_of
from analytics.picturing import Drawing
from analytics.reading import Group, IndicatorReport, InWave, Yearly, together
from analytics.reporting import AreaReport
from analytics.spans import Span
from analytics.wording import name_of, within
from surveys.definition import Survey

COMPARED, FUNNEL, OVER_TIME, BY = "compared", "funnel", "over-time", "by-"


class Reported(Protocol):
    """What pages of one measure read of a report, of an authority or of a larger area."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def survey(self) -> Survey: ...
    @property
    def release(self) -> Release: ...
    @property
    def out(self) -> tuple[Release, ...]: ...
    @property
    def events(self) -> tuple[Marked, ...]: ...
    @property
    def reliability(self) -> Mapping[str, Mapping[str, Any]]: ...


@dataclass(frozen=True)
class Shown:
    """A drawing as a page has it: for a phone, and for wherever there is more room.

    Args:
        name: in addresses, and in the ids of the page.
        first: as it was drawn to see whether there is one.
        drawn: at a width; the other one only where it is asked for.
        heading: what stands above it; "" where the page has one.
    """

    name: str
    first: Drawing
    drawn: Callable[[int], Drawing | None]
    heading: str = ""

    @cached_property
    def narrow(self) -> Drawing:
        return self._at(NARROW)

    @cached_property
    def wide(self) -> Drawing:
        return self._at(WIDE)

    @property
    def template(self) -> str:
        return picturing.template_of(self.first)

    def _at(self, width: int) -> Drawing:
        return self.first if self.first.width == width else self.drawn(width) or self.first


@dataclass(frozen=True, slots=True)
class Measured:
    """What drawings are made of.

    Args:
        names: of authorities, by GSS code; needed for a funnel.
        on_paper: whether wide drawings alone are wanted, and groups stand in one table.
    """

    report: AreaReport
    of: IndicatorReport
    judged: Judged
    names: Mapping[str, str]
    on_paper: bool = False

    @property
    def width(self) -> int:
        """Of the drawings that are made first."""
        return WIDE if self.on_paper else NARROW


def all_of(measured: Measured) -> list[Shown]:
    """Every drawing that there is of a measure, in the order of its page."""
    report, of = measured.report, measured.of
    found = [
        compared(measured),
        among_others(measured),
        over_time(report, of, width=measured.width),
    ]
    if not measured.on_paper:
        found += by_group(report, of)
    return [each for each in found if each is not None]


def compared(measured: Measured) -> Shown | None:
    """An authority beside England, its region, its own past and its neighbours."""
    of, judged = measured.of, measured.judged
    region = within(measured.report.authority.region.name)
    rows = [
        dots.Row("England", of.england, dots.Kind.ENGLAND, _word(judged.england.verdict)),
        dots.Row(
            f"{region[:1].upper()}{region[1:]}",
            of.region,
            dots.Kind.REGION,
            _word(judged.region.verdict),
        ),
        *_past(measured),
    ]
    about = _about(measured.report, of, told_of=_told_of(measured))

    def drawn(width: int) -> dots.Dots | None:
        return dots.against_others(
            about,
            of.figure,
            rows,
            neighbours=judged.neighbours,
            compared=_word(judged.like.verdict),
            width=width,
        )

    return in_both_widths(COMPARED, drawn, first=measured.width)


def _past(measured: Measured) -> Iterator[dots.Row]:
    """The past of the figure that leads; a wave alone has its own chart."""
    pairs = zip(measured.of.before, measured.judged.before, strict=True)
    for before, against in pairs:
        if before.span is measured.of.lead:
            name = f"{before.name[:1].upper()}{before.name[1:]}"
            yield dots.Row(name, before.before, dots.Kind.PAST, _word(against.verdict))


def among_others(measured: Measured) -> Shown | None:
    """The funnel about England, with the authority marked where its figure is a number."""
    of, report = measured.of, measured.report
    if of.backdrop is None or not is_number(of.england):
        return None
    backdrop = centred(of.backdrop, of.england)
    code = report.authority.gss_code
    own = funnel.Own(code, of.figure) if is_number(of.figure) else None
    about = _about(report, of, told_of=_told_of(measured))
    unit = Unit.POINTS if of.is_index else Unit.PERCENT

    def drawn(width: int) -> funnel.Funnel | None:
        return funnel.drawn(about, backdrop, unit=unit, names=measured.names, own=own, width=width)

    return in_both_widths(FUNNEL, drawn, first=measured.width)


def over_time(report: Reported, of: IndicatorReport, *, width: int = NARROW) -> Shown | None:
    """The control chart of each wave alone; ``width`` is that of the drawing made first."""
    about = _about(report, of, told_of="wave by wave")
    listed, marked = readings(of.waves), events(report, of.code)

    def drawn(width: int) -> xmr.Xmr | None:
        return xmr.drawn(about, listed, better=of.better, events=marked, width=width)

    return in_both_widths(OVER_TIME, drawn, first=width)


def by_group(report: Reported, of: IndicatorReport) -> Iterator[Shown]:
    """Groups beside everyone in the area, one drawing for each breakdown."""
    yearly = of.yearly
    if yearly is None:
        return
    about = _about(report, of, told_of=year_of(report, yearly))
    judged = judged_groups(report, of)
    for kind in dict.fromkeys(each.kind for each in yearly.groups):
        members = [(each, against) for each, against in judged if each.kind == kind]
        code = members[0][0].slice.partition(":")[0]
        rows = [
            dots.Row(each.name, each.figure, dots.Kind.GROUP, _word(against.verdict))
            for each, against in members
        ]
        drawn = _groups(about, unweighted(yearly.whole), rows, by=kind)
        found = in_both_widths(f"{BY}{code}", drawn, heading=kind)
        if found is not None:
            yield found


def _groups(
    about: About, whole: Figure | None, rows: Sequence[dots.Row], *, by: str
) -> Callable[[int], dots.Dots | None]:
    return lambda width: dots.groups(about, whole, rows, by=by, width=width)


def judged_groups(report: Reported, of: IndicatorReport) -> list[tuple[Group, Against]]:
    """Each group of the newest year, with what is said of it beside everyone in the area."""
    yearly = of.yearly
    if yearly is None:
        return []
    return [
        (
            each,
            group_within(
                each.figure, yearly.whole, better=of.better, name=f"everyone in {report.name}"
            ),
        )
        for each in yearly.groups
    ]


def readings(found: Sequence[InWave]) -> list[Wave]:
    """The waves of a control chart. One that was left out has its place, so nothing is joined."""
    listed = [
        Wave(each.release.wave.period_start, each.release.wave.period_end, each.figure)
        for each in found
    ]
    apart = min((after.start - each.start for each, after in pairwise(listed)), default=None)
    whole: list[Wave] = []
    for each in listed:
        while apart and whole and each.start - whole[-1].start > 1.5 * apart:
            start = whole[-1].start + apart
            whole.append(Wave(start, start + (each.end - each.start), None))
        whole.append(each)
    return whole


def events(report: Reported, code: str) -> list[Event]:
    """Those that are marked in the chart of a measure."""
    return [
        Event(each.on, each.words, each.rebases)
        for each in report.events
        if each.indicator in {"", code}
    ]


def chart_of(report: Reported, of: IndicatorReport) -> Chart:
    """What the control chart of a measure says, drawn or not."""
    return waves.chart(readings(of.waves), better=of.better, events=events(report, of.code))


def year_of(report: Reported, yearly: Yearly) -> str:
    """The time that figures of a year tell of."""
    return period_of(together(report.out, yearly.release, Span.YEAR))


def _told_of(measured: Measured) -> str:
    report = measured.report
    if measured.of.lead is Span.WAVE:
        return period(report.release)
    return period_of(together(report.out, report.release))


def source(title: str, release: Release) -> str:
    """Where a drawing is from, for whoever takes it along."""
    out = release.published_at
    when = f"published {localdate(out):%-d %B %Y}" if out else "not published"
    simulated = ", simulated" if release.wave.simulated else ""
    return f"{title}, {release.wave.name}, release {release.number}, {when}{simulated}"


def _about(report: Reported, of: IndicatorReport, *, told_of: str) -> About:
    return About(
        area=report.name,
        measure=name_of(of.indicator) if of.is_index else of.indicator.wording,
        period=told_of,
        source=source(report.survey.title, report.release),
    )


def _word(verdict: Verdict) -> str:
    return verdict.value


def is_number(figure: Figure | None) -> bool:
    """Whether it may be marked in a funnel, or limits be drawn about it; an end may not."""
    match figure:
        case Share(percent=int()) | Mean():
            return True
        case _:
            return False


def in_both_widths(
    name: str,
    drawn: Callable[[int], Drawing | None],
    *,
    heading: str = "",
    first: int = NARROW,
) -> Shown | None:
    """A drawing for a phone and for more room; ``None`` where nothing may be drawn."""
    found = drawn(first)
    return None if found is None else Shown(name, found, drawn, heading)


def as_file(drawn: Iterable[Shown], name: str, kind: str, *, of: str) -> HttpResponse:
    """The one of this name, wide, to be taken along; ``of`` is what the file's name begins with.

    Raises:
        Http404: there is none of this name, or the kind is neither "svg" nor "png".
    """
    shown = next((each for each in drawn if each.name == name), None)
    if shown is None:
        raise Http404
    match kind:
        case "svg":
            response = HttpResponse(picturing.svg(shown.wide), content_type="image/svg+xml")
        case "png":
            response = HttpResponse(picturing.png(shown.wide), content_type="image/png")
        case _:
            raise Http404
    response["Content-Disposition"] = f'inline; filename="{of}-{name}.{kind}"'
    return response

"""Looking released figures up: one area's over waves, and others' beside them.

What `analytics/reporting.py` (an authority) and `analytics/wide_reporting.py` (England, a region)
have in common. It reads figures and what stands behind them; never a reply, a batch or a sheet.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q

from analytics import disclosure, ordering
from analytics.breakdowns import breakdowns
from analytics.indicators import REPLIES, Better, Index, Indicator, measures
from analytics.judging import LEADING, Before, Evidence, Judged, judge, spread_of
from analytics.marks import ALL
from analytics.models import Background, Figure, Release
from analytics.questions import OF_TOPIC, topic_questions
from analytics.spans import TOGETHER, Span
from authorities.areas import ENGLAND
from feedback.models import Channel
from surveys.definition import Item, Survey
from surveys.lists import Topic

# Three years of quarters. A trend longer than that is for the open data.
MOST_WAVES = 12

Measure = Indicator | Index


class Place(NamedTuple):
    """Where a figure is."""

    release: int
    area: str
    channel: str
    indicator: str
    slice: str
    span: str


@dataclass(frozen=True, slots=True)
class InWave:
    """A figure and England's, of one wave alone, as its newest release has them."""

    release: Release
    figure: disclosure.Figure | None
    england: disclosure.Figure | None


@dataclass(frozen=True, slots=True)
class Group:
    """What is said of those who share a fact: of ``kind`` "Age" and ``name`` "8 to 11"."""

    kind: str
    name: str
    figure: disclosure.Figure
    slice: str = ""


@dataclass(frozen=True, slots=True)
class Yearly:
    """One measure in the newest year that has figures.

    Args:
        release: the release that they came with.
        whole: of everyone who answered in that year.
    """

    release: Release
    whole: disclosure.Figure | None
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class IndicatorReport:
    """One measure in one area.

    Args:
        lead: of how many waves the figure is that leads.
        figure, england, region: of that span; ``None`` where there is none.
        waves: those that have it, the earliest first; the last is the wave of the report.
        before: earlier figures that share no answers, to tell a change by.
        neighbours: of each statistical neighbour, the nearest first; empty where not asked for.
        backdrop: how authorities spread about England, as published; ``None`` where there is none.
        yearly: by groups, once a year; ``None`` before the first, or where not asked for.
        open_link: of replies by an open link, which are counted apart; ``None`` where the report
            itself is of those.
        item: as the survey asked it; ``None`` of an index, or if this version did not.
    """

    indicator: Measure
    lead: Span
    figure: disclosure.Figure | None
    england: disclosure.Figure | None
    region: disclosure.Figure | None
    waves: tuple[InWave, ...]
    before: tuple[Before, ...]
    neighbours: tuple[disclosure.Figure | None, ...]
    backdrop: Mapping[str, Any] | None
    yearly: Yearly | None
    open_link: disclosure.Figure | None
    item: Item | None

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def is_index(self) -> bool:
        return isinstance(self.indicator, Index)

    @property
    def better(self) -> Better:
        return better_of(self.indicator)

    def judged(self, *, region: str) -> Judged:
        """What may be said of it.

        Args:
            region: the region's name within a sentence.
        """
        spread = None
        if self.backdrop is not None:
            spread = spread_of(self.backdrop, mean=self.is_index)
        return judge(
            Evidence(
                better=self.better,
                own=self.figure,
                england=self.england,
                spread=spread,
                region=self.region,
                region_name=region,
                neighbours=self.neighbours,
                before=self.before,
            )
        )


@dataclass(frozen=True, slots=True)
class Named:
    """How many named a topic, of those who said what their idea was about."""

    topic: Topic
    figure: disclosure.Figure
    england: disclosure.Figure | None


def better_of(measure: Measure) -> Better:
    """Which way is good; of a score, up."""
    return Better.HIGHER if isinstance(measure, Index) else measure.better


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a report is asked for: a page reads no more than it shows.

    Args:
        code: of one measure only; "" of all.
        neighbours: figures of statistical neighbours too.
        groups: figures of each group too, and not only how many answered.
        using: how many use each service too.
    """

    code: str = ""
    neighbours: bool = False
    groups: bool = False
    using: bool = False


EVERYTHING_IN_SHORT = Wanted(using=True)


def all_measures() -> tuple[Measure, ...]:
    """The indexes, which are the most sensitive and come first, then the indicators."""
    found = measures()
    return (*found.indexes, *found.indicators)


def survey_of(release: Release) -> str:
    return release.wave.version.survey


class Places(NamedTuple):
    """Of which areas figures are read.

    Args:
        own: the area that is told of.
        region: the region that it is compared with; "" for none.
        near: others beside it: neighbours, or those that it is made of.
    """

    own: str
    region: str = ""
    near: tuple[str, ...] = ()

    @property
    def others(self) -> list[str]:
        """All but its own and England."""
        return [each for each in (self.region, *self.near) if each]


def together(out: Sequence[Release], last: Release, span: Span = Span.FOUR) -> list[Release]:
    """The waves that figures of several are of, the earliest first, as they were out then.

    They are those that the open data names, also where an area took no part in one.

    Args:
        out: all that are published, with their waves and versions.
    """
    newest = {each.wave_id: each for each in ordering.before(last.wave, out)}
    found = ordering.waves_of(last, out).get(span, (last.wave,))
    return [newest.get(wave.pk, last) for wave in found]


def channel_of(area: str, release: Release, figures: Collection[Place]) -> Channel:
    """How those answered whom a report is of: by an open link only where nobody was invited."""
    found = {place.channel for place in figures if place[:2] == (release.pk, area)}
    return Channel.OPEN if found == {Channel.OPEN} else Channel.INVITED


def figures_of(
    places: Places,
    release: Release,
    waves: Sequence[Release],
    wanted: Wanted,
    *,
    with_england: bool,
) -> Mapping[Place, disclosure.Figure]:
    """Whole figures of every wave, and of the release and a year what else is wanted. One query.

    Of other areas only what they say in releases that the reader may see of them: those of waves
    before this one are published.
    """
    own, others = places.own, places.others
    whole = Q(slice=ALL, span__in=[Span.WAVE, Span.FOUR])
    of_survey = [each.pk for each in waves if survey_of(each) == survey_of(release)]
    yearly = Q(area=own, release__in=of_survey, span=Span.YEAR)
    if not wanted.groups:
        yearly &= Q(indicator=REPLIES)
    seen = Q(area=own) | Q(area=ENGLAND) & ~Q(release=release)
    if with_england:
        seen |= Q(release=release, area__in=[ENGLAND, *others])
    # Of topics no trend is told.
    whole &= ~Q(indicator__startswith=OF_TOPIC) | Q(release=release)
    rows = Figure.objects.of_areas(own, ENGLAND, *others).filter(
        (whole & seen) | yearly, release__in=waves
    )
    if wanted.code:
        rows = rows.filter(indicator__in=[REPLIES, wanted.code])
    listed = rows.values_list(
        "release_id", "area", "channel", "indicator", "slice", "span", "value"
    )
    return {Place(*row[:-1]): disclosure.from_json(row[-1]) for row in listed}


def backgrounds_of(
    places: Places, release: Release, channel: Channel, wanted: Wanted, *, with_england: bool
) -> Mapping[tuple[str, str], Any]:
    """What stands behind the figures, by area and topic. One query."""
    rows = Background.objects.filter(release=release, channel=channel)
    of_england = Q(area=ENGLAND)
    if wanted.code:
        of_england &= Q(topic__endswith=f":{wanted.code}")
    seen = Q(area=places.own)
    if with_england:
        seen |= of_england
    return {
        (area, topic): value
        for area, topic, value in rows.filter(seen).values_list("area", "topic", "value")
    }


@dataclass(frozen=True)
class Reader:
    """Looks figures of one area up, and puts others' beside them.

    Args:
        waves: the earliest first; the last is the release that is read.
    """

    places: Places
    release: Release
    waves: Sequence[Release]
    figures: Mapping[Place, disclosure.Figure]
    backgrounds: Mapping[tuple[str, str], Any]
    survey: Survey
    channel: Channel

    def figure(
        self,
        code: str,
        *,
        span: Span = Span.WAVE,
        part: str = ALL,
        area: str = "",
        release: Release | None = None,
        channel: Channel | None = None,
    ) -> disclosure.Figure | None:
        return self.figures.get(
            Place(
                (release or self.release).pk,
                area or self.places.own,
                channel or self.channel,
                code,
                part,
                span,
            )
        )

    def lead(
        self, code: str, *, release: Release | None = None, channel: Channel | None = None
    ) -> Span:
        """The first of the spans that lead of which there is a figure."""
        for span in LEADING:
            if self.figure(code, span=span, release=release, channel=channel) is not None:
                return span
        return Span.WAVE

    def apart(self, code: str, span: Span) -> disclosure.Figure | None:
        """By an open link, where the report is of those who were invited."""
        if self.channel == Channel.OPEN:
            return None
        found = self.figure(code, span=span, channel=Channel.OPEN)
        return found or self.figure(code, channel=Channel.OPEN)

    def has(self, measure: Measure) -> bool:
        """Whether the release has a figure of it, shown or withheld: the survey asked it."""
        return any(self.figure(measure.code, channel=each) is not None for each in Channel)

    def measures(self, code: str = "") -> Iterator[IndicatorReport]:
        """Those that the release has a figure of, or the one of this code."""
        for each in all_measures():
            if code in ("", each.code) and self.has(each):
                yield self.measure(each)

    def measure(self, measure: Measure) -> IndicatorReport:
        code, span = measure.code, self.lead(measure.code)
        item = getattr(measure, "item", None)
        return IndicatorReport(
            indicator=measure,
            lead=span,
            figure=self.figure(code, span=span),
            england=self.figure(code, span=span, area=ENGLAND),
            region=self.figure(code, span=span, area=self.places.region),
            waves=tuple(self._in_waves(code)),
            before=tuple(self._before(code)),
            neighbours=tuple(self.figure(code, span=span, area=area) for area in self.places.near),
            backdrop=self.backgrounds.get((ENGLAND, f"spread:{span}:{code}")),
            yearly=self.yearly(code),
            open_link=self.apart(code, span),
            item=next((each for each in self.survey.items if each.code == item), None),
        )

    def topics(self) -> Iterator[Named]:
        """Those of ideas that the release has a figure of, shown or withheld."""
        for each in topic_questions():
            figure = self.figure(each.code, span=Span.FOUR)
            if figure is not None and isinstance(each.of, Topic):
                yield Named(each.of, figure, self.figure(each.code, span=Span.FOUR, area=ENGLAND))

    def behind(self, area: str, topic: str) -> dict[str, Mapping[str, Any]]:
        """What stands behind figures, by what comes after the topic's first word."""
        return {
            name.removeprefix(topic): value
            for (of, name), value in self.backgrounds.items()
            if of == area and name.startswith(topic)
        }

    def yearly(self, code: str) -> Yearly | None:
        """Of the newest year that has figures by group."""
        for release in reversed(self.waves):
            found = tuple(self._groups(code, release))
            if found:
                return Yearly(release, self.figure(code, span=Span.YEAR, release=release), found)
        return None

    def _groups(self, code: str, release: Release) -> Iterator[Group]:
        for part, (kind, name) in named_slices().items():
            figure = self.figure(code, span=Span.YEAR, part=part, release=release)
            if figure is not None:
                yield Group(kind, name, figure, part)

    def _in_waves(self, code: str) -> list[InWave]:
        """The report's, and before it the latest that have a figure: the others did not ask it."""
        *before, last = (self._in_wave(each, code) for each in self.waves)
        having = [each for each in before if each.figure is not None]
        return [*having[-(MOST_WAVES - 1) :], last]

    def _in_wave(self, release: Release, code: str) -> InWave:
        return InWave(
            release,
            figure=self.figure(code, release=release),
            england=self.figure(code, release=release, area=ENGLAND),
        )

    def _before(self, code: str) -> Iterator[Before]:
        """Four waves with the four before them, and the wave alone with those before it."""
        having = [
            each
            for each in self.waves
            if survey_of(each) == survey_of(self.release)
            and self.figure(code, release=each) is not None
        ]
        if not having or having[-1] != self.release:
            return
        apart = having[:-TOGETHER]
        if apart and self.lead(code) is Span.FOUR:
            several = self.lead(code, release=apart[-1]) is Span.FOUR
            many = "four waves" if len(apart) >= TOGETHER else "waves" if several else "wave"
            yield self._beside(code, Span.FOUR, apart[-1], f"the {many} before these")
        if len(having) > 1:
            several = self.lead(code, release=having[-2]) is Span.FOUR
            name = "the waves before it" if several else "the wave before it"
            yield self._beside(code, Span.WAVE, having[-2], name)

    def _beside(self, code: str, span: Span, then: Release, name: str) -> Before:
        before = self.figure(code, span=self.lead(code, release=then), release=then)
        return Before(self.figure(code, span=span), before, name, span)


def named_slices() -> dict[str, tuple[str, str]]:
    """What each slice is of, and its own name, in the order to show them: "Service", "In care"."""
    return {
        group.slice: (breakdown.name, group.name)
        for breakdown in breakdowns().each
        for group in breakdown.groups
    }

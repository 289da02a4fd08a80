"""Reads for reports: which releases there are to see, and what they say of an area, as values.

The one door from figures to pages, downloads and the API. It reads releases and figures, and the
words of the survey; never a reply, a batch or a tally sheet.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from analytics import disclosure, ordering
from analytics.indicators import REPLIES
from analytics.models import Event, Figure, Release
from analytics.querysets import ReleaseQuerySet
from analytics.reading import (
    EVERYTHING_IN_SHORT,
    MOST_WAVES,
    IndicatorReport,
    Named,
    Places,
    Reader,
    Wanted,
    Yearly,
    backgrounds_of,
    channel_of,
    figures_of,
    survey_of,
)
from analytics.spans import Span
from authorities import access
from authorities.areas import ENGLAND
from authorities.models import Authority, ServicePopulation, User
from authorities.roles import Permission
from feedback.models import Channel
from surveys import core
from surveys.definition import Survey

# The core survey's file is named for its code.
CORE = core.SOURCE.stem


class NoSuchRelease(LookupError):
    """There is no such release of these figures, or not one that this reader may see yet."""


@dataclass(frozen=True, slots=True)
class Using:
    """How many use one service of an authority, by the register, or ``None`` if it does not say."""

    number: int | None
    year: int


@dataclass(frozen=True, slots=True)
class AreaReport:
    """All that a report of one authority says.

    Args:
        channel: how those came that the report is of: by invitation, unless nobody was invited.
        indicators: the indexes, then the indicators.
        lead: of how many waves most figures are that lead.
        replies, open_link_replies: how many answered in those; by an open link where that is apart.
        replies_in_wave: how many answered in the wave alone.
        topics: what families' ideas are about; empty before there is a second wave.
        answered: how many of each group answered, in the newest year that has figures.
        using: how many use each service that is counted; empty where not asked for.
        weights: of each span how totals were weighted, as published.
        reliability: what is published of how far each index can be relied on, by its code.
        events: what is marked in the charts, the earliest first.
        releases: all that this reader may see, for the list of others; the newest first.
        out: all that are published, which tell of which waves a figure of several is.
        with_england: whether England's figures of this release are in it. Of a survey that was
            asked elsewhere there are none.
        england_later: whether they come when it is published. Those of a prepared release are for
            those only who may see them nationally.
    """

    authority: Authority
    release: Release
    survey: Survey
    channel: Channel
    indicators: tuple[IndicatorReport, ...]
    lead: Span
    replies: disclosure.Figure | None
    replies_in_wave: disclosure.Figure | None
    open_link_replies: disclosure.Figure | None
    topics: tuple[Named, ...]
    answered: Yearly | None
    using: Mapping[str, Using]
    weights: Mapping[str, Mapping[str, Any]]
    reliability: Mapping[str, Mapping[str, Any]]
    events: tuple[Event, ...]
    releases: tuple[Release, ...]
    out: tuple[Release, ...]
    with_england: bool
    england_later: bool

    @property
    def code(self) -> str:
        return self.authority.gss_code

    @property
    def name(self) -> str:
        """As it stands in a sentence."""
        return self.authority.name

    @property
    def by_open_link(self) -> bool:
        return self.channel == Channel.OPEN

    @property
    def newest_release(self) -> Release:
        """The newest published one of the same survey; this one if none is."""
        of_survey = (each for each in self.releases if survey_of(each) == survey_of(self.release))
        return next((each for each in of_survey if each.published_at), self.release)

    @property
    def newest(self) -> bool:
        """Whether no later figures of this survey were published for this authority."""
        return self.newest_release == self.release

    def measure(self, code: str) -> IndicatorReport:
        """Raises: KeyError: the report has no figure of it."""
        for each in self.indicators:
            if each.code == code:
                return each
        raise KeyError(code)


# --- which releases ------------------------------------------------------------------------------


def newest_first(releases: ReleaseQuerySet) -> ReleaseQuerySet:
    """By the period they tell of, then by correction: a corrected old wave is not news."""
    return releases.select_related("wave").order_by(
        "-wave__period_start", "-wave__period_end", "-wave_id", "-number"
    )


def newest_published() -> Release | None:
    """The newest published release with figures of England."""
    of_england = Figure.objects.filter(release=OuterRef("pk"), area=ENGLAND)
    published = Release.objects.published().filter(Exists(of_england))
    return _preferred(with_surveys(newest_first(published)))


def releases_of(authority: Authority, user: User | AnonymousUser, *, today: date) -> list[Release]:
    """The releases with figures of an authority that this reader may see, the newest first."""
    figures = Figure.objects.filter(release=OuterRef("pk"), area=authority.gss_code)
    releases = Release.objects.filter(Exists(figures))
    # Asked of the signed-in only: the public's page needs no query for it.
    if isinstance(user, AnonymousUser) or not may_see_unpublished(user, authority, today=today):
        releases = releases.published()
    return list(with_surveys(newest_first(releases)))


def may_see_unpublished(
    user: User | AnonymousUser, authority: Authority | None, *, today: date
) -> bool:
    """Whether prepared figures of the authority (``None``: of England) may be shown them."""
    return access.may(user, Permission.SEE_UNPUBLISHED_FIGURES, authority, today=today)


def chosen(releases: Sequence[Release], wanted: int | None) -> Release:
    """The release asked for, else the newest published one of the core survey, else of another.

    Raises:
        NoSuchRelease: it is not among them.
    """
    if wanted is None:
        found = _preferred(each for each in releases if each.published_at)
    else:
        found = next((each for each in releases if each.pk == wanted), None)
    if found is None:
        raise NoSuchRelease
    return found


def _preferred(newest_first: Iterable[Release]) -> Release | None:
    """The first of the core survey; else of one asked here; else of one brought along."""
    return min(newest_first, key=_standing, default=None)


def _standing(release: Release) -> int:
    if survey_of(release) == CORE:
        return 0
    return 2 if release.wave.version.definition.asked_elsewhere else 1


def with_surveys(releases: ReleaseQuerySet) -> ReleaseQuerySet:
    """With what version each asked, without its long texts: few of them are read."""
    texts = ("wave__version__source", "wave__version__translations")
    return releases.select_related("wave__version").defer(*texts)


def newest_of_each_wave(releases: Iterable[Release]) -> list[Release]:
    """Without those that a later release of the same wave corrected. In the same order."""
    newest: dict[int, Release] = {}
    for release in releases:
        kept = newest.get(release.wave_id)
        if kept is None or release.number > kept.number:
            newest[release.wave_id] = release
    return list(newest.values())


# --- what they say -------------------------------------------------------------------------------


def report(
    authority: Authority,
    release: Release,
    *,
    releases: Sequence[Release],
    with_england: bool,
    wanted: Wanted = EVERYTHING_IN_SHORT,
) -> AreaReport:
    """The report of an authority in one release. As many queries however many waves there are.

    Those are: figures, what stands behind them, events, what is published; neighbours and users
    where wanted.

    Args:
        releases: those with figures of the authority that the reader may see, the newest first.
        with_england: whether the reader may see what this release says of other areas.
    """
    waves = waves_up_to(release, releases)
    near = _neighbours(authority) if wanted.neighbours and with_england else ()
    places = Places(authority.gss_code, authority.region_id, near)
    figures = figures_of(places, release, waves, wanted, with_england=with_england)
    survey = release.wave.version.definition
    channel = channel_of(authority.gss_code, release, figures)
    reader = Reader(
        places=places,
        release=release,
        waves=waves,
        figures=figures,
        backgrounds=backgrounds_of(places, release, channel, wanted, with_england=with_england),
        survey=survey,
        channel=channel,
    )
    return AreaReport(
        authority=authority,
        release=release,
        survey=survey,
        channel=channel,
        indicators=tuple(reader.measures(wanted.code)),
        lead=reader.lead(REPLIES),
        replies=reader.figure(REPLIES, span=reader.lead(REPLIES)),
        replies_in_wave=reader.figure(REPLIES),
        open_link_replies=reader.apart(REPLIES, reader.lead(REPLIES)),
        topics=tuple(reader.topics()),
        answered=reader.yearly(REPLIES),
        using=_using(authority) if wanted.using else {},
        weights=reader.behind(authority.gss_code, "weights:"),
        reliability=reader.behind(ENGLAND, "index:"),
        events=tuple(_events(authority, waves)),
        releases=tuple(releases),
        out=tuple(ordering.published()),
        with_england=any(place[:2] == (release.pk, ENGLAND) for place in figures),
        england_later=not with_england and not survey.asked_elsewhere,
    )


def next_release(after: Release) -> Release | None:
    """The next of the same survey that is scheduled to come out, of a later wave. One query."""
    scheduled = Release.objects.filter(
        published_at=None,
        publish_at__isnull=False,
        wave__version__survey=survey_of(after),
        wave__simulated=after.wave.simulated,
        wave__period_start__gt=after.wave.period_start,
    )
    return scheduled.select_related("wave").order_by("publish_at").first()


def waves_up_to(release: Release, releases: Sequence[Release]) -> list[Release]:
    """The newest published release of each earlier wave, and last this one. The earliest first.

    No more of each survey than a trend has room for.
    """
    published = [each for each in releases if each.published_at]
    before = [
        each
        for each in newest_of_each_wave(published)
        if each.wave_id != release.wave_id and each.wave.period_start <= release.wave.period_start
    ]
    of_survey: defaultdict[str, list[Release]] = defaultdict(list)
    for each in before:
        of_survey[survey_of(each)].append(each)
    taken = {each.pk for found in of_survey.values() for each in found[: MOST_WAVES - 1]}
    return [*(each for each in reversed(before) if each.pk in taken), release]


def _neighbours(authority: Authority) -> tuple[str, ...]:
    """GSS codes of its statistical neighbours, the nearest first."""
    ranks = authority.neighbour_ranks.order_by("rank")
    return tuple(ranks.values_list("neighbour__gss_code", flat=True))


def _events(authority: Authority, waves: Sequence[Release]) -> Iterator[Event]:
    """What is marked within the waves. One query."""
    within = (waves[0].wave.period_start, waves[-1].wave.period_end)
    yield from Event.objects.filter(authority=authority, on__range=within).order_by("on", "pk")


def _using(authority: Authority) -> dict[str, Using]:
    """The newest number of each service. One query."""
    return {
        each.service: Using(each.number, each.year)
        for each in ServicePopulation.objects.filter(authority=authority).order_by("year")
    }

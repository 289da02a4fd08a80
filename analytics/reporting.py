"""Reads for reports: which releases there are to see, and what they say of an area, as values.

The one door from figures to pages, downloads and the API. It reads releases and figures, and the
words of the survey; never a reply, a batch or a tally sheet.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q

from analytics import disclosure
from analytics.cells import PARENT, SERVICE_ITEM
from analytics.figures import NOT_SAID
from analytics.indicators import REPLIES, Indicator, indicators
from analytics.marks import ALL
from analytics.models import Figure, Release
from analytics.querysets import ReleaseQuerySet
from authorities import access
from authorities.areas import ENGLAND
from authorities.models import Authority, User
from authorities.roles import Permission
from feedback.models import Channel
from surveys import core, lists
from surveys.definition import Answer, Item, Survey

# Three years of quarters. A trend longer than that is for the open data.
MOST_WAVES = 12
# The core survey's file is named for its code.
CORE = core.SOURCE.stem

# (release, area, channel, indicator, slice) of a figure.
_Place = tuple[int, str, str, str, str]


class NoSuchRelease(LookupError):
    """There is no such release of these figures, or not one that this reader may see yet."""


@dataclass(frozen=True, slots=True)
class InWave:
    """A figure and England's, as one wave's newest release has them."""

    release: Release
    figure: disclosure.Figure | None
    england: disclosure.Figure | None


@dataclass(frozen=True, slots=True)
class Group:
    """How many there are of those who share a fact: of ``kind`` "Age" and ``name`` "8 to 11"."""

    kind: str
    name: str
    figure: disclosure.Figure


@dataclass(frozen=True, slots=True)
class IndicatorReport:
    """One indicator in one area.

    Args:
        waves: those that have it, the earliest first; the last is the wave of the report.
        open_link: of replies by an open link, which are counted apart; ``None`` where the report
            itself is of those.
        item: as the survey asked it; ``None`` if this version did not.
    """

    indicator: Indicator
    waves: tuple[InWave, ...]
    open_link: disclosure.Figure | None
    item: Item | None

    @property
    def figure(self) -> disclosure.Figure | None:
        return self.waves[-1].figure

    @property
    def england(self) -> disclosure.Figure | None:
        return self.waves[-1].england


@dataclass(frozen=True, slots=True)
class AreaReport:
    """All that a report of one authority says.

    Args:
        channel: how those came that the report is of: by invitation, unless nobody was invited.
        replies, open_link_replies: how many answered; by an open link only where that is apart.
        groups: how many of each age and service answered, where there are such figures.
        releases: all that this reader may see, for the list of others; the newest first.
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
    replies: disclosure.Figure | None
    open_link_replies: disclosure.Figure | None
    groups: tuple[Group, ...]
    releases: tuple[Release, ...]
    with_england: bool
    england_later: bool

    @property
    def by_open_link(self) -> bool:
        return self.channel == Channel.OPEN

    @property
    def newest_release(self) -> Release:
        """The newest published one of the same survey; this one if none is."""
        of_survey = (each for each in self.releases if _survey(each) == _survey(self.release))
        return next((each for each in of_survey if each.published_at), self.release)

    @property
    def newest(self) -> bool:
        """Whether no later figures of this survey were published for this authority."""
        return self.newest_release == self.release


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
    return _preferred(_with_surveys(newest_first(published)))


def releases_of(authority: Authority, user: User | AnonymousUser, *, today: date) -> list[Release]:
    """The releases with figures of an authority that this reader may see, the newest first."""
    figures = Figure.objects.filter(release=OuterRef("pk"), area=authority.gss_code)
    releases = Release.objects.filter(Exists(figures))
    # Asked of the signed-in only: the public's page needs no query for it.
    if isinstance(user, AnonymousUser) or not may_see_unpublished(user, authority, today=today):
        releases = releases.published()
    return list(_with_surveys(newest_first(releases)))


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
    if _survey(release) == CORE:
        return 0
    return 2 if release.wave.version.definition.asked_elsewhere else 1


def _survey(release: Release) -> str:
    return release.wave.version.survey


def _with_surveys(releases: ReleaseQuerySet) -> ReleaseQuerySet:
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
    authority: Authority, release: Release, *, releases: Sequence[Release], with_england: bool
) -> AreaReport:
    """The report of an authority in one release. Two queries, however many waves there are.

    Args:
        releases: those with figures of the authority that the reader may see, the newest first.
    """
    waves = _waves_up_to(release, releases)
    figures = _figures(authority.gss_code, release, waves, with_england=with_england)
    survey = release.wave.version.definition
    reader = _Reader(authority.gss_code, release, waves, figures, survey)
    return AreaReport(
        authority=authority,
        release=release,
        survey=survey,
        channel=reader.channel,
        indicators=tuple(reader.indicator(each) for each in indicators() if reader.has(each)),
        replies=reader.figure(REPLIES, reader.channel),
        open_link_replies=reader.apart(REPLIES),
        groups=tuple(reader.groups()),
        releases=tuple(releases),
        with_england=any(place[:2] == (release.pk, ENGLAND) for place in figures),
        england_later=not with_england and not survey.asked_elsewhere,
    )


def england(release: Release) -> dict[str, disclosure.Figure]:
    """England's figures of a release by indicator, and how many answered. One query."""
    figures = Figure.objects.of_areas(ENGLAND).filter(
        release=release, slice=ALL, channel=Channel.INVITED
    )
    return {
        code: disclosure.from_json(value)
        for code, value in figures.values_list("indicator", "value")
    }


def _waves_up_to(release: Release, releases: Sequence[Release]) -> list[Release]:
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
        of_survey[_survey(each)].append(each)
    taken = {each.pk for found in of_survey.values() for each in found[: MOST_WAVES - 1]}
    return [*(each for each in reversed(before) if each.pk in taken), release]


def _channel(area: str, release: Release, figures: Collection[_Place]) -> Channel:
    """How those answered whom a report is of: by an open link only where nobody was invited."""
    found = {place[2] for place in figures if place[:2] == (release.pk, area)}
    return Channel.OPEN if found == {Channel.OPEN} else Channel.INVITED


def _figures(
    area: str, release: Release, waves: Sequence[Release], *, with_england: bool
) -> Mapping[_Place, disclosure.Figure]:
    """All of the release, and of earlier waves what a trend needs. One query."""
    rows = (
        Figure.objects.of_areas(area, ENGLAND)
        .filter(release__in=waves)
        .filter(Q(release=release) | Q(slice=ALL))
        .values_list("release_id", "area", "channel", "indicator", "slice", "value")
    )
    if not with_england:
        rows = rows.exclude(area=ENGLAND, release=release)
    return {(*place,): disclosure.from_json(value) for *place, value in rows}  # type: ignore[misc]  # five, as listed


class _Reader:
    """Looks figures of one area up, and puts England's beside them."""

    def __init__(
        self,
        area: str,
        release: Release,
        waves: Sequence[Release],
        figures: Mapping[_Place, disclosure.Figure],
        survey: Survey,
    ) -> None:
        self.area, self.release, self.waves = area, release, waves
        self.figures, self.survey = figures, survey
        self.channel = _channel(area, release, figures)

    def figure(self, code: str, channel: Channel, part: str = ALL) -> disclosure.Figure | None:
        return self.figures.get((self.release.pk, self.area, channel, code, part))

    def apart(self, code: str) -> disclosure.Figure | None:
        """By an open link, where the report is of those who were invited."""
        return None if self.channel == Channel.OPEN else self.figure(code, Channel.OPEN)

    def has(self, indicator: Indicator) -> bool:
        """Whether the release has a figure of it, shown or withheld: the survey asked it."""
        return any(self.figure(indicator.code, each) is not None for each in Channel)

    def indicator(self, indicator: Indicator) -> IndicatorReport:
        return IndicatorReport(
            indicator=indicator,
            waves=tuple(self._in_waves(indicator.code)),
            open_link=self.apart(indicator.code),
            item=next((each for each in self.survey.items if each.code == indicator.item), None),
        )

    def groups(self) -> Iterator[Group]:
        for part, (kind, name) in named_slices(self.survey).items():
            figure = self.figure(REPLIES, self.channel, part)
            if figure is not None:
                yield Group(kind, name, figure)

    def _in_waves(self, code: str) -> list[InWave]:
        """The report's, and before it the latest that have a figure: the others did not ask it."""
        *before, last = (self._in_wave(each, code) for each in self.waves)
        having = [each for each in before if each.figure is not None]
        return [*having[-(MOST_WAVES - 1) :], last]

    def _in_wave(self, release: Release, code: str) -> InWave:
        place = (self.channel, code, ALL)
        return InWave(
            release,
            figure=self.figures.get((release.pk, self.area, *place)),
            england=self.figures.get((release.pk, ENGLAND, *place)),
        )


def named_slices(survey: Survey) -> dict[str, tuple[str, str]]:
    """What each slice is of, and its own name, in the order to show them: "Age", "8 to 11".

    Services go by the name that staff know; an answer that is no service of the list, such as "Not
    sure", by its own words.
    """
    ages = {version.code: version.name for version in survey.age_versions}
    services = {service.code: service.name for service in lists.services().values()}
    for item in survey.items:
        if item.code == SERVICE_ITEM:
            answers = {answer.code: _for_staff(answer) for answer in item.answers}
            services |= {code: name for code, name in answers.items() if code not in services}
    return {
        f"{kind.lower()}:{code}": (kind, name)
        for kind, names in (("Age", ages), ("Service", services))
        for code, name in {**names, NOT_SAID: "Not said"}.items()
    }


def _for_staff(answer: Answer) -> str:
    """Its words for parents, else for the oldest who have it."""
    return answer.label.get(PARENT) or list(answer.label.values())[-1]

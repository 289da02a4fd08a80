"""Reads for reports: which releases there are to see, and what they say of an area, as values.

The one door from figures to pages, downloads and the API. It reads releases and figures, and the
words of the survey; never a reply, a batch or a tally sheet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q

from analytics import disclosure
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
from surveys import lists
from surveys.definition import Item, Survey

# Three years of quarters. A trend longer than that is for the open data.
MOST_WAVES = 12

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
        waves: the earliest first; the last is the wave of the report.
        open_link: of replies by an open link, which are counted apart.
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
        replies, open_link_replies: how many answered.
        groups: how many of each age and service answered, where there are such figures.
        releases: all that this reader may see, for the list of others; the newest first.
        with_england: whether England's figures of this release are in it. Those of a prepared one
            are for those only who may see them nationally.
    """

    authority: Authority
    release: Release
    survey: Survey
    indicators: tuple[IndicatorReport, ...]
    replies: disclosure.Figure | None
    open_link_replies: disclosure.Figure | None
    groups: tuple[Group, ...]
    releases: tuple[Release, ...]
    with_england: bool

    @property
    def newest(self) -> bool:
        """Whether no later figures of this authority were published."""
        published = [each for each in self.releases if each.published_at]
        return not published or published[0] == self.release


# --- which releases ------------------------------------------------------------------------------


def newest_first(releases: ReleaseQuerySet) -> ReleaseQuerySet:
    """By the period they tell of, then by correction: a corrected old wave is not news."""
    return releases.select_related("wave").order_by(
        "-wave__period_start", "-wave__period_end", "-wave_id", "-number"
    )


def newest_published() -> Release | None:
    return newest_first(Release.objects.published()).first()


def releases_of(authority: Authority, user: User | AnonymousUser, *, today: date) -> list[Release]:
    """The releases with figures of an authority that this reader may see, the newest first."""
    figures = Figure.objects.filter(release=OuterRef("pk"), area=authority.gss_code)
    releases = Release.objects.filter(Exists(figures))
    # Asked of the signed-in only: the public's page needs no query for it.
    if isinstance(user, AnonymousUser) or not may_see_unpublished(user, authority, today=today):
        releases = releases.published()
    return list(newest_first(releases))


def may_see_unpublished(
    user: User | AnonymousUser, authority: Authority | None, *, today: date
) -> bool:
    """Whether prepared figures of the authority (``None``: of England) may be shown them."""
    return access.may(user, Permission.SEE_UNPUBLISHED_FIGURES, authority, today=today)


def chosen(releases: Sequence[Release], wanted: int | None) -> Release:
    """The release asked for, else the newest published one.

    Raises:
        NoSuchRelease: it is not among them.
    """
    for release in releases:
        if release.pk == wanted or (wanted is None and release.published_at):
            return release
    raise NoSuchRelease


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
        indicators=tuple(reader.indicator(each) for each in indicators() if reader.has(each)),
        replies=reader.figure(REPLIES, Channel.INVITED),
        open_link_replies=reader.figure(REPLIES, Channel.OPEN),
        groups=tuple(reader.groups()),
        releases=tuple(releases),
        with_england=with_england,
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
    """The newest published release of each earlier wave, and last this one. The earliest first."""
    published = [each for each in releases if each.published_at]
    before = [
        each
        for each in newest_of_each_wave(published)
        if each.wave_id != release.wave_id and each.wave.period_start <= release.wave.period_start
    ]
    return [*reversed(before[: MOST_WAVES - 1]), release]


def _figures(
    area: str, release: Release, waves: Sequence[Release], *, with_england: bool
) -> Mapping[_Place, disclosure.Figure]:
    """All of the release, and of earlier waves what a trend needs. One query."""
    rows = (
        Figure.objects.of_areas(area, ENGLAND)
        .filter(release__in=waves)
        .filter(Q(release=release) | Q(slice=ALL, channel=Channel.INVITED))
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

    def figure(self, code: str, channel: Channel, part: str = ALL) -> disclosure.Figure | None:
        return self.figures.get((self.release.pk, self.area, channel, code, part))

    def has(self, indicator: Indicator) -> bool:
        """Whether any figure of it is there, shown or withheld."""
        return any(place[1] == self.area and place[3] == indicator.code for place in self.figures)

    def indicator(self, indicator: Indicator) -> IndicatorReport:
        return IndicatorReport(
            indicator=indicator,
            waves=tuple(self._in_wave(each, indicator.code) for each in self.waves),
            open_link=self.figure(indicator.code, Channel.OPEN),
            item=next((each for each in self.survey.items if each.code == indicator.item), None),
        )

    def groups(self) -> Iterator[Group]:
        for part, (kind, name) in named_slices(self.survey).items():
            figure = self.figure(REPLIES, Channel.INVITED, part)
            if figure is not None:
                yield Group(kind, name, figure)

    def _in_wave(self, release: Release, code: str) -> InWave:
        place = (Channel.INVITED, code, ALL)
        return InWave(
            release,
            figure=self.figures.get((release.pk, self.area, *place)),
            england=self.figures.get((release.pk, ENGLAND, *place)),
        )


def named_slices(survey: Survey) -> dict[str, tuple[str, str]]:
    """What each slice is of, and its own name, in the order to show them: "Age", "8 to 11"."""
    ages = {version.code: version.name for version in survey.age_versions}
    services = {service.code: service.name for service in lists.services().values()}
    return {
        f"{kind.lower()}:{code}": (kind, name)
        for kind, names in (("Age", ages), ("Service", services))
        for code, name in {**names, NOT_SAID: "Not said"}.items()
    }

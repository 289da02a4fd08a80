"""Reads for the reports of England and of its regions: what they say, and who is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from analytics import disclosure, ordering
from analytics.indicators import REPLIES
from analytics.marks import ALL
from analytics.models import Event, Figure, Release
from analytics.reading import (
    IndicatorReport,
    Named,
    Places,
    Reader,
    Wanted,
    Yearly,
    backgrounds_of,
    figures_of,
)
from analytics.reporting import newest_first, waves_up_to, with_surveys
from analytics.spans import Span
from analytics.wording import within
from authorities.areas import ENGLAND
from authorities.models import Authority, Region
from feedback.models import Channel
from surveys.definition import Survey

_TOO_FEW = (
    disclosure.Withheld(disclosure.TOO_FEW_ANSWERS),
    disclosure.Withheld(disclosure.NOBODY),
)


JUST_TOTALS = Wanted()


@dataclass(frozen=True, slots=True)
class Member:
    """An authority that a larger area is made of.

    Args:
        replies: how many answered in the wave; ``None`` where it took no part.
    """

    gss_code: str
    name: str
    region: str
    replies: disclosure.Figure | None


@dataclass(frozen=True, slots=True)
class WideReport:
    """All that a report of England, or of a region, says.

    Args:
        code, name, title: GSS code, name as in "in the North East", and as in a heading.
        members: its authorities in force when the wave closed, by name.
        indicators: the indexes, then the indicators; ``neighbours`` are the members' figures, in
            their order, where those were asked for.
        topics: what families' ideas are about; empty before there is a second wave.
        reliability: of each index, as published.
        others: releases that this reader may see of it, the newest first.
        out: all that are published, which tell of which waves a figure of several is.
    """

    code: str
    name: str
    title: str
    release: Release
    survey: Survey
    lead: Span
    replies: disclosure.Figure | None
    replies_in_wave: disclosure.Figure | None
    answered: Yearly | None
    topics: tuple[Named, ...]
    indicators: tuple[IndicatorReport, ...]
    members: tuple[Member, ...]
    reliability: Mapping[str, Mapping[str, Any]]
    others: tuple[Release, ...]
    out: tuple[Release, ...]

    @property
    def newest(self) -> Release:
        """The newest published one of the same survey; this one if none is."""
        of_survey = self.release.wave.version.survey
        found = (each for each in self.others if each.wave.version.survey == of_survey)
        return next((each for each in found if each.published_at), self.release)

    @property
    def events(self) -> tuple[Event, ...]:
        """What is marked in charts is of one authority; of many nothing is."""
        return ()

    @property
    def heard(self) -> tuple[Member, ...]:
        return tuple(each for each in self.members if isinstance(each.replies, disclosure.Count))

    @property
    def too_few(self) -> tuple[Member, ...]:
        """Those that took part, and of which too few answered to say anything."""
        return tuple(e for e in self.members if e.replies in _TOO_FEW)

    @property
    def hidden(self) -> tuple[Member, ...]:
        """Those whose number is not shown for another reason, such as to protect others."""
        withheld = (e for e in self.members if isinstance(e.replies, disclosure.Withheld))
        return tuple(each for each in withheld if each.replies not in _TOO_FEW)

    @property
    def not_asked(self) -> tuple[Member, ...]:
        return tuple(each for each in self.members if each.replies is None)


def releases_of_england(*, unpublished: bool) -> list[Release]:
    """Those with figures of England, the newest first.

    Args:
        unpublished: whether the reader may see what is only prepared.
    """
    of_england = Figure.objects.filter(release=OuterRef("pk"), area=ENGLAND)
    found = Release.objects.filter(Exists(of_england))
    return list(with_surveys(newest_first(found if unpublished else found.published())))


def report(
    release: Release,
    *,
    releases: Sequence[Release],
    region: Region | None = None,
    wanted: Wanted = JUST_TOTALS,
) -> WideReport:
    """England's report of one release, or a region's. Five queries, however many waves there are.

    Args:
        releases: those with figures of England that the reader may see, the newest first.
        wanted: of neighbours and users of services there are none.
    """
    code = region.gss_code if region else ENGLAND
    waves = waves_up_to(release, releases)
    members = _members(release, region)
    near = tuple(each.gss_code for each in members) if region else ()
    places = Places(code, near=near)
    reader = Reader(
        places=places,
        release=release,
        waves=waves,
        figures=figures_of(places, release, waves, wanted, with_england=True),
        backgrounds=backgrounds_of(places, release, Channel.INVITED, wanted, with_england=True),
        survey=release.wave.version.definition,
        channel=Channel.INVITED,
    )
    lead = reader.lead(REPLIES)
    return WideReport(
        code=code,
        name=within(region.name) if region else "England",
        title=region.name if region else "England",
        release=release,
        survey=reader.survey,
        lead=lead,
        replies=reader.figure(REPLIES, span=lead),
        replies_in_wave=reader.figure(REPLIES),
        answered=reader.yearly(REPLIES),
        topics=tuple(reader.topics()),
        indicators=tuple(reader.measures(wanted.code)),
        members=tuple(members),
        reliability=reader.behind(ENGLAND, "index:"),
        others=tuple(releases),
        out=tuple(ordering.published()),
    )


def in_short(release: Release) -> tuple[disclosure.Figure | None, tuple[IndicatorReport, ...]]:
    """How many answered in England, and its figures, for the front page. One query."""
    places, waves = Places(ENGLAND), [release]
    reader = Reader(
        places=places,
        release=release,
        waves=waves,
        figures=figures_of(places, release, waves, Wanted(), with_england=True),
        backgrounds={},
        survey=release.wave.version.definition,
        channel=Channel.INVITED,
    )
    return reader.figure(REPLIES, span=reader.lead(REPLIES)), tuple(reader.measures())


def _members(release: Release, region: Region | None) -> list[Member]:
    """Those in force when the wave closed. Two queries."""
    in_force = Authority.objects.in_force_on(release.wave.closes_on).select_related("region")
    if region:
        in_force = in_force.filter(region=region)
    replies = Figure.objects.filter(
        release=release,
        indicator=REPLIES,
        channel=Channel.INVITED,
        slice=ALL,
        span=Span.WAVE,
    )
    found = {
        area: disclosure.from_json(value) for area, value in replies.values_list("area", "value")
    }
    return [
        Member(each.gss_code, each.name, each.region.name, found.get(each.gss_code))
        for each in in_force.order_by("name")
    ]

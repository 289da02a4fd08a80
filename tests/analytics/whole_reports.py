"""A report as full as one can be: three years, every measure, group, neighbour, and an event."""

from datetime import date

from analytics import disclosure
from analytics.breakdowns import breakdowns
from analytics.disclosure import Count, Figure, Weighted
from analytics.indicators import REPLIES, indicators
from analytics.models import Event, Release
from analytics.models import Figure as Row
from analytics.spans import Span
from authorities.areas import ENGLAND
from authorities.models import Authority, ServicePopulation, StatisticalNeighbour
from feedback.models import Channel
from surveys.models import Version
from tests.analytics.factories import PUBLISHED_AT, a_closed_wave
from tests.analytics.reports import (
    ENGLANDS,
    HIDDEN,
    INDEX,
    WEIGHTED,
    Key,
    Said,
    a_release,
    around,
    figures,
    index_of,
    of_group,
    out_of,
)
from tests.authorities.factories import a_person, an_authority

WAVES = 12
YEAR = 4
OTHERS = 152
NEIGHBOURS = 10
USING = {"child-in-need": 4200, "child-protection": 510, "in-care": 980, "leaving-care": 640}


def a_whole_report(authority: Authority, *, version: Version, simulated: bool = True) -> Release:
    """The last of twelve quarterly releases, with every authority of the country beside it."""
    releases = [
        a_release(
            _areas(authority, place),
            wave=a_closed_wave(
                version=version,
                opens_on=date(2023 + (place + 3) // YEAR, 3 * ((place + 3) % YEAR) + 1, 1),
                closes_on=_last_day(place),
                simulated=simulated,
            ),
            published_at=PUBLISHED_AT if place < WAVES - 1 else None,
            weights={authority.gss_code: WEIGHTED},
        )
        for place in range(WAVES)
    ]
    _beside(authority)
    last = releases[-1]
    _by_open_link(authority, last)
    last.published_at = PUBLISHED_AT
    last.save()
    return last


def _last_day(place: int) -> date:
    """Of the quarters from the autumn of 2023 to the summer of 2026."""
    month = 3 * ((place + 3) % YEAR) + 3
    return date(2023 + (place + 3) // YEAR, month, 31 if month in {3, 12} else 30)


def _areas(authority: Authority, place: int) -> dict[str, Said]:
    last = place == WAVES - 1
    others = around("a whole country", number=OTHERS) if last else {ENGLAND: ENGLANDS}
    region = figures(replies=900, four=3_600, percent=71, national=10)
    return {**others, authority.region_id: region, authority.gss_code: _own(place)}


def _own(place: int) -> dict[Key, Figure]:
    """It moves a little from wave to wave, and no two measures are alike."""
    found = figures(replies=80, four=320 if place else 0, points=62 + place % 4)
    for number, each in enumerate(indicators()):
        if each.code == "recommend":
            continue
        percent = 55 + (7 * number + 3 * place) % 30
        found[Key(each.code)] = out_of(percent, 80)
        if place:
            weighted = Weighted(percent / 100, 256)
            found[Key(each.code, span=Span.FOUR)] = out_of(
                percent, 320, nearest=10, weighted=weighted
            )
    if place:
        found[Key("respected", span=Span.FOUR)] = disclosure.Share(
            disclosure.End.OVER, 320, nearest=10
        )
        found[Key("promises", span=Span.FOUR)] = HIDDEN
    return found | _by_group() if place % YEAR == YEAR - 1 else found


def _by_group() -> dict[Key, Figure]:
    found: dict[Key, Figure] = {Key(REPLIES, span=Span.YEAR): Count(320, 10)}
    for number, group in enumerate(breakdowns().groups()):
        found[of_group(REPLIES, group.slice)] = Count(40 + 5 * number, 5)
        for code in (INDEX, *(each.code for each in indicators() if each.code != "recommend")):
            found[of_group(code, group.slice)] = _of_some(code, 60 + number, 40 + 5 * number)
            found[Key(code, span=Span.YEAR)] = _of_some(code, 65, 320)
        found[of_group("safe", "ethnic-group:other")] = HIDDEN
    return found


def _of_some(code: str, value: int, base: int) -> Figure:
    return index_of(value, base, nearest=5) if code == INDEX else out_of(value, base, nearest=5)


def _beside(authority: Authority) -> None:
    """Its neighbours, who uses its services, and what changed there."""
    for rank in range(1, NEIGHBOURS + 1):
        near = an_authority(gss_code=f"E0800{8000 + rank}", name=f"Neighbour {rank}")
        StatisticalNeighbour.objects.create(
            authority=authority, neighbour=near, rank=rank, closeness="Close"
        )
    ServicePopulation.objects.bulk_create(
        ServicePopulation(
            authority=authority, service=service, year=2026, number=number, derived=False
        )
        for service, number in USING.items()
    )
    Event.objects.create(
        authority=authority,
        on=date(2026, 2, 10),
        words="A new team for leaving care",
        by=a_person(),
    )


def _by_open_link(authority: Authority, release: Release) -> None:
    Row.objects.bulk_create(
        Row(
            release=release,
            area=authority.gss_code,
            channel=Channel.OPEN,
            indicator=code,
            slice="all",
            span=Span.WAVE,
            value=disclosure.to_json(figure),
        )
        for code, figure in ((REPLIES, Count(35)), ("safe", out_of(70, 30)), ("told", HIDDEN))
    )

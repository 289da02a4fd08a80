"""What the tests of figures start from. Plain functions; every word may be changed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from analytics import disclosure, releasing
from analytics.indicators import REPLIES, indicators
from analytics.models import Figure, Release
from authorities.areas import ENGLAND
from feedback.models import Channel
from surveys.models import Wave
from tests.surveys.factories import a_wave

PUBLISHED_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

# What is said of an area: figures by indicator and slice, such as ("safe", "all").
Said = Mapping[tuple[str, str], disclosure.Figure]


def some_figures(*, replies: int = 47, favourable: int = 33, national: bool = False) -> Said:
    """Every indicator of the core survey with the same share, and how many answered."""
    shares: dict[tuple[str, str], disclosure.Figure] = {
        (each.code, "all"): disclosure.share(favourable, replies, national=national)
        for each in indicators()
        if each.code != "recommend"
    }
    return shares | {(REPLIES, "all"): disclosure.Count(replies, rounded=national)}


def a_closed_wave(**fields: object) -> Wave:
    """Summer 2026, closed on the last day of September."""
    dates = {"opens_on": date(2026, 7, 1), "closes_on": date(2026, 9, 30)}
    return a_wave(**{**dates, **fields})  # type: ignore[arg-type]  # passed on as they came


def a_release(
    areas: Mapping[str, Said] | None = None,
    *,
    wave: Wave | None = None,
    number: int = 1,
    channel: Channel = Channel.INVITED,
    published_at: datetime | None = PUBLISHED_AT,
    note: str = "",
) -> Release:
    """A published release (``published_at=None``: one that is only prepared) of these figures.

    Args:
        areas: figures by the GSS code of the area. If there are none: England's alone.
    """
    wave = wave or a_closed_wave()
    said = areas or {ENGLAND: some_figures(replies=5200, favourable=3900, national=True)}
    release = Release.objects.create(wave=wave, number=number, prepared_at=PUBLISHED_AT, note=note)
    rows = [
        Figure(
            release=release,
            area=area,
            channel=channel,
            indicator=indicator,
            slice=slice_,
            value=disclosure.to_json(figure),
        )
        for area, figures in said.items()
        for (indicator, slice_), figure in figures.items()
    ]
    Figure.objects.bulk_create(rows)
    release.digest = releasing.digest_of(wave, rows)
    release.published_at = published_at
    release.save()
    return release

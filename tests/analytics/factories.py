"""What the tests of figures start from. Plain functions; every word may be changed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from analytics import disclosure, publishing
from analytics.indicators import REPLIES, indicators
from analytics.models import Background, Figure, Release
from analytics.spans import Span
from authorities.areas import ENGLAND
from feedback.models import Channel
from surveys.models import Wave
from tests.surveys.factories import a_wave

PUBLISHED_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

# What is said of an area: figures by indicator and slice, such as ("safe", "all"), and by span,
# such as ("safe", "all", "four"), where it is not of the one wave.
Said = Mapping[tuple[str, str] | tuple[str, str, str], disclosure.Figure]
# What stands behind them by area and topic, such as (ENGLAND, "spread:wave:safe").
Behind = Mapping[tuple[str, str], dict[str, Any]]


def some_figures(*, replies: int = 47, favourable: int = 33, national: bool = False) -> Said:
    """Every indicator of the core survey with the same share, and how many answered.

    Args:
        national: as of England, to the nearest ten.
    """
    nearest = disclosure.NEAREST if national else 1
    shares: dict[tuple[str, str] | tuple[str, str, str], disclosure.Figure] = {
        (each.code, "all"): disclosure.share(favourable, replies, nearest=nearest)
        for each in indicators()
        if each.code != "recommend"
    }
    return shares | {(REPLIES, "all"): disclosure.Count(replies, nearest)}


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
    behind: Behind | None = None,
    checks: dict[str, Any] | None = None,
) -> Release:
    """A published release (``published_at=None``: one that is only prepared) of these figures.

    Args:
        areas: figures by the GSS code of the area. If there are none: England's alone.
        behind: what stands behind them; nothing, where it is not said.
        checks: what was found before it came out; nothing is said, where it is not.
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
            span=span[0] if span else Span.WAVE.value,
            value=disclosure.to_json(figure),
        )
        for area, figures in said.items()
        for (indicator, slice_, *span), figure in figures.items()
    ]
    Figure.objects.bulk_create(rows)
    Background.objects.bulk_create(
        Background(release=release, channel=channel, area=area, topic=topic, value=value)
        for (area, topic), value in (behind or {}).items()
    )
    release.digest = publishing.digest_of(wave, rows)
    release.checks = checks or {}
    release.checked_at = PUBLISHED_AT if checks else None
    release.published_at = published_at
    release.save()
    return release

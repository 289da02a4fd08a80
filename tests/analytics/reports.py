"""Whole releases for tests of reports: figures of every span, and what stands behind them.

Backgrounds are worked out from the figures as `analytics/backgrounds.py` does it, so that what a
test reads in a word, a table and a funnel comes from one spread.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from random import Random
from statistics import fmean
from typing import Any, NamedTuple

from analytics import disclosure
from analytics.disclosure import Count, Figure, Mean, Share
from analytics.funnels import MeanPoint, MeanSpread, Point, Spread
from analytics.indicators import REPLIES, indicators
from analytics.judging import centre_of
from analytics.marks import ALL
from analytics.models import Release
from analytics.spans import Span
from authorities.areas import ENGLAND
from feedback.models import Channel
from surveys.models import Version, Wave
from tests.analytics import factories
from tests.analytics.factories import PUBLISHED_AT, a_closed_wave

INDEX = "experience"


class Key(NamedTuple):
    """What a figure of an area is of."""

    code: str
    slice: str = ALL
    span: Span = Span.WAVE


Said = Mapping[Key, Figure]
SAFE, SAFE_OF_FOUR = Key("safe"), Key("safe", span=Span.FOUR)


def of_group(code: str, slice_: str) -> Key:
    return Key(code, slice_, Span.YEAR)


def out_of(percent: int, base: int, **more: Any) -> Figure:
    """The share that this percent of this base is shown as."""
    return disclosure.share(round(percent * base / 100), base, **more)


def index_of(points: int, base: int, *, nearest: int = 1) -> Mean:
    """A mean of scores that vary as those of families do: a standard deviation of 22 points."""
    error = max(0.1, round(22 / base**0.5, 1))
    return Mean(
        points,
        disclosure.to_nearest(base, nearest),
        lower=round(points - 1.96 * error),
        upper=round(points + 1.96 * error),
        error=error,
        nearest=nearest,
    )


def figures(
    *, replies: int = 60, percent: int = 70, points: int = 64, four: int = 240, national: int = 1
) -> dict[Key, Figure]:
    """Every measure of the core survey alike: of a wave, and of four unless ``four`` is 0."""
    found: dict[Key, Figure] = {}
    for span, base in ((Span.WAVE, replies), (Span.FOUR, four)):
        if not base:
            continue
        nearest = max(national, 10 if span is Span.FOUR else 1)
        found[Key(REPLIES, span=span)] = disclosure.count(base, nearest=nearest)
        found[Key(INDEX, span=span)] = index_of(points, base, nearest=nearest)
        for each in indicators():
            if each.code != "recommend":
                found[Key(each.code, span=span)] = out_of(percent, base, nearest=nearest)
    return found


ENGLANDS = figures(replies=5200, four=20_800, percent=70, points=64, national=10)


def around(area: str, *, number: int = 20) -> dict[str, Said]:
    """As many authorities around one of 70%, as they may vary, and England."""
    dice = Random(area)
    others = {
        f"E0800{8000 + place}": figures(
            replies=dice.randint(40, 120),
            four=dice.randint(180, 500),
            percent=round(dice.gauss(70, 4)),
            points=round(dice.gauss(64, 2)),
        )
        for place in range(number)
    }
    return {**others, ENGLAND: ENGLANDS}


def a_release(
    areas: Mapping[str, Said],
    *,
    wave: Wave | None = None,
    number: int = 1,
    channel: Channel = Channel.INVITED,
    published_at: datetime | None = PUBLISHED_AT,
    note: str = "",
    weights: Mapping[str, Mapping[str, Any]] | None = None,
) -> Release:
    """A published release of these figures, by area; ``published_at=None``: only prepared.

    Args:
        weights: of an area how its totals were weighted.
    """
    behind = {(area, topic): dict(value) for area, topic, value in _behind(areas, weights or {})}
    return factories.a_release(
        {
            area: {(key.code, key.slice, key.span): each for key, each in said.items()}
            for area, said in areas.items()
        },
        wave=wave,
        number=number,
        channel=channel,
        published_at=published_at,
        note=note,
        behind=behind,
    )


def _behind(
    areas: Mapping[str, Said], weights: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    authorities = {code: said for code, said in areas.items() if code.startswith(("E06", "E08"))}
    keys: set[Key] = {key for said in authorities.values() for key in said}
    for key in sorted(keys):
        if key.slice == ALL and key.span is not Span.YEAR and ENGLAND in areas:
            value: Mapping[str, Any] = _spread(
                {code: said.get(key) for code, said in authorities.items()},
                areas[ENGLAND].get(key),
            )
            if value:
                yield ENGLAND, f"spread:{key.span}:{key.code}", value
    if any(key.code == INDEX for key in keys):
        yield ENGLAND, f"index:{INDEX}", {"alpha": 0.86, "between": 0.71}
    for area, weighted in weights.items():
        for span in (Span.WAVE, Span.FOUR):
            yield area, f"weights:{span}", weighted


def _spread(shown: Mapping[str, Figure | None], england: Figure | None) -> dict[str, Any]:
    centre = centre_of(england)
    shares = [
        (code, figure.percent, figure.counts_as)
        for code, figure in shown.items()
        if isinstance(figure, Share) and isinstance(figure.percent, int)
    ]
    means = [
        (code, each.points, each.error, each.counts_as)
        for code, each in shown.items()
        if isinstance(each, Mean)
    ]
    if not shares and not means:
        return {}
    if centre is None:
        centre = round(fmean(each[1] for each in shares or means), 1)
    if shares:
        found: Spread | MeanSpread = Spread.of(
            [Point(percent / 100, number) for _, percent, number in shares],
            centre / 100,
            consistent=True,
        )
        points: list[tuple[str | float, ...]] = [*shares]
    else:
        found = MeanSpread.of(
            [MeanPoint(points, error) for _, points, error, _ in means], centre, consistent=True
        )
        points = [*means]
    return {
        "centre": centre,
        "phi": None if found.phi is None else round(found.phi, 3),
        "tau_squared": round(found.tau_squared, 6),
        "judged": found.judged,
        "points": [list(each) for each in points],
    }


WEIGHTED: Mapping[str, Any] = {
    "weighted": True,
    "groups": ["child-in-need", "child-protection", "in-care", "leaving-care"],
    "merged": [],
    "design_effect": 1.31,
    "effective": 190,
    "largest": 2.4,
    "margin_error": 0.02,
}


def counted(**numbers: int) -> dict[Key, Figure]:
    """How many of each group answered: ``in_care=40`` of "service:in-care"."""
    return {
        of_group(REPLIES, f"service:{name.replace('_', '-')}"): Count(number, 5)
        for name, number in numbers.items()
    }


# --- a whole story -------------------------------------------------------------------------------

HIDDEN = disclosure.Withheld(disclosure.TOO_FEW_ANSWERS)
QUARTERS = (
    ("2025-07-01", "2025-09-30"),
    ("2025-10-01", "2025-12-31"),
    ("2026-01-01", "2026-03-31"),
    ("2026-04-01", "2026-06-30"),
    ("2026-07-01", "2026-09-30"),
)
YEARS_LAST = 3  # the place of the wave that a year ends with


def a_story(area: str, region: str, *, version: Version, simulated: bool = True) -> list[Release]:
    """Five waves of an authority, with all that a figure can be: shown, at an end, withheld.

    It is told less than elsewhere, safer than elsewhere, and its index fell in the last wave.
    """
    others = around(area)
    return [
        a_release(
            {
                **others,
                region: figures(replies=900, four=3_600, percent=71, points=64, national=10),
                area: _told(place),
            },
            wave=a_closed_wave(
                version=version,
                opens_on=date.fromisoformat(start),
                closes_on=date.fromisoformat(end),
                simulated=simulated,
            ),
            weights={area: WEIGHTED},
        )
        for place, (start, end) in enumerate(QUARTERS)
    ]


def _told(place: int) -> dict[Key, Figure]:
    """What is said of the authority in one of these waves."""
    fell = place == len(QUARTERS) - 1
    found = figures(
        replies=80, four=0 if place == 0 else 320, points=54 if fell else 65 + place % 2
    )
    if not fell:
        found.pop(Key(INDEX, span=Span.FOUR), None)
        if place:
            found[Key(INDEX, span=Span.FOUR)] = index_of(65, 320, nearest=10)
    spans = [Span.WAVE, Span.FOUR] if place else [Span.WAVE]
    for span in spans:
        base = 320 if span is Span.FOUR else 80
        nearest = 10 if span is Span.FOUR else 1
        weighted = disclosure.Weighted(0.52, base * 0.8)
        found[Key("told", span=span)] = out_of(50, base, nearest=nearest, weighted=weighted)
        found[Key("safe", span=span)] = out_of(87, base, nearest=nearest)
        found[Key("respected", span=span)] = Share(disclosure.End.OVER, base, nearest=nearest)
        found[Key("decisions", span=span)] = Share(disclosure.End.UNDER, base, nearest=nearest)
        found[Key("promises", span=span)] = HIDDEN
        found[Key("rights", span=span)] = out_of(60, 20)
    if place == YEARS_LAST:
        found |= _by_group()
    return found


def _by_group() -> dict[Key, Figure]:
    found = counted(in_need=210, in_care=40, leaving_care=15)
    found[of_group(REPLIES, "service:others")] = HIDDEN
    found[of_group(REPLIES, "age:8-11")] = Count(120, 5)
    found[of_group(REPLIES, "age:4-7")] = HIDDEN
    for code in (INDEX, "told", "safe"):
        whole = 65 if code == INDEX else 52
        found[Key(code, span=Span.YEAR)] = _figure(code, whole, 320)
        found[of_group(code, "service:in-need")] = _figure(code, whole + 1, 210)
        found[of_group(code, "service:in-care")] = _figure(code, whole - 22, 40)
        found[of_group(code, "service:leaving-care")] = _figure(code, whole, 15)
        found[of_group(code, "service:others")] = HIDDEN
        found[of_group(code, "helper:alone")] = _figure(code, whole - 1, 200)
        found[of_group(code, "helper:helped")] = _figure(code, whole + 2, 110)
    return found


def _figure(code: str, value: int, base: int) -> Figure:
    return index_of(value, base, nearest=5) if code == INDEX else out_of(value, base, nearest=5)

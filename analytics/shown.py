"""How much of a release is shown: hiding everything would be safe, and of no use to anybody.

Counted of authorities' figures of those who were invited, and worked out from the figures as they
are shown, without a count behind them: that nobody answered is said of a figure that is withheld
for it, and whoever is large is so by the number of replies that stands in the report.

For those who release only, though it tells nothing that figures do not: it is asked before they are
out, and of a release that is held back it would tell how much is still to be hidden.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from django.db.models import QuerySet

from analytics import disclosure
from analytics.disclosure import NOBODY, Count, Withheld
from analytics.indicators import REPLIES
from analytics.marks import ALL
from analytics.models import Figure, Release
from analytics.spans import Span
from authorities.models import Authority
from feedback.models import Channel

# Replies to a wave from which on an authority is large. Source: methods.md 2.7, which compares from
# thirty answers on.
LARGE: Final = 30
# What is to be shown of large authorities at least, in percent.
LEAST_TOTALS: Final = 95
LEAST_GROUPS: Final = 80


class Place(NamedTuple):
    """What a figure is of."""

    area: str
    indicator: str
    slice: str = ALL
    span: Span = Span.WAVE


class Part(NamedTuple):
    """How many figures are shown, of how many that there are."""

    shown: int = 0
    of: int = 0

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 95% is never less; ``None`` where there are no figures."""
        return 100 * self.shown // self.of if self.of else None

    def plus(self, other: "Part") -> "Part":
        return Part(self.shown + other.shown, self.of + other.of)

    def __str__(self) -> str:
        if not self.of:
            return "none"
        return f"{self.shown:,} of {self.of:,} ({self.percent}%)"


NONE: Final = Part()


@dataclass(frozen=True, slots=True)
class HowMuch:
    """How much is shown.

    Args:
        totals, groups: of authorities with thirty replies or more in the wave: totals of the wave,
            and cells of the year's breakdowns in which anybody answered.
        all_totals, all_groups: the same of every authority.
    """

    totals: Part = NONE
    groups: Part = NONE
    all_totals: Part = NONE
    all_groups: Part = NONE

    @classmethod
    def of(cls, figures: Mapping[Place, disclosure.Figure]) -> Self:
        """Of one release's figures of authorities."""
        large = frozenset(_large(figures))
        totals = {place: f for place, f in figures.items() if _is_total(place)}
        groups = {place: f for place, f in figures.items() if place.slice != ALL}
        return cls(
            totals=_part(f for place, f in totals.items() if place.area in large),
            groups=_part(f for place, f in groups.items() if place.area in large),
            all_totals=_part(totals.values()),
            all_groups=_part(groups.values()),
        )

    def plus(self, other: "HowMuch") -> "HowMuch":
        return HowMuch(
            self.totals.plus(other.totals),
            self.groups.plus(other.groups),
            self.all_totals.plus(other.all_totals),
            self.all_groups.plus(other.all_groups),
        )

    @property
    def enough(self) -> bool:
        """Whether as much is shown of large authorities as is to be."""
        least = ((self.totals, LEAST_TOTALS), (self.groups, LEAST_GROUPS))
        return all(part.percent is None or part.percent >= wanted for part, wanted in least)

    def in_words(self) -> str:
        """In a sentence or two."""
        large = f"Of authorities with {LARGE} or more replies"
        year = f", and {self.groups} cells of the year" if self.groups.of else ""
        whole = f"; of all authorities {self.all_totals}"
        return (
            f"{large} {self.totals} totals of the wave are shown{year}{whole}"
            f"{f' and {self.all_groups}' if self.all_groups.of else ''}."
        )


def of_release(release: Release) -> HowMuch:
    """How much of a release is shown. Two queries."""
    return HowMuch.of(dict(_figures(Figure.objects.filter(release=release))))


def of_all(releases: Iterable[Release]) -> HowMuch:
    """Of several releases together. Two queries each."""
    found = HowMuch()
    for release in releases:
        found = found.plus(of_release(release))
    return found


def _figures(rows: QuerySet[Figure]) -> Iterator[tuple[Place, disclosure.Figure]]:
    authorities = set(Authority.objects.values_list("gss_code", flat=True))
    listed = rows.filter(channel=Channel.INVITED).values_list(
        "area", "indicator", "slice", "span", "value"
    )
    for area, indicator, slice_, span, value in listed:
        if area in authorities:
            yield Place(area, indicator, slice_, Span(span)), disclosure.from_json(value)


def _large(figures: Mapping[Place, disclosure.Figure]) -> Iterator[str]:
    for place, figure in figures.items():
        of_replies = place.indicator == REPLIES and _is_total(place)
        if of_replies and isinstance(figure, Count) and figure.count >= LARGE:
            yield place.area


def _is_total(place: Place) -> bool:
    return place.slice == ALL and place.span is Span.WAVE


def _part(figures: Iterable[disclosure.Figure]) -> Part:
    """Of those in which anybody answered."""
    found = [figure for figure in figures if figure != Withheld(NOBODY)]
    return Part(sum(not isinstance(figure, Withheld) for figure in found), len(found))

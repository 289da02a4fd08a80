"""Which figures of a correction, beside the same of what it corrects, are of a few people. Pure.

The counts behind an older release are not kept, and what its readers know of them is what it says.
So this reckons as they do. Where one table fits both figures, nothing tells that they differ at
all. Else they differ in people, and these are too few where they may be fewer than ten: 58% and 64%
of about 10 are 7 of 12 and 7 of 11, and nothing else.

A base to the nearest 50 or more is of 250 people or more, and a difference from it may be of tens:
that tells of nobody, and England would be withheld for every batch that was found late.

Of a weighted figure what is without weights is compared: it is what people answered, while weights
change with what is known of everybody who could.
"""

from collections.abc import Iterator, Mapping

from analytics.attacking import Range, before_rounding
from analytics.disclosure import LEAST_BASE, Count, Figure, Mean, Share, Shown, Withheld
from analytics.figures import Place
from analytics.marks import ALL
from analytics.spans import Span

# What regions and England are shown to where ten would tell of one of their authorities.
COARSE = 50


def too_near(older: Mapping[Place, Figure], newer: Mapping[Place, Figure]) -> Iterator[Place]:
    """The places where both say something, not the same, and of what may be one to nine people."""
    for place, figure in newer.items():
        before = older.get(place)
        if before is None or isinstance(before, Withheld) or isinstance(figure, Withheld):
            continue
        apart = _apart(before, figure)
        if _is_coarse(before, figure) or (apart == 0 and _says_the_same(before, figure)):
            continue
        if apart < LEAST_BASE and not _tens_in_the_wave(place, older, newer):
            yield place


def _tens_in_the_wave(
    place: Place, older: Mapping[Place, Figure], newer: Mapping[Place, Figure]
) -> bool:
    """Whether the wave alone, of several, differs in ten or more: then so do all, for counts grow.

    Its base is exact where that of several is not.
    """
    wave = place._replace(span=Span.WAVE)
    before, after = older.get(wave), newer.get(wave)
    if place.slice != ALL or before is None or after is None:
        return False
    if isinstance(before, Withheld) or isinstance(after, Withheld):
        return False
    return _apart(before, after) >= LEAST_BASE


def _is_coarse(older: Shown, newer: Shown) -> bool:
    return max(older.nearest, newer.nearest) >= COARSE


def _possible(figure: Shown) -> Range:
    """How many people it can be of."""
    shown = figure.count if isinstance(figure, Count) else figure.base
    return before_rounding(shown, figure.nearest, least=LEAST_BASE)


def _apart(older: Shown, newer: Shown) -> int:
    """In how many people they differ at least; 0 where they may be as many."""
    one, other = _possible(older), _possible(newer)
    return max(0, one.low - other.high, other.low - one.high)


def _says_the_same(older: Shown, newer: Shown) -> bool:
    """Of as many people."""
    match older, newer:
        case Mean(effective=None), Mean(effective=None):
            return _of_scores(older) == _of_scores(newer)
        case ((Share() | Mean()), (Share() | Mean())):
            return _unweighted(older) == _unweighted(newer)
        case _:
            return True


def _unweighted(figure: Share | Mean) -> object:
    if figure.crude is not None:
        return figure.crude
    return figure.percent if isinstance(figure, Share) else figure.points


def _of_scores(mean: Mean) -> tuple[float, ...]:
    return mean.points, mean.lower, mean.upper, mean.error

"""Which figures of a release, less the same of an older one, are of fewer than ten people. Pure."""

from collections.abc import Iterator, Mapping

from analytics.disclosure import LEAST_BASE, Count, Figure, Mean, Share
from analytics.figures import Place


def too_near(older: Mapping[Place, Figure], newer: Mapping[Place, Figure]) -> Iterator[Place]:
    """The places where both say something, and of bases that differ in one to nine people.

    Bases that are rounded are taken as they are shown: a difference of them is none of people.
    """
    for place, figure in newer.items():
        before = older.get(place)
        if before is not None and 0 < _differ(before, figure) < LEAST_BASE:
            yield place


def _differ(older: Figure, newer: Figure) -> int:
    match older, newer:
        case (Share() | Mean(), Share() | Mean()) if older.nearest == newer.nearest == 1:
            return abs(newer.base - older.base)
        case (Count(nearest=1), Count(nearest=1)):
            return abs(newer.count - older.count)
        case _:
            return 0

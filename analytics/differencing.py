"""What England's figures would give away of authorities' withheld ones, by subtraction. Pure.

England is the sum of its authorities, and of the remainders of its regions, which are not shown.
A figure of England is withheld where, less all that the authorities show, it would bring a reader
near to a figure that an authority withholds. England's being rounded nearly always keeps them far.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from analytics.disclosure import LEAST_BASE, NEAREST, End, Share, to_nearest
from analytics.tables import LEAST_WIDTH, Range, Table, narrowed

# A hidden count: which authority's, by its place in the list, and of which group.
Cell = tuple[int, str]


class Answers(NamedTuple):
    """How many of those who answered gave a favourable answer."""

    favourable: int
    base: int


def share_gives_away(national: Share, shown: Iterable[Share], withheld: Answers) -> bool:
    """Whether England's share, less the authorities', tells what fewer than ten people said.

    Args:
        withheld: all of England's answers that are in no share that is shown, together. Ten or
            more of them might be shown as one figure, so then there is nothing to protect.
    """
    if not 0 < withheld.base < LEAST_BASE:
        return False
    possible = list(_withheld(national, list(shown)))
    # Where the answers can still be none, all or some of those there may be, nothing is told.
    enough = min(LEAST_WIDTH, max(each.base for each in possible))
    favourable = [each.favourable for each in possible]
    others = [each.base - each.favourable for each in possible]
    return any(max(numbers) - min(numbers) < enough for numbers in (favourable, others))


def favourable_of(share: Share, base: int) -> Range:
    """How many of ``base`` answers can be favourable where this share is shown of them."""
    match share.percent:
        case End.OVER:
            lowest, highest = 91, 100
        case End.UNDER:
            lowest, highest = 0, 9
        case percent:
            lowest = highest = percent
    # A percent p stands for p - 1/2 up to, and not with, p + 1/2: halves are rounded up.
    return Range(
        max(0, -(-(2 * lowest - 1) * base // 200)),
        min(base, -(-(2 * highest + 1) * base // 200) - 1),
    )


def _withheld(national: Share, shown: Sequence[Share]) -> Iterator[Answers]:
    """All that the withheld answers can be, for a reader of the shares who tries everything."""
    parts = [favourable_of(share, share.base) for share in shown]
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    bases = _before_rounding(national.base)
    for base in range(1, LEAST_BASE):
        whole = base + sum(share.base for share in shown)
        if bases.low <= whole <= bases.high:
            of_all = favourable_of(national, whole)
            if of_all.low > of_all.high:
                continue  # no number of so many is that percent
            for favourable in range(base + 1):
                if of_all.low <= favourable + high and favourable + low <= of_all.high:
                    yield Answers(favourable, base)


def national_codes(national: Table, areas: Sequence[Table], *, remainder: int) -> frozenset[str]:
    """The groups of which England's count can be shown, to the nearest 10.

    Args:
        national: England's counts, with what it hides in any case.
        areas: the tables of authorities, which stay as they are.
        remainder: how many people England counts who are in no authority's table.
    """
    codes = frozenset(national.counts) - national.hidden
    while codes:
        near = {code for _, code in _too_near(national, areas, codes, remainder)}
        if not near:
            break
        # Where those are near whose own count of England is not shown, the others tell it.
        codes = codes - near if codes & near else frozenset()
    return codes


def _too_near(
    national: Table, areas: Sequence[Table], codes: Collection[str], remainder: int
) -> list[Cell]:
    """The hidden counts that a reader would come near to, if England's of these codes are shown."""
    start = {
        (number, code): found
        for number, area in enumerate(areas)
        for code, found in area.ranges().items()
    }
    rows = [
        ([(number, code) for code in hidden], total)
        for number, area in enumerate(areas)
        for hidden, total in area.sums()
    ]
    # In nobody's table; the totals, of which England's is rounded, tell about how many.
    elsewhere = Range(0, remainder + NEAREST if remainder else 0)
    shown = {code: _known(national.counts[code]) for code in codes}
    columns = [_column([code], _less(found, [elsewhere]), areas) for code, found in shown.items()]
    # And the groups of which England shows none, together: its total less those that it shows.
    others = [code for code in national.counts if code not in codes]
    total = _known(sum(national.counts.values()))
    columns.append(_column(others, _less(total, [elsewhere, *shown.values()]), areas))
    found = narrowed(start, rows + columns)
    return [cell for cell, left in found.items() if left.width < LEAST_WIDTH]


def _column(
    codes: Collection[str], whole: Range, areas: Sequence[Table]
) -> tuple[list[Cell], Range]:
    """What authorities hide in these groups, and what it sums to where they sum to ``whole``."""
    hidden = [(n, code) for n, area in enumerate(areas) for code in codes if code in area.hidden]
    shown = sum(area.shown_in(codes) for area in areas)
    return hidden, _less(whole, [Range(shown, shown)])


def _known(number: int) -> Range:
    """What is known of a number that is shown to the nearest 10."""
    return _before_rounding(to_nearest(number))


def _before_rounding(number: int) -> Range:
    """What a number was before it was taken to the nearest 10, fives up."""
    return Range(max(0, number - NEAREST // 2), number + NEAREST // 2 - 1)


def _less(whole: Range, parts: Iterable[Range]) -> Range:
    """What is left of the whole without its parts."""
    parts = list(parts)
    return Range(
        max(0, whole.low - sum(part.high for part in parts)),
        whole.high - sum(part.low for part in parts),
    )

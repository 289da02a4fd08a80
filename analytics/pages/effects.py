"""What help with answering, and the way to answer, may do to a figure of England."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.comparing import difference
from analytics.disclosure import Figure
from analytics.funnels import MeanPoint, Point, Side
from analytics.judging import STEP_OF_MEANS, STEP_OF_SHARES, known
from analytics.reading import IndicatorReport
from analytics.wording import Words, words

HELPER = "helper:"


@dataclass(frozen=True, slots=True)
class Effect:
    """One measure of those who answered in two ways, side by side.

    Args:
        kind: in what they differ, such as "Help with answering".
        differ: by how much, with its 95% range; "" where one of them is no number.
    """

    kind: str
    rows: tuple[tuple[str, Words], ...]
    differ: str


def effects(of: IndicatorReport) -> Iterator[Effect]:
    """Of who helped, in a year; and of how people came to answer, in the wave alone.

    By an open link there are figures of single waves only, so invitations are of one too.
    """
    helped = [each for each in (of.yearly.groups if of.yearly else ()) if _of_helper(each.slice)]
    if len(helped) == 2:
        yield _effect("Help with answering", [(each.name, each.figure) for each in helped])
    if of.open_link is not None:
        invited = of.waves[-1].figure
        ways = [("By invitation", invited), ("By an open link", of.open_link)]
        yield _effect("How people came to answer, in this wave", ways)


def _of_helper(slice_: str) -> bool:
    return slice_.startswith(HELPER)


def _effect(kind: str, both: Sequence[tuple[str, Figure | None]]) -> Effect:
    (_, first), (name, second) = both
    return Effect(
        kind, tuple((each, words(figure)) for each, figure in both), _differ(first, second, name)
    )


def _differ(first: Figure | None, second: Figure | None, name: str) -> str:
    """How far the second is from the first; neither is a part of the other."""
    one, other = known(first), known(second)
    if one is None or other is None or {one.beyond, other.beyond} != {Side.INSIDE}:
        return ""
    match one.point, other.point:
        case MeanPoint() as before, MeanPoint() as now:
            limits, times = difference(now, before, 0.95, step=STEP_OF_MEANS), 1
        case Point() as start, Point() as end:
            limits, times = difference(end, start, 0.95, step=STEP_OF_SHARES), 100
        case _:
            return ""
    if limits is None:
        return ""
    low, high = (round(times * each) for each in (limits.lower, limits.upper))
    return f"{name}: {_signed(low)} to {_signed(high)} points (95% range of the difference)."


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", "−") if number else "0"

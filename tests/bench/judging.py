"""How often the words of a report are wrong, and how often right: simulated, with a fixed seed.

False alarms where nothing is going on, in a country of 150 authorities of 30 to 300 answers each;
the same where many can only be said to be "over 90%"; in large areas, whose figures move less than
the whole numbers that they are shown in; and how often a true fall is named in the wave in which it
happens, or in the next.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from math import exp, log, sqrt
from random import Random

from analytics import disclosure
from analytics.comparing import Strength, Verdict, against_own_past, against_reference
from analytics.control_charts import Chart
from analytics.drawing.waves import STEP
from analytics.funnels import MeanPoint, Point, Side, Spread
from analytics.indicators import Better
from analytics.judging import (
    STEP_OF_MEANS,
    STEP_OF_SHARES,
    Before,
    against_area,
    against_before,
    centre_of,
    known,
)
from surveys.keyring import Keyring
from tests.bench.lines import Line

SEED = "judging"
COUNTRIES, AUTHORITIES, FIGURES = 40, 150, 14
TRIALS = 1_000
SPREADS = (0.0, 0.05)  # how authorities truly vary, as a standard deviation of shares
SPREAD_OF_SCORES = 20.0  # points, between replies
NEARLY_ALL = (0.90, 0.91, 0.92)
LARGE = (1_000, 10_000, 36_000)
MOVES = (0.3, 5.0)  # how far readings of a wave move by chance, in percent or points
# Of points of a chart in which nothing happens, as docs/methods.md states.
SPECIAL_CAUSES = 0.05
FALLS = (5, 10, 15, 20)
SIZES = (30, 80, 200)


def figures(_: Keyring) -> Iterator[Line]:
    for spread in SPREADS:
        yield from _false_alarms(spread)
    yield from _nearly_all()
    for size in LARGE:
        yield _unchanged("an index", partial(_same_index, size=size), size)
        yield _unchanged("an indicator", partial(_same_indicator, size=size), size)
    for moves in MOVES:
        yield _special_causes(moves)
    for what, trial in (("the index", _index), ("one indicator", _indicator)):
        for fall, size in product(FALLS, SIZES):
            reached = _named(partial(trial, fall=fall, size=size), f"{what}/{fall}/{size}")
            wanted = WANTED.get((what, fall, size))
            yield Line(
                f"a fall of {fall} in {what} of {size} answers is named",
                f"{reached:.0%}",
                f"at least {wanted:.0%}" if wanted else "",
                missed=wanted is not None and reached < wanted,
            )


WANTED = {
    ("the index", 10, 80): 0.85,
    ("one indicator", 15, 80): 0.75,
    ("one indicator", 10, 200): 0.80,
}


def _false_alarms(spread: float) -> Iterator[Line]:
    """Every authority is as the country is, give or take how they always vary."""
    chance, worse, named, judged = Random(f"{SEED}/{spread}"), 0, 0, 0
    for _ in range(COUNTRIES):
        sizes = [round(exp(chance.uniform(log(30), log(300)))) for _ in range(AUTHORITIES)]
        strong = [False] * AUTHORITIES
        for _ in range(FIGURES):
            points = [_point(chance.gauss(0.7, spread), size, chance) for size in sizes]
            answers = sum(sizes)
            england = sum(p.proportion * p.effective for p in points) / answers
            around = Spread.of(points, round(england, 2), consistent=True)
            for at, point in enumerate(points):
                found = against_reference(point, around, better=Better.HIGHER, reliable=True)
                worse += found.verdict is Verdict.WORSE
                strong[at] |= (found.verdict, found.strength) == (Verdict.WORSE, Strength.STRONG)
                judged += 1
        named += sum(strong)
    where = f"authorities vary by {100 * spread:.0f} points"
    cells, pages = worse / judged, named / (COUNTRIES * AUTHORITIES)
    yield Line(
        f'figures called "worse" by chance, {where}',
        f"{cells:.1%}",
        "at most 3.5%",
        missed=cells > 0.035,
    )
    yield Line(
        f'first pages that name a false "worse", {where}',
        f"{pages:.1%}",
        "at most 5%",
        missed=pages > 0.05,
    )


def _nearly_all() -> Iterator[Line]:
    """Nothing is going on, and many are "over 90%": shown and judged as pages do."""
    for share in NEARLY_ALL:
        chance, found = Random(f"{SEED}/ends/{share}"), Counter[Verdict]()
        for _ in range(COUNTRIES // 4):
            found.update(_verdicts(share, chance))
        for verdict in (Verdict.BETTER, Verdict.WORSE):
            reached = found[verdict] / found.total()
            yield Line(
                f'figures called "{verdict.value}" by chance, about {share:.0%}, with ends',
                f"{reached:.1%}",
                "at most 3.5%",
                missed=reached > 0.035,
            )


def _verdicts(share: float, chance: Random) -> list[Verdict]:
    """Of 150 authorities that vary by 3 points, of 120 to 1,200 answers each."""
    sizes = [round(exp(chance.uniform(log(120), log(1_200)))) for _ in range(AUTHORITIES)]
    good = [_good(min(0.985, chance.gauss(share, 0.03)), size, chance) for size in sizes]
    shown = [disclosure.share(*each) for each in zip(good, sizes, strict=True)]
    england = disclosure.share(sum(good), sum(sizes), nearest=10)
    points = [
        each.point
        for each in map(known, shown)
        if each and isinstance(each.point, Point) and each.beyond is Side.INSIDE
    ]
    around = Spread.of(points, (centre_of(england) or 0.0) / 100, consistent=True)
    return [
        against_area(each, england, around, better=Better.HIGHER, name="England").verdict
        for each in shown
    ]


def _unchanged(what: str, pair: Callable[[Random], Before], size: int) -> Line:
    """Of large areas in which nothing changed: only whole numbers differ."""
    chance = Random(f"{SEED}/{what}/{size}")
    found = (against_before(pair(chance), better=Better.HIGHER) for _ in range(TRIALS))
    reached = sum(each.comparison.differs for each in found) / TRIALS
    return Line(
        f"{what} of {size:,} answers that did not change is called changed",
        f"{reached:.1%}",
        "at most 5%",
        missed=reached > 0.05,
    )


def _same_index(chance: Random, *, size: int) -> Before:
    truth, error = chance.uniform(60, 70), SPREAD_OF_SCORES / sqrt(size)
    now, before = (_mean(chance.gauss(truth, error), error, size) for _ in range(2))
    return Before(now, before, "before")


def _mean(value: float, error: float, size: int) -> disclosure.Figure:
    bounds = (value - 1.96 * error, value + 1.96 * error)
    return disclosure.mean(value, error, size, bounds=bounds)


def _same_indicator(chance: Random, *, size: int) -> Before:
    truth = chance.uniform(0.6, 0.85)
    now, before = (disclosure.share(_good(truth, size, chance), size) for _ in range(2))
    return Before(now, before, "before")


def _special_causes(moves: float) -> Line:
    """Of points of charts of 24 waves in which nothing happens, in whole numbers as shown."""
    chance, signals, points = Random(f"{SEED}/xmr"), 0, 0
    for _ in range(TRIALS // 4):
        level = chance.uniform(60, 70)
        readings = [float(round(chance.gauss(level, moves))) for _ in range(24)]
        chart = Chart.of(readings, better=Better.HIGHER, step=STEP)
        signals += sum(each is not None for each in chart.signals)
        points += 24
    reached = signals / points
    return Line(
        f"points called a special cause where there is none, moving by {moves:g}",
        f"{reached:.1%}",
        f"at most {SPECIAL_CAUSES:.0%}",
        missed=reached > SPECIAL_CAUSES,
    )


def _named(trial: Callable[[Random], bool], seed: str) -> float:
    chance = Random(f"{SEED}/{seed}")
    return sum(trial(chance) for _ in range(TRIALS)) / TRIALS


def _index(chance: Random, *, fall: int, size: int) -> bool:
    def mean(*parts: tuple[float, int]) -> MeanPoint:
        scores = [chance.gauss(level, SPREAD_OF_SCORES) for level, n in parts for _ in range(n)]
        middle = sum(scores) / len(scores)
        variance = sum((each - middle) ** 2 for each in scores) / (len(scores) - 1)
        return MeanPoint(round(middle), round((variance / len(scores)) ** 0.5, 1))

    after = 70.0 - fall
    waves = [(mean((after, size)), mean((70.0, 4 * size)))]
    waves.append((mean((after, size)), mean((70.0, 3 * size), (after, size))))
    found = (
        against_own_past(*two, better=Better.HIGHER, reliable=True, step=STEP_OF_MEANS)
        for two in waves
    )
    return any(each.verdict is Verdict.WORSE for each in found)


def _indicator(chance: Random, *, fall: int, size: int) -> bool:
    after = 0.7 - fall / 100
    mixed = (3 * 0.7 + after) / 4
    waves = [
        (_point(after, size, chance), _point(0.7, 4 * size, chance)),
        (_point(after, size, chance), _point(mixed, 4 * size, chance)),
    ]
    found = (
        against_own_past(*two, better=Better.HIGHER, reliable=True, step=STEP_OF_SHARES)
        for two in waves
    )
    return any(each.verdict is Verdict.WORSE for each in found)


def _point(share: float, size: int, chance: Random) -> Point:
    """A share of so many answers, as it would be shown: in whole percents."""
    return Point(round(100 * _good(share, size, chance) / size) / 100, size)


def _good(share: float, size: int, chance: Random) -> int:
    """How many of so many answer well; of very many by the normal curve, which is quicker."""
    if size <= 1_200:
        return sum(chance.random() < share for _ in range(size))
    return round(chance.gauss(share * size, sqrt(size * share * (1 - share))))

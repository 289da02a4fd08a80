"""How often the words of a report are wrong, and how often right: simulated, with a fixed seed.

False alarms where nothing is going on, in a country of 150 authorities of 30 to 300 answers each;
and how often a true fall is named in the wave in which it happens, or in the next.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from math import exp, log
from random import Random

from analytics.comparing import Strength, Verdict, against_own_past, against_reference
from analytics.control_charts import Chart
from analytics.funnels import MeanPoint, Point, Spread
from analytics.indicators import Better
from surveys.keyring import Keyring
from tests.bench.lines import Line

SEED = "judging"
COUNTRIES, AUTHORITIES, FIGURES = 40, 150, 14
TRIALS = 1_000
SPREADS = (0.0, 0.05)  # how authorities truly vary, as a standard deviation of shares
SPREAD_OF_SCORES = 20.0  # points, between replies
FALLS = (5, 10, 15, 20)
SIZES = (30, 80, 200)


def figures(_: Keyring) -> Iterator[Line]:
    for spread in SPREADS:
        yield from _false_alarms(spread)
    yield _special_causes()
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
            around = Spread.of(points, consistent=True)
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


def _special_causes() -> Line:
    """Of points of charts of 24 waves in which nothing happens."""
    chance, signals, points = Random(f"{SEED}/xmr"), 0, 0
    for _ in range(TRIALS // 4):
        chart = Chart.of([chance.gauss(70, 5) for _ in range(24)], better=Better.HIGHER)
        signals += sum(each is not None for each in chart.signals)
        points += 24
    return Line("points called a special cause where there is none", f"{signals / points:.1%}")


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
    found = (against_own_past(*two, better=Better.HIGHER, reliable=True) for two in waves)
    return any(each.verdict is Verdict.WORSE for each in found)


def _indicator(chance: Random, *, fall: int, size: int) -> bool:
    after = 0.7 - fall / 100
    mixed = (3 * 0.7 + after) / 4
    waves = [
        (_point(after, size, chance), _point(0.7, 4 * size, chance)),
        (_point(after, size, chance), _point(mixed, 4 * size, chance)),
    ]
    found = (against_own_past(*two, better=Better.HIGHER, reliable=True) for two in waves)
    return any(each.verdict is Verdict.WORSE for each in found)


def _point(share: float, size: int, chance: Random) -> Point:
    """A share of so many answers, as it would be shown: in whole percents."""
    good = sum(chance.random() < share for _ in range(size))
    return Point(round(100 * good / size) / 100, size)

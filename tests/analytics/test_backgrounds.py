"""What stands behind figures: how authorities vary about England, as it is shown."""

from collections.abc import Mapping
from typing import Any

import pytest

from analytics import disclosure
from analytics.backgrounds import of_release
from analytics.disclosure import End, Figure, Mean, Share, Withheld
from analytics.figures import Place
from analytics.funnels import Point, Spread
from analytics.marks import ALL
from analytics.series import Series
from analytics.spans import Span
from authorities.areas import ENGLAND
from tests.analytics.counted import a_series, authority, of

SIZES = dict.fromkeys(range(12), (20,))
PERCENTS = (84, 86, 88, 83, 89, 87, 90, 85, 88, 86)


@pytest.fixture(scope="module")
def series() -> Series:
    return a_series(SIZES)


def a_share(percent: int) -> Figure:
    return disclosure.share(4 * percent, 400)


def spread(series: Series, england: Figure, figures: Mapping[int, Figure], code: str) -> Any:
    """What is published of a wave in which authorities have these figures."""
    told = {Place(authority(n), code, ALL, Span.WAVE): each for n, each in figures.items()}
    told[Place(ENGLAND, code, ALL, Span.WAVE)] = england
    found = of_release(series, told, questions=[of(series, code).question])
    return next(each.value for each in found if each.topic == f"spread:wave:{code}")


def shares(series: Series, england: Figure) -> Any:
    """Ten authorities that show a number, and two of which only "over 90%" is known."""
    figures = {n: a_share(each) for n, each in enumerate((*PERCENTS, 95, 97))}
    return spread(series, england, figures, "safe")


@pytest.mark.parametrize(
    ("england", "centre"),
    [
        (Share(90, 4_000, 89, 91, nearest=10), 90),
        (Share(End.OVER, 4_000, nearest=10), 91),
        (Withheld("with it, a figure could be worked out"), 86.6),  # of those that show a number
    ],
)
def test_authorities_vary_about_england_as_it_is_shown(
    series: Series, england: Figure, centre: float
) -> None:
    found = shares(series, england)

    points = [Point(percent / 100, 400) for percent in PERCENTS]
    expected = Spread.of(points, centre / 100, consistent=True)
    assert found["centre"] == pytest.approx(centre)
    assert (found["phi"], found["tau_squared"]) == (
        pytest.approx(expected.phi, abs=5e-4),
        pytest.approx(expected.tau_squared, abs=5e-7),
    )
    assert len(found["points"]) == len(PERCENTS)


def test_of_a_mean_it_stands_for_how_many_answers_it_counts(series: Series) -> None:
    england = Mean(64, 4_000, 63, 65, 0.3, nearest=10)
    own = Mean(70, 30, 62, 78, 4.1, effective=22, crude=69)

    found = spread(series, england, {0: own}, "experience")

    assert found["centre"] == 64
    assert found["points"] == [[authority(0), 70, 4.1, 22]]

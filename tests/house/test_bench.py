"""The bench fails where a figure misses what it must reach."""

import pytest

from tests.bench.figures import at_least, flat


@pytest.mark.parametrize(("reached", "missed"), [(0.69, True), (0.7, False), (2.0, False)])
def test_a_ratio_below_its_target_is_missed(reached: float, missed: bool) -> None:
    assert at_least(0.7, "counting", reached).missed is missed


@pytest.mark.parametrize(
    ("reached", "missed"), [(0.66, True), (0.67, False), (1.5, False), (1.51, True)]
)
def test_a_time_that_grows_past_noise_is_missed(reached: float, missed: bool) -> None:
    assert flat("the page", reached).missed is missed

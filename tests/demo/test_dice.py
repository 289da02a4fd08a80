from collections import Counter
from math import exp
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.demo.dice import FARTHEST, NOTCHES, SIDES, about, dice_of_scale, die, log_odds, notch
from surveys.definition import Answer
from tests.demo.factories import survey

HOW_FAR = survey().item("safe").answers_for("12-17")
FAVOURABLE = {"yes", "mostly"}
SCORED = FAVOURABLE | {"partly", "not-much", "no"}


def test_a_die_has_each_answer_on_its_share_of_sides() -> None:
    sides = Counter(die([("a", 3), ("b", 1)], nothing=0.5))

    assert sides == {("a",): 96, ("b",): 32, None: 128}


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=12).filter(any),
    st.floats(0, 1),
)
def test_a_die_has_all_its_sides_and_is_off_by_one_at_most(
    shares: list[float], nothing: float
) -> None:
    answers = [(str(number), share) for number, share in enumerate(shares)]

    sides = Counter(die(answers, nothing=nothing))

    assert sum(sides.values()) == SIDES
    for answer, share in answers:
        wanted = SIDES * (1 - nothing) * share / sum(shares)
        assert abs(sides[answer,] - wanted) <= 1


@pytest.mark.parametrize("level", [-2.0, -0.5, 0.0, 0.7, 1.6])
def test_a_level_is_the_log_odds_of_a_favourable_answer(level: float) -> None:
    dice = dice_of_scale(HOW_FAR, does_not_know=0.1, nothing=0.2)

    sides = Counter(side[0] for side in dice[notch(level)] if side)

    share = sum(sides[code] for code in FAVOURABLE) / sum(sides[code] for code in SCORED)
    assert share == pytest.approx(1 / (1 + exp(-level)), abs=0.01)
    assert sides["unsure"] == pytest.approx(0.08 * SIDES, abs=1)


def test_a_level_beyond_the_dice_is_the_farthest_that_leaves_room_for_a_mood() -> None:
    found = [notch(level) for level in (-100.0, 0.0, 100.0)]

    assert found == [FARTHEST // 2, FARTHEST, FARTHEST + FARTHEST // 2]


def test_there_is_a_die_for_every_tenth_of_a_level() -> None:
    dice = dice_of_scale(HOW_FAR, does_not_know=0, nothing=0)

    assert len(dice) == 2 * FARTHEST + 1
    assert notch(1.0) - notch(0.0) == NOTCHES


def test_answers_that_come_in_any_order_are_rolled_by_their_scores() -> None:
    backwards = tuple(reversed(HOW_FAR))

    assert dice_of_scale(backwards, does_not_know=0.1, nothing=0.1) == dice_of_scale(
        HOW_FAR, does_not_know=0.1, nothing=0.1
    )


def test_a_scale_where_everybody_knows_gives_scored_answers_only() -> None:
    thumbs = (Answer("up", {}, 100, favourable=True), Answer("down", {}, 0, favourable=False))

    sides = Counter(dice_of_scale(thumbs, does_not_know=0.5, nothing=0)[notch(0)])

    assert sides == {("up",): 128, ("down",): 128}


@pytest.mark.parametrize("mean", [0.0, 0.4, 7.0, 300.0])
def test_a_number_of_events_has_its_mean_and_a_spread_as_large(mean: float) -> None:
    chance = Random(1)

    numbers = [about(mean, chance) for _ in range(4_000)]

    found = sum(numbers) / len(numbers)
    spread = sum((number - found) ** 2 for number in numbers) / len(numbers)
    assert found == pytest.approx(mean, rel=0.05, abs=0.03)
    assert spread == pytest.approx(mean, rel=0.1, abs=0.05)


def test_log_odds_are_those_of_the_share() -> None:
    assert [log_odds(share) for share in (0.5, 0.731058578630005)] == pytest.approx([0, 1])

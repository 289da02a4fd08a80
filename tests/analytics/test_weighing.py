"""Weights: against print, against a second implementation, and against what must always hold."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import root
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.weightstats import DescrStatsW

from analytics.cells import CELLS, REST
from analytics.intervals import ConfidenceInterval
from analytics.tally import Sums
from analytics.weighing import (
    Estimate,
    Infeasible,
    Margin,
    MarginsWrong,
    MeanEstimate,
    NobodyAnswered,
    NotConverged,
    Unweighted,
    Weights,
    calibrate,
    interval,
    mean_of,
    national,
    rake,
    share_of,
    weigh,
)

CODES = [cell.code for cell in CELLS]
FAMILIES = {cell.code: cell.service for cell in CELLS}

numbers = st.integers(0, 400)
by_cell = st.lists(numbers, min_size=7, max_size=7).map(lambda n: dict(zip(CODES, n, strict=True)))
# An authority: who answered, with those of no known group, and who could have.
authorities = st.tuples(by_cell, st.integers(0, 60), by_cell).map(
    lambda drawn: (
        {**drawn[0], REST: drawn[1]},
        {code: drawn[0][code] + more for code, more in drawn[2].items()},
    )
)


def weighed(respondents: Mapping[str, int], population: Mapping[str, int]) -> Weights:
    found = weigh(respondents=respondents, population=population, families=FAMILIES)
    assume(isinstance(found, Weights))
    assert isinstance(found, Weights)
    return found


def share_at(weights: Weights, counts: Mapping[str, int], cells: tuple[str, ...]) -> float:
    """The weighted share of some cells among all of these counts."""
    parts = {cell: weights.by_cell[cell] * number for cell, number in counts.items() if number}
    return sum(parts.get(cell, 0.0) for cell in cells) / sum(parts.values())


# Post-stratification


def test_a_total_is_post_stratified_as_printed() -> None:
    """Lohr (1999), Sampling: Design and Analysis, 4.7: of 4,000 students 3,000 are women.

    Of 240 women in the sample 84 mean to teach, of 160 men 40: 1,300 students, not 1,240.
    """
    sample = {"women": 240, "men": 160}

    weights = weigh(respondents=sample, population={"women": 3_000, "men": 1_000})

    assert isinstance(weights, Weights)
    assert weights.by_cell == pytest.approx({"women": 1.25, "men": 0.625})
    teaching = {"women": 84, "men": 40}
    assert share_of(weights, favourable=teaching, base=sample).proportion * 4_000 == pytest.approx(
        1_300
    )
    assert share_of(None, favourable=teaching, base=sample).proportion * 4_000 == pytest.approx(
        1_240
    )


def test_kishs_numbers_are_those_of_the_weights_one_by_one() -> None:
    """Kish (1965) 11.7 twice: Σw and Σw² over replies, and 1 + the relative variance of w."""
    weights = weigh(
        respondents={"a": 50, "b": 30, "c": 40}, population={"a": 400, "b": 800, "c": 500}
    )

    assert isinstance(weights, Weights)
    each = np.repeat([weights.by_cell[cell] for cell in "abc"], [50, 30, 40])
    assert weights.effective == pytest.approx(each.sum() ** 2 / (each**2).sum(), abs=1e-9)
    assert weights.design_effect == pytest.approx(1 + each.var() / each.mean() ** 2, abs=1e-9)
    assert weights.largest == pytest.approx(each.max(), abs=1e-12)
    assert weights.respondents == 120


@given(authorities)
def test_the_mean_weight_is_one(authority: tuple[dict[str, int], dict[str, int]]) -> None:
    respondents, population = authority

    weights = weighed(respondents, population)

    total = sum(weights.by_cell[cell] * n for cell, n in respondents.items() if n)
    assert total == pytest.approx(sum(respondents.values()))
    assert 1 <= weights.design_effect <= 2
    assert weights.effective == pytest.approx(weights.respondents / weights.design_effect)


@given(authorities)
def test_known_shares_are_met_but_for_the_margin_error(
    authority: tuple[dict[str, int], dict[str, int]],
) -> None:
    respondents, population = authority

    weights = weighed(respondents, population)

    known = {cell: n for cell, n in respondents.items() if population.get(cell)}
    alone = {(cell,) for cell in known} - {(cell,) for group in weights.merged for cell in group}
    errors = [
        abs(
            share_at(weights, known, group)
            / (sum(population[cell] for cell in group) / sum(population.values()))
            - 1
        )
        for group in [*alone, *weights.merged]
    ]
    assert max(errors) == pytest.approx(weights.margin_error, abs=1e-9)
    assert weights.trimmed == (weights.margin_error > 0)


@given(authorities, st.integers(2, 1_000))
def test_a_larger_population_of_the_same_shape_changes_nothing(
    authority: tuple[dict[str, int], dict[str, int]], times: int
) -> None:
    respondents, population = authority

    larger = weigh(
        respondents=respondents,
        population={cell: times * n for cell, n in population.items()},
        families=FAMILIES,
    )

    assert larger == weigh(respondents=respondents, population=population, families=FAMILIES)


@given(by_cell, st.integers(1, 50))
def test_those_who_are_like_the_population_weigh_one_each(
    respondents: dict[str, int], times: int
) -> None:
    weights = weighed(respondents, {cell: times * n for cell, n in respondents.items()})

    assert weights.by_cell == dict.fromkeys(weights.by_cell, 1.0)
    assert (weights.design_effect, weights.largest, weights.trimmed) == (1, 1, False)
    assert weights.effective == sum(respondents.values())


@given(authorities)
def test_everybody_else_keeps_the_share_of_the_replies(
    authority: tuple[dict[str, int], dict[str, int]],
) -> None:
    respondents, population = authority

    weights = weighed(respondents, population)

    unknown = tuple(cell for cell in respondents if not population.get(cell))
    share = sum(respondents[cell] for cell in unknown) / sum(respondents.values())
    assert share_at(weights, respondents, unknown) == pytest.approx(share, abs=1e-12)


@given(authorities)
def test_what_is_left_after_merging_is_large_enough(
    authority: tuple[dict[str, int], dict[str, int]],
) -> None:
    respondents, population = authority

    weights = weighed(respondents, population)

    of_group = {cell: group for group in weights.merged for cell in group}
    for cell in (cell for cell, n in population.items() if n):
        group = of_group.get(cell, (cell,))
        size = sum(respondents[each] for each in group)
        assert size >= 30 or (size and size >= 0.05 * weights.respondents)
        assert len({weights.by_cell[each] for each in group}) == 1


# Merging


def test_a_small_cell_joins_the_nearest_of_its_family() -> None:
    weights = weigh(
        respondents={"need": 200, "need-parent": 180, "care": 150, "care-parent": 4},
        population=dict.fromkeys(["care", "need", "care-parent", "need-parent"], 1_000),
        families={"need": "n", "need-parent": "n", "care": "c", "care-parent": "c"},
    )

    assert isinstance(weights, Weights)
    assert weights.merged == (("care", "care-parent"),)
    assert weights.by_cell["care"] == weights.by_cell["care-parent"]


def test_without_a_family_it_joins_its_neighbour_and_of_two_the_earlier() -> None:
    weights = weigh(
        respondents={"a": 200, "b": 4, "c": 180, "d": 150},
        population={"a": 900, "b": 100, "c": 800, "d": 700},
    )

    assert isinstance(weights, Weights)
    assert weights.merged == (("a", "b"),)


def test_a_family_that_is_small_together_joins_the_next_family() -> None:
    weights = weigh(
        respondents={"a1": 3, "a2": 4, "b1": 300, "b2": 200},
        population=dict.fromkeys(["a1", "a2", "b1", "b2"], 1_000),
        families={"a1": "a", "a2": "a", "b1": "b", "b2": "b"},
    )

    assert isinstance(weights, Weights)
    assert weights.merged == (("a1", "a2", "b1"),)


def test_a_group_that_nobody_answered_for_is_merged_and_not_lost() -> None:
    weights = weigh(respondents={"a": 40, "c": 60}, population={"a": 100, "b": 100, "c": 200})

    assert isinstance(weights, Weights)
    assert weights.merged == (("a", "b"),)
    assert weights.by_cell == pytest.approx({"a": 1.25, "b": 1.25, "c": 200 / 400 / 0.6})


def test_thirty_respondents_or_a_twentieth_of_all_are_enough_from_twenty_on() -> None:
    """Methods.md 2.6: merge what is under 30 respondents and under about 5% of them."""
    population = {"a": 9_000, "b": 9_000, "c": 9_000}

    merged = [
        weigh(respondents={"a": a, "b": b, "c": c}, population=population)
        for a, b, c in [(600, 600, 30), (200, 150, 20), (600, 600, 29), (60, 58, 19)]
    ]

    assert [each.merged for each in merged if isinstance(each, Weights)] == [
        (),
        (),
        (("b", "c"),),
        (("b", "c"),),
    ]


# Trimming


def test_no_weight_is_over_three_means_and_the_margin_error_is_said() -> None:
    """By hand: a would weigh 5; cut to 3 it stands for 12% and not 20%: an error of 40%.

    The others, with 80% of 960 replies, are raised to 1000 − 120 of them.
    """
    weights = weigh(
        respondents={"a": 40, "b": 480, "c": 480},
        population={"a": 2_000, "b": 4_000, "c": 4_000},
    )

    assert isinstance(weights, Weights)
    assert weights.by_cell == pytest.approx({"a": 3, "b": 880 / 960, "c": 880 / 960})
    assert weights.trimmed
    assert weights.largest == pytest.approx(3)
    assert weights.margin_error == pytest.approx(0.4)


def test_what_is_raised_over_the_cap_by_cutting_another_is_cut_too() -> None:
    """b weighs 1.3, under a cap of 1.35; raised for what a loses, it is over."""
    weights = weigh(
        respondents={"a": 100, "b": 300, "c": 600},
        population={"a": 2_000, "b": 3_900, "c": 4_100},
        cap=1.35,
    )

    assert isinstance(weights, Weights)
    assert weights.by_cell == pytest.approx({"a": 1.35, "b": 1.35, "c": 460 / 600})


@given(authorities)
def test_trimming_never_passes_the_cap(authority: tuple[dict[str, int], dict[str, int]]) -> None:
    weights = weighed(*authority)

    assert weights.largest <= 3 * (1 + 1e-9)


# Not weighed


@pytest.mark.parametrize(
    ("respondents", "population", "reason"),
    [
        ({"a": 0, "b": 0}, {"a": 10, "b": 10}, "nobody has answered"),
        ({"a": 40, "b": 40}, {}, "it is not known how many could have answered"),
        ({"a": 40, "b": 40}, {"a": 0, "b": 0}, "it is not known how many could have answered"),
        ({"a": 40, "b": 40}, {"a": 99}, "it is known of one group only"),
        ({"a": 14, "b": 15, "rest": 90}, {"a": 50, "b": 50}, "fewer than 30 answered"),
        ({"a": 1_000, "b": 20}, {"a": 5_000, "b": 5_000}, "too few answered in all groups but one"),
        ({"a": 1_000, "b": 40}, {"a": 3_000, "b": 9_000}, "design effect 2."),
    ],
)
def test_what_cannot_be_weighed_says_why(
    respondents: dict[str, int], population: dict[str, int], reason: str
) -> None:
    found = weigh(respondents=respondents, population=population, cap=100)

    if "design effect" in reason:
        assert isinstance(found, Unweighted)
        assert "would lose more than half of what the replies tell" in found.reason
    else:
        assert isinstance(found, Unweighted)
        assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("respondents", "population", "named"),
    [
        ({"a": 41, "b": 40}, {"a": 40, "b": 90}, "a: 41 answered, of a population of only 40"),
        ({"a": -1, "b": 40}, {"a": 40, "b": 90}, "a: no numbers"),
        ({"a": 1, "b": 40}, {"a": 40, "b": -9}, "b: no numbers"),
        (dict.fromkeys("abcdefghi", 40), dict.fromkeys("abc", 90), "9 cells"),
    ],
)
def test_margins_that_cannot_be_are_named(
    respondents: dict[str, int], population: dict[str, int], named: str
) -> None:
    with pytest.raises(MarginsWrong, match=named):
        weigh(respondents=respondents, population=population)


@pytest.mark.parametrize("cap", [1, 0.5, float("nan"), float("inf")])
def test_a_cap_that_no_mean_of_one_keeps_under_is_refused(cap: float) -> None:
    with pytest.raises(ValueError, match="no weights with a mean of 1"):
        weigh(respondents={"a": 40}, population={"a": 90}, cap=cap)


def test_weights_for_nobody_or_without_a_weight_are_refused() -> None:
    with pytest.raises(NobodyAnswered):
        Weights.of({"a": 1.0}, {"a": 0})
    with pytest.raises(ValueError, match="b: some answered, and have no weight"):
        Weights.of({"a": 1.0}, {"a": 5, "b": 5})
    with pytest.raises(ValueError, match="a: some answered, and have no weight"):
        Weights.of({"a": 0.0}, {"a": 5})


# Raking and calibrating


def table(rows: list[list[float]]) -> dict[str, float]:
    return {f"{r}{c}": number for r, row in enumerate(rows) for c, number in enumerate(row)}


def by_row(totals: list[float], columns: int) -> Margin:
    cells = {f"{r}{c}": f"row {r}" for r in range(len(totals)) for c in range(columns)}
    return Margin({f"row {r}": total for r, total in enumerate(totals)}, cells)


def by_column(totals: list[float], rows: int) -> Margin:
    cells = {f"{r}{c}": f"column {c}" for r in range(rows) for c in range(len(totals))}
    return Margin({f"column {c}": total for c, total in enumerate(totals)}, cells)


SEED: list[list[float]] = [[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]]
ROWS, COLUMNS = [150.0, 300, 400, 150], [200.0, 300, 400, 100]


def test_raking_gives_the_table_that_wikipedia_prints() -> None:
    """Wikipedia, Iterative proportional fitting, example (also the README of ipfn)."""
    printed = [
        [64.61, 46.28, 35.42, 3.83],
        [49.95, 68.15, 156.49, 25.37],
        [56.70, 144.40, 145.06, 53.76],
        [28.74, 41.18, 63.03, 17.03],
    ]

    # The print is of three rounds, after which rows are met to a thousandth.
    weights = rake(
        counts=table(SEED), margins=[by_row(ROWS, 4), by_column(COLUMNS, 4)], tolerance=1e-3
    )

    scale = 1_000 / sum(map(sum, SEED))
    fitted = {cell: n * weights[cell] * scale for cell, n in table(SEED).items()}
    assert fitted == pytest.approx(table(printed), abs=5e-3)


grids = st.tuples(st.integers(2, 3), st.integers(2, 3)).flatmap(
    lambda shape: st.tuples(
        st.lists(
            st.lists(st.integers(5, 200), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        ),
        st.lists(
            st.lists(st.floats(0.7, 1.4), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        ),
    )
)


def margins_of(sample: np.ndarray, truth: np.ndarray) -> list[Margin]:
    population = sample * truth
    rows, columns = sample.shape
    return [
        by_row(population.sum(axis=1).tolist(), columns),
        by_column(population.sum(axis=0).tolist(), rows),
    ]


@given(grids)
def test_raking_agrees_with_numpy(drawn: tuple[list[list[int]], list[list[float]]]) -> None:
    """The same by whole rows and columns of an array, until nothing moves."""
    sample, truth = np.array(drawn[0], float), np.array(drawn[1])
    fitted = sample.copy()
    for _ in range(2_000):
        before = fitted.copy()
        fitted *= ((sample * truth).sum(axis=1) / fitted.sum(axis=1))[:, None]
        fitted *= (sample * truth).sum(axis=0) / fitted.sum(axis=0)
        if np.array_equal(fitted, before):
            break
    expected = fitted / sample * sample.sum() / fitted.sum()

    weights = rake(
        counts=table(sample.tolist()),
        margins=margins_of(sample, truth),
        rounds=2_000,  # the usual hundred are for a tolerance of a millionth
        tolerance=1e-12,
    )

    assert weights == pytest.approx(table(expected.tolist()), abs=1e-9)


@given(grids, st.floats(0.01, 1_000))
def test_raked_weights_have_a_mean_of_one_whatever_the_scale(
    drawn: tuple[list[list[int]], list[list[float]]], times: float
) -> None:
    sample, truth = np.array(drawn[0], float), np.array(drawn[1])
    counts = table(sample.tolist())

    weights = rake(counts=counts, margins=margins_of(sample, truth))

    assert sum(weights[cell] * n for cell, n in counts.items()) == pytest.approx(sample.sum())
    scaled = rake(counts=counts, margins=margins_of(sample, truth * times))
    assert scaled == pytest.approx(weights, abs=1e-6)


def test_one_margin_needs_one_round_and_gives_post_stratification() -> None:
    sample, population = {"a": 40, "b": 60}, {"a": 700, "b": 300}

    weights = rake(counts=sample, margins=[Margin(population, {"a": "a", "b": "b"})], rounds=1)

    post = weigh(respondents=sample, population=population)
    assert isinstance(post, Weights)
    assert weights == pytest.approx(post.by_cell)
    assert Weights.of(weights, sample).effective == pytest.approx(post.effective)


def test_a_cell_in_which_nobody_answered_has_no_weight_and_does_no_harm() -> None:
    weights = rake(
        counts=table([[40, 0], [30, 30]]),
        margins=[by_row([50, 50], 2), by_column([70, 30], 2)],
        tolerance=1e-9,
    )

    assert weights == pytest.approx({"00": 50 / 40, "10": 20 / 30, "11": 1.0})


@pytest.mark.parametrize(
    ("counts", "rows", "columns", "named"),
    [
        ([[1, 1], [1, 1]], [50, 50], [60, 41], "do not add up to one total, but to 100, 101"),
        ([[1, 1], [0, 0]], [50, 50], [60, 40], "row 1: nobody in it answered"),
        ([[1, 1], [1, 1]], [100, 0], [60, 40], "row 1: some answered, and its total is none"),
        ([[1, 1], [1, 1]], [0, 0], [60, 40], "adds up to nobody"),
        ([[1, 1], [1, 1]], [150, -50], [60, 40], "row 1: no number of people"),
        ([[1, 1], [1, 1]], [100, float("nan")], [60, 40], "row 1: no number of people"),
    ],
)
def test_margins_that_are_wrong_are_named(
    counts: list[list[float]], rows: list[float], columns: list[float], named: str
) -> None:
    margins = [by_row(rows, 2), by_column(columns, 2)]

    with pytest.raises(MarginsWrong, match=named):
        rake(counts=table(counts), margins=margins)
    with pytest.raises(MarginsWrong, match=named):
        calibrate(counts=table(counts), margins=margins, low=0.1, high=9)


def test_a_margin_that_leaves_a_cell_out_is_named() -> None:
    with pytest.raises(MarginsWrong, match="b: is in no group"):
        rake(counts={"a": 1, "b": 1}, margins=[Margin({"x": 2}, {"a": "x"})])
    with pytest.raises(MarginsWrong, match="no margin"):
        rake(counts={"a": 1}, margins=[])


def test_counts_that_are_none_are_refused() -> None:
    margins = [Margin({"x": 2}, {"a": "x"})]

    with pytest.raises(NobodyAnswered):
        rake(counts={"a": 0}, margins=margins)
    with pytest.raises(ValueError, match="a: no number of replies"):
        rake(counts={"a": -1}, margins=margins)


def test_margins_that_no_weights_meet_do_not_converge() -> None:
    """Row 0 has only column 0, which is to be smaller than it."""
    counts, margins = (
        table([[50, 0], [25, 25]]),
        [by_row([60, 40], 2), by_column([40, 60], 2)],
    )

    with pytest.raises(NotConverged, match="after 100 rounds"):
        rake(counts=counts, margins=margins)
    with pytest.raises(Infeasible):
        calibrate(counts=counts, margins=margins, low=0.1, high=9)


BOUNDS = (0.6, 2.05)  # methods.md 2.6


def logit_distance(weights: np.ndarray, counts: np.ndarray) -> float:
    """What calibration makes least: Deville and Särndal (1992), case 6."""
    low, high = BOUNDS
    scale = (high - low) / ((1 - low) * (high - 1))
    each = (weights - low) * np.log((weights - low) / (1 - low)) + (high - weights) * np.log(
        (high - weights) / (high - 1)
    )
    return float((counts * each).sum() / scale)


@given(grids)
def test_calibrated_weights_meet_every_margin_within_the_bounds(
    drawn: tuple[list[list[int]], list[list[float]]],
) -> None:
    sample, truth = np.array(drawn[0], float), np.array(drawn[1])
    # True weights that are a solution within the bounds, so that there is one.
    truth *= sample.sum() / (sample * truth).sum()
    assume(BOUNDS[0] + 0.05 < truth.min() and truth.max() < BOUNDS[1] - 0.05)
    counts = table(sample.tolist())

    weights = calibrate(
        counts=counts, margins=margins_of(sample, truth), low=BOUNDS[0], high=BOUNDS[1]
    )

    assert all(BOUNDS[0] < weight < BOUNDS[1] for weight in weights.values())
    fitted = np.array([counts[cell] * weights[cell] for cell in counts]).reshape(sample.shape)
    for axis in (0, 1):
        wanted = (sample * truth).sum(axis=axis)
        assert fitted.sum(axis=axis) == pytest.approx(wanted, rel=1e-8)
    # Nearest to 1 of all that would do: any swap round four cells makes it worse.
    found = np.array([weights[cell] for cell in counts]).reshape(sample.shape)
    least = logit_distance(found, sample)
    for a, b in combinations(range(sample.shape[0]), 2):
        for c, d in combinations(range(sample.shape[1]), 2):
            for change in (-1e-3, 1e-3):
                other = fitted.copy()
                other[a, c] += change
                other[b, d] += change
                other[a, d] -= change
                other[b, c] -= change
                assert logit_distance(other / sample, sample) > least


def test_calibration_agrees_with_scipy_solving_its_equations() -> None:
    """Deville and Särndal's F as printed, and scipy's hybrid method to find where margins are met.

    That this is the least distance under the margins is the test above.
    """
    low, high = BOUNDS
    counts = np.array([60.0, 25, 15, 30, 40, 80])
    rows, columns = [120.0, 130], [110.0, 70, 70]
    # Which cells are in each row, and in each column but the last, which follows from the others.
    members = np.array(
        [[cell // 3 == row for cell in range(6)] for row in range(2)]
        + [[cell % 3 == column for cell in range(6)] for column in range(2)],
        float,
    )

    def weights_at(point: np.ndarray) -> np.ndarray:
        a = (high - low) / ((1 - low) * (high - 1))
        power = np.exp(a * (point @ members))
        found = (low * (high - 1) + high * (1 - low) * power) / (high - 1 + (1 - low) * power)
        return np.asarray(found)

    def gaps_at(point: np.ndarray) -> np.ndarray:
        return np.asarray(members @ (counts * weights_at(point)) - [*rows, *columns[:2]])

    found = root(gaps_at, [0.0] * 4, tol=1e-14)

    weights = calibrate(
        counts=table(counts.reshape(2, 3).tolist()),
        margins=[by_row(rows, 3), by_column(columns, 2)],
        low=low,
        high=high,
    )

    assert list(weights.values()) == pytest.approx(weights_at(found.x).tolist(), abs=1e-9)


def test_bounds_far_away_change_little_and_near_ones_bite() -> None:
    counts, margins = table(SEED), [by_row(ROWS, 4), by_column(COLUMNS, 4)]

    free = calibrate(counts=counts, margins=margins, low=0, high=1e6)
    bound = calibrate(counts=counts, margins=margins, low=0.25, high=1.6)

    # As the upper bound goes, the logit distance becomes that of raking (Deville and Särndal).
    assert free == pytest.approx(rake(counts=counts, margins=margins), abs=1e-4)
    assert max(free.values()) > 1.6 > max(bound.values())
    assert min(bound.values()) > 0.25


def test_a_group_that_the_bounds_cannot_reach_is_named() -> None:
    with pytest.raises(Infeasible, match=r"row 0: would need a weight of 1\.8 on average"):
        calibrate(
            counts=table([[25, 25], [25, 25]]),
            margins=[by_row([90, 10], 2), by_column([50, 50], 2)],
            low=0.5,
            high=1.5,
        )


def test_bounds_that_each_group_could_keep_but_not_all_are_infeasible() -> None:
    """Rows and columns want 1.4 each, so their common cell far more than 1.5."""
    with pytest.raises(Infeasible, match="all the margins at once"):
        calibrate(
            counts=table([[2, 48], [48, 2]]),
            margins=[by_row([70, 30], 2), by_column([70, 30], 2)],
            low=0.5,
            high=1.5,
        )


@pytest.mark.parametrize(
    ("low", "high"), [(-0.1, 2), (1, 2), (0.5, 1), (0.5, float("inf")), (float("nan"), 2)]
)
def test_bounds_that_do_not_hold_one_are_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="do not lie between"):
        calibrate(counts={"a": 1.0}, margins=[Margin({"a": 1}, {"a": "a"})], low=low, high=high)


# Shares


def test_a_share_has_the_effective_number_of_its_own_base() -> None:
    weights = weigh(respondents={"a": 60, "b": 60}, population={"a": 100, "b": 300})
    assert isinstance(weights, Weights)

    share = share_of(weights, favourable={"a": 20, "b": 30}, base={"a": 40, "b": 50})

    each = np.repeat([0.5, 1.5], [40, 50])
    assert share.proportion == pytest.approx((0.5 * 20 + 1.5 * 30) / each.sum())
    assert share.base == 90
    assert share.effective == pytest.approx(each.sum() ** 2 / (each**2).sum())
    assert share.design_effect == pytest.approx(90 / share.effective)


@pytest.mark.parametrize(
    ("count", "total", "lower", "upper"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)]
)
def test_an_unweighted_share_has_newcombes_interval(
    count: int, total: int, lower: float, upper: float
) -> None:
    """Newcombe (1998), Stat. Med. 17: 857-872, table I, method 3."""
    share = share_of(None, favourable={"a": count}, base={"a": total})

    found = interval(share)

    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5e-5)


def test_a_weighted_share_has_an_interval_like_those_of_rs_survey() -> None:
    """Methods.md 2.2: p = 0.737, n = 100, n_eff = 83.0; ``svyciprop``, logit: 0.633 to 0.820."""
    share = Estimate(0.737, base=100, effective=83.0, design_effect=100 / 83)

    found = interval(share)

    assert (found.lower, found.upper) == pytest.approx((0.633, 0.820), abs=2e-3)
    # Linearisation prints 0.048876 there; a share's own rule, with n_eff for n, comes near it.
    assert share.standard_error == pytest.approx(0.048876, abs=1e-3)


@given(authorities, st.data())
def test_a_weighted_share_is_a_share(
    authority: tuple[dict[str, int], dict[str, int]], data: st.DataObject
) -> None:
    weights = weighed(*authority)
    base = {cell: data.draw(st.integers(0, n)) for cell, n in authority[0].items()}
    assume(any(base.values()))
    favourable = {cell: data.draw(st.integers(0, n)) for cell, n in base.items()}

    share = share_of(weights, favourable=favourable, base=base)

    assert 1 <= share.effective <= share.base == sum(base.values())
    assert share.proportion in interval(share)
    everyone = share_of(weights, favourable=base, base=base)
    nobody = share_of(weights, favourable=dict.fromkeys(base, 0), base=base)
    assert (everyone.proportion, nobody.proportion) == (1, 0)
    assert nobody.standard_error == 0


@given(authorities)
def test_more_certainty_takes_a_wider_range(
    authority: tuple[dict[str, int], dict[str, int]],
) -> None:
    base = authority[0]
    share = share_of(
        weighed(*authority), favourable={c: n // 3 for c, n in base.items()}, base=base
    )

    usual, surer = interval(share), interval(share, 0.998)

    assert surer.lower <= usual.lower <= usual.upper <= surer.upper
    assert surer.level == 0.998


def test_unweighted_is_each_answer_once() -> None:
    favourable, base = {"a": 3, "b": 4}, {"a": 10, "b": 20}

    share = share_of(Unweighted("too few"), favourable=favourable, base=base)

    assert share == Estimate(7 / 30, base=30, effective=30.0, design_effect=1.0)
    assert share == share_of(None, favourable=favourable, base=base)


@pytest.mark.parametrize(
    ("favourable", "base"),
    [({"a": 3}, {"a": 2}), ({"a": -1}, {"a": 2}), ({}, {"a": 2}), ({"a": 0}, {}), ({"a": 1}, {})],
)
def test_favourable_answers_that_are_no_part_of_the_base_are_named(
    favourable: dict[str, int], base: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match="a: not a part of those who answered"):
        share_of(None, favourable=favourable, base=base)


def test_a_share_of_nobody_or_of_a_cell_without_a_weight_is_refused() -> None:
    weights = Weights.of({"a": 1.0}, {"a": 5})

    with pytest.raises(NobodyAnswered):
        share_of(weights, favourable={"a": 0}, base={"a": 0})
    with pytest.raises(ValueError, match="b: some answered, and have no weight"):
        share_of(weights, favourable={"a": 1, "b": 1}, base={"a": 5, "b": 5})


@pytest.mark.parametrize(
    ("proportion", "base", "effective"),
    [(1.1, 10, 10.0), (-0.1, 10, 10.0), (0.5, 0, 1.0), (0.5, 10, 0.0), (0.5, 9, float("inf"))],
)
def test_what_is_no_share_is_refused(proportion: float, base: int, effective: float) -> None:
    with pytest.raises(ValueError, match="no share is"):
        Estimate(proportion, base=base, effective=effective, design_effect=1)


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not a coverage"):
        interval(Estimate(0.5, base=10, effective=10, design_effect=1), 1)


# Means


scores = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)


def sums_of(numbers: list[int]) -> Sums:
    return Sums(len(numbers), sum(numbers), sum(number * number for number in numbers))


@given(scores.filter(lambda found: len(set(found)) > 1))
def test_an_unweighted_mean_agrees_with_statsmodels(found: list[int]) -> None:
    expected = DescrStatsW(np.array(found, float))

    mean = mean_of(None, {"a": sums_of(found)})

    assert mean.mean == pytest.approx(expected.mean, rel=1e-9)
    assert mean.standard_error == pytest.approx(expected.std_mean, rel=1e-9)
    assert (mean.base, mean.effective, mean.degrees) == (len(found), len(found), len(found) - 1)


@given(scores, scores, st.floats(0.2, 3), st.floats(0.2, 3))
def test_a_weighted_mean_agrees_with_statsmodels(
    some: list[int], others: list[int], one: float, other: float
) -> None:
    """A regression on nothing but a constant, its error robust (HC1): that is the linearisation."""
    sums = {"a": sums_of(some), "b": sums_of(others)}
    weights = Weights.of({"a": one, "b": other}, {"a": len(some), "b": len(others)})
    each = np.repeat([one, other], [len(some), len(others)])
    y = np.array(some + others, float)
    assume(len({*some, *others}) > 1)
    expected = WLS(y, np.ones_like(y), weights=each).fit(cov_type="HC1")

    mean = mean_of(weights, sums, per_point=100)

    assert mean.mean == pytest.approx(expected.params[0] / 100, rel=1e-9, abs=1e-9)
    assert mean.standard_error == pytest.approx(expected.bse[0] / 100, rel=1e-9, abs=1e-9)
    assert mean.effective == pytest.approx(each.sum() ** 2 / (each**2).sum())
    assert mean.degrees == len(y) - 1
    assert not mean.all_alike


@given(st.integers(0, 10_000), st.integers(1, 50), st.integers(1, 50), st.floats(0.2, 3))
def test_scores_that_are_all_alike_have_no_error_at_all(
    score: int, some: int, others: int, weight: float
) -> None:
    weights = Weights.of({"a": 1.0, "b": weight}, {"a": some, "b": others})

    mean = mean_of(weights, {"a": sums_of([score] * some), "b": sums_of([score] * others)})

    assert (mean.mean, mean.standard_error, mean.all_alike) == (score, 0, True)


def test_cells_alike_within_but_not_between_are_not_all_alike() -> None:
    mean = mean_of(None, {"a": sums_of([10, 10]), "b": sums_of([20, 20]), "c": sums_of([])})

    assert not mean.all_alike
    assert mean.standard_error == pytest.approx(np.std([10, 10, 20, 20], ddof=1) / 2)


def test_a_great_many_scores_that_hardly_differ_lose_no_digit() -> None:
    """Σ² − (Σ)²/n in floats would be 0 here, or below it."""
    n = 10**9
    sums = Sums(n, 10_000 * n - 1, 10_000**2 * (n - 1) + 9_999**2)

    mean = mean_of(None, {"a": sums})

    assert mean.standard_error == pytest.approx(1 / n, rel=1e-8)


@pytest.mark.parametrize(
    ("sums", "named"),
    [
        (Sums(1, 50, 2_500), "a mean of 1 score"),
        (Sums(2, 100, 4_999), "a: no 2 numbers"),
        (Sums(0, 1, 1), "a: no 0 numbers"),
        (Sums(-2, 1, 1), "a: no -2 numbers"),
        (Sums(0, 0, 0), "nobody answered"),
    ],
)
def test_sums_that_give_no_mean_are_named(sums: Sums, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        mean_of(None, {"a": sums})


def test_scores_of_a_cell_without_a_weight_are_refused() -> None:
    with pytest.raises(ValueError, match="b: some answered, and have no weight"):
        mean_of(Weights.of({"a": 1.0}, {"a": 5}), {"b": sums_of([1, 2])})
    with pytest.raises(ValueError, match="no unit"):
        mean_of(None, {"a": sums_of([1, 2])}, per_point=0)


@pytest.mark.parametrize(
    ("mean", "error", "base", "degrees"),
    [
        (float("nan"), 1.0, 9, 8.0),
        (50.0, -1.0, 9, 8.0),
        (50.0, float("inf"), 9, 8.0),
        (50.0, 1.0, 1, 1.0),
        (50.0, 1.0, 9, 0.0),
    ],
)
def test_what_is_no_mean_is_refused(mean: float, error: float, base: int, degrees: float) -> None:
    with pytest.raises(ValueError, match="mean"):
        MeanEstimate(mean, error, base=base, effective=9.0, degrees=degrees)


# England


def share(proportion: float, base: int) -> Estimate:
    return Estimate(proportion, base=base, effective=float(base), design_effect=1.0)


def test_england_is_its_authorities_by_population_as_printed() -> None:
    """American Council of Learned Societies: Lohr (1999), example 4.3, worked in R by E. Slud.

    Women among members of seven societies; 24.65%, as printed. The standard error printed,
    0.0071186, is with n − 1 for n and the correction for a finite population, which we leave out
    (methods.md 2.2): here the same is done to ours to compare.
    """
    members = [9_100, 1_950, 5_500, 10_850, 2_100, 5_500, 9_000]
    returned = [636, 451, 481, 611, 493, 575, 588]
    women = [0.38, 0.27, 0.18, 0.19, 0.36, 0.13, 0.26]

    england = national(
        [(share(p, n), size) for p, n, size in zip(women, returned, members, strict=True)]
    )
    corrected = national(
        [
            (Estimate(p, n, (n - 1) / (1 - n / size), 1.0), size)
            for p, n, size in zip(women, returned, members, strict=True)
        ]
    )

    assert england.proportion == pytest.approx(0.2465, abs=5e-5)
    assert corrected.standard_error == pytest.approx(0.007118622, abs=5e-10)
    assert england.standard_error == pytest.approx(0.00711862, rel=0.06)


parts_of_england = st.lists(
    st.tuples(st.floats(0, 1), st.integers(1, 500), st.integers(0, 100_000)),
    min_size=1,
    max_size=12,
).map(lambda drawn: [(share(p, n), float(n + more)) for p, n, more in drawn])


@given(parts_of_england)
def test_englands_share_agrees_with_the_sums_over_replies(
    parts: list[tuple[Estimate, float]],
) -> None:
    england = national(parts)

    each = np.repeat([size / part.base for part, size in parts], [part.base for part, _ in parts])
    assert england.base == len(each)
    assert england.effective == pytest.approx(each.sum() ** 2 / (each**2).sum())
    weights = np.array([size for _, size in parts]) / sum(size for _, size in parts)
    p = np.array([part.proportion for part, _ in parts])
    n = np.array([part.effective for part, _ in parts])
    assert england.proportion == pytest.approx(float(weights @ p))
    assert england.standard_error == pytest.approx(
        float(np.sqrt((weights**2 * p * (1 - p) / n).sum()))
    )
    assert interval(england).lower <= england.proportion <= interval(england).upper


def test_england_of_one_authority_is_that_authority() -> None:
    alone, mean = share(0.4, 50), mean_of(None, {"a": sums_of([10, 20, 60])})

    england = national([(alone, 900)])
    of_means = national([(mean, 900)])

    assert (england.proportion, england.base) == (0.4, 50)
    assert england.effective == pytest.approx(50)
    assert england.standard_error == pytest.approx(alone.standard_error)
    assert of_means.mean == mean.mean
    assert of_means.standard_error == pytest.approx(mean.standard_error)
    assert of_means.degrees == pytest.approx(mean.degrees)


def test_a_few_answers_that_happen_to_be_alike_make_england_no_surer() -> None:
    """One authority's ten are all favourable: its error is 0; they count for ten all the same."""
    england = national([(share(1.0, 10), 500), (share(0.1, 10), 500)])

    assert england.effective == pytest.approx(20)
    assert england.standard_error == pytest.approx(0.5 * (0.1 * 0.9 / 10) ** 0.5)


def test_englands_mean_is_stratified_with_satterthwaites_degrees() -> None:
    """Satterthwaite (1946): for two equal parts these are Welch's degrees of freedom."""
    some, others = [10, 20, 60, 70, 20], [50, 55, 65, 90, 20, 40, 30]
    one, other = mean_of(None, {"": sums_of(some)}), mean_of(None, {"": sums_of(others)})

    england = national([(one, 1_000), (other, 1_000)])

    compared = DescrStatsW(some).get_compare(DescrStatsW(others))
    assert england.mean == pytest.approx((np.mean(some) + np.mean(others)) / 2)
    assert england.standard_error == pytest.approx(compared.std_meandiff_separatevar / 2)
    assert england.degrees == pytest.approx(compared.dof_satt())
    assert england.base == 12


def test_england_where_all_are_alike_everywhere_has_no_error() -> None:
    alike = mean_of(None, {"": sums_of([50, 50])})

    assert national([(alike, 10), (alike, 30)]).all_alike


@pytest.mark.parametrize("population", [0, -1, 49, float("nan"), float("inf")])
def test_a_population_that_cannot_be_is_refused(population: float) -> None:
    with pytest.raises(MarginsWrong, match="50 answered, of a population of"):
        national([(share(0.4, 50), population)])


def test_england_of_nothing_or_of_two_kinds_is_refused() -> None:
    mean = mean_of(None, {"a": sums_of([10, 20, 60])})

    with pytest.raises(NobodyAnswered):
        national([])
    with pytest.raises(ValueError, match="shares and means"):
        national([(share(0.4, 5), 9), (mean, 9)])  # type: ignore[list-item]


def test_the_interval_is_wilsons_at_the_effective_number() -> None:
    estimate = Estimate(0.25, base=100, effective=60.0, design_effect=100 / 60)

    assert interval(estimate, 0.998) == ConfidenceInterval.wilson(15, 60, level=0.998)

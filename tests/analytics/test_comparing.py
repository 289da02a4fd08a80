"""The words: against print, against second implementations, and that none contradicts another."""

from math import sqrt
from statistics import NormalDist, median

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import t as student
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.weightstats import CompareMeans

from analytics.comparing import (
    Comparison,
    Kind,
    Neighbours,
    Reference,
    Strength,
    Verdict,
    against_own_past,
    against_reference,
    difference,
    group_against_area,
    in_words,
    neighbours,
)
from analytics.disclosure import End
from analytics.funnels import MeanPoint, MeanSpread, Point, Spread
from analytics.indicators import Better
from analytics.intervals import ConfidenceInterval
from analytics.wording import Words

USUAL, STRONG = Strength.USUAL, Strength.STRONG
NOT_COMPARED, TOO_FEW = Comparison(Verdict.NOT_COMPARED), Comparison(Verdict.TOO_FEW)
SIMILAR = Comparison(Verdict.SIMILAR)

PROPORTIONS = st.floats(0, 1)
POINTS = st.builds(Point, PROPORTIONS, st.floats(1, 100_000))
SPREADS = st.builds(Spread, PROPORTIONS, st.floats(0, 0.1), st.just(2.0))
MEANS = st.builds(MeanPoint, st.floats(0, 100), st.floats(0.1, 20))
MEAN_SPREADS = st.builds(MeanSpread, st.floats(0, 100), st.floats(0, 50), st.just(2.0))
COUNTS = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
BETTER = st.sampled_from(Better)

# What a verdict becomes where the other way is good.
OTHER_WAY = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}


def _turned(comparison: Comparison) -> Comparison:
    verdict = comparison.verdict
    return Comparison(OTHER_WAY.get(verdict, verdict), comparison.strength)


# One rule for word, table and funnel


@given(SPREADS, POINTS, BETTER)
def test_the_word_is_similar_exactly_when_the_point_is_inside_the_drawn_limits(
    spread: Spread, point: Point, better: Better
) -> None:
    found = against_reference(point, spread, better=better, reliable=True)

    inside = point.proportion in spread.limits(point.effective, 0.95)
    inside_strong = point.proportion in spread.limits(point.effective, 0.998)
    assert (found == SIMILAR) is inside
    assert (found.strength is STRONG) is not inside_strong


@given(MEAN_SPREADS, MEANS, BETTER)
def test_the_word_of_a_mean_is_similar_exactly_when_it_is_inside_the_drawn_limits(
    spread: MeanSpread, point: MeanPoint, better: Better
) -> None:
    found = against_reference(point, spread, better=better, reliable=True)

    assert (found == SIMILAR) is (point.mean in spread.limits(point.standard_error, 0.95))


@given(SPREADS, POINTS, BETTER)
def test_a_difference_is_never_claimed_beside_an_interval_that_holds_the_reference(
    spread: Spread, point: Point, better: Better
) -> None:
    found = against_reference(point, spread, better=better, reliable=True)
    assume(found.differs)

    interval = ConfidenceInterval.wilson(point.proportion * point.effective, point.effective)

    room = 1e-9
    assert not interval.lower + room < spread.centre < interval.upper - room


@given(SPREADS, POINTS)
def test_the_word_says_which_side_the_point_is_on(spread: Spread, point: Point) -> None:
    verdict = against_reference(point, spread, better=Better.NEITHER, reliable=True).verdict
    assume(verdict is not Verdict.SIMILAR)

    expected = Verdict.HIGHER if point.proportion > spread.centre else Verdict.LOWER
    assert verdict is expected


@given(SPREADS, POINTS)
def test_where_the_other_way_is_good_better_is_worse(spread: Spread, point: Point) -> None:
    higher = against_reference(point, spread, better=Better.HIGHER, reliable=True)

    lower = against_reference(point, spread, better=Better.LOWER, reliable=True)

    assert lower == _turned(higher)


@given(PROPORTIONS, POINTS)
def test_a_point_on_the_reference_is_similar_to_it(centre: float, point: Point) -> None:
    here = Point(centre, point.effective)

    assert against_reference(here, Spread(centre), better=Better.HIGHER, reliable=True) == SIMILAR


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (71, Comparison(Verdict.WORSE, STRONG)),
        (74, Comparison(Verdict.WORSE, USUAL)),
        (79, SIMILAR),
        (86, Comparison(Verdict.BETTER, USUAL)),
        (90, Comparison(Verdict.BETTER, STRONG)),
    ],
)
def test_the_limits_of_public_health_england_make_the_words(
    percent: int, expected: Comparison
) -> None:
    """The baseline of PHEindicatormethods, testdata_funnel_prop_outputs.csv, at 234 answers.

    Limits there 75.58 to 85.70 and 72.66 to 88.62; ours of the arcsine are no narrower.
    """
    found = against_reference(
        Point(percent / 100, 234), Spread(0.80642448), better=Better.HIGHER, reliable=True
    )

    assert found == expected


# What cannot be told


@given(better=BETTER, reliable=st.booleans())
def test_what_is_missing_is_not_compared(*, better: Better, reliable: bool) -> None:
    here, spread, mean = Point(0.1, 100), Spread(0.9), MeanPoint(10.0, 1.0)
    missing: Point | None = None
    unknown: Spread | None = None

    found = [
        against_reference(missing, spread, better=better, reliable=reliable),
        against_reference(here, unknown, better=better, reliable=reliable),
        against_own_past(missing, here, better=better, reliable=reliable),
        against_own_past(here, missing, better=better, reliable=reliable),
        group_against_area(None, 0.9, better=better, reliable=reliable),
        group_against_area(mean, None, better=better, reliable=reliable),
    ]

    assert set(found) == {NOT_COMPARED}


def test_nothing_is_compared_with_itself() -> None:
    point = Point(0.1, 1000)

    england = against_reference(
        point, Spread(0.9), better=Better.HIGHER, reliable=True, itself=True
    )
    everyone = group_against_area(point, 0.9, better=Better.HIGHER, reliable=True, itself=True)

    assert england == everyone == NOT_COMPARED


def test_what_is_not_reliable_is_too_few_to_judge_however_far_off() -> None:
    low, high = Point(0.1, 1000), Point(0.9, 1000)

    found = [
        against_reference(low, Spread(0.9), better=Better.HIGHER, reliable=False),
        against_own_past(low, high, better=Better.HIGHER, reliable=False),
        group_against_area(low, 0.9, better=Better.HIGHER, reliable=False),
    ]

    assert found == [TOO_FEW] * 3


def test_means_whose_answers_are_all_alike_are_too_few_to_judge() -> None:
    still, other = MeanPoint(100.0, 0.0), MeanPoint(50.0, 1.0)

    found = [
        against_reference(still, MeanSpread(50.0), better=Better.HIGHER, reliable=True),
        against_own_past(still, other, better=Better.HIGHER, reliable=True),
        against_own_past(other, still, better=Better.HIGHER, reliable=True),
        group_against_area(still, 50.0, better=Better.HIGHER, reliable=True),
    ]

    assert found == [TOO_FEW] * 4
    assert difference(still, other, 0.95) is None


# One's own past


@pytest.mark.parametrize(
    ("now", "before", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(
    now: tuple[int, int], before: tuple[int, int], lower: float, upper: float
) -> None:
    """Newcombe (1998), Stat. Med. 17: 873-890, table II, method 10, examples (a) and (b)."""
    found = difference(
        Point(now[0] / now[1], now[1]), Point(before[0] / before[1], before[1]), 0.95
    )

    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5e-5)


@given(COUNTS, COUNTS, st.sampled_from([0.95, 0.998]))
def test_the_interval_of_a_difference_agrees_with_statsmodels(
    now: tuple[int, int], before: tuple[int, int], level: float
) -> None:
    expected = confint_proportions_2indep(*now, *before, method="newcomb", alpha=1 - level)

    found = difference(
        Point(now[0] / now[1], now[1]), Point(before[0] / before[1], before[1]), level
    )

    assert found is not None
    assert (found.lower, found.upper) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_the_interval_of_a_difference_of_means_agrees_with_statsmodels() -> None:
    rng = np.random.default_rng(3)
    now, before = rng.normal(70, 10, 80), rng.normal(66, 20, 50)
    expected = CompareMeans.from_data(now, before).zconfint_diff(usevar="unequal")
    points = [
        MeanPoint(float(each.mean()), float(each.std(ddof=1) / sqrt(len(each))))
        for each in (now, before)
    ]

    found = difference(points[0], points[1], 0.95)

    assert found is not None
    assert (found.lower, found.upper) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("level", "wider"), [(0.95, 1.022), (0.998, 1.048)])
def test_students_t_would_be_wider_by_as_little_as_is_said(level: float, wider: float) -> None:
    share = (1 + level) / 2

    ratio = float(student.ppf(share, 58)) / NormalDist().inv_cdf(share)

    assert ratio == pytest.approx(wider, abs=1e-3)


@given(POINTS, POINTS, BETTER)
def test_a_change_is_claimed_exactly_where_the_interval_leaves_out_nought(
    now: Point, before: Point, better: Better
) -> None:
    usual, strong = difference(now, before, 0.95), difference(now, before, 0.998)
    assert usual is not None
    assert strong is not None

    found = against_own_past(now, before, better=better, reliable=True)

    assert (found == SIMILAR) is (0 in usual)
    assert (found.strength is STRONG) is (0 not in strong)


@given(POINTS, POINTS)
def test_backwards_in_time_better_is_worse(now: Point, before: Point) -> None:
    for level in (0.95, 0.998):
        interval = difference(now, before, level)
        assert interval is not None
        assume(min(abs(interval.lower), abs(interval.upper)) > 1e-12)

    forwards = against_own_past(now, before, better=Better.HIGHER, reliable=True)

    assert against_own_past(before, now, better=Better.HIGHER, reliable=True) == _turned(forwards)
    assert against_own_past(now, before, better=Better.LOWER, reliable=True) == _turned(forwards)


@given(POINTS, MEANS, BETTER)
def test_what_has_not_changed_is_similar(point: Point, mean: MeanPoint, better: Better) -> None:
    assert against_own_past(point, point, better=better, reliable=True) == SIMILAR
    assert against_own_past(mean, mean, better=better, reliable=True) == SIMILAR


@given(MEANS, MEANS)
def test_a_change_of_a_mean_has_the_word_of_its_z(now: MeanPoint, before: MeanPoint) -> None:
    z = (now.mean - before.mean) / sqrt(now.standard_error**2 + before.standard_error**2)
    assume(min(abs(abs(z) - 1.959964), abs(abs(z) - 3.090232)) > 1e-5)
    strength = STRONG if abs(z) > 3.090232 else USUAL if abs(z) > 1.959964 else None
    verdict = Verdict.BETTER if z > 0 else Verdict.WORSE

    found = against_own_past(now, before, better=Better.HIGHER, reliable=True)

    assert found == (Comparison(verdict, strength) if strength else SIMILAR)


@pytest.mark.parametrize(
    ("gap", "error", "expected"),
    [
        (1, 0.1, SIMILAR),  # rounding may make all of it
        (2, 0.1, Comparison(Verdict.BETTER, STRONG)),
        (2, 0.8, SIMILAR),  # 1.5 is within 1.96·√(2·0.8² + 1/6)
        (3, 0.8, Comparison(Verdict.BETTER, USUAL)),
    ],
)
def test_of_rounded_figures_a_change_is_more_than_rounding_can_make(
    gap: int, error: float, expected: Comparison
) -> None:
    now, before = MeanPoint(64.0 + gap, error), MeanPoint(64.0, error)

    assert against_own_past(now, before, better=Better.HIGHER, reliable=True, step=1) == expected


def test_two_roundings_add_a_sixth_of_a_step_squared_to_the_variance() -> None:
    now, before = MeanPoint(70.0, 0.3), MeanPoint(64.0, 0.4)

    found = difference(now, before, 0.95, step=1)

    assert found is not None
    reach = 1.959964 * sqrt(0.25 + 1 / 6)
    assert (found.lower, found.upper) == pytest.approx((6 - reach, 6 + reach))


def test_a_group_and_its_whole_may_be_parted_by_rounding_too() -> None:
    group = MeanPoint(65.0, 0.1)

    assert group_against_area(group, 64.0, better=Better.HIGHER, reliable=True, step=1) == SIMILAR
    assert group_against_area(group, 62.0, better=Better.HIGHER, reliable=True, step=1).differs


# A group within its authority


@given(COUNTS, PROPORTIONS, BETTER)
def test_a_group_differs_exactly_where_its_interval_leaves_the_total_out(
    counts: tuple[int, int], area: float, better: Better
) -> None:
    """FingertipsNext, BenchmarkComparisonEngine.cs: "CI overlapping reference value"."""
    count, total = counts
    usual = ConfidenceInterval.wilson(count, total)
    strong = ConfidenceInterval.wilson(count, total, level=0.998)
    edges = [usual.lower, usual.upper, strong.lower, strong.upper]
    assume(all(abs(area - edge) > 1e-9 or area in {0, 1} for edge in edges))

    found = group_against_area(Point(count / total, total), area, better=better, reliable=True)

    assert (found == SIMILAR) is (area in usual)
    assert (found.strength is STRONG) is (area not in strong)


def test_a_group_is_better_or_worse_than_the_whole_by_which_way_is_good() -> None:
    group = Point(0.5, 100)

    assert group_against_area(group, 0.7, better=Better.HIGHER, reliable=True) == Comparison(
        Verdict.WORSE, STRONG
    )
    assert group_against_area(group, 0.7, better=Better.LOWER, reliable=True) == Comparison(
        Verdict.BETTER, STRONG
    )
    assert group_against_area(group, 0.38, better=Better.NEITHER, reliable=True) == Comparison(
        Verdict.HIGHER, USUAL
    )
    assert group_against_area(
        MeanPoint(50.0, 2.0), 55.0, better=Better.HIGHER, reliable=True
    ) == Comparison(Verdict.WORSE, USUAL)


# Neighbours


def test_of_neighbours_only_those_shown_are_told() -> None:
    assert neighbours([0.7, None, 0.6, 0.9, None]) == Neighbours(0.7, 0.6, 0.9, shown=3, of=5)
    assert neighbours([70, 60, 90, 75]) == Neighbours(72.5, 60, 90, shown=4, of=4)
    over = End.OVER
    assert neighbours([70, over, 60, None]) == Neighbours(70, 60, over, shown=3, of=4)
    assert neighbours([70, over]) == Neighbours(None, 70, over, shown=2, of=2)
    assert neighbours([None, None]) is None
    assert neighbours([]) is None


@given(st.lists(st.floats(0, 1), min_size=1), st.integers(0, 5))
def test_those_not_shown_and_their_order_change_nothing_that_is_told(
    shown: list[float], hidden: int
) -> None:
    values = [*[None] * hidden, *reversed(shown)]
    expected = neighbours(shown)
    assert expected is not None

    found = neighbours(values)

    assert expected.median == pytest.approx(median(shown))
    assert found == Neighbours(
        expected.median, min(shown), max(shown), shown=len(shown), of=len(values)
    )


# Sentences

FIGURE = Words(value="72%", range="66% to 77%", base="250", base_in_words="250 answers")
ENGLAND = Reference("England", "74%")
BEFORE = Reference("the four waves before", "80%", Kind.PAST)
LEEDS = Reference("everyone in Leeds", "80%", Kind.WHOLE)
SAID = "72% (95% range 66% to 77%, 250 answers). "


@pytest.mark.parametrize(
    ("comparison", "reference", "expected"),
    [
        (
            SIMILAR,
            ENGLAND,
            (
                "Similar to England (74%): the difference could be chance or ordinary variation"
                " between areas."
            ),
        ),
        (
            SIMILAR,
            Reference("England", "74%", varying=False),
            "Similar to England (74%): the difference could be chance.",
        ),
        (
            Comparison(Verdict.LOWER, STRONG),
            ENGLAND,
            (
                "Lower than England (74%). Strong evidence: outside the 99.8% limits even after"
                " allowing for ordinary variation between areas."
            ),
        ),
        (
            Comparison(Verdict.WORSE, USUAL),
            ENGLAND,
            (
                "Worse than England (74%). Evidence: outside the 95% limits after allowing for"
                " ordinary variation between areas."
            ),
        ),
        (
            Comparison(Verdict.BETTER, STRONG),
            Reference("England", "74%", varying=False),
            "Better than England (74%). Strong evidence: outside the 99.8% limits.",
        ),
        (
            SIMILAR,
            BEFORE,
            "No signal of change from the four waves before (80%): the difference could be chance.",
        ),
        (
            Comparison(Verdict.WORSE, STRONG),
            BEFORE,
            (
                "Worse than the four waves before (80%). Strong evidence: chance alone would bring"
                " so large a difference less than once in 500 times."
            ),
        ),
        (
            Comparison(Verdict.WORSE, USUAL),
            BEFORE,
            (
                "Worse than the four waves before (80%). Evidence: chance alone would bring so"
                " large a difference less than once in 20 times."
            ),
        ),
        (SIMILAR, LEEDS, "Similar to everyone in Leeds (80%): the difference could be chance."),
        (
            Comparison(Verdict.WORSE, USUAL),
            LEEDS,
            (
                "Worse than everyone in Leeds (80%). Evidence: the 95% range leaves out the figure"
                " for everyone in Leeds."
            ),
        ),
        (TOO_FEW, ENGLAND, "Too few answers to judge."),
        (NOT_COMPARED, Reference("England", ""), "Not compared with England."),
    ],
)
def test_a_verdict_is_put_into_words(
    comparison: Comparison, reference: Reference, expected: str
) -> None:
    """methods.md 3, "Wording that holds"."""
    assert in_words(comparison, value=FIGURE, reference=reference) == SAID + expected


def test_a_figure_without_a_range_or_a_base_has_no_empty_brackets() -> None:
    assert in_words(TOO_FEW, value=Words(value="over 90%"), reference=ENGLAND) == (
        "over 90%. Too few answers to judge."
    )


def test_a_figure_that_is_not_shown_says_why_and_nothing_else() -> None:
    hidden = Words(value="not shown", reason="fewer than 10 people answered")

    assert in_words(NOT_COMPARED, value=hidden, reference=ENGLAND) == (
        "Not shown: fewer than 10 people answered."
    )


@pytest.mark.parametrize("verdict", [Verdict.SIMILAR, Verdict.TOO_FEW])
def test_a_verdict_that_would_tell_of_what_is_not_shown_is_refused(verdict: Verdict) -> None:
    hidden = Words(value="not shown", reason="fewer than 10 people answered")

    with pytest.raises(ValueError, match=f"cannot be said to be {verdict.value}"):
        in_words(Comparison(verdict), value=hidden, reference=ENGLAND)
    with pytest.raises(ValueError, match=f"cannot be said to be {verdict.value}"):
        in_words(Comparison(verdict), value=FIGURE, reference=Reference("England", ""))


def test_a_difference_without_a_strength_or_the_other_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="worse cannot have the strength None"):
        Comparison(Verdict.WORSE)
    with pytest.raises(ValueError, match="similar cannot have the strength"):
        Comparison(Verdict.SIMILAR, USUAL)

"""Lists: against print, against statsmodels, and against what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from analytics.false_discovery import discoveries, threshold

RATES = st.sampled_from([0.01, 0.05, 0.1, 0.2])
P_VALUES = st.dictionaries(st.integers(), st.floats(0, 1), min_size=1, max_size=60)
# Many ties, and many that stand exactly on a step of the procedure.
TIED = st.dictionaries(
    st.integers(), st.sampled_from([0.0, 0.01, 0.02, 0.05, 0.5, 1.0]), min_size=1, max_size=20
)

# Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57: 289-300, section 4: fifteen endpoints of a
# trial of thrombolysis.
P_VALUES_OF_THE_TRIAL = """
    0.0001 0.0004 0.0019 0.0095 0.0201 0.0278 0.0298 0.0344 0.0459 0.3240 0.4262 0.5719 0.6528
    0.7590 1.0000
"""
TRIAL = {place: float(p) for place, p in enumerate(P_VALUES_OF_THE_TRIAL.split(), start=1)}


def test_the_first_four_are_discoveries_in_benjaminis_and_hochbergs_example() -> None:
    """At 0.05 the fourth is the last at or below its step of 4/15 of 0.05, which is 0.013."""
    assert discoveries(TRIAL, rate=0.05) == {1, 2, 3, 4}
    assert threshold(TRIAL, rate=0.05) == 0.0095


def test_one_that_stands_on_its_step_is_named() -> None:
    """At most i/m of the rate: Benjamini and Hochberg (1995), (1)."""
    assert discoveries({"alone": 0.05}, rate=0.05) == {"alone"}
    assert discoveries({"first": 0.1, "second": 0.1}, rate=0.1) == {"first", "second"}


@given(P_VALUES | TIED, RATES)
def test_discoveries_agree_with_statsmodels(p_values: dict[int, float], rate: float) -> None:
    rejected, _, _, _ = multipletests(list(p_values.values()), rate, method="fdr_bh")

    named = discoveries(p_values, rate=rate)

    assert named == {key for key, yes in zip(p_values, rejected, strict=True) if yes}


@given(P_VALUES | TIED, RATES)
def test_those_named_are_those_up_to_the_threshold(p_values: dict[int, float], rate: float) -> None:
    last = threshold(p_values, rate=rate)

    expected = {key for key, p in p_values.items() if last is not None and p <= last}
    assert discoveries(p_values, rate=rate) == expected


@given(P_VALUES)
def test_a_larger_rate_names_no_fewer(p_values: dict[int, float]) -> None:
    assert discoveries(p_values, rate=0.01) <= discoveries(p_values, rate=0.1)


@given(P_VALUES, RATES)
def test_it_names_no_more_than_are_below_the_rate_and_all_that_bonferroni_names(
    p_values: dict[int, float], rate: float
) -> None:
    named = discoveries(p_values, rate=rate)

    assert named <= {key for key, p in p_values.items() if p <= rate}
    assert {key for key, p in p_values.items() if p <= rate / len(p_values)} <= named


def test_of_nobody_nobody_is_named() -> None:
    nobody: dict[str, float] = {}

    assert discoveries(nobody, rate=0.05) == set()
    assert threshold(nobody, rate=0.05) is None


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused_and_whose_it_is_said(bad: float) -> None:
    with pytest.raises(ValueError, match="E06000001: not a p-value"):
        discoveries({"E06000001": bad}, rate=0.05)


@pytest.mark.parametrize("bad", [0.0, 1.0, 5.0, float("nan")])
def test_what_is_no_rate_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not a rate of false discoveries"):
        discoveries({"E06000001": 0.01}, rate=bad)

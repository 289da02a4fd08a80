"""What was expected, held against what came: in words that claim no more than they may."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure import Mean, Share, Withheld, share
from analytics.indicators import Better
from analytics.intervals import ConfidenceInterval
from analytics.judging import reliability
from analytics.reliability import Reliability
from analytics.spans import Span
from improvement.expectations import (
    Expectation,
    Later,
    Measure,
    Outcome,
    Unit,
    Verdict,
    a_year_after,
    answering,
    in_words,
    plannable,
    verdict,
)

SAFE = Measure(
    "safe", "Feel safe", "Children and families who feel safe", Better.HIGHER, Unit.PERCENT
)
WAITING = Measure("wait", "Wait", "Children and families who wait long", Better.LOWER, Unit.PERCENT)
UNJUDGED = Measure(
    "often", "Meet", "Children and families who meet often", Better.NEITHER, Unit.PERCENT
)
INDEX = Measure("experience", "Experience index", "How it was", Better.HIGHER, Unit.POINTS)
BY = date(2027, 9, 30)
HIDDEN = Withheld("fewer than 10 people answered this")


def of(percent: int, answers: int = 250) -> Share:
    found = share(percent * answers // 100, answers)
    assert isinstance(found, Share)
    return found


def expecting(
    expected: int, *, start: Share | Mean | None = None, measure: Measure = SAFE
) -> Expectation:
    return Expectation(measure, start or of(62), Span.FOUR, expected, BY)


def found(figure: Share | Mean | Withheld, *, due: bool = True, apart: bool = True) -> Outcome:
    return Outcome(figure, due=due, apart=apart)


# --- the verdict ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "expected", "outcome", "said"),
    [
        (SAFE, 70, of(66), Verdict.INSIDE),  # 60% to 72%
        (SAFE, 72, of(66), Verdict.INSIDE),  # the bound is in the range
        (SAFE, 73, of(66), Verdict.NOT_REACHED),
        (SAFE, 59, of(66), Verdict.BEYOND),
        (WAITING, 59, of(66), Verdict.NOT_REACHED),
        (WAITING, 75, of(66), Verdict.BEYOND),
        (UNJUDGED, 75, of(66), Verdict.NOT_REACHED),  # from 62% upwards
        (UNJUDGED, 63, of(72), Verdict.BEYOND),
        (UNJUDGED, 50, of(40), Verdict.BEYOND),  # from 62% downwards
        (UNJUDGED, 62, of(72), Verdict.NOT_REACHED),  # it was to stay where it was
        (SAFE, 70, of(66, 25), Verdict.TOO_FEW),
        (SAFE, 70, HIDDEN, None),
    ],
)
def test_the_whole_range_decides(
    measure: Measure, expected: int, outcome: Share | Withheld, said: Verdict | None
) -> None:
    assert verdict(expecting(expected, measure=measure), outcome) == said


def test_at_an_end_the_bound_decides_only_where_it_is_decisive() -> None:
    over, under = share(97, 100), share(3, 100)

    assert verdict(expecting(80), over) == Verdict.BEYOND
    assert verdict(expecting(88), over) == Verdict.AT_THE_END
    assert verdict(expecting(88), under) == Verdict.NOT_REACHED
    assert verdict(expecting(12), under) == Verdict.AT_THE_END
    assert verdict(expecting(80, measure=WAITING), over) == Verdict.NOT_REACHED


def test_what_is_weighted_counts_as_many_answers_as_it_is_worth() -> None:
    weighted = Share(66, 250, lower=48, upper=80, effective=29, crude=64)

    assert verdict(expecting(70), weighted) == Verdict.TOO_FEW


@given(count=st.integers(0, 400), total=st.integers(30, 400), expected=st.integers(10, 90))
def test_nothing_is_called_unreached_that_the_published_range_holds(
    count: int, total: int, expected: int
) -> None:
    figure = share(min(count, total), total)
    assert isinstance(figure, Share)

    said = verdict(expecting(expected), figure)

    if reliability(figure) is not Reliability.COMPARED:
        assert said == Verdict.TOO_FEW
    elif isinstance(figure.percent, int):
        range_ = ConfidenceInterval.wilson(figure.percent * total / 100, total)
        inside = round(100 * range_.lower) <= expected <= round(100 * range_.upper)
        assert (said == Verdict.INSIDE) == inside
    else:
        assert said in {Verdict.BEYOND, Verdict.NOT_REACHED, Verdict.AT_THE_END}


# --- in words ------------------------------------------------------------------------------------


def test_expectation_and_outcome_stand_in_one_sentence_and_the_change_in_another() -> None:
    assert in_words(expecting(70), found(of(66))) == (
        (
            "We expected 70%. It is 66% (95% range 60% to 72%, 250 answers): the expected value is "
            "inside the range."
        ),
        "No signal of change from where it started (62%): the difference could be chance.",
    )


def test_a_change_is_claimed_only_where_there_is_a_signal() -> None:
    said = in_words(expecting(90), found(of(78)))

    assert said == (
        (
            "We expected 90%. It is 78% (95% range 72% to 83%, 250 answers): not reached, because "
            "the whole range falls short of what we expected."
        ),
        (
            "Better than where it started (62%). Strong evidence: chance alone would bring so "
            "large a difference less than once in 500 times."
        ),
    )


def test_an_index_is_told_in_points() -> None:
    start = Mean(62, 240, lower=59, upper=65, error=1.5)
    outcome = Mean(70, 240, lower=67, upper=73, error=1.5)

    said = in_words(expecting(69, start=start, measure=INDEX), found(outcome))

    assert said[0] == (
        "We expected 69 out of 100. It is 70 out of 100 (95% range 67 to 73, 240 answers): the "
        "expected value is inside the range."
    )
    assert said[1].startswith("Better than where it started (62). Strong evidence")


def test_before_the_day_nothing_is_judged() -> None:
    said = in_words(expecting(70), found(of(66), due=False, apart=False))

    assert said == (
        (
            "We expect 70% in the figures up to 30 September 2027. So far it is 66% (95% range "
            "60% to 72%, 250 answers)."
        ),
        (
            "Some answers are in both this and the figure that it starts from (62%), so the "
            "two are not compared yet."
        ),
    )


def test_an_outcome_that_shares_answers_with_the_start_is_never_compared_with_it() -> None:
    said = in_words(expecting(70), found(of(66), apart=False))

    assert said[1] == (
        "Some answers are in both this and the figure that it starts from (62%), so the two are "
        "not compared."
    )


def test_without_newer_figures_there_is_nothing_to_say_yet() -> None:
    assert in_words(expecting(70), None) == (
        "We expect 70% in the figures up to 30 September 2027. There are no newer figures yet.",
    )


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (
            True,
            "We expected 70%. What it is now is not shown: fewer than 10 people answered this.",
        ),
        (
            False,
            (
                "We expect 70% in the figures up to 30 September 2027. So far it is not shown: "
                "fewer than 10 people answered this."
            ),
        ),
    ],
)
def test_what_is_withheld_stays_so(due: bool, said: str) -> None:
    assert in_words(expecting(70), found(HIDDEN, due=due)) == (said,)


def test_too_few_answers_are_judged_neither_way() -> None:
    said = in_words(expecting(70), found(of(66, 25)))

    assert said[0].endswith("25 answers): too few answers to judge.")
    assert said[1] == "Too few answers to judge."


def test_at_an_end_a_change_is_told_where_its_bound_decides_it() -> None:
    over = share(97, 100)

    said = in_words(expecting(88), found(over))

    assert said == (
        (
            "We expected 88%. It is over 90% (100 answers): no range is published so near the "
            "end, so more cannot be said."
        ),
        (
            "Better than where it started (62%). Strong evidence: chance alone would bring so "
            "large a difference less than once in 500 times."
        ),
    )


# --- which figure answers ------------------------------------------------------------------------


def later(end: date, waves: int, figure: Share | Withheld | None = None) -> Later:
    return Later(figure or of(66), end, waves)


WINTER, SUMMER_ON, AUTUMN_ON = date(2026, 12, 31), BY, date(2027, 12, 31)


def test_the_first_figures_that_reach_the_day_answer_and_go_on_answering() -> None:
    first, second = later(SUMMER_ON, 4), later(AUTUMN_ON, 5, of(75))

    assert answering(BY, Span.FOUR, [later(WINTER, 1), first, second]) == (
        first,
        Outcome(first.figure, due=True, apart=True),
    )


def test_where_those_are_withheld_the_next_that_are_shown_answer() -> None:
    hidden, shown = later(SUMMER_ON, 4, HIDDEN), later(AUTUMN_ON, 5)

    chosen = answering(BY, Span.FOUR, [hidden, shown])

    assert chosen is not None
    assert chosen[0] == shown
    assert answering(BY, Span.FOUR, [hidden]) == (hidden, Outcome(HIDDEN, due=True, apart=True))


def test_before_the_day_the_newest_is_told_so_far() -> None:
    chosen = later(date(2027, 3, 31), 2)

    assert answering(BY, Span.FOUR, [later(WINTER, 1), chosen]) == (
        chosen,
        Outcome(chosen.figure, due=False, apart=False),
    )
    assert answering(BY, Span.FOUR, []) is None


def test_single_waves_and_years_share_no_answers() -> None:
    for span in (Span.WAVE, Span.YEAR):
        chosen = answering(BY, span, [later(WINTER, 1)])
        assert chosen is not None
        assert chosen[1].apart


# --- the rest ------------------------------------------------------------------------------------


def test_a_plan_may_be_about_the_index_and_every_indicator() -> None:
    codes = list(plannable())

    assert codes[:2] == ["experience", "overall"]
    assert "replies" not in codes
    assert plannable()["experience"].unit is Unit.POINTS
    assert plannable()["safe"].name == "Feel safe"


@pytest.mark.parametrize(
    ("day", "years", "found_"),
    [
        (date(2026, 9, 30), 1, date(2027, 9, 30)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
    ],
)
def test_a_year_after_a_day(day: date, years: int, found_: date) -> None:
    assert a_year_after(day, years) == found_

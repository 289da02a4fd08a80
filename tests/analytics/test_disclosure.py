"""What a figure may say: the rules one by one, then readers who try to learn more."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics import disclosure
from analytics.disclosure import (
    PROTECTS_FEW,
    TOO_FEW_ANSWERS,
    Count,
    End,
    Mean,
    Share,
    Weighted,
    Withheld,
)

ANSWERS = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# --- a share -------------------------------------------------------------------------------------


def test_a_share_is_a_whole_percent_with_its_range_and_its_base() -> None:
    assert disclosure.share(180, 250) == Share(72, 250, lower=66, upper=77)


def test_a_share_of_nine_answers_is_withheld_and_of_ten_is_shown() -> None:
    assert disclosure.share(5, 9) == Withheld(TOO_FEW_ANSWERS)
    assert disclosure.share(5, 10) == Share(50, 10, lower=24, upper=76)


@pytest.mark.parametrize(
    ("favourable", "base", "percent"),
    [
        (0, 40, End.UNDER),
        (40, 40, End.OVER),
        (19, 200, 10),  # 9.5% is 10% to the nearest whole
        (189, 2000, End.UNDER),  # 9.45%
        (181, 200, End.OVER),  # 90.5% is 91%
        (1809, 2000, 90),  # 90.45%
    ],
)
def test_at_the_ends_a_share_says_no_more_than_which_end(
    favourable: int, base: int, percent: int | End
) -> None:
    figure = disclosure.share(favourable, base)

    assert isinstance(figure, Share)
    assert figure.percent == percent
    assert (figure.lower is None) == isinstance(percent, End)


def test_englands_base_is_to_the_nearest_ten() -> None:
    assert disclosure.share(3900, 5204, nearest=10) == Share(
        75, 5200, lower=74, upper=76, nearest=10
    )


@given(ANSWERS, ANSWERS)
def test_beside_percent_and_base_nothing_tells_two_shares_apart(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    """So the range gives away no count that the percent does not."""
    first, second = disclosure.share(*one), disclosure.share(other[0] % (one[1] + 1), one[1])
    assume(isinstance(first, Share) and isinstance(second, Share))
    assert isinstance(first, Share)
    assert isinstance(second, Share)

    assert (first == second) == (first.percent == second.percent)


@given(ANSWERS)
def test_none_and_all_are_never_said(answers: tuple[int, int]) -> None:
    written = json.dumps(disclosure.to_json(disclosure.share(*answers)))

    assert '"percent": 0' not in written
    assert '"percent": 100' not in written


@pytest.mark.parametrize(
    ("percent", "base", "lower", "upper"),
    [(50, 9, 20, 80), (95, 50, 80, 100), (50, 50, None, None), (End.OVER, 50, 80, 100)],
)
def test_a_share_that_may_not_be_shown_cannot_be_made(
    percent: int | End, base: int, lower: int | None, upper: int | None
) -> None:
    with pytest.raises(ValueError, match=r"may not be shown|one of the ends|interval"):
        Share(percent, base, lower, upper)


def test_more_favourable_answers_than_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot take 11 out of 10"):
        disclosure.share(11, 10)


# --- words and JSON ------------------------------------------------------------------------------

FIGURES = [
    (Share(72, 250, 66, 77), "72% (95% range 66% to 77%, 250 answers)"),
    (Share(End.OVER, 5200, nearest=10), "over 90% (5,200 answers)"),
    (
        Share(72, 240, 66, 78, nearest=10, effective=200, crude=74),
        "72% (95% range 66% to 78%, 240 answers)",
    ),
    (Share(88, 60, 77, 94, effective=41, crude=End.OVER), "88% (95% range 77% to 94%, 60 answers)"),
    (Mean(64, 57, 60, 68, 2.1), "64 of 100 (95% range 60 to 68, 57 answers)"),
    (Count(1250), "1,250"),
    (Count(1250, nearest=10), "1,250, to the nearest 10"),
    (Withheld(TOO_FEW_ANSWERS), "not shown: fewer than 10 people answered this"),
]


@pytest.mark.parametrize(("figure", "words"), FIGURES)
def test_every_figure_has_words(figure: disclosure.Figure, words: str) -> None:
    assert disclosure.in_words(figure) == words


@pytest.mark.parametrize(("figure", "_words"), FIGURES)
def test_every_figure_comes_back_from_json(figure: disclosure.Figure, _words: str) -> None:
    written = json.dumps(disclosure.to_json(figure))

    assert disclosure.from_json(json.loads(written)) == figure


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"kind": "mean", "mean": 3},
        {"kind": "mean", "points": 100, "base": 20, "lower": 9, "upper": 9, "error": 0.1},
        {"kind": "share", "percent": 50, "base": 50},
        {"kind": "share", "end": "all", "base": 50, "rounded": False},
        {"kind": "count", "count": "7", "rounded": False},
        {"kind": "withheld", "count": 3},
    ],
)
def test_what_is_no_figure_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"not a figure|End|its interval|tell what all"):
        disclosure.from_json(value)


def test_a_withheld_figure_holds_no_number_anywhere() -> None:
    written = json.dumps(disclosure.to_json(disclosure.share(3, 7)))

    assert written == json.dumps({"kind": "withheld", "reason": TOO_FEW_ANSWERS})


@pytest.mark.parametrize("base", range(10, 60))
def test_no_share_that_is_shown_can_only_be_all_or_none(base: int) -> None:
    """Of ten, "over 90%" could only be ten: so there neither it nor 90% is shown."""
    found: dict[object, list[int]] = {}
    for favourable in range(base + 1):
        found.setdefault(disclosure.share(favourable, base), []).append(favourable)

    assert all(len(found[disclosure.share(end, base)]) > 1 for end in (0, base))


# --- weighted shares and means -------------------------------------------------------------------


def test_a_weighted_share_says_both_and_counts_for_its_effective_base() -> None:
    found = disclosure.share(43, 60, weighted=Weighted(0.68, 41.3))

    assert found == disclosure.Share(68, 60, 53, 80, effective=40, crude=72)
    assert found.counts_as == 40


def test_an_end_is_said_of_each_by_itself() -> None:
    found = disclosure.share(58, 60, weighted=Weighted(0.85, 41.3))

    assert isinstance(found, Share)
    assert (found.percent, found.crude) == (85, End.OVER)


def test_an_effective_base_is_never_over_the_base_that_is_shown() -> None:
    found = disclosure.share(20, 44, nearest=10, weighted=Weighted(0.5, 43.9))

    assert isinstance(found, Share)
    assert (found.base, found.effective) == (40, 40)


def test_a_mean_where_all_say_the_same_is_withheld() -> None:
    assert disclosure.mean(50, 0, 20, bounds=None) == Withheld(PROTECTS_FEW)
    assert disclosure.mean(99.7, 0.2, 20, bounds=(99, 100)) == Withheld(PROTECTS_FEW)
    assert disclosure.mean(50, 2, 9, bounds=(45, 55)) == Withheld(TOO_FEW_ANSWERS)


def test_a_figure_of_an_older_release_is_read_as_it_was_written() -> None:
    old = {"kind": "count", "count": 40, "rounded": True}

    assert disclosure.from_json(old) == Count(40, nearest=10)


def test_a_score_of_very_many_is_shown_with_the_least_error_there_is() -> None:
    found = disclosure.mean(63.2, 0.04, 400_000, bounds=(63.1, 63.3), nearest=10)

    assert isinstance(found, disclosure.Mean)
    assert found.error == 0.1


@pytest.mark.parametrize(
    ("effective", "base", "shown"), [(450, 5000, 450), (59.9, 60, 50), (60, 60, 60), (7, 12, 5)]
)
def test_an_effective_base_is_told_down_to_a_ten(effective: float, base: int, shown: int) -> None:
    """However coarse the base is, so that no range is too narrow or all there is."""
    assert disclosure.shown_effective(effective, base) == shown

"""A correction tells of nobody alone: what may differ in a few people is found, rounded or not."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import disclosure
from analytics.disclosure import (
    LEAST_BASE,
    TOO_FEW_ANSWERS,
    Count,
    Figure,
    Mean,
    Share,
    Weighted,
    Withheld,
    share,
)
from analytics.figures import Place
from analytics.nearness import too_near
from analytics.spans import Span

HERE = Place("E06000001", "safe", "gender:male")


def near(older: Figure, newer: Figure) -> bool:
    return list(too_near({HERE: older}, {HERE: newer})) == [HERE]


def a_mean(points: int, base: int, *, error: float = 2.0, crude: int | None = None) -> Mean:
    effective = None if crude is None else base
    low, high = points - 4, points + 4
    return Mean(points, base, low, high, error, nearest=10, effective=effective, crude=crude)


def test_one_reply_fewer_is_found_behind_a_rounded_base() -> None:
    """58% and 64% of about 10: 7 of 12 and 7 of 11 are the only tables, one apart."""
    assert near(share(7, 12, nearest=5), share(7, 11, nearest=5))


@pytest.mark.parametrize(
    ("older", "newer", "found"),
    [
        (share(20, 40), share(21, 41), True),
        (share(20, 40), share(21, 40), True),  # of as many, and one answered otherwise
        (share(20, 40), share(20, 40), False),
        (share(20, 40), share(25, 50), False),
        (share(20, 40), share(20, 49), True),
        (share(20, 40, nearest=10), share(20, 41, nearest=10), True),
        (share(30, 60, nearest=10), share(31, 62, nearest=10), False),  # they say the very same
        (share(30, 60, nearest=10), share(35, 70, nearest=10), True),  # 64 and 65 are possible
        (share(30, 60, nearest=10), share(40, 80, nearest=10), False),
        (share(700, 1000, nearest=10), share(715, 1010, nearest=10), True),
        # It may be of one, and of a hundred.
        (share(700, 1000, nearest=50), share(715, 1010, nearest=50), False),
        (share(39, 40, nearest=5), share(38, 42, nearest=5), True),
        (Count(40, nearest=5), Count(45, nearest=5), True),
        (Count(40, nearest=5), Count(40, nearest=5), False),
        (Count(40, nearest=5), Count(55, nearest=5), False),
        (Count(1000, nearest=10), Count(1000, nearest=50), False),
        (a_mean(60, 50), a_mean(61, 50), True),
        (a_mean(60, 50), a_mean(60, 50, error=2.1), True),
        (a_mean(60, 50), a_mean(60, 50), False),
        (Withheld(TOO_FEW_ANSWERS), share(7, 12), False),
        (share(7, 12), Withheld(TOO_FEW_ANSWERS), False),
    ],
)
def test_what_is_too_near(older: Figure, newer: Figure, found: bool) -> None:
    assert near(older, newer) is found
    assert near(newer, older) is found


def test_other_weights_of_the_same_answers_differ_in_nobody() -> None:
    """Where it becomes known how many could answer, every weighted figure may change."""
    before = share(30, 60, weighted=Weighted(0.52, 50))
    after = share(30, 60, weighted=Weighted(0.61, 40))

    assert before != after
    assert not near(before, after)
    assert not near(a_mean(60, 50, crude=58), a_mean(66, 50, crude=58))
    assert not near(share(30, 60), after)
    assert near(before, share(31, 60, weighted=Weighted(0.52, 50)))


def test_several_waves_differ_in_as_many_as_the_last_of_them() -> None:
    """Exactly twelve more in the wave are twelve more in four, whatever their rounded bases say."""
    whole = HERE._replace(slice="all")
    four = whole._replace(span=Span.FOUR)
    before: dict[Place, Figure] = {
        whole: share(30, 52),
        four: share(120, 214, nearest=10),
        HERE: share(20, 40, nearest=5),
    }

    def found(wave: Figure) -> list[Place]:
        after: dict[Place, Figure] = {
            whole: wave,
            four: share(121, 224, nearest=10),
            HERE: share(21, 45, nearest=5),
        }
        return list(too_near(before, after))

    assert found(share(31, 64)) == [HERE]
    assert found(share(31, 61)) == [whole, four, HERE]
    assert found(Withheld(TOO_FEW_ANSWERS)) == [four, HERE]


def test_what_only_one_of_both_says_is_not_compared() -> None:
    other = HERE._replace(slice="gender:female")

    assert list(too_near({HERE: share(7, 12)}, {other: share(7, 11)})) == []


def tables(figure: Share) -> set[tuple[int, int]]:
    """All counts that a figure can be of, tried one by one."""
    most = figure.base + figure.nearest
    return {
        (good, base)
        for base in range(LEAST_BASE, most + 1)
        for good in range(base + 1)
        if disclosure.share(good, base, nearest=figure.nearest) == figure
    }


@given(
    st.integers(11, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(11, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([1, 5, 10]),
)
def test_what_is_let_through_has_a_table_in_common_or_differs_in_ten(
    before: tuple[int, int], after: tuple[int, int], nearest: int
) -> None:
    older, newer = share(*before, nearest=nearest), share(*after, nearest=nearest)
    assert isinstance(older, Share)
    assert isinstance(newer, Share)

    if not near(older, newer):
        pairs = list(product(tables(older), tables(newer)))
        least = min(abs(one[1] - other[1]) for one, other in pairs)
        assert tables(older) & tables(newer) or least >= LEAST_BASE

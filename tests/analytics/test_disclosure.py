"""What a figure may say: the rules one by one, then readers who try to learn more."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analytics import disclosure
from analytics.differencing import Answers, favourable_of, national_codes, share_gives_away
from analytics.disclosure import PROTECTS_FEW, TOO_FEW_ANSWERS, Count, End, Share, Withheld
from analytics.tables import LEAST_WIDTH, Limit, Range, Table, narrowed

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
    assert disclosure.share(3900, 5204, national=True) == Share(
        75, 5200, lower=74, upper=76, rounded=True
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
    (Share(End.OVER, 5200, rounded=True), "over 90% (5,200 answers)"),
    (Count(1250), "1,250"),
    (Count(1250, rounded=True), "1,250, to the nearest 10"),
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
        {"kind": "share", "percent": 50, "base": 50},
        {"kind": "share", "end": "all", "base": 50, "rounded": False},
        {"kind": "count", "count": "7", "rounded": False},
        {"kind": "withheld", "count": 3},
    ],
)
def test_what_is_no_figure_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"not a figure|End"):
        disclosure.from_json(value)


def test_a_withheld_figure_holds_no_number_anywhere() -> None:
    written = json.dumps(disclosure.to_json(disclosure.share(3, 7)))

    assert written == json.dumps({"kind": "withheld", "reason": TOO_FEW_ANSWERS})


# --- a table of counts ---------------------------------------------------------------------------


def table(*counts: int, limits: tuple[Limit, ...] = ()) -> Table:
    return Table.of(dict(zip("abcdef", counts, strict=False)), limits=limits)


def test_a_table_of_large_counts_is_shown_whole() -> None:
    assert table(30, 0, 12).figures() == {"a": Count(30), "b": Count(0), "c": Count(12)}


def test_one_small_count_takes_the_next_smallest_with_it() -> None:
    hidden = Withheld(PROTECTS_FEW)

    assert table(40, 3, 60, 20).figures() == {
        "a": Count(40),
        "b": hidden,
        "c": Count(60),
        "d": hidden,
    }


def test_a_count_whose_complement_is_small_is_hidden_too() -> None:
    assert table(40, 2, 0).hidden == {"a", "b"}


def test_equal_counts_go_together() -> None:
    assert table(5, 13, 13, 60).hidden == {"a", "b", "c"}


def test_where_little_is_left_zeros_are_hidden_as_well() -> None:
    assert table(1, 2, 2, 3, 2, 0).hidden == {*"abcdef"}


def test_who_was_not_asked_a_question_that_nearly_all_answered_is_not_given_away() -> None:
    """All but 7 answered what "a" is not asked: so "a" and those who skipped it are 7."""
    asked_of_others = Limit(frozenset("a"), 7)

    found = table(3, 20, 30, limits=(asked_of_others,)).ranges()

    assert found["a"] == Range(1, 7)


def test_a_limit_that_leaves_too_little_hides_all() -> None:
    assert table(3, 20, 30, 0, limits=(Limit(frozenset("a"), 6),)).hidden == {*"abcd"}


def test_a_limit_on_groups_together_counts_those_that_are_shown() -> None:
    """ "a" and "b" are at most 26; were the 20 of "b" shown, "a" would be at most 6."""
    assert table(3, 20, 30, 18, limits=(Limit(frozenset("ab"), 26),)).hidden == {*"abd"}


View = tuple[int | None, ...]


def tables(groups: int, total: int) -> Iterator[tuple[int, ...]]:
    """Every table of so many groups with this total."""
    if groups == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in tables(groups - 1, total - first):
            yield (first, *others)


def view(counts: tuple[int, ...]) -> View:
    """What is published of a table."""
    hidden = table(*counts).hidden
    return tuple(
        None if code in hidden else count for code, count in zip("abcdef", counts, strict=False)
    )


def narrowest(consistent: list[tuple[int, ...]], seen: View) -> int:
    """How near somebody who knows all the tables it can be comes to a hidden count."""
    hidden = [number for number, count in enumerate(seen) if count is None]
    return min(
        max(each[number] for each in consistent) - min(each[number] for each in consistent)
        for number in hidden
    )


@pytest.mark.parametrize(("groups", "most"), [(2, 60), (3, 42), (4, 23), (5, 16)])
def test_nobody_comes_near_a_hidden_count_even_knowing_how_we_hide(groups: int, most: int) -> None:
    """The reader has this very program: every table that it would publish like this is theirs."""
    for total in range(disclosure.LEAST_BASE, most + 1):
        published: dict[View, list[tuple[int, ...]]] = defaultdict(list)
        for counts in tables(groups, total):
            published[view(counts)].append(counts)

        near = {
            seen: consistent
            for seen, consistent in published.items()
            if None in seen and narrowest(consistent, seen) < LEAST_WIDTH
        }

        assert near == {}


def test_no_count_of_one_to_five_and_no_complement_of_one_is_ever_shown() -> None:
    for counts in tables(4, 24):
        for count in view(counts):
            assert count not in {1, 2, 3, 4, 5, 23, 22, 21, 20, 19}


@given(st.lists(st.integers(0, 40), min_size=2, max_size=6), st.integers(0, 12), st.data())
def test_what_a_reader_works_out_is_never_narrow_nor_false(
    counts: list[int], skipped: int, data: st.DataObject
) -> None:
    """With a question that some groups are not asked, whose base is shown beside the table."""
    codes = "abcdef"[: len(counts)]
    unasked = frozenset(data.draw(st.sets(st.sampled_from(codes), max_size=2)))
    most = skipped + sum(counts[codes.index(code)] for code in unasked)
    assume(sum(counts) >= disclosure.LEAST_BASE)
    assume(most not in disclosure.HIDDEN_COUNTS)  # then the question's share is withheld
    made = table(*counts, limits=(Limit(unasked, most),) if unasked else ())

    for code, found in made.ranges().items():
        assert found.low <= counts[codes.index(code)] <= found.high
        assert found.width >= LEAST_WIDTH or most == 0


def test_a_reader_uses_every_sum_that_they_know() -> None:
    start = {cell: Range(1, 20) for cell in "pqr"}

    found = narrowed(start, [("pq", Range(9, 9)), ("qr", Range(4, 6))])

    assert found == {"p": Range(4, 8), "q": Range(1, 5), "r": Range(1, 5)}


@pytest.mark.parametrize("base", range(10, 60))
def test_no_share_that_is_shown_can_only_be_all_or_none(base: int) -> None:
    """Of ten, "over 90%" could only be ten: so there neither it nor 90% is shown."""
    found: dict[object, list[int]] = {}
    for favourable in range(base + 1):
        found.setdefault(disclosure.share(favourable, base), []).append(favourable)

    assert all(len(found[disclosure.share(end, base)]) > 1 for end in (0, base))


# --- England less its authorities ----------------------------------------------------------------


@pytest.mark.parametrize("base", [11, 37, 200, 1001])
def test_the_ends_of_what_a_share_can_be_made_of_give_that_share(base: int) -> None:
    for favourable in range(base + 1):
        figure = disclosure.share(favourable, base)
        assert isinstance(figure, Share)

        low, high = favourable_of(figure, base)

        assert disclosure.share(low, base) == disclosure.share(high, base) == figure
        assert low == 0 or disclosure.share(low - 1, base) != figure
        assert high == base or disclosure.share(high + 1, base) != figure


def shares(*answers: tuple[int, int]) -> list[Share]:
    return [found for each in answers if isinstance(found := disclosure.share(*each), Share)]


def test_england_is_withheld_where_it_would_tell_of_the_one_authority_that_is() -> None:
    """20 of 25, less 14 of 16, is 6 of 9: with so few, rounding hides too little."""
    england = disclosure.share(20, 25, national=True)
    assert isinstance(england, Share)

    assert share_gives_away(england, shares((14, 16)), Answers(6, 9))


def test_england_is_shown_where_its_rounding_hides_the_authority_that_is_not() -> None:
    england = disclosure.share(3900, 5204, national=True)
    assert isinstance(england, Share)

    assert not share_gives_away(england, shares((3894, 5195)), Answers(6, 9))


def test_england_is_shown_where_ten_or_more_answers_are_in_no_other_figure() -> None:
    england = disclosure.share(20, 30, national=True)
    assert isinstance(england, Share)

    assert not share_gives_away(england, shares((12, 16)), Answers(8, 14))


def all_that_can_be_withheld(
    england: Share, shown: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """By trying every count behind every share that is shown, and each of one to nine people."""
    alike = [
        [n for n in range(base + 1) if disclosure.share(n, base) == disclosure.share(count, base)]
        for count, base in shown
    ]
    bases = sum(base for _, base in shown)
    for others in {sum(each) for each in product(*alike)}:
        for total in range(1, 10):
            for count in range(total + 1):
                if disclosure.share(count + others, total + bases, national=True) == england:
                    yield count, total


@given(
    st.lists(
        st.integers(10, 300)
        .flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
        .filter(lambda answers: isinstance(disclosure.share(*answers), Share)),
        max_size=3,
    ),
    st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
)
@example([(14, 41), (40, 41)], (1, 1))  # 66% of 84 is no whole number of answers
def test_what_england_gives_away_is_what_a_reader_finds_who_tries_all_that_can_be(
    shown: list[tuple[int, int]], withheld: tuple[int, int]
) -> None:
    favourable, base = (sum(each) for each in zip(withheld, *shown, strict=True))
    england = disclosure.share(favourable, base, national=True)
    assume(isinstance(england, Share))
    assert isinstance(england, Share)

    told = share_gives_away(england, shares(*shown), Answers(*withheld))

    possible = set(all_that_can_be_withheld(england, shown))
    counts = [count for count, _ in possible]
    others = [total - count for count, total in possible]
    enough = min(LEAST_WIDTH, max(total for _, total in possible))
    assert withheld in possible
    assert told == any(max(each) - min(each) < enough for each in (counts, others))


def test_englands_count_is_withheld_where_less_the_others_it_tells_the_hidden_one() -> None:
    """Of "a" the first authority hides 1; England's 10 (5 to 14) less the 9 shown leaves 5 at most,
    and to one who knows that every hidden count is 1 or more, no more than 1 to 5."""
    areas = [table(1, 30, 40, 9), table(9, 30, 40, 30)]
    england = Table.of({"a": 10, "b": 60, "c": 80, "d": 39})

    shown = national_codes(england, areas, remainder=0)

    assert "a" in areas[0].hidden
    assert "a" not in shown
    assert {"b", "c"} <= shown


def test_englands_counts_are_shown_where_many_hide_theirs() -> None:
    areas = [table(3 + number % 3, 30, 40, 20) for number in range(40)]
    codes = areas[0].counts.keys()
    england = Table.of({code: sum(area.counts[code] for area in areas) for code in codes})

    assert national_codes(england, areas, remainder=25) == codes

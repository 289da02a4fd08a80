"""Tallies against plain counting, and the laws by which they may be added in any order."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.cells import CELLS, REST
from analytics.indicators import Index
from analytics.marks import ALL, CELL, PAGE_SLICES
from analytics.tally import Sums, Tally
from feedback.batching import several_of
from feedback.replies import Column, Replies, Reply
from surveys.definition import Kind, Survey
from surveys.lists import services
from surveys.soundness import RESERVED
from tests.surveys.factories import SOURCE, a_survey

SURVEY = a_survey()
OTHER = a_survey(
    SOURCE.replace('code = "gender"', 'code = "pronoun"')
    .replace('{ code = "home", label = "Where I live" },', "")
    .replace('code = "listened"', 'code = "respected"')
    .replace('construct = "listened"', 'construct = "respected"')
)
BOTH = Index("both", frozenset({"safe", "listened"}), 1, "Safe and listened to")
ALL_THERE_IS = [BOTH, Index("sure", frozenset({"safe", "listened"}), 2, "Sure of both")]


def a_table(replies: Sequence[Reply], survey: Survey = SURVEY) -> Replies:
    return Replies.of(replies, several=several_of(survey))


def tally(replies: Sequence[Reply], survey: Survey = SURVEY) -> Tally:
    return Tally.of(a_table(replies, survey), survey=survey, indexes=ALL_THERE_IS)


def replies_to(survey: Survey, most: int = 6) -> st.SearchStrategy[list[Reply]]:
    """Replies with any of a survey's answers to any of its items."""
    optional = {}
    for item in survey.items:
        codes = st.sampled_from([answer.code for answer in item.answers] or [""])
        if item.kind is Kind.CHOICES:
            optional[item.code] = st.sets(codes, min_size=1).map(lambda some: tuple(sorted(some)))
        elif item.answers:
            optional[item.code] = st.tuples(codes)
    reply = st.builds(
        Reply,
        age_version=st.sampled_from(["8-11", "12-17", "parent"]),
        language=st.sampled_from(["en", "cy"]),
        setting=st.sampled_from(["", "north-team"]),
        answers=st.fixed_dictionaries({}, optional=optional),
    )
    return st.lists(reply, max_size=most)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Of one of two surveys, which share some items and some answers."""
    survey = draw(st.sampled_from([SURVEY, OTHER]))
    return tally(draw(replies_to(survey)), survey)


# --- what is counted -----------------------------------------------------------------------------


def test_each_answer_is_counted_for_all_and_in_each_slice() -> None:
    found = tally(
        [
            Reply("8-11", "en", "", {"safe": ("yes",), "service": ("in-care",)}),
            Reply("12-17", "en", "", {"safe": ("no",), "service": ("in-care",)}),
            Reply("12-17", "cy", "north-team", {"safe": ("yes",)}),
        ]
    )

    assert found.size() == 3
    assert {code: n for code, n in found.answers("safe").items() if n} == {"yes": 2, "no": 1}
    assert found.answers("safe", "service:in-care")["yes"] == 1
    assert found.answers("safe", "age:12-17")["yes"] == 1
    assert found.answers("safe", "setting:north-team")["yes"] == 1
    assert found.sizes("language") == {"en": 2, "cy": 1}
    assert found.sizes("service") == {"in-care": 2}


def test_of_several_choices_each_is_counted_and_so_is_who_chose_any() -> None:
    found = tally(
        [
            Reply("12-17", "en", "", {"topics": ("home", "school")}),
            Reply("12-17", "en", "", {"topics": ("home",)}),
            Reply("12-17", "en", "", {}),
        ]
    )

    assert found.answers("topics") == {"": 2, "home": 2, "school": 1, "listening": 0}


def test_what_was_not_asked_counts_nothing() -> None:
    found = tally([Reply("12-17", "en", "", {})])

    assert found.answers("no-such-item") == {}
    assert found.size("service:in-care") == 0
    assert set(found.answers("safe", "service:in-care").values()) == {0}


def test_an_item_that_the_survey_does_not_ask_is_left_out() -> None:
    """A region's remainder may have been asked an authority's own questions."""
    table = a_table([Reply("12-17", "en", "", {"safe": ("yes",), "our-own": ("very",)})])

    assert Tally.of(table, survey=SURVEY).answers("our-own") == {}


def test_an_answer_that_the_survey_does_not_offer_is_refused() -> None:
    table = a_table([Reply("12-17", "en", "", {"safe": ("perhaps",)})])

    with pytest.raises(ValueError, match="perhaps"):
        Tally.of(table, survey=SURVEY)


def test_no_item_can_take_a_name_that_every_page_is_sliced_by() -> None:
    assert {ALL, CELL, *PAGE_SLICES} <= RESERVED


@given(replies_to(SURVEY))
def test_a_tally_is_what_counting_one_by_one_gives(replies: list[Reply]) -> None:
    found = tally(replies)

    for name in ("all", "age:12-17", "language:cy", "service:in-care", "gender:girl"):
        inside = [reply for reply in replies if name in slices_of(reply)]
        assert found.size(name) == len(inside)
        for item in SURVEY.items:
            for answer in item.answers:
                counted = sum(answer.code in reply.answers.get(item.code, ()) for reply in inside)
                assert found.answers(item.code, name)[answer.code] == counted


def slices_of(reply: Reply) -> set[str]:
    facts = {f"{item}:{code}" for item, codes in reply.answers.items() for code in codes}
    return facts | {"all", f"age:{reply.age_version}", f"language:{reply.language}"}


# --- weighting cells -----------------------------------------------------------------------------


def test_there_are_at_most_eight_weighting_cells_of_services_that_exist() -> None:
    known = services().keys()

    assert len(CELLS) + 1 <= 8
    assert {cell.service for cell in CELLS} <= known


@given(replies_to(SURVEY))
def test_every_reply_is_in_exactly_one_weighting_cell(replies: list[Reply]) -> None:
    found = tally(replies)

    assert sum(found.sizes(CELL).values()) == len(replies)


def test_parents_are_weighed_apart_from_the_young() -> None:
    found = tally(
        [
            Reply("12-17", "en", "", {"service": ("in-care",)}),
            Reply("parent", "en", "", {"service": ("in-care",), "safe": ("yes",)}),
            Reply("parent", "en", "", {}),
        ]
    )

    assert found.sizes(CELL) == {"in-care-young": 1, "in-care-parent": 1, REST: 1}
    assert found.answers("safe", "cell:in-care-parent")["yes"] == 1


# --- indexes -------------------------------------------------------------------------------------


def test_an_index_sums_hundredths_of_points() -> None:
    """Means of (100, 50), (25) and (75, 50): 75, 25 and 62.5 points."""
    found = tally(
        [
            Reply("12-17", "en", "", {"safe": ("yes-lots",), "listened": ("sometimes",)}),
            Reply("12-17", "en", "", {"safe": ("no",), "listened": ("unsure",)}),
            Reply("8-11", "en", "", {"safe": ("yes",), "listened": ("sometimes",)}),
        ]
    )

    assert found.scores("both") == Sums(3, 7500 + 2500 + 6250, 7500**2 + 2500**2 + 6250**2)
    assert found.scores("both", "age:8-11") == Sums(1, 6250, 6250**2)


def test_a_reply_with_too_few_answers_has_no_score() -> None:
    found = tally([Reply("12-17", "en", "", {"safe": ("yes",), "listened": ("unsure",)})])

    assert found.scores("sure") == Sums(0, 0, 0)
    assert found.scores("both") == Sums(1, 7500, 7500**2)


@given(replies_to(SURVEY))
def test_scores_are_the_exact_means_to_the_nearest_hundredth(replies: list[Reply]) -> None:
    points = {answer.code: answer.score for answer in SURVEY.item("safe").answers}
    wanted = []
    for reply in replies:
        given_points = [
            points[code]
            for item in ("safe", "listened")
            for code in reply.answers.get(item, ())
            if points[code] is not None
        ]
        if given_points:
            mean = Fraction(100 * sum(filter(None, given_points)), len(given_points))
            wanted.append(int(mean + Fraction(1, 2)))

    found = tally(replies).scores("both")

    assert found == Sums(len(wanted), sum(wanted), sum(each * each for each in wanted))


# --- adding --------------------------------------------------------------------------------------


@given(tallies(), tallies())
def test_tallies_may_be_added_in_either_order(one: Tally, other: Tally) -> None:
    assert one + other == other + one


@given(tallies(), tallies(), tallies())
def test_tallies_may_be_added_in_any_grouping(one: Tally, other: Tally, third: Tally) -> None:
    assert (one + other) + third == one + (other + third)


@given(tallies())
def test_nothing_added_changes_nothing(some: Tally) -> None:
    assert some + Tally() == some == Tally() + some


@given(replies_to(SURVEY), replies_to(SURVEY))
def test_replies_counted_apart_and_together_are_the_same(
    some: list[Reply], others: list[Reply]
) -> None:
    assert tally(some) + tally(others) == tally([*some, *others])


@given(replies_to(SURVEY).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_replies_says_nothing(orders: tuple[list[Reply], list[Reply]]) -> None:
    assert tally(orders[0]) == tally(orders[1])


def test_replies_to_two_versions_are_counted_together_where_they_share_items() -> None:
    mine = tally([Reply("12-17", "en", "", {"safe": ("yes",), "listened": ("no",)})])
    theirs = tally([Reply("12-17", "en", "", {"safe": ("yes",), "respected": ("no",)})], OTHER)

    both = mine + theirs

    assert both.answers("safe")["yes"] == 2
    assert both.answers("listened")["no"] == both.answers("respected")["no"] == 1
    assert both.size() == 2


# --- bytes ---------------------------------------------------------------------------------------


@given(tallies(), tallies())
def test_a_tally_comes_back_from_its_bytes(one: Tally, other: Tally) -> None:
    whole = one + other

    assert Tally.from_bytes(whole.to_bytes()) == whole


def test_very_large_counts_come_back_from_their_bytes() -> None:
    large = Tally((("", ""),), {"all": (2**40,)}, {("all", "both"): (2**40, 2**53, 2**63)})

    assert Tally.from_bytes(large.to_bytes()) == large


@pytest.mark.parametrize("stored", [b"", b"a tally", tally([]).to_bytes()[:-6]])
def test_bytes_of_no_tally_are_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match="not a tally"):
        Tally.from_bytes(stored)


def test_a_column_may_have_more_codes_than_the_survey_has_slices() -> None:
    """Settings are an authority's own list, of up to 255 in one batch."""
    codes = tuple(f"team-{number:03}" for number in range(255))
    replies = Replies(255, {"page:setting": Column(codes, bytes(range(1, 256)))})

    found = Tally.of(replies, survey=SURVEY)

    assert found.sizes("setting") == dict.fromkeys(codes, 1)

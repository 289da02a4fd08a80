"""From tallies to figures: small tallies made by hand, then whatever tallies there may be."""

import json
import re
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from analytics import disclosure
from analytics.disclosure import (
    PROTECTS_FEW,
    TOO_FEW_ANSWERS,
    WITH_AN_OLDER,
    WOULD_GIVE_AWAY,
    Count,
    End,
    Figure,
    Share,
    Withheld,
)
from analytics.figures import Place, beside, figures
from analytics.indicators import Indicator, indicator
from analytics.tally import Tally
from authorities.areas import ENGLAND
from feedback.replies import Replies, Reply
from tests.surveys.factories import SOURCE, a_survey

# "listened" is not asked of the youngest here.
SURVEY = a_survey(
    SOURCE.replace(
        'asked_of = ["8-11", "12-17"]\nask = "Do we listen to you?"',
        'asked_of = ["12-17"]\nask = "Do we listen to you?"',
    )
)
SAFE, LISTENED = indicator("safe"), indicator("listened")
HERE, THERE = "E06000001", "E06000002"
HIDDEN = Withheld(PROTECTS_FEW)
NOBODY = Tally()


def replies(
    number: int, safe: str = "", *, age: str = "12-17", service: str = "", listened: str = ""
) -> Tally:
    """The tally of so many replies, all alike."""
    answers = {"safe": safe, "service": service, "listened": listened}
    alike = Reply(age, "en", "", {item: (code,) for item, code in answers.items() if code})
    return Tally.of(Replies.of([alike] * number), survey=SURVEY)


def made(
    areas: Mapping[str, Tally], elsewhere: Tally = NOBODY, *, of: tuple[Indicator, ...] = (SAFE,)
) -> dict[Place, Figure]:
    return dict(figures(areas, elsewhere, survey=SURVEY, indicators=of))


def test_a_share_counts_favourable_answers_of_those_that_have_a_score() -> None:
    tally = replies(20, "yes") + replies(10, "no") + replies(15, "unsure") + replies(5)

    found = made({HERE: tally})

    assert found[Place(HERE, "safe", "all")] == disclosure.share(20, 30)
    assert found[Place(HERE, "replies", "all")] == Count(50)


def test_england_is_the_sum_of_all_that_was_counted() -> None:
    areas = {HERE: replies(40, "yes"), THERE: replies(60, "no")}

    found = made(areas, replies(24, "yes"))

    assert found[Place(ENGLAND, "safe", "all")] == disclosure.share(64, 124, national=True)
    assert found[Place(ENGLAND, "replies", "all")] == Count(120, rounded=True)


def test_of_an_authority_without_a_sheet_only_that_too_few_answered_is_said() -> None:
    found = made({HERE: Tally(), THERE: replies(60, "no")})

    assert {place: figure for place, figure in found.items() if place.area == HERE} == {
        Place(HERE, "replies", "all"): Withheld(TOO_FEW_ANSWERS),
        Place(HERE, "safe", "all"): Withheld(TOO_FEW_ANSWERS),
    }


def test_where_nobody_answered_anywhere_nothing_has_a_number() -> None:
    found = made({HERE: Tally()})

    assert set(found.values()) == {Withheld(TOO_FEW_ANSWERS)}


def test_where_all_answer_alike_only_the_end_is_said() -> None:
    found = made({HERE: replies(30, "yes")})

    assert found[Place(HERE, "safe", "all")] == Share(End.OVER, 30)


def test_an_authority_has_a_table_by_age_that_hides_the_small_and_england_one_by_service() -> None:
    """Not both: answers that are offered to some ages only would tell what the first one hides."""
    tally = (
        replies(30, age="12-17", service="in-care")
        + replies(3, age="8-11", service="in-care")
        + replies(20, age="12-17")
    )

    found = made({HERE: tally})

    groups = {place.slice: figure for place, figure in found.items() if place.area == HERE}
    national = {place.slice: figure for place, figure in found.items() if place.area == ENGLAND}
    assert groups["age:8-11"] == groups["age:12-17"] == HIDDEN
    assert not [name for name in groups if name.startswith("service:")]
    assert national["service:in-care"] == Count(30, rounded=True)
    assert national["service:not-said"] == Count(20, rounded=True)


def test_a_question_that_all_but_a_few_answered_tells_nothing_of_those_it_is_not_put_to() -> None:
    """47 of 50 answered what the youngest are not asked: so at most 3 are young."""
    tally = replies(47, listened="yes") + replies(3, "yes", age="8-11")

    found = made({HERE: tally}, of=(LISTENED,))

    assert found[Place(HERE, "listened", "all")] == HIDDEN


def test_england_is_withheld_where_it_would_tell_of_the_one_that_is() -> None:
    areas = {HERE: replies(6, "yes") + replies(3, "no") + replies(5), THERE: replies(16, "yes")}

    found = made(areas)

    assert found[Place(HERE, "safe", "all")] == Withheld(TOO_FEW_ANSWERS)
    assert found[Place(ENGLAND, "safe", "all")] == Withheld(WOULD_GIVE_AWAY)


def test_an_indicator_that_the_survey_does_not_ask_has_no_figure() -> None:
    found = made({HERE: replies(30, "yes")}, of=(indicator("promises"),))

    assert {place.indicator for place in found} == {"replies"}


def test_less_an_older_release_no_figure_is_of_fewer_than_ten_people() -> None:
    """A batch of ten came later; six of them answered, and four of them are 8 to 11."""
    later = replies(2, "no", age="8-11") + replies(4, "yes") + replies(2, age="8-11") + replies(2)
    older = made({HERE: replies(20, "yes") + replies(20, "yes", age="8-11")})

    found = made({HERE: replies(20, "yes") + replies(20, "yes", age="8-11") + later})

    assert beside(older, found) == found | {
        Place(HERE, "safe", "all"): Withheld(WITH_AN_OLDER),
        Place(HERE, "replies", "age:8-11"): Withheld(WITH_AN_OLDER),
        Place(HERE, "replies", "age:12-17"): Withheld(WITH_AN_OLDER),
    }


@st.composite
def some_tally(draw: st.DrawFn) -> Tally:
    kinds = st.tuples(
        st.integers(0, 30),
        st.sampled_from(["", "yes-lots", "no", "unsure"]),
        st.sampled_from(["8-11", "12-17"]),
        st.sampled_from(["", "in-care", "child-in-need"]),
    )
    parts = draw(st.lists(kinds, min_size=1, max_size=4))
    return sum(
        (replies(n, safe, age=age, service=service) for n, safe, age, service in parts), Tally()
    )


@given(st.lists(some_tally(), min_size=1, max_size=4), some_tally())
def test_nothing_that_is_withheld_is_in_what_is_kept(
    tallies: list[Tally], elsewhere: Tally
) -> None:
    areas = {f"E0600000{number}": tally for number, tally in enumerate(tallies)}

    for place, figure in made(areas, elsewhere).items():
        match figure:
            case Withheld():
                written = json.dumps(disclosure.to_json(figure))
                assert re.findall(r"\d+", written) in ([], ["10"])
            case Share(base=base):
                assert base >= disclosure.LEAST_BASE
            case Count(count, rounded):
                whole = sum(tally.size() for tally in [*tallies, elsewhere])
                total = whole if place.area == ENGLAND else areas[place.area].size()
                assert rounded == (place.area == ENGLAND)
                assert rounded or not disclosure.must_hide(count, total)
                assert not rounded or count % 10 == 0

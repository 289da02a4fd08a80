"""What must stay the same so that figures can be compared and added up."""

import pytest

from surveys import comparability
from tests.surveys.factories import SOURCE, a_survey

LOCAL_ITEM = """
[[item]]
code = "local-club"
kind = "choice"
ask = "Do you go to the club?"
answers = [ { code = "yes", label = "Yes" }, { code = "no", label = "No" } ]
"""


def test_the_core_with_local_items_after_or_between_can_be_counted_with_the_core() -> None:
    core = a_survey()
    between = SOURCE.replace('[[item]]\ncode = "idea"', f'{LOCAL_ITEM}\n[[item]]\ncode = "idea"')

    assert comparability.differences_from_core(core, core) == []
    assert comparability.differences_from_core(core, a_survey(SOURCE + LOCAL_ITEM)) == []
    assert comparability.differences_from_core(core, a_survey(between)) == []


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        (
            '"8-11" = "Do you feel safe?"',
            '"8-11" = "Are you safe?"',
            'item "safe" differs from the core\'s',
        ),
        ('code = "listened"', 'code = "local-listened"', 'item "listened" is missing'),
        ('name = "8 to 11"', 'name = "Eight to 11"', "its age versions are not those of the core"),
    ],
)
def test_a_core_item_or_age_that_was_touched_is_named(old: str, new: str, difference: str) -> None:
    local = a_survey(SOURCE.replace(old, new))

    assert comparability.differences_from_core(a_survey(), local) == [difference]


def test_a_local_item_under_a_name_that_others_could_use_is_named() -> None:
    local = a_survey(SOURCE + LOCAL_ITEM.replace("local-club", "club"))

    assert comparability.differences_from_core(a_survey(), local) == [
        'item "club" is its own, so its code must begin with local-'
    ]


def test_core_items_in_another_order_are_named() -> None:
    comment = SOURCE[
        SOURCE.index('[[item]]\ncode = "comment"') : SOURCE.index('[[item]]\ncode = "helper"')
    ]
    local = a_survey(SOURCE.replace(comment, "") + comment)

    assert comparability.differences_from_core(a_survey(), local) == [
        "the core's items are in another order"
    ]


def test_new_words_and_new_items_continue_the_figures() -> None:
    after = a_survey(SOURCE.replace("Do you feel safe?", "Are you safe?") + LOCAL_ITEM)

    assert comparability.breaks_between(a_survey(), after) == []


def test_an_item_or_answer_that_means_something_else_breaks_the_figures() -> None:
    after = a_survey(
        SOURCE.replace("score = 50, favourable = false", "score = 50, favourable = true").replace(
            'kind = "choice"', 'kind = "choices"'
        )
    )

    assert comparability.breaks_between(a_survey(), after) == [
        'item "safe", answer "sometimes" has another score, or counts otherwise',
        'item "listened", answer "sometimes" has another score, or counts otherwise',
        'item "helper-is-worker" was of kind choice and is now choices',
    ]

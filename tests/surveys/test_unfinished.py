"""A draft with something wrong in it is shown all the same, and says what is wrong at its place."""

import random
from contextlib import suppress

import pytest

from surveys import languages, questionnaire, unfinished
from surveys.definition import Kind
from surveys.grammar import DefinitionError
from tests.surveys.factories import SOURCE, a_survey, a_translation

NO_SCALE = SOURCE.replace('construct = "listened"\nscale = "how-much"', 'scale = "how-many"')


def test_a_sound_draft_is_what_would_be_published() -> None:
    shown = unfinished.as_it_stands(SOURCE)

    assert (shown.survey, shown.broken, shown.problems) == (a_survey(), frozenset(), ())


def test_an_item_with_a_problem_says_so_at_its_place_and_the_rest_is_as_it_was() -> None:
    shown = unfinished.as_it_stands(NO_SCALE)

    page = shown.survey.item("listened")
    others = [item for item in shown.survey.items if item.code != "listened"]
    assert page.kind is Kind.PAGE
    assert page.ask["8-11"].startswith("This question cannot be shown yet.\n\n")
    assert 'There is no scale "how-many"' in page.ask["12-17"]
    assert others == [item for item in a_survey().items if item.code != "listened"]
    assert (shown.broken, shown.problems) == (frozenset({"listened"}), ())


def test_a_question_that_only_an_answer_to_a_broken_one_would_open_is_shown() -> None:
    broken = SOURCE.replace('kind = "helper"', 'kind = "helpers"')

    shown = unfinished.as_it_stands(broken).survey

    assert shown.item("helper").kind is Kind.PAGE
    assert shown.item("helper-is-worker").shown_when is None


def test_what_is_wrong_with_the_whole_is_told_apart() -> None:
    without_helper = SOURCE.replace('kind = "helper"', 'kind = "choice"')

    shown = unfinished.as_it_stands(without_helper)

    assert (shown.broken, [str(each) for each in shown.problems]) == (
        frozenset(),
        [
            (
                "survey: It asks 0 times who is helping, in items of kind helper. "
                "Ask it exactly once: who helps changes the answers."
            )
        ],
    )


@pytest.mark.parametrize("source", ["", "[survey", '[survey]\ncode = "x"\ntitle = "X"\n'])
def test_what_has_no_age_version_cannot_be_shown(source: str) -> None:
    with pytest.raises(DefinitionError):
        unfinished.as_it_stands(source)


def test_a_language_shows_its_words_its_stale_words_and_english_where_it_has_none() -> None:
    file = languages.read_po(a_translation(a_survey()))
    for entry in file:
        if entry.msgid == "Do we listen to you?":
            entry.msgstr = ""
    changed = SOURCE.replace("Is there anything else?", "Is there more to say?")
    shown = unfinished.as_it_stands(changed)

    text = unfinished.filled(shown, "cy", str(file))

    asked = questionnaire.of(
        shown.survey, age_version="8-11", language="cy", translations={"cy": text}
    )
    words = {each.code: each.ask for each in asked.questions}
    assert (words["safe"], words["listened"], words["comment"]) == (
        "[cy] Do you feel safe?",
        "Do we listen to you?",
        "[cy] Is there anything else?",
    )


def test_what_is_wrong_with_an_item_is_said_in_english_in_every_language() -> None:
    shown = unfinished.as_it_stands(NO_SCALE)

    text = unfinished.filled(shown, "cy", a_translation(a_survey()))

    asked = questionnaire.of(
        shown.survey, age_version="8-11", language="cy", translations={"cy": text}
    )
    page = next(each for each in asked.questions if each.code == "listened")
    assert page.ask.startswith("This question cannot be shown yet.")


def garbled(chance: random.Random) -> str:
    """The source with some lines lost and some swapped."""
    lines = SOURCE.splitlines()
    for _ in range(chance.randint(1, 4)):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
        del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(40))
def test_however_lines_are_lost_and_swapped_a_draft_is_shown_or_refused_in_words(seed: int) -> None:
    source = garbled(random.Random(seed))

    with suppress(DefinitionError):
        shown = unfinished.as_it_stands(source)
        for age in shown.survey.age_versions:
            questionnaire.of(shown.survey, age_version=age.code)

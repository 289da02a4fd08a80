"""A survey as one reader meets it."""

import pytest

from surveys import questionnaire
from surveys.definition import Kind, Look
from surveys.languages import NotTranslated
from surveys.questionnaire import Choice, Question
from surveys.routing import Is
from tests.surveys.factories import a_survey, a_translation


def test_a_reader_gets_the_words_of_their_age() -> None:
    asked = questionnaire.of(a_survey(), age_version="8-11")

    assert (asked.survey, asked.age_version, asked.language, asked.direction) == (
        "small",
        "8-11",
        "en",
        "ltr",
    )
    assert (
        asked.name,
        asked.title,
        asked.intro,
        asked.grown_up_guidance,
        asked.thanks,
    ) == (
        "8 to 11",
        "Your say",
        "Tell us how it is. You can skip anything.",
        "",
        "Thank you.",
    )
    assert asked.questions[0] == Question(
        code="safe",
        kind=Kind.SCALE,
        ask="Do you feel safe?",
        hint="",
        look=Look.FACES,
        answers=(
            Choice("yes", "Yes"),
            Choice("sometimes", "Sometimes"),
            Choice("no", "No"),
            Choice("unsure", "I do not know"),
        ),
        shown_when=None,
        longest=0,
        for_grown_up=False,
        topics_of="",
        suggestion=False,
    )


def test_a_reader_is_asked_only_what_their_age_is_asked_in_the_order_of_the_survey() -> None:
    survey = a_survey()

    youngest = [each.code for each in questionnaire.of(survey, age_version="8-11").questions]

    assert youngest == [item.code for item in survey.items if item.code != "gender"]


def test_a_question_says_all_that_a_page_needs() -> None:
    survey = a_survey()

    asked = {each.code: each for each in questionnaire.of(survey, age_version="12-17").questions}

    assert (asked["idea"].longest, asked["idea"].suggestion) == (1000, True)
    assert (asked["comment"].longest, asked["comment"].suggestion) == (1000, False)
    assert asked["idea"].hint == "Please leave out names."
    assert asked["topics"].topics_of == "idea"
    assert asked["helper-is-worker"].shown_when == Is("helper", ("read-to-me",))


def test_another_language_has_its_words_and_the_same_codes() -> None:
    survey = a_survey()
    translations = {"ur": a_translation(survey, "ur")}

    english = questionnaire.of(survey, age_version="8-11")
    urdu = questionnaire.of(survey, age_version="8-11", language="ur", translations=translations)

    assert (urdu.language, urdu.direction) == ("ur", "rtl")
    assert (urdu.name, urdu.title) == ("[ur] 8 to 11", "[ur] Your say")
    assert [each.ask for each in urdu.questions] == [f"[ur] {q.ask}" for q in english.questions]
    assert [[(c.code, c.label) for c in q.answers] for q in urdu.questions] == [
        [(c.code, f"[ur] {c.label}") for c in q.answers] for q in english.questions
    ]


def test_a_string_without_words_is_never_silently_english() -> None:
    survey = a_survey()
    po = a_translation(survey).replace('msgstr "[cy] Do you feel safe?"', 'msgstr ""')

    with pytest.raises(NotTranslated, match="cy has no words for safe/ask: 'Do you feel safe\\?'"):
        questionnaire.of(survey, age_version="8-11", language="cy", translations={"cy": po})


def test_a_fuzzy_string_is_not_used() -> None:
    survey = a_survey()
    po = a_translation(survey).replace(
        'msgctxt "safe/ask"\nmsgid "Do you feel safe?"',
        '#, fuzzy\nmsgctxt "safe/ask"\nmsgid "Do you feel safe?"',
    )

    with pytest.raises(NotTranslated, match="Do you feel safe"):
        questionnaire.of(survey, age_version="8-11", language="cy", translations={"cy": po})


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotTranslated, match="There is no translation into pl"):
        questionnaire.of(a_survey(), age_version="8-11", language="pl", translations={})


def test_an_age_version_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError, match="4-7"):
        questionnaire.of(a_survey(), age_version="4-7")

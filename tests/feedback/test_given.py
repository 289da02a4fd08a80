"""What a family sent is read whole or not at all, and what cannot be kept is named."""

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from feedback import given
from feedback.given import Given, Problem, Problems, Reason
from surveys import questionnaire
from surveys.questionnaire import Questionnaire
from tests.surveys.factories import SOURCE, a_survey

ASKED = questionnaire.of(a_survey(), age_version="12-17")
CODES = [question.code for question in ASKED.questions]
OFFERED = sorted({answer.code for question in ASKED.questions for answer in question.answers})


def read(asked: Questionnaire = ASKED, /, **form: list[str]) -> Given | Problems:
    """Read fields by item code, with underscores for hyphens."""
    fields = {code.replace("_", "-"): values for code, values in form.items()}
    return given.read(fields, questionnaire=asked)


def problem(item: str, reason: Reason, length: int = 0, longest: int = 0) -> Problems:
    return Problems((Problem(item, reason, length, longest),))


def test_answers_and_words_are_kept_apart() -> None:
    found = read(safe=["yes"], idea=["Longer visits"], topics=["home"])

    assert found == Given({"safe": ("yes",), "topics": ("home",)}, {"idea": "Longer visits"})


def test_nothing_has_to_be_answered_but_something_has() -> None:
    assert read(safe=["unsure"]) == Given({"safe": ("unsure",)}, {})
    assert read() == problem("", Reason.NOTHING)


def test_skipped_questions_and_blank_boxes_count_as_nothing() -> None:
    assert read(safe=[""], helper=[""], idea=[" \r\n\t"]) == problem("", Reason.NOTHING)
    assert read(safe=[""], listened=["no"]) == Given({"listened": ("no",)}, {})


def test_several_choices_are_kept_once_each_in_the_order_of_the_survey() -> None:
    assert read(topics=["school", "listening", "school"]) == Given(
        {"topics": ("listening", "school")}, {}
    )


def test_two_answers_to_one_question_are_refused() -> None:
    assert read(safe=["yes", "no"]) == problem("safe", Reason.ONE_ONLY)
    assert read(idea=["One", "Another"]) == problem("idea", Reason.ONE_ONLY)


def test_the_same_answer_twice_is_one_answer() -> None:
    assert read(safe=["yes", "yes"]) == Given({"safe": ("yes",)}, {})


def test_an_answer_that_was_not_offered_is_refused() -> None:
    assert read(safe=["YES"]) == problem("safe", Reason.NOT_AN_ANSWER)
    assert read(topics=["home", "nonsense"]) == problem("topics", Reason.NOT_AN_ANSWER)


def test_an_answer_of_another_age_version_is_refused() -> None:
    younger = questionnaire.of(a_survey(), age_version="8-11")

    assert read(younger, safe=["yes-lots"]) == problem("safe", Reason.NOT_AN_ANSWER)


def test_a_field_that_was_not_asked_is_refused_whatever_else_was_sent() -> None:
    younger = questionnaire.of(a_survey(), age_version="8-11")

    assert read(safe=["yes"], csrf=["1"]) == problem("", Reason.NOT_ASKED)
    assert read(younger, safe=["yes"], gender=["girl"]) == problem("", Reason.NOT_ASKED)


def test_something_to_read_is_not_something_to_answer() -> None:
    page = '[[item]]\ncode = "hello"\nkind = "page"\nasked_of = ["12-17"]\nask = "Welcome."\n'
    survey = a_survey(SOURCE + page)

    found = read(questionnaire.of(survey, age_version="12-17"), safe=["yes"], hello=["x"])

    assert found == problem("", Reason.NOT_ASKED)


def test_every_problem_is_named_in_the_order_of_the_questions() -> None:
    assert read(comment=["x" * 1001], safe=["maybe"]) == Problems(
        (
            Problem("safe", Reason.NOT_AN_ANSWER),
            Problem("comment", Reason.TOO_LONG, 1001, 1000),
        )
    )


def test_words_as_long_as_there_is_room_are_kept() -> None:
    assert read(idea=["é" * 1000]) == Given({}, {"idea": "é" * 1000})


@pytest.mark.parametrize("length", [1001, 100_000])
def test_words_that_are_too_long_are_refused_with_their_length(length: int) -> None:
    assert read(idea=["x" * length]) == problem("idea", Reason.TOO_LONG, length, 1000)


def test_a_line_end_counts_as_one_character_as_it_does_in_a_browser() -> None:
    assert read(idea=["\r\n".join(["x"] * 500)]) == Given({}, {"idea": "\n".join(["x"] * 500)})


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\x00b\x07c\x7fd\x9fe\tf", "abcde\tf"),
        ("evil \u202etxt.exe\u202c \u2066x\u2069\ufeff", "evil txt.exe x"),
        ("half \ud83d of a face", "half  of a face"),
        ("  in the middle  ", "in the middle"),
        ("👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"),
    ],
)
def test_words_lose_what_cannot_be_seen_and_nothing_else(sent: str, kept: str) -> None:
    assert read(idea=[sent]) == Given({}, {"idea": kept})


def test_answers_to_hidden_questions_are_left_out() -> None:
    hidden = read(helper=["alone"], helper_is_worker=["yes"])
    shown = read(helper=["read-to-me"], helper_is_worker=["yes"])

    assert hidden == Given({"helper": ("alone",)}, {})
    assert shown == Given({"helper": ("read-to-me",), "helper-is-worker": ("yes",)}, {})


def test_what_is_wrong_with_a_hidden_question_does_not_matter() -> None:
    assert read(helper=["alone"], helper_is_worker=["yes", "no"]) == Given(
        {"helper": ("alone",)}, {}
    )


def test_only_hidden_answers_are_nothing() -> None:
    assert read(helper_is_worker=["yes"]) == problem("", Reason.NOTHING)


def test_a_question_can_be_hidden_by_words() -> None:
    follows = (
        '[[item]]\ncode = "why"\nkind = "words"\nlongest = 9\nasked_of = ["12-17"]\n'
        'ask = "Why?"\nshown_when = { item = "comment", answered = true }\n'
    )
    asked = questionnaire.of(a_survey(SOURCE + follows), age_version="12-17")

    assert read(asked, comment=["Hm"], why=["So"]) == Given({}, {"comment": "Hm", "why": "So"})
    assert read(asked, safe=["yes"], why=["So"]) == Given({"safe": ("yes",)}, {})


forms = st.dictionaries(
    st.sampled_from([*CODES, "other"]),
    st.lists(st.sampled_from([*OFFERED, ""]) | st.text(max_size=1200), max_size=3),
)


@any_of(forms)
def test_whatever_is_sent_is_read_or_refused_and_what_is_kept_fits(
    form: dict[str, list[str]],
) -> None:
    found = given.read(form, questionnaire=ASKED)

    if isinstance(found, Problems):
        assert found.all
        return
    questions = {question.code: question for question in ASKED.questions}
    assert found.answers or found.words
    for code, chosen in found.answers.items():
        offered = [answer.code for answer in questions[code].answers]
        assert chosen
        assert [each for each in offered if each in chosen] == list(chosen)
    for code, written in found.words.items():
        assert 0 < len(written) <= questions[code].longest
        assert given.tidy(written) == written
        written.encode()


@any_of(forms)
def test_what_was_kept_is_read_the_same_again(form: dict[str, list[str]]) -> None:
    found = given.read(form, questionnaire=ASKED)

    if isinstance(found, Given):
        words = {code: (text,) for code, text in found.words.items()}
        assert given.read({**found.answers, **words}, questionnaire=ASKED) == found

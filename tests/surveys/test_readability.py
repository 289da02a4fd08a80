"""How easy words are to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import questionnaire, readability
from tests.surveys.factories import a_survey

BY_HAND = {
    1: "the safe help made things school scares hurts right wrong through straight used loved",
    2: "people listen listened really worker workers parent carer being someone something "
    "sometimes question happen happened going doing table tables handled little minutes English "
    "language guidance children’s trusted needed houses changes grown-up playing",
    3: "family idea disabled another adviser together everyone important tomorrow "
    "area visitor protection interview",
    4: "information Caribbean education interpreter especially",
    5: "disability opportunity",
}


@pytest.mark.parametrize(
    ("word", "count"),
    [(word, count) for count, words in BY_HAND.items() for word in words.split()],
)
def test_syllables_agree_with_a_count_by_hand(word: str, count: int) -> None:
    assert readability.syllables(word) == count


def test_reading_ease_agrees_with_the_formula_worked_by_hand() -> None:
    """Six words in one sentence, six syllables: 206.835 - 1.015 x 6 - 84.6 x 1."""
    assert readability.reading_ease("The cat sat on the mat.") == pytest.approx(116.145)


def test_reading_ease_agrees_with_the_formula_over_two_sentences() -> None:
    """Seven words, two sentences, ten syllables (1 1 2 1; 1 2 2)."""
    text = "We ask parents now. Please answer questions!"

    assert readability.reading_ease(text) == pytest.approx(206.835 - 1.015 * 7 / 2 - 84.6 * 10 / 7)


def test_hard_words_in_a_long_sentence_are_hard_to_read() -> None:
    text = (
        "Participation in multidisciplinary assessment procedures necessitates comprehensive "
        "documentation of the individual circumstances of every family concerned."
    )

    assert readability.reading_ease(text) < 0


def test_the_end_of_a_paragraph_ends_a_sentence_and_a_number_is_no_word() -> None:
    text = "Your say\n\nCall us on 0800 1111. It is free"

    assert readability.sentences_of(text) == ["Your say", "Call us on 0800 1111", " It is free"]
    assert readability.longest_sentence(text) == 3


def test_a_text_without_words_has_no_reading_ease() -> None:
    with pytest.raises(ValueError, match="no words"):
        readability.reading_ease("999!")
    assert readability.longest_sentence("999!") == 0


def test_what_the_reader_reads_is_apart_from_what_the_grown_up_reads() -> None:
    source_survey = a_survey()

    prose = readability.prose_of(questionnaire.of(source_survey, age_version="8-11"))

    assert prose.startswith("Tell us how it is. You can skip anything.\n\nDo you feel safe?")
    assert prose.endswith("Thank you.")


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_every_word_has_a_syllable_and_none_more_than_its_letters(word: str) -> None:
    assert 1 <= readability.syllables(word) <= len(word)


@given(st.lists(st.sampled_from(["cat", "question", "family"]), min_size=1, max_size=30))
def test_a_full_stop_more_never_makes_a_text_harder(words: list[str]) -> None:
    one, two = " ".join(words) + ".", ". ".join(words) + "."

    assert readability.reading_ease(two) >= readability.reading_ease(one)

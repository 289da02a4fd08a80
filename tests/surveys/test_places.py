"""What translators are told of where a string stands."""

from surveys import languages, places
from tests.surveys.factories import a_survey


def test_each_string_has_its_place_its_ages_and_its_screen() -> None:
    survey = a_survey()

    found = places.comments(languages.messages(survey), survey)

    said = {context: lines for (context, _), lines in found.items()}
    assert said["8-11/thanks"] == (
        "Thank-you, after sending; 8 to 11",
        "Screen: the last one, after sending",
    )
    assert said["8-11/intro"][1] == "Screen: the first one, before the questions"
    assert said["8-11/name"][1] == "Screen: where the age is chosen"
    assert said["scale/how-much/answers/yes"] == (
        "Answer “yes” to “safe” and 1 more; 8 to 11, 12 to 17",
        "Screen: question 1 of 8",
    )
    assert said["gender/ask"] == ("Question “gender”; 12 to 17", "Screen: question 9 of 9")
    assert len(found) == len(languages.messages(survey))

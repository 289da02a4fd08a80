"""A form's languages as PO files: its own words, and the core survey's for what is added."""

from surveys import grammar, languages, questionnaire
from surveys.xlsform import read

FORM = """
| survey |
| | type | name | label::English (en) | label::Urdu (ur) | hint::Urdu (ur) |
| | select_one sat | view | How satisfied are you? | آپ کتنے مطمئن ہیں؟ | |
| | select_one sat | again | And today? | اور آج؟ | |
| | select_one yn | seen | Have you seen us? | | |
| choices |
| | list_name | name | label::English (en) | label::Urdu (ur) |
| | sat | good | Satisfied | مطمئن |
| | sat | bad | Dissatisfied | غیر مطمئن |
| | yn | yes | Yes | ہاں |
| | yn | no | No | نہیں |
"""


def test_the_words_of_a_form_stand_in_the_po_file_of_their_language() -> None:
    found = read("form.md", FORM.encode())

    survey = grammar.parse(found.source)
    left = languages.problems(survey, found.translations["ur"])
    assert left == ["seen/ask/parent is not translated: 'Have you seen us?'"]


def test_a_language_that_is_whole_is_read_from_right_to_left() -> None:
    whole = FORM.replace("Have you seen us? | |", "Have you seen us? | کیا؟ |")

    found = read("form.md", whole.encode())

    asked = questionnaire.of(
        grammar.parse(found.source),
        age_version="parent",
        language="ur",
        translations=found.translations,
    )
    assert asked.direction == "rtl"
    assert [question.ask for question in asked.questions[:2]] == ["آپ کتنے مطمئن ہیں؟", "اور آج؟"]
    assert [answer.label for answer in asked.questions[1].answers] == ["مطمئن", "غیر مطمئن"]

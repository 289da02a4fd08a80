"""What is typed from paper is read as its numbers say, and never guessed at."""

import pytest

from feedback import sheets
from feedback.given import Given
from feedback.sheets import NotDigits, Read, Slip
from surveys.numbering import numbered
from tests.surveys.factories import a_survey

SURVEY = a_survey()


def read(**typed: str) -> Read | tuple[Slip, ...]:
    return sheets.read(
        {name.replace("_", "-"): words for name, words in typed.items()},
        survey=SURVEY,
        age_version="12-17",
    )


def test_digits_are_answers_as_that_age_was_offered_them_and_words_are_words() -> None:
    found = read(safe="1", listened=" 5 ", topics="1 3", idea="  Longer visits\n", helper="2")

    assert found == Read(
        Given(
            answers={
                "safe": ("yes-lots",),
                "listened": ("unsure",),
                "topics": ("listening", "school"),
                "helper": ("read-to-me",),
            },
            words={"idea": "Longer visits"},
        ),
        dropped=(),
    )


@pytest.mark.parametrize(
    "typed", ["13", "1 3", "1,3", "3/1", " 1 + 3 ", "1;3;1", "１、３"[::2], "1.3"]
)
def test_several_answers_are_typed_with_anything_between_them(typed: str) -> None:
    topics = next(each for each in numbered(SURVEY, "12-17") if each.item.code == "topics")

    assert sorted(sheets.chosen(typed, topics)) == ["listening", "school"]


@pytest.mark.parametrize(
    ("item", "typed", "what"),
    [
        ("safe", "6", "“6” is no answer: type 1 to 5."),
        ("safe", "0", "“0” is no answer: type 1 to 5."),
        ("safe", "yes", "“y” is no answer: type 1 to 5."),
        ("safe", "²x", "“x” is no answer: type 1 to 5."),
        (
            "safe",
            "12",
            "Only one answer fits here, and 2 are typed. If the paper has more, leave it blank.",
        ),
        ("topics", "1 4", "“4” is no answer: type 1 to 3."),
        (
            "idea",
            "x" * 1001,
            (
                "These are 1,001 characters, and there is room for 1,000. "
                "Shorten it, and keep what matters most."
            ),
        ),
    ],
)
def test_what_is_no_answer_is_told_and_nothing_is_read(item: str, typed: str, what: str) -> None:
    assert read(**{item: typed}) == (Slip(item, what),)


def test_one_answer_typed_twice_is_one() -> None:
    found = read(safe="22")

    assert isinstance(found, Read)
    assert found.given.answers == {"safe": ("yes",)}


def test_where_there_are_ten_answers_and_more_figures_belong_together() -> None:
    many = numbered(SURVEY, "12-17")[0]
    ten = type(many)(1, many.item, (*many.answers, *many.answers))

    assert sheets.chosen("10", ten) == ["unsure"]
    with pytest.raises(NotDigits, match="“11” is no answer: type 1 to 10"):
        sheets.chosen("11", ten)


def test_what_was_answered_though_not_asked_is_left_out_and_said() -> None:
    found = read(safe="1", helper="1", helper_is_worker="2")

    assert isinstance(found, Read)
    assert found.dropped == ("helper-is-worker",)
    assert found.given.answers == {"safe": ("yes-lots",), "helper": ("alone",)}


def test_a_sheet_with_nothing_on_it_is_no_sheet() -> None:
    nothing = (Slip("", "Nothing is answered on this sheet. Leave it out, or type what it says."),)

    assert read() == nothing
    assert read(safe=" ", idea="\n") == nothing


def test_what_another_age_is_asked_has_no_line_here() -> None:
    found = sheets.read({"safe": "1", "gender": "1"}, survey=SURVEY, age_version="8-11")

    assert found == Read(Given({"safe": ("yes",)}, {}), dropped=())

"""The core survey, *Your say*: short, easy to read, comparable, with the lists that all share."""

import gzip
from pathlib import Path

import pytest

from surveys import core, grammar, languages, lists, questionnaire, readability
from surveys.definition import Item, Kind, Survey
from surveys.questionnaire import Questionnaire
from surveys.routing import Is

AGES = ["4-7", "8-11", "12-17", "18-25", "parent"]
CONSTRUCTS = [
    "safe",
    "respected",
    "listened",
    "told",
    "decisions",
    "rights",
    "promises",
    "same-worker",
    "easy-to-reach",
    "difference",
    "someone",
    "overall",
]
FACTS = ["service", "age-band", "gender", "disability", "ethnic-group", "home-language"]


@pytest.fixture(scope="module")
def survey() -> Survey:
    return grammar.parse(core.source())


def for_age(survey: Survey, age: str) -> Questionnaire:
    return questionnaire.of(survey, age_version=age)


def scaled(survey: Survey) -> list[Item]:
    return [item for item in survey.items if item.kind is Kind.SCALE]


def test_it_is_written_for_five_ages(survey: Survey) -> None:
    assert survey.code == "your-say"
    assert [version.code for version in survey.age_versions] == AGES


def test_it_measures_what_a_family_can_rate_whatever_the_service(survey: Survey) -> None:
    assert [item.code for item in scaled(survey)] == CONSTRUCTS
    assert [item.construct for item in scaled(survey)] == CONSTRUCTS


def test_then_it_asks_for_an_idea_a_comment_who_helps_and_a_few_facts(survey: Survey) -> None:
    after = [(item.code, item.kind) for item in survey.items[len(CONSTRUCTS) :]]

    assert after == [
        ("idea", Kind.WORDS),
        ("topics", Kind.CHOICES),
        ("comment", Kind.WORDS),
        ("helper", Kind.HELPER),
        ("helper-is", Kind.CHOICE),
        *((fact, Kind.ABOUT) for fact in FACTS),
    ]
    assert all(survey.item(fact).slices for fact in FACTS)
    assert survey.item("idea").suggestion
    assert survey.item("topics").topics_of == "idea"


def test_all_but_the_youngest_are_asked_everything(survey: Survey) -> None:
    asked = {age: [item.code for item in survey.items_for(age)] for age in AGES}

    everything = [item.code for item in survey.items]
    assert [asked[age] for age in AGES[1:]] == [everything] * 4
    assert [item.code for item in survey.items_for("4-7") if item.kind is Kind.SCALE] == [
        "safe",
        "respected",
        "listened",
        "told",
        "decisions",
        "someone",
        "overall",
    ]


def test_the_youngest_choose_among_three_faces_with_the_codes_of_the_others(
    survey: Survey,
) -> None:
    safe, overall = survey.item("safe"), survey.item("overall")

    assert [(each.code, each.score) for each in safe.answers_for("4-7")] == [
        ("yes", 100),
        ("partly", 50),
        ("no", 0),
        ("unsure", None),
    ]
    assert [(each.code, each.score) for each in safe.answers_for("8-11")] == [
        ("yes", 100),
        ("mostly", 75),
        ("partly", 50),
        ("not-much", 25),
        ("no", 0),
        ("unsure", None),
    ]
    assert [each.code for each in overall.answers_for("4-7")] == [
        "very-good",
        "okay",
        "very-bad",
        "unsure",
    ]


def test_a_grown_up_answers_the_facts_of_the_youngest_and_nothing_else(survey: Survey) -> None:
    asked = for_age(survey, "4-7")

    assert [each.code for each in asked.questions if each.for_grown_up] == FACTS
    assert asked.grown_up_guidance
    assert [for_age(survey, age).grown_up_guidance for age in AGES[1:]] == [""] * 4


def test_every_fact_that_could_hurt_to_say_offers_not_to_say_it(survey: Survey) -> None:
    for fact in ("age-band", "gender", "disability", "ethnic-group", "home-language"):
        for age in AGES:
            last = survey.item(fact).answers_for(age)[-1]
            assert (last.code, last.label[age]) == ("prefer-not", "I’d rather not say")


def test_every_scale_lets_a_reader_not_know(survey: Survey) -> None:
    for item in scaled(survey):
        for age in item.ask:
            assert item.answers_for(age)[-1].code == "unsure"


def test_who_helped_is_asked_further_unless_nobody_did(survey: Survey) -> None:
    helper, follow_up = survey.item("helper"), survey.item("helper-is")

    codes = [answer.code for answer in helper.answers]
    assert codes == ["alone", "read-to-me", "filled-in-for-me", "interpreter"]
    assert follow_up.shown_when == Is("helper", tuple(codes[1:]))
    assert [answer.code for answer in follow_up.answers] == ["worker", "carer", "someone-else"]


@pytest.mark.parametrize("age", AGES)
def test_each_age_is_told_first_what_it_must_know(survey: Survey, age: str) -> None:
    version = survey.age_version(age)
    told = f"{version.intro} {version.grown_up_guidance}"

    assert "skip" in version.intro
    assert "not straight away" in told or "not right" in told
    assert "do not know who you are" in version.intro
    assert "999" in told
    assert any(each in version.intro for each in ("0800 1111", "116 123", "0808 800 5000"))
    assert "nly the first one counts" in told


@pytest.mark.parametrize("age", AGES)
def test_each_age_can_read_it(survey: Survey, age: str) -> None:
    prose = readability.prose_of(for_age(survey, age))

    assert readability.reading_ease(prose) >= survey.age_version(age).reading_ease
    assert survey.age_version(age).reading_ease >= {"4-7": 95, "8-11": 90}.get(age, 80)


@pytest.mark.parametrize(
    ("age", "longest"), [("4-7", 14), ("8-11", 16), ("12-17", 20), ("18-25", 20), ("parent", 20)]
)
def test_no_sentence_is_long(survey: Survey, age: str, longest: int) -> None:
    assert readability.longest_sentence(readability.prose_of(for_age(survey, age))) <= longest


@pytest.mark.parametrize("age", ["4-7", "8-11"])
def test_a_young_child_meets_few_long_words_among_the_answers(survey: Survey, age: str) -> None:
    hard = {
        word
        for label in readability.labels_of(for_age(survey, age))
        for word in readability.words_of(label)
        if readability.syllables(word) > 2
    }

    # Names of groups, which have no shorter word, and words a child of eight uses.
    assert hard <= {"family", "Another", "another", "African", "Caribbean", "multiple"} | {
        "adopted",
        "disability",
    }


def test_the_grown_up_who_helps_can_read_their_part(survey: Survey) -> None:
    prose = readability.prose_of_grown_up(for_age(survey, "4-7"))

    assert readability.reading_ease(prose) >= 70


@pytest.mark.parametrize("age", AGES)
def test_no_question_asks_two_things_at_once(survey: Survey, age: str) -> None:
    for question in for_age(survey, age).questions:
        if question.kind is Kind.SCALE:
            assert " and " not in question.ask
            assert question.ask.count("?") == 1


@pytest.mark.parametrize("age", AGES)
def test_its_words_leave_room_for_the_page_around_them(survey: Survey, age: str) -> None:
    """The whole page has 14,600 bytes compressed; its words may take a quarter of that."""
    asked = for_age(survey, age)
    words = [asked.title, asked.intro, asked.grown_up_guidance, asked.thanks]
    for question in asked.questions:
        words += [question.code, question.ask, question.hint]
        words += [f"{choice.code} {choice.label}" for choice in question.answers]

    assert len(gzip.compress("\n".join(words).encode())) <= 3_650


def test_its_topics_are_those_of_the_list_with_the_youngest_seeing_a_few(survey: Survey) -> None:
    topics = survey.item("topics")

    assert [answer.code for answer in topics.answers] == list(lists.topics())
    assert 10 <= len(lists.topics()) <= 14
    assert len(topics.answers_for("4-7")) <= 6


def test_its_services_are_those_of_the_list(survey: Survey) -> None:
    codes = {answer.code for answer in survey.item("service").answers}

    assert codes == {*lists.services(), "unsure"}


def test_its_translations_are_the_po_files_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cy.po").write_text("words", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no words", encoding="utf-8")
    monkeypatch.setattr(core, "HERE", tmp_path)

    assert core.translations() == {"cy": "words"}


def test_each_translation_that_comes_with_it_is_ready(survey: Survey) -> None:
    """Also where there is none yet: the strings of an empty file are all named."""
    files = {**core.translations(), "empty": ""}

    found = {code for code, text in files.items() if languages.problems(survey, text)}

    assert found == {"empty"}

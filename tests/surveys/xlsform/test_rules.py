"""The table of what becomes of each type and column, and the small rules beside it."""

import re
from pathlib import Path

import pytest
from pyxform import aliases
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from surveys.xlsform import kinds, labels, naming, ratings, tongues
from surveys.xlsform.asking import asked, longest_of
from surveys.xlsform.identifying import asks_who
from surveys.xlsform.kinds import Fate, Rule
from surveys.xlsform.ratings import NotRated, Rated

DOCS = (Path(__file__).parents[3] / "docs/xlsform.md").read_text(encoding="utf-8")


def test_every_type_that_pyxform_reads_has_a_rule() -> None:
    known = {
        *QUESTION_TYPE_DICT,
        *aliases.select,
        *aliases.select_from_file,
        *aliases.cascading,
        *aliases._type_alias_map,
        *(f"{edge} {kind}" for kind in aliases.control for edge in ("begin", "end")),
    }

    assert known - kinds.named(kinds.TYPES).keys() == set()


def test_no_name_has_two_rules() -> None:
    for rules in (kinds.TYPES, kinds.SURVEY_COLUMNS, kinds.CHOICES_COLUMNS, kinds.SETTINGS):
        names = [name for rule in rules for name in rule.names]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "rules",
    [kinds.TYPES, kinds.SURVEY_COLUMNS, kinds.CHOICES_COLUMNS, kinds.SETTINGS],
    ids=["types", "survey", "choices", "settings"],
)
def test_the_documents_show_the_table_as_it_is(rules: tuple[Rule, ...]) -> None:
    assert kinds.table(rules) in DOCS


def test_what_is_refused_says_what_to_do() -> None:
    rules = (*kinds.TYPES, *kinds.SURVEY_COLUMNS)

    assert [rule.name for rule in rules if (rule.fate is Fate.REFUSED) != bool(rule.mend)] == []


@pytest.mark.parametrize(
    ("text", "kind", "list_name", "or_other"),
    [
        ("select_one yn", "select_one", "yn", False),
        ("Select one from yn or other", "select_one", "yn", True),
        ("select all that apply from  Yn", "select_multiple", "Yn", False),
        ("begin repeat over rooms", "begin_repeat", "rooms", False),
        ("q int", "integer", "", False),
        ("slider", "", "", False),
    ],
)
def test_a_type_is_read(text: str, kind: str, list_name: str, or_other: bool) -> None:
    found = asked(text)

    assert (found.kind, found.list_name, found.or_other) == (kind, list_name, or_other)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("How_Are you?", "how-are-you"), ("Café", "cafe"), ("-99", "minus-99"), ("1.0", "1"),
        ("0.5", "0-5"), ("x" * 50, "x" * 40), ("名前", ""), ("age", "age-asked"),
    ],
)  # fmt: skip
def test_a_code_is_made_of_a_name(name: str, code: str) -> None:
    assert naming.code_of_item(name, frozenset({"parent"})) == code


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("**Bold** and _not_ snake_case_name", "Bold and not snake_case_name"),
        ("# Heading\nText", "Heading Text"),
        ("<b>Two</b><br/>lines &amp; more", "Two lines & more"),
        ("See [here](https://example.org)", "See here"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (r"\*not\*", "*not*"),
        ("Less < more", "Less < more"),
    ],
)
def test_formatting_is_taken_off(written: str, words: str) -> None:
    found = labels.plain(written)

    assert (found.words, found.formatted) == (words, words != " ".join(written.split()))


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("Urdu (ur)", "ur"), ("Urdu(ur)", "ur"), ("urdu", "ur"), ("اردو", "ur"), ("ur", "ur"),
        ("English (en)", "en"), ("English (UK)", "en"), ("en-GB", "en"), ("English (uk)", ""),
        ("Portuguese (pt-BR)", "pt-BR"), ("Uzbek (uz-arab)", "uz-Arab"), ("Kurdish (ckb)", "ckb"),
        ("Swahili", "sw"), ("old", ""), ("Klingon", ""), ("(((", ""),
    ],
)  # fmt: skip
def test_a_language_is_told_by_its_code_or_its_name(language: str, code: str) -> None:
    assert tongues.code_of(language) == code


# Ways to ask who somebody is, of forms as people write them.
ASKS_WHO = (
    "What is your full name?",
    "We never share this, so what is your name?",
    "You need not give your surname, what is your first name?",
    "We do not tell anyone, so write your full name here",
    "Do not write your address, only your postcode",
    "Don't tell us where you live: what is your phone number?",
    "Your phone number",
    "Email",
    "What is your postcode?",
    "Child's name",
    "Who are you?",
    "Where do you live?",
    "What street do you live on?",
    "What is your child called?",
    "Mum's name",
    "Your initials",
    "NHS no.",
    "NHS no",
    "UPN",
    "Participant ID",
    "When were you born?",
    "How old are you?",
    "What school do you go to?",
    "How can we contact you?",
    "leave your number",
    "Please leave your number and we will ring you",
    "Your insta or snapchat",
    "IP address",
    "Car registration",
    "Name of your social worker",
    "What are you called?",
    "What should we call you?",
    "What do your friends call you?",
    "Which part of the town do you live in?",
    "Where are you from?",
    "Your age",
    "Age",
    "Child’s age",
    "Age (in years)",
    "What is your age?",
    "Who is filling this in?",
    "Worker’s name",
    "Worker name",
    "School name",
    "What is the name of your school?",
    "Which nursery does your child attend?",
    "Where do you go to school?",
    "Best way to contact you",
    "What's your insta?",
    "Instagram",
    "Date of birth",
    "DOB",
    "Your child's birthday",
    "What country were you born in?",
    "House number",
    "Your address",
    "What is your case number?",
    "Case no:",
    "ID",
    "Your ID number",
    "Pupil id",
    "Who is your social worker?",
    "Tell us who you are",
    "Sign here",
    "What year are you in?",
    "Snapchat username",
    "Number plate",
    "What is your role and your name?",
    "Surname",
    "Give us a number to ring",
    "What is your baby's name?",
    "mums name",
    "How may we get in touch with you?",
    "What is your e-mail?",
    "Please write your name. Do not write your worker's name.",
    "Where does your child live?",
    "Full name of child",
    "What's your nickname?",
    "Employee number",
    "What’s your school?",
    "Who are you",
    "Your school",
    "What is your social worker called?",
)

# What a survey may well ask in words, and has a word of those in it.
ASKS_NOT_WHO = (
    "Was it easy to reach us by phone?",
    "What would you change?",
    "How did we address you?",
    "What is your number one worry?",
    "In this case no one helped. Why?",
    "What do you like about your school?",
    "Where do you feel safe?",
    "What helps you most where you are?",
    "Who helps you most?",
    "What do people your age like to do?",
    "What could workers do to contact you more?",
    "How could we reach you better?",
    "What are your initial thoughts?",
    "I did not feel safe because",
    "What area do you want to improve?",
    "What should we call our new group?",
    "What would you like to tell us?",
    "Is there anything that worries you about home?",
    "What did your worker do well? Please do not write names.",
    "Tell us in your own words. Don't give your name or anybody else's.",
    "What is good about where it is held?",
    "How did you hear about us?",
    "What does being safe mean to you?",
    "How old should somebody be to go out alone?",
    "What did you learn about living here?",
    "Say more about the time when nobody called you back",
    "Who should be told about this?",
    "Which house rules would you change?",
    "What is the best thing about this town?",
    "What would make the area safer?",
    "How does your school help you?",
    "Is your worker on time? Say more",
    "What is hard about being a parent?",
    "What should happen when you turn 18?",
    "Who would you go to if you were worried?",
    "Did the form make sense?",
    "What did we do that you handled well?",
    "What's your idea?",
    "What is your favourite thing to do?",
    "What would you do with more help at home?",
    "Why do you say so?",
    "Which services do you use?",
    "What number would you give us out of ten, and why?",
    "How do you get to school?",
    "What are you proud of?",
    "What was your first visit like?",
    "How was the first contact?",
    "How could we make contact easier?",
    "What do you call a good day?",
    "What got better at home?",
    "No one listens to me: is it so?",
    "What does your family need?",
)


@pytest.mark.parametrize("label", ASKS_WHO)
def test_words_that_ask_who_somebody_is_are_noticed_in_the_label_or_the_hint(label: str) -> None:
    assert asks_who("q", label)
    assert asks_who("q", "Tell us", label)


@pytest.mark.parametrize("label", ASKS_NOT_WHO)
def test_words_that_ask_something_else_are_not_taken_for_such(label: str) -> None:
    assert not asks_who("q", label, label)


@pytest.mark.parametrize("name", ["name", "child_name", "NHS_no", "dob", "initials_1"])
def test_a_questions_name_tells_too_that_it_asks_who_somebody_is(name: str) -> None:
    assert asks_who(name, "?")
    assert not asks_who("idea", "?")


@pytest.mark.parametrize(
    ("constraint", "longest"),
    [
        ("string-length(.) <= 200", 200), ("(string-length(${a}) < 200)", 199),
        ("string-length(.) > 5", None), ("regex(., 'a') and string-length(.) < 9", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_most_characters_are_read_from_a_constraint(
    constraint: str, longest: int | None
) -> None:
    assert longest_of(constraint) == longest


def test_answers_score_in_equal_steps_from_the_worst_to_the_best() -> None:
    assert ratings.by_words(["5 - Very good", "OK", "Bad", "Don’t know"]) == (
        Rated(100, True), Rated(50, False), Rated(0, False), Rated(None, None),
    )  # fmt: skip
    assert ratings.by_words(["Yes", "No"]) is None
    assert ratings.by_likert(["1", "2", "3"], ["low", "middle", "high"]) == (
        Rated(0, False), Rated(50, False), Rated(100, True),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "what"),
    [
        (["1", "x"], "The score “x” is no number"),
        (["1", "nan"], "The score “nan” is no number to score with"),
        (["1", ""], "Fewer than two scores differ"),
        (["2", "2"], "Fewer than two scores differ"),
    ],
)
def test_scores_that_are_none_are_said(scores: list[str], what: str) -> None:
    with pytest.raises(NotRated, match=re.escape(what)):
        ratings.by_score(scores, ["", ""])

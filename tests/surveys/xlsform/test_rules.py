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


@pytest.mark.parametrize(
    ("name", "label", "asks"),
    [
        ("name", "?", True), ("q1", "What is your full name?", True), ("child_name", "?", True),
        ("q2", "Your phone number", True), ("q3", "Email", True),
        ("q4", "What is your postcode?", True),
        ("q5", "Child's name", True), ("idea", "What would you change?", False),
        ("q6", "Was it easy to reach us by phone?", False),
        ("q7", "How did we address you?", False),
    ],
)  # fmt: skip
def test_words_that_ask_who_somebody_is_are_noticed(name: str, label: str, asks: bool) -> None:
    assert asks_who(name, label) is asks


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

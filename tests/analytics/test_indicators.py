"""The list of indicators against the survey that asks for them."""

from pathlib import Path

import pytest

from analytics.indicators import (
    REPLIES,
    BadIndicators,
    Better,
    Index,
    Indicator,
    Scoring,
    indicator,
    indicators,
    measures,
    read,
    scoring,
)
from surveys import core, grammar
from surveys.definition import Kind
from tests.surveys.factories import a_survey

CORE = grammar.parse(core.source())
SCALES = {item.code: item for item in CORE.items if item.kind is Kind.SCALE}
OF_CORE = [each for each in indicators() if each.code != "recommend"]

ONE = """
[[indicator]]
code = "safe"
construct = "safe"
item = "safe"
better = "higher"
wording = "Children and families who feel safe"
"""
AN_INDEX = """
[[index]]
code = "experience"
items = ["safe", "told"]
least = 1
wording = "How it was"
"""


def test_each_construct_of_the_core_survey_has_one_indicator() -> None:
    constructs = sorted(item.construct for item in SCALES.values())

    assert sorted(each.construct for each in OF_CORE) == constructs


def test_only_surveys_brought_along_ask_whether_people_would_recommend_the_service() -> None:
    past = grammar.parse(Path("docs/examples/friends-and-family.toml").read_text(encoding="utf-8"))

    assert scoring(indicator("recommend"), CORE) is None
    assert scoring(indicator("recommend"), past) == Scoring(
        favourable=frozenset({"extremely-likely", "likely"}),
        scored=frozenset(
            {"extremely-likely", "likely", "neither", "unlikely", "extremely-unlikely"}
        ),
    )


@pytest.mark.parametrize("each", OF_CORE, ids=lambda each: each.code)
def test_an_indicator_names_the_item_that_measures_its_construct(each: Indicator) -> None:
    assert SCALES[each.item].construct == each.construct
    assert scoring(each, CORE) is not None
    assert each.wording.startswith("Children and families who ")


@pytest.mark.parametrize("each", measures().indexes, ids=lambda each: each.code)
def test_an_index_is_made_of_items_that_every_age_is_asked_enough_of(each: Index) -> None:
    assert each.items <= SCALES.keys()
    for version in CORE.age_versions:
        assert sum(SCALES[item].asked_of(version.code) for item in each.items) >= each.least


def test_the_survey_says_which_answers_are_favourable_and_which_count() -> None:
    assert scoring(indicator("safe"), a_survey()) == Scoring(
        favourable=frozenset({"yes-lots", "yes"}),
        scored=frozenset({"yes-lots", "yes", "sometimes", "no"}),
    )


def test_a_survey_that_does_not_ask_has_no_scoring() -> None:
    assert scoring(indicator("promises"), a_survey()) is None


def test_codes_fit_where_figures_keep_them() -> None:
    codes = [REPLIES, *(each.code for each in indicators())]

    assert len(set(codes)) == len(codes)
    assert max(map(len, codes)) <= 40


def test_what_is_written_is_read() -> None:
    found = read(ONE + AN_INDEX)

    assert found.indicators == (
        Indicator("safe", "safe", "safe", Better.HIGHER, "Children and families who feel safe"),
    )
    assert found.indexes == (Index("experience", frozenset({"safe", "told"}), 1, "How it was"),)


def test_an_unknown_indicator_is_not_found() -> None:
    with pytest.raises(KeyError):
        indicator("no-such")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[indicator", "not TOML"),
        ("[[chart]]", "only indicators and indexes, not chart"),
        (ONE.replace("higher", "up"), "Indicator 1 should have code"),
        (ONE + 'note = "x"', "Indicator 1 should have code"),
        ("[[indicator]]", "it has nothing"),
        (ONE + ONE, "'safe' is taken twice"),
        (ONE.replace('code = "safe"', 'code = "replies"'), "'replies' is taken twice"),
        (ONE + AN_INDEX.replace("experience", "safe"), "'safe' is taken twice"),
        (AN_INDEX.replace("least = 1", "least = 3"), "Index 1 should have"),
        (AN_INDEX.replace('["safe", "told"]', "[]"), "Index 1 should have"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(BadIndicators, match=sentence):
        read(text)

import re
from itertools import pairwise

import pytest

from analytics import childrens_words
from analytics.childrens_words import SAYINGS, Face
from analytics.comparing import Verdict
from analytics.disclosure import Count, End, Figure, Mean, Share, Withheld
from analytics.indicators import indicators
from surveys.readability import reading_ease

SMILE, FLAT, UNKNOWN = Face.SMILE, Face.FLAT, Face.UNKNOWN
HIDDEN = Withheld("fewer than 10 people answered this")


@pytest.mark.parametrize(
    ("figure", "sentence", "faces"),
    [
        (Share(72, 250, 66, 77), "About 7 in 10 feel safe.", (*[SMILE] * 7, *[FLAT] * 3)),
        (Share(78, 250, 72, 83), "About 8 in 10 feel safe.", (*[SMILE] * 8, *[FLAT] * 2)),
        (Share(75, 250, 69, 80), "Between 7 and 8 in 10 feel safe.", (*[SMILE] * 8, *[FLAT] * 2)),
        (Share(90, 250, 86, 93), "About 9 in 10 feel safe.", (*[SMILE] * 9, FLAT)),
        (Share(End.OVER, 250), "More than 9 in 10 feel safe.", (*[SMILE] * 9, UNKNOWN)),
        (Share(End.UNDER, 250), "Less than 1 in 10 feel safe.", (UNKNOWN, *[FLAT] * 9)),
        (HIDDEN, "How many feel safe? We do not show it, to keep people safe.", ()),
    ],
)
def test_a_figure_is_so_many_in_ten_and_ten_faces(
    figure: Figure, sentence: str, faces: tuple[Face, ...]
) -> None:
    said = childrens_words.of("safe", figure)

    assert said is not None
    assert (said.sentence, said.faces) == (sentence, faces)


def test_one_percent_more_is_never_a_whole_one_in_ten_more() -> None:
    said = [childrens_words.in_ten(Share(percent, 250, 0, 100)) for percent in range(10, 91)]

    assert said[14 - 10] == said[15 - 10] == "between 1 and 2 in 10"
    for before, after in pairwise(said):
        assert before == after or {before.split()[0], after.split()[0]} == {"about", "between"}
        assert set(re.findall(r"\d", before)) & set(re.findall(r"\d", after))


def test_similar_is_not_told_to_children_as_the_same() -> None:
    assert childrens_words.beside(Verdict.SIMILAR) == (
        "We can’t tell if that is more or less than in most places."
    )


@pytest.mark.parametrize("figure", [None, Count(20), Mean(64, 100, 60, 68, 2.0)])
def test_nothing_is_said_of_what_is_no_share(figure: Figure | None) -> None:
    assert childrens_words.of("safe", figure) is None


def test_a_measure_without_words_for_children_is_left_out() -> None:
    assert childrens_words.of("experience", Share(72, 250, 66, 77)) is None


def test_every_indicator_has_words_for_children() -> None:
    assert SAYINGS.keys() == {each.code for each in indicators()}


def test_the_words_are_as_easy_as_the_page_for_ages_8_to_11() -> None:
    """The survey's own words for that age are held to 90: surveys/core/your-say.toml."""
    figures: list[Figure] = [Share(72, 250, 66, 77), Share(End.OVER, 60), Share(End.UNDER, 60)]
    said = [childrens_words.of(code, each) for code in SAYINGS for each in [*figures, HIDDEN]]
    beside = [childrens_words.beside(verdict) for verdict in Verdict]

    text = " ".join([*(each.sentence for each in said if each), *filter(None, beside)])

    assert reading_ease(text) >= 90


@pytest.mark.parametrize("verdict", [Verdict.NOT_COMPARED, Verdict.HIGHER, Verdict.LOWER])
def test_where_nobody_judges_nothing_is_said_of_other_places(verdict: Verdict) -> None:
    assert childrens_words.beside(verdict) == ""

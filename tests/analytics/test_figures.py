"""From counts to figures: what is proposed of each area, weighted and not."""

from dataclasses import replace
from math import isclose
from typing import Any

import pytest
from scipy.special import stdtrit

from analytics import disclosure, figures
from analytics.backgrounds import of_release
from analytics.breakdowns import breakdowns
from analytics.cells import Eligible, population_of
from analytics.disclosure import (
    PROTECTS_FEW,
    TOO_FEW_ANSWERS,
    WOULD_GIVE_AWAY,
    Count,
    Figure,
    Mean,
    Share,
    Withheld,
)
from analytics.figures import Place, Proposal, leaf_numbers, leaves_of_nobody, proposals
from analytics.indicators import measures
from analytics.marks import ALL
from analytics.questions import Numbers, questions
from analytics.series import Series
from analytics.spans import Span
from analytics.weighing import Unweighted, Weights
from authorities.areas import ENGLAND
from tests.analytics.counted import REGIONS, a_series, authority, of, upto

SIZES = {0: (120, 130, 125, 118), 1: (60, 0, 64, 58), 2: (7, 12, 9, 11)}


@pytest.fixture(scope="module")
def series() -> Series:
    return a_series(SIZES, eligible=4000)


def proposed(series: Series, code: str) -> dict[Place, Proposal]:
    found = proposals(of(series, code), series.last.code, breakdowns())
    return {each.place: each for each in found}


def test_the_first_wave_has_no_figure_of_several_and_the_fourth_ends_a_year(
    series: Series,
) -> None:
    first, fourth = proposed(upto(series, 1), "safe"), proposed(series, "safe")

    assert {place.span for place in first} == {Span.WAVE}
    assert {place.span for place in fourth} == {Span.WAVE, Span.FOUR, Span.YEAR}
    assert {place.span for place in fourth if place.slice != ALL} == {Span.YEAR}


def test_several_waves_are_the_sum_of_each(series: Series) -> None:
    tried = of(series, "safe")
    found = proposed(series, "safe")[Place(authority(0), "safe", ALL, Span.FOUR)]
    each = [tried.numbers(authority(0), wave).n for wave in tried.asked]

    assert found.base == sum(each)
    assert isinstance(found.options[0], Share)
    assert found.options[0].nearest == 10


def test_groups_and_who_is_in_none_are_everyone(series: Series) -> None:
    tried = of(series, "safe")
    waves = tried.span(Span.YEAR, series.last.code)

    for breakdown in breakdowns().each:
        leaves = leaf_numbers(tried, authority(0), waves, breakdown)
        assert Numbers.sum(leaves.values()) == tried.together(authority(0), waves)
        assert min(numbers.n for numbers in leaves.values()) >= 0


def test_totals_are_weighted_to_who_could_answer_and_groups_are_not(series: Series) -> None:
    found = proposed(series, "safe")
    weights = series.weights(authority(0), (series.last.code,))
    total = found[Place(authority(0), "safe", ALL)].options[0]
    group = found[Place(authority(0), "safe", "gender:female", Span.YEAR)].options[0]

    assert isinstance(weights, Weights)
    assert isinstance(total, Share)
    assert total.weighted
    assert total.counts_as <= total.base
    assert isinstance(group, Share)
    assert not group.weighted


def test_a_weighted_share_is_the_weighted_sum_of_its_cells(series: Series) -> None:
    tried, wave = of(series, "safe"), series.last.code
    weights = series.weights(authority(0), (wave,))
    assert isinstance(weights, Weights)
    by_cell = tried.by_cell(authority(0), (wave,))
    whole = sum(weights.by_cell[cell] * each.n for cell, each in by_cell.items())
    good = sum(weights.by_cell[cell] * each.total for cell, each in by_cell.items())

    total = proposed(series, "safe")[Place(authority(0), "safe", ALL)].options[0]

    assert isinstance(total, Share)
    assert isinstance(total.percent, int)
    assert isclose(total.percent, 100 * good / whole, abs_tol=0.5)


def test_a_population_below_its_replies_is_named_and_nothing_is_weighted() -> None:
    wrong = a_series({0: (120,), 1: (80,)}, eligible=3)

    found = wrong.weights(authority(0), ("wave-1",))

    assert isinstance(found, Unweighted)
    assert "cannot be right" in found.reason
    # It is published: so it may not say how many answered.
    assert not any(each.isdigit() for each in found.reason)
    total = proposed(wrong, "safe")[Place(authority(0), "safe", ALL)].options[0]
    assert isinstance(total, Share)
    assert not total.weighted


def test_few_and_nobody_are_told_apart_in_groups_and_not_in_totals(series: Series) -> None:
    found = proposed(series, "safe")

    assert found[Place(authority(2), "safe", ALL)].base < 12
    assert proposed(upto(series, 2), "safe")[Place(authority(1), "safe", ALL)].options == (
        Withheld(TOO_FEW_ANSWERS),
        Withheld(WOULD_GIVE_AWAY),
    )


def test_of_a_place_of_fewer_than_ten_nothing_is_said_of_groups() -> None:
    """Were each group of age said to be of nobody, so would be all of them together."""
    small = a_series({0: (40, 44, 39, 47), 1: (3, 0, 2, 1), 2: (0, 0, 0, 0)})

    found = proposed(small, "safe")

    groups = [each for each in found.values() if each.place.slice != ALL]
    assert {each.options for each in groups if each.place.area == authority(1)} == {
        (Withheld(PROTECTS_FEW),)
    }
    assert {each.options for each in groups if each.place.area == authority(2)} == {
        (Withheld(PROTECTS_FEW),)
    }


def test_nobody_is_on_no_page_nor_on_one_that_is_not_asked(series: Series) -> None:
    age, service, *_ = breakdowns().each
    waves = [each.code for each in series.rounds[:4]]

    assert leaves_of_nobody(of(series, "safe"), waves, age) == {"age:"}
    assert leaves_of_nobody(of(series, "rights"), waves, age) == {"age:", "age:4-7"}
    assert leaves_of_nobody(of(series, "safe"), waves, service) == set()


def test_how_many_answered_is_to_the_nearest_five_and_of_several_waves_to_ten(
    series: Series,
) -> None:
    found = proposed(series, "replies")

    assert found[Place(authority(0), "replies", ALL)].options[0] == Count(120, nearest=5)
    assert found[Place(authority(0), "replies", ALL, Span.FOUR)].options[0] == Count(
        490, nearest=10
    )


def test_the_index_has_a_mean_with_its_range(series: Series) -> None:
    found = proposed(series, "experience")[Place(authority(0), "experience", ALL)].options[0]

    assert isinstance(found, Mean)
    assert found.lower < found.points < found.upper


def test_regions_and_england_are_sums_of_all_with_rounded_bases(series: Series) -> None:
    found = proposed(series, "safe")
    tried = of(series, "safe")
    whole = sum(tried.numbers(authority(number), series.last.code).n for number in SIZES)

    assert found[Place(ENGLAND, "safe", ALL)].base == whole
    regions = [found[Place(region, "safe", ALL)] for region in REGIONS]
    assert sum(each.base for each in regions) == whole
    assert all(
        isinstance(option, Withheld) or option.rounded
        for each in [*regions, found[Place(ENGLAND, "safe", ALL)]]
        for option in each.options
    )


def test_an_age_that_is_not_asked_has_no_group(series: Series) -> None:
    asked = {place.slice for place in proposed(series, "safe") if place.slice.startswith("age:")}
    not_asked = of(series, "rights").asked[series.last.code].unasked
    fewer = {place.slice for place in proposed(series, "rights") if place.slice.startswith("age:")}

    assert asked - fewer == {f"age:{age}" for age in not_asked} & asked


def test_what_stands_behind_the_figures_is_made_of_what_is_shown(series: Series) -> None:
    said: dict[Place, Figure] = {}
    for question in questions(measures()):
        each = proposed(series, question.code)
        said |= {place: proposal.options[0] for place, proposal in each.items()}
    found = {
        (row.area, row.topic): row.value
        for row in of_release(series, said, questions=list(questions(measures())))
    }

    spread = found[ENGLAND, "spread:four:experience"]
    for area, points, *_ in spread["points"]:
        figure = said[Place(area, "experience", ALL, Span.FOUR)]
        assert isinstance(figure, Mean)
        assert figure.points == points
    assert found[authority(0), "weights:wave"]["weighted"]
    # Fewer than a hundred have a score on every item of the index.
    assert found[ENGLAND, "index:experience"]["alpha"] is None


def test_for_how_many_replies_count_is_told_no_nearer_than_how_many_there_are(
    series: Series,
) -> None:
    """Times the design effect it would be the number, where that is rounded or withheld."""
    place = Place(authority(0), "replies", ALL)
    replies = proposed(series, "replies")[place].options[0]
    assert isinstance(replies, Count)

    def weights(said: dict[Place, Figure]) -> dict[str, Any]:
        rows = of_release(series, said, questions=[])
        return next(r.value for r in rows if r[:2] == (authority(0), "weights:wave"))

    shown, hidden = weights({place: replies}), weights({place: Withheld(WOULD_GIVE_AWAY)})

    number = int(replies.count / shown["design_effect"])
    assert shown["effective"] == min(replies.count, 10 * (number // 10))
    assert "effective" not in hidden
    assert hidden["weighted"]
    assert hidden["design_effect"] == shown["design_effect"]


def test_who_could_answer_could_in_each_wave() -> None:
    """Thirty families who answer in each of four waves are no more than could."""
    often = a_series({0: (70, 70, 70, 70)}, eligible=60)

    found = often.weights(authority(0), ("wave-1", "wave-2", "wave-3", "wave-4"))

    assert isinstance(found, Weights)


def test_of_fewer_than_ten_not_even_why_they_are_not_weighted_is_told() -> None:
    """Nobody, one, and nine who cannot be: all the same."""
    few = a_series({0: (0,), 1: (1,), 2: (9,), 3: (80,)}, eligible=1)

    reasons = [
        row.value["reason"]
        for row in of_release(few, {}, questions=[])
        if row.area in {authority(number) for number in range(3)}
    ]

    assert reasons == ["fewer than 10 people answered"] * 3


def test_england_is_weighted_beside_what_is_counted_for_a_region_alone() -> None:
    """Nobody lives in a remainder: its replies weigh as all others do."""
    sizes = {number: (80, 70, 6 if number == 3 else 75, 90) for number in range(8)}
    country = a_series(sizes, eligible=2000, remainders={REGIONS[1]: (0, 0, 6, 0)})

    found = proposed(country, "safe")

    for area in (ENGLAND, *REGIONS):
        figure = found[Place(area, "safe", ALL, Span.FOUR)].options[0]
        assert isinstance(figure, Share)
        assert figure.weighted


def test_where_little_is_known_of_who_could_answer_england_is_not_weighted() -> None:
    unknown = a_series(dict.fromkeys(range(8), (80, 70)), eligible=0)

    figure = proposed(unknown, "safe")[Place(ENGLAND, "safe", ALL)].options[0]

    assert isinstance(figure, Share)
    assert not figure.weighted


def test_a_total_of_ten_at_an_end_is_withheld_for_the_reason_of_all_others() -> None:
    numbers = Numbers(n=10, total=10, replies=10)

    [figure] = figures.options_of(disclosure.share(numbers.total, numbers.n), WOULD_GIVE_AWAY)

    assert figure == Withheld(WOULD_GIVE_AWAY)


def test_the_range_of_a_score_is_of_as_many_as_are_shown() -> None:
    """Eleven and fourteen are both shown as ten: their ranges differ by their errors alone."""
    few, more = (
        figures.mean_of_sums(Numbers(n, 60 * 100 * n, 60**2 * 100**2 * n + n * 400 * 100**2), 10)
        for n in (11, 14)
    )

    assert isinstance(few, Mean)
    assert isinstance(more, Mean)
    assert (few.base, more.base) == (10, 10)
    for each in (few, more):
        half = float(stdtrit(9, 0.975)) * each.error
        assert isclose(each.upper - each.points, half, abs_tol=1)


# --- an authority merged half-way ----------------------------------------------------------------

OLD, NEW, *OTHERS = (authority(number) for number in range(5))
FOUR = ("wave-1", "wave-2", "wave-3", "wave-4")


def merged_half_way(*, eligible: int, services: tuple[str, ...] = ("in-care",)) -> Series:
    """Of five authorities the first became the second after two of four waves.

    Args:
        eligible: how many could answer of each of these services, in a wave of each of them.
    """
    sizes = {0: (90, 100, 0, 0), 1: (0, 0, 80, 95)} | dict.fromkeys((2, 3, 4), (70, 80, 90, 60))
    known = population_of([Eligible(service, "", eligible) for service in services])
    rounds = []
    for number, each in enumerate(a_series(sizes).rounds):
        theirs = each.authorities - {NEW if number < 2 else OLD}
        rounds.append(
            replace(each, authorities=theirs, populations=dict.fromkeys(sorted(theirs), known))
        )
    return Series(rounds, a_series(sizes).region_of)


def test_a_place_that_was_merged_half_way_counts_once_in_england() -> None:
    """By hand: 1,000 could answer in each wave of a place, so 2,000 before and 2,000 after."""
    tried = of(merged_half_way(eligible=1000), "safe")
    could = {OLD: 2000, NEW: 2000} | dict.fromkeys(OTHERS, 4000)
    answers = {area: tried.together(area, FOUR) for area in could}
    weighted = sum(could[area] * each.total / each.n for area, each in answers.items())

    figure = proposed(tried.series, "safe")[Place(ENGLAND, "safe", ALL, Span.FOUR)].options[0]

    assert isinstance(figure, Share)
    assert figure.percent == round(100 * weighted / sum(could.values()))
    [(_, old), (_, new), (_, other), *_] = figures._strata(tried, ENGLAND, FOUR) or []
    assert (old, new, other) == (2000, 2000, 4000)


def test_a_successor_is_weighed_to_those_who_could_answer_in_its_own_waves() -> None:
    """More answered in two waves than could in two, and fewer than could in four."""
    services = ("child-in-need", "in-care", "leaving-care")
    few = merged_half_way(eligible=15, services=services)

    found = few.weights(NEW, FOUR)

    assert isinstance(found, Unweighted)
    assert "in one group more answered than could" in found.reason


def test_a_predecessor_is_weighed_to_those_who_could_answer_while_it_was() -> None:
    services = ("child-in-need", "in-care", "leaving-care")
    country = merged_half_way(eligible=1000, services=services)

    assert country.weights(OLD, FOUR) == country.weights(OLD, FOUR[:2])
    assert isinstance(country.weights(OLD, FOUR), Weights)


def test_how_many_of_a_group_replied_is_not_said_of_ten_to_twelve() -> None:
    """Who of them answered a question that is withheld would be ten of twelve at the least."""
    found = proposed(a_series({0: (60, 64, 58, 62), 1: (12, 14, 13, 13)}), "replies")
    groups = [each for each in found.values() if each.place.slice != ALL and each.base >= 10]
    few = [each for each in groups if each.base <= 12 and each.place.area.startswith("E06")]
    others = [each for each in groups if each.base > 12]

    assert {each.options for each in few} == {(Withheld(PROTECTS_FEW),)}
    assert all(isinstance(each.options[0], Count) for each in others)

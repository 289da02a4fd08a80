from collections import Counter
from collections.abc import Iterable

import pytest

from config.demo import families, truth, writing
from config.demo.answering import SERVICE
from config.demo.simulation import Visit
from config.demo.truth import Place, Story, stories
from feedback import given as reading
from surveys import core, lists, questionnaire
from surveys.definition import Kind
from tests.demo.factories import country, place, survey

FAVOURABLE = {"yes", "mostly", "good", "very-good"}
SCORED = FAVOURABLE | {"partly", "not-much", "no", "okay", "bad", "very-bad"}


def favourable(visits: Iterable[Visit], item: str) -> float:
    answers = Counter(code for visit in visits for code in visit.given.answers.get(item, ()))
    return sum(answers[each] for each in FAVOURABLE) / sum(answers[each] for each in SCORED)


def form_of(visit: Visit) -> dict[str, list[str]]:
    given = visit.given
    chosen = {item: list(codes) for item, codes in given.answers.items()}
    return chosen | {item: [text] for item, text in given.words.items()}


def test_the_same_seed_gives_the_same_visits_in_whatever_order_they_are_asked_for() -> None:
    here, there = place("E01"), place("E02")
    one, other = country(here, there), country(here, there)

    forwards = [one.visits(each, wave=wave) for each in (here, there) for wave in (0, 1)]
    backwards = [other.visits(each, wave=wave) for each in (there, here) for wave in (1, 0)]

    assert forwards == backwards[::-1]


def test_another_seed_gives_other_visits() -> None:
    here = place()

    assert country(seed="a").visits(here, wave=0) != country(seed="b").visits(here, wave=0)


def test_what_is_simulated_is_what_the_page_would_have_taken() -> None:
    visits = country(replies=2_000).visits(place(), wave=0)
    questionnaires = {
        each.code: questionnaire.of(survey(), age_version=each.code)
        for each in survey().age_versions
    }

    read = [
        reading.read(form_of(visit), questionnaire=questionnaires[visit.age_version])
        for visit in visits
    ]

    assert read == [visit.given for visit in visits]


def test_about_as_many_answer_as_were_wanted_and_more_where_more_use_services() -> None:
    small, large = place("E01", {"in-care": 200}), place("E02", {"in-care": 2_000})
    both = country(small, large, replies=6_000)

    numbers = [len(both.visits(each, wave=0)) for each in (small, large)]

    assert sum(numbers) == pytest.approx(6_000, rel=0.05)
    assert numbers[1] > 5 * numbers[0]


def test_half_a_wave_brings_about_half_as_many() -> None:
    whole = country(replies=4_000)

    assert len(whole.visits(place(), wave=0, part=0.5)) == pytest.approx(2_000, rel=0.1)


def test_a_place_that_nobody_uses_brings_nobody() -> None:
    nobody = Place("E02", {})

    assert country(place(), nobody).visits(nobody, wave=0) == []


@pytest.mark.slow
def test_shares_are_about_those_that_were_meant() -> None:
    places = [place(f"E{number:02}") for number in range(60)]
    england = country(*places, replies=30_000)

    visits = [visit for each in places for visit in england.visits(each, wave=0)]

    # Children in need, in care and leaving care are not quite the whole country, so not exactly.
    for item, share in truth.USUAL.items():
        assert favourable(visits, item) == pytest.approx(share, abs=0.06), item


@pytest.mark.slow
def test_in_most_places_nothing_changes_and_in_some_four_things_do() -> None:
    here = place()

    def moved(story: Story) -> int:
        told = country(here, replies=10_000, story=story, languages=["en"])
        first, last = told.visits(here, wave=0), told.visits(here, wave=5)
        changes = [favourable(last, item) - favourable(first, item) for item in truth.USUAL]
        return sum(change * (story.value or 1) > 0.05 for change in changes)

    assert [moved(story) for story in Story] == [0, 4, 4]


@pytest.mark.slow
def test_the_young_answer_more_favourably_and_child_protection_less() -> None:
    both = place(using={"child-in-need": 500, "child-protection": 500})
    visits = country(both, replies=30_000).visits(both, wave=0)

    def of(**facts: str) -> list[Visit]:
        return [
            visit
            for visit in visits
            if visit.age_version == facts.get("age", visit.age_version)
            and visit.given.answers.get(SERVICE) == (facts.get("service", "child-in-need"),)
        ]

    assert favourable(of(age="8-11"), "told") > favourable(of(age="12-17"), "told")
    assert favourable(of(), "told") > favourable(of(service="child-protection"), "told")


def test_a_familys_answers_go_together() -> None:
    visits = country(replies=8_000).visits(place(), wave=0)
    respected = [visit for visit in visits if visit.given.answers.get("respected") == ("yes",)]

    assert favourable(respected, "listened") > favourable(visits, "listened") + 0.05


def test_some_write_some_skip_and_some_come_by_the_poster_or_in_another_language() -> None:
    visits = country(replies=10_000).visits(place(), wave=0)

    def share(of: Iterable[bool]) -> float:
        return sum(of) / len(visits)

    assert share(bool(visit.given.words) for visit in visits) == pytest.approx(0.12, abs=0.02)
    assert share("told" not in visit.given.answers for visit in visits) == pytest.approx(
        0.065, abs=0.03
    )
    assert share(visit.by_open_link for visit in visits) == pytest.approx(0.06, abs=0.02)
    assert share(visit.language == "cy" for visit in visits) == pytest.approx(0.03, abs=0.01)
    assert not any(visit.given.words for visit in visits if visit.language != "en")
    assert all(visit.given.answers for visit in visits)


def test_nearly_all_young_children_are_helped_and_few_adults() -> None:
    visits = country(place(using={"child-in-need": 1_000}), replies=10_000).visits(
        place(using={"child-in-need": 1_000}), wave=0
    )

    def helped(age_version: str) -> float:
        told = [
            visit.given.answers["helper"] != ("alone",)
            for visit in visits
            if visit.age_version == age_version and "helper" in visit.given.answers
        ]
        return sum(told) / len(told)

    assert helped("4-7") > 0.9
    assert helped("parent") < 0.3


def test_a_few_places_improve_a_few_decline_and_most_do_neither() -> None:
    areas = [f"E{number:03}" for number in range(153)]

    assert Counter(stories(areas, seed="x").values()) == {
        Story.STEADY: 131,
        Story.IMPROVING: 11,
        Story.DECLINING: 11,
    }


@pytest.mark.parametrize(("places", "moving"), [(1, []), (2, [Story.DECLINING, Story.IMPROVING])])
def test_a_small_country_has_small_stories(places: int, moving: list[Story]) -> None:
    found = stories([f"E{number}" for number in range(places)], seed="x").values()

    assert sorted((each for each in found if each is not Story.STEADY), key=lambda s: s.value) == (
        moving
    )


# --- that the simulation knows the core survey ---------------------------------------------------


def test_every_scale_of_the_core_survey_has_a_usual_share() -> None:
    scales = {item.code for item in survey().items if item.kind is Kind.SCALE}

    assert truth.USUAL.keys() == scales


def test_every_fact_of_the_core_survey_has_weights_for_exactly_its_answers() -> None:
    for item in survey().items:
        if item.kind in {Kind.ABOUT, Kind.HELPER, Kind.CHOICE} and item.code != SERVICE:
            answers = {answer.code for answer in item.answers}

            assert families.answers_known(item.code) == answers, item.code


def test_every_service_is_used_and_every_age_version_answers() -> None:
    counted = {each.code: 1_000 for each in lists.services().values() if each.counted}
    ages = {each.code for each in survey().age_versions}

    using = families.uses(counted)

    assert using.keys() == lists.services().keys()
    assert all(using.values())
    assert set().union(*(families.ages_of(each, asked=ages) for each in using)) == ages


def test_there_are_ideas_about_every_topic_for_every_age_that_can_tap_it() -> None:
    topics = survey().item("topics")

    assert writing.topics() == lists.topics().keys()
    for age in survey().age_versions:
        for card in topics.answers_for(age.code):
            assert writing.knows(card.code, age_version=age.code), (card.code, age.code)


def test_translations_of_the_core_survey_are_languages_that_some_answer_in() -> None:
    languages = ["en", *core.translations()]
    here = place()

    visits = country(here, replies=20_000, languages=languages).visits(here, wave=0)

    assert {visit.language for visit in visits} == set(languages)

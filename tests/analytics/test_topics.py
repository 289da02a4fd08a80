"""Topics of ideas as figures: of several waves, all of one base, and so shown or withheld alike."""

from collections.abc import Mapping
from random import Random

import pytest

from analytics import disclosure
from analytics.breakdowns import breakdowns
from analytics.disclosure import End, Figure, Share, Withheld
from analytics.figures import Place
from analytics.indicators import measures
from analytics.marks import ALL
from analytics.pages import topics as pages
from analytics.questions import OF_TOPIC, TOPICS, Question, all_questions, questions
from analytics.reading import Named
from analytics.series import Series
from analytics.spans import Span
from analytics.trying import Try, all_parts, figures_of, found_in, question, questions_of
from analytics.withholding import Said, choose
from authorities.areas import ENGLAND
from surveys.lists import Topic, topics
from tests.analytics.counted import SURVEY, a_series, authority, of, upto

# Two that are always small, one of them alone in its region, and enough others to hide among.
SIZES: Mapping[int, tuple[int, ...]] = {
    0: (80, 84, 79),
    1: (3, 4, 5),
    2: (62, 51, 64),
    3: (70, 64, 71),
    4: (9, 7, 8),
    5: (58, 60, 49),
    6: (90, 85, 97),
}


def released(series: Series) -> dict[Said, Figure]:
    """What the releases of all waves say of topics, each of which was tried as a reader would."""
    said: dict[Said, Figure] = {}
    for number in range(1, len(series.rounds) + 1):
        then = upto(series, number)
        figures = figures_of(Try(then, TOPICS, said))
        for each in questions_of(TOPICS):
            mine = {place: f for place, f in figures.items() if place.indicator == each.code}
            before = {s: f for s, f in said.items() if s.place.indicator == each.code}
            assert found_in(Try(then, each.code, before), mine) == []
        said |= {Said(then.last.code, place): figure for place, figure in figures.items()}
    return said


@pytest.fixture(scope="module")
def said() -> dict[Said, Figure]:
    return released(a_series(SIZES, eligible=400))


def test_a_release_has_figures_of_every_topic_that_all_share() -> None:
    codes = [each.code for each in all_questions(measures())]

    assert codes[-len(topics()) :] == [f"{OF_TOPIC}{code}" for code in topics()]
    assert all_parts() == [*(each.code for each in questions(measures())), TOPICS]


def test_they_are_of_several_waves_together_and_of_no_groups(said: dict[Said, Figure]) -> None:
    assert {each.wave for each in said} == {"wave-2", "wave-3"}
    assert {(each.place.span, each.place.slice) for each in said} == {(Span.FOUR, ALL)}
    areas = {authority(number) for number in SIZES} | {ENGLAND}
    assert {each.place.area for each in said} == areas


def test_what_is_withheld_or_coarse_of_one_topic_is_so_of_all(said: dict[Said, Figure]) -> None:
    bases: dict[tuple[str, str], set[tuple[int, int] | None]] = {}
    for each, figure in said.items():
        shown = (figure.base, figure.nearest) if isinstance(figure, Share) else None
        bases.setdefault((each.wave, each.place.area), set()).add(shown)

    assert {len(found) for found in bases.values()} == {1}
    assert bases["wave-2", authority(1)] == {None}
    large = [found for (_, area), found in bases.items() if area in (authority(0), authority(6))]
    assert all(None not in found for found in large)


def test_a_share_is_of_those_who_named_any_topic() -> None:
    series = a_series({0: (200, 200)})
    tally = series.last.tallies[authority(0)]
    named = tally.answers("topics")

    asked = question("topic-listening").asked_in(SURVEY)
    assert asked is not None
    numbers = asked.numbers(tally, ALL)

    assert (numbers.n, numbers.total) == (named[""], named["listening"])
    assert 0 < numbers.total < numbers.n < numbers.replies


def test_a_topic_that_a_survey_does_not_offer_has_no_figures() -> None:
    unknown = Question("topic-trains", Topic("trains", "Trains"))

    assert unknown.asked_in(SURVEY) is None
    assert of(a_series({0: (50, 50)}), "topic-listening").span(Span.WAVE, "wave-2") == ()


def test_a_release_without_its_topics_is_found() -> None:
    series = a_series({0: (80, 80), 1: (60, 60)})

    assert found_in(Try(series, "topic-listening", {}), {}) == [
        "There are no figures of topic-listening."
    ]
    assert found_in(Try(upto(series, 1), "topic-listening", {}), {}) == []


def test_exact_bases_beside_englands_are_found() -> None:
    """What is true, but more than may be said: less all the others, that is the small one."""
    series = upto(a_series(SIZES, eligible=400), 2)
    asked = of(series, "topic-listening")

    def exactly(area: str) -> Figure:
        members = {m for wave in ("wave-1", "wave-2") for m in series.members(area, wave)}
        each = [asked.together(member, ("wave-1", "wave-2")) for member in members]
        return disclosure.share(sum(e.total for e in each), sum(e.n for e in each))

    def place(area: str) -> Place:
        return Place(area, "topic-listening", ALL, Span.FOUR)

    areas = [authority(number) for number in SIZES]
    said = {place(area): exactly(area) for area in areas}
    assert found_in(Try(series, "topic-listening", {}), said) == []

    found = found_in(Try(series, "topic-listening", {}), {**said, place(ENGLAND): exactly(ENGLAND)})

    assert any(line.startswith(authority(1)) for line in found)


# --- told ----------------------------------------------------------------------------------------


def told(*figures: Figure, with_england: bool = False) -> Mapping[str, object]:
    named = [
        Named(topic, figure, Share(20, 5000, 19, 21, nearest=10))
        for topic, figure in zip(topics().values(), figures, strict=False)
    ]
    found = pages.told(named, area="Leeds", told_of="this year", with_england=with_england)
    assert found is not None
    return found


def shares(seed: int) -> list[Share]:
    chance = Random(seed)
    return [Share(chance.randint(10, 60), 120, 9, 61, nearest=10) for _ in topics()]


def test_the_most_named_come_first_and_three_are_in_the_sentence() -> None:
    found = told(Share(20, 120, 14, 28), Share(45, 120, 36, 54), Share(30, 120, 23, 39))

    assert [row.name for row in found["rows"]] == [  # type: ignore[attr-defined]
        "Being told things",
        "Having a say in decisions",
        "Being listened to",
    ]
    assert found["most"] == (
        "“Being told things” (45%), “Having a say in decisions” (30%) and “Being listened to” (20%)"
    )
    assert (found["base"], found["reason"]) == ("120 answers", "")


def test_every_topic_is_told_once() -> None:
    found = told(*shares(3))

    assert len(found["rows"]) == len(topics())  # type: ignore[arg-type]
    assert found["seldom"] == ""


def test_what_few_named_is_told_in_one_sentence() -> None:
    found = told(Share(End.UNDER, 120), Share(45, 120, 36, 54))

    assert found["seldom"] == "Being listened to"


def test_what_is_withheld_says_why_once() -> None:
    found = told(Withheld("fewer than 10 people answered this"))

    assert (found["rows"], found["reason"]) == ([], "fewer than 10 people answered this")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_place_that_falls_below_ten_stops_no_release(seed: int) -> None:
    """What was shown of the waves before may leave too little of "fewer than ten"."""
    chance, code = Random(seed), "topic-listening"
    fading = {
        number: (*(chance.randint(4, 9) for _ in range(5)), *(chance.randint(0, 5) for _ in "ab"))
        for number in range(7, 12)
    }
    others = {number: tuple(chance.randint(50, 90) for _ in range(7)) for number in range(7)}
    series = a_series({**others, **fading}, seed=seed)

    said: dict[Said, Figure] = {}
    for number in range(1, 8):
        then = upto(series, number)
        at = then.last.code
        found = choose(of(then, code), at, breakdowns=breakdowns(), earlier=said)
        assert found_in(Try(then, code, said), found.figures) == []
        said |= {Said(at, place): figure for place, figure in found.figures.items()}

    faded = [figure for each, figure in said.items() if each.place.area >= authority(7)]
    assert any(isinstance(each, Share) for each in faded)
    assert any(isinstance(each, Withheld) for each in faded)

import re
from collections.abc import Mapping
from datetime import date
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from analytics.disclosure import End, Share, Weighted
from analytics.models import Background, Event, Release
from analytics.spans import Span
from authorities.areas import ENGLAND
from authorities.models import Authority, StatisticalNeighbour
from authorities.roles import Role
from surveys import core
from surveys.models import Wave
from tests.analytics.factories import PUBLISHED_AT, a_closed_wave
from tests.analytics.reading_pages import LEEDS, Page, only_to_be_read, words, words_of
from tests.analytics.reports import (
    ENGLANDS,
    HIDDEN,
    INDEX,
    QUARTERS,
    Key,
    a_release,
    a_story,
    around,
    figures,
    of_group,
    out_of,
)
from tests.authorities.factories import a_member, an_authority
from tests.surveys.factories import a_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds", gss_code="E08000035")


DRAWINGS = ("compared", "funnel", "over-time", "by-service")
MISSING = ("told/x.svg", "told/funnel.pdf", "x/funnel.svg", "x/")


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Mapping[str, Page]:
    """What is answered of a story, below the authority's own address. It is told and asked once."""
    measures = ("told/", "safe/", "experience/", "promises/", "respected/", "rights/")
    addresses = [
        *(*measures, "recommend/", "coverage/", "children/"),
        *(f"told/{name}.{kind}" for name in DRAWINGS for kind in ("svg", "png")),
        *MISSING,
    ]
    with only_to_be_read(django_db_blocker):
        leeds = an_authority(name="Leeds", gss_code="E08000035")
        a_story(leeds.gss_code, leeds.region_id, version=a_version(core.source()))
        client = Client()
        return {each: client.get(f"{LEEDS}{each}") for each in addresses}


def waves() -> list[Wave]:
    """Five quarters, the earliest first."""
    return [
        a_closed_wave(opens_on=date.fromisoformat(start), closes_on=date.fromisoformat(end))
        for start, end in QUARTERS
    ]


def drawings(page: str) -> dict[str, str]:
    """Every drawing of a page by the beginning of its ids."""
    found = re.findall(r'<svg xmlns[^>]*class="drawing".*?</svg>', page, re.DOTALL)
    return {re.findall(r'<title id="([^"]*)-title"', each)[0]: each for each in found}


# --- what is said --------------------------------------------------------------------------------


def test_a_figure_stands_with_its_range_its_answers_and_what_they_count_as(
    story: Mapping[str, Page],
) -> None:
    page = words_of(story["told/"])

    assert (
        "52% 95% range 46% to 58%, about 320 answers in the last four waves, October 2025 to "
        "September 2026. Weighted; without weights it is 50%, and its answers count as about 250 "
        "that all count the same. Families choose whether to answer, and the range knows nothing "
        "of those who did not."
    ) in page


def test_it_is_compared_with_england_its_region_its_neighbours_and_its_past_in_words(
    client: Client, leeds: Authority
) -> None:
    a_story(leeds.gss_code, leeds.region_id, version=a_version(core.source()))
    for rank in range(1, 6):
        near = an_authority(gss_code=f"E0800{8000 + rank}")
        StatisticalNeighbour.objects.create(
            authority=leeds, neighbour=near, rank=rank, closeness="Close"
        )

    page = words_of(client.get(f"{LEEDS}told/"))

    assert "England Worse than England (70%). Strong evidence: outside the 99.8% limits" in page
    assert "The North East Worse than the North East (71%). Strong evidence" in page
    assert re.search(
        r"Its statistical neighbours Of the 5 that are most like it, 5 are shown: their median is "
        r"\d+%, from \d+% to \d+%\. Beside their median Worse than the median of its neighbours "
        r"\(\d+%\)\. Evidence: outside the 95% limits after allowing",
        page,
    )
    assert "Its own past No signal of change from the wave before these (52%)" in page
    assert (
        "This wave alone 52% (95% range 40% to 64%, 80 answers). No signal of change from the "
        "waves before it (52%)"
    ) in page


def test_a_neighbour_that_is_not_shown_is_in_no_median(client: Client, leeds: Authority) -> None:
    near = [an_authority(gss_code=f"E0800{8000 + rank}") for rank in range(2)]
    for rank, each in enumerate(near, start=1):
        StatisticalNeighbour.objects.create(
            authority=leeds, neighbour=each, rank=rank, closeness="Close"
        )
    areas = {**around("x"), leeds.gss_code: figures()}
    areas["E08008000"] = {**figures(), Key("safe", span=Span.FOUR): HIDDEN}
    areas["E08008001"] = {**figures(), Key("safe", span=Span.FOUR): out_of(61, 240)}
    a_release(areas)

    page = words_of(client.get(f"{LEEDS}safe/"))

    assert "Of the 2 that are most like it, 1 is shown: 61%." in page
    assert "Beside their median" not in page


def test_each_question_is_shown_as_it_was_asked(story: Mapping[str, Page]) -> None:
    page = words_of(story["safe/"])

    assert "“Do you feel safe these days?” (8 to 11)" in page
    assert "“With the support you get now, do you feel safe?” (12 to 17, 18 to 25)" in page
    assert "Counted as good Yes; Yes, always; Yes, fully; Mostly" in page


def test_a_figure_says_which_outcome_of_the_national_framework_it_speaks_to(
    story: Mapping[str, Page],
) -> None:
    """Department for Education (2023), Children's Social Care National Framework."""
    page = words_of(story["safe/"])
    index = words_of(story["experience/"])

    assert "“Children and young people are safe in and outside of their homes”" in page
    assert "National framework" not in index


def test_weighting_and_reliability_are_said(story: Mapping[str, Page]) -> None:
    page = words_of(story["experience/"])

    assert (
        "Totals are weighted, so that each of these groups counts for how many of them could have "
        "answered: child in need, child protection, in care and leaving care. The answers tell as "
        "much as about 190 that all count the same (design effect 1.3). No reply counts for more "
        "than 2.4. The largest weights were cut, so that groups match what is known of them to "
        "within 2%."
    ) in page
    assert "Cronbach’s alpha is 0.86" in page
    assert "0.71 are theirs and not chance" in page


def test_the_day_of_the_next_release_is_said_where_it_is_announced(
    client: Client, leeds: Authority
) -> None:
    first, second, *_ = waves()
    a_release({leeds.gss_code: figures()}, wave=first)
    before = words_of(client.get(f"{LEEDS}safe/"))

    coming = a_release({leeds.gss_code: figures()}, wave=second, published_at=None)
    coming.publish_at = PUBLISHED_AT.replace(month=12)
    coming.save()
    after = words_of(client.get(f"{LEEDS}safe/"))

    assert "Next release After the next wave; its day is not announced yet." in before
    assert "Next release 2 December 2026" in after


def test_groups_stand_beside_everyone_in_the_authority_once_a_year(
    story: Mapping[str, Page],
) -> None:
    page = words_of(story["told/"])

    assert "Once a year, July 2025 to June 2026, beside everyone in Leeds (52%, about 320" in page
    assert "In care 30% 18% to 45% 40 Worse" in page
    assert "Leaving care 53% 30% to 75% 15 Too few to judge" in page
    assert "Early help and other services not shown: fewer than 10 people answered this" in page


def test_before_the_first_year_there_are_no_groups_and_it_is_said(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: figures()})

    assert "Figures by group are published once a year" in words_of(client.get(f"{LEEDS}safe/"))


# --- drawings ------------------------------------------------------------------------------------


def test_every_drawing_has_a_name_a_description_a_table_and_files_to_take_along(
    story: Mapping[str, Page],
) -> None:
    page = story["told/"].content.decode()

    names = ["compared", "funnel", "over-time", "by-service", "by-helper"]
    found = drawings(page)
    assert list(found) == [
        *(f"{name}-{width}" for name in names[:3] for width in ("narrow", "wide")),
        *(f"{name}-narrow" for name in names[3:]),
    ]
    for drawing in found.values():
        assert re.search(r'role="img" aria-labelledby="[a-z-]+-title [a-z-]+-desc"', drawing)
        assert len(re.findall(r"<(?:title|desc) id=[^>]*>[^<]{20,}</", drawing)) == 2
    assert page.count("This chart as a table") == len(names)
    for name in names:
        for kind in ("svg", "png"):
            assert f'href="{LEEDS}told/{name}.{kind}"' in page


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_can_be_taken_along_as_svg_and_png(story: Mapping[str, Page], name: str) -> None:
    svg = story[f"told/{name}.svg"]
    png = story[f"told/{name}.png"]

    assert (svg["Content-Type"], png["Content-Type"]) == ("image/svg+xml", "image/png")
    assert svg.content.startswith(b"<svg xmlns")
    assert png.content.startswith(b"\x89PNG")
    assert svg["Content-Disposition"] == f'inline; filename="E08000035-told-{name}.svg"'


@pytest.mark.parametrize("address", MISSING)
def test_a_drawing_or_a_figure_that_is_not_there_is_not_found(
    story: Mapping[str, Page], address: str
) -> None:
    assert story[address].status_code == 404


def test_what_the_survey_did_not_ask_says_so(story: Mapping[str, Page]) -> None:
    response = story["recommend/"]

    assert response.status_code == 404
    assert "This survey did not ask that" in words_of(response)


def test_events_are_marked_and_a_rebase_begins_new_lines(client: Client, leeds: Authority) -> None:
    planner = a_member(Role.PLANNER, leeds)
    listed = waves()
    for wave, percent in zip(listed, (60, 61, 60, 80, 81), strict=True):
        told = {**figures(), Key("safe"): out_of(percent, 80)}
        a_release({leeds.gss_code: told}, wave=wave)
    for day, said, of, rebases in (
        (date(2026, 3, 30), "New duty team", "", True),
        (date(2026, 1, 5), "Only about rights", "rights", False),
    ):
        Event.objects.create(
            authority=leeds, on=day, words=said, indicator=of, rebases=rebases, by=planner
        )

    page = words_of(client.get(f"{LEEDS}safe/"))

    assert "New duty team" in page
    assert "Only about rights" not in page
    assert "Too early to tell: 2 readings so far." in page


def test_a_wave_without_the_authority_leaves_a_gap_that_nothing_is_joined_over(
    client: Client, leeds: Authority
) -> None:
    listed = waves()
    for place, wave in enumerate(listed):
        areas = {ENGLAND: figures(national=10)}
        a_release(areas if place == 2 else {**areas, leeds.gss_code: figures()}, wave=wave)

    page = client.get(f"{LEEDS}safe/").content.decode()

    line = re.findall(
        r'<path d="([^"]*)" fill="none" stroke="#0b5c46"', drawings(page)["over-time-wide"]
    )
    assert [each.count("M") for each in line] == [2]


# --- what is withheld ----------------------------------------------------------------------------


def test_a_withheld_figure_says_why_and_has_no_drawing_of_its_own(
    story: Mapping[str, Page],
) -> None:
    page = story["promises/"].content.decode()

    said = words(page)
    assert "Not shown Why: fewer than 10 people answered this." in said
    assert "England Not compared with England." in said
    assert "Leeds has no dot: its figure is not shown." in said
    assert list(drawings(page)) == ["funnel-narrow", "funnel-wide"]
    assert "Leeds" not in drawings(page)["funnel-wide"].replace("Leeds and", "")


@pytest.mark.parametrize("code", [INDEX, "safe"])
def test_a_withheld_value_appears_nowhere_on_any_page_of_the_authority(
    client: Client, leeds: Authority, code: str
) -> None:
    """Not as text, not in a title, a description, a table, a sentence to paste or a mark."""
    hidden = {Key(code, span=span): HIDDEN for span in (Span.WAVE, Span.FOUR)} | {
        of_group(code, "service:in-care"): HIDDEN
    }
    shown = figures() | {of_group(code, "service:in-need"): figures()[Key(code)]}
    areas = {**around(leeds.gss_code), leeds.gss_code: shown | hidden}
    a_release(areas)

    pages = {
        address: client.get(f"{LEEDS}{address}").content.decode()
        for address in ("", f"{code}/", "coverage/", "children/")
    }

    row = re.search(rf'<tr role="row" id="{code}">.*?</tr>', pages[""], re.DOTALL)
    assert row is not None
    assert "circle" not in row[0]
    assert "interval" not in row[0]
    assert "not shown: fewer than 10 people answered this" in words(row[0])
    for name, drawing in drawings(pages[f"{code}/"]).items():
        assert name.startswith(("funnel", "by-")), name
        assert "In care" not in unescape(drawing)
    assert not re.search(r"\b(Better|Worse|Similar)\b", words(row[0]))
    assert client.get(f"{LEEDS}{code}/compared.svg").status_code == 404
    assert client.get(f"{LEEDS}{code}/over-time.png").status_code == 404


def test_an_end_has_no_dot_and_no_number_anywhere(story: Mapping[str, Page]) -> None:
    page = story["respected/"].content.decode()

    said = words(page)
    assert "over 90% about 320 answers in the last four waves" in said
    assert "Nearer than this is not shown" in said
    assert "Leeds has no dot: “over 90%” is no number to place it by." in said
    assert set(re.findall(r"\b9[1-9](?:\.\d)?%", said)) <= {"95%", "99.8%"}  # limits and ranges
    assert "leeds" not in drawings(page)["funnel-wide"].lower()


def test_words_table_and_funnel_say_the_same_of_a_figure(client: Client, leeds: Authority) -> None:
    places = {"below": 50, "inside": 70, "above": 86}
    for number, (where, percent) in enumerate(places.items()):
        told = {**figures(percent=percent)}
        wave = waves()[0] if not number else waves()[number]
        a_release({**around(leeds.gss_code), leeds.gss_code: told}, wave=wave)

        row = words_of(client.get(LEEDS))
        page = client.get(f"{LEEDS}safe/").content.decode()

        verdict = {"below": "Worse", "inside": "Similar", "above": "Better"}[where]
        assert re.search(rf"Feel safe {percent}%[^A-Z]*England 70% {verdict}", row)
        assert f"England {verdict}" in words(page)
        drawn = words(drawings(page)["funnel-wide"])
        assert re.search(
            rf"Leeds, at {percent}% and counting as 240 answers, is {where} the", drawn
        )


def test_low_reliability_is_marked_and_not_compared(story: Mapping[str, Page]) -> None:
    page = words_of(story["rights/"])

    assert "Low reliability (u): shown, and not compared." in page
    assert "England Too few answers to judge." in page


def test_without_englands_figure_there_is_neither_word_nor_funnel(
    client: Client, leeds: Authority
) -> None:
    england = dict.fromkeys(figures(), HIDDEN)
    a_release({**around(leeds.gss_code), leeds.gss_code: figures(percent=40), ENGLAND: england})

    page = client.get(f"{LEEDS}safe/").content.decode()

    assert "England Not compared with England." in words(page)
    assert "funnel-wide" not in drawings(page)


def test_where_england_is_an_end_no_limits_are_drawn_and_only_what_is_certain_is_said(
    client: Client, leeds: Authority
) -> None:
    over = Share(End.OVER, 20_000, nearest=10)
    england = {
        key: over if key.code in {"safe", "told"} else each for key, each in ENGLANDS.items()
    }
    own = {**figures(percent=60), Key("told", span=Span.FOUR): over}
    others = {f"E0800{8000 + n}": figures(percent=86 + n % 5) for n in range(20)}
    a_release({**others, leeds.gss_code: own, ENGLAND: england})

    below, alike = (client.get(f"{LEEDS}{code}/").content.decode() for code in ("safe", "told"))

    assert "England Worse than England (over 90%). Strong evidence" in words(below)
    assert "England Not compared with England." in words(alike)
    for page in (below, alike):
        assert "Not drawn: England’s figure is over 90%" in words(page)
        assert "funnel-wide" not in drawings(page)


def test_limits_are_drawn_about_england_as_it_is_printed(client: Client, leeds: Authority) -> None:
    """The centre of an older release's spread was another than England's figure."""
    areas = {**around(leeds.gss_code), leeds.gss_code: figures(percent=40)}
    release = a_release(areas, published_at=None)
    [behind] = Background.objects.filter(release=release, topic="spread:four:safe")
    Background.objects.filter(pk=behind.pk).update(value={**behind.value, "centre": 66.3})
    Release.objects.filter(pk=release.pk).update(published_at=PUBLISHED_AT)

    page = words(client.get(f"{LEEDS}safe/").content.decode())

    assert "around England’s 70%" in page
    assert "66.3" not in page


def test_groups_stand_beside_everyone_unweighted_as_they_are(
    client: Client, leeds: Authority
) -> None:
    everyone = out_of(60, 300, nearest=10, weighted=Weighted(0.7, 240))
    group = out_of(60, 150, nearest=5)
    own = {
        **figures(),
        Key("safe", span=Span.YEAR): everyone,
        of_group("safe", "helper:alone"): group,
        of_group("safe", "helper:helped"): group,
    }
    a_release({**around(leeds.gss_code), leeds.gss_code: own})

    page = words(client.get(f"{LEEDS}safe/").content.decode())

    assert "beside everyone in Leeds (60%, about 300 answers). Not weighted; with weights" in page
    assert "with weights everyone is at 70%." in page
    assert "Everyone in Leeds: 60% (95% range 54% to 65%, about 300 answers)" in page
    [_, table] = page.split("All groups in one table")
    assert table.count("60% 52% to 67% 150 Similar") == 2


@pytest.mark.parametrize(("skipped", "said"), [(0, True), (3, False)])
def test_a_trend_is_not_joined_over_a_wave_that_was_left_out(
    client: Client, leeds: Authority, *, skipped: int, said: bool
) -> None:
    """Five readings that rise, of six quarters."""
    for place, wave in enumerate([a_closed_wave(opens_on=date(2025, 4, 1)), *waves()]):
        if place != skipped:
            own = figures(replies=400, percent=40 + 8 * place, four=0)
            a_release({leeds.gss_code: own}, wave=wave)

    page = words(client.get(f"{LEEDS}safe/").content.decode())

    assert ("Over the last five readings: increasing." in page) is said
    assert ("Over the last five readings" in page) is said


# --- coverage ------------------------------------------------------------------------------------


def test_coverage_says_who_answered_and_how_totals_were_weighted(
    story: Mapping[str, Page],
) -> None:
    page = words_of(story["coverage/"])

    assert (
        "By invitation, the last four waves, October 2025 to September 2026 about 320 In this "
        "wave alone 80"
    ) in page
    assert "Service People Child in need or child protection plan about 210 In care" in page
    assert "4 to 7, with a grown-up not shown" in page
    assert "Totals are weighted" in page
    assert "alpha 0.86; reliability between authorities 0.71" in page


def test_coverage_says_why_totals_are_not_weighted(client: Client, leeds: Authority) -> None:
    weights = {leeds.gss_code: {"weighted": False, "reason": "the design effect would be over 2"}}
    a_release({leeds.gss_code: figures()}, weights=weights)

    page = words_of(client.get(f"{LEEDS}coverage/"))

    assert "Totals are not weighted: the design effect would be over 2." in page


# --- for children --------------------------------------------------------------------------------


def test_children_read_the_same_figures_in_their_words(story: Mapping[str, Page]) -> None:
    response = story["children/"]

    page = words_of(response)
    assert "What you told us in Leeds" in page
    assert "Between 8 and 9 in 10 feel safe. That is more than in most places." in page
    assert "About 5 in 10 get told what will happen next. That is less than in most places." in page
    assert "How many say their workers do what they say they will? We do not show it" in page
    safe = re.search(r'<li id="safe">.*?</li>', response.content.decode(), re.DOTALL)
    assert safe is not None
    assert re.findall(r'href="#(\w+)"', safe[0]) == ["smile"] * 9 + ["flat"]


def test_an_index_and_terms_of_statistics_are_not_for_children(
    story: Mapping[str, Page],
) -> None:
    page = words_of(story["children/"])

    told = page.split("What you told us in Leeds")[-1].split("The same for grown-ups")[0]
    assert "feel safe" in told
    for term in ("index", "range", "%", "chance", "limits", "evidence", "England"):
        assert term not in told


def test_of_faces_nothing_is_said_where_no_row_has_any(client: Client, leeds: Authority) -> None:
    first, *_, last = waves()
    a_release({leeds.gss_code: dict.fromkeys(figures(), HIDDEN)}, wave=first)
    nothing = words_of(client.get(f"{LEEDS}children/"))
    a_release({leeds.gss_code: figures()}, wave=last)
    something = words_of(client.get(f"{LEEDS}children/"))

    assert "How many feel safe? We do not show it, to keep people safe." in nothing
    assert "ten faces" not in nothing
    assert "Each row has ten faces." in something


def test_children_read_what_most_ideas_were_about(client: Client, leeds: Authority) -> None:
    said = {
        Key("topic-home", span=Span.FOUR): Share(33, 120, 25, 42, nearest=10),
        Key("topic-decisions", span=Span.FOUR): Share(47, 120, 38, 56, nearest=10),
        Key("topic-money", span=Span.FOUR): Share(End.UNDER, 120, nearest=10),
    }
    wave = a_closed_wave(version=a_version(core.source()))
    a_release({leeds.gss_code: {**figures(), **said}}, wave=wave)

    page = words_of(client.get(f"{LEEDS}children/"))

    assert (
        "Most often they were about: Having a say: between 4 and 5 in 10 Where I live: between 3 "
        "and 4 in 10" in page
    )

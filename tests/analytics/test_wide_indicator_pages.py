"""The pages of one measure of England and of a region, and the files of both to take home."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl.reader.excel import load_workbook
from pytest_django import DjangoDbBlocker

from analytics.disclosure import End, Share, Weighted, Withheld
from analytics.models import Release
from analytics.spans import Span
from authorities.areas import ENGLAND
from authorities.roles import Role
from surveys import core
from surveys.models import Version
from tests.analytics.factories import a_closed_wave
from tests.analytics.printed import headings, untold
from tests.analytics.reading_pages import a_reader, only_to_be_read, words_of
from tests.analytics.reports import (
    ENGLANDS,
    HIDDEN,
    INDEX,
    QUARTERS,
    Key,
    Said,
    a_release,
    figures,
    of_group,
    out_of,
)
from tests.authorities.factories import a_region, an_authority
from tests.surveys.factories import a_version
from tests.surveys.printing import looking

pytestmark = pytest.mark.django_db

NORTH_EAST = "E12000001"
OF_ENGLAND, OF_REGION = f"/report/{ENGLAND}/", f"/report/{NORTH_EAST}/"
BOTH = (OF_ENGLAND, OF_REGION)
WHY = "with it, a figure could be worked out"
ASKED = (
    *(f"{area}{code}/" for area in BOTH for code in ("safe", INDEX, "promises", "recommend", "x")),
    *(f"{area}safe/{name}" for area in BOTH for name in ("over-time.svg", "by-service.svg")),
    *(f"{area}safe/{name}" for area in BOTH for name in ("over-time.png", "funnel.svg", "x.svg")),
    *(f"{OF_ENGLAND}respected/", f"{OF_ENGLAND}told/", f"{OF_REGION}promises/over-time.svg"),
    *("/report/england/", f"/report/region/{NORTH_EAST}/", "/report/E12999999/safe/"),
    *(f"{area[:-1]}.{kind}" for area in BOTH for kind in ("csv", "xlsx")),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands at an address."""

    status: int
    content: bytes


def ask(client: Client, address: str) -> Answer:
    found = client.get(address)
    return Answer(found.status_code, found.getvalue())


def a_country(version: Version, *, waves: int = 5) -> list[Release]:
    """An authority far below and one far above eleven others, in quarters; a year by group."""
    an_authority(name="Below", gss_code="E06000050")
    an_authority(name="Above", gss_code="E06000051")
    an_authority(name="Absent", gss_code="E06000061")
    elsewhere = a_region(gss_code="E12000009", name="South West")
    for place in range(11):
        an_authority(name=f"Place {place:02}", gss_code=f"E0600{1000 + place}", region=elsewhere)
    return [another(version, place) for place in range(waves)]


def another(version: Version, place: int) -> Release:
    start, end = map(date.fromisoformat, QUARTERS[place])
    return a_release(said(), wave=a_closed_wave(version=version, opens_on=start, closes_on=end))


def said() -> dict[str, Said]:
    region = figures(replies=900, four=3_600, percent=69, points=63, national=10)
    region[Key("promises")] = region[Key("promises", span=Span.FOUR)] = Withheld(WHY)
    england = dict(ENGLANDS)
    england[Key("respected", span=Span.FOUR)] = Share(End.OVER, 20_800, nearest=10)
    weighted = Weighted(0.72, 15_000)
    england[Key("told", span=Span.FOUR)] = out_of(70, 20_800, nearest=10, weighted=weighted)
    for area, whole in ((region, 69), (england, 70)):
        area[Key("safe", span=Span.YEAR)] = out_of(whole, 3_600, nearest=10)
        area[of_group("safe", "service:in-care")] = out_of(50, 400, nearest=10)
        area[of_group("safe", "service:leaving-care")] = HIDDEN
    others = {f"E0600{1000 + each}": figures(percent=68 + each % 5) for each in range(11)}
    below, above = figures(percent=30, points=45), figures(percent=88, points=80)
    return {**others, "E06000050": below, "E06000051": above, NORTH_EAST: region, ENGLAND: england}


@pytest.fixture
def version() -> Version:
    return a_version(core.source())


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Mapping[str, Answer]:
    """What is answered of a country of five waves. It is told and asked once."""
    with only_to_be_read(django_db_blocker):
        a_country(a_version(core.source()))
        return {each: ask(Client(), each) for each in ASKED}


@pytest.fixture(scope="module")
def documents(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Mapping[str, bytes]:
    """The whole report of each as it is printed, likewise."""
    with only_to_be_read(django_db_blocker):
        a_country(a_version(core.source()))
        return {each: ask(Client(), f"{each[:-1]}.pdf").content for each in BOTH}


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (f"{OF_ENGLAND}safe/", "England Feel safe"),
        (f"{OF_ENGLAND}safe/", "70% 95% range 69% to 71%, about 20,800 answers in the last four"),
        (f"{OF_ENGLAND}safe/", "Above England Above Below England Below Wave by wave"),
        (f"{OF_ENGLAND}told/", "72% 95% range 71% to 73%, about 20,800 answers in"),
        (f"{OF_ENGLAND}told/", "Weighting Each authority counts for how many could answer there"),
        (f"{OF_REGION}safe/", "North East Feel safe"),
        (f"{OF_REGION}safe/", "69% 95% range 67% to 70%, about 3,600 answers in the last four"),
        (f"{OF_REGION}safe/", "Above 88% range 83% to 92% 240 answers Better, strong"),
        (f"{OF_REGION}safe/", "Below 30% range 25% to 36% 240 answers Worse, strong"),
        (f"{OF_REGION}safe/", "Absent no figure: there is no figure for this"),
        (f"{OF_REGION}{INDEX}/", "Above 80 range 77 to 83 240 answers Better, strong"),
    ],
)
def test_a_measure_of_many_stands_with_its_range_and_who_is_beyond_chance(
    country: Mapping[str, Answer], page: str, told: str
) -> None:
    assert told in words_of(country[page])


@pytest.mark.parametrize("area", BOTH)
def test_it_has_what_was_asked_its_waves_its_groups_and_how_it_was_made(
    country: Mapping[str, Answer], area: str
) -> None:
    page = words_of(country[f"{area}safe/"])

    for told in (
        "Asked: “With the support you get now, do you feel safe?”",
        "Its own past No signal of change",
        "5 waves are drawn, the first July to September 2025, the latest July to September 2026",
        "In care 50% 45% to 55% 400 Worse, strong",
        "Leaving care not shown: fewer than 10 people answered this",
        "Totals are not weighted",
        "Families choose whether to answer. Weights mend",
        "Next release After the next wave; its day is not announced yet.",
    ):
        assert told in page


def test_of_a_region_beside_england_no_word_is_said(country: Mapping[str, Answer]) -> None:
    page = words_of(country[f"{OF_REGION}safe/"])

    beside = page.split("95% range 67% to 70%")[1].split("Its local authorities")[0]
    assert "England" not in beside
    assert "is a part of England, and so no word of comparison is said of it." in page


def test_of_what_a_region_withholds_nothing_is_drawn_and_why_is_said(
    country: Mapping[str, Answer],
) -> None:
    page = country[f"{OF_REGION}promises/"].content.decode()

    assert f"Not shown Why: {WHY}." in words_of(country[f"{OF_REGION}promises/"])
    assert 'class="drawing"' not in page
    assert country[f"{OF_REGION}promises/over-time.svg"].status == 404


def test_about_an_end_no_funnel_is_drawn(country: Mapping[str, Answer]) -> None:
    page = words_of(country[f"{OF_ENGLAND}respected/"])

    assert "Not drawn: there is no number to draw limits about" in page


def test_its_drawings_can_be_taken_along_and_of_a_region_there_is_no_funnel(
    country: Mapping[str, Answer],
) -> None:
    for area in BOTH:
        for name in ("over-time", "by-service"):
            assert country[f"{area}safe/{name}.svg"].content.startswith(b"<svg xmlns")
        assert country[f"{area}safe/over-time.png"].content.startswith(b"\x89PNG")
        assert country[f"{area}safe/x.svg"].status == 404
    assert country[f"{OF_ENGLAND}safe/funnel.svg"].status == 200
    assert country[f"{OF_REGION}safe/funnel.svg"].status == 404


@pytest.mark.parametrize("area", BOTH)
def test_a_measure_that_was_not_asked_is_not_found_and_it_is_said(
    country: Mapping[str, Answer], area: str
) -> None:
    assert country[f"{area}x/"].status == country[f"{area}recommend/"].status == 404
    assert "This survey did not ask that" in words_of(country[f"{area}recommend/"])
    assert "No region has the code “E12999999”" in words_of(country["/report/E12999999/safe/"])


@pytest.mark.parametrize(
    ("report", "area"),
    [("/report/england/", OF_ENGLAND), (f"/report/region/{NORTH_EAST}/", OF_REGION)],
)
def test_a_report_leads_to_every_measure_and_file_and_tells_of_waves_and_groups(
    country: Mapping[str, Answer], report: str, area: str
) -> None:
    page = country[report].content.decode()

    assert page.count(f'href="{area}') >= 12 + 2
    for kind in ("csv", "xlsx", "pdf"):
        assert f'href="{area[:-1]}.{kind}"' in page
    assert "Experience index: wave by wave" in page
    assert "Experience index, by group" in page


def test_an_address_by_code_leads_to_the_report_and_keeps_the_release(client: Client) -> None:
    a_region()

    for code, page in ((ENGLAND, "england"), (NORTH_EAST, f"region/{NORTH_EAST}")):
        response = client.get(f"/report/{code.lower()}/?release=7")
        assert (response.status_code, response["Location"]) == (302, f"/report/{page}/?release=7")
    assert client.get("/report/E12999999/").status_code == 404


@pytest.mark.parametrize("area", BOTH)
def test_pages_of_another_surveys_release_lead_on_to_that_release(
    client: Client, version: Version, area: str
) -> None:
    a_region()
    a_release(said(), wave=a_closed_wave(version=version))
    other = a_release(said(), wave=a_closed_wave(version=a_version()))
    front = "/report/england/" if ENGLAND in area else f"/report/region/{NORTH_EAST}/"

    page = client.get(f"{front}?release={other.pk}").text

    assert f'{area[:-1]}.csv?release={other.pk}"' in page
    assert f"{area[:-1]}.csv?release" not in client.get(front).text


@pytest.mark.parametrize("area", BOTH)
def test_a_release_that_is_not_out_is_for_who_may_see_it_nationally(
    client: Client, version: Version, area: str
) -> None:
    leeds = an_authority(name="Leeds", gss_code="E08000035")
    release = a_release(said(), wave=a_closed_wave(version=version), published_at=None)
    pages = [f"{area}safe/", f"{area[:-1]}.csv", f"{area[:-1]}.xlsx", f"{area[:-1]}.pdf"]
    national = a_reader(Role.NATIONAL_ADMINISTRATOR)

    for each in pages:
        asked = f"{each}?release={release.pk}"
        assert client.get(asked).status_code == 404
        assert a_reader(Role.PLANNER, leeds).get(asked).status_code == 404
        assert each.endswith(".pdf") or national.get(asked).status_code == 200
    assert client.get(f"{area}safe/").status_code == 200  # the page that says that nothing is out


@pytest.mark.parametrize("area", BOTH)
def test_it_needs_as_many_queries_at_one_wave_and_authority_as_at_more(
    client: Client, version: Version, area: str
) -> None:
    a_country(version, waves=1)
    numbers = []
    for place in range(1, 3):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{area}safe/")
        numbers.append(len(queries))
        an_authority(name=f"New {place}", gss_code=f"E0600007{place}")
        another(version, place)

    assert numbers[0] == numbers[1] <= 12


# --- files ---------------------------------------------------------------------------------------


def test_the_csv_has_the_area_and_england_alone(country: Mapping[str, Answer]) -> None:
    for area, codes in ((OF_ENGLAND, {""}), (OF_REGION, {"", NORTH_EAST})):
        header, *rows = country[f"{area[:-1]}.csv"].content.decode("utf-8-sig").splitlines()
        regions = header.split(",").index("region_code")
        authorities = header.split(",").index("new_la_code")
        assert {row.split(",")[regions] for row in rows} == codes
        assert {row.split(",")[authorities] for row in rows} == {""}


def test_the_spreadsheet_says_whose_figures_are_in_it(country: Mapping[str, Answer]) -> None:
    for area, whose, levels in (
        (OF_ENGLAND, "of all who answered; England.", {"National"}),
        (OF_REGION, "the region and England.", {"Regional", "National"}),
    ):
        book = load_workbook(io.BytesIO(country[f"{area[:-1]}.xlsx"].content))
        notes = "\n".join(str(cell) for (cell,) in book["Notes"].iter_rows(values_only=True))
        _, *rows = book["Figures"].iter_rows(values_only=True)
        assert whose in notes
        assert {row[1] for row in rows} == levels
        assert book["Breakdowns"].max_row > 1


@pytest.mark.slow
@pytest.mark.parametrize(("area", "name"), [(OF_ENGLAND, "England"), (OF_REGION, "North East")])
def test_the_whole_report_is_a_tagged_document_with_every_measure(
    documents: Mapping[str, bytes], area: str, name: str
) -> None:
    pdf = documents[area]

    told, levels, pages = looking.told(pdf), headings(pdf), looking.words(pdf)
    assert looking.keeps_to_pdf_ua(pdf)
    assert told.title == f"{name}: what children and families say, July to September 2026"
    assert (levels[0], levels.count(1)) == (1, 1)
    assert untold(pdf) == []
    assert pages[0].startswith(f"{name}: what children and families say")
    begins = [page for page in pages if page.startswith(("Feel safe", "Experience index"))]
    assert len(begins) == 2
    assert "In care" in "".join(pages)


@pytest.mark.slow
def test_what_a_region_withholds_is_in_its_document_without_a_number(
    documents: Mapping[str, bytes],
) -> None:
    pages = looking.words(documents[OF_REGION])

    [page] = [each for each in pages if each.startswith("Say that promises are kept Not shown")]
    assert f"Why: {WHY}." in page

"""The report of one authority as a PDF: all that its pages say, for everyone who reads it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from analytics.models import Release
from authorities.models import Authority
from authorities.roles import Role
from surveys import core
from surveys.models import Version
from tests.analytics.printed import (
    bookmarks,
    close,
    elements,
    feet_of,
    headings,
    links,
    printed,
    untold,
    words_of,
)
from tests.analytics.reading_pages import LEEDS, Page, a_reader, only_to_be_read, words
from tests.analytics.reports import a_release, a_story, around, figures
from tests.authorities.factories import an_authority
from tests.surveys.factories import a_version
from tests.surveys.printing import looking

pytestmark = pytest.mark.django_db

PDF = "/report/E08000035.pdf"
WITHHELD = "Say that promises are kept"


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds", gss_code="E08000035")


@pytest.fixture
def version() -> Version:
    return a_version(core.source())


PAGES = ("", "told/", "experience/", "promises/", "coverage/")
METHODS = "/report/methods/"


@dataclass(frozen=True, slots=True)
class Story:
    """A story that is told, printed and read once, since nearly all tests here only look at it.

    Args:
        twice: its report, printed two times.
        earlier: its second release, and that as it is printed.
        pages: what the pages beside it say.
    """

    releases: list[Release]
    twice: tuple[Page, Page]
    pdf: bytes
    words: str
    earlier: bytes
    pages: Mapping[str, Page]


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Story:
    with only_to_be_read(django_db_blocker):
        leeds = an_authority(name="Leeds", gss_code="E08000035")
        releases = a_story(leeds.gss_code, leeds.region_id, version=a_version(core.source()))
        client = Client()
        pdf = printed(client)
        return Story(
            releases,
            (client.get(PDF), client.get(PDF)),
            pdf,
            words_of(pdf),
            printed(client, f"?release={releases[1].pk}"),
            {each: client.get(each) for each in (METHODS, *(f"{LEEDS}{page}" for page in PAGES))},
        )


# --- what it says --------------------------------------------------------------------------------

# On a page, and on no paper: ways about, files, what drawings say, and what all pages repeat.
_ON_SCREEN = re.compile(
    r'<nav.*?</nav>|<svg.*?</svg>|<ul class="links">.*?</ul>|<h3>To take along</h3>'
    r'|<details class="on-screen">.*?</details>|<span class="(?:unit|over)">.*?</span>'
    r'|<div class="small-ones">.*?(?=<details>\s*<summary>All groups)'
    r'|<section class="panel" id="release".*?</section>'
    r'|<p class="key" aria-hidden.*?</p>|<h2[^>]* class="out-of-sight">.*?</h2>',
    re.DOTALL,
)
# The innermost of what can stand within each other.
_SAID = re.compile(
    r"<(p|li|dd|dt|td|th|h2|h3)(?: [^>]*)?>((?:(?!<(?:p|li|ul|div)\b).)*?)</\1>", re.DOTALL
)


def said_on(page: Page) -> list[str]:
    """Paragraphs, cells and headings of a page, without spaces."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    found = _SAID.findall(_ON_SCREEN.sub("", main))
    return [said for _, inside in found if (said := close(words(inside)))]


@pytest.mark.parametrize("page", PAGES)
def test_whatever_a_page_says_is_printed_word_for_word(story: Story, page: str) -> None:
    said = said_on(story.pages[f"{LEEDS}{page}"])

    assert len(said) > 15
    assert [each for each in said if each not in story.words] == []


def test_the_methods_are_in_it(story: Story) -> None:
    said = said_on(story.pages[METHODS])

    assert len(said) > 40
    assert [each for each in said if each not in story.words and each != "Asdata"] == []


def test_it_begins_with_the_three_sentences_and_who_was_not_heard_from(story: Story) -> None:
    first, *_ = looking.words(story.pdf)

    order = [
        "Leeds: what children and families say",
        "These figures are simulated: no family answered.",
        "July to September 2026",
        "release 1, published 2 November 2026",
        "In short",
        "Experience index 54 out of 100 95% range 52 to 56, about 320 answers",
        "What families say is good Over 90% are treated with respect, 87% feel safe and",
        "What is worse than elsewhere",
        "What changed",
        "Families choose whether to answer; this is not a sample survey.",
        "Who was not heard from",
    ]
    places = [first.find(each) for each in order]
    assert -1 not in places
    assert places == sorted(places)


def test_every_foot_names_the_release_and_the_page(story: Story) -> None:
    feet = feet_of(story.pdf)

    wave = story.releases[-1].wave
    assert feet == [
        f"Leeds · July to September 2026 · Your say, {wave.name}, release 1, published "
        f"2 November 2026, simulated {number} of {len(feet)}"
        for number in range(1, len(feet) + 1)
    ]


def test_each_drawing_has_its_words_and_its_table(story: Story) -> None:
    pdf = story.pdf
    figures = elements(pdf, "/Figure")

    alts = [str(each["/Alt"]) for each in figures]
    # Of each measure: beside others, among all and wave by wave, as far as each may be drawn.
    assert len(alts) == len(set(alts)) > 25
    assert all(re.search(r"authorities|Leeds.*\d", each) for each in alts)
    assert any("Children and families who feel safe: Leeds among 21 authorities" in e for e in alts)
    assert len(elements(pdf, "/Table")) > len(alts)


def test_of_what_is_withheld_there_is_no_drawing_and_no_number(story: Story) -> None:
    pdf = story.pdf

    about = looking.words(pdf)
    [page] = [each for each in about if each.startswith(f"{WITHHELD} Not shown")]
    assert "Why: fewer than 10 people answered this." in page
    assert not re.search(r"95% range \d", page)
    alts = [str(each["/Alt"]) for each in elements(pdf, "/Figure")]
    # All other authorities, without a mark of its own.
    assert [each[:60] for each in alts if "promises are kept" in each] == [
        "Children and families who say that promises are kept: 20 aut"
    ]
    assert not [each for each in alts if "promises are kept" in each and "Leeds" in each]


def test_a_release_that_is_not_out_says_so_and_is_for_who_may_see_it(
    client: Client, leeds: Authority
) -> None:
    release = a_release({leeds.gss_code: figures(), **around("x")}, published_at=None)
    asked = f"?release={release.pk}"
    planner = a_reader(Role.PLANNER, leeds)

    assert client.get(PDF).status_code == 404
    assert client.get(f"{PDF}{asked}").status_code == 404
    pdf = printed(planner, asked)
    assert "Not published." in looking.words(pdf)[0]
    assert all("not published" in each for each in feet_of(pdf))
    assert "England’s figures come with the published release." in looking.words(pdf)[1]
    assert "70.1%" not in "".join(looking.words(pdf))
    assert planner.get(f"{PDF}{asked}")["Cache-Control"] == "private, no-store"


def test_an_earlier_release_is_printed_where_it_is_asked_for(story: Story) -> None:
    pdf = story.earlier

    assert "These are older figures." in looking.words(pdf)[0]
    assert "October to December 2025" in feet_of(pdf)[0]
    assert f"http://testserver/report/E08000035/safe/?release={story.releases[1].pk}" in links(pdf)


@pytest.mark.parametrize(
    "address", ["/report/E06999999.pdf", f"{PDF}?release=1", f"{PDF}?release=x", PDF]
)
def test_what_is_not_there_is_not_found(client: Client, leeds: Authority, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 404
    assert "text/html" in response["Content-Type"]


def test_markup_in_a_name_is_only_printed(client: Client) -> None:
    authority = an_authority(name="#panic() $x$ <b>", gss_code="E08000035")
    a_release({authority.gss_code: figures(), **around("x")})

    assert looking.words(printed(client))[0].startswith("#panic() $x$ <b>: what children")


def test_what_no_font_has_letters_for_is_said_in_words(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: figures(), **around("x")}, note="\U00020000")

    response = client.get(PDF)

    assert response.status_code == 422
    assert response.text == ("We have no letters to print “\U00020000” in. Write it another way.\n")


# --- for a screen reader -------------------------------------------------------------------------


def test_it_keeps_to_pdf_ua_and_says_its_title_and_language(story: Story) -> None:
    pdf = story.pdf

    told = looking.told(pdf)
    assert looking.keeps_to_pdf_ua(pdf)
    assert told.title == "Leeds: what children and families say, July to September 2026"
    assert (told.language, told.marked) == ("en-GB", True)


def test_nothing_is_drawn_that_is_neither_told_nor_marked_as_decoration(story: Story) -> None:
    assert untold(story.pdf) == []


def test_headings_skip_no_level_and_are_the_bookmarks(story: Story) -> None:
    pdf = story.pdf

    levels, listed = headings(pdf), bookmarks(pdf)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert listed[:3] == [
        "Leeds: what children and families say",
        " In short",
        "  Experience index",
    ]
    assert " Feel safe" in listed
    assert " Who answered" in listed


def test_every_table_has_headers_and_every_row_as_many_cells(story: Story) -> None:
    for table in elements(story.pdf, "/Table"):
        rows = [each for each in looking._elements(table["/K"]) if each["/S"] == "/TR"]
        cells = [[cell["/S"] for cell in looking._elements(row["/K"])] for row in rows]
        assert "/TH" in cells[0]
        assert "/TD" not in cells[0]


def test_links_lead_to_the_web_pages(story: Story) -> None:
    found = links(story.pdf)

    assert "http://testserver/report/E08000035/safe/" in found
    assert {each[:18] for each in found} == {"http://testserver/"}


# --- for who keeps the machines -------------------------------------------------------------------


def test_twice_printed_it_is_one_document_with_a_name_and_is_kept_as_long_as_the_page(
    story: Story,
) -> None:
    first, again = story.twice

    assert first.content == again.content
    assert first["Content-Disposition"] == 'attachment; filename="E08000035.pdf"'
    assert first["Cache-Control"] == story.pages[LEEDS]["Cache-Control"] == "public, max-age=300"


def test_the_page_leads_to_it(story: Story) -> None:
    assert f'href="{PDF}"' in story.pages[LEEDS].text


def test_it_needs_as_many_queries_at_one_wave_as_at_five(
    client: Client, leeds: Authority, version: Version
) -> None:
    numbers = []
    a_release({leeds.gss_code: figures(), **around("x")})
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            printed(client)
        numbers.append(len(queries))
        a_story(leeds.gss_code, leeds.region_id, version=version)

    assert numbers[0] == numbers[1]
    assert numbers[0] < 15

"""The pages of figures in a real browser: on a small phone, at a desk, and on paper."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from analytics import disclosure
from analytics.models import Event, Figure
from analytics.spans import Span
from authorities.areas import ENGLAND
from authorities.models import Authority, ServicePopulation, StatisticalNeighbour
from authorities.roles import Role
from feedback.models import Channel
from surveys import core
from tests.analytics.factories import PUBLISHED_AT
from tests.analytics.reports import (
    INDEX,
    Key,
    a_release,
    a_story,
    figures,
    index_of,
    of_group,
)
from tests.authorities.factories import a_member, an_authority
from tests.surveys.factories import a_version

pytestmark = pytest.mark.browser

WIDTHS = (320, 1280)
LEEDS = "/report/E08000035/"
PAGES = (
    "/report/",
    "/report/?q=leeds",
    LEEDS,
    f"{LEEDS}experience/",
    f"{LEEDS}told/",
    f"{LEEDS}respected/",
    f"{LEEDS}promises/",
    f"{LEEDS}coverage/",
    f"{LEEDS}children/",
    "/report/england/",
    "/report/region/E12000001/",
    "/report/E92000001/told/",
    "/report/E12000001/experience/",
    "/report/methods/",
    "/data/",
    "/report/x/",
    "/report/region/x/",
    f"{LEEDS}recommend/",
    "/report/E12000001/recommend/",
)


@pytest.fixture
def leeds(site: str) -> Authority:
    """Five waves, with all that a figure can be, an event, neighbours, and users of services."""
    leeds = an_authority(name="Leeds", gss_code="E08000035")
    for place in range(20):
        other = an_authority(name=f"Place {place + 1:02}", gss_code=f"E0800{8000 + place}")
        if place < 10:
            StatisticalNeighbour.objects.create(
                authority=leeds, neighbour=other, rank=place + 1, closeness="Close"
            )
    for service, number in (("child-in-need", 4200), ("child-protection", 640), ("in-care", 1350)):
        ServicePopulation.objects.create(
            authority=leeds, service=service, number=number, derived=False, year=2025
        )
    Event.objects.create(
        authority=leeds,
        on=date(2026, 2, 20),
        words="New duty team",
        by=a_member(Role.PLANNER, leeds),
    )
    a_story(leeds.gss_code, leeds.region_id, version=a_version(core.source()))
    return leeds


def at_every_width(page: Page, address: str, look: Callable[[int], None]) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        look(width)


@pytest.mark.slow
def test_no_accessibility_rule_is_broken_and_nothing_is_scrolled_sideways(
    page: Page, site: str, leeds: Authority
) -> None:
    def look(width: int) -> None:
        # Also what is folded away, and the tables in it.
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") == width

    for path in PAGES:
        at_every_width(page, f"{site}{path}", look)


@pytest.mark.slow
def test_figures_of_hundreds_of_thousands_are_not_scrolled_sideways(page: Page, site: str) -> None:
    """A country that answers: longer numbers than any other page of a test has."""
    leeds = an_authority(name="Leeds", gss_code="E08000035")
    many = figures(replies=352_340, four=1_234_560, percent=54, points=54, national=10)
    helped = {
        of_group(INDEX, f"{of}:{group}"): index_of(54, 1_234_560, nearest=10)
        for of, group in (("helper", "alone"), ("helper", "helped"), ("service", "in-care"))
    }
    said = {**many, **helped, Key(INDEX, span=Span.YEAR): index_of(54, 1_234_560, nearest=10)}
    release = a_release(
        {ENGLAND: said, leeds.region_id: said, leeds.gss_code: many}, published_at=None
    )
    Figure.objects.create(
        release=release,
        area=ENGLAND,
        channel=Channel.OPEN,
        indicator=INDEX,
        value=disclosure.to_json(index_of(54, 352_340, nearest=10)),
    )
    release.published_at = PUBLISHED_AT
    release.save()

    page.set_viewport_size({"width": 320, "height": 900})
    for path in (LEEDS, "/report/england/", f"/report/region/{leeds.region_id}/"):
        page.goto(f"{site}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path


@pytest.mark.slow
def test_an_authority_is_found_without_script(
    page_without_script: Page, site: str, leeds: Authority
) -> None:
    page = page_without_script
    page.goto(f"{site}/report/")

    page.get_by_label("Find a local authority").fill("leeds")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Leeds", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Leeds: what children and families say"
    )


def test_a_planner_goes_from_a_worse_figure_to_all_that_is_known_of_it(
    page_without_script: Page, site: str, leeds: Authority
) -> None:
    page = page_without_script
    page.goto(f"{site}{LEEDS}")

    table = page.get_by_role("table", name="All figures for Leeds and England")
    table.get_by_role("link", name="Are told what is happening").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Are told what is happening")
    for chart in ("Beside others", "Among all authorities", "Wave by wave"):
        expect(
            page.get_by_role("region", name=chart, exact=True).get_by_role("img")
        ).to_be_visible()
    page.get_by_role("link", name="Have someone to turn to").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Have someone to turn to")


def test_a_table_keeps_its_rows_and_cells_where_it_is_drawn_as_blocks(
    page: Page, site: str, leeds: Authority
) -> None:
    def look(_: int) -> None:
        table = page.get_by_role("table", name="All figures for Leeds and England")
        row = table.get_by_role("row").filter(has_text="Are told what is happening")
        expect(row.get_by_role("rowheader")).to_have_text(re.compile("Are told"))
        # Not as seen: as a screen reader is told, "320 answers" is the cell below "Answers".
        cells = [" ".join(cell.split()) for cell in row.get_by_role("cell").all_text_contents()]
        assert cells == [
            "52%",
            "range 46% to 58%",
            "320 answers",
            "England 70%",
            "Worse, strong",
        ]

    at_every_width(page, f"{site}{LEEDS}", look)


def test_a_chart_is_named_and_its_table_is_one_key_away(
    page: Page, site: str, leeds: Authority
) -> None:
    page.goto(f"{site}{LEEDS}told/")
    chart = page.get_by_role("region", name="Wave by wave", exact=True)

    expect(chart.get_by_role("img")).to_have_accessible_name(
        re.compile("^Children and families who are told what is happening: Leeds, wave by wave")
    )
    chart.get_by_text("This chart as a table").focus()
    page.keyboard.press("Enter")

    expect(chart.get_by_role("row", name=re.compile("January to March 2026"))).to_contain_text(
        "52%"
    )


@pytest.mark.slow
def test_one_drawing_of_each_chart_is_seen_whatever_the_width(
    page: Page, site: str, leeds: Authority
) -> None:
    def look(width: int) -> None:
        seen = page.locator("svg.drawing").filter(visible=True)
        assert seen.count() == page.locator("figure.drawn").count() >= 3
        boxes = [box for each in seen.all() if (box := each.bounding_box())]
        assert [box for box in boxes if box["x"] < 0 or box["x"] + box["width"] > width] == []

    at_every_width(page, f"{site}{LEEDS}experience/", look)


@pytest.mark.slow
def test_every_mark_of_a_strip_lies_within_it(page: Page, site: str, leeds: Authority) -> None:
    outside = """
    () => [...document.querySelectorAll('svg.strip')].flatMap((drawing) => {
        const room = drawing.getBoundingClientRect();
        return [...drawing.querySelectorAll('text, circle, line, path')].filter((mark) => {
            const box = mark.getBoundingClientRect();
            const out = box.left < room.left - 10 || box.right > room.right + 10;
            return out && box.width + box.height > 0;
        }).map((mark) => `${mark.outerHTML} in ${room.width} pixels`);
    })
    """

    def look(_: int) -> None:
        assert page.evaluate(outside) == []

    for path in (LEEDS, "/report/england/", "/report/region/E12000001/"):
        at_every_width(page, f"{site}{path}", look)


@pytest.mark.slow
def test_links_that_stand_alone_can_be_tapped(page: Page, site: str, leeds: Authority) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    for path, selector in (
        ("/report/", ".regions li a, .links > li > a, .search .button, .search input"),
        (LEEDS, ".contents a, summary, .links a"),
        (f"{LEEDS}told/", "summary, .goings a"),
        ("/report/england/", "summary, .goings a"),
    ):
        page.goto(f"{site}{path}")
        found = page.locator(selector).filter(visible=True).all()
        boxes = [box for each in found if (box := each.bounding_box())]
        assert len(boxes) >= 3
        assert [box for box in boxes if box["height"] < 24] == []


@pytest.mark.slow
def test_a_child_sees_ten_faces_for_each_thing_that_is_shown(
    page: Page, site: str, leeds: Authority
) -> None:
    def look(width: int) -> None:
        row = page.locator("#safe .face").filter(visible=True)
        boxes = [box for each in row.all() if (box := each.bounding_box())]
        assert len(boxes) == 10
        assert len({round(box["y"]) for box in boxes}) == 1
        assert all(16 <= box["width"] <= 64 for box in boxes)
        assert max(box["x"] + box["width"] for box in boxes) <= width

    at_every_width(page, f"{site}{LEEDS}children/", look)


@pytest.mark.slow
def test_a_report_prints_on_few_pages_without_its_controls(
    page: Page, site: str, leeds: Authority, tmp_path: Path
) -> None:
    page.goto(f"{site}{LEEDS}")

    pdf = page.pdf(format="A4")

    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 2 <= pages <= 5
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
    expect(page.get_by_role("table", name="All figures for Leeds and England")).to_be_visible()


def test_the_browser_refuses_nothing_on_the_pages(page: Page, site: str, leeds: Authority) -> None:
    """No policy is broken, nothing is missing, and nothing is asked of another site."""
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))

    for path in PAGES[:-4]:
        page.goto(f"{site}{path}")
    page.goto(f"{site}{LEEDS}told/funnel.svg")

    assert said == []
    assert asked == {site.removeprefix("http://")}

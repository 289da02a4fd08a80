"""The pages of figures in a real browser: on a small phone, at a desk, and on paper."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from analytics.disclosure import Count, End, Share, Withheld
from analytics.indicators import REPLIES
from authorities.areas import ENGLAND
from authorities.models import Authority
from surveys import core
from tests.analytics.factories import a_closed_wave, a_release, some_figures
from tests.authorities.factories import an_authority
from tests.surveys.factories import a_version

pytestmark = pytest.mark.browser

HIDDEN = Withheld("fewer than 10 people answered this")
WIDTHS = (320, 1280)
PAGES = ("/report/", "/report/?q=leeds", "/report/E08000035/", "/report/methods/", "/report/x/")


@pytest.fixture
def leeds(site: str) -> Authority:
    """Three waves, with all that a figure can be: shown, at an end, withheld, by group."""
    leeds = an_authority(name="Leeds", gss_code="E08000035")
    version = a_version(core.source())
    quarters = (
        ("2026-01-01", "2026-03-31"),
        ("2026-04-01", "2026-06-30"),
        ("2026-07-01", "2026-09-30"),
    )
    for start, end in quarters:
        wave = a_closed_wave(version=version, opens_on=start, closes_on=end, simulated=True)
        figures = {
            **some_figures(),
            ("safe", "all"): Share(72, 250, lower=66, upper=77),
            ("rights", "all"): HIDDEN if start == "2026-04-01" else Share(End.OVER, 60),
            ("told", "all"): HIDDEN,
            ("decisions", "all"): Share(End.UNDER, 60),
            (REPLIES, "age:8-11"): Count(20),
            (REPLIES, "age:12-17"): Withheld("it would tell about very few people"),
        }
        england = some_figures(replies=5200, favourable=3900, national=True)
        a_release({leeds.gss_code: figures, ENGLAND: england}, wave=wave)
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
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") == width

    for path in PAGES:
        at_every_width(page, f"{site}{path}", look)


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


def test_a_table_keeps_its_rows_and_cells_where_it_is_drawn_as_blocks(
    page: Page, site: str, leeds: Authority
) -> None:
    def look(_: int) -> None:
        table = page.get_by_role("table", name="All figures for Leeds and England")
        row = table.get_by_role("row").filter(has_text="Feel safe")
        expect(row.get_by_role("rowheader")).to_have_text(re.compile("Feel safe"))
        # Not as seen: as a screen reader is told, "250 answers" is the cell below "Answers".
        cells = [" ".join(cell.split()) for cell in row.get_by_role("cell").all_text_contents()]
        assert cells == ["72%", "range 66% to 77%", "250 answers", "England 75%"]

    at_every_width(page, f"{site}/report/E08000035/", look)


def test_a_trend_is_named_and_its_table_is_one_key_away(
    page: Page, site: str, leeds: Authority
) -> None:
    page.goto(f"{site}/report/E08000035/")
    article = page.get_by_role("article", name="Feel safe")

    expect(article.get_by_role("img")).to_have_accessible_name(
        re.compile("^Children and families who feel safe over time")
    )
    article.get_by_text("This chart as a table").focus()
    page.keyboard.press("Enter")

    expect(article.get_by_role("row", name=re.compile("January to March 2026"))).to_contain_text(
        "72%"
    )


def test_every_mark_of_a_drawing_lies_within_it(page: Page, site: str, leeds: Authority) -> None:
    outside = """
    () => [...document.querySelectorAll('svg.strip, svg.trend')].flatMap((drawing) => {
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

    at_every_width(page, f"{site}/report/E08000035/", look)


def test_links_that_stand_alone_can_be_tapped(page: Page, site: str, leeds: Authority) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    for path, selector in (
        ("/report/", ".regions li a, .links > li > a, .search .button, .search input"),
        ("/report/E08000035/", ".contents a, summary, .links a"),
    ):
        page.goto(f"{site}{path}")
        found = page.locator(selector).filter(visible=True).all()
        boxes = [box for each in found if (box := each.bounding_box())]
        assert len(boxes) >= 3
        assert [box for box in boxes if box["height"] < 24] == []


def test_a_report_prints_on_few_pages_without_its_controls(
    page: Page, site: str, leeds: Authority, tmp_path: Path
) -> None:
    page.goto(f"{site}/report/E08000035/")

    pdf = page.pdf(format="A4")

    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 3 <= pages <= 9
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
    expect(page.get_by_role("table", name="All figures for Leeds and England")).to_be_visible()


def test_the_browser_refuses_nothing_on_the_pages(page: Page, site: str, leeds: Authority) -> None:
    """No policy is broken, nothing is missing, and nothing is asked of another site."""
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))

    for path in PAGES[:-1]:
        page.goto(f"{site}{path}")

    assert said == []
    assert asked == {site.removeprefix("http://")}

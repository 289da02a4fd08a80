"""The staff's pages in a real browser, on a small phone: signing in, and what one can do there."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from authorities.roles import Role
from tests.authorities.factories import PASSWORD, a_membership, a_person, an_authority
from tests.journeys.conftest import SMALL_PHONE
from tests.journeys.signing_in import sign_in, type_code, type_password

pytestmark = pytest.mark.browser

LARGE_TARGET = 44  # pixels, WCAG 2.2, 2.5.5; links inside a sentence are excepted there
STANDING_ALONE = (
    ".button, .top nav a, .top nav button, .foot a, .doors a, .hint > a:only-child, "
    ".error-summary a, summary, input, select"
)


def nothing_wrong(page: Page) -> None:
    """No accessibility rule is broken, and nothing has to be scrolled sideways."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == SMALL_PHONE["width"]


def heights_below(page: Page, selector: str, least: int) -> list[str]:
    """What stands alone, can be seen, and is lower than that many pixels."""
    return [
        f"{found.inner_text() or found.get_attribute('name')}: {box['height']} pixels"
        for found in page.locator(selector).filter(visible=True).all()
        if (box := found.bounding_box()) is not None and box["height"] < least
    ]


def test_a_planner_signs_in_sees_their_work_and_signs_out(site: str, page: Page) -> None:
    user = a_person(name="Pat Lane", email="pat@example.org", password=PASSWORD)
    a_membership(user, role=Role.PLANNER, authority=an_authority(name="Hartlepool"))

    type_password(page, site, "pat@example.org")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    nothing_wrong(page)
    assert heights_below(page, STANDING_ALONE, LARGE_TARGET) == []
    type_code(page)

    expect(page.get_by_role("heading", name="Your work")).to_be_visible()
    expect(page.get_by_role("link", name="Hartlepool").first).to_be_visible()
    nothing_wrong(page)
    assert heights_below(page, STANDING_ALONE, LARGE_TARGET) == []

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_mistake_is_told_first_and_what_was_typed_is_kept(site: str, page: Page) -> None:
    type_password(page, site, "nobody@example.org", "not the password")

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("The e-mail address or the password is not right.")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Sign in – Heard")
    expect(page.get_by_label("Email")).to_have_value("nobody@example.org")
    nothing_wrong(page)
    assert heights_below(page, STANDING_ALONE, LARGE_TARGET) == []

    summary.get_by_role("link").click()
    expect(page.get_by_label("Email")).to_be_focused()


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/"]
)
def test_the_pages_before_signing_in_break_no_rule(site: str, page: Page, path: str) -> None:
    page.goto(f"{site}{path}")

    nothing_wrong(page)
    assert heights_below(page, STANDING_ALONE, LARGE_TARGET) == []


def test_the_keyboard_reaches_the_content_in_one_step(site: str, page: Page) -> None:
    page.goto(f"{site}/accounts/password/reset/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_label("Email")).to_be_focused()


def test_a_long_list_is_opened_without_script(site: str, page_without_script: Page) -> None:
    user = a_person(email="noor@example.org", password=PASSWORD)
    a_membership(user, role=Role.NATIONAL_ADMINISTRATOR)
    for number in range(8):
        an_authority(name=f"Town {number}")

    sign_in(page_without_script, site, "noor@example.org")
    assert heights_below(page_without_script, STANDING_ALONE, LARGE_TARGET) == []
    page_without_script.get_by_text("Choose one of 8 authorities").first.click()

    expect(page_without_script.get_by_role("link", name="Town 7")).to_be_visible()

"""Asking to be contacted, and being answered, in a real browser: with and without script."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from authorities.roles import Role
from feedback.models import ContactRequest
from feedback.pages import bundles
from feedback.proof_of_work import solved
from surveys.keyring import Keyring
from tests.authorities.factories import PASSWORD, a_membership, a_person, an_authority
from tests.feedback.contacts import NUMBER, a_listeners_key, a_request
from tests.feedback.test_proof_of_work import SUMS
from tests.journeys import walking
from tests.journeys.conftest import SMALL_PHONE
from tests.journeys.signing_in import type_code

pytestmark = pytest.mark.browser


@pytest.fixture
def door(site: str, keyring: Keyring) -> str:
    a_listeners_key(keyring)
    a_membership(role=Role.LISTENER, authority=an_authority(name="Leeds"))
    return f"{site}/contact"


def test_it_is_sent_with_the_sum_done_and_every_page_on_the_way_breaks_no_rule(
    door: str, page: Page
) -> None:
    page.goto(door)
    walking.nothing_wrong(page)
    form_id, nonce = (page.locator(f"input[name={name}]") for name in ("browser", "nonce"))
    expect(nonce).not_to_have_value("")
    assert solved(f"contact:{form_id.input_value()}", nonce.input_value())

    page.get_by_text("Text me").click()
    page.get_by_label("The number, the e-mail address, or the person").fill("ask me")
    page.get_by_label("Which council is it about?").select_option(label="Leeds")
    page.get_by_role("button", name="Send it").click()

    problem = page.get_by_role("alert")
    expect(problem).to_be_focused()
    expect(problem).to_contain_text("There is no number in this.")
    expect(page.get_by_label("Text me")).to_be_checked()
    walking.nothing_wrong(page)

    problem.get_by_role("link").click()
    expect(page.get_by_label("The number,")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(NUMBER)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="We’ve got it!")).to_be_visible()
    expect(page.locator("main")).to_contain_text("A message goes to the listeners for Leeds now.")
    walking.nothing_wrong(page)
    assert page.context.cookies() == []
    assert ContactRequest.objects.count() == 1


@pytest.mark.slow
def test_whoever_leaves_afterwards_comes_back_to_nothing_of_it(
    door: str, phone: BrowserContext, page: Page, settings: Settings
) -> None:
    away = f"{door.replace('127.0.0.1', 'localhost').removesuffix('/contact')}/health/live"
    settings.HEARD_EXIT_ADDRESS = away
    page.goto("about:blank")
    page.goto(door)
    page.locator("[name=where]").fill(NUMBER)
    phone.set_offline(True)
    page.locator("main .send").click()
    expect(page.get_by_text("No signal just now. Nothing is lost")).to_be_visible()
    phone.set_offline(False)
    page.get_by_role("button", name="Polski").click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    expect(page.locator("[name=where]")).to_have_value(NUMBER)
    page.locator("[name=how][value=call]").check()
    page.locator("main .send").click()
    expect(page.locator("[name=where]")).to_have_count(0)
    assert ContactRequest.objects.count() == 1

    page.locator(".exit").click()
    page.wait_for_url(away)
    page.go_back()
    page.go_back()

    assert page.url == "about:blank"


@pytest.mark.slow
def test_another_language_keeps_what_was_typed_and_is_read_from_its_own_side(
    door: str, page_without_script: Page
) -> None:
    page = page_without_script
    page.goto(door)
    page.get_by_label("E-mail me").click()
    page.get_by_label("The number,").fill("robin@example.org")

    page.get_by_role("button", name="العربية").click()

    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#where-box")).to_have_value("robin@example.org")
    expect(page.locator("[name=how][value=email]")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") == SMALL_PHONE["width"]
    page.locator(".send").click()
    assert ContactRequest.objects.count() == 1


def test_without_script_and_with_the_keyboard_alone_it_is_sent_too(
    door: str, page_without_script: Page
) -> None:
    page = page_without_script
    page.goto(door)

    page.get_by_label("Call me").focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Ms Khan at Elm School")
    for _ in range(8):  # name, language, when, who, council, not my council, about, the button
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send it")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="We’ve got it!")).to_be_visible()
    assert ContactRequest.objects.count() == 1


def test_the_browser_does_the_same_sums(page: Page) -> None:
    script = (bundles.BROWSER / "working.js").read_text(encoding="utf-8")
    page.route("https://sums.example/", lambda route: route.fulfill(body="<p>Sums</p>"))
    page.goto("https://sums.example/")  # a page that a browser takes for encrypted

    nonces = page.evaluate(
        f"async (sums) => {{ {script}; const found = [];"
        " for (const { text, bits } of sums) found.push(await work(text, bits)); return found }",
        SUMS,
    )

    assert nonces == [each["nonce"] for each in SUMS]


def test_where_the_browser_cannot_count_it_says_so_and_does_not_fail(page: Page) -> None:
    script = (bundles.BROWSER / "working.js").read_text(encoding="utf-8")
    page.route("http://sums.example/", lambda route: route.fulfill(body="<p>Sums</p>"))
    page.goto("http://sums.example/")  # not encrypted, so without crypto.subtle

    assert page.evaluate(f"() => {{ {script}; return work('contact:x', 14) }}") == ""


def test_a_listener_opens_takes_on_and_closes_it_on_a_small_phone(door: str, page: Page) -> None:
    user = a_person(email="leo@example.org", password=PASSWORD)
    a_membership(user, role=Role.LISTENER)
    request = a_request(secret="my uncle")
    page.goto(f"{door.removesuffix('/contact')}/staff/contacts/")
    page.get_by_label("Email").fill("leo@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    type_code(page)
    expect(page.get_by_role("link", name=f"Request {request.pk}")).to_be_visible()
    walking.nothing_wrong(page)

    page.get_by_role("link", name=f"Request {request.pk}").click()
    walking.nothing_wrong(page)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text(NUMBER)).to_be_visible()
    expect(page.get_by_text("my uncle")).to_be_visible()
    walking.nothing_wrong(page)

    page.get_by_role("button", name="Take it on").click()
    expect(page.get_by_text(NUMBER)).to_be_visible()
    page.locator("summary", has_text="Close it").click()
    page.get_by_label("What was done?").fill("Rang her. She is safe, and the duty team knows.")
    walking.nothing_wrong(page)
    page.get_by_role("button", name="Close it").click()

    expect(page.get_by_role("status")).to_have_text("Closed. It is destroyed in 90 days.")
    request.refresh_from_db()
    assert request.state == "closed"

"""In every language: the phone's own is chosen, and to switch loses nothing."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from feedback import wording
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import asked_today, kept, the_core
from tests.journeys import walking
from tests.journeys.conftest import SMALL_PHONE
from tests.surveys.factories import some_codes

pytestmark = pytest.mark.browser


@pytest.fixture
def participation(site: str, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=the_core())


@pytest.fixture
def address(site: str, participation: Participation) -> str:
    return f"{site}/s/{some_codes(participation)[0]}"


def in_urdu(page: Page) -> None:
    """Wait until the page speaks Urdu, from right to left."""
    expect(page.locator("html")).to_have_attribute("lang", "ur")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_the_phones_own_language_is_chosen(site: str, chromium: Browser, address: str) -> None:
    polish = chromium.new_context(viewport=SMALL_PHONE, locale="pl-PL")
    page = polish.new_page()

    for each in (address, site):
        page.goto(each)
        expect(page.locator("html")).to_have_attribute("lang", "pl")

    expect(page.locator(".exit")).to_have_text(wording.of("pl")["exit"])
    polish.close()


def test_switching_costs_one_request_and_keeps_answers_words_and_place(
    phone: BrowserContext, page: Page, address: str, participation: Participation, keyring: Keyring
) -> None:
    page.goto(address)
    page.locator("#keep").check()
    walking.begin(page)
    page.locator("#safe label").first.click()
    walking.to(page, "idea")
    page.locator("#idea textarea").fill("Longer visits")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(f"{request.method} {request.url}"))

    page.locator(".look summary").click()
    page.get_by_role("button", name="اردو").click()

    in_urdu(page)
    assert asked == [f"GET {address}?lang=ur"]
    assert walking.here(page) == "idea"
    assert page.locator("#idea textarea").input_value() == "Longer visits"
    expect(page.locator("#keep")).to_be_checked()
    page.go_back()
    assert walking.here(page) == "overall"
    walking.to(page, "ready")
    walking.nothing_wrong(page)
    walking.send(page)
    [(answers, words)] = kept(participation, keyring)
    assert (answers.language, answers.chosen) == ("ur", {"safe": ("yes",)})
    assert [idea.text for idea in words.ideas] == ["Longer visits"]


def test_without_script_switching_keeps_the_answers_too_and_sends_nothing(
    page_without_script: Page, address: str, participation: Participation, keyring: Keyring
) -> None:
    page = page_without_script
    page.goto(address)
    page.locator("#safe label").first.click()
    page.locator("#idea textarea").fill("Longer visits")

    page.get_by_role("button", name="اردو").click()

    in_urdu(page)
    assert kept(participation, keyring) == []
    expect(page.locator("#safe input").first).to_be_checked()
    assert page.locator("#idea textarea").input_value() == "Longer visits"
    page.locator("#ready .send").click()
    walking.thanked(page)
    [(answers, _)] = kept(participation, keyring)
    assert (answers.language, answers.chosen) == ("ur", {"safe": ("yes",)})


def test_without_a_signal_the_language_stays_and_the_page_says_so(
    phone: BrowserContext, page: Page, address: str
) -> None:
    page.goto(address)
    phone.set_offline(True)

    walking.begin(page)
    page.locator(".look summary").click()
    page.get_by_role("button", name="اردو").click()

    expect(page.get_by_text("No signal just now")).to_be_visible()
    assert walking.here(page) == "safe"


def test_from_right_to_left_the_answers_stand_on_the_right(
    page: Page, site: str, participation: Participation
) -> None:
    [code] = some_codes(participation, language="ur", age_version="8-11")
    page.goto(f"{site}/s/{code}")
    in_urdu(page)
    walking.begin(page)

    button, face = (
        page.locator(f"#safe label:first-child {part}").bounding_box() for part in ("input", "svg")
    )

    assert button is not None
    assert face is not None
    assert button["x"] > face["x"]

"""Every age version, in English and from right to left, with and without script, on two phones."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect

from feedback import wording
from feedback.envelopes import Answers
from surveys import core, grammar
from surveys.definition import Kind
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import asked_today, kept, the_core
from tests.journeys import walking
from tests.journeys.conftest import SMALL_PHONE
from tests.surveys.factories import some_codes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SURVEY = grammar.parse(core.source())
AGES = [version.code for version in SURVEY.age_versions]
LARGE_PHONE: ViewportSize = {"width": 412, "height": 915}
LANGUAGES = ["en", *core.translations()]


@pytest.fixture
def participation(site: str, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=the_core(), simulated=True)


def a_phone(chromium: Browser, size: ViewportSize, *, script: bool = True) -> BrowserContext:
    context = chromium.new_context(
        viewport=size, has_touch=True, reduced_motion="reduce", java_script_enabled=script
    )
    context.set_default_timeout(10_000)
    return context


def answered_by_screens(page: Page, age: str, *, axe: bool) -> dict[str, tuple[str, ...]]:
    chosen: dict[str, tuple[str, ...]] = {}
    for screen in walking.screens(page):
        if axe:
            walking.nothing_wrong(page)
        walking.fits_a_finger(page)
        walking.can_be_left(page)
        if screen not in {"start", "ready"}:
            chosen[screen] = walking.answer(page, SURVEY.item(screen), age)
    walking.send(page)
    if axe:
        walking.nothing_wrong(page)
    return {item: codes for item, codes in chosen.items() if codes}


def answered_on_one_page(page: Page, age: str) -> dict[str, tuple[str, ...]]:
    chosen = {}
    for item in SURVEY.items_for(age):
        if codes := walking.answer(page, item, age):
            chosen[item.code] = codes
    page.locator("#ready .send").click()
    walking.thanked(page)
    return chosen


@pytest.mark.parametrize("size", [SMALL_PHONE, LARGE_PHONE], ids=["320x568", "412x915"])
@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("age", AGES)
def test_every_age_is_answered_screen_by_screen_and_no_screen_breaks_a_rule(  # noqa: PLR0917  fixtures
    site: str,
    chromium: Browser,
    participation: Participation,
    keyring: Keyring,
    age: str,
    language: str,
    size: ViewportSize,
) -> None:
    [code] = some_codes(participation, age_version=age, language=language)
    phone = a_phone(chromium, size)
    page = phone.new_page()
    page.goto(f"{site}/s/{code}")

    chosen = answered_by_screens(page, age, axe=size is SMALL_PHONE)

    [(answers, words)] = kept(participation, keyring)
    assert answers == Answers(code, age, language, chosen)
    assert [idea.text for idea in words.ideas] == [walking.WRITTEN["idea"]]
    phone.close()


@pytest.mark.parametrize("size", [SMALL_PHONE, LARGE_PHONE], ids=["320x568", "412x915"])
@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("age", AGES)
def test_every_age_is_answered_on_one_page_without_script(  # noqa: PLR0917  fixtures
    site: str,
    chromium: Browser,
    participation: Participation,
    keyring: Keyring,
    age: str,
    language: str,
    size: ViewportSize,
) -> None:
    [code] = some_codes(participation, age_version=age, language=language)
    phone = a_phone(chromium, size, script=False)
    page = phone.new_page()
    page.goto(f"{site}/s/{code}")
    walking.fits_a_finger(page)

    chosen = answered_on_one_page(page, age)

    [(answers, _)] = kept(participation, keyring)
    assert answers == Answers(code, age, language, chosen)
    phone.close()


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("age", AGES)
def test_every_whole_form_breaks_no_rule(
    site: str, page_with_script_cut_out: Page, participation: Participation, age: str, language: str
) -> None:
    page = page_with_script_cut_out
    page.goto(f"{site}/s/{some_codes(participation, age_version=age, language=language)[0]}")
    for closed in reversed(page.locator("details:not([open]) summary").all()):
        closed.click()

    walking.nothing_wrong(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_answered_and_speaks_nothing_else(
    site: str,
    page: Page,
    participation: Participation,
    keyring: Keyring,
    language: str,
) -> None:
    [code] = some_codes(participation, age_version="8-11", language=language)
    page.goto(f"{site}/s/{code}")
    say = wording.of(language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", say.direction)
    expect(page.locator(".exit")).to_have_text(say["exit"])

    answered_by_screens(page, "8-11", axe=False)

    expect(page.get_by_role("heading", level=1)).to_have_text(say["thanks_title"])
    [(answers, _)] = kept(participation, keyring)
    assert answers.language == language


@pytest.mark.parametrize("age", AGES)
def test_every_age_needs_two_requests(
    site: str, phone: BrowserContext, participation: Participation, age: str
) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.method))
    page = phone.new_page()
    page.goto(f"{site}/s/{some_codes(participation, age_version=age)[0]}")

    walking.answer_all(page, SURVEY, age)
    walking.send(page)
    page.wait_for_load_state("networkidle")

    assert asked == ["GET", "POST"]


@pytest.mark.parametrize("age", AGES)
def test_every_age_is_answered_and_sent_with_keys_alone(
    site: str, page: Page, participation: Participation, keyring: Keyring, age: str
) -> None:
    page.goto(f"{site}/s/{some_codes(participation, age_version=age)[0]}")
    press = page.keyboard.press

    def tab_to(wanted: str) -> None:
        for _ in range(80):
            press("Tab")
            if page.evaluate(f"document.activeElement.matches('{wanted}')"):
                return
        raise AssertionError(f"the keyboard does not get to {wanted}")

    tab_to(".begin")
    press("Enter")
    answered = 0
    while (here := walking.here(page)) != "ready":
        item = SURVEY.item(here)
        if item.kind is not Kind.WORDS:
            tab_to(f"[name={here}]")
            press("Space")
            answered += 1
        tab_to(".next")
        press("Enter")
    tab_to("#ready .send")
    press("Enter")

    walking.thanked(page)
    [(answers, _)] = kept(participation, keyring)
    assert len(answers.chosen) == answered


def test_in_the_middle_of_a_language_nothing_of_it_is_lost_in_any_other(
    site: str, page: Page, participation: Participation, keyring: Keyring
) -> None:
    [code] = some_codes(participation, age_version="12-17")
    page.goto(f"{site}/s/{code}")
    walking.begin(page)
    page.locator("#safe label").first.click()
    walking.go_on(page)
    for language in [*LANGUAGES[1:], "en"]:
        if not page.locator(".look").evaluate("panel => panel.open"):
            page.locator(".look summary").click()
        page.locator(f".langs button[value={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert walking.here(page) == "respected"
        assert page.locator("#safe :checked").count() == 1


def test_a_slow_signal_is_said_to_be_sending_and_a_second_tap_waits(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    walking.begin(page)
    page.locator("#safe label").first.click()
    walking.to(page, "ready")
    waiting: list[Route] = []
    page.route(re.compile("/s/"), lambda route: waiting.append(route))  # noqa: PLW0108  Playwright marks the function

    page.locator("#ready .send").click()
    expect(page.locator("#ready .send")).to_have_text("Sending…")
    page.locator("#ready .send").click(force=True)  # though it says that it is not to be tapped
    page.wait_for_timeout(200)
    assert len(waiting) == 1
    waiting[0].continue_()

    walking.thanked(page)

"""A translator at work in a real browser: the string, its English, and the screen beside it."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from authorities.roles import Role
from feedback.models import Ballot
from surveys import translating
from surveys.models import Draft
from tests.authorities.factories import a_member
from tests.journeys.desks import DESK, sign_in
from tests.journeys.walking import answer_all, begin, here, nothing_wrong, to
from tests.surveys.factories import SOURCE, a_survey, a_translation
from tests.surveys.translations import a_draft, in_language

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHANGED = SOURCE.replace("Do we listen to you?", "Do we really listen to you?")


@pytest.fixture
def draft(site: str, phone: BrowserContext) -> Draft:
    """A draft of which one string is stale in Urdu; a translator is signed in."""
    draft = a_draft(CHANGED)
    in_language(draft, "ur", text=a_translation(a_survey(), "ur"))
    sign_in(phone, site, a_member(Role.TRANSLATOR))
    return draft


def test_a_stale_string_is_mended_beside_its_screen(site: str, page: Page, draft: Draft) -> None:
    page.set_viewport_size(DESK)
    page.goto(f"{site}/staff/", timeout=60_000)  # the first page of a cold server
    page.get_by_role("link", name="Translate surveys").click()
    nothing_wrong(page)
    page.get_by_role("link", name="Urdu").click()
    screen = page.frame_locator("iframe[name=phone]")
    expect(screen.locator("#listened legend")).to_be_visible()
    expect(page.locator("ins")).to_have_text("really ")
    nothing_wrong(page)

    page.get_by_label("Urdu").fill("کیا ہم واقعی سنتے ہیں؟")
    expect(page.get_by_label("Urdu")).to_be_focused()
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("status")).to_have_text("Saved. 1 changed and nothing is left to do.")
    expect(page.get_by_text("Somebody who did not write it")).to_be_visible()
    translation = draft.translations.get()
    assert all(each.is_done for each in translating.states_of(draft, translation.text))


def test_the_phone_turns_to_the_string_that_is_written_and_takes_no_key(
    site: str, page: Page, draft: Draft
) -> None:
    page.set_viewport_size(DESK)
    page.goto(f"{site}/staff/translating/{draft.pk}/ur/?show=all")
    screen = page.frame_locator("iframe[name=phone]")

    box = page.get_by_label(re.compile("Urdu: Question “idea”"))
    box.click()
    expect(screen.locator("#idea textarea")).to_be_visible()
    box.press_sequentially("abc")
    page.get_by_label(re.compile("Urdu: Question “topics”")).focus()
    expect(screen.locator("#topics legend")).to_be_visible()

    assert box.input_value().count("abc") == 1
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["", "{}/", "{}/ur/", "{}/ur/?show=all"])
def test_each_page_is_sound_on_a_small_phone_and_on_a_desk(
    width: int, path: str, site: str, page: Page, draft: Draft
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}/staff/translating/{path.format(draft.pk)}")

    nothing_wrong(page)


def test_two_translators_lose_nothing(site: str, phone: BrowserContext, draft: Draft) -> None:
    address = f"{site}/staff/translating/{draft.pk}/ur/"
    first, second = phone.new_page(), phone.new_page()
    for page, words in ((first, "First"), (second, "Second")):
        page.goto(address)
        page.get_by_label("Urdu").fill(words)

    first.get_by_role("button", name="Save all on this page").click()
    second.get_by_role("button", name="Save all on this page").click()

    expect(second.get_by_role("alert")).to_contain_text("Somebody else was quicker")
    expect(second.locator("blockquote")).to_have_text("First")
    expect(second.get_by_label("Yours, in Urdu")).to_have_value("Second")
    nothing_wrong(second)


def test_a_preview_is_answered_to_the_end_and_keeps_nothing(
    site: str, page: Page, draft: Draft
) -> None:
    page.goto(f"{site}/staff/surveys/drafts/{draft.pk}/preview/?age=12-17")
    nothing_wrong(page)
    answer_all(page, a_survey(CHANGED), "12-17")
    page.locator("#keep").evaluate("box => { box.checked = true; box.onchange() }")

    page.locator("#ready .send").click()

    expect(page.locator("main[data-kept]")).to_be_visible()
    expect(page.get_by_text("Nothing is sent or kept.")).to_be_visible()
    assert Ballot.objects.count() == 0
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_in_a_preview_languages_back_and_the_way_out_stay_in_it(
    site: str, page: Page, draft: Draft
) -> None:
    page.goto(f"{site}/staff/surveys/drafts/{draft.pk}/preview/?age=12-17&item=idea")
    assert here(page) == "idea"
    page.locator(".look summary").click()
    page.get_by_role("button", name="اردو").click()
    expect(page.locator("#idea label")).to_have_text("[ur] What would make it better?")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")

    page.locator(".go .back").click()
    expect(page.locator("#start")).to_be_visible()
    begin(page)
    to(page, "listened")
    page.locator(".exit").click()

    # The desk's page is still there, and the preview begins anew.
    expect(page.locator("#idea label")).to_have_text("What would make it better?")
    assert "/preview/" in page.url


def test_a_preview_can_be_read_without_script(
    site: str, page_without_script: Page, draft: Draft
) -> None:
    page = page_without_script
    sign_in(page.context, site, draft.made_by)

    page.goto(f"{site}/staff/surveys/drafts/{draft.pk}/preview/?age=12-17&language=ur")
    page.locator("#safe label").first.click()
    page.locator("#ready .send").click()

    expect(page.locator("main[data-kept]")).to_be_visible()

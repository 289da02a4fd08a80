"""Before anything is sent: help where words may tell of harm, and a hint where they tell who."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import asked_today, kept, the_core
from tests.journeys import walking
from tests.surveys.factories import some_codes

pytestmark = pytest.mark.browser


@pytest.fixture
def participation(site: str, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=the_core())


@pytest.fixture
def at_the_idea(site: str, page: Page, participation: Participation) -> Page:
    page.goto(f"{site}/s/{some_codes(participation, age_version='8-11')[0]}")
    walking.to(page, "idea")
    return page


def write(page: Page, text: str) -> None:
    page.locator("#idea textarea").fill(text)
    walking.go_on(page)


def test_words_that_may_tell_of_harm_bring_up_help_and_the_choice_to_go_on(
    phone: BrowserContext, at_the_idea: Page, participation: Participation, keyring: Keyring
) -> None:
    page, asked = at_the_idea, list[str]()
    phone.on("request", lambda request: asked.append(request.url))

    write(page, "my dad hits me")

    expect(page.get_by_role("heading", name="Are you OK?")).to_be_focused()
    notice = page.locator(".notice")
    expect(notice.get_by_role("link", name="Call 0800 1111")).to_be_visible()
    expect(notice.get_by_role("link", name="Ask someone to contact me")).to_be_visible()
    walking.nothing_wrong(page)
    walking.can_be_left(page)
    assert asked == []  # nobody is told; it is for the child alone
    page.get_by_role("button", name="Go on").click()
    assert walking.here(page) == "topics"
    walking.to(page, "ready")
    walking.send(page)
    [(_, words)] = kept(participation, keyring)
    assert [idea.text for idea in words.ideas] == ["my dad hits me"]


@pytest.mark.slow
def test_words_that_could_tell_who_wrote_them_are_asked_about_gently(at_the_idea: Page) -> None:
    page = at_the_idea

    write(page, "Ask Miss Patel or call me on 07700 900123")

    expect(page.get_by_role("heading", name="This might tell people who you are")).to_be_focused()
    expect(page.locator(".notice li")).to_have_count(2)
    expect(page.locator(".notice")).to_contain_text("07700 900123")
    walking.nothing_wrong(page)
    page.get_by_role("button", name="Change what I wrote").click()
    expect(page.locator("#idea textarea")).to_be_focused()
    write(page, "Ask my teacher")
    assert walking.here(page) == "topics"


@pytest.mark.slow
def test_what_was_let_stand_is_not_asked_about_again_until_it_changes(at_the_idea: Page) -> None:
    page = at_the_idea
    write(page, "Ask Miss Patel")
    page.get_by_role("button", name="Leave it as it is").click()
    assert walking.here(page) == "topics"

    page.go_back()
    walking.go_on(page)
    assert walking.here(page) == "topics"
    page.go_back()
    write(page, "Ask Miss Patel and Miss Khan")
    assert walking.here(page) == "notice"


@pytest.mark.slow
def test_it_is_looked_at_once_more_before_it_is_sent(at_the_idea: Page) -> None:
    """By the browser's own "forward" one can get past the question."""
    page = at_the_idea
    walking.to(page, "ready")
    page.evaluate("document.querySelector('#idea textarea').value = 'he hits me'")

    page.locator("#ready .send").click()

    expect(page.get_by_role("heading", name="Are you OK?")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    walking.thanked(page)


def test_who_can_see_this_is_said_wherever_words_are_asked_for(
    page_without_script: Page, site: str, participation: Participation
) -> None:
    page = page_without_script
    page.goto(f"{site}/s/{some_codes(participation)[0]}")

    boxes = page.locator("section:has(textarea)")

    assert boxes.count() == 2
    for box in boxes.all():
        box.get_by_text("Who can see this?").click()
        expect(box.get_by_text("not for your council")).to_be_visible()

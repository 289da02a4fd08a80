"""What "Leave now" leaves behind, from every screen: in the history, in storage, in caches."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from surveys import inviting
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import asked_today, the_core
from tests.journeys import walking
from tests.surveys.factories import some_codes

pytestmark = pytest.mark.browser

BEFORE = "about:blank"


@pytest.fixture
def participation(site: str, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=the_core())


@pytest.fixture(autouse=True)
def elsewhere(site: str, settings: Settings) -> str:
    """A page on another site, as the weather is; but no test leaves this machine."""
    address = f"{site.replace('127.0.0.1', 'localhost')}/health/live"
    settings.HEARD_EXIT_ADDRESS = address
    return address


def away(page: Page) -> None:
    page.wait_for_url("http://localhost:*/health/live")


def nothing_is_left(page: Page, site: str, address: str) -> None:
    """Neither Back nor Forward shows a page of ours, and the browser keeps nothing of it."""
    page.go_back()
    assert page.url.endswith(("/health/live", BEFORE))
    page.go_forward()
    assert page.url.endswith(("/health/live", BEFORE))
    page.goto(f"{site}/health/live")  # a page of ours that runs nothing
    left = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,"
        " (await indexedDB.databases()).length,"
        " (await navigator.serviceWorker.getRegistrations()).length]"
    )
    assert left == [0, 0, 0, 0, 0]
    page.goto(address)
    assert page.locator("#f :checked").count() == 0
    assert page.locator("textarea").first.input_value() == ""


def kept_and_answered(page: Page) -> None:
    """Keeps its answers on the phone, and answers one."""
    page.locator("#keep").check()
    walking.begin(page)
    page.locator("#safe label").first.click()


def noticed(page: Page) -> None:
    walking.to(page, "idea")
    page.locator("#idea textarea").fill("He hits me")
    walking.go_on(page)
    assert walking.here(page) == "notice"


def not_arrived(page: Page) -> None:
    walking.to(page, "ready")
    page.route("**/s/**", lambda route: route.abort())
    page.locator("#ready .send").click()
    expect(page.locator(".trouble")).to_be_visible()
    page.unroute("**/s/**")


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(lambda page: None, id="the first question"),
        pytest.param(lambda page: walking.to(page, "idea"), id="words", marks=pytest.mark.slow),
        pytest.param(noticed, id="a warning", marks=pytest.mark.slow),
        pytest.param(lambda page: walking.to(page, "ready"), id="ready", marks=pytest.mark.slow),
        pytest.param(not_arrived, id="not arrived"),
    ],
)
def test_whoever_leaves_leaves_nothing_behind(
    site: str, page: Page, participation: Participation, then: Callable[[Page], None]
) -> None:
    address = f"{site}/s/{some_codes(participation)[0]}"
    page.goto(BEFORE)
    page.goto(address)
    kept_and_answered(page)
    then(page)
    assert page.evaluate("localStorage.length") == 1

    page.locator(".exit").click()

    away(page)
    nothing_is_left(page, site, address)


@pytest.mark.slow
def test_from_every_screen_there_is_a_way_out_that_leaves_nothing_behind(
    site: str, page: Page, participation: Participation
) -> None:
    [code] = some_codes(participation, age_version="8-11")
    address = f"{site}/s/{code}"
    page.goto(address)
    screens = list(walking.screens(page))
    for screen in screens:
        page.goto(BEFORE)
        page.goto(address)
        if screen != "start":
            kept_and_answered(page)
            walking.to(page, screen)

        walking.can_be_left(page)
        page.locator(".exit").click()

        away(page)
        nothing_is_left(page, site, address)


@pytest.mark.slow
def test_after_sending_and_from_the_small_pages_one_leaves_as_well(
    site: str, page: Page, participation: Participation
) -> None:
    link = inviting.make_open_link(participation=participation).slug
    codes = some_codes(participation, 2)
    page.goto(BEFORE)
    page.goto(f"{site}/s/{codes[0]}")
    kept_and_answered(page)
    walking.to(page, "ready")
    walking.send(page)
    page.locator(".exit").click()
    away(page)
    nothing_is_left(page, site, f"{site}/s/{codes[1]}")

    for address in ("/", f"/o/{link}", "/s/wrong"):
        page.goto(BEFORE)
        page.goto(site + address)
        page.locator(".exit").click()
        away(page)
        page.go_back()
        assert page.url.endswith(("/health/live", BEFORE))


@pytest.mark.slow
def test_who_came_by_the_page_for_codes_or_by_a_poster_goes_back_to_neither(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(BEFORE)
    page.goto(site)
    page.get_by_label("Type the code").fill(some_codes(participation)[0])
    page.get_by_role("button", name="Start").click()
    walking.begin(page)
    page.locator(".exit").click()
    away(page)
    page.go_back()
    page.go_back()
    assert page.url == BEFORE

    page.goto(f"{site}/o/{inviting.make_open_link(participation=participation).slug}")
    page.get_by_role("link", name="12 to 17").click()
    walking.begin(page)
    page.locator(".exit").click()
    away(page)
    page.go_back()
    page.go_back()
    assert page.url == BEFORE


def test_whoever_leaves_one_page_leaves_those_beside_it_too(
    site: str, phone: BrowserContext, page: Page, participation: Participation
) -> None:
    """Help opens beside the survey: what was answered there is one swipe away."""
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    kept_and_answered(page)
    beside = phone.new_page()
    beside.goto(site)

    beside.locator(".exit").click()

    away(beside)
    away(page)


def test_the_screen_is_blank_before_anything_else_happens(
    site: str, page: Page, participation: Participation
) -> None:
    """On a slow line the next page takes seconds: nobody shall see the answers meanwhile."""
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    kept_and_answered(page)

    blank = page.evaluate(
        "() => { document.querySelector('.exit').click();"
        " return [document.body.innerText, document.title, localStorage.length] }"
    )

    assert blank == ["", "…", 0]
    away(page)


@pytest.mark.slow
def test_without_a_network_it_does_not_show_where_one_was(
    site: str, phone: BrowserContext, page: Page, participation: Participation, elsewhere: str
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    kept_and_answered(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    phone.set_offline(True)

    page.locator(".exit").click()
    page.wait_for_timeout(500)

    assert asked == [elsewhere]


def test_without_script_it_leads_away_and_tells_the_browser_to_forget(
    site: str, page_without_script: Page, participation: Participation
) -> None:
    page = page_without_script
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    expect(page.get_by_text("“Back” would show this page again.")).to_be_attached()

    with page.expect_response("**/leave") as left:
        page.locator(".exit").click()

    assert left.value.all_headers()["clear-site-data"] == '"cache", "storage"'
    away(page)

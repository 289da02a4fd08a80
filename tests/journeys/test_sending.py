"""Poor signal: what a child is told, what arrives, and what stays on the phone meanwhile."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread

import pytest
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from playwright.sync_api import BrowserContext, CDPSession, Page, Route, expect
from pytest_django import Settings
from waitress import create_server  # type: ignore[import-untyped]  # it brings no types

from feedback.models import Ballot
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import asked_today, kept, the_core
from tests.journeys import walking
from tests.surveys.factories import some_codes

pytestmark = pytest.mark.browser

STORED = (
    "async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,"
    " (await navigator.serviceWorker.getRegistrations()).length]"
)


@pytest.fixture
def participation(site: str, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=the_core())


@pytest.fixture
def address(site: str, participation: Participation) -> str:
    return f"{site}/s/{some_codes(participation)[0]}"


def answered(page: Page, address: str) -> None:
    """One answer, and "Ready?"."""
    page.goto(address)
    walking.begin(page)
    page.locator("#safe label").first.click()
    walking.to(page, "ready")


def tap_send(page: Page) -> None:
    page.locator("#ready .send").click()


# --- the signal goes -----------------------------------------------------------------------------


@pytest.mark.slow
def test_without_a_signal_between_any_two_screens_nothing_is_noticed(
    phone: BrowserContext, page: Page, address: str, participation: Participation, keyring: Keyring
) -> None:
    page.goto(address)
    for number, _ in enumerate(walking.screens(page)):
        phone.set_offline(number % 2 == 0)
        if walking.here(page) == "safe":
            page.locator("#safe label").first.click()
    phone.set_offline(False)

    walking.send(page)

    [(answers, _)] = kept(participation, keyring)
    assert answers.chosen == {"safe": ("yes",)}


def test_without_a_signal_it_says_that_it_has_not_arrived_and_tries_again_by_itself(
    phone: BrowserContext, page: Page, address: str
) -> None:
    answered(page, address)
    phone.set_offline(True)
    tap_send(page)

    expect(page.locator(".trouble")).to_contain_text("It has not arrived yet")
    expect(page.locator("main[data-kept]")).to_have_count(0)
    walking.nothing_wrong(page)
    walking.fits_a_finger(page)
    assert page.evaluate(STORED) == [0, 0, 0, 0]
    phone.set_offline(False)

    walking.thanked(page)
    assert Ballot.objects.count() == 1


@pytest.mark.slow
def test_whoever_goes_back_to_change_an_answer_is_not_sent_before_they_are_done(
    phone: BrowserContext, page: Page, address: str
) -> None:
    answered(page, address)
    phone.set_offline(True)
    tap_send(page)
    expect(page.locator(".trouble")).to_be_visible()

    page.locator(".go .back").click()
    phone.set_offline(False)
    page.wait_for_timeout(2_500)  # longer than it waits before it tries again

    assert Ballot.objects.count() == 0
    walking.to(page, "ready")
    walking.send(page)


def test_a_second_tap_sends_nothing_more(page: Page, address: str) -> None:
    answered(page, address)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))

    page.evaluate(
        "() => { const send = document.querySelector('#ready .send');"
        " send.click(); send.click(); send.click() }"
    )

    walking.thanked(page)
    assert sent == ["POST"]
    assert Ballot.objects.count() == 1


@pytest.mark.slow
def test_what_arrived_without_its_thanks_is_sent_again_and_counts_once(
    page: Page, address: str
) -> None:
    answered(page, address)
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    page.route("**/s/**", lose_the_first_answer)
    tap_send(page)

    walking.thanked(page)
    assert "data-kept" in lost[0]
    assert Ballot.objects.count() == 1


@pytest.mark.slow
def test_the_sign_in_page_of_a_hotel_is_not_taken_for_our_thanks(page: Page, address: str) -> None:
    answered(page, address)
    page.route(
        "**/s/**",
        lambda route: route.fulfill(content_type="text/html", body="<main>Welcome!</main>"),
    )
    tap_send(page)

    expect(page.locator(".trouble")).to_contain_text("It has not arrived yet")
    page.unroute("**/s/**")
    page.locator(".again").click()
    walking.thanked(page)


@pytest.mark.slow
def test_a_server_that_is_busy_is_tried_again(page: Page, address: str) -> None:
    answered(page, address)
    busy = iter([True])

    def answer(route: Route) -> None:
        if next(busy, False):
            route.fulfill(status=503, content_type="text/html", body="<nav class=safe></nav>")
        else:
            route.continue_()

    page.route("**/s/**", answer)
    tap_send(page)

    expect(page.locator(".trouble")).to_contain_text("It has not arrived yet")
    walking.thanked(page)


@pytest.mark.slow
def test_a_survey_that_ended_meanwhile_says_so_and_the_answers_stay_on_the_screen(
    page: Page, address: str, participation: Participation
) -> None:
    answered(page, address)
    wave = participation.wave
    wave.closes_on = timezone.localdate() - timedelta(1)
    wave.save()

    tap_send(page)

    expect(page.locator(".trouble")).to_contain_text("This survey has ended")
    expect(page.locator(".sum li").first).to_contain_text("Yes, fully")
    walking.nothing_wrong(page)
    assert Ballot.objects.count() == 0


# --- "Send it later from this phone" -------------------------------------------------------------


class Outage:
    """A server of this test alone, which goes and comes back at the same address.

    The browser's own "offline" does not reach service workers, so here it is the server that is
    away, as for a phone without a signal.
    """

    def __init__(self) -> None:
        self.port = 0
        self.up()

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        self._map: dict[int, object] = {}
        self._server = create_server(
            get_wsgi_application(), host="127.0.0.1", port=self.port, threads=2, map=self._map
        )
        self.port = self._server.effective_port
        self._thread = Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def down(self) -> None:
        self._server.task_dispatcher.shutdown()
        self._server.close()
        for channel in list(self._map.values()):
            channel.close()  # type: ignore[attr-defined]  # a waitress channel or trigger
        self._thread.join(timeout=5)


@pytest.fixture
def outage(site: str) -> Iterator[Outage]:
    server = Outage()
    yield server
    server.down()


def workers_of(session: CDPSession) -> list[str]:
    """The ids of the service workers' registrations, as they come."""
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(each["registrationId"] for each in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    return found


def wait_until(page: Page, true: Callable[[], bool]) -> None:
    for _ in range(300):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come about in half a minute")


@pytest.mark.slow
def test_without_a_signal_later_is_past_choosing_and_the_page_says_what_is_true(
    outage: Outage, page: Page, participation: Participation
) -> None:
    answered(page, f"{outage.site}/s/{some_codes(participation)[0]}")
    outage.down()
    tap_send(page)

    page.locator("#ready .later button").click()

    expect(page.locator("#ready .later button")).to_be_hidden()
    expect(page.locator(".trouble")).to_contain_text("Keep this page open")
    assert page.evaluate(STORED) == [0, 0, 0, 0]
    outage.up()
    walking.thanked(page)


@pytest.mark.slow
def test_where_we_are_busy_choosing_later_loses_nothing(page: Page, address: str) -> None:
    answered(page, address)
    page.route("**/s/**", lambda route: route.fulfill(status=503, body=""))
    tap_send(page)

    page.locator("#ready .later button").click()

    page.unroute("**/s/**")
    # By the worker, or by the page itself where the worker was too slow to be had.
    wait_until(page, lambda: Ballot.objects.count() == 1)


@pytest.mark.slow
def test_later_is_the_childs_choice_and_arrives_after_the_page_was_closed(
    outage: Outage, phone: BrowserContext, page: Page, participation: Participation
) -> None:
    page.goto(f"{outage.site}/s/{some_codes(participation)[0]}")
    assert page.evaluate(STORED) == [0, 0, 0, 0]
    page.get_by_label("No signal?").check()
    walking.begin(page)
    page.locator("#safe label").first.click()
    walking.to(page, "ready")
    wait_until(page, lambda: bool(page.evaluate(STORED) == [0, 0, 0, 1]))
    outage.down()

    tap_send(page)
    expect(page.locator(".trouble")).to_contain_text("We try to send it when there is a signal")
    assert page.evaluate(STORED) == [0, 0, 1, 1]
    page.close()
    outage.up()
    other = phone.new_page()
    session = phone.new_cdp_session(other)
    registrations = workers_of(session)
    other.goto(f"{outage.site}/health/live")
    wait_until(other, lambda: bool(registrations))
    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": outage.site,
            "registrationId": registrations[0],
            "tag": "heard",
            "lastChance": False,
        },
    )

    wait_until(other, lambda: Ballot.objects.count() == 1)
    wait_until(other, lambda: other.evaluate(STORED) == [0, 0, 0, 0])


@pytest.mark.slow
def test_whoever_leaves_takes_what_would_have_been_sent_later_along(
    outage: Outage, page: Page, participation: Participation, settings: Settings
) -> None:
    settings.HEARD_EXIT_ADDRESS = f"{outage.site.replace('127.0.0.1', 'localhost')}/health/live"
    page.goto(f"{outage.site}/s/{some_codes(participation)[0]}")
    page.get_by_label("No signal?").check()
    walking.begin(page)
    page.locator("#safe label").first.click()
    walking.to(page, "ready")
    wait_until(page, lambda: bool(page.evaluate(STORED) == [0, 0, 0, 1]))
    outage.down()
    tap_send(page)
    expect(page.locator(".trouble")).to_contain_text("We try to send it when there is a signal")
    outage.up()

    page.locator(".exit").click()
    page.wait_for_url("http://localhost:*/health/live")
    page.goto(f"{outage.site}/health/live")

    assert page.evaluate(STORED) == [0, 0, 0, 0]
    assert Ballot.objects.count() == 0


# --- "Keep my answers on this phone until I come back" -------------------------------------------


def test_nothing_is_kept_on_the_phone_unless_the_child_asks(page: Page, address: str) -> None:
    page.goto(address)
    walking.begin(page)
    page.locator("#safe label").first.click()

    assert page.evaluate(STORED) == [0, 0, 0, 0]
    page.reload()
    walking.begin(page)
    assert page.locator("#safe :checked").count() == 0


def test_what_the_child_asked_to_be_kept_is_there_again_and_wiped_once_it_is_sent(
    page: Page, address: str, participation: Participation, keyring: Keyring
) -> None:
    page.goto(address)
    page.get_by_label("Keep my answers on this phone").check()
    walking.begin(page)
    page.locator("#safe label").first.click()
    walking.to(page, "idea")
    page.locator("#idea textarea").fill("Longer visits")
    page.goto("about:blank")

    page.goto(address)

    expect(page.get_by_text("Your answers are still here")).to_be_visible()
    expect(page.get_by_label("Keep my answers on this phone")).to_be_checked()
    walking.to(page, "ready")
    walking.send(page)
    assert page.evaluate(STORED) == [0, 0, 0, 0]
    [(answers, words)] = kept(participation, keyring)
    assert answers.chosen == {"safe": ("yes",)}
    assert [idea.text for idea in words.ideas] == ["Longer visits"]


def test_a_child_who_thinks_again_has_it_wiped_at_once(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Keep my answers on this phone").check()
    walking.begin(page)
    page.locator("#safe label").first.click()
    page.go_back()

    page.get_by_label("Keep my answers on this phone").uncheck()

    assert page.evaluate(STORED) == [0, 0, 0, 0]


@pytest.mark.slow
def test_another_code_on_the_same_phone_sees_nothing_of_it(
    site: str, page: Page, participation: Participation
) -> None:
    one, other = some_codes(participation, 2)
    page.goto(f"{site}/s/{one}")
    page.get_by_label("Keep my answers on this phone").check()
    walking.begin(page)
    page.locator("#safe label").first.click()

    page.goto(f"{site}/s/{other}")

    assert page.locator("#f :checked").count() == 0
    expect(page.get_by_label("Keep my answers on this phone")).not_to_be_checked()


def test_what_was_kept_is_wiped_when_the_page_is_opened_after_the_wave(
    page: Page, address: str, participation: Participation
) -> None:
    page.goto(address)
    page.get_by_label("Keep my answers on this phone").check()
    wave = participation.wave
    wave.closes_on = timezone.localdate() - timedelta(1)
    wave.save()

    page.goto(address)

    expect(page.get_by_role("heading", name="This survey has ended")).to_be_visible()
    assert page.evaluate(STORED) == [0, 0, 0, 0]

"""Watching a wave, and what goes out on paper, in a real browser: phone, desk, keyboard."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import BrowserContext, Page, expect

from authorities.roles import Role
from feedback.models import Batch, Channel
from surveys import fielding, inviting, jobs
from surveys.models import Participation
from tests.authorities.factories import a_member
from tests.journeys.desks import DESK, sign_in
from tests.journeys.walking import nothing_wrong
from tests.surveys.factories import READY, an_authority, an_open_wave, some_codes

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def part(site: str) -> Participation:
    """Leeds, with codes and replies, in a wave that York has joined and is not ready for."""
    today = localdate()
    leeds = an_authority("Leeds", gss_code="E08000035")
    wave = an_open_wave(
        leeds,
        slug="now",
        opens_on=today - timedelta(days=20),
        closes_on=today + timedelta(days=40),
    )
    fielding.join(wave=wave, authority=an_authority("York"), **{**READY, "eligible": {}})
    found = wave.participations.select_related("wave", "authority", "version").get(authority=leeds)
    some_codes(found, 60)
    Batch.objects.create(
        wave=wave,
        participation=found,
        area=leeds.gss_code,
        channel=Channel.INVITED,
        mixed_on=today,
        size=22,
    )
    return found


@pytest.fixture
def administrator(part: Participation, site: str, phone: BrowserContext) -> None:
    sign_in(phone, site, a_member(Role.NATIONAL_ADMINISTRATOR))


@pytest.mark.parametrize("wide", [False, True], ids=["phone", "desk"])
@pytest.mark.usefixtures("administrator")
def test_no_page_breaks_a_rule_at_320_pixels_or_at_a_desk(
    part: Participation, site: str, page: Page, *, wide: bool
) -> None:
    inviting.make_open_link(participation=part)
    if wide:
        page.set_viewport_size(DESK)
    for address in (
        "/staff/watch/",
        "/staff/watch/now/",
        "/staff/watch/now/?state=not+ready",
        "/staff/watch/now/?q=nowhere",
        "/staff/watch/now/E08000035/",
        "/staff/progress/E08000035/",
        "/staff/print/",
        "/staff/print/now/E08000035/",
        "/staff/work/",
    ):
        page.goto(f"{site}{address}")
        expect(page.locator("h1")).to_be_visible()
        nothing_wrong(page)


@pytest.mark.usefixtures("administrator")
def test_whoever_has_no_mouse_sorts_filters_and_writes(
    part: Participation, site: str, page: Page
) -> None:
    a_member(Role.COORDINATOR, part.authority)
    page.goto(f"{site}/staff/watch/now/")

    page.get_by_role("link", name="Codes made").focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Codes made ▲")
    page.get_by_label("Name").focus()
    page.keyboard.type("leeds")
    page.keyboard.press("Enter")
    expect(page.locator("table.watching tbody tr")).to_have_count(1)
    page.get_by_label("Subject").focus()
    page.keyboard.type("Well done")
    page.keyboard.press("Tab")
    page.keyboard.type("A third have answered.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("Sent to 1 coordinator of 1 authority.")


@pytest.mark.usefixtures("administrator")
def test_what_is_missing_in_a_message_is_said_first(site: str, page: Page) -> None:
    page.goto(f"{site}/staff/watch/now/")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("alert")).to_contain_text("Write the message.")
    nothing_wrong(page)


@pytest.mark.usefixtures("administrator")
def test_letters_are_asked_for_watched_as_they_are_made_and_fetched(
    part: Participation, site: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = jobs.run
    waiting: list[int] = []

    def wait(job_id: int, **_: object) -> bool:
        waiting.append(job_id)
        return False

    monkeypatch.setattr(jobs, "run", wait)
    page.goto(f"{site}/staff/print/now/E08000035/")
    page.get_by_label("How many?").fill("3")
    page.get_by_label("Why are these not sent").fill("No addresses are held.")
    page.get_by_role("button", name="Make them").click()
    expect(page.get_by_role("status")).to_contain_text("0 of 3 letters")
    nothing_wrong(page)

    from django.utils.timezone import now  # noqa: PLC0415  the clock of the worker

    made(waiting[0], clock=now)

    expect(page.get_by_role("status")).to_contain_text("3 letters are ready to print")
    nothing_wrong(page)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Fetch the files").click()
    assert fetched.value.suggested_filename.endswith(".zip")

"""Releasing a wave, and marking what changed, in a real browser: phone, desk, keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from analytics import events, publishing, releasing, releasing_jobs
from analytics.models import Release
from analytics.releasing_jobs import CHECK, END, PART, PREPARE
from authorities.models import Authority, User
from authorities.roles import Role
from surveys import jobs
from surveys.keyring import Keyring
from surveys.models import Job, Wave
from tests.analytics.closed_waves import a_counted_wave, checked, over_by_the_clock, prepared
from tests.authorities.factories import a_member
from tests.journeys.desks import DESK, sign_in
from tests.journeys.walking import nothing_wrong

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = pytest.mark.parametrize("wide", [False, True], ids=["phone", "desk"])


@pytest.fixture
def wave(site: str, keyring: Keyring) -> Wave:
    return over_by_the_clock(a_counted_wave())


@pytest.fixture
def administrator(site: str, phone: BrowserContext) -> User:
    user = a_member(Role.NATIONAL_ADMINISTRATOR)
    sign_in(phone, site, user)
    return user


def look(page: Page, site: str, wave: Wave) -> None:
    page.goto(f"{site}/staff/releases/{wave.slug}/")
    expect(page.locator("h1")).to_be_visible()
    for details in page.locator("details").all():
        details.evaluate("each => { each.open = true }")
    nothing_wrong(page)


def signed_off(release: Release, *people: User) -> None:
    for person in people:
        publishing.sign_off(release=release, by=person, now=timezone.now())


@WIDTHS
@pytest.mark.usefixtures("no_worker")
def test_no_page_breaks_a_rule_at_any_step(
    wave: Wave, administrator: User, site: str, page: Page, *, wide: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if wide:
        page.set_viewport_size(DESK)
    page.goto(f"{site}/staff/releases/")
    nothing_wrong(page)
    look(page, site, wave)

    job = releasing_jobs.ask(wave=wave, by=administrator)
    look(page, site, wave)
    jobs.run(job.pk, clock=timezone.now)
    look(page, site, wave)
    Job.objects.filter(kind=PART).update(state="failed", words="It failed.", ended_at=job.asked_at)
    look(page, site, wave)

    release = checked(wave, now=timezone.now())
    publishing.let_see_early(
        release=release,
        name="Ada Byron",
        role="Minister",
        organisation="Department for Education",
        reason="To answer in Parliament on the day.",
        by=administrator,
        now=timezone.now(),
    )
    look(page, site, wave)
    signed_off(release, administrator, a_member(Role.NATIONAL_ADMINISTRATOR))
    look(page, site, wave)
    at = timezone.now() + timedelta(days=3)
    publishing.schedule(release=release, at=at, by=administrator, now=timezone.now())
    look(page, site, wave)
    publishing.publish(release=release, by=administrator, now=timezone.now())
    look(page, site, wave)
    page.goto(f"{site}/staff/releases/")
    nothing_wrong(page)


@WIDTHS
def test_no_page_on_what_was_found_breaks_a_rule(
    wave: Wave, administrator: User, site: str, page: Page, *, wide: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    found = "from what is shown a reader can tell that how many answered is between 3 and 5."
    monkeypatch.setattr(releasing, "found_in", lambda *_: [f"E12000001, safe, age:8-11: {found}"])
    release = prepared(wave, now=timezone.now())
    if wide:
        page.set_viewport_size(DESK)
    page.goto(f"{site}/staff/releases/{wave.slug}/")

    page.get_by_role("button", name="Check it").click()

    expect(page.get_by_role("heading", name="What the check found")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("between 3 and 5")
    nothing_wrong(page)
    release.refresh_from_db()
    assert release.checked_at is None


@pytest.mark.usefixtures("administrator", "no_worker")
def test_whoever_has_no_mouse_prepares_a_release_and_watches_it_being_made(
    wave: Wave, site: str, page: Page
) -> None:
    page.goto(f"{site}/staff/releases/{wave.slug}/")
    page.get_by_role("button", name="Prepare the release").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#so-far")).to_have_text("It waits for a worker.")

    jobs.run(Job.objects.get(kind=PREPARE).pk, clock=timezone.now)
    total = Job.objects.filter(kind=PART).count()
    expect(page.locator("#so-far")).to_contain_text(f"0 of {total} parts")
    first, *others = jobs.due(now=timezone.now())
    jobs.run(first, clock=timezone.now)
    expect(page.locator("#so-far")).to_contain_text(f"1 of {total} parts")
    for each in others:
        jobs.run(each, clock=timezone.now)
    expect(page.get_by_text("Checking what a reader could work out")).to_be_visible()
    jobs.run(Job.objects.get(kind=CHECK).pk, clock=timezone.now)
    first, *others = jobs.due(now=timezone.now())
    jobs.run(first, clock=timezone.now)
    expect(page.locator("#so-far")).to_contain_text(f"1 of {1 + len(others)} questions")
    for each in others:
        jobs.run(each, clock=timezone.now)
    jobs.run(Job.objects.get(kind=END).pk, clock=timezone.now)

    expect(page.get_by_role("button", name="I have read it: sign it off")).to_be_visible()
    nothing_wrong(page)


def test_two_people_sign_off_and_say_when_it_comes_out(
    wave: Wave, administrator: User, site: str, phone: BrowserContext, page: Page
) -> None:
    release = checked(wave, now=timezone.now())
    signed_off(release, a_member(Role.NATIONAL_ADMINISTRATOR))
    page.goto(f"{site}/staff/releases/{wave.slug}/")

    page.get_by_role("button", name="I have read it: sign it off").click()
    expect(page.get_by_role("status")).to_have_text("You have signed it off.")
    expect(page.get_by_label("Time")).to_have_value("09:30")
    page.get_by_label("Day").fill("2020-01-02")
    page.get_by_role("button", name="Let it come out then").click()
    expect(page.get_by_role("alert")).to_contain_text("That time is over.")
    nothing_wrong(page)
    page.get_by_label("Day").fill("2999-01-03")
    page.get_by_role("button", name="Let it come out then").click()
    expect(page.get_by_role("status")).to_contain_text("09:30 on Thursday, 3 January 2999")
    page.get_by_text("Publish it now instead").click()
    page.get_by_role("button", name="Publish it now").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick that you know it stays")
    nothing_wrong(page)
    page.get_by_role("link", name="Tick that you know it stays").click()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Publish it now").click()

    expect(page.get_by_role("status")).to_contain_text("is published.")
    release.refresh_from_db()
    assert release.published_by == administrator


@WIDTHS
def test_a_planner_marks_what_changed(
    wave: Wave, site: str, phone: BrowserContext, page: Page, *, wide: bool
) -> None:
    leeds = Authority.objects.get(name="Leeds")
    planner = a_member(Role.PLANNER, leeds)
    sign_in(phone, site, planner)
    if wide:
        page.set_viewport_size(DESK)
    page.goto(f"{site}/staff/")
    page.get_by_role("link", name="Leeds").last.click()
    page.goto(f"{site}/staff/events/{leeds.gss_code}/")
    nothing_wrong(page)

    page.get_by_role("button", name="Mark it").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what happened")
    nothing_wrong(page)
    page.get_by_label("Day").fill("2026-09-01")
    page.get_by_label("What happened").fill("New duty team")
    page.get_by_label("It changed for good").check()
    page.get_by_role("button", name="Mark it").click()
    expect(page.get_by_role("status")).to_contain_text("It is marked.")
    expect(page.locator("tbody tr")).to_contain_text("anew from there")
    nothing_wrong(page)
    page.get_by_role("button", name="Take away New duty team").click()

    expect(page.get_by_role("status")).to_contain_text("It is taken away.")
    assert not events.of_authority(leeds).exists()

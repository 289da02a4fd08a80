"""Subscribing in a real browser, on a small phone: ask, confirm, read, end it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from analytics import subscribing
from analytics.models import Notice, Release, Subscription
from analytics.signals import release_published
from authorities.models import Authority
from authorities.roles import Role
from surveys import core
from surveys.keyring import Keyring
from tests.analytics.reports import a_story
from tests.analytics.subscribers import a_subscriber, announced, links
from tests.authorities.factories import PASSWORD, a_membership, a_person, an_authority
from tests.journeys.signing_in import sign_in
from tests.journeys.walking import seen
from tests.surveys.factories import a_version

pytestmark = pytest.mark.browser

LEEDS = "/report/E08000035/"


@pytest.fixture
def releases(site: str, keyring: Keyring) -> list[Release]:
    cache.clear()
    mail.outbox.clear()
    subscribing.publish_key(keyring=keyring, today=timezone.localdate())
    leeds = an_authority(name="Leeds", gss_code="E08000035")
    found = a_story(leeds.gss_code, leeds.region_id, version=a_version(core.source()))
    for each in found:
        announced(each.pk, now=timezone.now())
    return found


def link(site: str, *, starts: str) -> str:
    """The address in the newest letter that begins so, at the server of this test."""
    body = str(mail.outbox[-1].body)
    return site + next(each for each in links(body) if each.startswith(starts))


def test_from_a_report_to_a_letter_and_to_no_more_of_them(
    page_without_script: Page, site: str, releases: list[Release]
) -> None:
    page = page_without_script
    page.goto(f"{site}{LEEDS}")
    page.get_by_label("Get an e-mail when new figures are out").fill("ann@example.org")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your e-mail")

    page.goto(link(site, starts="/subscriptions/confirm/"))
    assert Subscription.objects.get().confirmed_on is None
    page.get_by_role("button", name="Yes, send them to me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmed")

    newest = releases[-1]
    again = Release.objects.create(wave=newest.wave, number=2, prepared_at=newest.prepared_at)
    figures = newest.figures.all()
    for each in figures:
        each.pk, each.release = None, again
    type(figures[0]).objects.bulk_create(figures)
    again.published_at = timezone.now()
    again.save()
    release_published.send(Release, release_id=again.pk)
    letter = mail.outbox[-1]
    assert letter.subject == "Corrected figures for Leeds: July to September 2026"
    page.goto(link(site, starts=LEEDS))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Leeds: what children and families say"
    )

    page.goto(link(site, starts="/subscriptions/stop/"))
    page.get_by_role("button", name="Stop them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No more e-mails")
    assert not Subscription.objects.exists()


def test_no_accessibility_rule_is_broken_and_nothing_is_scrolled_sideways(
    page: Page, site: str, releases: list[Release]
) -> None:
    page.goto(f"{site}{LEEDS}")
    form = page.locator("form[action='/subscriptions/']")
    box = form.get_by_role("button").bounding_box()
    assert box
    assert box["height"] >= 44
    seen(page, "report")
    for path in ("/report/england/", "/report/region/E12000001/"):
        page.goto(f"{site}{path}")
        seen(page, path.strip("/").replace("/", "-"))
    page.goto(f"{site}/subscriptions/?area=E12000001")
    seen(page, "form")
    page.get_by_role("textbox").fill("ann@example")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert")).to_contain_text("What stands after the @ cannot be right.")
    expect(page.get_by_role("textbox")).to_have_value("ann@example")
    expect(page.get_by_role("textbox")).to_have_accessible_description(
        "For nothing else. Your address is kept sealed, and one press ends it. "
        "What stands after the @ cannot be right. Look for a slip in it."
    )
    seen(page, "wrong")
    page.get_by_role("textbox").fill("ann@example.org")
    page.get_by_role("button", name="Ask").click()
    seen(page, "asked")
    page.goto(link(site, starts="/subscriptions/confirm/"))
    seen(page, "confirm")
    page.get_by_role("button", name="Yes, send them to me").click()
    seen(page, "confirmed")
    token = page.url.partition("?t=")[2]
    page.goto(f"{site}/subscriptions/stop/?t={token}")
    seen(page, "stop")
    page.get_by_role("button", name="Stop them").click()
    seen(page, "stopped")
    for path in ("/subscriptions/confirm/?t=x", "/subscriptions/?area=x"):
        page.goto(f"{site}{path}")
        seen(page, "over" if "confirm" in path else "unknown")


def test_who_is_signed_in_ticks_their_own_address(
    page: Page, site: str, releases: list[Release]
) -> None:
    user = a_person(email="planner@leeds.example", password=PASSWORD)
    a_membership(user, role=Role.PLANNER, authority=Authority.objects.get(name="Leeds"))
    sign_in(page, site, user.email)
    page.goto(f"{site}{LEEDS}")

    page.get_by_label("To my own address, planner@leeds.example").check()
    seen(page, "own")
    page.get_by_role("button", name="Ask").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your e-mail")
    assert mail.outbox[-1].to == ["planner@leeds.example"]


def test_the_national_team_sends_doubtful_letters_again(
    page: Page, site: str, keyring: Keyring, releases: list[Release]
) -> None:
    now = timezone.now()
    subscription = a_subscriber(keyring, now=now - timedelta(days=1))
    Notice.objects.create(
        subscription=subscription, release=releases[-1], state=Notice.State.DOUBTFUL
    )
    user = a_person(email="national@heard.example", password=PASSWORD)
    a_membership(user, role=Role.NATIONAL_ADMINISTRATOR)
    sign_in(page, site, user.email)
    page.goto(f"{site}/staff/letters/")
    seen(page, "letters")

    page.get_by_role("button", name="again where it is doubtful or failed").click()

    expect(page.get_by_role("status")).to_have_text("1 letter goes once more.")
    seen(page, "letters-again")

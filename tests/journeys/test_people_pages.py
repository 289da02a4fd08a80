"""Setting up a second factor, and the pages for people, in a real browser on a small phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from authorities import appointing, audit, factors
from authorities.models import User
from authorities.roles import Role
from tests.authorities.factories import PASSWORD, a_membership, a_person, an_authority
from tests.journeys.signing_in import sign_in, type_password
from tests.journeys.walking import nothing_wrong

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def a_device(page: Page) -> CDPSession:
    """A device that keeps passkeys and says yes to each, as a person with a fingerprint does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def test_an_app_is_set_up_and_recovery_codes_are_shown(site: str, page: Page) -> None:
    user = a_person(email="pat@example.org", password=PASSWORD, has_factor=False)
    type_password(page, site, "pat@example.org")
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    nothing_wrong(page)

    page.get_by_role("link", name="Set up an app that shows codes").click()
    nothing_wrong(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not right.")
    nothing_wrong(page)
    page.get_by_label("Code").fill(factors.code_of(page.locator("code.key").inner_text()))
    page.get_by_role("button", name="Set it up").click()

    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    nothing_wrong(page)
    page.get_by_role("link", name="Go to your work").click()
    expect(page.get_by_role("heading", name="Your work")).to_be_visible()
    assert factors.in_words(user) == ["an app that shows codes", "recovery codes"]


def test_a_passkey_is_set_up_and_signs_in_without_a_password(site: str, page: Page) -> None:
    # A passkey belongs to a name, and an address in numbers is none.
    site = site.replace("127.0.0.1", "localhost")
    a_person(email="pat@example.org", password=PASSWORD, has_factor=False)
    a_device(page)
    type_password(page, site, "pat@example.org")
    page.get_by_role("link", name="Set up a passkey").click()
    nothing_wrong(page)
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    nothing_wrong(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Your work")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    type_password(page, site, "pat@example.org")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_role("heading", name="Your work")).to_be_visible()


def an_administrator() -> User:
    user = a_person(name="Noor Ali", email="noor@example.org", password=PASSWORD)
    a_membership(user, role=Role.NATIONAL_ADMINISTRATOR)
    return user


def test_somebody_is_invited_looked_after_and_found_in_the_audit(site: str, page: Page) -> None:
    here = an_authority(name="Bath and North East Somerset")
    a_membership(a_person(name="Sam Field"), role=Role.COORDINATOR, authority=here)
    appointing.invite(
        email="a.rather.long.name@children.and.families.example.gov.uk",
        role=Role.PLANNER,
        authority=here,
        by=an_administrator(),
        why="joins the team",
        now=timezone.now(),
        today=timezone.localdate(),
    )
    audit.record(actor=None, act="wave opened", subject="spring", why="It is time.")

    sign_in(page, site, "noor@example.org")
    page.get_by_role("link", name="People and their roles").click()
    nothing_wrong(page)
    page.get_by_role("link", name="Invite somebody").click()
    nothing_wrong(page)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a role.")
    nothing_wrong(page)
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name="Sam Field").click()
    nothing_wrong(page)
    for summary in page.locator("summary").all():
        summary.click()
    nothing_wrong(page)
    page.locator("#id_factor-why").fill("Lost phone; seen in person.")
    page.get_by_role("button", name="Reset it").click()
    expect(page.get_by_role("status")).to_contain_text("sets up another second factor")

    page.get_by_role("link", name="By and about Sam Field, in the audit").click()
    expect(page.get_by_role("row", name="Second factor reset")).to_contain_text("Lost phone")
    nothing_wrong(page)
    page.goto(f"{site}/staff/roles/")
    nothing_wrong(page)

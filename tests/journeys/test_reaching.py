"""Reaching families in a real browser, on a small phone: a list, a mailing, and no more of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from authorities.roles import Role
from surveys import delivering, do_not_contact, enveloping, sealing
from surveys.keyring import Keyring
from surveys.models import DoNotContact, Envelope, Participation
from surveys.senders.notify import Notify
from tests.authorities.factories import PASSWORD, a_membership, a_person
from tests.journeys.signing_in import sign_in
from tests.journeys.walking import seen
from tests.surveys.factories import a_participation
from tests.surveys.mailings import a_desk, a_family
from tests.surveys.notify_stand_in import KEY, a_stand_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GOOD = (
    "phone,email,service,age_band,reference\n"
    "07700900471,,in-care,12-17,A1\n"
    ",ann@example.org,in-care,8-11,A2\n"
)
BAD = "phone,service,age_band\n020 7946 0018,in-care,11-Aug\nann@example.org,in-care,8-11\n"


@pytest.fixture
def box(keyring: Keyring) -> Participation:
    today = timezone.localdate()
    return a_participation(keyring=keyring, opens_on=today, closes_on=today + timedelta(days=30))


@pytest.fixture
def coordinator(box: Participation, settings: Settings) -> str:
    settings.HEARD_SENDER = "notify"
    user = a_person(name="Co Ordinator", email="co@council.example", password=PASSWORD)
    a_membership(user, role=Role.COORDINATOR, authority=box.authority)
    return "co@council.example"


def a_list(folder: Path, content: str) -> str:
    path = folder / "list.csv"
    path.write_text(content)
    return str(path)


def test_a_family_asks_for_no_more_in_its_own_language(
    site: str, page: Page, box: Participation, keyring: Keyring
) -> None:
    enveloping.take_in(
        participation=box, families=[a_family()], today=timezone.localdate(), by=None
    )
    key = keyring.private_key(box.wave.sending_key_name)
    [content] = sealing.opened([bytes(Envelope.objects.get().sealed)], key)
    assert content
    page.goto(f"{site}/stop/{content.token}")
    seen(page, "stop")
    page.get_by_role("link", name="اردو").click()
    seen(page, "stop-ur")
    page.get_by_role("button").click()
    expect(page.get_by_role("heading")).to_have_text("مزید پیغام نہیں آئیں گے")
    seen(page, "stopped")

    digests = [bytes(each.address_digest) for each in DoNotContact.objects.all()]
    assert digests == [do_not_contact.digest_of(content.address)]
    assert page.context.cookies() == []


def test_a_coordinator_reaches_families_and_sees_counts(
    site: str,
    page: Page,
    coordinator: str,
    keyring: Keyring,
    tmp_path: Path,
) -> None:
    box = Participation.objects.select_related("wave", "authority").get()
    sign_in(page, site, coordinator)
    page.get_by_role("link", name="Reach families").click()
    seen(page, "places")
    page.get_by_role("link", name=box.authority.name).first.click()
    page.get_by_label("A list, as CSV (UTF-8)").set_input_files(a_list(tmp_path, BAD))
    page.get_by_role("button", name="Take the list in").click()
    expect(page.get_by_role("alert")).to_contain_text("line 2, column phone: this is not a mobile")
    seen(page, "faults")

    page.get_by_label("A list, as CSV (UTF-8)").set_input_files(a_list(tmp_path, GOOD))
    page.get_by_role("button", name="Take the list in").click()
    expect(page.get_by_role("status")).to_contain_text("2 families were taken in")
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_role("heading", name="Invitation,")).to_be_visible()
    seen(page, "waiting")
    with a_stand_in() as notify:
        sender = Notify(KEY, {"text": "t", "email": "e"}, base_url=notify.url)
        desk = a_desk(sender, keyring, at=timezone.now())
        delivering.send_for(desk, until=desk.clock() + timedelta(seconds=10))
    # The page finds out by itself.
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=10_000)
    expect(page.locator('[data-count="handled"]')).to_have_text("2")
    seen(page, "done")

    page.goto(f"{site}/staff/reaching/texts")
    seen(page, "texts")
    page.goto(f"{site}/staff/push-tokens/{box.authority.gss_code}/")
    page.get_by_label("Which system is it for?").fill("Case system")
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_text("Copy this token now.")).to_be_visible()
    seen(page, "token")


def test_an_open_link_is_made_printed_and_taken_down(
    site: str, page: Page, box: Participation, coordinator: str
) -> None:
    sign_in(page, site, coordinator)
    page.goto(f"{site}/staff/reaching/{box.wave.slug}/{box.authority.gss_code}/")
    page.get_by_role("button", name="Make an open link").click()
    expect(page.get_by_role("status")).to_contain_text("The open link is made.")
    page.get_by_text("Its QR code").click()
    seen(page, "open-link")
    page.get_by_role("link", name="Print a poster").click()
    expect(page.get_by_role("button", name="Open the poster (PDF)")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Take it down").click()
    expect(page.get_by_role("status")).to_contain_text("is down.")
    expect(page.get_by_text("There is none here.")).to_be_visible()


def test_somebody_is_put_on_the_list_looked_for_and_taken_off(
    site: str, page: Page, box: Participation, coordinator: str
) -> None:
    sign_in(page, site, coordinator)
    page.get_by_role("link", name="Who is not to be contacted").click()
    seen(page, "lists")
    page.get_by_role("link", name=box.authority.name).click()
    seen(page, "one-list")
    page.locator("#id_add-typed").fill("020 7946 0018")
    page.get_by_label("Why", exact=True).select_option("abuse")
    page.get_by_role("button", name="Do not contact").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not a mobile number")
    seen(page, "one-list-wrong")
    page.locator("#id_add-typed").fill("07700 900471")
    page.get_by_role("button", name="Do not contact").click()
    page.locator("#id_look-typed").fill("+44 7700 900471")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_text("On the list", exact=True)).to_be_visible()
    seen(page, "looked")
    page.locator("#id_remove-typed").fill("07700900471")
    page.locator("#id_remove-why").fill("They asked")
    page.get_by_role("button", name="May be contacted again").click()

    expect(page.get_by_role("status")).to_contain_text("It is off the list.")
    assert not DoNotContact.objects.exists()

"""An author writes beside a phone that shows it, and two people publish: in a real browser."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from authorities.models import User
from authorities.roles import Role
from surveys.models import Participation, Version
from tests.authorities.factories import a_member
from tests.journeys.walking import nothing_wrong
from tests.surveys.drafts import a_bank_item, a_draft, an_author, joined
from tests.surveys.factories import SOURCE, a_survey, a_translation, a_version, around

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def come_in(context: BrowserContext, site: str, person: User) -> Page:
    """A page of somebody who has signed in."""
    client = Client()
    client.force_login(person)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def at_a_desk(chromium: Browser) -> BrowserContext:
    return chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")


def test_an_author_sees_on_the_phone_what_was_saved(site: str, chromium: Browser) -> None:
    with around():
        a_version()
        draft = a_draft(SOURCE, name="Autumn")
        desk = at_a_desk(chromium)
        page = come_in(desk, site, draft.made_by)
        page.goto(f"{site}/staff/")
        page.get_by_role("link", name="Write surveys").click()
        page.get_by_role("link", name="Autumn").click()
        nothing_wrong(page)
        page.get_by_role("link", name="Do you feel safe?").click()
        phone = page.frame_locator("iframe[name=phone]")
        expect(phone.get_by_text("Do you feel safe?", exact=True)).to_be_visible()
        assert page.evaluate("scrollY") == 0

        page.get_by_label("Age", exact=True).select_option("12-17")
        expect(phone.get_by_text("Do you feel safe with us?", exact=True)).to_be_visible()
        page.get_by_label("Asked of 12 to 17").fill("Do you feel safe and well where you live?")
        page.get_by_role("button", name="Save", exact=True).click()

        expect(page.get_by_role("status")).to_contain_text("Saved.")
        expect(page.get_by_text("It may ask two things at once")).to_be_visible()
        expect(page.get_by_label("Age", exact=True)).to_have_value("12-17")
        expect(
            phone.get_by_text("Do you feel safe and well where you live?", exact=True)
        ).to_be_visible()
        nothing_wrong(page)
        desk.close()


def test_an_author_sees_on_the_phone_what_is_typed_and_it_is_not_saved(
    site: str, chromium: Browser
) -> None:
    with around():
        a_version()
        draft = a_draft(SOURCE, name="Autumn")
        desk = at_a_desk(chromium)
        page = come_in(desk, site, draft.made_by)
        page.goto(f"{site}{reverse('draft-item', args=[draft.pk, 1])}")
        steps = page.evaluate("history.length")
        phone = page.frame_locator("iframe[name=phone]")

        page.get_by_label("Age", exact=True).select_option("12-17")
        page.get_by_label("Asked of 12 to 17").press("End")
        page.get_by_label("Asked of 12 to 17").press_sequentially(" And well?")
        expect(phone.get_by_text("Do you feel safe with us? And well?")).to_be_visible()
        page.get_by_label("Asked of 12 to 17").press_sequentially(" And calm?")
        expect(phone.get_by_text("Do you feel safe with us? And well? And calm?")).to_be_visible()
        expect(phone.get_by_text("What you changed is not saved.")).to_be_attached()

        assert page.evaluate("document.activeElement.id") == "ask-1"
        assert page.evaluate("history.length") == steps
        nothing_wrong(page)
        desk.close()
    draft.refresh_from_db()
    assert draft.source == SOURCE


def test_an_author_without_script_sees_what_is_typed_by_a_button(
    site: str, chromium: Browser
) -> None:
    with around():
        a_version()
        draft = a_draft(SOURCE, name="Autumn")
        desk = chromium.new_context(java_script_enabled=False)
        page = come_in(desk, site, draft.made_by)
        page.goto(f"{site}{reverse('draft-item', args=[draft.pk, 1])}?age=12-17")

        page.get_by_label("Asked of 12 to 17").fill("Are you well?")
        page.get_by_role("button", name="Show it on the phone, unsaved").click()
        phone = page.frame_locator("iframe[name=phone]")

        expect(phone.get_by_text("Are you well?")).to_be_visible()
        expect(page.get_by_label("Asked of 12 to 17")).to_have_value("Are you well?")
        desk.close()
    draft.refresh_from_db()
    assert draft.source == SOURCE


def test_two_people_publish(site: str, chromium: Browser) -> None:
    with around():
        a_version()
        draft = a_draft(SOURCE.replace("Thank you.", "Thanks."), name="Kinder")
        other = an_author("Ayo Ade")
        desk = at_a_desk(chromium)
        page = come_in(desk, site, draft.made_by)
        page.goto(f"{site}{reverse('draft-propose', args=[draft.pk])}")
        page.get_by_label("Why should it be published?").fill("Children say thanks.")
        nothing_wrong(page)
        page.get_by_role("button", name="Propose it").click()
        expect(page.get_by_text("somebody else must agree")).to_be_visible()
        desk.clear_cookies()
        page = come_in(desk, site, other)
        page.goto(f"{site}/staff/surveys/proposals/")
        page.get_by_role("link", name="Kinder").click()
        expect(page.locator("ins").first).to_contain_text("Thanks")
        nothing_wrong(page)
        page.get_by_role("button", name="Agree: publish it").click()

        expect(page.get_by_role("status")).to_have_text("Published as small 2.")
        page.goto(f"{site}/staff/surveys/versions/")
        page.get_by_role("link", name="What is new since 1").click()
        nothing_wrong(page)
        desk.close()
    assert Version.objects.count() == 2


def test_on_a_small_phone_a_draft_is_changed_and_questions_are_chosen(
    site: str, phone: BrowserContext
) -> None:
    with around():
        a_version(SOURCE, cy=a_translation(a_survey()))
        draft = a_draft(SOURCE, name="Autumn")
        part = joined()
        item = a_bank_item()
        page = come_in(phone, site, draft.made_by)
        for address in (
            reverse("drafts"),
            reverse("draft-new"),
            reverse("draft", args=[draft.pk]),
            reverse("draft-item", args=[draft.pk, 4]),
            reverse("draft-age", args=[draft.pk, 1]),
            reverse("draft-scale", args=[draft.pk, 1]),
            reverse("draft-text", args=[draft.pk]),
            reverse("bank"),
            reverse("bank-item", args=[item.pk]),
            reverse("bank-new"),
        ):
            page.goto(f"{site}{address}")
            nothing_wrong(page)

        phone.clear_cookies()
        page = come_in(phone, site, a_member(Role.COORDINATOR, part.authority))
        page.goto(f"{site}/staff/")
        page.get_by_role("link", name="Choose local questions").click()
        nothing_wrong(page)
        page.get_by_role("link", name=part.authority.name).click()
        page.get_by_label("Ask it: Do you go to the club?").select_option("1")
        nothing_wrong(page)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("are asked 1 local question.")

    chosen = Participation.objects.get(pk=part.pk).local_choices.values_list("item", flat=True)
    assert list(chosen) == [item.pk]


def test_without_script_it_is_written_and_shown_too(site: str, chromium: Browser) -> None:
    with around():
        draft = a_draft(SOURCE, name="Autumn")
        plain = chromium.new_context(java_script_enabled=False)
        page = come_in(plain, site, draft.made_by)
        page.goto(f"{site}{reverse('draft-item', args=[draft.pk, 1])}")
        page.get_by_label("Age", exact=True).select_option("12-17")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.get_by_role("link", name="Open it on a page of its own")).to_have_attribute(
            "href", f"{reverse('draft-preview', args=[draft.pk])}?age=12-17&language=en&item=safe"
        )
        page.get_by_label("Asked of 8 to 11").fill("Are you safe?")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        plain.close()
    draft.refresh_from_db()
    assert '"8-11" = "Are you safe?"' in draft.source

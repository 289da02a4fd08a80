"""The languages page in a real browser, on a small phone: a draft is read and approved."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from authorities.roles import Role
from surveys.models import LanguageApproval
from tests.authorities.factories import PASSWORD, a_membership, a_person
from tests.journeys.conftest import SMALL_PHONE
from tests.journeys.signing_in import sign_in
from tests.surveys.factories import SOURCE, a_survey, a_translation, a_version, around, some_screens

pytestmark = pytest.mark.browser


def nothing_wrong(page: Page) -> None:
    """No accessibility rule is broken, and nothing has to be scrolled sideways."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == SMALL_PHONE["width"]


@pytest.mark.slow
def test_a_translator_reads_a_draft_and_approves_it(site: str, page: Page) -> None:
    user = a_person(name="Noor Ali", email="noor@example.org", password=PASSWORD)
    a_membership(user, role=Role.TRANSLATOR)
    a_version(SOURCE, ur=a_translation(a_survey(), "ur"), cy=a_translation(a_survey()))
    with around(some_screens("screens/send is not translated: 'Send'", ur="")):
        sign_in(page, site, "noor@example.org")
        page.get_by_role("link", name="Approve languages").click()
        expect(page.get_by_role("heading", name="Small 1")).to_be_visible()
        page.get_by_text("1 to mend").click()
        expect(page.get_by_text("screens/send is not translated: 'Send'")).to_be_visible()
        nothing_wrong(page)

        page.get_by_role("link", name="Urdu").last.click()
        nothing_wrong(page)
        page.get_by_role("button", name="Approve this text").click()
        expect(page.get_by_role("alert")).to_contain_text("Say which native speaker read it.")
        nothing_wrong(page)
        page.get_by_label("Who read it?").fill("Amina Khan, first language Urdu")
        page.get_by_role("button", name="Approve this text").click()

        expect(page.get_by_role("status")).to_have_text("Urdu is approved, as it is now.")
        expect(page.get_by_role("row", name="Urdu").last).to_contain_text("Approved by Noor Ali")
        expect(page.get_by_role("row", name="Welsh")).to_contain_text(
            "Draft, awaiting a native speaker"
        )
        nothing_wrong(page)

    approval = LanguageApproval.objects.get()
    assert (approval.language, approval.approved_on) == ("ur", timezone.localdate())

"""Planning in a real browser: on a small phone without script, at a desk, and in the report."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from authorities.models import Authority, User
from authorities.roles import Role
from improvement.models import Plan
from tests.authorities.factories import a_member, an_authority
from tests.improvement.factories import a_plan, a_planner, a_quarter, some_quarter
from tests.journeys.desks import sign_in

pytestmark = pytest.mark.browser

WIDTHS = (320, 1280)


@pytest.fixture
def leeds(site: str) -> Authority:
    leeds = an_authority(name="Leeds", gss_code="E08000035")
    a_quarter(leeds)
    return leeds


@pytest.fixture
def pat(leeds: Authority) -> User:
    return a_planner(leeds)


def nothing_wrong(page: Page, address: str) -> None:
    """No accessibility rule is broken, and nothing is scrolled sideways, on a phone and a desk."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") == width, address


def test_a_planner_plans_on_a_phone_without_script(
    page_without_script: Page, site: str, leeds: Authority, pat: User
) -> None:
    page = page_without_script
    sign_in(page.context, site, pat)
    page.goto(f"{site}/staff/")

    page.get_by_role("link", name="Plan what to change").click()
    page.get_by_role("link", name="Make a plan").click()
    page.get_by_role("link", name="Feel safe").click()
    expect(page.locator(".lead")).to_contain_text("62% (95% range 56% to 68%)")
    page.get_by_label("What we will do").fill("Every child knows who to call.")
    page.get_by_label("Who sees to it").fill("Head of early help")
    page.get_by_label("By when").fill((timezone.localdate() + timedelta(days=90)).isoformat())
    page.get_by_role("button", name="Keep this plan").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Expect a whole number from 10 to 90.")
    page.get_by_label("What we expect it to be, in percent").fill("70")
    page.get_by_label("Show this plan in the public report").check()
    page.get_by_role("button", name="Keep this plan").click()

    expect(page.get_by_role("status")).to_contain_text("Your plan about “Feel safe” is kept.")
    page.goto(f"{site}/report/E08000035/")
    panel = page.get_by_role("region", name="What we plan", exact=True)
    expect(panel).to_contain_text("Every child knows who to call.")
    expect(panel).to_contain_text("We expect 70% in the figures up to 30 September 2027.")


@pytest.mark.slow
def test_a_plan_is_changed_and_ended_at_a_desk(
    page: Page, site: str, leeds: Authority, pat: User
) -> None:
    a_plan(leeds, by=pat)
    sign_in(page.context, site, pat)
    page.goto(f"{site}/staff/plans/")

    page.get_by_role("link", name="Change it").click()
    page.get_by_label("What we expect it to be, in percent").fill("75")
    page.get_by_label("By when").fill((timezone.localdate() + timedelta(days=90)).isoformat())
    page.get_by_label("Why does it change?").fill("The board asked for more.")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("table").last).to_contain_text("Expected: 70% → 75%")
    page.get_by_role("link", name="End it instead").click()
    page.get_by_label("How it ends").select_option("It is done")
    page.get_by_label("What was done, or why does it stop?").fill("Everybody is introduced.")
    page.get_by_role("button", name="End it").click()

    expect(page.get_by_role("heading", name="Ended")).to_be_visible()
    expect(page.get_by_text("Everybody is introduced.")).to_be_visible()


@pytest.mark.slow
def test_no_accessibility_rule_is_broken(
    page: Page, site: str, leeds: Authority, pat: User
) -> None:
    plan, told = a_plan(leeds, by=pat), a_plan(leeds, by=pat, indicator="told")
    a_quarter(leeds, date(2027, 9, 30), some_quarter(74))
    Plan.objects.filter(pk=told.pk).update(
        state="stopped", why_ended="No money.", ended_at=timezone.now(), ended_by=pat
    )
    nothing_wrong(page, f"{site}/report/E08000035/")
    sign_in(page.context, site, pat)

    for path in ("", "new/", "new/safe/", f"{plan.pk}/", f"{told.pk}/", f"{plan.pk}/end/"):
        nothing_wrong(page, f"{site}/staff/plans/E08000035/{path}")


@pytest.mark.slow
def test_whoever_plans_for_the_country_finds_an_authority(
    page: Page, site: str, leeds: Authority
) -> None:
    an_authority(name="York")
    sign_in(page.context, site, a_member(Role.PLANNER))

    nothing_wrong(page, f"{site}/staff/plans/")
    page.get_by_role("link", name="Leeds").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Plans of Leeds")

"""The pages on waves in a real browser, on a small phone and at a desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from authorities.roles import Role
from surveys import fielding, taking_part
from surveys.keyring import Keyring
from surveys.models import Wave
from tests.authorities.factories import a_member
from tests.journeys.desks import sign_in
from tests.journeys.walking import nothing_wrong
from tests.surveys.factories import (
    READY,
    a_survey,
    a_translation,
    a_version,
    a_wave,
    an_authority,
    an_open_wave,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def waves() -> list[Wave]:
    """One that is over, one that is open with a late joiner, and one that is planned."""
    today = timezone.localdate()
    keyring = Keyring.from_settings()
    places = [an_authority(f"Town {number}") for number in range(6)]
    version = a_version(cy=a_translation(a_survey()))
    days = {
        "spring": (today - timedelta(300), today - timedelta(210)),
        "autumn": (today - timedelta(20), today + timedelta(40)),
    }
    found = [
        an_open_wave(
            *places,
            keyring=keyring,
            version=version,
            slug=slug,
            opens_on=first,
            closes_on=last,
            groups=4,
            asked_groups=[number],
        )
        for number, (slug, (first, last)) in enumerate(days.items(), start=1)
    ]
    late = an_authority("Late Town")
    fielding.join(wave=found[1], authority=late, help_name="Us", help_phone="0123", eligible={})
    planned = a_wave(
        slug="winter",
        version=version,
        opens_on=today + timedelta(60),
        closes_on=today + timedelta(120),
        asked_again_why="",
    )
    taking_part.join_many(wave=planned, authorities=places[:4])
    fielding.join(wave=planned, authority=late, **READY)
    return [*found, planned]


def _addresses(waves: list[Wave]) -> list[str]:
    place = waves[1].participations.get(authority__name="Late Town").authority.gss_code
    open_place = waves[1].participations.get(authority__name="Town 1").authority.gss_code
    names = ("wave", "wave-plan", "wave-authorities", "wave-eligible", "wave-sample")
    return [
        reverse("waves"),
        reverse("wave-new"),
        *(reverse(name, args=[wave.slug]) for wave in waves[1:] for name in names),
        reverse("wave-close", args=["autumn"]),
        reverse("wave-extend", args=["autumn"]),
        reverse("taking-part-places"),
        reverse("taking-part", args=["autumn", place]),
        reverse("taking-part", args=["autumn", open_place]),
        reverse("eligible-of", args=["autumn", open_place]),
    ]


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_on_waves_breaks_a_rule(
    site: str, phone: BrowserContext, page: Page, waves: list[Wave], width: int
) -> None:
    sign_in(phone, site, a_member(Role.NATIONAL_ADMINISTRATOR))
    page.set_viewport_size({"width": width, "height": 900})

    for address in _addresses(waves):
        page.goto(site + address)
        nothing_wrong(page)


def test_what_is_typed_wrongly_is_told_first_and_kept(
    site: str, phone: BrowserContext, page: Page
) -> None:
    a_version()
    sign_in(phone, site, a_member(Role.NATIONAL_ADMINISTRATOR))
    page.goto(site + reverse("wave-new"))

    page.get_by_label("Its name").fill("Autumn")
    page.get_by_role("button", name="Plan it").click()

    expect(page.get_by_role("alert")).to_contain_text("Give it an address")
    expect(page.get_by_label("Its name")).to_have_value("Autumn")
    nothing_wrong(page)
    page.get_by_role("link", name="Give it an address").click()
    expect(page.get_by_label("Its address")).to_be_focused()


def test_a_wave_is_closed_by_keyboard_after_reading_what_that_does(
    site: str, phone: BrowserContext, page: Page, waves: list[Wave]
) -> None:
    sign_in(phone, site, a_member(Role.NATIONAL_ADMINISTRATOR))
    page.goto(site + reverse("wave-close", args=["autumn"]))

    expect(page.get_by_text("It cannot be undone, and")).to_be_visible()
    page.get_by_label("Now, at once").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("is closed. Its last day is")
    waves[1].refresh_from_db()
    assert waves[1].ended_on == timezone.localdate()


def test_the_table_of_how_many_to_invite_is_read_on_a_small_phone(
    site: str, phone: BrowserContext, page: Page
) -> None:
    wave = a_wave(slug="spring", groups=4, asked_groups=[1])
    names = ("Bournemouth, Christchurch and Poole", "Kingston upon Hull, City of", "Rutland")
    for name, number in zip(names, (4_000, 140, 12), strict=True):
        fielding.join(
            wave=wave, authority=an_authority(name), **{**READY, "eligible": {"in-care": number}}
        )
    sign_in(phone, site, a_member(Role.NATIONAL_ADMINISTRATOR))
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site + reverse("wave-sample", args=["spring"]))

    table = page.locator("table.sample").bounding_box()
    rows = [row.bounding_box() for row in page.locator("table.sample tbody tr").all()]

    assert table is not None
    assert table["width"] <= 2.6 * 320
    assert len(rows) == 3
    assert max(row["height"] for row in rows if row is not None) <= 125

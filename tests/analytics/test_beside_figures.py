"""What comes out with a release beside its figures: who saw it before, and what its wave cost."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl.reader.excel import load_workbook

from analytics import publishing
from analytics.models import Release
from authorities.areas import ENGLAND
from authorities.models import Authority
from authorities.roles import Role
from tests.analytics.factories import PUBLISHED_AT
from tests.analytics.reading_pages import LEEDS, PAGES, a_reader, words_of
from tests.analytics.reports import ENGLANDS, WEIGHTED, figures
from tests.analytics.reports import a_release as a_whole_release
from tests.authorities.factories import a_person, an_authority

pytestmark = pytest.mark.django_db

COST: dict[str, Any] = {
    "replies": 5200,
    "read": 400,
    "minutes_to_read": 1.5,
    "sent": {"text": 900, "email": 300, "letter": 20},
    "pence": {"text": 2.4, "email": 0.0, "letter": 73.0},
    "minutes_per_1000_replies": 115,
    "pounds_per_1000_replies": 6.96,
}
# The page for children names no release.
OF_A_RELEASE = [page for page in PAGES if "children" not in page]


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds", gss_code="E08000035")


def a_release(leeds: Authority, *, early: bool = True, cost: bool = True) -> Release:
    """One that is ready, and not out."""
    told = {leeds.gss_code: figures(), leeds.region_id: figures(national=10), ENGLAND: ENGLANDS}
    release = a_whole_release(told, published_at=None)
    if cost:
        release.backgrounds.create(area=ENGLAND, channel="invited", topic="cost", value=COST)
    if early:
        publishing.let_see_early(
            release=release,
            name="Alex Early",
            role="Minister",
            organisation="The department",
            reason="To answer on the day",
            by=a_person(),
            now=timezone.now(),
        )
    return release


def out(release: Release) -> None:
    release.published_at = PUBLISHED_AT
    release.save()


@pytest.mark.parametrize("page", OF_A_RELEASE)
def test_whoever_saw_it_early_is_named_as_in_the_open_data(
    client: Client, leeds: Authority, page: str
) -> None:
    out(a_release(leeds))

    said = words_of(client.get(page))

    assert "Seen before it came out Alex Early, Minister, The department" in said
    assert "To answer on the day" not in said


@pytest.mark.parametrize("page", OF_A_RELEASE)
def test_what_its_wave_cost_is_said(client: Client, leeds: Authority, page: str) -> None:
    out(a_release(leeds))

    said = words_of(client.get(page))

    assert (
        "What it cost For each 1,000 replies, 115 minutes of listeners’ reading and £6.96 of "
        "sending messages." in said
    )


def test_where_nobody_saw_it_and_nothing_is_known_of_its_cost_that_is_so(
    client: Client, leeds: Authority
) -> None:
    out(a_release(leeds, early=False, cost=False))

    said = words_of(client.get(LEEDS))

    assert "Seen before it came out By nobody but those who made it" in said
    assert "What it cost" not in said


def test_for_how_many_replies_count_is_left_out_where_that_is_not_published(
    client: Client, leeds: Authority
) -> None:
    """Where how many answered is withheld; the rest of the weighting is said all the same."""
    told = {leeds.gss_code: figures(), ENGLAND: ENGLANDS}
    weights = {name: value for name, value in WEIGHTED.items() if name != "effective"}
    a_whole_release(told, weights={leeds.gss_code: weights})

    said = words_of(client.get(f"{LEEDS}coverage/"))
    book = load_workbook(BytesIO(client.get("/report/E08000035.xlsx").content))

    assert "tell less than as many that all count the same (design effect 1.3). No reply" in said
    notes = " ".join(str(row[0].value) for row in book["Notes"].iter_rows())
    assert "effect (Kish) 1.3, largest weight 2.4." in notes


def test_before_it_is_out_neither_is_said(leeds: Authority) -> None:
    release = a_release(leeds)

    page = a_reader(Role.PLANNER, leeds).get(f"{LEEDS}?release={release.pk}")

    said = words_of(page)
    assert "Not published." in said
    assert "Alex Early" not in said
    assert "What it cost" not in said

"""The staff's pages on plans, as planners use them."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authorities.models import Authority, User
from authorities.roles import Role
from improvement.models import Plan
from tests.authorities.factories import a_member, an_authority
from tests.improvement.factories import a_plan, a_planner, a_quarter, some_terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def leeds() -> Authority:
    leeds = an_authority(name="Leeds", gss_code="E08000035")
    a_quarter(leeds)
    return leeds


@pytest.fixture
def pat(client: Client, leeds: Authority) -> User:
    user = a_planner(leeds)
    client.force_login(user)
    return user


def typed(**more: Any) -> dict[str, Any]:
    soon = timezone.localdate() + timedelta(days=100)
    return {
        "doing": "Every child knows who to call.",
        "owner": "Head of early help",
        "by_when": soon.isoformat(),
        "expected": "70",
        "expected_by": "2027-09-30",
        "public": "on",
        **more,
    }


def test_a_plan_is_made_from_a_figure_that_is_chosen(
    client: Client, leeds: Authority, pat: User
) -> None:
    choosing = client.get("/staff/plans/E08000035/new/").text
    assert "/staff/plans/E08000035/new/safe/" in choosing
    assert "62%, 95% range 56% to 68%, 250 answers; up to four waves to 30 September 2026" in (
        " ".join(choosing.split())
    )
    assert "Know their rights" in choosing  # said to be not shown

    answer = client.post("/staff/plans/E08000035/new/safe/", typed())

    assert answer.headers["Location"] == "/staff/plans/E08000035/"
    plan = Plan.objects.get()
    assert (plan.doing, plan.expected, plan.public, plan.created_by) == (
        "Every child knows who to call.",
        70,
        True,
        pat,
    )
    assert "Every child knows who to call." in client.get("/staff/plans/E08000035/").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"doing": ""}, "Say what you will do."),
        ({"owner": ""}, "Say who sees to it."),
        ({"by_when": "soon"}, "Say the day by which it is done"),
        ({"by_when": "2020-01-01"}, "The day by which it is to be done is over."),
        ({"expected": "95"}, "Expect a whole number from 10 to 90."),
        ({"expected_by": "2026-12-31"}, "Choose the figures that will show it."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
    client: Client, leeds: Authority, pat: User, wrong: dict[str, str], words: str
) -> None:
    answer = client.post("/staff/plans/E08000035/new/safe/", typed(**wrong))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.text
    assert not Plan.objects.exists()
    if "owner" not in wrong:
        assert "Head of early help" in answer.text


def test_a_figure_that_is_not_shown_leads_back_to_the_choice(
    client: Client, leeds: Authority, pat: User
) -> None:
    answer = client.get("/staff/plans/E08000035/new/rights/")

    assert answer.headers["Location"] == "/staff/plans/E08000035/new/"


def test_where_nothing_is_published_the_page_says_so(client: Client) -> None:
    here = an_authority(name="Here")
    client.force_login(a_planner(here))

    assert (
        "No figures of Here are published yet." in client.get(f"/staff/plans/{here.gss_code}/").text
    )
    assert "No figure of Here is published" in client.get(f"/staff/plans/{here.gss_code}/new/").text


def test_a_plan_is_changed_and_its_history_is_told(
    client: Client, leeds: Authority, pat: User
) -> None:
    plan = a_plan(leeds, by=pat)
    form = typed(expected="75", why="The board asked for more.", revision="1")

    answer = client.post(f"/staff/plans/E08000035/{plan.pk}/", form, follow=True)

    plan.refresh_from_db()
    assert (plan.expected, plan.revision) == (75, 2)
    assert "The board asked for more." in answer.text
    assert "Expected: 70% → 75%" in answer.text


def test_a_change_of_something_changed_meanwhile_is_refused(
    client: Client, leeds: Authority, pat: User
) -> None:
    plan = a_plan(leeds, by=pat)
    form = typed(why="Because.", revision="7")

    answer = client.post(f"/staff/plans/E08000035/{plan.pk}/", form)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Somebody changed this plan since you opened it." in answer.text


def test_a_plan_is_ended_with_a_reason(client: Client, leeds: Authority, pat: User) -> None:
    plan = a_plan(leeds, by=pat)
    address = f"/staff/plans/E08000035/{plan.pk}/end/"

    refused = client.post(address, {"state": "", "why": ""})
    answer = client.post(address, {"state": "stopped", "why": "No money."}, follow=True)

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose whether it is done or stops." in refused.text
    assert "No money." in answer.text
    assert "stays as it is" in client.get(address).text
    assert "Change it</button>" not in client.get(f"/staff/plans/E08000035/{plan.pk}/").text


def test_a_plan_of_another_authority_is_not_found_by_its_number(
    client: Client, leeds: Authority, pat: User
) -> None:
    there = an_authority()
    a_quarter(there)
    plan = a_plan(there)

    for path in ("", "end/"):
        found = client.get(f"/staff/plans/E08000035/{plan.pk}/{path}")
        assert found.status_code == HTTPStatus.NOT_FOUND
    shut = client.get(f"/staff/plans/{there.gss_code}/{plan.pk}/")
    assert shut.status_code == HTTPStatus.FORBIDDEN


def test_whoever_plans_for_one_authority_comes_straight_to_it(
    client: Client, leeds: Authority, pat: User
) -> None:
    assert client.get("/staff/plans/").headers["Location"] == "/staff/plans/E08000035/"


def test_whoever_plans_for_several_sees_how_many_plans_each_has(
    client: Client, leeds: Authority
) -> None:
    an_authority(name="York")
    a_plan(leeds)
    client.force_login(a_member(Role.PLANNER))

    page = " ".join(client.get("/staff/plans/").text.split())

    assert (
        'Leeds</a></th> <td class="number">1</td><td class="number">0</td>'
        '<td class="number">0</td>' in page
    )
    assert (
        'York</a></th> <td class="number">0</td><td class="number">0</td>'
        '<td class="number">0</td>' in page
    )


def test_the_list_asks_the_same_number_of_questions_for_one_plan_and_for_three(
    client: Client, leeds: Authority, pat: User
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/staff/plans/E08000035/")
        return len(queries)

    a_plan(leeds, by=pat)
    one = asked()
    for code in ("told", "experience"):
        a_plan(leeds, by=pat, indicator=code, terms=some_terms(public=False))

    assert asked() == one


def test_the_door_stands_on_the_staff_home_page(
    client: Client, leeds: Authority, pat: User
) -> None:
    plan = a_plan(leeds, by=pat)
    Plan.objects.filter(pk=plan.pk).update(by_when=timezone.localdate() - timedelta(days=1))

    page = client.get("/staff/").text

    assert "Plan what to change" in page
    assert "1 past its day" in page

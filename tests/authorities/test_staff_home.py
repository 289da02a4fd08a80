"""The staff home page shows each person what they may do, and nothing else."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authorities import doors
from authorities.doors import Door
from authorities.pages.staff import SHOWN_AT_ONCE
from authorities.roles import Permission, Role
from tests.authorities.factories import a_member, a_membership, a_person, an_authority

pytestmark = pytest.mark.django_db

WORDS = Door("Read the words", "What families wrote.", "staff-home", Permission.READ_WORDS)
# Any address of one argument serves here.
PROGRESS = Door(
    "See the progress",
    "How many replies there are.",
    "account_confirm_email",
    Permission.SEE_PROGRESS,
    of_each_authority=True,
)


@pytest.fixture(autouse=True)
def two_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_doors", {})
    doors.register(WORDS)
    doors.register(PROGRESS)


def home_of(client: Client) -> str:
    response = client.get("/staff/")
    assert response.status_code == HTTPStatus.OK
    return response.text


def test_whoever_is_not_signed_in_is_asked_to(client: Client) -> None:
    response = client.get("/staff/")

    assert response.status_code == HTTPStatus.FOUND
    assert response.headers["Location"] == "/accounts/login/?next=/staff/"


def test_a_planner_finds_their_own_authority_and_no_other(client: Client) -> None:
    here = an_authority(name="Hartlepool", gss_code="E06000001")
    an_authority(name="Leeds")
    client.force_login(a_member(Role.PLANNER, here))

    page = home_of(client)

    assert '<a href="/accounts/confirm-email/E06000001/">Hartlepool</a>' in page
    assert "Leeds" not in page
    assert WORDS.title not in page


def test_a_listener_finds_the_words_and_no_authority(client: Client) -> None:
    an_authority(name="Hartlepool")
    client.force_login(a_member(Role.LISTENER))

    page = home_of(client)

    assert '<a href="/staff/">Read the words</a>' in page
    assert "Hartlepool" not in page
    assert PROGRESS.title not in page


def test_a_page_for_whoever_holds_it_anywhere_has_a_door_with_its_news(client: Client) -> None:
    anywhere = Door(
        "Answer",
        "Who waits.",
        "staff-home",
        Permission.ANSWER_CONTACTS,
        anywhere=True,
        news=lambda user: f"3 wait for {user.name}",
    )
    doors.register(anywhere)
    for user, shown in (
        (a_member(Role.LISTENER, an_authority()), 1),
        (a_member(Role.LISTENER), 1),
        (a_member(Role.PLANNER), 0),
    ):
        client.force_login(user)
        page = home_of(client)

        assert page.count('<a href="/staff/">Answer</a>') == shown
        assert page.count("3 wait for Sam Field") == shown


def test_a_role_that_has_ended_opens_nothing(client: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    client.force_login(a_membership(role=Role.LISTENER, held_until=yesterday).user)

    page = home_of(client)

    assert WORDS.title not in page
    assert "Your account holds no role today" in page


def test_a_superuser_without_a_role_finds_nothing(client: Client) -> None:
    client.force_login(a_person(is_superuser=True, is_staff=True))

    page = home_of(client)

    assert WORDS.title not in page
    assert "Your account holds no role today" in page


def test_many_authorities_are_folded_away(client: Client) -> None:
    for _ in range(SHOWN_AT_ONCE + 1):
        an_authority()
    client.force_login(a_member(Role.PLANNER))

    assert f"Choose one of {SHOWN_AT_ONCE + 1} authorities" in home_of(client)


def test_roles_are_listed_with_where_and_until_when(client: Client) -> None:
    next_year = timezone.localdate() + timedelta(days=365)
    user = a_membership(role=Role.LISTENER).user
    a_membership(user, authority=an_authority(name="Leeds"), held_until=next_year)
    client.force_login(user)

    page = home_of(client)

    for words in ("England", "no end set", "Leeds", f"{next_year:%B %Y}"):
        assert words in page


@pytest.mark.parametrize("roles_held", [1, 3])
def test_the_page_asks_the_same_number_of_queries_however_many_roles_are_held(
    client: Client, roles_held: int
) -> None:
    user = a_person()
    for _ in range(roles_held):
        a_membership(user, authority=an_authority())
    client.force_login(user)

    with CaptureQueriesContext(connection) as queries:
        home_of(client)

    assert len(queries) == 5  # session, person, two doors, roles


def test_the_page_is_kept_nowhere(client: Client) -> None:
    client.force_login(a_person())

    assert "no-store" in client.get("/staff/").headers["Cache-Control"]

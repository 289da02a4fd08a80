"""Django's admin obeys our roles, and changes nothing without the rules and the audit."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from authorities.access import may
from authorities.models import AuditEntry, Membership, Message, User
from authorities.roles import Permission, Role
from tests.authorities.factories import a_membership, a_person, an_authority

pytestmark = pytest.mark.django_db

LISTS = {
    "user": Permission.MANAGE_PEOPLE,
    "membership": Permission.MANAGE_PEOPLE,
    "authority": Permission.MANAGE_PEOPLE,
    "servicepopulation": Permission.MANAGE_PEOPLE,
    "setting": Permission.MANAGE_PEOPLE,
    "auditentry": Permission.READ_AUDIT,
    "message": Permission.READ_AUDIT,
    "sweep": Permission.READ_AUDIT,
}


def an_administrator() -> User:
    user = a_person(name="Ada Min", is_staff=True)
    a_membership(user, role=Role.NATIONAL_ADMINISTRATOR)
    return user


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(an_administrator())
    return client


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


@pytest.mark.parametrize("name", LISTS)
def test_a_national_administrator_sees_each_list(admin: Client, name: str) -> None:
    assert admin.get(f"/admin/authorities/{name}/").status_code == HTTPStatus.OK


@pytest.mark.parametrize("name", LISTS)
def test_a_superuser_without_a_role_sees_none(client: Client, name: str) -> None:
    client.force_login(a_person(is_staff=True, is_superuser=True))

    assert client.get(f"/admin/authorities/{name}/").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("name", LISTS)
def test_an_administrator_of_one_authority_sees_none(client: Client, name: str) -> None:
    user = a_person(is_staff=True)
    a_membership(user, role=Role.NATIONAL_ADMINISTRATOR, authority=an_authority())
    client.force_login(user)

    assert client.get(f"/admin/authorities/{name}/").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("name", LISTS)
def test_nothing_is_deleted_in_the_admin(admin: Client, name: str) -> None:
    page = admin.get(f"/admin/authorities/{name}/")

    assert "delete_selected" not in page.text


def test_a_new_person_is_added_by_the_rule_and_sent_a_link(admin: Client) -> None:
    admin.post("/admin/authorities/user/add/", {"name": "Pat", "email": "PAT@example.org"})

    user = User.objects.get(email="pat@example.org")
    assert not user.has_usable_password()
    assert acts() == ["person added"]
    assert AuditEntry.objects.get().actor == User.objects.get(name="Ada Min")
    assert Message.objects.get().to == "pat@example.org"


def test_an_address_that_is_known_is_refused_in_words(admin: Client) -> None:
    a_person(email="pat@example.org")

    page = admin.post("/admin/authorities/user/add/", {"name": "P", "email": "PAT@example.org"})

    assert "already exists" in page.text
    assert acts() == []


def test_closing_an_account_is_written_down(admin: Client) -> None:
    user = a_person(name="Sam Field", email="sam@example.org")

    admin.post(
        f"/admin/authorities/user/{user.pk}/change/",
        {"name": "Sam Field", "email": "sam@example.org"},
    )

    user.refresh_from_db()
    assert not user.is_active
    assert acts() == ["person changed: is_active"]


def test_a_role_is_given_from_today_by_the_rule(admin: Client) -> None:
    user, here = a_person(), an_authority()

    admin.post(
        "/admin/authorities/membership/add/",
        {"user": user.pk, "role": "planner", "authority": here.pk, "held_until": ""},
    )

    assert may(user, Permission.SEE_PROGRESS, here)
    assert acts() == ["role given"]


def test_a_role_is_not_given_for_a_time_that_is_over(admin: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)

    page = admin.post(
        "/admin/authorities/membership/add/",
        {"user": a_person().pk, "role": "planner", "held_until": f"{yesterday}"},
    )

    assert page.status_code == HTTPStatus.OK
    assert "before today" in page.text
    assert not Membership.objects.filter(role="planner").exists()


def test_roles_are_ended_at_once(admin: Client) -> None:
    membership = a_membership()

    admin.post(
        "/admin/authorities/membership/",
        {"action": "end_now", "_selected_action": [membership.pk]},
    )

    assert not may(membership.user, Permission.SEE_PROGRESS)
    assert len(acts()) == 1


def test_a_role_that_was_held_cannot_be_edited(admin: Client) -> None:
    membership = a_membership()
    before = Membership.objects.values().get(pk=membership.pk)

    response = admin.post(
        f"/admin/authorities/membership/{membership.pk}/change/", {"role": "listener"}
    )

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert Membership.objects.values().get(pk=membership.pk) == before


def test_what_a_message_says_is_shown_to_nobody(admin: Client) -> None:
    message = Message.objects.create(to="a@example.org", subject="News", body="A secret link.")

    page = admin.get(f"/admin/authorities/message/{message.pk}/change/")

    assert "a@example.org" in page.text
    assert "A secret link." not in page.text

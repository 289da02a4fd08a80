"""The admin is ruled by our roles, and is no way round what the pages withhold."""

import pytest
from django.contrib import admin
from django.test import Client

from authorities.admin import ByRole
from authorities.roles import Role
from tests.authorities.factories import a_membership, a_person

pytestmark = pytest.mark.django_db


def test_every_model_in_the_admin_is_ruled_by_our_roles() -> None:
    import config.urls  # noqa: F401, PLC0415  it takes out what libraries registered

    others = [
        model.__name__
        for model, its_admin in admin.site._registry.items()
        if not isinstance(its_admin, ByRole)
    ]

    assert others == []


@pytest.mark.parametrize(
    "address",
    [
        "/admin/surveys/participation/?invitations__spent=True",
        "/admin/surveys/wave/?batches__size__gt=1",
        "/admin/surveys/participation/?invitations__isnull=False",
        "/admin/authorities/user/?password__startswith=p",
        "/admin/authorities/message/?body__contains=a",
    ],
)
def test_no_address_asks_the_admin_of_a_column_that_it_does_not_show(
    client: Client, address: str
) -> None:
    person = a_person(is_staff=True)
    for role in (Role.NATIONAL_ADMINISTRATOR, Role.COORDINATOR):
        a_membership(person, role=role)
    client.force_login(person)

    assert client.get(address.partition("?")[0]).status_code == 200
    assert client.get(address).status_code == 400


def test_the_admin_has_no_sign_in_of_its_own(client: Client) -> None:
    answer = client.get("/admin/login/", follow=True)

    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")

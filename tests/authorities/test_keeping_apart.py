"""Nobody is both coordinator and listener of one place; nationally counts as every place."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from authorities import people
from authorities.checks import APART_AND_HELD, roles_are_kept_apart
from authorities.errors import Refused
from authorities.models import Authority, Membership, User
from authorities.roles import Role, kept_apart_from
from tests.authorities.factories import a_membership, a_person, an_authority
from tests.authorities.test_admin import an_administrator

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
A_DAY = timedelta(days=1)
BOTH = [(Role.COORDINATOR, Role.LISTENER), (Role.LISTENER, Role.COORDINATOR)]


def give(user: User, role: Role, authority: Authority | None, until: date | None = None) -> None:
    people.grant(user=user, role=role, authority=authority, by=None, today=TODAY, until=until)


@pytest.mark.parametrize(("held", "given"), BOTH)
@pytest.mark.parametrize(
    ("first", "second"),
    [("here", "here"), ("nationally", "here"), ("here", "nationally"), ("nationally",) * 2],
)
def test_two_roles_that_must_be_apart_are_refused_in_one_place(
    held: Role, given: Role, first: str, second: str
) -> None:
    user, places = a_person(), {"here": an_authority(name="Leeds"), "nationally": None}
    a_membership(user, role=held, authority=places[first])

    with pytest.raises(Refused, match=f"Nobody is both {given.words} and {held.words}"):
        give(user, given, places[second])

    assert list(user.memberships.values_list("role", flat=True)) == [held]


@pytest.mark.parametrize(("held", "given"), BOTH)
def test_in_two_places_they_may_be_held(held: Role, given: Role) -> None:
    user = a_person()
    a_membership(user, role=held, authority=an_authority())

    give(user, given, an_authority())

    assert user.memberships.count() == 2


def test_one_that_ended_stands_in_nobodys_way_and_one_that_will_begin_does() -> None:
    user, here = a_person(), an_authority()
    a_membership(user, role=Role.LISTENER, authority=here, held_until=TODAY - A_DAY)
    later = TODAY + 10 * A_DAY

    give(user, Role.COORDINATOR, here, until=TODAY + A_DAY)
    user.memberships.all().delete()
    a_membership(user, role=Role.LISTENER, authority=here, held_from=later)

    give(user, Role.COORDINATOR, here, until=later - A_DAY)
    with pytest.raises(Refused):
        give(user, Role.COORDINATOR, here, until=later)


def test_no_other_role_is_kept_apart() -> None:
    assert [role for role in Role if kept_apart_from(role)] == [Role.LISTENER, Role.COORDINATOR]


def test_the_admin_refuses_it_in_the_same_words(client: Client) -> None:
    client.force_login(an_administrator())
    user = a_membership(role=Role.LISTENER).user

    page = client.post(
        "/admin/authorities/membership/add/",
        {"user": user.pk, "role": "coordinator", "held_until": ""},
    )

    assert "Nobody is both coordinator and listener of one place" in page.text
    assert user.memberships.count() == 1


@pytest.mark.parametrize("first", ["nationally", "here"])
@pytest.mark.parametrize("second", ["nationally", "here"])
def test_rows_made_past_the_rule_are_found(first: str, second: str) -> None:
    user, places = a_person(), {"here": an_authority(name="Leeds"), "nationally": None}
    a_membership(user, role=Role.LISTENER, authority=places[first])
    a_membership(user, role=Role.COORDINATOR, authority=places[second])
    a_membership(user, role=Role.PLANNER)

    found = roles_are_kept_apart(databases=["default"])

    assert [each.id for each in found] == [APART_AND_HELD] * 2
    assert f"Person {user.pk} is listener" in " ".join(each.msg for each in found)


def test_what_is_well_apart_is_not_found() -> None:
    user = a_person()
    a_membership(user, role=Role.LISTENER, authority=an_authority())
    a_membership(user, role=Role.COORDINATOR, authority=an_authority())
    here = an_authority()
    a_membership(user, role=Role.LISTENER, authority=here, held_until=TODAY - A_DAY)
    a_membership(user, role=Role.COORDINATOR, authority=here, held_from=TODAY)

    assert not Membership.objects.held_against_the_rule().exists()
    assert roles_are_kept_apart(databases=["default"]) == []


def test_nobody_changes_what_they_themselves_may_do() -> None:
    membership = a_membership(role=Role.NATIONAL_ADMINISTRATOR)
    user = membership.user
    acts: list[Callable[[], object]] = [
        lambda: people.grant(user=user, role=Role.LISTENER, authority=None, by=user, today=TODAY),
        lambda: people.end(membership=membership, last_day=TODAY, by=user),
        lambda: people.change(user=user, by=user, is_active=False),
    ]

    for act in acts:
        with pytest.raises(Refused, match="ask another administrator"):
            act()

    assert list(user.memberships.all()) == [membership]

"""Who may do what, where and when."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from authorities.access import authorities_for, may, require
from authorities.models import Authority
from authorities.roles import Permission, Role, permits
from tests.authorities.factories import a_member, a_membership, a_person, an_authority

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
A_DAY = timedelta(days=1)
SEE = Permission.SEE_UNPUBLISHED_FIGURES


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_role_held_nationally_is_held_in_every_authority(
    role: Role, permission: Permission
) -> None:
    user = a_member(role)
    given = permits(role, permission, nationally=True)

    assert may(user, permission, an_authority(), today=TODAY) == given
    assert may(user, permission, today=TODAY) == given


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_role_held_in_one_authority_is_held_nowhere_else(
    role: Role, permission: Permission
) -> None:
    here, elsewhere = an_authority(), an_authority()
    user = a_member(role, here)

    assert may(user, permission, here, today=TODAY) == permits(role, permission, nationally=False)
    assert not may(user, permission, elsewhere, today=TODAY)
    assert not may(user, permission, today=TODAY)


def test_the_planner_of_one_authority_sees_nothing_of_another() -> None:
    hartlepool, leeds = an_authority(name="Hartlepool"), an_authority(name="Leeds")
    planner = a_member(Role.PLANNER, hartlepool)

    assert list(authorities_for(planner, SEE, today=TODAY)) == [hartlepool]
    with pytest.raises(PermissionDenied, match=r"\(see unpublished figures\) in Leeds"):
        require(planner, SEE, leeds, today=TODAY)


def test_whoever_may_passes_without_a_word() -> None:
    hartlepool = an_authority()

    require(a_member(Role.PLANNER, hartlepool), SEE, hartlepool, today=TODAY)


@pytest.mark.parametrize(
    ("held_from", "held_until", "held"),
    [
        (TODAY, TODAY, True),
        (TODAY - A_DAY, None, True),
        (TODAY + A_DAY, None, False),
        (TODAY - 2 * A_DAY, TODAY - A_DAY, False),
    ],
)
def test_a_role_counts_from_its_first_day_to_its_last(
    held_from: date, held_until: date | None, held: bool
) -> None:
    here = an_authority()
    user = a_membership(authority=here, held_from=held_from, held_until=held_until).user

    assert may(user, SEE, here, today=TODAY) == held
    assert list(authorities_for(user, SEE, today=TODAY)) == [here] * held


def test_today_is_the_day_where_the_families_are_when_none_is_given() -> None:
    ended_long_ago = a_membership(held_until=date(2020, 1, 1)).user

    assert may(a_member(Role.PLANNER), SEE)
    assert not may(ended_long_ago, SEE)


def test_a_superuser_without_a_role_may_do_nothing() -> None:
    user = a_person(is_superuser=True, is_staff=True)

    assert [permission for permission in Permission if may(user, permission)] == []
    assert not authorities_for(user, SEE).exists()


def test_someone_whose_account_was_closed_may_do_nothing() -> None:
    user = a_membership(a_person(is_active=False)).user

    assert not may(user, SEE)
    assert not authorities_for(user, SEE).exists()


def test_an_account_closed_meanwhile_counts_as_closed() -> None:
    user = a_member(Role.PLANNER)
    type(user).objects.filter(pk=user.pk).update(is_active=False)

    assert user.is_active
    assert not may(user, SEE)


def test_whoever_is_not_signed_in_may_do_nothing() -> None:
    an_authority()

    assert not may(AnonymousUser(), SEE)
    assert list(authorities_for(AnonymousUser(), SEE)) == []


def test_lists_of_a_national_planner_hold_every_authority() -> None:
    everywhere = [an_authority(name="A"), an_authority(name="B")]

    assert list(authorities_for(a_member(Role.PLANNER), SEE)) == everywhere


def test_two_roles_in_one_authority_list_it_once() -> None:
    here = an_authority()
    user = a_member(Role.PLANNER, here)
    a_membership(user, role=Role.COORDINATOR, authority=here)

    assert list(authorities_for(user, Permission.SEE_PROGRESS)) == [here]


@pytest.mark.parametrize("roles_held", [1, 3])
def test_one_question_is_one_query_however_many_roles_there_are(roles_held: int) -> None:
    here: Authority = an_authority()
    user = a_person()
    for _ in range(roles_held):
        a_membership(user, authority=an_authority())
    a_membership(user, authority=here)

    with CaptureQueriesContext(connection) as queries:
        may(user, SEE, here)
        list(authorities_for(user, SEE))

    assert len(queries) == 2

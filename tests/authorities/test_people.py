"""Accounts and roles: given, ended, and each time written down."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from authorities import people
from authorities.access import may
from authorities.errors import PersonIsKnown
from authorities.models import AuditEntry, Membership, Message, User
from authorities.roles import Permission, Role
from tests.authorities.factories import (
    PASSWORD,
    a_member,
    a_membership,
    a_person,
    an_authority,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)
SEE = Permission.SEE_UNPUBLISHED_FIGURES


def written_down() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", "subject"))


def test_adding_a_person_is_written_down() -> None:
    by = a_person()

    user = people.add(email="Pat@Example.org", name="Pat Lane", by=by, password=PASSWORD)

    assert (user.email, user.name, user.check_password(PASSWORD)) == (
        "pat@example.org",
        "Pat Lane",
        True,
    )
    assert written_down() == [("person added", f"person {user.pk}")]
    assert AuditEntry.objects.get().actor == by


def test_without_a_password_nobody_can_sign_in_yet() -> None:
    user = people.add(email="pat@example.org", name="Pat", by=None)

    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("not an address", PASSWORD),
        ("pat@example.org", "short"),
        ("pat@example.org", "pat@example.org"),
    ],
)
def test_a_wrong_address_or_a_weak_password_changes_nothing(email: str, password: str) -> None:
    with pytest.raises(ValidationError):
        people.add(email=email, name="Pat", by=None, password=password)

    assert not User.objects.exists()
    assert written_down() == []


def test_an_address_has_one_account_however_it_is_written() -> None:
    a_person(email="pat@example.org")

    with pytest.raises(PersonIsKnown, match="has an account already"):
        people.add(email="PAT@example.org", name="Pat", by=None)

    assert User.objects.count() == 1


def test_a_role_is_given_from_today_and_written_down() -> None:
    user, by, here = a_person(), a_person(), an_authority()

    people.grant(
        user=user, role=Role.PLANNER, authority=here, by=by, today=TODAY, why="new in post"
    )

    assert may(user, SEE, here, today=TODAY)
    assert not may(user, SEE, here, today=YESTERDAY)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject, entry.actor, entry.authority, entry.why) == (
        "role given",
        f"planner, person {user.pk}",
        by,
        here,
        "new in post",
    )


def test_a_role_given_twice_is_given_once() -> None:
    user = a_person()
    given: dict[str, Any] = {
        "user": user,
        "role": Role.PLANNER,
        "authority": None,
        "by": None,
        "today": TODAY,
    }

    assert people.grant(**given) == people.grant(**given)
    assert len(written_down()) == 1


def test_a_role_that_ends_too_soon_is_given_anew() -> None:
    user = a_membership(held_until=TODAY).user

    people.grant(user=user, role=Role.PLANNER, authority=None, by=None, today=TODAY)

    assert may(user, SEE, today=TODAY + timedelta(days=365))


def test_a_role_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        people.grant(
            user=a_person(),
            role=Role.PLANNER,
            authority=None,
            by=None,
            today=TODAY,
            until=YESTERDAY,
        )

    assert not Membership.objects.exists()


def test_a_role_ended_yesterday_gives_nothing_today() -> None:
    membership = a_membership()

    people.end(membership=membership, last_day=YESTERDAY, by=None, why="left")

    assert not may(membership.user, SEE, today=TODAY)
    assert may(membership.user, SEE, today=YESTERDAY)
    assert written_down() == [("role ended on 2026-11-22", f"planner, person {membership.user_id}")]


def test_a_role_ended_twice_ends_at_the_earlier_day_and_is_written_down_once() -> None:
    membership = a_membership()

    people.end(membership=membership, last_day=YESTERDAY, by=None)
    people.end(membership=membership, last_day=YESTERDAY, by=None)
    people.end(membership=membership, last_day=TODAY, by=None)

    membership.refresh_from_db()
    assert membership.held_until == YESTERDAY
    assert len(written_down()) == 1


def test_a_role_ended_before_it_began_was_never_held() -> None:
    membership = a_membership(held_from=TODAY)

    people.end(membership=membership, last_day=YESTERDAY, by=None)
    people.end(membership=membership, last_day=YESTERDAY, by=None)

    assert not Membership.objects.exists()
    assert len(written_down()) == 1


def test_what_changes_about_a_person_is_written_down_without_the_old_words() -> None:
    user = a_person(name="Sam Field", email="sam@example.org")

    people.change(user=user, by=None, name="Sam Hill", email="SAM.HILL@example.org")

    user.refresh_from_db()
    assert (user.name, user.email) == ("Sam Hill", "sam.hill@example.org")
    assert written_down() == [("person changed: email, name", f"person {user.pk}")]


def test_whoever_gets_another_address_is_told_at_the_old_one_and_the_new() -> None:
    by, user = a_person(name="Ada Min"), a_person(name="Sam Field", email="sam@example.org")

    people.change(user=user, by=by, email="other@example.org")

    letters = Message.objects.order_by("pk").values_list("to", "subject")
    assert list(letters) == [
        ("sam@example.org", "Your e-mail address was changed"),
        ("other@example.org", "Your e-mail address was changed"),
    ]
    told = Message.objects.get(to="sam@example.org").body
    assert "Ada Min changed the e-mail address of your account" in told
    assert "other@example.org" not in told  # whoever reads the old mailbox now need not know


def test_nothing_is_written_down_where_nothing_changes() -> None:
    people.change(user=a_person(name="Sam Field"), by=None, name="Sam Field")

    assert written_down() == []


def test_an_address_cannot_be_changed_to_someone_elses() -> None:
    a_person(email="pat@example.org")
    user = a_person(email="sam@example.org")

    with pytest.raises(ValidationError, match="already exists"):
        people.change(user=user, by=None, email="Pat@example.org")

    user.refresh_from_db()
    assert user.email == "sam@example.org"
    assert written_down() == []


def test_an_address_that_was_left_signs_in_no_more() -> None:
    user = a_person(email="old@example.org")
    EmailAddress.objects.create(user=user, email="old@example.org", primary=True)

    people.change(user=user, by=None, email="new@example.org")

    assert not EmailAddress.objects.filter(email="old@example.org").exists()


def test_a_closed_account_loses_every_role_at_once() -> None:
    user = a_member(Role.PLANNER)

    people.change(user=user, by=None, is_active=False, why="left")

    assert not may(user, SEE)


def test_only_what_may_change_can_be_changed() -> None:
    with pytest.raises(TypeError, match="is_superuser"):
        people.change(user=a_person(), by=None, is_superuser=True)


def add_person(*arguments: str) -> str:
    out = io.StringIO()
    call_command("add_person", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_gives_an_account_a_role_and_a_link() -> None:
    here = an_authority(gss_code="E06000001")

    said = add_person(
        "pat@example.org", "Pat Lane", "--role=planner", "--authority=E06000001", "--admin"
    )

    user = User.objects.get()
    assert (user.name, user.is_staff, user.is_superuser) == ("Pat Lane", True, False)
    assert may(user, SEE, here)
    assert not may(user, SEE)
    assert "To choose a password: http://testserver/accounts/password/reset/key/" in said


def test_the_command_can_take_the_password_from_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))

    said = add_person("pat@example.org", "Pat", "--role=listener", "--password-from-stdin")

    assert User.objects.get().check_password(PASSWORD)
    assert said == "Pat is listener in England.\n"


def test_the_command_gives_someone_who_is_known_one_more_role() -> None:
    user = a_member(Role.PLANNER)

    said = add_person(user.email.upper(), "Another Name", "--role=listener")

    assert may(user, Permission.READ_WORDS)
    assert User.objects.get().name == user.name
    assert "its name and password stay" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pat@example.org", "Pat", "--role=planner", "--authority=E06999999"], "load_register"),
        (["not an address", "Pat", "--role=planner"], "valid email"),
        (["pat@example.org", "Pat", "--role=planner", "--until=2001-01-01"], "before it begins"),
        (
            ["pat@example.org", "Pat", "--role=planner", "--until=yesterday"],
            '"yesterday" is not a day. Write it as 2027-03-31.',
        ),
        (["pat@example.org", "Pat", "--role=king"], "invalid choice"),
        (["pat@example.org", "Pat"], "--role"),
    ],
)
def test_the_command_says_what_is_wrong_and_keeps_nothing(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        add_person(*arguments)

    assert not User.objects.exists()
    assert not Membership.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "name", "field"),
    [
        ("a@b.example", "x" * 151, "name: "),
        ("a@b.example", "", "name: "),
        ("a@b.example", "Ann\nOther", "name: "),
        ("a@b.example", "Ann \u202eother", "name: "),
        (f"a@{'.'.join(['b' * 62] * 4)}.example", "Ann", "email: "),
    ],
)
def test_a_command_refuses_a_person_who_is_not_one_in_a_sentence(
    email: str, name: str, field: str
) -> None:
    with pytest.raises(CommandError, match=f"^{field}"):
        call_command("add_person", email, name, role="planner")

    assert not User.objects.exists()

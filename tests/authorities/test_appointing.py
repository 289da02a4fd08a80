"""Inviting people to roles: by e-mail, for seven days, once, and taken back if need be."""

import re
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from authorities import appointing, people
from authorities.access import may
from authorities.appointing import LASTS, Gone, accept, invite, resend, revoke
from authorities.errors import Refused
from authorities.models import AuditEntry, Authority, Message, StaffInvitation, User
from authorities.roles import Permission, Role
from tests.authorities.factories import PASSWORD, a_member, a_person, an_authority

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PAT = "pat@example.org"


def an_invitation(
    email: str = PAT,
    *,
    role: Role = Role.PLANNER,
    authority: Authority | None = None,
    by: User | None = None,
    until: date | None = None,
    now: datetime = NOW,
) -> StaffInvitation:
    return invite(
        email=email,
        role=role,
        authority=authority,
        by=by,
        why="joins the team",
        now=now,
        today=now.date(),
        until=until,
    )


def token() -> str:
    """What stands in the link of the newest letter."""
    [key] = re.findall(r"\?key=(\S+)", Message.objects.latest("pk").body)
    return str(key)


def accepted(
    key: str, *, signed_in: User | None = None, now: datetime = NOW, password: str = PASSWORD
) -> User:
    user, _ = accept(
        token=key,
        signed_in=signed_in,
        name="Pat Lane",
        password=password,
        now=now,
        today=now.date(),
    )
    return user


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def test_an_invitation_makes_an_account_with_the_role_and_no_other() -> None:
    here, by = an_authority(), a_member(Role.NATIONAL_ADMINISTRATOR)
    an_invitation(authority=here, by=by)

    user = accepted(token())

    assert (user.email, user.name, user.check_password(PASSWORD)) == (PAT, "Pat Lane", True)
    assert list(user.memberships.values_list("role", "authority")) == [("planner", here.pk)]
    assert acts() == ["person invited", "person added", "role given", "invitation accepted"]
    assert AuditEntry.objects.get(act="role given").why == "joins the team"


def test_whoever_has_an_account_just_gets_the_role() -> None:
    user = a_member(Role.PLANNER)
    an_invitation(user.email.upper(), role=Role.TRANSLATOR)

    assert accepted(token(), signed_in=user) == user
    assert may(user, Permission.TRANSLATE_SURVEYS, today=TODAY)
    assert user.name == "Sam Field"


def test_only_a_digest_of_the_link_is_kept() -> None:
    invitation = an_invitation()

    assert token() not in str(StaffInvitation.objects.values().get(pk=invitation.pk))
    assert token() not in str(list(AuditEntry.objects.values()))


def test_the_same_invitation_twice_is_once_and_one_letter() -> None:
    assert an_invitation() == an_invitation(" Pat@Example.org ")
    assert Message.objects.count() == 1
    assert acts() == ["person invited"]


def test_one_that_ran_out_is_sent_again_by_inviting_again() -> None:
    an_invitation()
    old = token()
    later = NOW + LASTS

    an_invitation(now=later)

    assert StaffInvitation.objects.count() == 1
    with pytest.raises(StaffInvitation.DoesNotExist):
        accepted(old, now=later)
    assert accepted(token(), now=later).email == PAT


def test_inviting_again_on_other_terms_replaces_the_first_and_its_link() -> None:
    an_invitation()
    old = token()

    again = an_invitation(until=date(2026, 12, 31))

    assert StaffInvitation.objects.get().held_until == again.held_until == date(2026, 12, 31)
    with pytest.raises(StaffInvitation.DoesNotExist):
        accepted(old)
    assert accepted(token()).memberships.get().held_until == date(2026, 12, 31)
    assert acts()[:2] == ["person invited", "person invited on other terms"]


def test_inviting_again_for_another_reason_keeps_the_newer_and_sends_another_link() -> None:
    an_invitation()

    invite(
        email=PAT, role=Role.PLANNER, authority=None, by=None, why="stands in", now=NOW, today=TODAY
    )

    assert StaffInvitation.objects.get().why == "stands in"
    assert Message.objects.count() == 2


def test_one_whose_sender_may_send_none_any_more_is_sent_again_by_inviting_again() -> None:
    by = a_member(Role.NATIONAL_ADMINISTRATOR)
    an_invitation(by=by)
    people.change(user=by, by=None, is_active=False)

    an_invitation(by=a_member(Role.NATIONAL_ADMINISTRATOR))

    assert accepted(token()).email == PAT


def test_an_invitation_is_good_for_seven_days_and_not_a_moment_longer() -> None:
    an_invitation()

    appointing.found(token(), now=NOW + LASTS - timedelta(seconds=1), today=TODAY)
    with pytest.raises(Gone, match="has run out"):
        accepted(token(), now=NOW + LASTS)

    assert not User.objects.exists()


def test_an_invitation_is_accepted_once() -> None:
    an_invitation()
    user = accepted(token())

    with pytest.raises(Gone, match="accepted already"):
        accepted(token(), signed_in=user)


def test_one_that_was_taken_back_opens_nothing() -> None:
    invitation = an_invitation()

    for _ in range(2):
        revoke(invitation=invitation, by=None, why="wrong address", now=NOW)

    with pytest.raises(Gone, match="taken back"):
        accepted(token())
    with pytest.raises(Refused, match="accepted or revoked"):
        resend(invitation=invitation, by=None, now=NOW)
    assert acts() == ["person invited", "invitation revoked"]


def test_one_that_was_accepted_is_not_taken_back() -> None:
    invitation = an_invitation()
    accepted(token())

    with pytest.raises(Refused, match="End the role instead"):
        revoke(invitation=invitation, by=None, why="too late", now=NOW)


def test_a_letter_sent_again_replaces_the_link_before() -> None:
    invitation = an_invitation()
    old = token()

    resend(invitation=invitation, by=None, now=NOW)

    with pytest.raises(StaffInvitation.DoesNotExist):
        accepted(old)
    assert accepted(token()).email == PAT


def test_an_old_invitation_to_a_role_that_gives_nothing_there_is_not_sent_again() -> None:
    invitation = an_invitation(authority=an_authority())
    StaffInvitation.objects.update(role=Role.TRANSLATOR)

    with pytest.raises(Refused):
        resend(invitation=invitation, by=None, now=NOW)


def test_whoever_was_dismissed_lets_in_nobody_they_had_written_to() -> None:
    by = a_member(Role.NATIONAL_ADMINISTRATOR)
    an_invitation(by=by)
    people.change(user=by, by=None, is_active=False)

    with pytest.raises(Gone, match="may do so no longer"):
        accepted(token())


def test_somebody_else_cannot_accept_it() -> None:
    an_invitation()

    with pytest.raises(Refused, match="for another address"):
        accepted(token(), signed_in=a_person())
    assert acts() == ["person invited"]


def test_nobody_takes_an_account_over_with_a_link_alone() -> None:
    user = a_person(email=PAT)
    an_invitation()

    with pytest.raises(Refused, match="have an account already"):
        accepted(token())
    assert not user.memberships.exists()


def test_a_weak_password_leaves_the_invitation_as_it_was() -> None:
    an_invitation()

    with pytest.raises(ValidationError):
        accepted(token(), password="short")

    assert not User.objects.exists()
    assert accepted(token()).email == PAT


@pytest.mark.parametrize(
    ("email", "why", "until", "error"),
    [
        ("not an address", "new", None, ValidationError),
        ("a@b.example\nbcc: c@d.example", "new", None, ValidationError),
        (PAT, "  ", None, Refused),
        (PAT, "x" * 401, None, Refused),
        (PAT, "new", TODAY - timedelta(days=1), Refused),
    ],
)
def test_what_does_not_fit_is_refused_and_nobody_is_written_to(
    email: str, why: str, until: date | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        invite(
            email=email,
            role=Role.PLANNER,
            authority=None,
            by=None,
            why=why,
            now=NOW,
            today=TODAY,
            until=until,
        )

    assert not StaffInvitation.objects.exists()
    assert not Message.objects.exists()


def test_nobody_is_invited_to_what_they_hold_or_must_not() -> None:
    here = an_authority(name="Leeds")
    listener = a_member(Role.LISTENER, here)
    closed = a_person(is_active=False)
    administrator = a_member(Role.NATIONAL_ADMINISTRATOR)

    for email, role, words in (
        (listener.email, Role.LISTENER, "holds this role already"),
        (listener.email, Role.COORDINATOR, "Nobody is both coordinator and listener"),
        (closed.email, Role.PLANNER, "is closed"),
        (administrator.email, Role.PLANNER, "Nobody gives themselves a role"),
    ):
        with pytest.raises(Refused, match=words):
            an_invitation(email, role=role, authority=here, by=administrator)


def test_what_must_be_kept_apart_is_refused_when_it_is_accepted_too() -> None:
    here, user = an_authority(), a_person(email=PAT)
    an_invitation(role=Role.COORDINATOR, authority=here)
    people.grant(user=user, role=Role.LISTENER, authority=None, by=None, today=TODAY)

    with pytest.raises(Refused, match="Nobody is both"):
        accepted(token(), signed_in=user)


def test_the_database_keeps_one_open_invitation_to_each_role() -> None:
    an_invitation()
    other = StaffInvitation.objects.get()
    other.pk, other.digest, other._state.adding = None, b"another", True

    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


# --- the page ------------------------------------------------------------------------------------


def open_invitation(email: str = PAT) -> str:
    """The address of one that waits now."""
    an_invitation(email, now=timezone.now())
    return f"/accounts/invitation/?key={token()}"


def test_a_new_person_chooses_a_password_and_is_led_to_a_second_factor(client: Client) -> None:
    address = open_invitation()
    form = {"name": "Pat Lane", "password1": PASSWORD, "password2": PASSWORD, "key": token()}

    shown, sent = client.get(address), client.post("/accounts/invitation/", form)

    assert "You are invited to be planner" in shown.text
    assert sent.headers["Location"] == "/accounts/second-factor/"
    assert client.get("/staff/").headers["Location"] == "/accounts/second-factor/"


@pytest.mark.parametrize(
    ("passwords", "words"),
    [
        (("short", "short"), "at least 12 characters"),
        ((PASSWORD, "another"), "Type the same password twice."),
        (("", ""), "required"),
    ],
)
def test_what_is_wrong_is_said_and_the_name_is_kept(
    client: Client, passwords: tuple[str, str], words: str
) -> None:
    open_invitation()
    form = {"name": "Pat Lane", "key": token()}

    page = client.post(
        "/accounts/invitation/", {**form, "password1": passwords[0], "password2": passwords[1]}
    )

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in page.text
    assert 'value="Pat Lane"' in page.text


def test_each_end_of_an_invitation_has_its_page(client: Client) -> None:
    address = open_invitation()
    revoke(invitation=StaffInvitation.objects.get(), by=None, why="no", now=timezone.now())

    gone = client.get(address)
    unknown = client.get("/accounts/invitation/?key=none")
    bare = client.get("/accounts/invitation/")

    assert (gone.status_code, "taken back" in gone.text) == (HTTPStatus.GONE, True)
    assert unknown.status_code == bare.status_code == HTTPStatus.NOT_FOUND


def test_a_link_that_a_newer_letter_replaced_or_that_is_not_whole_says_so_to_staff(
    client: Client,
) -> None:
    replaced = open_invitation()
    resend(invitation=StaffInvitation.objects.get(), by=None, now=timezone.now())
    cut = f"/accounts/invitation/?key={token()[:-3]}"

    pages = [client.get(replaced), client.get(cut), client.post("/accounts/invitation/")]

    for page in pages:
        assert page.status_code == HTTPStatus.NOT_FOUND
        assert "another letter was sent to you since" in page.text
        assert "the link is not whole" in page.text
        assert "Childline" not in page.text


def test_nobody_is_invited_to_two_roles_that_must_be_kept_apart() -> None:
    here, there = an_authority(name="Leeds"), an_authority(name="York")
    an_invitation(role=Role.COORDINATOR, authority=here)

    an_invitation(role=Role.LISTENER, authority=there)
    for where in (here, None):
        with pytest.raises(Refused) as refused:
            an_invitation(role=Role.LISTENER, authority=where)
        assert str(refused.value).startswith(
            "pat@example.org is invited to be coordinator in Leeds already. Nobody is both "
            "listener and coordinator of one place"
        )

    assert StaffInvitation.objects.count() == Message.objects.count() == 2


def test_an_invitation_that_ran_out_hinders_no_other_and_is_not_sent_again_beside_it() -> None:
    here = an_authority()
    old = an_invitation(role=Role.COORDINATOR, authority=here)
    an_invitation(role=Role.LISTENER, authority=here, now=NOW + LASTS)

    with pytest.raises(Refused, match="is invited to be listener"):
        resend(invitation=old, by=None, now=NOW + LASTS)


@pytest.mark.parametrize("role", [Role.TRANSLATOR, Role.SURVEY_AUTHOR])
def test_nobody_is_invited_to_a_role_where_it_gives_nothing(role: Role) -> None:
    here = an_authority()

    with pytest.raises(Refused, match="gives nothing in one authority"):
        an_invitation(role=role, authority=here)
    with pytest.raises(Refused, match="gives nothing in one authority"):
        people.grant(user=a_person(), role=role, authority=here, by=None, today=TODAY)

    assert not StaffInvitation.objects.exists()
    assert an_invitation(role=role).authority is None


def test_whoever_has_an_account_signs_in_first_and_comes_back(client: Client) -> None:
    user = a_person(email=PAT)
    address = open_invitation()

    away = client.get(address).headers["Location"]
    client.force_login(user)
    back = client.get(address)
    done = client.post("/accounts/invitation/", {"key": token()})

    assert away.startswith("/accounts/login/?next=/accounts/invitation/%3Fkey%3D")
    assert "You are invited" in back.text
    assert done.headers["Location"] == "/staff/"
    assert user.memberships.get().role == Role.PLANNER


def test_somebody_else_who_is_signed_in_is_refused(client: Client) -> None:
    client.force_login(a_person())

    page = client.get(open_invitation())

    assert (page.status_code, "for another address" in page.text) == (HTTPStatus.FORBIDDEN, True)


def test_the_link_is_in_no_log(client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    open_invitation()
    key = token()
    revoke(invitation=StaffInvitation.objects.get(), by=None, why="no", now=timezone.now())

    for path in (f"/accounts/invitation/?key={key}", f"/accounts/invitation/?key={key}x"):
        client.get(path)

    said = "".join(capfd.readouterr())
    assert key not in said

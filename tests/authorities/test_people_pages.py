"""The pages for people, roles and the audit, as a national administrator and others use them."""

import csv
import io
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authorities import audit, factors, people
from authorities.access import may
from authorities.models import AuditEntry, Message, StaffInvitation, User
from authorities.roles import NATIONAL_ONLY, SENTENCES, Permission, Role
from tests.authorities.factories import FACTOR, a_member, a_membership, a_person, an_authority

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> User:
    user = a_member(Role.NATIONAL_ADMINISTRATOR)
    client.force_login(user)
    return user


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


# --- people --------------------------------------------------------------------------------------


def test_somebody_is_invited_from_the_page(client: Client, administrator: User) -> None:
    here = an_authority(name="Leeds")
    form = {"email": "pat@example.org", "role": "planner", "authority": here.pk, "why": "new"}

    answer = client.post("/staff/people/invite/", form)

    invitation = StaffInvitation.objects.get()
    assert answer.headers["Location"] == "/staff/people/"
    assert (invitation.email, invitation.role, invitation.authority, invitation.invited_by) == (
        "pat@example.org",
        "planner",
        here,
        administrator,
    )
    assert "pat@example.org" in client.get("/staff/people/").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "pat"}, "That is not an e-mail address."),
        ({"role": ""}, "Choose a role."),
        ({"why": ""}, "Say why."),
        ({"held_until": "2001-01-01"}, "The last day is before today."),
        ({"authority": "0"}, "Select a valid choice."),
        ({"email": "a@example.org\nb@example.org"}, "That is not an e-mail address."),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said(
    client: Client, administrator: User, wrong: dict[str, str], words: str
) -> None:
    well = {"email": "pat@example.org", "role": "planner", "why": "new"}

    page = client.post("/staff/people/invite/", {**well, **wrong})

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in page.text
    assert not Message.objects.exists()


def test_an_invitation_is_sent_again_and_taken_back(client: Client, administrator: User) -> None:
    form = {"email": "pat@example.org", "role": "planner", "why": "new"}
    client.post("/staff/people/invite/", form)
    pk = StaffInvitation.objects.get().pk

    client.post(f"/staff/invitations/{pk}/again/")
    without = client.post(f"/staff/invitations/{pk}/revoke/", {"why": " "})
    client.post(f"/staff/invitations/{pk}/revoke/", {"why": "wrong address"})
    too_late = client.post(f"/staff/invitations/{pk}/again/", follow=True)

    assert without.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "accepted or revoked meanwhile" in too_late.text
    assert acts() == ["person invited", "invitation sent again", "invitation revoked"]


def test_a_role_is_given_and_ended_with_a_reason(client: Client, administrator: User) -> None:
    user, here = a_person(), an_authority()
    address = f"/staff/people/{user.pk}/"
    give = {"give-role": "planner", "give-authority": here.pk, "give-why": "joins"}

    client.post(f"{address}roles/", give)
    held = may(user, Permission.SEE_PROGRESS, here)
    end = f"{address}roles/{user.memberships.get().pk}/end/"
    refused = client.post(end, {"ending-why": ""})
    client.post(end, {"ending-why": "left"})

    assert held
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not may(user, Permission.SEE_PROGRESS, here)
    assert list(AuditEntry.objects.order_by("pk").values_list("why", flat=True)) == [
        "joins",
        "left",
    ]


def test_a_role_that_must_be_apart_is_refused_beside_the_form(
    client: Client, administrator: User
) -> None:
    user = a_member(Role.LISTENER)

    page = client.post(
        f"/staff/people/{user.pk}/roles/", {"give-role": "coordinator", "give-why": "joins"}
    )

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Nobody is both coordinator and listener of one place" in page.text


def test_an_account_is_closed_and_opened_again(client: Client, administrator: User) -> None:
    user = a_person()
    address = f"/staff/people/{user.pk}/account/"

    client.post(address, {"closing-why": "left"})
    user.refresh_from_db()
    was_active = user.is_active
    client.post(address, {"closing-why": "came back", "open": "yes"})
    user.refresh_from_db()

    assert (was_active, user.is_active) == (False, True)
    assert acts() == ["person changed: is_active"] * 2


def test_a_name_and_an_address_are_changed(client: Client, administrator: User) -> None:
    user, other = a_person(), a_person()
    form = {"change-name": "Pat Lane", "change-email": "pat@example.org", "change-why": "married"}

    client.post(f"/staff/people/{user.pk}/change/", form)
    taken = client.post(
        f"/staff/people/{user.pk}/change/", {**form, "change-email": other.email.upper()}
    )

    user.refresh_from_db()
    assert (user.name, user.email) == ("Pat Lane", "pat@example.org")
    assert "already exists" in taken.text


def test_a_lost_phone_is_reset_by_somebody_else(client: Client, administrator: User) -> None:
    user = a_person()
    why = {"factor-why": "lost phone; called back"}

    client.post(f"/staff/people/{user.pk}/factor/", why)
    own = client.post(f"/staff/people/{administrator.pk}/factor/", why)

    assert not factors.is_set_up(user)
    assert factors.is_set_up(administrator)
    assert "ask another administrator" in own.text
    assert acts() == ["second factor reset"]


def test_ones_own_page_offers_nothing_to_change(client: Client, administrator: User) -> None:
    page = client.get(f"/staff/people/{administrator.pk}/").text

    assert "This is you." in page
    assert "<details" not in page


def test_people_are_found_by_name_role_and_place(client: Client, administrator: User) -> None:
    leeds, kent = an_authority(name="Leeds"), an_authority(name="Kent")
    for name, role, where in (("Ann", Role.PLANNER, leeds), ("Bo", Role.PLANNER, kent)):
        a_membership(a_person(name=f"{name} Lane"), role=role, authority=where)

    def found(**asked: str) -> list[str]:
        page = client.get("/staff/people/", asked).text
        return [name for name in ("Ann Lane", "Bo Lane") if name in page]

    assert found() == ["Ann Lane", "Bo Lane"]
    assert found(name="ann") == found(authority=leeds.gss_code) == ["Ann Lane"]
    assert found(role="listener") == []
    assert found(authority="none", role="king") == ["Ann Lane", "Bo Lane"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_however_many_people_there_are(
    client: Client, administrator: User, number: int
) -> None:
    for _ in range(number):
        a_membership(authority=an_authority())

    with CaptureQueriesContext(connection) as queries:
        client.get("/staff/people/")

    assert len(queries) == 9


def test_roles_held_against_the_rule_stand_at_the_top(client: Client, administrator: User) -> None:
    user = a_person(name="Two Hats")
    for role in (Role.LISTENER, Role.COORDINATOR):
        a_membership(user, role=role)

    assert "These roles must be kept apart" in client.get("/staff/people/").text


# --- who may do what -----------------------------------------------------------------------------


def test_every_permission_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Permission)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


def test_the_page_says_who_may_do_what(client: Client) -> None:
    client.force_login(a_person())

    page = client.get("/staff/roles/").text

    assert all(sentence.replace("'", "&#x27;") in page for sentence in SENTENCES.values())
    assert page.count("<td>Nationally</td>") == sum(
        permission in NATIONAL_ONLY and permission in given for permission, given in _pairs()
    )


def _pairs() -> list[tuple[Permission, frozenset[Permission]]]:
    from authorities.roles import PERMISSIONS  # noqa: PLC0415

    return [(permission, PERMISSIONS[role]) for permission in Permission for role in Role]


# --- the audit -----------------------------------------------------------------------------------


def an_entry(act: str, place: str = "", **more: str) -> None:
    authority = an_authority(name=place) if place else None
    audit.record(actor=None, act=act, subject=more.pop("subject", "x"), authority=authority, **more)


def read(client: Client, **asked: str) -> list[list[str]]:
    answer = client.get("/staff/audit.csv", asked)
    text = b"".join(answer).decode()
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]


def test_an_authority_reads_its_own_audit_and_no_other(client: Client) -> None:
    leeds = an_authority(name="Leeds")
    audit.record(actor=None, act="of ours", subject="x", authority=leeds)
    an_entry("of others", "Kent")
    an_entry("of the nation")
    client.force_login(a_member(Role.COORDINATOR, leeds))

    page = client.get("/staff/audit/").text

    assert "Of ours" in page
    assert [row[2] for row in read(client)] == ["of ours"]
    assert "Of others" not in page
    assert "Of the nation" not in page
    elsewhere = client.get("/staff/audit.csv", {"authority": "E06000001"})
    assert elsewhere.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_what_listeners_do_with_words_is_not_read_by_the_authority_it_may_be_about(
    client: Client,
) -> None:
    leeds = an_authority(name="Leeds")
    for subject in ("contact request 5", "comment 6", "suggestion 7"):
        audit.record(actor=None, act="looked at", subject=subject, authority=leeds)
    client.force_login(a_member(Role.COORDINATOR, leeds))

    assert read(client) == []
    client.force_login(a_member(Role.NATIONAL_ADMINISTRATOR))
    assert len(read(client)) == 3


def test_the_audit_is_found_by_what_who_and_when(client: Client, administrator: User) -> None:
    user = a_person(name="Pat Lane")
    audit.record(actor=user, act="wave opened", subject="spring", why="it is time")
    audit.record(actor=administrator, act="role given", subject=f"planner, person {user.pk}")
    today = timezone.localdate()
    tomorrow = f"{today + timedelta(days=1)}"

    def found(**asked: str) -> list[str]:
        return [row[2] for row in read(client, **asked)]

    assert found(act="wave") == found(who="pat") == ["wave opened"]
    assert found(person=f"{user.pk}") == ["role given", "wave opened"]
    assert found(since=f"{today}", until=f"{today}") == ["role given", "wave opened"]
    assert found(since=tomorrow) == []
    assert "planner, Pat Lane" in client.get("/staff/audit/").text


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "yesterday"},
        {"since": "2026-02-30"},
        {"since": "2026-02-02", "until": "2026-02-01"},
        {"person": "x"},
        {"person": "9" * 20},
        {"authority": "Leeds"},
    ],
)
def test_what_is_not_clear_is_said_and_no_file_is_made(
    client: Client, administrator: User, asked: dict[str, str]
) -> None:
    for path in ("/staff/audit/", "/staff/audit.csv"):
        answer = client.get(path, asked)

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "There is a problem" in answer.text


def test_no_cell_of_the_file_is_live(client: Client, administrator: User) -> None:
    user = a_person(name="=1+1")
    audit.record(actor=user, act="@act", subject="+subject", why="\t=why")

    [row] = read(client)

    assert row[1:] == ["'=1+1", "'@act", "'+subject", "England", "'\t=why"]


def test_the_audit_is_read_page_by_page_in_as_many_queries(
    client: Client, administrator: User
) -> None:
    for number in range(60):
        audit.record(actor=administrator, act=f"person added {number}", subject=f"person {number}")

    with CaptureQueriesContext(connection) as queries:
        first = client.get("/staff/audit/", {"act": "added"}).text
    asked = len(queries)
    second = client.get("/staff/audit/", {"act": "added", "page": "2"}).text

    assert "Person added 59" in first
    assert "Person added 9<" not in first
    assert "?act=added&amp;page=2" in first
    assert "Person added 0" in second
    assert asked == 8


def test_words_that_somebody_chose_are_never_read_as_a_person(
    client: Client, administrator: User
) -> None:
    user = a_person(name="Pat Lane")
    chosen = [f"person {user.pk}", f"planner, person {user.pk}", f"person {'9' * 20}", "person ²"]
    for words in chosen:
        audit.record(actor=administrator, act="push token made", subject=words)
    audit.record(actor=administrator, act="person added", subject=f"person {'9' * 20}")

    page = client.get("/staff/audit/")

    assert page.status_code == HTTPStatus.OK
    assert [row[3] for row in read(client)] == [f"person {'9' * 20}", *reversed(chosen)]
    assert read(client, person=f"{user.pk}") == []


def test_whatever_tells_of_a_person_is_read_with_their_name(
    client: Client, administrator: User
) -> None:
    """Each act that a rule writes down about somebody: a new one is added to ``ON_PEOPLE``."""
    user = people.add(email="pat@example.org", name="Pat", by=administrator)
    people.change(user=user, by=administrator, name="Pat Lane")
    role = people.grant(
        user=user,
        role=Role.SURVEY_AUTHOR,
        authority=None,
        by=administrator,
        today=timezone.localdate(),
    )
    people.end(membership=role, last_day=timezone.localdate(), by=administrator)
    factors.give_app(user=user, secret=FACTOR)
    factors.reset(user=user, by=administrator, why="lost phone; seen in person")

    rows = read(client, person=f"{user.pk}")

    assert [(row[2].split(" on ")[0], row[3]) for row in rows] == [
        ("second factor reset", "Pat Lane"),
        ("role ended", "survey author, Pat Lane"),
        ("role given", "survey author, Pat Lane"),
        ("person changed: name", "Pat Lane"),
        ("person added", "Pat Lane"),
    ]

"""The second factor: whoever has one is asked for it, and whoever has none sets one up first."""

from contextlib import nullcontext
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.db.transaction import atomic, set_rollback
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from authorities import factors, people, tasks
from authorities.errors import Refused
from authorities.models import AuditEntry, Message, User
from authorities.roles import Role
from config.insisting import NOT_YET
from tests.authorities.factories import FACTOR, PASSWORD, a_membership, a_person
from tests.authorities.signing_in import as_if_time_had_passed, by_code, by_password, sign_in

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/second-factor/"
APP = f"{SET_UP}totp/activate/"
REMOVE_APP = f"{SET_UP}totp/deactivate/"


def a_passkey(user: User) -> Authenticator:
    """A row like one: no test here signs anything with it."""
    passkey = Authenticator(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "my phone", "credential": {}}
    )
    passkey.save()
    return passkey


def without_a_factor(client: Client) -> User:
    user = a_person(is_staff=True, password=PASSWORD, has_factor=False)
    a_membership(user, role=Role.NATIONAL_ADMINISTRATOR)
    client.force_login(user)
    return user


def set_up_an_app(client: Client, keep: DjangoCaptureOnCommitCallbacks | None = None) -> str:
    """Where it leads."""
    client.get(APP)
    secret = client.session["mfa.totp.secret"]
    with keep(execute=True) if keep else nullcontext():
        return client.post(APP, {"code": factors.code_of(secret)}).headers["Location"]


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


# --- signing in ----------------------------------------------------------------------------------


def test_a_password_alone_signs_nobody_in_who_has_a_second_factor(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)

    led_to = by_password(client, "sam@example.org")

    assert led_to == "/accounts/second-factor/authenticate/"
    assert SESSION_KEY not in client.session
    assert client.get("/staff/").headers["Location"].startswith("/accounts/login/")


def test_a_passkey_asks_for_one_more_step_too(client: Client) -> None:
    user = a_person(email="sam@example.org", password=PASSWORD, has_factor=False)
    a_passkey(user)

    by_password(client, "sam@example.org")

    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("code", ["000000", "", "none", "１２３４５６", "0" * 5000])
def test_a_wrong_code_signs_nobody_in(client: Client, code: str) -> None:
    a_person(email="sam@example.org", password=PASSWORD)
    by_password(client, "sam@example.org")

    assert by_code(client, code or " ") == ""
    assert SESSION_KEY not in client.session


def test_a_code_that_was_used_opens_nothing(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)
    sign_in(client, "sam@example.org")
    other = Client()

    by_password(other, "sam@example.org")

    assert by_code(other) == ""
    assert SESSION_KEY not in other.session


def test_many_wrong_codes_in_a_row_are_stopped_and_the_right_one_too(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)
    by_password(client, "sam@example.org")
    for _ in range(6):
        by_code(client, "000000")

    page = client.post("/accounts/second-factor/authenticate/", {"code": factors.code_of(FACTOR)})

    assert "Too many tries." in page.text
    assert SESSION_KEY not in client.session


def test_a_recovery_code_lets_in_once(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    user = without_a_factor(client)
    set_up_an_app(client, django_capture_on_commit_callbacks)
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    first, second = Client(), Client()

    by_password(first, user.email)
    by_password(second, user.email)

    assert by_code(first, codes[0]) == "/staff/"
    as_if_time_had_passed()
    assert by_code(second, codes[0]) == ""


# --- until there is one ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/staff/", "/admin/", "/staff/people/", "/report/", "/accounts/password/reset/"]
)
def test_whoever_has_none_is_led_to_where_it_is_set_up(client: Client, path: str) -> None:
    without_a_factor(client)

    assert client.get(path).headers["Location"] == SET_UP
    assert NOT_YET in client.get(SET_UP).text


def test_the_api_says_it_in_a_sentence(client: Client) -> None:
    without_a_factor(client)

    answer = client.get("/api/v1/")

    assert (answer.status_code, answer.json()) == (HTTPStatus.FORBIDDEN, {"detail": NOT_YET})


@pytest.mark.parametrize(
    "path", [SET_UP, APP, f"{SET_UP}webauthn/add/", "/accounts/password/change/"]
)
def test_what_whoever_has_none_needs_is_open_to_them(client: Client, path: str) -> None:
    without_a_factor(client)

    assert client.get(path).status_code == HTTPStatus.OK


def test_recovery_codes_alone_are_no_second_factor(client: Client) -> None:
    user = without_a_factor(client)
    Authenticator.objects.create(
        user=user, type="recovery_codes", data={"seed": factors.sealed("00"), "used_mask": 0}
    )

    assert client.get("/staff/").headers["Location"] == SET_UP


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_shows_recovery_codes_and_opens_the_work(client: Client) -> None:
    without_a_factor(client)

    led_to = set_up_an_app(client)

    assert led_to == f"{SET_UP}recovery-codes/"
    assert client.get("/staff/").status_code == HTTPStatus.OK
    assert acts() == ["second factor set up"]


@pytest.mark.django_db(transaction=True)
def test_a_session_from_before_the_first_factor_ends_elsewhere(client: Client) -> None:
    """Whoever stole the password may have signed in before there was a factor."""
    thief = Client()
    user = without_a_factor(client)
    thief.force_login(user)

    set_up_an_app(client)

    assert thief.get("/staff/").headers["Location"].startswith("/accounts/login/")
    assert client.get("/staff/").status_code == HTTPStatus.OK


def test_whose_second_factor_changed_is_told(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    user = without_a_factor(client)

    set_up_an_app(client, django_capture_on_commit_callbacks)
    tasks.deliver_waiting()

    [message] = [each for each in mail.outbox if each.to == [user.email]]
    assert message.subject == "A second factor was set up"
    assert "tell a national administrator at once" in message.body


def test_no_secret_stands_in_clear_in_the_database(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    user = without_a_factor(client)
    client.get(APP)
    secret = client.session["mfa.totp.secret"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(APP, {"code": factors.code_of(secret)})

    kept = str(list(Authenticator.objects.filter(user=user).values_list("data", flat=True)))
    assert secret not in kept
    assert factors.code_now(user) == factors.code_of(secret)


# --- removing and replacing ----------------------------------------------------------------------


def recently_sure(client: Client) -> None:
    """Types the password again, as is asked before something that matters."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def test_the_last_second_factor_cannot_be_removed(client: Client) -> None:
    user = a_person(password=PASSWORD)
    client.force_login(user)
    recently_sure(client)

    shown = client.get(REMOVE_APP)
    client.post(REMOVE_APP)

    assert "Set up another first" in shown.text
    assert factors.is_set_up(user)


def test_the_last_passkey_cannot_be_removed(client: Client) -> None:
    user = a_person(password=PASSWORD, has_factor=False)
    passkey = a_passkey(user)
    client.force_login(user)
    recently_sure(client)

    answer = client.post(f"{SET_UP}webauthn/keys/{passkey.pk}/remove/")

    assert answer.headers["Location"] == reverse("mfa_list_webauthn")
    assert factors.is_set_up(user)


def test_one_of_two_can_be_removed_and_that_is_written_down(client: Client) -> None:
    user = a_person(password=PASSWORD)
    passkey = a_passkey(user)
    client.force_login(user)
    recently_sure(client)

    client.post(f"{SET_UP}webauthn/keys/{passkey.pk}/remove/")

    assert factors.in_words(user) == ["an app that shows codes"]
    assert acts() == ["second factor removed"]


def test_a_lost_one_is_reset_with_a_reason_and_ends_every_session(client: Client) -> None:
    user, by = a_person(), a_person()
    client.force_login(user)

    for _ in range(2):
        factors.reset(user=user, by=by, why="lost phone; seen in person")

    assert not factors.is_set_up(user)
    assert client.get("/staff/").headers["Location"].startswith("/accounts/login/")
    assert list(AuditEntry.objects.values_list("actor", "act", "subject", "why")) == [
        (by.pk, "second factor reset", f"person {user.pk}", "lost phone; seen in person")
    ]


def test_whose_factor_was_reset_is_told_once_and_by_whom() -> None:
    user, by = a_person(email="pat@example.org"), a_person(name="Ada Min")

    for _ in range(2):
        factors.reset(user=user, by=by, why="lost phone; seen in person")

    letter = Message.objects.get()
    assert (letter.to, letter.subject) == ("pat@example.org", "Your second factor was taken away")
    assert "Ada Min took away your second factor" in letter.body


@pytest.mark.parametrize("address_first", [True, False])
def test_nobody_both_changes_an_address_and_resets_the_factor_before_its_owner_signed_in_again(
    address_first: bool,
) -> None:
    user, by, another = a_person(), a_person(), a_person()
    acts = [
        lambda who: people.change(user=user, by=who, email="else@example.org"),
        lambda who: factors.reset(user=user, by=who, why="lost phone; seen in person"),
    ]
    first, second = acts if address_first else reversed(acts)
    first(by)

    with pytest.raises(Refused, match="ask another administrator for the other"), atomic():
        second(by)
    factor_stays = factors.is_set_up(user)
    with atomic():
        second(another)
        set_rollback(True)
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    second(by)

    assert factor_stays is address_first
    user.refresh_from_db()
    assert (user.email, factors.is_set_up(user)) == ("else@example.org", False)


def test_a_name_may_be_changed_and_the_factor_reset_by_the_same_administrator() -> None:
    user, by = a_person(name="Pat"), a_person()
    people.change(user=user, by=by, name="Pat Lane")

    factors.reset(user=user, by=by, why="lost phone; seen in person")

    assert not factors.is_set_up(user)


@pytest.mark.parametrize(("oneself", "why"), [(True, "lost phone"), (False, "  ")])
def test_nobody_resets_their_own_nor_without_a_reason(oneself: bool, why: str) -> None:
    user = a_person()

    with pytest.raises(Refused):
        factors.reset(user=user, by=user if oneself else a_person(), why=why)

    assert factors.is_set_up(user)


# --- passkeys: what a browser may send -----------------------------------------------------------


@pytest.mark.parametrize("sent", ["", "{}", "[]", "null", '{"id": "x"}', "not json", '{"id": 1}'])
def test_what_is_no_passkey_is_refused_and_breaks_nothing(client: Client, sent: str) -> None:
    answer = client.post(f"{SET_UP}webauthn/login/", {"credential": sent})

    assert answer.headers["Location"] == "/accounts/login/"
    assert SESSION_KEY not in client.session


def test_the_page_for_signing_in_offers_a_passkey_where_the_browser_has_any(client: Client) -> None:
    page = client.get("/accounts/login/").text

    assert "Sign in with a passkey" in page
    assert 'src="/static/authorities/passkeys.js"' in page

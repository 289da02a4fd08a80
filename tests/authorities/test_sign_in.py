"""Signing in by e-mail address; nobody learns which addresses have an account."""

import re
from http import HTTPStatus

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from authorities import people, tasks
from authorities import sign_in as rules
from authorities.models import Message, User
from tests.authorities.factories import PASSWORD, a_person
from tests.authorities.signing_in import LOGIN, by_code, by_password, sign_in

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another long password"
RESET = "/accounts/password/reset/"


def signed_in(client: Client) -> bool:
    return client.get("/staff/").status_code == HTTPStatus.OK


def try_to_sign_in(client: Client, email: str, password: str = PASSWORD) -> str:
    """By password, and then by a code; what the page says where it stops."""
    response = client.post(LOGIN, {"login": email, "password": password})
    if response.status_code != HTTPStatus.FOUND:
        return response.text
    by_code(client)
    return ""


def without_what_was_typed(page: str, email: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(email, "…"))


def test_someone_signs_in_with_address_and_password(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)

    led_to = sign_in(client, "Sam@Example.org")

    assert led_to == reverse("staff-home")
    assert signed_in(client)


def test_a_session_ends_with_the_browser(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)

    try_to_sign_in(client, "sam@example.org")

    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.cookies["sessionid"]["httponly"]


def test_a_page_that_needs_signing_in_is_come_back_to(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)

    sent_away = client.get("/staff/roles/").headers["Location"]
    back = sign_in(client, "sam@example.org", path=sent_away)

    assert sent_away == f"{LOGIN}?next=/staff/roles/"
    assert back == "/staff/roles/"


def test_nobody_is_sent_on_to_a_strangers_site(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)

    led_to = sign_in(client, "sam@example.org", path=f"{LOGIN}?next=https://elsewhere.example/")

    assert led_to == "/staff/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)

    known = try_to_sign_in(client, "sam@example.org", "a wrong password")
    unknown = try_to_sign_in(Client(), "nobody@example.org", "a wrong password")

    assert "The e-mail address or the password is not right." in known
    assert without_what_was_typed(known, "sam@example.org") == without_what_was_typed(
        unknown, "nobody@example.org"
    )


def test_a_closed_account_does_not_let_in(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD, is_active=False)

    try_to_sign_in(client, "sam@example.org")

    assert not signed_in(client)


def test_closing_an_account_ends_its_session_at_once(client: Client) -> None:
    user = a_person(email="sam@example.org", password=PASSWORD)
    try_to_sign_in(client, "sam@example.org")

    people.change(user=user, by=None, is_active=False)

    assert not signed_in(client)


def test_many_wrong_tries_in_a_row_are_stopped(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)
    for _ in range(10):
        try_to_sign_in(client, "sam@example.org", "a wrong password")

    try_to_sign_in(client, "sam@example.org")

    assert not signed_in(client)


def test_signing_out_leads_back_to_signing_in(client: Client) -> None:
    client.force_login(a_person())

    response = client.post("/accounts/logout/")

    assert response.headers["Location"] == LOGIN
    assert not signed_in(client)


def test_a_link_that_only_shows_the_page_signs_nobody_out(client: Client) -> None:
    client.force_login(a_person())

    client.get("/accounts/logout/")

    assert signed_in(client)


def test_nobody_can_make_an_account_for_themselves(client: Client) -> None:
    form = {"email": "new@example.org", "password1": PASSWORD}

    shown, sent = client.get("/accounts/signup/"), client.post("/accounts/signup/", form)

    assert "Accounts are made for you" in shown.text
    assert "Accounts are made for you" in sent.text
    assert not User.objects.exists()


def test_nobody_can_change_the_address_they_sign_in_by(client: Client) -> None:
    user = a_person(email="sam@example.org")
    client.force_login(user)

    response = client.post("/accounts/email/", {"email": "mine@example.org", "action_add": ""})

    assert response.headers["Location"] == "/staff/"
    assert User.objects.get().email == "sam@example.org"


# --- choosing a password ------------------------------------------------------------------------


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    a_person(email="sam@example.org", name="Sam Field", password=PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(RESET, {"email": "sam@example.org"})
    [message] = mail.outbox
    [link] = re.findall(r"http://testserver(\S+)", str(message.body))

    form = client.get(link, follow=True)
    choose = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(form.redirect_chain[-1][0], choose)

    assert (message.to, message.subject) == (["sam@example.org"], "Choose a new password")
    assert "Hello Sam Field," in message.body
    assert try_to_sign_in(client, "sam@example.org", NEW_PASSWORD) == ""
    assert "This link does not work" in Client().get(link, follow=True).text


def test_asking_for_a_link_waits_for_no_mail_server(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)

    client.post(RESET, {"email": "sam@example.org"})

    assert mail.outbox == []
    assert Message.objects.get().state == Message.State.WAITING


def test_asking_for_a_link_says_the_same_to_all_and_writes_to_no_stranger(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)

    known = client.post(RESET, {"email": "sam@example.org"}, follow=True)
    unknown = client.post(RESET, {"email": "nobody@example.org"}, follow=True)

    assert known.text == unknown.text
    assert known.redirect_chain == unknown.redirect_chain
    assert list(Message.objects.values_list("to", flat=True)) == ["sam@example.org"]


def test_the_link_is_under_our_own_address_whatever_the_request_says(client: Client) -> None:
    a_person(email="sam@example.org", password=PASSWORD)

    client.post(RESET, {"email": "sam@example.org"}, headers={"host": "localhost"})

    assert "http://testserver/accounts/password/reset/key/" in Message.objects.get().body


def test_a_new_person_is_sent_a_link_with_which_they_get_in(client: Client) -> None:
    user = people.add(email="pat@example.org", name="Pat", by=None)
    rules.send_password_link(user)
    tasks.deliver_waiting()
    [link, _] = re.findall(r"http://testserver(\S+)", str(mail.outbox[0].body))

    form = client.get(link, follow=True)
    choose = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(form.redirect_chain[-1][0], choose)
    led_to = by_password(client, "pat@example.org", NEW_PASSWORD)

    assert led_to == "/staff/"
    assert client.get(led_to).headers["Location"] == "/accounts/second-factor/"


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "at least 12 characters"),
        ("passwordpassword", "another", "same password each time"),
        ("sam@example.org", "sam@example.org", "too similar"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_in_words(
    client: Client, password: str, again: str, words: str
) -> None:
    user = a_person(email="sam@example.org")
    form = client.get(rules.password_link(user), follow=True)

    response = client.post(form.redirect_chain[-1][0], {"password1": password, "password2": again})

    assert "There is a problem" in response.text
    assert words in response.text
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_a_signed_in_person_can_change_their_password(client: Client) -> None:
    user = a_person(password=PASSWORD)
    client.force_login(user)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    response = client.post("/accounts/password/change/", form)

    assert response.headers["Location"] == "/staff/"
    assert signed_in(client)
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)

"""The pages of subscribing: the same answer for everybody, buttons that do, links that do not."""

import time
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from analytics import subscribing
from analytics.models import Notice, Subscription
from authorities.areas import ENGLAND
from authorities.models import AuditEntry, Authority
from authorities.roles import Role
from config.logs import blotted
from surveys import core
from surveys.keyring import Keyring
from surveys.senders import Fate
from tests.analytics import factories
from tests.analytics.reading_pages import a_reader, words_of
from tests.analytics.reports import a_story
from tests.analytics.subscribers import (
    a_subscriber,
    announced,
    asking,
    delivered,
    links,
    states,
    token_of,
)
from tests.authorities.factories import a_person, an_authority
from tests.feedback.families import text
from tests.surveys.factories import a_version

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
ANN = "ann@example.org"
FORM = "/subscriptions/"
ONE_CLICK = "List-Unsubscribe=One-Click"
URLENCODED = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    cache.clear()


@pytest.fixture
def with_key(keyring: Keyring) -> Keyring:
    subscribing.publish_key(keyring=keyring, today=TODAY)
    return keyring


def confirm(token: str) -> str:
    return f"/subscriptions/confirm/?t={token}"


def stop(token: str) -> str:
    return f"/subscriptions/stop/?t={token}"


# --- asking --------------------------------------------------------------------------------------


def test_anybody_asks_without_a_cookie_and_is_told_to_look_at_their_mail(
    client: Client, with_key: Keyring
) -> None:
    answer = client.post(FORM, {"area": ENGLAND, "email": " Ann@Example.org "}, follow=True)

    assert answer.redirect_chain == [("/subscriptions/asked/", HTTPStatus.FOUND)]
    assert "Look at your e-mail" in text(answer)
    assert not client.cookies
    kept = Subscription.objects.get()
    assert (kept.area, kept.confirmed_on) == (ENGLAND, None)
    assert bytes(kept.address_digest) == subscribing.digest_of(ANN)


def test_nobody_finds_out_who_subscribed(with_key: Keyring) -> None:
    """Unknown, asked before, subscribed, and written to too often: one answer."""
    a_subscriber(with_key, now=NOW, address="known@example.org")
    asking(with_key, "asked@example.org", now=NOW)
    for _ in range(3):
        subscribing.ask(address="often@example.org", area=ENGLAND, now=datetime.now(UTC))

    answers = set()
    for name in ("new", "asked", "known", "often"):
        form = {"area": ENGLAND, "email": f"{name}@example.org"}
        sent = Client().post(FORM, form)
        del sent["Expires"]  # the time of day
        answers.add((sent.status_code, sent["Location"], str(sorted(sent.headers.items()))))

    assert len(answers) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "This is not an e-mail address. One has an @."),
        ("ann.example.org", "This is not an e-mail address. One has an @."),
        ("ann@", "What stands after the @ cannot be right. Look for a slip in it."),
        ("a b@example.org", "What stands before the @ cannot be right. Look for a slip in it."),
        ("x" * 65 + "@example.org", "What stands before the @ cannot be right."),
        ("ann@example.org\r\nBcc: ben@example.org", "cannot be right"),
    ],
)
def test_what_is_no_address_comes_back_with_what_is_wrong(
    client: Client, with_key: Keyring, typed: str, words: str
) -> None:
    answer = client.post(FORM, {"area": ENGLAND, "email": typed})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in words_of(answer)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("area", ["", "X", "E08999999", "<script>", "\N{SNOWMAN}" * 40])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_area_that_is_none_is_not_there(client: Client, area: str, method: str) -> None:
    answer = getattr(client, method)(FORM, {"area": area, "email": ANN})

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "There is no such area" in text(answer)


def test_before_a_worker_made_the_key_nothing_is_kept_and_it_is_said(client: Client) -> None:
    answer = client.post(FORM, {"area": ENGLAND, "email": ANN})

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Please try again in an hour." in text(answer)


def test_too_many_at_once_are_told_when_to_come_again(
    client: Client, with_key: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribing, "LIMITS", ((2, 600),))
    monkeypatch.setattr(time, "time", lambda: 600_000_000.0 * 3 + 480)

    answers = [
        client.post(FORM, {"area": ENGLAND, "email": f"{number}@example.org"})
        for number in range(3)
    ]

    assert [each.status_code for each in answers] == [302, 302, HTTPStatus.TOO_MANY_REQUESTS]
    assert answers[2]["Retry-After"] == "120"
    assert "Please try again in 2 minutes." in text(answers[2])
    assert 'value="2@example.org"' in answers[2].content.decode()
    assert Subscription.objects.count() == 2


def test_who_is_signed_in_may_tick_their_own_address(with_key: Keyring) -> None:
    client, person = Client(), a_person(email="planner@council.example")
    client.force_login(person)

    form = client.get(FORM, {"area": ENGLAND})
    client.post(FORM, {"area": ENGLAND, "own": "yes", "email": ""})

    assert "To my own address, planner@council.example" in text(form)
    digest = bytes(Subscription.objects.get().address_digest)
    assert digest == subscribing.digest_of("planner@council.example")


def test_a_tick_of_nobody_signed_in_is_not_looked_at(client: Client, with_key: Keyring) -> None:
    client.post(FORM, {"area": ENGLAND, "own": "yes", "email": ANN})

    digest = bytes(Subscription.objects.get().address_digest)
    assert digest == subscribing.digest_of(ANN)


# --- the links -----------------------------------------------------------------------------------


def test_to_open_the_link_of_a_letter_confirms_nothing_and_the_button_does(
    client: Client, with_key: Keyring
) -> None:
    asking(with_key, ANN, now=NOW)
    [letter] = delivered(with_key, now=NOW)
    [link] = links(letter.text.body)

    looked = [client.get(link), client.head(link), client.get(link)]
    before = Subscription.objects.get().confirmed_on
    pressed = [Client(enforce_csrf_checks=True).post(link) for _ in range(2)]

    assert {each.status_code for each in looked} == {HTTPStatus.OK}
    assert "You will get an e-mail whenever figures for England are published" in words_of(
        looked[0]
    )
    assert before is None
    assert Subscription.objects.get().confirmed_on is not None
    for each in pressed:
        assert each.status_code == HTTPStatus.OK
        assert "<h1>Confirmed</h1>" in each.content.decode()


@pytest.mark.parametrize("token", ["", "none", "x" * 5000, "%00", "é"])
def test_a_link_that_is_none_confirms_nothing_and_says_what_to_do(
    client: Client, token: str
) -> None:
    for answer in (client.get(confirm(token)), client.post(confirm(token))):
        assert answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}

    assert client.post(stop(token)).status_code in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}


def test_to_open_the_link_to_stop_stops_nothing_and_the_button_does(with_key: Keyring) -> None:
    link = stop(token_of(a_subscriber(with_key, now=NOW), with_key))
    client = Client(enforce_csrf_checks=True)

    looked = client.get(link)
    left = Subscription.objects.count()
    pressed = [client.post(link) for _ in range(2)]

    assert (looked.status_code, left) == (HTTPStatus.OK, 1)
    assert "You get no more e-mails about England" in words_of(looked)
    assert Subscription.objects.count() == 0
    for each in pressed:
        assert each.status_code == HTTPStatus.OK
        assert "your address was deleted" in words_of(each)


def test_a_mail_program_stops_it_with_one_press_and_no_redirect(with_key: Keyring) -> None:
    """RFC 8058, 3.1 and 3.2: a POST of this body, without a cookie; no redirect is followed."""
    link = stop(token_of(a_subscriber(with_key, now=NOW), with_key))

    answer = Client(enforce_csrf_checks=True).post(link, ONE_CLICK, content_type=URLENCODED)

    assert answer.status_code == HTTPStatus.OK
    assert not Subscription.objects.exists()
    assert not answer.cookies


def test_pages_behind_links_are_kept_nowhere_and_name_themselves_to_nobody(
    client: Client, with_key: Keyring
) -> None:
    token = token_of(a_subscriber(with_key, now=NOW), with_key)

    for link in (confirm(token), stop(token)):
        answer = client.get(link)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert token not in blotted(f"GET {link} went wrong")
        assert token not in answer.content.decode()


@pytest.mark.parametrize("page", ["confirm", "stop"])
def test_other_methods_are_refused(client: Client, page: str) -> None:
    answer = client.put(f"/subscriptions/{page}/?t=x")

    assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED


# --- the form on the reports ---------------------------------------------------------------------


@pytest.fixture
def leeds() -> Authority:
    leeds = an_authority(name="Leeds", gss_code="E08000035")
    a_story(leeds.gss_code, leeds.region_id, version=a_version(core.source()))
    return leeds


def test_each_report_has_the_form_and_stays_the_same_for_everybody(
    client: Client, leeds: Authority, with_key: Keyring
) -> None:
    areas = {
        "/report/E08000035/": leeds.gss_code,
        "/report/region/E12000001/": leeds.region_id,
        "/report/england/": ENGLAND,
    }
    for path, area in areas.items():
        page = client.get(path)
        html = page.content.decode()
        assert 'action="/subscriptions/"' in html
        assert f'name="area" value="{area}"' in html
        assert "csrfmiddlewaretoken" not in html
        assert page["Cache-Control"] == "public, max-age=300"
        assert not page.cookies
        client.post(FORM, {"area": area, "email": ANN})

    assert set(Subscription.objects.values_list("area", flat=True)) == set(areas.values())


# --- for the national team -----------------------------------------------------------------------


def test_the_national_team_sees_how_far_letters_are_and_sends_the_doubtful_again(
    with_key: Keyring,
) -> None:
    for _ in range(3):
        a_subscriber(with_key, now=NOW)
    release = factories.a_release()
    announced(release.pk, now=NOW)
    delivered(with_key, now=NOW, fates=[Fate.SENT, Fate.UNSURE, Fate.SENT])
    Notice.objects.filter(release=None).delete()
    reader = a_reader(Role.NATIONAL_ADMINISTRATOR)

    page = words_of(reader.get("/staff/letters/"))
    again = [
        words_of(reader.post(f"/staff/letters/{release.pk}/again", follow=True)) for _ in range(2)
    ]

    assert "3 subscriptions are confirmed" in page
    assert f"{release.wave.name}, release 1 0 2 0 1 0 Send" in page
    assert "1 letter goes once more." in again[0]
    assert "There was nothing doubtful or failed left." in again[1]
    assert states() == ["sent", "waiting", "sent"]
    assert AuditEntry.objects.filter(act="letters to subscribers sent again").count() == 1


def test_letters_of_many_releases_are_listed_in_as_many_queries_as_of_one(
    with_key: Keyring,
) -> None:
    reader = a_reader(Role.NATIONAL_ADMINISTRATOR)
    a_subscriber(with_key, now=NOW)

    def queries() -> int:
        announced(factories.a_release().pk, now=NOW)
        with CaptureQueriesContext(connection) as captured:
            reader.get("/staff/letters/")
        return len(captured)

    numbers = [queries() for _ in range(3)]

    assert numbers[1] == numbers[2]


def test_nobody_else_sees_them(settings: Settings) -> None:
    release = factories.a_release()
    planner = a_reader(Role.PLANNER, an_authority())

    assert planner.get("/staff/letters/").status_code == HTTPStatus.FORBIDDEN
    answer = planner.post(f"/staff/letters/{release.pk}/again")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert Client().get("/staff/letters/")["Location"].startswith("/accounts/login/")

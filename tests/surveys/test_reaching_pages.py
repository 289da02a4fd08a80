"""The doors to sending: pages, the push endpoint, and what GOV.UK Notify calls back with."""

import json
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from authorities.models import AuditEntry, Authority, Membership
from authorities.roles import Role
from surveys import enveloping, inviting, pushing
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import (
    Dispatch,
    DoNotContact,
    Envelope,
    Mailing,
    OpenLink,
    Participation,
    PushToken,
    Wave,
)
from tests.authorities.factories import a_member, an_authority
from tests.surveys.factories import a_participation
from tests.surveys.mailings import a_family

pytestmark = pytest.mark.django_db

LIST = b"phone,service,age_band\n07700900471,in-care,12-17\n07700900472,in-care,8-11\n"
TODAY = timezone.localdate


@pytest.fixture
def box(keyring: Keyring) -> Participation:
    return a_participation(
        keyring=keyring, opens_on=TODAY(), closes_on=TODAY() + timedelta(days=30)
    )


def page(box: Participation, rest: str = "") -> str:
    return f"/staff/reaching/{box.wave.slug}/{box.authority.gss_code}/{rest}"


def signed_in(authority: Authority | None, role: Role = Role.COORDINATOR) -> Client:
    client = Client()
    client.force_login(a_member(role, authority))
    return client


def a_file(content: bytes, name: str = "list.csv") -> dict[str, object]:
    return {"list": SimpleUploadedFile(name, content, "text/csv")}


def test_a_coordinator_takes_a_list_in_and_sees_counts_only(box: Participation) -> None:
    client = signed_in(box.authority)

    answer = client.post(page(box, "list"), a_file(LIST), follow=True)

    shown = answer.content.decode()
    assert "2 families were taken in. Nothing is sent until you start it." in shown
    assert "2 mobile numbers and 0 e-mail addresses, sealed" in shown
    assert "9004" not in shown
    assert Envelope.objects.count() == 2


def test_one_family_is_told_as_one(box: Participation) -> None:
    one = LIST.splitlines()[:2]

    client = signed_in(box.authority)
    first = client.post(page(box, "list"), a_file(b"\n".join(one)), follow=True)
    again = client.post(page(box, "list"), a_file(b"\n".join(one)), follow=True)

    assert "1 family was taken in." in first.text
    assert "1 was there already." in again.text


def test_an_address_of_staff_is_refused_on_the_page_and_where_it_is_pushed(
    box: Participation,
) -> None:
    client = signed_in(box.authority)  # at example.org, as everybody of these tests
    ours = b"phone,email,service,age_band\n07700900471,ann@example.org,in-care,12-17\n"

    uploaded = client.post(page(box, "list"), a_file(ours))
    pushed = push(box, a_token(box.authority), ours)

    assert (uploaded.status_code, pushed.status_code) == (422, 422)  # type: ignore[attr-defined]
    assert "this is an address of staff" in uploaded.content.decode()
    assert "this is an address of staff" in pushed.content.decode()  # type: ignore[attr-defined]
    assert not Envelope.objects.exists()


def test_where_only_a_mail_server_is_set_up_the_e_mail_address_is_kept(
    box: Participation, settings: Settings
) -> None:
    settings.HEARD_SENDER = "smtp"
    client = signed_in(box.authority)
    both = b"phone,email,service,age_band\n07700900471,ann@example.com,in-care,12-17\n"

    first = client.post(page(box, "list"), a_file(both), follow=True)
    pushed = push(box, a_token(box.authority), both.replace(b"ann@", b"ben@").replace(b"71", b"72"))
    bare = client.post(page(box, "list"), a_file(LIST))

    assert "0 mobile numbers and 1 e-mail address" in first.content.decode()
    assert pushed.json()["new"] == 1  # type: ignore[attr-defined]
    assert list(Envelope.objects.values_list("way", flat=True)) == ["email", "email"]
    assert bare.status_code == 422
    assert "no text messages are sent from here" in bare.content.decode()


def test_a_list_with_faults_is_given_back_with_each_and_nothing_is_kept(box: Participation) -> None:
    client = signed_in(box.authority)

    answer = client.post(page(box, "list"), a_file(LIST + b"ann@example.org,in-care,8-11\n"))

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "line 4, column phone: this is an e-mail address" in shown
    assert "ann@" not in shown
    assert not Envelope.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "Choose a file first."), (b"x" * (2**21 + 2**17), "more than 20,000 rows or 2 MB")],
)
def test_no_file_or_one_too_large_is_said_in_words(
    box: Participation, content: bytes | None, sentence: str
) -> None:
    given = {} if content is None else a_file(content)

    answer = signed_in(box.authority).post(page(box, "list"), given)

    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_no_list_is_ever_a_file_on_a_disk(box: Participation, settings: Settings) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # where Django would write a file

    with patch.object(TemporaryFileUploadHandler, "new_file", side_effect=AssertionError):
        answer = signed_in(box.authority).post(page(box, "list"), a_file(LIST))

    assert answer.status_code == 302
    assert Envelope.objects.count() == 2


def test_a_form_of_elsewhere_uploads_nothing(box: Participation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_member(Role.COORDINATOR, box.authority))

    assert client.post(page(box, "list"), a_file(LIST)).status_code == 403
    assert not Envelope.objects.exists()


@pytest.mark.parametrize("rest", ["", "list", "start", "state"])
def test_who_does_not_invite_here_has_no_door(box: Participation, rest: str) -> None:
    for client in (signed_in(an_authority()), signed_in(box.authority, Role.PLANNER)):
        answer = (
            client.post(page(box, rest))
            if rest in {"list", "start"}
            else client.get(page(box, rest))
        )
        assert answer.status_code == 403


def test_a_mailing_is_started_paused_resumed_and_stopped_on_the_page(
    box: Participation, keyring: Keyring, settings: Settings
) -> None:
    settings.HEARD_SENDER = "notify"
    client = signed_in(box.authority)
    client.post(page(box, "list"), a_file(LIST))

    started = client.post(page(box, "start"), {"kind": "invitation"})
    states: list[str] = []
    mailing = Mailing.objects.get()
    for what in ("pause", "resume", "stop"):
        client.post(page(box, f"{mailing.pk}/{what}"))
        mailing.refresh_from_db()
        states.append(mailing.state)

    assert (started.status_code, states) == (302, ["paused", "waiting", "stopped"])
    assert client.get(page(box, "state")).json()[str(mailing.pk)]["state"] == "Stopped"
    assert [entry.act for entry in AuditEntry.objects.order_by("pk")][-4:] == [
        "mailing started", "mailing paused", "mailing resumed", "mailing stopped",
    ]  # fmt: skip


def test_without_a_sender_the_page_says_that_nothing_goes_out(box: Participation) -> None:
    client = signed_in(box.authority)
    client.post(page(box, "list"), a_file(LIST))

    answer = client.post(page(box, "start"), {"kind": "invitation"})

    assert answer.status_code == 422
    assert "No sender is set up here" in answer.content.decode()
    assert not Mailing.objects.exists()


@pytest.mark.parametrize("what", ["again", "leave"])
def test_a_person_decides_about_what_is_doubtful(
    box: Participation, keyring: Keyring, what: str
) -> None:
    enveloping.take_in(participation=box, families=[a_family()], today=TODAY(), by=None)
    mailing = Mailing.objects.create(participation=box, kind="invitation", state="done", total=1)
    Dispatch.objects.create(mailing=mailing, envelope=Envelope.objects.get(), state="doubtful")
    client = signed_in(box.authority)

    assert "1 may or may not have been sent" in client.get(page(box)).content.decode()
    client.post(page(box, f"{mailing.pk}/{what}"))

    assert Dispatch.objects.get().state == ("waiting" if what == "again" else "handled")


def test_every_text_is_shown_in_each_language(box: Participation) -> None:
    shown = signed_in(box.authority).get("/staff/reaching/texts").content.decode()

    assert shown.count("<h2") >= 8
    assert "(GSM-7)" in shown
    assert "(UCS-2)" in shown


def test_the_do_not_contact_page_adds_looks_and_takes_off(box: Participation) -> None:
    client = signed_in(box.authority)
    address = f"/staff/do-not-contact/{box.authority.gss_code}/"
    typed = {"add-typed": "07700 900471", "add-why": "abuse", "add-until": ""}
    wrong = client.post(address, {"form": "add", **typed, "add-typed": "020 7946 0018"})
    client.post(address, {"form": "add", **typed})
    found = client.post(address, {"form": "look", "look-typed": "+447700900471"})
    other = client.post(address, {"form": "look", "look-typed": "ann@example.org"})
    client.post(
        address, {"form": "remove", "remove-typed": "07700900471", "remove-why": "They asked"}
    )

    assert wrong.status_code == 422
    assert "domestic abuse: the phone may be watched" in found.content.decode()
    assert "Not on the list" in other.content.decode()
    assert not DoNotContact.objects.exists()
    assert client.get("/staff/do-not-contact/england/").status_code == 403
    assert signed_in(None, Role.NATIONAL_ADMINISTRATOR).get(
        "/staff/do-not-contact/england/"
    ).status_code == 200  # fmt: skip


# --- open links -------------------------------------------------------------------------------


def test_an_open_link_is_made_and_taken_down_on_the_page_and_the_audit_says_by_whom(
    box: Participation, settings: Settings
) -> None:
    client = signed_in(box.authority)
    none_yet = client.get(page(box)).content.decode()

    made = client.post(page(box, "links"), follow=True).content.decode()
    link = OpenLink.objects.get()
    down = client.post(page(box, f"links/{link.slug}/down"), follow=True).content.decode()

    address = f"{settings.HEARD_BASE_URL}/o/{link.slug}"
    assert "There is none here." in none_yet
    assert f'<a href="{address}">{address}</a>' in made
    assert f'alt="QR code of {address}"' in made
    assert f'href="/staff/print/{box.wave.slug}/{box.authority.gss_code}/#posters"' in made
    assert address not in down
    assert list(OpenLink.objects.values_list("closed_on", flat=True)) == [TODAY()]
    entries = AuditEntry.objects.filter(act__startswith="open link").order_by("pk")
    assert list(entries.values_list("act", "actor__name", "authority")) == [
        ("open link made", "Sam Field", box.authority.pk),
        ("open link taken down", "Sam Field", box.authority.pk),
    ]


def test_no_link_of_another_authority_is_taken_down_nor_one_made_when_the_wave_is_over(
    box: Participation,
) -> None:
    client = signed_in(box.authority)
    theirs = inviting.make_open_link(participation=a_participation())

    foreign = client.post(page(box, f"links/{theirs.slug}/down"))
    over = {"opens_on": TODAY() - timedelta(days=9), "closes_on": TODAY() - timedelta(days=1)}
    Wave.objects.filter(pk=box.wave.pk).update(**over)
    late = client.post(page(box, "links"))

    assert (foreign.status_code, late.status_code) == (422, 422)
    assert "There is no open link" in foreign.content.decode()
    assert "is over: its last day was" in late.content.decode()
    assert OpenLink.objects.open_on(TODAY()).get() == theirs


# --- pushing ----------------------------------------------------------------------------------


def a_token(authority: Authority) -> str:
    _, secret = pushing.make(
        authority=authority,
        name="Case system",
        expires_on=TODAY() + timedelta(days=30),
        by=a_member(Role.NATIONAL_ADMINISTRATOR),
        today=TODAY(),
    )
    return secret


def push(box: Participation, secret: str, content: bytes, kind: str = "text/csv") -> object:
    return Client(enforce_csrf_checks=True).post(
        f"/api/v1/lists/?wave={box.wave.slug}",
        content,
        content_type=kind,
        headers={"Authorization": f"Bearer {secret}"},
    )


def test_an_authoritys_own_system_pushes_its_list_as_csv_or_json(box: Participation) -> None:
    secret = a_token(box.authority)
    rows = [{"phone": "07700900473", "service": "in-care", "age_band": "12-17"}]

    first = push(box, secret, LIST)
    second = push(box, secret, json.dumps({"families": rows}).encode(), "application/json")
    third = push(box, secret, LIST)

    assert [answer.json() for answer in (first, second, third)] == [  # type: ignore[attr-defined]
        {"new": 2, "known": 0, "not_to_be_asked": 0, "another_time": 0},
        {"new": 1, "known": 0, "not_to_be_asked": 0, "another_time": 0},
        {"new": 0, "known": 2, "not_to_be_asked": 0, "another_time": 0},
    ]
    assert PushToken.objects.get().used_on == TODAY()


def test_a_pushed_list_with_faults_is_refused_whole(box: Participation) -> None:
    answer = push(box, a_token(box.authority), LIST + b"07700900471,abuse,8-11\n")

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert [each.split(":")[0] for each in answer.json()["problems"]] == [  # type: ignore[attr-defined]
        "The list, line 4, column service"
    ]
    assert "9004" not in answer.content.decode()  # type: ignore[attr-defined]
    assert not Envelope.objects.exists()


def test_a_token_opens_only_its_own_authority_and_only_while_it_holds(box: Participation) -> None:
    person = a_member(Role.NATIONAL_ADMINISTRATOR)
    revoked, over, theirs = a_token(box.authority), a_token(box.authority), a_token(an_authority())
    first, second, _ = PushToken.objects.order_by("pk")
    pushing.revoke(token=first, by=person, today=TODAY())
    PushToken.objects.filter(pk=second.pk).update(expires_on=TODAY() - timedelta(days=1))

    statuses = [push(box, secret, LIST).status_code for secret in (revoked, over, "", "x", theirs)]  # type: ignore[attr-defined]

    assert statuses == [401, 401, 401, 401, 404]
    assert not Envelope.objects.exists()


def test_a_token_does_no_more_than_whoever_made_it_may(box: Participation) -> None:
    secret = a_token(box.authority)
    Membership.objects.update(held_until=TODAY() - timedelta(days=1))

    answer = push(box, secret, LIST)
    page = signed_in(box.authority).get(f"/staff/push-tokens/{box.authority.gss_code}/")

    assert answer.status_code == 401  # type: ignore[attr-defined]
    assert "may invite families here no longer" in page.content.decode()
    assert PushToken.objects.get().used_on is None


def test_what_is_pushed_too_large_or_to_no_wave_is_refused_in_words(box: Participation) -> None:
    secret = a_token(box.authority)
    large = push(box, secret, b"x" * (2 * 2**20 + 1))
    box.wave.slug = "nowhere"
    nowhere = push(box, secret, LIST)

    assert (large.status_code, "more than 20,000 rows" in large.content.decode()) == (422, True)  # type: ignore[attr-defined]
    assert (nowhere.status_code, "takes part in no wave" in nowhere.content.decode()) == (404, True)  # type: ignore[attr-defined]


def test_a_token_is_shown_once_and_revoked_on_the_page(box: Participation) -> None:
    client = signed_in(box.authority)
    address = f"/staff/push-tokens/{box.authority.gss_code}/"
    given = {"name": "Case system", "expires_on": (TODAY() + timedelta(days=9)).isoformat()}

    made = client.post(address, given).content.decode()
    again = client.get(address).content.decode()
    client.post(f"{address}{PushToken.objects.get().pk}/revoked")

    assert "heard-push-" in made
    assert "heard-push-" not in again
    assert PushToken.objects.get().revoked_on == TODAY()


@pytest.mark.parametrize("days", [-1, 400])
def test_a_token_lasts_a_year_at_most(days: int) -> None:
    with pytest.raises(Refused, match="at most a year away"):
        pushing.make(
            authority=an_authority(),
            name="Case system",
            expires_on=TODAY() + timedelta(days=days),
            by=a_member(Role.NATIONAL_ADMINISTRATOR),
            today=TODAY(),
        )


# --- what Notify calls back with --------------------------------------------------------------


OURS = "a token of ours"
SOME_STATUSES: list[object] = ["sending", "delivered", "delivered", "permanent-failure", []]


def called_back(path: str, told: object, token: str = OURS) -> int:
    answer = Client(enforce_csrf_checks=True).post(
        f"/api/notify/{path}",
        told if isinstance(told, bytes) else json.dumps(told),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status_code


@pytest.fixture
def ours(settings: Settings) -> None:
    settings.HEARD_NOTIFY_CALLBACK_TOKEN = OURS


def test_a_delivery_receipt_is_noted(box: Participation, ours: None) -> None:
    enveloping.take_in(participation=box, families=[a_family()], today=TODAY(), by=None)
    mailing = Mailing.objects.create(participation=box, kind="invitation", state="sending")
    message = Dispatch.objects.create(
        mailing=mailing, envelope=Envelope.objects.get(), state="sending"
    )
    told = {"reference": str(message.reference), "to": "+447700900471"}

    statuses = [called_back("receipts", {**told, "status": status}) for status in SOME_STATUSES]

    message.refresh_from_db()
    assert (statuses, message.state) == ([204] * 5, "bounced")


def test_a_text_that_says_stop_comes_by_callback(ours: None) -> None:
    told = {"source_number": "447700900471", "message": "STOP", "destination_number": "0"}

    assert called_back("texts", told) == 204
    assert DoNotContact.objects.count() == 1


@pytest.mark.parametrize("path", ["receipts", "texts"])
def test_without_the_token_nobody_calls_back(path: str, ours: None, settings: Settings) -> None:
    told = {"source_number": "447700900471", "message": "STOP"}
    statuses = [called_back(path, told, token) for token in ("", "another", "ä")]
    settings.HEARD_NOTIFY_CALLBACK_TOKEN = ""
    statuses.append(called_back(path, told, ""))

    assert statuses == [401] * 4
    assert not DoNotContact.objects.exists()


@pytest.mark.parametrize("told", [b"", b"[]", b"\xff", b"[" * 9000, b"1"])
def test_what_is_no_json_object_is_refused(told: bytes, ours: None) -> None:
    assert called_back("receipts", told) == 400

"""What listeners see of those who asked to be contacted, and do: their own, once, audited."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from nacl.public import PrivateKey
from pytest_django import Settings

from authorities.models import AuditEntry, Authority, Message, User
from authorities.roles import Role
from feedback import contacting, listeners, opening, tasks
from feedback.contacting import contacts_for
from feedback.destruction import destroy_closed_contacts
from feedback.errors import Incomplete, NoListenersKey
from feedback.escalating import escalate_unacknowledged
from feedback.models import ContactNote, ContactRequest, Opening, PublicKey
from surveys.keyring import KeyMissing, Keyring
from tests.authorities.factories import a_member, a_membership, a_person, an_authority
from tests.feedback.contacts import (
    EVENING,
    NAME,
    NUMBER,
    a_contact,
    a_listeners_key,
    a_request,
    opened_by_a_worker,
    told,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
TODAY = EVENING.date()


@pytest.fixture(autouse=True)
def key(keyring: Keyring) -> Keyring:
    return a_listeners_key(keyring)


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds")


@pytest.fixture
def local(leeds: Authority) -> User:
    return a_membership(a_person(name="Lena Ward"), role=Role.LISTENER, authority=leeds).user


@pytest.fixture
def national() -> User:
    return a_member(Role.LISTENER)


def inbox_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def acts() -> list[str]:
    return list(
        AuditEntry.objects.filter(act__startswith="contact")
        .order_by("pk")
        .values_list("act", flat=True)
    )


def seen_by(user: User) -> set[int]:
    return set(contacts_for(user, today=TODAY).values_list("pk", flat=True))


# --- who sees what


def test_a_listener_sees_those_of_their_own_authority_alone(
    leeds: Authority, local: User, national: User
) -> None:
    kent = an_authority(name="Kent")
    a_member(Role.LISTENER, kent)
    ours, theirs, of_all = a_request(leeds), a_request(kent), a_request()

    assert seen_by(local) == {ours.pk}
    assert seen_by(national) == {of_all.pk}
    assert theirs.authority == kent


def test_national_listeners_see_one_of_an_authority_once_it_is_escalated(
    leeds: Authority, local: User, national: User
) -> None:
    request = a_request(leeds)
    escalate_unacknowledged(now=EVENING + HOUR, after=HOUR)

    assert seen_by(national) == seen_by(local) == {request.pk}


def test_a_listener_of_two_authorities_sees_those_of_both(leeds: Authority, local: User) -> None:
    kent = an_authority()
    a_membership(local, role=Role.LISTENER, authority=kent)

    assert {a_request(leeds).pk, a_request(kent).pk} == seen_by(local)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LISTENER}))
def test_no_other_role_opens_the_door(role: Role, leeds: Authority) -> None:
    for person in (a_member(role), a_member(role, leeds)):
        with pytest.raises(PermissionDenied):
            contacts_for(person, today=TODAY)


def addresses(pk: int) -> list[tuple[str, str]]:
    posts = ("open", "acknowledge", "note", "pass-on", "close", "hold")
    return [
        ("get", reverse("contacts")),
        ("get", reverse("contact-request", args=[pk])),
        ("get", reverse("contact-opened", args=[pk, 1])),
        *(("post", reverse(f"contact-{each}", args=[pk])) for each in posts),
    ]


def test_whoever_is_not_signed_in_is_asked_to(client: Client) -> None:
    for method, address in addresses(a_request().pk):
        answer = getattr(client, method)(address)

        assert answer.status_code == HTTPStatus.FOUND
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("superuser", [False, True])
def test_whoever_has_no_role_is_refused(*, superuser: bool) -> None:
    request = a_request()
    client = inbox_of(a_person(is_staff=True, is_superuser=superuser))

    for method, address in addresses(request.pk):
        answer = getattr(client, method)(address, {"text": "a", "why": "b", "done": "c"})

        assert answer.status_code == HTTPStatus.FORBIDDEN
    assert acts() == []


def test_a_request_to_another_authority_is_not_found_whatever_is_done_to_it(local: User) -> None:
    kent = an_authority()
    a_member(Role.LISTENER, kent)
    request = a_request(kent)
    client = inbox_of(local)

    outcomes = {
        getattr(client, method)(address, {"text": "a", "why": "b", "done": "c"}).status_code
        for method, address in addresses(request.pk)[1:-1]
    }

    request.refresh_from_db()
    assert outcomes == {HTTPStatus.NOT_FOUND}
    assert (request.state, acts()) == ("waiting", [])


def test_only_a_national_listener_may_hold(leeds: Authority, local: User) -> None:
    request = a_request(leeds)

    answer = inbox_of(local).post(
        reverse("contact-hold", args=[request.pk]), {"reason": "inquiry 2026/14"}
    )

    request.refresh_from_db()
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert request.hold == ""


@pytest.mark.parametrize("what", ["open", "acknowledge", "note", "pass-on", "close", "hold"])
def test_a_forged_post_is_refused(national: User, what: str) -> None:
    request = a_request()
    client = Client(enforce_csrf_checks=True)
    client.force_login(national)

    answer = client.post(
        reverse(f"contact-{what}", args=[request.pk]),
        {"text": "a", "why": "b", "done": "c", "reason": "d"},
    )

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert acts() == []


# --- the list


def test_the_most_urgent_stands_first(national: User) -> None:
    in_hand, late, newest, done = (
        a_request(now=EVENING - timedelta(minutes=minutes)) for minutes in (90, 60, 0, 120)
    )
    for each in (in_hand, done):
        contacting.acknowledge(request=each, by=national, now=EVENING)
    contacting.close(request=done, by=national, done="Reached", now=EVENING)

    found = contacts_for(national, today=TODAY).most_urgent_first()

    assert list(found) == [late, newest, in_hand, done]


def test_the_list_shows_who_waits_and_since_when_and_nothing_that_was_said(
    leeds: Authority, local: User
) -> None:
    now = timezone.now()
    late = a_request(leeds, now=now - timedelta(minutes=90))
    a_request(leeds, now=now - timedelta(minutes=5))

    text = inbox_of(local).get(reverse("contacts")).content.decode()

    assert "2 to be answered" in text
    assert "Has waited 1\xa0hour, 30\xa0minutes." in text
    assert text.count("Overdue") == 1
    assert reverse("contact-request", args=[late.pk]) in text
    assert NAME not in text
    assert NUMBER not in text


def test_twenty_are_listed_in_as_many_queries_as_one(national: User) -> None:
    client = inbox_of(national)
    a_request()
    client.get(reverse("contacts"))  # whatever is asked only once
    with CaptureQueriesContext(connection) as for_one:
        client.get(reverse("contacts"))
    for _ in range(20):
        a_request()

    with CaptureQueriesContext(connection) as for_twenty:
        text = client.get(reverse("contacts")).content.decode()

    assert len(for_twenty) == len(for_one)
    assert text.count(">Request ") == 20
    assert "Page 1 of 2" in text


def test_closed_ones_have_a_list_of_their_own(national: User) -> None:
    request, client = a_request(), inbox_of(national)
    contacting.acknowledge(request=request, by=national, now=EVENING)
    contacting.close(request=request, by=national, done="Reached", now=EVENING)

    pages = [client.get(reverse("contacts") + each) for each in ("", "?show=closed")]

    assert ["Nobody waits" in page.content.decode() for page in pages] == [True, False]
    assert f">Request {request.pk}<" in pages[1].content.decode()


def test_the_staff_home_has_a_door_with_how_many_wait(leeds: Authority, local: User) -> None:
    a_request(leeds)
    a_request()

    text = inbox_of(local).get(reverse("staff-home")).content.decode()

    assert f'href="{reverse("contacts")}"' in text
    assert "1 waiting" in text


def test_without_anybody_waiting_the_door_says_nothing_of_it(national: User) -> None:
    text = inbox_of(national).get(reverse("staff-home")).content.decode()

    assert f'href="{reverse("contacts")}"' in text
    assert "waiting" not in text


# --- opening


def test_a_listener_reads_what_was_said_and_no_table_ever_holds_it(
    leeds: Authority, local: User
) -> None:
    request = a_request(leeds, secret="my uncle", elsewhere=False, when="after school")
    client = inbox_of(local)

    pressed = client.post(reverse("contact-open", args=[request.pk]))
    text = client.get(pressed["Location"]).content.decode()

    for said in (NUMBER, NAME, "my uncle", "after school", "Leeds"):
        assert said in text
    assert acts() == ["contact opened"]
    for held in (ContactRequest.objects.get().envelope, Opening.objects.get().sealed):
        assert NUMBER.encode() not in bytes(held or b"")


def test_the_key_is_in_the_browser_alone_and_goes_with_one_page_alone(
    national: User, settings: Settings
) -> None:
    settings.SECURE = True
    request = a_request()

    pressed = inbox_of(national).post(reverse("contact-open", args=[request.pk]))

    cookie, wish = pressed.cookies["opening"], Opening.objects.get()
    assert cookie["path"] == reverse("contact-opened", args=[request.pk, wish.pk])
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Strict")
    assert cookie["max-age"] == 600
    key = PrivateKey(bytes.fromhex(cookie.value))
    assert bytes(wish.public_key) == bytes(key.public_key)


def test_until_a_worker_has_opened_it_the_page_waits_and_says_for_what(
    national: User, settings: Settings
) -> None:
    settings.HEARD_JOBS = "sweeps"  # as in the embedded web process: nothing runs here
    request, client = a_request(), inbox_of(national)
    pressed = client.post(reverse("contact-open", args=[request.pk]))

    before = client.get(pressed["Location"]).content.decode()
    tasks.open_waiting_contacts()
    after = client.get(pressed["Location"]).content.decode()

    assert '<meta http-equiv="refresh" content="2">' in before
    assert "A worker that has one opens it for your browser alone" in before
    assert NUMBER not in before
    assert NUMBER in after


def test_a_page_that_waits_for_long_says_that_no_worker_came(
    national: User, settings: Settings
) -> None:
    settings.HEARD_JOBS = "sweeps"
    request, client = a_request(), inbox_of(national)
    pressed = client.post(reverse("contact-open", args=[request.pk]))
    Opening.objects.update(asked_at=timezone.now() - timedelta(minutes=2))

    text = client.get(pressed["Location"]).content.decode()

    assert "No worker has opened it for more than a minute." in text


def test_after_ten_minutes_it_is_closed_again_also_before_the_sweep_came(national: User) -> None:
    request, client = a_request(), inbox_of(national)
    pressed = client.post(reverse("contact-open", args=[request.pk]))
    Opening.objects.update(asked_at=timezone.now() - timedelta(minutes=10))

    answer = client.get(pressed["Location"])

    assert answer["Location"] == reverse("contact-request", args=[request.pk])


def test_another_browser_or_person_cannot_show_it(national: User) -> None:
    request = a_request()
    pressed = inbox_of(national).post(reverse("contact-open", args=[request.pk]))
    without_key, with_wrong_key, another = (
        inbox_of(national),
        inbox_of(national),
        inbox_of(a_member(Role.LISTENER)),
    )
    with_wrong_key.cookies["opening"] = "00" * 32
    another.cookies["opening"] = pressed.cookies["opening"].value

    for client in (without_key, with_wrong_key, another):
        answer = client.get(pressed["Location"], follow=True)
        assert NUMBER not in answer.content.decode()


@pytest.mark.parametrize("cookie", ["", "no key", "ff", "zz" * 32])
def test_a_cookie_that_is_no_key_opens_nothing(national: User, cookie: str) -> None:
    request, client = a_request(), inbox_of(national)
    pressed = client.post(reverse("contact-open", args=[request.pk]))
    client.cookies["opening"] = cookie

    answer = client.get(pressed["Location"])

    assert answer["Location"] == reverse("contact-request", args=[request.pk])


def test_the_sweep_opens_what_waits_and_forgets_what_is_ten_minutes_old(
    national: User, keyring: Keyring
) -> None:
    request = a_request()
    old, _ = opening.ask_to_open(request=request, by=national, now=EVENING)
    new, _ = opening.ask_to_open(request=request, by=national, now=EVENING + timedelta(minutes=9))

    now = EVENING + timedelta(minutes=10)
    assert opening.open_waiting(keyring=keyring, now=now) == 1
    assert opening.open_waiting(keyring=keyring, now=now) == 0
    assert opening.open_one(old.pk, keyring=keyring, now=now) is False
    assert Opening.objects.get().pk == new.pk


def test_without_the_listeners_key_nothing_is_opened_and_it_stays_waiting(
    national: User, keyring: Keyring
) -> None:
    opening.ask_to_open(request=a_request(), by=national, now=EVENING)
    keyring.destroy("listeners")

    with pytest.raises(KeyMissing):
        opening.open_waiting(keyring=keyring, now=EVENING)

    assert Opening.objects.waiting().count() == 1


@pytest.mark.parametrize("envelope", [b"damaged", b""])
def test_what_cannot_be_opened_says_so_to_the_listener_and_in_the_log(
    national: User, caplog: pytest.LogCaptureFixture, envelope: bytes
) -> None:
    request, client = a_request(), inbox_of(national)
    ContactRequest.objects.update(envelope=envelope)

    pressed = client.post(reverse("contact-open", args=[request.pk]))
    text = client.get(pressed["Location"]).content.decode()

    assert "This request cannot be opened." in text
    assert "a contact request cannot be opened" in caplog.text


def test_what_was_said_is_shown_as_text(national: User) -> None:
    request = a_request(called="<script>alert(1)</script>", about="میری بات\nسنیں")
    client = inbox_of(national)

    pressed = client.post(reverse("contact-open", args=[request.pk]))
    text = client.get(pressed["Location"]).content.decode()

    assert "<script>" not in text
    assert "<bdi>&lt;script&gt;" in text
    assert "<bdi>میری بات<br>سنیں</bdi>" in text


def test_not_their_council_stands_first(national: User, leeds: Authority, local: User) -> None:
    request, client = a_request(leeds, elsewhere=True), inbox_of(national)

    pressed = client.post(reverse("contact-open", args=[request.pk]))
    text = client.get(pressed["Location"]).content.decode()

    assert request.authority is None
    assert "<strong>Not Leeds.</strong>" in text


# --- the key


def test_the_key_is_made_once_and_published_once(keyring: Keyring) -> None:
    public_key = bytes(PublicKey.objects.get().key)

    assert listeners.publish_key(keyring=keyring, today=TODAY) is False
    assert public_key == keyring.make_pair("listeners") == listeners.public_key()


def test_a_key_that_somebody_put_in_its_place_is_found_and_put_right(
    keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    PublicKey.objects.update(key=bytes(PrivateKey.generate().public_key))

    assert listeners.publish_key(keyring=keyring, today=TODAY) is True

    assert listeners.public_key() == keyring.make_pair("listeners")
    assert "was not ours" in caplog.text


def test_without_a_key_nothing_is_kept() -> None:
    PublicKey.objects.all().delete()

    with pytest.raises(NoListenersKey):
        contacting.ask(contact=a_contact(), form_id=None, now=EVENING)

    assert not ContactRequest.objects.exists()


# --- taking on, noting, passing on, closing


def test_taking_it_on_is_done_once_and_by_whom_it_was_first(national: User) -> None:
    request, other = a_request(), a_member(Role.LISTENER)

    outcomes = [
        contacting.acknowledge(request=request, by=each, now=EVENING) for each in (national, other)
    ]

    request.refresh_from_db()
    assert outcomes == [True, False]
    assert (request.state, request.acknowledged_by) == ("acknowledged", national)
    assert acts() == ["contact acknowledged"]


def test_the_whole_work_on_a_request_through_the_pages(
    leeds: Authority, local: User, national: User, keyring: Keyring
) -> None:
    request, client = a_request(leeds), inbox_of(local)

    def post(what: str, **form: str) -> Any:
        return client.post(reverse(f"contact-{what}", args=[request.pk]), form, follow=True)

    said = [
        [str(each) for each in answer.context["messages"]]
        for answer in (
            post("acknowledge"),
            post("acknowledge"),
            post("note", text="Rang at 4.10, no answer"),
            post("close", done="Reached her through school"),
            post("close", done="again"),
        )
    ]

    request.refresh_from_db()
    assert said == [
        ["You have taken it on. Nobody else is told of it now."],
        ["Somebody had taken it on before."],
        ["The note is kept, sealed like the request."],
        ["Closed. It is destroyed in 90 days."],
        ["It was not closed: somebody must have taken it on first."],
    ]
    assert request.state == "closed"
    assert acts() == ["contact acknowledged", "contact noted", "contact closed"]
    notes = opened_by_a_worker(request, local, keyring).notes
    assert list(notes.values()) == ["Rang at 4.10, no answer", "Reached her through school"]


def test_notes_are_sealed_and_not_in_the_audit(national: User, keyring: Keyring) -> None:
    request = a_request()

    contacting.note(request=request, by=national, text=f"Rang {NAME}", now=EVENING)

    assert NAME.encode() not in bytes(ContactNote.objects.get().envelope)
    assert NAME not in str(list(AuditEntry.objects.values()))
    assert list(opened_by_a_worker(request, national, keyring).notes.values()) == [f"Rang {NAME}"]


def test_a_note_that_does_not_open_does_not_keep_the_request_shut(
    national: User, keyring: Keyring
) -> None:
    request = a_request()
    contacting.note(request=request, by=national, text="lost", now=EVENING)
    ContactNote.objects.update(envelope=b"damaged")

    found = opened_by_a_worker(request, national, keyring)

    assert (found.contact.where, found.notes) == (NUMBER, {})


@pytest.mark.parametrize("text", ["", "  \n", "a" * 1001])
def test_a_note_that_says_nothing_or_too_much_is_refused(national: User, text: str) -> None:
    request = a_request()

    with pytest.raises(Incomplete):
        contacting.note(request=request, by=national, text=text, now=EVENING)
    answer = inbox_of(national).post(reverse("contact-note", args=[request.pk]), {"text": text})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not ContactNote.objects.exists()


def test_passing_on_makes_it_wait_with_the_national_listeners(
    leeds: Authority, local: User, national: User
) -> None:
    request = a_request(leeds)
    Message.objects.all().delete()
    contacting.acknowledge(request=request, by=local, now=EVENING)

    answer = inbox_of(local).post(
        reverse("contact-pass-on", args=[request.pk]), {"why": "She knows me"}
    )

    request.refresh_from_db()
    assert answer["Location"] == reverse("contacts")
    assert (request.state, request.acknowledged_by) == ("waiting", None)
    assert request.escalated_at is not None
    assert told() == [national.email]
    assert seen_by(national) == {request.pk}


def test_passing_on_twice_tells_once(leeds: Authority, local: User, national: User) -> None:
    request = a_request(leeds)
    Message.objects.all().delete()

    outcomes = [
        contacting.pass_on(request=request, by=local, why="Not ours", now=EVENING) for _ in range(2)
    ]

    assert outcomes == [True, False]
    assert (told(), ContactNote.objects.count()) == ([national.email], 1)


def test_what_is_closed_is_not_passed_on(national: User) -> None:
    request = a_request()
    contacting.acknowledge(request=request, by=national, now=EVENING)
    contacting.close(request=request, by=national, done="Reached", now=EVENING)

    assert not contacting.pass_on(request=request, by=national, why="x", now=EVENING)


def test_after_an_act_the_open_page_is_shown_again_while_it_lasts(national: User) -> None:
    request, client = a_request(), inbox_of(national)
    pressed = client.post(reverse("contact-open", args=[request.pk]))

    answer = client.post(reverse("contact-acknowledge", args=[request.pk]))

    assert answer["Location"] == pressed["Location"]


# --- what nobody takes on


def test_what_nobody_took_on_in_time_goes_to_the_national_listeners(
    leeds: Authority, local: User, national: User
) -> None:
    a_member(Role.NATIONAL_ADMINISTRATOR)
    request = a_request(leeds)
    Message.objects.all().delete()

    early = escalate_unacknowledged(now=EVENING + timedelta(minutes=59), after=HOUR)
    due = escalate_unacknowledged(now=EVENING + HOUR, after=HOUR)
    again_at_once = escalate_unacknowledged(now=EVENING + HOUR, after=HOUR)

    request.refresh_from_db()
    assert (early, due, again_at_once) == (0, 1, 0)
    assert request.escalated_at == EVENING + HOUR
    assert told() == [national.email]
    assert acts() == ["contact escalated"]


def test_then_all_are_told_again_each_time_until_somebody_takes_it_on(
    leeds: Authority, local: User, national: User
) -> None:
    administrator = a_member(Role.NATIONAL_ADMINISTRATOR)
    request = a_request(leeds)
    escalate_unacknowledged(now=EVENING + HOUR, after=HOUR)
    Message.objects.all().delete()

    for hours in (2, 3):
        escalate_unacknowledged(now=EVENING + hours * HOUR, after=HOUR)
    contacting.acknowledge(request=request, by=national, now=EVENING + 3 * HOUR)
    escalate_unacknowledged(now=EVENING + 4 * HOUR, after=HOUR)

    assert told() == [national.email, administrator.email] * 2
    request.refresh_from_db()
    assert request.escalated_at == EVENING + HOUR


def test_a_national_one_is_told_again_and_to_the_administrators(national: User) -> None:
    administrator = a_member(Role.NATIONAL_ADMINISTRATOR)
    a_member(Role.NATIONAL_ADMINISTRATOR, an_authority())
    request = a_request()
    Message.objects.all().delete()

    escalate_unacknowledged(now=EVENING + HOUR, after=HOUR)

    request.refresh_from_db()
    assert told() == [national.email, administrator.email]
    assert request.escalated_at is None


def test_with_no_national_listener_the_administrators_are_told_at_once() -> None:
    administrator = a_member(Role.NATIONAL_ADMINISTRATOR)

    a_request()

    assert told() == [administrator.email]


def test_a_listener_without_an_address_keeps_nobody_else_from_being_told(
    national: User, caplog: pytest.LogCaptureFixture
) -> None:
    a_membership(a_person(email="aardvark"), role=Role.LISTENER)

    a_request()

    assert told() == [national.email]
    assert "a listener cannot be told" in caplog.text


def test_a_message_is_rolled_back_with_its_request(
    national: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(listeners, "tell", breaks)
    with pytest.raises(RuntimeError):
        a_request()

    assert (ContactRequest.objects.count(), Message.objects.count()) == (0, 0)


def test_nobody_is_told_of_what_is_simulated(national: User) -> None:
    a_request(simulated=True)
    escalate_unacknowledged(now=EVENING + HOUR, after=HOUR)

    assert told() == []


def test_the_set_time_is_the_settings(national: User, settings: Settings) -> None:
    settings.HEARD_CONTACT_MINUTES = 10
    a_request(now=timezone.now() - timedelta(minutes=12))
    Message.objects.all().delete()

    tasks.escalate_contacts()

    assert told() == [national.email]


# --- the end


@pytest.fixture
def closed(national: User) -> ContactRequest:
    request = a_request()
    contacting.acknowledge(request=request, by=national, now=EVENING)
    contacting.close(request=request, by=national, done="Reached", now=EVENING)
    return request


def after(days: int) -> datetime:
    return EVENING + timedelta(days=days)


def test_it_is_destroyed_with_its_notes_90_days_after_it_was_closed(
    closed: ContactRequest, national: User
) -> None:
    a_request()  # and is still waited for
    opening.ask_to_open(request=closed, by=national, now=EVENING)

    assert destroy_closed_contacts(now=after(89)) == 0
    assert destroy_closed_contacts(now=after(90)) == 1
    assert destroy_closed_contacts(now=after(900)) == 0

    assert ContactRequest.objects.get().state == "waiting"
    assert (ContactNote.objects.count(), Opening.objects.count()) == (0, 0)


def test_it_is_not_destroyed_while_a_hold_stands(closed: ContactRequest, national: User) -> None:
    client, address = inbox_of(national), reverse("contact-hold", args=[closed.pk])

    client.post(address, {"reason": "inquiry 2026/14"})
    held = destroy_closed_contacts(now=after(200))
    client.post(address, {"reason": ""})
    released = destroy_closed_contacts(now=after(200))

    assert (held, released) == (0, 1)
    assert acts()[-2:] == ["contact held", "contact hold ended"]


def test_the_nightly_sweep_destroys_it(closed: ContactRequest) -> None:
    ContactRequest.objects.update(closed_at=timezone.now() - timedelta(days=91))

    tasks.destroy_ended()

    assert not ContactRequest.objects.exists()


# --- what the database itself keeps true


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "acknowledged"},
        {"acknowledged_at": EVENING},
        {"state": "closed"},
        {"closed_at": EVENING},
    ],
)
def test_the_database_refuses_a_state_that_cannot_be(broken: dict[str, Any]) -> None:
    request = a_request()

    with pytest.raises(IntegrityError), transaction.atomic():
        ContactRequest.objects.filter(pk=request.pk).update(**broken)

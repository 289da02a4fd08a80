"""The door for whoever asks to be contacted: what is taken, what is given back, what is kept."""

import re
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from authorities.models import Message
from authorities.roles import Role
from feedback import limits
from feedback.contact import FIELDS, LONGEST, REQUEST_SIZES, Contact, How, Opened, read
from feedback.envelopes import opened
from feedback.given import Problem, Problems, Reason
from feedback.models import ContactRequest
from feedback.proof_of_work import solved
from surveys.keyring import Keyring
from tests.authorities.factories import a_member, a_membership, an_authority
from tests.feedback.contacts import LEAST, NAME, NUMBER, a_contact, a_listeners_key, told

FORM = "application/x-www-form-urlencoded"
LONG_TEXT = "a" * 100_000


def listened_to(form: dict[str, Any]) -> Contact | Problems:
    lists = {name: each if isinstance(each, list) else [each] for name, each in form.items()}
    return read(lists, councils={"E06000001"}, page_language="en")


# --- what is taken


def test_a_way_and_a_number_are_enough() -> None:
    assert listened_to(LEAST) == Contact(how="call", where=NUMBER, page_language="en")


def test_everything_that_was_said_is_taken() -> None:
    texts = {
        **LEAST,
        "called": NAME,
        "language": "BSL",
        "when": "after school",
        "secret": "my uncle",
        "council": "E06000001",
        "about": "home",
    }

    found = listened_to({**texts, "elsewhere": "yes"})

    assert found == Contact(**texts, elsewhere=True, page_language="en")
    assert {*texts, "elsewhere"} == set(FIELDS)


@pytest.mark.parametrize(
    ("how", "where"),
    [
        ("call", "٠٧٧٠٠ ٩٠٠١٢٣"),
        ("text", "+44 (0)7700-900123, after 4"),
        ("email", "robin@example.org"),
        ("someone", "Ms Khan, Year 9, Elm School"),
    ],
)
def test_each_way_takes_what_goes_with_it(how: str, where: str) -> None:
    assert listened_to({"how": how, "where": where}) == Contact(how, where, page_language="en")


@pytest.mark.parametrize(
    ("form", "problems"),
    [
        ({}, [("how", Reason.NOTHING), ("where", Reason.NOTHING)]),
        ({"how": "", "where": " \r\n"}, [("how", Reason.NOTHING), ("where", Reason.NOTHING)]),
        ({**LEAST, "how": "pigeon"}, [("how", Reason.NOT_AN_ANSWER)]),
        ({"how": "call", "where": "my number"}, [("where", Reason.NOT_AN_ANSWER)]),
        ({"how": "email", "where": NUMBER}, [("where", Reason.NOT_AN_ANSWER)]),
        ({**LEAST, "council": "E99999999"}, [("council", Reason.NOT_AN_ANSWER)]),
        ({**LEAST, "where": [NUMBER, NUMBER]}, [("where", Reason.ONE_ONLY)]),
        ({**LEAST, "code": "7K3MQ9TXW2H"}, [("", Reason.NOT_ASKED)]),
        ({**LEAST, "when": LONG_TEXT}, [("when", Reason.TOO_LONG)]),
    ],
)
def test_what_does_not_fit_is_named(
    form: dict[str, Any], problems: list[tuple[str, Reason]]
) -> None:
    found = listened_to(form)

    assert isinstance(found, Problems)
    assert [(each.item, each.reason) for each in found.all] == problems


def test_a_text_that_is_too_long_is_told_with_its_length() -> None:
    assert listened_to({**LEAST, "about": "a" * 1001}) == Problems(
        (Problem("about", Reason.TOO_LONG, 1001, 1000),)
    )


def test_control_characters_and_turned_text_are_taken_out() -> None:
    found = listened_to({**LEAST, "called": "Ro\x00bin\u202e \ud800🙂"})

    assert isinstance(found, Contact)
    assert found.called == "Robin 🙂"


def test_every_request_that_fits_the_form_makes_an_envelope_of_one_size() -> None:
    public_key = bytes(PrivateKey.generate().public_key)
    full = {name: "🙂🌧" * (longest // 2) for name, longest in LONGEST.items()}

    sizes = {
        len(each.sealed(public_key)) for each in (a_contact(), a_contact(**full, elsewhere=True))
    }

    assert sizes == {REQUEST_SIZES[0] + 48}


@given(
    st.builds(Contact, *([st.text()] * 7), st.booleans(), st.text(), st.text()),
    st.dictionaries(st.integers(1), st.text()),
)
def test_what_was_sealed_is_what_is_opened(contact: Contact, notes: dict[int, str]) -> None:
    key = PrivateKey(b"\x07" * 32)
    public_key = bytes(key.public_key)
    both = Opened(contact, notes)

    request, shown = opened([contact.sealed(public_key), both.sealed(public_key)], key)

    assert Contact.read(request or b"") == contact
    assert Opened.read(shown or b"") == both


@pytest.mark.parametrize("content", [b"", b"[]", b"[1]", b"{}", b'[{"how": 1}]', b"\xff", b"null"])
def test_what_is_something_else_is_not_taken_for_a_request(content: bytes) -> None:
    for kind in (Contact, Opened):
        with pytest.raises(ValueError, match=r"^not (what somebody asked for|an opened request)$"):
            kind.read(content)


# --- the page


@pytest.fixture(autouse=True)
def no_limit_is_reached_yet() -> None:
    cache.clear()


@pytest.fixture
def door(db: None, keyring: Keyring) -> Client:
    """A phone before the door, which is open: the listeners have a key and are there."""
    a_listeners_key(keyring)
    a_membership(role=Role.LISTENER)
    return Client(headers={"Origin": "http://testserver"})


def send(client: Client, form: Any, *, query: str = "") -> HttpResponse:
    body = urlencode(form, doseq=True)
    return client.post(f"/contact{query}", body, content_type=FORM)  # type: ignore[return-value]


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page_says_who_reads_it_before_it_asks(door: Client) -> None:
    text = text_of(door.get("/contact"))

    before, _, form = text.partition("<form")
    assert "A listener reads it." in before
    assert "Only listeners can see what you write here" in before
    assert "If they think a child is in danger" in before
    assert 'name="where"' in form


def test_the_page_sets_no_cookie_and_is_kept_nowhere(door: Client) -> None:
    for answer in (door.get("/contact"), send(door, LEAST)):
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
        assert "script-src 'sha256-" in answer["Content-Security-Policy"]


def test_the_councils_are_those_in_force_today(door: Client) -> None:
    an_authority(name="Leeds")
    an_authority(name="Cumbria", in_force_until=date(2023, 3, 31))

    text = text_of(door.get("/contact"))

    assert ">Leeds</option>" in text
    assert "Cumbria" not in text


def test_before_a_worker_has_made_the_key_the_door_says_so(client: Client, db: None) -> None:
    answer = client.get("/contact")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "We cannot take this just now" in text_of(answer)


def test_a_request_is_kept_sealed_and_its_listener_told(door: Client, keyring: Keyring) -> None:
    answer = send(door, {**LEAST, "called": NAME, "about": "Things at home"})

    kept = ContactRequest.objects.get()
    assert answer.status_code == HTTPStatus.OK
    assert "We’ve got it!" in text_of(answer)
    assert (kept.state, kept.authority, kept.received_at.second) == ("waiting", None, 0)
    assert len(told()) == 1
    [content] = opened([bytes(kept.envelope)], keyring.private_key("listeners"))
    assert Contact.read(content or b"") == Contact(
        "call", NUMBER, called=NAME, about="Things at home", page_language="en"
    )


def test_nothing_that_was_said_is_in_the_database_or_the_log_in_clear(
    door: Client, caplog: pytest.LogCaptureFixture
) -> None:
    send(door, {**LEAST, "called": NAME, "secret": "my uncle", "about": "Things at home"})

    with connection.cursor() as cursor:
        rows: list[Any] = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    held = " ".join(
        bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell)
        for row in rows
        for cell in row
    )
    marks = (NUMBER, NAME, "my uncle", "Things at home", "Hollowell")
    assert ContactRequest.objects.count() == 1
    assert [mark for mark in marks if mark in held or mark in caplog.text] == []


def test_a_message_to_a_listener_says_where_and_nothing_of_whom(door: Client) -> None:
    send(door, {**LEAST, "called": NAME})

    message = Message.objects.get()
    assert "http://testserver/staff/contacts/" in message.body
    assert NAME not in message.subject + message.body
    assert NUMBER not in message.body


def test_a_second_tap_is_the_same_request_and_gets_the_same_thanks(door: Client) -> None:
    [form_id] = re.findall(r'name="browser" value="(\w+)"', text_of(door.get("/contact")))
    form = {**LEAST, "browser": form_id}

    first, second = (text_of(send(door, form)) for _ in range(2))

    assert first == second
    assert (ContactRequest.objects.count(), len(told())) == (1, 1)


def test_two_who_ask_the_same_are_two_requests(door: Client) -> None:
    for form_id in ("", "hand-made", "0" * 32, "1" * 32):
        send(door, {**LEAST, "browser": form_id})

    assert ContactRequest.objects.count() == 4


# --- who gets it, and what the thank-you says of it


def test_the_listeners_of_the_chosen_council_get_it_and_nobody_else_is_told(door: Client) -> None:
    leeds = an_authority(name="Leeds")
    local = a_member(Role.LISTENER, leeds)
    a_member(Role.LISTENER, an_authority())
    a_member(Role.PLANNER, leeds)

    text = text_of(send(door, {**LEAST, "council": leeds.gss_code}))

    assert ContactRequest.objects.get().authority == leeds
    assert told() == [local.email]
    assert "A message goes to the listeners for Leeds now." in text
    assert "If nobody has taken it on in 60 minutes, it goes to listeners for the whole" in text


@pytest.mark.parametrize("form", [{"elsewhere": "yes"}, {"council": ""}])
def test_not_my_council_and_not_knowing_go_to_the_national_listeners(
    door: Client, form: dict[str, str]
) -> None:
    leeds = an_authority(name="Leeds")
    local = a_member(Role.LISTENER, leeds)

    text = text_of(send(door, {**LEAST, "council": leeds.gss_code, **form}))

    assert ContactRequest.objects.get().authority is None
    assert local.email not in told()
    assert "A message goes to listeners for the whole country now." in text


def test_a_council_where_nobody_listens_today_is_not_left_to_itself(door: Client) -> None:
    leeds, yesterday = an_authority(name="Leeds"), timezone.localdate() - timedelta(days=1)
    a_membership(role=Role.LISTENER, authority=leeds, held_until=yesterday)

    text = text_of(send(door, {**LEAST, "council": leeds.gss_code}))

    assert ContactRequest.objects.get().authority is None
    assert "Nobody listens here for Leeds today." in text


def test_the_thank_you_says_what_to_do_if_it_cannot_wait(door: Client) -> None:
    text = text_of(send(door, LEAST))

    assert 'href="tel:999"' in text
    assert 'href="tel:08001111"' in text


# --- bad input


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"called": ""}, 422, "Please choose how we can reach you."),
        ({"how": "call"}, 422, "Without it we cannot reach you."),
        ({"how": "call", "where": "none"}, 422, "There is no number in this."),
        ({"how": "email", "where": NUMBER}, 422, "It should have an @ in it."),
        ({**LEAST, "council": "E99"}, 422, "Please choose a council from the list."),
        ({**LEAST, "how": ["call", "text"]}, 422, "Please choose only one."),
        ({**LEAST, "safe": "yes"}, 422, "Something came with it that this page did not ask for."),
        (
            {**LEAST, "about": LONG_TEXT},
            422,
            "That is 100,000 letters, and there is room for 1,000.",
        ),
        ({**LEAST, "about": "a" * 2_200_000}, 413, "That is too much at once"),
        ({f"f{number}": "" for number in range(400)}, 413, "That is too much at once"),
    ],
)
def test_what_cannot_be_kept_is_answered_with_a_clear_sentence(
    door: Client, form: dict[str, Any], status: int, said: str
) -> None:
    answer = send(door, form)

    assert answer.status_code == status
    assert said in text_of(answer)
    assert not ContactRequest.objects.exists()


def test_everything_that_was_typed_is_given_back(door: Client) -> None:
    leeds = an_authority(name="Leeds")
    form = {
        "how": "email",
        "where": "not an address",
        "called": "Robin <b>🙂</b>",
        "language": "پښتو",
        "when": "after four",
        "secret": "\nmy uncle",
        "council": leeds.gss_code,
        "elsewhere": "yes",
        "about": "</textarea><script>alert(1)</script>",
        "see": ["big", "calm"],
        "browser": "ab" * 16,
        "nonce": "77",
    }

    text = text_of(send(door, form))

    assert 'value="email" checked' in text
    for kept in (
        'value="not an address"',
        'value="Robin &lt;b&gt;🙂&lt;/b&gt;"',
        'value="پښتو"',
        ">\nafter four</textarea>",
        ">\n\nmy uncle</textarea>",
        f'value="{leeds.gss_code}" selected',
        'id="elsewhere-box" checked',
        "&lt;/textarea&gt;&lt;script&gt;",
        'value="big" form="f" checked',
        f'name="browser" value="{"ab" * 16}"',
        'name="nonce" value="77"',
    ):
        assert kept in text, kept
    assert "alert(1)</script>" not in text


def test_another_language_is_tapped_without_losing_what_was_typed(door: Client) -> None:
    answer = send(door, {**LEAST, "called": NAME, "speak": "en"}, query="?lang=cy")

    assert answer.status_code == HTTPStatus.OK
    assert f'value="{NAME}"' in text_of(answer)
    assert not ContactRequest.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {**LEAST}},  # multipart, as a file would come
        {"data": '{"how": "call", "where": "07700 900123"}', "content_type": "application/json"},
        {"data": "how=call", "content_type": "text/plain"},
    ],
)
def test_a_file_or_json_is_refused_quietly(door: Client, sent: dict[str, Any]) -> None:
    answer = door.post("/contact", **sent)

    assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert not ContactRequest.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {},
    ],
)
def test_what_does_not_come_from_our_own_page_is_not_kept(
    door: Client, headers: dict[str, str]
) -> None:
    answer = send(Client(headers=headers), LEAST)

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not ContactRequest.objects.exists()


def test_a_code_in_the_address_or_before_it_is_not_looked_at(door: Client) -> None:
    answer = door.get("/contact?code=7K3MQ9TXW2H", headers={"Referer": "/s/7K3MQ9TXW2H"})

    assert answer.status_code == HTTPStatus.OK
    assert "7K3MQ9TXW2H" not in text_of(answer)


# --- too many at once


def test_beyond_the_limit_it_says_when_to_come_back_and_gives_all_back(
    door: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = limits.Measure(solved=limits.Limit(5), unsolved=limits.Limit(1))
    monkeypatch.setattr(limits, "CONTACT", few)
    send(door, LEAST)

    answer = send(door, {**LEAST, "called": NAME})

    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert 0 < int(answer["Retry-After"]) <= 600
    assert re.search(r"Please wait \d+ minutes, then send it again", text_of(answer))
    assert f'value="{NAME}"' in text_of(answer)
    assert ContactRequest.objects.count() == 1


def test_whose_browser_did_the_sum_passes_beyond_it(
    door: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = limits.Measure(solved=limits.Limit(5), unsolved=limits.Limit(0))
    monkeypatch.setattr(limits, "CONTACT", few)
    form_id = "cd" * 16
    nonce = next(str(each) for each in range(10**6) if solved(f"contact:{form_id}", str(each)))

    refused = send(door, {**LEAST, "browser": form_id, "nonce": "1"})
    taken = send(door, {**LEAST, "browser": form_id, "nonce": nonce})

    assert (refused.status_code, taken.status_code) == (429, 200)


def test_the_ways_are_all_on_the_page(door: Client) -> None:
    text = text_of(door.get("/contact"))

    assert re.findall(r'name="how" value="(\w+)"', text) == list(How)


def test_a_number_that_was_corrected_after_an_answer_was_lost_is_kept_as_well(door: Client) -> None:
    form_id = "0123456789abcdef0123456789abcdef"
    for where in (NUMBER, NUMBER, "07700 900999"):
        send(door, {**LEAST, "where": where, "browser": form_id})

    assert ContactRequest.objects.count() == 2  # the second tap is the first; the third is news

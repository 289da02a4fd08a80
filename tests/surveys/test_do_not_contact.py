"""Who is not to be asked: kept as digests, looked at at every send, and undone only by asking."""

from datetime import date, timedelta

import pytest
from django.test import Client

from authorities.models import AuditEntry, User
from authorities.roles import Role
from surveys import do_not_contact, inviting, sealing
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import DoNotContact, Envelope
from surveys.texts import BOOK
from tests.authorities.factories import a_member, an_authority
from tests.surveys.factories import IN_AUTUMN
from tests.surveys.mailings import a_family, reached

pytestmark = pytest.mark.django_db

TYPED = "07700 900123"


@pytest.fixture
def person() -> User:
    return a_member(Role.NATIONAL_ADMINISTRATOR)


def add(person: User, *, until: date | None = None, why: str = "abuse") -> None:
    do_not_contact.add(
        typed=TYPED, authority=None, why=why, until=until, by=person, today=IN_AUTUMN
    )


def the_token(keyring: Keyring) -> str:
    envelope = Envelope.objects.select_related("participation__wave").get()
    key = keyring.private_key(envelope.participation.wave.sending_key_name)
    [content] = sealing.opened([bytes(envelope.sealed)], key)
    assert content
    return content.token


def test_an_address_is_found_however_it_is_typed_and_in_no_other_way(person: User) -> None:
    add(person)

    found = do_not_contact.look_up(
        typed="+44 7700 900 123", authority=an_authority(), by=person, today=IN_AUTUMN
    )

    entry = DoNotContact.objects.get()
    assert found == [entry]
    assert len(bytes(entry.address_digest)) == 32
    assert "7700" not in str(entry.__dict__)


def test_that_somebody_looked_is_audited_and_what_for_is_not(person: User) -> None:
    add(person)
    do_not_contact.look_up(typed=TYPED, authority=None, by=person, today=IN_AUTUMN)

    entries = AuditEntry.objects.order_by("pk").values_list("act", "subject", "why")
    assert list(entries)[-2:] == [
        ("address put on the do-not-contact list", "the national list", "abuse"),
        ("do-not-contact list searched for an address", "the national list", ""),
    ]


def test_an_entry_ends_with_its_last_day(person: User) -> None:
    add(person, until=IN_AUTUMN)
    tomorrow = IN_AUTUMN + timedelta(days=1)

    assert do_not_contact.on_the_list(authority=None, today=IN_AUTUMN).count() == 1
    assert do_not_contact.on_the_list(authority=None, today=tomorrow).count() == 0


def test_what_a_family_said_has_no_last_day_whoever_adds_them(person: User) -> None:
    do_not_contact.stop_by_text("447700900123", "STOP", today=IN_AUTUMN)

    add(person, until=IN_AUTUMN)

    assert list(DoNotContact.objects.values_list("why", "until")) == [("opted out", None)]


def test_an_address_is_taken_off_with_a_reason_and_only_once(person: User) -> None:
    add(person)

    with pytest.raises(Refused, match="Say why"):
        do_not_contact.remove(typed=TYPED, authority=None, why=" ", by=person)
    do_not_contact.remove(typed=TYPED, authority=None, why="They asked for it", by=person)
    with pytest.raises(Refused, match="This address is not on the national list"):
        do_not_contact.remove(typed=TYPED, authority=None, why="Again", by=person)

    assert not DoNotContact.objects.exists()


def test_what_is_no_address_is_refused_without_being_repeated(person: User) -> None:
    for typed in ("020 7946 0018", "nobody at all", "ann@nowhere"):
        with pytest.raises(Refused) as refused:
            do_not_contact.look_up(typed=typed, authority=None, by=person, today=IN_AUTUMN)

        assert typed not in str(refused.value)


def test_the_digest_of_an_address_is_no_digest_of_a_code() -> None:
    assert do_not_contact.digest_of("7K2M9QXW4TB") != inviting.digest_of("7K2M9QXW4TB")


# --- the opt-out page -------------------------------------------------------------------------


def test_to_look_at_the_page_changes_nothing_and_the_button_does(
    keyring: Keyring, client: Client
) -> None:
    reached(a_family(), keyring=keyring)
    address = f"/stop/{the_token(keyring)}"

    looked = client.get(address)
    after_a_look = DoNotContact.objects.count()
    tapped = client.post(address)
    client.post(address)

    assert (looked.status_code, after_a_look, tapped.status_code) == (200, 0, 200)
    assert list(DoNotContact.objects.values_list("why", "until")) == [("opted out", None)]
    assert not AuditEntry.objects.filter(act__contains="do-not-contact").exists()


def test_the_page_keeps_nothing_and_is_the_same_for_a_link_that_nobody_has(
    keyring: Keyring, client: Client
) -> None:
    reached(a_family(), keyring=keyring)

    known = client.post(f"/stop/{the_token(keyring)}")
    unknown = client.post("/stop/nobody-has-this")

    assert known.content == unknown.content
    assert not known.cookies
    assert known["Cache-Control"] == "no-store"
    assert known["Referrer-Policy"] == "no-referrer"


def test_a_mail_program_unsubscribes_by_one_post_without_a_token_of_ours(keyring: Keyring) -> None:
    """RFC 8058, 3.1."""
    reached(a_family(), keyring=keyring)
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(f"/stop/{the_token(keyring)}", {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert DoNotContact.objects.count() == 1


@pytest.mark.parametrize("language", ["ar", "cy", "pl", "ro", "so", "uk", "ur"])
def test_the_page_is_in_the_language_of_the_browser_or_the_one_tapped(
    client: Client, language: str
) -> None:
    title = BOOK.of(language)["stop_title"]

    of_browser = client.get("/stop/x", headers={"Accept-Language": f"{language}-GB,en;q=0.5"})
    tapped = client.get(f"/stop/x?in={language}")

    assert title in of_browser.content.decode()
    assert title in tapped.content.decode()


@pytest.mark.parametrize(
    ("message", "stops"),
    [
        ("STOP", True),
        (" stop. please", True),
        ("Unsubscribe", True),
        ("Please stop", False),
        ("", False),
    ],
)
def test_a_text_that_says_stop_is_one(message: str, stops: bool) -> None:
    assert do_not_contact.stop_by_text("447700900123", message, today=IN_AUTUMN) is stops
    assert DoNotContact.objects.exists() is stops


def test_a_text_stops_messages_of_the_authority_that_wrote(keyring: Keyring) -> None:
    box = reached(a_family("+447700900123"), keyring=keyring)

    do_not_contact.stop_by_text("447700900123", "Stop", today=IN_AUTUMN)

    assert [entry.authority for entry in DoNotContact.objects.all()] == [box.authority]


@pytest.mark.parametrize("number", ["", "None", "Amazon", "80800", "=1+1"])
def test_a_text_from_no_phone_changes_nothing(number: str) -> None:
    assert not do_not_contact.stop_by_text(number, "STOP", today=IN_AUTUMN)

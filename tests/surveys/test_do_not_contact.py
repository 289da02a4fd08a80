"""Who is not to be asked: kept as digests, looked at at every send, and undone only by asking."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from authorities.models import AuditEntry, User
from authorities.roles import Role
from surveys import do_not_contact, do_not_contact_files, inviting, sealing
from surveys.address_lists import Faulty
from surveys.do_not_contact import Added
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


# --- a file of them ---------------------------------------------------------------------------


def test_a_file_is_one_column_of_numbers_and_e_mails_with_or_without_a_name() -> None:
    rows = b"07700 900123,,\r\nAnn+one@Example.org\r\n\r\n+447700900123\r\n"
    tidied = ["+447700900123", "ann+one@example.org", "+447700900123"]

    assert do_not_contact_files.read(rows) == tidied
    assert do_not_contact_files.read(b"\xef\xbb\xbfMobile or e-mail\r\n" + rows) == tidied


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", ["The file: the file is empty."]),
        (b"address\n", ["The file, line 1: there are no rows."]),
        (b"PK\x03\x04\xd4", ["The file: this is a workbook, not CSV."]),
        (b"address\n07700900123,ann@example.org\n", ["The file, line 2: there are 2 cells"]),
        (
            b"0770090012x\nann@example.org\n020 7946 0018\n",
            ["The file, line 1, column address: this", "The file, line 3, column address: this"],
        ),
        (b"ann.smith.example.org\n07700900123\n", ["The file, line 1, column address: this"]),
        (b"ann(at)example.org\n07700900123\n", ["The file, line 1, column address: this"]),
        (b"0" * (2**21 + 1), ["The file: it has more than 20,000 rows or 2 MB."]),
    ],
)
def test_every_fault_of_a_file_is_named_by_its_line_and_no_address(
    content: bytes, faults: list[str]
) -> None:
    with pytest.raises(Faulty) as refused:
        do_not_contact_files.read(content)

    found = [str(each) for each in refused.value.problems]
    assert [each[: len(fault)] for each, fault in zip(found, faults, strict=True)] == faults
    assert not any("0770090" in each or "7946" in each for each in found)


def test_a_file_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(do_not_contact_files, "MOST_ROWS", 2)

    with pytest.raises(Faulty, match="more than 2 rows"):
        do_not_contact_files.read(b"07700900123\n" * 3)


def test_a_file_puts_all_on_the_list_once_and_is_audited_once(person: User) -> None:
    add(person, until=IN_AUTUMN + timedelta(days=1))
    do_not_contact.stop_by_text("447700900124", "STOP", today=IN_AUTUMN)
    DoNotContact.objects.filter(why="opted out").update(authority=None)
    tidied = [f"+44770090012{last}" for last in (3, 4, 5, 6, 5)]

    added = [
        do_not_contact.add_many(
            tidied=tidied, authority=None, why="other", until=None, by=person, today=IN_AUTUMN
        )
        for _ in range(2)
    ]

    assert added == [Added(2, 1, 1, 1), Added(0, 0, 4, 1)]
    assert sorted(DoNotContact.objects.values_list("why", flat=True)) == [
        "opted out",
        *["other"] * 3,
    ]
    entries = AuditEntry.objects.filter(act__startswith="file of addresses")
    assert (
        list(entries.values_list("subject", "why"))
        == [("4 addresses, the national list", "other")] * 2
    )


def test_a_file_shortens_nothing_that_holds_for_longer_or_for_ever(person: User) -> None:
    """Nobody looks at each row, and a phone that is watched may be among them."""
    days = {1: None, 2: IN_AUTUMN + timedelta(days=90), 3: IN_AUTUMN + timedelta(days=2)}
    for last, until in days.items():
        do_not_contact.add_many(
            tidied=[f"+44770090012{last}"],
            authority=None,
            why="abuse",
            until=until,
            by=person,
            today=IN_AUTUMN,
        )

    added = do_not_contact.add_many(
        tidied=[f"+44770090012{last}" for last in days],
        authority=None,
        why="other",
        until=IN_AUTUMN + timedelta(days=30),
        by=person,
        today=IN_AUTUMN,
    )

    assert added == Added(0, 1, 2, 0)
    kept = DoNotContact.objects.values_list("why", "until")
    assert set(kept) == {
        ("abuse", None),
        ("abuse", days[2]),
        ("other", IN_AUTUMN + timedelta(days=30)),
    }


def test_a_file_whose_last_day_is_over_changes_nothing(person: User) -> None:
    with pytest.raises(Refused, match="That last day is over"):
        do_not_contact.add_many(
            tidied=["+447700900123"],
            authority=None,
            why="other",
            until=IN_AUTUMN - timedelta(days=1),
            by=person,
            today=IN_AUTUMN,
        )

    assert not DoNotContact.objects.exists()


def test_the_page_takes_a_file_in_or_names_its_faults_and_keeps_what_was_chosen(
    client: Client, person: User
) -> None:
    client.force_login(person)
    address = "/staff/do-not-contact/england/"

    def send(content: bytes) -> Any:
        file = SimpleUploadedFile("list.csv", content)
        return client.post(
            address, {"form": "file", "file-addresses": file, "file-why": "abuse"}, follow=True
        )

    wrong = send(b"07700900123\nnobody\n")
    none = client.post(address, {"form": "file", "file-why": "abuse"})
    nothing = DoNotContact.objects.count()
    right = send(b"07700900123\nann@example.org\n07700 900123\n")

    assert [each.status_code for each in (wrong, none, right)] == [422, 422, 200]
    assert "The file, line 2, column address: this is not a phone number." in wrong.text
    assert '<option value="abuse" selected>' in wrong.text
    assert "Choose a file first." in none.text
    assert nothing == 0
    assert "2 addresses were put on the list" in right.text
    assert "1 row had an address that stands in the file before" in right.text
    assert DoNotContact.objects.count() == 2


def test_a_file_that_is_too_long_to_be_read_is_said_to_be(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveys.pages.uploading.MOST_BYTES", -(2**16))
    monkeypatch.setattr("surveys.pages.do_not_contact.MOST_BYTES", 0)
    client.force_login(person)
    file = SimpleUploadedFile("list.csv", b"07700900123")
    form = {"form": "file", "file-addresses": file, "file-why": "abuse"}

    page = client.post("/staff/do-not-contact/england/", form)

    assert page.status_code == 422
    assert "more than 20,000 rows or 2 MB" in page.text
    assert "Choose a file first." not in page.text


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

"""Taking a list in: all or nobody, once, sealed, and nothing of it in clear."""

from datetime import date

import pytest
from nacl.public import PrivateKey

from authorities.models import AuditEntry
from authorities.roles import Role
from surveys import do_not_contact, enveloping, inviting, rotation, sealing
from surveys.enveloping import Taken
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import (
    Envelope,
    Invitation,
    InvitationCount,
    Mailing,
    Participation,
    Wave,
)
from surveys.sealing import Content
from tests.authorities.factories import a_member, a_membership, a_person
from tests.surveys.factories import IN_AUTUMN, a_participation, a_wave, an_authority
from tests.surveys.mailings import a_family, reached, some_families

pytestmark = pytest.mark.django_db


def test_an_envelope_holds_an_address_and_a_code_of_this_participation(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring)

    taken = enveloping.take_in(
        participation=box,
        families=[a_family("+447700900123"), a_family("ann@example.org", service="child-in-need")],
        today=IN_AUTUMN,
        by=None,
    )

    key = keyring.private_key(box.wave.sending_key_name)
    contents = list(sealing.opened((bytes(e.sealed) for e in Envelope.objects.all()), key))
    assert taken == Taken(new=2, known=0, not_to_be_asked=0, another_time=0)
    assert {each.address for each in contents if each} == {"+447700900123", "ann@example.org"}
    assert {inviting.digest_of(each.code) for each in contents if each} == {
        bytes(each.digest) for each in Invitation.objects.filter(participation=box)
    }
    assert {len(bytes(each.sealed)) for each in Envelope.objects.all()} == {sealing.SIZE + 48}
    assert dict(InvitationCount.objects.values_list("service", "made")) == {
        "in-care": 1,
        "child-in-need": 1,
    }


def test_a_list_that_comes_twice_adds_nothing(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring)
    families = some_families(3)

    def take() -> Taken:
        return enveloping.take_in(participation=box, families=families, today=IN_AUTUMN, by=None)

    assert [take(), take()] == [Taken(3, 0, 0, 0), Taken(0, 3, 0, 0)]
    assert Invitation.objects.count() == Envelope.objects.count() == 3


def test_who_is_not_to_be_contacted_is_left_out_and_counted(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring)
    person = a_member(Role.NATIONAL_ADMINISTRATOR)
    for typed, authority, until in (
        ("07700 900001", box.authority, None),
        ("07700 900002", None, None),
        ("07700 900003", an_authority(), None),  # another authority's list
        ("07700 900004", box.authority, IN_AUTUMN),
    ):
        do_not_contact.add(
            typed=typed, authority=authority, why="abuse", until=until, by=person, today=IN_AUTUMN
        )

    taken = enveloping.take_in(
        participation=box,
        families=[a_family(f"+44770090000{n}") for n in (1, 2, 3, 4, 5)],
        today=IN_AUTUMN,
        by=None,
    )

    assert taken == Taken(new=2, known=0, not_to_be_asked=3, another_time=0)


def test_who_is_not_to_be_contacted_at_one_address_is_not_asked_at_the_other(
    keyring: Keyring,
) -> None:
    box = a_participation(keyring=keyring)
    person = a_member(Role.NATIONAL_ADMINISTRATOR)
    for typed in ("ann@example.org", "07700 900002"):
        do_not_contact.add(
            typed=typed, authority=None, why="abuse", until=None, by=person, today=IN_AUTUMN
        )
    families = [
        a_family("+447700900001", other="ann+home@example.org"),
        a_family("ben@example.org", other="+447700900002"),
        a_family("+447700900003", other="cat@example.org"),
    ]

    taken = enveloping.take_in(participation=box, families=families, today=IN_AUTUMN, by=None)

    assert taken == Taken(new=1, known=0, not_to_be_asked=2, another_time=0)
    kept_in = bytes(Envelope.objects.get().address_digest)
    assert kept_in == do_not_contact.digest_of("+447700900003")


def test_a_family_that_is_there_by_either_address_is_known(keyring: Keyring) -> None:
    box = reached(
        a_family("ann@example.org"),
        a_family("+447700900002", other="ben@example.org"),
        keyring=keyring,
    )
    again = [
        a_family("ann+2@example.org"),
        a_family("+447700900001", other="ann+3@example.org"),
        a_family("ben+2@example.org"),
    ]

    taken = enveloping.take_in(participation=box, families=again, today=IN_AUTUMN, by=None)

    assert taken == Taken(new=0, known=3, not_to_be_asked=0, another_time=0)


def test_staff_of_every_place_and_domains_of_our_own_are_no_families(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring)
    for email, authority, until in (
        ("Ann+work@leeds.example", box.authority, None),
        ("ben@gmail.com", box.authority, None),
        ("cat@york.example", an_authority(), None),
        ("dan@hull.example", box.authority, date(2026, 1, 1)),  # no more
    ):
        user = a_person(email=email.lower())
        a_membership(user, authority=authority, held_from=date(2025, 1, 1), held_until=until)
    a_person(email="eve@nobody.example")

    allowed = enveloping.allowed_in(box, today=IN_AUTUMN)

    national = "listening@example.org"
    assert allowed.staff == {"ann@leeds.example", "ben@gmail.com", "cat@york.example", national}
    assert allowed.staff_domains == {"leeds.example"}


def test_families_of_another_group_of_the_year_are_left_out(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring, groups=4, asked_groups=[2])
    families = [a_family(f"+4477009000{n:02}") for n in range(40)]
    asked = [
        each
        for each in families
        if rotation.group_of(do_not_contact.digest_of(each.address), 4) == 2
    ]

    taken = enveloping.take_in(participation=box, families=families, today=IN_AUTUMN, by=None)

    assert 0 < len(asked) < 40
    assert taken == Taken(len(asked), 0, 0, 40 - len(asked))


def test_nobody_is_taken_in_where_one_cannot_be(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring)
    families = [*some_families(2), a_family(language="fr")]

    with pytest.raises(Refused, match="is not in the language"):
        enveloping.take_in(participation=box, families=families, today=IN_AUTUMN, by=None)

    assert not Envelope.objects.exists()
    assert not Invitation.objects.exists()
    assert not AuditEntry.objects.filter(act="list of those to invite taken in").exists()


def test_no_more_are_taken_in_than_could_answer_but_anew_whose_message_bounced(
    keyring: Keyring,
) -> None:
    box = a_participation(keyring=keyring)
    box.eligible.exclude(service="in-care").delete()
    box.eligible.update(number=5)
    reached(*some_families(4), keyring=keyring, participation=box)

    def take() -> Taken:
        return enveloping.take_in(
            participation=box, families=some_families(3), today=IN_AUTUMN, by=None
        )

    with pytest.raises(Refused) as refused:
        take()
    before = Envelope.objects.count(), Invitation.objects.count()
    Mailing.objects.create(participation=box, kind="invitation", state="done", total=4, bounced=2)

    assert str(refused.value).startswith(
        f"5 could answer in {box.authority}, and 4 codes were made already: there is room for 1 "
        "more, not for 3. Nothing was done."
    )
    assert before == (4, 4)
    assert take().new == 3


def test_where_nobody_has_said_how_many_could_answer_nothing_is_compared(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring)
    box.eligible.all().delete()
    Participation.objects.filter(pk=box.pk).update(numbers_confirmed=False)

    taken = enveloping.take_in(
        participation=box, families=some_families(3), today=IN_AUTUMN, by=None
    )

    assert taken.new == 3


def test_where_only_the_registers_numbers_stand_nothing_is_compared(keyring: Keyring) -> None:
    """They may be of last year, or of one service alone."""
    box = a_participation(keyring=keyring)
    box.eligible.update(number=1)
    Participation.objects.filter(pk=box.pk).update(numbers_confirmed=False)

    taken = enveloping.take_in(
        participation=box, families=some_families(9), today=IN_AUTUMN, by=None
    )

    assert taken.new == 9


def test_nobody_is_taken_in_before_a_wave_opens_or_after_it(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring)
    families = some_families(1)

    with pytest.raises(Refused, match="is over: its last day was"):
        enveloping.take_in(participation=box, families=families, today=date(2027, 1, 1), by=None)
    box.wave = a_wave()
    with pytest.raises(Refused, match="is not open yet"):
        enveloping.take_in(participation=box, families=families, today=IN_AUTUMN, by=None)


def test_the_audit_says_how_many_and_nothing_of_anybody(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring)

    enveloping.take_in(participation=box, families=some_families(3), today=IN_AUTUMN, by=None)

    entry = AuditEntry.objects.get(act="list of those to invite taken in")
    assert entry.subject == f"3 of 3 rows, for {box.wave.slug}"


def test_a_damaged_envelope_or_one_for_another_key_is_not_opened() -> None:
    ours, theirs = PrivateKey.generate(), PrivateKey.generate()
    content = Content("7K2M9QXW4TB", "ann@example.org", "en", "12-17", "token")
    sealed = content.sealed(bytes(ours.public_key))

    opened = list(sealing.opened([sealed, sealed[:-1] + b"x", b"", sealed], ours))

    assert opened == [content, None, None, content]
    assert list(sealing.opened([sealed], theirs)) == [None]
    assert "ann" not in repr(content)


def test_the_longest_address_fits_and_a_longer_text_does_not() -> None:
    key = bytes(PrivateKey.generate().public_key)
    longest = Content("7K2M9QXW4TB", "a" * 254, "uz-Arab-AF1", "parent-carer", "x" * 12)

    assert len(longest.sealed(key)) == sealing.SIZE + 48
    with pytest.raises(ValueError, match="too long"):
        Content("7K2M9QXW4TB", "a" * 400, "en", "12-17", "x").sealed(key)


def test_two_who_upload_the_same_wave_use_one_sending_key(keyring: Keyring) -> None:
    box = a_participation(keyring=keyring)
    wave = Wave.objects.get(pk=box.wave_id)

    assert bytes(wave.sending_key or b"") == bytes(
        keyring.private_key(wave.sending_key_name).public_key
    )

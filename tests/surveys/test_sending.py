"""A mailing: each message once, whatever the sender does, and no count that tells who answered."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection

from authorities.roles import Role
from surveys import do_not_contact, forgetting, inviting, pacing, sealing, sending
from surveys.delivering import Desk
from surveys.errors import Refused
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Dispatch, Envelope, Invitation, Mailing, Participation
from surveys.senders import Sender
from surveys.senders.notify import Notify
from surveys.sending import Counts
from tests.authorities.factories import a_member
from tests.surveys import notify_stand_in as stand_in
from tests.surveys.factories import IN_AUTUMN
from tests.surveys.mailings import (
    NOON,
    a_desk,
    a_family,
    a_mailing,
    all_sent,
    later,
    reached,
    some_families,
)
from tests.surveys.notify_stand_in import StandIn, Took, a_stand_in

pytestmark = pytest.mark.django_db

A_MINUTE = timedelta(minutes=1)
DAYS = timedelta(days=4)


def notify(server: StandIn) -> Sender:
    return Notify(stand_in.KEY, {"text": "a", "email": "b"}, base_url=server.url, timeout=1)


def addresses(box: Participation, keyring: Keyring) -> dict[str, str]:
    """The code in each address's envelope."""
    key = keyring.private_key(box.wave.sending_key_name)
    boxes = (bytes(each.sealed) for each in Envelope.objects.filter(participation=box))
    return {each.address: each.code for each in sealing.opened(boxes, key) if each}


def counts(mailing: Mailing) -> Counts:
    return sending.counts_of(mailing)


def test_everybody_gets_the_code_in_their_own_envelope(keyring: Keyring) -> None:
    box = reached(a_family("+447700900001"), a_family("ann@example.org"), keyring=keyring)
    codes = addresses(box, keyring)
    a_mailing(box)

    with a_stand_in() as server:
        mailing = all_sent(a_desk(notify(server), keyring))

    assert {each.to: each.way for each in server.book.took} == {
        "+447700900001": "text",
        "ann@example.org": "email",
    }
    assert all(codes[each.to] in each.message for each in server.book.took)
    assert mailing.state == "done"
    assert counts(mailing) == Counts(2, 0, 2, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "fault",
    [
        stand_in.TAKE_AND_FAIL,
        stand_in.DROP,
        pytest.param(stand_in.REFUSE, marks=pytest.mark.slow),
        pytest.param(stand_in.TAKE_AND_DROP, marks=pytest.mark.slow),
        pytest.param(stand_in.TOO_MANY, marks=pytest.mark.slow),
    ],
)
def test_after_a_fault_it_is_asked_for_and_sent_once(keyring: Keyring, fault: str) -> None:
    box = reached(a_family(), keyring=keyring)
    a_mailing(box)
    faults = iter([fault])

    with a_stand_in(lambda _: next(faults, stand_in.WELL)) as server:
        desk = a_desk(notify(server), keyring)
        mailing = all_sent(desk)
        between = counts(mailing)
        all_sent(later(desk, 5 * A_MINUTE))
        mailing = all_sent(later(desk, 10 * A_MINUTE))

    assert between == Counts(1, 1, 0, 0, 0, 0, 0, 0)
    assert len(server.book.took) == 1
    assert counts(mailing) == Counts(1, 0, 1, 0, 0, 0, 0, 0)


def test_what_is_unsure_is_not_sent_again_before_it_was_asked_about(keyring: Keyring) -> None:
    box = reached(a_family(), keyring=keyring)
    a_mailing(box)

    with a_stand_in(lambda _: stand_in.TAKE_AND_FAIL) as server:
        desk = a_desk(notify(server), keyring)
        for _ in range(3):
            all_sent(desk)

    assert len(server.book.took) == 1
    assert Dispatch.objects.get().state == "sending"


def test_a_sender_that_is_away_is_left_alone_and_found_again(keyring: Keyring) -> None:
    box = reached(*some_families(5), keyring=keyring)
    a_mailing(box)
    with a_stand_in() as server:
        away = a_desk(notify(server), keyring)
    all_sent(away)

    mailing = Mailing.objects.get()
    assert counts(mailing).waiting == 5
    assert set(Dispatch.objects.values_list("attempts", flat=True)) == {0}
    assert mailing.trouble == "GOV.UK Notify cannot be reached. Messages go on when it can."
    assert pacing.wait(now=away.clock()) > 0
    with a_stand_in() as server:
        mailing = all_sent(later(a_desk(notify(server), keyring), 5 * A_MINUTE))
    assert Counter(each.to for each in server.book.took).most_common(1)[0][1] == 1
    assert (mailing.trouble, counts(mailing).handled) == ("", 5)


def test_a_number_that_does_not_exist_bounces_and_is_not_reminded(keyring: Keyring) -> None:
    bad = a_family()
    box = reached(bad, a_family(), keyring=keyring)
    a_mailing(box)

    def plan(took: Took) -> str:
        return stand_in.BAD_ADDRESS if took.to == bad.address else stand_in.WELL

    with a_stand_in(plan) as server:
        desk = a_desk(notify(server), keyring)
        first = all_sent(desk)
        a_mailing(box, "reminder", at=NOON + DAYS)
        second = all_sent(later(desk, DAYS))

    assert counts(first) == Counts(2, 0, 1, 1, 0, 0, 0, 0)
    assert counts(second) == Counts(1, 0, 1, 0, 0, 0, 0, 0)


def test_a_wrong_key_loses_nothing_and_the_page_says_so(keyring: Keyring) -> None:
    box = reached(*some_families(2), keyring=keyring)
    a_mailing(box)
    faults = iter([stand_in.BAD_KEY] * 2)

    with a_stand_in(lambda _: next(faults, stand_in.WELL)) as server:
        desk = a_desk(notify(server), keyring)
        mailing = all_sent(desk)
        assert mailing.trouble.startswith("GOV.UK Notify refuses our messages (403).")
        mailing = all_sent(later(desk, 5 * A_MINUTE))

    assert (mailing.trouble, counts(mailing).handled) == ("", 2)


def test_without_the_waves_key_nothing_is_sent_and_nothing_lost(keyring: Keyring) -> None:
    box = reached(a_family(), keyring=keyring)
    a_mailing(box)
    key = keyring.directory / f"{box.wave.sending_key_name}.key"
    secret = key.read_bytes()
    key.unlink()

    with a_stand_in() as server:
        desk = a_desk(notify(server), keyring)
        mailing = all_sent(desk)
        assert (mailing.trouble, counts(mailing).waiting) == (
            "The key of the addresses is not here.",
            1,
        )
        key.write_bytes(secret)
        mailing = all_sent(later(desk, A_MINUTE))

    assert counts(mailing).handled == len(server.book.took) == 1


def test_who_is_not_to_be_asked_any_more_is_not_though_the_message_waits(keyring: Keyring) -> None:
    listed, opted_out, others = a_family(), a_family(), a_family()
    box = reached(listed, opted_out, others, keyring=keyring)
    a_mailing(box)
    person = a_member(Role.NATIONAL_ADMINISTRATOR)
    do_not_contact.add(
        typed=listed.address, authority=None, why="died", until=None, by=person, today=IN_AUTUMN
    )
    do_not_contact.stop_by_text(opted_out.address, "Stop.", today=IN_AUTUMN)

    with a_stand_in() as server:
        mailing = all_sent(a_desk(notify(server), keyring))

    assert [each.to for each in server.book.took] == [others.address]
    assert counts(mailing) == Counts(3, 0, 1, 0, 1, 1, 0, 0)


def test_who_is_not_to_be_asked_at_the_other_address_is_not_either(keyring: Keyring) -> None:
    both, other = a_family("+447700900001", other="ann@example.org"), a_family()
    box = reached(both, other, keyring=keyring)
    a_mailing(box)
    person = a_member(Role.NATIONAL_ADMINISTRATOR)
    do_not_contact.add(
        typed="ann+1@example.org",
        authority=box.authority,
        why="abuse",
        until=None,
        by=person,
        today=IN_AUTUMN,
    )

    with a_stand_in() as server:
        mailing = all_sent(a_desk(notify(server), keyring))

    assert [each.to for each in server.book.took] == [other.address]
    assert counts(mailing) == Counts(2, 0, 1, 0, 0, 1, 0, 0)


def test_a_reminder_leaves_out_who_answered_by_the_last_mix_and_no_row_tells(
    keyring: Keyring,
) -> None:
    box = reached(*some_families(4), keyring=keyring)
    codes = addresses(box, keyring)
    a_mailing(box)
    answered = sorted(codes)[:2]

    with a_stand_in() as server:
        desk = a_desk(notify(server), keyring)
        all_sent(desk)
        server.book.took.clear()
        digests = [inviting.digest_of(codes[each]) for each in answered]
        Invitation.objects.filter(digest__in=digests).update(spent=True)
        a_mailing(box, "reminder", at=NOON + DAYS)
        mailing = all_sent(later(desk, DAYS))

    assert {each.to for each in server.book.took} == codes.keys() - set(answered)
    assert counts(mailing) == Counts(4, 0, 4, 0, 0, 0, 0, 0)


def test_while_the_sender_is_away_who_answered_waits_like_the_others(keyring: Keyring) -> None:
    """Else those that a reminder handles while nothing can be sent would be those who answered."""
    box = reached(*some_families(4), keyring=keyring)
    codes = addresses(box, keyring)
    a_mailing(box)
    with a_stand_in() as server:
        all_sent(a_desk(notify(server), keyring))
    answered = sorted(codes)[:2]
    digests = [inviting.digest_of(codes[each]) for each in answered]
    Invitation.objects.filter(digest__in=digests).update(spent=True)
    a_mailing(box, "reminder", at=NOON + DAYS)

    while_away = all_sent(later(a_desk(notify(server), keyring), DAYS))
    reminded = Dispatch.objects.filter(mailing=while_away)
    between = set(reminded.values_list("state", "attempts", "claim"))
    with a_stand_in() as server:
        mailing = all_sent(later(a_desk(notify(server), keyring), DAYS + A_MINUTE))

    assert between == {("waiting", 0, None)}
    assert {each.to for each in server.book.took} == codes.keys() - set(answered)
    assert counts(mailing) == Counts(4, 0, 4, 0, 0, 0, 0, 0)
    rows = Dispatch.objects.filter(mailing=mailing)
    assert len(set(rows.values_list("state", "attempts", "due_at", "claim"))) == 1


def test_a_reminder_to_nobody_but_those_who_answered_comes_to_its_end(keyring: Keyring) -> None:
    box = reached(*some_families(3), keyring=keyring)
    a_mailing(box)
    with a_stand_in() as server:
        desk = a_desk(notify(server), keyring)
        all_sent(desk)
        Invitation.objects.filter(participation=box).update(spent=True)
        server.book.took.clear()
        a_mailing(box, "reminder", at=NOON + DAYS)
        mailing = all_sent(later(desk, DAYS))

    assert (mailing.state, server.book.took) == ("done", [])
    assert counts(mailing) == Counts(3, 0, 3, 0, 0, 0, 0, 0)


def test_a_message_whose_worker_was_killed_is_asked_for_when_its_lease_is_over(
    keyring: Keyring,
) -> None:
    box = reached(*some_families(3), keyring=keyring)
    a_mailing(box)

    class Killed(BaseException):
        """As if the process were gone: nothing is kept of what follows."""

    with a_stand_in() as server:
        whole = notify(server)

        class Dying:
            ways, at_once, can_be_asked = whole.ways, 1, True
            left = 2

            def send(self, parcel: object) -> object:
                self.left -= 1
                if self.left == 0:
                    raise Killed
                return whole.send(parcel)  # type: ignore[arg-type]

            ask, close = whole.ask, whole.close

        desk = a_desk(Dying(), keyring)  # type: ignore[arg-type]
        with pytest.raises(Killed):
            all_sent(desk)
        assert counts(Mailing.objects.get()).waiting == 3
        desk = a_desk(whole, keyring)
        all_sent(later(desk, 5 * A_MINUTE))
        mailing = all_sent(later(desk, 10 * A_MINUTE))

    assert sorted(Counter(each.to for each in server.book.took).values()) == [1, 1, 1]
    assert counts(mailing) == Counts(3, 0, 3, 0, 0, 0, 0, 0)


def test_a_mailing_that_is_paused_sends_nothing_until_it_goes_on(keyring: Keyring) -> None:
    box = reached(*some_families(2), keyring=keyring)
    mailing = a_mailing(box)
    person = a_member(Role.NATIONAL_ADMINISTRATOR)

    with a_stand_in() as server:
        desk = a_desk(notify(server), keyring)
        sending.pause(mailing=mailing, by=person)
        all_sent(desk)
        assert server.book.took == []
        sending.resume(mailing=mailing, by=person)
        all_sent(desk)

    assert len(server.book.took) == 2


def test_what_a_stopped_mailing_did_not_send_the_next_one_does(keyring: Keyring) -> None:
    box = reached(*some_families(2), keyring=keyring)
    mailing = a_mailing(box)
    sending.address(mailing.pk, ways=("text",))
    sending.stop(mailing=mailing, now=NOON, by=a_member(Role.NATIONAL_ADMINISTRATOR))
    a_mailing(box, at=NOON + A_MINUTE)

    with a_stand_in() as server:
        all_sent(later(a_desk(notify(server), keyring), A_MINUTE))

    assert len(server.book.took) == 2
    mailing.refresh_from_db()
    assert (mailing.state, counts(mailing).waiting) == ("stopped", 2)


def test_a_second_invitation_goes_to_newcomers_only(keyring: Keyring) -> None:
    box = reached(*some_families(2), keyring=keyring)
    a_mailing(box)

    with a_stand_in() as server:
        desk = a_desk(notify(server), keyring)
        all_sent(desk)
        with pytest.raises(Refused, match="There is nobody to write to"):
            a_mailing(box)
        reached(a_family(), keyring=keyring, participation=box)
        a_mailing(box)
        mailing = all_sent(desk)

    assert counts(mailing).total == 1
    assert len(server.book.took) == 3


def test_what_cannot_be_started_is_refused_in_words(keyring: Keyring) -> None:
    box = reached(a_family(), keyring=keyring)
    a_mailing(box)

    other = reached(a_family(), keyring=keyring)

    with pytest.raises(Refused, match="Messages are being sent already"):
        a_mailing(box)
    with pytest.raises(Refused, match="no sender is set up"):
        a_mailing(box, ways=())
    with pytest.raises(Refused, match="There is nobody to write to"):
        a_mailing(other, ways=("email",))


def test_reminders_are_few_and_far_between(keyring: Keyring) -> None:
    box = reached(a_family(), keyring=keyring)
    a_mailing(box)

    with a_stand_in() as server:
        desk = a_desk(notify(server), keyring)
        all_sent(desk)
        with pytest.raises(Refused, match="less than 3 days ago"):
            a_mailing(box, "reminder", at=NOON + A_MINUTE)
        for number in (1, 2):
            a_mailing(box, "reminder", at=NOON + number * DAYS)
            all_sent(later(desk, number * DAYS))
        with pytest.raises(Refused, match="Families had 2 reminders"):
            a_mailing(box, "reminder", at=NOON + 3 * DAYS)

    assert len(server.book.took) == 3


def test_one_worker_sends_at_a_time_and_a_dead_one_keeps_its_seat_for_seconds_only() -> None:
    first, second = (UUID(int=n) for n in (1, 2))

    assert pacing.take_seat(first, now=NOON)
    assert not pacing.take_seat(second, now=NOON + timedelta(seconds=3))
    assert pacing.keep_seat(first, now=NOON + timedelta(seconds=4))
    assert not pacing.take_seat(second, now=NOON + timedelta(seconds=8))
    assert pacing.take_seat(second, now=NOON + timedelta(seconds=9))
    assert not pacing.keep_seat(first, now=NOON + timedelta(seconds=10))


def test_places_are_given_out_at_the_rate_and_none_twice() -> None:
    firsts = [pacing.places(10, rate=5, now=NOON) for _ in range(3)]

    assert [(first - NOON).total_seconds() for first in firsts] == [0, 2, 4]


def test_the_year_until_families_are_asked_again_is_counted_from_what_was_sent_last(
    keyring: Keyring,
) -> None:
    box = reached(a_family(), keyring=keyring)
    mailing = a_mailing(box)
    Mailing.objects.update(state="done", ended_at=NOON)
    envelope = Envelope.objects.get()
    Dispatch.objects.create(mailing=mailing, envelope=envelope, state="doubtful")

    for again, ended_at in ((False, NOON), (True, NOON + DAYS)):
        Dispatch.objects.update(state="doubtful")
        sending.decide_doubtful(
            mailing=mailing, again=again, now=NOON + DAYS, by=a_member(Role.NATIONAL_ADMINISTRATOR)
        )
        assert Mailing.objects.get().ended_at == ended_at


# --- receipts ---------------------------------------------------------------------------------


@pytest.fixture
def sent(keyring: Keyring) -> Dispatch:
    box = reached(a_family(), keyring=keyring)
    a_mailing(box)
    with a_stand_in() as server:
        all_sent(a_desk(notify(server), keyring))
    return Dispatch.objects.get()


def receipt(dispatch: Dispatch, status: str) -> None:
    sending.receipt(
        reference=str(dispatch.reference),
        delivered=status == "delivered",
        never_sent=status == "technical-failure",
        now=NOON,
    )


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["delivered", "delivered"], "handled"),
        (["permanent-failure", "permanent-failure"], "bounced"),
        (["delivered", "permanent-failure"], "bounced"),
        (["permanent-failure", "delivered"], "bounced"),
        (["technical-failure"], "waiting"),
        (["technical-failure", "technical-failure", "delivered"], "waiting"),
    ],
)
def test_receipts_come_twice_and_in_any_order(
    sent: Dispatch, statuses: list[str], state: str
) -> None:
    for status in statuses:
        receipt(sent, status)

    sent.refresh_from_db()
    assert sent.state == state


def test_a_receipt_before_our_own_note_stands(sent: Dispatch) -> None:
    """As when the worker was killed before it noted that it had sent it."""
    Dispatch.objects.update(state="sending", due_at=NOON)

    receipt(sent, "permanent-failure")

    sent.refresh_from_db()
    assert sent.state == "bounced"


@pytest.mark.parametrize(
    "reference", ["", "None", "x" * 300, "00000000-0000-0000-0000-00000000000"]
)
def test_a_receipt_of_nobodys_changes_nothing(sent: Dispatch, reference: str) -> None:
    assert not sending.receipt(reference=reference, delivered=False, never_sent=False, now=NOON)

    sent.refresh_from_db()
    assert sent.state == "handled"


def test_what_the_sender_never_sent_goes_again(keyring: Keyring, sent: Dispatch) -> None:
    receipt(sent, "technical-failure")

    with a_stand_in() as server:
        mailing = all_sent(later(a_desk(notify(server), keyring), A_MINUTE))

    assert len(server.book.took) == 1
    assert server.book.took[0].reference != str(sent.reference)
    assert counts(mailing) == Counts(1, 0, 1, 0, 0, 0, 0, 0)


def test_what_the_sender_never_sends_is_given_up_after_days_and_not_sent_for_ever(
    keyring: Keyring, sent: Dispatch
) -> None:
    moment, waits = NOON, []
    with a_stand_in() as server:
        for _ in range(len(sending.AGAIN_AFTER)):
            sending.receipt(
                reference=str(sent.reference), delivered=False, never_sent=True, now=moment
            )
            sent.refresh_from_db()
            waits.append(sent.due_at - moment)
            moment = sent.due_at + A_MINUTE
            all_sent(a_desk(notify(server), keyring, at=moment))
            sent.refresh_from_db()
            assert (sent.state, sent.attempts) == ("handled", 0)
        sending.receipt(reference=str(sent.reference), delivered=False, never_sent=True, now=moment)
        sent.refresh_from_db()
        mailing = all_sent(a_desk(notify(server), keyring, at=moment + DAYS))

    assert tuple(waits) == sending.AGAIN_AFTER
    assert len(server.book.took) == len(sending.AGAIN_AFTER)
    assert (sent.state, sent.returned) == ("failed", 0)
    assert counts(mailing).failed == 1


def test_once_a_message_arrived_nothing_tells_that_it_went_twice(
    keyring: Keyring, sent: Dispatch
) -> None:
    receipt(sent, "technical-failure")
    with a_stand_in() as server:
        all_sent(later(a_desk(notify(server), keyring), A_MINUTE))
    sent.refresh_from_db()
    again = sent.returned

    receipt(sent, "delivered")

    sent.refresh_from_db()
    assert (again, sent.state, sent.returned) == (1, "handled", 0)


# --- the end ----------------------------------------------------------------------------------


def test_when_fieldwork_is_over_addresses_and_their_key_are_gone_and_counts_stay(
    keyring: Keyring,
) -> None:
    box = reached(*some_families(3), keyring=keyring)
    other = reached(a_family(), keyring=keyring)
    a_mailing(box)
    with a_stand_in() as server:
        done = all_sent(a_desk(notify(server), keyring))
    Mailing.objects.filter(pk=done.pk).update(state="sending")
    Dispatch.objects.filter(pk=Dispatch.objects.first().pk).update(state="sending")  # type: ignore[union-attr]
    other.wave.closes_on = date(2027, 3, 1)
    other.wave.save()

    for _ in range(2):
        forgetting.forget_addresses(today=date(2027, 1, 1), now=NOON, keyring=keyring)

    done.refresh_from_db()
    assert (done.state, counts(done)) == ("stopped", Counts(3, 0, 2, 0, 0, 0, 1, 0))
    assert [each.participation_id for each in Envelope.objects.all()] == [other.pk]
    assert not Dispatch.objects.exists()
    with pytest.raises(KeyMissing):
        keyring.private_key(box.wave.sending_key_name)
    assert len(bytes(keyring.private_key(other.wave.sending_key_name))) == 32


def test_on_the_last_day_messages_still_go_and_the_day_after_none(keyring: Keyring) -> None:
    box = reached(*some_families(1), keyring=keyring)
    a_mailing(box)
    last_day = box.wave.closes_on

    with a_stand_in() as server:
        desk = a_desk(notify(server), keyring)
        for day in (last_day + timedelta(days=1), last_day):
            all_sent(with_day(desk, day))
            assert len(server.book.took) == (1 if day == last_day else 0)


def with_day(desk: Desk, day: date) -> Desk:
    return replace(desk, today=day)


def test_nothing_of_an_address_is_in_the_database_in_clear(keyring: Keyring) -> None:
    family = a_family("marked@example.org", language="en")
    box = reached(family, a_family("+447700900471"), keyring=keyring)
    codes = addresses(box, keyring)
    a_mailing(box)
    with a_stand_in() as server:
        all_sent(a_desk(notify(server), keyring))
    do_not_contact.stop_by_text("447700900471", "STOP", today=IN_AUTUMN)

    held = everything_held()

    for mark in (b"marked@", b"900471", *(code.encode() for code in codes.values())):
        assert mark not in held


def everything_held() -> bytes:
    """Every column of every table, as bytes."""
    found: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    for value in row
                ]
    return b"\n".join(found)

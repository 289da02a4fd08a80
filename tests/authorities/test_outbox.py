"""The outbox: what was kept is sent, what was rolled back is not, and failures are tried again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from threading import Barrier
from typing import ClassVar

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from authorities import outbox, sweeps, tasks
from authorities.models import Message, Sweep
from authorities.outbox import AT_ONE_SWEEP, KEPT_AFTER_SENDING, LEASE, MOST_ATTEMPTS, WAITS

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
A_MOMENT = timedelta(seconds=1)
EIGHT = 8


class Failing(BaseEmailBackend):
    """A mail server that is away, or refuses."""

    failure: ClassVar[Exception] = SMTPServerDisconnected("words with an address")

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise self.failure


@pytest.fixture
def mail_is_away(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Failing"


def a_message(
    *, state: str = Message.State.WAITING, due_at: datetime = NOW, attempts: int = 0
) -> Message:
    return Message.objects.create(
        to="pat@example.org",
        subject="News",
        body="There is news.",
        state=state,
        due_at=due_at,
        attempts=attempts,
    )


def test_a_message_is_sent_after_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        outbox.send_later(to="pat@example.org", subject="News", body="There is news.")
        assert mail.outbox == []

    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["pat@example.org"], "News", "There is news.")


@pytest.mark.django_db(transaction=True)
def test_a_message_whose_news_was_rolled_back_is_never_sent() -> None:
    with transaction.atomic():
        outbox.send_later(to="pat@example.org", subject="News", body="There is news.")
        transaction.set_rollback(True)

    tasks.deliver_waiting()

    assert mail.outbox == []


def test_a_message_whose_task_was_lost_is_found_by_the_sweep() -> None:
    outbox.send_later(to="pat@example.org", subject="News", body="There is news.")

    tasks.deliver_waiting()

    assert len(mail.outbox) == 1
    assert Message.objects.get().state == Message.State.SENT


def test_a_message_is_sent_once_however_often_it_is_asked_for() -> None:
    message = a_message()

    assert [outbox.deliver(message.pk, now=NOW) for _ in range(3)] == [True, False, False]
    assert len(mail.outbox) == 1


def test_what_a_sent_message_said_is_erased() -> None:
    message = a_message()

    outbox.deliver(message.pk, now=NOW)

    message.refresh_from_db()
    assert (message.state, message.sent_at, message.body) == (Message.State.SENT, NOW, "")


def test_a_message_that_is_not_there_is_nobodys_error() -> None:
    assert not outbox.deliver(404, now=NOW)


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "a@example.org\nBcc: b@example.org"])
def test_what_is_not_an_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        outbox.send_later(to=address, subject="News", body="")

    assert not Message.objects.exists()


def test_a_subject_cannot_smuggle_in_a_header() -> None:
    message = outbox.send_later(to="pat@example.org", subject="News\nBcc: all@x.org", body="")

    assert message.subject == "News Bcc: all@x.org"


@pytest.mark.parametrize(
    "failure",
    [
        SMTPServerDisconnected("gone"),
        SMTPRecipientsRefused({}),
        ConnectionRefusedError("no one there"),
        TimeoutError(),
        ValueError("a header nobody can send"),
    ],
)
def test_a_message_that_fails_is_tried_again_later(
    failure: Exception, mail_is_away: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Failing, "failure", failure)
    message = a_message()

    assert not outbox.deliver(message.pk, now=NOW)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.due_at) == (
        Message.State.WAITING,
        1,
        NOW + WAITS[0],
    )
    assert message.body == "There is news."


def test_each_wait_is_longer_and_the_last_failure_is_for_good(mail_is_away: None) -> None:
    message = a_message()
    now, waited = NOW, []

    while message.state != Message.State.FAILED:
        outbox.deliver(message.pk, now=now)
        message.refresh_from_db()
        waited.append(message.due_at - now)
        now = message.due_at

    assert waited[:-1] == list(WAITS)
    assert sorted(WAITS) == list(WAITS)
    assert message.attempts == MOST_ATTEMPTS
    assert not outbox.deliver(message.pk, now=NOW + timedelta(days=365))


def test_a_message_is_not_tried_again_before_its_time(mail_is_away: None) -> None:
    message = a_message()
    outbox.deliver(message.pk, now=NOW)

    assert outbox.due_messages(now=NOW + WAITS[0] - A_MOMENT) == []
    assert outbox.due_messages(now=NOW + WAITS[0]) == [message.pk]


def test_a_message_left_by_a_killed_worker_is_sent_once_its_lease_is_over() -> None:
    left = a_message(state=Message.State.SENDING, due_at=NOW + LEASE, attempts=1)

    assert not outbox.deliver(left.pk, now=NOW + LEASE - A_MOMENT)
    assert outbox.due_messages(now=NOW + LEASE) == [left.pk]
    assert outbox.deliver(left.pk, now=NOW + LEASE)


def test_a_message_that_kills_every_worker_is_given_up() -> None:
    left = a_message(state=Message.State.SENDING, attempts=MOST_ATTEMPTS)

    assert outbox.due_messages(now=NOW) == []
    assert not outbox.deliver(left.pk, now=NOW)
    assert outbox.give_up(now=NOW) == 1
    assert Message.objects.get().state == Message.State.FAILED


def test_a_worker_that_slept_past_its_lease_cannot_speak_for_the_next(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """The first fails only after a second has sent the message; it stays sent."""
    message = a_message()

    class SlowThenFailing(BaseEmailBackend):
        def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
            settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
            outbox.deliver(message.pk, now=NOW + LEASE)
            raise TimeoutError

    monkeypatch.setattr(f"{__name__}.SlowThenFailing", SlowThenFailing, raising=False)
    settings.EMAIL_BACKEND = f"{__name__}.SlowThenFailing"

    assert not outbox.deliver(message.pk, now=NOW)

    message.refresh_from_db()
    assert (message.state, message.attempts) == (Message.State.SENT, 2)


def test_no_word_or_address_of_a_message_is_logged(
    mail_is_away: None, caplog: pytest.LogCaptureFixture
) -> None:
    message = a_message()

    outbox.deliver(message.pk, now=NOW)

    assert "a message was not sent" in caplog.text
    for secret in (message.to, message.subject, message.body, "words with an address"):
        assert secret not in caplog.text


def test_one_sweep_takes_the_oldest_first_and_no_more_than_it_can() -> None:
    Message.objects.bulk_create(
        Message(to="a@example.org", subject="s", body="b", due_at=NOW - timedelta(seconds=seconds))
        for seconds in range(AT_ONE_SWEEP + 1)
    )

    due = outbox.due_messages(now=NOW)

    oldest_first = Message.objects.order_by("due_at").values_list("pk", flat=True)
    assert due == list(oldest_first)[:AT_ONE_SWEEP]


def test_messages_sent_long_ago_are_forgotten_and_no_others() -> None:
    long_ago = NOW - KEPT_AFTER_SENDING - A_MOMENT
    old, recent, failed = a_message(), a_message(), a_message(state=Message.State.FAILED)
    outbox.deliver(old.pk, now=NOW)
    outbox.deliver(recent.pk, now=NOW)
    Message.objects.filter(pk=old.pk).update(sent_at=long_ago)

    assert outbox.forget(now=NOW) == 1
    assert set(Message.objects.all()) == {recent, failed}


def test_the_sweep_stops_in_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "SWEEP_FOR", timedelta(seconds=-1))
    a_message()

    tasks.deliver_waiting()

    assert mail.outbox == []
    assert Sweep.objects.filter(name="authorities.deliver_waiting").exists()


def test_a_sweep_that_ended_is_noted_and_noted_again() -> None:
    sweeps.ended("some.sweep", now=NOW)
    sweeps.ended("some.sweep", now=NOW + A_MOMENT)

    assert list(Sweep.objects.values_list("name", "ended_at")) == [("some.sweep", NOW + A_MOMENT)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_that_take_one_message_at_once_one_sends_it() -> None:
    message = a_message()
    together = Barrier(EIGHT)

    def take(_: int) -> bool:
        try:
            connection.ensure_connection()
            together.wait()
            return outbox.deliver(message.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(EIGHT) as pool:
        sent = list(pool.map(take, range(EIGHT)))

    assert sorted(sent) == [False] * (EIGHT - 1) + [True]
    assert len(mail.outbox) == 1
    assert Message.objects.get().attempts == 1

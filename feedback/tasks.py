"""What runs without anyone waiting: opening words, mixing, destroying, contact requests."""

from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from authorities import sweeps
from authorities.models import Sweep
from feedback import destruction, escalating, listeners, listening, mixing, opening
from surveys.keyring import Keyring
from surveys.models import Wave

# A database that is away for a minute loses no night's work; every rule here may run twice.
_AGAIN: dict[str, Any] = {
    "acks_late": True,
    "autoretry_for": (OperationalError,),
    "retry_backoff": True,
    "max_retries": 8,
}


OPENING_HOUR = 5  # of the morning, in local time


@shared_task(name="feedback.open_words", **_AGAIN)
def open_words(*, at_once: bool = False) -> None:
    """Beat, every hour, so that a failure is made up for soon; but words are opened once a day.

    Args:
        at_once: also where they were opened this morning, because a person asks for it.
    """
    if not at_once and _opened_this_morning(timezone.localtime()):
        return
    listening.open_words(today=timezone.localdate(), keyring=Keyring.from_settings())
    sweeps.ended("feedback.open_words", now=timezone.now())


def _opened_this_morning(now: datetime) -> bool:
    """Whether they were opened since it last was five, so that a late opening moves no other."""
    morning = now.replace(hour=OPENING_HOUR, minute=0, second=0, microsecond=0)
    if morning > now:
        morning -= timedelta(days=1)
    return Sweep.objects.filter(name="feedback.open_words", ended_at__gte=morning).exists()


@shared_task(name="feedback.mix_ready", **_AGAIN)
def mix_ready() -> None:
    """Beat, each morning: a task for each box that is due, then one for each closed wave."""
    today = timezone.localdate()
    for participation_id, channel in mixing.boxes_due(today=today):
        mix_box.delay(participation_id, channel)
    for wave in mixing.waves_with_remainders(today=today):
        mix_remainders.delay(wave.pk)
    sweeps.ended("feedback.mix_ready", now=timezone.now())


@shared_task(name="feedback.mix_box", **_AGAIN)
def mix_box(participation_id: int, channel: str) -> None:
    mixing.mix_to_the_end(
        participation_id, channel, today=timezone.localdate(), keyring=Keyring.from_settings()
    )


@shared_task(name="feedback.mix_remainders", **_AGAIN)
def mix_remainders(wave_id: int) -> None:
    mixing.mix_remainders(
        wave=Wave.objects.get(pk=wave_id),
        today=timezone.localdate(),
        keyring=Keyring.from_settings(),
    )


@shared_task(name="feedback.destroy_ended", **_AGAIN)
def destroy_ended() -> None:
    destruction.destroy_closed_contacts(now=timezone.now())
    destruction.destroy_ended(today=timezone.localdate(), keyring=Keyring.from_settings())
    sweeps.ended("feedback.destroy_ended", now=timezone.now())


@shared_task(name="feedback.publish_listeners_key", **_AGAIN)
def publish_listeners_key() -> None:
    """Beat, every minute: until it has once, nobody can ask to be contacted."""
    listeners.publish_key(keyring=Keyring.from_settings(), today=timezone.localdate())
    sweeps.ended("feedback.publish_listeners_key", now=timezone.now())


@shared_task(name="feedback.escalate_contacts", **_AGAIN)
def escalate_contacts() -> None:
    escalating.escalate_unacknowledged(
        now=timezone.now(), after=timedelta(minutes=settings.HEARD_CONTACT_MINUTES)
    )
    sweeps.ended("feedback.escalate_contacts", now=timezone.now())


@shared_task(name="feedback.open_contact", **_AGAIN)
def open_contact(opening_id: int) -> None:
    opening.open_one(opening_id, keyring=Keyring.from_settings(), now=timezone.now())


@shared_task(name="feedback.open_waiting_contacts", **_AGAIN)
def open_waiting_contacts() -> None:
    """Beat, every few seconds: a listener sits before the page that waits for it."""
    opening.open_waiting(keyring=Keyring.from_settings(), now=timezone.now())
    sweeps.ended_of_late("feedback.open_waiting_contacts", now=timezone.now())

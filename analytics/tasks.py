"""What runs without anyone waiting: counting, releases whose time has come, letters about them."""

from datetime import timedelta
from typing import Final

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from analytics import announcing, counting, posting, publishing, subscribing
from authorities import sweeps
from surveys.keyring import Keyring

# One run of the sender; the next one goes on.
SEND_FOR: Final = timedelta(seconds=50)


@shared_task(
    name="analytics.count_batch",
    acks_late=True,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=8,
)
def count_batch(batch_id: int) -> None:
    counting.count_batch(batch_id, keyring=Keyring.from_settings())


@shared_task(name="analytics.count_stragglers")
def count_stragglers() -> None:
    """Beat, every five minutes: what a lost message missed, this finds."""
    counting.count_waiting(keyring=Keyring.from_settings())
    sweeps.ended("analytics.count_stragglers", now=timezone.now())


@shared_task(name="analytics.publish_due", acks_late=True)
def publish_due() -> None:
    """Beat, every minute: what two have signed off comes out at the time that was said."""
    publishing.publish_due(now=timezone.now())
    sweeps.ended("analytics.publish_due", now=timezone.now())


@shared_task(name="analytics.announce_release", acks_late=True)
def announce_release(release_id: int) -> None:
    """At once, when a release came out. What this misses, the sweep below finds."""
    now = timezone.now()
    if announcing.announce(release_id, now=now, today=timezone.localdate(now)):
        send_notices.delay()


@shared_task(name="analytics.send_notices")
def send_notices() -> None:
    """Beat, every minute, and at once when somebody asked: letters to subscribers.

    Also what is to be there before: the key that addresses are sealed to, and letters about
    releases that came out.
    """
    now, keyring = timezone.now(), Keyring.from_settings()
    subscribing.publish_key(keyring=keyring, today=timezone.localdate(now))
    announcing.announce_missed(now=now, today=timezone.localdate(now))
    desk = announcing.Desk(sender=posting.sender(), keyring=keyring, clock=timezone.now)
    announcing.send_for(desk, until=now + SEND_FOR)
    sweeps.ended("analytics.send_notices", now=timezone.now())


@shared_task(name="analytics.forget_subscriptions")
def forget_subscriptions() -> None:
    """Beat, each night: addresses that nobody confirmed, and letters of long ago."""
    today = timezone.localdate()
    subscribing.forget_unconfirmed(today=today)
    announcing.forget(today=today)
    sweeps.ended("analytics.forget_subscriptions", now=timezone.now())

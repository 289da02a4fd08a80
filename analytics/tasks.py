"""What runs without anyone waiting: counting batches, and releases whose time has come."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from analytics import counting, publishing
from authorities import sweeps
from surveys.keyring import Keyring


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

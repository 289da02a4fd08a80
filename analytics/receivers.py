"""News from the rooms below and from here, and what is done about it."""

from typing import Any

from django.dispatch import receiver

from analytics import tasks
from analytics.signals import release_published, subscription_asked
from feedback.signals import batch_mixed


@receiver(batch_mixed)
def count_when_mixed(batch_id: int, **_: Any) -> None:
    tasks.count_batch.delay(batch_id)


@receiver(release_published)
def announce_when_published(release_id: int, **_: Any) -> None:
    tasks.announce_release.delay(release_id)


@receiver(subscription_asked)
def write_to_whoever_asked(**_: Any) -> None:
    tasks.send_notices.delay()

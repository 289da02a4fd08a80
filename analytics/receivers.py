"""News from the rooms below, and what is done about it here."""

from typing import Any

from django.dispatch import receiver

from analytics import tasks
from feedback.signals import batch_mixed


@receiver(batch_mixed)
def count_when_mixed(batch_id: int, **_: Any) -> None:
    tasks.count_batch.delay(batch_id)

"""What is done at once when news comes. The sweeps of the timetable make it certain."""

from typing import Any

from django.dispatch import receiver

from authorities import tasks
from authorities.signals import message_written


@receiver(message_written)
def deliver_what_was_written(message_id: int, **_: Any) -> None:
    tasks.deliver.delay(message_id)

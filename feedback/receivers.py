"""What is done at once when news comes. The sweeps of the timetable make it certain."""

from typing import Any

from django.dispatch import receiver

from feedback import settling
from surveys.models import Wave
from surveys.signals import wave_closed


@receiver(wave_closed)
def settle_what_was_closed(wave_id: int, **_: Any) -> None:
    settling.ask(Wave.objects.get(pk=wave_id))

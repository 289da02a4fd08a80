"""What is done at once when news comes. The sweeps of the timetable make it certain."""

from typing import Any

from django.dispatch import receiver

from surveys import tasks
from surveys.signals import job_asked, mailing_started, wave_closed


@receiver(job_asked)
def run_what_was_asked(job_id: int, **_: Any) -> None:
    tasks.run_job.delay(job_id)


@receiver(wave_closed)
def forget_addresses_of_what_closed(**_: Any) -> None:
    tasks.forget_addresses.delay()


@receiver(mailing_started)
def send_what_was_started(**_: Any) -> None:
    tasks.send_messages.delay()

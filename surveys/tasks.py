"""What runs without anyone waiting: long work that a person asked for, and messages to families."""

import time
from datetime import datetime, timedelta
from typing import Final

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from authorities import sweeps
from surveys import closing, delivering, forgetting, jobs, sending
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.senders import chosen

# Beat asks every few seconds; whoever sends ends here, so that a worker that is told to end can.
SEND_FOR: Final = timedelta(seconds=50)


@shared_task(name="surveys.run_job", acks_late=True)
def run_job(job_id: int) -> None:
    jobs.run(job_id, clock=timezone.now)


@shared_task(name="surveys.run_waiting_jobs")
def run_waiting_jobs() -> None:
    """Beat, every few seconds: a person sits before the page that shows how far it is."""
    for job_id in jobs.due(now=timezone.now()):
        run_job.delay(job_id)
    now = timezone.now()
    jobs.forget_files(now=now)
    sweeps.ended_of_late("surveys.run_waiting_jobs", now=now)


@shared_task(name="surveys.send_messages")
def send_messages() -> None:
    """Beat, every few seconds, and at once when somebody starts a mailing."""
    now = timezone.now()
    from_hour, to_hour = settings.HEARD_SENDER_HOURS
    if from_hour <= timezone.localtime(now).hour < to_hour:
        _send(until=now + SEND_FOR)
    sweeps.ended_of_late("surveys.send_messages", now=timezone.now())


def _send(*, until: datetime) -> None:
    try:
        sender = chosen.sender()
    except Refused:
        return  # the page on which a mailing is started says so
    desk = delivering.Desk(
        sender=sender,
        keyring=Keyring.from_settings(),
        rate=settings.HEARD_SENDER_RATE,
        patience=timedelta(seconds=settings.HEARD_SENDER_PATIENCE),
        name=settings.HEARD_NAME,
        site=settings.HEARD_BASE_URL,
        today=timezone.localdate(),
        clock=timezone.now,
        sleep=time.sleep,
    )
    delivering.send_for(desk, until=until)


@shared_task(name="surveys.end_waves", acks_late=True)
def end_waves() -> None:
    """Beat, every hour: a wave whose last day is over has ended, and cannot be extended."""
    closing.end_due(today=timezone.localdate())
    sweeps.ended("surveys.end_waves", now=timezone.now())


@shared_task(name="surveys.forget_addresses", acks_late=True)
def forget_addresses() -> None:
    """Beat, every hour: when the last day of a wave is over, so is every address of it."""
    sending.recount_all()
    forgetting.forget_addresses(
        today=timezone.localdate(), now=timezone.now(), keyring=Keyring.from_settings()
    )
    sweeps.ended("surveys.forget_addresses", now=timezone.now())

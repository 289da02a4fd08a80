"""What runs without anyone waiting: sending the messages of the outbox."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from authorities import outbox, sweeps

# Beat asks every minute. Where the mail server is slow, a sweep stops here, and the next goes on.
SWEEP_FOR = timedelta(seconds=50)


@shared_task(name="authorities.deliver")
def deliver(message_id: int) -> None:
    outbox.deliver(message_id, now=timezone.now())


@shared_task(name="authorities.deliver_waiting")
def deliver_waiting() -> None:
    """Beat, every minute: what a lost message, a failure or a killed worker left, this finds."""
    began = timezone.now()
    outbox.give_up(now=began)
    for message_id in outbox.due_messages(now=began):
        if timezone.now() - began > SWEEP_FOR:
            break
        outbox.deliver(message_id, now=timezone.now())
    outbox.forget(now=began)
    sweeps.ended("authorities.deliver_waiting", now=timezone.now())

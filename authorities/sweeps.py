"""Noting that a periodic task ended well, so that its silence is noticed."""

from datetime import datetime, timedelta

from authorities.models import Sweep


def ended(name: str, *, now: datetime) -> None:
    """Keep the time at which the named task last ended well. ``/health/ready`` reads it."""
    Sweep.objects.update_or_create(name=name, defaults={"ended_at": now})


def ended_of_late(name: str, *, now: datetime) -> None:
    """:func:`ended`, once a minute: a task that runs every few seconds would write for ever."""
    if not Sweep.objects.filter(name=name, ended_at__gt=now - timedelta(minutes=1)).exists():
        ended(name, now=now)

"""Noting that a periodic task ended well, so that its silence is noticed."""

from datetime import datetime

from authorities.models import Sweep


def ended(name: str, *, now: datetime) -> None:
    """Keep the time at which the named task last ended well. ``/health/ready`` reads it."""
    Sweep.objects.update_or_create(name=name, defaults={"ended_at": now})

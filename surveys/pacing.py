"""How fast messages go, for all workers together; and that one of them sends at a time.

Places in time are given out one after another, a worker taking several at once: the virtual
scheduling algorithm (ITU-T I.371, annex A) with a row of the database for its clock. So it holds
for any number of workers, on any database, and a worker that was killed takes only its few places
with it. The seat is for thrift: a second worker would only wait for places, and keep other work
from being done.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from surveys.models import Pace

SEAT: Final = timedelta(seconds=5)  # kept every two or so; a killed worker leaves it empty


@transaction.atomic
def places(count: int, *, rate: int, now: datetime) -> datetime:
    """Take the next places; when the first of them is. Each of the others is 1/rate later.

    Args:
        rate: how many go in a second.
    """
    paces = Pace.objects.select_for_update()
    pace, _ = paces.get_or_create(pk=Pace.ONLY, defaults={"held_until": now, "next_at": now})
    first = max(now, pace.next_at)
    Pace.objects.filter(pk=Pace.ONLY).update(next_at=first + timedelta(seconds=count / rate))
    return first


def wait(*, now: datetime) -> float:
    """In how many seconds the next place is; 0 where it is now."""
    next_at = Pace.objects.filter(pk=Pace.ONLY).values_list("next_at", flat=True).first()
    return 0 if next_at is None else max(0.0, (next_at - now).total_seconds())


def hold_back(until: datetime) -> None:
    """Let nobody send before this time, because the sender asked for it."""
    Pace.objects.filter(pk=Pace.ONLY, next_at__lt=until).update(next_at=until)


def take_seat(holder: UUID, *, now: datetime) -> bool:
    """Be the one that sends, for :data:`SEAT`. Whether nobody else is."""
    Pace.objects.get_or_create(pk=Pace.ONLY, defaults={"held_until": now, "next_at": now})
    free = Pace.objects.filter(pk=Pace.ONLY, held_until__lte=now)
    return bool(free.update(holder=holder, held_until=now + SEAT))


def keep_seat(holder: UUID, *, now: datetime) -> bool:
    """Stay the one for another :data:`SEAT`. Whether it still is."""
    return bool(Pace.objects.filter(pk=Pace.ONLY, holder=holder).update(held_until=now + SEAT))


def leave_seat(holder: UUID, *, now: datetime) -> None:
    Pace.objects.filter(pk=Pace.ONLY, holder=holder).update(held_until=now)

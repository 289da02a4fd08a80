"""Destroying what has served: single answers and their keys, 90 days after a wave's release.

A wave that is never released ends too: a year after fieldwork. So does a contact request, 90 days
after the work on it was done. Nothing goes while a hold stands.
"""

from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from feedback import typing_in
from feedback.models import Ballot, Batch, ContactRequest, UsedOnce
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Wave
from surveys.querysets import WaveQuerySet

KEPT_FOR = timedelta(days=90)

log = structlog.get_logger(__name__)

# Families were promised that single answers go when the results are out. If none come out (nobody
# released them, or too few answered to count any), the promise must not wait for ever. A year is
# enough to release a late wave, and it is no longer than the figures of a wave are of use.
KEPT_UNRELEASED_FOR = timedelta(days=365)


def destroy_ended(*, today: date, keyring: Keyring) -> int:
    """Destroy the single answers of every wave that has ended and is not on hold.

    A wave ends 90 days after its release. One that was never released ends 365 days after its last
    day of fieldwork; answers brought along from an older survey, 365 days after they came.

    Returns:
        How many waves were done now. May be called again.
    """
    done = 0
    for wave_id in list(_ended(today).values_list("pk", flat=True)):
        try:
            done += _destroy(wave_id, today=today, keyring=keyring)
        except (KeyMissing, OSError) as error:
            # Its rows are as they were and it stays due; the waves after it do not wait for it.
            log.warning("a wave was not destroyed", wave_id=wave_id, failure=type(error).__name__)
    return done


@transaction.atomic
def destroy_closed_contacts(*, now: datetime) -> int:
    """Destroy contact requests that were closed 90 days ago, with their notes; how many.

    One that is not closed is kept, however old: somebody still waits.
    """
    # Locked first: a hold that somebody is putting on one of them is waited for, and then stands.
    served = ContactRequest.objects.closed().filter(closed_at__lte=now - KEPT_FOR, hold="")
    found = list(served.select_for_update().order_by("pk").values_list("pk", flat=True))
    ContactRequest.objects.filter(pk__in=found).delete()
    return len(found)


def _ended(today: date) -> WaveQuerySet:
    last_day = today - KEPT_UNRELEASED_FOR
    newer = Batch.objects.filter(mixed_on__gt=last_day).values("wave")
    never_released = Q(released_on=None, closes_on__lte=last_day) & ~Q(pk__in=newer)
    return (
        Wave.objects.opened()
        .filter(key_destroyed_on=None, hold="")
        .filter(Q(released_on__lte=today - KEPT_FOR) | never_released)
    )


@transaction.atomic
def _destroy(wave_id: int, *, today: date, keyring: Keyring) -> bool:
    """Forget a wave's ballots and batches and destroy its key. Whether there was anything to do.

    The key goes last, and before the commit. If we are killed in between, the rows are as they
    were, the wave is still due, and the next run finishes. After the commit would be wrong: the
    rows could then say that the key is gone while it is not, and nobody would look again.
    """
    # Locked: a hold that somebody is putting on this wave, or its release, is waited for.
    wave = _ended(today).filter(pk=wave_id).select_for_update().first()
    if wave is None:
        return False
    Ballot.objects.of_wave(wave).delete()
    UsedOnce.objects.filter(participation__wave=wave).delete()
    Batch.objects.of(wave).update(sealed=None)
    # Of boxes that were too small to be mixed, too.
    typing_in.tell_who_typed(boxes=list(wave.participations.values_list("pk", flat=True)))
    wave.key_destroyed_on = today
    wave.save(update_fields=["key_destroyed_on"])
    keyring.destroy(wave.key_name)
    return True

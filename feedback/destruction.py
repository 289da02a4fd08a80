"""Destroying what has served: single answers and their keys, 90 days after a wave's release."""

from datetime import date, timedelta

from django.db import transaction

from feedback.models import Ballot, Batch, UsedOnce
from surveys.keyring import Keyring
from surveys.models import Wave

KEPT_FOR = timedelta(days=90)


def destroy_ended(*, today: date, keyring: Keyring) -> int:
    """Destroy the single answers of every wave that was released 90 days ago and is not on hold.

    Returns:
        How many waves were done now. May be called again.
    """
    due = Wave.objects.filter(
        released_on__lte=today - KEPT_FOR, key_destroyed_on=None, hold=""
    ).values_list("pk", flat=True)
    return sum(_destroy(wave_id, today=today, keyring=keyring) for wave_id in list(due))


@transaction.atomic
def _destroy(wave_id: int, *, today: date, keyring: Keyring) -> bool:
    """Forget a wave's ballots and batches and destroy its key. Whether there was anything to do.

    The key goes last, and before the commit. If we are killed in between, the rows are as they
    were, the wave is still due, and the next run finishes. After the commit would be wrong: the
    rows could then say that the key is gone while it is not, and nobody would look again.
    """
    # Locked: a hold that somebody is putting on this wave is waited for, and then kept.
    still_due = Wave.objects.filter(pk=wave_id, key_destroyed_on=None, hold="")
    wave = still_due.select_for_update().first()
    if wave is None:
        return False
    Ballot.objects.of_wave(wave).delete()
    UsedOnce.objects.filter(participation__wave=wave).delete()
    Batch.objects.of(wave).update(sealed=None)
    wave.key_destroyed_on = today
    wave.save(update_fields=["key_destroyed_on"])
    keyring.destroy(wave.key_name)
    return True

"""When fieldwork is over: addresses, and which code belonged to which, are destroyed.

The envelopes and every trace of single messages go, and then the key that could have opened them,
so that a backup opens none either. How many messages there were stays. A hold on the wave, which
keeps answers, keeps no addresses: nothing about an answer can be learned from them but whose it
was, and that nobody was promised to be able to.
"""

from datetime import date, datetime

import structlog
from django.db import transaction

from surveys import sending
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Dispatch, Envelope, Mailing, Participation, Wave

log = structlog.get_logger(__name__)


def forget_addresses(*, today: date, now: datetime, keyring: Keyring) -> int:
    """Destroy the envelopes and sending keys of waves whose fieldwork is over. May be called twice.

    Returns:
        How many participations had envelopes until now.
    """
    over = Wave.objects.closed_on(today).exclude(sending_key=None)
    with_envelopes = Participation.objects.filter(wave__in=over, envelopes__isnull=False)
    found = list(with_envelopes.distinct().values_list("pk", flat=True))
    for participation_id in found:
        _forget(participation_id, now=now)
    # All of them again each time: a key whose disk was away goes when it is back.
    for wave in over:
        _destroy_key(wave, keyring=keyring)
    return len(found)


@transaction.atomic
def _forget(participation_id: int, *, now: datetime) -> None:
    mailings = Mailing.objects.filter(participation=participation_id)
    ours = list(mailings.select_for_update().order_by("pk").values_list("pk", flat=True))
    unsure = Dispatch.objects.filter(mailing__in=ours, state=Dispatch.State.SENDING)
    unsure.update(state=Dispatch.State.DOUBTFUL)
    for mailing_id in ours:
        sending.recount(mailing_id)
    mailings.filter(state__in=sending.UNDER_WAY).update(state="stopped", ended_at=now)
    Dispatch.objects.filter(mailing__in=ours).delete()
    Envelope.objects.filter(participation=participation_id).delete()


def _destroy_key(wave: Wave, *, keyring: Keyring) -> None:
    try:
        keyring.destroy(wave.sending_key_name)
    except (KeyMissing, OSError) as error:
        log.warning("a sending key stays", wave_id=wave.pk, failure=type(error).__name__)

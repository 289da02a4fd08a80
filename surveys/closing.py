"""Closing a wave and extending it, and what closing will do, said before anybody does it.

A wave closes by itself after its last day. From the moment it has ended nothing opens it again:
addresses and the key they were sealed to are destroyed, and what is left in small boxes is mixed
with others' (feedback/mixing.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from authorities import audit
from authorities.models import User
from surveys.errors import Refused
from surveys.models import Envelope, Mailing, OpenLink, Wave
from surveys.signals import wave_closed

# From a wave's first day to its last: a year after, the same families are asked anew, and addresses
# are not kept for longer than a year.
LONGEST: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What closing a wave does.

    Args:
        participations: how many authorities are open.
        open_links: posters' addresses that go down.
        envelopes: addresses of families that are destroyed.
        mailings: invitations and reminders under way that stop.
    """

    wave: Wave
    participations: int
    open_links: int
    envelopes: int
    mailings: int


def consequences(wave: Wave, *, today: date) -> Consequences:
    """What closing would do. Four queries; nothing here depends on who has answered."""
    under_way = ("waiting", "sending", "paused")
    return Consequences(
        wave=wave,
        participations=wave.participations.opened().count(),
        open_links=OpenLink.objects.open_on(today).filter(participation__wave=wave).count(),
        envelopes=Envelope.objects.filter(participation__wave=wave).count(),
        mailings=Mailing.objects.filter(participation__wave=wave, state__in=under_way).count(),
    )


@transaction.atomic
def close_now(*, wave: Wave, today: date, by: User | None = None) -> bool:
    """End fieldwork at once: yesterday was the last day.

    Returns:
        Whether this call closed it: of two who close it at once, one does, and the other is told.

    Raises:
        Refused: it has not been opened.
    """
    wave = _locked(wave)
    if wave.closes_on < today:
        return False
    wave.closes_on = today - timedelta(days=1)
    # One that opened this morning by mistake can be closed too.
    wave.opens_on = min(wave.opens_on, wave.closes_on)
    wave.ended_on = today
    wave.save(update_fields=["closes_on", "opens_on", "ended_on"])
    audit.record(actor=by, act="wave closed early", subject=wave.slug)
    transaction.on_commit(partial(wave_closed.send_robust, Wave, wave_id=wave.pk))
    return True


@transaction.atomic
def close_tonight(*, wave: Wave, today: date, by: User | None = None) -> bool:
    """Make today the last day.

    Returns:
        Whether this call did: ``False`` where today or an earlier day is the last already.

    Raises:
        Refused: it has not been opened, or opens later than today.
    """
    wave = _locked(wave)
    if wave.closes_on <= today:
        return False
    if wave.opens_on > today:
        raise Refused(f"{wave} opens on {wave.opens_on}. Close it at once, or wait until then.")
    before, wave.closes_on = wave.closes_on, today
    wave.save(update_fields=["closes_on"])
    why = f"Its last day was to be {before}."
    audit.record(actor=by, act="wave closes tonight", subject=wave.slug, why=why)
    return True


@transaction.atomic
def extend(
    *,
    wave: Wave,
    until: date,
    was: date | None,
    why: str,
    today: date,
    by: User | None = None,
) -> Wave:
    """Let a wave run longer, as long as it runs.

    Args:
        until: the new last day of fieldwork, later than the one it has.
        was: the last day that whoever extends it looked at.

    Raises:
        Refused: no reason is given, it is not open, it is over, its last day was changed meanwhile,
            or it would not be longer, or more than a year.
    """
    wave = _locked(wave)
    if not why.strip():
        raise Refused("Say why families have longer: it is kept in the audit.")
    if wave.ended_on is not None or wave.closes_on < today:
        raise Refused(
            f"{wave} is over: its last day was {_day(wave.closes_on)}. What families sent is being "
            "mixed and their addresses are destroyed, so that it cannot go on. Plan another wave."
        )
    if was != wave.closes_on:
        raise Refused(
            f"Somebody changed the last day of {wave} since you looked: it is "
            f"{_day(wave.closes_on)} now. Nothing was changed. Extend it from there, if you still "
            "mean to."
        )
    if until <= wave.closes_on:
        raise Refused(f"{wave} runs until {_day(wave.closes_on)} already. Choose a later day.")
    if until - wave.opens_on > LONGEST:
        raise Refused(
            f"{wave} began on {_day(wave.opens_on)}, and addresses are kept for a year at the "
            f"most. Choose a day until {_day(wave.opens_on + LONGEST)}."
        )
    before, wave.closes_on = wave.closes_on, until
    wave.save(update_fields=["closes_on"])
    audit.record(
        actor=by,
        act="wave extended",
        subject=wave.slug,
        why=f"From {before} to {until}. {why.strip()}",
    )
    return wave


def _day(day: date) -> str:
    """As the pages that this is read on write days."""
    return f"{day:%-d %B %Y}"


def end_due(*, today: date) -> int:
    """Note of each wave whose last day is over that it has ended; how many. May be called again."""
    due = Wave.objects.opened().closed_on(today).filter(ended_on=None)
    return sum(_end(pk, today=today) for pk in due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _end(wave_id: int, *, today: date) -> bool:
    # Asked again in the statement: somebody may be extending it.
    due = Wave.objects.opened().closed_on(today).filter(pk=wave_id, ended_on=None)
    wave = due.select_for_update().first()
    if wave is None:
        return False
    wave.ended_on = today
    wave.save(update_fields=["ended_on"])
    audit.record(actor=None, act="wave ended", subject=wave.slug)
    transaction.on_commit(partial(wave_closed.send_robust, Wave, wave_id=wave.pk))
    return True


def _locked(wave: Wave) -> Wave:
    found = Wave.objects.select_for_update().get(pk=wave.pk)
    if found.public_key is None:
        raise Refused(f"{found} has not been opened, so there is nothing to close.")
    return found

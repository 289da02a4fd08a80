"""Waves that are over and counted, for tests of releasing them. Plain functions."""

from collections.abc import Iterable
from datetime import UTC, datetime

from analytics import counting, releasing
from analytics.models import Release
from feedback.models import Channel
from surveys.keyring import Keyring
from surveys.models import Wave
from tests.feedback.factories import a_batch, a_reply
from tests.surveys.factories import an_authority, an_open_wave

AFTER = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)  # the wave closes on the last day of 2026

Answers = dict[str, tuple[str, ...]]
YES: Answers = {"safe": ("yes",)}
NO: Answers = {"safe": ("no",)}


def a_counted_wave() -> Wave:
    """Leeds said enough to be shown, York too, and nobody in Hull."""
    wave = an_open_wave(an_authority("Leeds"), an_authority("York"), an_authority("Hull"))
    count(wave, "Leeds", [YES] * 30 + [NO] * 20)
    count(wave, "York", [YES] * 20 + [NO] * 20)
    return wave


def over_by_the_clock(wave: Wave) -> Wave:
    """The same, closed for whoever looks at the clock on the wall."""
    # Past the promise's guard on purpose: its dates of fieldwork may change.
    Wave.objects.filter(pk=wave.pk).update(opens_on="2026-01-01", closes_on="2026-03-31")
    wave.refresh_from_db()
    return wave


def count(
    wave: Wave, name: str, answers: Iterable[Answers], channel: str = Channel.INVITED
) -> None:
    """Let a batch of these answers be counted for an authority."""
    part = wave.participations.select_related("wave", "version", "authority").get(
        authority__name=name
    )
    batch = a_batch(map(a_reply, answers), participation=part, channel=channel)
    counting.count_batch(batch.pk, keyring=Keyring.from_settings())


def prepared(wave: Wave, *, note: str = "", now: datetime = AFTER) -> Release:
    return releasing.prepare(wave=wave, keyring=Keyring.from_settings(), now=now, note=note)


def checked(wave: Wave, *, note: str = "", now: datetime = AFTER) -> Release:
    release = prepared(wave, note=note, now=now)
    return releasing.check(release=release, keyring=Keyring.from_settings(), now=now)

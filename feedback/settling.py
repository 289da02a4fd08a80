"""Settling a wave that was closed: its words are opened and its boxes mixed, box by box, at once.

The night does the same for a wave that ended on its day. This is for whoever closed one by hand and
sits before the page that shows how far it is. Every box is looked at, whether or not there is
anything in it, so that the progress tells nothing about where families answered.
"""

from datetime import date
from typing import Final

from django.utils.timezone import localdate

from feedback import listening, mixing
from feedback.models import Channel
from surveys import jobs
from surveys.errors import Refused
from surveys.jobs import Running
from surveys.keyring import Keyring
from surveys.models import Wave

SETTLE: Final = "settle"


def settle(running: Running) -> str:
    """Open what was written, mix every box of the wave, then what is left. May be called again."""
    today, keyring = localdate(running.clock()), Keyring.from_settings()
    wave = _closed(running, today)
    listening.open_words(today=today, keyring=keyring)
    boxes = [
        (pk, channel)
        for pk in wave.participations.order_by("pk").values_list("pk", flat=True)
        for channel in Channel.values
    ]
    for done, (pk, channel) in enumerate(boxes, start=1):
        mixing.mix_to_the_end(pk, channel, today=today, keyring=keyring)
        running.progress(done, len(boxes), now=running.clock())
    mixing.mix_remainders(wave=wave, today=today, keyring=keyring)
    return (
        f"{wave} is settled: every box was mixed as far as it may be. Its figures can be prepared."
    )


def ask(wave: Wave) -> None:
    """Have a wave settled that was closed. Once is enough, twice does no harm."""
    jobs.ask(kind=SETTLE, by=None, wave=wave, total=len(Channel) * wave.participations.count())


def register() -> None:
    """Tell the worker what this does. Called when Django is ready."""
    jobs.register(SETTLE, jobs.Kind("Settling a closed wave", settle, "boxes"))


def _closed(running: Running, today: date) -> Wave:
    """Raises: Refused: families can still answer it."""
    wave = running.job.wave
    if wave is None or wave.closes_on >= today:
        raise Refused("This wave is open: there is nothing to settle until it is closed.")
    return wave

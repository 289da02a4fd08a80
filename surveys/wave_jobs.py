"""Opening a wave as long work: keys are made where they are kept, which the web process has not."""

from django.db import transaction
from django.utils import timezone

from surveys import fielding, jobs, opening
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import Wave

OPEN = "open-wave"


def open_wave(running: jobs.Running) -> str:
    """Make the keys and open those who are ready; the pilots first, where there are any."""
    job, today = running.job, timezone.localdate()
    if job.wave is None:
        raise Refused("No wave was named.")
    with transaction.atomic():
        wave = fielding.open_wave(
            wave=job.wave, keyring=Keyring.from_settings(), today=today, by=job.asked_by
        )
        running.progress(1, 1, now=timezone.now())
    return in_words(wave)


def in_words(wave: Wave) -> str:
    """In how many authorities a wave is open, in a sentence."""
    opened, all_ = wave.participations.opened().count(), wave.participations.count()
    waiting = len(opening.standings(wave, timezone.localdate()))
    are = "is" if waiting == 1 else "are"
    rest = f" {waiting} {are} still closed: the wave’s page says why." if waiting else ""
    return f"{wave} is open in {opened} of {all_} authorities.{rest}"


def register() -> None:
    jobs.register(OPEN, jobs.Kind("Opening a wave", open_wave, "steps"))

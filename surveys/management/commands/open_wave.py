"""`manage.py open_wave SLUG`: makes the wave's keys; from now its promise cannot change."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from surveys import approving, fielding, opening
from surveys.errors import Refused
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Version, Wave


class Command(BaseCommand):
    help = (
        "Opens a wave: it takes ballots from its first day on, and its promise, version, period "
        "and k cannot change any more. Runs where the keys are. May be run twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *, slug: str, **_: Any) -> None:
        try:
            wave = fielding.open_wave(
                wave=fielding.wave_called(slug),
                keyring=Keyring.from_settings(),
                today=timezone.localdate(),
            )
        except (Refused, KeyMissing, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{wave} takes ballots from {wave.opens_on} to {wave.closes_on}. Its key has a sealed "
            "copy in the recovery directory: see that it is on another disk."
            + _closed(wave)
            + approving.warning(*Version.objects.filter(participations__wave=wave).distinct())
        )


def _closed(wave: Wave) -> str:
    """Which authorities did not open, and why."""
    closed = opening.standings(wave, timezone.localdate())
    return "".join(
        f"\n{each.participation.authority} is not open: "
        + (" ".join(it.sentence for it in each.missing) or "the pilots come first.")
        for each in closed
    )

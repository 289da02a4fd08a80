"""`manage.py release_hold SLUG`: the wave is destroyed when it is due."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys import fielding
from surveys.errors import Refused


class Command(BaseCommand):
    help = "Ends a wave's hold: what is due is destroyed in the next night. May be run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *, slug: str, **_: Any) -> None:
        try:
            wave = fielding.wave_called(slug)
        except Refused as error:
            raise CommandError(str(error)) from error
        fielding.unhold(wave=wave)
        self.stdout.write(f"{wave} is not held. What is due is destroyed in the next night.")

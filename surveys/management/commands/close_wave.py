"""`manage.py close_wave SLUG`: fieldwork ends now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from surveys import closing, fielding
from surveys.errors import Refused


class Command(BaseCommand):
    help = "Ends a wave's fieldwork now: yesterday was its last day. May be run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *, slug: str, **_: Any) -> None:
        try:
            closing.close_now(wave=fielding.wave_called(slug), today=timezone.localdate())
            wave = fielding.wave_called(slug)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{wave} is closed. Its last day was {wave.closes_on}.")

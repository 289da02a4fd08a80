"""`manage.py recount_wave SLUG`: whether every tally sheet equals a count of its batches."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics import counting
from analytics.errors import Unreadable
from analytics.models import TallySheet
from feedback.errors import Destroyed, Unopenable
from surveys import fielding
from surveys.errors import Refused
from surveys.keyring import KeyMissing, Keyring


class Command(BaseCommand):
    help = "Counts the batches of a wave anew and compares. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *, slug: str, **_: Any) -> None:
        try:
            self._compare(slug, Keyring.from_settings())
        except (Refused, KeyMissing, Unreadable, Unopenable, Destroyed) as error:
            raise CommandError(str(error)) from error

    def _compare(self, slug: str, keyring: Keyring) -> None:
        wave = fielding.wave_called(slug)
        replies, wrong = 0, []
        sheets = list(TallySheet.objects.of(wave))
        for sheet in sheets:
            held = counting.open_sheet(sheet, keyring=keyring)
            replies += held.size()
            if held != counting.recount(sheet, keyring=keyring):
                wrong.append(f"{sheet.area}, {sheet.channel}")
        if wrong:
            raise CommandError(
                f"These sheets of {wave} are not what their batches hold: {'; '.join(wrong)}. "
                "Do not release the wave; tell whoever keeps the database."
            )
        self.stdout.write(
            f"{wave}: {len(sheets)} tally sheets hold {replies:,} replies, and each equals a "
            "recount of its batches."
        )
        if waiting := counting.uncounted_batches().of(wave).count():
            self.stdout.write(f"{waiting} batches are not counted yet.")

"""`manage.py hold_wave SLUG --why "..."`: nothing of the wave is destroyed until release_hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys import fielding
from surveys.errors import Refused


class Command(BaseCommand):
    help = (
        "Lets nothing of a wave be destroyed: for a referral, an inquiry, a legal hold. It "
        "lengthens what families were promised, so tell them. The reason is kept in the audit."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--why", required=True, help="who asked for it, and for what")

    def handle(self, *, slug: str, why: str, **_: Any) -> None:
        try:
            wave = fielding.wave_called(slug)
            fielding.hold(wave=wave, why=why)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Nothing of {wave} is destroyed while this hold stands. End it with: "
            f"release_hold {wave.slug}"
        )

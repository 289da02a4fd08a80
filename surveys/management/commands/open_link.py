"""`manage.py open_link SLUG GSS [--close LINK]`: an address for posters, made or taken down."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from surveys import fielding, inviting
from surveys.errors import Refused


class Command(BaseCommand):
    help = (
        "Makes an address by which anyone can answer without a code; its replies are counted "
        "apart. With --close, takes one down from today on, which may be run twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="of the wave")
        parser.add_argument("gss_code", help="of the authority")
        parser.add_argument("--close", metavar="LINK", help="the last part of its address")

    def handle(self, *, slug: str, gss_code: str, close: str | None, **_: Any) -> None:
        try:
            said = _made(slug, gss_code) if close is None else _closed(slug, gss_code, close)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(said)


def _made(slug: str, gss_code: str) -> str:
    participation = fielding.participation_of(fielding.wave_called(slug), gss_code)
    fielding.refuse_if_over(participation.wave, today=timezone.localdate())
    link = inviting.make_open_link(participation=participation)
    return f"{settings.HEARD_BASE_URL}/o/{link.slug}"


def _closed(slug: str, gss_code: str, close: str) -> str:
    link = inviting.close_open_link(
        participation=fielding.participation_of(fielding.wave_called(slug), gss_code),
        slug=close,
        today=timezone.localdate(),
    )
    return f"The open link {link} is down since {link.closed_on}."

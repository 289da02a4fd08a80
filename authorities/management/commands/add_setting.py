"""`manage.py add_setting GSS CODE NAME`: a team, home or place of an authority."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from authorities import places
from authorities.models import Authority


class Command(BaseCommand):
    help = "Adds a team, home or place of an authority, for make_codes --setting. May be run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("gss_code", help="of the authority")
        parser.add_argument("code", help="such as the-house")
        parser.add_argument("name", help='such as "The House"')

    def handle(self, *, gss_code: str, code: str, name: str, **_: Any) -> None:
        authority = Authority.objects.filter(gss_code=gss_code).first()
        if authority is None:
            raise CommandError(
                f"There is no authority {gss_code} in the register. Load it first: load_register."
            )
        try:
            setting = places.add_setting(authority=authority, code=code, name=name)
        except ValueError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{setting} ({setting.code}) is a setting of {authority}.")

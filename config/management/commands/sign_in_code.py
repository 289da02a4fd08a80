"""`manage.py sign_in_code EMAIL`: the code of the moment of somebody of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo import clearing, staff
from surveys.models import Wave


class Command(BaseCommand):
    help = (
        "Prints the code that an invented person's app would show now, so that visitors of the "
        "demonstration can sign in as them. It knows nobody else, and works in no other database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **_: Any) -> None:
        try:
            if not Wave.objects.exists():
                raise CommandError("There is no demonstration here. Build it: python3 run.py demo.")
            clearing.refuse_strangers()
            code = staff.code_now(email.strip().lower())
        except (clearing.NotHere, staff.NotOfTheDemonstration) as refused:
            raise CommandError(str(refused)) from refused
        if code is None:
            raise CommandError(f"Nobody here has the address {email} and an app that shows codes.")
        self.stdout.write(code)

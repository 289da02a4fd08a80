"""`manage.py make_codes SLUG GSS --count 50 --age-version 8-11 --why "..."`: codes to give out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from authorities import audit
from authorities.models import Setting
from surveys import codes, fielding, inviting
from surveys.errors import Refused
from surveys.models import Participation


class Command(BaseCommand):
    help = (
        "Makes invitations and prints their codes, once. An exception, kept in the audit with its "
        "reason: whoever holds unused codes could answer in children's place."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="of the wave")
        parser.add_argument("gss_code", help="of the authority")
        parser.add_argument("--count", type=int, required=True)
        parser.add_argument("--age-version", required=True)
        parser.add_argument("--language", default="en")
        parser.add_argument("--setting", metavar="CODE", help="a team, home or place")
        parser.add_argument("--why", required=True, help="why they are not sent by the platform")

    def handle(self, *, slug: str, gss_code: str, setting: str | None, **more: Any) -> None:
        try:
            participation = fielding.participation_of(fielding.wave_called(slug), gss_code)
            fielding.refuse_if_over(participation.wave, today=timezone.localdate())
            place = None if setting is None else _setting(participation, setting)
            made = _made(participation, place, **more)
        except Refused as error:
            raise CommandError(str(error)) from error
        for code in made:
            self.stdout.write(codes.pretty(code))
        self.stderr.write(f"{len(made)} codes. Nobody can print them again.")


@transaction.atomic
def _made(
    participation: Participation,
    setting: Setting | None,
    *,
    count: int,
    age_version: str,
    language: str,
    why: str,
    **_: Any,
) -> list[str]:
    if not why.strip():
        raise Refused("Say why these codes are needed in a file: it is kept in the audit.")
    inviting.refuse_if_more_than_could(participation, count)
    audit.record(
        actor=None,
        act="codes printed",
        subject=f"{count} codes of {participation.wave.slug}, {age_version}, {language}",
        authority=participation.authority,
        why=why.strip(),
    )
    return inviting.make_codes(
        participation=participation,
        count=count,
        age_version=age_version,
        language=language,
        setting=setting,
    )


def _setting(participation: Participation, code: str) -> Setting:
    found = Setting.objects.filter(authority=participation.authority, code=code).first()
    if found is None:
        raise Refused(f'{participation.authority} has no setting "{code}".')
    return found

"""`manage.py join_wave SLUG GSS --help-name "..." --help-phone "..."`: one more takes part."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from authorities.models import Authority
from surveys import fielding
from surveys.errors import Refused
from surveys.models import Version, Wave


class Command(BaseCommand):
    help = "Lets one more authority take part in a wave that is not over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="of the wave")
        parser.add_argument("gss_code", help="of the authority")
        parser.add_argument("--help-name", required=True, help="whom its families can turn to")
        parser.add_argument("--help-phone", required=True, help="their number")
        parser.add_argument("--cover-name", default="", help="who answers out of office hours")
        parser.add_argument("--cover-phone", default="", help="their number")
        # Django's own --version says which Django this is.
        parser.add_argument(
            "--survey-version",
            dest="number",
            type=int,
            metavar="NUMBER",
            help="its own version, which asks local items too; the wave's, if not given",
        )
        parser.add_argument(
            "--survey", metavar="CODE", help="of its own version; the wave's, if not given"
        )

    def handle(self, *, slug: str, gss_code: str, **given: Any) -> None:
        try:
            wave = fielding.wave_called(slug)
            fielding.refuse_if_over(wave, today=timezone.localdate())
            part = fielding.join(
                wave=wave,
                authority=_authority(gss_code),
                help_name=given["help_name"],
                help_phone=given["help_phone"],
                cover_name=given["cover_name"],
                cover_phone=given["cover_phone"],
                version=_version(wave, given["survey"], given["number"]),
            )
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{part.authority} takes part in {wave}, with {part.version}.")


def _authority(gss_code: str) -> Authority:
    found = Authority.objects.filter(gss_code=gss_code).first()
    if found is None:
        raise Refused(f"There is no authority {gss_code}. Load the register: load_register")
    return found


def _version(wave: Wave, survey: str | None, number: int | None) -> Version | None:
    if number is None:
        if survey is not None:
            raise Refused("Say which version of it: --survey-version NUMBER")
        return None
    survey = survey or wave.version.survey
    found = Version.objects.of(survey).filter(number=number).first()
    if found is None:
        raise Refused(f"{survey} {number} is not published. Publish it with: publish_survey")
    return found

"""`manage.py supply_recordings SURVEY_VERSION FOLDER`: sound and BSL films beside a version."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys import supplying
from surveys.errors import Refused
from surveys.models import Version


class Command(BaseCommand):
    help = (
        "Takes in recordings from FOLDER/AGE/LANGUAGE/ITEM.mp3 (m4a, ogg; at most 2 MB), and BSL "
        "films from FOLDER/AGE/bfi/ITEM.mp4 (webm; at most 20 MB). ITEM is an item's code, or "
        "_intro. All or nothing; a second run changes nothing, a changed file takes the place of "
        "the old one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", metavar="SURVEY_VERSION", help="such as your-say-3")
        parser.add_argument("folder", type=Path)

    def handle(self, *, version: str, folder: Path, **_: Any) -> None:
        directory: Path | None = settings.HEARD_MEDIA_DIRECTORY
        if directory is None:
            raise CommandError("There is no media directory: set HEARD_MEDIA_DIRECTORY.")
        try:
            its = _called(version)
            outcome = supplying.supply(version=its, folder=folder, directory=directory)
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{its}: {outcome.new} new, {outcome.replaced} in the place of others, "
            f"{outcome.same} as before. Pages show them within a minute."
        )


def _called(name: str) -> Version:
    """Raises: Refused: no version is called this."""
    survey, _, number = name.rpartition("-")
    if survey and number.isascii() and number.isdigit() and len(number) <= 9:
        for version in Version.objects.of(survey).filter(number=int(number)):
            return version
    known = ", ".join(f"{each.survey}-{each.number}" for each in Version.objects.all())
    raise Refused(f'There is no version "{name}". Known are: {known or "none yet"}.')

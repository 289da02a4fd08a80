"""`manage.py release_wave SLUG`: make a closed wave's figures, and publish them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analytics import releasing
from analytics.errors import Refused, Unreadable
from analytics.models import Figure
from authorities import access
from authorities.models import User
from authorities.roles import Permission
from surveys import fielding
from surveys.errors import Refused as RefusedBySurveys
from surveys.keyring import KeyMissing, Keyring


class Command(BaseCommand):
    help = "Makes the figures of a closed wave from its tally sheets, and publishes them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--prepare-only", action="store_true", help="leave publishing to a second run"
        )
        parser.add_argument("--by", default="", metavar="EMAIL", help="who decided to publish")
        parser.add_argument("--note", default="", help="what this release corrects in the last one")

    def handle(self, *, slug: str, prepare_only: bool, by: str, note: str, **_: Any) -> None:
        try:
            user = _person(by) if by else None
            release = releasing.prepare(
                wave=fielding.wave_called(slug),
                keyring=Keyring.from_settings(),
                now=timezone.now(),
                note=note,
            )
            if not prepare_only:
                release = releasing.publish(release=release, by=user, now=timezone.now())
        except (Refused, RefusedBySurveys, Unreadable, KeyMissing, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        number = Figure.objects.filter(release=release).count()
        did = "prepared, and not yet published" if prepare_only else "published"
        self.stdout.write(f"{release} is {did}: {number:,} figures, digest {release.digest}.")


def _person(email: str) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"Nobody here has the e-mail address {email}. Look at how it is spelt.")
    access.require(user, Permission.RUN_WAVES)
    return user

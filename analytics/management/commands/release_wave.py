"""`manage.py release_wave SLUG`: make a closed wave's figures, check them, and publish them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analytics import releasing, shown
from analytics.errors import Refused, Unreadable
from analytics.models import Figure, Release
from authorities import access
from authorities.models import User
from authorities.roles import Permission
from surveys import fielding
from surveys.errors import Refused as RefusedBySurveys
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Wave


class Command(BaseCommand):
    help = (
        "Makes the figures of a closed wave from its tally sheets, checks them, and publishes them "
        "for two people who have read them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--prepare-only",
            action="store_true",
            help="make and check the figures, and leave signing off and publishing to the pages",
        )
        parser.add_argument("--by", default="", metavar="EMAIL", help="who signs it off")
        parser.add_argument("--and-by", default="", metavar="EMAIL", help="who else signs it off")
        parser.add_argument("--note", default="", help="what this release corrects in the last one")

    def handle(
        self, *, slug: str, prepare_only: bool, by: str, and_by: str, note: str, **_: Any
    ) -> None:
        try:
            # Asked first, so that a name that is spelt wrongly is not found after ten minutes.
            people = [] if prepare_only else _two_people(by, and_by)
            release = _checked(fielding.wave_called(slug), note)
            if people:
                release = _published(release, people)
        except (Refused, RefusedBySurveys, Unreadable, KeyMissing, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        number = Figure.objects.filter(release=release).count()
        did = "published" if people else "prepared, and not yet published"
        self.stdout.write(f"{release} is {did}: {number:,} figures, digest {release.digest}.")
        self.stdout.write(shown.of_release(release).in_words())
        if missing := release.checks["missing"]:
            self.stdout.write(f"Too few answered to say anything of: {', '.join(missing)}.")


def _checked(wave: Wave, note: str) -> Release:
    keyring = Keyring.from_settings()
    with releasing.processes(wave) as pool:
        release = releasing.prepare(
            wave=wave, keyring=keyring, now=timezone.now(), note=note, pool=pool
        )
        return releasing.check(release=release, keyring=keyring, now=timezone.now(), pool=pool)


def _published(release: Release, people: list[User]) -> Release:
    for person in people:
        releasing.sign_off(release=release, by=person, now=timezone.now())
    return releasing.publish(release=release, by=people[0], now=timezone.now())


def _two_people(by: str, and_by: str) -> list[User]:
    if not (by and and_by):
        raise CommandError(
            "Two people sign a release off. Name both: --by EMAIL --and-by EMAIL. To make the "
            "figures only, and sign them off on the pages: --prepare-only."
        )
    people = [_person(by), _person(and_by)]
    if people[0] == people[1]:
        raise CommandError(f"{by} and {and_by} are one person. Name somebody else as the second.")
    return people


def _person(email: str) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"Nobody here has the e-mail address {email}. Look at how it is spelt.")
    access.require(user, Permission.RUN_WAVES)
    return user

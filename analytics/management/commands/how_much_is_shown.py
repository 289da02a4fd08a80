"""`manage.py how_much_is_shown [SLUG]`: how much of each wave's newest release is shown."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics import shown
from analytics.models import Release
from surveys import fielding
from surveys.errors import Refused


class Command(BaseCommand):
    help = (
        "Says of the newest release of each wave, published or only prepared, how many figures are "
        "shown. Changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", default="", help="of one wave; else of all")

    def handle(self, *, slug: str, **_: Any) -> None:
        found = list(_newest(slug))
        if not found:
            raise CommandError("No release is prepared yet, so nothing is shown or withheld.")
        for release in found:
            self.stdout.write(f"{release}: {shown.of_release(release).in_words()}")
        together = shown.of_all(found)
        if len(found) > 1:
            self.stdout.write(f"Together: {together.in_words()}")
        if not together.enough:
            self.stdout.write(
                f"That is less than is to be shown: {shown.LEAST_TOTALS}% of totals and "
                f"{shown.LEAST_GROUPS}% of cells of the year."
            )


def _newest(slug: str) -> Iterator[Release]:
    """The newest release of each wave, the earliest wave first; those not wholly prepared are not.

    Raises:
        CommandError: there is no such wave.
    """
    rows = Release.objects.exclude(digest="").select_related("wave")
    if slug:
        try:
            rows = rows.of(fielding.wave_called(slug))
        except Refused as error:
            raise CommandError(str(error)) from error
    newest = {release.wave_id: release for release in rows.order_by("number")}
    yield from sorted(newest.values(), key=lambda each: each.wave.period_start)

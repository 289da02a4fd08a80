"""`manage.py demo`: a national demonstration, one authority's report, and what there is to try."""

import gc
import os
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from analytics import reporting, shown
from analytics.errors import Refused
from analytics.models import Release
from authorities.models import Authority
from config.demo import building, clearing, presence, printing
from config.demo.building import REPLIES, SEED, WAVES, Plan
from config.demo.card import Card
from config.demo.progress import Progress
from surveys.keyring import KeyMissing, Keyring

REFUSALS = (clearing.NotHere, clearing.StaysHere, building.UnknownArea, KeyMissing, Refused)
CARD = Path("var") / "demo.json"


class Command(BaseCommand):
    help = (
        "Builds a demonstration: six quarterly waves over all authorities, answered by simulated "
        "families, five of them released and one open. What is there already, whole, is left as "
        "it is. Prints one authority's report, and addresses, codes and logins to try."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="build it again though it is there")
        parser.add_argument("--waves", type=_at_least(2), default=WAVES)
        parser.add_argument("--replies", type=_at_least(1), default=REPLIES, help="about")
        parser.add_argument(
            "--area",
            action="append",
            default=[],
            metavar="GSS_CODE",
            help="only this authority; may be given several times",
        )
        parser.add_argument("--seed", default=SEED, help="another makes other families")
        parser.add_argument(
            "--card",
            type=Path,
            default=settings.BASE_DIR / CARD,
            help=f"where codes and logins are written to; {CARD}, if not given",
        )

    def handle(self, *, card: Path, anew: bool, **options: Any) -> None:
        progress = Progress(self._say, terminal=self.stdout.isatty())
        try:
            progress.now("preparing the database")
            _migrate()
            clearing.refuse_strangers()
            found = None if anew else _read(card)
            if found is None or not presence.is_whole(found, today=timezone.localdate()):
                found = _build(_plan(**options), card, progress)
            progress.done("The demonstration is ready.")
        except REFUSALS as refused:
            raise CommandError(str(refused)) from refused
        found = found.moved_to(settings.HEARD_BASE_URL)
        _write(card, found)
        self._show(found, card)

    def _show(self, found: Card, card: Path) -> None:
        authority = Authority.objects.get(gss_code=found.authority)
        releases = reporting.releases_of(authority, AnonymousUser(), today=timezone.localdate())
        newest = reporting.chosen(releases, None)
        report = reporting.report(authority, newest, releases=releases, with_england=True)
        ours = list(Release.objects.published().filter(wave__slug__in=found.waves))
        lines = [
            "",
            *printing.report(report),
            "",
            shown.of_all(ours).in_words(),
            "",
            *printing.card(found),
            "",
            f"All of it: {card}",
        ]
        self.stdout.write("\n".join(lines))

    def _say(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()


def _migrate() -> None:
    """Bring the tables up to date, unless they are: asking is quicker than doing nothing."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _plan(*, waves: int, replies: int, area: list[str], seed: str, **_: Any) -> Plan:
    return Plan(
        today=timezone.localdate(),
        base_url=settings.HEARD_BASE_URL,
        areas=tuple(area),
        waves=waves,
        replies=replies,
        seed=seed,
    )


def _build(plan: Plan, card: Path, progress: Progress) -> Card:
    # What would stop the build is found out before anything is taken away.
    keyring = Keyring.from_settings()
    building.authorities_of(plan)
    progress.now("looking for what an earlier build left behind")
    if clearing.clear(keyring=keyring):
        progress.done("A demonstration that was half built, or is over, was taken away.")
    # A card says that all is there, so there is none while it is built.
    card.unlink(missing_ok=True)
    with _little_collecting():
        return building.build(plan=plan, keyring=keyring, progress=progress)


@contextmanager
def _little_collecting() -> Iterator[None]:
    """Look for unused objects less often: a wave in memory is a million that are all in use, and
    looking through them each time took a tenth of the build."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _read(card: Path) -> Card | None:
    try:
        return Card.from_json(card.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _write(card: Path, found: Card) -> None:
    """Whole or not at all, and for this user alone: there are passwords in it."""
    card.parent.mkdir(parents=True, exist_ok=True)
    draft = card.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(found.to_json())
    draft.replace(card)


def _at_least(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise ArgumentTypeError(f"{text!r} should be a whole number, {least} or more")
        return int(text)

    return whole

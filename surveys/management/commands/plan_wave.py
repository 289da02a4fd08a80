"""`manage.py plan_wave [FILE] [--all]`: a wave, and who takes part in it."""

from argparse import BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from authorities.days import day
from surveys import approving, plans, taking_part
from surveys.errors import Refused
from surveys.problems import DefinitionError

_TEXTS = (
    *("slug", "name", "survey", "promise", "help_name", "help_phone", "cover_name", "cover_phone"),
    "asked_again_why",
)
_NUMBERS = ("k", "target_rate", "most_local_items", "groups")
_DAYS = ("period_start", "period_end", "opens_on", "closes_on")


class Command(BaseCommand):
    help = (
        "Plans a wave from a TOML file (surveys/plans.py says what may stand in it), from options, "
        "or from both: an option takes the place of what the file says. All or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        for name in _TEXTS:
            parser.add_argument(f"--{name.replace('_', '-')}")
        for name in _DAYS:
            parser.add_argument(f"--{name.replace('_', '-')}", type=day, metavar="DATE")
        # Django's own --version says which Django this is.
        parser.add_argument("--survey-version", dest="number", type=int, metavar="NUMBER")
        for name in _NUMBERS:
            parser.add_argument(f"--{name.replace('_', '-')}", type=int)
        parser.add_argument("--simulated", action=BooleanOptionalAction)
        parser.add_argument(
            "--all",
            action="store_true",
            dest="everyone",
            help="all authorities in force when it opens take part",
        )

    def handle(self, *, file: Path | None, everyone: bool, **given: Any) -> None:
        options = {name: given[name] for name in (*_TEXTS, *_DAYS, *_NUMBERS, "simulated")}
        options["version"] = given["number"]
        try:
            source = "" if file is None else file.read_text(encoding="utf-8")
            plan = plans.read(source, {key: it for key, it in options.items() if it is not None})
            wave, parts = taking_part.plan_from(plan=plan, everyone=everyone)
        except UnicodeDecodeError as error:
            raise CommandError("The file is not text in UTF-8. Save it as UTF-8.") from error
        except (DefinitionError, Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{wave} ({wave.slug}) is planned with {wave.version}, from {wave.opens_on} to "
            f"{wave.closes_on}; {len(parts)} take part. Open it with: open_wave {wave.slug}"
            + approving.warning(wave.version)
        )

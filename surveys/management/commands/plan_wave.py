"""`manage.py plan_wave [FILE] [--all]`: a wave, and who takes part in it."""

from argparse import BooleanOptionalAction
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from authorities.days import day
from authorities.models import Authority
from surveys import approving, fielding, plans
from surveys.errors import Refused
from surveys.models import LEAST_K, Version, Wave
from surveys.plans import Part, Plan
from surveys.problems import DefinitionError

_TEXTS = ("slug", "name", "survey", "promise", "help_name", "help_phone")
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
        parser.add_argument("--k", type=int)
        parser.add_argument("--simulated", action=BooleanOptionalAction)
        parser.add_argument(
            "--all",
            action="store_true",
            dest="everyone",
            help="all authorities in force when it opens take part",
        )

    def handle(self, *, file: Path | None, everyone: bool, **given: Any) -> None:
        options = {name: given[name] for name in (*_TEXTS, *_DAYS, "k", "simulated")}
        options["version"] = given["number"]
        try:
            source = "" if file is None else file.read_text(encoding="utf-8")
            plan = plans.read(source, {key: it for key, it in options.items() if it is not None})
            wave, parts = _planned(plan, everyone=everyone)
        except UnicodeDecodeError as error:
            raise CommandError("The file is not text in UTF-8. Save it as UTF-8.") from error
        except (DefinitionError, Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{wave} ({wave.slug}) is planned with {wave.version}, from {wave.opens_on} to "
            f"{wave.closes_on}; {parts} take part. Open it with: open_wave {wave.slug}"
            + approving.warning(wave.version)
        )


@transaction.atomic
def _planned(plan: Plan, *, everyone: bool) -> tuple[Wave, int]:
    wave = fielding.plan_wave(
        slug=plan.slug,
        name=plan.name,
        version=_version(plan),
        period_start=plan.period_start,
        period_end=plan.period_end,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        promise=plan.promise or fielding.DEFAULT_PROMISE,
        promises=plan.promises,
        k=plan.k or LEAST_K,
        simulated=plan.simulated,
    )
    parts = {part.authority: part for part in plan.parts}
    authorities = _named(parts, wave.opens_on, everyone=everyone)
    for authority in authorities:
        usual = Part(authority.gss_code, plan.help_name, plan.help_phone)
        part = parts.get(authority.gss_code, usual)
        fielding.join(
            wave=wave, authority=authority, help_name=part.help_name, help_phone=part.help_phone
        )
    return wave, len(authorities)


def _version(plan: Plan) -> Version:
    published = Version.objects.of(plan.survey)
    version = published.filter(number=plan.version).first() if plan.version else published.last()
    if version is None:
        number = f" {plan.version}" if plan.version else ""
        raise Refused(f"{plan.survey}{number} is not published. Publish it with: publish_survey")
    return version


def _named(parts: dict[str, Part], opens_on: date, *, everyone: bool) -> list[Authority]:
    in_force = {each.gss_code: each for each in Authority.objects.in_force_on(opens_on)}
    if unknown := [code for code in parts if code not in in_force]:
        raise Refused(f"On {opens_on} there is no authority {', '.join(unknown)} in force.")
    if everyone and not in_force:
        raise Refused("There are no authorities. Load them first: load_register")
    return list(in_force.values()) if everyone else [in_force[code] for code in parts]

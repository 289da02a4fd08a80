"""`manage.py load_register [DIRECTORY]`: authorities, their neighbours and their numbers."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from authorities import register
from authorities.register import Counts, Loaded
from authorities.register_files import RegisterRefused


class Command(BaseCommand):
    help = (
        "Loads the register of authorities from three CSV files. The same files twice change "
        "nothing; files with a fault change nothing, and every fault is named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory",
            nargs="?",
            type=Path,
            default=register.SHIPPED,
            help="where the files are; those that come with the project, if not given",
        )

    def handle(self, *, directory: Path, **_: Any) -> None:
        try:
            loaded = register.load(directory)
        except (RegisterRefused, OSError) as refused:
            raise CommandError(str(refused)) from refused
        except IntegrityError as refused:
            raise CommandError(
                "The register was not changed: the files do not go with what is there, or someone "
                "else loaded a register just now. Try again; then compare the codes of regions."
            ) from refused
        for line in report(loaded):
            self.stdout.write(line)


def report(loaded: Loaded) -> list[str]:
    """What was done, in sentences."""
    lines = [
        _in_words("Regions", loaded.regions),
        _in_words("Authorities", loaded.authorities),
        _in_words("Statistical neighbours", loaded.neighbours),
        _in_words("Numbers of children by service", loaded.populations),
    ]
    if loaded.left_out:
        lines.append(
            "Not in the files, and left as they are: "
            f"{', '.join(loaded.left_out)}. "
            "If one has ended, list it with its last day in the column in_force_until."
        )
    return lines


def _in_words(kind: str, counts: Counts) -> str:
    return (
        f"{kind}: {counts.created} created, {counts.changed} changed, "
        f"{counts.unchanged} as they were."
    )

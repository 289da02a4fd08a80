"""`manage.py import_replies FILE MAPPING`: past answers become batches and words."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from feedback.importing import Imported, import_replies
from feedback.mapping import plan_of
from feedback.past import NotReadable, header_of
from surveys.errors import Refused
from surveys.keyring import KeyMissing, Keyring
from surveys.problems import DefinitionError


class Command(BaseCommand):
    help = (
        "Brings the answers of an older survey along. Rows that do not fit go, with line number "
        "and reason, to a file beside it; the same file twice changes nothing. The mapping is "
        "explained in docs/importing.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, UTF-8, with a header")
        parser.add_argument("mapping", type=Path, help="TOML; names the survey's definition")

    def handle(self, *, file: Path, mapping: Path, **_: Any) -> None:
        try:
            plan = plan_of(mapping.read_text(encoding="utf-8"))
            content = file.read_bytes()
            imported = import_replies(
                content=content,
                name=file.name,
                plan=plan,
                source=(mapping.parent / plan.survey).read_text(encoding="utf-8"),
                today=timezone.localdate(),
                keyring=Keyring.from_settings(),
            )
        except UnicodeDecodeError as error:
            raise CommandError("The mapping or the survey is not text in UTF-8.") from error
        except (DefinitionError, KeyMissing, NotReadable, OSError, Refused) as error:
            raise CommandError(str(error)) from error
        self._report(file, content, imported)

    def _report(self, file: Path, content: bytes, imported: Imported) -> None:
        if imported.before:
            self.stdout.write(f"{file.name} was imported before. Nothing was changed.")
            return
        waves = ", ".join(imported.waves) or "none"
        self.stdout.write(f"Kept {imported.kept:,} replies, in these waves: {waves}.")
        if not imported.unfit:
            self.stdout.write("Every row fitted.")
            return
        beside = file.with_name(f"{file.stem}.refused.csv")
        with beside.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["line", "reason", *header_of(content)])
            writer.writerows([row.line, row.reason, *row.cells] for row in imported.unfit)
        self.stdout.write(
            f"{len(imported.unfit):,} rows did not fit. They are in {beside}, each with its line "
            "and the reason. It holds what people wrote: delete it when you have mended them."
        )

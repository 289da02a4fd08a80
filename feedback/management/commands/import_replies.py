"""`manage.py import_replies FILE MAPPING`: past answers become batches and words."""

import csv
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
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
        "and reason, to a file beside it; the same file twice changes nothing. Run it with "
        "--check first: a period takes one file only. The mapping is explained in "
        "docs/importing.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, UTF-8, with a header")
        parser.add_argument("mapping", type=Path, help="TOML; names the survey's definition")
        parser.add_argument(
            "--check",
            action="store_true",
            help="read everything, write the file of rows that do not fit, and change nothing",
        )

    def handle(self, *, file: Path, mapping: Path, check: bool, **_: Any) -> None:
        try:
            plan = plan_of(mapping.read_text(encoding="utf-8"))
            content = file.read_bytes()
            source = (mapping.parent / plan.survey).read_text(encoding="utf-8")
            # What did not fit is on the disk before the rest is kept, or nothing is.
            with transaction.atomic():
                imported = import_replies(
                    content=content,
                    name=file.name,
                    plan=plan,
                    source=source,
                    today=timezone.localdate(),
                    keyring=Keyring.from_settings(),
                    check=check,
                )
                beside = _write_unfit(file, content, imported)
        except UnicodeDecodeError as error:
            raise CommandError("The mapping or the survey is not text in UTF-8.") from error
        except (DefinitionError, KeyMissing, NotReadable, OSError, Refused) as error:
            raise CommandError(str(error)) from error
        for sentence in _report(file, imported, beside, check=check):
            self.stdout.write(sentence)


def _write_unfit(file: Path, content: bytes, imported: Imported) -> Path:
    """The rows that did not fit, in a file that nobody else on this machine can read.

    Raises:
        CommandError: it cannot be written.
    """
    beside = file.with_name(f"{file.stem}.refused.csv")
    if not imported.unfit:
        return beside
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            # One that is there from an earlier run may have been readable to others.
            beside.chmod(0o600)
            writer = csv.writer(out)
            writer.writerow(["line", "reason", *header_of(content)])
            writer.writerows([row.line, row.reason, *row.cells] for row in imported.unfit)
    except OSError as error:
        raise CommandError(
            f"The rows that do not fit cannot be written to {beside} ({error.strerror}). "
            "Nothing was changed. Make room for that file, and try again."
        ) from error
    return beside


def _report(file: Path, imported: Imported, beside: Path, *, check: bool) -> list[str]:
    return [
        *_outcome(file, imported, check=check),
        *_advice(file, imported, beside, check=check),
    ]


def _outcome(file: Path, imported: Imported, *, check: bool) -> list[str]:
    if imported.before:
        return [f"{file.name} was imported before, read in the same way. Nothing was changed."]
    if not imported.kept:
        none = "No row fitted" if imported.unfit else f"{file.name} has a header and no rows"
        return [f"{none}. Nothing was changed."]
    kept = f"{imported.kept:,} replies, in these waves: {', '.join(imported.waves)}."
    if check:
        return [f"This was a check, and nothing was changed. It would keep {kept}"]
    return [f"Kept {kept}"]


def _advice(file: Path, imported: Imported, beside: Path, *, check: bool) -> list[str]:
    if not imported.unfit:
        return ["Every row fitted."] if imported.kept and not imported.before else []
    where = (
        f"{len(imported.unfit):,} rows did not fit. They are in {beside}, each with its line and "
        "the reason."
    )
    if check or not imported.kept:
        mend = f"Mend them in {file.name} itself, or mend the mapping, and check again."
    else:
        mend = (
            "A period that was imported takes no more rows: next time, run with --check first, "
            f"and mend {file.name} before it is imported."
        )
    return [where, mend, f"{beside.name} holds what people wrote: delete it when you are done."]

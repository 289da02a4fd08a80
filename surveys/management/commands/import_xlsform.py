"""`manage.py import_xlsform FILE`: a survey from elsewhere becomes our definition and PO files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys import xlsform
from surveys.xlsform import Imported, NotImportable


class Command(BaseCommand):
    help = (
        "Reads an XLSForm (xlsx, xls, csv or md) and writes the survey it asks as CODE.toml, with "
        "one PO file for each other language. Says what was left out, and why; where something "
        "cannot be carried, writes nothing, and says where it stands. docs/xlsform.md explains."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--survey", default="", metavar="CODE", help="the code of the survey")
        parser.add_argument(
            "--age",
            nargs="+",
            default=["parent"],
            metavar="AGE",
            help="the age versions it is for, such as 12-17 18-25; parent, if not given",
        )
        parser.add_argument(
            "--out",
            type=Path,
            default=Path(),
            metavar="FOLDER",
            help="where to write; here, if not given",
        )

    def handle(self, *, file: Path, survey: str, age: list[str], out: Path, **_: Any) -> None:
        try:
            found = xlsform.read(file.name, file.read_bytes(), age_versions=age, survey_code=survey)
            written = _write(found, survey or file.stem, out)
        except NotImportable as error:
            raise CommandError(f"Nothing was imported.\n{error}") from error
        except OSError as error:
            raise CommandError(str(error)) from error
        for note in found.notes:
            self.stdout.write(str(note))
        self.stdout.write(f"Written: {', '.join(map(str, written))}.")


def _write(found: Imported, stem: str, out: Path) -> list[Path]:
    """The files, none of which was there before.

    Raises:
        FileExistsError: one was. Nothing is written.
    """
    files = {out / f"{stem}.toml": found.source}
    files |= {out / f"{code}.po": text for code, text in found.translations.items()}
    for path in files:
        if path.exists():
            raise FileExistsError(f"{path} is there already. Choose another folder with --out.")
    out.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)

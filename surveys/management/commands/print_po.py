"""`manage.py print_po export|check LANGUAGE`: the words of letters, posters and paper surveys."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys import languages
from surveys.languages import NotPo
from surveys.printing.wording import BOOK


class Command(BaseCommand):
    help = (
        "export: prints the PO file of what letters, posters and paper surveys say, keeping what "
        "is translated and marking as fuzzy what has a new English. check: names what is missing, "
        "fuzzy or faulty. The file's place is surveys/printing/wording.LANGUAGE.po."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=("export", "check"))
        parser.add_argument("language", help="such as cy, ur or pt-BR")
        parser.add_argument(
            "--po", type=Path, metavar="FILE", help="a translator's file, instead of ours"
        )

    def handle(self, *, act: str, language: str, po: Path | None, **_: Any) -> None:
        if language == languages.ENGLISH:
            raise CommandError("English is what the others are translated from: wording.toml.")
        try:
            text = BOOK.texts().get(language) if po is None else po.read_text(encoding="utf-8")
            if act == "export":
                self.stdout.write(BOOK.merged(language, text or ""), ending="")
                return
        except UnicodeDecodeError as error:
            raise CommandError("The file is not text in UTF-8. Save it as UTF-8.") from error
        except (NotPo, OSError) as error:
            raise CommandError(str(error)) from error
        found = BOOK.problems(language) if text is None else BOOK.problems_in(text)
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Every string is translated, and none is fuzzy.")

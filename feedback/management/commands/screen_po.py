"""`manage.py screen_po export|check LANGUAGE`: the pages' own words to translators, and a look."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from feedback import wording
from surveys import languages
from surveys.languages import NotPo


class Command(BaseCommand):
    help = (
        "export: prints the PO file of what the pages say around a survey, keeping what is "
        "translated and marking as fuzzy what has a new English. check: names what is missing, "
        "fuzzy or faulty. The file's place is feedback/wording.LANGUAGE.po."
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
            text = None if po is None else po.read_text(encoding="utf-8")
            if act == "export":
                self._export(language, text)
            else:
                self._check(language, text)
        except UnicodeDecodeError as error:
            raise CommandError("The file is not text in UTF-8. Save it as UTF-8.") from error
        except (NotPo, OSError) as error:
            raise CommandError(str(error)) from error

    def _export(self, language: str, text: str | None) -> None:
        old = wording.texts().get(language, "") if text is None else text
        self.stdout.write(wording.merged(language, old), ending="")

    def _check(self, language: str, text: str | None) -> None:
        found = wording.problems(language) if text is None else wording.problems_in(text)
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Every string is translated, and none is fuzzy.")

"""`manage.py survey_po export|check|import`: a survey's words to translators, and back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from surveys import approving, grammar, languages, publishing
from surveys.definition import Survey
from surveys.errors import Refused
from surveys.languages import NotPo
from surveys.models import Version
from surveys.problems import DefinitionError


class Command(BaseCommand):
    help = (
        "export: prints the PO file of a language, keeping what is translated (with no language, "
        "the POT file). check: names what is missing, fuzzy or faulty. import: publishes the "
        "survey's newest version with this translation."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=("export", "check", "import"))
        parser.add_argument("language", nargs="?", default="", help="such as cy, ur or pt-BR")
        parser.add_argument("--po", type=Path, metavar="FILE", help="a translator's file")
        parser.add_argument("--survey", default="your-say", help="the code of a published survey")
        parser.add_argument(
            "--toml", type=Path, metavar="FILE", help="a definition not published yet"
        )

    def handle(self, *, act: str, **given: Any) -> None:
        try:
            match act:
                case "export":
                    self._export(**given)
                case "check":
                    self._check(**given)
                case _:
                    self._import(**given)
        except UnicodeDecodeError as error:
            raise CommandError("A file is not text in UTF-8. Save it as UTF-8.") from error
        except (DefinitionError, NotPo, Refused, OSError) as error:
            raise CommandError(str(error)) from error

    def _export(
        self, *, language: str, po: Path | None, survey: str, toml: Path | None, **_: Any
    ) -> None:
        defined = _defined(survey, toml)
        if not language:
            self.stdout.write(languages.template(defined), ending="")
            return
        newest = None if toml else _newest(survey)
        old = _text(po) if po else newest.translations.get(language, "") if newest else ""
        self.stdout.write(languages.merged(defined, language, old), ending="")

    def _check(self, *, po: Path | None, survey: str, toml: Path | None, **_: Any) -> None:
        found = languages.problems(_defined(survey, toml), _required(po))
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Every string is translated, and none is fuzzy.")

    def _import(self, *, language: str, po: Path | None, survey: str, **_: Any) -> None:
        version = publishing.translate(
            version=_newest(survey),
            language=language,
            text=_required(po),
            today=timezone.localdate(),
        )
        self.stdout.write(f"{version} is published, with {language}.{approving.warning(version)}")


def _defined(survey: str, toml: Path | None) -> Survey:
    return _newest(survey).definition if toml is None else grammar.parse(_text(toml))


def _newest(survey: str) -> Version:
    version = Version.objects.of(survey).cores().last()
    if version is None:
        raise Refused(f"{survey} is not published. Publish it with: publish_survey")
    return version


def _required(po: Path | None) -> str:
    if po is None:
        raise Refused("Say which file: --po FILE")
    return _text(po)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")

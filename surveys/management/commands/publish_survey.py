"""`manage.py publish_survey [FILE] [--po cy.po ...]`: a definition becomes a version."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from surveys import approving, core, publishing
from surveys.errors import Refused
from surveys.problems import DefinitionError


class Command(BaseCommand):
    help = (
        "Publishes a survey and its translations. The same content twice is the same version; "
        "content with a fault publishes nothing, and every fault is named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="a definition; the core survey, if not given"
        )
        parser.add_argument(
            "--po",
            nargs="*",
            type=Path,
            default=[],
            metavar="FILE",
            help="translations, each named by its language: cy.po",
        )

    def handle(self, *, file: Path | None, po: list[Path], **_: Any) -> None:
        try:
            source = core.source() if file is None else file.read_text(encoding="utf-8")
            translations = core.translations() if file is None else {}
            translations |= {path.stem: path.read_text(encoding="utf-8") for path in po}
            version = publishing.publish(
                source=source, translations=translations, today=timezone.localdate()
            )
        except UnicodeDecodeError as error:
            raise CommandError("A file is not text in UTF-8. Save it as UTF-8.") from error
        except (DefinitionError, Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{version} is published, in {approving.in_words(version)}. Digest {version.digest}."
        )

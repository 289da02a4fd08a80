"""Publishing freezes a version under the digest of its content."""

import json
import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Max

from surveys import comparability, grammar, languages, readiness
from surveys.definition import Survey
from surveys.errors import Refused
from surveys.models import Version

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_LANGUAGE = 12


def digest_of_content(source: str, translations: Mapping[str, str]) -> str:
    """SHA-256 of the definition and its translations, as 64 hexadecimal digits.

    Of the texts as they are kept: with line feeds only, so that a file means the same content on
    every system.
    """
    content = json.dumps([source, sorted(translations.items())], ensure_ascii=False)
    return sha256(content.encode()).hexdigest()


@transaction.atomic
def publish(*, source: str, translations: Mapping[str, str] | None = None, today: date) -> Version:
    """The version with this content: the one published before, else the next number.

    Args:
        source: the definition in English, as TOML.
        translations: language codes to texts of PO files.

    Raises:
        DefinitionError: the definition has problems; all of them are named.
        Refused: a translation has strings that are missing or fuzzy, or the screens around it
            have; or an item would mean something else than in the version before; all are named.
            Nothing is published.
    """
    source = _line_feeds(source)
    kept = {code: _line_feeds(text) for code, text in (translations or {}).items()}
    digest = digest_of_content(source, kept)
    published = Version.objects.filter(digest=digest)
    if (same := published.first()) is not None:
        return same
    survey = grammar.parse(source)
    _refuse_unready(survey, kept)
    _refuse_breaks(survey)
    try:
        with transaction.atomic():
            return Version.objects.create(
                survey=survey.code,
                number=_next_number(survey),
                digest=digest,
                source=source,
                translations=kept,
                published_on=today,
            )
    except IntegrityError:
        # Someone else published at this moment: this very content, or another.
        if (same := published.all().first()) is not None:
            return same
        raise Refused(
            f"Another version of {survey.code} was published at this moment. Publish again."
        ) from None


def translate(*, version: Version, language: str, text: str, today: date) -> Version:
    """The version with this translation too, or instead: its survey's next number.

    Raises:
        Refused: the translation is not ready, or the code is no language's.
    """
    translations = {**version.translations, language: text}
    return publish(source=version.source, translations=translations, today=today)


def _next_number(survey: Survey) -> int:
    last: int | None = Version.objects.of(survey.code).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refuse_unready(survey: Survey, translations: Mapping[str, str]) -> None:
    found = [
        f"{code}: {problem}"
        for code, text in sorted(translations.items())
        for problem in _problems_of(survey, code, text)
    ]
    if found:
        raise Refused(
            "These translations are not ready. Mend them, or leave the language out:\n"
            + "\n".join(found)
        )


def _problems_of(survey: Survey, code: str, text: str) -> list[str]:
    if not _LANGUAGE.fullmatch(code) or len(code) > _LONGEST_LANGUAGE:
        return ["this is not a language code, such as cy, ur or pt-BR"]
    if code == languages.ENGLISH:
        return ["the definition is in English already"]
    try:
        found = languages.problems(survey, text)
    except languages.NotPo as error:
        found = [str(error)]
    return found + readiness.problems(code)


def _refuse_breaks(survey: Survey) -> None:
    before = Version.objects.of(survey.code).last()
    breaks = comparability.breaks_between(before.definition, survey) if before else []
    if breaks:
        raise Refused(
            f"Figures could not be compared with {before}: give what means something else a code "
            "of its own.\n" + "\n".join(breaks)
        )

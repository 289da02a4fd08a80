"""Publishing freezes a version under the digest of its content."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Max

from surveys import comparability, grammar, languages, readiness
from surveys.definition import Survey
from surveys.errors import Refused
from surveys.models import Version


def digest_of_content(source: str, translations: Mapping[str, str]) -> str:
    """SHA-256 of the definition and its translations, as 64 hexadecimal digits.

    Of the texts as they are kept: with line feeds only, so that a file means the same content on
    every system.
    """
    content = json.dumps([source, sorted(translations.items())], ensure_ascii=False)
    return sha256(content.encode()).hexdigest()


@transaction.atomic
def publish(
    *,
    source: str,
    translations: Mapping[str, str] | None = None,
    today: date,
    core: Version | None = None,
) -> Version:
    """The version with this content: the one published before, else the next number.

    Args:
        source: the definition in English, as TOML.
        translations: language codes to texts of PO files.
        core: for an authority's own version, the core that it asks, and more.

    Raises:
        DefinitionError: the definition has problems; all of them are named.
        Refused: a translation has strings that are missing or fuzzy, or the screens around it
            have; or an item would mean something else than in the version before, or than in the
            core; all are named. Nothing is published.
    """
    source = _line_feeds(source)
    kept = {code: _line_feeds(text) for code, text in (translations or {}).items()}
    digest = digest_of_content(source, kept)
    published = Version.objects.filter(digest=digest)
    if (same := published.first()) is not None:
        _refuse_other_core(same, core)
        return same
    survey = grammar.parse(source)
    refuse_unfit(survey, kept, core=core)
    try:
        with transaction.atomic():
            return Version.objects.create(
                survey=survey.code,
                number=_next_number(survey),
                digest=digest,
                source=source,
                translations=kept,
                core=core,
                published_on=today,
            )
    except IntegrityError:
        # Someone else published at this moment: this very content, or another.
        if (same := published.all().first()) is not None:
            return same
        raise Refused(
            f"Another version of {survey.code} was published at this moment. Publish again."
        ) from None


def content_digest(source: str, translations: Mapping[str, str]) -> str:
    """The digest that a version with these texts has or would have."""
    kept = {code: _line_feeds(text) for code, text in translations.items()}
    return digest_of_content(_line_feeds(source), kept)


def refuse_unfit(
    survey: Survey, translations: Mapping[str, str], *, core: Version | None = None
) -> None:
    """Raises: Refused: this could not be published; every reason is named."""
    _refuse_unready(survey, translations)
    if core is None:
        _refuse_breaks(survey)
    elif found := comparability.differences_from_core(core.definition, survey):
        raise Refused(f"This could not be counted with {core}: {'; '.join(found)}.")


def unready(survey: Survey, language: str, text: str) -> list[str]:
    """What keeps a survey from being published in a language, the screens around it too."""
    return _problems_of(survey, language, text)


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
    if not languages.is_code(code):
        return ["this is not a language code, such as cy, ur or pt-BR"]
    if code == languages.ENGLISH:
        return ["the definition is in English already"]
    try:
        found = languages.problems(survey, text)
    except languages.NotPo as error:
        found = [str(error)]
    return found + readiness.problems(code)


def _refuse_other_core(same: Version, core: Version | None) -> None:
    """Raises: Refused: this content is published as something else."""
    if same.core_id == (core.pk if core else None) or same == core:
        return
    what = "an authority’s own version" if same.core_id else "a version asked everywhere"
    raise Refused(f"The same is published already as {same}, {what}. Use that one.")


def _refuse_breaks(survey: Survey) -> None:
    before = Version.objects.of(survey.code).cores().last()
    breaks = comparability.breaks_between(before.definition, survey) if before else []
    if breaks:
        raise Refused(
            f"Figures could not be compared with {before}: give what means something else a code "
            "of its own.\n" + "\n".join(breaks)
        )

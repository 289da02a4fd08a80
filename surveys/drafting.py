"""Drafting: surveys as they are written. A draft's text is the truth, and may be broken."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from authorities import access, audit
from authorities.models import User
from authorities.roles import Permission
from surveys import core, edits, grammar, languages, translating
from surveys.definition import Survey
from surveys.errors import Refused
from surveys.languages import NotPo
from surveys.models import Draft, DraftTranslation, Version
from surveys.problems import DefinitionError, Problem
from surveys.tables import MOST_CHARACTERS

_LONGEST_NAME = 80
_LONGEST_LANGUAGE = 12


class Outdated(Refused):
    """Somebody else changed the draft since this was opened. Nothing was written over."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__(
            f"{draft.changed_by.name} changed this draft while you were writing. Nothing of yours "
            "or theirs is lost: look at both, and save again what should stay."
        )


@transaction.atomic
def begin(
    *,
    name: str,
    source: str,
    translations: Mapping[str, str] | None = None,
    based_on: Version | None = None,
    notes: Iterable[object] = (),
    by: User,
    now: datetime,
) -> Draft:
    """A new draft with this text, whatever is wrong with it, and its languages.

    Words in another language that were not published before are the person's who brings them, so
    that somebody else approves them (`surveys.approving`).

    Args:
        notes: of a form from elsewhere: what was left out, added or is to be looked at. They stay
            with the draft.

    Raises:
        PermissionDenied: the person does not write surveys.
        Refused: it has no name, or a text cannot be kept. Nothing is begun.
    """
    access.require(by, Permission.WRITE_SURVEYS)
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise Refused(f"Give the draft a name of at most {_LONGEST_NAME} characters.")
    source = _kept(source)
    texts = {code: _kept_po(code, text) for code, text in (translations or {}).items()}
    draft = Draft.objects.create(
        survey=code_of(source),
        name=name.strip(),
        source=source,
        based_on=based_on,
        brought_in="\n".join(" ".join(str(each).split()) for each in notes).replace("\0", ""),
        made_by=by,
        changed_by=by,
        changed_at=now,
    )
    DraftTranslation.objects.bulk_create(
        DraftTranslation(draft=draft, language=code, text=text, changed_by=by, changed_at=now)
        for code, text in sorted(texts.items())
    )
    _note_authors(draft, texts, by)
    audit.record(actor=by, act="draft begun", subject=draft.name)
    return draft


@transaction.atomic
def change(*, draft: Draft, source: str, revision: int, by: User, now: datetime) -> Draft:
    """Keep another text of a draft. The same text again changes nothing.

    Args:
        revision: the one that the person had before them.

    Raises:
        PermissionDenied: the person does not write surveys.
        Outdated: somebody changed it since; nothing has changed.
        Refused: the text cannot be kept, or the draft was put away.
    """
    access.require(by, Permission.WRITE_SURVEYS)
    source = _kept(source)
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if source == draft.source:
        return draft
    if draft.put_away:
        raise Refused("This draft was put away. Take it up again to change it.")
    if draft.revision != revision:
        raise Outdated(draft)
    draft.source, draft.survey = source, code_of(source)
    draft.revision += 1
    draft.changed_by, draft.changed_at = by, now
    draft.save(update_fields=["source", "survey", "revision", "changed_by", "changed_at"])
    audit.record(actor=by, act="draft changed", subject=f"{draft.name}, revision {draft.revision}")
    return draft


@transaction.atomic
def put_away(*, draft: Draft, by: User, away: bool = True) -> Draft:
    """Take a draft off the list of those worked on, or put it back. May be called twice."""
    access.require(by, Permission.WRITE_SURVEYS)
    if Draft.objects.filter(pk=draft.pk).exclude(put_away=away).update(put_away=away):
        act = "draft put away" if away else "draft taken up again"
        audit.record(actor=by, act=act, subject=draft.name)
    draft.refresh_from_db()
    return draft


def read(source: str) -> tuple[Survey | None, tuple[Problem, ...]]:
    """The survey as far as it can be read, and all that is wrong; never raises for any text."""
    try:
        return grammar.read(source)
    except DefinitionError as error:
        return None, error.problems


def stale_strings(draft: Draft, survey: Survey) -> dict[str, list[str]]:
    """By language, what its text lacks or has from an older English, as sentences."""
    messages = languages.messages(survey)
    found = {}
    for each in draft.translations.all():
        try:
            found[each.language] = languages.faults_in(messages, each.text)
        except NotPo as error:
            found[each.language] = [str(error)]
    return found


def code_of(source: str) -> str:
    """The survey's code, as far as the text says one that can be kept; else ""."""
    try:
        found = edits.Document.of(source).values.get("survey")
    except edits.NotEditable:
        return ""
    code = found.get("code") if isinstance(found, dict) else ""
    return code[:40] if isinstance(code, str) else ""


def _note_authors(draft: Draft, texts: Mapping[str, str], by: User) -> None:
    if not texts:
        return
    published = [core.translations()]
    published += Version.objects.of(draft.survey).values_list("translations", flat=True)
    if draft.based_on is not None:
        published.append(draft.based_on.translations)
    for code, text in texts.items():
        if all(each.get(code) != text for each in published):
            translating.note_authors(draft.survey, code, before="", after=text, by=by)


def _kept(source: str) -> str:
    """Raises: Refused: no database or page could hold this text."""
    if "\0" in source:
        raise Refused("This is not a text: it holds a NUL character. Save it as UTF-8 text.")
    if len(source) > MOST_CHARACTERS:
        raise Refused(f"The text has over {MOST_CHARACTERS:,} characters. Shorten it.")
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _kept_po(language: str, text: str) -> str:
    text = _kept(text)
    known = len(language) <= _LONGEST_LANGUAGE and language.replace("-", "").isalnum()
    if not known or language == languages.ENGLISH:
        raise Refused(f"“{language}” is no language of a translation. Name a file as in cy.po.")
    try:
        languages.read_po(text)
    except NotPo as error:
        raise Refused(f"{language}.po: {error}") from None
    return text

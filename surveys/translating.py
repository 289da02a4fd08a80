"""Translating a draft: string by string, or by PO files out and in.

A draft in a language is the text of one PO file, and everybody who wrote some of it is known, so
that somebody else approves it (`surveys.approving`). Two people may write at once: each save says
what stood there when its page was made, and where somebody else changed that meanwhile, nothing is
written over and nothing that was typed is lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from authorities import access, audit
from authorities.models import User
from authorities.roles import Permission
from surveys import grammar, languages, po_files
from surveys.definition import Survey
from surveys.errors import Refused
from surveys.languages import Message, NotPo, State
from surveys.models import Draft, DraftTranslation, TranslationAuthor, Version
from surveys.po_files import Difference
from surveys.problems import DefinitionError

# Several times what the longest English may have, in any script.
LONGEST = 12_000  # characters


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for one string.

    Args:
        key: of the string, see :func:`key_of`.
        words: "" for none.
        seen: the mark of what stood there when the page was made, see :func:`mark_of`.
        fits: whether words that are stale are said to fit the new English as they are.
    """

    key: str
    words: str
    seen: str
    fits: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """Words that were not kept, because somebody else was there first.

    Args:
        message: the string; ``None`` where the English is not in the draft any more.
    """

    key: str
    mine: str
    message: Message | None


@dataclass(frozen=True, slots=True)
class Saved:
    """How a save ended. Args: changed: how many strings are different now."""

    changed: int
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """How an upload ended.

    Args:
        taken, unsure: how many strings got the file's words; of the second, as to be looked at.
        kept: strings that have other words here, which stay.
        replaced: strings whose words gave way to the file's.
        emptied: strings that the file has no words for, and that keep theirs.
        unknown: strings of the file that the draft does not have.
    """

    taken: int
    unsure: int
    kept: tuple[Difference, ...]
    replaced: tuple[Difference, ...]
    emptied: int
    unknown: int


def key_of(message: Message) -> str:
    """What a form calls a string: the same while its place and its English are."""
    return sha256(f"{message.context}\x04{message.english}".encode()).hexdigest()[:16]


def mark_of(state: State) -> str:
    """A mark of how a string stands, by which a form shows what its writer saw."""
    return sha256(f"{int(state.stale)}{state.words}".encode()).hexdigest()[:16]


def digest_of(text: str) -> str:
    """Of the text of a PO file, as an approval has it."""
    return sha256(text.encode()).hexdigest()


def drafts_for(user: User) -> QuerySet[Draft]:
    """The drafts that are worked on, with their languages at hand.

    Raises:
        PermissionDenied: the person does not translate.
    """
    access.require(user, Permission.TRANSLATE_SURVEYS)
    return Draft.objects.filter(put_away=False).prefetch_related("translations__changed_by")


def survey_of(draft: Draft) -> Survey:
    """The draft's survey as far as it can be read, whatever is wrong with it.

    Raises:
        Refused: nothing of it can be read.
    """
    try:
        return grammar.read(draft.source)[0]
    except DefinitionError as error:
        raise Refused(
            f"“{draft}” cannot be read at the moment, so its strings cannot be shown:\n{error}"
        ) from None


def states_of(draft: Draft, text: str, survey: Survey | None = None) -> list[State]:
    """How each string of the draft stands in the text of a PO file.

    Raises:
        Refused: the draft cannot be read.
    """
    return languages.states(languages.messages(survey or survey_of(draft)), text)


@transaction.atomic
def start(*, draft: Draft, language: str, by: User, now: datetime) -> DraftTranslation:
    """Begin a language, with what a published version has in it. May be called twice.

    Args:
        language: its code, in any capitals.

    Raises:
        PermissionDenied: the person does not translate.
        Refused: it is no language's code, or the draft cannot be read.
    """
    access.require(by, Permission.TRANSLATE_SURVEYS)
    code = languages.tidy_code(language)
    if not languages.is_code(code):
        raise Refused(f"“{language[:40]}” is not a language code, such as cy, ur or pt-BR.")
    if code.partition("-")[0] == languages.ENGLISH:
        raise Refused("The draft is written in English, so that needs no translation.")
    before = _before(draft, code)
    text = languages.merged(survey_of(draft), code, before)
    translation, is_new = DraftTranslation.objects.get_or_create(
        draft=draft,
        language=code,
        defaults={"text": text, "changed_by": by, "changed_at": now},
    )
    if is_new:
        note_authors(draft.survey, code, before=before, after=text)
        audit.record(actor=by, act="language begun", subject=_named(translation))
    return translation


@transaction.atomic
def save(
    *,
    translation: DraftTranslation,
    typed: Iterable[Typed],
    revision: int,
    by: User,
    now: datetime,
) -> Saved:
    """Keep what was typed, but nothing over what somebody else wrote meanwhile.

    Args:
        revision: of the translation when the page was made.

    Raises:
        PermissionDenied: the person does not translate.
        Refused: some words cannot be kept by any means, or the draft cannot be read. Nothing
            is kept.
    """
    access.require(by, Permission.TRANSLATE_SURVEYS)
    held = _locked(translation)
    survey = survey_of(held.draft)
    found = {key_of(each.message): each for each in states_of(held.draft, held.text, survey)}
    words: dict[tuple[str, str], str] = {}
    clashes: list[Clash] = []
    for each in typed:
        _refuse_unkeepable(each)
        state = found.get(each.key)
        if state is None:
            clashes += [Clash(each.key, each.words, None)] if each.words else []
        elif not _changes(state, each):
            continue
        elif held.revision != revision and mark_of(state) != each.seen:
            clashes.append(Clash(each.key, each.words, state.message))
        else:
            words[state.message.context, state.message.english] = each.words
    if words:
        _write(held, survey, by=by, now=now, act="translation saved", words=words)
    return Saved(len(words), tuple(clashes))


@transaction.atomic
def import_po(
    *,
    translation: DraftTranslation,
    content: bytes,
    file_wins: bool = False,
    by: User,
    now: datetime,
) -> Imported:
    """Lay a translator's file over what is here.

    Words that are here stay where the file has other ones, unless the file was made from what is
    here now (its header says so), or the person says that the file's are wanted.

    Raises:
        PermissionDenied: the person does not translate.
        Refused: the file is none that can be read, or of another survey or language; or the draft
            cannot be read. Nothing is kept.
    """
    access.require(by, Permission.TRANSLATE_SURVEYS)
    held = _locked(translation)
    survey = survey_of(held.draft)
    strings = languages.messages(survey)
    try:
        file = po_files.incoming(content, survey=held.draft.survey, language=held.language)
        is_newer = po_files.revision_of(file) == held.revision
        found = po_files.merging(strings, held.text, file, file_wins=file_wins or is_newer)
    except NotPo as error:
        raise Refused(str(error)) from None
    for key, words in {**found.words, **found.unsure}.items():
        _refuse_unkeepable(Typed(key[0], words, ""))
    if found.words or found.unsure:
        _write(
            held,
            survey,
            by=by,
            now=now,
            act="translation imported",
            words=found.words,
            unsure=found.unsure,
        )
    return Imported(
        taken=len(found.words),
        unsure=len(found.unsure),
        kept=found.kept,
        replaced=found.replaced,
        emptied=found.emptied,
        unknown=found.unknown,
    )


def _locked(translation: DraftTranslation) -> DraftTranslation:
    return (
        DraftTranslation.objects.select_for_update(of=("self",))
        .select_related("draft")
        .get(pk=translation.pk)
    )


def _changes(state: State, typed: Typed) -> bool:
    return typed.words != state.words or (typed.fits and state.stale)


def _refuse_unkeepable(typed: Typed) -> None:
    if len(typed.words) > LONGEST:
        raise Refused(
            f"Some words have {len(typed.words):,} characters; a string may have {LONGEST:,}: "
            f"“{typed.words[:60]}…”"
        )
    if "\x00" in typed.words:
        raise Refused("Some words hold a character that no text has. Take it out, and save again.")


def _write(
    held: DraftTranslation,
    survey: Survey,
    *,
    by: User,
    now: datetime,
    act: str,
    words: Mapping[tuple[str, str], str],
    unsure: Mapping[tuple[str, str], str] | None = None,
) -> None:
    before = held.text
    held.text = languages.reworded(
        held.draft.survey,
        languages.messages(survey),
        held.language,
        before,
        words=words,
        unsure=unsure,
    )
    held.revision += 1
    held.changed_by, held.changed_at = by, now
    held.save(update_fields=["text", "revision", "changed_by", "changed_at"])
    note_authors(held.draft.survey, held.language, before=before, after=held.text, by=by)
    audit.record(actor=by, act=act, subject=_named(held))


def writers_of(language: str, digest: str) -> tuple[User, ...]:
    """Who wrote words of this very text, as far as it was written here."""
    # Whatever survey it was written for: a draft may get another code, and its words are the same.
    rows = TranslationAuthor.objects.filter(language=language, digest=digest)
    found = rows.select_related("written_by").order_by("written_by__name", "written_by")
    return tuple(dict.fromkeys(each.written_by for each in found))


def note_authors(
    survey: str, language: str, *, before: str, after: str, by: User | None = None
) -> None:
    """Keep that whoever wrote some of a text wrote some of the one that was made from it.

    Args:
        by: who made it of the one before; ``None`` where nobody added a word.
    """
    people = {each.pk for each in writers_of(language, digest_of(before))}
    TranslationAuthor.objects.bulk_create(
        [
            TranslationAuthor(
                survey=survey, language=language, digest=digest_of(after), written_by_id=person
            )
            for person in sorted(people | ({by.pk} if by else set()))
        ],
        ignore_conflicts=True,
    )


def _before(draft: Draft, language: str) -> str:
    """What was published in the language: of the version the draft is based on, else the newest."""
    based_on: Sequence[Version] = [draft.based_on] if draft.based_on else []
    newest = Version.objects.of(draft.survey).order_by("-number")
    for version in (*based_on, *newest):
        if language in version.translations:
            text: str = version.translations[language]
            return text
    return ""


def _named(translation: DraftTranslation) -> str:
    return f"{translation.draft.survey}, {translation.language}, draft {translation.draft_id}"

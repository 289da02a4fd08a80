"""Approving a language: each is a draft until a native speaker has read it.

What is approved is a text, to the letter: the PO file of a survey, or of the screens around it.
A changed text is a draft again. Drafts may be published and used, and say to staff what they are.
A text may be approved before it is published: once it is whole in a draft of a survey. Nobody
approves a text of which they wrote a word (`surveys.translating`).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import groupby

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Max, Q

from authorities import access, audit
from authorities.models import User
from authorities.roles import Permission
from surveys import grammar, languages, readiness, translating
from surveys.definition import Survey
from surveys.errors import Refused
from surveys.languages import Message, NotPo
from surveys.models import Draft, DraftTranslation, LanguageApproval, Version
from surveys.problems import DefinitionError
from surveys.querysets import VersionQuerySet

DRAFT = "draft, awaiting a native speaker"

Kind = LanguageApproval.Kind
_Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Text:
    """What families read of one survey, or around it, in one language.

    Args:
        kind: whether it is a survey's or the screens'.
        subject: the survey's code, or what the screens are called.
        title: what it is called for people: "your-say 3", "screens".
        po: the text of its PO file.
        messages: every string it should have.
        problems: what is missing or wrong in it.
        survey: whose words these are; ``None`` for the screens.
        version, draft: the id of what can be looked at in these words; ``None`` for the screens.
    """

    kind: str
    subject: str
    title: str
    language: str
    po: str
    messages: tuple[Message, ...]
    problems: tuple[str, ...]
    survey: Survey | None = None
    version: int | None = None
    draft: int | None = None

    @cached_property
    def digest(self) -> str:
        return sha256(self.po.encode()).hexdigest()

    @property
    def key(self) -> _Key:
        return (self.kind, self.subject, self.language, self.digest)

    @cached_property
    def pairs(self) -> list[tuple[Message, str]]:
        """Each English string with its words in the language; "" where it has none."""
        try:
            return languages.pairs(self.messages, self.po)
        except NotPo:
            return [(message, "") for message in self.messages]

    @property
    def translated(self) -> int:
        """How many strings it has words for that are up to date."""
        return sum(1 for _, words in self.pairs if words)


@dataclass(frozen=True)
class Standing:
    """A text, and who approved it; nobody, while it is a draft."""

    text: Text
    approval: LanguageApproval | None

    @property
    def is_draft(self) -> bool:
        return self.approval is None


def standings_for(user: User | AnonymousUser, *, today: date) -> list[Standing]:
    """Every text that is in use: the screens', and of each survey that families can meet.

    And those of drafts of surveys that are whole, so that they can be read before they are used.

    Raises:
        PermissionDenied: the person neither translates nor runs waves.
    """
    access.require(user, Permission.TRANSLATE_SURVEYS, today=today)
    in_use = [*_of_screens(), *_of_surveys(versions_in_use(today))]
    known = {text.key for text in in_use}
    return _standings([*in_use, *(text for text in _of_drafts() if text.key not in known)])


def standing_for(user: User | AnonymousUser, key: _Key, *, today: date) -> Standing | None:
    """One of them; ``None`` where no text in use is this one any more."""
    found = standings_for(user, today=today)
    return next((each for each in found if each.text.key == key), None)


def versions_in_use(today: date) -> VersionQuerySet:
    """The newest of each survey, and those of waves that are not over; of an authority's own
    version, the core's words are these, and those of its local questions the bank's."""
    newest = Version.objects.cores().values("survey").annotate(last=Max("pk")).values("last")
    return (
        Version.objects.cores()
        .filter(
            Q(pk__in=newest)
            | Q(waves__closes_on__gte=today)
            | Q(participations__wave__closes_on__gte=today)
        )
        .distinct()
    )


def drafts(*versions: Version) -> tuple[str, ...]:
    """The languages of these versions in which a text, or the screens, are not approved."""
    spoken = {code for version in versions for code in version.translations}
    around = (text for text in _of_screens() if text.language in spoken)
    cores = {version.core or version for version in versions}
    found = _standings([*around, *_of_surveys(cores)])
    return tuple(sorted({each.text.language for each in found if each.is_draft}))


def in_words(version: Version) -> str:
    """The languages of a version, each draft called one: "en, cy (draft, …)"."""
    found = drafts(version)
    return ", ".join(
        f"{code} ({DRAFT})" if code in found else code
        for code in (languages.ENGLISH, *sorted(version.translations))
    )


def warning(*versions: Version) -> str:
    """A line more for whoever plans or opens a wave; "" where nothing is a draft."""
    found = drafts(*versions)
    return f"\n{DRAFT.capitalize()}: {', '.join(found)}. See /staff/languages/." if found else ""


def writers_of(text: Text) -> tuple[User, ...]:
    """Who wrote words of this very text, as far as it was written here."""
    return translating.writers_of(text.language, text.digest)


@transaction.atomic
def approve(*, text: Text, speaker: str, by: User, today: date) -> LanguageApproval:
    """Keep that a native speaker has read this very text. May be called twice.

    Args:
        speaker: who read it, and how we know that they speak it.

    Raises:
        PermissionDenied: the person neither translates nor runs waves.
        Refused: strings are missing or faulty, or nobody is named, or the person wrote some of it.
    """
    access.require(by, Permission.TRANSLATE_SURVEYS, today=today)
    if not 0 < len(speaker.strip()) <= 200:
        raise Refused("Say who read it and speaks the language, in at most 200 characters.")
    if text.problems:
        raise Refused("This text is not whole, so it cannot be approved:\n" + _lines(text.problems))
    if by in writers_of(text):
        raise Refused(
            "You wrote some of these words, so somebody else approves them: whoever reads their "
            "own words sees what they meant."
        )
    kind, subject, language, digest = text.key
    approval, is_new = LanguageApproval.objects.get_or_create(
        kind=kind,
        subject=subject,
        language=language,
        digest=digest,
        defaults={"speaker": speaker.strip(), "approved_by": by, "approved_on": today},
    )
    if is_new:
        audit.record(
            actor=by, act="language approved", subject=_named(approval), why=approval.speaker
        )
    return approval


@transaction.atomic
def withdraw(*, text: Text, why: str, by: User, today: date) -> None:
    """Make an approved text a draft again. May be called twice.

    Raises:
        PermissionDenied: the person neither translates nor runs waves.
        Refused: no reason is given.
    """
    access.require(by, Permission.TRANSLATE_SURVEYS, today=today)
    if not why.strip():
        raise Refused("Say why the approval is taken back.")
    kind, subject, language, digest = text.key
    approvals = LanguageApproval.objects.select_for_update().filter(
        kind=kind, subject=subject, language=language, digest=digest
    )
    for approval in approvals:
        audit.record(actor=by, act="approval withdrawn", subject=_named(approval), why=why.strip())
        approval.delete()


def _of_screens() -> Iterator[Text]:
    for screens in readiness.registered():
        messages = tuple(screens.messages())
        for language, po in screens.texts().items():
            yield Text(
                kind=Kind.SCREENS,
                subject=screens.subject,
                title=screens.subject,
                language=language,
                po=po,
                messages=messages,
                problems=tuple(screens.problems(language)),
            )


def _of_surveys(versions: Iterable[Version]) -> Iterator[Text]:
    for version in versions:
        messages = languages.messages(version.definition)
        for language, po in sorted(version.translations.items()):
            yield Text(
                kind=Kind.SURVEY,
                subject=version.survey,
                title=str(version),
                language=language,
                po=po,
                messages=messages,
                problems=tuple(languages.faults_in(messages, po)),
                survey=version.definition,
                version=version.pk,
            )


def _of_drafts() -> Iterator[Text]:
    """What is whole in drafts. What is not, its translators see on their own page."""
    written = DraftTranslation.objects.filter(draft__put_away=False).select_related("draft")
    for draft, its in groupby(written.order_by("draft", "language"), lambda each: each.draft):
        with suppress(DefinitionError):
            yield from _of_draft(draft, grammar.read(draft.source)[0], its)


def _of_draft(
    draft: Draft, survey: Survey, translations: Iterable[DraftTranslation]
) -> Iterator[Text]:
    messages = languages.messages(survey)
    for each in translations:
        try:
            problems = languages.faults_in(messages, each.text)
        except NotPo:
            continue
        if messages and not problems:
            yield Text(
                kind=Kind.SURVEY,
                subject=draft.survey,
                title=f"{draft}, a draft of {draft.survey}",
                language=each.language,
                po=each.text,
                messages=messages,
                problems=(),
                survey=survey,
                draft=draft.pk,
            )


def _standings(texts: Iterable[Text]) -> list[Standing]:
    found = list(texts)
    approvals = _approvals({text.digest for text in found})
    return [Standing(text, approvals.get(text.key)) for text in found]


def _approvals(digests: set[str]) -> Mapping[_Key, LanguageApproval]:
    found = LanguageApproval.objects.filter(digest__in=digests).select_related("approved_by")
    return {(each.kind, each.subject, each.language, each.digest): each for each in found}


def _named(approval: LanguageApproval) -> str:
    return f"{approval.kind} {approval.subject}, {approval.language}, {approval.digest[:12]}"


def _lines(problems: Iterable[str]) -> str:
    return "\n".join(problems)

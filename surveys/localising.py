"""Local questions: a bank that two people keep, and what an authority takes from it for a wave."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from authorities import access, audit
from authorities.models import User
from authorities.roles import Permission
from surveys import edits, grammar, languages, local_items, planning, publishing, translating
from surveys.errors import Refused
from surveys.languages import Message, NotPo
from surveys.local_items import Own
from surveys.models import (
    BankItem,
    BankWords,
    Invitation,
    LocalChoice,
    Participation,
    Version,
    Wave,
)
from surveys.problems import DefinitionError, Problem

State = BankItem.State


@transaction.atomic
def propose_item(*, survey: str, source: str, why: str, by: User, today: date) -> BankItem:
    """Put a question forward for the bank of a survey.

    Raises:
        PermissionDenied: the person does not write surveys.
        DefinitionError: it could not be asked beside the core; everything wrong is named.
        Refused: there is no such survey, no reason, or a question with its code.
    """
    access.require(by, Permission.WRITE_SURVEYS)
    core = newest_core(survey)
    if not why.strip():
        raise Refused("Say what the question is to tell, for whoever is to approve it.")
    if "\0" in source or "\0" in why:
        raise Refused("This is not a text: it holds a NUL character.")
    if found := local_items.problems_of(core.source, Own(source, {})):
        raise DefinitionError(found)
    code = local_items.code_of(source)
    if BankItem.objects.filter(survey=survey, code=code).exists():
        raise Refused(
            f"The bank has a question “{code}”, and a code means one thing for ever. Choose "
            "another."
        )
    item = BankItem.objects.create(
        survey=survey,
        code=code,
        source=source.strip() + "\n",
        why=why.strip(),
        proposed_by=by,
        proposed_on=today,
    )
    audit.record(actor=by, act="local question proposed", subject=_named(item), why=item.why)
    return item


@transaction.atomic
def approve_item(*, item: BankItem, by: User, today: date) -> BankItem:
    """Let authorities choose a question. May be called twice.

    Raises:
        PermissionDenied: the person may not agree to surveys.
        Refused: they proposed it themselves, or it was retired.
    """
    access.require(by, Permission.APPROVE_SURVEYS)
    item = BankItem.objects.select_for_update().get(pk=item.pk)
    if item.state == State.APPROVED:
        return item
    if item.proposed_by_id == by.pk:
        raise Refused("Two people stand behind a question: somebody else must approve yours.")
    if item.state == State.RETIRED:
        raise Refused("This question was retired. Propose it anew, under a code of its own.")
    item.state, item.decided_by, item.decided_on = State.APPROVED, by, today
    item.save(update_fields=["state", "decided_by", "decided_on"])
    audit.record(actor=by, act="local question approved", subject=_named(item))
    return item


@transaction.atomic
def retire_item(*, item: BankItem, why: str, by: User, today: date) -> BankItem:
    """Let nobody choose a question any more; who chose it keeps it. May be called twice.

    Raises:
        PermissionDenied: the person may not agree to surveys.
        Refused: no reason is given.
    """
    access.require(by, Permission.APPROVE_SURVEYS)
    if not why.strip():
        raise Refused("Say why nobody should choose it any more.")
    item = BankItem.objects.select_for_update().get(pk=item.pk)
    if item.state != State.RETIRED:
        item.state, item.decided_by, item.decided_on = State.RETIRED, by, today
        item.save(update_fields=["state", "decided_by", "decided_on"])
        audit.record(actor=by, act="local question retired", subject=_named(item), why=why.strip())
    return item


@transaction.atomic
def translate_item(*, item: BankItem, language: str, text: str, by: User) -> BankItem:
    """Keep a question's words in another language, for somebody else to approve.

    Until then those that were approved before stay in use. The same words again change nothing.

    Raises:
        PermissionDenied: the person neither writes nor translates surveys.
        Refused: the question was retired, the text is no PO file, or strings are missing in it;
            all are named.
    """
    if not any(
        access.may(by, each) for each in (Permission.WRITE_SURVEYS, Permission.TRANSLATE_SURVEYS)
    ):
        raise PermissionDenied("Whoever writes or translates surveys can do this.")
    if language not in languages.LANGUAGES or language == languages.ENGLISH:
        raise Refused("Choose the language that the file is in.")
    item = BankItem.objects.select_for_update().get(pk=item.pk)
    if item.state == State.RETIRED:
        raise Refused("This question was retired, so nobody is asked it in any language.")
    try:
        found = languages.faults_in(strings_of(item), text)
    except NotPo as error:
        raise Refused(str(error)) from None
    if found:
        raise Refused("These strings are to be mended first:\n" + "\n".join(found))
    approved = item.translations.get(language, "")
    waiting = item.waiting.filter(language=language).first()
    before = waiting.text if waiting else approved
    if text == before:
        return item
    if text == approved:
        item.waiting.filter(language=language).delete()
    else:
        BankWords.objects.update_or_create(item=item, language=language, defaults={"text": text})
        translating.note_authors(item.survey, language, before=before, after=text, by=by)
    audit.record(actor=by, act="local question translated", subject=f"{_named(item)}, {language}")
    return item


@transaction.atomic
def approve_words(*, item: BankItem, language: str, digest: str, by: User) -> BankItem:
    """Let families read a question in words that somebody else wrote.

    Args:
        digest: of the text that the person has read, see `translating.digest_of`.

    Raises:
        PermissionDenied: the person does not translate.
        Refused: other words wait by now, or none, or the person wrote some of them.
    """
    access.require(by, Permission.TRANSLATE_SURVEYS)
    item = BankItem.objects.select_for_update().get(pk=item.pk)
    waiting = item.waiting.filter(language=language).first()
    if waiting is None or translating.digest_of(waiting.text) != digest:
        raise Refused("These words do not wait any more: look at how it is now.")
    if by in translating.writers_of(language, digest):
        raise Refused(
            "You wrote some of these words, so somebody else approves them: whoever reads their "
            "own words sees what they meant."
        )
    item.translations = {**item.translations, language: waiting.text}
    item.save(update_fields=["translations"])
    waiting.delete()
    act = "words of a local question approved"
    audit.record(actor=by, act=act, subject=f"{_named(item)}, {language}, {digest[:12]}")
    return item


@transaction.atomic
def choose(
    *, participation: Participation, items: Sequence[int], by: User, today: date
) -> Participation:
    """Ask these questions of the bank in one authority's part of a wave, in this order.

    None of them leaves the core alone. May be called twice.

    Args:
        items: ids of bank items.

    Raises:
        PermissionDenied: the person chooses no local questions there.
        Refused: families there can answer already, or they are too many, not approved, twice, or
            not in a language that families there are asked in. Nothing has changed.
    """
    # First the wave, as whoever plans or opens it: else what is chosen might be put into a core
    # that it asks no more. Each without a join, which PostgreSQL would not make again for a row
    # that it waited for.
    wave = Wave.objects.select_for_update(no_key=True).get(pk=participation.wave_id)
    participation = Participation.objects.select_for_update().get(pk=participation.pk)
    participation.wave = wave
    access.require(by, Permission.CHOOSE_LOCAL_QUESTIONS, participation.authority)
    _refuse_started(participation, today)
    chosen = _chosen(participation, items)
    version = _version_with(participation, chosen, today)
    kept = [each.item_id for each in participation.local_choices.order_by("place")]
    if kept == list(items) and participation.version == version:
        return participation
    participation.local_choices.all().delete()
    LocalChoice.objects.bulk_create(
        LocalChoice(participation=participation, item=item, place=place)
        for place, item in enumerate(chosen, 1)
    )
    participation.version = version
    participation.save(update_fields=["version"])
    audit.record(
        actor=by,
        act="local questions chosen",
        subject=f"{', '.join(each.code for each in chosen) or 'none'}: {participation.wave.slug}",
        authority=participation.authority,
    )
    return participation


def can_choose(participation: Participation, *, today: date) -> bool:
    """Whether families there can not answer yet, so that what they are asked may still change."""
    return participation.opened_on is None and participation.wave.closes_on >= today


def newest_core(survey: str) -> Version:
    """Raises: Refused: nothing is published under this code."""
    core = Version.objects.of(survey).cores().last()
    if core is None:
        raise Refused(f"There is no published survey “{survey}”.")
    return core


def choosable(participation: Participation) -> QuerySet[BankItem]:
    """The approved questions of a wave's survey."""
    survey = participation.wave.version.survey
    return BankItem.objects.filter(survey=survey, state=State.APPROVED)


def languages_needed(participation: Participation) -> set[str]:
    """The languages beside English that families there are, or were, to be asked in."""
    wave = participation.wave
    invited = Invitation.objects.filter(participation=participation)
    asked = set(invited.values_list("language", flat=True).distinct())
    return (set(wave.languages or wave.version.translations) | asked) - {languages.ENGLISH}


def strings_of(item: BankItem) -> tuple[Message, ...]:
    """What is to be translated of a question. Raises: Refused: the core has changed under it."""
    core = newest_core(item.survey)
    try:
        return local_items.strings_of(core.source, Own(item.source, {}))
    except (DefinitionError, edits.NotEditable) as error:
        raise Refused(f"It cannot be asked beside {core}: {error}") from None


def comments_of(item: BankItem) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Of the same strings, what their translators should know, by context and English.

    Raises:
        Refused: the core has changed under it.
    """
    core = newest_core(item.survey)
    try:
        return local_items.comments_of(core.source, Own(item.source, {}))
    except (DefinitionError, edits.NotEditable) as error:
        raise Refused(f"It cannot be asked beside {core}: {error}") from None


def problems_of(item: BankItem, core: Version) -> list[Problem]:
    """What keeps it from being asked beside a core."""
    return local_items.problems_of(core.source, Own(item.source, item.translations))


def _chosen(participation: Participation, items: Sequence[int]) -> list[BankItem]:
    most = participation.wave.most_local_items
    if len(items) > most:
        raise Refused(
            f"Choose at most {most}: {participation.wave} allows no more, and each takes time."
        )
    if len(set(items)) < len(items):
        raise Refused("A question is chosen twice. Choose each once.")
    kept = {each.item_id: each.item for each in participation.local_choices.select_related("item")}
    known = kept | {each.pk: each for each in choosable(participation).filter(pk__in=items)}
    if any(pk not in known for pk in items):
        raise Refused(
            "A question that you chose is not in the bank any more. Look at the list again."
        )
    return [known[pk] for pk in items]


def _version_with(participation: Participation, chosen: Sequence[BankItem], today: date) -> Version:
    core = participation.wave.version
    if not chosen:
        return core
    own = [Own(each.source, each.translations) for each in chosen]
    try:
        source = local_items.compose(core.source, own)
        survey = grammar.parse(source)
    except (DefinitionError, edits.NotEditable) as error:
        raise Refused(f"These questions cannot be asked together beside {core}:\n{error}") from None
    texts = local_items.translations(core.translations, own, survey)
    _refuse_untranslated(participation, chosen, texts)
    version = publishing.publish(source=source, translations=texts, today=today, core=core)
    planning.refuse_untranslated_promise(participation.wave, [version])
    return version


def _refuse_untranslated(
    participation: Participation, chosen: Iterable[BankItem], texts: Mapping[str, str]
) -> None:
    missing = sorted(languages_needed(participation) - texts.keys())
    if missing:
        named = ", ".join(
            languages.LANGUAGES[code].english_name if code in languages.LANGUAGES else code
            for code in missing
        )
        codes = ", ".join(each.code for each in chosen)
        raise Refused(
            f"Not all of these ({codes}) are in {named}, in which families in "
            f"{participation.authority} are asked. Choose others, or have them translated first."
        )


def _refuse_started(participation: Participation, today: date) -> None:
    if not can_choose(participation, today=today):
        raise Refused(
            f"Families in {participation.authority} can answer already, or could: what they are "
            "asked does not change any more."
        )


def _named(item: BankItem) -> str:
    return f"{item.code} of {item.survey}"

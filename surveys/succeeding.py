"""In an open wave a version takes another's place: its words are better, and it is counted with it.

Only wording may differ, so whatever was sent under the version before is opened, mixed and counted
as what is sent after. Each authority's own version follows: the new core, and the same local
questions in the same places.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from authorities import audit
from authorities.models import User
from surveys import (
    comparability,
    fielding,
    grammar,
    languages,
    local_items,
    planning,
    publishing,
    recordings,
)
from surveys.definition import Item, Survey
from surveys.edits import NotEditable
from surveys.errors import MoreThanWording, Refused
from surveys.models import Invitation, Participation, Recording, Succession, Version, Wave


def refuse_unfit(
    *, wave: Wave, survey: Survey, translations: Mapping[str, str], today: date
) -> None:
    """Whether a survey could take the place of the wave's version.

    Raises:
        MoreThanWording: it differs in more than its words.
        Refused: the wave is not open, or families are asked in a language that it lacks.
    """
    if wave.public_key is None:
        raise Refused(f"{wave} is not open yet: plan it with the new version instead.")
    fielding.refuse_if_over(wave, today=today)
    found = comparability.more_than_wording(wave.version.definition, survey)
    if found:
        raise MoreThanWording(str(wave.version), "The draft", found)
    _refuse_lost_languages(wave, translations)


@transaction.atomic
def succeed(
    *, wave: Wave, after: Version, asked_by: User, agreed_by: User, why: str, today: date
) -> Wave:
    """Let a version take the place of the wave's, from now on. May be called twice.

    Raises:
        MoreThanWording: it differs in more than its words.
        Refused: as for :func:`refuse_unfit`; or an authority's own version cannot follow. Nothing
            has changed.
    """
    # Without a join, which PostgreSQL would not make again for a row that it waited for.
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    before = wave.version
    if before == after:
        return wave
    refuse_unfit(wave=wave, survey=after.definition, translations=after.translations, today=today)
    planning.refuse_untranslated_promise(wave, [after])
    stands = {"asked_by": asked_by, "agreed_by": agreed_by, "why": why, "since": today}
    _record(wave, before, after, stands)
    wave.version = after
    wave.save(update_fields=["version"])
    for own, parts in _parts_by_version(wave).items():
        new = after if own == before else _following(own, before, after, today)
        if own != before:
            _record(wave, own, new, stands)
        for part in parts:
            part.version = new
            part.save(update_fields=["version"])
    audit.record(
        actor=agreed_by,
        act="version succeeded",
        subject=f"{after} after {before} in {wave.slug}",
        why=why,
    )
    transaction.on_commit(recordings.forget)
    return wave


def _record(wave: Wave, before: Version, after: Version, stands: Mapping[str, object]) -> None:
    known = Succession.objects.filter(wave=wave, before=before, after=after)
    if not known.exists():
        Succession(wave=wave, before=before, after=after, **stands).save()
    _carry_recordings(before, after)


def _parts_by_version(wave: Wave) -> dict[Version, list[Participation]]:
    """The wave's participations, locked, by what they ask."""
    # In the order that a mix locks them in, so that two wait and none deadlocks.
    list(wave.participations.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    found: dict[Version, list[Participation]] = {}
    for part in wave.participations.order_by("pk").select_related("version__core"):
        found.setdefault(part.version, []).append(part)
    return found


def _following(own: Version, before: Version, after: Version, today: date) -> Version:
    """An authority's own version, on the new core."""
    try:
        questions = local_items.own_of(before.definition, own.source, own.translations)
        source = local_items.compose(after.source, questions)
    except NotEditable as error:
        raise Refused(
            f"{own}, which authorities ask as their own, cannot follow: {error}"
        ) from None
    texts = local_items.translations(after.translations, questions, grammar.parse(source))
    if lost := sorted(own.translations.keys() & after.translations.keys() - texts.keys()):
        raise Refused(
            f"{own} could not follow in {', '.join(lost)}: its local questions lack words."
        )
    return publishing.publish(source=source, translations=texts, today=today, core=after)


def _refuse_lost_languages(wave: Wave, translations: Mapping[str, str]) -> None:
    """A family may change the language at any time, and a letter has two: so it is not only those
    of the invitations, but all that the wave is offered in.

    Raises:
        Refused: a family was asked, or may be answering now, in a language that it lacks.
    """
    invited = Invitation.objects.filter(participation__wave=wave)
    offered = wave.languages or wave.version.translations
    asked = {*invited.values_list("language", flat=True).distinct(), *offered}
    if lost := sorted(asked - {languages.ENGLISH, *translations}):
        names = ", ".join(map(_in_english, lost))
        raise Refused(
            f"Families in {wave} are asked in {names}, and the new version is not in it: translate "
            "it first."
        )


def _in_english(language: str) -> str:
    known = languages.LANGUAGES.get(language)
    return known.english_name if known else language


def _carry_recordings(before: Version, after: Version) -> None:
    """Recordings of what reads the same stand beside the new version too; others would be wrong."""
    there = set(
        Recording.objects.filter(version=after).values_list(
            "age_version", "language", "item", "kind"
        )
    )
    found = [
        each
        for each in Recording.objects.filter(version=before)
        if (each.age_version, each.language, each.item, each.kind) not in there
        and _reads_the_same(before, after, each)
    ]
    for each in found:
        each.pk, each.version = None, after
    Recording.objects.bulk_create(found)


def _reads_the_same(before: Version, after: Version, recording: Recording) -> bool:
    said = (_said(each, recording) for each in (before, after))
    return len(set(said)) == 1


def _said(version: Version, recording: Recording) -> tuple[str, ...]:
    """What a recording says: a question and its answers, or an introduction, in its language."""
    survey, age = version.definition, recording.age_version
    # Films in British Sign Language are made from the English.
    spoken = recording.language in version.translations
    words = languages.translation(
        recording.language if spoken else languages.ENGLISH, version.translations
    )
    if not recording.item:
        held = survey.age_version(age)
        return (words.of(languages.of_version(held, "intro"), held.intro),)
    return tuple(_said_of_item(survey.item(recording.item), age, words))


def _said_of_item(item: Item, age: str, words: languages.Translation) -> Iterable[str]:
    yield words.of(languages.of_ask(item), item.ask[age])
    yield words.of(languages.of_hint(item), (item.hint or {}).get(age, ""))
    for answer in item.answers_for(age):
        yield words.of(languages.of_answer(item, answer), answer.label[age])

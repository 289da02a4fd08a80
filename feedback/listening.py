"""Listening: words are opened for all at once, then read, acted on and made safe to show."""

from collections.abc import Collection, Iterator
from datetime import date

import structlog
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from authorities import access, audit
from authorities.models import Authority, User
from authorities.roles import Permission
from feedback.envelopes import Words, opened
from feedback.errors import Incomplete
from feedback.models import Ballot, Comment, Suggestion, Writing
from feedback.querysets import CommentQuerySet, SuggestionQuerySet
from feedback.shuffling import shuffled
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Wave

_ROWS_AT_ONCE = 2_000

log = structlog.get_logger(__name__)


@transaction.atomic
def open_words(*, today: date, keyring: Keyring) -> int:
    """Open all words that wait, of all waves and authorities together, for the listeners.

    However few they are: a child may be at risk. All rows are written in one transaction and in
    an order that is random over the whole country, so that neither place nor transaction tells
    which ballot the words came in. Words that do not open are left as they are, and logged.

    Returns:
        From how many ballots the words were taken out, written or empty.
    """
    authorities = dict(Authority.objects.values_list("gss_code", "pk"))
    found = [
        (
            pk,
            words,
            {"wave": wave, "authority_id": authorities[words.authority], "opened_on": today},
        )
        for wave in _locked_waves()
        for pk, words in _words_in(wave, known=authorities, keyring=keyring)
    ]
    ideas = (
        Suggestion(text=idea.text, topics=list(idea.topics), **place)
        for _, words, place in found
        for idea in words.ideas
    )
    comments = (Comment(text=text, **place) for _, words, place in found for text in words.comments)
    Suggestion.objects.bulk_create(shuffled(ideas), batch_size=_ROWS_AT_ONCE)
    Comment.objects.bulk_create(shuffled(comments), batch_size=_ROWS_AT_ONCE)
    for start in range(0, len(found), _ROWS_AT_ONCE):
        ballots = [pk for pk, *_ in found[start : start + _ROWS_AT_ONCE]]
        Ballot.objects.filter(pk__in=ballots).update(words=None)
    return len(found)


def words_can_be_opened(*, wave: Wave, keyring: Keyring) -> bool:
    """Whether ballots of a wave wait for their words, and these are not all damaged.

    Raises:
        KeyMissing: words wait, and the wave's key is not here.
    """
    waiting = Ballot.objects.of_wave(wave).with_unopened_words().values_list("words", flat=True)
    if not waiting.exists():
        return False
    key = keyring.private_key(wave.key_name)
    envelopes = (bytes(words) for words in waiting.iterator() if words is not None)
    return any(content is not None for content in opened(envelopes, key))


def suggestions_for(user: User | AnonymousUser, *, today: date | None = None) -> SuggestionQuerySet:
    """The one door to ideas as they were written.

    Raises:
        PermissionDenied: the person is not a national listener.
    """
    access.require(user, Permission.READ_WORDS, today=today)
    return Suggestion.objects.all()


def comments_for(user: User | AnonymousUser, *, today: date | None = None) -> CommentQuerySet:
    """The one door to comments as they were written.

    Raises:
        PermissionDenied: the person is not a national listener.
    """
    access.require(user, Permission.READ_WORDS, today=today)
    return Comment.objects.all()


@transaction.atomic
def mark_read(*, writing: Suggestion | Comment, by: User) -> bool:
    """Take a writing off the queue. One that was read or escalated before stays as it is.

    Returns:
        Whether it was unread until now.
    """
    unread = type(writing).objects.filter(pk=writing.pk, state=Writing.State.UNREAD)
    was_unread = bool(unread.update(state=Writing.State.READ, read_by=by))
    if was_unread:
        _record(writing, by, "words read")
    return was_unread


@transaction.atomic
def escalate(*, writing: Suggestion | Comment, by: User, told: str, why: str, today: date) -> None:
    """Note that somebody was told of a writing, as a child may be at risk or for another reason.

    May be done again, when someone else is told: the note grows. The audit says that it was done;
    what the note says about a family stays with the writing.

    Raises:
        Incomplete: who was told or why is not said. Nothing has changed.
    """
    if not told.strip() or not why.strip():
        raise Incomplete("Say who was told, and why.")
    writing = type(writing).objects.select_for_update().get(pk=writing.pk)
    line = f"{today:%-d %B %Y}, {by.name} told {told.strip()}: {why.strip()}"
    writing.note = f"{writing.note}\n{line}".strip()
    writing.state = Writing.State.ESCALATED
    writing.read_by = writing.read_by or by
    writing.save(update_fields=["note", "state", "read_by"])
    _record(writing, by, "words escalated")


@transaction.atomic
def save_wording(*, writing: Suggestion | Comment, by: User, wording: str) -> None:
    """Keep a wording without what could tell who wrote it; an empty one takes it back."""
    wording = wording.strip()
    changed = type(writing).objects.filter(pk=writing.pk).exclude(safe_wording=wording)
    if changed.update(safe_wording=wording):
        _record(writing, by, "words made safe" if wording else "safe words taken back")


def _record(writing: Suggestion | Comment, by: User, act: str) -> None:
    kind = writing._meta.verbose_name
    audit.record(actor=by, act=act, subject=f"{kind} {writing.pk}", authority=writing.authority)


def _locked_waves() -> list[Wave]:
    """Waves with words to open, so locked that a second opening waits, and casting does not."""
    waiting = Ballot.objects.with_unopened_words().values("participation__wave")
    waves = Wave.objects.filter(pk__in=waiting, key_destroyed_on=None).order_by("pk")
    return list(waves.select_for_update(no_key=True))


def _words_in(
    wave: Wave, *, known: Collection[str], keyring: Keyring
) -> Iterator[tuple[int, Words]]:
    """Ballots of a wave and the words that were in them."""
    try:
        key = keyring.private_key(wave.key_name)
    except KeyMissing:
        # The others are opened all the same: the words of one of them may be a child's call.
        log.exception("words_of_a_wave_cannot_be_opened", wave=wave.slug)
        return
    waiting = Ballot.objects.of_wave(wave).with_unopened_words().values_list("pk", "words")
    for pk, envelope in waiting.iterator(chunk_size=_ROWS_AT_ONCE):
        [content] = opened([bytes(envelope or b"")], key)
        words = _read(content)
        if words is None or words.authority not in known:
            log.warning("words_cannot_be_opened", ballot_id=pk, wave=wave.slug)
        else:
            yield pk, words


def _read(content: bytes | None) -> Words | None:
    try:
        return None if content is None else Words.read(content)
    except ValueError:
        return None

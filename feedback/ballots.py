"""Casting ballots: the only two doors by which an answer comes in."""

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from django.conf import settings

from feedback.envelopes import Answers, Idea, Words
from feedback.errors import NotOpen
from feedback.given import Given
from feedback.models import Ballot, Channel
from surveys import prepared
from surveys.definition import Kind, Survey
from surveys.models import Participation

_ROWS_AT_ONCE = 500
# What Django's `bulk_create` would send, but that it wraps one row in a transaction of its own:
# three journeys to the database instead of one.
_INSERT = (
    "INSERT INTO feedback_ballot (participation_id, channel, once, answers, words) "
    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one family sent.

    Args:
        given: answers and words, read and checked against the participation's version.
        age_version, language: of the page that was answered.
        code: tidied (see `surveys.codes.tidy`); ``None`` for an open link.
        browser: for an open link, the id that the browser made; with ``None`` a repeat
            cannot be recognised.
    """

    given: Given
    age_version: str
    language: str
    code: str | None
    browser: str | None = None


def cast(*, participation: Participation, sent: Sent) -> None:
    """Keep a ballot, unless one with the same *once* waits to be mixed. One INSERT, and no more.

    Whether it was kept is not told, so that nobody can test who has answered. A code that was
    mixed before is kept here and dropped by the mix, which alone can know.

    Args:
        participation: with its wave, authority and version at hand. That its wave is open, and
            that the code is one of its own, is for the door to check; nothing is read here.

    Raises:
        NotOpen: the wave never opened, so there is no key to seal with. Nothing is kept.
    """
    ballot = _ballot(participation, sent)
    prepared.run(
        _INSERT,
        [ballot.participation_id, ballot.channel, ballot.once, ballot.answers, ballot.words],
    )


def cast_many(*, participation: Participation, sent: Iterable[Sent]) -> None:
    """:func:`cast` for many ballots of one participation, in few statements.

    For paper that was typed in, and for the demonstration. Whoever wants all or none wraps it in
    a transaction.

    Raises:
        NotOpen: as for :func:`cast`.
    """
    ballots = (_ballot(participation, each) for each in sent)
    while some := list(islice(ballots, _ROWS_AT_ONCE)):
        _insert(some)


def _insert(ballots: list[Ballot]) -> None:
    Ballot.objects.bulk_create(ballots, ignore_conflicts=True)


def _ballot(participation: Participation, sent: Sent) -> Ballot:
    if participation.wave.public_key is None:
        raise NotOpen
    public_key = bytes(participation.wave.public_key)
    answers = Answers(sent.code or "", sent.age_version, sent.language, sent.given.answers)
    return Ballot(
        participation_id=participation.pk,
        channel=Channel.OPEN if sent.code is None else Channel.INVITED,
        once=_once(participation.pk, sent),
        answers=answers.sealed(public_key),
        words=_words(participation, sent.given).sealed(public_key),
    )


def _once(participation_id: int, sent: Sent) -> bytes:
    """32 bytes, the same for a second ballot of the same family, that only our key can make."""
    if sent.code is not None:
        who = f"code:{sent.code}"
    else:
        who = f"open:{participation_id}:{sent.browser or secrets.token_hex(16)}"
    return hmac.digest(settings.HEARD_ONCE_KEY, who.encode(), "sha256")


def _words(participation: Participation, given: Given) -> Words:
    """Free text with topics and the authority, nothing else. Nothing written is sealed as well."""
    authority = participation.authority.gss_code
    if not given.words:
        return Words(authority)
    survey = participation.version.definition
    written = [
        (item, text)
        for item in survey.items
        if item.kind is Kind.WORDS and (text := given.words.get(item.code, "").strip())
    ]
    return Words(
        authority=authority,
        ideas=tuple(
            Idea(text, _topics(survey, item.code, given.answers))
            for item, text in written
            if item.suggestion
        ),
        comments=tuple(text for item, text in written if not item.suggestion),
    )


def _topics(survey: Survey, idea: str, answers: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(
        topic
        for item in survey.items
        if item.topics_of == idea
        for topic in answers.get(item.code, ())
    )

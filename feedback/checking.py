"""Which ballots count: opened with the wave's key, and each code or browser once."""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from nacl.public import PrivateKey

from feedback.envelopes import Answers, opened
from feedback.models import Channel, UsedOnce
from feedback.querysets import BallotQuerySet
from feedback.replies import Reply
from surveys.inviting import digest_of
from surveys.models import Invitation

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A ballot whose answers could be read."""

    pk: int
    participation_id: int
    once: bytes
    inside: Answers


@dataclass(frozen=True, slots=True)
class Valid:
    """A ballot that counts: its reply, and the invitation that it spends (none by an open link)."""

    ballot: Opened
    reply: Reply
    invitation_id: int | None = None


def opened_ballots(ballots: BallotQuerySet, *, key: PrivateKey) -> list[Opened]:
    """What is in the answers envelopes of these ballots.

    One that is damaged is left out and stays where it is: it blocks nobody, and it is not lost
    for as long as somebody may yet find out what happened to it.
    """
    rows = list(ballots.values_list("pk", "participation_id", "once", "answers"))
    found = []
    contents = opened((bytes(answers) for *_, answers in rows), key)
    for (pk, participation_id, once, _), content in zip(rows, contents, strict=True):
        inside = _answers(content)
        if inside is None:
            log.warning("ballot_cannot_be_opened", ballot_id=pk, participation_id=participation_id)
        else:
            found.append(Opened(pk, participation_id, bytes(once), inside))
    return found


def valid_ballots(ballots: Iterable[Opened], *, channel: str) -> list[Valid]:
    """Those that count. Their order tells nothing and is not to be relied on."""
    return _invited(ballots) if channel == Channel.INVITED else _first_by_open_link(ballots)


def _answers(content: bytes | None) -> Answers | None:
    try:
        return None if content is None else Answers.read(content)
    except ValueError:
        return None


def _invited(ballots: Iterable[Opened]) -> list[Valid]:
    """Those whose invitation is known, unspent and to the participation they were cast in."""
    by_digest = {digest_of(ballot.inside.code): ballot for ballot in ballots}
    unspent = Invitation.objects.filter(digest__in=by_digest, spent=False).values_list(
        "digest", "pk", "participation_id", "setting__code"
    )
    return [
        Valid(ballot, _reply(ballot, setting or ""), invitation_id)
        for digest, invitation_id, participation_id, setting in unspent
        if (ballot := by_digest[bytes(digest)]).participation_id == participation_id
    ]


def _first_by_open_link(ballots: Iterable[Opened]) -> list[Valid]:
    """Those of which no mix has seen the *once*."""
    by_once = {ballot.once: ballot for ballot in ballots}
    used = UsedOnce.objects.filter(once__in=by_once).values_list("once", flat=True)
    for once in used:
        del by_once[bytes(once)]
    return [Valid(ballot, _reply(ballot, "")) for ballot in by_once.values()]


def _reply(ballot: Opened, setting: str) -> Reply:
    inside = ballot.inside
    return Reply(inside.age_version, inside.language, setting, inside.chosen)

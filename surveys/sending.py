"""Mailings: a round of messages that somebody starts, pauses, stops, and sees the counts of.

What is here is for people and for the sender's receipts; the worker's part is in `delivering`. No
count tells of anybody whether they answered: who was left out of a reminder, because their code was
spent at a mix, counts as handled like everybody to whom it went.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import SystemRandom
from typing import Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet

from authorities import audit
from authorities.models import User
from surveys import burden, enveloping
from surveys.errors import Refused
from surveys.models import Dispatch, Envelope, Mailing, Participation, Way
from surveys.signals import mailing_started

Kind = Mailing.Kind
_Is = Dispatch.State
UNDER_WAY: Final = (Mailing.State.WAITING, Mailing.State.SENDING, Mailing.State.PAUSED)

# A family that did not answer two reminders does not want to: a third one is harassment.
MOST_REMINDERS: Final = 2
BETWEEN: Final = timedelta(days=3)

# An envelope whose message came so far is not sent that message again.
_REACHED: Final = (_Is.SENDING, _Is.HANDLED, _Is.BOUNCED, _Is.DOUBTFUL, _Is.OPTED_OUT)
# What is ended has one time and no attempts, so that nothing tells who was left out of a reminder.
ENDED_AT: Final = datetime(1970, 1, 1, tzinfo=UTC)
ENDED: Final[Mapping[str, object]] = {"claim": None, "attempts": 0, "due_at": ENDED_AT}
_ROWS_AT_ONCE: Final = 1_000
# How long to wait before a message that its sender never sent goes again, the first time and each
# time after. Then it is given up: a sender that cannot send it for three days will not.
AGAIN_AFTER: Final = (timedelta(0), timedelta(hours=1), timedelta(hours=8), timedelta(days=2))


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a mailing is. ``handled`` is sent, or left out; ``waiting`` is still to be sent."""

    total: int
    waiting: int
    handled: int
    bounced: int
    opted_out: int
    not_to_be_asked: int
    doubtful: int
    failed: int


@transaction.atomic
def start(
    *,
    participation: Participation,
    kind: str,
    ways: Collection[str],
    now: datetime,
    today: date,
    by: User,
) -> Mailing:
    """Start a mailing, to be done by the sending worker after commit.

    Args:
        ways: those in which the sender that is set up reaches people; none where there is none.

    Raises:
        Refused: families cannot answer here now, another wave asked them less than a year ago,
            there is nobody to write to, another mailing is under way, or reminders would be too
            many or too soon.
    """
    if not ways:
        raise Refused(
            "No messages are sent from here: no sender is set up (HEARD_SENDER). What was uploaded "
            "stays sealed meanwhile."
        )
    _refuse_if_not_open(participation, today=today)
    if kind == Kind.REMINDER:
        _refuse_too_many(participation, now=now)
    else:
        burden.refuse_too_soon(participation, today=today)
    if not wanted(participation, kind, ways).exists():
        raise Refused(
            "There is nobody to write to: everybody on your lists has had this message, asked for "
            "no more, or cannot be reached in this way."
        )
    try:
        with transaction.atomic():
            mailing = Mailing.objects.create(
                participation=participation, kind=kind, asked_by=by, asked_at=now, due_at=now
            )
    except IntegrityError:
        raise Refused(
            "Messages are being sent already. Wait until they are, or stop them."
        ) from None
    _record("mailing started", mailing, by)
    transaction.on_commit(partial(mailing_started.send_robust, Mailing))
    return mailing


@transaction.atomic
def address(mailing_id: int, *, ways: Collection[str]) -> bool:
    """Write down every message of a mailing that waits. May be called twice.

    Returns:
        Whether this call did it.
    """
    waiting = Mailing.objects.select_for_update().filter(pk=mailing_id, state="waiting")
    mailing = waiting.select_related("participation").first()
    if mailing is None:
        return False
    envelopes = list(wanted(mailing.participation, mailing.kind, ways).values_list("pk", flat=True))
    SystemRandom().shuffle(envelopes)
    Dispatch.objects.bulk_create(
        (Dispatch(mailing=mailing, envelope_id=each, due_at=mailing.due_at) for each in envelopes),
        batch_size=_ROWS_AT_ONCE,
    )
    Mailing.objects.filter(pk=mailing.pk).update(state="sending", total=len(envelopes))
    return True


def pause(*, mailing: Mailing, by: User) -> None:
    """Nothing more goes out from within a few seconds on, until it is resumed."""
    _move(mailing, ("waiting", "sending"), "paused", "mailing paused", by)


def resume(*, mailing: Mailing, by: User) -> None:
    addressed = Dispatch.objects.filter(mailing=mailing).exists()
    _move(mailing, ("paused",), "sending" if addressed else "waiting", "mailing resumed", by)


@transaction.atomic
def stop(*, mailing: Mailing, now: datetime, by: User) -> None:
    """End it: what has not gone out will not. May be called twice."""
    if _move(mailing, UNDER_WAY, "stopped", "mailing stopped", by):
        Mailing.objects.filter(pk=mailing.pk).update(ended_at=now)
    recount(mailing.pk)


@transaction.atomic
def decide_doubtful(*, mailing: Mailing, again: bool, now: datetime, by: User) -> int:
    """Send the doubtful ones once more, or take them as sent. How many those were.

    A person decides, because the sender itself cannot tell: some families will have it twice, or
    some will not have it at all.

    Raises:
        Refused: the mailing was stopped, so nothing of it is sent again.
    """
    if again and Mailing.objects.filter(pk=mailing.pk, state="stopped").exists():
        raise Refused("This mailing was stopped. Start a new one: it leaves out who was reached.")
    doubtful = Dispatch.objects.filter(mailing=mailing, state=_Is.DOUBTFUL)
    if not again:
        decided = doubtful.update(state=_Is.HANDLED, **ENDED)
    else:
        decided = doubtful.update(state=_Is.WAITING, claim=None, attempts=0, due_at=now)
    if decided:
        if again:  # from now on the year is counted until families are asked again
            Mailing.objects.filter(pk=mailing.pk).exclude(ended_at=None).update(ended_at=now)
        _record("doubtful messages sent again" if again else "doubtful messages left", mailing, by)
    recount(mailing.pk)
    return decided


def counts_of(mailing: Mailing) -> Counts:
    """As of now, from its messages; as they were last, where these are destroyed. One query."""
    found = Dispatch.objects.filter(mailing=mailing).values_list("state").annotate(Count("pk"))
    tally: Counter[str] = Counter(dict(found))
    if not tally:
        ended = mailing.handled + mailing.bounced + mailing.opted_out + mailing.not_to_be_asked
        left = mailing.total - ended - mailing.doubtful - mailing.failed
        return Counts(
            mailing.total, left, mailing.handled, mailing.bounced, mailing.opted_out,
            mailing.not_to_be_asked, mailing.doubtful, mailing.failed,
        )  # fmt: skip
    return Counts(
        total=tally.total(),
        waiting=tally[_Is.WAITING] + tally[_Is.SENDING],
        handled=tally[_Is.HANDLED],
        bounced=tally[_Is.BOUNCED],
        opted_out=tally[_Is.OPTED_OUT],
        not_to_be_asked=tally[_Is.NOT_TO_BE_ASKED],
        doubtful=tally[_Is.DOUBTFUL],
        failed=tally[_Is.FAILED],
    )


def recount(mailing_id: int) -> None:
    """Keep the counts of a mailing on it, for pages that look at many."""
    mailing = Mailing.objects.get(pk=mailing_id)
    counts = counts_of(mailing)
    Mailing.objects.filter(pk=mailing_id).update(
        total=counts.total,
        handled=counts.handled,
        bounced=counts.bounced,
        opted_out=counts.opted_out,
        not_to_be_asked=counts.not_to_be_asked,
        doubtful=counts.doubtful,
        failed=counts.failed,
    )
    # Which went by what is forgotten with the envelopes; so the last count stays.
    if Dispatch.objects.filter(mailing=mailing_id).exists():
        texts = Dispatch.objects.filter(mailing=mailing_id, envelope__way=Way.TEXT)
        gone_out = texts.filter(state__in=(_Is.HANDLED, _Is.BOUNCED, _Is.DOUBTFUL))
        Mailing.objects.filter(pk=mailing_id).update(by_text=gone_out.count())


def recount_all() -> None:
    """Of every mailing that has messages: receipts come for days after the last one was sent."""
    for mailing_id in Dispatch.objects.order_by().values_list("mailing", flat=True).distinct():
        recount(mailing_id)


def receipt(*, reference: str, delivered: bool, never_sent: bool, now: datetime) -> bool:
    """Note what the sender says of a message in the end. In any order, and as often as it likes.

    That it could not be delivered stays said. One that the sender itself never sent goes again a
    few times, under a new reference; so the old one's receipt, should it come twice, is nobody's
    any more.

    Args:
        reference: as we gave it, or anything.

    Returns:
        Whether it is a message of ours.
    """
    try:
        ours = Dispatch.objects.filter(reference=UUID(reference))
    except ValueError:
        return False
    open_ones = ours.filter(state__in=(_Is.WAITING, _Is.SENDING, _Is.HANDLED, _Is.DOUBTFUL))
    known = ours.exists()
    if never_sent:
        _again(open_ones.exclude(state=_Is.DOUBTFUL), now=now)
    elif delivered:
        open_ones.exclude(state=_Is.HANDLED, returned=0).update(
            state=_Is.HANDLED, returned=0, **ENDED
        )
    else:
        open_ones.update(state=_Is.BOUNCED, returned=0, **ENDED)
    return known


def wanted(participation: Participation, kind: str, ways: Collection[str]) -> QuerySet[Envelope]:
    """The envelopes that a mailing of this kind, started now, would go to."""
    here = Envelope.objects.filter(participation=participation, way__in=ways)
    invited = Dispatch.objects.filter(
        mailing__participation=participation, mailing__kind=Kind.INVITATION
    )
    if kind == Kind.INVITATION:
        return here.exclude(pk__in=invited.filter(state__in=_REACHED).values("envelope"))
    got_it = invited.filter(state__in=(_Is.HANDLED, _Is.DOUBTFUL))
    lost = Dispatch.objects.filter(
        mailing__participation=participation, state__in=(_Is.BOUNCED, _Is.OPTED_OUT)
    )
    return here.filter(pk__in=got_it.values("envelope")).exclude(pk__in=lost.values("envelope"))


def _again(messages: QuerySet[Dispatch], *, now: datetime) -> None:
    """Let a message that its sender never sent go again, or give it up.

    `attempts` is emptied whenever a message is handed over, so that this has a count of its own.
    """
    for message in messages:
        returned = message.returned
        ours = messages.filter(returned=returned)  # of two receipts at once, one counts
        if returned >= len(AGAIN_AFTER):
            ours.update(state=_Is.FAILED, returned=0, **ENDED)
        else:
            due_at = now + AGAIN_AFTER[returned]
            ours.update(
                state=_Is.WAITING,
                claim=None,
                due_at=due_at,
                reference=uuid4(),
                returned=returned + 1,
            )


@transaction.atomic
def _move(mailing: Mailing, from_states: Collection[str], to: str, act: str, by: User) -> bool:
    """One conditional UPDATE, so that of two who press at once one does it, and once."""
    moved = Mailing.objects.filter(pk=mailing.pk, state__in=from_states).update(state=to)
    if moved:
        _record(act, mailing, by)
    return bool(moved)


def _refuse_if_not_open(participation: Participation, *, today: date) -> None:
    enveloping.refuse_if_not_asking(participation, today=today)
    opened, opens_on = participation.opened_on, participation.wave.opens_on
    if opened is None or opened > today or opens_on > today:
        raise Refused(
            f"Families in {participation.authority} cannot answer yet, so nobody is written to. "
            f"The first day is {opens_on}, once a national administrator has opened it."
        )


def _refuse_too_many(participation: Participation, *, now: datetime) -> None:
    before = Mailing.objects.filter(participation=participation)
    reminders = before.filter(kind=Kind.REMINDER).exclude(total=0).count()
    if reminders >= MOST_REMINDERS:
        raise Refused(
            f"Families had {MOST_REMINDERS} reminders. Who did not answer does not want to."
        )
    last = before.exclude(total=0).order_by("-asked_at").first()
    if last is not None and last.asked_at > now - BETWEEN:
        raise Refused(
            f"The last messages went less than {BETWEEN.days} days ago. Give families time."
        )


def _record(act: str, mailing: Mailing, by: User) -> None:
    participation = mailing.participation
    subject = f"{mailing.kind} {mailing.pk} of {participation.wave.slug}"
    audit.record(actor=by, act=act, subject=subject, authority=participation.authority)

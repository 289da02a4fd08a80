"""The sending worker: opens envelopes, looks who is not to be asked, hands messages over.

Each message goes to its address once. It is claimed by a conditional UPDATE before it is handed
over, and from then until its outcome is kept it is *sending*: should the worker die, the sender be
silent or the network break in between, nobody knows whether it went. So whatever is found in that
state when its lease is over is asked about by its reference. A sender that has it is not given it
again, one that never heard of it is, and where the sender itself cannot tell (a mail server) the
message is listed as doubtful and a person decides.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import structlog
from django.db.models import F, QuerySet

from surveys import do_not_contact, inviting, pacing, sealing, sending, texts
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Dispatch, DoNotContact, Invitation, Mailing
from surveys.sealing import Content
from surveys.senders import Fate, Outcome, Parcel, Sender
from surveys.sending import ENDED
from surveys.texts import Facts

log = structlog.get_logger(__name__)

_Is = Dispatch.State

# A message that could not be sent for this often is given up. With the waits between, two days.
MOST_ATTEMPTS: Final = 50
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(hours=1)
_FOR_EACH_AT_ONCE: Final = 12  # messages claimed for each that is handed over at the same time
_SECONDS_OF_PLACES: Final = 3.0
_LOOK_AGAIN: Final = timedelta(seconds=2)  # for what began, was paused, or is unsure
_GATHER: Final = 0.25  # seconds, so that outcomes are kept some at a time


@dataclass(frozen=True, slots=True)
class Desk:
    """What the sending worker works with.

    Args:
        rate: messages in a second, for all workers together.
        patience: how long the sender is waited for, at most.
        name, site: of the platform, as families see them.
        simulated: whether it sends for simulated waves alone, of which nothing ever leaves; else
            for all the others.
        clock: what the time is.
        sleep: waits for some seconds.
        today: the date where the families are.
    """

    sender: Sender
    keyring: Keyring
    rate: int
    patience: timedelta
    name: str
    site: str
    today: date
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    simulated: bool = False

    @property
    def lease(self) -> timedelta:
        """For how long a claim is good. What is asked about is older than this, so that a message
        which the sender still digests is not taken for one that it never got."""
        return 3 * self.patience


@dataclass(frozen=True, slots=True)
class _Work:
    """One claimed message with what was in its envelope; it is in no log and no ``repr``."""

    dispatch: Dispatch
    content: Content | None = field(repr=False)

    @property
    def authority_id(self) -> int:
        return self.dispatch.mailing.participation.authority_id

    @property
    def digests(self) -> list[bytes]:
        """Of the address that it goes to, then of the family's other one, where there is one."""
        envelope = self.dispatch.envelope
        both = (envelope.address_digest, envelope.other_digest)
        return [bytes(each) for each in both if each is not None]


@dataclass(frozen=True, slots=True)
class _Quiet:
    """What is left out of a reminder, and those claimed with it that go.

    Its rows are written with some that went, in one statement; where none of those claimed with it
    went, because the sender is away, it waits as they do. Else what is handled while nothing can be
    sent would be those who answered.
    """

    works: Sequence[_Work]
    beside: Collection[Future[Outcome]]

    def outcome(self, landed: Collection[Outcome], *, over: bool, away: float) -> Outcome | None:
        """What is kept of it; ``None`` while that is open.

        Args:
            landed: outcomes that are kept in the same statement.
            over: whether nothing more goes in this run.
            away: seconds of the pause that the sender took in this run; 0 where it took none.
        """
        if any(each.fate == Fate.SENT for each in landed):
            return Outcome(Fate.SENT)
        if self.beside and all(each.done() for each in self.beside):
            pause = max(each.result().pause for each in self.beside)
            return Outcome(Fate.LATER, pause=pause, away=True)
        if not over:
            return None
        return Outcome(Fate.LATER, pause=away, away=True) if away else Outcome(Fate.SENT)


@dataclass(frozen=True, slots=True)
class _InFlight:
    """What was handed to the threads and has no outcome kept yet."""

    desk: Desk
    pool: ThreadPoolExecutor
    going: dict[Future[Outcome], _Work] = field(default_factory=dict)
    quiet: list[_Quiet] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)  # of a sender that was away

    @property
    def has_room(self) -> bool:
        """Whether more should be claimed. Of one that cannot be asked, one after the other."""
        asked = self.desk.sender.can_be_asked
        return len(self.going) < (2 * self.desk.sender.at_once if asked else 1)

    def land(self, *, wait: float | None) -> int:
        """Keep the outcomes there are after some seconds; of all, without a limit. How many."""
        done, _ = wait_for(self.going, timeout=wait)
        outcomes = [(each.result(), self.going.pop(each)) for each in done]
        landed = [outcome for outcome, _ in outcomes]
        self.pauses.extend(each.pause for each in landed if each.away)
        away = max(self.pauses, default=0.0)
        for each in list(self.quiet):
            kept = each.outcome(landed, over=wait is None, away=away)
            if kept is not None:
                self.quiet.remove(each)
                outcomes += [(kept, work) for work in each.works]
        _keep(self.desk, outcomes)
        return len(outcomes)


def send_for(desk: Desk, *, until: datetime) -> int:
    """Send what is due until this time, or until nothing is.

    One worker does so at a time; any other goes away at once. Safe to be killed at any moment.

    Returns:
        How many messages were handed over or asked about.
    """
    holder = uuid4()
    if not pacing.take_seat(holder, now=desk.clock()):
        return 0
    done = 0
    with ThreadPoolExecutor(desk.sender.at_once) as pool:
        flight = _InFlight(desk, pool)
        try:
            while desk.clock() < until and pacing.keep_seat(holder, now=desk.clock()):
                these = _for_a_while(flight)
                done += these
                if not these and not flight.going:
                    break
        finally:
            flight.land(wait=None)
            desk.sender.close()
            pacing.leave_seat(holder, now=desk.clock())
    _count_what_moved(desk)
    return done


def _for_a_while(flight: _InFlight) -> int:
    """Begin what waits, clear up what is unsure, and send for a second or two."""
    desk, began = flight.desk, flight.desk.clock()
    for mailing_id in _due_to_begin(desk):
        sending.address(mailing_id, ways=desk.sender.ways)
    # Also of those that are paused or were stopped: to ask is not to send.
    unsure = _mailings(desk, ("sending", "done", "paused", "stopped"))
    done = _clear_up(desk, flight.pool, unsure)
    going = _mailings(desk, ("sending", "done"))
    while desk.clock() < began + _LOOK_AGAIN:
        more = _send_some(flight, going) if flight.has_room else 0
        landed = flight.land(wait=_GATHER)
        done += landed
        if not more and not landed:
            break
    _count_what_moved(desk)
    return done


def _due_to_begin(desk: Desk) -> list[int]:
    waiting = Mailing.objects.filter(state="waiting", due_at__lte=desk.clock())
    ours = waiting.filter(participation__wave__simulated=desk.simulated)
    return list(ours.values_list("pk", flat=True))


def _mailings(desk: Desk, states: Collection[str]) -> list[int]:
    """Ids of mailings in these states whose families may still answer."""
    found = Mailing.objects.filter(
        state__in=states,
        participation__wave__closes_on__gte=desk.today,
        participation__wave__simulated=desk.simulated,
    )
    return list(found.values_list("pk", flat=True))


def _claim(state: str, mailings: Sequence[int], *, most: int, desk: Desk) -> UUID | None:
    """Take some messages that are due. Of two who want the same, one gets it: no join, so that
    PostgreSQL looks at the row again after it waited for it."""
    now = desk.clock()
    due = Dispatch.objects.filter(mailing__in=mailings, state=state, due_at__lte=now)
    found = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:most])
    claim = uuid4()
    taken = Dispatch.objects.filter(pk__in=found, state=state, due_at__lte=now).update(
        state=_Is.SENDING,
        claim=claim,
        # To ask is no attempt.
        attempts=F("attempts") + int(state == _Is.WAITING),
        due_at=now + desk.lease,
    )
    return claim if taken else None


def _most(desk: Desk) -> int:
    """How many are claimed together: no more than can be placed soon, and of one that cannot be
    asked only one for each that is sent at once, so that a kill leaves as few doubts as can be."""
    if not desk.sender.can_be_asked:
        return desk.sender.at_once
    return max(1, min(desk.sender.at_once * _FOR_EACH_AT_ONCE, int(desk.rate * _SECONDS_OF_PLACES)))


# --- what is unsure ---------------------------------------------------------------------------


def _clear_up(desk: Desk, pool: ThreadPoolExecutor, mailings: Sequence[int]) -> int:
    """Ask about messages whose lease is over. Of one who cannot be asked, they are doubtful."""
    claim = _claim(_Is.SENDING, mailings, most=_most(desk), desk=desk)
    if claim is None:
        return 0
    ours = list(Dispatch.objects.filter(claim=claim))
    if not desk.sender.can_be_asked:
        _end(ours, _Is.DOUBTFUL)
        return len(ours)
    asked = {pool.submit(desk.sender.ask, str(each.reference)): each for each in ours}
    answers = [(asked[each], each.result().fate) for each in as_completed(asked)]
    by_fate = {fate: [each for each, said in answers if said == fate] for fate in Fate}
    _end(by_fate[Fate.SENT], _Is.HANDLED)
    _end(by_fate[Fate.BOUNCED], _Is.BOUNCED)
    for each in by_fate[Fate.UNKNOWN]:
        # It has waited for as long as its lease already.
        _put_back(each, now=desk.clock(), waited=desk.lease)
    silent = by_fate[Fate.LATER] + by_fate[Fate.UNSURE]
    if silent:
        # It stays unsure, and is asked about again.
        _ours(silent).update(claim=None, due_at=desk.clock() + desk.lease)
    return len(ours) - len(silent)


# --- what waits -------------------------------------------------------------------------------


def _send_some(flight: _InFlight, mailings: Sequence[int]) -> int:
    """Claim some that wait, and hand them to the threads. How many were claimed."""
    desk = flight.desk
    if pacing.wait(now=desk.clock()) > _SECONDS_OF_PLACES:
        # The sender asked for a pause. To claim now would be to hold what cannot be sent.
        return 0
    claim = _claim(_Is.WAITING, mailings, most=_most(desk), desk=desk)
    if claim is None:
        return 0
    works = _opened(desk, claim)
    left = _leave_out(desk, works)
    # A place for each, also for those that are left out: how fast it goes tells nothing of them.
    first = pacing.places(max(1, len(works)), rate=desk.rate, now=desk.clock())
    beside = set()
    for number, work in enumerate(works):
        if work.dispatch.pk not in left:
            place = first + timedelta(seconds=number / desk.rate)
            handed = flight.pool.submit(_hand_over, desk, work, place)
            flight.going[handed] = work
            beside.add(handed)
    if quiet := [work for work in works if left.get(work.dispatch.pk) == _Is.HANDLED]:
        flight.quiet.append(_Quiet(quiet, beside))
    return max(1, len(works))


def _opened(desk: Desk, claim: UUID) -> list[_Work]:
    """The claimed messages with what is in their envelopes. Without its wave's key none is sent."""
    found = Dispatch.objects.filter(claim=claim).select_related(
        "envelope", "mailing__participation__wave"
    )
    by_key: defaultdict[str, list[Dispatch]] = defaultdict(list)
    for dispatch in found:
        by_key[dispatch.mailing.participation.wave.sending_key_name].append(dispatch)
    works: list[_Work] = []
    for name, dispatches in by_key.items():
        try:
            key = desk.keyring.private_key(name)
        except KeyMissing:
            _without_key(dispatches, now=desk.clock())
            continue
        boxes = (bytes(each.envelope.sealed) for each in dispatches)
        contents = sealing.opened(boxes, key)
        works += [_Work(*pair) for pair in zip(dispatches, contents, strict=True)]
    return works


def _without_key(dispatches: Sequence[Dispatch], *, now: datetime) -> None:
    for each in dispatches:
        _tell(each.mailing, Outcome(Fate.BROKEN, words="The key of the addresses is not here."))
        _put_back(each, now=now)


def _leave_out(desk: Desk, works: Sequence[_Work]) -> Mapping[int, str]:
    """What is not sent, with the state that it ends in; all but those who answered end here."""
    why = do_not_contact.listed(
        [digest for work in works for digest in work.digests],
        authorities={work.authority_id for work in works},
        today=desk.today,
    )
    spent = _spent(works)
    left: dict[int, str] = {}
    for work in works:
        found = (why.get((work.authority_id, digest)) for digest in work.digests)
        entry = next((each for each in found if each is not None), None)
        if entry is not None:
            opted_out = entry == DoNotContact.Why.OPTED_OUT
            left[work.dispatch.pk] = _Is.OPTED_OUT if opted_out else _Is.NOT_TO_BE_ASKED
        elif work.content is None:
            left[work.dispatch.pk] = _Is.FAILED
        elif work.dispatch.mailing.kind == Mailing.Kind.REMINDER and work.content.code in spent:
            left[work.dispatch.pk] = _Is.HANDLED
    for state in set(left.values()) - {_Is.HANDLED}:
        _end([each.dispatch for each in works if left.get(each.dispatch.pk) == state], state)
    return left


def _spent(works: Sequence[_Work]) -> set[str]:
    """Of the codes of reminders those that were marked spent at a mix."""
    codes = {
        inviting.digest_of(work.content.code): work.content.code
        for work in works
        if work.content is not None and work.dispatch.mailing.kind == Mailing.Kind.REMINDER
    }
    if not codes:
        return set()
    found = Invitation.objects.filter(digest__in=list(codes), spent=True)
    return {codes[bytes(digest)] for digest in found.values_list("digest", flat=True)}


def _hand_over(desk: Desk, work: _Work, place: datetime) -> Outcome:
    """In a thread: wait for the place, and send. No database here."""
    if work.content is None:
        raise AssertionError("an envelope that was not opened is never sent")
    if (wait := (place - desk.clock()).total_seconds()) > 0:
        desk.sleep(wait)
    if desk.clock() > work.dispatch.due_at - desk.patience:
        # Its lease is nearly over: another worker might have it before this is through.
        return Outcome(Fate.LATER)
    return desk.sender.send(parcel_of(desk, work.dispatch, work.content))


def parcel_of(desk: Desk, dispatch: Dispatch, content: Content) -> Parcel:
    facts = Facts(desk.name, desk.site, content.code, content.token)
    way = dispatch.envelope.way
    return Parcel(
        way=way,
        address=content.address,
        text=texts.written(dispatch.mailing.kind, way, content.language, facts),
        language=content.language,
        reference=str(dispatch.reference),
        stop=facts.stop,
    )


def _keep(desk: Desk, outcomes: Sequence[tuple[Outcome, _Work]]) -> None:
    """Keep how it went with each; all that were sent in one statement."""
    sent = [work.dispatch for outcome, work in outcomes if outcome.fate == Fate.SENT]
    _end(sent, _Is.HANDLED)
    if pause := max((outcome.pause for outcome, _ in outcomes), default=0):
        pacing.hold_back(desk.clock() + timedelta(seconds=pause))
    for outcome, work in outcomes:
        _tell(work.dispatch.mailing, outcome)
        match outcome.fate:
            case Fate.SENT:
                pass
            case Fate.BOUNCED:
                _end([work.dispatch], _Is.BOUNCED)
            case Fate.UNSURE if not desk.sender.can_be_asked:
                _end([work.dispatch], _Is.DOUBTFUL)
            case Fate.UNSURE:
                _ours([work.dispatch]).update(claim=None)
            case Fate.LATER if outcome.away:
                _wait_out(work.dispatch, outcome, now=desk.clock())
            case _:
                _put_back(work.dispatch, now=desk.clock())


# --- keeping how it went ----------------------------------------------------------------------


def _ours(dispatches: Sequence[Dispatch]) -> QuerySet[Dispatch]:
    """These, as long as they are in our claim: nobody took them after, no receipt came before."""
    return Dispatch.objects.filter(
        pk__in=[each.pk for each in dispatches],
        claim__in={each.claim for each in dispatches},
        state=_Is.SENDING,
    )


def _end(dispatches: Sequence[Dispatch], state: str) -> None:
    if dispatches:
        _ours(dispatches).update(state=state, **ENDED)


def _put_back(dispatch: Dispatch, *, now: datetime, waited: timedelta = timedelta(0)) -> None:
    """It was not sent: again later, or given up."""
    if dispatch.attempts >= MOST_ATTEMPTS:
        _end([dispatch], _Is.FAILED)
        return
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(dispatch.attempts - 1, 12))
    left = max(timedelta(0), wait - waited)
    _ours([dispatch]).update(state=_Is.WAITING, claim=None, due_at=now + left)


def _wait_out(dispatch: Dispatch, outcome: Outcome, *, now: datetime) -> None:
    """The sender took nothing at all: again after the pause, as if it had not been tried."""
    _ours([dispatch]).update(
        state=_Is.WAITING,
        claim=None,
        attempts=F("attempts") - 1,
        due_at=now + timedelta(seconds=outcome.pause),
    )


def _tell(mailing: Mailing, outcome: Outcome) -> None:
    """Say on the mailing what is in the way, or that nothing is any more."""
    if outcome.fate == Fate.BROKEN and mailing.trouble != outcome.words:
        log.error("the sender takes no messages", mailing_id=mailing.pk, why=outcome.words)
    says = outcome.fate in {Fate.BROKEN, Fate.SENT} or (outcome.away and outcome.words)
    if says and mailing.trouble != outcome.words:
        Mailing.objects.filter(pk=mailing.pk).update(trouble=outcome.words)
        mailing.trouble = outcome.words


def _count_what_moved(desk: Desk) -> None:
    """The counts of mailings that are sent, and the end of those of which nothing is left."""
    left = Dispatch.objects.filter(state__in=(_Is.WAITING, _Is.SENDING)).values("mailing")
    going = Mailing.objects.filter(state="sending")
    over = set(going.exclude(pk__in=left).values_list("pk", flat=True))
    for mailing_id in list(going.values_list("pk", flat=True)):
        sending.recount(mailing_id)
        if mailing_id in over:
            ended = Mailing.objects.filter(pk=mailing_id, state="sending")
            ended.update(state="done", ended_at=desk.clock())

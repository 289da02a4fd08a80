"""Telling subscribers that a release is out: a row for each letter, and each letter once.

The rows are written in one transaction with the note that they were, for every published release:
at once by the news that it came out, or else by a sweep. A letter is claimed by a conditional
UPDATE before it is handed over; should the worker die, or the mail server take it and say nothing,
nobody knows whether it went. So what is found like that when its lease is over is listed as
doubtful, never sent again by itself, and a person decides. See `surveys.delivering`, whose promise
this is, and ADR 18.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from analytics import letters, subscribing
from analytics.models import Announcement, Figure, Notice, Release, Subscription
from authorities import audit
from authorities.models import User
from surveys import languages, sealing
from surveys.addresses import EMAIL
from surveys.keyring import Keyring
from surveys.sealing import Content
from surveys.senders import Fate, Outcome, Parcel, Sender
from surveys.texts import Text

log = structlog.get_logger(__name__)

_Is = Notice.State

# Longer than all steps of handing over one letter, each of which a mail server may take
# settings.EMAIL_TIMEOUT seconds for.
LEASE: Final = timedelta(minutes=10)
# With the waits between, nearly two days.
MOST_ATTEMPTS: Final = 50
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)
# An address that was refused for good so often, one letter after the other, is deleted.
MOST_BOUNCES: Final = 3
# What became of a letter is looked at for so long; then only the announcement is kept.
KEPT_FOR: Final = timedelta(days=90)
_SEEN_AT_ONCE: Final = 200
_ROWS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Desk:
    """What a worker writes with; ``clock`` says what the time is."""

    sender: Sender
    keyring: Keyring
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Post:
    """How far the letters about a release are."""

    release: Release
    waiting: int
    sent: int
    bounced: int
    doubtful: int
    failed: int


# --- a release is out --------------------------------------------------------------------------


@transaction.atomic
def announce(release_id: int, *, now: datetime, today: date) -> int:
    """Write a letter for every subscriber to an area that a release tells of. May be called twice.

    Returns:
        How many were written; 0 where they had been before, or the release is not published.
    """
    release = Release.objects.published().filter(pk=release_id).first()
    if release is None:
        return 0
    _, first_time = Announcement.objects.get_or_create(release=release, defaults={"made_on": today})
    if not first_time:
        return 0
    areas = Figure.objects.filter(release=release).values("area")
    confirmed = Subscription.objects.confirmed().filter(area__in=areas)
    # Locked, so that nobody who stops just now is missing when the rows are written.
    theirs = confirmed.select_for_update().order_by("pk").values_list("pk", flat=True)
    notices = [Notice(subscription_id=pk, release=release, due_at=now) for pk in theirs]
    Notice.objects.bulk_create(notices, batch_size=_ROWS_AT_ONCE)
    return len(notices)


def announce_missed(*, now: datetime, today: date) -> int:
    """Announce what is published and was not announced; how many letters were written."""
    known = Announcement.objects.values("release")
    missed = Release.objects.published().exclude(pk__in=known).order_by("published_at", "pk")
    found = list(missed.values_list("pk", flat=True))
    return sum(announce(pk, now=now, today=today) for pk in found)


# --- for people ----------------------------------------------------------------------------------


def posts() -> list[Post]:
    """How far the letters about each release are, the newest release first. Two queries."""
    rows = Notice.objects.exclude(release=None).values_list("release", "state")
    counted: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for pk, state, number in rows.annotate(number=Count("pk")).order_by():
        counted[pk or 0][state] = number
    releases = Release.objects.filter(pk__in=list(counted)).select_related("wave")
    return [_post(each, counted[each.pk]) for each in releases.order_by("-published_at", "-pk")]


def _post(release: Release, number: Mapping[str, int]) -> Post:
    return Post(
        release=release,
        waiting=number[_Is.WAITING] + number[_Is.SENDING],
        sent=number[_Is.SENT],
        bounced=number[_Is.BOUNCED],
        doubtful=number[_Is.DOUBTFUL],
        failed=number[_Is.FAILED],
    )


@transaction.atomic
def send_again(*, release: Release, by: User, now: datetime) -> int:
    """Let what is doubtful or failed of a release go once more; how many letters that is.

    Whoever had a doubtful one gets it twice, so a person decides, and it is in the audit.
    """
    left = Notice.objects.filter(release=release, state__in=(_Is.DOUBTFUL, _Is.FAILED))
    number = left.update(state=_Is.WAITING, attempts=0, due_at=now, claim=None)
    if number:
        audit.record(
            actor=by,
            act="letters to subscribers sent again",
            subject=f"{release.wave.slug}, release {release.number}",
            why=f"{number} that were doubtful or had failed",
        )
    return number


def forget(*, today: date) -> int:
    """Delete letters about releases announced long ago; how many. The announcement stays."""
    old = Announcement.objects.filter(made_on__lt=today - KEPT_FOR).values("release")
    return Notice.objects.filter(release__in=old).delete()[0]


# --- sending -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Run:
    """One run of a worker, which makes the words about an area once.

    Args:
        seen: ids of letters that waited when it last looked: to look each time would be to sort
            all that wait for every one that goes.
    """

    desk: Desk
    seen: deque[int] = field(default_factory=deque)
    said: dict[tuple[int, str], letters.Told | None] = field(default_factory=dict)

    def parcel(self, notice: Notice) -> Parcel | None:
        """What is handed over; ``None`` where the address does not open, or nothing is told."""
        content = self._opened(notice)
        text = None if content is None else self._text(notice, content.token)
        if content is None or text is None:
            return None
        return Parcel(
            way=EMAIL,
            address=content.address,
            text=text,
            language=languages.ENGLISH,
            reference=str(notice.reference),
            stop=letters.stop_link(content.token),
        )

    def _opened(self, notice: Notice) -> Content | None:
        key = self.desk.keyring.private_key(subscribing.KEY_NAME)
        [content] = sealing.opened([bytes(notice.subscription.sealed)], key)
        return content

    def _text(self, notice: Notice, token: str) -> Text | None:
        area, release = notice.subscription.area, notice.release
        if release is None:
            name = subscribing.name_of_area(area)
            confirmed = notice.subscription.confirmed_on is not None
            if name is None:
                return None
            return letters.to_confirm(area=name, token=token, confirmed=confirmed)
        if (release.pk, area) not in self.said:
            self.said[release.pk, area] = letters.told(release, area)
        told = self.said[release.pk, area]
        if told is None:
            return None
        return letters.of_news(told, release, corrects=release.number > 1, token=token)


def send_for(desk: Desk, *, until: datetime) -> int:
    """Send what is due until this time, or until nothing is, letters to confirm first.

    Safe from many workers at once, and to be killed at any moment.

    Returns:
        How many were handed over.

    Raises:
        KeyMissing: the subscribers' key is not here. What was claimed waits again.
    """
    _list_doubtful(now=desk.clock())
    run, done = _Run(desk), 0
    try:
        while desk.clock() < until and (notice := _claimed(run)):
            outcome = _handed_over(run, notice)
            _keep(notice, outcome, now=desk.clock())
            done += 1
            if outcome.pause or outcome.fate is Fate.BROKEN:
                break
    finally:
        desk.sender.close()
    return done


def _list_doubtful(*, now: datetime) -> None:
    """What was in hand when its lease ended may have gone, and a mail server cannot be asked."""
    left = Notice.objects.filter(state=_Is.SENDING, due_at__lte=now)
    if number := left.update(state=_Is.DOUBTFUL, claim=None):
        log.warning("letters to subscribers are doubtful", number=number)


def _claimed(run: _Run) -> Notice | None:
    """One letter that is due. Of two who want the same, one gets it: no join in the UPDATE."""
    now = run.desk.clock()
    due = Notice.objects.filter(state=_Is.WAITING, due_at__lte=now)
    while True:
        if not run.seen:
            first = due.order_by(F("release").asc(nulls_first=True), "due_at", "pk")
            run.seen.extend(first.values_list("pk", flat=True)[:_SEEN_AT_ONCE])
        if not run.seen:
            return None
        pk, claim = run.seen.popleft(), uuid4()
        taken = due.filter(pk=pk).update(
            state=_Is.SENDING, claim=claim, attempts=F("attempts") + 1, due_at=now + LEASE
        )
        if taken and (notice := _taken(pk, claim)):
            return notice


def _taken(pk: int, claim: UUID) -> Notice | None:
    """It with all that is needed, unless its subscriber stopped in this moment."""
    ours = Notice.objects.filter(pk=pk, claim=claim)
    return ours.select_related("subscription", "release__wave").first()


def _handed_over(run: _Run, notice: Notice) -> Outcome:
    try:
        parcel = run.parcel(notice)
    except Exception:
        # Nothing was sent, so it is not in doubt; and it does not hold up the others.
        _put_back(notice, now=run.desk.clock())
        raise
    if parcel is None:
        log.error("a letter to a subscriber cannot be written", notice_id=notice.pk)
        return Outcome(Fate.UNKNOWN)
    return run.desk.sender.send(parcel)


def _keep(notice: Notice, outcome: Outcome, *, now: datetime) -> None:
    """Write down how it went with a letter, and what follows for its subscription."""
    if outcome.fate is Fate.BROKEN:
        log.error("the mail server takes no letters to subscribers", why=outcome.words)
    match outcome.fate:
        case Fate.SENT:
            _end(notice, _Is.SENT)
            if notice.release_id is not None and notice.subscription.bounces:
                _subscription(notice).update(bounces=0)
        case Fate.BOUNCED:
            _end(notice, _Is.BOUNCED)
            _bounced(notice)
        case Fate.UNSURE:
            _end(notice, _Is.DOUBTFUL)
        case Fate.UNKNOWN:
            _end(notice, _Is.FAILED)
        case Fate.LATER | Fate.BROKEN:
            _put_back(notice, now=now)


def _bounced(notice: Notice) -> None:
    """No such address: forgotten at once if it was never confirmed, else after some in a row."""
    theirs = _subscription(notice)
    theirs.update(bounces=F("bounces") + 1)
    theirs.filter(Q(confirmed_on=None) | Q(bounces__gte=MOST_BOUNCES)).delete()


def _put_back(notice: Notice, *, now: datetime) -> None:
    """It was not sent: again later, or given up."""
    if notice.attempts >= MOST_ATTEMPTS:
        _end(notice, _Is.FAILED)
        return
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(notice.attempts - 1, 12))
    _ours(notice).update(state=_Is.WAITING, claim=None, due_at=now + wait)


def _end(notice: Notice, state: Notice.State) -> None:
    _ours(notice).update(state=state, claim=None)


def _ours(notice: Notice) -> QuerySet[Notice]:
    """The letter, as long as it is in our claim."""
    return Notice.objects.filter(pk=notice.pk, claim=notice.claim, state=_Is.SENDING)


def _subscription(notice: Notice) -> QuerySet[Subscription]:
    return Subscription.objects.filter(pk=notice.subscription_id)

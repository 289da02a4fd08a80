"""Mixing: ballots are opened, checked, shuffled, and kept as one sealed batch of replies.

After a mix nothing joins a reply to an invitation: the replies are in random order inside a sealed
blob, the ballots are gone, and the invitations became spent all in one statement.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from random import SystemRandom

from django.db import transaction
from django.db.models import Q

from authorities.areas import ENGLAND
from feedback.batching import keep
from feedback.checking import Valid, opened_ballots, valid_ballots
from feedback.envelopes import unsealed
from feedback.errors import Destroyed, Unopenable
from feedback.models import Ballot, Batch, Channel, UsedOnce
from feedback.querysets import BallotQuerySet
from feedback.replies import Replies
from feedback.shuffling import shuffled
from surveys.definition import Survey
from surveys.keyring import Keyring
from surveys.models import Participation, Wave

# So many replies in one batch at most: a bound on a worker's memory and on the time for which one
# box is locked.
LARGEST = 5_000

# Words are opened on the day after they were written, or the day after that. What is still sealed
# a week after closing is damaged, and the others need not wait for it.
PATIENCE = timedelta(days=7)


@transaction.atomic
def mix_box(
    *, participation: Participation, channel: str, today: date, keyring: Keyring
) -> Batch | None:
    """Mix the ballots of a box (a participation and a channel), if enough are ready.

    While the wave is open: at least ``k`` are taken and ``k`` left behind, at random, at most once
    a day. When it has closed: all that are left, once every word in the box was opened. Ballots
    that do not count (see `feedback.checking`) do not count towards ``k`` either; they go when the
    others are mixed.

    Args:
        channel: a value of `Channel`; the two are never merged.
        today: the date where the families are; the batch has no finer time than this.
        keyring: holds the wave's private key. Only a worker has one.

    Returns:
        The batch, or ``None`` if too few are ready. Either way it may be called again; a closed
        box of more than :data:`LARGEST` needs it.

    Raises:
        KeyMissing: the wave's key is not here, or was destroyed. Nothing has changed.
    """
    [box] = _locked([participation.pk])
    wave, closed = box.wave, box.wave.closes_on < today
    in_box = Ballot.objects.in_box(box, channel)
    if _words_are_coming(in_box, wave, today=today) if closed else _mixed_on(today, box, channel):
        return None
    ready = in_box.with_opened_words()
    number_ready = ready.count()
    if not how_many(number_ready, k=wave.k, to_the_last=closed):
        return None
    whole = number_ready <= LARGEST + wave.k
    seen = ready if whole else _some_of(ready, LARGEST + wave.k)
    ballots = opened_ballots(seen, key=keyring.private_key(wave.key_name))
    valid = shuffled(valid_ballots(ballots, channel=channel))
    number = how_many(len(valid), k=wave.k, to_the_last=closed and whole)
    if not number:
        return None
    staying = {each.ballot.pk for each in valid[number:]}
    return keep(
        Batch(wave=wave, participation=box, area=box.authority.gss_code, channel=channel),
        taken=valid[:number],
        ballots=[ballot for ballot in ballots if ballot.pk not in staying],
        survey=box.version.definition,
        today=today,
    )


def mix_remainders(*, wave: Wave, today: date, keyring: Keyring) -> list[Batch]:
    """Mix what the boxes of a closed wave have left with others of their region, else of England.

    Boxes that have enough of their own are mixed first, if nobody did yet. What is too few even
    for England stays sealed until it is destroyed. May be called again, and by two at once.

    Returns:
        The batches of regions and of England; none while the wave is open, or while words are
        still to be opened.

    Raises:
        KeyMissing: the wave's key is not here, or was destroyed.
    """
    ballots = Ballot.objects.of_wave(wave)
    if wave.closes_on >= today or _words_are_coming(ballots, wave, today=today):
        return []
    for participation_id, channel in boxes_due(today=today, ballots=ballots):
        mix_to_the_end(participation_id, channel, today=today, keyring=keyring)
    made = [
        _mix_area(wave=wave, area=area, boxes=boxes, channel=channel, today=today, keyring=keyring)
        for channel in Channel.values
        for area, boxes in _areas(wave)
    ]
    _forget_open_links(wave)
    return [batch for batch in made if batch is not None]


def mix_due(*, today: date, keyring: Keyring) -> int:
    """Mix every box that is due, then the remainders of closed waves.

    Returns:
        How many batches were made.

    Raises:
        KeyMissing: a wave's key is not here. The boxes before it were mixed.
    """
    made = [
        mix_to_the_end(participation_id, channel, today=today, keyring=keyring)
        for participation_id, channel in boxes_due(today=today)
    ]
    made += [
        mix_remainders(wave=wave, today=today, keyring=keyring)
        for wave in waves_with_remainders(today=today)
    ]
    return sum(map(len, made))


def mix_to_the_end(
    participation_id: int, channel: str, *, today: date, keyring: Keyring
) -> list[Batch]:
    """:func:`mix_box` until it gives no more: only a closed box of very many gives twice."""
    mix = partial(
        mix_box,
        participation=Participation(pk=participation_id),
        channel=channel,
        today=today,
        keyring=keyring,
    )
    return list(iter(mix, None))


def boxes_due(*, today: date, ballots: BallotQuerySet | None = None) -> list[tuple[int, str]]:
    """Participation and channel of each box that may have enough to mix; `mix_box` decides.

    Args:
        ballots: look at the boxes of these only; else at all.
    """
    boxes = (Ballot.objects.all() if ballots is None else ballots).boxes()
    return [
        (participation_id, channel)
        for participation_id, channel, closes_on, k, number in boxes
        if how_many(number, k=k, to_the_last=closes_on < today)
    ]


def waves_with_remainders(*, today: date) -> list[Wave]:
    """Closed waves that have ballots left, or open links still to be forgotten."""
    return list(
        Wave.objects.closed_on(today)
        .filter(key_destroyed_on=None)
        .filter(
            Q(pk__in=Ballot.objects.values("participation__wave"))
            | Q(pk__in=UsedOnce.objects.values("participation__wave"))
        )
    )


def open_batch(batch: Batch, *, keyring: Keyring) -> Replies:
    """The replies of a batch, for counting.

    Raises:
        Destroyed: they are gone, as was promised.
        KeyMissing: the wave's key is not here.
        Unopenable: the batch was damaged.
    """
    if batch.sealed is None:
        raise Destroyed(batch.pk)
    [content] = unsealed([bytes(batch.sealed)], keyring.private_key(batch.wave.key_name))
    if content is None:
        raise Unopenable(f"Batch {batch.pk}")
    return Replies.from_bytes(content)


def how_many(valid: int, *, k: int, to_the_last: bool) -> int:
    """How many of so many valid ballots to mix now: none, or from ``k`` to :data:`LARGEST`.

    What stays behind is at least ``k``, so that the mix after this one can hide it; or nothing,
    if it may be mixed to the last.
    """
    if to_the_last and k <= valid <= LARGEST:
        return valid
    going = min(valid - k, LARGEST)
    return going if going >= k else 0


@transaction.atomic
def _mix_area(
    *,
    wave: Wave,
    area: str,
    boxes: Collection[int],
    channel: str,
    today: date,
    keyring: Keyring,
) -> Batch | None:
    """Mix what boxes have left into one batch of their region or of England, if it is enough."""
    _locked(boxes)
    left = Ballot.objects.in_boxes(boxes, channel).with_opened_words()
    if left.count() < wave.k:
        return None
    ballots = opened_ballots(left, key=keyring.private_key(wave.key_name))
    valid = shuffled(valid_ballots(ballots, channel=channel))
    number_in = Counter(each.ballot.participation_id for each in valid)
    # A box that has enough is mixed by itself, whoever comes first.
    together = [each for each in valid if number_in[each.ballot.participation_id] < wave.k]
    if len(together) < wave.k:
        return None
    staying = {each.ballot.pk for each in valid} - {each.ballot.pk for each in together}
    return keep(
        Batch(wave=wave, area=area, channel=channel),
        taken=[_without_its_place(each, wave.version.definition) for each in together],
        ballots=[ballot for ballot in ballots if ballot.pk not in staying],
        survey=wave.version.definition,
        today=today,
    )


def _without_its_place(valid: Valid, survey: Survey) -> Valid:
    """Without the setting, and without what only one authority asks: both would name the authority
    in which so few answered."""
    common = {item.code for item in survey.items}
    answers = {item: codes for item, codes in valid.reply.answers.items() if item in common}
    return replace(valid, reply=replace(valid.reply, setting="", answers=answers))


def _areas(wave: Wave) -> list[tuple[str, list[int]]]:
    """Each region with the boxes of the wave in it, and at last England with all."""
    regions: dict[str, list[int]] = defaultdict(list)
    members = wave.participations.values_list("pk", "authority__region_id").order_by("pk")
    for pk, region in members:
        regions[region].append(pk)
    return [*sorted(regions.items()), (ENGLAND, [pk for pk, _ in members])]


def _locked(participations: Collection[int]) -> list[Participation]:
    """These boxes, locked against other mixes until the transaction ends, and not against casting.

    In one order by everyone, so that two workers wait instead of deadlocking. Only the rows of
    participations are locked: writing a lock to each ballot would cost more than the mix.
    """
    list(
        Participation.objects.filter(pk__in=participations)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )
    return list(
        Participation.objects.filter(pk__in=participations)
        .order_by("pk")
        .select_related("wave", "authority", "version")
        # The parsed survey is kept by digest, so its long texts are seldom needed.
        .defer("version__source", "version__translations")
    )


def _some_of(ready: BallotQuerySet, number: int) -> BallotQuerySet:
    """So many at random, of a box that has more."""
    pks = list(ready.values_list("pk", flat=True))
    return ready.filter(pk__in=SystemRandom().sample(pks, min(number, len(pks))))


def _mixed_on(day: date, box: Participation, channel: str) -> bool:
    return Batch.objects.filter(participation=box, channel=channel, mixed_on=day).exists()


def _words_are_coming(ballots: BallotQuerySet, wave: Wave, *, today: date) -> bool:
    """Whether words of these ballots are still to be opened, so that the rest had better wait."""
    return today <= wave.closes_on + PATIENCE and ballots.with_unopened_words().exists()


def _forget_open_links(wave: Wave) -> None:
    """Once nothing of a closed wave's open links is left to mix, nothing need be known again.

    Not before: a retry that is left would count a second time.
    """
    if not Ballot.objects.of_wave(wave).filter(channel=Channel.OPEN).exists():
        UsedOnce.objects.filter(participation__wave=wave).delete()

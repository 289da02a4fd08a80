"""Keeping replies as one sealed batch, and giving up the ballots that they came in."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import partial

from django.db import transaction

from feedback import answered, typing_in
from feedback.checking import Opened, Valid
from feedback.envelopes import seal
from feedback.models import Ballot, Batch, Channel, UsedOnce
from feedback.replies import Replies
from feedback.signals import batch_mixed
from surveys.definition import Kind, Survey
from surveys.models import Invitation


@transaction.atomic
def keep(
    batch: Batch,
    *,
    taken: Collection[Valid],
    ballots: Iterable[Opened],
    survey: Survey,
    today: date,
) -> Batch:
    """Write a batch, mark what it used as used, and delete its ballots.

    Args:
        batch: not saved yet, with its wave, area and channel.
        taken: the ballots that count, in the order in which the batch is to have them.
        ballots: those that are to go: the taken ones and those that do not count.
        survey: says of which items several answers may be chosen.
    """
    replies = Replies.of([valid.reply for valid in taken], several=several_of(survey))
    batch.mixed_on = today
    batch.size = replies.size
    batch.sealed = seal(replies.to_bytes(), bytes(batch.wave.public_key or b""))
    batch.save(force_insert=True)
    _mark_used(taken)
    if batch.participation is not None and batch.channel == Channel.INVITED:
        answered.note(batch.participation, k=batch.wave.k)
    boxes = {each.ballot.participation_id for each in taken}
    typing_in.tell_who_typed(boxes=boxes, channels=[batch.channel])
    Ballot.objects.filter(pk__in=sorted(ballot.pk for ballot in ballots)).delete()
    transaction.on_commit(partial(batch_mixed.send_robust, Batch, batch_id=batch.pk))
    return batch


def _mark_used(taken: Iterable[Valid]) -> None:
    """So that none of them counts again.

    Sorted, because then the order is that of random digests or of shuffled rows, and says nothing
    about who came first. On PostgreSQL a row that changes is written anew, and the new rows lie
    in the order in which the one statement comes by the old ones: that of an index or of the
    table, whatever the order here. Rows of the table were made in shuffled order (see
    `surveys.inviting.make_codes`).
    """
    invitations = sorted(valid.invitation_id for valid in taken if valid.invitation_id is not None)
    if invitations:
        Invitation.objects.filter(pk__in=invitations).update(spent=True)
    by_open_link = [valid.ballot for valid in taken if valid.invitation_id is None]
    UsedOnce.objects.bulk_create(
        UsedOnce(participation_id=ballot.participation_id, once=ballot.once)
        for ballot in sorted(by_open_link, key=lambda ballot: ballot.once)
    )


def several_of(survey: Survey) -> frozenset[str]:
    return frozenset(item.code for item in survey.items if item.kind is Kind.CHOICES)

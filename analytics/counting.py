"""Counting: each sealed batch is added to the tally sheet of its area and channel, exactly once."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import structlog
from django.db import transaction
from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError

from analytics.errors import Unreadable
from analytics.indicators import measures
from analytics.models import Counted, TallySheet
from analytics.tally import Tally
from feedback.errors import Destroyed, Unopenable
from feedback.mixing import open_batch
from feedback.models import Batch
from feedback.querysets import BatchQuerySet
from surveys.keyring import KeyMissing, Keyring

# So that the size of a sealed sheet tells next to nothing of how much is in it.
PADDED_TO = 4096

# So many batches of one sheet are counted in one transaction at most: a bound on a worker's memory
# and on how long the sheet is locked.
TOGETHER = 100

# What is wrong with one batch, its key or its sheet. A database that is away is not among them.
NOT_COUNTABLE = (KeyMissing, Unopenable, Destroyed, Unreadable, ValueError)

log = structlog.get_logger(__name__)


class Place(NamedTuple):
    """Where a batch is counted; a sheet for each."""

    wave_id: int
    area: str
    channel: str


def uncounted_batches() -> BatchQuerySet:
    """Batches that no tally sheet holds yet."""
    return Batch.objects.exclude(pk__in=Counted.objects.values("batch"))


def count_batch(batch_id: int, *, keyring: Keyring) -> TallySheet:
    """Add a batch to the tally sheet of its area, once however often it is called.

    Raises: as :func:`count_batches`.
    """
    return count_batches([batch_id], keyring=keyring)


@transaction.atomic
def count_batches(batch_ids: Collection[int], *, keyring: Keyring) -> TallySheet:
    """Add batches of one area and channel to their tally sheet, each once.

    Safe to call twice, and from two workers at once. They wait for each other at the sheet's row;
    which batches it holds is read after that, and written in the transaction that adds the counts.
    Should all that fail, ``Counted.batch`` is unique.

    Raises:
        Batch.DoesNotExist: one of them is not there.
        KeyMissing: the wave's key is not here, or was destroyed.
        Unopenable, Destroyed: a batch was damaged, or its replies are gone.
        Unreadable: the sheet was damaged.
        ValueError: the batches are of several sheets, or a reply has an answer that its survey
            does not offer. In every case nothing has changed.
    """
    batches = _batches(batch_ids)
    places = {_place(batch) for batch in batches}
    if len(places) != 1:
        raise ValueError(f"batches of one sheet are counted together, not of {len(places)}")
    # Opened before the sheet is locked, so that eight workers at one sheet wait less.
    tallies = {batch.pk: _tally_of(batch, keyring) for batch in batches}
    sheet = _locked_sheet(places.pop(), keyring)
    held = set(Counted.objects.filter(batch__in=tallies).values_list("batch_id", flat=True))
    fresh = [pk for pk in tallies if pk not in held]
    if fresh:
        Counted.objects.bulk_create(Counted(batch_id=pk, sheet=sheet) for pk in fresh)
        whole = sum((tallies[pk] for pk in fresh), open_sheet(sheet, keyring=keyring))
        sheet.sealed = _sealed(whole, keyring)
        sheet.save(update_fields=["sealed"])
    return sheet


def count_waiting(*, keyring: Keyring) -> int:
    """Count all that no sheet holds, a sheet at a time.

    A batch that cannot be counted is logged and left, and no other waits for it. It is still
    uncounted, so that its wave cannot be released.

    Returns:
        How many were counted.
    """
    return sum(_counted(batch_ids, keyring) for batch_ids in waiting())


def _counted(batch_ids: list[int], keyring: Keyring) -> int:
    try:
        count_batches(batch_ids, keyring=keyring)
    except NOT_COUNTABLE as error:
        if len(batch_ids) > 1:
            return sum(_counted([batch_id], keyring) for batch_id in batch_ids)
        log.exception("a batch cannot be counted", batch_id=batch_ids[0], why=type(error).__name__)
        return 0
    return len(batch_ids)


def waiting() -> Iterator[list[int]]:
    """Uncounted batches, those of one sheet together, at most :data:`TOGETHER`."""
    found = (
        uncounted_batches()
        .order_by("wave_id", "area", "channel", "pk")
        .values_list("wave_id", "area", "channel", "pk")
    )
    for _, rows in groupby(list(found), key=lambda row: row[:3]):
        batch_ids = [pk for *_, pk in rows]
        for start in range(0, len(batch_ids), TOGETHER):
            yield batch_ids[start : start + TOGETHER]


def open_sheet(sheet: TallySheet, *, keyring: Keyring) -> Tally:
    """Raises: Unreadable: it was damaged, or sealed by other workers."""
    try:
        padded = keyring.sheet_box().decrypt(bytes(sheet.sealed))
        return Tally.from_bytes(sodium_unpad(padded, PADDED_TO))
    except (CryptoError, ValueError) as error:
        raise Unreadable(sheet) from error


def recount(sheet: TallySheet, *, keyring: Keyring) -> Tally:
    """The tally of the batches that the sheet holds, counted anew. It must equal the sheet.

    Raises: as :func:`count_batches`: after their destruction batches cannot be counted again.
    """
    held = Counted.objects.filter(sheet=sheet).values_list("batch_id", flat=True)
    return sum((_tally_of(batch, keyring) for batch in _batches(held)), Tally())


def _batches(batch_ids: Collection[int]) -> Sequence[Batch]:
    """With what counting needs of them, and without the texts of their versions."""
    found = list(
        Batch.objects.filter(pk__in=batch_ids)
        .select_related("wave__version", "participation__version")
        .only(
            "area",
            "channel",
            "sealed",
            "wave__slug",
            "wave__version__digest",
            "participation__version__digest",
        )
    )
    if len(found) < len(batch_ids):
        raise Batch.DoesNotExist(f"of {len(batch_ids)} batches only {len(found)} are there")
    return found


def _place(batch: Batch) -> Place:
    return Place(batch.wave_id, batch.area, batch.channel)


def _tally_of(batch: Batch, keyring: Keyring) -> Tally:
    # A remainder is of several authorities, who share no more than the wave's own questions.
    asked = batch.participation.version if batch.participation else batch.wave.version
    replies = open_batch(batch, keyring=keyring)
    return Tally.of(replies, survey=asked.definition, indexes=measures().indexes)


def _locked_sheet(place: Place, keyring: Keyring) -> TallySheet:
    """The sheet of this place, made now if need be, that nobody else can change until we commit."""
    sheets = TallySheet.objects.select_for_update().filter(**place._asdict())
    sheet = sheets.first()
    if sheet is None:
        # Of two who make it at once one waits for the other here, and then finds it made.
        empty = TallySheet(**place._asdict(), sealed=_sealed(Tally(), keyring))
        TallySheet.objects.bulk_create([empty], ignore_conflicts=True)
        sheet = sheets.get()
    return sheet


def _sealed(tally: Tally, keyring: Keyring) -> bytes:
    return bytes(keyring.sheet_box().encrypt(sodium_pad(tally.to_bytes(), PADDED_TO)))

"""Releasing: figures are made once from the tally sheets, frozen under a digest, and published."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from analytics import counting, disclosure
from analytics.errors import Refused
from analytics.figures import Place, beside, figures
from analytics.indicators import indicators
from analytics.models import Figure, Release, TallySheet
from analytics.tally import Tally
from authorities import audit
from authorities.areas import ENGLAND
from authorities.models import User
from feedback import listening, mixing
from feedback.models import Ballot, Batch, Channel
from surveys import fielding
from surveys.keyring import Keyring
from surveys.models import Participation, Wave


@transaction.atomic
def prepare(*, wave: Wave, keyring: Keyring, now: datetime, note: str = "") -> Release:
    """Make the figures of a closed wave, for those who may see them before they are published.

    A release that was prepared before and not published is made anew.

    Args:
        keyring: opens the tally sheets. Only a worker or a command has one.
        note: what changed since the release before; needed from the second on.

    Raises:
        Refused: the wave cannot be released, or not yet. Nothing has changed.
        KeyMissing: there are ballots to mix, and the wave's key is not here.
        Unreadable: a tally sheet was damaged.
    """
    # Boxes before their wave, as a mix locks them. Whoever prepares or publishes it waits here.
    boxes = Participation.objects.filter(wave=wave).order_by("pk")
    list(boxes.select_for_update(no_key=True).values_list("pk"))
    wave = Wave.objects.select_for_update(of=("self",)).select_related("version").get(pk=wave.pk)
    _refuse_while_counts_can_change(wave, keyring, today=timezone.localdate(now))
    before = Release.objects.of(wave).published().order_by("number").last()
    if before and not note.strip():
        raise Refused(f"{before} was published. Say in a note what this release corrects.")
    Release.objects.of(wave).filter(published_at=None).delete()
    release = Release.objects.create(
        wave=wave,
        number=before.number + 1 if before else 1,
        prepared_at=now,
        note=note.strip(),
    )
    rows = list(_figures(release, keyring))
    if not rows:
        raise Refused(f"No reply to {wave} was counted, so there is nothing to release.")
    release.digest = digest_of(wave, rows)
    if before and before.digest == release.digest:
        raise Refused(f"These are the very figures of {before}. Nothing is there to correct.")
    Figure.objects.bulk_create(rows, batch_size=1000)
    release.save(update_fields=["digest"])
    return release


@transaction.atomic
def publish(*, release: Release, by: User | None, now: datetime) -> Release:
    """Let everyone see the figures of a release, for ever. May be called twice.

    Args:
        by: who decided it; ``None`` for a command that nobody signed in for.

    Raises:
        Refused: the figures are not those that were prepared, or there are none any more.
    """
    wave = Wave.objects.select_for_update().get(pk=release.wave_id)
    found = Release.objects.filter(pk=release.pk).select_related("wave").first()
    if found is None:
        raise Refused("This release was prepared anew since. Publish the newer one.")
    if found.published_at:
        return found
    if not is_sound(found):
        raise Refused(f"The figures of {found} are not those prepared. Prepare it again.")
    found.published_at, found.published_by = now, by
    found.save(update_fields=["published_at", "published_by"])
    fielding.mark_released(wave=wave, today=timezone.localdate(now))
    audit.record(
        actor=by,
        act="release published",
        subject=f"{wave.slug}, release {found.number}",
        why=found.note,
    )
    return found


def is_sound(release: Release) -> bool:
    """Whether its figures are still those that its digest was made of."""
    return release.digest == digest_of(release.wave, Figure.objects.filter(release=release))


def digest_of(wave: Wave, rows: Iterable[Figure]) -> str:
    """SHA-256 of all figures with the wave they are of, whatever their order: 64 hex digits.

    What is digested is UTF-8 JSON without spaces, keys sorted: ``{"figures": [[area, channel,
    indicator, slice, value], ...], "simulated": ..., "wave": slug}``, figures sorted by their first
    four.
    """
    listed = [[row.area, row.channel, row.indicator, row.slice, row.value] for row in rows]
    content = {
        "wave": wave.slug,
        "simulated": wave.simulated,
        "figures": sorted(listed, key=lambda figure: figure[:4]),
    }
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def _refuse_while_counts_can_change(wave: Wave, keyring: Keyring, *, today: date) -> None:
    if wave.public_key is None:
        raise Refused(f"{wave} has not been opened, so there is nothing to release.")
    if wave.closes_on >= today:
        raise Refused(
            f"{wave} takes answers until {date_format(wave.closes_on, 'j F Y')}. Release it after "
            "that day, or close it first."
        )
    if _can_be_mixed(wave, keyring, today=today):
        raise Refused(
            f"Ballots of {wave} are still to be mixed. The worker does that in the next night."
        )
    if waiting := counting.uncounted_batches().of(wave).count():
        them = "1 batch" if waiting == 1 else f"{waiting:,} batches"
        raise Refused(
            f"{them} of {wave} still to be counted. The worker counts every five minutes; if this "
            "stays so, its log says why."
        )


def _can_be_mixed(wave: Wave, keyring: Keyring, *, today: date) -> bool:
    """Whether a ballot that is still sealed could come to count."""
    ballots = Ballot.objects.of_wave(wave)
    if wave.key_destroyed_on or not ballots.exists():
        return False
    if today <= wave.closes_on + mixing.PATIENCE and ballots.with_unopened_words().exists():
        return True
    if listening.words_can_be_opened(wave=wave, keyring=keyring):
        return True
    # Which ballots count is known when they are opened. So they are mixed, and that is undone.
    batches = Batch.objects.of(wave)
    before = batches.count()
    with transaction.atomic():
        mixing.mix_remainders(wave=wave, today=today, keyring=keyring)
        after = batches.count()
        transaction.set_rollback(True)
    return after > before


def _figures(release: Release, keyring: Keyring) -> Iterator[Figure]:
    """Each channel's figures, apart: nothing is ever said of both together."""
    wave = release.wave
    sheets = list(TallySheet.objects.of(wave))
    authorities = set(wave.participations.values_list("authority__gss_code", flat=True))
    for channel in Channel.values:
        tallies = {
            sheet.area: counting.open_sheet(sheet, keyring=keyring)
            for sheet in sheets
            if sheet.channel == channel
        }
        if not tallies:
            continue
        # Of the invited, every authority has figures, if only to say that too few answered.
        areas = authorities if channel == Channel.INVITED else authorities & tallies.keys()
        found = figures(
            {area: tallies.get(area, Tally()) for area in sorted(areas)},
            sum((tallies[area] for area in tallies.keys() - authorities), Tally()),
            survey=wave.version.definition,
            indicators=indicators(),
        )
        if wave.version.definition.asked_elsewhere:
            # Those of the few places whose files were imported: they are not England.
            found = ((place, figure) for place, figure in found if place.area != ENGLAND)
        for place, figure in _beside_older(wave, channel, dict(found)).items():
            yield Figure(
                release=release,
                area=place.area,
                channel=channel,
                indicator=place.indicator,
                slice=place.slice,
                value=disclosure.to_json(figure),
            )


def _beside_older(
    wave: Wave, channel: str, found: dict[Place, disclosure.Figure]
) -> dict[Place, disclosure.Figure]:
    """What may be said to readers who kept every release of the wave that there was."""
    for older in Release.objects.of(wave).published():
        rows = Figure.objects.filter(release=older, channel=channel)
        said = {
            Place(area, indicator, slice_): disclosure.from_json(value)
            for area, indicator, slice_, value in rows.values_list(
                "area", "indicator", "slice", "value"
            )
        }
        found = beside(said, found)
    return found

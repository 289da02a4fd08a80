"""Signing a release off, and letting it out; without a number worked out, so for the web too.

What makes the figures (`releasing`) needs scipy and keys, which only workers have. What people
decide about them needs neither.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import partial
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from analytics import ordering
from analytics.errors import Refused
from analytics.models import EarlyAccess, Figure, Release, SignOff
from analytics.signals import release_published
from authorities import audit as history
from authorities.models import User
from surveys import fielding
from surveys.models import Version, Wave

SIGNATURES = 2
# As `attacking.Finding` says it.
_TOLD = re.compile(r"a reader can tell that ([a-z ]+) is (?:between )?\d+(?: and \d+)?\.")


@transaction.atomic
def sign_off(*, release: Release, by: User, now: datetime) -> SignOff:
    """Stand for a release that was checked. May be called twice.

    Raises:
        Refused: it was not checked, or changed since, or another that it rests on came out since.
    """
    release = locked(release)
    _refuse_unchecked(release)
    found = SignOff.objects.filter(release=release, by=by, digest=release.digest).first()
    if found:
        return found
    SignOff.objects.filter(release=release, by=by).delete()
    signed = SignOff.objects.create(release=release, by=by, at=now, digest=release.digest)
    history.record(actor=by, act="release signed off", subject=_subject(release))
    return signed


@transaction.atomic
def schedule(*, release: Release, at: datetime, by: User, now: datetime) -> Release:
    """Say when a release that two have signed off comes out.

    Raises:
        Refused: it was not checked and signed off, or the time is over.
    """
    release = locked(release)
    _refuse_unsigned(release)
    if at <= now:
        raise Refused("That time is over. Give one that is still to come, or publish it now.")
    release.publish_at = at
    release.save(update_fields=["publish_at"])
    history.record(
        actor=by,
        act="release scheduled",
        subject=_subject(release),
        why=f"to come out at {timezone.localtime(at):%H:%M on %-d %B %Y}",
    )
    return release


@transaction.atomic
def let_see_early(
    *,
    release: Release,
    name: str,
    role: str,
    organisation: str,
    reason: str,
    by: User,
    now: datetime,
) -> EarlyAccess:
    """Write down who sees a release before it comes out. The list is published with it.

    Raises:
        Refused: something is not said, or it is out already.
    """
    release = locked(release)
    if not all(each.strip() for each in (name, role, organisation, reason)):
        raise Refused("Say who it is, in which role and organisation, and why before others.")
    found = EarlyAccess.objects.create(
        release=release,
        name=name.strip(),
        role=role.strip(),
        organisation=organisation.strip(),
        reason=reason.strip(),
        given_by=by,
        given_at=now,
    )
    history.record(actor=by, act="early access given", subject=_subject(release), why=str(found))
    return found


@transaction.atomic
def publish(*, release: Release, by: User | None, now: datetime) -> Release:
    """Let everyone see the figures of a release, for ever. May be called twice.

    Args:
        by: who decided it; ``None`` for the timetable, at the time that was said.

    Raises:
        Refused: it was not checked or not signed off by two, the figures are not those that were
            prepared, or there are none any more; another that it rests on came out since, or a
            later wave is out.
    """
    # Waves of a survey come out one after the other: each is refused if the other changes what it
    # rests on. No key, so that nobody who only refers to these versions waits.
    versions = Version.objects.filter(survey=release.wave.version.survey).order_by("pk")
    list(versions.select_for_update(no_key=True).values_list("pk"))
    wave = Wave.objects.select_for_update().get(pk=release.wave_id)
    found = Release.objects.filter(pk=release.pk).select_related("wave__version").first()
    if found is None:
        raise Refused("This release was prepared anew since. Publish the newer one.")
    if found.published_at:
        return found
    _refuse_unsigned(found)
    found.published_at, found.published_by = now, by
    found.save(update_fields=["published_at", "published_by"])
    fielding.mark_released(wave=wave, today=timezone.localdate(now))
    history.record(actor=by, act="release published", subject=_subject(found), why=found.note)
    transaction.on_commit(
        partial(release_published.send_robust, Release, release_id=found.pk), robust=True
    )
    return found


def publish_due(*, now: datetime) -> int:
    """Publish what is to be out by now; how many those were. One that cannot be waits."""
    due = Release.objects.filter(published_at=None, publish_at__lte=now).order_by("publish_at")
    return sum(bool(publish(release=each, by=None, now=now)) for each in due if _is_ready(each))


def _is_ready(release: Release) -> bool:
    try:
        _refuse_unsigned(release)
    except Refused:
        return False
    return True


class Stage(StrEnum):
    """Where a release is on its way, in words."""

    UNFINISHED = "not wholly prepared"
    PREPARED = "prepared, and not checked"
    HELD_BACK = "held back: something was found"
    OVERTAKEN = "another came out since: to be prepared again"
    CHECKED = "checked, to be signed off"
    SIGNED_OFF = "signed off"
    SCHEDULED = "signed off, and has its time"
    PUBLISHED = "published"


def stage_of(release: Release, *, overtaken: bool = False) -> Stage:
    """No query where its sign-offs were prefetched, else one at the most.

    Args:
        overtaken: whether `ordering.overtaken` has found it.
    """
    if release.published_at:
        return Stage.PUBLISHED
    if release.parts_left:
        return Stage.UNFINISHED
    if overtaken:
        return Stage.OVERTAKEN
    if release.checks.get("digest") != release.digest:
        return Stage.PREPARED
    return Stage.HELD_BACK if release.checked_at is None else _stage_of_checked(release)


def _stage_of_checked(release: Release) -> Stage:
    if len(signed_by(release)) < SIGNATURES:
        return Stage.CHECKED
    return Stage.SCHEDULED if release.publish_at else Stage.SIGNED_OFF


def signed_by(release: Release) -> list[SignOff]:
    """Who stands for the figures as they are, the first to sign first."""
    signed = [each for each in release.sign_offs.all() if each.digest == release.digest]
    return sorted(signed, key=lambda each: each.at)


def without_numbers(sentence: str) -> str:
    """What a check found, without what it found that a reader can tell of a withheld count."""
    return _TOLD.sub(r"a reader can come too near to \1.", sentence)


def signatures(release: Release) -> int:
    """How many people stand for the figures as they are."""
    return SignOff.objects.filter(release=release, digest=release.digest).count()


def is_sound(release: Release) -> bool:
    """Whether its figures are still those that its digest was made of."""
    return release.digest == digest_of(release.wave, Figure.objects.filter(release=release))


def digest_of(wave: Wave, rows: Iterable[Figure]) -> str:
    """SHA-256 of all figures with the wave they are of, whatever their order: 64 hex digits.

    What is digested is UTF-8 JSON without spaces, keys sorted: ``{"figures": [[area, channel,
    indicator, slice, span, value], ...], "simulated": ..., "wave": slug}``, figures sorted by their
    first five.
    """
    listed = [
        [row.area, row.channel, row.indicator, row.slice, str(row.span), row.value] for row in rows
    ]
    content = {
        "wave": wave.slug,
        "simulated": wave.simulated,
        "figures": sorted(listed, key=lambda figure: figure[:5]),
    }
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def _refuse_unchecked(release: Release) -> None:
    if release.checked_at is None or release.checks.get("digest") != release.digest:
        raise Refused(f"{release} was not checked as it is now. Check it first.")
    if not is_sound(release):
        raise Refused(f"The figures of {release} are not those prepared. Prepare it again.")
    refuse_overtaken(release)


def refuse_overtaken(release: Release) -> None:
    """Raises: Refused: another that it rests on came out since, or a later wave is out."""
    if sentence := ordering.overtaken([release]).get(release.pk):
        raise Refused(sentence)


def _refuse_unsigned(release: Release) -> None:
    _refuse_unchecked(release)
    if (signed := signatures(release)) < SIGNATURES:
        raise Refused(
            f"{release} needs {SIGNATURES} people who sign it off; it has {signed}. Ask another "
            "person who may release waves to read it."
        )


def locked(release: Release) -> Release:
    """The release as it is now, that nobody else can change until we commit.

    Raises:
        Refused: it was prepared anew since, or is out.
    """
    found = Release.objects.select_for_update(of=("self",)).select_related("wave")
    row = found.filter(pk=release.pk).first()
    if row is None:
        raise Refused("This release was prepared anew since. Look at the newer one.")
    if row.published_at:
        raise Refused(f"{row} is published, and stays as it is. To correct it, release it again.")
    return row


def _subject(release: Release) -> str:
    return f"{release.wave.slug}, release {release.number}"

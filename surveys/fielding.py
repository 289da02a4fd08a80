"""Fielding a survey: who takes part in a wave, opening, closing, releasing, holding."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import IntegrityError, transaction

from authorities import audit
from authorities.models import Authority, ServicePopulation, User
from surveys import burden, opening, planning
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import EligiblePopulation, Participation, Version, Wave
from surveys.opening import Standing


def wave_called(slug: str) -> Wave:
    """Raises: Refused: there is none."""
    wave = Wave.objects.filter(slug=slug).first()
    if wave is None:
        known = ", ".join(Wave.objects.values_list("slug", flat=True)) or "none yet"
        raise Refused(f'There is no wave "{slug}". Known are: {known}.')
    return wave


def participation_of(wave: Wave, gss_code: str) -> Participation:
    """Raises: Refused: no authority with this code takes part."""
    found = wave.participations.select_related("wave", "authority", "version")
    participation = found.filter(authority__gss_code=gss_code).first()
    if participation is None:
        raise Refused(f'No authority "{gss_code}" takes part in {wave}.')
    return participation


def register_numbers(authority: Authority) -> dict[str, int]:
    """The newest number in the register for each service of an authority, where there is one."""
    found = ServicePopulation.objects.filter(authority=authority).order_by("year")
    return {each.service: each.number for each in found if each.number is not None}


@transaction.atomic
def join(
    *,
    wave: Wave,
    authority: Authority,
    help_name: str,
    help_phone: str,
    cover_name: str = "",
    cover_phone: str = "",
    version: Version | None = None,
    eligible: Mapping[str, int] | None = None,
    pilot: bool = False,
    by: User | None = None,
) -> Participation:
    """Let an authority take part in a wave. Families there are asked once it is opened.

    Args:
        cover_name, cover_phone: who answers families outside office hours; "" where that is
            still to be said. It is needed to open.
        version: its own version, where it asks local items too; else the wave's.
        eligible: how many could answer, by service; else the register's numbers, of which it is
            kept that nobody has confirmed them.

    Raises:
        Refused: the authority is not in force when the wave opens, takes part already, has nobody
            for its families to turn to, or its own version could not be counted with the core
            or is in a language that the wave's promise is not in.
    """
    _hold_plan(wave)
    _refuse_if_not_in_force(wave, authority)
    help_name, help_phone = help_name.strip(), help_phone.strip()
    cover_name, cover_phone = cover_name.strip(), cover_phone.strip()
    refuse_bad_help(authority, help_name, help_phone)
    if cover_name or cover_phone:
        refuse_bad_help(authority, cover_name, cover_phone, when=" out of office hours")
    if version is not None and version != wave.version:
        planning.refuse_if_not_comparable(wave.version, version)
    planning.refuse_untranslated_promise(wave, [version or wave.version])
    try:
        with transaction.atomic():
            participation = Participation.objects.create(
                wave=wave,
                authority=authority,
                version=version or wave.version,
                help_name=help_name,
                help_phone=help_phone,
                cover_name=cover_name,
                cover_phone=cover_phone,
                pilot=pilot,
                numbers_confirmed=eligible is not None,
            )
    except IntegrityError:
        raise Refused(f"{authority} takes part in {wave} already.") from None
    numbers = register_numbers(authority) if eligible is None else eligible
    EligiblePopulation.objects.bulk_create(
        EligiblePopulation(participation=participation, service=service, number=number)
        for service, number in numbers.items()
    )
    audit.record(actor=by, act="authority joined", subject=wave.slug, authority=authority)
    return participation


def _hold_plan(wave: Wave) -> None:
    """Let nobody plan the wave anew meanwhile, and read it again where somebody has."""
    held = Wave.objects.select_for_update(no_key=True)
    if held.values_list("version", flat=True).get(pk=wave.pk) != wave.version_id:
        wave.refresh_from_db()


def refuse_if_over(wave: Wave, *, today: date) -> None:
    """Raises: Refused: families can answer it no more, so that nobody need be asked to."""
    if wave.key_destroyed_on is not None:
        raise Refused(f"{wave} is over, and its key was destroyed on {wave.key_destroyed_on}.")
    if wave.released_on is not None:
        raise Refused(f"{wave} is over: its figures came out on {wave.released_on}.")
    if wave.closes_on < today:
        raise Refused(f"{wave} is over: its last day was {wave.closes_on}.")


@transaction.atomic
def open_wave(
    *, wave: Wave, keyring: Keyring, today: date | None = None, by: User | None = None
) -> Wave:
    """Make the wave's key pairs, from when its promise cannot change, and open those who are ready.

    Pilots only, if any authority is one; `open_to_all` opens the others. Families can answer from
    today, or from the wave's first day if that is later. Whoever is not ready stays closed. May be
    called again, and opens those who have become ready.

    Args:
        today: the day by which everyone is ready or not; the wave's first, if not given.

    Raises:
        Refused: it is over; nobody takes part or nobody is ready; or it could not be planned so any
            more, because families would be asked in a language that its promise is not in, or twice
            within a year, or an authority is not in force or asks more questions than it may.
        KeyMissing: its key was made before, and is lost.
    """
    burden.hold_year(wave)
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    today = today or wave.opens_on
    if wave.key_destroyed_on is not None:
        raise Refused(
            f"The key of {wave} was destroyed on {wave.key_destroyed_on}, as was promised. "
            "Plan another wave."
        )
    refuse_if_over(wave, today=today)
    if not wave.participations.exists():
        raise Refused(f"No authority takes part in {wave}. Let one join first.")
    piloted = wave.participations.filter(pilot=True).exists()
    waiting = [
        each for each in opening.standings(wave, today) if each.participation.pilot or not piloted
    ]
    if wave.public_key is None:
        _refuse_if_nobody_is_ready(wave, waiting)
        _make_keys(wave, keyring)
        audit.record(actor=by, act="wave opened", subject=wave.slug)
    _open(wave, waiting, today=today, by=by)
    return wave


@transaction.atomic
def open_to_all(*, wave: Wave, today: date, by: User | None = None) -> int:
    """Open every participation that is ready: after a pilot, and for those who join late.

    Returns:
        How many were opened now. May be called again.

    Raises:
        Refused: the wave has not been opened, or is over.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.public_key is None:
        raise Refused(f"{wave} has not been opened. Open it first: that makes its keys.")
    refuse_if_over(wave, today=today)
    return _open(wave, opening.standings(wave, today), today=today, by=by)


def _make_keys(wave: Wave, keyring: Keyring) -> None:
    burden.refuse_if_asked_again(wave)
    # Again, because much may have changed since it was planned.
    planning.refuse_unfit_now(wave)
    asked = Version.objects.filter(participations__wave=wave).distinct()
    planning.refuse_untranslated_promise(wave, asked)
    wave.public_key = keyring.make_pair(wave.key_name)
    if not wave.version.definition.asked_elsewhere:
        wave.sending_key = keyring.make_pair(wave.sending_key_name)
    wave.save(update_fields=["public_key", "sending_key"])


def _open(wave: Wave, waiting: Iterable[Standing], *, today: date, by: User | None) -> int:
    ready = [each.participation for each in waiting if each.ready]
    Participation.objects.filter(pk__in=[each.pk for each in ready]).update(
        opened_on=max(today, wave.opens_on)
    )
    for each in ready:
        audit.record(
            actor=by, act="opened to families", subject=wave.slug, authority=each.authority
        )
    return len(ready)


def _refuse_if_nobody_is_ready(wave: Wave, waiting: Sequence[Standing]) -> None:
    if any(each.ready for each in waiting):
        return
    why = " ".join(dict.fromkeys(missing.sentence for each in waiting for missing in each.missing))
    raise Refused(f"No authority that {wave} would open in is ready. {why}")


@transaction.atomic
def mark_released(*, wave: Wave, today: date) -> None:
    """Note when the wave's figures first came out; later releases change nothing."""
    Wave.objects.filter(pk=wave.pk, released_on=None).update(released_on=today)


@transaction.atomic
def hold(*, wave: Wave, why: str, by: User | None = None) -> None:
    """Let nothing of the wave be destroyed: a referral, an inquiry, a legal hold.

    Raises:
        Refused: no reason is given, or what would be kept is destroyed already.
    """
    if not why.strip():
        raise Refused("Say why nothing may be destroyed, and who asked for it.")
    if not Wave.objects.filter(pk=wave.pk, key_destroyed_on=None).update(hold=why.strip()):
        raise Refused(f"The key of {wave} is destroyed already: there is nothing left to hold.")
    audit.record(actor=by, act="wave held", subject=wave.slug, why=why.strip())


@transaction.atomic
def unhold(*, wave: Wave, by: User | None = None) -> None:
    """Let the wave's keys and answers be destroyed when they are due. May be called twice."""
    if Wave.objects.filter(pk=wave.pk).exclude(hold="").update(hold=""):
        audit.record(actor=by, act="wave no longer held", subject=wave.slug)


def _refuse_if_not_in_force(wave: Wave, authority: Authority) -> None:
    if not Authority.objects.in_force_on(wave.opens_on).filter(pk=authority.pk).exists():
        raise Refused(f"{authority} is not in force on {wave.opens_on}, when {wave} opens.")


def refuse_bad_help(authority: Authority, name: str, phone: str, *, when: str = "") -> None:
    """Raises: Refused: this is no name, or no number, that families could turn to."""
    if not 0 < len(name) <= 120:
        raise Refused(
            f"Say whom families in {authority} can turn to{when}, in at most 120 characters."
        )
    if not re.fullmatch(r"\+?[0-9][0-9 ]{1,28}", phone):
        raise Refused(
            f'"{phone}" is not a number families in {authority} can call{when}: use digits and '
            "spaces."
        )

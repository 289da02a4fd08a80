"""Fielding a survey: planning a wave, who takes part, opening, closing, releasing, holding."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from authorities import audit
from authorities.models import Authority, ServicePopulation, User
from surveys import comparability, languages, wording
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import LEAST_K, EligiblePopulation, Participation, Version, Wave

# Each sentence is true, and a test or a document holds it: DESIGN, confidence. It is translated
# with the screens around a survey; a promise of a wave's own is translated with the wave.
DEFAULT_PROMISE = (
    "No page shows one person’s answers. We mix yours with those of at least nine other people "
    "before we count them. If someone copies our database, the copy alone does not tell them how "
    "you answered. When the results are out, we destroy the keys and the single answers. Only the "
    "totals stay, and what was written, for the people who read it.\n\n"
    "There are things we cannot promise. Your own words, or something rare about you, could give "
    "you away, so leave out names. Someone who runs our computers could look at the moment you "
    "send. Your council may know that you were asked, but not what you said or if you said "
    "anything."
)


@transaction.atomic
def plan_wave(
    *,
    slug: str,
    name: str,
    version: Version,
    period_start: date,
    period_end: date,
    opens_on: date,
    closes_on: date,
    promise: str = DEFAULT_PROMISE,
    promises: Mapping[str, str] | None = None,
    k: int = LEAST_K,
    simulated: bool = False,
    by: User | None = None,
) -> Wave:
    """A wave that may still be changed, until it is opened.

    Args:
        promise: what families are promised, in English.
        promises: a promise that is not the usual one in other languages, by language code.

    Raises:
        Refused: a name, date or text does not fit, the slug is taken, or a promise that is not
            the usual one is missing in a language of the version. Nothing is kept.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 40:
        raise Refused(f'"{slug}" cannot be in an address: use a-z, 0-9 and hyphens, at most 40.')
    if Wave.objects.filter(slug=slug).exists():
        raise Refused(f'There is a wave "{slug}" already. Give this one another slug.')
    if not 0 < len(name.strip()) <= 80 or not promise.strip():
        raise Refused(
            "A wave needs a name of at most 80 characters, and what families are promised."
        )
    promise, promises = _tidied_promises(promise, promises or {})
    _refuse_bad_dates(period_start, period_end, opens_on, closes_on)
    if not LEAST_K <= k <= 1_000:
        raise Refused(f"{LEAST_K} to 1,000 ballots are mixed together; {k} would not do.")
    wave = Wave.objects.create(
        slug=slug,
        name=name.strip(),
        version=version,
        period_start=period_start,
        period_end=period_end,
        opens_on=opens_on,
        closes_on=closes_on,
        promise=promise,
        promises=promises,
        k=k,
        simulated=simulated,
    )
    _refuse_untranslated_promise(wave, [version])
    audit.record(actor=by, act="wave planned", subject=wave.slug)
    return wave


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
    version: Version | None = None,
    eligible: Mapping[str, int] | None = None,
    by: User | None = None,
) -> Participation:
    """Let an authority take part in a wave.

    Args:
        version: its own version, where it asks local items too; else the wave's.
        eligible: how many could answer, by service; else the register's numbers.

    Raises:
        Refused: the authority is not in force when the wave opens, takes part already, has nobody
            for its families to turn to, or its own version could not be counted with the core
            or is in a language that the wave's promise is not in.
    """
    _refuse_if_not_in_force(wave, authority)
    _refuse_bad_help(authority, help_name.strip(), help_phone.strip())
    if version is not None and version != wave.version:
        _refuse_if_not_comparable(wave.version, version)
    _refuse_untranslated_promise(wave, [version or wave.version])
    try:
        with transaction.atomic():
            participation = Participation.objects.create(
                wave=wave,
                authority=authority,
                version=version or wave.version,
                help_name=help_name.strip(),
                help_phone=help_phone.strip(),
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


def refuse_if_over(wave: Wave, *, today: date) -> None:
    """Raises: Refused: families can answer it no more, so that nobody need be asked to."""
    if wave.key_destroyed_on is not None:
        raise Refused(f"{wave} is over, and its key was destroyed on {wave.key_destroyed_on}.")
    if wave.released_on is not None:
        raise Refused(f"{wave} is over: its figures came out on {wave.released_on}.")
    if wave.closes_on < today:
        raise Refused(f"{wave} is over: its last day was {wave.closes_on}.")


@transaction.atomic
def open_wave(*, wave: Wave, keyring: Keyring, by: User | None = None) -> Wave:
    """Make the wave's key pair, from when its promise cannot change. May be called twice.

    It takes ballots from the day it opens on.

    Raises:
        Refused: nobody takes part, its key was destroyed, or families would be asked in a
            language that its promise is not in.
        KeyMissing: its key was made before, and is lost.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.key_destroyed_on is not None:
        raise Refused(
            f"The key of {wave} was destroyed on {wave.key_destroyed_on}, as was promised. "
            "Plan another wave."
        )
    if wave.public_key is not None:
        return wave
    if not wave.participations.exists():
        raise Refused(f"No authority takes part in {wave}. Let one join first.")
    # Again, because a planned wave may still be changed.
    asked = Version.objects.filter(participations__wave=wave).distinct()
    _refuse_untranslated_promise(wave, asked)
    wave.public_key = keyring.make_pair(wave.key_name)
    wave.save(update_fields=["public_key"])
    audit.record(actor=by, act="wave opened", subject=wave.slug)
    return wave


@transaction.atomic
def close_early(*, wave: Wave, today: date, by: User | None = None) -> Wave:
    """End fieldwork now: yesterday was the last day. A wave that has ended stays as it is.

    Raises:
        Refused: it has not been opened.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.public_key is None:
        raise Refused(f"{wave} has not been opened, so there is nothing to close.")
    if wave.closes_on < today:
        return wave
    wave.closes_on = today - timedelta(days=1)
    # One that opened this morning by mistake can be closed too.
    wave.opens_on = min(wave.opens_on, wave.closes_on)
    wave.save(update_fields=["closes_on", "opens_on"])
    audit.record(actor=by, act="wave closed early", subject=wave.slug)
    return wave


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


def _tidied_promises(promise: str, promises: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Raises: Refused: one has what no text may have, or another language would never be seen."""
    promise = wording.tidied(promise)
    tidy = {code: wording.tidied(text) for code, text in sorted(promises.items())}
    if languages.ENGLISH in tidy:
        raise Refused("The promise itself is in English: leave English out of its languages.")
    if tidy and promise == DEFAULT_PROMISE:
        raise Refused("The usual promise is translated already: leave its languages out.")
    for name, text in (("The promise", promise), *((f"The promise in {c}", tidy[c]) for c in tidy)):
        if faults := wording.faults(text):
            raise Refused(f"{name} {'; '.join(faults)}.")
    return promise, tidy


def _refuse_untranslated_promise(wave: Wave, versions: Iterable[Version]) -> None:
    if wave.promise == DEFAULT_PROMISE:
        return
    asked_in = {code for version in versions for code in version.translations}
    if missing := sorted(asked_in - wave.promises.keys()):
        raise Refused(
            f"The promise of {wave} is not the usual one, and is missing in: {', '.join(missing)}. "
            "Plan the wave with its promise in these languages too ([promise_in] in the plan), or "
            "with a version that is not in them."
        )


def _refuse_bad_dates(
    period_start: date, period_end: date, opens_on: date, closes_on: date
) -> None:
    if period_end < period_start:
        raise Refused(f"The period ends ({period_end}) before it begins ({period_start}).")
    if closes_on < opens_on:
        raise Refused(f"The last day of fieldwork ({closes_on}) is before the first ({opens_on}).")


def _refuse_if_not_in_force(wave: Wave, authority: Authority) -> None:
    if not Authority.objects.in_force_on(wave.opens_on).filter(pk=authority.pk).exists():
        raise Refused(f"{authority} is not in force on {wave.opens_on}, when {wave} opens.")


def _refuse_bad_help(authority: Authority, name: str, phone: str) -> None:
    if not 0 < len(name) <= 120:
        raise Refused(f"Say whom families in {authority} can turn to, in at most 120 characters.")
    if not re.fullmatch(r"\+?[0-9][0-9 ]{1,28}", phone):
        raise Refused(
            f'"{phone}" is not a number families in {authority} can call: use digits and spaces.'
        )


def _refuse_if_not_comparable(core: Version, version: Version) -> None:
    found = comparability.differences_from_core(core.definition, version.definition)
    if found:
        raise Refused(f"{version} could not be counted with {core}: {'; '.join(found)}.")

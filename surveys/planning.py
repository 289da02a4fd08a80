"""Planning a wave: what it asks, when, of whom and under which promise, as long as it is closed.

A plan may be changed until the wave opens. From then on families answer under it.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Count

from authorities import audit
from authorities.models import Authority, User
from surveys import comparability, languages, plans, rotation, wording
from surveys.errors import Refused
from surveys.models import LEAST_K, LocalChoice, Participation, Version, Wave

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

# In per cent. The least that Bright Spots, which asks children in care in England, reports on
# (Oxfordshire's frequent questions on "Your Life, Your Care").
USUAL_TARGET = 30
USUAL_LOCAL_ITEMS = 3
MOST_LOCAL_ITEMS = 10  # a survey of five minutes has no room for more
_NAMED_AT_ONCE = 5  # authorities in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is planned of a wave, all of which may be changed until it opens.

    Args:
        promise: what families are promised, in English.
        promises: a promise that is not the usual one in other languages, by language code.
        k: the fewest ballots mixed together.
        languages: codes beside English; none is all of the version's.
        target_rate: the response aimed for, in per cent.
        most_local_items: how many questions of its own an authority may ask.
        groups, asked_groups: see `surveys.rotation`.
        asked_again_why: where families may be asked twice within a year: why.
    """

    name: str
    version: Version
    period_start: date
    period_end: date
    opens_on: date
    closes_on: date
    promise: str = DEFAULT_PROMISE
    promises: Mapping[str, str] = field(default_factory=dict)
    k: int = LEAST_K
    languages: Collection[str] = ()
    target_rate: int = USUAL_TARGET
    most_local_items: int = USUAL_LOCAL_ITEMS
    groups: int = 1
    asked_groups: Collection[int] = ()
    asked_again_why: str = ""

    def as_fields(self) -> dict[str, Any]:
        """As a wave keeps them."""
        values = {name: getattr(self, name) for name in self.__slots__}
        lists = {name: sorted(values[name]) for name in ("languages", "asked_groups")}
        return {**values, **lists, "promises": dict(self.promises)}


class More(TypedDict, total=False):
    """What `Terms` has that may be left out."""

    promise: str
    promises: Mapping[str, str]
    k: int
    languages: Collection[str]
    target_rate: int
    most_local_items: int
    groups: int
    asked_groups: Collection[int]
    asked_again_why: str


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
    simulated: bool = False,
    by: User | None = None,
    **more: Unpack[More],
) -> Wave:
    """A wave that may still be changed, until it is opened.

    Args:
        more: what else `Terms` has; the usual where it is left out.

    Raises:
        Refused: a name, date or text does not fit, the slug is taken, or a promise that is not
            the usual one is missing in a language of the version. Nothing is kept.
    """
    terms = Terms(
        name=name,
        version=version,
        period_start=period_start,
        period_end=period_end,
        opens_on=opens_on,
        closes_on=closes_on,
        **more,
    )
    return plan_on(slug=slug, terms=terms, simulated=simulated, by=by)


@transaction.atomic
def plan_on(*, slug: str, terms: Terms, simulated: bool = False, by: User | None = None) -> Wave:
    """`plan_wave`, where the terms are at hand."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 40:
        raise Refused(f'"{slug}" cannot be in an address: use a-z, 0-9 and hyphens, at most 40.')
    if Wave.objects.filter(slug=slug).exists():
        raise Refused(f'There is a wave "{slug}" already. Give this one another slug.')
    terms = _tidied(terms)
    wave = Wave.objects.create(slug=slug, simulated=simulated, **terms.as_fields())
    refuse_untranslated_promise(wave, [terms.version])
    audit.record(actor=by, act="wave planned", subject=wave.slug)
    return wave


@transaction.atomic
def change_plan(*, wave: Wave, terms: Terms, was: str, by: User | None) -> Wave:
    """Plan a wave anew that is not open yet. Authorities that asked the old version ask the new.

    Args:
        was: `state_of` the wave when the person looked at it, so that nobody writes over another's.

    Raises:
        Refused: it is open; somebody changed it meanwhile; the new plan does not fit; or an
            authority asks questions of its own that could not be counted with the new version, or
            more of them than it may, or is not in force when it opens. Nothing has changed.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.public_key is not None:
        raise Refused(
            f"{wave} is open, and families answer under its plan, so it cannot change. Plan "
            "another wave."
        )
    if was != state_of(wave):
        raise Refused(
            f"Somebody changed the plan of {wave} while you looked at it. Look at it as it is now, "
            "and change it again."
        )
    terms = _tidied(terms)
    before = wave.version
    for name, value in terms.as_fields().items():
        setattr(wave, name, value)
    parts = wave.participations.select_related("authority", "version")
    refuse_unfit_now(wave)
    if terms.version != before:
        _ask_instead(wave, parts, before)
    asked = Version.objects.filter(participations__wave=wave)
    refuse_untranslated_promise(wave, [terms.version, *asked])
    wave.save()
    audit.record(actor=by, act="plan changed", subject=wave.slug)
    return wave


def state_of(wave: Wave) -> str:
    """A digest of a wave's plan: another where anybody changed it."""
    return sha256(plans.write(replace(plan_of(wave), parts=())).encode()).hexdigest()


def plan_of(wave: Wave) -> plans.Plan:
    """A wave as the document that would plan it again."""
    usual = wave.promise == DEFAULT_PROMISE
    parts = wave.participations.select_related("authority").order_by("authority__gss_code")
    return plans.Plan(
        slug=wave.slug,
        name=wave.name,
        survey=wave.version.survey,
        version=wave.version.number,
        period_start=wave.period_start,
        period_end=wave.period_end,
        opens_on=wave.opens_on,
        closes_on=wave.closes_on,
        k=wave.k,
        promise="" if usual else wave.promise,
        promises=dict(wave.promises),
        simulated=wave.simulated,
        help_name="",
        help_phone="",
        parts=tuple(map(_part_of, parts)),
        languages=tuple(wave.languages),
        target_rate=wave.target_rate,
        most_local_items=wave.most_local_items,
        groups=wave.groups,
        asked_groups=tuple(wave.asked_groups),
        asked_again_why=wave.asked_again_why,
    )


def terms_of(plan: plans.Plan) -> Terms:
    """What a document plans, with its version.

    Raises:
        Refused: the version is not published.
    """
    most = plan.most_local_items
    return Terms(
        name=plan.name,
        version=_version(plan),
        period_start=plan.period_start,
        period_end=plan.period_end,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        promises=plan.promises,
        languages=plan.languages,
        asked_groups=plan.asked_groups,
        asked_again_why=plan.asked_again_why,
        promise=plan.promise or DEFAULT_PROMISE,
        k=plan.k or LEAST_K,
        target_rate=plan.target_rate or USUAL_TARGET,
        most_local_items=USUAL_LOCAL_ITEMS if most is None else most,
        groups=plan.groups or 1,
    )


def refuse_untranslated_promise(wave: Wave, versions: Iterable[Version]) -> None:
    """Raises: Refused: families would read it in a language that the promise is not in."""
    if wave.promise == DEFAULT_PROMISE:
        return
    asked_in = {
        code
        for version in versions
        for code in languages.offered(version.translations, wave.languages)
    } - {languages.ENGLISH}
    if missing := sorted(asked_in - wave.promises.keys()):
        raise Refused(
            f"The promise of {wave} is not the usual one, and is missing in: {', '.join(missing)}. "
            "Plan the wave with its promise in these languages too ([promise_in] in the plan), or "
            "with a version that is not in them."
        )


def refuse_unfit_now(wave: Wave) -> None:
    """Raises: Refused: an authority is not in force when it opens, or asks more than it may."""
    _refuse_not_in_force(wave, wave.participations.select_related("authority"))
    _refuse_chosen_more(wave)


def refuse_if_not_comparable(core: Version, version: Version) -> None:
    """Raises: Refused: an authority's own version could not be counted with the core."""
    found = comparability.differences_from_core(core.definition, version.definition)
    if found:
        raise Refused(f"{version} could not be counted with {core}: {'; '.join(found)}.")


def _part_of(part: Participation) -> plans.Part:
    return plans.Part(
        authority=part.authority.gss_code,
        help_name=part.help_name,
        help_phone=part.help_phone,
        cover_name=part.cover_name,
        cover_phone=part.cover_phone,
        pilot=part.pilot,
    )


def _version(plan: plans.Plan) -> Version:
    published = Version.objects.of(plan.survey).cores()
    version = published.filter(number=plan.version).first() if plan.version else published.last()
    if version is None:
        number = f" {plan.version}" if plan.version else ""
        raise Refused(f"{plan.survey}{number} is not published. Publish it with: publish_survey")
    return version


def _tidied(terms: Terms) -> Terms:
    """Raises: Refused: something does not fit, or does not fit together."""
    name = terms.name.strip()
    if not 0 < len(name) <= 80 or not terms.promise.strip():
        raise Refused(
            "A wave needs a name of at most 80 characters, and what families are promised."
        )
    if faults := wording.faults(name):
        raise Refused(f"The name {'; '.join(faults)}.")
    promise, promises = _tidied_promises(terms.promise, terms.promises)
    _refuse_bad_dates(terms)
    _refuse_bad_numbers(terms)
    _refuse_unknown_languages(terms)
    return replace(
        terms,
        name=name,
        promise=promise,
        promises=promises,
        asked_again_why=terms.asked_again_why.strip(),
    )


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


def _refuse_bad_dates(terms: Terms) -> None:
    if terms.period_end < terms.period_start:
        raise Refused(
            f"The period ends ({terms.period_end}) before it begins ({terms.period_start})."
        )
    if terms.closes_on < terms.opens_on:
        raise Refused(
            f"The last day of fieldwork ({terms.closes_on}) is before the first ({terms.opens_on})."
        )


def _refuse_bad_numbers(terms: Terms) -> None:
    if not LEAST_K <= terms.k <= 1_000:
        raise Refused(f"{LEAST_K} to 1,000 ballots are mixed together; {terms.k} would not do.")
    if not 1 <= terms.target_rate <= 100:
        raise Refused(f"The response aimed for is 1 to 100 per cent, not {terms.target_rate}.")
    if not 0 <= terms.most_local_items <= MOST_LOCAL_ITEMS:
        raise Refused(
            f"An authority may ask 0 to {MOST_LOCAL_ITEMS} questions of its own, not "
            f"{terms.most_local_items}."
        )
    if fault := rotation.faults(terms.groups, terms.asked_groups):
        raise Refused(fault)


def _refuse_unknown_languages(terms: Terms) -> None:
    if unknown := sorted(set(terms.languages) - terms.version.translations.keys()):
        known = ", ".join(sorted(terms.version.translations)) or "none beside English"
        raise Refused(f"{terms.version} is not in {', '.join(unknown)}, only in: {known}.")


def _refuse_not_in_force(wave: Wave, parts: Iterable[Participation]) -> None:
    in_force = set(Authority.objects.in_force_on(wave.opens_on).values_list("pk", flat=True))
    if gone := [str(part.authority) for part in parts if part.authority_id not in in_force]:
        raise Refused(
            f"Not in force on {wave.opens_on}, when {wave} opens: {', '.join(gone)}. Take them out "
            "first, or let it open on another day."
        )


def _refuse_chosen_more(wave: Wave) -> None:
    """Raises: Refused: authorities have chosen more questions of their own than they may."""
    chosen = LocalChoice.objects.filter(participation__wave=wave).order_by()
    counted = chosen.values_list("participation__authority__name").annotate(Count("pk"))
    over = sorted((name, many) for name, many in counted if many > wave.most_local_items)
    if over:
        named = ", ".join(f"{name} ({many})" for name, many in over[:_NAMED_AT_ONCE])
        rest = f" and {more} more" if (more := len(over) - _NAMED_AT_ONCE) > 0 else ""
        raise Refused(
            f"More than {wave.most_local_items} questions of their own have been chosen by: "
            f"{named}{rest}. Let them choose fewer first, or allow {max(n for _, n in over)}."
        )


def _ask_instead(wave: Wave, parts: Iterable[Participation], before: Version) -> None:
    """Ask the wave's new version where the old one was to be asked."""
    for part in parts:
        if part.version_id != before.pk:
            refuse_if_not_comparable(wave.version, part.version)
    wave.participations.filter(version=before).update(version=wave.version)

"""What families are asked of, and that none is asked twice within a year without a reason.

It is looked at three times: when a wave's keys are made (`refuse_if_asked_again`), when families of
one authority are let in, which may be much later (`why_closed`), and before any message goes out
(`refuse_too_soon`). Why so is in docs/adr/0014-asked-once-a-year.md.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.timezone import localdate

from surveys import rotation
from surveys.errors import Refused
from surveys.models import Mailing, Participation, Wave
from surveys.querysets import WaveQuerySet

_UNDER_WAY = ("waiting", "sending", "paused")


@dataclass(frozen=True, slots=True)
class Clash:
    """Another wave within a year that asks some of the same families.

    Args:
        authorities: in how many authorities both are asked.
        share: what share of families there both ask: 0.25 is a quarter.
    """

    wave: Wave
    authorities: int
    share: float


@dataclass(frozen=True, slots=True)
class Before:
    """Another wave that asks some of the same families in one authority.

    Args:
        last: the last day on which it is known to have asked there: the day it opened there, or
            that of its last invitations; ``None`` while it is not open there.
    """

    wave: Wave
    last: date | None

    @property
    def again_from(self) -> date:
        """The first day on which those families may be asked again."""
        return date.min if self.last is None else self.last + rotation.A_YEAR


def clashes(wave: Wave) -> list[Clash]:
    """The waves, planned or opened, that would ask families of this one again. Two queries."""
    others = _clashing(wave)
    shared = _shared(wave, others)
    return [
        Clash(each, shared[each.pk], rotation.overlap(wave, each))
        for each in others
        if each.pk in shared
    ]


def clashes_by_authority(wave: Wave) -> dict[int, float]:
    """By an authority's id, what share of families this wave and others of a year both ask.

    Where it is not in here, nobody is asked twice. Two queries.
    """
    others = {each.pk: rotation.overlap(wave, each) for each in _clashing(wave)}
    both = Participation.objects.filter(
        wave__in=others, authority__in=wave.participations.values("authority")
    )
    found: dict[int, float] = {}
    for authority, other in both.values_list("authority", "wave"):
        # Added up: a family that two other waves ask as well is asked again twice.
        found[authority] = found.get(authority, 0.0) + others[other]
    return found


def hold_year(wave: Wave) -> None:
    """Lock the waves of a year, in one order: of two that clash, the second sees the first open."""
    held = _within_a_year(wave) | Wave.objects.filter(pk=wave.pk)
    list(held.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def refuse_if_asked_again(wave: Wave) -> None:
    """Let no family be asked twice within a year unless the plan says why.

    Raises:
        Refused: a wave that was opened less than a year before or after asks some of the same.
    """
    if wave.asked_again_why or wave.version.definition.asked_elsewhere:
        return
    opened = [each for each in clashes(wave) if each.wave.public_key is not None]
    if opened:
        named = " and ".join(str(each.wave) for each in opened)
        raise Refused(
            f"{wave} would ask families again that {named} asked less than a year apart, and each "
            "family is asked at most once a year. Let it ask other groups, or say in the plan why "
            "they are asked again."
        )


def why_closed(parts: Iterable[Participation], *, today: date) -> dict[int, str]:
    """By a participation's id, why its families may not be let in; where another wave asked them.

    One query, and two more where other waves ask the same groups.
    """
    closed = [each for each in parts if each.opened_on is None]
    found = _before(closed, today=today)
    sentences = {part.pk: _why_closed(part, found.get(part.pk, ())) for part in closed}
    return {pk: sentence for pk, sentence in sentences.items() if sentence}


def waits_for(participation: Participation, *, today: date) -> Before | None:
    """The wave for which invitations here wait the longest; ``None`` where they need not wait."""
    found = _before([participation], today=today).get(participation.pk, ())
    longest = max(found, key=lambda each: each.again_from, default=None)
    return longest if longest is not None and longest.again_from > today else None


def refuse_too_soon(participation: Participation, *, today: date) -> None:
    """Let no invitation go out within a year after another wave's to some of the same families.

    Raises:
        Refused: another wave invited them here, however late, less than a year ago.
    """
    before = waits_for(participation, today=today)
    if before is None:
        return
    too_late = before.again_from > participation.wave.closes_on
    raise Refused(
        f"{before.wave} asked some of these families until {before.last}, and each family is asked "
        f"at most once a year. Invitations can go from {before.again_from} on"
        + (f", which is after the last day of {participation.wave}." if too_late else ".")
    )


def _why_closed(part: Participation, others: Iterable[Before]) -> str:
    wave, leave = part.wave, f"Let {part.authority} take no part in this wave."
    for each in others:
        if rotation.within_a_year(wave.opens_on, each.wave.opens_on):
            # Before its keys are made, a wave is refused as a whole: its plan can still be mended.
            if wave.public_key is not None:
                return (
                    f"{each.wave} asks families here less than a year apart, and each family is "
                    f"asked at most once a year. {leave}"
                )
        elif each.again_from > wave.closes_on:
            return (
                f"{each.wave} asked families here until {each.last}, and each family is asked at "
                f"most once a year: nobody could be invited before this wave’s last day. {leave}"
            )
    return ""


def _before(parts: Iterable[Participation], *, today: date) -> dict[int, list[Before]]:
    """By a participation's id, the opened waves that ask some of its families too."""
    bound = [
        each
        for each in parts
        if not each.wave.asked_again_why and not each.version.definition.asked_elsewhere
    ]
    others = _sharing({each.wave_id: each.wave for each in bound})
    last = _last_asked(
        {each.pk for found in others.values() for each in found},
        {each.authority_id for each in bound},
        today=today,
    )
    return {
        part.pk: [
            Before(each, last[each.pk, part.authority_id])
            for each in others[part.wave_id]
            if (each.pk, part.authority_id) in last
        ]
        for part in bound
    }


def _sharing(waves: Mapping[int, Wave]) -> dict[int, list[Wave]]:
    """By a wave's id, the opened waves with some of its groups that may have asked in its year."""
    if not waves:
        return {}
    days = [each.opens_on for each in waves.values()]
    # A wave lasts a year at most, and what it asks on its last day counts for another.
    first, last = min(days) - 2 * rotation.A_YEAR, max(days) + rotation.A_YEAR
    opened = Wave.objects.opened().filter(opens_on__gte=first, opens_on__lt=last)
    texts = ("version__source", "version__translations")
    found = list(opened.select_related("version").defer(*texts).order_by("opens_on"))
    return {
        pk: [each for each in found if each.pk != pk and _asks_the_same(wave, each)]
        for pk, wave in waves.items()
    }


def _asks_the_same(wave: Wave, other: Wave) -> bool:
    # Whichever opened later said why it asks again, or nobody did.
    said_why = other.opens_on > wave.opens_on and other.asked_again_why
    return (
        other.simulated == wave.simulated
        and rotation.overlap(wave, other) > 0
        and not said_why
        and not other.version.definition.asked_elsewhere
    )


def _last_asked(
    waves: Collection[int], authorities: Collection[int], *, today: date
) -> Mapping[tuple[int, int], date | None]:
    """By ids of waves and authorities that take part, the last day on which families were asked."""
    if not waves:
        return {}
    parts = Participation.objects.filter(wave__in=waves, authority__in=authorities)
    days = {
        (wave, authority): opened_on
        for wave, authority, opened_on in parts.values_list("wave", "authority", "opened_on")
    }
    # What bounced, was left out or never went asked nobody.
    sent = Mailing.objects.filter(participation__in=parts, kind=Mailing.Kind.INVITATION).filter(
        Q(handled__gt=0) | Q(doubtful__gt=0) | Q(state__in=_UNDER_WAY)
    )
    columns = ("wave", "authority", "wave__closes_on")
    its = (f"participation__{column}" for column in columns)
    found = sent.order_by().values_list(*its, "state", "ended_at")
    for wave, authority, closes_on, state, ended_at in found:
        over = ended_at is not None and state not in _UNDER_WAY
        day = localdate(ended_at) if over else min(today, closes_on)
        days[wave, authority] = max(day, days[wave, authority] or day)
    return days


def _clashing(wave: Wave) -> list[Wave]:
    """The other waves of a year that ask some of the same groups, wherever they ask."""
    return [
        each
        for each in _within_a_year(wave).select_related("version")
        if rotation.overlap(wave, each) and not each.version.definition.asked_elsewhere
    ]


def _within_a_year(wave: Wave) -> WaveQuerySet:
    """A demonstration asks no real family, so that it is compared with demonstrations alone."""
    first, last = wave.opens_on - rotation.A_YEAR, wave.opens_on + rotation.A_YEAR
    others = Wave.objects.exclude(pk=wave.pk).filter(simulated=wave.simulated)
    return others.filter(opens_on__gt=first, opens_on__lt=last).order_by("opens_on")


def _shared(wave: Wave, others: Iterable[Wave]) -> dict[int, int]:
    """By another wave's id, in how many authorities both are asked; where there are any."""
    here = wave.participations.values("authority")
    both = Participation.objects.filter(wave__in=list(others), authority__in=here)
    return dict(both.order_by().values_list("wave").annotate(Count("pk")))

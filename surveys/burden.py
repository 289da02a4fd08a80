"""What families are asked of, and that none is asked twice within a year without a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from surveys import rotation
from surveys.errors import Refused
from surveys.models import Participation, Wave
from surveys.querysets import WaveQuerySet


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

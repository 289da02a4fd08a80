"""For each authority of a wave: how many families to invite, what it tells, and the burden.

How many answered last time is known to a package above, which registers it here.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db.models import Sum

from surveys import burden, eligible, response_rates, rotation, sample_sizes
from surveys.definition import Kind, Survey
from surveys.models import InvitationCount, Participation, Wave
from surveys.sample_sizes import LEAST_BASE, Sample

# By the id of a participation, how many of those invited have answered, as of the last mix.
Answered = Callable[[Collection[int]], Mapping[int, int]]

# Seconds for one question. Bright Spots' "Your Life, Your Care", which asks children in care the
# most like ours, has 34 to 49 questions and takes about ten minutes: 12 to 18 seconds each.
SECONDS_EACH: Final = 15
LEAST_RATE: Final = 0.01  # below, a plan would ask for more invitations than there are families

_answered: list[Answered] = []


class From(StrEnum):
    """Where the response that a plan counts on comes from."""

    LAST_TIME = "last time here"
    ENGLAND = "last time in England"
    TARGET = "the target"


@dataclass(frozen=True, slots=True)
class Row:
    """One authority in a wave.

    Args:
        eligible: how many could answer; 0 where nobody said.
        made: how many codes were made so far.
        rate: the response that is counted on, in fractions of one.
        asked_in_year: how many were invited, by all waves that open in the same calendar year.
        hours: how many hours those took, had all answered.
        twice: how many families at the most are asked twice within a year.
    """

    participation: Participation
    eligible: int
    made: int
    rate: float
    rate_from: From
    sample: Sample
    asked_in_year: int
    hours: float
    twice: int

    @property
    def percent(self) -> str:
        """The response that is counted on, in words."""
        return f"{round(100 * self.rate)}%"


def register(answered: Answered) -> None:
    """Say how many answered, in an AppConfig's ``ready``. Safe to call twice."""
    _answered[:] = [answered]


def rows(wave: Wave, *, of: Collection[Participation] | None = None) -> list[Row]:
    """Each participation of a wave, by name; of these only, where they are given.

    A fixed number of queries, however many there are.
    """
    parts = wave.participations.select_related("authority").order_by("authority__name")
    found = list(parts if of is None else parts.filter(pk__in=[each.pk for each in of]))
    numbers = eligible.numbers_in(found)
    made = _made(found)
    rates, england = _last_rates(wave, found)
    in_year = _asked_in_year(wave)
    clashes = burden.clashes_by_authority(wave)
    minutes = minutes_of(wave.version.definition)
    return [
        _row(
            each,
            wave,
            number=sum(numbers.get(each.authority_id, {}).values()),
            made=made.get(each.pk, 0),
            rates=(rates.get(each.authority_id), england),
            asked=in_year.get(each.authority_id, 0),
            minutes=minutes,
            again=clashes.get(each.authority_id, 0.0),
        )
        for each in found
    ]


def minutes_of(survey: Survey) -> int:
    """About how many minutes a family takes, in the age version with the most questions."""
    most = max(
        sum(1 for item in survey.items_for(age.code) if item.kind is not Kind.PAGE)
        for age in survey.age_versions
    )
    return max(1, round(most * SECONDS_EACH / 60))


def _row(
    part: Participation,
    wave: Wave,
    *,
    number: int,
    made: int,
    rates: tuple[float | None, float | None],
    asked: int,
    minutes: int,
    again: float,
) -> Row:
    rate, rate_from = _expected(wave, *rates)
    return Row(
        participation=part,
        eligible=number,
        made=made,
        rate=rate,
        rate_from=rate_from,
        sample=sample_sizes.plan(population=number, rate=rate, share_asked=rotation.share_of(wave)),
        asked_in_year=asked,
        hours=asked * minutes / 60,
        twice=round(again * number),
    )


def _expected(wave: Wave, here: float | None, england: float | None) -> tuple[float, From]:
    if here is not None:
        return here, From.LAST_TIME
    if england is not None:
        return england, From.ENGLAND
    return wave.target_rate / 100, From.TARGET


def _last_rates(
    wave: Wave, parts: Collection[Participation]
) -> tuple[dict[int, float], float | None]:
    """The last response by an authority's id, and of all of them together.

    Where fewer than ten answered, it is not said how many, and so neither at what rate; nor that
    all or nearly all have.
    """
    before = [
        each
        for each in eligible.last_parts(wave, [part.authority_id for part in parts])
        if each.wave.closes_on < wave.opens_on
    ]
    ids = [each.pk for each in before]
    made, replies = _made(before), _answered[0](ids) if _answered and ids else {}
    counted = {
        each.authority_id: (response_rates.told(replies[each.pk], made[each.pk]), made[each.pk])
        for each in before
        if made.get(each.pk) and replies.get(each.pk, 0) >= LEAST_BASE
    }
    answered = sum(number for number, _ in counted.values())
    asked = sum(number for _, number in counted.values())
    each_rate = {place: _rate(*numbers) for place, numbers in counted.items()}
    return each_rate, _rate(answered, asked) if asked else None


def _rate(answered: int, asked: int) -> float:
    return min(1.0, max(LEAST_RATE, answered / asked))


def _made(parts: Iterable[Participation]) -> dict[int, int]:
    found = InvitationCount.objects.filter(participation__in=[each.pk for each in parts])
    return dict(found.values_list("participation").annotate(Sum("made")))


def _asked_in_year(wave: Wave) -> dict[int, int]:
    found = InvitationCount.objects.filter(
        participation__wave__opens_on__year=wave.opens_on.year,
        participation__wave__simulated=wave.simulated,
        participation__authority__in=wave.participations.values("authority"),
    )
    return dict(found.values_list("participation__authority").annotate(Sum("made")))

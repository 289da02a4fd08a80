"""How many have answered so far, as of the last mix, for those who plan the service.

The only reader of batches among the rules of reporting, and it reads their sizes alone. Sizes grow
only at a mix, by ten or more and at most once a day, so that nobody can see one reply arrive.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, OuterRef, Sum

from analytics.models import Release
from analytics.rates import Answered
from authorities.models import Authority
from feedback.models import Batch, Channel
from surveys.models import EligiblePopulation, InvitationCount, Participation, Wave

# By channel: how many replies its batches hold, and the day of the last.
_Boxes = dict[str, tuple[int, date | None]]


@dataclass(frozen=True, slots=True)
class Progress:
    """One wave in one authority.

    Args:
        invited, by_open_link: how many replies were mixed, in words.
        last_mixed_on: ``None`` before the first mix.
        codes: how many invitations were made.
        eligible: how many could have answered; ``None`` where nobody said.
    """

    wave: Wave
    open: bool
    invited: str
    by_open_link: str
    last_mixed_on: date | None
    codes: int
    eligible: int | None


def unreleased(authority: Authority, *, today: date) -> list[Progress]:
    """Progress in each wave that has opened and has no published figures, the newest first.

    Four queries, however many waves there are.
    """
    released = Release.objects.published().filter(wave=OuterRef("wave"))
    participations = list(
        Participation.objects.of(authority)
        .filter(~Exists(released), wave__opens_on__lte=today)
        .exclude(wave__public_key=None)
        .select_related("wave")
        .order_by("-wave__period_start", "-wave_id")
    )
    boxes = _boxes(participations)
    counts = InvitationCount.objects.filter(participation__in=participations)
    codes = dict(counts.values_list("participation").annotate(Sum("made")))
    populations = EligiblePopulation.objects.filter(participation__in=participations)
    eligible = dict(populations.values_list("participation").annotate(Sum("number")))
    return [
        _progress(
            each.wave,
            boxes.get(each.pk, {}),
            codes=codes.get(each.pk, 0),
            eligible=eligible.get(each.pk),
            today=today,
        )
        for each in participations
    ]


def _progress(
    wave: Wave, boxes: _Boxes, *, codes: int, eligible: int | None, today: date
) -> Progress:
    empty = (0, None)
    return Progress(
        wave=wave,
        open=wave.closes_on >= today,
        invited=Answered.of(boxes.get(Channel.INVITED, empty)[0], codes, k=wave.k).in_words,
        by_open_link=in_words(boxes.get(Channel.OPEN, empty)[0], k=wave.k),
        last_mixed_on=max((day for _, day in boxes.values() if day), default=None),
        codes=codes,
        eligible=eligible,
    )


def in_words(replies: int, *, k: int) -> str:
    """How many, or "fewer than" where that is all that may be said.

    Args:
        k: the fewest ballots mixed together in this wave.
    """
    return f"fewer than {k}" if replies < k else f"{replies:,}"


def _boxes(participations: list[Participation]) -> dict[int, _Boxes]:
    """Of each participation that has any batch, its boxes."""
    batches = (
        Batch.objects.filter(participation__in=participations)
        .values_list("participation", "channel")
        .annotate(Sum("size"), Max("mixed_on"))
    )
    found: dict[int, _Boxes] = {}
    for participation, channel, size, day in batches:
        if participation is not None:
            found.setdefault(participation, {})[channel] = (size, day)
    return found

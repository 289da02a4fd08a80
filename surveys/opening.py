"""What a participation needs before families are asked: nobody is asked where nobody listens.

A child who tells that they are hurt must be heard the same day, and at night and at weekends by
somebody who answers: so there is a listener, a number for help, and cover out of hours. Without the
number of those who could answer, no response could be told from none. And nobody is asked where
another wave asked less than a year ago.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Sum

from authorities.models import Authority, Membership
from authorities.roles import Permission
from surveys import burden
from surveys.models import EligiblePopulation, Participation, Wave


class Need(StrEnum):
    """What may be missing."""

    HELP = "help"
    COVER = "cover"
    LISTENER = "listener"
    ELIGIBLE = "eligible"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing, and what to do.

    Args:
        url_name: the name of the page on which it is mended; `args` are the parts of its address.
    """

    need: Need
    sentence: str
    url_name: str
    args: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        """Whether it is mended on the page that says so: whom families can turn to."""
        return self.need in (Need.HELP, Need.COVER)


@dataclass(frozen=True, slots=True)
class Standing:
    """A participation, and what is missing before it can be opened."""

    participation: Participation
    missing: tuple[Missing, ...]

    @property
    def ready(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Listeners:
    """Where somebody listens on a day: by their ids, and whether nationally, hence everywhere."""

    nationally: bool
    places: frozenset[int]

    @classmethod
    def on(cls, today: date) -> "Listeners":
        held = Membership.objects.held_on(today).of_someone_active()
        places: set[int | None] = set(
            held.giving(Permission.ANSWER_CONTACTS).values_list("authority", flat=True)
        )
        return cls(None in places, frozenset(place for place in places if place is not None))

    def hear(self, authority: Authority) -> bool:
        return self.nationally or authority.pk in self.places


def what_is_missing(participation: Participation, today: date) -> tuple[Missing, ...]:
    """All that a participation lacks; nothing if it can be opened. As many as `standings_of`."""
    [standing] = standings_of([participation], today)
    return standing.missing


def standings(wave: Wave, today: date) -> list[Standing]:
    """Of each participation that is not open yet, in the order of names. One more query."""
    parts = wave.participations.filter(opened_on=None).order_by("authority__name")
    return standings_of(parts.select_related("wave", "authority", "version"), today)


def standings_of(parts: Iterable[Participation], today: date) -> list[Standing]:
    """Of these participations, in their order.

    Two queries, and theirs; and those of `burden.why_closed`, where a plan gives no reason to ask
    families again.
    """
    parts, listeners = list(parts), Listeners.on(today)
    numbers = EligiblePopulation.objects.filter(participation__in=parts)
    eligible = dict(numbers.values_list("participation").annotate(Sum("number")))
    asked = burden.why_closed(parts, today=today)
    return [
        Standing(
            part,
            _missing(part, listeners, eligible.get(part.pk) or 0, why_closed=asked.get(part.pk)),
        )
        for part in parts
    ]


def _missing(
    part: Participation, listeners: Listeners, eligible: int, *, why_closed: str | None
) -> tuple[Missing, ...]:
    if part.version.definition.asked_elsewhere:
        return ()  # past answers are brought along, and nobody is asked
    place = (part.wave.slug, part.authority.gss_code)
    found = []
    if not (part.help_name and part.help_phone):
        say = "Nobody is named whom families can turn to. Add a name and a number."
        found.append(Missing(Need.HELP, say, "taking-part", place))
    if not (part.cover_name and part.cover_phone):
        say = (
            "Nobody is named who answers out of office hours. Add the emergency duty team and its "
            "number."
        )
        found.append(Missing(Need.COVER, say, "taking-part", place))
    if not listeners.hear(part.authority):
        say = (
            "Nobody listens: no listener is appointed nationally or here. Ask a national "
            "administrator to appoint one."
        )
        found.append(Missing(Need.LISTENER, say, "staff-roles"))
    if not eligible:
        say = "It is not known how many could answer. Upload the numbers by service."
        found.append(Missing(Need.ELIGIBLE, say, "eligible-of", place))
    if why_closed:
        found.append(Missing(Need.YEAR, why_closed, "taking-part", place))
    return tuple(found)

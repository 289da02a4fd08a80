"""Events: days on which something changed in an authority, marked in its charts by its planners.

A reader who sees a line turn wants to know what happened there. Where an event changed how things
are done for good, limits are worked out anew from it: "rebasing", in NHS England's guides to making
data count. That can hide a change for the worse as well, so who marked it is in the audit.
"""

from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from analytics.errors import Refused
from analytics.indicators import Index, Indicator, measures
from analytics.models import Event
from analytics.wording import name_of
from authorities import audit
from authorities.models import Authority, User

# A chart with more marks than waves explains nothing.
MOST: Final = 40
LONGEST: Final = 120


def of_authority(authority: Authority) -> QuerySet[Event]:
    """The newest first."""
    return Event.objects.filter(authority=authority).select_related("by").order_by("-on", "-pk")


def about() -> dict[str, str]:
    """What an event can be about: the words of each indicator and index, by its code."""
    known = measures()
    each_of_them: list[Index | Indicator] = [*known.indexes, *known.indicators]
    return {each.code: name_of(each) for each in each_of_them}


@transaction.atomic
def mark(
    *,
    authority: Authority,
    on: date,
    words: str,
    indicator: str,
    rebases: bool,
    by: User,
    today: date,
) -> Event:
    """Mark a day in the charts of an authority. The very same, marked twice, is marked once.

    Args:
        words: what happened, for everybody who reads the report: nothing about a person.
        indicator: the code of the one it is about; "" for all of them.
        rebases: whether limits are worked out anew from that day.

    Raises:
        Refused: nothing is said, or too much; there is no such indicator; the day is to come; or
            there are so many marks already that they explain nothing.
    """
    words = " ".join(words.split())
    if not words or len(words) > LONGEST:
        raise Refused(f"Say what happened, in 1 to {LONGEST} letters, such as: New duty team.")
    if indicator and indicator not in about():
        raise Refused("There is no such indicator. Choose one of the list, or all of them.")
    if on > today:
        raise Refused("That day is still to come. Mark it once it has happened.")
    # Locked, so that a form that is sent twice at once marks one day.
    Authority.objects.select_for_update().get(pk=authority.pk)
    ours = Event.objects.filter(authority=authority)
    found = ours.filter(on=on, words=words, indicator=indicator, rebases=rebases).first()
    if found is not None:
        return found
    if ours.count() >= MOST:
        raise Refused(f"There are {MOST} marks already. Take away what explains nothing any more.")
    event = Event.objects.create(
        authority=authority, on=on, words=words, indicator=indicator, rebases=rebases, by=by
    )
    _record("event marked", event, by)
    return event


@transaction.atomic
def take_away(*, authority: Authority, event_id: int, by: User) -> bool:
    """Take a mark out of the charts. May be called twice.

    Returns:
        Whether it was there, in this authority.
    """
    found = Event.objects.select_for_update().filter(authority=authority, pk=event_id).first()
    if found is None:
        return False
    found.delete()
    _record("event taken away", found, by)
    return True


def _record(act: str, event: Event, by: User) -> None:
    anew = "; limits anew from there" if event.rebases else ""
    audit.record(
        actor=by,
        act=act,
        subject=f"{event.on}, {event.indicator or 'all indicators'}{anew}",
        authority=event.authority,
        why=event.words,
    )

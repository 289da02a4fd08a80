"""The listeners' queue: ideas and comments together, the oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, Value

from authorities.models import User
from feedback.listening import comments_for, suggestions_for
from feedback.models import Comment, Suggestion, Writing
from feedback.querysets import CommentQuerySet, SuggestionQuerySet

# The day on which a writing was opened, its kind, its number.
Place = tuple[date, str, int]


@dataclass(frozen=True, slots=True)
class Search:
    """Which writings a listener wants to see.

    Args:
        kind: a `Writing.Kind`, or "" for both.
        authority: a GSS code, or "" for all.
        state: a `Writing.State`, or "" for all.
    """

    kind: str = ""
    authority: str = ""
    state: str = Writing.State.UNREAD


def queue_for(user: User | AnonymousUser, search: Search, *, today: date) -> "QuerySet[Any, Place]":
    """Where the writings of a search stand, the oldest first.

    Those of one day stand in the order of their numbers, which were given out at random.

    Raises:
        PermissionDenied: the person is not a national listener.
    """
    kinds = [search.kind] if search.kind else Writing.Kind.values
    first, *others = [_places(user, kind, search, today=today) for kind in kinds]
    return first.union(*others, all=True).order_by("opened_on", "its_kind", "id")


def writings_at(
    user: User | AnonymousUser, places: Iterable[Place], *, today: date
) -> list[Suggestion | Comment]:
    """The writings that stand there, in the same order, in two queries however many."""
    order = [(kind, pk) for _, kind, pk in places]
    found = {
        (kind, pk): writing
        for kind in Writing.Kind.values
        for pk, writing in writings_for(user, kind, today=today)
        .for_reading()
        .in_bulk([pk for its_kind, pk in order if its_kind == kind])
        .items()
    }
    return [found[place] for place in order if place in found]


def writings_for(
    user: User | AnonymousUser, kind: str, *, today: date
) -> SuggestionQuerySet | CommentQuerySet:
    """All writings of one kind, through the one door to it."""
    if kind == Writing.Kind.IDEA:
        return suggestions_for(user, today=today)
    return comments_for(user, today=today)


def _places(
    user: User | AnonymousUser, kind: str, search: Search, *, today: date
) -> "QuerySet[Any, Place]":
    found = writings_for(user, kind, today=today)
    if search.authority:
        found = found.filter(authority__gss_code=search.authority)
    if search.state:
        found = found.filter(state=search.state)
    return found.annotate(its_kind=Value(kind)).values_list("opened_on", "its_kind", "id")

"""Reads, as domain words."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Case, Count, Exists, F, IntegerField, Q, QuerySet, Value, When

if TYPE_CHECKING:
    from authorities.models import Authority
    from authorities.querysets import MembershipQuerySet
    from feedback.models import Ballot, Batch, Comment, ContactRequest, Opening, Suggestion
    from surveys.models import Participation, Wave


class BallotQuerySet(QuerySet["Ballot"]):
    def in_box(self, participation: "Participation", channel: str) -> Self:
        return self.filter(participation=participation, channel=channel)

    def in_boxes(self, participations: "Collection[int]", channel: str) -> Self:
        return self.filter(participation__in=participations, channel=channel)

    def of_wave(self, wave: "Wave") -> Self:
        return self.filter(participation__wave=wave)

    def boxes(self) -> "Iterable[tuple[int, str, date, int, int]]":
        """Participation, channel, last day of fieldwork, ``k``, and how many ballots are ready.

        Of waves whose key still exists.
        """
        return (
            self.with_opened_words()
            .filter(participation__wave__key_destroyed_on=None)
            .order_by("participation_id", "channel")
            .values_list(
                "participation_id",
                "channel",
                "participation__wave__closes_on",
                "participation__wave__k",
            )
            .annotate(ready=Count("pk"))
        )

    def with_unopened_words(self) -> Self:
        return self.filter(words__isnull=False)

    def with_opened_words(self) -> Self:
        return self.filter(words__isnull=True)


class BatchQuerySet(QuerySet["Batch"]):
    def of(self, wave: "Wave") -> Self:
        return self.filter(wave=wave)


class SuggestionQuerySet(QuerySet["Suggestion"]):
    def from_authority(self, authority: "Authority") -> Self:
        return self.filter(authority=authority)

    def unread(self) -> Self:
        return self.filter(state="unread")

    def for_reading(self) -> Self:
        """With all that a page shows, in one query however many there are."""
        return self.select_related("authority", "wave", "read_by")


class CommentQuerySet(QuerySet["Comment"]):
    def from_authority(self, authority: "Authority") -> Self:
        return self.filter(authority=authority)

    def unread(self) -> Self:
        return self.filter(state="unread")

    def for_reading(self) -> Self:
        """With all that a page shows, in one query however many there are."""
        return self.select_related("authority", "wave", "read_by")


class ContactRequestQuerySet(QuerySet["ContactRequest"]):
    def for_those_with(self, memberships: "MembershipQuerySet") -> Self:
        """Those addressed to an authority in which one of these is held; and, where one is held
        nationally, those that are national or were escalated."""
        theirs = memberships.filter(authority__isnull=False).values("authority")
        nationally = Exists(memberships.filter(authority=None))
        come_to_all = Q(authority=None) | Q(escalated_at__isnull=False)
        return self.filter(Q(authority__in=theirs) | (Q(nationally) & come_to_all))

    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def not_closed(self) -> Self:
        return self.exclude(state="closed")

    def closed(self) -> Self:
        return self.filter(state="closed")

    def with_the_national_listeners(self) -> Self:
        return self.filter(Q(authority=None) | Q(escalated_at__isnull=False))

    def untold_since(self, moment: datetime) -> Self:
        """Waiting, and nobody was told since."""
        return self.waiting().filter(told_at__lte=moment)

    def most_urgent_first(self) -> Self:
        """Whom nobody has taken on, the longest wait first; then those in hand; then the closed,
        the last first."""
        rank = Case(
            When(state="waiting", then=Value(0)),
            When(state="acknowledged", then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.order_by(rank, F("closed_at").desc(nulls_last=True), "received_at", "pk")

    def for_reading(self) -> Self:
        """With all that a page shows, in one query however many there are."""
        return self.select_related("authority", "acknowledged_by").defer("once", "envelope")


class OpeningQuerySet(QuerySet["Opening"]):
    def asked_since(self, moment: datetime) -> Self:
        return self.filter(asked_at__gt=moment)

    def asked_before(self, moment: datetime) -> Self:
        return self.filter(asked_at__lte=moment)

    def waiting(self) -> Self:
        """Not opened yet, nor known to be unopenable."""
        return self.filter(sealed=None, failed=False)

"""Reads, as domain words."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Count, QuerySet

if TYPE_CHECKING:
    from authorities.models import Authority
    from feedback.models import Ballot, Batch, Comment, Suggestion
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

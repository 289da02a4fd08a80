"""Reads, as domain words; and the refusal to change what was published."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import QuerySet

from analytics.errors import Frozen

if TYPE_CHECKING:
    from analytics.models import Background, Figure, Release, Subscription, TallySheet
    from surveys.models import Wave


class TallySheetQuerySet(QuerySet["TallySheet"]):
    def of(self, wave: "Wave") -> Self:
        return self.filter(wave=wave)


class ReleaseQuerySet(QuerySet["Release"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)

    def of(self, wave: "Wave") -> Self:
        return self.filter(wave=wave)

    def update(self, **fields: Any) -> int:
        """Raises: Frozen: one of them was published."""
        if self.published().exists():
            raise Frozen
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises: Frozen: one of them was published."""
        if self.published().exists():
            raise Frozen
        return super().delete()


class FigureQuerySet(QuerySet["Figure"]):
    def published(self) -> Self:
        return self.exclude(release__published_at=None)

    def of_areas(self, *areas: str) -> Self:
        return self.filter(area__in=areas)

    def update(self, **fields: Any) -> int:
        """Raises: Frozen: one of them was published."""
        if self.published().exists():
            raise Frozen
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises: Frozen: one of them was published."""
        if self.published().exists():
            raise Frozen
        return super().delete()


class BackgroundQuerySet(QuerySet["Background"]):
    def published(self) -> Self:
        return self.exclude(release__published_at=None)

    def update(self, **fields: Any) -> int:
        """Raises: Frozen: one of them was published."""
        if self.published().exists():
            raise Frozen
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises: Frozen: one of them was published."""
        if self.published().exists():
            raise Frozen
        return super().delete()


class SubscriptionQuerySet(QuerySet["Subscription"]):
    def confirmed(self) -> Self:
        return self.exclude(confirmed_on=None)

    def unconfirmed(self) -> Self:
        return self.filter(confirmed_on=None)

"""Reads, as domain words; and the refusal to delete a plan."""

from datetime import date
from typing import TYPE_CHECKING, NoReturn, Self

from django.db.models import Q, QuerySet

from improvement.errors import PlansAreKept

if TYPE_CHECKING:
    from authorities.models import Authority
    from authorities.querysets import AuthorityQuerySet
    from improvement.models import Plan


class PlanQuerySet(QuerySet["Plan"]):
    def of(self, authority: "Authority") -> Self:
        return self.filter(authority=authority)

    def of_any(self, authorities: "AuthorityQuerySet") -> Self:
        return self.filter(authority__in=authorities)

    def open(self) -> Self:
        return self.filter(state="open")

    def late_on(self, day: date) -> Self:
        """Open, though the day by which it was to be done is over."""
        return self.open().filter(by_when__lt=day)

    def public(self) -> Self:
        return self.filter(public=True)

    def not_over_before(self, day: date) -> Self:
        """Without those that had ended and whose outcome was due before the day."""
        return self.exclude(~Q(state="open") & Q(expected_by__lt=day))

    def for_reading(self) -> Self:
        """With all that is read of a plan, in one query."""
        return self.select_related("started_in__wave__version").defer(
            "started_in__wave__version__source", "started_in__wave__version__translations"
        )

    def delete(self) -> NoReturn:
        raise PlansAreKept

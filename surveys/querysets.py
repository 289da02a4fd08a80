"""Reads, as domain words; and the refusal of updates that would break a promise."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db.models import Model, QuerySet

from surveys.errors import EndingIsKept, PromiseIsKept, Refused, VersionIsFrozen

if TYPE_CHECKING:
    from authorities.models import Authority
    from surveys.models import Invitation, OpenLink, Participation, Version, Wave

Kept = Callable[[Iterable[str]], Refused]

# What a wave opened with, and who was asked what in it: nothing changes these once it has a key.
FROZEN_OF_WAVE = frozenset(
    {
        "slug",
        "version",
        "period_start",
        "period_end",
        "k",
        "promise",
        "promises",
        "public_key",
        "sending_key",
        "languages",
        "groups",
        "asked_groups",
        "simulated",
    }
)
# Once a wave has ended, what was mixed and destroyed because of it cannot be had back.
FROZEN_OF_ENDED = frozenset({"opens_on", "closes_on", "ended_on"})
FROZEN_OF_PARTICIPATION = frozenset({"wave", "authority", "version"})


class VersionQuerySet(QuerySet["Version"]):
    def of(self, survey: str) -> Self:
        return self.filter(survey=survey)

    def cores(self) -> Self:
        """Asked everywhere: no authority's own, which has local questions too."""
        return self.filter(core=None)

    def update(self, **_: Any) -> NoReturn:
        raise VersionIsFrozen

    def delete(self) -> NoReturn:
        raise VersionIsFrozen


class WaveQuerySet(QuerySet["Wave"]):
    def open_on(self, day: date) -> Self:
        """Fieldwork is under way and there is a key to seal ballots with."""
        return self.opened().filter(opens_on__lte=day, closes_on__gte=day)

    def closed_on(self, day: date) -> Self:
        return self.filter(closes_on__lt=day)

    def opened(self) -> Self:
        """With a key, so that families may have answered."""
        return self.exclude(public_key=None)

    def ended(self) -> Self:
        """Closed, and found to be: their last day is behind them and cannot change any more."""
        return self.exclude(ended_on=None)

    def refuse_changes_in(self, row: "Wave") -> None:
        """What saving this row would break.

        Raises:
            PromiseIsKept: it would change what its wave opened with.
            EndingIsKept: it would change how its wave ended.
        """
        _refuse_changes(self.opened().filter(pk=row.pk), row, FROZEN_OF_WAVE)
        _refuse_changes(self.ended().filter(pk=row.pk), row, FROZEN_OF_ENDED, EndingIsKept)

    def update(self, **changes: Any) -> int:
        """Raises: PromiseIsKept, EndingIsKept: this names what is kept of one of them."""
        _refuse_update(self.opened(), changes, FROZEN_OF_WAVE)
        _refuse_update(self.ended(), changes, FROZEN_OF_ENDED, EndingIsKept)
        return super().update(**changes)


class ParticipationQuerySet(QuerySet["Participation"]):
    def open_on(self, day: date) -> Self:
        """Families here can answer on this day."""
        its_days = self.filter(wave__opens_on__lte=day, wave__closes_on__gte=day)
        return its_days.filter(opened_on__lte=day)

    def opened(self) -> Self:
        """Families here can answer, or could, so that what they are asked cannot change."""
        return self.exclude(opened_on=None)

    def of(self, authority: "Authority") -> Self:
        return self.filter(authority=authority)

    def refuse_changes_in(self, row: "Participation") -> None:
        """Raises: PromiseIsKept: saving this row would change who is asked what in an open wave."""
        _refuse_changes(self.opened().filter(pk=row.pk), row, FROZEN_OF_PARTICIPATION)

    def update(self, **changes: Any) -> int:
        """Raises: PromiseIsKept: a wave is open, and this names who was asked what in it."""
        _refuse_update(self.opened(), changes, FROZEN_OF_PARTICIPATION)
        return super().update(**changes)


class InvitationQuerySet(QuerySet["Invitation"]):
    def with_digest(self, digest: bytes) -> Self:
        return self.filter(digest=digest)


class OpenLinkQuerySet(QuerySet["OpenLink"]):
    def open_on(self, day: date) -> Self:
        """Not taken down. Whether its wave is open is asked of the participation."""
        return self.exclude(closed_on__lte=day)

    def for_answering(self) -> Self:
        """With the participation's wave, authority and version, in one query.

        Not the version's long texts: the parsed survey is kept by digest, and most requests need
        no more than that.
        """
        return self.select_related(
            "participation__wave", "participation__authority", "participation__version"
        ).defer("participation__version__source", "participation__version__translations")


def _refuse_changes(
    stored_rows: Iterable[Model], row: Model, frozen: frozenset[str], error: Kept = PromiseIsKept
) -> None:
    for stored in stored_rows:
        changed = {name for name in frozen if _held(stored, name) != _held(row, name)}
        if changed and not (changed == {"version"} and _succeeds(row, stored)):
            raise error(changed)


def _refuse_update(
    kept: QuerySet[Any],
    changes: Mapping[str, Any],
    frozen: frozenset[str],
    error: Kept = PromiseIsKept,
) -> None:
    changed = {name.removesuffix("_id") for name in changes} & frozen
    if changed and kept.exists():
        raise error(changed)


def _succeeds(row: Any, stored: Any) -> bool:
    """Whether it is recorded that in this wave this version took the place of that one.

    `Succession` keeps only what differs in wording alone, and names the two who stand for it.
    """
    wave = stored if hasattr(stored, "successions") else stored.wave
    found = wave.successions.filter(before=stored.version_id, after=row.version_id)
    return bool(found.exists())


def _held(row: Model, name: str) -> object:
    """A field's value; of a foreign key the id; bytes where PostgreSQL gives a memoryview."""
    value = row.serializable_value(name)
    return bytes(value) if isinstance(value, memoryview) else value

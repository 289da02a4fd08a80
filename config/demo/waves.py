"""Runs the waves of the demonstration: those that are over to their release, the last so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from authorities.models import Authority
from authorities.roles import Role
from config.demo import fieldwork, staff
from config.demo.progress import Progress
from config.demo.quarters import Quarter
from config.demo.simulation import Country
from feedback import ballots
from feedback.ballots import Sent
from feedback.models import Ballot, Channel
from surveys.keyring import Keyring
from surveys.models import Participation, Version, Wave

_BEFORE_THE_MIX = 0.6  # of the visits to a wave, come before it is mixed while it is open
_STILL_TO_READ = 40  # ideas of the open wave, and as many comments
_RELEASED_AT = time(9, 30)
_BOXES_AT_ONCE = 20  # cast in one transaction


@dataclass(frozen=True, slots=True)
class Waves:
    """What each wave needs.

    Args:
        authorities: those that take part, in the order of the country's places.
    """

    country: Country
    version: Version
    authorities: Sequence[Authority]
    keyring: Keyring
    progress: Progress

    def whole(self, number: int, quarter: Quarter) -> int:
        """A wave from planning to release. Returns how many ballots were cast."""
        sent = self._sent(number, quarter, share=1.0)
        # Mixed on the way too, so that the next wave can be looked at beside it on the same day.
        replies = self._cast(_first(sent), quarter)
        self._night(quarter, quarter.mixed_on)
        replies += self._cast(_rest(sent), quarter, before=replies)
        self._night(quarter, quarter.closes_on + timedelta(days=1))
        self.progress.now(f"{quarter.name}: releasing")
        wave = Wave.objects.get(slug=quarter.slug)
        fieldwork.read_words(wave=wave, by=staff.who_is(Role.LISTENER), leaving=0)
        fieldwork.release(
            wave=wave,
            now=datetime.combine(
                quarter.released_on, _RELEASED_AT, tzinfo=timezone.get_current_timezone()
            ),
            by=staff.signing(),
            keyring=self.keyring,
        )
        self.progress.done(f"{quarter.name}: {replies:,} simulated replies, counted and released")
        return replies

    def so_far(
        self, number: int, quarter: Quarter, *, share: float, shown: Authority, waiting: int
    ) -> int:
        """The open wave: some boxes mixed, and ballots that wait. Returns how many were cast.

        Args:
            share: how much of what comes to a whole wave has come, from 0 to 1.
            shown: the one that visitors look at, which asks a local question too.
            waiting: ballots by invitation that its box is to hold.
        """
        sent = self._sent(number, quarter, share=share, choosing=shown)
        replies = self._cast(_first(sent), quarter)
        self._night(quarter, quarter.mixed_on)
        fieldwork.read_words(
            wave=Wave.objects.get(slug=quarter.slug),
            by=staff.who_is(Role.LISTENER),
            leaving=_STILL_TO_READ,
        )
        rest = {
            part: _so_that_wait(part, each, waiting) if part.authority == shown else each
            for part, each in _rest(sent).items()
        }
        replies += self._cast(rest, quarter, before=replies)
        self.progress.done(f"{quarter.name}: {replies:,} simulated replies so far; it is open")
        return replies

    def _sent(
        self, number: int, quarter: Quarter, *, share: float, choosing: Authority | None = None
    ) -> dict[Participation, list[Sent]]:
        """What is sent to each authority, in the order in which it comes."""
        self.progress.now(f"{quarter.name}: inviting families")
        parts = fieldwork.plan_and_open(
            quarter=quarter,
            version=self.version,
            authorities=self.authorities,
            keyring=self.keyring,
            choosing=choosing,
        )
        with transaction.atomic():
            return {
                part: fieldwork.invite(
                    part=part, visits=self.country.visits(place, wave=number, part=share)
                )
                for part, place in zip(parts, self.country.places, strict=True)
            }

    def _cast(
        self, sent: Mapping[Participation, Sequence[Sent]], quarter: Quarter, *, before: int = 0
    ) -> int:
        boxes, cast = list(sent.items()), 0
        for start in range(0, len(boxes), _BOXES_AT_ONCE):
            with transaction.atomic():
                for part, each in boxes[start : start + _BOXES_AT_ONCE]:
                    ballots.cast_many(participation=part, sent=each)
                    cast += len(each)
            self.progress.now(f"{quarter.name}: {before + cast:,} ballots cast")
        return cast

    def _night(self, quarter: Quarter, today: date) -> None:
        self.progress.now(f"{quarter.name}: opening words, mixing, counting")
        fieldwork.night(today=today, keyring=self.keyring)


def _first(sent: Mapping[Participation, Sequence[Sent]]) -> dict[Participation, Sequence[Sent]]:
    return {part: each[: round(len(each) * _BEFORE_THE_MIX)] for part, each in sent.items()}


def _rest(sent: Mapping[Participation, Sequence[Sent]]) -> dict[Participation, Sequence[Sent]]:
    return {part: each[round(len(each) * _BEFORE_THE_MIX) :] for part, each in sent.items()}


def _so_that_wait(part: Participation, sent: Sequence[Sent], waiting: int) -> list[Sent]:
    """As many of those by invitation as fill the box to ``waiting``; all by the open link."""
    missing = max(0, waiting - Ballot.objects.in_box(part, Channel.INVITED).count())
    invited = [each for each in sent if each.code is not None]
    return [*invited[:missing], *(each for each in sent if each.code is None)]

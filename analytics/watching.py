"""Watching a wave: every authority in it, how far it is, and which are late.

The number of queries does not depend on how many authorities, waves, codes or replies there are.
Of replies only the sizes of batches are read, which grow at a mix, by k or more. How many sent a
ballot that waits, or which codes are used, nobody learns here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Max, Sum

from analytics.rates import Answered
from authorities.models import Authority
from feedback.models import AnsweredCount, Batch, Channel
from surveys import opening
from surveys.models import (
    EligiblePopulation,
    InvitationCount,
    Mailing,
    OpenLink,
    Participation,
    Wave,
)

# Mixing takes ballots once a day where k or more wait. Two weeks without is long enough to ask
# what is the matter, and short enough to mend it within fieldwork of six weeks or more.
SILENT_AFTER: Final = timedelta(days=14)
# Nothing was sent by the end of the first week.
UNSENT_AFTER: Final = timedelta(days=7)

_SENT_COUNTS = ("total", "handled", "bounced", "opted_out", "not_to_be_asked", "doubtful", "failed")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the messages of a participation: the invitations alone, not the reminders."""

    total: int = 0
    handled: int = 0
    bounced: int = 0
    opted_out: int = 0
    not_to_be_asked: int = 0
    doubtful: int = 0
    failed: int = 0

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(*(getattr(self, name) + getattr(other, name) for name in _SENT_COUNTS))


@dataclass(frozen=True, slots=True)
class Row:
    """One authority in one wave; or, with no participation, one that has not joined it.

    Args:
        missing: what still keeps it from opening, in sentences.
        by_open_link: replies by an open link, in words.
        before: how it was in the wave before, on the same day of fieldwork; ``None`` without one.
        late: why it is late, in a sentence; "" where it is not.
    """

    authority: Authority
    participation: Participation | None
    answered: Answered
    by_open_link: int
    open_links: int
    sent: Sent
    eligible: int | None
    missing: tuple[str, ...]
    last_mixed_on: date | None
    days_since_mix: int | None
    before: Answered | None
    state: str
    late: str

    @property
    def by_open_link_in_words(self) -> str:
        k = self.answered.k
        return f"{self.by_open_link:,}" if self.by_open_link >= k else f"fewer than {k}"

    @property
    def change(self) -> int | None:
        """Points of the rate beyond the wave before, on the same day; ``None`` without both."""
        if self.before is None or self.before.percent is None or self.answered.percent is None:
            return None
        return self.answered.percent - self.before.percent


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a breakdown: an age version, or a language."""

    code: str
    answered: Answered


@dataclass(frozen=True, slots=True)
class Country:
    """A wave as a whole.

    Args:
        rows: every authority in force, the late ones first, then by name.
    """

    wave: Wave
    before: Wave | None
    rows: tuple[Row, ...]
    answered: Answered
    by_open_link: int
    sent: Sent
    by_age: tuple[Part, ...]
    by_language: tuple[Part, ...]

    def in_state(self, state: str) -> int:
        return sum(row.state == state for row in self.rows)

    @property
    def late(self) -> int:
        return sum(bool(row.late) for row in self.rows)


# The states of an authority in a wave, in the order in which it goes through them.
NOT_JOINED, NOT_READY, READY, OPEN, CLOSED = "not joined", "not ready", "ready", "open", "closed"
STATES = (NOT_JOINED, NOT_READY, READY, OPEN, CLOSED)


def country(wave: Wave, *, today: date) -> Country:
    """A wave in every authority."""
    seen = _Seen.of(wave, today=today)
    there = {each.authority_id: each for each in seen.participations}
    authorities = list(Authority.objects.in_force_on(wave.opens_on).select_related("region"))
    rows = [seen.row(each, there.get(each.pk)) for each in authorities]
    return Country(
        wave=wave,
        before=seen.before,
        rows=tuple(sorted(rows, key=lambda row: (not row.late, row.authority.name))),
        answered=sum((row.answered for row in rows), Answered.of(0, 0, k=wave.k)),
        by_open_link=sum(row.by_open_link for row in rows),
        sent=sum((row.sent for row in rows), Sent()),
        by_age=_parts(seen, AnsweredCount.By.AGE),
        by_language=_parts(seen, AnsweredCount.By.LANGUAGE),
    )


@dataclass(frozen=True, slots=True)
class OneAuthority:
    """One authority in one wave, with its breakdowns."""

    wave: Wave
    row: Row
    by_age: tuple[Part, ...]
    by_language: tuple[Part, ...]


def of_authority(authority: Authority, wave: Wave, *, today: date) -> OneAuthority:
    """The same as in :func:`country`, of one authority alone."""
    seen = _Seen.of(wave, today=today, authority=authority)
    participation = next(iter(seen.participations), None)
    return OneAuthority(
        wave=wave,
        row=seen.row(authority, participation),
        by_age=_parts(seen, AnsweredCount.By.AGE),
        by_language=_parts(seen, AnsweredCount.By.LANGUAGE),
    )


def wave_before(wave: Wave) -> Wave | None:
    """The wave of the same survey that opened last before this one."""
    earlier = Wave.objects.opened().filter(version__survey=wave.version.survey)
    return earlier.filter(opens_on__lt=wave.opens_on).order_by("-opens_on", "-pk").first()


@dataclass(slots=True)
class _Seen:
    """What was read of a wave, by participation; of the wave before, by authority."""

    wave: Wave
    today: date
    before: Wave | None
    participations: list[Participation]
    missing: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    codes: dict[int, dict[tuple[str, str], int]] = field(default_factory=dict)
    boxes: dict[int, dict[str, tuple[int, date | None]]] = field(default_factory=dict)
    shown: dict[int, dict[tuple[str, str], int]] = field(default_factory=dict)
    sent: dict[int, Sent] = field(default_factory=dict)
    eligible: dict[int, int] = field(default_factory=dict)
    links: dict[int, int] = field(default_factory=dict)
    earlier: dict[int, Answered] = field(default_factory=dict)

    @classmethod
    def of(cls, wave: Wave, *, today: date, authority: Authority | None = None) -> "_Seen":
        found = wave.participations.select_related("authority__region", "version").defer(
            "version__source", "version__translations"
        )
        if authority is not None:
            found = found.filter(authority=authority)
        seen = cls(wave, today, wave_before(wave), list(found))
        for each in seen.participations:
            each.wave = wave  # with its long texts, which need not come again for each
        closed = [each for each in seen.participations if each.opened_on is None]
        seen.missing = {
            each.participation.pk: tuple(missing.sentence for missing in each.missing)
            for each in opening.standings_of(closed, today)
        }
        seen.codes = _codes(seen.participations)
        seen.boxes = _boxes(seen.participations)
        seen.shown = _shown(seen.participations)
        seen.sent = _sent(seen.participations)
        eligible = EligiblePopulation.objects.filter(participation__in=seen.participations)
        seen.eligible = dict(eligible.values_list("participation").annotate(Sum("number")))
        links = OpenLink.objects.filter(participation__in=seen.participations).open_on(today)
        seen.links = dict(links.values_list("participation").annotate(Count("pk")))
        seen.earlier = _earlier(seen.before, wave, today=today, authority=authority)
        return seen

    def row(self, authority: Authority, participation: Participation | None) -> Row:
        pk = 0 if participation is None else participation.pk
        boxes = self.boxes.get(pk, {})
        codes = sum(self.codes.get(pk, {}).values())
        replies, _ = boxes.get(Channel.INVITED, (0, None))
        last = max((day for _, day in boxes.values() if day is not None), default=None)
        state = self._state(participation)
        return Row(
            authority=authority,
            participation=participation,
            answered=Answered.of(replies, codes, k=self.wave.k),
            by_open_link=boxes.get(Channel.OPEN, (0, None))[0],
            open_links=self.links.get(pk, 0),
            sent=self.sent.get(pk, Sent()),
            eligible=self.eligible.get(pk),
            missing=self.missing.get(pk, ()),
            last_mixed_on=last,
            days_since_mix=None if last is None else (self.today - last).days,
            before=self.earlier.get(authority.pk),
            state=state,
            late=self._late(participation, state, codes=codes, last=last),
        )

    def _state(self, participation: Participation | None) -> str:
        if participation is None:
            return NOT_JOINED
        if self.wave.closes_on < self.today:
            return CLOSED
        opened_on = participation.opened_on
        if opened_on is not None and opened_on <= self.today and self.wave.opens_on <= self.today:
            return OPEN
        return NOT_READY if self.missing.get(participation.pk) else READY

    def _late(
        self, participation: Participation | None, state: str, *, codes: int, last: date | None
    ) -> str:
        """Why it is late, in a sentence; "" where it is not."""
        begun = self.today - self.wave.opens_on
        if begun < timedelta(0) or state == CLOSED:
            return ""
        if state != OPEN:
            return "The wave is open elsewhere, and families here cannot answer yet."
        opened_on = participation.opened_on if participation else None
        since = self.today - max(opened_on or self.wave.opens_on, self.wave.opens_on)
        if not codes and since >= UNSENT_AFTER:
            return f"Nobody was invited in {since.days} days."
        silent = since if last is None else self.today - last
        if silent >= SILENT_AFTER:
            return f"No replies were counted for {silent.days} days."
        return ""


def _codes(participations: list[Participation]) -> dict[int, dict[tuple[str, str], int]]:
    """By participation: age version and language to how many codes were made."""
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    counts = InvitationCount.objects.filter(participation__in=participations)
    for pk, age, language, made in counts.values_list(
        "participation", "age_version", "language", "made"
    ):
        found[pk][age, language] += made
    return dict(found)


def _boxes(
    participations: Iterable[Participation], *, until: date | None = None
) -> dict[int, dict[str, tuple[int, date | None]]]:
    """By participation: channel to how many replies its batches hold, and the day of the last."""
    batches = Batch.objects.filter(participation__in=participations)
    if until is not None:
        batches = batches.filter(mixed_on__lte=until)
    found: dict[int, dict[str, tuple[int, date | None]]] = defaultdict(dict)
    for pk, channel, size, day in (
        batches.order_by()
        .values_list("participation", "channel")
        .annotate(Sum("size"), Max("mixed_on"))
    ):
        if pk is not None:
            found[pk][channel] = (size, day)
    return dict(found)


def _shown(participations: list[Participation]) -> dict[int, dict[tuple[str, str], int]]:
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    counts = AnsweredCount.objects.filter(participation__in=participations)
    for pk, by, part, number in counts.values_list("participation", "by", "part", "number"):
        found[pk][by, part] = number
    return dict(found)


def _sent(participations: list[Participation]) -> dict[int, Sent]:
    invitations = Mailing.objects.filter(
        participation__in=participations, kind=Mailing.Kind.INVITATION
    )
    sums = (
        invitations.order_by()
        .values_list("participation")
        .annotate(*(Sum(name) for name in _SENT_COUNTS))
    )
    return {pk: Sent(*numbers) for pk, *numbers in sums}


def _earlier(
    before: Wave | None, wave: Wave, *, today: date, authority: Authority | None
) -> dict[int, Answered]:
    """By authority, how it was in the wave before on the same day of its fieldwork."""
    if before is None:
        return {}
    participations = before.participations.all()
    if authority is not None:
        participations = participations.filter(authority=authority)
    of = dict(participations.values_list("pk", "authority"))
    day = before.opens_on + (min(today, wave.closes_on) - wave.opens_on)
    boxes = _boxes(participations, until=day)
    counts = InvitationCount.objects.filter(participation__in=participations).order_by()
    codes = dict(counts.values_list("participation").annotate(Sum("made")))
    return {
        authority_id: Answered.of(
            boxes.get(pk, {}).get(Channel.INVITED, (0, None))[0], codes.get(pk, 0), k=before.k
        )
        for pk, authority_id in of.items()
    }


def _parts(seen: _Seen, by: AnsweredCount.By) -> tuple[Part, ...]:
    """A breakdown: the sum over places of what each may show."""
    place = 0 if by == AnsweredCount.By.AGE else 1
    sums: dict[str, Answered] = {}
    for each in seen.participations:
        codes: dict[str, int] = defaultdict(int)
        for kind, made in seen.codes.get(each.pk, {}).items():
            codes[kind[place]] += made
        shown = seen.shown.get(each.pk, {})
        for part, made in codes.items():
            answered = Answered.of(shown.get((by, part), 0), made, k=seen.wave.k)
            sums[part] = sums[part] + answered if part in sums else answered
    return tuple(Part(code, sums[code]) for code in sorted(sums, key=_order))


def _order(code: str) -> tuple[int, str]:
    """English first; ages by their first year."""
    digits = code.partition("-")[0]
    return (0 if code == "en" else int(digits) if digits.isdigit() else 99, code)

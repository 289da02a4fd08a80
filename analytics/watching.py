"""Watching a wave: every authority in it, how far it is, and which are late.

The number of queries does not depend on how many authorities, waves, codes or replies there are.
Of replies only the sizes of batches are read, which grow at a mix, by k or more. How many sent a
ballot that waits, or which codes are used, nobody learns here.

Beside a rate stands that of the wave before on the same day: as many days after families in that
authority could first answer, of the replies that were mixed by then and of the codes that had gone
out by then. Once what was left at the end of a wave is mixed too, both waves are taken whole.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Max, Q, Sum
from django.utils.formats import date_format
from django.utils.timezone import localdate

from analytics.rates import Answered
from authorities.models import Authority
from feedback import onpaper
from feedback.models import AnsweredCount, Batch, Channel
from surveys import lettering, opening
from surveys.models import (
    EligiblePopulation,
    InvitationCount,
    Job,
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

# Work that puts codes on paper or into a file, one code a part.
_PUTS_CODES_OUT: Final = (lettering.LETTERS, lettering.CODES, onpaper.SURVEYS)
# Once so far, an address is not sent an invitation again.
_REACHED: Final = ("handled", "bounced", "opted_out", "doubtful")
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
class Part:
    """A part of a breakdown: an age version, or a language."""

    code: str
    answered: Answered


@dataclass(frozen=True, slots=True)
class Row:
    """One authority in one wave; or, with no participation, one that has not joined it.

    Args:
        missing: what still keeps it from opening, in sentences.
        target: the rate that is aimed for, in per cent.
        before: how it was in the wave before, on the same day; ``None`` where it is not in both.
        late: why it is late, in a sentence; "" where it is not.
    """

    authority: Authority
    participation: Participation | None
    answered: Answered
    target: int
    by_age: tuple[Part, ...]
    by_language: tuple[Part, ...]
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
        return in_words(self.by_open_link, k=self.answered.k)

    @property
    def reaches(self) -> str:
        """Whether the target is reached; see `analytics.rates`."""
        return self.answered.reaches(self.target)

    @property
    def change(self) -> int | None:
        """Points of the rate beyond the wave before; ``None`` without both."""
        return self.answered.points_beyond(self.before)


@dataclass(frozen=True, slots=True)
class Both:
    """A wave and the one before it, in the authorities that are open in both."""

    authorities: int
    now: Answered
    before: Answered

    @property
    def change(self) -> int | None:
        return self.now.points_beyond(self.before)


@dataclass(frozen=True, slots=True)
class Country:
    """A wave as a whole.

    Args:
        rows: every authority in force, the late ones first, then by name.
        both: beside the wave before; ``None`` where no authority is open in both.
        is_whole: both waves are over and taken whole, not on the same day.
        is_overdue: its first day is past, and nobody has opened it.
        is_piloted: its pilots alone are open, or are to be.
    """

    wave: Wave
    before: Wave | None
    both: Both | None
    is_whole: bool
    is_overdue: bool
    is_piloted: bool
    rows: tuple[Row, ...]
    answered: Answered
    by_open_link: int
    sent: Sent
    by_age: tuple[Part, ...]
    by_language: tuple[Part, ...]

    @property
    def by_open_link_in_words(self) -> str:
        return in_words(self.by_open_link, k=self.wave.k)

    @property
    def reaches(self) -> str:
        return self.answered.reaches(self.wave.target_rate)

    @property
    def pilots(self) -> int:
        return sum(bool(row.participation and row.participation.pilot) for row in self.rows)

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
        both=_both(rows, k=wave.k),
        is_whole=seen.is_whole,
        is_overdue=seen.is_overdue,
        is_piloted=seen.is_piloted,
        rows=tuple(sorted(rows, key=lambda row: (not row.late, row.authority.name))),
        answered=sum((row.answered for row in rows), Answered.of(0, 0, k=wave.k)),
        by_open_link=sum(row.by_open_link for row in rows),
        sent=sum((row.sent for row in rows), Sent()),
        by_age=_sums(row.by_age for row in rows),
        by_language=_sums(row.by_language for row in rows),
    )


@dataclass(frozen=True, slots=True)
class OneAuthority:
    """One authority in one wave."""

    wave: Wave
    before: Wave | None
    is_whole: bool
    row: Row


def of_authority(authority: Authority, wave: Wave, *, today: date) -> OneAuthority:
    """The same as in :func:`country`, of one authority alone."""
    seen = _Seen.of(wave, today=today, authority=authority)
    participation = next(iter(seen.participations), None)
    return OneAuthority(wave, seen.before, seen.is_whole, seen.row(authority, participation))


def in_words(replies: int, *, k: int) -> str:
    return f"{replies:,}" if replies >= k else f"fewer than {k}"


def wave_before(wave: Wave) -> Wave | None:
    """The wave of the same survey that opened last before this one; of a simulated one, another."""
    earlier = Wave.objects.opened().filter(
        version__survey=wave.version.survey, simulated=wave.simulated
    )
    return earlier.filter(opens_on__lt=wave.opens_on).order_by("-opens_on", "-pk").first()


@dataclass(slots=True)
class _Seen:
    """What was read of a wave, by participation; of the wave before, by authority."""

    wave: Wave
    today: date
    before: Wave | None
    is_whole: bool
    is_piloted: bool
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
        seen = cls(
            wave, today, wave_before(wave), _is_whole(wave, today), _is_piloted(wave), list(found)
        )
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
        seen.earlier = _earlier(seen)
        return seen

    @property
    def is_overdue(self) -> bool:
        due = self.wave.opens_on < self.today <= self.wave.closes_on
        return due and self.wave.public_key is None

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
            target=self.wave.target_rate,
            by_age=self._parts(pk, AnsweredCount.By.AGE),
            by_language=self._parts(pk, AnsweredCount.By.LANGUAGE),
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

    def _parts(self, pk: int, by: AnsweredCount.By) -> tuple[Part, ...]:
        """A breakdown of one participation, as far as it may be shown."""
        place = 0 if by == AnsweredCount.By.AGE else 1
        codes: dict[str, int] = defaultdict(int)
        for kind, made in self.codes.get(pk, {}).items():
            codes[kind[place]] += made
        shown = self.shown.get(pk, {})
        return _in_order(
            {
                part: Answered.of(shown.get((by, part), 0), made, k=self.wave.k)
                for part, made in codes.items()
            }
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
        if self.today < self.wave.opens_on or state == CLOSED:
            return ""
        if state != OPEN:
            return self._late_to_open(participation, state)
        opened_on = participation.opened_on if participation else None
        since = self.today - max(opened_on or self.wave.opens_on, self.wave.opens_on)
        if not codes and since >= UNSENT_AFTER:
            return f"Nobody was invited in {since.days} days."
        silent = since if last is None else self.today - last
        if silent >= SILENT_AFTER:
            return f"No replies were counted for {silent.days} days."
        return ""

    def _late_to_open(self, participation: Participation | None, state: str) -> str:
        piloting = participation is not None and participation.pilot
        if self.is_piloted and not piloting:
            return ""  # it is to wait
        if self.wave.public_key is not None:
            what = "pilot" if self.is_piloted else "wave"
            return f"The {what} is open elsewhere, and families here cannot answer yet."
        if not self.is_overdue or state == READY:
            return ""  # whoever is ready waits for those who run the wave
        why = "has not joined" if state == NOT_JOINED else "is not ready"
        day = date_format(self.wave.opens_on, "j F Y")
        return f"The wave was to open on {day}, and this authority {why}."


def _is_piloted(wave: Wave) -> bool:
    """Whether it has pilots, and nobody else is open yet."""
    found = wave.participations.aggregate(
        pilots=Count("pk", filter=Q(pilot=True)),
        others=Count("pk", filter=Q(pilot=False, opened_on__isnull=False)),
    )
    return bool(found["pilots"] and not found["others"])


def _is_whole(wave: Wave, today: date) -> bool:
    """Whether it is over, and what was left at its end is mixed."""
    over = wave.closes_on < today
    return over and Batch.objects.filter(wave=wave, mixed_on__gt=wave.closes_on).exists()


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
    participations: Iterable[Participation], *, until: Mapping[int, date] | None = None
) -> dict[int, dict[str, tuple[int, date | None]]]:
    """By participation: channel to how many replies its batches hold, and the day of the last.

    Args:
        until: of a participation, by its id, only what was mixed by this day.
    """
    batches = Batch.objects.filter(participation__in=participations)
    if until is not None:
        batches = batches.filter(_mixed_by(until))
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


def _mixed_by(until: Mapping[int, date]) -> Q:
    """Those of each participation by its day. Most have one day in common."""
    places: dict[date, list[int]] = defaultdict(list)
    for pk, day in until.items():
        places[day].append(pk)
    found = Q(pk__in=())
    for day, pks in places.items():
        found |= Q(participation__in=pks, mixed_on__lte=day)
    return found


def _earlier(seen: _Seen) -> dict[int, Answered]:
    """By authority, how it was in the wave before; of those that are open in both."""
    if seen.before is None:
        return {}
    begun = {
        each.authority_id: first
        for each in seen.participations
        if (first := _first_day(each, seen.wave)) is not None and first <= seen.today
    }
    found = seen.before.participations.filter(authority__in=begun)
    parts = [each for each in found if _first_day(each, seen.before) is not None]
    until = None if seen.is_whole else _same_days(seen, parts, begun)
    boxes, codes = _boxes(parts, until=until), _codes_by(seen.before, parts, until)
    return {
        each.authority_id: Answered.of(
            boxes.get(each.pk, {}).get(Channel.INVITED, (0, None))[0],
            codes.get(each.pk, 0),
            k=seen.before.k,
        )
        for each in parts
    }


def _first_day(participation: Participation, wave: Wave) -> date | None:
    """On which families there could answer first; ``None`` where it was not opened."""
    opened_on = participation.opened_on
    return None if opened_on is None else max(opened_on, wave.opens_on)


def _same_days(
    seen: _Seen, parts: Iterable[Participation], begun: Mapping[int, date]
) -> dict[int, date]:
    """By a participation of the wave before: its day that is as far into fieldwork as today is."""
    last, before = min(seen.today, seen.wave.closes_on), seen.before
    return {
        each.pk: first + (last - begun[each.authority_id])
        for each in parts
        if before is not None and (first := _first_day(each, before)) is not None
    }


def _codes_by(
    wave: Wave, parts: Collection[Participation], until: Mapping[int, date] | None
) -> dict[int, int]:
    """By participation, how many codes had gone out by its day; without days, all of them.

    When a code was made is not kept, so that nothing joins it to a family. When messages and paper
    were asked for is. So what went out later is taken off all that were made.
    """
    counts = InvitationCount.objects.filter(participation__in=parts).order_by()
    codes = dict(counts.values_list("participation").annotate(Sum("made")))
    if until is None:
        return codes
    for pk, day, number in _gone_out(wave, parts):
        if day > until[pk]:
            codes[pk] = max(0, codes.get(pk, 0) - number)
    return codes


def _gone_out(wave: Wave, parts: Collection[Participation]) -> Iterable[tuple[int, date, int]]:
    """How many codes went out of a participation, and the day on which that was asked for."""
    mailings = Mailing.objects.filter(participation__in=parts, kind=Mailing.Kind.INVITATION)
    for pk, at, *reached in mailings.values_list("participation", "asked_at", *_REACHED):
        yield pk, localdate(at), sum(reached)
    of = {each.authority_id: each.pk for each in parts}
    work = Job.objects.filter(wave=wave, kind__in=_PUTS_CODES_OUT, authority__in=of)
    for authority_id, at, done, given in work.values_list(
        "authority", "asked_at", "done", "arguments"
    ):
        # Those that take the place of others are not counted as made, so not as gone out either.
        if not given.get("replaces"):
            yield of[authority_id], localdate(at), done


def _both(rows: Iterable[Row], *, k: int) -> Both | None:
    found = [(row.answered, row.before) for row in rows if row.before is not None]
    if not found:
        return None
    none = Answered.of(0, 0, k=k)
    return Both(
        len(found),
        now=sum((now for now, _ in found), none),
        before=sum((before for _, before in found), none),
    )


def _sums(breakdowns: Iterable[tuple[Part, ...]]) -> tuple[Part, ...]:
    """The sum over places of what each may show."""
    sums: dict[str, Answered] = {}
    for parts in breakdowns:
        for part in parts:
            known = sums.get(part.code)
            sums[part.code] = known + part.answered if known else part.answered
    return _in_order(sums)


def _in_order(parts: Mapping[str, Answered]) -> tuple[Part, ...]:
    return tuple(Part(code, parts[code]) for code in sorted(parts, key=_order))


def _order(code: str) -> tuple[int, str]:
    """English first; ages by their first year."""
    digits = code.partition("-")[0]
    return (0 if code == "en" else int(digits) if digits.isdigit() else 99, code)

"""Releasing: prepared, checked, signed off by two people, and out at a time; frozen from then on.

Preparing is done question by question, each in a transaction of its own, so that many workers share
it. What may be shown is chosen there; checking tries all of it anew from the stored figures, as a
reader of every release would, and knows nothing of how they were chosen. It is shared alike.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing import get_context
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from analytics import costs, counting, disclosure, ordering, tallied
from analytics.attacking import LEAST_WIDTH, before_rounding
from analytics.backgrounds import Backdrop, of_release
from analytics.breakdowns import breakdowns
from analytics.errors import Refused
from analytics.figures import Place, base_of
from analytics.indicators import REPLIES, measures
from analytics.marks import ALL
from analytics.models import Background, Figure, Release
from analytics.nearness import too_near
from analytics.publishing import (
    SIGNATURES,
    digest_of,
    is_sound,
    let_see_early,
    locked,
    publish,
    publish_due,
    refuse_overtaken,
    schedule,
    sign_off,
    signatures,
)
from analytics.questions import all_questions, questions
from analytics.series import OfQuestion, Series
from analytics.spans import Span
from analytics.trying import Try, all_parts, figures_of, found_in, question, questions_of
from analytics.withholding import Said
from feedback import listening, mixing
from feedback.models import Ballot, Batch, Channel
from surveys.keyring import Keyring
from surveys.models import Participation, Wave

# What needs no numbers worked out is in `publishing`, so that the web process can do it; whoever
# has the numbers too finds all of it here.
__all__ = [
    "SIGNATURES",
    "Part",
    "begin",
    "begin_check",
    "check",
    "digest_of",
    "end_check",
    "is_sound",
    "let_see_early",
    "look_at",
    "parts_left",
    "prepare",
    "processes",
    "publish",
    "publish_due",
    "schedule",
    "sign_off",
    "signatures",
    "to_look_at",
    "work_out",
]

MANY: Final = 20  # authorities

# So many questions are checked, of so many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """What is worked out in one transaction, of one channel: a question, or all topics."""

    channel: str
    question: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.question}"

    @classmethod
    def read(cls, text: str) -> "Part":
        channel, _, question = text.partition(":")
        return cls(channel, question)


@contextmanager
def processes(wave: Wave) -> Iterator[Executor | None]:
    """For each core one that shares the work of many authorities; for a few they start too slowly.

    For a command that does it all; workers of Celery share parts instead.
    """
    cores = os.cpu_count() or 1
    if cores == 1 or wave.participations.count() < MANY:
        yield None
        return
    # Fresh ones, because a forked process would share this one's connection to the database.
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        yield pool


# --- preparing -----------------------------------------------------------------------------------


def prepare(
    *, wave: Wave, keyring: Keyring, now: datetime, note: str = "", pool: Executor | None = None
) -> Release:
    """Make the figures of a closed wave, for those who may see them before they are published.

    A release that was prepared before and not published is made anew.

    Args:
        keyring: opens the tally sheets. Only a worker or a command has one.
        note: what changed since the release before; needed from the second on.
        pool: processes that share the work. What they are given is counts, and no key.

    Raises: as :func:`begin` and :func:`work_out`.
    """
    release = begin(wave=wave, keyring=keyring, now=now, note=note)
    for channel in tallied.channels(wave):
        series = tallied.series_of(wave, channel, keyring=keyring)
        parts = [part for part in parts_left(release) if part.channel == channel]
        earlier = _earlier(wave, channel)
        tries = [
            Try(series, each.question, _together(earlier, _codes(each.question))) for each in parts
        ]
        made = pool.map(figures_of, tries) if pool else map(figures_of, tries)
        for part, figures in zip(parts, made, strict=True):
            _keep(release, part, figures, keyring)
    release.refresh_from_db()
    return release


@transaction.atomic
def begin(*, wave: Wave, keyring: Keyring, now: datetime, note: str = "") -> Release:
    """Start a release, with all that is to be worked out. No figure is in it yet.

    Raises:
        Refused: the wave cannot be released, or not yet, or a later one is out. Nothing has
            changed.
        KeyMissing: there are ballots to mix, and the wave's key is not here.
    """
    # Boxes before their wave, as a mix locks them. Whoever prepares or publishes it waits here.
    boxes = Participation.objects.filter(wave=wave).order_by("pk")
    list(boxes.select_for_update(no_key=True).values_list("pk"))
    wave = Wave.objects.select_for_update(of=("self",)).select_related("version").get(pk=wave.pk)
    _refuse_while_counts_can_change(wave, keyring, today=timezone.localdate(now))
    out = ordering.published()
    if sentence := ordering.out_of_turn(wave, out):
        raise Refused(sentence)
    before = Release.objects.of(wave).published().order_by("number").last()
    if before and not note.strip():
        raise Refused(f"{before} was published. Say in a note what this release corrects.")
    Release.objects.of(wave).filter(published_at=None).delete()
    channels = tallied.channels(wave)
    if not channels:
        raise Refused(f"No reply to {wave} was counted, so there is nothing to release.")
    return Release.objects.create(
        wave=wave,
        number=before.number + 1 if before else 1,
        prepared_at=now,
        note=note.strip(),
        checks={"before": [each.pk for each in ordering.before(wave, out)]},
        parts_left=[
            str(Part(channel, question)) for channel in channels for question in all_parts()
        ],
    )


def parts_left(release: Release) -> list[Part]:
    """What is still to be worked out."""
    return [Part.read(text) for text in release.parts_left]


def work_out(*, release: Release, part: Part, keyring: Keyring) -> bool:
    """Make the figures of one question. May be called twice, and beside other parts.

    Returns:
        Whether it was the last part, so that the release is prepared.

    Raises:
        Refused: the release was prepared anew since, or says the very same as the one before.
        Unreadable: a tally sheet was damaged.
    """
    series = tallied.series_of(release.wave, part.channel, keyring=keyring)
    codes = _codes(part.question)
    earlier = _together(_earlier(release.wave, part.channel, codes), codes)
    made = figures_of(Try(series, part.question, earlier))
    return _keep(release, part, made, keyring)


@transaction.atomic
def _keep(
    release: Release, part: Part, made: Mapping[Place, disclosure.Figure], keyring: Keyring
) -> bool:
    release = locked(release)
    if str(part) not in release.parts_left:
        return False
    said = _less_than_older(release.wave, part, made)
    Figure.objects.filter(
        release=release, channel=part.channel, indicator__in=_codes(part.question)
    ).delete()
    Figure.objects.bulk_create(_rows(release, part, said), batch_size=1000)
    release.parts_left = [text for text in release.parts_left if text != str(part)]
    if not release.parts_left:
        _finish(release, keyring)
    release.save(update_fields=["parts_left", "digest"])
    return not release.parts_left


def _finish(release: Release, keyring: Keyring) -> None:
    """What stands behind all figures together, and their digest."""
    wave = release.wave
    Background.objects.filter(release=release).delete()
    for channel in tallied.channels(wave):
        series = tallied.series_of(wave, channel, keyring=keyring)
        _hide_replies_beside_withheld(release, channel, series)
        rows = of_release(
            series, _figures_of(release, channel), questions=list(questions(measures()))
        )
        Background.objects.bulk_create(_backgrounds(release, channel, rows), batch_size=1000)
    costs.keep(release)
    release.digest = digest_of(wave, Figure.objects.filter(release=release))
    before = Release.objects.of(wave).published().order_by("number").last()
    if before and before.digest == release.digest:
        raise Refused(f"These are the very figures of {before}. Nothing is there to correct.")


def _hide_replies_beside_withheld(release: Release, channel: str, series: Series) -> None:
    """Say no number of replies that tells of a figure which a correction withholds.

    Nobody answers who did not reply, so that how many did is the most that answered.
    """
    said, at = _figures_of(release, channel), release.wave.slug
    for place, figure in said.items():
        if figure != disclosure.Withheld(disclosure.WITH_AN_OLDER):
            continue
        beside = place._replace(indicator=REPLIES)
        base = base_of(OfQuestion(series, question(place.indicator)), place, at, breakdowns())
        match said.get(beside):
            case disclosure.Count(count, nearest) if (
                before_rounding(count, nearest, least=0).high < base + LEAST_WIDTH
            ):
                Figure.objects.filter(release=release, channel=channel, **beside._asdict()).update(
                    value=disclosure.to_json(figure)
                )


def _rows(release: Release, part: Part, said: Mapping[Place, disclosure.Figure]) -> list[Figure]:
    return [
        Figure(
            release=release,
            area=place.area,
            channel=part.channel,
            indicator=place.indicator,
            slice=place.slice,
            span=place.span,
            value=disclosure.to_json(figure),
        )
        for place, figure in said.items()
    ]


def _backgrounds(release: Release, channel: str, rows: Iterable[Backdrop]) -> list[Background]:
    return [
        Background(
            release=release, channel=channel, area=row.area, topic=row.topic, value=row.value
        )
        for row in rows
    ]


# --- checking ------------------------------------------------------------------------------------


def check(
    *,
    release: Release,
    keyring: Keyring,
    now: datetime,
    progress: Progress | None = None,
    pool: Executor | None = None,
) -> Release:
    """Try all figures as a reader of every release would, and look for what is missing.

    What was found is kept with the release, also where that stops it.

    Args:
        progress: is told after each question how many are checked, of how many. What it raises
            stops the check, and nothing is kept of it.
        pool: processes that share the work.

    Raises:
        Refused: it is not wholly prepared, or was changed since, or another that it rests on came
            out since, or something was found.
        Unreadable: a tally sheet was damaged.
    """
    _refuse_what_cannot_be_checked(release)
    found = list(_found(release, keyring, progress or _tell_nobody, pool))
    release = _keep_check(release, [*found, *_found_beside_older(release)], now=now)
    return _refuse_what_was_found(release)


def begin_check(*, release: Release, name: str) -> list[Part]:
    """Start a check that many share: what is to be looked at, each by :func:`look_at`.

    Args:
        name: of the check, unlike that of any other of this release.

    Raises:
        Refused: as :func:`check`, before anything was looked at.
    """
    _refuse_what_cannot_be_checked(release)
    parts = _parts_to_look_at(release.wave)
    with transaction.atomic():
        release = locked(release)
        release.checks = {
            **release.checks,
            "going_on": {
                "name": name,
                "digest": release.digest,
                "total": len(parts),
                "left": [str(part) for part in parts],
                "found": {},
            },
        }
        # Whatever was found before, this says anew; until then it cannot come out.
        release.checked_at = None
        release.save(update_fields=["checks", "checked_at"])
    return parts


def to_look_at(release: Release, name: str) -> list[Part]:
    """What is still to be looked at in a check that many share.

    Raises:
        Refused: it was begun anew since, or is over, or the figures were changed since.
    """
    return [Part.read(text) for text in _going_on(release, name)["left"]]


def look_at(*, release: Release, part: Part, name: str, keyring: Keyring) -> None:
    """Look for what a reader could tell by one question, and keep it with the release.

    May be called twice, and beside others.

    Raises:
        Refused: as :func:`to_look_at`.
        Unreadable: a tally sheet was damaged.
    """
    _going_on(release, name)
    codes = [part.question]
    series = tallied.series_of(release.wave, part.channel, keyring=keyring)
    earlier = _together(_earlier(release.wave, part.channel, codes), codes)
    said = _figures_of(release, part.channel, codes)
    found = found_in(Try(series, part.question, earlier), said)
    with transaction.atomic():
        release = locked(release)
        now = _going_on(release, name)
        now["left"] = [text for text in now["left"] if text != str(part)]
        now["found"] |= {str(part): found} if found else {}
        release.save(update_fields=["checks"])


def end_check(*, release: Release, name: str, now: datetime) -> Release:
    """End a check that many shared: what only all figures together show, and what comes of it.

    May be called twice.

    Raises:
        Refused: as :func:`check`; or not all was looked at.
    """
    if release.checks.get("name") == name:
        return _refuse_what_was_found(release)
    going_on = _going_on(release, name)
    if left := going_on["left"]:
        raise Refused(f"{len(left)} questions of {release} are still to be checked.")
    _refuse_what_cannot_be_checked(release)
    found = [sentence for each in going_on["found"].values() for sentence in each]
    found += _found_beside_older(release)
    return _refuse_what_was_found(_keep_check(release, found, now=now, name=name))


def _refuse_what_cannot_be_checked(release: Release) -> None:
    if release.parts_left:
        raise Refused(f"{release} is still being prepared. Check it when that is done.")
    if not is_sound(release):
        raise Refused(f"The figures of {release} are not those prepared. Prepare it again.")
    refuse_overtaken(release)


def _going_on(release: Release, name: str) -> dict[str, Any]:
    """How far the check of this name is."""
    found: dict[str, Any] = release.checks.get("going_on", {})
    if found.get("name") != name:
        raise Refused(f"This check of {release} is over, or another was begun since.")
    if found["digest"] != release.digest:
        raise Refused(f"The figures of {release} were changed while it was checked.")
    return found


def _parts_to_look_at(wave: Wave) -> list[Part]:
    """Each question apart, also those that are worked out together."""
    asked = [each.code for each in all_questions(measures())]
    return [Part(channel, code) for channel in tallied.channels(wave) for code in asked]


@transaction.atomic
def _keep_check(release: Release, found: list[str], *, now: datetime, name: str = "") -> Release:
    release = locked(release)
    if name:
        _going_on(release, name)
    release.checks = {
        "figures": Figure.objects.filter(release=release).count(),
        "found": found,
        "missing": _missing(release),
        "digest": release.digest,
        "before": release.checks.get("before", []),
        "breakdowns": breakdowns().version,
        "name": name,
    }
    release.checked_at = None if found else now
    release.save(update_fields=["checks", "checked_at"])
    return release


def _refuse_what_was_found(release: Release) -> Release:
    if found := release.checks["found"]:
        more = f" There are {len(found) - 1:,} more." if len(found) > 1 else ""
        raise Refused(f"{release} may not be published. {found[0]}{more}")
    return release


def _found(
    release: Release, keyring: Keyring, progress: Progress, pool: Executor | None
) -> Iterator[str]:
    """What a reader could tell, question by question."""
    parts = _parts_to_look_at(release.wave)
    done = 0
    for channel in tallied.channels(release.wave):
        series = tallied.series_of(release.wave, channel, keyring=keyring)
        said = _figures_of(release, channel)
        earlier = _earlier(release.wave, channel)
        asked = [part.question for part in parts if part.channel == channel]
        tries = [Try(series, code, earlier[code]) for code in asked]
        of_each = [
            {place: figure for place, figure in said.items() if place.indicator == code}
            for code in asked
        ]
        for found in pool.map(found_in, tries, of_each) if pool else map(found_in, tries, of_each):
            yield from found
            done += 1
            progress(done, len(parts))


def _found_beside_older(release: Release) -> Iterator[str]:
    """What could be told of a few by what an older release of the wave said in its place."""
    older_ones = _older(release.wave)
    for channel in tallied.channels(release.wave) if older_ones else ():
        said = _figures_of(release, channel)
        for older in older_ones:
            for place in too_near(_figures_of(older, channel), said):
                yield (
                    f"{place.area}, {place.indicator}, {place.slice}: it differs from {older} in "
                    "fewer than ten people, or may, so that their answers could be told."
                )


def _tell_nobody(_done: int, _total: int) -> None:
    """Where nobody watches."""


def _missing(release: Release) -> list[str]:
    """Authorities that took part, and of which too few answered to say anything."""
    rows = Figure.objects.filter(
        release=release, channel=Channel.INVITED, indicator="replies", slice=ALL, span=Span.WAVE
    )
    said = rows.values_list("area", "value")
    enough = {a for a, value in said if value.get("reason") != disclosure.TOO_FEW_ANSWERS}
    parts = release.wave.participations.select_related("authority").order_by("authority__name")
    return [part.authority.name for part in parts if part.authority.gss_code not in enough]


# --- what is known -------------------------------------------------------------------------------


def _older(wave: Wave) -> list[Release]:
    return list(Release.objects.of(wave).published().select_related("wave").order_by("number"))


def _figures_of(
    release: Release, channel: str, codes: Collection[str] = ()
) -> dict[Place, disclosure.Figure]:
    """What a release says, of these questions; of none named, of all."""
    rows = Figure.objects.filter(release=release, channel=channel)
    if codes:
        rows = rows.filter(indicator__in=codes)
    return {
        Place(area, indicator, slice_, Span(span)): disclosure.from_json(value)
        for area, indicator, slice_, span, value in rows.values_list(
            "area", "indicator", "slice", "span", "value"
        )
    }


def _earlier(
    wave: Wave, channel: str, codes: Collection[str] = ()
) -> defaultdict[str, dict[Said, disclosure.Figure]]:
    """What the newest release of each earlier wave of the survey said, by question. Two queries.

    Args:
        codes: of the questions; none for all.
    """
    newest: dict[int, Release] = {}
    published = Release.objects.published().filter(wave__in=tallied.waves_before(wave))
    for release in published.select_related("wave").order_by("number"):
        newest[release.wave_id] = release
    rows = Figure.objects.filter(release__in=newest.values(), channel=channel)
    if codes:
        rows = rows.filter(indicator__in=codes)
    found: defaultdict[str, dict[Said, disclosure.Figure]] = defaultdict(dict)
    for slug, area, code, slice_, span, value in rows.values_list(
        "release__wave__slug", "area", "indicator", "slice", "span", "value"
    ).iterator():
        place = Place(area, code, slice_, Span(span))
        found[code][Said(slug, place)] = disclosure.from_json(value)
    return found


def _together(
    earlier: Mapping[str, dict[Said, disclosure.Figure]], codes: Iterable[str]
) -> dict[Said, disclosure.Figure]:
    return {said: each for code in codes for said, each in earlier.get(code, {}).items()}


def _codes(part: str) -> list[str]:
    """Of the questions that are worked out in a part."""
    return [each.code for each in questions_of(part)]


def _less_than_older(
    wave: Wave, part: Part, found: Mapping[Place, disclosure.Figure]
) -> dict[Place, disclosure.Figure]:
    """Without what, beside the same figure of an older release, may be of fewer than ten people."""
    said = dict(found)
    older = [_figures_of(each, part.channel) for each in _older(wave)]
    # What is withheld makes others less safe, so they are looked at again.
    while near := {place for each in older for place in too_near(each, said)}:
        said |= dict.fromkeys(near, disclosure.Withheld(disclosure.WITH_AN_OLDER))
    return said


def _refuse_while_counts_can_change(wave: Wave, keyring: Keyring, *, today: date) -> None:
    if wave.public_key is None:
        raise Refused(f"{wave} has not been opened, so there is nothing to release.")
    if wave.closes_on >= today:
        raise Refused(
            f"{wave} takes answers until {date_format(wave.closes_on, 'j F Y')}. Release it after "
            "that day, or close it first."
        )
    if _can_be_mixed(wave, keyring, today=today):
        raise Refused(
            f"Ballots of {wave} are still to be mixed. The worker does that in the next night."
        )
    if waiting := counting.uncounted_batches().of(wave).count():
        them = "1 batch" if waiting == 1 else f"{waiting:,} batches"
        raise Refused(
            f"{them} of {wave} still to be counted. The worker counts every five minutes; if this "
            "stays so, its log says why."
        )


def _can_be_mixed(wave: Wave, keyring: Keyring, *, today: date) -> bool:
    """Whether a ballot that is still sealed could come to count."""
    ballots = Ballot.objects.of_wave(wave)
    if wave.key_destroyed_on or not ballots.exists():
        return False
    if today <= wave.closes_on + mixing.PATIENCE and ballots.with_unopened_words().exists():
        return True
    if listening.words_can_be_opened(wave=wave, keyring=keyring):
        return True
    # Which ballots count is known when they are opened. So they are mixed, and that is undone.
    batches = Batch.objects.of(wave)
    before = batches.count()
    with transaction.atomic():
        mixing.mix_remainders(wave=wave, today=today, keyring=keyring)
        after = batches.count()
        transaction.set_rollback(True)
    return after > before

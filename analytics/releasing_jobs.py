"""A release as long work: begun, worked out and checked in parts that many workers share.

One job begins it and asks for one more for each part. Each part looks at its end whether all are
done, and the first that finds so asks for the check, which is shared in the same way: one job
begins it, one looks at each question, and the last asks for the end. Every job may be run twice:
what is done already is done.

The web process asks and looks here, and must not load scipy; so `releasing` is imported where a
worker runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from analytics import publishing
from analytics.errors import Refused, Unreadable
from analytics.models import Release
from authorities import audit
from authorities.models import User
from surveys import errors, jobs
from surveys.jobs import Running
from surveys.keyring import Keyring
from surveys.models import Job, Wave

PREPARE: Final = "prepare-release"
PART: Final = "release-part"
CHECK: Final = "check-release"
LOOK: Final = "release-check-part"
END: Final = "end-release-check"

_STOPPED: Final = (Job.State.REFUSED, Job.State.FAILED)


class Step(StrEnum):
    """What workers do for a release just now."""

    NOTHING = ""
    BEGINNING = "beginning"
    WORKING = "working"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far workers are with a release.

    Args:
        done, total: parts, or questions that are checked; 0 of 0 where that is not known yet.
        stopped: why what they did last did not go on, in sentences.
    """

    step: Step
    done: int = 0
    total: int = 0
    stopped: tuple[str, ...] = ()


# --- asking --------------------------------------------------------------------------------------


@transaction.atomic
def ask(*, wave: Wave, by: User, note: str = "") -> Job:
    """Have the release of a wave prepared, and then checked. That a person may is for the door.

    Raises:
        Refused: that is being done already, or it is a correction and nothing says of what.
    """
    _refuse_if_going_on(wave)
    before = Release.objects.of(wave).published().order_by("number").last()
    if before and not note.strip():
        raise Refused(f"{before} was published. Say in a note what this release corrects.")
    audit.record(actor=by, act="release asked for", subject=wave.slug, why=note.strip())
    return jobs.ask(kind=PREPARE, by=by, wave=wave, arguments={"note": note.strip()}, total=1)


@transaction.atomic
def ask_to_check(*, release: Release, by: User) -> Job:
    """Have a prepared release checked once more, such as after a fault of ours was mended.

    Raises:
        Refused: something is being done for it, or it is not wholly prepared, or it is out.
    """
    _refuse_if_going_on(release.wave)
    if release.published_at:
        raise Refused(f"{release} is published, and stays as it is.")
    if release.parts_left:
        raise Refused(f"{release} is not wholly prepared. Prepare it again, then check it.")
    return _ask_to_check(release, by)


def standing(wave: Wave) -> Standing:
    """How far workers are with the newest release of a wave. A few queries.

    Where tasks run at once, without a worker, what a job asks for is done before it has ended
    itself: so a beginning that is done is over.
    """
    release = Release.objects.of(wave).filter(published_at=None).order_by("-number").first()
    ours = Job.objects.filter(wave=wave, kind__in=(PREPARE, CHECK, END))
    now = ours.filter(ended_at=None).first()
    if now is not None and now.kind == PREPARE and not (now.done and release):
        return Standing(Step.BEGINNING)
    if (now is not None and now.kind != PREPARE) or _unfinished(LOOK, release):
        return _checking(release, now)
    if release and (now is not None or _unfinished(PART, release)):
        total = _of(PART, release).count()
        return Standing(Step.WORKING, total - len(release.parts_left), total)
    return Standing(Step.NOTHING, stopped=tuple(_why_stopped(ours.first(), release)))


def _checking(release: Release | None, now: Job | None) -> Standing:
    """How many questions are checked; of a check that waits for a worker nothing is known yet."""
    going_on = release.checks.get("going_on") if release else None
    if going_on is None or (now is not None and now.kind == CHECK and not now.done):
        return Standing(Step.CHECKING)
    total = going_on["total"]
    return Standing(Step.CHECKING, total - len(going_on["left"]), total)


def going_on() -> set[int]:
    """The waves for whose release workers do anything just now, as keys. Two queries."""
    kinds = (PREPARE, PART, CHECK, LOOK, END)
    unfinished = Job.objects.filter(ended_at=None, kind__in=kinds)
    found, releases = set(), set()
    for wave_id, arguments in unfinished.values_list("wave", "arguments"):
        found.add(wave_id)
        releases.add(arguments.get("release"))
    of_parts = Release.objects.filter(pk__in=releases - {None}).values_list("wave", flat=True)
    return {*of_parts, *found} - {None}


def _why_stopped(last: Job | None, release: Release | None) -> Iterator[str]:
    """What was refused or failed since the last thing that went well."""
    if release and release.parts_left:
        yield from _words(_of(PART, release))
    elif release and (going_on := release.checks.get("going_on")):
        yield from _words(_of(LOOK, release).filter(arguments__check=going_on["name"]))
    # What a check found is said with the release itself.
    found = release is not None and release.checks.get("found")
    if last is not None and last.state in _STOPPED and not (last.kind in (CHECK, END) and found):
        yield last.words


def _words(parts: QuerySet[Job]) -> QuerySet[Job, str]:
    stopped = parts.filter(state__in=_STOPPED)
    return stopped.order_by("words").values_list("words", flat=True).distinct()


def _of(kind: str, release: Release | None) -> QuerySet[Job]:
    return Job.objects.filter(kind=kind, arguments__release=release.pk if release else None)


def _unfinished(kind: str, release: Release | None) -> bool:
    return release is not None and _of(kind, release).filter(ended_at=None).exists()


def _refuse_if_going_on(wave: Wave) -> None:
    # Locked, so that of two who press at once the second finds the first one's job.
    Wave.objects.select_for_update().get(pk=wave.pk)
    if standing(wave).step is not Step.NOTHING:
        raise Refused(f"A release of {wave} is being made already. Wait until that is done.")


def _ask_to_check(release: Release, by: User | None) -> Job:
    arguments = {"release": release.pk}
    return jobs.ask(kind=CHECK, by=by, wave=release.wave, arguments=arguments, total=1)


# --- doing ---------------------------------------------------------------------------------------


def prepare(running: Running) -> str:
    """Begin a release, and ask for its parts: all of it in one transaction, or nothing."""
    from analytics import releasing  # noqa: PLC0415  it loads scipy, which the web must not

    wave = running.job.wave
    if wave is None:
        raise errors.Refused("No wave was named.")
    if not running.done:
        with _in_words(), transaction.atomic():
            release = releasing.begin(
                wave=wave,
                keyring=Keyring.from_settings(),
                now=running.clock(),
                note=running.job.arguments["note"],
            )
            for part in releasing.parts_left(release):
                arguments = {"release": release.pk, "part": str(part)}
                jobs.ask(kind=PART, by=None, arguments=arguments, total=1)
            running.progress(1, 1, now=running.clock())
    return f"The release of {wave} is begun. Workers share its parts."


def work_out(running: Running) -> str:
    """Work out one part. Of two workers that do the same one, the second changes nothing."""
    from analytics import releasing  # noqa: PLC0415  it loads scipy, which the web must not

    release = _release_of(running)
    part = releasing.Part.read(running.job.arguments["part"])
    with _in_words():
        if str(part) in release.parts_left:
            releasing.work_out(release=release, part=part, keyring=Keyring.from_settings())
        _check_if_that_was_the_last(release)
    running.progress(1, 1, now=running.clock())
    return f"{part.question} is worked out."


@transaction.atomic
def _check_if_that_was_the_last(release: Release) -> None:
    """Asked by each part after it was kept, so that whoever does it again asks as well."""
    release = publishing.locked(release)
    asked = Job.objects.filter(kind=CHECK, arguments__release=release.pk)
    if not release.parts_left and not asked.exists():
        _ask_to_check(release, None)


def check(running: Running) -> str:
    """Begin a check, and ask for its questions: all of it in one transaction, or nothing."""
    from analytics import releasing  # noqa: PLC0415  it loads scipy, which the web must not

    release = _release_of(running)
    name = str(running.job.pk)
    if not running.done:
        with _in_words(), transaction.atomic():
            for part in releasing.begin_check(release=release, name=name):
                arguments = {"release": release.pk, "check": name, "part": str(part)}
                jobs.ask(kind=LOOK, by=None, arguments=arguments, total=1)
            running.progress(1, 1, now=running.clock())
    return f"The check of {release} is begun. Workers share its questions."


def look(running: Running) -> str:
    """Check one question. Of two workers that check the same one, the second changes nothing."""
    from analytics import releasing  # noqa: PLC0415  it loads scipy, which the web must not

    release, name = _release_of(running), running.job.arguments["check"]
    part = releasing.Part.read(running.job.arguments["part"])
    with _in_words():
        # Once the end was asked for, all was looked at, and the check may be over.
        if not _end_of(release, name).exists():
            if part in releasing.to_look_at(release, name):
                keyring = Keyring.from_settings()
                releasing.look_at(release=release, part=part, name=name, keyring=keyring)
            _end_if_that_was_the_last(release, name)
    running.progress(1, 1, now=running.clock())
    return f"{part.question} is checked."


@transaction.atomic
def _end_if_that_was_the_last(release: Release, name: str) -> None:
    """Asked by each question after it was kept, so that whoever does it again asks as well."""
    from analytics import releasing  # noqa: PLC0415  it loads scipy, which the web must not

    release = publishing.locked(release)
    if not _end_of(release, name).exists() and not releasing.to_look_at(release, name):
        arguments = {"release": release.pk, "check": name}
        jobs.ask(kind=END, by=None, wave=release.wave, arguments=arguments, total=1)


def _end_of(release: Release, name: str) -> QuerySet[Job]:
    return _of(END, release).filter(arguments__check=name)


def end(running: Running) -> str:
    """End a check: what it found, who is missing, and whether it can be signed off."""
    from analytics import releasing  # noqa: PLC0415  it loads scipy, which the web must not

    release, name = _release_of(running), running.job.arguments["check"]
    with _in_words():
        releasing.end_check(release=release, name=name, now=running.clock())
    running.progress(1, 1, now=running.clock())
    return f"{release} was checked, and nothing was found. Two people can sign it off."


def register() -> None:
    """Tell workers what these do. Called when Django is ready."""
    jobs.register(PREPARE, jobs.Kind("Beginning a release", prepare, "steps"))
    jobs.register(PART, jobs.Kind("Part of a release", work_out, "parts", in_lists=False))
    jobs.register(CHECK, jobs.Kind("Beginning the check of a release", check, "steps"))
    jobs.register(LOOK, jobs.Kind("Part of a check", look, "questions", in_lists=False))
    jobs.register(END, jobs.Kind("Ending the check of a release", end, "steps"))


def _release_of(running: Running) -> Release:
    found = Release.objects.select_related("wave").filter(pk=running.job.arguments["release"])
    release = found.first()
    if release is None:
        raise errors.Refused("This release was prepared anew since. Look at the newer one.")
    return release


@contextmanager
def _in_words() -> Iterator[None]:
    """What this room refuses, as the refusal of a job; of what a check found without the numbers.

    Whoever may see a job may not for that see what can be told of a withheld figure.
    """
    try:
        yield
    except (Refused, Unreadable) as refused:
        raise errors.Refused(publishing.without_numbers(str(refused))) from None

"""A release as long work: begun, worked out in parts that many workers share, and checked.

One job begins it and asks for one more for each part. Each part looks at its end whether all are
done, and the first that finds so asks for the check. Every job may be run twice: what is done
already is done.

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
        done, total: parts; 0 of 0 where that is not known yet.
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
    """How far workers are with the newest release of a wave. A few queries."""
    release = Release.objects.of(wave).filter(published_at=None).order_by("-number").first()
    ours = Job.objects.filter(wave=wave, kind__in=(PREPARE, CHECK))
    now = ours.filter(ended_at=None).first()
    if now is not None and now.kind == PREPARE:
        return Standing(Step.BEGINNING)
    if now is not None:
        return Standing(Step.CHECKING, now.done, now.total)
    parts = _parts_of(release)
    if release and parts.filter(ended_at=None).exists():
        total = parts.count()
        return Standing(Step.WORKING, total - len(release.parts_left), total)
    return Standing(Step.NOTHING, stopped=tuple(_why_stopped(ours.first(), release)))


def going_on() -> set[int]:
    """The waves for whose release workers do anything just now, as keys. Two queries."""
    unfinished = Job.objects.filter(ended_at=None, kind__in=(PREPARE, PART, CHECK))
    found, releases = set(), set()
    for wave_id, arguments in unfinished.values_list("wave", "arguments"):
        found.add(wave_id)
        releases.add(arguments.get("release"))
    of_parts = Release.objects.filter(pk__in=releases - {None}).values_list("wave", flat=True)
    return {*of_parts, *found} - {None}


def _why_stopped(last: Job | None, release: Release | None) -> Iterator[str]:
    """What was refused or failed since the last thing that went well."""
    if release and release.parts_left:
        stopped = _parts_of(release).filter(state__in=_STOPPED)
        yield from stopped.order_by("words").values_list("words", flat=True).distinct()
    # What a check found is said with the release itself.
    found = release is not None and release.checks.get("found")
    if last is not None and last.state in _STOPPED and not (last.kind == CHECK and found):
        yield last.words


def _parts_of(release: Release | None) -> QuerySet[Job]:
    return Job.objects.filter(kind=PART, arguments__release=release.pk if release else None)


def _refuse_if_going_on(wave: Wave) -> None:
    # Locked, so that of two who press at once the second finds the first one's job.
    Wave.objects.select_for_update().get(pk=wave.pk)
    if standing(wave).step is not Step.NOTHING:
        raise Refused(f"A release of {wave} is being made already. Wait until that is done.")


def _ask_to_check(release: Release, by: User | None) -> Job:
    arguments = {"release": release.pk}
    return jobs.ask(kind=CHECK, by=by, wave=release.wave, arguments=arguments)


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
    """Check a release, from the start: a check that was stopped kept nothing."""
    from analytics import releasing  # noqa: PLC0415  it loads scipy, which the web must not

    release = _release_of(running)

    def progress(done: int, total: int) -> None:
        running.progress(done, total, now=running.clock())

    with _in_words():
        releasing.check(
            release=release,
            keyring=Keyring.from_settings(),
            now=running.clock(),
            progress=progress,
        )
    return f"{release} was checked, and nothing was found. Two people can sign it off."


def register() -> None:
    """Tell workers what these do. Called when Django is ready."""
    jobs.register(PREPARE, jobs.Kind("Beginning a release", prepare, "steps"))
    jobs.register(PART, jobs.Kind("Part of a release", work_out, "parts", in_lists=False))
    jobs.register(CHECK, jobs.Kind("Checking a release", check, "questions"))


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

"""Long work that a person asks for on a page and a worker does: asked, done bit by bit, seen.

A row of `Job` is the to-do list. A message makes the worker start at once; a sweep finds what a
lost message or a killed worker left. Work is done in parts, each one transaction that also says how
far it is, so that a job goes on where it stopped and does no part twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

import structlog
from django.db import transaction
from django.db.models import F
from nacl.public import PublicKey, SealedBox

from authorities.models import Authority, User
from authorities.roles import Permission
from surveys.errors import JobWasTaken, Refused
from surveys.keyring import KeyMissing
from surveys.models import Job, JobFile, Wave
from surveys.signals import job_asked

log = structlog.get_logger(__name__)

# Longer than any one part of any work takes. A job still running after this was left by a worker
# that was killed.
LEASE: Final = timedelta(minutes=5)
WAIT: Final = timedelta(seconds=30)
MOST_ATTEMPTS: Final = 5
SEAL_TO: Final = "seal_to"  # the argument with the public key that files are sealed to


@dataclass(frozen=True, slots=True)
class Running:
    """A job in the hands of a worker.

    Args:
        job: as it was when it was taken; ``job.done`` says how many of its parts are done.
        clock: the door's, because the work may outlast the moment at which it began.
    """

    job: Job
    clock: Callable[[], datetime]

    @property
    def done(self) -> int:
        """How many parts are done now."""
        done: int = Job.objects.values_list("done", flat=True).get(pk=self.job.pk)
        return done

    def progress(self, done: int, total: int, *, now: datetime) -> None:
        """Say how far it is, in the transaction of the part that was done, and keep the lease.

        Raises:
            JobWasTaken: another worker has it, so this one must stop.
        """
        mine = Job.objects.filter(pk=self.job.pk, attempts=self.job.attempts, state="running")
        if not mine.update(done=done, total=total, due_at=now + LEASE):
            raise JobWasTaken

    def keep_file(self, *, number: int, name: str, content: bytes) -> None:
        """Keep a file for whoever asked, sealed so that only their browser opens it."""
        sealed_to = PublicKey(bytes.fromhex(self.job.arguments[SEAL_TO]))
        JobFile.objects.create(
            job=self.job, number=number, name=name, sealed=SealedBox(sealed_to).encrypt(content)
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work.

    Args:
        title: what the page says that it is: "Making letters".
        run: does it and returns how it ended, in a sentence for whoever asked. It may be called
            again after it was stopped, and goes on from ``job.done``.
        parts: how the parts are called: "letters".
        files_for: what whoever fetches its files must be permitted, where they were asked for.
            Nobody fetches those of a kind that does not say.
        in_lists: whether it stands in lists of work. Parts of one larger work do not.
        makes_codes: whether each of its parts is an invitation.
    """

    title: str
    run: Callable[[Running], str]
    parts: str = "parts"
    files_for: Permission | None = None
    in_lists: bool = True
    makes_codes: bool = False


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Add a kind of work, in an AppConfig's ``ready``. Safe to call twice."""
    _kinds[name] = kind


def kind_of(job: Job) -> Kind:
    return _kinds[job.kind]


def kept_out_of_lists() -> list[str]:
    """The kinds that are parts of larger work."""
    return [name for name, kind in _kinds.items() if not kind.in_lists]


class AskedFor(NamedTuple):
    """Codes that jobs make.

    Args:
        to_come: invitations that were asked for and are still to be made.
        instead: those ever asked for in the place of others, which are no more invitations.
    """

    to_come: int = 0
    instead: int = 0


def codes_asked_for(*, wave: Wave, authority: Authority) -> AskedFor:
    return all_codes_asked_for(wave).get(authority.pk, AskedFor())


def all_codes_asked_for(wave: Wave) -> dict[int, AskedFor]:
    """By an authority's id. One query."""
    kinds = [name for name, kind in _kinds.items() if kind.makes_codes]
    work = Job.objects.filter(wave=wave, kind__in=kinds, authority__isnull=False)
    found: dict[int, AskedFor] = {}
    for authority, total, done, ended, given in work.values_list(
        "authority", "total", "done", "ended_at", "arguments"
    ):
        to_come, instead = found.get(authority, AskedFor())
        if given.get("replaces"):
            instead += done if ended else total
        elif not ended:
            to_come += total - done
        found[authority] = AskedFor(to_come, instead)
    return found


@transaction.atomic
def ask(
    *,
    kind: str,
    by: User | None,
    wave: Wave | None = None,
    authority: Authority | None = None,
    arguments: Mapping[str, Any] | None = None,
    total: int = 0,
) -> Job:
    """Write a job down, to be done after commit. That a person may ask is for the door to check.

    Args:
        arguments: what the kind needs, as JSON. Never an address, a code or a name of a family.
        total: how many parts it has, where that is known.
    """
    job = Job.objects.create(
        kind=kind,
        wave=wave,
        authority=authority,
        arguments=dict(arguments or {}),
        asked_by=by,
        total=total,
    )
    transaction.on_commit(partial(job_asked.send_robust, Job, job_id=job.pk))
    return job


def run(job_id: int, *, clock: Callable[[], datetime]) -> bool:
    """Do a job if it is due. Safe to call twice, and from many workers at once.

    Returns:
        Whether this call ended it.
    """
    now = clock()
    due = Job.objects.filter(pk=job_id, due_at__lte=now, state__in=("waiting", "running"))
    if not due.update(state="running", attempts=F("attempts") + 1, due_at=now + LEASE):
        return False
    job = Job.objects.select_related("wave", "authority", "asked_by").get(pk=job_id)
    try:
        words = _kinds[job.kind].run(Running(job, clock))
    except Refused as refused:
        return _end(job, "refused", str(refused), now=clock())
    except JobWasTaken:
        return False
    except KeyMissing:
        return _put_off(job, "The key that is needed is not here.", now=clock())
    except Exception as failure:  # whatever it was, the page must say that it ended
        log.exception("a job failed", job_id=job.pk, kind=job.kind, failure=type(failure).__name__)
        return _put_off(job, "Something went wrong; it is in the log.", now=clock())
    return _end(job, "done", words, now=clock())


def due(*, now: datetime) -> list[int]:
    """The ids of what should run by now, oldest first."""
    waiting = Job.objects.filter(state__in=("waiting", "running"), due_at__lte=now)
    return list(waiting.order_by("due_at", "pk").values_list("pk", flat=True))


def forget_files(*, now: datetime) -> int:
    """Destroy files that nobody fetched in time; how many those were."""
    return JobFile.objects.filter(made_at__lt=now - JobFile.LASTS).delete()[0]


def _put_off(job: Job, why: str, *, now: datetime) -> bool:
    if job.attempts >= MOST_ATTEMPTS:
        return _end(job, "failed", f"{why} It was tried {job.attempts} times.", now=now)
    again_at = now + WAIT * job.attempts
    _taken(job).update(state="waiting", words=f"{why} It is tried again.", due_at=again_at)
    return False


def _end(job: Job, state: str, words: str, *, now: datetime) -> bool:
    return bool(_taken(job).update(state=state, words=words, ended_at=now))


def _taken(job: Job) -> Any:
    """The job, as long as nobody took it after this attempt."""
    return Job.objects.filter(pk=job.pk, state="running", attempts=job.attempts)

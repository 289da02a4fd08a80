"""Codes that go out on paper: letters typeset by a worker, and the exception of codes in a file.

The platform sends by default. Where an authority must post letters, any letter fits any family of
that service, age and language, so codes are not written against names. Whoever fetches codes could
answer in families' place, so each time is kept in the audit with its reason.
"""

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import StringIO
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from authorities import audit
from authorities.models import User
from authorities.roles import Permission
from authorities.spreadsheet_cells import safe_row
from surveys import codes, inviting, jobs, lists
from surveys.errors import Refused
from surveys.jobs import Running
from surveys.models import Job, Participation, Wave
from surveys.printing import Letter, Sender, Unprintable, letters

LETTERS: Final = "letters"
CODES: Final = "codes"

MOST_AT_ONCE: Final = 20_000
# Letters of one part: typeset in a few seconds, and one file. Their codes are kept with the file
# in one transaction, so that a worker that is killed leaves neither without the other.
A_PART: Final = 250


@dataclass(frozen=True, slots=True)
class Batch:
    """So many codes of one kind.

    Args:
        service: whose families they are for; one of `surveys.lists.services`.
        languages: one or two that the letter speaks, the first of which the screens begin in.
        replaces: they take the place of others that were spoilt or lost.
    """

    count: int
    service: str
    age_version: str
    languages: tuple[str, ...] = ("en",)
    large: bool = False
    replaces: bool = False

    @classmethod
    def read(cls, arguments: Mapping[str, Any]) -> "Batch":
        """From a job's arguments."""
        kept = {name: arguments[name] for name in cls.__slots__ if name in arguments}
        return cls(**{**kept, "languages": tuple(kept["languages"])})

    def __str__(self) -> str:
        large = ", large print" if self.large else ""
        instead = ", in the place of others" if self.replaces else ""
        return (
            f"{self.count} codes, {self.service}, {self.age_version}, "
            f"{' and '.join(self.languages)}{large}{instead}"
        )


@transaction.atomic
def arguments_for(
    *, participation: Participation, batch: Batch, kind: str, why: str, by: User
) -> dict[str, Any]:
    """Check what is asked for, keep it in the audit, and give the arguments of its job.

    Raises:
        Refused: no reason is given; too many at once, or more than could answer here; or this
            participation has no such service, age version or language. Nothing is kept.
    """
    if not why.strip():
        raise Refused("Say why these codes are needed outside the platform: the audit keeps it.")
    if not 1 <= batch.count <= MOST_AT_ONCE:
        raise Refused(f"Ask for 1 to {MOST_AT_ONCE:,} at once, not {batch.count:,}.")
    if batch.service not in lists.services():
        raise Refused(f'There is no service "{batch.service}".')
    for language in batch.languages:
        inviting.refuse_if_not_invitable(participation, batch.count, batch.age_version, language)
    inviting.refuse_if_more_than_could(participation, batch.count, replaces=batch.replaces)
    audit.record(
        actor=by,
        act="letters asked for" if kind == LETTERS else "codes asked for in a file",
        subject=f"{participation.wave.slug}: {batch}",
        authority=participation.authority,
        why=why.strip(),
    )
    return asdict(batch)


def make_letters(running: Running) -> str:
    """Make codes and typeset their letters, part by part."""
    participation, batch = participation_of(running.job), Batch.read(running.job.arguments)
    sender = sender_of(participation)
    while (done := running.done) < batch.count:
        made = inviting.unused_codes(min(A_PART, batch.count - done))
        pdf = _typeset(made, batch, sender, participation.wave)
        name = f"letters-{done + 1:05}-{done + len(made):05}.pdf"
        _keep(running, participation, batch, made, name=name, content=pdf)
    return f"{batch.count:,} letters are ready to print, one to a page."


def make_code_file(running: Running) -> str:
    """Make codes and write them into a file, part by part."""
    participation, batch = participation_of(running.job), Batch.read(running.job.arguments)
    while (done := running.done) < batch.count:
        made = inviting.unused_codes(min(10 * A_PART, batch.count - done))
        name = f"codes-{done + 1:05}-{done + len(made):05}.csv"
        content = _as_csv(made, batch).encode("utf-8-sig")
        _keep(running, participation, batch, made, name=name, content=content)
    return f"{batch.count:,} codes are in the file. Keep it where only those who post can read it."


def sender_of(participation: Participation) -> Sender:
    """Who letters and posters of a participation are from."""
    return Sender(
        authority=participation.authority.name,
        help_name=participation.help_name,
        help_phone=participation.help_phone,
        base_url=settings.HEARD_BASE_URL,
        product=settings.HEARD_NAME,
    )


@transaction.atomic
def _keep(
    running: Running,
    participation: Participation,
    batch: Batch,
    made: list[str],
    *,
    name: str,
    content: bytes,
) -> None:
    done = running.done
    running.progress(done + len(made), batch.count, now=running.clock())
    inviting.keep_codes(
        participation=participation,
        made=made,
        age_version=batch.age_version,
        language=batch.languages[0],
        service=batch.service,
        replaces=batch.replaces,
    )
    running.keep_file(number=done, name=name, content=content)


def participation_of(job: Job) -> Participation:
    """Of which authority in which wave a job is.

    Raises:
        Refused: the authority takes part no more.
    """
    found = Participation.objects.select_related("wave", "authority", "version")
    participation = found.filter(wave=job.wave, authority=job.authority).first()
    if participation is None:
        raise Refused("This authority does not take part in this wave.")
    return participation


def _typeset(made: list[str], batch: Batch, sender: Sender, wave: Wave) -> bytes:
    """Raises: Refused: a text does not fit the page, or no font of ours has its letters."""
    pages = (Letter(code, batch.age_version, batch.languages, batch.large) for code in made)
    try:
        [part] = letters(pages, sender=sender, closes_on=wave.closes_on, part_size=len(made))
    except Unprintable as unprintable:
        raise Refused(str(unprintable)) from unprintable
    return part.pdf


def _as_csv(made: list[str], batch: Batch) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["service", "age", "language", "code", "address"])
    for code in made:
        address = f"{settings.HEARD_BASE_URL}/s/{code}"
        kind = (batch.service, batch.age_version, batch.languages[0])
        writer.writerow(safe_row([*kind, codes.pretty(code), address]))
    return text.getvalue()


def register() -> None:
    """Tell the worker what this makes. Called when Django is ready."""
    families = Permission.INVITE_FAMILIES
    letters_ = jobs.Kind("Making letters", make_letters, "letters", families, makes_codes=True)
    codes_ = jobs.Kind("Making codes", make_code_file, "codes", families, makes_codes=True)
    jobs.register(LETTERS, letters_)
    jobs.register(CODES, codes_)

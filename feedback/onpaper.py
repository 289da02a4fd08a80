"""Surveys to fill in by hand: of a participation, in its words, with its promise and its help."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from authorities import audit
from authorities.models import User
from authorities.roles import Permission
from feedback import helplines, wording
from feedback.promises import promise_of
from surveys import inviting, jobs, lettering, lists
from surveys.errors import Refused
from surveys.jobs import Running
from surveys.models import Participation
from surveys.printing import HelpLine, Layout, Unprintable, paper_survey

SURVEYS: Final = "paper-surveys"
MOST_AT_ONCE: Final = 1_000
A_PART: Final = 20  # copies, each a file of its own, made and kept together


@dataclass(frozen=True, slots=True)
class Copies:
    """So many copies, each with a code of its own.

    Args:
        layout: a value of `surveys.printing.Layout`.
        replaces: they take the place of others that were spoilt or lost.
    """

    count: int
    service: str
    age_version: str
    language: str
    layout: str
    replaces: bool = False

    @classmethod
    def read(cls, arguments: Mapping[str, Any]) -> "Copies":
        """From a job's arguments."""
        return cls(**{name: arguments[name] for name in cls.__slots__ if name in arguments})

    def __str__(self) -> str:
        instead = ", in the place of others" if self.replaces else ""
        return (
            f"{self.count} paper surveys, {self.service}, {self.age_version}, {self.language}, "
            f"{self.layout}{instead}"
        )


def printed(
    participation: Participation,
    *,
    age_version: str,
    language: str,
    layout: str = Layout.ORDINARY,
    code: str = "",
    link: str = "",
) -> bytes:
    """A survey as a PDF (PDF/UA-1).

    Args:
        code: of an invitation; with none, the open link's slug or nothing leads to the screens.

    Raises:
        Refused: the version has no such age version or language, or no font of ours has the
            letters of a text.
    """
    version, wave = participation.version, participation.wave
    known = [each.code for each in version.definition.age_versions]
    if age_version not in known or language not in ["en", *version.translations]:
        raise Refused("This survey is not for that age, or not in that language.")
    try:
        return paper_survey(
            version.definition,
            sender=lettering.sender_of(participation),
            age_version=age_version,
            language=language,
            translations=version.translations,
            layout=Layout(layout),
            code=code,
            link=f"{settings.HEARD_BASE_URL}/o/{link}" if link else "",
            promise=promise_of(wave, language),
            help_lines=tuple(_help_lines(participation, age_version, language)),
            closes_on=wave.closes_on,
        )
    except Unprintable as unprintable:
        raise Refused(str(unprintable)) from unprintable


@transaction.atomic
def arguments_for(
    *, participation: Participation, copies: Copies, why: str, by: User
) -> dict[str, Any]:
    """Check what is asked for, keep it in the audit, and give the arguments of its job.

    Raises:
        Refused: no reason, too many at once, more than could answer here, or what this
            participation has not. Nothing is kept.
    """
    if not why.strip():
        raise Refused("Say why these are needed on paper: the audit keeps it.")
    if not 1 <= copies.count <= MOST_AT_ONCE:
        raise Refused(f"Ask for 1 to {MOST_AT_ONCE:,} copies at once, not {copies.count:,}.")
    if copies.service not in lists.services():
        raise Refused(f'There is no service "{copies.service}".')
    inviting.refuse_if_not_invitable(
        participation, copies.count, copies.age_version, copies.language
    )
    inviting.refuse_if_more_than_could(participation, copies.count, replaces=copies.replaces)
    audit.record(
        actor=by,
        act="paper surveys asked for",
        subject=f"{participation.wave.slug}: {copies}",
        authority=participation.authority,
        why=why.strip(),
    )
    return asdict(copies)


def make_surveys(running: Running) -> str:
    """Print the copies, some at a time, each with a code that is kept with its file."""
    participation = lettering.participation_of(running.job)
    copies = Copies.read(running.job.arguments)
    while (done := running.done) < copies.count:
        made = inviting.unused_codes(min(A_PART, copies.count - done))
        files = [_copy(participation, copies, code) for code in made]
        with transaction.atomic():
            running.progress(done + len(made), copies.count, now=running.clock())
            inviting.keep_codes(
                participation=participation,
                made=made,
                age_version=copies.age_version,
                language=copies.language,
                service=copies.service,
                replaces=copies.replaces,
            )
            for number, content in enumerate(files, start=done + 1):
                running.keep_file(number=number, name=f"survey-{number:04}.pdf", content=content)
    return f"{copies.count:,} surveys are ready to print."


def register() -> None:
    """Tell the worker what this makes. Called when Django is ready."""
    families = Permission.INVITE_FAMILIES
    kind = jobs.Kind("Printing surveys", make_surveys, "surveys", families, makes_codes=True)
    jobs.register(SURVEYS, kind)


def _copy(participation: Participation, copies: Copies, code: str) -> bytes:
    return printed(
        participation,
        age_version=copies.age_version,
        language=copies.language,
        layout=copies.layout,
        code=code,
    )


def _help_lines(
    participation: Participation, age_version: str, language: str
) -> Iterator[HelpLine]:
    """Whom to turn to, as on the screens: here what can be called or texted, in words."""
    say = wording.of(language)
    for line in helplines.lines_for(age_version):
        reach = [
            say.knowing(phone=way.phone, text=way.text)[way.words]
            for way in line.ways
            if way.phone or way.text
        ]
        yield HelpLine(say[line.about], ". ".join(reach))
    local = say.knowing(help_name=participation.help_name, authority=participation.authority.name)
    yield HelpLine(local["help_local"], say.knowing(phone=participation.help_phone)["help_call"])

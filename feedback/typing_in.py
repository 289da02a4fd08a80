"""Typing in answers that came on paper: some sheets together, all of them or none.

A sheet with a code is an invited ballot like any other, cast through `ballots.cast_many`: whether
its code was used before is neither looked at nor told. A sheet without a code was printed from an
open link; it is cast on that channel where whoever types says so, and only while an open link of
that place is up. It gets an id of its own when it is added, as a browser would have made one, so
that pressing the button twice casts it once. That two papers are of one family, nobody can know.

One sheet typed in is one family that has answered. So the audit says who typed only when the box is
mixed, and never how many sheets or on which day; till then it is kept where no page shows it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from authorities import access, audit
from authorities.models import User
from authorities.roles import Permission
from feedback import ballots, sheets
from feedback.ballots import Sent
from feedback.errors import NotOpen
from feedback.models import Channel, Typist
from feedback.sheets import Read, Slip
from surveys import codes, inviting
from surveys.codes import Mistyped
from surveys.errors import Refused, UnknownCode
from surveys.models import OpenLink, Participation

MOST_SHEETS = 50  # with all that was written on them they are far smaller than a form may be


@dataclass(frozen=True, slots=True)
class Paper:
    """Whose paper it is, as far as anybody can know.

    Args:
        code: tidied; "" for a sheet without one.
        sheet: for a sheet without a code, the id that it was given when it was added.
        age_version: which was printed.
        language: in which it was printed.
    """

    participation: Participation
    age_version: str
    language: str
    code: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was typed. Args: typed: by item code."""

    paper: Paper
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one of several sheets. Args: number: which, from 1."""

    number: int
    slips: tuple[Slip, ...]


class NotRight(Refused):
    """Some sheets cannot be cast, so none was."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        self.wrong = tuple(wrong)
        numbers = ", ".join(str(each.number) for each in wrong)
        super().__init__(f"Nothing was cast. Something is wrong on sheet {numbers}.")


def paper_with(code: str, *, by: User, today: date) -> Paper:
    """The paper that a typed code belongs to, in the language it was sent in.

    Raises:
        PermissionDenied: the person types in nobody's paper.
        Refused: it is no code, or nobody's, or of a place whose paper is not theirs to type; or
            that place does not take answers today.
    """
    access.require_somewhere(by, Permission.TYPE_PAPER, today=today)
    try:
        tidied = codes.tidy(code)
        invitation = inviting.invitation_for(tidied)
    except Mistyped as slip:
        raise Refused(str(slip)) from None
    except UnknownCode:
        raise Refused("We do not know this code. Look at the paper, and type it again.") from None
    participation = invitation.participation
    if not access.may(by, Permission.TYPE_PAPER, participation.authority, today=today):
        raise Refused("This code is of another authority, whose paper is not yours to type in.")
    _refuse_if_shut(participation, today=today)
    return Paper(participation, invitation.age_version, invitation.language, code=tidied)


def paper_without(
    *,
    participation: Participation,
    age_version: str,
    language: str,
    sheet: str,
    by: User,
    today: date,
) -> Paper:
    """A paper without a code, printed from an open link.

    Raises:
        PermissionDenied: the person does not type in paper there.
        Refused: no open link of the place is up, or it does not take answers today, or there is no
            such age version or language.
    """
    access.require(by, Permission.TYPE_PAPER, participation.authority, today=today)
    _refuse_if_shut(participation, today=today)
    if not OpenLink.objects.open_on(today).filter(participation=participation).exists():
        raise Refused(
            f"{participation.authority} has no open link in {participation.wave}, so a sheet "
            "without a code cannot have come from one. Look for its code."
        )
    version = participation.version
    if age_version not in {each.code for each in version.definition.age_versions}:
        raise Refused("Say for which age the sheet was printed.")
    return Paper(participation, age_version, language, sheet=sheet)


def without_code_for(user: User, *, today: date) -> list[Participation]:
    """Where this person may type in paper without a code: open, with an open link that is up."""
    links = OpenLink.objects.open_on(today).values("participation")
    places = access.authorities_for(user, Permission.TYPE_PAPER, today=today)
    found = Participation.objects.open_on(today).filter(pk__in=links, authority__in=places)
    return list(
        found.select_related("wave", "authority", "version").order_by("authority__name", "wave")
    )


def in_language(paper: Paper, language: str) -> str:
    """The language said, if the survey is in it; else the paper's own."""
    offered = {"en", *paper.participation.version.translations}
    return language if language in offered else paper.language


@transaction.atomic
def cast(*, typed: Sequence[Sheet], by: User, today: date) -> list[tuple[int, tuple[str, ...]]]:
    """Cast these sheets, all of them or none. Pressed twice, it casts them once.

    Returns:
        For each sheet with something that was answered though not asked: its number, from 1, and
        the codes of those items, which were left out.

    Raises:
        PermissionDenied: some are of a place whose paper is not this person's to type in.
        NotRight: something is wrong on some of them.
        Refused: there are none, or too many, or a place does not take answers today.
    """
    if not 0 < len(typed) <= MOST_SHEETS:
        raise Refused(f"Cast 1 to {MOST_SHEETS} sheets at once, not {len(typed)}.")
    for participation in {each.paper.participation for each in typed}:
        access.require(by, Permission.TYPE_PAPER, participation.authority, today=today)
        _refuse_if_shut(participation, today=today)
    read = _all_read(typed)
    for participation, places in _by_participation(typed).items():
        sent = [_sent(typed[place].paper, read[place]) for place in places]
        try:
            ballots.cast_many(participation=participation, sent=sent)
        except NotOpen as error:
            raise Refused(str(error)) from None
        channels = {Channel.OPEN if each.code is None else Channel.INVITED for each in sent}
        _note(participation, channels, by=by)
    return [(number, each.dropped) for number, each in enumerate(read, 1) if each.dropped]


def tell_who_typed(
    *, boxes: Collection[int], channels: Iterable[str] = tuple(Channel.values)
) -> None:
    """Put into the audit who typed into these boxes. In the transaction of a mix, or of their end.

    Args:
        boxes: ids of participations.
    """
    waiting = Typist.objects.filter(participation__in=boxes, channel__in=list(channels))
    told = list(
        waiting.select_related(
            "participation__wave", "participation__authority", "person"
        ).order_by("participation", "person", "channel")
    )
    for each in told:
        audit.record(
            actor=each.person,
            act="paper typed in",
            subject=each.participation.wave.slug,
            authority=each.participation.authority,
            why="Said at a mix, or at the end: how many sheets, and on which day, is not kept.",
        )
    # Not those that came meanwhile.
    Typist.objects.filter(pk__in=[each.pk for each in told]).delete()


def _by_participation(typed: Sequence[Sheet]) -> dict[Participation, list[int]]:
    """Which sheets go into which box, from 0; boxes in one order for all, so that none deadlock."""
    found: dict[Participation, list[int]] = {}
    for place, each in enumerate(typed):
        found.setdefault(each.paper.participation, []).append(place)
    return dict(sorted(found.items(), key=lambda item: item[0].pk))


def _note(participation: Participation, channels: Collection[str], *, by: User) -> None:
    """Keep who typed, for the audit to say at the next mix.

    Written anew where it is there, so that a mix under way waits and does not take it away unread.
    """
    Typist.objects.bulk_create(
        (
            Typist(participation=participation, channel=channel, person=by)
            for channel in sorted(channels)
        ),
        update_conflicts=True,
        unique_fields=["participation", "channel", "person"],
        update_fields=["channel"],
    )


def _refuse_if_shut(participation: Participation, *, today: date) -> None:
    """As families are turned away on the day, paper is."""
    if not Participation.objects.open_on(today).filter(pk=participation.pk).exists():
        raise Refused(
            f"{participation.authority} does not take answers in {participation.wave} today: it "
            "is not open yet, or it has ended."
        )


def _all_read(typed: Sequence[Sheet]) -> list[Read]:
    read: list[Read] = []
    wrong: list[Wrong] = []
    for number, each in enumerate(typed, 1):
        survey = each.paper.participation.version.definition
        found = sheets.read(each.typed, survey=survey, age_version=each.paper.age_version)
        if isinstance(found, Read):
            read.append(found)
        else:
            wrong.append(Wrong(number, found))
    if wrong:
        raise NotRight(wrong)
    return read


def _sent(paper: Paper, read: Read) -> Sent:
    return Sent(
        given=read.given,
        age_version=paper.age_version,
        language=paper.language,
        code=paper.code or None,
        browser=None if paper.code else paper.sheet,
    )

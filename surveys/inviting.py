"""Inviting families: codes of which only keyed digests are kept, and open links for posters."""

import hmac
from collections.abc import Iterator, Sequence
from datetime import date
from random import SystemRandom
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from authorities import audit
from authorities.models import Setting, User
from surveys import codes, invited, jobs, languages
from surveys.errors import Refused, UnknownCode
from surveys.models import Invitation, InvitationCount, Mailing, OpenLink, Participation

T = TypeVar("T")

MOST_CODES_AT_ONCE = 1_000_000
_ROWS_AT_ONCE = 2_000


def digest_of(code: str) -> bytes:
    """What is kept of a code: 32 bytes, HMAC-SHA256 under a key that is not in the database."""
    return hmac.digest(settings.HEARD_CODE_KEY, code.encode(), "sha256")


@transaction.atomic
def make_codes(
    *,
    participation: Participation,
    count: int,
    age_version: str,
    language: str = "en",
    service: str = "",
    setting: Setting | None = None,
) -> list[str]:
    """Make invitations and return their codes, which nobody can read again.

    Args:
        service: whose families they are for, where it is known; it is counted and not kept with
            the invitation.

    Raises:
        Refused: too few or too many at once; or the version has no such age version or language;
            or the setting is another authority's; or nobody answers this survey here. Nothing is
            made.
    """
    refuse_if_not_invitable(participation, count, age_version, language, setting)
    made = unused_codes(count)
    keep_codes(
        participation=participation,
        made=made,
        age_version=age_version,
        language=language,
        service=service,
        setting=setting,
    )
    return made


@transaction.atomic
def keep_codes(
    *,
    participation: Participation,
    made: Sequence[str],
    age_version: str,
    language: str,
    service: str = "",
    setting: Setting | None = None,
    replaces: bool = False,
) -> None:
    """Keep codes that :func:`unused_codes` gave, as invitations, and count them.

    For whoever needs the codes before: a letter is typeset first and kept with its invitation. That
    they may be made here is for the caller to check. The rows are written in an order that has
    nothing to do with the list's, so that neither place in the table nor number tells which code is
    whose.

    Args:
        replaces: they take the place of codes that reached nobody, and are not counted again.

    Raises:
        IntegrityError: one of them was taken by somebody else meanwhile. Nothing is kept.
    """
    digests = [digest_of(code) for code in made]
    SystemRandom().shuffle(digests)
    for some in _in_parts(digests):
        Invitation.objects.bulk_create(
            Invitation(
                participation_id=participation.pk,
                digest=digest,
                age_version=age_version,
                language=language,
                setting_id=None if setting is None else setting.pk,
            )
            for digest in some
        )
    if not replaces:
        kind = {"age_version": age_version, "language": language, "service": service}
        _count(len(made), participation, **kind)


def invitation_for(code: str) -> Invitation:
    """The invitation with a tidied code, with all that a page needs to know, in one query.

    Raises:
        UnknownCode: there is none.
    """
    found = invited.find(digest_of(code))
    if found is None:
        raise UnknownCode
    return found


@transaction.atomic
def make_open_link(*, participation: Participation, by: User | None = None) -> OpenLink:
    """A new address for posters. A participation may have several, and each may be taken down.

    Raises:
        Refused: nobody answers this survey here.
    """
    _refuse_if_asked_elsewhere(participation)
    link = OpenLink.objects.create(
        participation=participation, slug=codes.random_letters(8).lower()
    )
    _record("open link made", link, participation, by)
    return link


@transaction.atomic
def close_open_link(
    *, participation: Participation, slug: str, today: date, by: User | None = None
) -> OpenLink:
    """Take an open link down from today on. One that is down stays as it is.

    Raises:
        Refused: this authority has no such link in this wave.
    """
    links = OpenLink.objects.filter(participation=participation)
    link = links.filter(slug=slug).first()
    if link is None:
        known = ", ".join(links.order_by("pk").values_list("slug", flat=True)) or "none yet"
        raise Refused(f'There is no open link "{slug}" of {participation}. Known are: {known}.')
    # Of two who take it down at once, one does, and the audit says it once.
    if OpenLink.objects.filter(pk=link.pk, closed_on=None).update(closed_on=today):
        _record("open link taken down", link, participation, by)
    link.refresh_from_db(fields=["closed_on"])
    return link


def _record(act: str, link: OpenLink, participation: Participation, by: User | None) -> None:
    wave, authority = participation.wave, participation.authority
    audit.record(actor=by, act=act, subject=f"{link} of {wave.slug}", authority=authority)


def refuse_if_not_invitable(
    participation: Participation,
    count: int,
    age_version: str,
    language: str,
    setting: Setting | None = None,
) -> None:
    """Raises: Refused: so many codes of this kind cannot be made here."""
    _refuse_if_asked_elsewhere(participation)
    if not 1 <= count <= MOST_CODES_AT_ONCE:
        raise Refused(f"Ask for 1 to {MOST_CODES_AT_ONCE:,} codes at once, not {count:,}.")
    version = participation.version
    known = [each.code for each in version.definition.age_versions]
    if age_version not in known:
        raise Refused(f'There is no age version "{age_version}" here, only {", ".join(known)}.')
    offered = languages.offered(version.translations, participation.wave.languages)
    if language not in offered:
        raise Refused(
            f'{version} is not in the language "{language}", only in {", ".join(offered)}.'
        )
    if setting is not None and setting.authority_id != participation.authority_id:
        raise Refused(f"{setting} does not belong to {participation.authority}.")


def refuse_if_more_than_could(
    participation: Participation, count: int, *, replaces: bool = False
) -> None:
    """See that no more are invited to a participation, in all ways together, than could answer.

    Codes that are asked for and not made yet count too. Those of messages that bounced do not: they
    reached nobody, so that the family may be invited anew. Nothing is compared where nobody has
    said how many could answer, as where only the register's numbers stand there: numbers that come
    later are compared with the codes (`surveys.plausible`). For the transaction that makes the
    codes, or asks for them: of two at once the second sees what the first did.

    Args:
        replaces: they take the place of codes that were made, and reached nobody.

    Raises:
        Refused: so many would be too many.
    """
    # No key of the row changes, so that families answer meanwhile.
    locked = Participation.objects.select_for_update(no_key=True).get(pk=participation.pk)
    # First, so that what a worker makes meanwhile counts twice rather than not at all.
    at_work = jobs.codes_asked_for(wave=locked.wave, authority=locked.authority)
    to_come, instead = at_work.to_come, at_work.instead
    made = _sum(participation.invitation_counts, "made")
    if replaces:
        if count + instead > made:
            before = f", and {instead:,} were asked for in the place of others" if instead else ""
            raise Refused(
                f"{count:,} cannot take the place of others: {made:,} codes were made here so "
                f"far{before}."
            )
        return
    if not locked.numbers_confirmed:
        return
    could = _sum(participation.eligible, "number")
    bounced = _sum(participation.mailings.filter(kind=Mailing.Kind.INVITATION), "bounced")
    room = max(0, could - made - to_come + bounced)
    if count > room:
        were = "code was made" if made == 1 else "codes were made"
        more = f", {to_come:,} more are being made" if to_come else ""
        less = f", {bounced:,} of them bounced" if bounced else ""
        raise Refused(
            f"{could:,} could answer in {participation.authority}, and {made:,} {were} already"
            f"{more}{less}: there is room for {room:,} more, not for {count:,}. Nothing was done. "
            "If more could answer, say so first, under “How many could answer” of this wave."
        )


def _sum(rows: Any, column: str) -> int:
    found: int | None = rows.aggregate(all=Sum(column))["all"]
    return found or 0


def _refuse_if_asked_elsewhere(participation: Participation) -> None:
    if participation.version.definition.asked_elsewhere:
        raise Refused(
            f"{participation.version} was asked elsewhere: past answers are brought along, and "
            "nobody can be invited to it."
        )


def unused_codes(count: int) -> list[str]:
    """New codes, not kept yet, that are not each other's and nobody's yet.

    Among 2^50 codes a clash is rare, but with ten million codes out it is one in a thousand for
    every hundred thousand made, and a code must never open two invitations.
    """
    made: dict[str, None] = {}
    while len(made) < count:
        made.update(dict.fromkeys(codes.make() for _ in range(count - len(made))))
        for some in _in_parts(list(made)):
            for taken in _taken(some):
                del made[taken]
    return list(made)


def _taken(some: list[str]) -> list[str]:
    by_digest = {digest_of(code): code for code in some}
    found = Invitation.objects.filter(digest__in=by_digest).values_list("digest", flat=True)
    return [by_digest[bytes(digest)] for digest in found]


def _count(number: int, participation: Participation, **kind: str) -> None:
    """Add to how many were made of this kind, in the transaction that makes them."""
    counted = InvitationCount.objects.filter(participation=participation, **kind)
    if counted.update(made=F("made") + number):
        return
    try:
        with transaction.atomic():
            InvitationCount.objects.create(participation=participation, made=number, **kind)
    except IntegrityError:
        # Somebody else made the first of this kind at this moment.
        counted.update(made=F("made") + number)


def _in_parts(things: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(things), _ROWS_AT_ONCE):
        yield things[start : start + _ROWS_AT_ONCE]

"""Taking in a list of those to invite: each address and its code go into one sealed envelope.

The list itself is never kept. From here on only the sending worker knows an address, and nobody
the code that belongs to it: rows are shuffled, and no envelope names an invitation.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from random import SystemRandom
from typing import Final

from django.db import transaction
from django.db.models import Q

from authorities import audit
from authorities.models import User
from surveys import (
    codes,
    do_not_contact,
    fielding,
    inviting,
    languages,
    lists,
    rotation,
    staff_addresses,
)
from surveys.address_lists import Allowed, Family
from surveys.errors import Refused
from surveys.models import Envelope, Participation
from surveys.sealing import Content

# 60 bits: nobody finds one by trying, and a text message has room for it.
TOKEN_LENGTH: Final = 12
_ROWS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list: how many rows were put into envelopes, and why the others were not.

    Args:
        known: an envelope for an address of the row is there already.
        not_to_be_asked: an address of the row is on the do-not-contact list.
        another_time: another wave of this year asks this family.
    """

    new: int
    known: int
    not_to_be_asked: int
    another_time: int


def allowed_in(participation: Participation, *, today: date) -> Allowed:
    """What a list for this participation may say."""
    version, wave = participation.version, participation.wave
    return Allowed(
        services=tuple(lists.services()),
        ages=tuple(each.code for each in version.definition.age_versions),
        languages=tuple(languages.offered(version.translations, wave.languages)),
        staff=staff_addresses.mailboxes(today=today),
        staff_domains=staff_addresses.domains_of(participation.authority, today=today),
    )


def refuse_if_not_asking(participation: Participation, *, today: date) -> None:
    """Raises: Refused: nobody can be invited to this wave here, not yet or no more."""
    wave = participation.wave
    fielding.refuse_if_over(wave, today=today)
    if wave.sending_key is None:
        raise Refused(
            f"{wave} is not open yet, so there is no key to seal addresses with. Come back when "
            "a national administrator has opened it."
        )


@transaction.atomic
def take_in(
    *, participation: Participation, families: list[Family], today: date, by: User | None
) -> Taken:
    """Put everyone on a list into envelopes, all of them or nobody. May be called twice.

    Args:
        families: as :mod:`surveys.address_lists` read them, so each address is there once.
        by: ``None`` where an authority's own system pushed it.

    Raises:
        Refused: nobody can be invited to this wave here, or to such a survey, or more would be than
            could answer.
    """
    refuse_if_not_asking(participation, today=today)
    # One list at a time: the next one sees the envelopes of this one.
    Participation.objects.select_for_update().get(pk=participation.pk)
    by_digest = {do_not_contact.digest_of(each.address): each for each in families}
    # A family that may not be asked at one of its addresses is not asked at the other either.
    others_of = {
        digest: do_not_contact.digest_of(each.other)
        for digest, each in by_digest.items()
        if each.other
    }
    every = {*by_digest, *others_of.values()}
    known = _with_either(_known(participation, every), by_digest, others_of)
    here = participation.authority_id
    listed = do_not_contact.listed(list(every), authorities=[here], today=today)
    kept_out = _with_either({digest for _, digest in listed}, by_digest, others_of) - known
    others = by_digest.keys() - known - kept_out
    asked = {each for each in others if rotation.asks(participation.wave, each)}
    inviting.refuse_if_more_than_could(participation, len(asked))
    _enclose(participation, {digest: by_digest[digest] for digest in asked}, others_of)
    taken = Taken(len(asked), len(known), len(kept_out), len(others) - len(asked))
    audit.record(
        actor=by,
        act="list of those to invite taken in",
        subject=f"{taken.new} of {len(families)} rows, for {participation.wave.slug}",
        authority=participation.authority,
    )
    return taken


def _with_either(
    found: Collection[bytes], rows: Iterable[bytes], others_of: Mapping[bytes, bytes]
) -> set[bytes]:
    """The rows of which this address or the other is among those found."""
    return {each for each in rows if each in found or others_of.get(each) in found}


def _known(participation: Participation, digests: Collection[bytes]) -> set[bytes]:
    """The digests of both addresses of every family that one of these belongs to."""
    here = Envelope.objects.filter(participation=participation)
    columns = ("address_digest", "other_digest")
    found = here.filter(Q(address_digest__in=digests) | Q(other_digest__in=digests))
    return {bytes(each) for row in found.values_list(*columns) for each in row if each is not None}


def _enclose(
    participation: Participation, families: dict[bytes, Family], others_of: Mapping[bytes, bytes]
) -> None:
    envelopes = [
        _sealed(participation, digest, others_of.get(digest), family, code)
        for digest, family, code in _with_codes(participation, families)
    ]
    # In groups they came, by service and age; no number of a row may tell of which one it is.
    SystemRandom().shuffle(envelopes)
    Envelope.objects.bulk_create(envelopes, batch_size=_ROWS_AT_ONCE)


def _with_codes(
    participation: Participation, families: dict[bytes, Family]
) -> Iterable[tuple[bytes, Family, str]]:
    groups: defaultdict[tuple[str, str, str], list[bytes]] = defaultdict(list)
    for digest, family in families.items():
        groups[family.age_version, family.language, family.service].append(digest)
    # In one order, as everyone who makes codes does, so that two at once never wait for each other.
    for (age_version, language, service), digests in sorted(groups.items()):
        made = inviting.make_codes(
            participation=participation,
            count=len(digests),
            age_version=age_version,
            language=language,
            service=service,
        )
        yield from ((each, families[each], code) for each, code in zip(digests, made, strict=True))


def _sealed(
    participation: Participation, digest: bytes, other: bytes | None, family: Family, code: str
) -> Envelope:
    token = codes.random_letters(TOKEN_LENGTH).lower()
    content = Content(code, family.address, family.language, family.age_version, token)
    return Envelope(
        participation=participation,
        way=family.way,
        address_digest=digest,
        other_digest=other,
        stop_digest=do_not_contact.digest_of_token(token),
        sealed=content.sealed(bytes(participation.wave.sending_key or b"")),
    )

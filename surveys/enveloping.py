"""Taking in a list of those to invite: each address and its code go into one sealed envelope.

The list itself is never kept. From here on only the sending worker knows an address, and nobody
the code that belongs to it: rows are shuffled, and no envelope names an invitation.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import SystemRandom
from typing import Final

from django.db import transaction

from authorities import audit
from authorities.models import User
from surveys import codes, do_not_contact, fielding, inviting, languages, lists, rotation
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
        known: an envelope for the address is there already.
        not_to_be_asked: it is on the do-not-contact list.
        another_time: another wave of this year asks this family.
    """

    new: int
    known: int
    not_to_be_asked: int
    another_time: int


def allowed_in(participation: Participation) -> Allowed:
    """What a list for this participation may say."""
    version, wave = participation.version, participation.wave
    return Allowed(
        services=tuple(lists.services()),
        ages=tuple(each.code for each in version.definition.age_versions),
        languages=tuple(languages.offered(version.translations, wave.languages)),
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
        Refused: nobody can be invited to this wave here, or to such a survey.
    """
    refuse_if_not_asking(participation, today=today)
    # One list at a time: the next one sees the envelopes of this one.
    Participation.objects.select_for_update().get(pk=participation.pk)
    by_digest = {do_not_contact.digest_of(each.address): each for each in families}
    known = _known(participation, by_digest)
    here = participation.authority_id
    listed = do_not_contact.listed(list(by_digest), authorities=[here], today=today)
    kept_out = {digest for _, digest in listed} - known
    others = by_digest.keys() - known - kept_out
    asked = {each for each in others if rotation.asks(participation.wave, each)}
    _enclose(participation, {digest: by_digest[digest] for digest in asked})
    taken = Taken(len(asked), len(known), len(kept_out), len(others) - len(asked))
    audit.record(
        actor=by,
        act="list of those to invite taken in",
        subject=f"{taken.new} of {len(families)} rows, for {participation.wave.slug}",
        authority=participation.authority,
    )
    return taken


def _known(participation: Participation, digests: Iterable[bytes]) -> set[bytes]:
    here = Envelope.objects.filter(participation=participation)
    found = here.filter(address_digest__in=list(digests))
    return {bytes(digest) for digest in found.values_list("address_digest", flat=True)}


def _enclose(participation: Participation, families: dict[bytes, Family]) -> None:
    envelopes = [
        _sealed(participation, digest, family, code)
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


def _sealed(participation: Participation, digest: bytes, family: Family, code: str) -> Envelope:
    token = codes.random_letters(TOKEN_LENGTH).lower()
    content = Content(code, family.address, family.language, family.age_version, token)
    return Envelope(
        participation=participation,
        way=family.way,
        address_digest=digest,
        stop_digest=do_not_contact.digest_of_token(token),
        sealed=content.sealed(bytes(participation.wave.sending_key or b"")),
    )

"""Who is not to be asked: keyed digests of addresses, looked at each time before anything is sent.

A child died; a child was adopted, and a letter would hurt; somebody is watched at home; an
investigation is going on; somebody asked not to be asked again. Only a keyed digest of an address
is kept, so that the list tells nobody whose addresses are on it. What a family does by itself, by
its opt-out link or a text message, is not in the audit: the hour of it would tell who it was.
"""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from random import SystemRandom
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from authorities import audit
from authorities.models import Authority, User
from surveys import addresses
from surveys.addresses import NotAnAddress
from surveys.errors import Refused
from surveys.models import Dispatch, DoNotContact, Envelope

Why = DoNotContact.Why
# What a person may say; that somebody opted out is theirs to say, or to have said for them.
REASONS: Final = tuple(Why)

_ROWS_AT_ONCE: Final = 1_000

# First word of a text message that asks for no more. Source: CTIA, Short Code Monitoring Handbook,
# universal opt-out words; in Britain "STOP" is the usual one.
_STOP_WORDS: Final = frozenset({"stop", "stopall", "end", "quit", "cancel", "unsubscribe"})


@dataclass(frozen=True, slots=True)
class Added:
    """What came of a file of addresses.

    Args:
        new: those that were not on the list.
        renewed: those that were, and have the new reason and last day.
        stay: those that were for longer or for ever, as where their owner asked for it.
        doubled: how many more rows there were than addresses.
    """

    new: int
    renewed: int
    stay: int
    doubled: int


def digest_of(address: str) -> bytes:
    """What is kept of a tidied address: 32 bytes, HMAC-SHA256 under a key outside the database.

    Of one mailbox there is one digest, however its address is written, so that it is one family's.
    The key is made of the key of the codes, and is another: no digest of a code is ever one of an
    address.
    """
    key = hmac.digest(settings.HEARD_CODE_KEY, b"heard: digests of addresses", "sha256")
    return hmac.digest(key, addresses.mailbox(address).encode(), "sha256")


def digest_of_token(token: str) -> bytes:
    """What is kept of the token in an opt-out link, which is random and long enough by itself."""
    return sha256(token.encode()).digest()


def on_the_list(*, authority: Authority | None, today: date) -> QuerySet[DoNotContact]:
    """The entries of one authority's list that hold on a day; of the national one with none."""
    return _holding(today).filter(authority=authority)


def listed(
    digests: Collection[bytes], *, authorities: Collection[int], today: date
) -> Mapping[tuple[int, bytes], str]:
    """Which of these are not to be asked there, and why. The national list holds everywhere.

    Args:
        authorities: ids of those in which somebody is about to be asked.
    """
    found = _holding(today).filter(address_digest__in=digests)
    entries = found.filter(Q(authority=None) | Q(authority__in=authorities))
    why: dict[tuple[int, bytes], str] = {}
    for entry in entries:
        # An entry of the national list stands for each of them.
        places = authorities if entry.authority_id is None else [entry.authority_id]
        why.update({(place, bytes(entry.address_digest)): entry.why for place in places})
    return why


@transaction.atomic
def add(
    *,
    typed: str,
    authority: Authority | None,
    why: str,
    until: date | None,
    by: User,
    today: date,
) -> DoNotContact:
    """Put an address on a list. One that is on it gets the new reason and last day.

    Where its owner opted out, it stays so: what they said has no last day.

    Args:
        typed: an address as a person writes it. It is not kept.
        authority: whose list; ``None`` for the national one.

    Raises:
        Refused: it is no address, or the last day is over.
    """
    _refuse_if_past(until, today)
    digest = digest_of(_tidied(typed))
    theirs = DoNotContact.objects.filter(authority=authority, address_digest=digest)
    entry = theirs.filter(why=Why.OPTED_OUT, until=None).first()
    if entry is None:
        entry = _kept(authority, digest, why=why, until=until, by=by, today=today)
    act = "address put on the do-not-contact list"
    audit.record(actor=by, act=act, subject=_list_of(authority), authority=authority, why=why)
    return entry


@transaction.atomic
def add_many(
    *,
    tidied: Collection[str],
    authority: Authority | None,
    why: str,
    until: date | None,
    by: User,
    today: date,
) -> Added:
    """Put many addresses on a list: all of them or none, and audited once. May be called twice.

    One that is there gets the new reason and last day where that is later. What holds for longer,
    or for ever, stays as it is: nobody looks at each row of a file.

    Args:
        tidied: addresses as `surveys.do_not_contact_files` read them, some perhaps twice. They are
            not kept.
        authority: whose list; ``None`` for the national one.

    Raises:
        Refused: the last day is over, or somebody changed the list at the same moment.
    """
    _refuse_if_past(until, today)
    digests = {digest_of(each) for each in tidied}
    theirs = DoNotContact.objects.filter(authority=authority, address_digest__in=digests)
    there = {bytes(each) for each in theirs.values_list("address_digest", flat=True)}
    given = {"why": why, "until": until, "added_on": today, "added_by": by}
    shorter = Q() if until is None else Q(until__lt=until)
    renewed = theirs.exclude(until=None).filter(shorter).update(**given)
    new = list(digests - there)
    # No number of a row may tell in which line of the file it stood.
    SystemRandom().shuffle(new)
    try:
        with transaction.atomic():
            DoNotContact.objects.bulk_create(
                (DoNotContact(authority=authority, address_digest=each, **given) for each in new),
                batch_size=_ROWS_AT_ONCE,
            )
    except IntegrityError:
        raise Refused(
            "Somebody put one of these on the list at the same moment. Upload the file again."
        ) from None
    audit.record(
        actor=by,
        act="file of addresses put on the do-not-contact list",
        subject=f"{len(digests)} addresses, {_list_of(authority)}",
        authority=authority,
        why=why,
    )
    return Added(len(new), renewed, len(there) - renewed, len(tidied) - len(digests))


@transaction.atomic
def look_up(
    *, typed: str, authority: Authority | None, by: User, today: date
) -> list[DoNotContact]:
    """Where an address is listed that keeps it from being asked here. That it was asked is audited.

    Raises:
        Refused: it is no address.
    """
    here = Q(authority=None) if authority is None else Q(authority=None) | Q(authority=authority)
    found = _holding(today).filter(here, address_digest=digest_of(_tidied(typed)))
    act = "do-not-contact list searched for an address"
    audit.record(actor=by, act=act, subject=_list_of(authority), authority=authority)
    return list(found.select_related("authority").order_by("pk"))


@transaction.atomic
def remove(*, typed: str, authority: Authority | None, why: str, by: User) -> None:
    """Take an address off a list.

    Raises:
        Refused: it is no address, is not on this list, or no reason is given.
    """
    if not why.strip():
        raise Refused("Say why this address may be asked again.")
    digest = digest_of(_tidied(typed))
    removed, _ = DoNotContact.objects.filter(authority=authority, address_digest=digest).delete()
    if not removed:
        raise Refused(f"This address is not on {_list_of(authority)}.")
    act = "address taken off the do-not-contact list"
    subject = _list_of(authority)
    audit.record(actor=by, act=act, subject=subject, authority=authority, why=why.strip())


def stop_by_link(token: str, *, today: date) -> None:
    """The family behind an opt-out link is not asked again. May be called twice.

    An unknown token changes nothing, and nobody is told: the envelope may be destroyed already.
    """
    found = Envelope.objects.filter(stop_digest=digest_of_token(token))
    for envelope in found.select_related("participation"):
        _stop(envelope, today=today)


def stop_by_text(number: str, message: str, *, today: date) -> bool:
    """Somebody answered a text message. If it says stop, they are not asked again.

    Where no envelope of theirs is left, they go on the national list: they asked, and we cannot
    say of which authority it was.

    Returns:
        Whether it said so. Whatever else it says is not kept.
    """
    first = message.split()[:1]
    if not first or first[0].strip(".,!'\"").casefold() not in _STOP_WORDS:
        return False
    try:
        digest = digest_of(addresses.tidy_phone(f"+{number.lstrip('+')}"))
    except NotAnAddress:
        return False
    envelopes = Envelope.objects.filter(address_digest=digest).select_related("participation")
    for envelope in envelopes:
        _stop(envelope, today=today)
    if not envelopes:
        _opted_out(None, digest, today=today)
    return True


@transaction.atomic
def _stop(envelope: Envelope, *, today: date) -> None:
    authority = envelope.participation.authority
    digest = bytes(envelope.address_digest)
    _opted_out(authority, digest, today=today)
    # The message that they answered by it, so that it is counted once.
    last = Dispatch.objects.filter(envelope=envelope).order_by("-pk").values_list("pk", flat=True)
    reached = Dispatch.objects.filter(pk__in=list(last[:1]), state__in=("handled", "doubtful"))
    reached.update(state=Dispatch.State.OPTED_OUT)


def _opted_out(authority: Authority | None, digest: bytes, *, today: date) -> None:
    """For ever. Where another reason stands for ever already, that one is kept."""
    entries = DoNotContact.objects.filter(authority=authority, address_digest=digest)
    if not entries.filter(until=None).exists():
        _kept(authority, digest, why=Why.OPTED_OUT, until=None, by=None, today=today)


def _refuse_if_past(until: date | None, today: date) -> None:
    if until is not None and until < today:
        raise Refused("That last day is over: nobody would be kept from being asked.")


def _kept(
    authority: Authority | None,
    digest: bytes,
    *,
    why: str,
    until: date | None,
    by: User | None,
    today: date,
) -> DoNotContact:
    entry, _ = DoNotContact.objects.update_or_create(
        authority=authority,
        address_digest=digest,
        defaults={"why": why, "until": until, "added_on": today, "added_by": by},
    )
    return entry


def _holding(today: date) -> QuerySet[DoNotContact]:
    return DoNotContact.objects.filter(Q(until=None) | Q(until__gte=today))


def _tidied(typed: str) -> str:
    """Raises: Refused: it is no address."""
    try:
        return addresses.tidy_any(typed)[1]
    except NotAnAddress as fault:
        raise Refused(f"{fault.what[:1].upper()}{fault.what[1:]} {fault.mend}") from None


def _list_of(authority: Authority | None) -> str:
    return "the national list" if authority is None else f"the list of {authority}"

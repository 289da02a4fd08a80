"""Opening a contact request for one listener's browser and nobody else.

The web process has no key that opens one. So it makes a key pair, gives the private half to the
listener's browser as a cookie, and keeps the public half here; a worker, which has the listeners'
key, opens the request and seals it to that public half. No table ever holds it in clear, and after
ten minutes both the cookie and the sealed copy are gone.
"""

from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from nacl.public import PrivateKey

from authorities import audit
from authorities.models import User
from feedback.contact import Contact, Opened, read_note
from feedback.envelopes import opened
from feedback.errors import Unopenable
from feedback.listeners import KEY_NAME
from feedback.models import ContactNote, ContactRequest, Opening
from feedback.querysets import OpeningQuerySet
from surveys.keyring import Keyring

KEPT_FOR = timedelta(minutes=10)

log = structlog.get_logger(__name__)


@transaction.atomic
def ask_to_open(*, request: ContactRequest, by: User, now: datetime) -> tuple[Opening, bytes]:
    """Note that a listener wants to read a request; in the audit too.

    Returns:
        What a worker will fill, and the private half for the listener's browser alone.
    """
    key = PrivateKey.generate()
    opening = Opening.objects.create(
        request=request, asked_by=by, asked_at=now, public_key=bytes(key.public_key)
    )
    audit.record(
        actor=by,
        act="contact opened",
        subject=f"contact request {request.pk}",
        authority=request.authority,
    )
    return opening, bytes(key)


def open_waiting(*, keyring: Keyring, now: datetime) -> int:
    """Open whatever waits to be, and forget what was opened long ago; how many were opened.

    Raises:
        KeyMissing: one waits, and this process does not have the listeners' key.
    """
    Opening.objects.asked_before(now - KEPT_FOR).delete()
    waiting = Opening.objects.waiting().order_by("pk").values_list("pk", flat=True)
    return sum(open_one(opening_id, keyring=keyring, now=now) for opening_id in list(waiting))


def open_one(opening_id: int, *, keyring: Keyring, now: datetime) -> bool:
    """Open one request, if it still waits. Safe to call twice, and from two workers at once.

    Returns:
        Whether this call filled it. One that no key of ours opens is marked as failed, and logged.

    Raises:
        KeyMissing: this process does not have the listeners' key.
    """
    waiting = Opening.objects.waiting().asked_since(now - KEPT_FOR).filter(pk=opening_id)
    opening = waiting.select_related("request").first()
    if opening is None:
        return False
    key = keyring.private_key(KEY_NAME)
    try:
        found = Opened(_contact(opening.request, key), _notes(opening.request, key))
    except Unopenable:
        log.exception("a contact request cannot be opened", request_id=opening.request_id)
        waiting.update(failed=True)
        return False
    return bool(waiting.update(sealed=found.sealed(bytes(opening.public_key))))


def opening_of(user: User, request: ContactRequest, pk: int, *, now: datetime) -> Opening | None:
    """This person's opening of a request, while it lasts. The one door to them, with the next."""
    return _of(user, request, now).filter(pk=pk).first()


def newest_of(user: User, request: ContactRequest, *, now: datetime) -> Opening | None:
    """The last that this person asked for and a worker has filled, while it lasts."""
    return _of(user, request, now).filter(sealed__isnull=False).order_by("-pk").first()


def read(opening: Opening, private_key: bytes) -> Opened | None:
    """What a worker sealed, or ``None`` where this private half does not open it."""
    if opening.sealed is None or len(private_key) != PrivateKey.SIZE:
        return None
    [content] = opened([bytes(opening.sealed)], PrivateKey(private_key))
    return None if content is None else Opened.read(content)


def _of(user: User, request: ContactRequest, now: datetime) -> OpeningQuerySet:
    mine = Opening.objects.filter(asked_by=user, request=request)
    return mine.asked_since(now - KEPT_FOR)


def _contact(request: ContactRequest, key: PrivateKey) -> Contact:
    [content] = opened([bytes(request.envelope)], key)
    try:
        if content is not None:
            return Contact.read(content)
    except ValueError:
        pass
    raise Unopenable(f"Contact request {request.pk}")


def _notes(request: ContactRequest, key: PrivateKey) -> dict[int, str]:
    """Those that open. Of another the page says that it does not: the request matters more."""
    notes = list(ContactNote.objects.filter(request=request))
    contents = opened([bytes(each.envelope) for each in notes], key)
    found = {}
    for each, content in zip(notes, contents, strict=True):
        if content is not None:
            with suppress(ValueError):
                found[each.pk] = read_note(content)
    return found

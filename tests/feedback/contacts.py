"""Requests to be contacted, for any test. Any word may be changed."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from authorities.models import Authority, Message
from feedback import contacting, listeners, opening
from feedback.contact import Contact, Opened
from feedback.models import ContactRequest, Opening
from surveys.keyring import Keyring

_numbers = count(1)

EVENING = datetime(2026, 11, 23, 18, 30, 40, tzinfo=UTC)  # half past six in London too

NUMBER = "07700 900123"  # one of Ofcom's for drama: nobody has it
NAME = "Robin Hollowell"


def a_listeners_key(keyring: Keyring | None = None) -> Keyring:
    """The listeners' key, made by a worker and published. With no keyring, the settings'."""
    keyring = keyring or Keyring.from_settings()
    listeners.publish_key(keyring=keyring, today=EVENING.date())
    return keyring


def a_contact(**fields: Any) -> Contact:
    """Robin would like a call."""
    return Contact(**{"how": "call", "where": NUMBER, "called": NAME, **fields})


def a_request(
    authority: Authority | None = None,
    *,
    now: datetime = EVENING,
    simulated: bool = False,
    **fields: Any,
) -> ContactRequest:
    """One that came: national, unless an authority is given that has a listener."""
    return contacting.ask(
        contact=a_contact(**{"council": authority.gss_code if authority else "", **fields}),
        form_id=f"form-{next(_numbers)}",
        now=now,
        simulated=simulated,
    )


def opened_by_a_worker(request: ContactRequest, by: Any, keyring: Keyring) -> Opened:
    """What a listener sees of it, through the whole way."""
    wish, private_key = opening.ask_to_open(request=request, by=by, now=EVENING)
    opening.open_one(wish.pk, keyring=keyring, now=EVENING)
    found = opening.read(Opening.objects.get(pk=wish.pk), private_key)
    assert found is not None
    return found


def told() -> list[str]:
    """To whom messages are written, in order."""
    return list(Message.objects.order_by("pk").values_list("to", flat=True))


# What a form sends, at the least.
LEAST = {"how": "call", "where": NUMBER}

"""Families on lists, and a desk to send to them from, for any test."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from django.utils import timezone

from authorities.roles import Role
from surveys import enveloping, sending
from surveys.address_lists import Family
from surveys.delivering import Desk, send_for
from surveys.keyring import Keyring
from surveys.models import Mailing, Participation
from surveys.senders import Sender
from tests.authorities.factories import a_member
from tests.surveys.factories import IN_AUTUMN, a_participation

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_numbers = count()


def an_address() -> str:
    """A number of nobody's, of a thousand."""
    return f"+447700900{next(_numbers) % 1000:03}"


def a_family(
    address: str = "", *, language: str = "en", service: str = "in-care", other: str = ""
) -> Family:
    address = address or an_address()
    way = "email" if "@" in address else "text"
    return Family(way, address, service, "12-17", language, other)


def some_families(number: int = 3) -> list[Family]:
    return [a_family() for _ in range(number)]


def reached(
    *families: Family, keyring: Keyring, participation: Participation | None = None
) -> Participation:
    """A participation of an open wave with these families on its list."""
    box = participation or a_participation(keyring=keyring)
    enveloping.take_in(
        participation=box,
        families=list(families) or some_families(),
        today=IN_AUTUMN,
        by=None,
    )
    return box


def a_mailing(
    participation: Participation,
    kind: str = "invitation",
    *,
    ways: Iterable[str] = ("text", "email"),
    at: datetime = NOON,
) -> Mailing:
    return sending.start(
        participation=participation,
        kind=kind,
        ways=tuple(ways),
        now=at,
        today=IN_AUTUMN,
        by=a_member(Role.NATIONAL_ADMINISTRATOR),
    )


def a_desk(sender: Sender, keyring: Keyring, *, at: datetime = NOON) -> Desk:
    """A desk whose clock goes on from a time, and waits for nothing."""
    began = timezone.now()
    return Desk(
        sender=sender,
        keyring=keyring,
        rate=1000,
        patience=timedelta(seconds=20),
        name="Your say",
        site="https://heard.example",
        today=at.date(),
        clock=lambda: at + (timezone.now() - began),
        sleep=lambda _: None,
    )


def all_sent(desk: Desk) -> Mailing:
    """The newest mailing, after the worker has done what it can at once."""
    send_for(desk, until=desk.clock() + timedelta(seconds=30))
    return Mailing.objects.order_by("-pk")[0]


def later(desk: Desk, wait: timedelta) -> Desk:
    """The same desk after a while."""
    clock = desk.clock
    return replace(desk, clock=lambda: clock() + wait)

"""Subscribers, and somebody who carries letters to them as a test wants it."""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from django.utils import timezone

from analytics import announcing, subscribing
from analytics.announcing import Desk
from analytics.models import Notice, Subscription
from authorities.areas import ENGLAND
from surveys import sealing
from surveys.addresses import EMAIL
from surveys.keyring import Keyring
from surveys.senders import Fate, Outcome, Parcel

_numbers = count(1)


@dataclass(slots=True)
class Carrier:
    """Takes letters, or does with the next ones what it was told; then it takes them again."""

    fates: deque[Fate | type[BaseException]] = field(default_factory=deque)
    parcels: list[Parcel] = field(default_factory=list)
    ways: Collection[str] = (EMAIL,)
    at_once: int = 1
    can_be_asked: bool = False

    def send(self, parcel: Parcel) -> Outcome:
        fate = self.fates.popleft() if self.fates else Fate.SENT
        self.parcels.append(parcel)
        if isinstance(fate, Fate):
            return Outcome(fate)
        raise fate

    def ask(self, reference: str) -> Outcome:
        raise AssertionError("a mail server cannot be asked")

    def close(self) -> None:
        pass


def asking(keyring: Keyring, address: str, area: str = ENGLAND, *, now: datetime) -> Subscription:
    """Somebody who asked, and has not confirmed yet."""
    subscribing.publish_key(keyring=keyring, today=timezone.localdate(now))
    subscribing.ask(address=address, area=area, now=now)
    digest = subscribing.digest_of(address)
    return Subscription.objects.get(area=area, address_digest=digest)


def a_subscriber(
    keyring: Keyring, area: str = ENGLAND, *, now: datetime, address: str = ""
) -> Subscription:
    """Somebody who confirmed, and has had the letter about it."""
    address = address or f"reader-{next(_numbers)}@example.org"
    subscription = asking(keyring, address, area, now=now)
    assert subscribing.confirm(token_of(subscription, keyring), today=timezone.localdate(now))
    Notice.objects.filter(subscription=subscription).update(state=Notice.State.SENT)
    return Subscription.objects.get(pk=subscription.pk)


def token_of(subscription: Subscription, keyring: Keyring) -> str:
    """What a worker finds in it."""
    key = keyring.private_key(subscribing.KEY_NAME)
    [content] = sealing.opened([bytes(subscription.sealed)], key)
    assert content is not None
    return content.token


def delivered(
    keyring: Keyring, *, now: datetime, fates: Iterable[Fate | type[BaseException]] = ()
) -> list[Parcel]:
    """What a worker handed over that came at this time."""
    carrier = Carrier(deque(fates))
    desk = Desk(sender=carrier, keyring=keyring, clock=lambda: now)
    announcing.send_for(desk, until=now + timedelta(seconds=50))
    return carrier.parcels


def announced(release_id: int, *, now: datetime) -> int:
    return announcing.announce(release_id, now=now, today=timezone.localdate(now))


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def links(text: str) -> Iterator[str]:
    """The addresses within our site that a letter has, one a line."""
    return (found[1] for found in re.finditer(r"^http://testserver(\S+)$", text, re.MULTILINE))


def a_day_after(day: date) -> date:
    return day + timedelta(days=1)

"""Subscribing by e-mail to an area's figures: asked for, confirmed by a link, ended by another.

The web process keeps an address without being able to read it (ADR 18): it is sealed to a key of
which only workers have the other half. Whoever asks gets the same answer whether the address is
known or not, so nobody finds out who subscribed. There is no audit of it: the hour would tell who.
"""

import hmac
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Final

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from redis.exceptions import RedisError

from analytics.errors import NoSubscribersKey
from analytics.models import Notice, Subscription
from analytics.signals import subscription_asked
from analytics.wording import within
from authorities.areas import ENGLAND
from authorities.models import Authority, Region
from feedback.models import PublicKey
from surveys import codes, languages
from surveys.keyring import Keyring
from surveys.sealing import Content

KEY_NAME: Final = "subscribers"
UNCONFIRMED_FOR: Final = timedelta(days=7)
# Letters to confirm that one address gets in a day, of all areas: nobody is pestered through us.
MOST_LETTERS_A_DAY: Final = 3
# For the whole country: how many may ask within so many seconds, whoever they are.
LIMITS: Final = ((100, 600), (2_000, 24 * 3600))
# 130 bits, so that nobody finds one by trying.
TOKEN_LENGTH: Final = 26

# What is not under way: it may be written again.
ENDED: Final = (
    Notice.State.SENT,
    Notice.State.BOUNCED,
    Notice.State.DOUBTFUL,
    Notice.State.FAILED,
)

log = structlog.get_logger(__name__)


def publish_key(*, keyring: Keyring, today: date) -> None:
    """Make the subscribers' key pair, unless it was made, and let web processes seal to it.

    The database follows the key directory and never the reverse, as with the listeners' key.

    Raises:
        KeyMissing: it was made before and is lost or damaged; its recovery copy is still there.
    """
    public = keyring.make_pair(KEY_NAME)
    published, made_now = PublicKey.objects.get_or_create(
        name=KEY_NAME, defaults={"key": public, "made_on": today}
    )
    if not made_now and bytes(published.key) != public:
        log.error("the subscribers' key in the database was not ours, and was put right")
        PublicKey.objects.filter(name=KEY_NAME).update(key=public, made_on=today)


def is_possible() -> bool:
    """Whether there is a key to seal an address with."""
    return PublicKey.objects.filter(name=KEY_NAME).exists()


def name_of_area(code: str) -> str | None:
    """An area as it stands in a sentence; ``None`` where there is none of this code."""
    if code == ENGLAND:
        return "England"
    authority = Authority.objects.filter(gss_code=code).first()
    if authority is not None:
        return authority.name
    region = Region.objects.filter(gss_code=code).first()
    return within(region.name) if region else None


def digest_of(address: str) -> bytes:
    """What is kept of a tidied address: 32 bytes, HMAC-SHA256 under a key outside the database.

    The key is made of the key of the codes for this alone: no digest here is like one of the same
    address on a list of those to invite, or not to contact.
    """
    key = hmac.digest(settings.HEARD_CODE_KEY, b"heard: digests of subscribers", "sha256")
    return hmac.digest(key, address.encode(), "sha256")


def digest_of_token(token: str) -> bytes:
    """What is kept of the token in a link, which is random and long enough by itself."""
    return sha256(token.encode()).digest()


def must_wait(*, now: float) -> int:
    """Count one who asks; how many seconds they have to wait, 0 if they may now.

    Counted for everybody together, in windows that begin at fixed times: no address or browser is
    looked at. Where nobody can count, nobody may ask, because each form makes us write to somebody.

    Args:
        now: seconds since 1970.
    """
    return max(_wait(most, seconds, now=now) for most, seconds in LIMITS)


def _wait(most: int, seconds: int, *, now: float) -> int:
    window, passed = divmod(int(now), seconds)
    left, key = seconds - passed, f"limit:subscribing:{seconds}:{window}"
    try:
        number = 1 if cache.add(key, 1, timeout=left + 1) else cache.incr(key)
    except ValueError:  # its window ended between the two
        number = 1
    except (RedisError, OSError) as failure:
        log.warning("the cache is away, so nobody can subscribe", failure=type(failure).__name__)
        return min(left, 600)
    return left if number > most else 0


@transaction.atomic
def ask(*, address: str, area: str, now: datetime) -> None:
    """Keep, sealed, that an address is to be asked whether it subscribes to an area.

    A letter is written to it in the same transaction, also where it has subscribed already, which
    the letter says. Beyond :data:`MOST_LETTERS_A_DAY` nothing is done, and nothing is told.

    Args:
        address: tidied, as :mod:`surveys.addresses` has it.
        area: GSS code.

    Raises:
        NoSubscribersKey: there is nothing to seal it with yet. Nothing is kept.
    """
    public, today = _public_key(), timezone.localdate(now)
    digest = digest_of(address)
    theirs = Subscription.objects.filter(address_digest=digest, asked_on=today)
    written = theirs.aggregate(written=Sum("letters", default=0))["written"]
    if written >= MOST_LETTERS_A_DAY:
        return
    token = codes.random_letters(TOKEN_LENGTH).lower()
    content = Content("", address, languages.ENGLISH, "", token)
    subscription, _ = Subscription.objects.get_or_create(
        address_digest=digest,
        area=area,
        defaults={
            "sealed": content.sealed(public),
            "token_digest": digest_of_token(token),
            "asked_on": today,
        },
    )
    found = Subscription.objects.filter(pk=subscription.pk)
    found.exclude(asked_on=today).update(asked_on=today, letters=0)
    found.update(letters=F("letters") + 1)
    notice, is_new = Notice.objects.get_or_create(
        subscription=subscription, release=None, defaults={"due_at": now}
    )
    if not is_new:
        # What is under way goes anyway.
        again = Notice.objects.filter(pk=notice.pk, state__in=ENDED)
        again.update(state=Notice.State.WAITING, attempts=0, due_at=now)
    transaction.on_commit(partial(subscription_asked.send_robust, Subscription))


def behind(token: str) -> Subscription | None:
    """The subscription that a link is of; ``None`` where there is none, or none any more."""
    return Subscription.objects.filter(token_digest=digest_of_token(token)).first()


def confirm(token: str, *, today: date) -> bool:
    """Subscribe for good. May be called twice.

    Returns:
        Whether there is such a subscription.
    """
    found = Subscription.objects.filter(token_digest=digest_of_token(token))
    found.unconfirmed().update(confirmed_on=today)
    return found.exists()


@transaction.atomic
def stop(token: str) -> None:
    """Forget a subscription with its address and letters. May be called twice."""
    Subscription.objects.filter(token_digest=digest_of_token(token)).delete()


def forget_unconfirmed(*, today: date) -> int:
    """Delete what nobody confirmed within :data:`UNCONFIRMED_FOR`; how many those were."""
    old = Subscription.objects.unconfirmed().filter(asked_on__lt=today - UNCONFIRMED_FOR)
    number = old.count()
    old.delete()
    return number


def _public_key() -> bytes:
    for published in PublicKey.objects.filter(name=KEY_NAME):
        return bytes(published.key)
    raise NoSubscribersKey

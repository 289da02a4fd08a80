"""How often a door may be used, counted for the door and for nobody in particular.

No address and no browser is looked at, so nobody can be told apart by these counts, and a class on
one connection is not taken for an attack. The price: whoever fills a door's measure keeps others
out until its window ends. So the measures are generous, a browser that did a small sum (see
`proof_of_work`) has a far larger one of its own, and who is turned away is told so, keeps what was
typed, and is told when to try again.

* One open link: 3,000 forms in 10 minutes with the sum, 300 without. A class of 30 on one poster
  without JavaScript sends within two minutes, some of them twice; four more classes may do so in
  the same minutes. With JavaScript, so may fifty.
* Ask someone to contact me: 300 in 10 minutes with the sum, 60 without. It is one door for the
  whole country, where a few an hour are usual. Two classes at once can use it, and a flood that
  would hide a child's call from the listeners cannot.

Counted are the forms that could be kept, in windows that begin at fixed times; so at the
turn of a window twice as many may pass. The counts are in Django's cache. Where it is away, all may
pass: a lost cache must not keep a child from sending.

There is none on codes that are tried at `/` and `/s/…`. Ten letters of 32 are 50 bits: with a
million codes given out, at a hundred guesses a second, the first hit is to be expected after four
months, shows nothing of anyone, and can at most use up one code. A limit for the whole site would
have to refuse before a code is looked up, and so would let anybody with a loop turn away every
family in the country. nginx or the provider limits connections, which is where that belongs.
"""

from dataclasses import dataclass
from hashlib import sha256

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from feedback.proof_of_work import solved

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many forms may be sent within one window of so many seconds."""

    most: int
    seconds: int = 600


@dataclass(frozen=True, slots=True)
class Measure:
    """The limits of one kind of door: for those who did the sum, and for those who did not."""

    solved: Limit
    unsolved: Limit


OPEN_LINK = Measure(solved=Limit(3_000), unsolved=Limit(300))
CONTACT = Measure(solved=Limit(300), unsolved=Limit(60))


def wait_at_open_link(slug: str, *, browser: str, nonce: str, now: float) -> int:
    """Count a form sent by an open link; how many seconds it has to wait, 0 if it may pass.

    Args:
        browser: the id that the browser made, which is part of its sum's text.
        nonce: what its sum came to, or "".
        now: seconds since 1970.
    """
    return _wait(OPEN_LINK, slug, door=f"open-link:{slug}", browser=browser, nonce=nonce, now=now)


def wait_at_contact(*, browser: str, nonce: str, now: float) -> int:
    """The same for "ask someone to contact me"."""
    return _wait(CONTACT, "contact", door="contact", browser=browser, nonce=nonce, now=now)


def _wait(measure: Measure, page: str, *, door: str, browser: str, nonce: str, now: float) -> int:
    did_the_sum = bool(browser) and solved(f"{page}:{browser}", nonce)
    window, passed = divmod(int(now), measure.solved.seconds)
    left = measure.solved.seconds - passed
    # A sum serves once in a window: one that is shown again costs its owner nothing.
    once = sha256(f"{door}:{browser}".encode()).hexdigest()  # the id itself is kept nowhere
    if did_the_sum and _count(f"limit:sum:{once}:{window}", left) > 1:
        did_the_sum = False
    limit = measure.solved if did_the_sum else measure.unsolved
    kind = "solved" if did_the_sum else "unsolved"
    return left if _count(f"limit:{door}:{kind}:{window}", left) > limit.most else 0


def _count(key: str, seconds: int) -> int:
    """How often this was called for a key, with this call; 0 where nobody counts."""
    try:
        if cache.add(key, 1, timeout=seconds + 1):
            return 1
        return cache.incr(key)
    except ValueError:  # its window ended between the two
        return 1
    except (RedisError, OSError) as failure:
        log.warning("the cache is away, so no limit holds", failure=type(failure).__name__)
        return 0

"""Limits that keep no address: they let a class pass, stop a flood, and fail open."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from secrets import token_hex
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from pytest_django import Settings

from feedback import limits
from feedback.limits import CONTACT, OPEN_LINK, wait_at_contact, wait_at_open_link
from feedback.proof_of_work import solved

NOON = 1_795_000_200.0  # a moment at which a window begins: a multiple of 600
BROWSER = "0123456789abcdef0123456789abcdef"
NOBODY_LISTENS = "redis://127.0.0.1:9/0"

_slugs = count(1)


@pytest.fixture(autouse=True)
def counts_of_this_test_alone() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def slug() -> str:
    return f"link{next(_slugs)}"


def sum_for(page: str) -> str:
    return next(str(nonce) for nonce in count() if solved(f"{page}:{BROWSER}", str(nonce)))


def sent(number: int, slug: str, *, now: float = NOON, nonce: str = "") -> list[int]:
    """So many forms by a link: how long each has to wait."""
    return [wait_at_open_link(slug, browser=BROWSER, nonce=nonce, now=now) for _ in range(number)]


def test_a_window_begins_at_the_moment_that_these_tests_use() -> None:
    assert NOON % OPEN_LINK.unsolved.seconds == 0


def test_a_class_of_thirty_on_one_poster_without_script_passes_also_when_all_send_twice(
    slug: str,
) -> None:
    waits = [
        wait_at_open_link(slug, browser="", nonce="", now=NOON + 2 * number)
        for number in range(60)  # within two minutes
    ]

    assert waits == [0] * 60


def test_beyond_its_measure_a_link_asks_to_wait_until_its_window_ends(slug: str) -> None:
    most = OPEN_LINK.unsolved.most

    waits = sent(most + 1, slug, now=NOON + 540)

    assert waits == [*[0] * most, 60]


def test_when_the_window_has_ended_all_is_open_again(slug: str) -> None:
    sent(OPEN_LINK.unsolved.most + 1, slug)

    assert sent(1, slug, now=NOON + 600) == [0]


def test_whoever_did_the_sum_passes_where_others_must_wait(slug: str) -> None:
    sent(OPEN_LINK.unsolved.most, slug)

    assert sent(1, slug)[0] > 0
    assert sent(1, slug, nonce=sum_for(slug)) == [0]


def test_the_sum_of_another_page_does_not_count(slug: str) -> None:
    sent(OPEN_LINK.unsolved.most, slug)

    assert sent(1, slug, nonce=sum_for("contact"))[0] > 0


def test_also_with_the_sum_there_is_a_limit(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        limits, "OPEN_LINK", limits.Measure(limits.Limit(most=2), limits.Limit(most=1))
    )

    waits = sent(3, slug, nonce=sum_for(slug))

    assert [bool(wait) for wait in waits] == [False, False, True]


def test_one_link_does_not_use_up_the_measure_of_another(slug: str) -> None:
    sent(OPEN_LINK.unsolved.most, slug)

    assert sent(1, f"{slug}-other") == [0]


def test_asking_to_be_contacted_has_a_measure_of_its_own() -> None:
    waits = [
        wait_at_contact(browser="", nonce="", now=NOON) for _ in range(CONTACT.unsolved.most + 1)
    ]

    assert [bool(wait) for wait in waits] == [*[False] * CONTACT.unsolved.most, True]
    assert wait_at_contact(browser=BROWSER, nonce=sum_for("contact"), now=NOON) == 0


def test_nothing_of_whoever_sent_is_in_what_is_counted(
    slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[str] = []

    class Noting:
        def add(self, key: str, *_: Any, **__: Any) -> bool:
            keys.append(key)
            return True

    monkeypatch.setattr(limits, "cache", Noting())
    sent(1, slug, nonce=sum_for(slug))

    window = int(NOON // 600)
    assert keys == [
        f"limit:sum:{sha256(f'open-link:{slug}:{BROWSER}'.encode()).hexdigest()}:{window}",
        f"limit:open-link:{slug}:solved:{window}",
    ]


def test_where_the_cache_is_away_all_may_pass_and_it_is_said_without_data(
    slug: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "cache", RedisCache(NOBODY_LISTENS, {}))

    waits = sent(3, slug)

    assert waits == [0, 0, 0]
    assert "the cache is away" in caplog.text
    assert slug not in caplog.text
    assert BROWSER not in caplog.text


@pytest.mark.redis
def test_processes_that_share_a_redis_share_the_counts(
    slug: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug += token_hex(8)  # this Redis outlives the test
    waits = []
    for _ in range(2):  # two processes, each with a connection of its own
        monkeypatch.setattr(limits, "cache", RedisCache(settings.HEARD_REDIS_URL, {}))
        waits += sent(OPEN_LINK.unsolved.most // 2 + 1, slug)

    assert [bool(wait) for wait in waits] == [*[False] * OPEN_LINK.unsolved.most, True, True]


def test_a_window_that_ends_in_the_middle_of_counting_is_no_error(
    slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ending:
        """A cache whose counts are gone between the two steps."""

        def add(self, *_: Any, **__: Any) -> bool:
            return False

        def incr(self, key: str) -> int:
            return caches["default"].incr(f"{key}:which-is-not-there")

    monkeypatch.setattr(limits, "cache", Ending())

    assert sent(1, slug) == [0]


def test_a_sum_that_is_shown_again_counts_as_none(slug: str) -> None:
    nonce = sum_for(slug)

    waits = sent(OPEN_LINK.unsolved.most + 2, slug, nonce=nonce)

    assert waits[-2] == 0
    assert waits[-1] > 0

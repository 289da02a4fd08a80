"""Eight at once: what happens once, and leaves no one with half of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from authorities.models import AuditEntry
from surveys import fielding, inviting, publishing
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import Invitation, Version, Wave
from tests.surveys.factories import (
    READY,
    SOURCE,
    a_listener,
    a_participation,
    a_version,
    a_wave,
    an_authority,
    some_codes,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

EIGHT = 8
T = TypeVar("T")


def at_once(act: Callable[[int], T]) -> list[T]:
    together = Barrier(EIGHT)

    def one(number: int) -> T:
        try:
            connection.ensure_connection()
            together.wait()
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(EIGHT) as pool:
        return list(pool.map(one, range(EIGHT)))


def test_of_eight_that_publish_the_same_content_all_get_the_one_version() -> None:
    published = at_once(lambda _: a_version().pk)

    assert set(published) == {Version.objects.get().pk}


def test_of_eight_that_publish_different_content_each_gets_a_number_or_is_told() -> None:
    def publish(number: int) -> int | str:
        source = SOURCE.replace("Do you feel safe?", f"Do you feel safe, {number}?")
        try:
            return publishing.publish(source=source, today=date(2026, 9, 1)).number
        except Refused as refused:
            return str(refused)

    said = at_once(publish)

    numbers = sorted(each for each in said if isinstance(each, int))
    refusals = {each for each in said if isinstance(each, str)}
    assert numbers == list(range(1, Version.objects.count() + 1))
    assert refusals <= {"Another version of small was published at this moment. Publish again."}


def test_a_wave_that_eight_open_at_once_has_one_key_and_one_line_in_the_audit(
    keyring: Keyring,
) -> None:
    wave = a_wave(slug="autumn")
    fielding.join(wave=wave, authority=an_authority(), **READY)
    a_listener()

    keys = at_once(
        lambda _: bytes(fielding.open_wave(wave=wave, keyring=keyring).public_key or b"")
    )

    assert set(keys) == {bytes(Wave.objects.get().public_key or b"")}
    assert AuditEntry.objects.filter(act="wave opened").count() == 1


def test_an_authority_that_eight_let_join_at_once_takes_part_once() -> None:
    wave, authority = a_wave(), an_authority()

    def join(_: int) -> bool:
        try:
            fielding.join(
                wave=wave, authority=authority, help_name="Someone", help_phone="0800 000 0000"
            )
        except Refused:
            return False
        return True

    assert at_once(join).count(True) == wave.participations.count() == 1


def test_codes_that_eight_make_at_once_are_all_different_and_all_kept() -> None:
    participation = a_participation()

    made = {code for some in at_once(lambda _: some_codes(participation, 50)) for code in some}

    assert len(made) == Invitation.objects.count() == EIGHT * 50
    assert all(inviting.invitation_for(code) for code in made)

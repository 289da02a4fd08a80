"""Closing a wave and extending it: said before, done once, and never undone."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from authorities.models import AuditEntry
from surveys import closing, inviting, tasks
from surveys.closing import Consequences
from surveys.errors import EndingIsKept, Refused
from surveys.keyring import Keyring
from surveys.models import Wave
from surveys.signals import wave_closed
from tests.surveys.factories import IN_AUTUMN, a_wave, an_open_wave

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 12, 31)


@pytest.fixture
def wave(keyring: Keyring) -> Wave:
    return an_open_wave(keyring=keyring, slug="autumn", closes_on=LAST_DAY)


def acts() -> list[tuple[str, str]]:
    about = AuditEntry.objects.filter(act__startswith="wave ").exclude(act="wave planned")
    return list(about.exclude(act="wave opened").order_by("pk").values_list("act", "why"))


def test_what_closing_does_is_counted_before(wave: Wave) -> None:
    part = wave.participations.get()
    links = [inviting.make_open_link(participation=part) for _ in range(3)]
    inviting.close_open_link(participation=part, slug=links[0].slug, today=IN_AUTUMN)

    assert closing.consequences(wave, today=IN_AUTUMN) == Consequences(
        wave, participations=1, open_links=2, envelopes=0, mailings=0
    )


def test_the_news_goes_out_once_after_the_commit(
    wave: Wave, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[int] = []

    def hear(wave_id: int, **_: Any) -> None:
        heard.append(wave_id)

    wave_closed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            closing.close_now(wave=wave, today=IN_AUTUMN)
            closing.close_now(wave=wave, today=IN_AUTUMN)
            before = list(heard)
    finally:
        wave_closed.disconnect(hear)

    assert (before, heard) == ([], [wave.pk])


def test_a_wave_closes_tonight_or_at_once(wave: Wave) -> None:
    tonight = closing.close_tonight(wave=wave, today=IN_AUTUMN)
    again = closing.close_tonight(wave=wave, today=IN_AUTUMN)
    open_tonight = Wave.objects.open_on(IN_AUTUMN).exists()
    at_once = closing.close_now(wave=wave, today=IN_AUTUMN)

    assert (tonight, again, open_tonight, at_once) == (True, False, True, True)
    assert not Wave.objects.open_on(IN_AUTUMN).exists()
    assert acts() == [
        ("wave closes tonight", "Its last day was to be 2026-12-31."),
        ("wave closed early", ""),
    ]


def test_a_wave_that_runs_is_extended_and_the_audit_says_from_when_to_when_and_why(
    wave: Wave,
) -> None:
    closing.extend(
        wave=wave,
        until=date(2027, 1, 14),
        was=LAST_DAY,
        why=" The post was on strike. ",
        today=LAST_DAY,
    )

    assert Wave.objects.get().closes_on == date(2027, 1, 14)
    assert acts() == [("wave extended", "From 2026-12-31 to 2027-01-14. The post was on strike.")]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"why": " "}, "Say why families have longer"),
        ({"was": IN_AUTUMN}, "it is 31 December 2026 now. Nothing was changed."),
        ({"was": None}, "it is 31 December 2026 now. Nothing was changed."),
        ({"until": LAST_DAY}, "runs until 31 December 2026 already. Choose a later day."),
        (
            {"until": date(2027, 10, 2)},
            "for a year at the most. Choose a day until 1 October 2027.",
        ),
        ({"today": LAST_DAY + timedelta(1)}, "is over: its last day was 31 December 2026."),
    ],
)
def test_a_wave_is_not_extended_without_reason_nor_when_it_is_over(
    wave: Wave, changes: dict[str, Any], sentence: str
) -> None:
    usual = {
        "until": date(2027, 1, 14),
        "was": LAST_DAY,
        "why": "A strike.",
        "today": IN_AUTUMN,
    }

    with pytest.raises(Refused, match=sentence):
        closing.extend(wave=wave, **{**usual, **changes})

    assert Wave.objects.get().closes_on == LAST_DAY
    assert acts() == []


def test_a_wave_that_was_not_opened_is_neither_extended_nor_closed() -> None:
    planned = a_wave()

    for act in (closing.close_now, closing.close_tonight):
        with pytest.raises(Refused, match="has not been opened"):
            act(wave=planned, today=IN_AUTUMN)
    with pytest.raises(Refused, match="has not been opened"):
        closing.extend(
            wave=planned,
            until=date(2027, 3, 1),
            was=planned.closes_on,
            why="A strike.",
            today=IN_AUTUMN,
        )


def test_a_wave_ends_by_itself_after_its_last_day(wave: Wave) -> None:
    on_it = closing.end_due(today=LAST_DAY)
    after = closing.end_due(today=LAST_DAY + timedelta(1))
    again = closing.end_due(today=LAST_DAY + timedelta(2))

    assert (on_it, after, again) == (0, 1, 0)
    assert Wave.objects.get().ended_on == LAST_DAY + timedelta(1)
    assert acts() == [("wave ended", "")]


def test_the_task_ends_what_is_due(keyring: Keyring) -> None:
    over = an_open_wave(keyring=keyring, opens_on=date(2020, 1, 1), closes_on=date(2020, 2, 1))

    tasks.end_waves()

    assert list(Wave.objects.ended()) == [over]


def test_how_a_wave_ended_cannot_change(wave: Wave) -> None:
    closing.close_now(wave=wave, today=IN_AUTUMN)
    before = Wave.objects.values().get()
    wave.refresh_from_db()
    wave.closes_on = LAST_DAY

    for attempt in (
        wave.save,
        lambda: Wave.objects.update(closes_on=LAST_DAY),
        lambda: Wave.objects.update(opens_on=LAST_DAY),
        lambda: Wave.objects.update(ended_on=None),
        lambda: closing.extend(
            wave=wave,
            until=date(2027, 1, 14),
            was=before["closes_on"],
            why="A strike.",
            today=date(2026, 11, 22),
        ),
    ):
        with pytest.raises((EndingIsKept, Refused)), transaction.atomic():
            attempt()

    assert Wave.objects.values().get() == before


@pytest.mark.parametrize("change", ["closes_on = '2027-01-31'", "ended_on = NULL"])
def test_the_database_itself_refuses_to_change_how_a_wave_ended(wave: Wave, change: str) -> None:
    closing.close_now(wave=wave, today=IN_AUTUMN)
    before = Wave.objects.values().get()

    with (
        pytest.raises(DatabaseError, match="its days cannot change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE surveys_wave SET {change}")

    assert Wave.objects.values().get() == before

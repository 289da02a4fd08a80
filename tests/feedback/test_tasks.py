"""The tasks: doors to the rules, which note that they ended and can be run at any time again."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from authorities.models import Sweep
from feedback import tasks
from feedback.models import Ballot, Batch, Comment
from surveys import closing
from tests.feedback.factories import Box, a_box
from tests.surveys.factories import a_participation, an_authority, an_open_wave

NAMES = {
    "feedback.open_words",
    "feedback.mix_ready",
    "feedback.mix_box",
    "feedback.mix_remainders",
    "feedback.destroy_ended",
    "feedback.publish_listeners_key",
    "feedback.escalate_contacts",
    "feedback.open_contact",
    "feedback.open_waiting_contacts",
}


def a_box_open_today() -> Box:
    today = timezone.localdate()
    return a_box(
        a_participation(opens_on=today - timedelta(days=9), closes_on=today + timedelta(days=9))
    )


def test_each_task_has_the_name_that_messages_carry_and_is_kept_until_it_is_done() -> None:
    found = {name: task for name, task in current_app.tasks.items() if name.startswith("feedback.")}

    assert set(found) == NAMES
    assert all(task.acks_late for task in found.values())


@pytest.mark.django_db
def test_a_night_opens_words_and_mixes_and_says_that_it_ended() -> None:
    box = a_box_open_today()
    box.cast(25, comment="Thank you")

    tasks.open_words.delay()
    tasks.mix_ready.delay()

    assert (Comment.objects.count(), Ballot.objects.count()) == (25, 10)
    assert list(Batch.objects.values_list("size", "mixed_on")) == [(15, timezone.localdate())]
    assert set(Sweep.objects.values_list("name", flat=True)) == {
        "feedback.open_words",
        "feedback.mix_ready",
    }


@pytest.mark.django_db
def test_the_night_after_closing_mixes_what_is_left_with_the_region() -> None:
    today = timezone.localdate()
    wave = an_open_wave(an_authority(), an_authority(), opens_on=today, closes_on=today)
    parts = wave.participations.select_related("wave", "authority", "version")
    for participation, number in zip(parts, (17, 4), strict=True):
        a_box(participation).cast(number)
    tasks.open_words.delay()
    closing.close_now(wave=wave, today=today)

    tasks.mix_ready.delay()

    first = parts[0]
    assert list(Batch.objects.values_list("area", "size")) == [(first.authority.gss_code, 17)]
    assert Ballot.objects.count() == 4


@pytest.mark.django_db
def test_two_small_boxes_make_their_regions_remainder() -> None:
    today = timezone.localdate()
    wave = an_open_wave(an_authority(), an_authority(), opens_on=today, closes_on=today)
    for participation in wave.participations.select_related("wave", "authority", "version"):
        a_box(participation).cast(6)
    tasks.open_words.delay()
    closing.close_now(wave=wave, today=today)

    tasks.mix_ready.delay()

    assert list(Batch.objects.values_list("area", "size")) == [("E12000001", 12)]


@pytest.mark.django_db
def test_destruction_says_that_it_ended() -> None:
    tasks.destroy_ended.delay()

    assert Sweep.objects.get().name == "feedback.destroy_ended"


@pytest.mark.django_db
def test_words_are_opened_once_a_day_and_again_when_asked_for() -> None:
    box = a_box_open_today()
    tasks.open_words.delay()
    box.cast(3, comment="Thank you")

    tasks.open_words.delay()
    by_itself = Comment.objects.count()
    tasks.open_words.delay(at_once=True)

    assert (by_itself, Comment.objects.count()) == (0, 3)


@pytest.mark.django_db
def test_an_opening_that_failed_is_made_up_for_within_the_hour() -> None:
    box = a_box_open_today()
    box.cast(3, comment="Thank you")
    Sweep.objects.create(
        name="feedback.open_words", ended_at=timezone.now() - timedelta(hours=24, minutes=1)
    )

    tasks.open_words.delay()

    assert Comment.objects.count() == 3

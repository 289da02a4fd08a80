"""Destruction: 90 days after the release single answers are gone, and what opened them."""

from datetime import date, timedelta

import pytest

from feedback.ballots import cast
from feedback.destruction import destroy_ended
from feedback.errors import Destroyed
from feedback.mixing import mix_due, open_batch
from feedback.models import Ballot, Batch, Channel, Comment, UsedOnce
from surveys import fielding
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Wave
from tests.feedback.factories import Box, a_box, a_keyring, sent
from tests.surveys.factories import a_wave

pytestmark = pytest.mark.django_db

RELEASED = date(2027, 2, 1)
DUE = date(2027, 5, 2)  # 90 days after
CLOSED = date(2026, 12, 31)  # the last day of fieldwork
A_YEAR_ON = date(2027, 12, 31)


@pytest.fixture
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return a_keyring(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def box(keyring: Keyring) -> Box:
    """A released wave: batches on both channels, three ballots that were too few."""
    box = a_box(keyring=keyring)
    box.cast(12, comment="Thank you")
    browsers = box.cast_openly(12)
    box.mix(box.after_closing)
    box.mix(box.after_closing, Channel.OPEN)
    for browser in browsers[:3]:
        cast(participation=box.participation, sent=sent(browser=browser))
    fielding.mark_released(wave=box.wave, today=RELEASED)
    return box


def has_key(box: Box) -> bool:
    try:
        box.keyring.private_key(box.wave.key_name)
    except KeyMissing:
        return False
    return True


def kept(box: Box) -> dict[str, object]:
    """What is left of a box's wave."""
    wave = Wave.objects.get(pk=box.wave.pk)
    return {
        "key": has_key(box),
        "recovery copies": len(list(box.keyring.recovery_directory.glob("wave-*"))),
        "batches": list(Batch.objects.order_by("pk").values_list("size", flat=True)),
        "sealed": Batch.objects.exclude(sealed=None).count(),
        "ballots": Ballot.objects.count(),
        "browsers": UsedOnce.objects.count(),
        "destroyed on": wave.key_destroyed_on,
    }


ALL = {
    "key": True,
    "recovery copies": 1,
    "batches": [12, 12],
    "sealed": 2,
    "ballots": 3,
    "browsers": 12,
    "destroyed on": None,
}
NOTHING = {
    "key": False,
    "recovery copies": 0,
    "batches": [12, 12],
    "sealed": 0,
    "ballots": 0,
    "browsers": 0,
    "destroyed on": DUE,
}


def test_ninety_days_after_the_release_keys_and_single_answers_are_gone(box: Box) -> None:
    assert RELEASED + timedelta(days=90) == DUE
    assert kept(box) == ALL

    assert destroy_ended(today=DUE, keyring=box.keyring) == 1

    assert kept(box) == NOTHING
    with pytest.raises(Destroyed):
        open_batch(Batch.objects.all()[0], keyring=box.keyring)


def test_the_day_before_nothing_is(box: Box) -> None:
    assert destroy_ended(today=DUE - timedelta(days=1), keyring=box.keyring) == 0

    assert kept(box) == ALL


def test_a_wave_that_is_never_released_is_destroyed_a_year_after_its_last_day(box: Box) -> None:
    Wave.objects.update(released_on=None)
    Batch.objects.update(mixed_on=CLOSED)

    before = destroy_ended(today=A_YEAR_ON - timedelta(days=1), keyring=box.keyring)
    kept_before = kept(box)
    destroyed = destroy_ended(today=A_YEAR_ON, keyring=box.keyring)

    assert (before, kept_before) == (0, ALL)
    assert timedelta(days=365) == A_YEAR_ON - CLOSED
    assert (destroyed, kept(box)) == (1, NOTHING | {"destroyed on": A_YEAR_ON})


def test_a_wave_of_which_nothing_was_counted_ends_too(keyring: Keyring) -> None:
    box = a_box(keyring=keyring)
    box.cast(3)
    mix_due(today=box.after_closing, keyring=keyring)

    destroyed = destroy_ended(today=A_YEAR_ON, keyring=keyring)

    assert (destroyed, has_key(box), Ballot.objects.count()) == (1, False, 0)


def test_answers_brought_along_from_years_ago_have_a_year_to_be_released(box: Box) -> None:
    Wave.objects.update(released_on=None, opens_on=date(2021, 1, 1), closes_on=date(2021, 3, 31))
    Batch.objects.update(mixed_on=CLOSED)

    before = destroy_ended(today=A_YEAR_ON - timedelta(days=1), keyring=box.keyring)

    assert before == 0
    assert destroy_ended(today=A_YEAR_ON, keyring=box.keyring) == 1


def test_a_hold_keeps_a_wave_that_was_never_released(box: Box) -> None:
    Wave.objects.update(released_on=None)
    fielding.hold(wave=box.wave, why="An inquiry asked us to keep everything, 4 April 2027")

    assert destroy_ended(today=date(2050, 1, 1), keyring=box.keyring) == 0

    assert kept(box) == ALL


def test_a_wave_that_was_planned_and_never_opened_has_nothing_to_destroy(keyring: Keyring) -> None:
    wave = a_wave()

    assert destroy_ended(today=date(2050, 1, 1), keyring=keyring) == 0

    wave.refresh_from_db()
    assert wave.key_destroyed_on is None


def test_nothing_is_destroyed_while_a_hold_stands(box: Box) -> None:
    fielding.hold(wave=box.wave, why="An inquiry asked us to keep everything, 4 April 2027")

    held = destroy_ended(today=DUE, keyring=box.keyring)
    after = kept(box)
    fielding.unhold(wave=box.wave)

    assert (held, after) == (0, ALL)
    assert destroy_ended(today=DUE, keyring=box.keyring) == 1


def test_destroying_twice_destroys_once(box: Box) -> None:
    days = [DUE, DUE + timedelta(days=1)]

    assert [destroy_ended(today=day, keyring=box.keyring) for day in days] == [1, 0]
    assert kept(box) == NOTHING


def test_another_wave_and_what_listeners_have_stay(box: Box, keyring: Keyring) -> None:
    another = a_box(keyring=keyring)
    another.cast(12)
    another.mix(another.after_closing)

    destroy_ended(today=DUE, keyring=keyring)

    assert (Batch.objects.exclude(sealed=None).count(), Comment.objects.count()) == (1, 12)
    assert has_key(another)


class Killed(BaseException):
    """The process ended here."""


class Crashing(Keyring):
    """A ring whose process is killed as it destroys a key, before or after the files are gone."""

    after: bool

    def destroy(self, name: str) -> None:
        if self.after:
            super().destroy(name)
        raise Killed


class CrashingBefore(Crashing):
    after = False


class CrashingAfter(Crashing):
    after = True


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("ring", "left"),
    [(CrashingBefore, ALL), (CrashingAfter, ALL | {"key": False, "recovery copies": 0})],
)
def test_a_worker_killed_while_it_destroys_leaves_it_to_the_next_run(
    box: Box, ring: type[Crashing], left: dict[str, object]
) -> None:
    ours = box.keyring
    crashing = ring(ours.directory, ours.recovery_directory, ours.recovery_public_key)

    with pytest.raises(Killed):
        destroy_ended(today=DUE, keyring=crashing)

    assert kept(box) == left
    assert destroy_ended(today=DUE, keyring=ours) == 1
    assert kept(box) == NOTHING


def test_after_destruction_nothing_is_due_for_mixing(box: Box) -> None:
    destroy_ended(today=DUE, keyring=box.keyring)

    assert mix_due(today=DUE, keyring=box.keyring) == 0


def test_a_recovery_disk_that_is_away_keeps_its_wave_due_and_no_other(
    box: Box, keyring: Keyring
) -> None:
    """Else the sealed copy would outlive the promise, and nobody would look for it again."""
    other = a_box(keyring=keyring)
    other.cast(3)
    fielding.mark_released(wave=other.wave, today=RELEASED)
    away = keyring.recovery_directory / f"{box.wave.key_name}.sealed"
    copy = away.read_bytes()
    away.unlink()

    done = destroy_ended(today=DUE, keyring=keyring)

    assert done == 1
    assert has_key(box)
    assert not has_key(other)
    assert Batch.objects.of(box.wave).exclude(sealed=None).exists()

    away.write_bytes(copy)
    assert destroy_ended(today=DUE, keyring=keyring) == 1
    assert not has_key(box)
    assert not away.exists()

"""Counting: each batch in one sheet, exactly once, whoever calls and however often."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from analytics import counting, tasks
from analytics.errors import Unreadable
from analytics.models import Counted, TallySheet
from authorities.models import Sweep
from feedback.models import Batch, Channel
from feedback.replies import Reply
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Participation
from tests.feedback.factories import a_batch, a_box, a_keyring, a_reply
from tests.surveys.factories import (
    SOURCE,
    a_participation,
    a_version,
    an_authority,
    an_open_wave,
)

Answers = dict[str, tuple[str, ...]]

EIGHT = 8
SAFE: Answers = {"safe": ("yes",)}
MUCH: Answers = {"safe": ("no",), "service": ("in-care",), "topics": ("home", "school")}
OWN_SOURCE = SOURCE.replace('code = "gender"', 'code = "our-own"')


@pytest.fixture
def participation(db: None, keyring: Keyring) -> Participation:
    return a_participation()


def ten(answers: Answers = SAFE) -> list[Reply]:
    return [a_reply(answers) for _ in range(10)]


def safe_in(sheet: TallySheet, keyring: Keyring) -> int:
    """How many said yes to feeling safe."""
    sheet.refresh_from_db()
    return counting.open_sheet(sheet, keyring=keyring).answers("safe")["yes"]


def test_a_batch_is_counted_in_the_sheet_of_its_area_and_channel(
    participation: Participation, keyring: Keyring
) -> None:
    batch = a_batch(ten(), participation=participation)

    sheet = counting.count_batch(batch.pk, keyring=keyring)

    gss_code = participation.authority.gss_code
    assert (sheet.wave, sheet.area, sheet.channel) == (batch.wave, gss_code, Channel.INVITED)
    assert safe_in(sheet, keyring) == 10
    assert not counting.uncounted_batches().exists()


def test_a_batch_counted_twice_is_counted_once(
    participation: Participation, keyring: Keyring
) -> None:
    batch = a_batch(ten(), participation=participation)

    counting.count_batch(batch.pk, keyring=keyring)
    sheet = counting.count_batch(batch.pk, keyring=keyring)

    assert safe_in(sheet, keyring) == 10
    assert Counted.objects.count() == 1


def test_batches_counted_together_are_counted_as_one_by_one(
    participation: Participation, keyring: Keyring
) -> None:
    batches = [a_batch(ten(), participation=participation) for _ in range(3)]
    counting.count_batch(batches[1].pk, keyring=keyring)

    sheet = counting.count_batches([batch.pk for batch in batches], keyring=keyring)

    assert safe_in(sheet, keyring) == 30
    assert Counted.objects.filter(sheet=sheet).count() == 3


def test_replies_by_an_open_link_have_a_sheet_of_their_own(
    participation: Participation, keyring: Keyring
) -> None:
    invited = a_batch(ten(), participation=participation)
    open_link = a_batch(ten(), participation=participation, channel=Channel.OPEN)

    counting.count_waiting(keyring=keyring)

    assert sorted(TallySheet.objects.values_list("channel", flat=True)) == ["invited", "open"]
    with pytest.raises(ValueError, match="batches of one sheet are counted together, not of 2"):
        counting.count_batches([invited.pk, open_link.pk], keyring=keyring)


def test_a_sheet_equals_a_recount_of_its_batches(
    participation: Participation, keyring: Keyring
) -> None:
    some, others = (a_batch(ten(each), participation=participation) for each in (SAFE, MUCH))

    counting.count_batch(some.pk, keyring=keyring)
    sheet = counting.count_batch(others.pk, keyring=keyring)

    assert counting.recount(sheet, keyring=keyring) == counting.open_sheet(sheet, keyring=keyring)
    assert counting.recount(sheet, keyring=keyring).size() == 20


def test_an_authoritys_own_questions_are_counted_by_its_own_version(
    db: None, keyring: Keyring
) -> None:
    own = a_version(OWN_SOURCE)
    participation = a_participation()
    Participation.objects.filter(pk=participation.pk).delete()
    participation = Participation.objects.create(
        wave=participation.wave,
        authority=participation.authority,
        version=own,
        help_name="The rights officer",
        help_phone="0800 000 0000",
    )
    batch = a_batch(ten({"our-own": ("girl",)}), participation=participation)

    sheet = counting.count_batch(batch.pk, keyring=keyring)

    assert counting.open_sheet(sheet, keyring=keyring).answers("our-own")["girl"] == 10


def test_a_remainder_is_counted_for_its_region_by_what_all_were_asked(
    participation: Participation, keyring: Keyring
) -> None:
    region = participation.authority.region_id
    batch = a_batch(ten(), wave=participation.wave, area=region)

    sheet = counting.count_batch(batch.pk, keyring=keyring)

    assert sheet.area == region
    assert safe_in(sheet, keyring) == 10


def test_what_is_mixed_is_counted_at_once(
    participation: Participation,
    keyring: Keyring,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    box = a_box(participation, keyring=keyring)
    box.cast(12, answers=SAFE)

    with django_capture_on_commit_callbacks(execute=True):
        box.mix(box.after_closing)

    [sheet] = TallySheet.objects.all()
    assert safe_in(sheet, keyring) == 12


def test_a_batch_whose_message_was_lost_is_found_by_the_sweep(
    participation: Participation, keyring: Keyring
) -> None:
    a_batch(ten(), participation=participation)

    tasks.count_stragglers()

    assert not counting.uncounted_batches().exists()
    assert Sweep.objects.filter(name="analytics.count_stragglers").exists()


def test_a_damaged_batch_stays_uncounted_and_keeps_no_other_back(
    participation: Participation, keyring: Keyring
) -> None:
    damaged, other = (a_batch(ten(), participation=participation) for _ in range(2))
    Batch.objects.filter(pk=damaged.pk).update(sealed=b"not what it was")

    assert counting.count_waiting(keyring=keyring) == 1

    assert counting.uncounted_batches().get() == damaged
    assert Counted.objects.get().batch == other


def test_a_damaged_key_file_of_one_wave_keeps_no_other_from_being_counted(
    participation: Participation, keyring: Keyring
) -> None:
    damaged, other = a_batch(ten(), participation=participation), a_batch(ten())
    name = participation.wave.key_name
    (keyring.directory / f"{name}.key").write_bytes(b"cut short")

    assert counting.count_waiting(keyring=keyring) == 1

    assert counting.uncounted_batches().get() == damaged
    assert Counted.objects.get().batch == other


def test_an_answer_that_nobody_was_offered_leaves_its_batch_uncounted(
    participation: Participation, keyring: Keyring
) -> None:
    batch = a_batch(ten({"safe": ("perhaps",)}), participation=participation)

    with pytest.raises(ValueError, match="perhaps"):
        counting.count_batch(batch.pk, keyring=keyring)

    assert counting.uncounted_batches().get() == batch
    assert not TallySheet.objects.exists()


def test_without_the_waves_key_nothing_is_counted_and_nothing_changes(
    participation: Participation, tmp_path: Path
) -> None:
    batch = a_batch(ten(), participation=participation)

    with pytest.raises(KeyMissing):
        counting.count_batch(batch.pk, keyring=a_keyring(tmp_path / "another"))

    assert not TallySheet.objects.exists()


def test_a_sheet_under_another_key_is_said_to_be_unreadable(
    participation: Participation, keyring: Keyring, tmp_path: Path
) -> None:
    sheet = counting.count_batch(a_batch(ten(), participation=participation).pk, keyring=keyring)

    with pytest.raises(Unreadable, match="Put the right keys back"):
        counting.open_sheet(sheet, keyring=a_keyring(tmp_path / "another"))


def test_a_batch_that_is_not_there_is_not_counted(db: None, keyring: Keyring) -> None:
    with pytest.raises(Batch.DoesNotExist, match="of 1 batches only 0 are there"):
        counting.count_batch(404, keyring=keyring)


def test_the_size_of_a_sealed_sheet_hardly_tells_how_much_is_in_it(
    participation: Participation, keyring: Keyring
) -> None:
    sheets = [
        bytes(
            counting.count_batch(
                a_batch([a_reply(SAFE)] * number, participation=participation).pk, keyring=keyring
            ).sealed
        )
        for number in (10, 40)
    ]

    assert len(sheets[0]) == len(sheets[1]) == counting.PADDED_TO + 40  # a nonce and a tag
    assert not any(b"safe" in sealed for sealed in sheets)


def test_one_batch_takes_the_same_few_queries_however_many_were_counted_before(
    participation: Participation,
    keyring: Keyring,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    batches = [a_batch(ten(), participation=participation) for _ in range(4)]
    counting.count_batch(batches[0].pk, keyring=keyring)

    # The batch, the sheet, what it holds, the note that it holds this too, the sheet; and a
    # savepoint and its end, which are a transaction's own in earnest.
    with django_assert_num_queries(7):
        counting.count_batch(batches[1].pk, keyring=keyring)
    with django_assert_num_queries(7):
        counting.count_batches([batches[2].pk, batches[3].pk], keyring=keyring)


def test_the_sweep_counts_a_sheet_at_a_time(
    db: None, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "TOGETHER", 2)
    wave = an_open_wave(an_authority(), an_authority())
    here, there = wave.participations.select_related("authority", "version", "wave")
    batches = [a_batch(ten(), participation=each) for each in (here, there, here, here)]

    waiting = sorted(counting.waiting())

    assert waiting == sorted([[batches[0].pk, batches[2].pk], [batches[3].pk], [batches[1].pk]])


# --- races ---------------------------------------------------------------------------------------


def eight_at_once(work: Callable[[int], object]) -> None:
    together = Barrier(EIGHT)

    def one(number: int) -> None:
        try:
            connection.ensure_connection()
            together.wait(timeout=30)
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(EIGHT) as pool:
        list(pool.map(one, range(EIGHT)))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_that_count_one_batch_one_does(keyring: Keyring) -> None:
    batch = a_batch(ten(), participation=a_participation())

    eight_at_once(lambda _: counting.count_batch(batch.pk, keyring=keyring))

    [sheet] = TallySheet.objects.all()
    assert safe_in(sheet, keyring) == 10
    assert Counted.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_workers_count_eight_batches_of_one_sheet_that_is_not_there_yet(
    keyring: Keyring,
) -> None:
    participation = a_participation()
    batches = [a_batch(ten(), participation=participation) for _ in range(EIGHT)]

    eight_at_once(lambda number: counting.count_batch(batches[number].pk, keyring=keyring))

    [sheet] = TallySheet.objects.all()
    assert safe_in(sheet, keyring) == 80
    assert counting.recount(sheet, keyring=keyring) == counting.open_sheet(sheet, keyring=keyring)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sweeps_and_messages_that_meet_count_each_batch_once(keyring: Keyring) -> None:
    participation = a_participation()
    batches = [a_batch(ten(), participation=participation) for _ in range(EIGHT)]

    def work(number: int) -> None:
        if number % 2:
            counting.count_waiting(keyring=keyring)
        else:
            counting.count_batch(batches[number].pk, keyring=keyring)

    eight_at_once(work)

    [sheet] = TallySheet.objects.all()
    assert safe_in(sheet, keyring) == 80
    assert not counting.uncounted_batches().exists()

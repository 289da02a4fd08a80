"""Mixing: k together, k behind, each once, and nothing that joins a reply to an invitation."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import zip_longest

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from feedback import mixing
from feedback.ballots import cast
from feedback.errors import Destroyed, Unopenable
from feedback.mixing import how_many, mix_box, mix_due, mix_remainders, open_batch
from feedback.models import Ballot, Batch, Channel, UsedOnce
from feedback.replies import Replies, Reply
from feedback.signals import batch_mixed
from surveys import fielding, inviting
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Invitation, Version
from tests.authorities.factories import a_setting
from tests.feedback.factories import Box, a_batch, a_box, a_keyring, a_reply, sent
from tests.surveys.factories import (
    IN_AUTUMN,
    READY,
    SOURCE,
    a_listener,
    a_region,
    a_version,
    a_wave,
    an_authority,
)

pytestmark = pytest.mark.django_db

K = 10
TOMORROW = IN_AUTUMN + timedelta(days=1)

LOCAL_ITEM = """
[[item]]
code = "local-park"
kind = "choice"
asked_of = ["8-11", "12-17"]
ask = "Do you use the new park?"
answers = [
    { code = "yes", label = "Yes" },
    { code = "no", label = "No" },
]
"""


@pytest.fixture
def box() -> Box:
    return a_box()


def boxes_of_one_wave(*regions: str, versions: Sequence[Version] = ()) -> list[Box]:
    """A box in each region named, "Region 1" to "Region 9", all in one wave."""
    wave = a_wave()
    joined = [
        fielding.join(
            wave=wave,
            authority=an_authority(region=a_region(name, f"E1200000{name[-1]}")),
            version=version,
            **READY,
        )
        for name, version in zip_longest(regions, versions)
    ]
    keyring = Keyring.from_settings()
    a_listener()
    fielding.open_wave(wave=wave, keyring=keyring)
    found = wave.participations.select_related("wave", "authority", "version").in_bulk()
    return [Box(found[each.pk], keyring) for each in joined]


def replies_in(*batches: Batch | None, box: Box) -> Replies:
    [batch] = [batch for batch in batches if batch is not None]
    return open_batch(batch, keyring=box.keyring)


def answers_to(item: str, replies: Replies) -> Counter[str]:
    column = replies.columns[item]
    return Counter(column.codes[cell - 1] if cell else "" for cell in column.cells)


def spent(codes: Iterable[str]) -> int:
    digests = [inviting.digest_of(code) for code in codes]
    return Invitation.objects.filter(digest__in=digests, spent=True).count()


def remainders(box: Box, today: date | None = None) -> list[Batch]:
    today = today or box.after_closing
    box.open_words(today)
    return mix_remainders(wave=box.wave, today=today, keyring=box.keyring)


# --- how many go, and how many stay


@pytest.mark.parametrize(
    ("valid", "while_open", "when_closed"),
    [
        (0, 0, 0),
        (9, 0, 0),
        (10, 0, 10),
        (19, 0, 19),
        (20, 10, 20),
        (47, 37, 47),
        (5_000, 4_990, 5_000),
        (5_009, 4_999, 4_999),
        (5_010, 5_000, 5_000),
        (12_000, 5_000, 5_000),
    ],
)
def test_as_many_go_as_leave_enough_behind(valid: int, while_open: int, when_closed: int) -> None:
    assert how_many(valid, k=K, to_the_last=False) == while_open
    assert how_many(valid, k=K, to_the_last=True) == when_closed


@given(st.integers(0, 30_000), st.integers(10, 200), st.booleans())
def test_what_goes_and_what_stays_is_nothing_or_enough(
    valid: int, k: int, to_the_last: bool
) -> None:
    going = how_many(valid, k=k, to_the_last=to_the_last)

    assert going == 0 or k <= going <= mixing.LARGEST
    if going:
        assert valid - going >= k or (to_the_last and going == valid)


# --- while the wave is open


def test_a_box_gives_nothing_until_as_many_can_stay_as_go(box: Box) -> None:
    box.cast(K + K - 1)

    assert box.mix(IN_AUTUMN) is None
    assert box.held() == K + K - 1
    assert not Invitation.objects.filter(spent=True).exists()


def test_a_box_of_twenty_gives_ten_and_keeps_ten(box: Box) -> None:
    codes = box.cast(K + K)

    batch = box.mix(IN_AUTUMN)

    assert batch is not None
    assert Batch.objects.values(
        "wave", "participation", "area", "channel", "mixed_on", "size"
    ).get() == {
        "wave": box.wave.pk,
        "participation": box.participation.pk,
        "area": box.participation.authority.gss_code,
        "channel": "invited",
        "mixed_on": IN_AUTUMN,
        "size": K,
    }
    assert replies_in(batch, box=box).size == K
    assert box.held() == K
    assert spent(codes) == K


def test_which_ballots_stay_behind_is_left_to_chance(box: Box) -> None:
    """That the same ten of 30 stay in all of five mixes: once in 10 to the 30."""
    stayed = []
    for _ in range(5):
        another = a_box()
        another.cast(30)
        pks = list(
            Ballot.objects.in_box(another.participation, "invited").values_list("pk", flat=True)
        )
        another.mix(IN_AUTUMN)
        left = set(
            Ballot.objects.in_box(another.participation, "invited").values_list("pk", flat=True)
        )
        stayed.append(tuple(pks.index(pk) for pk in sorted(left)))

    assert len(set(stayed)) > 1


def test_replies_lie_in_the_batch_in_no_order_of_casting(box: Box) -> None:
    """That 40 of one and 40 of another answer come out unmixed: once in 10 to the 23."""
    box.cast(40, answers={"safe": ("no",)})
    box.cast(40, answers={"safe": ("yes",)})

    cells = replies_in(box.mix(box.after_closing), box=box).columns["safe"].cells

    assert sorted(cells) == [1] * 40 + [2] * 40
    assert cells not in {bytes(sorted(cells)), bytes(sorted(cells, reverse=True))}


def test_a_box_is_mixed_once_a_day_however_many_come(box: Box) -> None:
    box.cast(25)
    assert box.mix(IN_AUTUMN) is not None
    box.cast(25)

    assert box.mix(IN_AUTUMN) is None
    tomorrows = box.mix(TOMORROW)

    assert tomorrows is not None
    assert tomorrows.size == 25


def test_a_ballot_whose_words_were_not_opened_yet_waits(box: Box) -> None:
    box.cast(15)
    box.open_words(IN_AUTUMN)
    box.cast(15)

    mixed = mix_box(
        participation=box.participation, channel="invited", today=IN_AUTUMN, keyring=box.keyring
    )

    assert mixed is None
    assert box.held() == 30


def test_invited_and_open_link_replies_never_share_a_batch(box: Box) -> None:
    box.cast(25, answers={"safe": ("yes",)})
    box.cast_openly(22, answers={"safe": ("no",)})

    invited = replies_in(box.mix(IN_AUTUMN), box=box)
    by_link = replies_in(box.mix(IN_AUTUMN, Channel.OPEN), box=box)

    assert answers_to("safe", invited) == {"yes": 15}
    assert answers_to("safe", by_link) == {"no": 12}


def test_a_replys_setting_is_that_of_its_invitation(box: Box) -> None:
    team = a_setting(box.participation.authority, code="team-north")
    codes = inviting.make_codes(
        participation=box.participation, count=12, age_version="12-17", setting=team
    )
    box.cast_with(codes)
    box.cast(13)

    replies = replies_in(box.mix(box.after_closing), box=box)

    assert answers_to("page:setting", replies) == {"team-north": 12, "": 13}
    assert answers_to("page:age", replies) == {"12-17": 25}
    assert answers_to("page:language", replies) == {"en": 25}


def test_the_batch_holds_what_was_answered(box: Box) -> None:
    box.cast(11, answers={"safe": ("yes",), "topics": ("home",)})
    box.cast(14, answers={"topics": ("home", "school")})

    replies = replies_in(box.mix(box.after_closing), box=box)

    assert answers_to("safe", replies) == {"yes": 11, "": 14}
    assert answers_to("topics=home", replies) == {"yes": 25}
    assert answers_to("topics=school", replies) == {"yes": 14, "": 11}


# --- each ballot once


def test_a_code_used_again_after_its_ballot_was_mixed_does_not_count_again(box: Box) -> None:
    codes = box.cast(30, answers={"safe": ("yes",)})
    box.mix(IN_AUTUMN)
    box.cast_with(codes, answers={"safe": ("no",)})

    batch = box.mix(box.after_closing)

    # Of the thirty who sent again, ten were still waiting: their first ballots count.
    assert answers_to("safe", replies_in(batch, box=box)) == {"yes": 10}
    assert (box.held(), spent(codes)) == (0, 30)


def test_ballots_that_do_not_count_do_not_count_towards_k(box: Box) -> None:
    codes = box.cast(30)
    box.mix(IN_AUTUMN)  # twenty are spent
    box.cast_with(codes)  # and sent again
    box.cast(9)

    assert box.held() == 10 + 20 + 9
    assert box.mix(TOMORROW) is None
    assert box.held() == 10 + 20 + 9


def test_a_ballot_with_a_code_that_nobody_was_given_is_dropped(box: Box) -> None:
    box.cast_with(["0123456789A"])
    codes = box.cast(K)

    batch = box.mix(box.after_closing)

    assert batch is not None
    assert (batch.size, box.held(), spent(codes)) == (K, 0, K)


def test_a_code_of_another_participation_is_dropped_and_stays_good_where_it_belongs(
    box: Box,
) -> None:
    elsewhere = a_box()
    [code] = elsewhere.codes()
    box.cast_with([code])
    box.cast(K)

    batch = box.mix(box.after_closing)

    assert batch is not None
    assert (batch.size, spent([code])) == (K, 0)


def test_an_open_links_retry_after_the_mix_does_not_count_again(box: Box) -> None:
    browsers = box.cast_openly(30, answers={"safe": ("yes",)})
    box.mix(IN_AUTUMN, Channel.OPEN)
    assert UsedOnce.objects.count() == 20
    for browser in browsers:
        cast(
            participation=box.participation,
            sent=sent(browser=browser, answers={"safe": ("no",)}),
        )

    batch = box.mix(box.after_closing, Channel.OPEN)

    assert answers_to("safe", replies_in(batch, box=box)) == {"yes": 10}
    assert box.held() == 0


def test_mixing_twice_gives_one_batch(box: Box) -> None:
    box.cast(25)
    box.open_words(box.after_closing)

    made = [mix_due(today=box.after_closing, keyring=box.keyring) for _ in range(2)]

    assert made == [1, 0]
    assert Batch.objects.count() == 1


def test_a_damaged_ballot_blocks_nobody_and_is_kept(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    box.cast(K + 1)
    damaged = Ballot.objects.all()[3]
    Ballot.objects.filter(pk=damaged.pk).update(answers=bytes(damaged.answers)[:-1] + b"\0\0")

    batch = box.mix(box.after_closing)

    assert batch is not None
    assert batch.size == K
    assert [ballot.pk for ballot in Ballot.objects.all()] == [damaged.pk]
    assert f"'ballot_id': {damaged.pk}" in caplog.text


def test_without_the_waves_key_nothing_changes(
    box: Box, tmp_path_factory: pytest.TempPathFactory
) -> None:
    box.cast(25)
    box.open_words(IN_AUTUMN)
    stranger = a_keyring(tmp_path_factory.mktemp("elsewhere"))

    with pytest.raises(KeyMissing):
        mix_box(
            participation=box.participation, channel="invited", today=IN_AUTUMN, keyring=stranger
        )

    assert (box.held(), Batch.objects.count()) == (25, 0)


# --- news of a batch


def test_a_batch_is_told_of_after_the_commit_and_not_before(
    box: Box, django_capture_on_commit_callbacks: object
) -> None:
    told: list[int] = []

    def listener(sender: object, batch_id: int, **_: object) -> None:
        told.append(batch_id)

    batch_mixed.connect(listener)
    try:
        box.cast(25)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
            batch = box.mix(IN_AUTUMN)
            assert told == []
    finally:
        batch_mixed.disconnect(listener)

    assert batch is not None
    assert told == [batch.pk]


# --- when fieldwork is over


def test_a_closed_box_of_ten_is_mixed_whole(box: Box) -> None:
    box.cast(K)

    batch = box.mix(box.after_closing)

    assert batch is not None
    assert (batch.size, box.held()) == (K, 0)


def test_on_the_last_day_of_fieldwork_a_box_is_still_open(box: Box) -> None:
    box.cast(K)

    assert box.mix(box.wave.closes_on) is None


def test_a_closed_box_waits_for_all_words_but_not_for_damaged_ones_for_ever(box: Box) -> None:
    box.cast(K)
    box.open_words(box.wave.closes_on)
    box.cast()
    Ballot.objects.filter(words__isnull=False).update(words=b"damaged")

    in_a_week = box.wave.closes_on + timedelta(days=7)
    waited = box.mix(in_a_week)
    mixed = box.mix(in_a_week + timedelta(days=1))

    assert waited is None
    assert mixed is not None
    assert (mixed.size, box.held()) == (K, 1)


def test_a_very_large_box_becomes_several_batches_of_enough(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixing, "LARGEST", 20)
    codes = box.cast(67)
    box.open_words(box.after_closing)

    made = mix_due(today=box.after_closing, keyring=box.keyring)

    sizes = list(Batch.objects.order_by("pk").values_list("size", flat=True))
    assert (made, sum(sizes), spent(codes)) == (len(sizes), 67, 67)
    assert all(K <= size <= 20 for size in sizes)


def test_an_open_box_gives_no_more_than_the_largest_batch_a_day(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixing, "LARGEST", 20)
    box.cast(67)
    box.open_words(IN_AUTUMN)

    assert mix_due(today=IN_AUTUMN, keyring=box.keyring) == 1
    assert list(Batch.objects.values_list("size", flat=True)) == [20]


# --- remainders


def test_boxes_with_too_few_are_mixed_with_others_of_their_region() -> None:
    north, also_north, far = boxes_of_one_wave("Region 1", "Region 1", "Region 2")
    north.cast(6, answers={"safe": ("yes",)})
    also_north.cast(7, answers={"safe": ("no",)})
    far.cast(3)

    [batch] = remainders(north)

    assert (batch.area, batch.participation, batch.size) == ("E12000001", None, 13)
    assert answers_to("safe", replies_in(batch, box=north)) == {"yes": 6, "no": 7}
    assert (north.held(), also_north.held(), far.held()) == (0, 0, 3)


def test_regions_with_too_few_are_mixed_with_all_of_england() -> None:
    north, south, far = boxes_of_one_wave("Region 1", "Region 2", "Region 3")
    for box, number in ((north, 4), (south, 4), (far, 3)):
        box.cast(number)

    [batch] = remainders(north)

    assert (batch.area, batch.size, Ballot.objects.count()) == ("E92000001", 11, 0)


def test_too_few_for_england_stay_sealed() -> None:
    north, south = boxes_of_one_wave("Region 1", "Region 2")
    north.cast(4)
    south.cast(5)

    assert remainders(north) == []
    assert Ballot.objects.count() == 9


def test_the_remainders_of_the_two_channels_are_apart() -> None:
    north, also_north = boxes_of_one_wave("Region 1", "Region 1")
    for box in (north, also_north):
        box.cast(6, answers={"safe": ("yes",)})
        box.cast_openly(5, answers={"safe": ("no",)})

    found = {batch.channel: replies_in(batch, box=north) for batch in remainders(north)}

    assert {channel: answers_to("safe", each) for channel, each in found.items()} == {
        "invited": {"yes": 12},
        "open": {"no": 10},
    }


def test_a_box_with_enough_of_its_own_is_mixed_by_itself_first() -> None:
    north, also_north = boxes_of_one_wave("Region 1", "Region 1")
    north.cast(12)
    also_north.cast(4)

    assert remainders(north) == []

    found = Batch.objects.values_list("participation", "size")
    assert (list(found), also_north.held()) == ([(north.participation.pk, 12)], 4)


def test_ballots_that_do_not_count_do_not_make_a_remainder() -> None:
    north, also_north = boxes_of_one_wave("Region 1", "Region 1")
    codes = north.cast(12)
    north.mix(north.after_closing)
    north.cast_with(codes[:6])
    also_north.cast(5)

    assert remainders(north) == []
    assert Ballot.objects.count() == 11


def test_there_are_no_remainders_while_the_wave_is_open_or_words_are_sealed() -> None:
    [box, another] = boxes_of_one_wave("Region 1", "Region 1")
    box.cast(6)
    another.cast(6)

    while_open = remainders(box, box.wave.closes_on)
    box.cast()  # as its words are sealed still
    before_words = mix_remainders(wave=box.wave, today=box.after_closing, keyring=box.keyring)

    assert while_open == before_words == []
    assert Ballot.objects.count() == 13


def test_mixing_remainders_twice_gives_them_once() -> None:
    north, also_north = boxes_of_one_wave("Region 1", "Region 1")
    north.cast(6)
    also_north.cast(7)

    assert [len(remainders(north)), len(remainders(north))] == [1, 0]
    assert Batch.objects.count() == 1


def test_a_remainder_names_no_setting_and_nothing_that_one_authority_alone_asks() -> None:
    versions = [a_version(SOURCE + LOCAL_ITEM), a_version()]
    north, also_north = boxes_of_one_wave("Region 1", "Region 1", versions=versions)
    team = a_setting(north.participation.authority)
    north.cast_with(
        inviting.make_codes(
            participation=north.participation, count=5, age_version="12-17", setting=team
        ),
        answers={"safe": ("yes",), "local-park": ("yes",)},
    )
    also_north.cast(8, answers={"safe": ("no",)})

    [batch] = remainders(north)

    replies = replies_in(batch, box=north)
    assert answers_to("safe", replies) == {"yes": 5, "no": 8}
    assert set(replies.columns) == {"page:age", "page:language", "safe"}


# --- what is remembered of open links


def test_browsers_are_forgotten_when_a_closed_wave_has_nothing_left_to_mix(box: Box) -> None:
    box.cast_openly(25)
    box.open_words(box.after_closing)
    mix_due(today=box.wave.closes_on, keyring=box.keyring)
    assert UsedOnce.objects.count() == 15

    mix_due(today=box.after_closing, keyring=box.keyring)

    assert not UsedOnce.objects.exists()


def test_browsers_are_remembered_while_a_retry_is_left_that_would_count_again(box: Box) -> None:
    browsers = box.cast_openly(12)
    box.mix(box.after_closing, Channel.OPEN)
    for browser in browsers[:3]:
        cast(participation=box.participation, sent=sent(browser=browser))
    box.open_words(box.after_closing)

    mix_due(today=box.after_closing, keyring=box.keyring)

    assert (UsedOnce.objects.count(), box.held()) == (12, 3)


# --- opening a batch


def test_a_batch_opens_to_its_replies(box: Box) -> None:
    replies = [a_reply({"safe": ("yes",)}) for _ in range(9)] + [a_reply({"safe": ("no",)})]

    batch = a_batch(replies, participation=box.participation)

    assert open_batch(batch, keyring=box.keyring) == Replies.of(replies)


def test_a_destroyed_batch_says_so(box: Box) -> None:
    batch = a_batch([a_reply()] * K, participation=box.participation)
    batch.sealed = None

    with pytest.raises(Destroyed, match="Only totals remain"):
        open_batch(batch, keyring=box.keyring)


@pytest.mark.parametrize("sealed", [b"", b"damaged" * 20])
def test_a_damaged_batch_says_so(box: Box, sealed: bytes) -> None:
    batch = a_batch([a_reply()] * K, participation=box.participation)
    batch.sealed = sealed

    with pytest.raises(Unopenable, match="damaged"):
        open_batch(batch, keyring=box.keyring)


def test_a_mix_takes_as_many_statements_for_thirty_ballots_as_for_three_hundred(box: Box) -> None:
    counts = []
    for number in (30, 300):
        another = a_box()
        another.cast(number)
        another.open_words(another.after_closing)
        with CaptureQueriesContext(connection) as queries:
            mix_box(
                participation=another.participation,
                channel="invited",
                today=another.after_closing,
                keyring=another.keyring,
            )
        counts.append(len(queries))

    # Three of them note what may be shown of who has answered; one asks who typed in paper.
    assert counts[0] == counts[1] <= 17


def test_a_reply_is_a_value_without_a_name() -> None:
    assert set(Reply.__slots__) == {"age_version", "language", "setting", "answers"}

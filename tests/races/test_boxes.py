"""Nothing is lost and nothing counts twice, whoever comes at the same moment."""

import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import transaction

from feedback.ballots import cast
from feedback.listening import open_words
from feedback.mixing import mix_due, mix_remainders, mix_to_the_end, open_batch
from feedback.models import Ballot, Batch, Channel, Comment, UsedOnce
from surveys.models import Invitation
from tests.feedback.factories import Box, a_box, sent
from tests.races.together import together
from tests.surveys.factories import IN_AUTUMN, an_authority, an_open_wave

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

EIGHT = 8
K = 10


def counted(box: Box) -> Counter[str]:
    """How often each answer to "safe" is in the batches of a box's wave."""
    found: Counter[str] = Counter()
    for batch in Batch.objects.of(box.wave):
        column = open_batch(batch, keyring=box.keyring).columns["safe"]
        found.update(column.codes[cell - 1] for cell in column.cells)
    return found


def cast_again(box: Box, codes: list[str], answer: str) -> None:
    for code in codes:
        cast(participation=box.participation, sent=sent(code, answers={"safe": (answer,)}))


def mix(box: Box) -> int:
    return mix_due(today=box.after_closing, keyring=box.keyring)


def nights(box: Box, number: int) -> Iterator[None]:
    for _ in range(number):
        box.open_words(box.after_closing)
        mix(box)
        yield


def test_of_eight_ballots_cast_at_once_with_one_code_one_is_kept(trials: range) -> None:
    for _ in trials:
        box = a_box()
        [code] = box.codes()

        together([partial(cast_again, box, [code], "yes")] * EIGHT)

        assert box.held() == 1


def test_codes_cast_again_while_and_after_they_are_mixed_count_once(trials: range) -> None:
    for _ in trials:
        box = a_box()
        codes = box.cast(3 * K, answers={"safe": ("yes",)})
        box.open_words(box.after_closing)

        together(
            [
                partial(mix, box),
                partial(cast_again, box, codes, "no"),
                partial(cast_again, box, codes[::-1], "no"),
            ]
        )
        cast_again(box, codes, "no")
        for _night in nights(box, 3):
            cast_again(box, codes, "no")
        box.cast(K, answers={"safe": ("unsure",)})
        list(nights(box, 1))

        assert counted(box) == {"yes": 3 * K, "unsure": K}
        assert (
            Invitation.objects.filter(participation=box.participation, spent=True).count() == 4 * K
        )


def test_an_open_links_retries_while_and_after_the_mix_count_once(trials: range) -> None:
    for _ in trials:
        box = a_box()
        browsers = [f"browser {number}" for number in range(3 * K)]

        def send(answer: str, box: Box = box, browsers: list[str] = browsers) -> None:
            for browser in browsers:
                cast(
                    participation=box.participation,
                    sent=sent(browser=browser, answers={"safe": (answer,)}),
                )

        send("yes")
        box.open_words(IN_AUTUMN)
        together(
            [
                partial(mix_due, today=IN_AUTUMN, keyring=box.keyring),
                partial(send, "no"),
                partial(send, "no"),
            ]
        )
        send("no")
        list(nights(box, 2))

        # Ten were left behind; the retries of the other twenty are the ones dropped.
        assert counted(box) == {"yes": 3 * K}


def test_of_workers_that_mix_one_box_at_once_one_does(trials: range) -> None:
    for _ in trials:
        box = a_box()
        box.cast(4 * K)
        box.cast_openly(4 * K)
        box.open_words(IN_AUTUMN)

        made = together([partial(mix_due, today=IN_AUTUMN, keyring=box.keyring)] * 4)

        assert sum(made) == 2
        assert box.held() == 2 * K
        assert sorted(Batch.objects.of(box.wave).values_list("channel", "size")) == [
            (Channel.INVITED, 3 * K),
            (Channel.OPEN, 3 * K),
        ]
        assert UsedOnce.objects.filter(participation=box.participation).count() == 3 * K


def test_of_workers_that_mix_remainders_at_once_one_does(trials: range) -> None:
    for _ in trials:
        wave = an_open_wave(an_authority(), an_authority())
        parts = wave.participations.select_related("wave", "authority", "version")
        boxes = [a_box(participation) for participation in parts]
        for box, number in zip(boxes, (K + 2, K - 2), strict=True):
            box.cast(number, answers={"safe": ("yes",)})
            box.cast_openly(6, answers={"safe": ("no",)})
        first = boxes[0]
        first.open_words(first.after_closing)
        remainders = partial(
            mix_remainders, wave=wave, today=first.after_closing, keyring=first.keyring
        )
        alone = partial(
            mix_to_the_end,
            first.participation.pk,
            Channel.INVITED,
            today=first.after_closing,
            keyring=first.keyring,
        )

        together([remainders, remainders, alone, alone])

        assert counted(first) == {"yes": K + 2, "no": 12}
        assert Ballot.objects.filter(participation__wave=wave).count() == K - 2


def test_words_opened_while_others_are_cast_are_kept_once_each(trials: range) -> None:
    for _ in trials:
        box = a_box()
        Comment.objects.all().delete()
        box.cast(20, comment="before")
        late = box.codes(20)

        def cast_late(box: Box = box, codes: list[str] = late) -> None:
            for code in codes:
                cast(participation=box.participation, sent=sent(code, comment="meanwhile"))

        opening = partial(open_words, today=IN_AUTUMN, keyring=box.keyring)
        opened = together([opening, opening, cast_late])
        opened.append(opening())

        assert sum(each for each in opened if each is not None) == 40
        assert Counter(Comment.objects.values_list("text", flat=True)) == {
            "before": 20,
            "meanwhile": 20,
        }
        assert not Ballot.objects.with_unopened_words().exists()


def test_casting_does_not_wait_for_a_mix() -> None:
    """Only a ballot with a code that is being mixed does, for as long as the mix takes."""
    box = a_box()
    box.cast(2 * K)
    [code] = box.codes()

    def hold_the_box() -> float:
        with transaction.atomic():
            box.mix(box.after_closing)
            time.sleep(0.5)
            return time.monotonic()

    def cast_one() -> float:
        time.sleep(0.2)
        cast(participation=box.participation, sent=sent(code))
        return time.monotonic()

    mixed_at, cast_at = together([hold_the_box, cast_one])

    assert cast_at < mixed_at

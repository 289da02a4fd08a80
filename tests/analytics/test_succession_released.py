"""From better words in an open wave to its published figures: both versions are in each of them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from analytics import counting, disclosure, releasing
from analytics.models import Figure, Release, TallySheet
from authorities.areas import ENGLAND
from feedback import listening, mixing
from feedback.models import Ballot, Channel
from surveys import proposing
from surveys.keyring import Keyring
from surveys.models import Participation, Succession, Wave
from tests.analytics.releases import let_out
from tests.feedback.factories import Box
from tests.surveys.drafts import (
    BETTER,
    NOW,
    a_bank_item,
    a_proposal,
    an_author,
    choosing,
    joined,
    opened,
)
from tests.surveys.factories import a_wave, an_authority

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def boxes_of(wave: Wave, keyring: Keyring) -> dict[str, Box]:
    """The box of each authority, with the version that its families are asked now."""
    parts = Participation.objects.filter(wave=wave).select_related("wave", "authority", "version")
    return {part.authority.name: Box(part, keyring) for part in parts}


def cast_as_often(box: Box, yes: int, no: int) -> None:
    local = {"local-club": ("yes",)} if box.participation.version.core else {}
    box.cast(yes, answers={"safe": ("yes",), **local})
    box.cast(no, answers={"safe": ("no",), **local})


def figure(release: Release, area: str, indicator: str) -> disclosure.Figure:
    row = Figure.objects.get(
        release=release, area=area, indicator=indicator, slice="all", channel=Channel.INVITED
    )
    return disclosure.from_json(row.value)


def test_figures_count_what_was_sent_before_and_after_better_words_took_the_place(
    keyring: Keyring,
) -> None:
    wave = a_wave()
    leeds = choosing(joined(wave, an_authority("Leeds")), a_bank_item("local-club"))
    joined(wave, an_authority("York"))
    opened(leeds, keyring)
    for name, box in boxes_of(wave, keyring).items():
        cast_as_often(box, *{"Leeds": (20, 5), "York": (10, 5)}[name])

    wave.refresh_from_db()
    proposal = a_proposal(BETTER, wave=wave)
    after = proposing.agree(proposal=proposal, by=an_author(), now=NOW)
    boxes = boxes_of(wave, keyring)
    for name, box in boxes.items():
        cast_as_often(box, *{"Leeds": (10, 5), "York": (5, 10)}[name])
    over = boxes["Leeds"].after_closing + mixing.PATIENCE + timedelta(days=1)
    listening.open_words(today=over, keyring=keyring)
    mixing.mix_due(today=over, keyring=keyring)
    counting.count_waiting(keyring=keyring)
    now = datetime.combine(over, time(9), tzinfo=UTC)
    release = let_out(releasing.prepare(wave=boxes["York"].wave, keyring=keyring, now=now), now=now)

    assert Succession.objects.count() == 2  # the core's, and that of Leeds's own
    assert {
        box.participation.version.core or box.participation.version for box in boxes.values()
    } == {after}
    assert not Ballot.objects.exists()
    codes = {name: box.participation.authority.gss_code for name, box in boxes.items()}
    assert figure(release, codes["Leeds"], "safe") == disclosure.share(30, 40)
    assert figure(release, codes["York"], "safe") == disclosure.share(15, 30)
    england = figure(release, ENGLAND, "safe")
    assert isinstance(england, disclosure.Share)
    assert england.base == 70
    sheet = TallySheet.objects.get(area=codes["Leeds"], channel=Channel.INVITED)
    assert counting.open_sheet(sheet, keyring=keyring).answers("local-club")["yes"] == 40

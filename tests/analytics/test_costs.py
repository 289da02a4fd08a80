"""What a wave cost, for each 1,000 replies: from what was sent and read, at stated prices."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from analytics import costs
from analytics.costs import Cost
from analytics.models import Background
from authorities.areas import ENGLAND
from feedback.models import Comment, Suggestion
from surveys import forgetting
from surveys.keyring import Keyring
from surveys.lettering import LETTERS
from surveys.models import Job, Mailing, Participation, Wave
from tests.analytics.closed_waves import YES, a_counted_wave, count, prepared
from tests.surveys.factories import SOURCE, a_version, an_authority, an_open_wave
from tests.surveys.mailings import NOON, a_desk, a_family, a_mailing, all_sent, reached
from tests.surveys.notify_stand_in import a_stand_in
from tests.surveys.test_sending import notify

PENCE = {"text": Decimal("2.4"), "email": Decimal(0), "letter": Decimal(73)}


def a_cost(*, replies: int = 5_000, read: int = 0, sent: Mapping[str, int] | None = None) -> Cost:
    return Cost(replies, read, Decimal("1.5"), sent or {}, PENCE)


@pytest.mark.parametrize(
    ("replies", "read", "minutes"),
    [(1_000, 0, 0), (1_000, 100, 150), (5_000, 430, 129), (3_000, 10, 5), (60, 10, 250)],
)
def test_minutes_are_of_a_thousand_replies(replies: int, read: int, minutes: int) -> None:
    assert a_cost(replies=replies, read=read).minutes == minutes


@pytest.mark.parametrize(
    ("sent", "pounds"),
    [
        ({}, "0.00"),
        ({"email": 90_000}, "0.00"),
        ({"text": 20_000}, "96.00"),  # 20,000 times 2.4 pence are £480, of 5,000 replies
        ({"text": 20_000, "email": 5_000, "letter": 1_000}, "242.00"),
        ({"text": 10}, "0.05"),  # 24 pence of 5,000 replies are 4.8 of 1,000
    ],
)
def test_pounds_are_of_a_thousand_replies(sent: dict[str, int], pounds: str) -> None:
    assert a_cost(sent=sent).pounds == Decimal(pounds)


def test_what_is_kept_says_what_it_was_reckoned_from() -> None:
    assert a_cost(read=430, sent={"text": 20_000}).to_json() == {
        "replies": 5_000,
        "read": 430,
        "minutes_to_read": 1.5,
        "sent": {"text": 20_000},
        "pence": {"text": 2.4, "email": 0.0, "letter": 73.0},
        "minutes_per_1000_replies": 129,
        "pounds_per_1000_replies": 96.0,
    }


@pytest.fixture
def wave(db: None, keyring: Keyring) -> Wave:
    """110 replies; texts, e-mails and letters went; some of what was written is read."""
    wave = a_counted_wave()
    count(wave, "Hull", [YES] * 20)
    part = wave.participations.select_related("authority").order_by("pk")[0]
    Mailing.objects.create(
        participation=part,
        kind="invitation",
        state="done",
        total=420,
        handled=300,
        bounced=20,
        failed=100,
        by_text=200,
    )
    Mailing.objects.create(
        participation=part,
        kind="reminder",
        state="done",
        total=80,
        handled=78,
        doubtful=2,
        by_text=76,
    )
    Job.objects.create(kind=LETTERS, wave=wave, authority=part.authority, done=250, total=300)
    Job.objects.create(kind="codes", wave=wave, authority=part.authority, done=999, total=999)
    for state, number in (("unread", 30), ("read", 20), ("escalated", 4)):
        _write(part, Suggestion, state, number)
    _write(part, Comment, "read", 11)
    return wave


def _write(part: Participation, kind: type[Suggestion | Comment], state: str, number: int) -> None:
    for _ in range(number):
        kind.objects.create(
            wave=part.wave,
            authority=part.authority,
            text="More visits.",
            opened_on=date(2026, 11, 1),
            state=state,
        )


def the_cost() -> Any:
    return Background.objects.get(topic=costs.TOPIC).value


def test_a_release_that_is_prepared_says_what_its_wave_cost(wave: Wave) -> None:
    release = prepared(wave)

    row = Background.objects.get(release=release, topic="cost")
    assert row.area == ENGLAND
    assert row.value == {
        "replies": 110,
        "read": 40,  # 35, to the nearest ten
        "minutes_to_read": 1.5,
        "sent": {"text": 280, "email": 120, "letter": 250},
        "pence": {"text": 2.4, "email": 0.0, "letter": 73.0},
        "minutes_per_1000_replies": 545,
        "pounds_per_1000_replies": 1720.18,
    }


def test_prices_are_those_that_are_set(wave: Wave, settings: Settings) -> None:
    settings.HEARD_PRICE_SMS_PENCE = Decimal(0)
    settings.HEARD_PRICE_EMAIL_PENCE = Decimal("0.5")
    settings.HEARD_PRICE_LETTER_PENCE = Decimal(0)
    settings.HEARD_MINUTES_TO_READ = Decimal(9)

    prepared(wave)

    assert (the_cost()["minutes_per_1000_replies"], the_cost()["pounds_per_1000_replies"]) == (
        3_273,
        5.45,
    )


def test_kept_twice_it_stands_there_once(wave: Wave) -> None:
    release = prepared(wave)

    costs.keep(release)

    assert Background.objects.filter(release=release, topic="cost").count() == 1


def test_where_england_has_no_figure_no_cost_is_said(db: None, keyring: Keyring) -> None:
    source = SOURCE.replace('code = "small"', 'code = "older"\nasked_elsewhere = true')
    past = an_open_wave(an_authority("Leeds"), version=a_version(source))
    count(past, "Leeds", [YES] * 40)

    release = prepared(past)

    assert costs.of(release) is None
    assert not Background.objects.filter(topic="cost").exists()


def test_how_many_went_by_text_is_known_when_every_address_is_destroyed(
    db: None, keyring: Keyring
) -> None:
    families = [a_family(), a_family(), a_family("ann@example.org")]
    a_mailing(reached(*families, keyring=keyring))
    with a_stand_in() as server:
        all_sent(a_desk(notify(server), keyring))

    for _ in range(2):
        forgetting.forget_addresses(today=date(2027, 1, 1), now=NOON, keyring=keyring)

    mailing = Mailing.objects.get()
    assert (mailing.handled, mailing.by_text, mailing.dispatches.count()) == (3, 2, 0)

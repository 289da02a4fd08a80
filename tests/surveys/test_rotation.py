"""Which families a wave asks: each in one group for good, and none by two waves of a year."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authorities.roles import Role
from surveys import burden, fielding, opening, rotation, sending
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import Mailing, Participation, Wave
from surveys.opening import Need
from tests.authorities.factories import a_member
from tests.surveys.factories import (
    IN_AUTUMN,
    READY,
    a_listener,
    a_participation,
    a_wave,
    an_authority,
    an_open_wave,
)
from tests.surveys.mailings import NOON, reached, some_families

FIRST = date(2026, 1, 1)

digests = st.binary(min_size=32, max_size=32)
numbers_of_groups = st.sampled_from(rotation.NUMBERS_OF_GROUPS)


@dataclass(frozen=True)
class Asking:
    groups: int
    asked_groups: tuple[int, ...] = ()


@given(digests)
def test_in_four_waves_of_a_year_every_address_is_asked_once(digest: bytes) -> None:
    year = [Asking(4, (number,)) for number in (1, 2, 3, 4)]

    assert sum(rotation.asks(wave, digest) for wave in year) == 1


@given(digests, numbers_of_groups)
def test_an_address_is_in_the_same_group_each_time(digest: bytes, groups: int) -> None:
    found = rotation.group_of(digest, groups)

    assert 1 <= found <= groups
    assert rotation.group_of(digest, groups) == found


@given(digests, numbers_of_groups, numbers_of_groups, st.data())
def test_waves_without_overlap_ask_nobody_twice_however_many_groups_each_has(
    digest: bytes, mine: int, others: int, data: st.DataObject
) -> None:
    def asking(groups: int) -> Asking:
        chosen = data.draw(st.sets(st.integers(1, groups), min_size=1))
        return Asking(groups, tuple(chosen))

    one, other = asking(mine), asking(others)

    if not rotation.overlap(one, other):
        assert not (rotation.asks(one, digest) and rotation.asks(other, digest))


def test_groups_are_nearly_equal() -> None:
    asked = [rotation.group_of(number.to_bytes(32, "big"), 4) for number in range(1200)]

    assert [asked.count(group) for group in (1, 2, 3, 4)] == [300] * 4


def test_letters_go_by_the_month_of_birth_and_the_four_quarters_share_no_month() -> None:
    months = [rotation.months_asked(Asking(4, (number,))) for number in (1, 2, 3, 4)]

    assert months[0] == [1, 5, 9]
    assert sorted(month for each in months for month in each) == list(range(1, 13))
    assert all(not set(a) & set(b) for a, b in combinations(months, 2))


def test_a_wave_that_names_no_group_asks_everybody() -> None:
    assert rotation.share_of(Asking(4)) == rotation.share_of(Asking(1)) == 1
    assert rotation.share_of(Asking(4, (2,))) == 0.25
    assert rotation.overlap(Asking(1), Asking(4, (2,))) == 0.25


def test_the_same_day_of_the_next_year_is_a_year_after() -> None:
    assert rotation.within_a_year(FIRST, date(2026, 12, 31))
    assert not rotation.within_a_year(FIRST, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("groups", "asked", "sentence"),
    [
        (4, (1, 4), ""),
        (5, (), "Families are divided into 1, 2, 3, 4, 6, 12 groups, not 5: the months must fit."),
        (4, (5, 0), "There is no group 0, 5: groups go from 1 to 4."),
    ],
)
def test_groups_that_do_not_fit_are_named(
    groups: int, asked: tuple[int, ...], sentence: str
) -> None:
    assert rotation.faults(groups, asked) == sentence


@pytest.mark.django_db
def test_a_wave_that_would_ask_families_again_within_a_year_is_not_opened(
    keyring: Keyring,
) -> None:
    leeds = an_authority("Leeds")
    an_open_wave(leeds, keyring=keyring, opens_on=FIRST, groups=4, asked_groups=[1])
    again = a_wave(
        opens_on=FIRST + timedelta(90), groups=4, asked_groups=[1, 2], asked_again_why=""
    )
    fielding.join(wave=again, authority=leeds, **READY)

    with pytest.raises(Refused, match="each family is asked at most once a year"):
        fielding.open_wave(wave=again, keyring=keyring)

    [clash] = burden.clashes(again)
    assert (clash.authorities, clash.share) == (1, 0.25)
    Wave.objects.filter(pk=again.pk).update(asked_again_why="The first one was a trial.")
    assert fielding.open_wave(wave=again, keyring=keyring).public_key is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"asked_groups": [2]},
        {"opens_on": FIRST + timedelta(365), "closes_on": FIRST + timedelta(400)},
        {"simulated": True},
    ],
)
def test_other_groups_another_year_or_a_demonstration_ask_nobody_again(
    keyring: Keyring, other: dict[str, object]
) -> None:
    leeds = an_authority("Leeds")
    an_open_wave(leeds, keyring=keyring, opens_on=FIRST, groups=4, asked_groups=[1])
    usual = {"opens_on": FIRST + timedelta(90), "groups": 4, "asked_groups": [1]}
    wave = a_wave(**{**usual, "asked_again_why": "", **other})  # type: ignore[arg-type]  # as they came
    fielding.join(wave=wave, authority=leeds, **READY)

    assert burden.clashes(wave) == []
    assert fielding.open_wave(wave=wave, keyring=keyring).public_key is not None


@pytest.mark.django_db
def test_another_authority_is_not_asked_again(keyring: Keyring) -> None:
    an_open_wave(an_authority("Leeds"), keyring=keyring, opens_on=FIRST)
    wave = a_wave(opens_on=FIRST + timedelta(90), asked_again_why="")
    fielding.join(wave=wave, authority=an_authority("York"), **READY)
    a_listener()

    assert fielding.open_wave(wave=wave, keyring=keyring).public_key is not None


@pytest.mark.django_db
def test_an_authority_that_joins_an_open_wave_stays_closed_where_another_wave_asks(
    keyring: Keyring,
) -> None:
    leeds, york, hull = (an_authority(name) for name in ("Leeds", "York", "Hull"))
    first = an_open_wave(leeds, keyring=keyring, opens_on=FIRST, groups=4, asked_groups=[1])
    later = FIRST + timedelta(90)
    wave = a_wave(opens_on=later, groups=4, asked_groups=[1], asked_again_why="")
    fielding.join(wave=wave, authority=york, **READY)
    wave = fielding.open_wave(wave=wave, keyring=keyring)
    late = fielding.join(wave=wave, authority=leeds, **READY)
    fielding.join(wave=wave, authority=hull, **READY)

    opened = fielding.open_to_all(wave=wave, today=later)
    fielding.open_wave(wave=wave, keyring=keyring, today=later)

    late.refresh_from_db()
    [missing] = opening.what_is_missing(late, later)
    assert (opened, late.opened_on) == (1, None)
    assert missing.need is Need.YEAR
    assert missing.sentence == (
        f"{first} asks families here less than a year apart, and each family is asked at most once "
        "a year. Let Leeds take no part in this wave."
    )


# --- a list that was sent late --------------------------------------------------------------------


def sent(part: Participation, last: date, **changes: Any) -> Mailing:
    """Invitations of which the last went out on a day."""
    usual = {"kind": "invitation", "state": "done", "total": 3, "handled": 3}
    ended_at = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
    return Mailing.objects.create(participation=part, **{**usual, "ended_at": ended_at, **changes})


def invite(part: Participation, today: date) -> Mailing:
    return sending.start(
        participation=part,
        kind="invitation",
        ways=("text",),
        now=NOON,
        today=today,
        by=a_member(Role.NATIONAL_ADMINISTRATOR),
    )


A_YEAR_BEFORE: dict[str, Any] = {"opens_on": date(2025, 10, 1), "closes_on": date(2026, 9, 30)}
UNTIL_SPRING: dict[str, Any] = {"closes_on": date(2027, 3, 31), "asked_again_why": ""}


@pytest.mark.django_db
def test_after_a_list_that_was_sent_late_the_next_wave_waits_until_it_is_a_year(
    keyring: Keyring,
) -> None:
    leeds = an_authority("Leeds")
    before = a_participation(leeds, keyring=keyring, **A_YEAR_BEFORE)
    sent(before, date(2026, 1, 20))
    part = a_participation(leeds, keyring=keyring, **UNTIL_SPRING)
    reached(*some_families(), keyring=keyring, participation=part)

    with pytest.raises(Refused) as refused:
        invite(part, IN_AUTUMN)
    with pytest.raises(Refused):
        invite(part, date(2027, 1, 19))

    assert str(refused.value) == (
        f"{before.wave} asked some of these families until 2026-01-20, and each family is asked at "
        "most once a year. Invitations can go from 2027-01-20 on."
    )
    assert invite(part, date(2027, 1, 20)).state == "waiting"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wave", "mailing"),
    [
        ({}, {"handled": 0, "bounced": 3}),
        ({}, {"kind": "reminder"}),
        ({"groups": 4, "asked_groups": [2]}, {}),
        ({"simulated": True}, {}),
    ],
)
def test_what_asked_nobody_or_other_families_is_not_waited_for(
    keyring: Keyring, wave: dict[str, Any], mailing: dict[str, Any]
) -> None:
    leeds = an_authority("Leeds")
    before = a_participation(leeds, keyring=keyring, **{**A_YEAR_BEFORE, **wave})
    sent(before, date(2026, 1, 20), **mailing)
    groups = {"groups": 4, "asked_groups": [1]} if "groups" in wave else {}
    part = a_participation(leeds, keyring=keyring, **UNTIL_SPRING, **groups)

    assert burden.waits_for(part, today=IN_AUTUMN) is None


@pytest.mark.django_db
def test_a_year_is_counted_from_the_day_on_which_an_authority_was_opened_late(
    keyring: Keyring,
) -> None:
    leeds = an_authority("Leeds")
    before = a_participation(leeds, keyring=keyring, **A_YEAR_BEFORE)
    Participation.objects.filter(pk=before.pk).update(opened_on=date(2025, 12, 1))
    part = a_participation(leeds, keyring=keyring, **UNTIL_SPRING)

    waits = burden.waits_for(part, today=IN_AUTUMN)

    assert waits is not None
    assert (waits.wave, waits.again_from) == (before.wave, date(2026, 12, 1))


@pytest.mark.django_db
def test_messages_that_still_go_out_count_until_today(keyring: Keyring) -> None:
    leeds = an_authority("Leeds")
    before = a_participation(leeds, keyring=keyring, **A_YEAR_BEFORE)
    part = a_participation(leeds, keyring=keyring, **UNTIL_SPRING)
    sent(before, date(2026, 1, 20), state="paused", ended_at=None, handled=0)

    waits = [burden.waits_for(part, today=day) for day in (date(2026, 9, 1), IN_AUTUMN)]

    # The last day of that wave, at the latest.
    assert [each and each.last for each in waits] == [date(2026, 9, 1), date(2026, 9, 30)]


@pytest.mark.django_db
def test_where_a_wave_could_invite_nobody_before_its_last_day_it_is_not_opened(
    keyring: Keyring,
) -> None:
    leeds = an_authority("Leeds")
    before = a_participation(leeds, keyring=keyring, **A_YEAR_BEFORE)
    sent(before, date(2026, 9, 20))
    wave = a_wave(asked_again_why="")
    fielding.join(wave=wave, authority=leeds, **READY)
    york = fielding.join(wave=wave, authority=an_authority("York"), **READY)

    fielding.open_wave(wave=wave, keyring=keyring)

    [standing] = opening.standings(wave, IN_AUTUMN)
    [missing] = standing.missing
    assert list(wave.participations.opened()) == [york]
    assert missing.sentence == (
        f"{before.wave} asked families here until 2026-09-20, and each family is asked at most "
        "once a year: nobody could be invited before this wave’s last day. Let Leeds take no part "
        "in this wave."
    )


@pytest.mark.django_db
def test_a_plan_that_says_why_waits_for_none(keyring: Keyring) -> None:
    leeds = an_authority("Leeds")
    sent(a_participation(leeds, keyring=keyring, **A_YEAR_BEFORE), date(2026, 9, 20))
    part = a_participation(leeds, keyring=keyring, asked_again_why="The first was a trial.")
    reached(*some_families(), keyring=keyring, participation=part)

    assert invite(part, IN_AUTUMN).state == "waiting"


@pytest.mark.django_db
def test_an_earlier_wave_goes_on_asking_where_a_later_one_said_why_it_asks_too(
    keyring: Keyring,
) -> None:
    leeds = an_authority("Leeds")
    part = a_participation(leeds, keyring=keyring, **UNTIL_SPRING)
    later = a_participation(
        leeds, keyring=keyring, opens_on=date(2026, 11, 1), asked_again_why="It is a trial."
    )
    sent(later, date(2026, 11, 20))

    assert burden.waits_for(part, today=IN_AUTUMN) is None


@pytest.mark.django_db
def test_who_asked_families_before_is_looked_up_in_as_many_queries_for_many(
    keyring: Keyring, django_assert_num_queries: Any
) -> None:
    places = [an_authority() for _ in range(4)]
    an_open_wave(*places, keyring=keyring, **A_YEAR_BEFORE)
    wave = a_wave(asked_again_why="")
    for place in places[:-1]:
        fielding.join(wave=wave, authority=place, **READY)

    with django_assert_num_queries(6):
        opening.standings(wave, IN_AUTUMN)
    fielding.join(wave=wave, authority=places[-1], **READY)
    with django_assert_num_queries(6):
        opening.standings(wave, IN_AUTUMN)

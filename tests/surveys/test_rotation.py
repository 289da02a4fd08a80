"""Which families a wave asks: each in one group for good, and none by two waves of a year."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import burden, fielding, rotation
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import Wave
from tests.surveys.factories import READY, a_listener, a_wave, an_authority, an_open_wave

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

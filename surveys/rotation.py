"""Which families a wave asks, so that each is asked at most once a year. Pure.

No list of families is kept from one wave to the next, so nobody can look up who was asked before.
Instead every address belongs to a group for good, worked out from its keyed digest; and a letter
goes by the month in which the child was born, which whoever posts it knows. A year of four waves
has four groups, and each wave asks one of them. Why so is in docs/adr/0014-asked-once-a-year.md.

A group is a remainder: of the digest, or of the month, by the number of groups. So that the twelve
months fall into equal parts, there are 1, 2, 3, 4, 6 or 12 groups; and so two waves with different
numbers of groups can be compared (`overlap`), because all these divide 12.
"""

import calendar
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final, Protocol

NUMBERS_OF_GROUPS: Final = (1, 2, 3, 4, 6, 12)
MONTHS: Final = tuple(calendar.month_name)[1:]
# Plans are compared by the first days of waves. Lists come later, on days that no plan knows, so
# that before messages go out the last ones are looked at too (`surveys.burden`). A year has 365
# days or more, so that a wave that opens on the same day of the next year is a year after.
A_YEAR: Final = timedelta(days=365)


class Rotates(Protocol):
    """A wave, or what it is planned to be: none of `asked_groups` named is all of them."""

    @property
    def groups(self) -> int: ...

    @property
    def asked_groups(self) -> Collection[int]: ...


def group_of(address_digest: bytes, groups: int) -> int:
    """The group of an address, from 1 to ``groups``; the same in every wave with as many.

    Args:
        address_digest: 32 bytes, keyed (`Envelope.address_digest`): without the key nobody can work
            out the group of an address that they know.
    """
    # All numbers of groups divide 12, and 2^256 is so much larger that no group is favoured.
    return int.from_bytes(address_digest, "big") % 12 % groups + 1


def group_of_month(month: int, groups: int) -> int:
    """The group of a child by the month of birth (1 for January), for letters that are posted."""
    return (month - 1) % groups + 1


def asks(wave: Rotates, address_digest: bytes) -> bool:
    """Whether a wave asks the family with this address. Brothers and sisters share one."""
    return group_of(address_digest, wave.groups) in asked_by(wave)


def months_asked(wave: Rotates) -> list[int]:
    """The months of birth that a wave asks, where letters are posted: 1 for January."""
    asked = asked_by(wave)
    return [month for month in range(1, 13) if group_of_month(month, wave.groups) in asked]


def asked_by(wave: Rotates) -> frozenset[int]:
    """The groups that a wave asks."""
    return frozenset(wave.asked_groups or range(1, wave.groups + 1))


def share_of(wave: Rotates) -> float:
    """What share of families a wave asks: 0.25 is a quarter."""
    return len(months_asked(wave)) / 12


def overlap(one: Rotates, other: Rotates) -> float:
    """The share of all families that both waves ask: 0 where nobody is asked by both."""
    return len(set(months_asked(one)) & set(months_asked(other))) / 12


def within_a_year(one: date, other: date) -> bool:
    """Whether waves that open on these days are less than a year apart."""
    return abs(one - other) < A_YEAR


def faults(groups: int, asked_groups: Collection[int]) -> str:
    """What is wrong with a plan of groups, as a sentence that says what to do; "" if nothing is."""
    if groups not in NUMBERS_OF_GROUPS:
        known = ", ".join(map(str, NUMBERS_OF_GROUPS))
        return f"Families are divided into {known} groups, not {groups}: the months must fit."
    if wrong := sorted(set(asked_groups) - set(range(1, groups + 1))):
        named = ", ".join(map(str, wrong))
        return f"There is no group {named}: groups go from 1 to {groups}."
    return ""

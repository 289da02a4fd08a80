"""Whether numbers of those who could answer can be right, beside others that are known. Pure.

An error cannot be: the file must be mended. A warning can be, and is accepted with a reason.

The rules and their reasons:

* Fewer than were invited in this wave: an error, since everybody invited could answer.
* Fewer than were invited last time: a warning. So many were on a list then.
* Another number than last time, or than the national one, by more than a share and by more than
  chance alone gives: a warning. Last time is one wave ago, and a fifth is far beyond what the
  number of children in a service changes in a few months. The national number is of 31 March, by
  the rules of a statistical return, and of up to two years ago: a half. Chance is three times the
  square root of the number, as of a Poisson number, so that a service of ten children that has
  fourteen now is not asked about.
* A service that had a number last time and has none now: a warning.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LAST_TIME: Final = 0.2
NATIONAL: Final = 0.5


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of one authority by service, beside the new numbers.

    Args:
        last_time: numbers of the wave before; `national` of the register.
        invited_now, invited_last_time: codes made; under "" where the service was not known.
    """

    last_time: Mapping[str, int]
    national: Mapping[str, int]
    invited_now: Mapping[str, int]
    invited_last_time: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """What cannot be, or is to be asked about.

    Args:
        service: its code; "" for all together.
        sentence: what it is, without the authority's name.
    """

    service: str
    sentence: str


def errors(numbers: Mapping[str, int], beside: Beside) -> list[Finding]:
    """What cannot be.

    Args:
        numbers: how many could answer, by service.
    """
    return [
        Finding(
            service,
            f"{could:,} could answer{_of(service)}, but {invited:,} were invited in this wave "
            "already. More must be able to answer than are invited.",
        )
        for service, could, invited in _fewer_than(numbers, beside.invited_now)
    ]


def warnings(numbers: Mapping[str, int], beside: Beside) -> list[Finding]:
    """What may be, if somebody can say why."""
    fewer = [
        Finding(
            service,
            f"{could:,} could answer{_of(service)}, fewer than the {invited:,} who were invited "
            "last time.",
        )
        for service, could, invited in _fewer_than(numbers, beside.invited_last_time)
    ]
    gone = [
        Finding(
            service, f"{before:,} could answer{_of(service)} last time, and now none are given."
        )
        for service, before in beside.last_time.items()
        if before and not numbers.get(service)
    ]
    return [
        *fewer,
        *gone,
        *_unlike(numbers, beside.last_time, share=LAST_TIME, when="last time"),
        *_unlike(numbers, beside.national, share=NATIONAL, when="in the national figures"),
    ]


def is_unlike(number: int, other: int, *, share: float) -> bool:
    """Whether numbers of one thing differ by more than this share, and by more than chance."""
    apart = abs(number - other)
    return apart > share * max(number, other) and apart > 3 * math.sqrt(max(number, other))


def _unlike(
    numbers: Mapping[str, int], others: Mapping[str, int], *, share: float, when: str
) -> list[Finding]:
    return [
        Finding(service, f"{number:,} could answer{_of(service)}; {when} it was {other:,}.")
        for service, number in numbers.items()
        if (other := others.get(service, 0)) and number and is_unlike(number, other, share=share)
    ]


def _fewer_than(
    numbers: Mapping[str, int], invited: Mapping[str, int]
) -> list[tuple[str, int, int]]:
    """Services, and all together (""), of which fewer could answer than were invited."""
    found = [
        (service, numbers.get(service, 0), many) for service, many in invited.items() if service
    ]
    found.append(("", sum(numbers.values()), sum(invited.values())))
    return [(service, could, many) for service, could, many in found if could < many]


def _of(service: str) -> str:
    return f" ({service})" if service else ""

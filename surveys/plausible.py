"""Whether numbers of those who could answer can be right, beside others that are known. Pure.

An error cannot be: the file must be mended. A warning can be, and is accepted with a reason.

The rules and their reasons:

* Fewer than were invited in this wave: an error, since everybody invited could answer. But for as
  many as have bounced: they reached nobody, and the family may have been invited anew.
* Fewer than were invited last time: a warning. So many were on a list then.
* Another number than last time, or than the national one, by more than a share and by more than
  chance alone gives: a warning. Last time is one wave ago, and a fifth is far beyond what the
  number of children in a service changes in a few months. The national number is of 31 March, by
  the rules of a statistical return, and of up to two years ago: a half. Chance is three times the
  square root of the number, as of a Poisson number, so that a service of ten children that has
  fourteen now is not asked about.
* A service that had a number last time and has none now: a warning. In the first wave of an
  authority the same is asked of a service that has a national number. Later it is not: who left it
  out said why.
* All services together, of those that had a number before, in the same way: many small differences
  may be a large one. Of one service alone this would say the same twice.
* Age bands and sexes of a service against last time, where both times tell them of everybody in it,
  and where the service as a whole is not asked about already.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

LAST_TIME: Final = 0.2
NATIONAL: Final = 0.5

# How many could answer by service, age band and sex; "" for an age or sex that is not known.
Cells = Mapping[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of one authority by service, beside the new numbers.

    Args:
        last_time: numbers of the wave before; `national` of the register.
        invited_now, invited_last_time: codes made; under "" where the service was not known.
        cells_last_time: the numbers of the wave before, by age band and sex too.
        bounced_now: how many of those invited now were sent what bounced. Of which service they
            were is not known.
    """

    last_time: Mapping[str, int]
    national: Mapping[str, int]
    invited_now: Mapping[str, int]
    invited_last_time: Mapping[str, int]
    cells_last_time: Cells = field(default_factory=dict)
    bounced_now: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What cannot be, or is to be asked about.

    Args:
        service: its code, with an age band or a sex where it is of that; "" for all together.
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
        if could < invited - beside.bounced_now
    ]


def warnings(
    numbers: Mapping[str, int], beside: Beside, cells: Cells | None = None
) -> list[Finding]:
    """What may be, if somebody can say why.

    Args:
        numbers: how many could answer, by service.
        cells: the same by age band and sex too.
    """
    fewer = [
        Finding(
            service,
            f"{could:,} could answer{_of(service)}, fewer than the {invited:,} who were invited "
            "last time.",
        )
        for service, could, invited in _fewer_than(numbers, beside.invited_last_time)
    ]
    first_time = not any(beside.last_time.values())
    unlike = [
        *_gone(numbers, beside.last_time, when="last time"),
        *(_gone(numbers, beside.national, when="in the national figures") if first_time else ()),
        *_unlike(numbers, beside.last_time, share=LAST_TIME, when="last time"),
        *_unlike(numbers, beside.national, share=NATIONAL, when="in the national figures"),
    ]
    asked = {each.service for each in unlike}
    return [
        *fewer,
        *unlike,
        *_unlike_parts(cells or {}, beside.cells_last_time, asked),
        *_unlike_in_all(numbers, beside, first_time=first_time),
    ]


def is_unlike(number: int, other: int, *, share: float) -> bool:
    """Whether numbers of one thing differ by more than this share, and by more than chance."""
    apart = abs(number - other)
    return apart > share * max(number, other) and apart > 3 * math.sqrt(max(number, other))


def _gone(numbers: Mapping[str, int], others: Mapping[str, int], *, when: str) -> list[Finding]:
    return [
        Finding(service, f"{before:,} could answer{_of(service)} {when}, and now none are given.")
        for service, before in others.items()
        if before and not numbers.get(service)
    ]


def _unlike(
    numbers: Mapping[str, int], others: Mapping[str, int], *, share: float, when: str
) -> list[Finding]:
    return [
        Finding(service, f"{number:,} could answer{_of(service)}; {when} it was {other:,}.")
        for service, number in numbers.items()
        if (other := others.get(service, 0)) and number and is_unlike(number, other, share=share)
    ]


def _unlike_in_all(
    numbers: Mapping[str, int], beside: Beside, *, first_time: bool
) -> Iterator[Finding]:
    """All together, of the services that had a number before: a new one is not asked about."""
    last_time = {service: many for service, many in beside.last_time.items() if many}
    national = {
        service: many
        for service, many in beside.national.items()
        if many and (first_time or service in last_time)
    }
    for others, share, when, there in (
        (last_time, LAST_TIME, "last time", "then"),
        (national, NATIONAL, "in the national figures", "there"),
    ):
        number, other = sum(numbers.get(each, 0) for each in others), sum(others.values())
        if len(others) > 1 and number and is_unlike(number, other, share=share):
            of = f"in all {len(others)} services that had a number {when}"
            yield Finding("", f"{number:,} could answer {of}; {there} it was {other:,}.")


def _unlike_parts(cells: Cells, cells_last_time: Cells, asked: Collection[str]) -> list[Finding]:
    """Age bands, then sexes, of services that are not asked about as a whole."""
    found = []
    for place in (1, 2):
        now, before = _split(cells, place), _split(cells_last_time, place)
        for service in sorted(now.keys() & before.keys() - set(asked)):
            numbers, others = now[service], before[service]
            found += _gone(numbers, others, when="last time")
            found += _unlike(numbers, others, share=LAST_TIME, when="last time")
    return found


def _split(cells: Cells, place: int) -> dict[str, dict[str, int]]:
    """By service, how many there are of each age band or sex: where that is told of all of it.

    Args:
        place: where the part stands in a cell.

    Returns:
        Of each service, numbers by the name of the part as a sentence has it: "in-care, 8-11".
    """
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell, number in cells.items():
        service, part = cell[0], cell[place]
        found[service][f"{service}, {part}" if part else ""] += number
    return {service: dict(parts) for service, parts in found.items() if "" not in parts}


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

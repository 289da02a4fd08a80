"""By what figures are broken down once a year: a fixed, versioned list. Pure.

A free choice of filters cannot be made safe by hiding cells (methods.md 2.8, finding 6: the census
needed noise and swapped records for it), so what may be asked is decided before it is released.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("breakdowns.toml")


class BadBreakdowns(ValueError):
    """The list of breakdowns does not parse; the message says where and what to mend."""


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one breakdown who share a fact.

    Args:
        slice: such as "age:8-11", what figures and addresses call it.
        name: for readers.
        codes: the answers it is made of.
        within: for one that is shown of regions and England only, the group of an authority that
            holds it; else "".
    """

    slice: str
    name: str
    codes: frozenset[str]
    within: str = ""

    @property
    def wide(self) -> bool:
        """Whether it is of regions and England only."""
        return bool(self.within)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Groups by one fact.

    Args:
        of: the first half of the names of a tally sheet's slices.
        groups: in the order of a report. Those that are not wide share no answer; a wide one is a
            part of one of them.
    """

    code: str
    of: str
    name: str
    groups: tuple[Group, ...]

    @property
    def narrow(self) -> tuple[Group, ...]:
        """Those shown of authorities too; together they are all but who is in no group."""
        return tuple(group for group in self.groups if not group.wide)

    @property
    def leaves(self) -> tuple[Group, ...]:
        """The finest groups, which share nobody: what the others are sums of."""
        split = {group.within for group in self.groups}
        return tuple(group for group in self.groups if group.slice not in split)


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """The list, and which version of it."""

    version: int
    each: tuple[Breakdown, ...]

    def groups(self) -> Iterator[Group]:
        for breakdown in self.each:
            yield from breakdown.groups

    def lists(self, slice_: str) -> bool:
        """Whether there is such a group. What older releases say may be of one that is no more."""
        return any(group.slice == slice_ for group in self.groups())

    def group(self, slice_: str) -> Group:
        """Raises: KeyError: there is no such group."""
        for group in self.groups():
            if group.slice == slice_:
                return group
        raise KeyError(slice_)

    def of(self, slice_: str) -> Breakdown:
        """The breakdown that a slice is of.

        Raises:
            KeyError: of none.
        """
        code = slice_.partition(":")[0]
        for breakdown in self.each:
            if breakdown.code == code:
                return breakdown
        raise KeyError(slice_)


@cache
def breakdowns() -> Breakdowns:
    """Those we publish."""
    return read(SOURCE.read_text(encoding="utf-8"))


def read(text: str) -> Breakdowns:
    """Raises: BadBreakdowns: the text is not such a list."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadBreakdowns(f"The list of breakdowns is not TOML: {error}.") from None
    match document:
        case {"version": int(version), "breakdown": [*rows], **more} if not more:
            found = Breakdowns(version, tuple(_breakdown(row) for row in rows))
        case _:
            raise BadBreakdowns("The list should have a version, breakdowns, and nothing else.")
    codes = [each.code for each in found.each]
    if doubled := {code for code in codes if codes.count(code) > 1}:
        raise BadBreakdowns(f"{', '.join(sorted(doubled))}: a breakdown stands there twice.")
    return found


def _breakdown(row: Mapping[str, Any]) -> Breakdown:
    match row:
        case {
            "code": str(code),
            "of": str(of),
            "name": str(name),
            "groups": [_, *_] as groups,
            **more,
        } if not more:
            found = Breakdown(code, of, name, tuple(_group(code, each) for each in groups))
        case _:
            raise BadBreakdowns(f"A breakdown has code, of, name and groups, unlike {dict(row)}.")
    _refuse_overlaps(found)
    return found


def _group(breakdown: str, row: Mapping[str, Any]) -> Group:
    match row:
        case {"code": str(code), "name": str(name), "codes": [str(), *_] as codes, **more}:
            match more:
                case {} if not more:
                    return Group(f"{breakdown}:{code}", name, frozenset(codes))
                case {"wide": True, "within": str(within)} if len(more) == 2:
                    return Group(
                        f"{breakdown}:{code}", name, frozenset(codes), f"{breakdown}:{within}"
                    )
    raise BadBreakdowns(
        f"A group of {breakdown} has code, name, codes and, if it is of regions and England only, "
        f"wide = true and within; not {dict(row)}."
    )


def _refuse_overlaps(breakdown: Breakdown) -> None:
    narrow = {group.slice: group.codes for group in breakdown.narrow}
    if sum(map(len, narrow.values())) > len(frozenset().union(*narrow.values())):
        raise BadBreakdowns(f"Two groups of {breakdown.code} share an answer.")
    for slice_, codes in narrow.items():
        parts = [each.codes for each in breakdown.groups if each.within == slice_]
        if parts and (frozenset().union(*parts) != codes or sum(map(len, parts)) != len(codes)):
            raise BadBreakdowns(f"The parts of {slice_} are not all of it, each answer once.")
    if lost := {each.within for each in breakdown.groups if each.wide} - narrow.keys():
        raise BadBreakdowns(f"{', '.join(sorted(lost))}: no such group to be a part of.")

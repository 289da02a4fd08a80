"""What the register's files say, as values; and how services are made disjoint. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """One authority, in force from a day, and until a last day where it has ended."""

    gss_code: str
    dfe_number: str
    name: str
    kind: str
    region_code: str
    region: str
    in_force_from: date
    in_force_until: date | None


@dataclass(frozen=True, slots=True)
class NeighbourRow:
    """The neighbour of one authority at a rank, from 1 (most alike) to 10."""

    gss_code: str
    rank: int
    neighbour_gss_code: str
    closeness: str


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """How many use one service, in one authority and year; ``None`` where it is not known."""

    gss_code: str
    service: str
    year: int
    number: int | None
    derived: bool


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """What is published of one authority. ``None`` where a number is not.

    Children in need include those on a child protection plan and those looked after.
    """

    gss_code: str
    year: int
    children_in_need: int | None
    child_protection_plans: int | None
    children_looked_after: int | None
    care_leavers: int | None

    @classmethod
    def without_all_children(cls, *, children_0_17: int | None, **numbers: Any) -> Self:
        """From a row of the file. All children are no service, so their number is not kept."""
        del children_0_17
        return cls(**numbers)

    def services(self) -> tuple[PopulationRow, ...]:
        """The numbers by service, so that no child is in two of the first three.

        Child in need is what is left of children in need without the other two: never below 0, and
        not known where any of the three is not.
        """
        return (
            PopulationRow(
                self.gss_code, "child-in-need", self.year, self._only_in_need(), derived=True
            ),
            self._as_published("child-protection", self.child_protection_plans),
            self._as_published("in-care", self.children_looked_after),
            self._as_published("leaving-care", self.care_leavers),
        )

    def _only_in_need(self) -> int | None:
        match (self.children_in_need, self.child_protection_plans, self.children_looked_after):
            case (int(in_need), int(on_plans), int(looked_after)):
                return max(0, in_need - on_plans - looked_after)
            case _:
                return None

    def _as_published(self, service: str, number: int | None) -> PopulationRow:
        return PopulationRow(self.gss_code, service, self.year, number, derived=False)


@dataclass(frozen=True, slots=True)
class Register:
    """All that the three files say, checked against each other."""

    authorities: tuple[AuthorityRow, ...]
    neighbours: tuple[NeighbourRow, ...]
    populations: tuple[PopulationRow, ...]

    @property
    def regions(self) -> dict[str, str]:
        """The name of each region, by its code."""
        return {row.region_code: row.region for row in self.authorities}

"""Loading the register: regions, authorities, their statistical neighbours, and their numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Final, TypeVar

from django.db import models, transaction

from authorities import audit, register_files
from authorities.models import Authority, Region, ServicePopulation, StatisticalNeighbour, User
from authorities.register_files import RegisterFiles
from authorities.register_rows import Register

# The files that come with the project; their README names the sources.
SHIPPED: Final = Path(__file__).parent / "reference"

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a load created, changed, and found as they were."""

    created: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, by kind of row.

    Args:
        left_out: the names of authorities without a last day that the files do not mention. They
            were left as they are: one that ends is given its last day, never taken out.
    """

    regions: Counts
    authorities: Counts
    neighbours: Counts
    populations: Counts
    left_out: tuple[str, ...]

    @property
    def did_something(self) -> bool:
        kinds = (self.regions, self.authorities, self.neighbours, self.populations)
        return any(counts.created or counts.changed for counts in kinds)


@transaction.atomic
def load(files: RegisterFiles | Path = SHIPPED, *, by: User | None = None) -> Loaded:
    """Make the register say what the files say. The same files twice change nothing.

    Nothing is ever deleted but the neighbours of an authority that the files give others.

    Args:
        files: the three files, or the directory they are in.
        by: who loads them; ``None`` from the command line.

    Raises:
        RegisterRefused: the files have faults; it names all. Nothing has changed.
        NotADirectoryError: there is no such directory.
    """
    register = register_files.read(files if isinstance(files, RegisterFiles) else files_in(files))
    loaded = Loaded(
        regions=_keep_regions(register),
        authorities=_keep_authorities(register),
        neighbours=_keep_neighbours(register),
        populations=_keep_populations(register),
        left_out=_left_out(register),
    )
    if loaded.did_something:
        audit.record(actor=by, act="register loaded", subject=_summary(loaded))
    return loaded


def files_in(directory: Path) -> RegisterFiles:
    """The three files, read from a directory; anything else in it is passed over.

    Raises:
        NotADirectoryError: there is no such directory.
    """
    if not directory.is_dir():
        raise NotADirectoryError(f"{directory} is not a directory.")
    names = (register_files.AUTHORITIES, register_files.NEIGHBOURS, register_files.POPULATIONS)
    paths = [directory / name for name in names]
    return RegisterFiles(*(path.read_bytes() if path.is_file() else None for path in paths))


def _keep_regions(register: Register) -> Counts:
    wanted = [Region(gss_code=code, name=name) for code, name in register.regions.items()]
    return _keep(Region.objects.all(), wanted, key=("gss_code",), fields=("name",))


def _keep_authorities(register: Register) -> Counts:
    fields = ("dfe_number", "name", "kind", "region_id", "in_force_from", "in_force_until")
    wanted = [
        Authority(
            gss_code=row.gss_code,
            dfe_number=row.dfe_number,
            name=row.name,
            kind=row.kind,
            region_id=row.region_code,
            in_force_from=row.in_force_from,
            in_force_until=row.in_force_until,
        )
        for row in register.authorities
    ]
    return _keep(Authority.objects.all(), wanted, key=("gss_code",), fields=fields)


def _keep_populations(register: Register) -> Counts:
    ids = _ids()
    wanted = [
        ServicePopulation(
            authority_id=ids[row.gss_code],
            service=row.service,
            year=row.year,
            number=row.number,
            derived=row.derived,
        )
        for row in register.populations
    ]
    key = ("authority_id", "service", "year")
    return _keep(ServicePopulation.objects.all(), wanted, key=key, fields=("number", "derived"))


def _keep_neighbours(register: Register) -> Counts:
    """A list that differs is written anew: two that swap their ranks would collide on the way."""
    ids = _ids()
    wanted = [
        StatisticalNeighbour(
            authority_id=ids[row.gss_code],
            rank=row.rank,
            neighbour_id=ids[row.neighbour_gss_code],
            closeness=row.closeness,
        )
        for row in register.neighbours
    ]
    key, fields = ("authority_id", "rank"), ("neighbour_id", "closeness")
    new, changed, counts = _compare(StatisticalNeighbour.objects.all(), wanted, key, fields)
    anew = {row.authority_id for row in (*new, *changed)}
    StatisticalNeighbour.objects.filter(authority__in=anew).delete()
    for row in wanted:
        row.pk = None
    StatisticalNeighbour.objects.bulk_create([row for row in wanted if row.authority_id in anew])
    return counts


def _ids() -> dict[str, int]:
    return dict(Authority.objects.values_list("gss_code", "pk"))


def _left_out(register: Register) -> tuple[str, ...]:
    listed = [row.gss_code for row in register.authorities]
    left_out = Authority.objects.filter(in_force_until=None).exclude(gss_code__in=listed)
    return tuple(left_out.order_by("name").values_list("name", flat=True))


def _keep(
    there: "models.QuerySet[Row]",
    wanted: Sequence[Row],
    *,
    key: tuple[str, ...],
    fields: tuple[str, ...],
) -> Counts:
    """Create the rows that are not there by their key, and change those whose fields differ."""
    new, changed, counts = _compare(there, wanted, key, fields)
    there.bulk_create(new)
    if changed:
        there.bulk_update(changed, fields)
    return counts


def _compare(
    there: "models.QuerySet[Row]",
    wanted: Iterable[Row],
    key: tuple[str, ...],
    fields: tuple[str, ...],
) -> tuple[list[Row], list[Row], Counts]:
    """The wanted rows that are not there; those that differ, under the primary key they have."""
    key_of, fields_of = attrgetter(*key), attrgetter(*fields)
    known = {key_of(row): row for row in there}
    new: list[Row] = []
    changed: list[Row] = []
    unchanged = 0
    for row in wanted:
        before = known.get(key_of(row))
        if before is None:
            new.append(row)
        elif fields_of(before) != fields_of(row):
            row.pk = before.pk
            changed.append(row)
        else:
            unchanged += 1
    return new, changed, Counts(len(new), len(changed), unchanged)


def _summary(loaded: Loaded) -> str:
    counts = loaded.authorities
    return f"authorities: {counts.created} created, {counts.changed} changed"

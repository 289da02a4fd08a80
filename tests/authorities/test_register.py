"""Loading the register: once, again, changed, and refused."""

import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from pytest_django import DjangoAssertNumQueries

from authorities.models import (
    AuditEntry,
    Authority,
    Region,
    ServicePopulation,
    StatisticalNeighbour,
)
from authorities.register import Counts, load
from authorities.register_files import RegisterRefused
from tests.authorities.factories import an_authority
from tests.authorities.register_texts import (
    AUTHORITIES,
    NEIGHBOURS,
    POPULATIONS,
    code,
    files,
    with_line,
)

pytestmark = pytest.mark.django_db

TABLES = (Region, Authority, StatisticalNeighbour, ServicePopulation)


def everything() -> list[list[tuple[object, ...]]]:
    return [list(table._default_manager.order_by("pk").values_list()) for table in TABLES]


def neighbours_of(town: int) -> list[str]:
    found = StatisticalNeighbour.objects.filter(authority__gss_code=code(town)).order_by("rank")
    return list(found.values_list("neighbour__gss_code", flat=True))


def test_a_first_load_creates_everything() -> None:
    loaded = load(files())

    assert loaded.regions == Counts(2, 0, 0)
    assert loaded.authorities == Counts(12, 0, 0)
    assert loaded.neighbours == Counts(110, 0, 0)
    assert loaded.populations == Counts(44, 0, 0)
    town = Authority.objects.get(gss_code=code(11))
    assert (town.name, town.region.name, town.kind) == ("Town 11", "North West", "unitary")
    assert neighbours_of(1) == [code(town) for town in range(2, 12)]


def test_the_same_files_twice_change_nothing() -> None:
    load(files())
    before = everything()

    loaded = load(files())

    assert everything() == before
    assert not loaded.did_something
    assert loaded.authorities == Counts(0, 0, 12)
    assert AuditEntry.objects.count() == 1


def test_a_load_is_written_down() -> None:
    load(files())

    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject) == (
        "register loaded",
        "authorities: 12 created, 0 changed",
    )


def test_what_differs_is_changed_and_keeps_its_identity() -> None:
    load(files())
    before = Authority.objects.get(gss_code=code(1))
    renamed = AUTHORITIES.replace("Town 1,", "New Town,").replace("North East", "The North East")

    loaded = load(
        files(authorities=renamed, populations=POPULATIONS.replace("173,332,94", "173,332,95"))
    )

    after = Authority.objects.get(gss_code=code(1))
    assert (after.pk, after.name) == (before.pk, "New Town")
    assert loaded.regions == Counts(0, 1, 1)
    assert loaded.authorities == Counts(0, 1, 11)
    assert loaded.populations == Counts(0, 11, 33)
    assert ServicePopulation.objects.filter(service="leaving-care", number=95).count() == 11


def test_neighbours_that_swap_their_ranks_are_swapped() -> None:
    load(files())
    lines = NEIGHBOURS.splitlines()
    first, second = lines[1].replace(",1,", ",2,"), lines[2].replace(",2,", ",1,")
    swapped = with_line(with_line(NEIGHBOURS, 2, first), 3, second)

    loaded = load(files(neighbours=swapped))

    assert loaded.neighbours == Counts(0, 2, 108)
    assert neighbours_of(1)[:3] == [code(3), code(2), code(4)]
    assert StatisticalNeighbour.objects.count() == 110


def test_numbers_of_another_year_stand_beside_those_of_the_last() -> None:
    load(files())

    loaded = load(files(populations=POPULATIONS.replace(",2025,", ",2026,")))

    assert loaded.populations == Counts(44, 0, 0)
    assert ServicePopulation.objects.count() == 88


def test_an_authority_the_files_leave_out_is_kept_and_named() -> None:
    an_authority(name="Old Town")
    an_authority(name="Ended Town", in_force_until=date(2020, 3, 31))

    loaded = load(files())

    assert loaded.left_out == ("Old Town",)
    assert Authority.objects.filter(name="Old Town", in_force_until=None).exists()


def test_one_bad_line_and_nothing_at_all_is_changed() -> None:
    load(files())
    before = everything()
    changed = AUTHORITIES.replace("Town 1,", "New Town,")

    with pytest.raises(RegisterRefused, match="line 3, column year"):
        load(
            files(
                authorities=changed,
                populations=with_line(POPULATIONS, 3, "E06000002,year,1,1,1,1,1"),
            )
        )

    assert everything() == before


def test_the_number_of_queries_does_not_grow_with_the_files(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(20):
        load(files())


# --- the files that come with the project ------------------------------------------------------


def test_the_shipped_register_is_that_of_england() -> None:
    load()

    assert Authority.objects.count() == 153
    assert Counter(Authority.objects.values_list("kind", flat=True)) == {
        "unitary": 63,
        "metropolitan": 36,
        "london": 33,
        "county": 21,
    }
    assert Region.objects.count() == 9
    assert StatisticalNeighbour.objects.count() == 1530
    hartlepool = Authority.objects.get(gss_code="E06000001")
    assert (hartlepool.name, hartlepool.dfe_number) == ("Hartlepool", "805")
    assert list(hartlepool.populations.values_list("service", "number", "derived")) == [
        ("child-in-need", 1341 - 173 - 332, True),
        ("child-protection", 173, False),
        ("in-care", 332, False),
        ("leaving-care", 94, False),
    ]


def test_the_one_number_that_is_not_published_is_not_made_up() -> None:
    load()

    unknown = ServicePopulation.objects.filter(number=None)

    assert list(unknown.values_list("authority__name", "service")) == [
        ("Isles of Scilly", "child-in-need"),
        ("Isles of Scilly", "in-care"),
    ]


def test_services_add_up_to_all_children_in_need() -> None:
    """The column children_in_need of the shipped file, without the 16 of the Isles of Scilly."""
    load()

    of_children = ServicePopulation.objects.exclude(service="leaving-care")
    known = of_children.exclude(authority__name="Isles of Scilly")

    assert known.aggregate(all=Sum("number")) == {"all": 402_385}


# --- the command --------------------------------------------------------------------------------


def load_register(*arguments: str) -> str:
    out = io.StringIO()
    call_command("load_register", *arguments, stdout=out)
    return out.getvalue()


def written_to(directory: Path, **texts: str) -> str:
    """A directory with the three files, and one that has nothing to do with them."""
    content = files(**texts)
    for name in ("authorities", "neighbours", "populations"):
        file = {"neighbours": "statistical_neighbours", "populations": "service_populations"}
        (directory / f"{file.get(name, name)}.csv").write_bytes(getattr(content, name))
    (directory / "notes.txt").write_text("not a part of it")
    return str(directory)


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    directory = written_to(tmp_path)

    first, second = load_register(directory), load_register(directory)

    assert first.splitlines() == [
        "Regions: 2 created, 0 changed, 0 as they were.",
        "Authorities: 12 created, 0 changed, 0 as they were.",
        "Statistical neighbours: 110 created, 0 changed, 0 as they were.",
        "Numbers of children by service: 44 created, 0 changed, 0 as they were.",
    ]
    assert "Authorities: 0 created, 0 changed, 12 as they were." in second


def test_the_command_loads_the_shipped_files_when_given_none() -> None:
    assert "Authorities: 153 created" in load_register()


def test_the_command_names_what_the_files_left_out(tmp_path: Path) -> None:
    an_authority(name="Old Town")

    said = load_register(written_to(tmp_path))

    assert "Not in the files, and left as they are: Old Town." in said
    assert "in_force_until" in said


def test_the_command_refuses_bad_files_in_sentences(tmp_path: Path) -> None:
    directory = written_to(tmp_path, neighbours=with_line(NEIGHBOURS, 3, "x"))

    with pytest.raises(CommandError) as refused:
        load_register(directory)

    assert refused.value.returncode == 1
    assert str(refused.value).splitlines() == [
        "The register was not changed.",
        (
            "statistical_neighbours.csv, line 3: there are 1 cells for 4 columns. "
            "Look for a comma too many or too few; a cell with a comma needs quotation marks."
        ),
    ]
    assert not Authority.objects.exists()


def test_the_command_says_that_a_directory_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere is not a directory"):
        load_register(str(tmp_path / "nowhere"))


def test_the_command_names_every_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        load_register(str(tmp_path))

    assert str(refused.value).count("the file is not there") == 3


def test_files_that_contradict_what_is_there_are_refused_in_words(tmp_path: Path) -> None:
    Region.objects.create(gss_code="E12000009", name="North East")

    with pytest.raises(CommandError, match="do not go with what is there"):
        load_register(written_to(tmp_path))

    assert not Authority.objects.exists()

"""The register's files are taken whole, or refused with every fault named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authorities import register_cells as cells
from authorities.models import Authority
from authorities.register_files import RegisterFiles, RegisterRefused, read
from authorities.register_rows import AuthorityRow, NeighbourRow, PopulationRow, PublishedRow
from tests.authorities.register_texts import (
    AUTHORITIES,
    NEIGHBOURS,
    POPULATIONS,
    files,
    with_line,
)

numbers = st.none() | st.integers(0, 30_000)


def refusal(changed: RegisterFiles) -> list[str]:
    with pytest.raises(RegisterRefused) as refused:
        read(changed)
    return [str(problem) for problem in refused.value.problems]


def places(changed: RegisterFiles) -> list[tuple[str, int, str]]:
    with pytest.raises(RegisterRefused) as refused:
        read(changed)
    return [(problem.file, problem.line, problem.column) for problem in refused.value.problems]


def test_good_files_are_read_whole() -> None:
    register = read(files())

    assert len(register.authorities) == 12
    assert register.authorities[0] == AuthorityRow(
        gss_code="E06000001",
        dfe_number="801",
        name="Town 1",
        kind="unitary",
        region_code="E12000001",
        region="North East",
        in_force_from=date(2009, 4, 1),
        in_force_until=None,
    )
    assert register.authorities[-1].in_force_until == date(2021, 3, 31)
    assert register.regions == {"E12000001": "North East", "E12000002": "North West"}
    assert len(register.neighbours) == 110
    assert register.neighbours[0] == NeighbourRow("E06000001", 1, "E06000002", "Very close")
    assert register.populations[:4] == (
        PopulationRow("E06000001", "child-in-need", 2025, 836, derived=True),
        PopulationRow("E06000001", "child-protection", 2025, 173, derived=False),
        PopulationRow("E06000001", "in-care", 2025, 332, derived=False),
        PopulationRow("E06000001", "leaving-care", 2025, 94, derived=False),
    )


def test_kinds_are_those_the_model_knows() -> None:
    assert set(cells.KINDS.values()) == set(Authority.Kind.values) == set(cells.CODES_BEGIN)


def test_columns_that_may_be_left_out_may_be_left_out() -> None:
    without_last_days = "\n".join(line.rpartition(",")[0] for line in AUTHORITIES.splitlines()[:-1])
    without_year = POPULATIONS.replace(",year", "").replace(",2025", "")

    register = read(files(authorities=without_last_days, populations=without_year))

    assert {row.in_force_until for row in register.authorities} == {None}
    assert {row.year for row in register.populations} == {2025}


def test_a_number_that_is_not_published_leaves_what_rests_on_it_unknown() -> None:
    not_published = with_line(POPULATIONS, 2, "E06000001,2025,319,16,0,,0")

    register = read(files(populations=not_published))

    assert [(row.service, row.number) for row in register.populations[:4]] == [
        ("child-in-need", None),
        ("child-protection", 0),
        ("in-care", None),
        ("leaving-care", 0),
    ]


@given(numbers, numbers, numbers, numbers)
def test_services_never_overlap_and_never_fall_below_nobody(
    in_need: int | None, on_plans: int | None, looked_after: int | None, leavers: int | None
) -> None:
    row = PublishedRow("E06000001", 2025, in_need, on_plans, looked_after, leavers)

    rest, *published = row.services()

    assert [service.number for service in published] == [on_plans, looked_after, leavers]
    assert [service.derived for service in (rest, *published)] == [True, False, False, False]
    if in_need is None or on_plans is None or looked_after is None:
        assert rest.number is None
    else:
        assert rest.number is not None
        assert rest.number + on_plans + looked_after == max(in_need, on_plans + looked_after)


# In the place of "E06000002,802,Town 2,unitary,E12000001,North East,2009-04-01,".
@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("E0600002,802,Town 2,unitary,E12000001,North East,2009-04-01,", ["gss_code"]),
        ("E07000002,802,Town 2,unitary,E12000001,North East,2009-04-01,", ["gss_code"]),
        ("e06000002,802,Town 2,unitary,E12000001,North East,2009-04-01,", ["gss_code"]),
        ("E06000001,802,Town 2,unitary,E12000001,North East,2009-04-01,", ["gss_code"]),
        (
            "802,E06000002,Town 2,unitary,E12000001,North East,2009-04-01,",
            ["gss_code", "dfe_number"],
        ),
        ("E06000002,82,Town 2,unitary,E12000001,North East,2009-04-01,", ["dfe_number"]),
        ("E06000002,801,Town 2,unitary,E12000001,North East,2009-04-01,", ["dfe_number"]),
        ("E06000002,802,,unitary,E12000001,North East,2009-04-01,", ["name"]),
        (f"E06000002,802,{'x' * 81},unitary,E12000001,North East,2009-04-01,", ["name"]),
        ("E06000002,802,Town\x07 2,unitary,E12000001,North East,2009-04-01,", ["name"]),
        ("E06000002,802,Town 1,unitary,E12000001,North East,2009-04-01,", ["name"]),
        ("E06000002,802,Town 2,parish,E12000001,North East,2009-04-01,", ["kind"]),
        ("E06000002,802,Town 2,county,E12000001,North East,2009-04-01,", ["kind"]),
        ("E06000002,802,Town 2,unitary,E12000010,North East,2009-04-01,", ["region_code"]),
        ("E06000002,802,Town 2,unitary,W12000001,North East,2009-04-01,", ["region_code"]),
        ("E06000002,802,Town 2,unitary,E12000003,North East,2009-04-01,", ["region_code"]),
        ("E06000002,802,Town 2,unitary,E12000001,The North,2009-04-01,", ["region"]),
        ("E06000002,802,Town 2,unitary,E12000001,,2009-04-01,", ["region"]),
        ("E06000002,802,Town 2,unitary,E12000001,North East,2009-4-1,", ["in_force_from"]),
        ("E06000002,802,Town 2,unitary,E12000001,North East,20090401,", ["in_force_from"]),
        ("E06000002,802,Town 2,unitary,E12000001,North East,2009-02-30,", ["in_force_from"]),
        ("E06000002,802,Town 2,unitary,E12000001,North East,,", ["in_force_from"]),
        ("E06000002,802,Town 2,unitary,E12000001,North East,2009-04-01,soon", ["in_force_until"]),
        (
            "E06000002,802,Town 2,unitary,E12000001,North East,2009-04-01,2009-03-31",
            ["in_force_until"],
        ),
    ],
)
def test_a_fault_in_an_authority_is_named_by_line_and_column(line: str, columns: list[str]) -> None:
    changed = files(authorities=with_line(AUTHORITIES, 3, line))

    assert places(changed) == [("authorities.csv", 3, column) for column in columns]


def test_an_authority_may_take_over_the_number_and_the_name_of_one_that_ended() -> None:
    ended = "E06000012,801,Town 1,unitary,E12000002,North West,2009-04-01,2021-03-31"

    register = read(files(authorities=with_line(AUTHORITIES, 13, ended)))

    assert register.authorities[-1].name == register.authorities[0].name


# In the place of "E06000001,2,E06000003,Very close", which stands on line 3.
@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("E06000099,2,E06000003,Very close", "gss_code"),
        ("E06000001,2,E06000099,Very close", "neighbour_gss_code"),
        ("E06000001,2,E06000001,Very close", "neighbour_gss_code"),
        ("E06000001,3,E06000003,Very close", "rank"),
        ("E06000001,0,E06000003,Very close", "rank"),
        ("E06000001,11,E06000003,Very close", "rank"),
        ("E06000001,2.0,E06000003,Very close", "rank"),
        ("E06000001,-2,E06000003,Very close", "rank"),
        ("E06000001,2,E06000003,close", "closeness"),
        ("E06000001,2,E06000003,", "closeness"),
        ("E06000001,2,Town 3,Very close", "neighbour_gss_code"),
    ],
)
def test_a_fault_in_a_neighbour_is_named_by_column(line: str, column: str) -> None:
    [place] = places(files(neighbours=with_line(NEIGHBOURS, 3, line)))

    assert place[0] == "statistical_neighbours.csv"
    assert place[1] in {3, 4}
    assert place[2] == column


def test_the_same_neighbour_twice_is_named() -> None:
    changed = files(neighbours=with_line(NEIGHBOURS, 3, "E06000001,2,E06000002,Very close"))

    assert refusal(changed) == [
        (
            "statistical_neighbours.csv, line 3, column neighbour_gss_code: "
            "this is the same as on line 2. Keep one of the two."
        )
    ]


def test_an_authority_with_nine_neighbours_is_named() -> None:
    changed = files(neighbours=with_line(NEIGHBOURS, 3, None))

    assert refusal(changed) == [
        (
            "statistical_neighbours.csv, line 2, column gss_code: "
            "E06000001 (Town 1) has 9 neighbours here. List 10, ranked from 1."
        )
    ]


def test_an_authority_in_force_without_neighbours_is_named() -> None:
    in_force = with_line(AUTHORITIES, 13, AUTHORITIES.splitlines()[12].replace("2021-03-31", ""))

    assert refusal(files(authorities=in_force)) == [
        (
            "statistical_neighbours.csv, column gss_code: "
            "E06000012 (Town 12) has 0 neighbours here. List 10, ranked from 1."
        )
    ]


# In the place of the numbers of Town 2, which stand on line 3.
@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("E06000099,2025,21090,1341,173,332,94", "gss_code"),
        ("E06000001,2025,21090,1341,173,332,94", "gss_code"),
        ("E06000002,25,21090,1341,173,332,94", "year"),
        ("E06000002,2025,many,1341,173,332,94", "children_0_17"),
        ("E06000002,2025,21090,-1341,173,332,94", "children_in_need"),
        ("E06000002,2025,21090,1341.5,173,332,94", "children_in_need"),
        ('E06000002,2025,21090,"1,341",173,332,94', "children_in_need"),
        ("E06000002,2025,21090,1341,c,332,94", "child_protection_plans"),
        ("E06000002,2025,21090,1341,173,1e3,94", "children_looked_after"),
        ("E06000002,2025,21090,1341,173,332,99999999", "care_leavers"),
        ("E06000002,2025,21090,1341,173,332,٣", "care_leavers"),
    ],
)
def test_a_fault_in_a_number_is_named_by_line_and_column(line: str, column: str) -> None:
    changed = files(populations=with_line(POPULATIONS, 3, line))

    assert places(changed) == [("service_populations.csv", 3, column)]


def test_the_same_authority_may_have_numbers_of_two_years() -> None:
    register = read(files(populations=f"{POPULATIONS}E06000001,2024,1,1,0,0,0\n"))

    assert {row.year for row in register.populations if row.gss_code == "E06000001"} == {2024, 2025}


def test_faults_of_all_files_are_named_together_in_order() -> None:
    changed = files(
        authorities=with_line(
            AUTHORITIES, 5, "E06000004,804,Town 4,parish,E12000001,North East,x,"
        ),
        neighbours=with_line(NEIGHBOURS, 3, "E06000001,2,E06000003,near"),
        populations=with_line(POPULATIONS, 4, "E06000003,2025,1,1,1,1,-1"),
    )

    assert places(changed) == [
        ("authorities.csv", 5, "kind"),
        ("authorities.csv", 5, "in_force_from"),
        ("statistical_neighbours.csv", 3, "closeness"),
        ("service_populations.csv", 4, "care_leavers"),
    ]


def test_a_bad_authority_is_not_told_again_by_every_line_that_names_it() -> None:
    changed = files(authorities=with_line(AUTHORITIES, 2, None) + "nonsense")

    assert places(changed) == [("authorities.csv", 13, "")]


def test_a_file_that_is_not_there_is_named() -> None:
    nothing = RegisterFiles(authorities=None, neighbours=None, populations=None)

    assert refusal(nothing) == [
        f"{name}.csv: the file is not there. Put it beside the other two."
        for name in ("authorities", "statistical_neighbours", "service_populations")
    ]


def test_of_very_many_faults_twenty_are_shown_and_the_rest_counted() -> None:
    no_closeness = NEIGHBOURS.replace("Very close", "")

    with pytest.raises(RegisterRefused) as refused:
        read(files(neighbours=no_closeness))

    lines = str(refused.value).splitlines()
    assert lines[0] == "The register was not changed."
    assert len(lines) == 1 + 20 + 1
    assert lines[-1] == "…and 90 more."


@given(st.binary(), st.binary(), st.binary())
def test_any_bytes_at_all_are_refused_in_words(first: bytes, second: bytes, third: bytes) -> None:
    with pytest.raises(RegisterRefused, match="was not changed"):
        read(RegisterFiles(first, second, third))


@given(st.integers(0, len(NEIGHBOURS) - 1), st.characters(codec="utf-8"))
def test_one_mistyped_letter_is_refused_or_means_something(place: int, letter: str) -> None:
    """Nothing between: the files are read whole, or a fault says why not."""
    mistyped = NEIGHBOURS[:place] + letter + NEIGHBOURS[place + 1 :]

    try:
        read_rows = len(read(files(neighbours=mistyped)).neighbours)
    except RegisterRefused:
        read_rows = 0

    assert read_rows in {0, 110}

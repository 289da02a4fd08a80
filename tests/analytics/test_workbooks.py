"""The spreadsheet of one authority's report, read back as a spreadsheet program would."""

import io
import re
import zipfile
from datetime import date, datetime

import pytest
from django.test import Client
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook
from pytest_django import DjangoAssertNumQueries

from analytics.disclosure import NOBODY, Count, End, Mean, Share, Withheld
from analytics.indicators import REPLIES
from authorities.areas import ENGLAND
from authorities.models import Authority
from authorities.roles import Role
from tests.analytics.factories import PUBLISHED_AT, Behind, Said, a_closed_wave, a_release
from tests.authorities.factories import a_member, an_authority

SAFE = ("safe", "all")
SHOWN = Share(72, 250, lower=66, upper=77)
FIGURES: Said = {
    SAFE: SHOWN,
    (*SAFE, "four"): Share(70, 1000, 66, 73, nearest=10, effective=740, crude=71),
    ("experience", "all"): Mean(64, 240, 61, 67, 1.4),
    ("told", "all"): Share(End.OVER, 60),
    ("rights", "all"): Withheld("fewer than 10 people answered this"),
    (REPLIES, "all"): Count(263),
}
GROUPS: Said = {
    ("safe", "age:12-17", "year"): Share(60, 90, 50, 69, nearest=5),
    ("safe", "age:8-11", "year"): Withheld(NOBODY),
}


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds", gss_code="E08000035", dfe_number="383")


def opened(client: Client, address: str = "/report/E08000035.xlsx") -> Workbook:
    response = client.get(address)
    assert response.status_code == 200, response.content
    found: Workbook = load_workbook(io.BytesIO(response.content))
    return found


def rows_of(book: Workbook, sheet: str) -> list[dict[str, object]]:
    header, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def notes_of(book: Workbook) -> str:
    return "\n".join(str(cell) for (cell,) in book["Notes"].iter_rows(values_only=True))


@pytest.mark.django_db
def test_a_figure_is_a_row_of_numbers_and_days(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=a_closed_wave(slug="2026-q3"))

    [row] = rows_of(opened(client), "Figures")

    assert row == {
        "Area": "Leeds",
        "Level": "Local authority",
        "GSS code": "E08000035",
        "From": datetime(2026, 7, 1),  # noqa: DTZ001  a spreadsheet's days have no time zone
        "To": datetime(2026, 9, 30),  # noqa: DTZ001
        "Of": "One wave",
        "Indicator": "Children and families who feel safe",
        "Indicator code": "safe",
        "Replies": "invited",
        "Value": 72,
        "Unit": "percent",
        "95% range: lower": 66,
        "95% range: upper": 77,
        "Standard error": None,
        "Answers": 250,
        "To the nearest": 1,
        "Effective answers": None,
        "Unweighted value": None,
        "End": None,
        "Unweighted end": None,
        "Symbol": None,
        "In words": "72% (95% range 66% to 77%, 250 answers)",
        "Wave": "2026-q3",
        "Release": 1,
    }


@pytest.mark.django_db
def test_what_leads_a_report_stands_first_and_what_is_hidden_has_no_number(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: FIGURES, "E12000001": {SAFE: SHOWN}, ENGLAND: {SAFE: SHOWN}})

    rows = rows_of(opened(client), "Figures")

    columns = ("Area", "Of", "Indicator code", "Value", "Answers", "End", "Symbol")
    four = "The last waves together, four at most"
    assert [tuple(row[each] for each in columns) for row in rows] == [
        ("Leeds", four, "safe", 70, 1000, None, None),
        ("Leeds", "One wave", "replies", 263, None, None, None),
        ("Leeds", "One wave", "experience", 64, 240, None, None),
        ("Leeds", "One wave", "safe", 72, 250, None, None),
        ("North East", "One wave", "safe", 72, 250, None, None),
        ("England", "One wave", "safe", 72, 250, None, None),
        ("Leeds", "One wave", "told", None, 60, ">90", None),
        ("Leeds", "One wave", "rights", None, None, None, "c"),
    ]


@pytest.mark.django_db
def test_breakdowns_have_a_sheet_where_there_are_any(client: Client, leeds: Authority) -> None:
    without = a_release({leeds.gss_code: FIGURES})
    assert opened(client).sheetnames == ["Notes", "Figures"]

    a_release({leeds.gss_code: {**FIGURES, **GROUPS}}, wave=without.wave, number=2, note="Mended.")

    book = opened(client)
    columns = ("Breakdown", "Group", "Of", "Value", "Answers", "To the nearest", "Symbol")
    assert book.sheetnames == ["Notes", "Figures", "Breakdowns"]
    assert [tuple(row[each] for each in columns) for row in rows_of(book, "Breakdowns")] == [
        ("Which page was answered", "8 to 11", "A year", None, 0, None, "z"),
        ("Which page was answered", "12 to 17", "A year", 60, 90, 5, None),
    ]


@pytest.mark.django_db
def test_the_notes_say_what_it_is_of_which_release_and_what_the_symbols_mean(
    client: Client, leeds: Authority
) -> None:
    behind: Behind = {
        ("E08000035", "weights:four"): {
            "weighted": True,
            "groups": ["child-protection-parent", "in-care"],
            "merged": [],
            "design_effect": 1.314,
            "effective": 740,
            "largest": 2.4,
            "margin_error": 0.02,
        },
        ("E08000035", "weights:wave"): {"weighted": False, "reason": "too few answered"},
    }
    wave = a_closed_wave(slug="2026-q3", simulated=True)
    release = a_release({leeds.gss_code: FIGURES}, wave=wave, behind=behind)

    notes = notes_of(opened(client))

    assert notes.startswith("What children and families say of children’s services in Leeds\n")
    for said in (
        "Simulated: a demonstration, no family answered.",
        "not a sample survey",
        "http://testserver/report/E08000035/",
        f"release 1, published 2 November 2026. Digest: {release.digest}",
        "c: Not shown, to protect people",
        "z: Nobody answered this",
        "u: Low reliability",
        "of them could have answered: child protection (parents) and in care. Design effect (Kish)",
        "Design effect (Kish) 1.3, effective number about 740, largest weight 2.4.",
        "One wave: not weighted: too few answered.",
        "Open Government Licence v3.0: https://www.nationalarchives.gov.uk/",
    ):
        assert said in notes


@pytest.mark.django_db
def test_headers_stay_in_sight_and_each_sheet_of_data_is_a_table(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: {**FIGURES, **GROUPS}})

    book = opened(client)

    for name in ("Figures", "Breakdowns"):
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        assert [*sheet.tables] == [name]
        assert sheet.tables[name].ref == sheet.dimensions
        assert not sheet.merged_cells.ranges
    header = [cell.value for cell in book["Figures"][1]]
    formats = {
        title: book["Figures"].cell(2, column).number_format
        for column, title in enumerate(header, start=1)
    }
    assert (formats["From"], formats["Answers"]) == ("d mmm yyyy", "#,##0")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["=1+1", "+44", "-2", "@SUM(A1)", "{=1}", "https://x.example/"])
def test_no_text_is_live(client: Client, name: str) -> None:
    authority = an_authority(name=name)
    a_release({authority.gss_code: FIGURES}, note="=1+1")

    response = client.get(f"/report/{authority.gss_code}.xlsx")

    book = load_workbook(io.BytesIO(response.content))
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n", "d"}
    assert not [cell for sheet in book for row in sheet for cell in row if cell.hyperlink]
    shown = {row["Area"] for row in rows_of(book, "Figures")}
    assert shown == {name if name[0] in "{h" else f"'{name}"}
    with zipfile.ZipFile(io.BytesIO(response.content)) as parts:
        sheets = [parts.read(each) for each in parts.namelist() if "worksheets/" in each]
    assert not [each for each in sheets if re.search(rb"<f[ >]", each)]


@pytest.mark.django_db
def test_a_file_twice_fetched_is_one_file_with_a_name(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: {**FIGURES, **GROUPS}})

    first, again = (client.get("/report/E08000035.xlsx") for _ in range(2))

    assert first.content == again.content
    assert first["Content-Disposition"] == 'attachment; filename="E08000035.xlsx"'
    assert first["Content-Type"] == (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    made = load_workbook(io.BytesIO(first.content)).properties.created
    assert made == PUBLISHED_AT.replace(tzinfo=None)


@pytest.mark.django_db
def test_a_prepared_release_is_for_who_may_see_it_only_and_says_that_it_is_not_out(
    client: Client, leeds: Authority
) -> None:
    shown: Said = {SAFE: SHOWN}
    areas: dict[str, Said] = {leeds.gss_code: FIGURES, "E12000001": shown, ENGLAND: shown}
    release = a_release(areas, published_at=None)
    address = f"/report/E08000035.xlsx?release={release.pk}"
    planner, administrator = Client(), Client()
    planner.force_login(a_member(Role.PLANNER, leeds))
    administrator.force_login(a_member(Role.NATIONAL_ADMINISTRATOR))

    assert client.get(address).status_code == 404
    assert client.get("/report/E08000035.xlsx").status_code == 404
    assert client.get("/report/E06999999.xlsx").status_code == 404
    assert "NOT PUBLISHED" in notes_of(opened(planner, address))
    assert {row["Area"] for row in rows_of(opened(planner, address), "Figures")} == {"Leeds"}
    assert {row["Area"] for row in rows_of(opened(administrator, address), "Figures")} == {
        *("Leeds", "North East", "England")
    }
    assert "private" in planner.get(address)["Cache-Control"]


@pytest.mark.django_db
def test_it_needs_as_many_queries_at_one_wave_as_at_three(
    client: Client, leeds: Authority, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_release({leeds.gss_code: FIGURES})
    # Authority, its releases; all releases, regions, authorities, figures; weights.
    with django_assert_num_queries(7):
        client.get("/report/E08000035.xlsx")
    for month in (4, 1):
        wave = a_closed_wave(opens_on=date(2026, month, 1), closes_on=date(2026, month + 2, 28))
        a_release({leeds.gss_code: FIGURES}, wave=wave)
    with django_assert_num_queries(7):
        client.get("/report/E08000035.xlsx")

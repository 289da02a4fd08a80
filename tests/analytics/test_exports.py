import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

import pytest
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from analytics import periods
from analytics.disclosure import Count, End, Share, Withheld
from analytics.indicators import REPLIES
from analytics.periods import Named
from authorities.areas import ENGLAND
from authorities.models import Authority
from authorities.roles import Role
from authorities.spreadsheet_cells import safe_row
from tests.analytics.factories import Said, a_closed_wave, a_release, some_figures
from tests.authorities.factories import a_member, an_authority

SAFE = ("safe", "all")
FIGURES: Said = {
    SAFE: Share(72, 250, lower=66, upper=77),
    ("told", "all"): Share(End.OVER, 60),
    ("rights", "all"): Withheld("fewer than 10 people answered this"),
    (REPLIES, "all"): Count(263),
    (REPLIES, "age:8-11"): Count(40),
}
ENGLANDS: Said = {SAFE: Share(75, 5200, lower=74, upper=76, rounded=True)}


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds", gss_code="E08000035", dfe_number="383")


def text_of(response: HttpResponseBase) -> str:
    content: Iterable[bytes] = getattr(response, "streaming_content", None) or [response.content]  # type: ignore[attr-defined]  # one or the other
    return b"".join(content).decode("utf-8-sig")


def rows_of(response: HttpResponseBase) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(response), newline="")))


@pytest.mark.django_db
def test_a_share_is_one_row_with_its_time_place_and_value(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: {SAFE: FIGURES[SAFE]}}, wave=a_closed_wave(slug="2026-q3"))

    [row] = rows_of(client.get("/report/E08000035.csv"))

    assert row == {
        "time_period": "2026",
        "time_identifier": "Calendar year Q3",
        "period_start": "2026-07-01",
        "period_end": "2026-09-30",
        "geographic_level": "Local authority",
        "country_code": "E92000001",
        "country_name": "England",
        "region_code": "E12000001",
        "region_name": "North East",
        "old_la_code": "383",
        "new_la_code": "E08000035",
        "la_name": "Leeds",
        "indicator": "safe",
        "indicator_name": "Children and families who feel safe",
        "channel": "invited",
        "slice": "all",
        "slice_name": "",
        "value": "72",
        "unit": "percent",
        "lower": "66",
        "upper": "77",
        "base": "250",
        "rounded": "false",
        "symbol": "",
        "in_words": "72% (95% range 66% to 77%, 250 answers)",
        "simulated": "false",
        "wave": "2026-q3",
        "release": "1",
        "newest_release": "true",
        "published_on": "2026-11-02",
    }


@pytest.mark.django_db
def test_what_is_not_shown_is_empty_with_a_symbol_and_the_reason(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: FIGURES, ENGLAND: ENGLANDS})

    rows = rows_of(client.get("/report/E08000035.csv"))

    columns = ("value", "unit", "lower", "upper", "base", "rounded", "symbol", "in_words")
    assert {
        (row["la_name"], row["indicator"], row["slice_name"]): tuple(row[each] for each in columns)
        for row in rows
    } == {
        ("Leeds", "safe", ""): (
            *("72", "percent", "66", "77", "250", "false", ""),
            "72% (95% range 66% to 77%, 250 answers)",
        ),
        ("Leeds", "told", ""): (
            *("", "percent", "", "", "60", "false", ">90"),
            "over 90% (60 answers)",
        ),
        ("Leeds", "rights", ""): (
            *("", "", "", "", "", "", "c"),
            "not shown: fewer than 10 people answered this",
        ),
        ("Leeds", "replies", ""): ("263", "people", "", "", "", "false", "", "263"),
        ("Leeds", "replies", "8 to 11"): ("40", "people", "", "", "", "false", "", "40"),
        ("", "safe", ""): (
            *("75", "percent", "74", "76", "5200", "true", ""),
            "75% (95% range 74% to 76%, 5,200 answers)",
        ),
    }


@pytest.mark.django_db
def test_every_published_figure_is_in_the_file_of_all(client: Client, leeds: Authority) -> None:
    older = a_closed_wave(slug="older", opens_on=date(2026, 4, 1), closes_on=date(2026, 6, 30))
    newer = a_closed_wave(slug="newer", simulated=True)
    hull = an_authority(name="Kingston upon Hull, City of")
    a_release({leeds.gss_code: {SAFE: FIGURES[SAFE]}}, wave=older)
    a_release({leeds.gss_code: {SAFE: FIGURES[SAFE]}}, wave=older, number=2, note="Mended.")
    a_release({hull.gss_code: {SAFE: FIGURES[SAFE]}}, wave=newer)
    a_release({hull.gss_code: {SAFE: Count(37)}}, wave=newer, number=2, published_at=None)

    rows = rows_of(client.get("/data/figures.csv"))

    columns = ("la_name", "wave", "release", "newest_release", "simulated")
    assert sorted(tuple(row[each] for each in columns) for row in rows) == [
        ("Kingston upon Hull, City of", "newer", "1", "true", "true"),
        ("Leeds", "older", "1", "false", "false"),
        ("Leeds", "older", "2", "true", "false"),
    ]


@pytest.mark.django_db
def test_the_file_is_written_for_excel_and_still_plain_csv(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: FIGURES})

    response = client.get("/data/figures.csv")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # streamed

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="figures.csv"'
    assert content.startswith(b"\xef\xbb\xbftime_period,")
    assert content.count(b"\r\n") == content.count(b"\n") == 1 + len(FIGURES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_name_is_never_a_live_formula(client: Client, name: str) -> None:
    authority = an_authority(name=name)
    a_release({authority.gss_code: {SAFE: FIGURES[SAFE]}})

    [row] = rows_of(client.get(f"/report/{authority.gss_code}.csv"))

    assert row["la_name"] == f"'{name}"


@pytest.mark.django_db
def test_marks_in_a_name_do_not_break_the_file(client: Client) -> None:
    name = 'St. Mary\'s, "The Isle"; und Ähnliches'
    authority = an_authority(name=name)
    a_release({authority.gss_code: {SAFE: FIGURES[SAFE]}})

    [row] = rows_of(client.get(f"/report/{authority.gss_code}.csv"))

    assert row["la_name"] == name


@pytest.mark.django_db
def test_a_report_and_its_file_say_the_same(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: FIGURES, ENGLAND: ENGLANDS})

    page = client.get("/report/E08000035/").content.decode()
    rows = rows_of(client.get("/report/E08000035.csv"))

    [safe] = [row for row in rows if (row["indicator"], row["la_name"]) == ("safe", "Leeds")]
    big = re.search(
        r'id="safe-heading".*?<p class="big"><strong>(.*?)</strong> of (.*?) answers',
        page,
        re.DOTALL,
    )
    assert big is not None
    assert (f"{safe['value']}%", safe["base"]) == big.groups()


@pytest.mark.django_db
def test_a_prepared_release_can_be_taken_home_by_who_may_see_it_only(
    client: Client, leeds: Authority
) -> None:
    release = a_release({leeds.gss_code: FIGURES, ENGLAND: ENGLANDS}, published_at=None)
    address = f"/report/E08000035.csv?release={release.pk}"
    planner, administrator = Client(), Client()
    planner.force_login(a_member(Role.PLANNER, leeds))
    administrator.force_login(a_member(Role.NATIONAL_ADMINISTRATOR))

    assert client.get(address).status_code == 404
    assert "sign in first" in text_of(client.get(address))
    assert {row["geographic_level"] for row in rows_of(planner.get(address))} == {"Local authority"}
    assert {row["geographic_level"] for row in rows_of(administrator.get(address))} == {
        "Local authority",
        "National",
    }
    assert {row["published_on"] for row in rows_of(planner.get(address))} == {""}
    assert rows_of(planner.get("/report/E08000035.csv")) == []
    assert "private" in planner.get(address)["Cache-Control"]


@pytest.mark.django_db
def test_the_file_of_an_unknown_code_is_a_friendly_page(client: Client) -> None:
    response = client.get("/report/E06999999.csv")

    assert response.status_code == 404
    assert "No local authority has the code" in text_of(response)


@pytest.mark.django_db
def test_the_file_is_not_sent_again_until_a_release_is_added(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: FIGURES})
    first = client.get("/data/figures.csv")

    again = client.get("/data/figures.csv", headers={"If-None-Match": first["ETag"]})
    a_release({leeds.gss_code: FIGURES})
    later = client.get("/data/figures.csv", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, later.status_code) == (304, 200)


@pytest.mark.django_db
def test_a_file_needs_as_many_queries_at_one_release_as_at_four(
    client: Client, leeds: Authority, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def get() -> None:
        text_of(client.get("/data/figures.csv"))

    a_release({leeds.gss_code: FIGURES})
    # For the ETag, and for the file: releases, versions, regions, authorities, figures.
    with django_assert_num_queries(6):
        get()
    for _ in range(3):
        a_release({leeds.gss_code: FIGURES})
    with django_assert_num_queries(6):
        get()


@pytest.mark.django_db
def test_a_long_file_is_sent_in_pieces_that_hold_every_row_once(
    client: Client, leeds: Authority
) -> None:
    authorities = [leeds, *(an_authority() for _ in range(60))]
    a_release({each.gss_code: some_figures() for each in authorities})

    response = client.get("/data/figures.csv")
    pieces = [piece.decode("utf-8-sig") for piece in response.streaming_content]  # type: ignore[attr-defined]  # streamed

    rows = list(csv.DictReader(io.StringIO("".join(pieces), newline="")))
    assert len(pieces) > 1
    assert len({(row["new_la_code"], row["indicator"]) for row in rows}) == len(rows) == 61 * 13


@pytest.mark.django_db
def test_the_description_names_the_columns_of_the_file(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: FIGURES})
    header = text_of(client.get("/data/figures.csv")).splitlines()[0]

    response = client.get("/data/figures.csv-metadata.json")
    described = json.loads(response.content)

    assert response["Content-Type"] == "application/csvm+json"
    assert described["url"] == "/data/figures.csv"
    assert [each["name"] for each in described["tableSchema"]["columns"]] == header.split(",")
    assert set(described["tableSchema"]["primaryKey"]) <= set(header.split(","))
    assert "Simulated" not in described["dc:description"]


@pytest.mark.django_db
def test_the_description_says_that_figures_are_simulated(client: Client) -> None:
    a_release(wave=a_closed_wave(simulated=True))

    described = json.loads(client.get("/data/figures.csv-metadata.json").content)

    assert "Simulated: a demonstration, no family answered." in described["dc:description"]


@pytest.mark.parametrize("cell", ["Leeds", "72%", "", 5, -3, ">90", "'quoted"])
def test_what_is_no_formula_stays_as_it_is(cell: object) -> None:
    assert safe_row([cell]) == [cell]


# --- how a period is named -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "named", "in_words", "in_short"),
    [
        (
            date(2026, 7, 1),
            date(2026, 9, 30),
            Named("2026", "Calendar year Q3"),
            "July to September 2026",
            "Jul–Sep",
        ),
        (
            date(2024, 2, 1),
            date(2024, 2, 29),
            Named("2024", "February"),
            "February 2024",
            "Feb",
        ),
        (
            date(2026, 1, 1),
            date(2026, 12, 31),
            Named("2026", "Calendar year"),
            "January to December 2026",
            "Jan–Dec",
        ),
        (
            date(2025, 4, 1),
            date(2026, 3, 31),
            Named("202526", "Financial year"),
            "April 2025 to March 2026",
            "Apr–Mar",
        ),
        (
            date(1999, 9, 1),
            date(2000, 8, 31),
            Named("199900", "Academic year"),
            "September 1999 to August 2000",
            "Sep–Aug",
        ),
        (
            date(2026, 7, 3),
            date(2026, 9, 30),
            Named("2026-07-03/2026-09-30", "Days"),
            "3 July to 30 September 2026",
            "Jul–Sep",
        ),
        (
            date(2026, 2, 1),
            date(2026, 4, 30),
            Named("2026-02-01/2026-04-30", "Days"),
            "February to April 2026",
            "Feb–Apr",
        ),
        (
            date(2026, 7, 3),
            date(2026, 7, 3),
            Named("2026-07-03/2026-07-03", "Days"),
            "3 July 2026",
            "Jul",
        ),
    ],
)
def test_a_period_is_named_as_open_data_and_as_people_name_it(
    start: date, end: date, named: Named, in_words: str, in_short: str
) -> None:
    assert periods.named(start, end) == named
    assert periods.in_words(start, end) == in_words
    assert periods.in_short(start, end) == in_short


def test_quarters_follow_each_other_without_a_gap_in_their_names() -> None:
    starts = [date(2026, month, 1) for month in (1, 4, 7, 10)] + [date(2027, 1, 1)]

    names = [
        periods.named(start, date.fromordinal(following.toordinal() - 1)).time_identifier
        for start, following in pairwise(starts)
    ]

    assert names == [f"Calendar year Q{number}" for number in (1, 2, 3, 4)]

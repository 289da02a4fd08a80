import csv
import io
import json
import re
from calendar import month_name
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.http import HttpResponseBase
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from analytics import periods
from analytics.disclosure import NOBODY, Count, End, Mean, Share, Withheld, share
from analytics.exporting_backgrounds import BACKGROUNDS
from analytics.funnels import Point, Side, Spread
from analytics.indicators import REPLIES
from analytics.periods import Named
from authorities.areas import ENGLAND
from authorities.models import Authority
from authorities.roles import Role
from authorities.spreadsheet_cells import safe_row
from tests.analytics.factories import Behind, Said, a_closed_wave, a_release, some_figures
from tests.authorities.factories import a_member, an_authority

SAFE = ("safe", "all")
FIGURES: Said = {
    SAFE: Share(72, 250, lower=66, upper=77),
    ("told", "all"): Share(End.OVER, 60),
    ("rights", "all"): Withheld("fewer than 10 people answered this"),
    (REPLIES, "all"): Count(263),
    (REPLIES, "age:8-11"): Count(40),
}
ENGLANDS: Said = {SAFE: Share(75, 5200, lower=74, upper=76, nearest=10)}


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
    release = a_release({leeds.gss_code: {SAFE: FIGURES[SAFE]}}, wave=a_closed_wave(slug="2026-q3"))

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
        "span": "wave",
        "span_name": "One wave",
        "indicator": "safe",
        "indicator_name": "Children and families who feel safe",
        "channel": "invited",
        "breakdown": "all",
        "breakdown_name": "Total",
        "slice": "all",
        "slice_name": "Total",
        "value": "72",
        "unit": "percent",
        "lower": "66",
        "upper": "77",
        "standard_error": "",
        "base": "250",
        "base_rounded_to": "1",
        "effective_base": "",
        "unweighted_value": "",
        "end": "",
        "unweighted_end": "",
        "symbol": "",
        "in_words": "72% (95% range 66% to 77%, 250 answers)",
        "simulated": "false",
        "wave": "2026-q3",
        "release": "1",
        "digest": release.digest,
        "newest_release": "true",
        "published_on": "2026-11-02",
    }


@pytest.mark.django_db
def test_what_is_not_shown_is_empty_with_a_symbol_and_the_reason(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: FIGURES, ENGLAND: ENGLANDS})

    rows = rows_of(client.get("/report/E08000035.csv"))

    columns = (
        *("value", "unit", "lower", "upper", "base", "base_rounded_to", "end", "symbol"),
        "in_words",
    )
    assert {
        (row["la_name"], row["indicator"], row["slice_name"]): tuple(row[each] for each in columns)
        for row in rows
    } == {
        ("Leeds", "safe", "Total"): (
            *("72", "percent", "66", "77", "250", "1", "", ""),
            "72% (95% range 66% to 77%, 250 answers)",
        ),
        ("Leeds", "told", "Total"): (
            *("", "percent", "", "", "60", "1", ">90", ""),
            "over 90% (60 answers)",
        ),
        ("Leeds", "rights", "Total"): (
            *("", "", "", "", "", "", "", "c"),
            "not shown: fewer than 10 people answered this",
        ),
        ("Leeds", "replies", "Total"): ("263", "people", "", "", "", "1", "", "", "263"),
        ("Leeds", "replies", "8 to 11"): ("40", "people", "", "", "", "1", "", "", "40"),
        ("", "safe", "Total"): (
            *("75", "percent", "74", "76", "5200", "10", "", ""),
            "75% (95% range 74% to 76%, 5,200 answers)",
        ),
    }


@pytest.mark.django_db
def test_a_weighted_figure_says_what_it_is_without_weights_and_for_how_many_it_counts(
    client: Client, leeds: Authority
) -> None:
    weighted: Said = {
        SAFE: Share(72, 250, lower=65, upper=78, nearest=10, effective=190, crude=End.OVER),
        ("experience", "all"): Mean(64, 240, 61, 67, 1.4, nearest=10, effective=180, crude=66),
    }
    a_release({leeds.gss_code: weighted})

    mean, share = rows_of(client.get("/report/E08000035.csv"))

    columns = (
        *("value", "unit", "standard_error", "base", "base_rounded_to", "effective_base"),
        *("unweighted_value", "unweighted_end", "in_words"),
    )
    assert [tuple(row[each] for each in columns) for row in (mean, share)] == [
        (
            *("64", "points", "1.4", "240", "10", "180", "66", ""),
            "64 of 100 (95% range 61 to 67, 240 answers)",
        ),
        (
            *("72", "percent", "", "250", "10", "190", "", ">90"),
            "72% (95% range 65% to 78%, 250 answers)",
        ),
    ]


@pytest.mark.django_db
def test_symbols_tell_what_is_hidden_from_what_is_not_there_and_what_is_unsure(
    client: Client, leeds: Authority
) -> None:
    in_care = "service:in-care"
    a_release(
        {
            leeds.gss_code: {
                ("safe", in_care): Withheld("it would tell about very few people"),
                ("told", in_care): Withheld(NOBODY),
                ("rights", in_care): Share(50, 12, lower=25, upper=75),
                ("listened", in_care): Share(50, 250, lower=44, upper=56),
                ("experience", in_care): Mean(50, 12, lower=35, upper=65, error=6.8),
                ("decisions", in_care): Share(End.OVER, 20),
            }
        }
    )

    rows = rows_of(client.get("/report/E08000035.csv"))

    assert {row["indicator"]: (row["symbol"], row["base"]) for row in rows} == {
        "safe": ("c", ""),
        "told": ("z", "0"),
        "rights": ("u", "12"),
        "listened": ("", "250"),
        "experience": ("u", "12"),
        "decisions": ("u", "20"),
    }


@pytest.mark.django_db
def test_a_figure_of_several_waves_says_from_when_to_when(client: Client, leeds: Authority) -> None:
    months = [(1, 3, 31), (4, 6, 30), (7, 9, 30), (10, 12, 31)]
    waves = [
        a_closed_wave(
            slug=f"2026-q{number}",
            opens_on=date(2026, first, 1),
            closes_on=date(2026, last, day),
        )
        for number, (first, last, day) in enumerate(months, start=1)
    ]
    for wave in waves[:-1]:
        a_release({leeds.gss_code: {SAFE: FIGURES[SAFE]}}, wave=wave)
    spans: Said = {
        SAFE: FIGURES[SAFE],
        (*SAFE, "four"): FIGURES[SAFE],
        ("safe", "age:8-11", "year"): FIGURES[SAFE],
    }
    a_release({leeds.gss_code: spans}, wave=waves[-1])
    # Of another survey's making, and of another time: neither is counted among the four.
    a_release(
        {leeds.gss_code: {SAFE: FIGURES[SAFE]}},
        wave=a_closed_wave(
            simulated=True, opens_on=date(2025, 10, 1), closes_on=date(2025, 12, 31)
        ),
    )

    rows = rows_of(client.get("/report/E08000035.csv"))

    columns = ("time_period", "time_identifier", "period_start", "period_end", "slice_name")
    found = {
        row["span"]: tuple(row[each] for each in columns)
        for row in rows
        if row["wave"] == "2026-q4"
    }
    assert found == {
        "wave": ("2026", "Calendar year Q4", "2026-10-01", "2026-12-31", "Total"),
        "four": ("2026", "Calendar year", "2026-01-01", "2026-12-31", "Total"),
        "year": ("2026", "Calendar year", "2026-01-01", "2026-12-31", "8 to 11"),
    }


@pytest.mark.django_db
def test_regions_and_england_stand_beside_an_authority_with_their_codes_and_names(
    client: Client, leeds: Authority
) -> None:
    hull = an_authority(name="Hull")
    figures: Said = {SAFE: FIGURES[SAFE]}
    areas: dict[str, Said] = {
        leeds.gss_code: figures,
        hull.gss_code: figures,
        "E12000001": figures,
    }
    a_release({**areas, ENGLAND: figures})

    own, everything = client.get("/report/E08000035.csv"), client.get("/data/figures.csv")

    columns = ("geographic_level", "country_name", "region_code", "region_name", "la_name")
    wider = {
        ("Local authority", "England", "E12000001", "North East", "Leeds"),
        ("Regional", "England", "E12000001", "North East", ""),
        ("National", "England", "", "", ""),
    }
    assert {tuple(row[each] for each in columns) for row in rows_of(own)} == wider
    assert {tuple(row[each] for each in columns) for row in rows_of(everything)} == wider | {
        ("Local authority", "England", "E12000001", "North East", "Hull")
    }


@pytest.mark.django_db
def test_a_group_says_by_what_and_which_and_one_that_is_not_listed_any_more_its_code(
    client: Client, leeds: Authority
) -> None:
    codes = ("ethnic-group:not-white", "pets:cats")
    a_release({leeds.gss_code: {("safe", code, "year"): FIGURES[SAFE] for code in codes}})

    rows = rows_of(client.get("/report/E08000035.csv"))

    columns = ("breakdown", "breakdown_name", "slice", "slice_name")
    assert [tuple(row[each] for each in columns) for row in rows] == [
        (
            *("ethnic-group", "Ethnic group", "ethnic-group:not-white"),
            "Asian, Black, mixed or another group",
        ),
        ("pets", "pets", "pets:cats", "cats"),
    ]


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

    page = client.get("/report/E08000035/safe/").content.decode()
    rows = rows_of(client.get("/report/E08000035.csv"))

    [safe] = [row for row in rows if (row["indicator"], row["la_name"]) == ("safe", "Leeds")]
    said = re.search(
        r'class="big"><strong>(.*?)</strong></p>\s*<p>\s*95% range (.*?), (.*?) answers', page
    )
    assert said is not None
    assert (f"{safe['value']}%", f"{safe['lower']}% to {safe['upper']}%", safe["base"]) == (
        said.groups()
    )


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
    # For the ETag, and for the file: releases, all of them again, regions, authorities, figures.
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


# --- what stands behind figures ------------------------------------------------------------------


BEHIND: Behind = {
    (ENGLAND, "spread:wave:safe"): {
        "centre": 73.6,
        "phi": None,
        "tau_squared": 0.0012,
        "judged": True,
        "points": [["E08000035", 72, 250], ["E06000010", 75, 240]],
    },
    ("E08000035", "weights:four"): {
        "weighted": True,
        "groups": ["in-care", "rest"],
        "merged": [["early-help", "rest"]],
        "design_effect": 1.31,
        "effective": 190,
        "largest": 2.4,
        "margin_error": 0.02,
    },
    ("E08000035", "weights:wave"): {"weighted": False, "reason": "too few are known"},
    (ENGLAND, "index:experience"): {"alpha": 0.86, "between": None},
    (ENGLAND, "cost"): {
        "replies": 5200,
        "read": 100,
        "sent": {"text": 2000, "email": 10, "letter": 0},
        "minutes_per_1000_replies": 39,
        "pounds_per_1000_replies": 10.4,
    },
}


@pytest.mark.django_db
def test_what_figures_are_compared_with_and_weighted_by_is_open_too(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: FIGURES}, behind=BEHIND)

    rows = rows_of(client.get("/data/backgrounds.csv"))

    fixed = {*rows[0]} - {*BACKGROUNDS.header()[14:-6]}
    assert [
        {name: cell for name, cell in row.items() if cell and name not in fixed}
        | {"of": f"{row['kind']} {row['span']} {row['la_name'] or row['country_name']}"}
        for row in rows
    ] == [
        {
            "weighted": "true",
            "groups": "in-care;rest",
            "merged": "early-help+rest",
            "design_effect": "1.31",
            "effective_base": "190",
            "largest_weight": "2.4",
            "margin_error": "0.02",
            "of": "weights four Leeds",
        },
        {"weighted": "false", "reason": "too few are known", "of": "weights wave Leeds"},
        {
            "minutes_per_1000_replies": "39",
            "pounds_per_1000_replies": "10.4",
            "of": "cost  England",
        },
        {"alpha": "0.86", "of": "index  England"},
        {
            "centre": "73.6",
            "tau_squared": "0.0012",
            "judged": "true",
            "authorities": "2",
            "of": "spread wave England",
        },
    ]


@pytest.mark.django_db
def test_words_can_be_worked_out_again_from_both_files(client: Client, leeds: Authority) -> None:
    """Which authorities differ from England, from nothing but what anybody can download."""
    percents = [(70, 200), (72, 180), (68, 220), (74, 150), (71, 260), (69, 90), (90, 400)] * 2
    named = [an_authority() for _ in percents]
    centre = 72.0
    spread = Spread.of(
        [Point(percent / 100, base) for percent, base in percents], centre / 100, consistent=True
    )
    a_release(
        {
            each.gss_code: {SAFE: share(round(base * percent / 100), base)}
            for each, (percent, base) in zip(named, percents, strict=True)
        },
        behind={
            (ENGLAND, "spread:wave:safe"): {
                "centre": centre,
                "phi": spread.phi,
                "tau_squared": spread.tau_squared,
                "judged": spread.judged,
                "points": [],
            }
        },
    )

    figures = rows_of(client.get("/data/figures.csv"))
    [behind] = rows_of(client.get("/data/backgrounds.csv"))
    again = Spread(
        float(behind["centre"]) / 100, float(behind["tau_squared"]), float(behind["phi"])
    )
    said = {
        row["new_la_code"]: again.side(Point(int(row["value"]) / 100, int(row["base"])), 0.95)
        for row in figures
    }

    assert said == {
        each.gss_code: spread.side(Point(percent / 100, base), 0.95)
        for each, (percent, base) in zip(named, percents, strict=True)
    }
    assert {Side.ABOVE, Side.INSIDE} <= {*said.values()}


@pytest.mark.django_db
def test_nothing_that_stands_behind_an_unpublished_release_can_be_had(
    client: Client, leeds: Authority
) -> None:
    wave = a_closed_wave(slug="2026-q3")
    a_release({leeds.gss_code: FIGURES}, behind=BEHIND, wave=wave, published_at=None)

    assert rows_of(client.get("/data/backgrounds.csv")) == []
    for name in ("figures.csv", "backgrounds.csv", "figures.csv-metadata.json"):
        assert client.get(f"/data/2026-q3.1/{name}").status_code == 404


@pytest.mark.django_db
def test_each_release_has_files_of_its_own(client: Client, leeds: Authority) -> None:
    wave = a_closed_wave(slug="2026-q3")
    a_release({leeds.gss_code: {SAFE: FIGURES[SAFE]}}, behind=BEHIND, wave=wave)
    a_release({leeds.gss_code: ENGLANDS}, wave=wave, number=2, note="Mended.")

    first, second = (client.get(f"/data/2026-q3.{number}/figures.csv") for number in (1, 2))

    assert [(row["release"], row["base"]) for row in rows_of(first)] == [("1", "250")]
    assert [(row["release"], row["base"]) for row in rows_of(second)] == [("2", "5200")]
    assert len(rows_of(client.get("/data/2026-q3.1/backgrounds.csv"))) == len(BEHIND)
    assert first["Content-Disposition"] == 'attachment; filename="figures-2026-q3.1.csv"'
    assert first["Link"] == (
        '</data/2026-q3.1/figures.csv-metadata.json>; rel="describedby"; '
        'type="application/csvm+json"'
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["figures", "backgrounds", "2026-q3.1/backgrounds"])
def test_every_file_has_a_description_with_a_licence(
    client: Client, leeds: Authority, name: str
) -> None:
    a_release({leeds.gss_code: FIGURES}, behind=BEHIND, wave=a_closed_wave(slug="2026-q3"))
    header = text_of(client.get(f"/data/{name}.csv")).splitlines()[0]

    described = json.loads(client.get(f"/data/{name}.csv-metadata.json").content)

    assert described["url"] == f"/data/{name}.csv"
    assert [each["name"] for each in described["tableSchema"]["columns"]] == header.split(",")
    assert set(described["tableSchema"]["primaryKey"]) <= set(header.split(","))
    assert described["dc:license"]["@id"].endswith("/doc/open-government-licence/version/3/")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["figures", "backgrounds"])
def test_no_two_rows_have_the_key_of_a_file(client: Client, leeds: Authority, name: str) -> None:
    spans: Said = {(*SAFE, span): FIGURES[SAFE] for span in ("wave", "four", "year")}
    a_release({leeds.gss_code: spans, ENGLAND: spans, "E12000001": spans}, behind=BEHIND)
    key = json.loads(client.get(f"/data/{name}.csv-metadata.json").content)["tableSchema"][
        "primaryKey"
    ]

    keys = [tuple(row[each] for each in key) for row in rows_of(client.get(f"/data/{name}.csv"))]

    assert len(keys) == len({*keys}) >= 5


@pytest.mark.django_db
def test_the_page_of_open_data_names_each_release_its_digest_files_and_licence(
    client: Client, leeds: Authority, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wave = a_closed_wave(slug="2026-q3", simulated=True)
    releases = [
        a_release({leeds.gss_code: FIGURES}, wave=wave),
        a_release({leeds.gss_code: ENGLANDS}, wave=wave, number=2, note="Mended."),
    ]
    a_release({leeds.gss_code: {SAFE: Count(37)}}, wave=wave, number=3, published_at=None)

    with django_assert_num_queries(1):
        response = client.get("/data/")

    page = response.content.decode()
    assert response["Cache-Control"] == "public, max-age=300"
    for release in releases:
        assert f"{release.digest[:32]}<wbr>{release.digest[32:]}" in page
        assert f'href="/data/2026-q3.{release.number}/figures.csv"' in page
        assert f'href="/data/2026-q3.{release.number}/backgrounds.csv"' in page
    assert "2026-q3.3" not in page
    assert "Open Government Licence v3.0" in page
    assert "What changed: Mended." in page
    assert "imulated" in page


@pytest.mark.django_db
def test_the_page_of_open_data_says_where_there_is_none_yet(client: Client) -> None:
    assert "No figures are published yet." in client.get("/data/").content.decode()


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
            Named("2026", "Reporting year"),
            "3 July to 30 September 2026",
            "Jul–Sep",
        ),
        (
            date(2026, 2, 1),
            date(2026, 4, 30),
            Named("2026", "Reporting year"),
            "February to April 2026",
            "Feb–Apr",
        ),
        (
            date(2026, 7, 3),
            date(2026, 7, 3),
            Named("2026", "Reporting year"),
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


@given(st.dates(date(2000, 1, 1), date(2089, 1, 1)), st.integers(0, 800))
def test_of_any_period_open_data_has_a_year_of_digits_and_an_identifier_of_the_standard(
    start: date, days: int
) -> None:
    """Department for Education, open data standards: of the years it touches."""
    end = start + timedelta(days=days)

    named = periods.named(start, end)

    quarters = [f"Calendar year Q{number}" for number in (1, 2, 3, 4)]
    crossing = {"Financial year", "Academic year"}
    assert named.time_identifier in {
        "Calendar year",
        "Reporting year",
        *crossing,
        *quarters,
        *month_name[1:],
    }
    assert named.time_period.isdecimal()
    assert len(named.time_period) == (6 if named.time_identifier in crossing else 4)
    assert int(named.time_period[:4]) in {start.year, end.year}


def test_quarters_follow_each_other_without_a_gap_in_their_names() -> None:
    starts = [date(2026, month, 1) for month in (1, 4, 7, 10)] + [date(2027, 1, 1)]

    names = [
        periods.named(start, date.fromordinal(following.toordinal() - 1)).time_identifier
        for start, following in pairwise(starts)
    ]

    assert names == [f"Calendar year Q{number}" for number in (1, 2, 3, 4)]

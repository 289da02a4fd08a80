import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoAssertNumQueries
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from analytics.breakdowns import breakdowns
from analytics.disclosure import NOBODY, Count, End, Mean, Share, Withheld
from analytics.indicators import REPLIES
from analytics.models import EarlyAccess, Release
from authorities.areas import ENGLAND
from authorities.models import Authority
from surveys.lists import topics
from tests.analytics.factories import (
    PUBLISHED_AT,
    Behind,
    Said,
    a_closed_wave,
    a_release,
    some_figures,
)
from tests.authorities.factories import a_person, an_authority

SAFE = ("safe", "all")
SHOWN = Share(72, 250, lower=66, upper=77)
LISTS = [
    *("authorities", "waves", "releases", "indicators", "breakdowns", "figures", "backgrounds"),
]
BEHIND: Behind = {
    (ENGLAND, "spread:four:safe"): {
        "centre": 73.6,
        "phi": None,
        "tau_squared": 0.0,
        "judged": False,
        "points": [["E08000035", 72, 250]],
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
        "minutes_to_read": 2.0,
        "sent": {"text": 2000},
        "pence": {"text": 2.3},
        "minutes_per_1000_replies": 39,
        "pounds_per_1000_replies": 8.85,
    },
}
CHECKS = {
    "figures": 13,
    "found": [],
    "missing": ["Rutland"],
    "digest": "0" * 64,
    "breakdowns": 1,
}


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds", gss_code="E08000035", dfe_number="383")


def get(client: Client, address: str, **query: str | int) -> Any:
    response = client.get(f"/api/v1/{address}", query)
    assert response.status_code == 200, response.content
    return response.json()


def refusal(client: Client, **query: str | list[str]) -> str:
    response = client.get("/api/v1/figures/", query)
    assert response.status_code == 400
    detail: str = response.json()["detail"]
    return detail


def test_another_format_is_refused_with_what_there_is(client: Client) -> None:
    for address in ("/api/v1/", "/api/v1/figures/"):
        response = client.get(address, {"format": "csv"})

        assert response.status_code == 406
        assert response.json() == {
            "detail": "format: There is no 'csv' here. There are: json. "
            "Figures as CSV are at /data/figures.csv"
        }


# --- what it says --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_figure_says_of_whom_when_and_how_sure(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=a_closed_wave(slug="2026-q3", simulated=True))

    assert get(client, "figures/") == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "area": {"gss_code": "E08000035", "name": "Leeds", "level": "Local authority"},
                "wave": "2026-q3",
                "release": "2026-q3.1",
                "indicator": "safe",
                "channel": "invited",
                "slice": "all",
                "span": "wave",
                "period_start": "2026-07-01",
                "period_end": "2026-09-30",
                "simulated": True,
                "symbol": "",
                "in_words": "72% (95% range 66% to 77%, 250 answers)",
                "value": {
                    "kind": "share",
                    "percent": 72,
                    "end": None,
                    "lower": 66,
                    "upper": 77,
                    "base": 250,
                    "rounded_to": 1,
                    "effective": None,
                    "unweighted": None,
                    "unweighted_end": None,
                },
            }
        ],
    }


@pytest.mark.django_db
def test_a_withheld_figure_has_a_reason_and_no_number(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: {SAFE: Withheld("it would tell about very few people")}})

    [figure] = get(client, "figures/")["results"]

    assert figure["value"] == {
        "kind": "withheld",
        "withheld": "it would tell about very few people",
    }
    assert figure["in_words"] == "not shown: it would tell about very few people"
    assert figure["symbol"] == "c"


@pytest.mark.django_db
def test_that_nobody_answered_is_no_secret(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: {("safe", "service:in-care", "year"): Withheld(NOBODY)}})

    [figure] = get(client, "figures/")["results"]

    assert (figure["span"], figure["symbol"]) == ("year", "z")
    assert figure["value"] == {"kind": "withheld", "withheld": "nobody answered this"}


@pytest.mark.django_db
def test_a_weighted_figure_says_what_it_is_without_weights(
    client: Client, leeds: Authority
) -> None:
    weighted: Said = {
        ("safe", "all", "four"): Share(
            72, 250, lower=65, upper=78, nearest=10, effective=190, crude=End.OVER
        ),
        ("experience", "all", "four"): Mean(64, 240, 61, 67, 1.4, nearest=10, effective=20),
    }
    a_release({leeds.gss_code: weighted})

    mean, share = get(client, "figures/")["results"]

    assert mean["value"] == {
        "kind": "mean",
        "points": 64,
        "lower": 61,
        "upper": 67,
        "error": 1.4,
        "base": 240,
        "rounded_to": 10,
        "effective": 20,
        "unweighted": None,
    }
    assert share["value"] == {
        "kind": "share",
        "percent": 72,
        "end": None,
        "lower": 65,
        "upper": 78,
        "base": 250,
        "rounded_to": 10,
        "effective": 190,
        "unweighted": None,
        "unweighted_end": "over 90%",
    }
    assert (mean["symbol"], share["symbol"]) == ("u", "")


@pytest.mark.django_db
def test_an_end_and_a_count_are_said_in_their_own_parts(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: {SAFE: Share(End.OVER, 60), (REPLIES, "age:8-11"): Count(40)}})

    values = [figure["value"] for figure in get(client, "figures/")["results"]]

    assert values == [
        {"kind": "count", "count": 40, "rounded_to": 1},
        {
            "kind": "share",
            "percent": None,
            "end": "over 90%",
            "lower": None,
            "upper": None,
            "base": 60,
            "rounded_to": 1,
            "effective": None,
            "unweighted": None,
            "unweighted_end": None,
        },
    ]


@pytest.mark.django_db
def test_an_authority_is_described(client: Client, leeds: Authority) -> None:
    assert get(client, "authorities/E08000035/") == {
        "gss_code": "E08000035",
        "dfe_number": "383",
        "name": "Leeds",
        "kind": "unitary",
        "region": {"gss_code": "E12000001", "name": "North East"},
        "in_force_from": "2009-01-01",
        "in_force_until": None,
        "figures": "http://testserver/api/v1/figures/?authority=E08000035",
        "report": "http://testserver/report/E08000035/",
    }


@pytest.mark.django_db
def test_a_wave_names_its_releases_and_nothing_that_is_not_public(client: Client) -> None:
    wave = a_closed_wave(slug="2026-q3")
    wave.hold = "an inquiry"
    wave.save()
    a_release(wave=wave)
    a_release(wave=wave, number=2, note="Mended.")

    found = get(client, "waves/2026-q3/")

    assert found == {
        "code": "2026-q3",
        "name": wave.name,
        "period_start": "2026-07-01",
        "period_end": "2026-09-30",
        "time_period": "2026",
        "time_identifier": "Calendar year Q3",
        "opens_on": "2026-07-01",
        "closes_on": "2026-09-30",
        "simulated": False,
        "promise": wave.promise,
        "releases": ["2026-q3.2", "2026-q3.1"],
        "figures": "http://testserver/api/v1/figures/?wave=2026-q3",
    }


@pytest.mark.django_db
def test_a_release_has_an_address_that_never_changes(client: Client) -> None:
    release = a_release(wave=a_closed_wave(slug="2026-q3"), number=1)

    response = client.get("/api/v1/releases/2026-q3.1/")

    assert response.json() == {
        "id": "2026-q3.1",
        "wave": "2026-q3",
        "number": 1,
        "digest": release.digest,
        "published_at": "2026-11-02T09:30:00Z",
        "note": "",
        "simulated": False,
        "checks": None,
        "early_access": [],
        "figures": "http://testserver/api/v1/figures/?release=2026-q3.1",
        "backgrounds": "http://testserver/api/v1/backgrounds/?release=2026-q3.1",
        "files": {
            "figures": "http://testserver/data/2026-q3.1/figures.csv",
            "backgrounds": "http://testserver/data/2026-q3.1/backgrounds.csv",
        },
    }
    assert response["Cache-Control"] == "public, max-age=86400, immutable"


@pytest.mark.django_db
def test_a_release_says_what_was_checked_and_who_saw_it_early_but_not_who_let_them(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wave, by = a_closed_wave(slug="2026-q3"), a_person()
    release = a_release(wave=wave, checks=CHECKS)
    EarlyAccess.objects.create(
        release=release,
        name="Ada Lovelace",
        role="Director",
        organisation="Department for Education",
        reason="to answer questions on the day",
        given_by=by,
        given_at=PUBLISHED_AT,
    )

    with django_assert_num_queries(2):
        response = client.get("/api/v1/releases/2026-q3.1/")

    assert response.json()["checks"] == {
        "checked_at": "2026-11-02T09:30:00Z",
        "digest": "0" * 64,
        "figures": 13,
        "breakdowns": 1,
        "missing": ["Rutland"],
    }
    assert response.json()["early_access"] == [
        {"name": "Ada Lovelace", "role": "Director", "organisation": "Department for Education"}
    ]
    assert by.email not in response.content.decode()
    for address in response.json()["files"].values():
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


@pytest.mark.django_db
def test_breakdowns_are_a_list_with_a_version(client: Client) -> None:
    found = get(client, "breakdowns/")

    assert found["version"] == breakdowns().version
    assert [each["code"] for each in found["results"]] == [each.code for each in breakdowns().each]
    [ethnic] = [each for each in found["results"] if each["code"] == "ethnic-group"]
    assert ethnic["groups"][2] == {
        "slice": "ethnic-group:asian",
        "name": "Asian or Asian British",
        "within": "ethnic-group:not-white",
        "figures": "http://testserver/api/v1/figures/?slice=ethnic-group%3Aasian",
    }


@pytest.mark.django_db
def test_what_stands_behind_figures_is_said_by_area_and_topic(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=a_closed_wave(slug="2026-q3"), behind=BEHIND)

    found = get(client, "backgrounds/")["results"]

    assert {(each["area"]["name"], each["span"], each["indicator"]) for each in found} == {
        ("England", "four", "safe"),
        ("Leeds", "four", None),
        ("Leeds", "wave", None),
        ("England", None, "experience"),
        ("England", None, None),
    }
    assert {(each["release"], each["channel"]) for each in found} == {("2026-q3.1", "invited")}
    values = [each["value"] for each in found]
    assert sorted(values, key=lambda value: (value["kind"], value.get("reason", ""))) == [
        {
            "kind": "cost",
            "replies": 5200,
            "read": 100,
            "sent": {"text": 2000, "email": 0, "letter": 0},
            "minutes_per_1000_replies": 39,
            "pounds_per_1000_replies": 8.85,
        },
        {"kind": "index", "alpha": 0.86, "between": None},
        {
            "kind": "spread",
            "centre": 73.6,
            "phi": None,
            "tau_squared": 0.0,
            "judged": False,
            "authorities": 1,
        },
        {
            "kind": "weights",
            "weighted": True,
            "reason": "",
            "groups": ["in-care", "rest"],
            "merged": [["early-help", "rest"]],
            "design_effect": 1.31,
            "effective": 190,
            "largest": 2.4,
            "margin_error": 0.02,
        },
        {
            "kind": "weights",
            "weighted": False,
            "reason": "too few are known",
            "groups": [],
            "merged": [],
            "design_effect": None,
            "effective": None,
            "largest": None,
            "margin_error": None,
        },
    ]


@pytest.mark.django_db
def test_backgrounds_are_filtered_as_figures_are_and_by_kind(
    client: Client, leeds: Authority
) -> None:
    wave = a_closed_wave(slug="2026-q3")
    a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=wave, behind=BEHIND)
    a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=wave, number=2, note="Mended.")

    def count(**query: str) -> int:
        found: int = get(client, "backgrounds/", release="2026-q3.1", **query)["count"]
        return found

    assert count() == 5
    assert count(kind="weights") == 2
    assert count(kind="weights", span="four") == 1
    assert count(indicator="safe") == 1
    assert count(authority="E08000035") == 2
    assert count(area=ENGLAND) == 3
    assert count(channel="open") == 0
    assert get(client, "backgrounds/")["count"] == 0  # the newest release has none


@pytest.mark.django_db
def test_the_indicators_are_those_of_the_report_and_how_many_answered(client: Client) -> None:
    found = get(client, "indicators/")["results"]

    of_core = [code for code, _ in some_shares()]
    of_ideas = [f"topic-{code}" for code in topics()]
    assert [each["code"] for each in found] == [
        *(REPLIES, "experience", *of_core, "recommend"),
        *of_ideas,
    ]
    assert [each["unit"] for each in found[:3]] == ["people", "points", "percent"]
    assert "safe" in found[1]["items"]
    assert get(client, "indicators/safe/")["wording"] == "Children and families who feel safe"
    assert get(client, "indicators/topic-waiting/")["better"] == "neither"


def some_shares() -> list[tuple[str, str]]:
    return [(code, part) for code, part, *_ in some_figures() if code != REPLIES]


@pytest.mark.django_db
def test_the_start_leads_to_every_list(client: Client) -> None:
    found = get(client, "")

    assert found["open_data"] == "http://testserver/data/"
    for name in LISTS:
        assert found[name] == f"http://testserver/api/v1/{name}/"
        assert client.get(found[name]).status_code == 200


# --- which figures -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_figures_are_of_the_newest_release_of_each_wave_unless_one_is_asked_for(
    client: Client, leeds: Authority
) -> None:
    older = a_closed_wave(slug="older", opens_on=date(2026, 4, 1), closes_on=date(2026, 6, 30))
    newer = a_closed_wave(slug="newer")
    for number in (1, 2):
        a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=older, number=number, note="Mended.")
    a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=newer)

    def releases(**query: str) -> set[str]:
        return {figure["release"] for figure in get(client, "figures/", **query)["results"]}

    assert releases() == {"older.2", "newer.1"}
    assert releases(wave="older") == {"older.2"}
    assert releases(release="older.1") == {"older.1"}


@pytest.mark.django_db
def test_filters_narrow_each_other(client: Client, leeds: Authority) -> None:
    hull = an_authority(name="Hull", gss_code="E06000010")
    figures = {
        **some_figures(),
        (REPLIES, "age:8-11"): Count(20),
        ("safe", "all", "four"): SHOWN,
        ("safe", "age:8-11", "year"): SHOWN,
    }
    a_release({leeds.gss_code: figures, hull.gss_code: figures, ENGLAND: {SAFE: SHOWN}})

    def count(**query: str) -> int:
        found: int = get(client, "figures/", **query)["count"]
        return found

    assert count() == 2 * 16 + 1
    assert count(area=ENGLAND) == 1
    assert count(authority="E06000010") == 16
    assert count(authority="E06000010", indicator="safe") == 3
    assert count(span="four") == 2
    assert count(span="year", slice="age:8-11") == 2
    assert count(span="year", slice="all") == 0
    assert count(authority="E06000010", area="E08000035") == 0
    assert count(indicator="replies", slice="age:8-11") == 2
    assert count(channel="open") == 0


@pytest.mark.django_db
def test_a_long_list_is_read_page_by_page(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: some_figures()})
    pages = [get(client, "figures/", limit=5, authority="E08000035")]

    while pages[-1]["next"]:
        pages.append(client.get(pages[-1]["next"]).json())

    seen = [figure["indicator"] for page in pages for figure in page["results"]]
    assert sorted(seen) == sorted(code for code, *_ in some_figures())
    assert [page["count"] for page in pages] == [13, 13, 13]
    assert pages[-1]["previous"] == (
        "http://testserver/api/v1/figures/?limit=5&authority=E08000035&offset=5"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"authority": "leeds"}, "authority: Write it like E08000035."),
        (
            {"authority": "E06999999"},
            "authority: There is no such authority. All are listed at /api/v1/authorities/",
        ),
        (
            {"authority": ENGLAND},
            "authority: There is no such authority. All are listed at /api/v1/authorities/",
        ),
        ({"area": ""}, "area: Write it like E92000001."),
        ({"channel": "phone"}, "channel: There are: invited, open."),
        ({"span": "month"}, "span: There are: wave, four, year."),
        ({"wave": "Summer 2026"}, "wave: Write it like 2026-q3."),
        (
            {"wave": "2031-q1"},
            "wave: There is no such wave with published figures. All are listed at /api/v1/waves/",
        ),
        (
            {"release": "2031-q1.1"},
            "release: There is no such published release. All are listed at /api/v1/releases/",
        ),
        ({"limit": "0"}, "limit: Ensure this value is greater than or equal to 1."),
        ({"limit": "many"}, "limit: A valid integer is required."),
        ({"offset": "-1"}, "offset: Ensure this value is greater than or equal to 0."),
        ({"slice": "x;DROP"}, "slice: Write it like age:8-11."),
        (
            {"autority": "E08000035"},
            (
                "There is no filter 'autority'. There are: limit, offset, area, authority, wave, "
                "indicator, channel, span, release, slice."
            ),
        ),
        ({"wave": ["a", "b"]}, "wave: Give it once."),
    ],
)
def test_a_bad_filter_is_refused_with_a_sentence(
    client: Client, query: dict[str, str | list[str]], sentence: str
) -> None:
    assert refusal(client, **query) == sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["authorities/E06999999/", "waves/2031-q1/", "releases/2031-q1.1/", "indicators/happy/"],
)
def test_what_is_not_there_is_said_to_be_missing(client: Client, address: str) -> None:
    response = client.get(f"/api/v1/{address}")

    assert response.status_code == 404
    assert response.json()["detail"].startswith("There is no such ")


# --- what it never says --------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_unpublished_can_be_reached(client: Client, leeds: Authority) -> None:
    wave = a_closed_wave(slug="secret-wave")
    a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=wave, published_at=None, behind=BEHIND)

    lists = ("waves", "releases", "figures", "backgrounds")
    assert {name: get(client, f"{name}/")["count"] for name in lists} == dict.fromkeys(lists, 0)
    for address in ("waves/secret-wave/", "releases/secret-wave.1/"):
        assert client.get(f"/api/v1/{address}").status_code == 404
    for query in ({"wave": "secret-wave"}, {"release": "secret-wave.1"}):
        assert client.get("/api/v1/figures/", query).status_code == 400


@pytest.mark.django_db
def test_a_correction_in_preparation_changes_nothing(client: Client, leeds: Authority) -> None:
    wave = a_closed_wave(slug="2026-q3")
    a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=wave)
    before = get(client, "figures/"), get(client, "waves/"), get(client, "releases/")

    a_release(
        {leeds.gss_code: {SAFE: Share(End.UNDER, 250)}}, wave=wave, number=2, published_at=None
    )

    assert (get(client, "figures/"), get(client, "waves/"), get(client, "releases/")) == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_can_only_be_read(client: Client, name: str, method: str) -> None:
    response = getattr(client, method)(f"/api/v1/{name}/")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"


# --- how it is kept and carried ------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_read_before_is_not_sent_again(client: Client, leeds: Authority) -> None:
    a_release({leeds.gss_code: {SAFE: SHOWN}})
    first = client.get("/api/v1/figures/")

    again = client.get("/api/v1/figures/", headers={"If-None-Match": first["ETag"]})
    a_release({leeds.gss_code: {SAFE: SHOWN}})
    later = client.get("/api/v1/figures/", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, later.status_code) == (304, b"", 200)
    assert first["Cache-Control"] == "public, max-age=300"


@pytest.mark.django_db
def test_figures_of_one_release_may_be_kept_because_they_never_change(
    client: Client, leeds: Authority
) -> None:
    a_release({leeds.gss_code: {SAFE: SHOWN}}, wave=a_closed_wave(slug="2026-q3"))

    response = client.get("/api/v1/figures/?release=2026-q3.1")

    assert response["Cache-Control"] == "public, max-age=86400, immutable"


@pytest.mark.django_db
def test_pages_of_other_sites_may_read_it(client: Client) -> None:
    assert client.get("/api/v1/")["Access-Control-Allow-Origin"] == "*"


@pytest.mark.django_db
def test_it_needs_no_login_and_asks_for_no_cookie(client: Client) -> None:
    for name in LISTS:
        response = client.get(f"/api/v1/{name}/")
        assert (response.status_code, dict(response.cookies)) == (200, {})
        assert "Cookie" not in response.get("Vary", "")


@pytest.mark.django_db
@pytest.mark.parametrize("authorities", [1, 3])
def test_figures_need_as_many_queries_however_many_there_are(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, authorities: int
) -> None:
    everyone = [an_authority() for _ in range(authorities)]
    for _ in range(authorities):
        a_release({each.gss_code: some_figures() for each in everyone})

    # Releases, all of them again, regions, authorities; how many there are, and a page of them.
    with django_assert_num_queries(6):
        client.get("/api/v1/figures/")


# --- against its own description -----------------------------------------------------------------


@pytest.mark.django_db
def test_the_description_names_every_endpoint_and_has_examples(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.get("/api/v1/schema/?format=json")
    described = json.loads(response.content)

    assert response.status_code == 200
    assert "Warning" not in capsys.readouterr().err
    assert sorted(described["paths"]) == [
        "/api/v1/",
        *sorted(
            address
            for name, part in zip(
                LISTS,
                ["{gss_code}/", "{code}/", "{release}/", "{code}/", None, None, None],
                strict=True,
            )
            for address in (f"/api/v1/{name}/", f"/api/v1/{name}/{part}")
            if not address.endswith("None")
        ),
    ]
    content = described["paths"]["/api/v1/figures/"]["get"]["responses"]["200"]["content"]
    [example] = content["application/json"]["examples"].values()
    assert [each["value"]["kind"] for each in example["value"]["results"]] == ["share", "withheld"]


@pytest.mark.django_db
def test_a_value_is_one_of_four_kinds_in_the_description(client: Client) -> None:
    described = json.loads(client.get("/api/v1/schema/?format=json").content)["components"][
        "schemas"
    ]

    assert described["Value"]["discriminator"]["mapping"] == {
        "share": "#/components/schemas/Share",
        "mean": "#/components/schemas/Mean",
        "count": "#/components/schemas/Count",
        "withheld": "#/components/schemas/Withheld",
    }


@pytest.fixture
def described(db: None, leeds: Authority) -> Iterator[BaseSchema]:
    """The API as its description has it, with something to find in it."""
    a_release(
        {
            leeds.gss_code: {
                **some_figures(),
                (REPLIES, "age:8-11"): Withheld("few"),
                ("experience", "all", "four"): Mean(64, 240, 61, 67, 1.4, nearest=10, crude=66),
                ("safe", "all", "four"): Share(72, 90, 62, 80, nearest=10, effective=70, crude=75),
            },
            ENGLAND: {SAFE: Share(End.OVER, 5200, nearest=10)},
        },
        wave=a_closed_wave(slug="2026-q3"),
        behind=BEHIND,
        checks=CHECKS,
    )
    assert Release.objects.published().exists()
    # As Django's own test client does, so that a request leaves the test's connection open.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("mode", "examples"),
    [
        (GenerationMode.POSITIVE, 5),
        pytest.param(GenerationMode.POSITIVE, 15, marks=pytest.mark.slow),
        pytest.param(GenerationMode.NEGATIVE, 15, marks=pytest.mark.slow),
    ],
)
def test_every_endpoint_does_as_it_is_described_whatever_is_asked(
    described: BaseSchema, mode: GenerationMode, examples: int
) -> None:
    """No error of the server's, and every answer as the description says; by schemathesis."""
    for found in described.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # an invalid schema fails here
        if mode is GenerationMode.NEGATIVE and not list(operation.iter_parameters()):
            continue  # the start takes nothing that could be wrong

        @hypothesis_settings(
            max_examples=examples, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def does_as_described(case: Case[Any]) -> None:
            # A well-formed code may name nothing there is, and is refused: so not everything
            # that the description allows is accepted.
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        does_as_described()

from datetime import date

import pytest
from django.test import Client

from analytics import disclosure
from analytics.disclosure import Mean, Withheld
from analytics.indicators import REPLIES
from analytics.models import Figure, Release
from analytics.spans import Span
from authorities.areas import ENGLAND
from authorities.models import Authority
from feedback.models import Channel
from tests.analytics.factories import PUBLISHED_AT, a_closed_wave
from tests.analytics.reading_pages import words_of
from tests.analytics.reports import (
    ENGLANDS,
    HIDDEN,
    INDEX,
    Key,
    a_release,
    figures,
    index_of,
    of_group,
)
from tests.authorities.factories import a_region, an_authority

pytestmark = pytest.mark.django_db

NATIONAL, NORTH_EAST = "/report/england/", "/report/region/E12000001/"


@pytest.fixture
def release() -> Release:
    """Twelve ordinary authorities, one far below and one above; one withheld, one not asked."""
    told = {}
    for number in range(12):
        code = f"E06{number:06}"
        an_authority(name=f"Ordinary {number:02}", gss_code=code)
        told[code] = figures(percent=68 + number % 5, points=63 + number % 3)
    for code, name, percent, points in (
        ("E06000050", "Below", 30, 45),
        ("E06000051", "Above", 88, 80),
    ):
        an_authority(name=name, gss_code=code)
        told[code] = figures(percent=percent, points=points)
    few = an_authority(name="Few", gss_code="E06000060")
    told[few.gss_code] = dict.fromkeys(figures(), HIDDEN)
    an_authority(name="Absent", gss_code="E06000061")
    south_west = a_region(gss_code="E12000009", name="South West")
    an_authority(name="Elsewhere", gss_code="E06000062", region=south_west)
    an_authority(name="Merged away", gss_code="E06000063", in_force_until=date(2023, 3, 31))
    region = {**figures(replies=900, four=3600, percent=69, national=10)}
    year = {of_group(INDEX, "helper:alone"): figures()[Key(INDEX)]}
    return a_release({**told, "E12000001": region, ENGLAND: {**ENGLANDS, **year}})


def test_the_national_report_says_england_and_who_is_missing(
    client: Client, release: Release
) -> None:
    page = words_of(client.get(NATIONAL))

    assert "About 20,800 children, young people and parents answered by invitation" in page
    assert "Feel safe 70% range 69% to 71% 20,800 answers" in page
    assert "14 of 17 local authorities are heard from." in page
    assert "Took part, and too few answered to say anything: Few." in page
    assert "Took no part: 2 Absent Elsewhere" in page
    assert "Merged away" not in page


def test_who_stands_out_is_named_by_the_alphabet_and_never_ranked(
    client: Client, release: Release
) -> None:
    page = words_of(client.get(NATIONAL))

    assert "Experience index Above Below" in page
    assert "Feel safe Above Below" in page
    assert "Ordinary" not in page.split("Who stands out")[1].split("by group")[0]


def test_the_national_report_has_the_index_by_group_and_how_reliable_it_is(
    client: Client, release: Release
) -> None:
    page = words_of(client.get(NATIONAL))

    assert "Help with answering Value 95% range Answered alone 64 59 to 69" in page
    assert "Cronbach’s alpha is 0.86 (1 at most" in page
    assert "Reliability between authorities is 0.71 (the median authority" in page


def test_what_help_and_an_open_link_do_to_the_index_stands_beside_how_reliable_it_is(
    client: Client,
) -> None:
    """Two groups of a year, and two ways to answer in a wave: each with how far they are apart."""
    helped = {
        of_group(INDEX, "helper:alone"): index_of(64, 60),
        of_group(INDEX, "helper:helped"): index_of(70, 100, nearest=10),
    }
    release = a_release({ENGLAND: {**ENGLANDS, **helped}}, published_at=None)
    Figure.objects.create(
        release=release,
        area=ENGLAND,
        channel=Channel.OPEN,
        indicator=INDEX,
        value=disclosure.to_json(index_of(60, 30, nearest=10)),
    )
    release.published_at = PUBLISHED_AT
    release.save()

    page = words_of(client.get(NATIONAL))

    assert "Experience index: how far it can be relied on" in page
    assert "Answered alone 64 59 to 69 60 Had help, or somebody answered for them 70" in page
    assert "Had help, or somebody answered for them: −1 to +13 points (95% range" in page
    assert "By invitation 64 63 to 65 5,200 By an open link 60" in page
    assert "By an open link: −12 to +4 points (95% range" in page
    assert "a difference here is no proof of an effect" in page


def test_who_is_hidden_for_the_sake_of_others_is_not_said_to_be_too_few(client: Client) -> None:
    listed = {
        "E06000070": ("Small", Withheld(disclosure.TOO_FEW_ANSWERS)),
        "E06000071": ("Silent", Withheld(disclosure.NOBODY)),
        "E06000072": ("Beside", Withheld(disclosure.WOULD_GIVE_AWAY)),
    }
    told = {}
    for code, (name, replies) in listed.items():
        an_authority(name=name, gss_code=code)
        told[code] = {**figures(), Key(REPLIES): replies}
    a_release({**told, ENGLAND: ENGLANDS})

    page = words_of(client.get(NATIONAL))

    assert "Took part, and too few answered to say anything: Silent, Small." in page
    assert "is not shown, to protect people there or elsewhere: Beside." in page


def test_nobody_stands_out_against_an_england_that_is_not_shown(client: Client) -> None:
    told = {}
    for number, percent in enumerate([*range(64, 76), 20]):
        code = f"E06{number:06}"
        an_authority(name=f"Area {number:02}", gss_code=code)
        told[code] = figures(percent=percent)
    hidden = {key: Withheld(disclosure.WOULD_GIVE_AWAY) for key in figures()}
    a_release({**told, ENGLAND: hidden})

    page = words_of(client.get(NATIONAL))

    assert "Feel safe none none" in page


def test_everyone_beside_groups_is_without_weights_as_they_are(client: Client) -> None:
    weighted = Mean(64, 400, 61, 67, error=1.5, effective=300, crude=60, nearest=10)
    year = {Key(INDEX, span=Span.YEAR): weighted}
    year[of_group(INDEX, "helper:alone")] = index_of(60, 300, nearest=10)
    a_release({ENGLAND: {**ENGLANDS, **year}})

    page = words_of(client.get(NATIONAL))

    assert "everyone: 60 (about 400 answers). Not weighted; with weights everyone is at 64." in page


def test_nothing_is_said_of_help_and_links_where_only_one_kind_is_shown(
    client: Client, release: Release
) -> None:
    page = words_of(client.get(NATIONAL))

    assert "By an open link" not in page
    assert "95% range of the difference" not in page


@pytest.mark.parametrize("name", ["funnel", "over-time"])
def test_its_drawings_can_be_taken_along(client: Client, release: Release, name: str) -> None:
    assert client.get(f"{NATIONAL}{name}.svg").content.startswith(b"<svg xmlns")
    assert client.get(f"{NATIONAL}{name}.png").content.startswith(b"\x89PNG")
    assert client.get(f"{NATIONAL}other.svg").status_code == 404


def test_a_region_lists_its_authorities_by_name_beside_england(
    client: Client, release: Release
) -> None:
    page = words_of(client.get(NORTH_EAST))

    assert "Feel safe 69% range 67% to 70% 3,600 answers England 70%" in page
    assert "Above 80 range 77 to 83 240 answers Better, strong" in page
    assert "Below 45 range 42 to 48 240 answers Worse, strong" in page
    assert "Few not shown: fewer than 10 people answered this" in page
    assert page.index("Above 80") < page.index("Absent") < page.index("Below 45")
    assert "Elsewhere" not in page
    assert "14 of 16 local authorities are heard from." in page


def test_a_region_that_is_not_there_is_not_found(client: Client) -> None:
    response = client.get("/report/region/E12999999/")

    assert response.status_code == 404
    assert "No region has the code “E12999999”" in words_of(response)


@pytest.mark.parametrize("address", [NATIONAL, NORTH_EAST])
def test_before_anything_is_published_it_is_said(client: Client, address: str) -> None:
    a_region()

    assert "No figures are published yet for" in words_of(client.get(address))
    assert client.get(f"{address}?release=7").status_code == 404
    assert client.get(f"{address}?release=x").status_code == 404


@pytest.mark.parametrize("address", [NATIONAL, NORTH_EAST])
def test_an_older_release_says_that_it_is_old(client: Client, address: str) -> None:
    region = an_authority(name="Leeds", gss_code="E08000035").region
    first, second = (
        a_release(
            {ENGLAND: ENGLANDS, region.gss_code: ENGLANDS, "E08000035": figures()},
            wave=a_closed_wave(opens_on=start, closes_on=end),
        )
        for start, end in (
            (date(2026, 4, 1), date(2026, 6, 30)),
            (date(2026, 7, 1), date(2026, 9, 30)),
        )
    )

    older = words_of(client.get(f"{address}?release={first.pk}"))
    newest = words_of(client.get(address))

    assert "These are older figures." in older
    assert f"Digest {second.digest[:12]}" in newest
    assert "These are older figures." not in newest


def test_englands_figure_that_is_withheld_has_no_drawing(client: Client) -> None:
    leeds: Authority = an_authority(name="Leeds", gss_code="E08000035")
    withheld = {key: Withheld("with it, a figure could be worked out") for key in figures()}
    withheld[Key(REPLIES)] = figures()[Key(REPLIES)]  # type: ignore[assignment]  # a count
    a_release({ENGLAND: withheld, leeds.gss_code: figures()})

    page = client.get(NATIONAL).content.decode()

    assert 'class="drawing"' not in page
    assert "with it, a figure could be worked out" in page

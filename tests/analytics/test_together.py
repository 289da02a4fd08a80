"""Of which waves a figure of several is: what pages say is what the open data says."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from django.test import Client

from analytics import exporting, ordering
from analytics.disclosure import Count, share
from analytics.models import Release
from analytics.reading import together
from analytics.spans import Span
from authorities.areas import ENGLAND
from authorities.models import Authority
from surveys.models import Version
from tests.analytics.factories import Said, a_closed_wave, a_release
from tests.analytics.reading_pages import words_of
from tests.surveys.factories import a_version, an_authority

pytestmark = pytest.mark.django_db

FIGURES: Said = {
    ("replies", "all"): Count(60, nearest=5),
    ("replies", "all", "four"): Count(240, nearest=10),
    ("safe", "all"): share(40, 60),
    ("safe", "all", "four"): share(160, 240, nearest=10),
}
YEARLY: Said = {
    ("replies", "all", "year"): Count(500, nearest=10),
    ("replies", "age:parent", "year"): Count(200, nearest=5),
}
QUARTERS = ((1, 3), (4, 6), (7, 9), (10, 12))


@pytest.fixture
def version() -> Version:
    return a_version()


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds", gss_code="E08000035")


def released(
    version: Version,
    leeds: Authority,
    months: Iterable[tuple[date, date]],
    *,
    absent: Iterable[int] = (),
    yearly: Iterable[int] = (),
) -> list[Release]:
    """Of Leeds and of England; numbered from 1."""
    found = []
    for number, (start, end) in enumerate(months, start=1):
        wave = a_closed_wave(
            slug=f"wave-of-{start}", version=version, opens_on=start, closes_on=end
        )
        said = {**FIGURES, **(YEARLY if number in yearly else {})}
        areas = {ENGLAND: said} | ({} if number in absent else {leeds.gss_code: said})
        found.append(a_release(areas, wave=wave))
    return found


def quarters(year: int, *numbers: int) -> list[tuple[date, date]]:
    """Of a year, counted from 1."""
    return [months(year, *QUARTERS[number - 1]) for number in numbers]


def months(year: int, first: int, last: int) -> tuple[date, date]:
    """From the first day of one to the last of another."""
    after = date(year + last // 12, last % 12 + 1, 1)
    return date(year, first, 1), after - timedelta(days=1)


def test_four_waves_are_four_also_where_one_was_left_out_everywhere(
    client: Client, version: Version, leeds: Authority
) -> None:
    listed = quarters(2025, 1, 2, 4) + quarters(2026, 1)
    *_, last = released(version, leeds, listed)

    said = words_of(client.get("/report/E08000035/"))

    assert "in the last four waves, January 2025 to March 2026" in said
    assert "in the last four waves, January 2025 to March 2026" in words_of(
        client.get("/report/england/")
    )
    [four] = {exporting.covered(last, ordering.published())[Span.FOUR]}
    assert four == exporting.Period.of(date(2025, 1, 1), date(2026, 3, 31))


def test_four_waves_are_those_of_the_country_and_of_how_many_a_page_says_where_not_of_all(
    client: Client, version: Version, leeds: Authority
) -> None:
    released(version, leeds, quarters(2025, 1, 2, 3, 4), absent={1, 3})

    said = words_of(client.get("/report/E08000035/"))
    page = words_of(client.get("/report/E08000035/safe/"))
    whole = words_of(client.get("/report/england/"))

    assert "answered in two of the last four waves, January to December 2025" in said
    assert "about 240 answers in two of the last four waves, January to December 2025" in page
    assert "answered by invitation in the last four waves, January to December 2025" in whole


def test_the_page_of_a_successor_says_of_how_many_waves_its_figures_are(
    client: Client, version: Version, leeds: Authority
) -> None:
    """Merged half-way, and later: three waves, then all four are its own."""
    released(version, leeds, quarters(2025, 1, 2, 3, 4), absent={1, 2, 3})
    first = words_of(client.get("/report/E08000035/"))
    released(version, leeds, quarters(2026, 1, 2, 3))
    later = words_of(client.get("/report/E08000035/"))

    assert "in one of the last four waves, January to December 2025" in first
    assert "in the last four waves, October 2025 to September 2026" in later


def test_a_year_of_months_is_twelve_of_them_and_is_shown_until_the_next(
    client: Client, version: Version, leeds: Authority
) -> None:
    listed = [months(2025, month, month) for month in range(1, 13)]
    listed += [months(2026, month, month) for month in range(1, 8)]
    every = released(version, leeds, listed, yearly={12})

    out = ordering.published()
    assert together(out, every[11], Span.YEAR) == every[:12]
    assert together(out, every[11]) == every[8:12]
    coverage = words_of(client.get("/report/E08000035/coverage/"))

    assert "January to December 2025" in coverage


def test_a_correction_stands_for_the_wave_it_corrects_and_is_of_what_was_out_then(
    version: Version, leeds: Authority
) -> None:
    first, second, third = released(version, leeds, quarters(2025, 1, 2, 3))
    corrected = a_release({ENGLAND: FIGURES}, wave=first.wave, number=2, note="More came.")
    late = a_release(
        {ENGLAND: FIGURES},
        wave=second.wave,
        number=2,
        note="More came.",
        published_at=third.prepared_at + timedelta(days=9),
    )

    out = ordering.published()

    assert together(out, third) == [corrected, late, third]
    assert together(out, late) == [corrected, late]
    assert together(out, first) == [first]

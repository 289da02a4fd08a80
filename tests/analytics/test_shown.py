"""How much of a release is shown: counted, said in words, and on the pages of those who release."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from analytics import shown
from analytics.disclosure import (
    NOBODY,
    PROTECTS_FEW,
    TOO_FEW_ANSWERS,
    Count,
    Figure,
    Share,
    Withheld,
)
from analytics.models import Release
from analytics.shown import HowMuch, Part, Place
from analytics.spans import Span
from authorities.areas import ENGLAND
from authorities.roles import Role
from feedback.models import Channel
from tests.analytics.closed_waves import a_counted_wave as counted
from tests.analytics.closed_waves import checked, count, over_by_the_clock
from tests.analytics.factories import a_closed_wave, a_release
from tests.analytics.reading_pages import a_reader, words_of
from tests.surveys.factories import an_authority

LARGE, SMALL = "E06000001", "E06000002"
SHOWN: Figure = Share(50, 40, 35, 65)
FEW, NONE = Withheld(TOO_FEW_ANSWERS), Withheld(NOBODY)


def year(area: str, group: str) -> Place:
    return Place(area, "safe", group, Span.YEAR)


FIGURES: dict[Place, Figure] = {
    Place(LARGE, "replies"): Count(30, 5),
    Place(LARGE, "safe"): SHOWN,
    Place(LARGE, "told"): FEW,
    Place(LARGE, "safe", span=Span.FOUR): FEW,
    year(LARGE, "age:8-11"): SHOWN,
    year(LARGE, "age:12-17"): Withheld(PROTECTS_FEW),
    year(LARGE, "age:4-7"): NONE,
    Place(SMALL, "replies"): Count(25, 5),
    Place(SMALL, "safe"): SHOWN,
    year(SMALL, "age:8-11"): FEW,
}


def test_totals_of_the_wave_and_cells_in_which_anybody_answered_are_counted() -> None:
    found = HowMuch.of(FIGURES)

    assert found == HowMuch(
        totals=Part(2, 3), groups=Part(1, 2), all_totals=Part(4, 5), all_groups=Part(1, 3)
    )


def test_an_authority_that_shows_no_number_of_replies_is_not_large() -> None:
    found = HowMuch.of({**FIGURES, Place(LARGE, "replies"): FEW})

    assert (found.totals, found.groups) == (Part(), Part())
    assert found.all_totals == Part(3, 5)


def test_of_several_releases_together_all_are_counted() -> None:
    once = HowMuch.of(FIGURES)

    assert once.plus(HowMuch()) == once
    assert once.plus(once).all_totals == Part(8, 10)


@pytest.mark.parametrize(
    ("totals", "groups", "enough"),
    [
        (Part(95, 100), Part(80, 100), True),
        (Part(949, 1000), Part(80, 100), False),
        (Part(95, 100), Part(799, 1000), False),
        (Part(95, 100), Part(), True),
    ],
)
def test_it_is_enough_from_95_and_80_percent_on(totals: Part, groups: Part, enough: bool) -> None:
    assert HowMuch(totals, groups).enough is enough


def test_it_is_said_in_words_with_cells_of_the_year_only_where_there_are_any() -> None:
    whole = HowMuch.of(FIGURES).in_words()
    wave = HowMuch(Part(1900, 2000), Part(), Part(1950, 2100), Part()).in_words()

    assert whole == (
        "Of authorities with 30 or more replies 2 of 3 (66%) totals of the wave are shown, and "
        "1 of 2 (50%) cells of the year; of all authorities 4 of 5 (80%) and 1 of 3 (33%)."
    )
    assert wave == (
        "Of authorities with 30 or more replies 1,900 of 2,000 (95%) totals of the wave are shown; "
        "of all authorities 1,950 of 2,100 (92%)."
    )


# --- of releases ---------------------------------------------------------------------------------


def a_shown_release(**more: object) -> Release:
    """Of one authority, its region and England; and of those who came by an open link."""
    leeds = an_authority("Leeds")
    said = {("replies", "all"): Count(40, 5), ("safe", "all"): SHOWN, ("told", "all"): FEW}
    areas = {leeds.gss_code: said, ENGLAND: {("told", "all"): FEW}, leeds.region_id: said}
    return a_release(areas, **more)  # type: ignore[arg-type]  # passed on as they came


@pytest.mark.django_db
def test_of_a_release_authorities_alone_are_counted() -> None:
    assert shown.of_release(a_shown_release()).all_totals == Part(2, 3)


@pytest.mark.django_db
def test_replies_by_an_open_link_are_not_counted() -> None:
    assert shown.of_release(a_shown_release(channel=Channel.OPEN)) == HowMuch()


@pytest.mark.django_db
def test_the_command_says_it_of_each_wave_and_of_all_together() -> None:
    first, second = a_shown_release(), a_shown_release(published_at=None)
    said = StringIO()

    call_command("how_much_is_shown", stdout=said)

    [one, other, together, less] = said.getvalue().splitlines()
    assert one.startswith(f"{first}: Of authorities with 30 or more replies 2 of 3 (66%)")
    assert other.startswith(f"{second}: ")
    assert together.startswith("Together: Of authorities with 30 or more replies 4 of 6 (66%)")
    assert less == "That is less than is to be shown: 95% of totals and 80% of cells of the year."


@pytest.mark.django_db
def test_the_command_says_it_of_the_newest_release_of_one_wave() -> None:
    wave = a_closed_wave()
    a_shown_release(wave=wave, number=1)
    newest = a_shown_release(wave=wave, number=2, note="Mended.")
    a_shown_release()
    said = StringIO()

    call_command("how_much_is_shown", wave.slug, stdout=said)

    assert said.getvalue().count("Of authorities") == 1
    assert said.getvalue().startswith(f"{newest}: ")


@pytest.mark.django_db
@pytest.mark.parametrize(("slug", "words"), [("", "No release is prepared"), ("x", "x")])
def test_the_command_says_what_is_missing(slug: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("how_much_is_shown", *([slug] if slug else []))


@pytest.mark.django_db
def test_it_is_read_by_those_who_release_and_by_nobody_else() -> None:
    wave = over_by_the_clock(counted())
    count(wave, "Hull", [{"safe": ("yes",)}] * 12)
    checked(wave)

    page = words_of(a_reader(Role.NATIONAL_ADMINISTRATOR).get(f"/staff/releases/{wave.slug}/"))
    public = Client().get(f"/staff/releases/{wave.slug}/")

    assert "Shown Of authorities with 30 or more replies " in page
    assert public.status_code == 302

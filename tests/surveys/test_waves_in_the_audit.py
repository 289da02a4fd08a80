"""What is done to a wave, nationally, is read by the authorities that take part in it."""

import csv
import io

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from authorities import audit
from authorities.models import Authority
from authorities.roles import Role
from surveys import closing, fielding
from tests.authorities.factories import a_member
from tests.surveys.factories import IN_AUTUMN, an_authority, an_open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def leeds() -> Authority:
    """It takes part in a wave that was opened, held, extended and closed."""
    leeds = an_authority("Leeds")
    wave = an_open_wave(leeds, slug="autumn")
    fielding.hold(wave=wave, why="An inquiry into one family's case.")
    audit.record(actor=None, act="wave extended", subject="autumn", why="Letters came late.")
    closing.close_now(wave=wave, today=IN_AUTUMN)
    return leeds


def read(role: Role, place: Authority | None, **asked: str) -> list[list[str]]:
    """What, to what, where and why, the oldest first."""
    client = Client()
    client.force_login(a_member(role, place))
    text = b"".join(client.get("/staff/audit.csv", asked)).decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]
    return [row[2:] for row in reversed(rows)]


def test_an_authority_reads_when_its_waves_were_opened_extended_and_closed(
    leeds: Authority,
) -> None:
    an_open_wave(an_authority("York"), slug="elsewhere")

    assert read(Role.COORDINATOR, leeds) == [
        ["wave planned", "autumn", "England", ""],
        ["authority joined", "autumn", "Leeds", ""],
        ["wave opened", "autumn", "England", ""],
        ["opened to families", "autumn", "Leeds", ""],
        ["wave extended", "autumn", "England", "Letters came late."],
        ["wave closed early", "autumn", "England", ""],
    ]


def test_chosen_by_an_authority_they_are_there_for_the_nation_too(leeds: Authority) -> None:
    asked = {"authority": leeds.gss_code}

    assert read(Role.NATIONAL_ADMINISTRATOR, None, **asked) == read(Role.COORDINATOR, leeds)
    assert read(Role.COORDINATOR, leeds, **asked) == read(Role.COORDINATOR, leeds)


def test_why_a_wave_is_held_and_what_is_of_no_wave_stay_national(leeds: Authority) -> None:
    audit.record(actor=None, act="wave opened", subject="another", why="")
    audit.record(actor=None, act="register loaded", subject="autumn")

    told = {(act, subject) for act, subject, *_ in read(Role.COORDINATOR, leeds)}

    assert told.isdisjoint(
        {("wave held", "autumn"), ("wave opened", "another"), ("register loaded", "autumn")}
    )
    assert read(Role.COORDINATOR, an_authority("Hull")) == []


def test_what_somebody_may_read_is_one_query_however_many_waves_there_are(
    leeds: Authority, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    coordinator = a_member(Role.COORDINATOR, leeds)
    for year in range(3):
        an_open_wave(leeds, slug=f"wave-{year}")

    # Whether they may read all, and what they may.
    with django_assert_num_queries(2):
        found = list(audit.readable_by(coordinator, today=IN_AUTUMN))

    assert len(found) == 6 + 3 * 4

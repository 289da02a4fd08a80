"""One page for the country: who is late, how many have answered, and nothing about one family."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from analytics import watching
from analytics.watching import Sent
from authorities.models import AuditEntry, Authority, Message
from authorities.roles import Role
from feedback import ballots
from feedback.models import AnsweredCount, Batch, Channel
from surveys import fielding
from surveys.models import Mailing, Participation, Wave
from tests.analytics.test_reports import a_reader, words_of
from tests.authorities.factories import a_member
from tests.feedback.factories import sent
from tests.surveys.factories import (
    READY,
    a_region,
    an_authority,
    an_open_wave,
    some_codes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave() -> Wave:
    """Open for 20 days in Leeds and York; Hull has joined and is not ready; Ely has not joined."""
    today = localdate()
    leeds, york = an_authority("Leeds", gss_code="E08000035"), an_authority("York")
    hull = an_authority("Hull", region=a_region("Humber", "E12000003"))
    an_authority("Ely")
    wave = an_open_wave(
        leeds,
        york,
        slug="now",
        opens_on=today - timedelta(days=20),
        closes_on=today + timedelta(days=40),
    )
    wave.participations.update(opened_on=wave.opens_on)
    fielding.join(wave=wave, authority=hull, **{**READY, "eligible": {}})
    some_codes(part(wave, "Leeds"), 40)
    some_codes(part(wave, "Leeds"), 60, age_version="8-11")
    return wave


def part(wave: Wave, name: str) -> Participation:
    return wave.participations.select_related("wave", "authority").get(authority__name=name)


def mixed(
    participation: Participation, size: int, *, ago: int = 1, channel: str = Channel.INVITED
) -> None:
    Batch.objects.create(
        wave=participation.wave,
        participation=participation,
        area=participation.authority.gss_code,
        channel=channel,
        mixed_on=localdate() - timedelta(days=ago),
        size=size,
    )


def rows(wave: Wave) -> dict[str, watching.Row]:
    seen = watching.country(wave, today=localdate())
    return {row.authority.name: row for row in seen.rows}


def test_every_authority_stands_there_the_late_ones_first(wave: Wave) -> None:
    mixed(part(wave, "Leeds"), 14)

    seen = watching.country(wave, today=localdate())

    assert [(row.authority.name, row.state, bool(row.late)) for row in seen.rows] == [
        ("Ely", "not joined", True),
        ("Hull", "not ready", True),
        ("York", "open", True),
        ("Leeds", "open", False),
    ]
    assert rows(wave)["York"].late == "Nobody was invited in 20 days."
    assert rows(wave)["Hull"].missing == (
        "It is not known how many could answer. Upload the numbers by service.",
    )


def test_who_is_silent_for_two_weeks_is_late(wave: Wave) -> None:
    mixed(part(wave, "Leeds"), 14, ago=14)

    assert rows(wave)["Leeds"].late == "No replies were counted for 14 days."


def test_a_rate_stands_beside_the_wave_before_on_the_same_day(wave: Wave) -> None:
    leeds = Authority.objects.get(name="Leeds")
    before = an_open_wave(
        leeds, slug="before", opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31)
    )
    earlier = part(before, "Leeds")
    some_codes(earlier, 50)
    for day, size in ((date(2026, 1, 21), 20), (date(2026, 1, 22), 11)):
        Batch.objects.create(
            wave=before,
            participation=earlier,
            area=leeds.gss_code,
            channel=Channel.INVITED,
            mixed_on=day,
            size=size,
        )
    mixed(part(wave, "Leeds"), 31)

    row = rows(wave)["Leeds"]

    assert (row.answered.percent, row.before and row.before.percent, row.change) == (31, 40, -9)


def test_a_breakdown_is_what_may_be_shown_of_each_place(wave: Wave) -> None:
    leeds = part(wave, "Leeds")
    AnsweredCount.objects.create(participation=leeds, by="age", part="8-11", number=12)

    seen = watching.of_authority(leeds.authority, wave, today=localdate())

    found = [(each.code, each.answered.codes, each.answered.in_words) for each in seen.by_age]
    assert found == [("8-11", 60, "12"), ("12-17", 40, "fewer than 10")]


def test_what_was_sent_is_of_the_invitations_and_reminders_are_told_apart(wave: Wave) -> None:
    leeds = part(wave, "Leeds")
    Mailing.objects.create(
        participation=leeds, kind="invitation", state="done", total=50, handled=48, bounced=2
    )
    Mailing.objects.create(participation=leeds, kind="reminder", state="done", total=50, handled=50)

    assert rows(wave)["Leeds"].sent == Sent(total=50, handled=48, bounced=2)


def test_a_closed_wave_has_nobody_late() -> None:
    wave = an_open_wave(slug="over", opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31))

    [row] = watching.country(wave, today=localdate()).rows

    assert (row.state, row.late) == ("closed", "")


def test_many_waves_authorities_and_codes_need_as_many_queries_as_one(
    wave: Wave, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    today = localdate()
    an_open_wave(an_authority("Ripon"), slug="older", opens_on=date(2026, 1, 2))
    watching.country(wave, today=today)  # the survey is parsed once a process

    with django_assert_num_queries(14):
        watching.country(wave, today=today)
    for number in range(3):
        place = an_authority(f"Place {number}")
        fielding.join(wave=wave, authority=place, **READY)
        an_open_wave(place, slug=f"older-{number}", opens_on=date(2026, 1 + number, 1))
        some_codes(part(wave, place.name), 5)
    with django_assert_num_queries(14):
        watching.country(wave, today=today)


# --- the pages -----------------------------------------------------------------------------------


@pytest.fixture
def administrator() -> Client:
    return a_reader(Role.NATIONAL_ADMINISTRATOR)


def test_an_administrator_finds_the_late_ones_and_why(wave: Wave, administrator: Client) -> None:
    page = words_of(administrator.get("/staff/watch/now/"))

    assert "4 authorities are late." in page
    assert "Nobody was invited in 20 days." in page


def test_the_table_is_filtered_and_sorted_and_goes_out_as_a_file(
    wave: Wave, administrator: Client
) -> None:
    asked = {
        "q=lee": ["Leeds"],
        "region=E12000003": ["Hull"],
        "state=not+joined": ["Ely"],
        "state=open&sort=codes&order=down": ["Leeds", "York"],
        "state=open&sort=name&order=down": ["York", "Leeds"],
        # What is not understood is left out: the late ones first.
        "sort=nonsense&state=nonsense&region=no": ["Ely", "Hull", "Leeds", "York"],
    }

    found = {}
    for query in asked:
        text = administrator.get(f"/staff/watch/now.csv?{query}").content.decode("utf-8-sig")
        found[query] = [row["Authority"] for row in csv.DictReader(StringIO(text))]

    late_first = found.pop("sort=nonsense&state=nonsense&region=no")
    assert sorted(late_first) == asked.pop("sort=nonsense&state=nonsense&region=no")
    assert found == asked


def test_a_name_that_a_spreadsheet_would_run_is_text_in_the_file(
    wave: Wave, administrator: Client
) -> None:
    Authority.objects.filter(name="Ely").update(name="=cmd|' /C calc'!A1")

    text = administrator.get("/staff/watch/now.csv").content.decode("utf-8-sig")

    assert "'=cmd" in text
    assert not any(line.split(",")[1].startswith("=") for line in text.splitlines()[1:])


def test_a_message_goes_to_the_coordinators_of_those_shown(
    wave: Wave, administrator: Client, django_capture_on_commit_callbacks: Any
) -> None:
    cora = a_member(Role.COORDINATOR, Authority.objects.get(name="York"))
    a_member(Role.COORDINATOR, Authority.objects.get(name="Leeds"))
    words = {"subject": "Nobody was invited yet", "body": "Can we help?"}

    done = administrator.post("/staff/watch/now/write?q=york", words, follow=True)

    assert "Sent to 1 coordinator of 1 authority." in words_of(done)
    [message] = Message.objects.filter(subject="Nobody was invited yet")
    assert message.to == cora.email
    assert AuditEntry.objects.filter(act="coordinators written to").count() == 1
    assert mail.outbox == []


def test_a_message_without_words_is_given_back(wave: Wave, administrator: Client) -> None:
    answer = administrator.post("/staff/watch/now/write", {"subject": "Hello", "body": ""})

    assert answer.status_code == 422
    assert "Write the message." in words_of(answer)
    assert 'value="Hello"' in answer.content.decode()


def test_each_authority_has_the_same_on_a_page_of_its_own(wave: Wave) -> None:
    leeds = Authority.objects.get(name="Leeds")
    mixed(part(wave, "Leeds"), 31)

    page = words_of(a_reader(Role.COORDINATOR, leeds).get("/staff/watch/now/E08000035/"))

    assert "Answered by invitation 31" in page
    assert "31% (95% range 23% to 41%). The target is 30%." in page


def test_who_watches_is_asked(wave: Wave, client: Client) -> None:
    leeds, york = Authority.objects.get(name="Leeds"), Authority.objects.get(name="York")
    coordinator = a_reader(Role.COORDINATOR, leeds)

    assert client.get("/staff/watch/now/").status_code == 302
    assert coordinator.get("/staff/watch/now/").status_code == 403
    assert coordinator.get("/staff/watch/now.csv").status_code == 403
    assert coordinator.get(f"/staff/watch/now/{york.gss_code}/").status_code == 403
    assert coordinator.get(f"/staff/watch/now/{leeds.gss_code}/").status_code == 200
    assert coordinator.post("/staff/watch/now/write").status_code == 403
    assert a_reader(Role.NATIONAL_ADMINISTRATOR).get("/staff/watch/none/").status_code == 404


def test_one_answer_changes_nothing_that_is_watched(wave: Wave, administrator: Client) -> None:
    """`tests/proofs/test_watched.py` looks at every page; this at the two that count."""
    leeds = part(wave, "Leeds")
    [code] = some_codes(leeds)
    addresses = ["/staff/watch/now/", "/staff/watch/now.csv", "/staff/watch/now/E08000035/"]
    before = [words_of(administrator.get(each)) for each in addresses]

    ballots.cast(participation=leeds, sent=sent(code))

    assert [words_of(administrator.get(each)) for each in addresses] == before

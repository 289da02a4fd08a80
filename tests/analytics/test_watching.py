"""One page for the country: who is late, how many have answered, and nothing about one family."""

import csv
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import localdate, make_aware
from pytest_django import DjangoAssertNumQueries

from analytics import watching
from analytics.rates import Answered
from analytics.watching import Sent
from authorities.models import AuditEntry, Authority, Message
from authorities.roles import Role
from feedback import ballots
from feedback.models import AnsweredCount, Batch, Channel
from surveys import fielding
from surveys.models import Job, Mailing, Participation, Wave
from tests.analytics.reading_pages import a_reader, words_of
from tests.authorities.factories import a_member
from tests.feedback.factories import sent
from tests.surveys.factories import (
    READY,
    a_listener,
    a_region,
    a_wave,
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


# --- while only pilots are open, and where nobody opened it ---


@pytest.fixture
def piloted(wave: Wave) -> Wave:
    """Leeds tries it out; York waits for all, Hull is not ready, and Ely has not joined."""
    wave.participations.exclude(authority__name="Leeds").update(opened_on=None)
    wave.participations.filter(authority__name="Leeds").update(pilot=True)
    return wave


def late(wave: Wave) -> dict[str, str]:
    return {name: row.late for name, row in rows(wave).items() if row.late}


def test_while_pilots_alone_are_open_nobody_else_is_late(piloted: Wave) -> None:
    mixed(part(piloted, "Leeds"), 14)

    seen = watching.country(piloted, today=localdate())

    assert [(row.authority.name, row.late) for row in seen.rows] == [
        ("Ely", ""),
        ("Hull", ""),
        ("Leeds", ""),
        ("York", ""),
    ]
    assert (seen.is_piloted, seen.pilots) == (True, 1)


def test_a_pilot_that_is_not_open_is_late_and_so_are_all_once_it_is_opened_to_all(
    piloted: Wave,
) -> None:
    mixed(part(piloted, "Leeds"), 14)
    piloted.participations.filter(authority__name="Hull").update(pilot=True)
    in_the_pilot = late(piloted)

    fielding.open_to_all(wave=piloted, today=localdate())

    assert in_the_pilot == {
        "Hull": "The pilot is open elsewhere, and families here cannot answer yet."
    }
    assert late(piloted) == dict.fromkeys(
        ["Ely", "Hull"], "The wave is open elsewhere, and families here cannot answer yet."
    )


def test_of_a_wave_that_nobody_opened_it_is_not_said_that_it_is_open_elsewhere() -> None:
    today = localdate()
    planned = a_wave(opens_on=today - timedelta(days=3), closes_on=today + timedelta(days=40))
    leeds, hull = an_authority("Leeds"), an_authority("Hull")
    an_authority("Ely")
    fielding.join(wave=planned, authority=leeds, **READY)
    fielding.join(wave=planned, authority=hull, **{**READY, "eligible": {}})
    a_listener()
    on = f"{today - timedelta(days=3):%-d %B %Y}"

    seen = watching.country(planned, today=today)

    assert {row.authority.name: row.late for row in seen.rows} == {
        "Ely": f"The wave was to open on {on}, and this authority has not joined.",
        "Hull": f"The wave was to open on {on}, and this authority is not ready.",
        "Leeds": "",
    }
    assert seen.is_overdue
    assert not watching.country(planned, today=planned.opens_on).late


# --- beside the wave before ---

FIRST = date(2026, 1, 1)  # of the wave before
SAME_DAY = "as many days after families could first answer"


@pytest.fixture
def before(wave: Wave) -> Participation:
    """Leeds in the wave before: of 50 codes 20 were used by the 20th day, and 11 a day later."""
    leeds = Authority.objects.get(name="Leeds")
    found = an_open_wave(leeds, slug="before", opens_on=FIRST, closes_on=FIRST + timedelta(89))
    earlier = part(found, "Leeds")
    some_codes(earlier, 50)
    mixed_on(earlier, FIRST + timedelta(20), 20)
    mixed_on(earlier, FIRST + timedelta(21), 11)
    return earlier


def mixed_on(participation: Participation, day: date, size: int) -> None:
    mixed(participation, size, ago=(localdate() - day).days)


def then(wave: Wave, name: str = "Leeds") -> int | None:
    """The rate of the wave before that stands beside this one's."""
    found = rows(wave)[name].before
    return found.percent if found else None


def test_a_rate_stands_beside_the_wave_before_on_the_same_day(
    wave: Wave, before: Participation
) -> None:
    mixed(part(wave, "Leeds"), 31)

    row = rows(wave)["Leeds"]

    assert (row.answered.percent, row.before and row.before.percent, row.change) == (31, 40, -9)


def test_the_same_day_is_counted_from_when_families_there_could_first_answer(
    wave: Wave, before: Participation
) -> None:
    """This wave's pilots had 20 days; an authority that opened with the others has had ten."""
    before.wave.participations.update(opened_on=FIRST + timedelta(1))
    assert then(wave) == 62  # its 20th day was the wave's 21st

    wave.participations.update(opened_on=localdate() - timedelta(days=10))

    found = rows(wave)["Leeds"].before
    assert found == Answered.of(0, 50, k=10)


def test_once_what_was_left_at_the_end_is_mixed_both_waves_are_whole(
    wave: Wave, before: Participation
) -> None:
    """The last mix comes after the last day, and takes all that is left."""
    mixed_on(before, FIRST + timedelta(90), 10)
    wave.closes_on = localdate() - timedelta(days=1)
    wave.opens_on = wave.closes_on - timedelta(days=20)
    wave.save()
    wave.participations.filter(authority__name="Leeds").update(opened_on=wave.opens_on)
    leeds = part(wave, "Leeds")
    mixed(leeds, 31, ago=2)
    not_yet = rows(wave)["Leeds"]

    mixed(leeds, 19, ago=0)

    whole = watching.country(wave, today=localdate())
    row = rows(wave)["Leeds"]
    assert (not_yet.answered.percent, not_yet.before and not_yet.before.percent) == (31, 40)
    assert (row.answered.percent, row.before and row.before.percent) == (50, 82)
    assert whole.is_whole


@pytest.mark.parametrize("kind", ["letters", "codes", "paper-surveys"])
def test_codes_that_went_out_later_are_not_in_the_rate_of_that_day(
    wave: Wave, before: Participation, kind: str
) -> None:
    asked = {"participation": before, "kind": "invitation", "state": "done"}
    at = make_aware(datetime.combine(FIRST, time(12)))
    some_codes(before, 150)
    Mailing.objects.create(**asked, asked_at=at, total=40, handled=40)
    Mailing.objects.create(**asked, asked_at=at + timedelta(40), total=95, handled=80, bounced=10)
    Job.objects.create(
        kind=kind,
        wave=before.wave,
        authority=before.authority,
        asked_at=at + timedelta(21),
        done=60,
        total=60,
    )

    assert rows(wave)["Leeds"].before == Answered.of(20, 50, k=10)


def test_a_simulated_wave_is_not_the_wave_before_a_real_one(
    wave: Wave, before: Participation
) -> None:
    york = Authority.objects.get(name="York")
    invented = an_open_wave(
        york, slug="demo", simulated=True, opens_on=FIRST + timedelta(30), version=wave.version
    )

    assert watching.wave_before(wave) == before.wave
    assert watching.wave_before(invented) is None


def test_the_country_stands_beside_the_wave_before_in_the_authorities_of_both(
    wave: Wave, before: Participation
) -> None:
    york, leeds = part(wave, "York"), part(wave, "Leeds")
    some_codes(york, 50)
    mixed(york, 40)
    mixed(leeds, 31)
    mixed(leeds, 12, channel=Channel.OPEN)

    seen = watching.country(wave, today=localdate())

    assert seen.both is not None
    assert (seen.both.authorities, seen.both.now.percent, seen.both.before.percent) == (1, 31, 40)
    assert (seen.answered.percent, seen.both.change, seen.by_open_link) == (47, -9, 12)


def test_a_breakdown_is_what_may_be_shown_of_each_place(wave: Wave) -> None:
    leeds = part(wave, "Leeds")
    AnsweredCount.objects.create(participation=leeds, by="age", part="8-11", number=12)

    seen = watching.of_authority(leeds.authority, wave, today=localdate())

    found = [(each.code, each.answered.codes, each.answered.in_words) for each in seen.row.by_age]
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
    wave: Wave, before: Participation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    today = localdate()
    watching.country(wave, today=today)  # the survey is parsed once a process

    with django_assert_num_queries(17):
        watching.country(wave, today=today)
    for number in range(3):
        place = an_authority(f"Place {number}")
        fielding.join(wave=wave, authority=place, **READY)
        fielding.join(wave=before.wave, authority=place, **READY)
        an_open_wave(place, slug=f"older-{number}", opens_on=date(2025, 10 + number, 1))
        some_codes(part(wave, place.name), 5)
        some_codes(part(before.wave, place.name), 5)
        mixed_on(part(before.wave, place.name), FIRST, 12)
    wave.participations.exclude(authority__name="Hull").update(opened_on=wave.opens_on)
    Participation.objects.filter(wave=before.wave).update(opened_on=FIRST + timedelta(1))
    with django_assert_num_queries(17):
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


def test_the_file_has_target_change_and_each_age_and_language_as_far_as_they_may_be_shown(
    wave: Wave, before: Participation, administrator: Client
) -> None:
    leeds = part(wave, "Leeds")
    mixed(leeds, 31)
    mixed(leeds, 12, channel=Channel.OPEN)
    AnsweredCount.objects.create(participation=leeds, by="age", part="8-11", number=12)
    AnsweredCount.objects.create(participation=leeds, by="language", part="en", number=31)

    file = administrator.get("/staff/watch/now.csv?sort=change").content.decode("utf-8-sig")

    [row, *others] = csv.DictReader(StringIO(file))
    told = {
        "Authority": "Leeds",
        "Answered": "31",
        "By open link": "12",
        "Response rate": "31%",
        "Target": "30%",
        "Against target": "near",
        "Wave before": "40%",
        "Change in points": "-9",
        "Age 8-11: codes made": "60",
        "Age 8-11: answered": "12",
        "Age 8-11: rate": "20%",
        "Age 12-17: codes made": "40",
        "Age 12-17: answered": "fewer than 10",
        "Age 12-17: rate": "",
        "English: answered": "31",
    }
    assert {name: row[name] for name in told} == told
    assert {each["Age 8-11: answered"] for each in others} == {""}


def test_a_wave_without_replies_has_no_gap_in_its_sentence(
    wave: Wave, administrator: Client
) -> None:
    page = administrator.get("/staff/watch/now/").text

    assert "fewer than 10 families answered by invitation." in " ".join(page.split())


def test_the_page_tells_the_target_the_change_and_open_links_of_each_and_of_all(
    wave: Wave, before: Participation, administrator: Client
) -> None:
    leeds = part(wave, "Leeds")
    mixed(leeds, 31)
    mixed(leeds, 12, channel=Channel.OPEN)

    page = words_of(administrator.get("/staff/watch/now/?q=leeds"))

    assert "31 families answered by invitation (31% of 100 codes, near the target of 30%)" in page
    assert "By an open link 12" in page
    assert f"Beside {before.wave.name}, in the 1 authority that is in both, {SAME_DAY}" in page
    assert f"{SAME_DAY}: 40% then, 31% now. 9 points fewer now." in page
    assert "31 12 31% 23% to 41% near -9 40% then 1" in page


def test_the_page_says_who_pilots_and_that_nobody_opened_a_wave(
    piloted: Wave, administrator: Client
) -> None:
    page = words_of(administrator.get("/staff/watch/now/"))
    planned = a_wave(
        slug="planned", version=piloted.version, opens_on=localdate() - timedelta(days=3),
        closes_on=localdate() + timedelta(days=9),
    )  # fmt: skip
    overdue = words_of(administrator.get(f"/staff/watch/{planned.slug}/"))

    assert "1 authority opens first; the others wait" in page
    assert "No authority is late." not in overdue
    assert "and nobody has opened it. Open it" in overdue


def test_the_page_says_how_many_a_part_moves_by(administrator: Client) -> None:
    wave = an_open_wave(slug="careful", k=15)

    page = words_of(administrator.get("/staff/watch/careful/"))

    assert "once 15 or more of it have come" in page
    assert wave.k == 15


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


def test_each_authority_has_the_same_on_a_page_of_its_own(
    wave: Wave, before: Participation
) -> None:
    leeds = Authority.objects.get(name="Leeds")
    mixed(part(wave, "Leeds"), 31)

    page = words_of(a_reader(Role.COORDINATOR, leeds).get("/staff/watch/now/E08000035/"))

    assert "Answered by invitation 31" in page
    assert "31% (95% range 23% to 41%), near the target of 30%." in page
    then = f"{before.wave.name}, {SAME_DAY}: 40%. 9 points fewer now."
    assert f"The wave before {then}" in page


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

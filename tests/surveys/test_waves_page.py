"""The pages on waves: what the national team and a coordinator can do there, and cannot."""

import re
import zlib
from base64 import b64encode
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorities.models import AuditEntry, Authority, User
from authorities.roles import Role
from surveys import fielding, planning, plans
from surveys.keyring import Keyring
from surveys.models import EligiblePopulation, Job, Participation, Wave
from tests.authorities.factories import a_member
from tests.feedback.families import text
from tests.surveys.factories import (
    READY,
    a_listener,
    a_participation,
    a_version,
    a_wave,
    an_authority,
    an_open_wave,
)

pytestmark = pytest.mark.django_db

PLAN = {
    "slug": "autumn",
    "name": "Autumn 2026",
    "period_start": "2026-10-01",
    "period_end": "2026-12-31",
    "opens_on": "2026-10-01",
    "closes_on": "2026-12-31",
    "groups": "4",
    "asked_groups": "1",
    "target_rate": "35",
    "k": "12",
    "most_local_items": "2",
}
PEOPLE = {
    "help_name": "The rights officer",
    "help_phone": "0113 000 0000",
    "cover_name": "The night team",
    "cover_phone": "0113 000 0001",
}


def someone(role: Role, authority: Authority | None = None) -> tuple[Client, User]:
    user = a_member(role, authority=authority)
    client = Client()
    client.force_login(user)
    return client, user


@pytest.fixture
def team() -> Client:
    """A national administrator, signed in."""
    return someone(Role.NATIONAL_ADMINISTRATOR)[0]


def today() -> date:
    return timezone.localdate()


def running(*authorities: Authority, keyring: Keyring, **wave: Any) -> Wave:
    days = {"opens_on": today() - timedelta(7), "closes_on": today() + timedelta(30)}
    return an_open_wave(*authorities, keyring=keyring, **{"slug": "autumn", **days, **wave})


def a_file(content: str | bytes, name: str = "numbers.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def test_a_wave_is_planned_on_the_page_as_it_was_typed(team: Client) -> None:
    version = a_version()

    done = team.post(reverse("wave-new"), {**PLAN, "version": version.pk}, follow=True)

    wave = Wave.objects.get()
    assert "Autumn 2026 is planned" in text(done)
    assert (wave.slug, wave.version, wave.k, wave.target_rate) == ("autumn", version, 12, 35)
    assert (wave.groups, wave.asked_groups, wave.most_local_items) == (4, [1], 2)
    assert wave.promise == planning.DEFAULT_PROMISE


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slug": "Autumn 26"}, "The address has small letters, digits and hyphens only."),
        ({"closes_on": ""}, "Say the day: last day of fieldwork."),
        ({"closes_on": "31 June"}, "Say the day: last day of fieldwork. Such as 2027-03-31."),
        ({"closes_on": "2026-09-01"}, "The last day of fieldwork (2026-09-01) is before the first"),
        ({"k": "9"}, "Fewest answers mixed together: a whole number from 10 to 1000."),
        ({"asked_groups": "5"}, "There is no group 5: groups go from 1 to 4."),
        ({"asked_groups": "x"}, "Write the numbers of the groups, such as 1, 3."),
        ({"promise": "<b>"}, "The promise has < and >"),
    ],
)
def test_a_plan_that_does_not_fit_comes_back_with_what_is_wrong(
    team: Client, changes: dict[str, str], sentence: str
) -> None:
    typed = {**PLAN, "version": a_version().pk, **changes}

    page = team.post(reverse("wave-new"), typed)

    assert page.status_code == 422
    assert sentence in text(page)
    assert 'value="Autumn 2026"' in page.content.decode()
    assert not Wave.objects.exists()


def test_a_plan_is_downloaded_and_planned_again_from_the_file(team: Client) -> None:
    wave = a_wave(slug="autumn", groups=4, asked_groups=[2])
    fielding.join(wave=wave, authority=an_authority(), **READY)
    document = team.get(reverse("wave-plan-file", args=["autumn"])).content.decode()

    team.post(
        reverse("wave-new"),
        {"by_file": "1", "file": a_file(document.replace('"autumn"', '"winter"'), "plan.toml")},
    )

    again = Wave.objects.get(slug="winter")
    assert plans.read(document, {}) == planning.plan_of(wave)
    assert (again.groups, again.asked_groups) == (4, [2])
    assert again.participations.get().cover_name == READY["cover_name"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfe", "The file is not text in UTF-8. Save it as UTF-8."),
        (b"slug = ", "Mend the TOML there"),
        (b"k = " + b"9" * 4_301, "A whole number in it is too large. Write a smaller one."),
        (b'slug = "x"', 'There is no "name".'),
        (b"x" * (2**20 + 1), "The file is larger than any plan."),
    ],
)
def test_a_file_that_is_no_plan_is_refused_and_plans_nothing(
    team: Client, content: bytes, sentence: str
) -> None:
    a_version()

    page = team.post(reverse("wave-new"), {"by_file": "1", "file": a_file(content)})

    assert page.status_code == 422
    assert sentence in text(page)
    assert not Wave.objects.exists()


def test_a_plan_that_another_changed_meanwhile_is_not_written_over(team: Client) -> None:
    wave = a_wave(slug="autumn")
    typed = {**PLAN, "version": wave.version.pk, "was": planning.state_of(wave)}
    Wave.objects.update(name="Changed meanwhile")

    page = team.post(reverse("wave-plan", args=["autumn"]), typed)

    assert page.status_code == 422
    assert "Somebody changed the plan of Changed meanwhile" in text(page)
    assert Wave.objects.get().name == "Changed meanwhile"


def test_everyone_joins_with_the_people_named_last_time(team: Client, keyring: Keyring) -> None:
    leeds, york = an_authority("Leeds"), an_authority("York")
    an_open_wave(leeds, keyring=keyring, opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31))
    a_wave(slug="autumn")

    page = team.post(reverse("wave-authorities", args=["autumn"]), {"everyone": "1"}, follow=True)

    joined = Participation.objects.get(wave__slug="autumn")
    assert (joined.authority, joined.cover_phone) == (leeds, READY["cover_phone"])
    assert "1 joined. 1 did not" in text(page)
    assert "York" in text(page)

    team.post(
        reverse("wave-authorities", args=["autumn"]),
        {"usual": "1", "join": [york.gss_code], **PEOPLE},
    )

    assert Participation.objects.filter(wave__slug="autumn", help_phone="0113 000 0000").exists()


def test_the_page_asks_a_worker_to_open_and_says_who_is_not_ready(
    team: Client, keyring: Keyring, django_capture_on_commit_callbacks: Any
) -> None:
    wave = a_wave(slug="autumn", opens_on=today(), closes_on=today() + timedelta(30))
    a_listener()
    leeds = fielding.join(wave=wave, authority=an_authority("Leeds"), **READY)
    fielding.join(
        wave=wave, authority=an_authority("York"), **{**READY, "cover_phone": "", "cover_name": ""}
    )

    with django_capture_on_commit_callbacks(execute=True):
        team.post(reverse("wave-open", args=["autumn"]))

    page = text(team.get(reverse("wave", args=["autumn"])))
    assert Job.objects.get().words.endswith(
        "is open in 1 of 2 authorities. 1 is still closed: the wave’s page says why."
    )
    assert list(Participation.objects.opened()) == [leeds]
    assert "Nobody is named who answers out of office hours." in page


def test_what_closing_does_is_said_before_and_it_needs_a_tick(
    team: Client, keyring: Keyring
) -> None:
    wave = running(keyring=keyring)
    address = reverse("wave-close", args=["autumn"])

    before = text(team.get(address))
    page = team.post(address, {"when": "now"})

    assert "nobody can answer , in any of 1 authority." in before
    assert "0 addresses of families, and the key that opens them, are destroyed ." in before
    assert page.status_code == 422
    assert "Tick that you have read what closing does." in text(page)
    assert Wave.objects.get().closes_on == wave.closes_on


def test_the_second_who_closes_a_wave_is_told_kindly(team: Client, keyring: Keyring) -> None:
    running(keyring=keyring)
    address = reverse("wave-close", args=["autumn"])

    first = team.post(address, {"when": "now", "sure": "on"}, follow=True)
    second = team.post(address, {"when": "now", "sure": "on"}, follow=True)

    assert "is closed. Its last day is" in text(first)
    assert "was closed already: its last day was" in text(second)
    assert AuditEntry.objects.filter(act="wave closed early").count() == 1


def test_a_wave_whose_last_day_is_today_closes_tonight_and_nobody_is_said_to_have_closed_it(
    team: Client, keyring: Keyring
) -> None:
    wave = running(keyring=keyring)
    Wave.objects.filter(pk=wave.pk).update(closes_on=today())

    page = team.post(
        reverse("wave-close", args=["autumn"]), {"when": "tonight", "sure": "on"}, follow=True
    )

    said = f"Today is the last day of {wave} already: it closes tonight. Nothing was changed."
    assert said in text(page)
    assert not AuditEntry.objects.filter(act="wave closes tonight").exists()


def test_a_wave_that_was_closed_shows_how_far_its_settling_is_and_is_still_watched(
    team: Client, keyring: Keyring, django_capture_on_commit_callbacks: Any
) -> None:
    running(keyring=keyring)

    with django_capture_on_commit_callbacks(execute=True):
        team.post(reverse("wave-close", args=["autumn"]), {"when": "now", "sure": "on"})
    page = team.get(reverse("wave", args=["autumn"])).content.decode()

    job = Job.objects.get(kind="settle")
    assert f'href="{reverse("job", args=[job.pk])}"' in page
    assert "Settling a closed wave" in page
    assert f'href="{reverse("watch", args=["autumn"])}"' in page
    assert team.get(reverse("job", args=[job.pk])).status_code == 200


def test_a_wave_is_extended_with_a_reason_and_the_audit_has_it(
    team: Client, keyring: Keyring
) -> None:
    wave = running(keyring=keyring)
    later = wave.closes_on + timedelta(days=14)
    address = reverse("wave-extend", args=["autumn"])

    seen = {"until": later.isoformat(), "was": wave.closes_on.isoformat()}
    without = team.post(address, {**seen, "why": " "})
    team.post(address, {**seen, "why": "The post was on strike."})

    assert without.status_code == 422
    assert Wave.objects.get().closes_on == later
    assert AuditEntry.objects.get(act="wave extended").why == (
        f"From {wave.closes_on} to {later}. The post was on strike."
    )


def last_day_shown(page: Any) -> str:
    """The last day that the form sends as the one that was looked at."""
    [found] = re.findall(r'name="was" value="([^"]*)"', page.content.decode())
    return str(found)


def test_an_older_form_does_not_undo_what_another_decided_meanwhile(
    team: Client, keyring: Keyring
) -> None:
    wave = running(keyring=keyring)
    address = reverse("wave-extend", args=["autumn"])
    older = last_day_shown(team.get(address))
    closed = team.post(
        reverse("wave-close", args=["autumn"]), {"when": "tonight", "sure": "on"}, follow=True
    )
    later = (wave.closes_on + timedelta(days=14)).isoformat()

    page = team.post(address, {"was": older, "until": later, "why": "A strike."})
    kept = Wave.objects.get().closes_on
    team.post(address, {"was": last_day_shown(page), "until": later, "why": "A strike."})

    assert "closes tonight: today is its last day." in text(closed)
    assert page.status_code == 422
    assert f"it is {today():%-d %B %Y} now" in text(page)
    assert kept == today()
    assert Wave.objects.get().closes_on.isoformat() == later


def test_numbers_that_are_doubted_are_taken_in_with_a_reason_and_without_the_file_again(
    team: Client,
) -> None:
    leeds = an_authority("Leeds")
    wave = a_wave(slug="autumn")
    fielding.join(wave=wave, authority=leeds, **{**READY, "eligible": {"in-care": 5}})
    leeds.populations.create(service="in-care", number=1400, derived=False, year=2025)
    address = reverse("wave-eligible", args=["autumn"])
    content = f"gss_code,service,number\n{leeds.gss_code},in-care,140\n"

    asked = team.post(address, {"file": a_file(content)})
    again = asked.context["upload"].again
    team.post(address, {"again": again, "why": "A team was left out of the return."})

    assert asked.status_code == 422
    assert "140 could answer (in-care); in the national figures it was 1,400." in text(asked)
    assert EligiblePopulation.objects.get().number == 140
    assert AuditEntry.objects.get(act="eligible numbers given").why.startswith(
        "A team was left out of the return."
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("in-care,,140\n", "1 number of 1 authority is taken in."),
        ("in-care,8-11,70\nin-care,12-17,70\n", "2 numbers of 1 authority are taken in."),
    ],
)
def test_one_number_is_one_and_two_are_two(team: Client, rows: str, said: str) -> None:
    leeds = an_authority("Leeds")
    fielding.join(wave=a_wave(slug="autumn"), authority=leeds, **READY)
    content = "gss_code,service,age_band,number\n" + "".join(
        f"{leeds.gss_code},{row}\n" for row in rows.splitlines()
    )

    page = team.post(
        reverse("wave-eligible", args=["autumn"]), {"file": a_file(content)}, follow=True
    )

    assert said in text(page)


def from_the_register(authority: Authority, **people: str) -> Participation:
    """A part in a wave whose numbers nobody but the register gave."""
    authority.populations.create(service="in-care", number=90, derived=False, year=2025)
    who = {name: READY[name] for name in PEOPLE}
    return fielding.join(wave=a_wave(slug="autumn"), authority=authority, **{**who, **people})


def test_the_registers_numbers_are_shown_as_such_until_somebody_says_that_they_are_right(
    team: Client,
) -> None:
    leeds = an_authority("Leeds")
    part = from_the_register(leeds)
    a_listener()
    coordinator, person = someone(Role.COORDINATOR, leeds)
    names = ["autumn", leeds.gss_code]
    pages = [
        reverse("taking-part", args=names),
        reverse("eligible-of", args=names),
        reverse("wave-eligible", args=["autumn"]),
        reverse("wave", args=["autumn"]),
    ]

    before = [text(team.get(each)) for each in pages]
    coordinator.post(reverse("eligible-of", args=names), {"right": "1"})
    after = [text(team.get(each)) for each in pages]

    part.refresh_from_db()
    assert "Ready Nothing is missing." in before[0]
    assert "nobody has confirmed it" in before[0]
    assert "Where none were uploaded, they are those of the national register." in before[1]
    assert "90 not confirmed" in before[2]
    assert "known in 1 of 1; not confirmed in 1" in before[3]
    assert not [each for each in after if "confirmed" in each]
    assert part.numbers_confirmed
    assert dict(part.eligible.values_list("service", "number")) == {"in-care": 90}
    assert AuditEntry.objects.get(act="eligible numbers given").actor == person


def test_numbers_unlike_last_time_are_confirmed_with_a_reason(
    team: Client, keyring: Keyring
) -> None:
    leeds = an_authority("Leeds")
    an_open_wave(leeds, keyring=keyring, opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31))
    part = from_the_register(leeds)
    address = reverse("eligible-of", args=["autumn", leeds.gss_code])

    asked = team.post(address, {"right": "1"})
    part.refresh_from_db()
    confirmed_at_once = part.numbers_confirmed
    again = asked.context["upload"].again
    team.post(address, {"again": again, "why": "Early help is counted elsewhere now."})

    part.refresh_from_db()
    assert (asked.status_code, confirmed_at_once) == (422, False)
    assert "90 could answer (in-care); last time it was 200." in text(asked)
    assert part.numbers_confirmed


def test_from_when_an_authority_may_invite_is_said_where_another_wave_asked_late(
    team: Client, keyring: Keyring
) -> None:
    leeds = an_authority("Leeds")
    before = an_open_wave(
        leeds,
        keyring=keyring,
        opens_on=today() - timedelta(days=400),
        closes_on=today() - timedelta(days=100),
    )
    late = today() - timedelta(days=350)
    Participation.objects.filter(wave=before).update(opened_on=late)
    running(leeds, keyring=keyring, asked_again_why="")

    page = text(team.get(reverse("taking-part", args=["autumn", leeds.gss_code])))

    assert f"Not before {late + timedelta(days=365):%-d %B %Y}" in page
    assert f"{before} asked some of these families until {late:%-d %B %Y}" in page


def test_a_hidden_field_that_unpacks_to_very_much_is_no_file(team: Client) -> None:
    fielding.join(wave=a_wave(slug="autumn"), authority=an_authority(), **READY)
    bomb = b64encode(zlib.compress(b"0" * 50_000_000)).decode()

    page = team.post(reverse("wave-eligible", args=["autumn"]), {"again": bomb, "why": "x"})

    assert page.status_code == 422
    assert "it is larger than any such file can be." in text(page)


def test_a_coordinator_names_people_and_uploads_numbers_for_their_own_authority_alone() -> None:
    leeds, york = an_authority("Leeds"), an_authority("York")
    client, _ = someone(Role.COORDINATOR, leeds)
    wave = a_wave(slug="autumn")
    for place in (leeds, york):
        fielding.join(wave=wave, authority=place, help_name="Us", help_phone="0123", eligible={})
    ours = reverse("taking-part", args=["autumn", leeds.gss_code])
    numbers = reverse("eligible-of", args=["autumn", leeds.gss_code])

    listed = text(client.get(reverse("taking-part-places")))
    client.post(ours, PEOPLE)
    client.post(numbers, {"file": a_file("service,age_band,number\nin-care,8-11,41\n")})
    other = client.post(
        numbers, {"file": a_file(f"gss_code,service,number\n{york.gss_code},in-care,4\n")}
    )

    part = Participation.objects.get(authority=leeds)
    assert "Leeds" in listed
    assert "York" not in listed
    assert (part.cover_name, part.cover_phone) == ("The night team", "0113 000 0001")
    assert list(part.eligible.values_list("service", "age_band", "number")) == [
        ("in-care", "8-11", 41)
    ]
    assert f"{york.gss_code} is another authority." in text(other)
    for name in ("taking-part", "eligible-of", "eligible-of-file"):
        assert client.get(reverse(name, args=["autumn", york.gss_code])).status_code == 403
    assert client.get(reverse("waves")).status_code == 403


def test_out_of_hours_cover_cannot_be_taken_away_while_families_answer(
    team: Client, keyring: Keyring
) -> None:
    part = running(an_authority("Leeds"), keyring=keyring).participations.get()
    address = reverse("taking-part", args=["autumn", part.authority.gss_code])

    page = team.post(address, {**PEOPLE, "cover_name": "", "cover_phone": ""})

    assert page.status_code == 422
    assert "Say whom families in Leeds can turn to out of office hours" in text(page)
    assert Participation.objects.get().cover_name == READY["cover_name"]


def test_an_authority_leaves_with_a_reason_unless_families_hold_codes(
    team: Client, keyring: Keyring
) -> None:
    part = fielding.join(wave=a_wave(slug="winter"), authority=an_authority("Leeds"), **READY)
    opened = a_participation(an_authority("York"), keyring=keyring, slug="autumn")

    def leave(place: Participation) -> str:
        names = [place.wave.slug, place.authority.gss_code]
        address = reverse("taking-part-leave", args=names)
        return text(team.post(address, {"why": "It merges with another."}, follow=True))

    assert "Leeds takes no part in" in leave(part)
    assert "York cannot leave" in leave(opened)
    assert list(Participation.objects.all()) == [opened]


def test_the_table_of_samples_takes_as_many_queries_for_nine_authorities_as_for_one(
    team: Client, django_assert_max_num_queries: Any
) -> None:
    wave = a_wave(slug="autumn")
    fielding.join(wave=wave, authority=an_authority(), **READY)
    address = reverse("wave-sample", args=["autumn"])
    with django_assert_max_num_queries(100) as one:
        team.get(address)
    for _ in range(8):
        fielding.join(wave=wave, authority=an_authority(), **READY)

    with django_assert_max_num_queries(len(one)):
        page = team.get(address)

    assert "To invite in all" in text(page)

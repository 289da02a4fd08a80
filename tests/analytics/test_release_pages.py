"""The pages on releases and events: who may do what there, in which order, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics import publishing, releasing
from analytics.models import EarlyAccess, Event, Release, SignOff
from analytics.pages.release_forms import ScheduleForm, next_thursday
from analytics.publishing import Stage
from analytics.releasing_jobs import CHECK, END, LOOK, PART, PREPARE
from authorities.models import AuditEntry, Authority
from authorities.roles import Role
from surveys import jobs
from surveys.keyring import Keyring
from surveys.models import Job, Wave
from tests.analytics.closed_waves import YES, a_counted_wave, checked, count, over_by_the_clock
from tests.analytics.closed_waves import prepared as prepared_at
from tests.authorities.factories import a_member, an_authority
from tests.feedback.families import text

pytestmark = pytest.mark.django_db

Two = tuple[Client, Client]


@pytest.fixture
def wave(keyring: Keyring) -> Wave:
    return over_by_the_clock(a_counted_wave())


def someone(role: Role = Role.NATIONAL_ADMINISTRATOR, authority: Authority | None = None) -> Client:
    client = Client()
    client.force_login(a_member(role, authority))
    return client


@pytest.fixture
def team() -> Client:
    return someone()


@pytest.fixture
def two(team: Client) -> Two:
    return team, someone()


def page(client: Client, wave: Wave) -> str:
    response = client.get(reverse("staff-release", args=[wave.slug]))
    assert response.status_code == HTTPStatus.OK
    return text(response)


def press(client: Client, wave: Wave, act: str, **given: str) -> Any:
    """As somebody does who has just read the page."""
    release = Release.objects.of(wave).order_by("-number").first()
    digest = {"digest": release.digest} if release else {}
    address = reverse(f"staff-release-{act}", args=[wave.slug])
    return client.post(address, {**digest, **given}, follow=True)


def work(*kinds: str) -> None:
    while due := list(Job.objects.filter(pk__in=jobs.due(now=timezone.now()), kind__in=kinds)):
        for job in due:
            jobs.run(job.pk, clock=timezone.now)


def made(wave: Wave) -> Release:
    return checked(wave, now=timezone.now())


def signed_off(wave: Wave, two: Two) -> Release:
    release = made(wave)
    for client in two:
        press(client, wave, "sign-off")
    return release


# --- from preparing to publishing ----------------------------------------------------------------


def test_a_wave_that_is_over_is_prepared_checked_signed_off_and_published(
    wave: Wave, two: Two
) -> None:
    assert "To be prepared" in text(two[0].get(reverse("staff-releases")))

    asked = press(two[0], wave, "prepare")
    assert "Workers make the figures now." in text(asked)
    assert "It waits for a worker." in text(asked)
    work(PREPARE, PART, CHECK, LOOK, END)
    release = Release.objects.get()
    shown = page(two[1], wave)
    assert "Checked, to be signed off" in shown
    assert f"Digest of all figures {release.digest}" in shown
    assert "2 of 3 authorities have figures of their own. Too few answered in Hull" in shown
    assert "You have signed it off. One more person must." in text(press(two[0], wave, "sign-off"))
    assert "You have signed it off." in text(press(two[1], wave, "sign-off"))
    assert "is published." in text(press(two[1], wave, "publish", sure="on"))

    release.refresh_from_db()
    assert release.published_at is not None
    assert release.published_by == SignOff.objects.order_by("at")[1].by
    listed = text(two[0].get(reverse("staff-releases")))
    assert f"Published {timezone.localtime(release.published_at):%-d %b %Y} Hull Nothing" in listed


def test_how_far_it_is_is_told_to_the_script_of_the_page(wave: Wave, team: Client) -> None:
    def told(step: str) -> Any:
        return team.get(f"{reverse('staff-release-state', args=[wave.slug])}?step={step}").json()

    press(team, wave, "prepare")
    began = told("beginning")
    work(PREPARE)
    total = Job.objects.filter(kind=PART).count()
    after = told("beginning")
    jobs.run(Job.objects.filter(kind=PART)[0].pk, clock=timezone.now)
    working = told("working")

    assert began == {"done": 0, "total": 0, "ended": False, "words": ""}
    assert after == {"done": 0, "total": total, "ended": True, "words": ""}
    assert working == {"done": 1, "total": total, "ended": False, "words": ""}
    assert f"1 of {total} parts" in page(team, wave)
    assert "Being made" in text(team.get(reverse("staff-releases")))


def test_a_wave_of_which_something_is_made_is_not_asked_for_again(wave: Wave, team: Client) -> None:
    press(team, wave, "prepare")

    again = press(team, wave, "prepare")

    assert again.status_code == HTTPStatus.CONFLICT
    assert "is being made already. Wait until that is done." in text(again)
    assert Job.objects.count() == 1


def test_what_stopped_the_work_is_on_the_page(wave: Wave, team: Client) -> None:
    Wave.objects.filter(pk=wave.pk).update(closes_on=timezone.localdate() + timedelta(days=3))
    press(team, wave, "prepare")
    work(PREPARE)

    assert "It did not go on:" in page(team, wave)
    assert "takes answers until" in page(team, wave)


def test_parts_do_not_fill_the_list_of_work(wave: Wave, team: Client) -> None:
    press(team, wave, "prepare")
    work(PREPARE, PART)

    listed = text(team.get(reverse("work")))

    assert "Beginning a release" in listed
    assert "Beginning the check of a release" in listed
    assert "Part of a release" not in listed


def test_a_correction_needs_a_note_and_everybody_reads_it(wave: Wave, two: Two) -> None:
    signed_off(wave, two)
    press(two[0], wave, "publish", sure="on")
    count(wave, "Hull", [YES] * 20)

    without = press(two[0], wave, "prepare")
    press(two[0], wave, "prepare", note="Hull was missing.")
    work(PREPARE, PART, CHECK, LOOK, END)

    assert without.status_code == HTTPStatus.CONFLICT
    assert "Say in a note what this release corrects." in text(without)
    shown = page(two[0], wave)
    assert "2, a correction: Hull was missing." in shown
    assert "Earlier releases of this wave Release 1, published" in shown
    assert 'rows="4"' in two[0].get(reverse("staff-release", args=[wave.slug])).text


# --- signing off ---------------------------------------------------------------------------------


def test_nobody_signs_twice(wave: Wave, team: Client) -> None:
    release = made(wave)
    press(team, wave, "sign-off")

    again = press(team, wave, "sign-off")

    assert again.status_code == HTTPStatus.CONFLICT
    assert "You have signed it off already. Somebody else must" in text(again)
    assert "I have read it: sign it off" not in page(team, wave)
    assert publishing.signatures(release) == 1
    assert "I have read it: sign it off" in page(someone(), wave)


def test_who_signed_and_when_is_on_the_page(wave: Wave, two: Two) -> None:
    signed_off(wave, two)

    shown = page(two[0], wave)
    for each in SignOff.objects.select_related("by"):
        assert f"{each.by.name}, {timezone.localtime(each.at):%-d %B %Y, %H:%M}" in shown


def test_figures_that_were_made_anew_since_the_page_was_read_are_not_signed(
    wave: Wave, team: Client
) -> None:
    read = made(wave)
    count(wave, "Hull", [YES] * 20)
    made(wave)

    signed = team.post(reverse("staff-release-sign-off", args=[wave.slug]), {"digest": read.digest})

    assert signed.status_code == HTTPStatus.CONFLICT
    assert "The figures are not those that this page showed." in text(signed)
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("act", ["sign-off", "schedule", "publish"])
def test_nothing_that_was_not_checked_goes_on(wave: Wave, team: Client, act: str) -> None:
    prepared_at(wave, now=timezone.now())

    refused = press(team, wave, act, sure="on", day="2999-01-03", at="09:30")

    assert refused.status_code == HTTPStatus.CONFLICT
    assert "was not checked as it is now. Check it first." in text(refused)


@pytest.mark.parametrize("act", ["schedule", "publish"])
def test_nothing_comes_out_that_only_one_has_signed(wave: Wave, team: Client, act: str) -> None:
    release = made(wave)
    press(team, wave, "sign-off")

    refused = press(team, wave, act, sure="on", day="2999-01-03", at="09:30")

    release.refresh_from_db()
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "needs 2 people who sign it off; it has 1." in text(refused)
    assert (release.published_at, release.publish_at) == (None, None)


# --- when it comes out ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "thursday"),
    [
        (date(2026, 11, 25), date(2026, 11, 26)),
        (date(2026, 11, 26), date(2026, 12, 3)),
        (date(2026, 11, 27), date(2026, 12, 3)),
    ],
)
def test_the_usual_time_is_half_past_nine_next_thursday(today: date, thursday: date) -> None:
    form = ScheduleForm(today=today)

    assert next_thursday(today) == thursday
    assert f'value="{thursday}"' in str(form["day"])
    assert 'value="09:30"' in str(form["at"])


def test_a_release_is_scheduled_and_comes_out_by_itself(wave: Wave, two: Two) -> None:
    release = signed_off(wave, two)

    said = press(two[0], wave, "schedule", day="2999-01-03", at="09:30")
    at = datetime(2999, 1, 3, 9, 30, tzinfo=UTC)
    too_soon = publishing.publish_due(now=at - timedelta(seconds=1))
    out = publishing.publish_due(now=at)

    assert "It comes out at 09:30 on Thursday, 3 January 2999." in text(said)
    assert (too_soon, out) == (0, 1)
    release.refresh_from_db()
    assert (release.publish_at, release.published_at, release.published_by) == (at, at, None)


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ("2020-01-02 09:30", HTTPStatus.CONFLICT, "That time is over. Give one that is still"),
        (" 09:30", HTTPStatus.UNPROCESSABLE_ENTITY, "Say the day, such as 2027-03-31."),
        ("soon 09:30", HTTPStatus.UNPROCESSABLE_ENTITY, "Say the day, such as 2027-03-31."),
        ("2999-01-03 half", HTTPStatus.UNPROCESSABLE_ENTITY, "Say the time, such as 09:30."),
        ("2027-03-28 01:30", HTTPStatus.UNPROCESSABLE_ENTITY, "couldn’t be interpreted"),
    ],
)
def test_a_time_that_is_over_or_none_is_refused(
    wave: Wave, two: Two, given: str, status: HTTPStatus, sentence: str
) -> None:
    release = signed_off(wave, two)
    day, at = given.split(" ")

    refused = press(two[0], wave, "schedule", day=day, at=at)

    release.refresh_from_db()
    assert (refused.status_code, release.publish_at) == (status, None)
    assert sentence in text(refused)


def test_publishing_now_asks_whether_one_is_sure(wave: Wave, two: Two) -> None:
    release = signed_off(wave, two)

    refused = press(two[0], wave, "publish")

    release.refresh_from_db()
    assert (refused.status_code, release.published_at) == (HTTPStatus.UNPROCESSABLE_ENTITY, None)
    assert "Tick that you know it stays: it cannot be undone." in text(refused)


# --- what was found ------------------------------------------------------------------------------


def test_what_the_check_found_is_said_by_name_and_without_the_numbers(
    wave: Wave, team: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    leeds = Authority.objects.get(name="Leeds")
    found = (
        f"{leeds.gss_code}, safe, age:8-11, year: from what is shown a reader can tell that how "
        "many answered is between 3 and 5."
    )
    release = prepared_at(wave, now=timezone.now())
    monkeypatch.setattr(releasing, "found_in", lambda *_: [found])
    press(team, wave, "check")
    work(CHECK, LOOK, END)

    shown = page(team, wave)

    release.refresh_from_db()
    assert publishing.stage_of(release) is Stage.HELD_BACK
    assert (
        "Leeds, safe, age:8-11, year: from what is shown a reader can come too near to how many "
        "answered."
    ) in shown
    assert "between 3 and 5" not in shown
    assert "I have read it: sign it off" not in shown
    assert press(team, wave, "sign-off").status_code == HTTPStatus.CONFLICT


# --- early access --------------------------------------------------------------------------------

MINISTER = {
    "name": "Ada Byron",
    "role": "Minister for Children",
    "organisation": "Department for Education",
    "reason": "To answer in Parliament on the day.",
}


def test_who_sees_it_early_is_written_down_and_listed(wave: Wave, team: Client) -> None:
    release = made(wave)

    said = press(team, wave, "early", **MINISTER)

    found = EarlyAccess.objects.get()
    assert (found.release, found.organisation) == (release, "Department for Education")
    assert "Written down: Ada Byron, Minister for Children, Department for Education." in text(said)
    assert "To answer in Parliament on the day." in page(team, wave)
    assert AuditEntry.objects.filter(act="early access given").count() == 1


@pytest.mark.parametrize("left_out", list(MINISTER))
def test_whoever_sees_it_early_is_named_wholly(wave: Wave, team: Client, left_out: str) -> None:
    made(wave)

    refused = press(team, wave, "early", **{**MINISTER, left_out: " "})

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Error: Release of" in refused.text
    assert not EarlyAccess.objects.exists()


def test_nobody_sees_early_what_is_out(wave: Wave, two: Two) -> None:
    signed_off(wave, two)
    press(two[0], wave, "publish", sure="on")

    refused = press(two[0], wave, "early", **MINISTER)

    assert refused.status_code == HTTPStatus.CONFLICT
    assert "is published, and stays as it is." in text(refused)


# --- the rest ------------------------------------------------------------------------------------


def test_the_page_leads_to_the_report_as_it_will_be(wave: Wave, team: Client) -> None:
    release = made(wave)
    leeds = Authority.objects.get(name="Leeds")

    shown = team.get(reverse("staff-release", args=[wave.slug])).text

    assert f"{reverse('report', args=[leeds.gss_code])}?release={release.pk}" in shown


def test_what_the_wave_cost_stands_with_its_release(wave: Wave, team: Client) -> None:
    count(wave, "Hull", [YES] * 20)
    made(wave)

    assert "For each 1,000 replies 0 listener-minutes and £0.00 of sending." in page(team, wave)
    assert "About 110 replies; 0 ideas and comments read" in page(team, wave)


def test_a_wave_that_is_not_over_has_nothing_to_release(keyring: Keyring, team: Client) -> None:
    wave = a_counted_wave()

    assert "This wave is not over" in page(team, wave)
    assert wave.name not in text(team.get(reverse("staff-releases")))


def test_a_planner_may_do_nothing_here(wave: Wave) -> None:
    made(wave)
    planner = someone(Role.PLANNER)
    for act in ("prepare", "check", "sign-off", "schedule", "publish", "early"):
        assert press(planner, wave, act).status_code == HTTPStatus.FORBIDDEN
    for address in (
        reverse("staff-releases"),
        reverse("staff-release", args=[wave.slug]),
        reverse("staff-release-state", args=[wave.slug]),
    ):
        assert planner.get(address).status_code == HTTPStatus.FORBIDDEN


def test_a_form_from_elsewhere_is_refused(wave: Wave) -> None:
    made(wave)
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_member(Role.NATIONAL_ADMINISTRATOR))

    assert press(client, wave, "sign-off").status_code == HTTPStatus.FORBIDDEN
    assert not SignOff.objects.exists()


def test_a_list_of_three_asks_as_often_as_a_list_of_one(wave: Wave, team: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            team.get(reverse("staff-releases"))
        return len(found)

    made(wave)
    one = queries()
    for _ in range(2):
        made(over_by_the_clock(a_counted_wave()))

    assert queries() == one


# --- events --------------------------------------------------------------------------------------


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds")


def test_a_planner_marks_what_changed_and_takes_it_away(leeds: Authority) -> None:
    planner = someone(Role.PLANNER, leeds)
    address = reverse("events", args=[leeds.gss_code])

    marked = planner.post(
        address,
        {"on": "2026-09-01", "words": "New duty team", "indicator": "listened", "rebases": "on"},
        follow=True,
    )
    event = Event.objects.get()
    assert (event.on, event.indicator, event.rebases) == (date(2026, 9, 1), "listened", True)
    assert "1 September 2026 New duty team Are listened to anew from there" in text(marked)

    for said in ("It is taken away.", "It was taken away already."):
        away = reverse("event-take-away", args=[leeds.gss_code, event.pk])
        assert said in text(planner.post(away, follow=True))
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"on": ""}, "Say the day"),
        ({"words": ""}, "Say what happened"),
        ({"on": "2999-01-01"}, "That day is still to come."),
        ({"indicator": "happiness"}, "happiness is not one of the available choices"),
    ],
)
def test_what_is_typed_wrongly_is_told_and_kept(
    leeds: Authority, wrong: dict[str, str], sentence: str
) -> None:
    given = {"on": "2026-09-01", "words": "New duty team", "indicator": ""}

    refused = someone(Role.PLANNER, leeds).post(
        reverse("events", args=[leeds.gss_code]), {**given, **wrong}
    )

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in text(refused)
    assert wrong.get("words") == "" or 'value="New duty team"' in refused.text
    assert not Event.objects.exists()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.IMPROVEMENT_LEAD, Role.LISTENER])
def test_only_whoever_sees_its_figures_first_marks_days(leeds: Authority, role: Role) -> None:
    """And a planner of another authority does not."""
    address = reverse("events", args=[leeds.gss_code])

    assert someone(role, leeds).get(address).status_code == HTTPStatus.FORBIDDEN
    assert someone(Role.PLANNER, an_authority()).post(address).status_code == HTTPStatus.FORBIDDEN

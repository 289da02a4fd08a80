"""A release as long work: parts that many workers share, done once whoever is killed."""

import sys
from datetime import datetime, timedelta
from subprocess import run
from typing import Any

import pytest
from django.db import transaction

from analytics import publishing, releasing, releasing_jobs, trying
from analytics.attacking import Cell, Finding, Part, Range, Secret
from analytics.errors import Refused, Unreadable
from analytics.indicators import measures
from analytics.models import Figure, Release
from analytics.questions import all_questions
from analytics.releasing_jobs import CHECK, END, LOOK, PART, PREPARE, Step
from analytics.trying import Try, all_parts
from authorities.models import AuditEntry, User
from authorities.roles import Role
from surveys import jobs
from surveys.keyring import Keyring
from surveys.models import Job, Wave
from tests.analytics.closed_waves import AFTER, YES, a_counted_wave, count, prepared
from tests.analytics.releases import let_out, signed_off
from tests.authorities.factories import a_member

pytestmark = pytest.mark.django_db

# The jobs of a check, and how many questions one looks at: each apart, by one channel.
CHECKING = (CHECK, LOOK, END)
QUESTIONS = len(list(all_questions(measures())))


@pytest.fixture
def wave(keyring: Keyring) -> Wave:
    return a_counted_wave()


@pytest.fixture
def administrator() -> User:
    return a_member(Role.NATIONAL_ADMINISTRATOR)


def at(moment: datetime) -> Any:
    return lambda: moment


def work(*kinds: str, now: datetime = AFTER) -> int:
    """A worker does all that is due of these kinds, and what that asks for; how much it ended."""
    ended = 0
    while due := list(Job.objects.filter(pk__in=jobs.due(now=now), kind__in=kinds)):
        ended += sum(jobs.run(job.pk, clock=at(now)) for job in due)
    return ended


def all_of_it() -> int:
    return work(PREPARE, PART, *CHECKING)


def states(kind: str) -> set[str]:
    return set(Job.objects.filter(kind=kind).values_list("state", flat=True))


def test_a_release_that_is_asked_for_is_begun_worked_out_in_parts_and_checked(
    wave: Wave, administrator: User
) -> None:
    alone = prepared(wave)

    releasing_jobs.ask(wave=wave, by=administrator)
    all_of_it()

    release = Release.objects.get()
    parts = Job.objects.filter(kind=PART).count()
    assert parts == len({*_parts(release)})
    assert [states(kind) for kind in (PREPARE, PART, *CHECKING)] == [{"done"}] * 5
    assert (release.digest, release.parts_left, release.checked_at) == (alone.digest, [], AFTER)
    assert release.checks["missing"] == ["Hull"]
    entry = AuditEntry.objects.get(act="release asked for")
    assert (entry.actor, entry.subject) == (administrator, wave.slug)


def _parts(release: Release) -> list[str]:
    return [
        job.arguments["part"]
        for job in Job.objects.filter(arguments__release=release.pk)
        if job.kind == PART
    ]


def test_what_is_checked_anew_does_not_come_out_before_that_is_done(
    wave: Wave, administrator: User
) -> None:
    release = signed_off(prepared(wave), now=AFTER)

    releasing_jobs.ask_to_check(release=release, by=administrator)
    work(CHECK)

    with pytest.raises(Refused):
        releasing.publish(release=release, by=None, now=AFTER)
    all_of_it()
    assert releasing.publish(release=release, by=None, now=AFTER).published_at == AFTER


def test_two_who_do_the_same_part_make_its_figures_once(wave: Wave, administrator: User) -> None:
    releasing_jobs.ask(wave=wave, by=administrator)
    work(PREPARE)
    first = Job.objects.filter(kind=PART).first()
    assert first is not None
    again = jobs.ask(kind=PART, by=None, arguments=first.arguments, total=1)

    all_of_it()

    again.refresh_from_db()
    release = Release.objects.get()
    assert (again.state, release.parts_left) == ("done", [])
    assert Job.objects.filter(kind=CHECK).count() == 1
    assert release.digest == prepared(wave).digest


def test_a_part_whose_worker_was_killed_is_done_by_the_next(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    releasing_jobs.ask(wave=wave, by=administrator)
    work(PREPARE)
    part = Job.objects.filter(kind=PART).order_by("pk")[0]
    with monkeypatch.context() as patch:
        patch.setattr(releasing, "figures_of", _killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(part.pk, clock=at(AFTER))
    left = len(releasing.parts_left(Release.objects.get()))

    work(PART, *CHECKING)
    still = Release.objects.get().parts_left
    work(PART, *CHECKING, now=AFTER + 2 * jobs.LEASE)

    assert left == Job.objects.filter(kind=PART).count()
    assert still == [part.arguments["part"]]
    assert Release.objects.get().parts_left == []
    assert states(END) == {"done"}


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_the_check_is_asked_for_even_if_the_worker_is_killed_right_after_the_last_part(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    releasing_jobs.ask(wave=wave, by=administrator)
    work(PREPARE)
    *others, last = Job.objects.filter(kind=PART).order_by("pk")
    for job in others:
        jobs.run(job.pk, clock=at(AFTER))
    with monkeypatch.context() as patch:
        patch.setattr(jobs.Running, "progress", _killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(last.pk, clock=at(AFTER))

    work(PART, now=AFTER + 2 * jobs.LEASE)

    assert Job.objects.filter(kind=CHECK).count() == 1
    assert states(PART) == {"done"}


def test_a_beginning_that_is_done_twice_begins_once(wave: Wave, administrator: User) -> None:
    job = releasing_jobs.ask(wave=wave, by=administrator)
    work(PREPARE)
    begun = Release.objects.get()
    # As where the worker was killed after the commit and before it could say so.
    Job.objects.filter(pk=job.pk).update(state="running", ended_at=None, due_at=AFTER)

    work(PREPARE)

    assert Release.objects.get() == begun
    assert Job.objects.filter(kind=PART).count() == len(begun.parts_left)


def test_parts_of_a_release_that_was_prepared_anew_since_end_and_say_so(
    wave: Wave, administrator: User
) -> None:
    releasing_jobs.ask(wave=wave, by=administrator)
    work(PREPARE)
    newer = prepared(wave)

    work(PART)

    assert states(PART) == {"refused"}
    assert set(Job.objects.filter(kind=PART).values_list("words", flat=True)) == {
        "This release was prepared anew since. Look at the newer one."
    }
    assert Release.objects.get() == newer


def test_what_the_rules_refuse_ends_the_job_in_their_sentence(
    keyring: Keyring, administrator: User
) -> None:
    wave = a_counted_wave()

    releasing_jobs.ask(wave=wave, by=administrator)
    work(PREPARE, now=AFTER - timedelta(days=10))

    job = Job.objects.get()
    assert job.state == "refused"
    assert job.words == (
        f"{wave} takes answers until 31 December 2026. Release it after that day, or close it "
        "first."
    )
    assert releasing_jobs.standing(wave).stopped == (job.words,)
    assert not Release.objects.exists()


def test_of_two_who_ask_at_once_the_second_is_told(wave: Wave, administrator: User) -> None:
    releasing_jobs.ask(wave=wave, by=administrator)

    with pytest.raises(Refused, match="is being made already"):
        releasing_jobs.ask(wave=wave, by=a_member(Role.NATIONAL_ADMINISTRATOR))
    work(PREPARE)
    with pytest.raises(Refused, match="is being made already"):
        releasing_jobs.ask(wave=wave, by=administrator)

    assert Job.objects.filter(kind=PREPARE).count() == 1


def test_a_correction_says_what_it_corrects_before_any_worker_is_asked(
    wave: Wave, administrator: User
) -> None:
    let_out(prepared(wave), now=AFTER)
    count(wave, "Hull", [YES] * 20)

    with pytest.raises(Refused, match="Say in a note what this release corrects"):
        releasing_jobs.ask(wave=wave, by=administrator, note=" ")
    releasing_jobs.ask(wave=wave, by=administrator, note="Hull was missing.")
    all_of_it()

    release = Release.objects.get(number=2)
    assert (release.note, release.checks["missing"]) == ("Hull was missing.", [])


def test_a_correction_that_changes_nothing_is_refused_by_its_last_part(
    wave: Wave, administrator: User
) -> None:
    let_out(prepared(wave), now=AFTER)

    releasing_jobs.ask(wave=wave, by=administrator, note="Nothing, really.")
    all_of_it()

    stopped = releasing_jobs.standing(wave).stopped
    assert len(Release.objects.get(number=2).parts_left) == 1
    assert [words.partition(".")[0] for words in stopped] == [
        f"These are the very figures of {wave}, release 1"
    ]


def test_how_far_it_is_can_be_seen_at_each_step(wave: Wave, administrator: User) -> None:
    seen = [releasing_jobs.standing(wave)]
    releasing_jobs.ask(wave=wave, by=administrator)
    seen.append(releasing_jobs.standing(wave))
    going_on = [releasing_jobs.going_on()]
    work(PREPARE)
    total = Job.objects.filter(kind=PART).count()
    first = Job.objects.filter(kind=PART).order_by("pk")[0]
    jobs.run(first.pk, clock=at(AFTER))
    seen.append(releasing_jobs.standing(wave))
    going_on.append(releasing_jobs.going_on())
    work(PART)
    seen.append(releasing_jobs.standing(wave))
    work(CHECK)
    first = Job.objects.filter(kind=LOOK).order_by("pk")[0]
    jobs.run(first.pk, clock=at(AFTER))
    seen.append(releasing_jobs.standing(wave))
    going_on.append(releasing_jobs.going_on())
    work(LOOK)
    seen.append(releasing_jobs.standing(wave))
    going_on.append(releasing_jobs.going_on())
    work(END)
    seen.append(releasing_jobs.standing(wave))

    assert [(each.step, each.done, each.total) for each in seen] == [
        (Step.NOTHING, 0, 0),
        (Step.BEGINNING, 0, 0),
        (Step.WORKING, 1, total),
        (Step.CHECKING, 0, 0),
        (Step.CHECKING, 1, QUESTIONS),
        (Step.CHECKING, QUESTIONS, QUESTIONS),
        (Step.NOTHING, 0, 0),
    ]
    assert going_on == [{wave.pk}] * 4
    assert releasing_jobs.going_on() == set()
    # Each question is checked apart, also those that are worked out together.
    assert total == len(all_parts())
    assert Job.objects.filter(kind=LOOK).count() == QUESTIONS


def test_a_check_that_finds_something_says_so_without_the_numbers(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "found_in", lambda *_: [str(_a_finding(Range(3, 5)))])

    releasing_jobs.ask(wave=wave, by=administrator)
    all_of_it()

    job, release = Job.objects.get(kind=END), Release.objects.get()
    assert job.state == "refused"
    assert "a reader can come too near to how many answered." in job.words
    assert "between 3 and 5" not in job.words
    assert (release.checked_at, publishing.stage_of(release)) == (None, publishing.Stage.HELD_BACK)
    with pytest.raises(Refused, match="was not checked"):
        publishing.sign_off(release=release, by=administrator, now=AFTER)


def test_a_release_is_checked_again_when_somebody_asks(wave: Wave, administrator: User) -> None:
    release = prepared(wave)

    releasing_jobs.ask_to_check(release=release, by=administrator)
    with pytest.raises(Refused, match="is being made already"):
        releasing_jobs.ask_to_check(release=release, by=administrator)
    work(*CHECKING)

    release.refresh_from_db()
    assert release.checked_at == AFTER


def test_two_who_check_the_same_question_find_once_what_is_there(
    wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(one: Try, _said: object) -> list[str]:
        return [str(_a_finding(Range(3, 5)))] if one.part == "safe" else []

    monkeypatch.setattr(releasing, "found_in", found)
    release = prepared(wave)
    releasing_jobs.ask_to_check(release=release, by=a_member(Role.NATIONAL_ADMINISTRATOR))
    work(CHECK)
    for each in Job.objects.filter(kind=LOOK):
        jobs.ask(kind=LOOK, by=None, arguments=each.arguments, total=1)

    work(LOOK, END)
    [ended] = Job.objects.filter(kind=END)
    # As where the worker was killed after the commit and before it could say so.
    Job.objects.filter(pk=ended.pk).update(state="running", ended_at=None, due_at=AFTER)
    work(END)

    again = Job.objects.get(kind=END)
    assert states(LOOK) == {"done"}
    assert Release.objects.get().checks["found"] == [str(_a_finding(Range(3, 5)))]
    assert (again.state, again.words) == ("refused", ended.words)


def test_a_question_whose_worker_was_killed_is_checked_by_the_next(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = prepared(wave)
    releasing_jobs.ask_to_check(release=release, by=administrator)
    work(CHECK)
    killed = Job.objects.filter(kind=LOOK).order_by("pk")[0]
    with monkeypatch.context() as patch:
        patch.setattr(releasing, "found_in", _killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(killed.pk, clock=at(AFTER))

    work(LOOK, END)
    release.refresh_from_db()
    still = release.checks["going_on"]["left"], release.checked_at
    later = AFTER + 2 * jobs.LEASE
    work(LOOK, END, now=later)

    release.refresh_from_db()
    assert still == ([killed.arguments["part"]], None)
    assert (release.checked_at, states(END)) == (later, {"done"})


def _without_figures_of_a_question(release: Release) -> None:
    Figure.objects.filter(release=release, indicator="safe").delete()


def _with_another_digest(release: Release) -> None:
    Release.objects.filter(pk=release.pk).update(digest="0" * 64)


@pytest.mark.parametrize("change", [_without_figures_of_a_question, _with_another_digest])
def test_what_was_changed_while_it_was_checked_is_not_passed(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    """By somebody who goes about the rules."""
    monkeypatch.setattr(releasing, "found_in", _nothing)
    release = prepared(wave)
    releasing_jobs.ask_to_check(release=release, by=administrator)
    work(CHECK)
    change(release)

    work(LOOK, END)

    release.refresh_from_db()
    assert release.checked_at is None
    assert releasing_jobs.standing(wave).stopped


def _nothing(*_: object) -> list[str]:
    return []


def test_a_check_that_was_stopped_is_begun_anew_and_says_why_it_stopped_until_then(
    wave: Wave, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> None:
        raise Unreadable("York")

    release = prepared(wave)
    releasing_jobs.ask_to_check(release=release, by=administrator)
    with monkeypatch.context() as patch:
        patch.setattr(releasing, "found_in", unreadable)
        work(*CHECKING)
        stopped = releasing_jobs.standing(wave)
        patch.setattr(releasing, "found_in", _nothing)
        releasing_jobs.ask_to_check(release=release, by=administrator)
        waiting = releasing_jobs.standing(wave)
        work(*CHECKING)

    release.refresh_from_db()
    assert (stopped.step, stopped.stopped) == (Step.NOTHING, (str(Unreadable("York")),))
    assert (waiting.step, waiting.total) == (Step.CHECKING, 0)
    assert release.checked_at == AFTER
    assert releasing_jobs.standing(wave).stopped == ()


def test_what_is_not_wholly_prepared_or_is_out_is_not_checked(
    wave: Wave, administrator: User, keyring: Keyring
) -> None:
    begun = releasing.begin(wave=wave, keyring=keyring, now=AFTER)
    with pytest.raises(Refused, match="not wholly prepared"):
        releasing_jobs.ask_to_check(release=begun, by=administrator)

    out = let_out(prepared(wave), now=AFTER)
    with pytest.raises(Refused, match="is published"):
        releasing_jobs.ask_to_check(release=out, by=administrator)


@pytest.mark.django_db(transaction=True)
def test_where_tasks_run_at_once_asking_is_enough_and_how_far_it_is_is_seen(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a worker or a broker: as `run.py serve` and the demonstration do it, on SQLite."""
    wave = a_counted_wave()
    Wave.objects.filter(pk=wave.pk).update(opens_on="2026-01-01", closes_on="2026-03-31")
    seen: list[tuple[Step, int]] = []

    def watched(one: Try) -> Any:
        seen.append(_step_of(wave))
        return trying.figures_of(one)

    def watched_too(*_: object) -> list[str]:
        seen.append(_step_of(wave))
        return []

    monkeypatch.setattr(releasing, "figures_of", watched)
    monkeypatch.setattr(releasing, "found_in", watched_too)

    with transaction.atomic():
        releasing_jobs.ask(wave=wave, by=a_member(Role.NATIONAL_ADMINISTRATOR))

    release = Release.objects.get()
    assert (release.parts_left, release.checked_at is not None) == ([], True)
    assert Figure.objects.filter(release=release).exists()
    assert seen == [
        *((Step.WORKING, done) for done in range(len(all_parts()))),
        *((Step.CHECKING, done) for done in range(QUESTIONS)),
    ]


def _step_of(wave: Wave) -> tuple[Step, int]:
    now = releasing_jobs.standing(wave)
    return now.step, now.done


def _a_finding(reach: Range, part: Part = Part.BASE) -> Finding:
    cells = frozenset({Cell("E06000001", "spring", "age:8-11")})
    return Finding(Secret("E06000001, safe, age:8-11, year", "E06000001", cells), part, reach)


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("reach", [Range(7, 7), Range(0, 3), Range(1_204, 1_207)])
def test_no_sentence_of_a_finding_keeps_its_numbers(part: Part, reach: Range) -> None:
    said = publishing.without_numbers(str(_a_finding(reach, part)))

    what = "how many answered" if part is Part.BASE else "how many were favourable"
    assert said == (
        f"E06000001, safe, age:8-11, year: from what is shown a reader can come too near to {what}."
    )


def test_a_process_that_asks_and_publishes_loads_no_scipy() -> None:
    """In a process of its own: the web's, which has neither keys nor numbers to work out."""
    program = (
        "import tests.environment, django, sys; django.setup(); "
        "import analytics.releasing_jobs, analytics.publishing, analytics.costs, analytics.events, "
        "analytics.tasks; print(sorted({'scipy', 'numpy'} & sys.modules.keys()))"
    )

    found = run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"

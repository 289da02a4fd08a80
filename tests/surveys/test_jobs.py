"""Long work: asked on a page, done by a worker bit by bit, and never twice."""

import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from authorities.models import AuditEntry, Membership, User
from authorities.roles import Permission, Role
from surveys import jobs
from surveys.errors import JobWasTaken, Refused
from surveys.jobs import Running
from surveys.models import Job, JobFile
from surveys.pages.work import ask_with_files
from tests.authorities.factories import a_member

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PARTS = 3


def at(moment: datetime) -> Any:
    return lambda: moment


class Work:
    """Work of three parts that notes each, and may stop after one."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.stop_after: int | None = None
        self.why: BaseException = KeyboardInterrupt()

    def __call__(self, running: Running) -> str:
        for part in range(running.job.done + 1, PARTS + 1):
            if part == self.stop_after:
                raise self.why
            with transaction.atomic():
                self.done.append(part)
                running.progress(part, PARTS, now=running.clock())
        return "All three are done."


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    found = Work()
    monkeypatch.setitem(jobs._kinds, "counting", jobs.Kind("Counting", found))
    return found


def asked() -> Job:
    return jobs.ask(kind="counting", by=None)


def ended(job: Job) -> tuple[str, str, int]:
    job.refresh_from_db()
    return job.state, job.words, job.done


def test_it_is_done_once_however_often_it_is_run(work: Work) -> None:
    job = asked()

    outcomes = [jobs.run(job.pk, clock=at(job.due_at)) for _ in range(3)]

    assert outcomes == [True, False, False]
    assert (ended(job), work.done) == (("done", "All three are done.", 3), [1, 2, 3])


def test_a_killed_worker_leaves_it_to_the_next_who_goes_on_where_it_stopped(work: Work) -> None:
    job = asked()
    work.stop_after = 3
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.pk, clock=at(job.due_at))
    work.stop_after = None
    soon, later = job.due_at + timedelta(minutes=1), job.due_at + 2 * jobs.LEASE

    assert (jobs.due(now=soon), jobs.due(now=later)) == ([], [job.pk])
    assert jobs.run(job.pk, clock=at(later))
    assert (ended(job)[0], work.done) == ("done", [1, 2, 3])


def test_what_is_refused_is_said_and_not_tried_again(work: Work) -> None:
    job = asked()
    work.stop_after, work.why = 1, Refused("There is no such wave. Plan it first.")

    assert jobs.run(job.pk, clock=at(job.due_at))

    assert ended(job) == ("refused", "There is no such wave. Plan it first.", 0)


def test_what_fails_is_tried_again_and_then_given_up(work: Work) -> None:
    job = asked()
    work.stop_after, work.why = 2, ZeroDivisionError("a secret of a family")
    moment = job.due_at
    for _ in range(jobs.MOST_ATTEMPTS):
        jobs.run(job.pk, clock=at(moment))
        moment += timedelta(hours=1)

    assert ended(job) == (
        "failed",
        "Something went wrong; it is in the log. It was tried 5 times.",
        1,
    )
    assert work.done == [1]


def test_a_worker_that_slept_past_its_lease_stops(work: Work) -> None:
    job = asked()
    slow = Job.objects.get(pk=job.pk)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=2)
    slow.attempts = 1

    with pytest.raises(JobWasTaken):
        Running(slow, at(NOON)).progress(1, 3, now=NOON)


def test_a_job_that_was_rolled_back_is_never_done(work: Work) -> None:
    with transaction.atomic():
        asked()
        transaction.set_rollback(True)

    assert not Job.objects.exists()


# --- files ---------------------------------------------------------------------------------------


def with_files(running: Running) -> str:
    for number, name in enumerate(("one.txt", "two.txt")):
        running.keep_file(number=number, name=name, content=f"this is {name}".encode())
    return "Two files."


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, rf: Any) -> tuple[Client, Job]:
    """An administrator's browser, and a job that it asked for and that made two files."""
    kind = jobs.Kind("Filing", with_files, "files", Permission.INVITE_FAMILIES)
    monkeypatch.setitem(jobs._kinds, "filing", kind)
    client = Client()
    request = rf.post("/")
    request.user = a_member(Role.NATIONAL_ADMINISTRATOR)
    client.force_login(request.user)
    answer = ask_with_files(request, kind="filing", total=2)
    client.cookies.update(answer.cookies)
    job = Job.objects.get()
    jobs.run(job.pk, clock=at(job.due_at))
    return client, job


def test_the_browser_that_asked_fetches_the_files_and_the_audit_says_so(
    fetched: tuple[Client, Job],
) -> None:
    client, job = fetched

    answer = client.get(f"/staff/work/{job.pk}/files")

    archive = zipfile.ZipFile(BytesIO(answer.getvalue()))
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "one.txt": b"this is one.txt",
        "two.txt": b"this is two.txt",
    }
    assert AuditEntry.objects.filter(act="files fetched").count() == 1


def test_another_browser_of_the_same_person_opens_nothing(fetched: tuple[Client, Job]) -> None:
    _, job = fetched
    other = Client()
    other.force_login(User.objects.get())

    answer = other.get(f"/staff/work/{job.pk}/files")

    assert answer.status_code == 410
    assert "this browser can open" in answer.content.decode()


def test_whoever_lost_the_role_since_fetches_nothing(fetched: tuple[Client, Job]) -> None:
    client, job = fetched
    Membership.objects.update(held_until=timezone.localdate() - timedelta(days=1))

    page, answer = (client.get(f"/staff/work/{job.pk}/{rest}") for rest in ("", "files"))

    assert answer.status_code == 403
    assert "no role any more that lets you have them" in page.content.decode()
    assert not AuditEntry.objects.filter(act="files fetched").exists()


def test_files_of_a_kind_that_names_no_permission_are_fetched_by_nobody(
    fetched: tuple[Client, Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, job = fetched
    monkeypatch.setitem(jobs._kinds, "filing", jobs.Kind("Filing", with_files, "files"))

    assert client.get(f"/staff/work/{job.pk}/files").status_code == 410


def test_the_database_alone_opens_nothing(fetched: tuple[Client, Job]) -> None:
    _, job = fetched

    assert all(b"this is" not in bytes(each.sealed) for each in job.files.all())
    key = fetched[0].cookies["files"].value
    assert key not in str(list(Job.objects.values()))


def test_files_that_nobody_fetched_are_gone_after_a_day(fetched: tuple[Client, Job]) -> None:
    _, job = fetched
    now = job.files.latest("made_at").made_at

    assert jobs.forget_files(now=now + timedelta(hours=23)) == 0
    assert jobs.forget_files(now=now + timedelta(hours=25)) == 2
    assert not JobFile.objects.exists()


def test_anothers_work_is_seen_by_those_who_run_waves_alone(fetched: tuple[Client, Job]) -> None:
    _, job = fetched
    coordinator, administrator = Client(), Client()
    coordinator.force_login(a_member(Role.TRANSLATOR))
    administrator.force_login(a_member(Role.NATIONAL_ADMINISTRATOR))

    for address in (f"/staff/work/{job.pk}/", f"/staff/work/{job.pk}/state"):
        assert coordinator.get(address).status_code == 404
        assert administrator.get(address).status_code == 200
    assert "Filing" in administrator.get("/staff/work/").content.decode()
    assert "Filing" not in coordinator.get("/staff/work/").content.decode()

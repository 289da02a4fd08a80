"""A wave that was closed by hand is settled at once: words, boxes, what is left."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from feedback.models import Ballot, Batch, Comment
from feedback.settling import SETTLE
from surveys import closing, jobs
from surveys.models import Job
from tests.feedback.factories import Box, a_box
from tests.surveys.factories import a_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> Box:
    today = localdate()
    return a_box(
        a_participation(opens_on=today - timedelta(days=20), closes_on=today + timedelta(days=20))
    )


def asked(box: Box) -> Job:
    return Job.objects.get(kind=SETTLE, wave=box.wave)


def test_closing_has_it_settled_to_the_last_ballot(
    box: Box, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    box.cast(13, comment="It was good.")

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        closing.close_now(wave=box.wave, today=localdate())

    job = asked(box)
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert [batch.size for batch in Batch.objects.all()] == [13]
    assert (Ballot.objects.count(), Comment.objects.count()) == (0, 13)


def test_an_open_wave_is_not_settled(box: Box) -> None:
    job = jobs.ask(kind=SETTLE, by=None, wave=box.wave)

    jobs.run(job.pk, clock=now)

    job.refresh_from_db()
    assert (job.state, Ballot.objects.count()) == ("refused", 0)


def test_how_far_it_is_does_not_tell_where_anybody_answered(box: Box) -> None:
    """Boxes are counted, not those with something in them."""
    closing.close_now(wave=box.wave, today=localdate())
    job = jobs.ask(kind=SETTLE, by=None, wave=box.wave)

    jobs.run(job.pk, clock=now)

    job.refresh_from_db()
    assert (job.done, job.total, Batch.objects.count()) == (2, 2, 0)

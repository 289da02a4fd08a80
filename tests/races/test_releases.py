"""Workers that share a release say the very same as one alone, and sign-offs count once."""

from datetime import date
from functools import partial

import pytest

from analytics import publishing, releasing_jobs
from analytics.errors import Refused
from analytics.models import Release, SignOff
from analytics.publishing import SIGNATURES
from analytics.releasing_jobs import CHECK, END, LOOK, PART, PREPARE
from authorities.models import AuditEntry
from authorities.roles import Role
from surveys import jobs
from surveys.keyring import Keyring
from surveys.models import Job, Wave
from tests.analytics.closed_waves import AFTER, YES, a_counted_wave, checked, count, prepared
from tests.analytics.releases import signed_off
from tests.authorities.factories import a_member
from tests.races.together import together
from tests.surveys.factories import SOURCE, a_version, an_authority, an_open_wave

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_worker"),
]


QUARTERS = (
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
)


@pytest.fixture
def wave(keyring: Keyring) -> Wave:
    return a_counted_wave()


def worker() -> int:
    """Do whatever is due until nothing is; how much this one ended."""
    ended = 0
    while due := jobs.due(now=AFTER):
        ended += sum(jobs.run(pk, clock=lambda: AFTER) for pk in due)
    return ended


def test_two_workers_that_share_a_release_say_the_same_as_one_alone(wave: Wave) -> None:
    alone = prepared(wave)
    by = a_member(Role.NATIONAL_ADMINISTRATOR)
    for _ in range(3):
        Job.objects.all().delete()
        releasing_jobs.ask(wave=wave, by=by)
        [begun] = jobs.due(now=AFTER)
        jobs.run(begun, clock=lambda: AFTER)

        shares = together([worker, worker])

        release = Release.objects.get()
        ended = Job.objects.exclude(state="done").values_list("kind", "state", "words")
        assert (list(ended), release.parts_left) == ([], [])
        assert sum(shares) == Job.objects.exclude(kind=PREPARE).count()
        assert Job.objects.filter(kind=CHECK).count() == 1
        assert Job.objects.filter(kind=END).count() == 1
        assert (release.digest, release.checked_at) == (alone.digest, AFTER)


def test_two_workers_that_do_the_same_parts_at_once_make_each_figure_once(wave: Wave) -> None:
    alone = prepared(wave)
    releasing_jobs.ask(wave=wave, by=a_member(Role.NATIONAL_ADMINISTRATOR))
    [begun] = jobs.due(now=AFTER)
    jobs.run(begun, clock=lambda: AFTER)
    for part in Job.objects.filter(kind=PART).order_by("pk"):
        again = jobs.ask(kind=PART, by=None, arguments=part.arguments, total=1)

        together([partial(jobs.run, each.pk, clock=lambda: AFTER) for each in (part, again)])

    assert Release.objects.get().digest == alone.digest
    assert Job.objects.filter(kind=CHECK).count() == 1
    assert set(Job.objects.filter(kind=PART).values_list("state", flat=True)) == {"done"}


def test_two_workers_that_check_the_same_questions_at_once_end_the_check_once(wave: Wave) -> None:
    release = prepared(wave)
    begun = releasing_jobs.ask_to_check(release=release, by=a_member(Role.NATIONAL_ADMINISTRATOR))
    jobs.run(begun.pk, clock=lambda: AFTER)
    for question in Job.objects.filter(kind=LOOK).order_by("pk"):
        again = jobs.ask(kind=LOOK, by=None, arguments=question.arguments, total=1)

        together([partial(jobs.run, each.pk, clock=lambda: AFTER) for each in (question, again)])

    [end] = Job.objects.filter(kind=END)
    jobs.run(end.pk, clock=lambda: AFTER)
    release.refresh_from_db()
    assert (release.checked_at, release.checks["found"]) == (AFTER, [])
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_of_two_who_ask_for_a_release_at_once_one_does(trials: range, wave: Wave) -> None:
    two = [a_member(Role.NATIONAL_ADMINISTRATOR) for _ in range(2)]

    def ask(number: int) -> bool:
        try:
            releasing_jobs.ask(wave=wave, by=two[number])
        except Refused:
            return False
        return True

    for _ in trials:
        Job.objects.all().delete()

        found = together([partial(ask, 0), partial(ask, 1)])

        assert sorted(found) == [False, True]
        assert Job.objects.filter(kind=PREPARE).count() == 1


def test_a_person_who_signs_twice_at_once_has_signed_once(trials: range, wave: Wave) -> None:
    release = checked(wave)
    for _ in trials:
        person = a_member(Role.NATIONAL_ADMINISTRATOR)

        together([partial(publishing.sign_off, release=release, by=person, now=AFTER)] * 4)

        assert SignOff.objects.filter(by=person).count() == 1


def test_the_timetable_and_a_person_who_publish_at_once_publish_once(wave: Wave) -> None:
    release = checked(wave)
    two = [a_member(Role.NATIONAL_ADMINISTRATOR) for _ in range(SIGNATURES)]
    for person in two:
        publishing.sign_off(release=release, by=person, now=AFTER)
    Release.objects.filter(pk=release.pk).update(publish_at=AFTER)

    together(
        [
            partial(publishing.publish_due, now=AFTER),
            partial(publishing.publish, release=release, by=two[0], now=AFTER),
            partial(publishing.publish_due, now=AFTER),
        ]
    )

    assert AuditEntry.objects.filter(act="release published").count() == 1


def test_of_two_waves_of_a_survey_that_are_published_at_once_one_comes_out(
    keyring: Keyring,
) -> None:
    """Whichever is first, the other rests on it, or was passed over by it."""
    both = an_authority("Leeds"), an_authority("York")
    for number in range(5):
        version = a_version(SOURCE.replace('code = "small"', f'code = "small-{number}"'))
        ready = []
        for opens, closes in QUARTERS:
            wave = an_open_wave(*both, version=version, opens_on=opens, closes_on=closes)
            count(wave, "Leeds", [YES] * 30)
            ready.append(signed_off(prepared(wave), now=AFTER))

        def publish(release: Release) -> bool:
            try:
                publishing.publish(release=release, by=None, now=AFTER)
            except Refused:
                return False
            return True

        found = together([partial(publish, release) for release in ready])

        assert sorted(found) == [False, True]

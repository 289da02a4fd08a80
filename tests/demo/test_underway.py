"""What is under way in the demonstration: written by the rules, once, and nothing of it leaves."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from authorities.models import ServicePopulation
from config.demo import fieldwork, staff, underway
from config.demo.quarters import quarters_until
from surveys import comparing, core, drafting, grammar, publishing, sending
from surveys.keyring import Keyring
from surveys.models import Draft, Mailing, Participation, Proposal, Succession, Version
from surveys.senders.notify import Notify
from tests.surveys import notify_stand_in as stand_in
from tests.surveys.factories import an_authority
from tests.surveys.mailings import a_desk, all_sent, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def parts(today: date, keyring: Keyring) -> list[Participation]:
    """Two authorities in an open wave, of which the first asks a local question."""
    [_, quarter] = quarters_until(today, count=2)
    leeds, york = an_authority("Leeds"), an_authority("York")
    ServicePopulation.objects.bulk_create(
        ServicePopulation(authority=each, service="in-care", year=2025, number=500, derived=False)
        for each in (leeds, york)
    )
    version = publishing.publish(
        source=core.source(), translations=core.translations(), today=quarter.opens_on
    )
    staff.welcome(places=[leeds], today=today, listening_since=quarter.opens_on)
    fieldwork.plan_and_open(
        quarter=quarter,
        version=version,
        authorities=[leeds, york],
        keyring=keyring,
        choosing=leeds,
    )
    return list(
        Participation.objects.select_related("wave", "version", "authority").order_by(
            "authority__name"
        )
    )


def test_one_authority_asks_a_local_question_in_every_language(parts: list[Participation]) -> None:
    first, second = parts

    own = {each.code for each in first.version.definition.items}
    both = {each.code for each in second.version.definition.items}
    assert own - both == {"local-meeting-place"}
    assert first.version.translations.keys() == second.version.translations.keys()
    assert second.version.translations


def test_a_draft_is_under_way_and_another_waits_for_somebody_to_agree(
    parts: list[Participation], today: date
) -> None:
    for _ in range(2):
        underway.write(today=today)

    draft, proposed = Draft.objects.order_by("pk")
    survey, problems = drafting.read(draft.source)
    assert (draft.name, proposed.name) == (underway.DRAFT, underway.PROPOSED)
    assert problems == ()
    assert survey is not None
    assert survey.items[-1].code == "waiting"
    assert "cy" in drafting.stale_strings(draft, survey)
    proposal = Proposal.objects.get()
    assert (proposal.draft, proposal.state) == (proposed, "waiting")
    assert "do they keep the promise?" in proposal.source
    assert proposal.translations.keys() == core.translations().keys()


@pytest.mark.slow  # three versions of the core in all its languages
def test_in_the_open_wave_plainer_words_took_the_place_so_that_two_versions_can_be_compared(
    parts: list[Participation], today: date
) -> None:
    wave = parts[0].wave
    first = wave.version

    second = underway.reword(wave, today=today)
    underway.write(today=today)

    compared = comparing.compare(first.definition, second.definition)
    wave.refresh_from_db()
    assert [each.code for each in compared.differing] == ["easy-to-reach"]
    assert (wave.version, second.translations.keys()) == (second, first.translations.keys())
    assert list(Version.objects.cores()) == [first, second]
    assert Succession.objects.filter(before=first, after=second).exists()
    # What waits is what families are asked now, in other words at one place.
    waiting = Proposal.objects.get(state="waiting")
    differs = comparing.compare(second.definition, grammar.parse(waiting.source)).differing
    assert [each.code for each in differs] == ["promises"]


def test_a_mailing_is_under_way_and_the_sending_worker_leaves_it_alone(
    parts: list[Participation], today: date, keyring: Keyring
) -> None:
    mailing = underway.send(parts[0], today=today, keyring=keyring)

    before = sending.counts_of(mailing)
    with stand_in.a_stand_in() as server:
        sender = Notify(stand_in.KEY, {"text": "a", "email": "b"}, base_url=server.url, timeout=1)
        desk = a_desk(sender, keyring, at=timezone.now())
        all_sent(later(desk, timedelta(hours=1)))
    mailing = Mailing.objects.get()
    assert (mailing.state, mailing.handled) == ("sending", underway.HANDED_OVER)
    assert before.handled == underway.HANDED_OVER
    assert before.waiting > 0
    assert (sending.counts_of(mailing), server.book.took) == (before, [])

"""Two people publish."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from authorities.models import AuditEntry, User
from authorities.roles import Role
from surveys import drafting, proposing
from surveys.errors import MoreThanWording, Refused
from surveys.models import Proposal, Succession, Version, Wave
from tests.authorities.factories import a_member
from tests.surveys.drafts import BETTER, NOW, a_draft, a_proposal, an_author
from tests.surveys.factories import SOURCE, a_survey, a_translation, a_version, an_open_wave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_screens")]

State = Proposal.State


def test_what_one_proposes_another_publishes() -> None:
    proposal, other = a_proposal(), an_author()

    version = proposing.agree(proposal=proposal, why="Well tried.", by=other, now=NOW)

    proposal.refresh_from_db()
    assert (version.source, version.number, version.core) == (SOURCE, 1, None)
    assert (proposal.state, proposal.version, proposal.decided_by) == (
        State.AGREED, version, other,
    )  # fmt: skip
    acts = AuditEntry.objects.filter(act__contains="propos").order_by("pk")
    assert [(each.act, each.why, each.actor) for each in acts] == [
        ("survey proposed", "It reads better.", proposal.proposed_by),
        ("proposal agreed", "Well tried.", other),
    ]


def test_nobody_agrees_with_themselves_here_or_in_the_database() -> None:
    proposal = a_proposal()

    with pytest.raises(Refused, match="Two people publish"):
        proposing.agree(proposal=proposal, by=proposal.proposed_by, now=NOW)
    proposal.state, proposal.version = State.AGREED, a_version()
    proposal.decided_by = proposal.proposed_by
    with pytest.raises(IntegrityError):
        proposal.save()


def test_who_may_not_approve_does_not_publish() -> None:
    with pytest.raises(PermissionDenied):
        proposing.agree(proposal=a_proposal(), by=a_member(Role.PLANNER), now=NOW)
    assert not Version.objects.exists()


def test_agreed_twice_it_is_published_once() -> None:
    proposal = a_proposal()

    first = proposing.agree(proposal=proposal, by=an_author(), now=NOW)
    second = proposing.agree(proposal=proposal, by=an_author(), now=NOW)

    assert first == second
    assert Version.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_four_who_agree_at_once_one_publishes() -> None:
    proposal = a_proposal()
    people, together = [an_author() for _ in range(4)], Barrier(4)

    def agree(person: User) -> Version:
        try:
            connection.ensure_connection()
            together.wait()
            return proposing.agree(proposal=proposal, by=person, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(agree, people))

    assert len(set(found)) == 1
    assert Version.objects.count() == 1
    assert AuditEntry.objects.filter(act="proposal agreed").count() == 1


def test_what_is_changed_after_is_not_what_was_proposed() -> None:
    proposal = a_proposal()
    drafting.change(
        draft=proposal.draft, source=BETTER, revision=1, by=proposal.proposed_by, now=NOW
    )

    version = proposing.agree(proposal=proposal, by=an_author(), now=NOW)

    assert version.source == SOURCE


def test_it_is_published_in_the_languages_that_are_chosen_and_whole() -> None:
    author = an_author()
    draft = a_draft(by=author, cy=a_translation(a_survey()), ur=a_translation(a_survey(), "ur"))

    proposal = proposing.propose(
        draft=draft, revision=1, languages=["cy"], why="Yes.", by=author, now=NOW
    )

    assert set(proposing.agree(proposal=proposal, by=an_author(), now=NOW).translations) == {"cy"}


def test_what_is_not_fit_to_be_published_cannot_be_proposed() -> None:
    author = an_author()
    broken = a_draft(SOURCE.replace('kind = "helper"', 'kind = "choice"'), by=author)
    stale = a_draft(BETTER, by=author, cy=a_translation(a_survey()))

    def propose(draft: object, **more: object) -> None:
        wanted = {"why": "Yes.", "revision": 1, "by": author, "now": NOW, **more}
        proposing.propose(draft=draft, **wanted)  # type: ignore[arg-type]

    with pytest.raises(Refused, match="It asks 0 times who is helping"):
        propose(broken)
    with pytest.raises(Refused, match="safe/ask/12-17 is translated from an older English"):
        propose(stale, languages=["cy"])
    with pytest.raises(Refused, match="The draft is not in ur"):
        propose(stale, languages=["ur"])
    with pytest.raises(Refused, match="Say why"):
        propose(stale, why=" ")
    with pytest.raises(Refused, match="changed this draft since"):
        propose(stale, revision=7)
    assert not Proposal.objects.exists()


def test_what_is_published_already_or_waits_already_is_not_proposed_again() -> None:
    a_version()
    with pytest.raises(Refused, match="Nothing would be new: small 1"):
        a_proposal()
    waiting = a_proposal(BETTER)

    with pytest.raises(Refused, match="is proposed already"):
        proposing.propose(
            draft=waiting.draft, revision=1, why="Again.", by=waiting.proposed_by, now=NOW
        )


def test_a_trend_that_would_break_is_refused_at_once() -> None:
    a_version()

    with pytest.raises(Refused, match="Figures could not be compared"):
        a_proposal(SOURCE.replace("score = 50", "score = 51"))


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (
            lambda each, by: proposing.decline(proposal=each, why="Too long.", by=by, now=NOW),
            State.DECLINED,
        ),
        (lambda each, by: proposing.withdraw(proposal=each, by=by, now=NOW), State.WITHDRAWN),
    ],
)
def test_what_ended_otherwise_is_not_published_and_the_draft_can_be_proposed_again(
    end: Callable[[Proposal, User], Proposal], state: str
) -> None:
    proposal, other = a_proposal(), an_author()

    end(proposal, other)
    assert end(proposal, other).state == state

    with pytest.raises(Refused, match=f"was {state} already"):
        proposing.agree(proposal=proposal, by=other, now=NOW)
    again = proposing.propose(
        draft=proposal.draft, revision=1, why="Again.", by=proposal.proposed_by, now=NOW
    )
    assert again.state == State.WAITING


def test_better_words_take_their_place_in_an_open_wave_when_another_agrees() -> None:
    wave = an_open_wave()
    proposal, other = a_proposal(BETTER, wave=wave), an_author()

    version = proposing.agree(proposal=proposal, by=other, now=NOW)

    wave.refresh_from_db()
    assert wave.version == version
    record = Succession.objects.get()
    assert (record.asked_by, record.agreed_by, record.why) == (
        proposal.proposed_by, other, "It reads better.",
    )  # fmt: skip


def test_more_than_better_words_cannot_be_proposed_for_an_open_wave() -> None:
    wave = an_open_wave()

    with pytest.raises(MoreThanWording, match="slices figures"):
        a_proposal(SOURCE.replace("slices = true", "slices = false", 1), wave=wave)


def test_the_page_shows_what_is_new_and_who_may_decide_decides(client: Client) -> None:
    a_version()
    proposal = a_proposal(BETTER)
    address = reverse("proposal", args=[proposal.pk])
    client.force_login(proposal.proposed_by)
    mine = client.get(address)
    client.force_login(a_member(Role.NATIONAL_ADMINISTRATOR))

    theirs = client.get(address)
    nothing = client.post(address, {"do": "decline", "why": " "})
    agreed = client.post(address, {"do": "agree"}, follow=True)

    assert "somebody else must agree" in mine.text
    assert "when you are" in theirs.text
    assert "Its trend continues" in theirs.text
    assert (nothing.status_code, "Say why not" in nothing.text) == (422, True)
    assert "Published as small 2." in agreed.text
    assert client.get(reverse("proposals")).status_code == 200


def test_once_agreed_the_page_still_says_what_it_took_the_place_of(client: Client) -> None:
    wave = an_open_wave()
    first = wave.version
    proposal = a_proposal(BETTER, wave=wave)
    address = reverse("proposal", args=[proposal.pk])
    a_version(SOURCE.replace("Do you feel safe with us?", "Do you feel safe here?"))
    client.force_login(an_author())

    waiting = client.get(address).text
    client.post(address, {"do": "agree"})
    agreed = client.get(address).text

    assert f"It takes the place of {first} in" in waiting
    assert f"It took the place of {first} in" in agreed
    assert f"Compared with {first}." in waiting
    assert f"Compared with {first}." in agreed


def test_of_a_version_that_took_a_place_twice_each_proposal_says_its_own(client: Client) -> None:
    wave = an_open_wave()
    first = wave.version
    there = a_proposal(BETTER, wave=wave)
    second = proposing.agree(proposal=there, by=an_author(), now=NOW)
    back = a_proposal(SOURCE, wave=Wave.objects.get(pk=wave.pk))
    proposing.agree(proposal=back, by=an_author(), now=NOW)
    client.force_login(an_author())

    assert f"place of {first} in" in client.get(reverse("proposal", args=[there.pk])).text
    assert f"place of {second} in" in client.get(reverse("proposal", args=[back.pk])).text


def test_the_page_names_the_languages_that_would_be_lost(client: Client) -> None:
    survey = a_survey()
    a_version(SOURCE, cy=a_translation(survey), ur=a_translation(survey, "ur"))
    proposal = a_proposal(BETTER)
    client.force_login(an_author())

    shown = client.get(reverse("proposal", args=[proposal.pk])).text

    assert "<dt>Languages lost</dt><dd>Welsh, Urdu: small 1 is in them, and this is not." in shown


def test_whoever_is_to_agree_sees_what_came_of_bringing_the_form_in(client: Client) -> None:
    author = an_author()
    draft = drafting.begin(
        name="Form", source=SOURCE, notes=["Look whether “why”\nasks who."], by=author, now=NOW
    )
    proposal = proposing.propose(draft=draft, revision=1, why="Yes.", by=author, now=NOW)
    client.force_login(an_author())

    shown = client.get(reverse("proposal", args=[proposal.pk])).text

    assert "<li>Look whether “why” asks who.</li>" in shown


def test_who_neither_writes_nor_approves_sees_no_proposal(client: Client) -> None:
    proposal = a_proposal()
    client.force_login(a_member(Role.TRANSLATOR))

    assert client.get(reverse("proposals")).status_code == 403
    assert client.post(reverse("proposal", args=[proposal.pk]), {"do": "agree"}).status_code == 403
    assert not Version.objects.exists()


def test_a_draft_is_proposed_on_its_page(client: Client) -> None:
    author = an_author()
    client.force_login(author)
    draft = a_draft(by=author, cy=a_translation(a_survey()))
    address = reverse("draft-propose", args=[draft.pk])

    page = client.get(address)
    wrong = client.post(address, {"revision": 1, "why": ""})
    sent = client.post(address, {"revision": 1, "why": "Better.", "languages": ["cy"]})

    proposal = Proposal.objects.get()
    assert 'value="cy" id="language-cy" checked' in page.text
    assert (wrong.status_code, "Say why it should be published." in wrong.text) == (422, True)
    assert sent.url == reverse("proposal", args=[proposal.pk])  # type: ignore[attr-defined]
    assert (proposal.why, set(proposal.translations)) == ("Better.", {"cy"})

"""Listening: words reach national listeners within a day, and nobody else."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from authorities.models import AuditEntry, User
from authorities.querysets import AuditEntryQuerySet
from authorities.roles import Role
from feedback import listening
from feedback.envelopes import Idea, Words
from feedback.errors import Incomplete
from feedback.listening import comments_for, open_words, suggestions_for
from feedback.models import Ballot, Comment, Suggestion, Writing
from feedback.queue import Search, queue_for, writings_at
from surveys.keyring import Keyring
from surveys.models import Wave
from tests.authorities.factories import a_member, a_person, an_authority
from tests.feedback.factories import Box, a_box
from tests.surveys.factories import IN_AUTUMN, a_participation, a_wave

pytestmark = pytest.mark.django_db

YESTERDAY = IN_AUTUMN - timedelta(days=1)


@pytest.fixture
def box() -> Box:
    return a_box()


@pytest.fixture
def listener() -> User:
    return a_member(Role.LISTENER)


@pytest.fixture
def signed_in(client: Client, listener: User) -> Client:
    client.force_login(listener)
    return client


def an_idea(text: str = "Longer visits", **more: Any) -> Suggestion:
    return Suggestion.objects.create(**_writing(text, more))


def a_comment(text: str = "Thank you", **more: Any) -> Comment:
    return Comment.objects.create(**_writing(text, more))


def audited() -> AuditEntryQuerySet:
    return AuditEntry.objects.filter(act__contains="words")


def _writing(text: str, more: dict[str, Any]) -> dict[str, Any]:
    wave = Wave.objects.first() or a_wave()
    authority = more.pop("authority", None) or an_authority()
    return {"wave": wave, "authority": authority, "text": text, "opened_on": IN_AUTUMN, **more}


# --- opening


def test_words_become_ideas_and_comments_of_their_authority_and_nothing_else(box: Box) -> None:
    box.cast(answers={"topics": ("home",)}, idea="Longer visits", comment="Thank you")

    opened = box.open_words(IN_AUTUMN)

    place = {
        "wave": box.wave.pk,
        "authority": box.participation.authority.pk,
        "opened_on": IN_AUTUMN,
        "state": "unread",
    }
    fields = ("wave", "authority", "opened_on", "state", "text")
    assert opened == 1
    assert Suggestion.objects.values(*fields, "topics").get() == {
        **place,
        "text": "Longer visits",
        "topics": ["home"],
    }
    assert Comment.objects.values(*fields).get() == {**place, "text": "Thank you"}
    assert Ballot.objects.get().words is None


def test_a_single_familys_words_are_opened_however_few_they_are(box: Box) -> None:
    box.cast(comment="Please help me")

    box.open_words(IN_AUTUMN)

    assert Comment.objects.get().text == "Please help me"


def test_empty_words_become_nothing(box: Box) -> None:
    box.cast(3)
    box.cast(idea="   \n")

    assert box.open_words(IN_AUTUMN) == 4
    assert not Suggestion.objects.exists()
    assert not Comment.objects.exists()


def test_words_of_all_waves_and_channels_are_opened_together_in_no_order_of_casting() -> None:
    """That 60 writings of three boxes come out in the order in which they were cast: never."""
    boxes = [a_box() for _ in range(3)]
    for number, box in enumerate(boxes):
        box.cast(10, comment=f"invited {number}")
        box.cast_openly(10, comment=f"by a link {number}")

    opened = boxes[0].open_words(IN_AUTUMN)

    texts = list(Comment.objects.order_by("pk").values_list("text", flat=True))
    assert (opened, len(texts)) == (60, 60)
    assert texts not in (sorted(texts), sorted(texts, reverse=True))


def test_opening_twice_gives_the_words_once(box: Box) -> None:
    box.cast(5, comment="Thank you")

    assert [box.open_words(IN_AUTUMN), box.open_words(IN_AUTUMN)] == [5, 0]
    assert Comment.objects.count() == 5


def test_words_that_do_not_open_are_left_and_said_and_the_others_are_opened(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    public_key = bytes(box.wave.public_key or b"")
    box.cast(4, comment="Thank you")
    damaged, elsewhere, *_ = Ballot.objects.all()
    Ballot.objects.filter(pk=damaged.pk).update(words=b"damaged")
    Ballot.objects.filter(pk=elsewhere.pk).update(
        words=Words("E06999999", (Idea("of no authority"),)).sealed(public_key)
    )

    assert box.open_words(IN_AUTUMN) == 2

    left = Ballot.objects.with_unopened_words().order_by("pk")
    assert list(left.values_list("pk", flat=True)) == [damaged.pk, elsewhere.pk]
    assert "words_cannot_be_opened" in caplog.text
    assert "of no authority" not in caplog.text


def test_a_missing_key_of_one_wave_does_not_keep_the_words_of_another(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    lost = a_box()
    lost.cast(comment="cannot be read here")
    lost.keyring.destroy(lost.wave.key_name)
    box.cast(comment="Thank you")

    assert open_words(today=IN_AUTUMN, keyring=box.keyring) == 1

    assert Comment.objects.get().text == "Thank you"
    assert lost.held() == 1
    assert "words_of_a_wave_cannot_be_opened" in caplog.text


def test_a_damaged_key_file_of_one_wave_does_not_keep_the_words_of_another(
    keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    box, damaged = a_box(keyring=keyring), a_box(keyring=keyring)
    for each in (damaged, box):
        each.cast(comment=f"to {each.wave.slug}")
    (keyring.directory / f"{damaged.wave.key_name}.key").write_bytes(b"cut short")

    assert open_words(today=IN_AUTUMN, keyring=keyring) == 1

    assert Comment.objects.get().text == f"to {box.wave.slug}"
    assert damaged.held() == 1
    assert "words_of_a_wave_cannot_be_opened" in caplog.text


def test_a_thousand_words_take_few_statements(box: Box) -> None:
    box.cast(1_000, comment="Thank you")

    with CaptureQueriesContext(connection) as queries:
        box.open_words(IN_AUTUMN)

    # SQLite takes at most 999 values in a statement, of seven fields each.
    assert len(queries) <= (12 if connection.vendor == "postgresql" else 20)


# --- who may read


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LISTENER}))
def test_no_other_role_opens_the_door_to_words(role: Role) -> None:
    person = a_member(role)

    for door in (suggestions_for, comments_for):
        with pytest.raises(PermissionDenied):
            door(person, today=IN_AUTUMN)


def test_a_listener_of_one_authority_does_not_read_words_yet() -> None:
    person = a_member(Role.LISTENER, an_authority())

    with pytest.raises(PermissionDenied):
        suggestions_for(person, today=IN_AUTUMN)


def addresses(writing: Writing) -> list[tuple[str, str]]:
    return [
        ("get", reverse("words")),
        ("get", reverse("writing", args=[writing.kind, writing.pk])),
        ("post", reverse("writing-read", args=[writing.kind, writing.pk])),
        ("post", reverse("writing-escalate", args=[writing.kind, writing.pk])),
        ("post", reverse("writing-wording", args=[writing.kind, writing.pk])),
    ]


def test_whoever_is_not_signed_in_is_asked_to(client: Client) -> None:
    for method, address in addresses(an_idea()):
        answer = getattr(client, method)(address)

        assert answer.status_code == HTTPStatus.FOUND
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("superuser", [False, True])
def test_whoever_is_signed_in_without_the_role_is_refused(
    client: Client, *, superuser: bool
) -> None:
    writing = an_idea("Only for listeners")
    client.force_login(a_person(is_staff=True, is_superuser=superuser))

    for method, address in addresses(writing):
        answer = getattr(client, method)(address, {"told": "someone", "why": "a reason"})

        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert b"Only for listeners" not in answer.content
    writing.refresh_from_db()
    assert (writing.state, writing.note) == ("unread", "")


@pytest.mark.parametrize("what", ["writing-read", "writing-escalate", "writing-wording"])
def test_a_forged_post_is_refused(listener: User, what: str) -> None:
    writing = an_idea()
    client = Client(enforce_csrf_checks=True)
    client.force_login(listener)

    answer = client.post(
        reverse(what, args=["idea", writing.pk]), {"told": "a", "why": "b", "wording": "c"}
    )

    writing.refresh_from_db()
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert (writing.state, writing.safe_wording) == ("unread", "")


# --- the queue


def test_the_queue_has_both_kinds_and_the_oldest_first(listener: User) -> None:
    today, before = an_idea(), a_comment(opened_on=YESTERDAY)

    places = list(queue_for(listener, Search(), today=IN_AUTUMN))

    assert places == [(YESTERDAY, "comment", before.pk), (IN_AUTUMN, "idea", today.pk)]
    assert writings_at(listener, places, today=IN_AUTUMN) == [before, today]


@pytest.mark.parametrize(
    ("search", "texts"),
    [
        (Search(), ["unread comment", "unread idea"]),
        (Search(kind="idea"), ["unread idea"]),
        (Search(state="escalated"), ["escalated comment"]),
        (Search(state=""), ["escalated comment", "unread comment", "read idea", "unread idea"]),
        (Search(authority="E06000047", state=""), ["escalated comment"]),
        (Search(authority="E06000001"), []),
    ],
)
def test_the_queue_shows_what_is_searched_for(
    listener: User, search: Search, texts: list[str]
) -> None:
    a_comment("escalated comment", state="escalated", authority=an_authority(gss_code="E06000047"))
    a_comment("unread comment")
    an_idea("read idea", state="read")
    an_idea("unread idea")

    places = queue_for(listener, search, today=IN_AUTUMN)

    assert [each.text for each in writings_at(listener, places, today=IN_AUTUMN)] == texts


def test_the_page_shows_twenty_in_as_many_queries_as_one(signed_in: Client) -> None:
    an_idea("number 0")
    a_comment("number 0")
    signed_in.get(reverse("words"))  # whatever is asked only once
    with CaptureQueriesContext(connection) as for_two:
        signed_in.get(reverse("words"))
    for number in range(1, 12):
        an_idea(f"number {number}")
        a_comment(f"number {number}")

    with CaptureQueriesContext(connection) as for_twenty:
        text = signed_in.get(reverse("words")).content.decode()

    assert len(for_twenty) == len(for_two)
    assert text.count('<a href="/staff/words/') == 20
    assert "Page 1 of 2" in text


def test_the_second_page_keeps_the_search(signed_in: Client) -> None:
    for number in range(21):
        an_idea(f"number {number}")

    first = signed_in.get(reverse("words"), {"kind": "idea"}).content.decode()
    second = signed_in.get(reverse("words"), {"kind": "idea", "page": "2"}).content.decode()

    assert 'href="?kind=idea&amp;page=2"' in first
    assert 'href="?kind=idea&amp;page=1"' in second
    assert second.count('<a href="/staff/words/idea/') == 1


@pytest.mark.parametrize("page", ["0", "-1", "no number", "99999999999999999999999"])
def test_a_page_that_is_not_there_gives_one_that_is(signed_in: Client, page: str) -> None:
    an_idea()

    answer = signed_in.get(reverse("words"), {"page": page})

    assert answer.status_code == HTTPStatus.OK
    assert "Longer visits" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"authority": "E99"}, "Choose an authority from the list."),
        ({"kind": "poem"}, "Choose a kind from the list."),
        ({"state": "lost"}, "Choose what to show from the list."),
    ],
)
def test_a_search_for_what_there_is_not_says_so(
    signed_in: Client, query: dict[str, str], said: str
) -> None:
    answer = signed_in.get(reverse("words"), query)

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert said in answer.content.decode()


@pytest.mark.parametrize("path", ["poem/1/", "idea/123456/", "idea/99999999999999999999999999/"])
def test_a_writing_that_is_not_there_is_not_found(signed_in: Client, path: str) -> None:
    assert signed_in.get(reverse("words") + path).status_code == HTTPStatus.NOT_FOUND


def test_what_was_written_is_shown_as_text_and_cannot_turn_the_page(signed_in: Client) -> None:
    idea = an_idea("<script>alert(1)</script>\n\nمیری بات سنیں")

    listed = signed_in.get(reverse("words")).content.decode()
    alone = signed_in.get(reverse("writing", args=["idea", idea.pk])).content.decode()

    assert "<script>" not in listed + alone
    assert "<bdi>&lt;script&gt;" in listed
    assert '<p dir="auto">&lt;script&gt;alert(1)&lt;/script&gt;</p>' in alone
    assert '<p dir="auto">میری بات سنیں</p>' in alone


def test_the_pages_tell_the_day_and_no_finer_time_and_are_not_kept(signed_in: Client) -> None:
    idea = an_idea(topics=["home-and-placement", "of an older survey"])

    answer = signed_in.get(reverse("writing", args=["idea", idea.pk]))

    text = answer.content.decode()
    assert "23 November 2026" in text
    assert "of an older survey" in text
    assert "no-store" in answer["Cache-Control"]


def test_a_simulated_waves_words_are_said_to_be_simulated(signed_in: Client) -> None:
    simulated = a_participation(simulated=True).wave
    idea = an_idea(wave=simulated)

    listed = signed_in.get(reverse("words")).content.decode()
    alone = signed_in.get(reverse("writing", args=["idea", idea.pk])).content.decode()

    assert '<span class="tag">Simulated</span>' in listed
    assert "No family wrote this" in alone


# --- what a listener does


def test_marking_as_read_goes_on_to_the_next_of_the_same_search(
    signed_in: Client, listener: User
) -> None:
    first, after = a_comment("first", opened_on=YESTERDAY), a_comment("after")
    an_idea("of another kind", opened_on=YESTERDAY)

    answer = signed_in.post(reverse("writing-read", args=["comment", first.pk]) + "?kind=comment")

    first.refresh_from_db()
    assert (first.state, first.read_by) == ("read", listener)
    assert answer["Location"] == reverse("writing", args=["comment", after.pk]) + "?kind=comment"
    assert audited().values_list("actor", "act", "subject", "authority").get() == (
        listener.pk,
        "words read",
        f"comment {first.pk}",
        first.authority.pk,
    )


def test_after_the_last_the_queue_is_shown(signed_in: Client) -> None:
    idea = an_idea()

    answer = signed_in.post(reverse("writing-read", args=["idea", idea.pk]))

    assert answer["Location"] == reverse("words")


def test_marking_twice_is_noted_once_and_by_whom_it_was_first(listener: User) -> None:
    idea = an_idea()

    for person in (listener, a_member(Role.LISTENER)):
        listening.mark_read(writing=idea, by=person)

    idea.refresh_from_db()
    assert (idea.read_by, audited().count()) == (listener, 1)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("unread", "Marked as read."),
        ("escalated", "It stays escalated: somebody was told of it."),
        ("read", "It was marked as read before."),
    ],
)
def test_the_page_says_what_became_of_a_writing_that_was_marked_as_read(
    signed_in: Client, state: str, said: str
) -> None:
    idea = an_idea(state=state)

    answer = signed_in.post(reverse("writing-read", args=["idea", idea.pk]), follow=True)

    assert [str(each) for each in answer.context["messages"]] == [said]


def test_reading_does_not_undo_an_escalation(listener: User) -> None:
    idea = an_idea(state="escalated")

    listening.mark_read(writing=idea, by=listener)

    idea.refresh_from_db()
    assert idea.state == "escalated"


def test_escalating_keeps_whom_and_why_with_the_writing_and_not_in_the_audit(
    signed_in: Client, listener: User
) -> None:
    idea = an_idea()
    address = reverse("writing-escalate", args=["idea", idea.pk])

    answer = signed_in.post(address, {"told": "The duty team of Anytown", "why": "She is afraid"})

    idea.refresh_from_db()
    entry = audited().get()
    assert answer["Location"] == reverse("writing", args=["idea", idea.pk])
    assert (idea.state, idea.read_by) == ("escalated", listener)
    assert idea.note.endswith("Sam Field told The duty team of Anytown: She is afraid")
    assert (entry.act, entry.subject, entry.why) == ("words escalated", f"suggestion {idea.pk}", "")


def test_a_second_escalation_adds_to_the_note(listener: User) -> None:
    idea = an_idea()

    for told in ("The duty team", "The police"):
        listening.escalate(writing=idea, by=listener, told=told, why="Afraid", today=IN_AUTUMN)

    idea.refresh_from_db()
    assert idea.note == (
        "23 November 2026, Sam Field told The duty team: Afraid\n"
        "23 November 2026, Sam Field told The police: Afraid"
    )


@pytest.mark.parametrize(
    ("told", "why", "said"),
    [("", "Afraid", "Say whom you told."), ("The duty team", "  ", "Say why you told them.")],
)
def test_escalating_without_saying_whom_or_why_changes_nothing_and_keeps_what_was_typed(
    signed_in: Client, listener: User, told: str, why: str, said: str
) -> None:
    idea = an_idea()
    address = reverse("writing-escalate", args=["idea", idea.pk])

    answer = signed_in.post(address, {"told": told, "why": why})

    idea.refresh_from_db()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.content.decode()
    assert (told or why) in answer.content.decode()
    assert (idea.state, idea.note) == ("unread", "")
    with pytest.raises(Incomplete):
        listening.escalate(writing=idea, by=listener, told=told, why=why, today=IN_AUTUMN)


def test_safe_words_are_kept_beside_the_familys_own(signed_in: Client) -> None:
    idea = an_idea("Tell Jo at Elm House to knock")

    answer = signed_in.post(
        reverse("writing-wording", args=["idea", idea.pk]), {"wording": " Staff should knock "}
    )

    idea.refresh_from_db()
    assert answer.status_code == HTTPStatus.FOUND
    assert (idea.text, idea.safe_wording) == ("Tell Jo at Elm House to knock", "Staff should knock")
    assert audited().get().act == "words made safe"


def test_safe_words_can_be_taken_back(listener: User) -> None:
    idea = an_idea(safe_wording="Jo should knock")

    for _ in range(2):
        listening.save_wording(writing=idea, by=listener, wording="")

    idea.refresh_from_db()
    assert idea.safe_wording == ""
    assert [entry.act for entry in audited()] == ["safe words taken back"]


def test_safe_words_that_are_too_long_are_refused_and_kept_on_the_page(signed_in: Client) -> None:
    idea = an_idea()

    answer = signed_in.post(
        reverse("writing-wording", args=["idea", idea.pk]), {"wording": "word " * 1_001}
    )

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "word word word" in answer.content.decode()


def test_listening_has_a_door_on_the_staff_home_page(signed_in: Client) -> None:
    assert reverse("words") in signed_in.get(reverse("staff-home")).content.decode()

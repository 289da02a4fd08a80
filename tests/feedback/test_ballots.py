"""Casting: one INSERT for whoever sends, once for each code, and nothing to be seen in the row."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.ballots import Sent, cast, cast_many
from feedback.envelopes import Answers, Idea, Words, opened
from feedback.errors import NotOpen
from feedback.models import Ballot, Channel
from surveys import fielding, inviting
from surveys.models import Invitation
from tests.feedback.factories import ANSWERS, Box, a_box, sent
from tests.surveys.factories import a_wave, an_authority

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> Box:
    return a_box()


def inside(box: Box, ballot: Ballot) -> tuple[Answers, Words]:
    key = box.keyring.private_key(box.wave.key_name)
    assert ballot.words is not None
    answers, words = opened([bytes(ballot.answers), bytes(ballot.words)], key)
    assert answers is not None
    assert words is not None
    return Answers.read(answers), Words.read(words)


def writes(queries: CaptureQueriesContext) -> list[str]:
    """The statements that are not about the transaction itself."""
    statements = [query["sql"].split()[0] for query in queries]
    return [each for each in statements if each not in {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}]


def test_a_ballot_holds_in_its_envelopes_what_was_sent(box: Box) -> None:
    [code] = box.codes()

    cast(
        participation=box.participation,
        sent=sent(
            code,
            answers={"safe": ("yes",), "topics": ("listening", "home")},
            idea="  Longer visits \n",
            comment="Thank you",
        ),
    )

    [ballot] = Ballot.objects.all()
    assert (ballot.participation, ballot.channel) == (box.participation, Channel.INVITED)
    assert inside(box, ballot) == (
        Answers(code, "12-17", "en", {"safe": ("yes",), "topics": ("listening", "home")}),
        Words(
            box.participation.authority.gss_code,
            ideas=(Idea("Longer visits", ("listening", "home")),),
            comments=("Thank you",),
        ),
    )


def test_a_ballot_without_words_has_a_words_envelope_of_the_same_size(box: Box) -> None:
    box.cast(idea="Longer visits")
    box.cast()

    with_words, without = Ballot.objects.order_by("pk")

    assert inside(box, without)[1] == Words(box.participation.authority.gss_code)
    assert with_words.words is not None
    assert without.words is not None
    assert len(with_words.words) == len(without.words)


def test_casting_is_one_insert_and_reads_nothing(box: Box) -> None:
    [code] = box.codes()

    with CaptureQueriesContext(connection) as queries:
        cast(participation=box.participation, sent=sent(code, idea="Longer visits"))

    assert writes(queries) == ["INSERT"]
    assert len(queries) == 1  # not even a transaction around it


def test_casting_leaves_the_invitation_as_it_was(box: Box) -> None:
    box.cast(3)

    assert list(Invitation.objects.values_list("spent", flat=True)) == [False] * 3


@pytest.mark.parametrize("many", [False, True])
def test_of_two_ballots_with_one_code_the_first_is_kept(box: Box, *, many: bool) -> None:
    [code] = box.codes()
    first, second = sent(code, answers={"safe": ("yes",)}), sent(code, answers={"safe": ("no",)})

    if many:
        cast_many(participation=box.participation, sent=[first, second])
    else:
        cast(participation=box.participation, sent=first)
        cast(participation=box.participation, sent=second)

    [kept] = Ballot.objects.all()
    assert inside(box, kept)[0].chosen == {"safe": ("yes",)}


def test_a_browser_is_known_again_in_one_participation_and_not_in_another(box: Box) -> None:
    another = a_box()
    for each in (box, box, another):
        cast(participation=each.participation, sent=sent(browser="chosen-by-the-browser"))

    kept = Ballot.objects.order_by("pk").values_list("participation", "channel")

    assert list(kept) == [
        (box.participation.pk, Channel.OPEN),
        (another.participation.pk, Channel.OPEN),
    ]


@pytest.mark.parametrize("browser", [None, ""])
def test_without_a_browsers_id_a_repeat_is_not_recognised(box: Box, browser: str | None) -> None:
    for _ in range(2):
        cast(participation=box.participation, sent=sent(browser=browser))

    assert box.held() == 2


def test_a_browser_that_calls_itself_by_a_code_does_not_take_the_codes_place(box: Box) -> None:
    [code] = box.codes()
    cast(participation=box.participation, sent=sent(browser=code))

    cast(participation=box.participation, sent=sent(code))

    assert box.held() == 2


def test_nothing_in_the_row_is_what_the_invitation_has(box: Box) -> None:
    [code] = box.cast()
    ballot = Ballot.objects.get()

    stored = bytes(ballot.once) + bytes(ballot.answers) + bytes(ballot.words or b"")

    assert code.encode() not in stored
    assert inviting.digest_of(code) not in stored


def test_many_ballots_are_cast_in_few_statements(box: Box) -> None:
    codes = box.codes(501)

    with CaptureQueriesContext(connection) as queries:
        cast_many(participation=box.participation, sent=(sent(code) for code in codes))

    assert Ballot.objects.count() == 501
    # SQLite takes at most 999 values in a statement.
    assert len(writes(queries)) == (2 if connection.vendor == "postgresql" else 4)


def test_one_and_many_seal_the_same(box: Box) -> None:
    one, many = box.codes(2)

    cast(participation=box.participation, sent=sent(one, idea="Longer visits"))
    cast_many(participation=box.participation, sent=[sent(many, idea="Longer visits")])

    found = [inside(box, ballot) for ballot in Ballot.objects.order_by("pk")]
    words = Words(box.participation.authority.gss_code, ideas=(Idea("Longer visits"),))
    assert found == [
        (Answers(one, "12-17", "en", ANSWERS), words),
        (Answers(many, "12-17", "en", ANSWERS), words),
    ]


@pytest.mark.parametrize(
    "cast_it",
    [cast, lambda participation, sent: cast_many(participation=participation, sent=[sent])],
)
def test_a_wave_that_never_opened_takes_no_ballot(cast_it: Any) -> None:
    wave = a_wave(opens_on=date(2027, 1, 1), closes_on=date(2027, 2, 1))
    participation = fielding.join(
        wave=wave, authority=an_authority(), help_name="A person", help_phone="0800"
    )

    with pytest.raises(NotOpen, match="not open yet"):
        cast_it(participation=participation, sent=sent("0123456789A"))

    assert not Ballot.objects.exists()


def test_words_of_an_item_that_the_survey_does_not_have_are_not_kept(box: Box) -> None:
    box.cast(name="I am Jo")

    [ballot] = Ballot.objects.all()

    assert inside(box, ballot)[1] == Words(box.participation.authority.gss_code)


def test_sent_is_a_value() -> None:
    assert sent("0123456789A") == Sent(sent("0123456789A").given, "12-17", "en", "0123456789A")

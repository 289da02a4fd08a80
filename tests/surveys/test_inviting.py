"""Codes of which only keyed digests are kept, and open links."""

import hmac
from collections.abc import Iterator
from datetime import date
from time import monotonic

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from authorities.models import AuditEntry, Setting
from surveys import codes, inviting
from surveys.errors import Refused, UnknownCode
from surveys.models import Invitation, OpenLink, Participation
from tests.surveys.factories import (
    SOURCE,
    a_participation,
    a_survey,
    a_translation,
    a_version,
    an_authority,
    some_codes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def participation() -> Participation:
    return a_participation()


def rows() -> list[bytes]:
    """Digests in the order in which the rows were written."""
    return [
        bytes(each) for each in Invitation.objects.order_by("pk").values_list("digest", flat=True)
    ]


def test_a_code_finds_its_invitation_and_all_it_belongs_to_in_one_query(
    participation: Participation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    (code,) = some_codes(participation)
    assert participation.version.definition.items

    with django_assert_num_queries(1):
        invitation = inviting.invitation_for(code)
        found = invitation.participation
        about = (found.wave, found.authority, found.version.definition.code)

    assert about == (participation.wave, participation.authority, "small")
    assert (invitation.age_version, invitation.language, invitation.spent) == ("12-17", "en", False)


def test_every_code_is_right_different_and_returned_as_often_as_it_was_asked_for(
    participation: Participation,
) -> None:
    made = some_codes(participation, 300)

    assert len(set(made)) == len(made) == 300
    assert [codes.tidy(code) for code in made] == made
    assert sorted(rows()) == sorted(map(inviting.digest_of, made))


def test_rows_are_written_in_an_order_that_has_nothing_to_do_with_the_list(
    participation: Participation,
) -> None:
    """That 300 fall in the same order by chance, or fewer than 1 in 4 stay near, cannot happen."""
    made = [inviting.digest_of(code) for code in some_codes(participation, 300)]

    place = {digest: number for number, digest in enumerate(rows())}
    moved = [abs(place[digest] - number) for number, digest in enumerate(made)]

    assert 50 < sum(moved) / 300 < 150  # for random orders about a third of 300


def test_nothing_but_a_keyed_digest_is_kept_of_a_code(
    participation: Participation, settings: Settings
) -> None:
    (code,) = some_codes(participation)

    (kept,) = rows()

    assert kept == hmac.digest(settings.HEARD_CODE_KEY, code.encode(), "sha256")
    assert code.encode() not in kept
    settings.HEARD_CODE_KEY = b"\x09" * 32
    with pytest.raises(UnknownCode):
        inviting.invitation_for(code)


def test_a_code_that_someone_has_is_not_made_again(
    participation: Participation, monkeypatch: pytest.MonkeyPatch
) -> None:
    (taken,) = some_codes(participation)
    fresh = codes.make()
    next_codes: Iterator[str] = iter([taken, taken, fresh])
    monkeypatch.setattr(codes, "make", lambda: next(next_codes))

    assert some_codes(participation) == [fresh]


def test_an_unknown_code_gets_a_sentence(participation: Participation) -> None:
    some_codes(participation)

    with pytest.raises(UnknownCode, match="We do not know this code"):
        inviting.invitation_for(codes.make())


def test_an_invitation_may_be_in_another_language_and_for_a_setting() -> None:
    version = a_version(SOURCE, cy=a_translation(a_survey()))
    participation = a_participation(version=version)
    setting = Setting.objects.create(
        authority=participation.authority, code="the-house", name="The House"
    )

    inviting.make_codes(
        participation=participation, count=2, age_version="8-11", language="cy", setting=setting
    )

    found = Invitation.objects.values_list("age_version", "language", "setting__name")
    assert list(found) == [("8-11", "cy", "The House")] * 2


@pytest.mark.parametrize(
    ("count", "age_version", "language", "sentence"),
    [
        (0, "8-11", "en", "Ask for 1 to 1,000,000 codes at once, not 0."),
        (1_000_001, "8-11", "en", "Ask for 1 to 1,000,000 codes at once, not 1,000,001."),
        (1, "4-7", "en", 'There is no age version "4-7" here, only 8-11, 12-17.'),
        (1, "8-11", "cy", 'small 1 is not in the language "cy", only in en.'),
    ],
)
def test_codes_that_would_lead_nowhere_are_not_made(
    participation: Participation, count: int, age_version: str, language: str, sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        inviting.make_codes(
            participation=participation, count=count, age_version=age_version, language=language
        )

    assert str(refused.value) == sentence
    assert rows() == []


def test_a_setting_of_another_authority_is_refused(participation: Participation) -> None:
    setting = Setting.objects.create(authority=an_authority(), code="a-home", name="A Home")

    with pytest.raises(Refused, match="A Home does not belong to"):
        inviting.make_codes(
            participation=participation, count=1, age_version="8-11", setting=setting
        )


def test_nobody_is_invited_to_a_survey_that_was_asked_elsewhere() -> None:
    source = SOURCE.replace('code = "small"', 'code = "older"\nasked_elsewhere = true')
    participation = a_participation(version=a_version(source))

    with pytest.raises(Refused, match="older 1 was asked elsewhere"):
        some_codes(participation)
    with pytest.raises(Refused, match="older 1 was asked elsewhere"):
        inviting.make_open_link(participation=participation)


def test_the_number_of_queries_does_not_grow_with_every_code(
    participation: Participation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert participation.version.definition.items

    with django_assert_max_num_queries(45):  # SQLite takes some two hundred rows at once
        some_codes(participation, 4_001)

    assert len(rows()) == 4_001


def test_a_participation_may_have_several_open_links_and_each_may_be_taken_down(
    participation: Participation,
) -> None:
    first = inviting.make_open_link(participation=participation)
    second = inviting.make_open_link(participation=participation)

    OpenLink.objects.filter(pk=first.pk).update(closed_on=date(2026, 11, 1))

    assert first.slug != second.slug
    assert len(first.slug) == 8
    assert set(first.slug) <= set(codes.ALPHABET.lower())
    assert list(OpenLink.objects.open_on(date(2026, 10, 31)).order_by("pk")) == [first, second]
    assert list(OpenLink.objects.open_on(date(2026, 11, 1))) == [second]


@pytest.mark.slow
def test_a_hundred_thousand_codes_are_made_within_a_minute(participation: Participation) -> None:
    began = monotonic()

    made = some_codes(participation, 100_000)

    seconds = monotonic() - began
    print(f"100,000 codes in {seconds:.1f} s")
    assert len(made) == Invitation.objects.count() == 100_000
    assert seconds < 60


def test_an_open_link_is_made_and_taken_down_once_and_the_audit_says_so(
    participation: Participation,
) -> None:
    link = inviting.make_open_link(participation=participation)
    days = [date(2026, 11, 1), date(2026, 11, 2)]

    closed = [
        inviting.close_open_link(participation=participation, slug=link.slug, today=day)
        for day in days
    ]

    assert [each.closed_on for each in closed] == [days[0]] * 2
    entries = AuditEntry.objects.filter(act__startswith="open link").order_by("pk")
    assert list(entries.values_list("act", "subject", "authority")) == [
        (act, f"{link.slug} of {participation.wave.slug}", participation.authority.pk)
        for act in ("open link made", "open link taken down")
    ]


def test_an_open_link_of_another_is_not_taken_down(participation: Participation) -> None:
    link = inviting.make_open_link(participation=a_participation())

    with pytest.raises(Refused, match=f'There is no open link "{link.slug}" of'):
        inviting.close_open_link(
            participation=participation, slug=link.slug, today=date(2026, 11, 1)
        )

    link.refresh_from_db()
    assert link.closed_on is None

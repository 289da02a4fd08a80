"""Typing in paper: all sheets or none, and nobody learns whether a code was used before."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from authorities.models import AuditEntry, User
from authorities.roles import Role
from feedback import destruction, listening, mixing, typing_in
from feedback.models import Ballot, Channel, Typist
from feedback.typing_in import NotRight, Sheet
from surveys import codes, inviting
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.authorities.factories import a_member
from tests.feedback.factories import a_box
from tests.feedback.families import asked_today, kept, text
from tests.surveys.factories import some_codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def participation(keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring)


@pytest.fixture
def typist(participation: Participation) -> User:
    return a_member(Role.COORDINATOR, participation.authority)


@pytest.fixture
def desk(typist: User) -> Client:
    client = Client()
    client.force_login(typist)
    return client


def sheet(code: str, by: User, **typed: str) -> Sheet:
    paper = typing_in.paper_with(code, by=by, today=timezone.localdate())
    return Sheet(paper, typed or {"safe": "1"})


def cast(by: User, *some: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return typing_in.cast(typed=some, by=by, today=timezone.localdate())


def one_without(participation: Participation, by: User, sheet: str = "0" * 32) -> Sheet:
    paper = typing_in.paper_without(
        participation=participation,
        age_version="8-11",
        language="en",
        sheet=sheet,
        by=by,
        today=timezone.localdate(),
    )
    return Sheet(paper, {"safe": "2"})


# --- the rule ---


def test_sheets_are_ballots_like_any_other_with_their_age_and_language(
    participation: Participation, typist: User, keyring: Keyring
) -> None:
    older, younger = some_codes(participation)[0], some_codes(participation, age_version="8-11")[0]

    dropped = cast(
        typist,
        sheet(older, typist, safe="1", idea="Longer visits", helper="1"),
        sheet(younger.lower(), typist, safe="1"),
    )

    inside = kept(participation, keyring)
    assert dropped == []
    assert [(each.code, each.age_version, each.language, each.chosen) for each, _ in inside] == [
        (older, "12-17", "en", {"safe": ("yes-lots",), "helper": ("alone",)}),
        (younger, "8-11", "en", {"safe": ("yes",)}),
    ]
    assert [idea.text for _, words in inside for idea in words.ideas] == ["Longer visits"]
    assert set(Ballot.objects.values_list("channel", flat=True)) == {Channel.INVITED}


def typed_in() -> list[tuple[User | None, str]]:
    found = AuditEntry.objects.filter(act="paper typed in").order_by("pk")
    return [(each.actor, each.subject) for each in found]


def test_the_audit_says_who_typed_at_the_mix_once_and_not_how_many_sheets(
    participation: Participation, typist: User, keyring: Keyring
) -> None:
    """An entry at once would tell that a family has answered, and when."""
    box, another = a_box(participation, keyring=keyring), a_member(Role.NATIONAL_ADMINISTRATOR)
    first, second, third = some_codes(participation, 3)
    cast(typist, sheet(first, typist), sheet(second, typist))
    cast(typist, sheet(third, typist))
    cast(another, *(sheet(code, another) for code in some_codes(participation, 20)))
    before = typed_in()
    entries = AuditEntry.objects.count()

    box.mix(timezone.localdate())

    assert (before, entries) == ([], AuditEntry.objects.count() - 2)
    slug = participation.wave.slug
    assert typed_in() == [(typist, slug), (another, slug)]
    told = AuditEntry.objects.filter(act="paper typed in").values_list("authority", "why")
    assert set(told) == {
        (
            participation.authority_id,
            "Said at a mix, or at the end: how many sheets, and on which day, is not kept.",
        )
    }
    assert not Typist.objects.exists()


def test_who_typed_into_one_box_is_not_said_at_the_mix_of_another(
    participation: Participation, typist: User, keyring: Keyring
) -> None:
    box = a_box(participation, keyring=keyring)
    inviting.make_open_link(participation=participation)
    cast(typist, one_without(participation, typist))
    box.cast(20)

    box.mix(timezone.localdate())

    assert typed_in() == []
    box.cast_openly(19)
    box.mix(timezone.localdate(), Channel.OPEN)
    assert typed_in() == [(typist, participation.wave.slug)]


def test_who_typed_what_too_few_answered_to_be_mixed_is_said_when_it_is_destroyed(
    participation: Participation, typist: User, keyring: Keyring
) -> None:
    [code] = some_codes(participation)
    cast(typist, sheet(code, typist))
    over = participation.wave.closes_on + timedelta(days=1)
    listening.open_words(today=over, keyring=keyring)
    mixing.mix_due(today=over, keyring=keyring)
    before = typed_in()

    destruction.destroy_ended(today=over + timedelta(days=366), keyring=keyring)

    assert before == []
    assert typed_in() == [(typist, participation.wave.slug)]


def test_of_a_code_that_was_used_nothing_is_told_and_the_first_ballot_stays(
    participation: Participation, typist: User, keyring: Keyring
) -> None:
    [code] = some_codes(participation)

    first = cast(typist, sheet(code, typist, safe="1"))
    again = cast(typist, sheet(code, typist, safe="4"))

    [(answers, _)] = kept(participation, keyring)
    assert first == again == []
    assert answers.chosen == {"safe": ("yes-lots",)}


def test_of_several_sheets_all_are_cast_or_none(participation: Participation, typist: User) -> None:
    [good, bad, empty] = some_codes(participation, 3)
    some = (
        sheet(good, typist),
        sheet(bad, typist, safe="9"),
        sheet(empty, typist, safe=" "),
    )

    with pytest.raises(NotRight, match=r"Nothing was cast\. Something is wrong on sheet 2, 3\."):
        cast(typist, *some)

    assert not Ballot.objects.exists()
    assert not Typist.objects.exists()


def test_what_was_answered_though_not_asked_is_said_by_sheet(
    participation: Participation, typist: User
) -> None:
    [code, other] = some_codes(participation, 2)

    dropped = cast(
        typist,
        sheet(code, typist, safe="1"),
        Sheet(sheet(other, typist).paper, {"safe": "1", "helper": "1", "helper-is-worker": "1"}),
    )

    assert dropped == [(2, ("helper-is-worker",))]


@pytest.mark.parametrize("number", [0, typing_in.MOST_SHEETS + 1])
def test_some_sheets_at_a_time_can_be_cast(
    number: int, participation: Participation, typist: User
) -> None:
    [code] = some_codes(participation)

    with pytest.raises(Refused, match="Cast 1 to 50 sheets at once"):
        cast(typist, *[sheet(code, typist)] * number)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Please type the code"),
        ("7K2M", "A code has 11"),
        ("ZZZZ-ZZZZ-ZZZ", "not right"),
        pytest.param(codes.make(), "We do not know this code", id="unknown"),
    ],
)
def test_what_is_nobodys_code_is_told(
    typed: str, why: str, typist: User, participation: Participation
) -> None:
    with pytest.raises(Refused, match=why):
        sheet(typed, typist)


def test_paper_of_another_authority_is_not_theirs_to_type_and_it_is_not_named(
    typist: User, keyring: Keyring
) -> None:
    elsewhere = asked_today(keyring=keyring)
    [code] = some_codes(elsewhere)
    nationally = a_member(Role.NATIONAL_ADMINISTRATOR)

    with pytest.raises(Refused, match="is of another authority") as refused:
        sheet(code, typist)
    with pytest.raises(PermissionDenied):
        cast(typist, sheet(code, nationally))

    assert elsewhere.authority.name not in str(refused.value)
    assert cast(nationally, sheet(code, nationally)) == []


def test_when_families_cannot_answer_paper_cannot_be_typed_in(
    keyring: Keyring,
) -> None:
    today = timezone.localdate()
    over = asked_today(
        keyring=keyring, opens_on=today - timedelta(30), closes_on=today - timedelta(1)
    )
    [code] = some_codes(over)

    with pytest.raises(Refused, match="does not take answers"):
        sheet(code, a_member(Role.COORDINATOR, over.authority))


def test_paper_without_a_code_is_cast_by_the_open_link_once_however_often_it_is_sent(
    participation: Participation, typist: User, keyring: Keyring
) -> None:
    inviting.make_open_link(participation=participation)

    for _ in range(2):
        cast(typist, one_without(participation, typist))
    cast(typist, one_without(participation, typist, sheet="1" * 32))

    inside = kept(participation, keyring)
    assert [(each.code, each.age_version) for each, _ in inside] == [("", "8-11")] * 2
    assert set(Ballot.objects.values_list("channel", flat=True)) == {Channel.OPEN}


def test_without_an_open_link_there_is_no_paper_without_a_code(
    participation: Participation, typist: User
) -> None:
    with pytest.raises(Refused, match="has no open link"):
        one_without(participation, typist)

    link = inviting.make_open_link(participation=participation)
    assert typing_in.without_code_for(typist, today=timezone.localdate()) == [participation]
    inviting.close_open_link(
        participation=participation, slug=link.slug, today=timezone.localdate()
    )
    assert typing_in.without_code_for(typist, today=timezone.localdate()) == []


# --- the page ---


def fields(response: Any) -> dict[str, str]:
    """What the page's form would send back, without a button."""
    page = response.content.decode()
    found = dict(
        re.findall(r'<input type="hidden" name="(pile|cast|paper|language)" value="([^"]*)"', page)
    )
    found |= dict(re.findall(r'name="(item-[\w-]+)" value="([^"]*)"', page))
    found |= dict(
        re.findall(r'<textarea [^>]*name="(item-[\w-]+)"[^>]*>\n([^<]*)</textarea>', page)
    )
    return {
        name: value.replace("&quot;", '"').replace("&#x27;", "'") for name, value in found.items()
    }


def press(desk: Client, before: Any, do: str, **typed: str) -> Any:
    sent = {**fields(before), **{name.replace("_", "-"): words for name, words in typed.items()}}
    return desk.post("/staff/paper/", {**sent, "do": do})


def a_pile(desk: Client, some: list[str]) -> Any:
    page = desk.get("/staff/paper/")
    for code in some:
        page = press(desk, page, "open", code=codes.pretty(code))
        page = press(desk, page, "add", item_safe="1")
    return page


def test_a_pile_is_typed_in_and_cast_together(desk: Client, participation: Participation) -> None:
    page = a_pile(desk, some_codes(participation, 3))

    before = Ballot.objects.count()
    thanked = press(desk, page, "cast")

    assert "3 sheets in the pile, not cast yet" in text(page)
    assert (before, Ballot.objects.count()) == (0, 3)
    assert "3 sheets are cast. Thank you." in text(thanked)
    assert "Cast in this sitting: 3." in text(thanked)
    assert "in the pile" not in text(thanked)


def test_the_page_is_the_same_whether_a_code_was_used(
    desk: Client, participation: Participation
) -> None:
    used, unused = some_codes(participation, 2)
    press(desk, a_pile(desk, [used]), "cast")

    pages = []
    for code in (used, unused):
        opened = press(desk, desk.get("/staff/paper/"), "open", code=code)
        added = press(desk, opened, "add", item_safe="2")
        pages.append(
            [
                text(each).replace(codes.pretty(code), "CODE")
                for each in (opened, added, press(desk, added, "cast"))
            ]
        )

    assert pages[0] == pages[1]


def test_a_line_that_is_wrong_is_given_back_with_all_that_was_typed(
    desk: Client, participation: Participation
) -> None:
    page = a_pile(desk, some_codes(participation))
    [code] = some_codes(participation)
    opened = press(desk, page, "open", code=code)

    wrong = press(desk, opened, "add", item_safe="7", item_idea='A <b>swing</b> & "shade"')

    assert wrong.status_code == 422
    assert "1: “7” is no answer: type 1 to 5." in text(wrong)
    assert 'name="item-safe" value="7"' in wrong.content.decode()
    assert "A &lt;b&gt;swing&lt;/b&gt; &amp; &quot;shade&quot;</textarea>" in wrong.content.decode()
    assert len(json.loads(fields(wrong)["pile"])) == 1


def test_without_script_enter_shows_what_the_digits_say_and_what_is_not_asked(
    desk: Client, participation: Participation
) -> None:
    [code] = some_codes(participation)
    opened = press(desk, desk.get("/staff/paper/"), "open", code=code)

    page = press(desk, opened, "check", item_safe="1", item_helper="1").content.decode()

    assert re.search(r'id="said-1">Yes, a lot</p>', page)
    assert re.search(r'not-asked" data-item="helper-is-worker"', page)
    assert re.search(r'id="line-8"[^>]* autofocus', page)


def test_one_more_sheet_and_all_are_cast_with_one_button(
    desk: Client, participation: Participation
) -> None:
    page = a_pile(desk, some_codes(participation))
    [code] = some_codes(participation)

    opened = press(desk, page, "open", code=code)
    thanked = press(desk, opened, "last", item_safe="1", item_helper="1", item_helper_is_worker="1")

    assert "2 sheets are cast." in text(thanked)
    assert "Sheet 2: question 7 was answered though not asked, so it was left out." in text(thanked)


def test_a_sheet_of_the_pile_can_be_changed_or_left_out(
    desk: Client, participation: Participation, keyring: Keyring
) -> None:
    page = a_pile(desk, some_codes(participation, 3))

    changing = press(desk, page, "change:1")
    page = press(desk, changing, "add", item_safe="4")
    page = press(desk, page, "drop:1")
    press(desk, page, "cast")

    answers = [each.chosen["safe"] for each, _ in kept(participation, keyring)]
    assert sorted(answers) == [("no",), ("yes-lots",)]


def test_one_code_is_in_a_pile_once(desk: Client, participation: Participation) -> None:
    [code] = some_codes(participation)
    page = a_pile(desk, [code])

    again = press(desk, page, "open", code=code)

    assert again.status_code == 422
    assert "This code is on sheet 1 of this pile already." in text(again)
    assert len(json.loads(fields(again)["pile"])) == 1


def test_a_sheet_without_a_code_is_typed_in_where_a_poster_hangs(
    desk: Client, participation: Participation
) -> None:
    no_link = desk.get("/staff/paper/")
    inviting.make_open_link(participation=participation)

    opened = press(
        desk, desk.get("/staff/paper/"), "open", code="", printed=f"{participation.pk}:8-11"
    )
    thanked = press(desk, press(desk, opened, "add", item_safe="1"), "cast")
    again = press(desk, thanked, "cast")

    assert "no code" not in text(no_link)
    assert "Sheet 1: without a code" in text(opened)
    assert "1 sheet is cast." in text(thanked)
    assert "Cast 1 to 50 sheets at once" in text(again)
    assert Ballot.objects.get().channel == Channel.OPEN


@pytest.mark.parametrize(
    "sent",
    [
        {"pile": "x"},
        {"pile": "{}"},
        {"pile": "[[1]]"},
        {"pile": "[" * 5000},
        {"cast": "many"},
        {"do": "add", "paper": "nonsense"},
        {"do": "add", "paper": '["7K2M", 0, "", "en", "", {}]'},
        {"do": "add", "paper": '["", 99, "8-11", "en", "", {}]'},
        {"do": "open", "printed": "99:8-11"},
        {"do": "open", "printed": "x:y"},
        {"do": "open", "code": "\x00"},
        {"do": "cast", "pile": '[["AAAA", 0, "", "en", "", {}]]'},
    ],
)
def test_what_no_page_of_ours_sends_is_explained(
    sent: dict[str, str], desk: Client, participation: Participation
) -> None:
    response = desk.post("/staff/paper/", sent)

    assert response.status_code == 422
    assert "There is a problem" in text(response)


@pytest.mark.parametrize("do", ["", "change:9", "drop:x", "drop:99999", "nonsense"])
def test_a_button_that_there_is_not_shows_the_page(do: str, desk: Client) -> None:
    assert desk.post("/staff/paper/", {"do": do}).status_code == 200


def test_it_is_for_those_who_type_paper_in(participation: Participation) -> None:
    planner = Client()
    planner.force_login(a_member(Role.PLANNER, participation.authority))

    for address in ("/staff/paper/", "/staff/paper/script.js"):
        assert planner.get(address).status_code == 403
        assert Client().get(address).status_code == 302


def test_a_pile_in_the_page_costs_no_query_for_each_of_its_sheets(
    desk: Client, participation: Participation, django_assert_max_num_queries: Any
) -> None:
    page = a_pile(desk, some_codes(participation, 3))

    with django_assert_max_num_queries(12):
        press(desk, page, "start")

"""What stands behind the pages of a draft: fields, conditions in rows, hints, and the rule."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from authorities.models import AuditEntry
from authorities.roles import Role
from surveys import cards, conditions, drafting, hints
from surveys.conditions import Row, Rows
from surveys.drafting import Outdated
from surveys.edits import Document
from surveys.errors import Refused
from surveys.routing import All, Answered, Any, Is, Not
from tests.authorities.factories import a_member
from tests.surveys.drafts import BETTER, NOW, a_draft, an_author
from tests.surveys.factories import SOURCE, a_survey

AGES = ("8-11", "12-17")


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (None, Rows()),
        ({"item": "a", "is": "b"}, Rows((Row("a", "b"),))),
        ({"item": "a", "answered": True}, Rows((Row("a"),))),
        ({"not": {"item": "a", "is": "b"}}, Rows((Row("a", "b", holds=False),))),
        ({"item": "a", "is": ["b", "c"]}, Rows((Row("a", "b"), Row("a", "c")), every=False)),
        (
            {"all": [{"item": "a", "is": "b"}, {"not": {"item": "c", "answered": True}}]},
            Rows((Row("a", "b"), Row("c", holds=False))),
        ),
        (
            {"any": [{"item": "a", "is": ["b", "c"]}, {"item": "d", "answered": True}]},
            Rows((Row("a", "b"), Row("a", "c"), Row("d")), every=False),
        ),
    ],
)
def test_a_condition_is_rows_of_choices_and_the_same_again(data: object, rows: Rows) -> None:
    assert conditions.as_rows(data) == rows
    assert conditions.as_data(rows) == data


@pytest.mark.parametrize(
    "data",
    [
        {"all": [{"any": [{"item": "a", "is": "b"}]}]},
        {"not": {"not": {"item": "a", "is": "b"}}},
        {"all": [{"item": "a", "is": ["b", "c"]}]},
        {"not": {"item": "a", "is": ["b", "c"]}},
        {"item": "a"},
        {"item": "a", "is": [1]},
        {"all": []},
        {"item": "a", "is": "b", "or": 3},
        7,
    ],
)
def test_a_condition_that_rows_cannot_say_is_left_as_it_is(data: object) -> None:
    assert conditions.as_rows(data) is None


def test_a_condition_is_told_in_words() -> None:
    condition = All(
        (
            Is("safe", ("no", "sometimes")),
            Any((Not(Answered("idea")), Not(Is("helper", ("alone",))))),
            Not(All((Answered("gone"),))),
        )
    )

    assert conditions.in_words(condition, a_survey()) == (
        "‘Do you feel safe?’ is answered “No” or “Sometimes”, and (‘What would make it better?’ is "
        "not answered, or ‘Is someone helping you?’ is not answered “No, I did it alone”), and it "
        "is not so that ‘gone’ is answered"
    )


def test_fields_that_stay_change_nothing_and_one_that_differs_changes_its_key_alone() -> None:
    table = Document.of(SOURCE).tables("item")[0]
    before = cards.item_card(table, AGES)

    assert cards.changes_of_item(table, before, before, AGES) == {}
    after = replace(before, ask={**before.ask, "8-11": ""})
    assert cards.changes_of_item(table, before, after, AGES) == {
        "ask": {"12-17": "Do you feel safe with us?"}
    }


def test_a_text_for_all_stays_one_and_its_ages_are_named() -> None:
    table = Document.of(SOURCE).tables("item")[2]
    before = cards.item_card(table, AGES)

    one_less = replace(before, ask={"8-11": "", "12-17": before.ask["12-17"]})
    two_texts = replace(before, ask={"8-11": "One?", "12-17": "Two?"})

    assert cards.changes_of_item(table, before, one_less, AGES) == {
        "ask": "What would make it better?",
        "asked_of": ["12-17"],
    }
    assert cards.changes_of_item(table, before, two_texts, AGES) == {
        "ask": {"8-11": "One?", "12-17": "Two?"},
        "asked_of": None,
    }


@pytest.mark.parametrize(
    ("text", "wanted", "advice"),
    [
        ("Do you feel safe?", 95, 0),
        ("Do you feel safe and well at home?", 80, 1),
        ("Is it hot? Is it cold?", 80, 1),
        ("One two three four five six seven eight nine ten one two three four five six?", 95, 1),
        (
            "Responsible professionals consistently demonstrating accountability to all involved",
            80,
            1,
        ),
    ],
)
def test_a_hint_says_what_to_mend(text: str, wanted: float, advice: int) -> None:
    hint = hints.of(text, wanted, is_question=True)

    assert hint is not None
    assert len(hint.advice) == advice


def test_a_hint_says_how_long_and_how_easy() -> None:
    hint = hints.of("We want to know how it is for you here.", 90)

    assert hint is not None
    assert hint.in_words == "10 words, reading ease 112 (90 or more is wanted)"
    assert hints.of("Safe?", 90) == hints.Hint(1, 1, None, 90, ())
    assert hints.of("12 …", 90) is None


@pytest.mark.django_db
def test_a_draft_keeps_what_is_broken_and_who_changed_it() -> None:
    draft, ayo = a_draft(), an_author("Ayo Ade")

    drafting.change(draft=draft, source="[[broken", revision=1, by=ayo, now=NOW)
    again = drafting.change(draft=draft, source="[[broken", revision=1, by=ayo, now=NOW)

    assert (again.source, again.revision, again.survey, again.changed_by) == (
        "[[broken", 2, "", ayo,
    )  # fmt: skip
    acts = AuditEntry.objects.filter(act__startswith="draft").values_list("act", flat=True)
    assert sorted(acts) == ["draft begun", "draft changed"]


@pytest.mark.django_db
def test_of_two_the_second_writes_over_nothing() -> None:
    draft, ayo = a_draft(), an_author("Ayo Ade")
    drafting.change(draft=draft, source=BETTER, revision=1, by=ayo, now=NOW)

    with pytest.raises(Outdated, match="Ayo Ade changed this draft"):
        drafting.change(draft=draft, source="mine", revision=1, by=draft.made_by, now=NOW)

    draft.refresh_from_db()
    assert draft.source == BETTER


@pytest.mark.django_db
def test_a_draft_that_was_put_away_is_not_changed_until_it_is_taken_up_again() -> None:
    draft = a_draft()
    drafting.put_away(draft=draft, by=draft.made_by)

    with pytest.raises(Refused, match="put away"):
        drafting.change(draft=draft, source=BETTER, revision=1, by=draft.made_by, now=NOW)
    drafting.put_away(draft=draft, by=draft.made_by, away=False)

    assert drafting.change(
        draft=draft, source=BETTER, revision=1, by=draft.made_by, now=NOW
    ).revision == 2  # fmt: skip


@pytest.mark.django_db
def test_who_does_not_write_surveys_begins_and_changes_none() -> None:
    draft, planner = a_draft(), a_member(Role.PLANNER)

    with pytest.raises(PermissionDenied):
        drafting.begin(name="Mine", source="", by=planner, now=NOW)
    with pytest.raises(PermissionDenied):
        drafting.change(draft=draft, source="x", revision=1, by=planner, now=NOW)
    with pytest.raises(PermissionDenied):
        drafting.put_away(draft=draft, by=planner)

"""Drafts as their authors meet them: item by item, and as a text."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from authorities.models import User
from authorities.roles import Role
from surveys import core, edits
from surveys.models import Draft, DraftTranslation
from tests.authorities.factories import a_member
from tests.surveys.drafts import BETTER, a_draft, an_author
from tests.surveys.factories import SOURCE, a_survey, a_translation, a_version
from tests.surveys.filled_in import filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_screens")]


@pytest.fixture
def author(client: Client) -> User:
    person = an_author()
    client.force_login(person)
    return person


def item_page(draft: Draft, place: int = 1) -> str:
    return reverse("draft-item", args=[draft.pk, place])


@pytest.mark.parametrize("place", range(1, 10))
def test_saving_an_item_as_it_is_changes_no_letter(
    place: int, client: Client, author: User
) -> None:
    draft = a_draft()

    page = client.get(item_page(draft, place))
    sent = client.post(item_page(draft, place), filled_in(page.text))

    draft.refresh_from_db()
    assert (page.status_code, sent.status_code) == (200, 303)
    assert (draft.source, draft.revision) == (SOURCE, 1)


@pytest.mark.slow
def test_no_page_of_the_core_changes_a_letter_when_it_is_saved_as_it_is(
    client: Client, author: User
) -> None:
    source = core.source()
    draft = a_draft(source)
    document = edits.Document.of(source)
    for name, part in (("item", "item"), ("age", "age_version"), ("scale", "scale")):
        for place, _ in enumerate(document.tables(part), 1):
            address = reverse(f"draft-{name}", args=[draft.pk, place])
            sent = client.post(address, filled_in(client.get(address).text))
            assert sent.status_code == 303
    draft.refresh_from_db()
    assert draft.source == source


def test_a_new_wording_changes_that_line_alone(client: Client, author: User) -> None:
    draft = a_draft()
    fields = filled_in(client.get(item_page(draft)).text)

    sent = client.post(
        item_page(draft), {**fields, "ask-1": "Do you feel safe when you are with us?"}
    )

    draft.refresh_from_db()
    assert sent.status_code == 303
    assert (draft.source, draft.revision, draft.changed_by) == (BETTER, 2, author)


def test_answers_are_reworded_added_moved_and_taken_out(client: Client, author: User) -> None:
    draft = a_draft()
    place = 4  # topics
    fields = filled_in(client.get(item_page(draft, place)).text)
    fields |= {
        "answer-0-label-0": "Being heard",
        "answer-0-label-1": "Being heard",
        "answer-1-gone": "on",
        "answer-2-place": "1",
        "answer-0-place": "2",
        "answer-3-code": "money",
        "answer-3-label-1": "Money",
    }

    client.post(item_page(draft, place), fields)

    draft.refresh_from_db()
    table = edits.Document.of(draft.source).tables("item")[3]
    assert table["answers"] == [
        {"code": "school", "label": "School"},
        {"code": "listening", "label": "Being heard"},
        {"code": "money", "label": {"12-17": "Money"}},
    ]


def test_a_condition_is_chosen_in_words(client: Client, author: User) -> None:
    draft = a_draft()
    fields = filled_in(client.get(item_page(draft, 5)).text)

    client.post(
        item_page(draft, 5),
        {
            **fields,
            "when": "all",
            "row-0-what": "safe|no",
            "row-1-what": "idea|",
            "row-1-holds": "no",
        },
    )

    draft.refresh_from_db()
    assert edits.Document.of(draft.source).tables("item")[4]["shown_when"] == {
        "all": [{"item": "safe", "is": "no"}, {"not": {"item": "idea", "answered": True}}]
    }
    said = client.get(item_page(draft, 5)).text
    assert "‘Do you feel safe?’ is answered “No”, and ‘What would make it better?’ is not" in said


def test_items_are_added_moved_copied_and_taken_out(client: Client, author: User) -> None:
    draft = a_draft()

    def do(what: str, place: int) -> None:
        draft.refresh_from_db()
        client.post(
            reverse("draft-act", args=[draft.pk, place]),
            {"do": what, "revision": draft.revision},
        )

    do("down", 1)
    do("copy", 2)
    do("remove", 4)
    draft.refresh_from_db()
    client.post(
        reverse("draft-item-new", args=[draft.pk]),
        {"code": "fair", "kind": "choice", "after": "1", "revision": draft.revision},
    )

    draft.refresh_from_db()
    codes = [each["code"] for each in edits.Document.of(draft.source).tables("item")]
    assert codes == [
        "listened", "fair", "safe", "safe-2", "topics", "comment", "helper", "helper-is-worker",
        "service", "gender",
    ]  # fmt: skip


def test_of_two_who_change_one_item_the_second_sees_both_and_loses_nothing(
    client: Client, author: User
) -> None:
    draft = a_draft()
    mine = filled_in(client.get(item_page(draft)).text)
    other = Client()
    other.force_login(an_author("Ayo Ade"))
    other.post(item_page(draft), {**mine, "ask-0": "Are you safe?"})

    told = client.post(item_page(draft), {**mine, "ask-0": "Do you feel well?"})

    draft.refresh_from_db()
    assert told.status_code == 409
    assert "Ayo Ade changed this draft while you were writing" in told.text
    assert "Are you safe?" in told.text
    assert filled_in(told.text)["ask-0"] == "Do you feel well?"
    assert "Are you safe?" in draft.source
    saved = client.post(item_page(draft), filled_in(told.text))
    draft.refresh_from_db()
    assert saved.status_code == 303
    assert "Do you feel well?" in draft.source


def test_whoever_changed_another_item_is_no_hindrance(client: Client, author: User) -> None:
    draft = a_draft()
    mine = filled_in(client.get(item_page(draft)).text)
    theirs = filled_in(client.get(item_page(draft, 2)).text)
    client.post(item_page(draft, 2), {**theirs, "ask-0": "Do we hear you?"})

    sent = client.post(item_page(draft), {**mine, "ask-0": "Are you safe?"})

    draft.refresh_from_db()
    assert sent.status_code == 303
    assert "Are you safe?" in draft.source
    assert "Do we hear you?" in draft.source


def test_of_two_who_change_the_text_the_second_sees_both(client: Client, author: User) -> None:
    draft = a_draft()
    address = reverse("draft-text", args=[draft.pk])
    client.post(address, {"source": BETTER, "revision": 1})

    told = client.post(address, {"source": SOURCE + "# mine", "revision": 1})

    draft.refresh_from_db()
    assert told.status_code == 409
    assert "# mine" in told.text
    assert "when you are with us" in told.text
    assert draft.source == BETTER


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        "",
        "[[item",
        "item = 3",
        "[survey]\ncode = 5\n[[item]]\n[[item]]\nask = 3\nshown_when = 4\nanswers = [1]\n",
        "[[item]]\ncode = 'a'\nlabel = {}\n[item.ask]\n[[age_version]]\ncode = ''\n[[scale]]\n",
        (
            '[survey]\n[[age_version]]\ncode="x"\n[[item]]\nkind="scale"\nscale="x"\nask={x=1}\n'
            "answers=[{},{code=2,label=[]}]\nlook=7\nasked_of='x'\nlongest=1e99\nshown_when={all=[]}\n"
        ),
        "[[item]]\nask = 1979-05-27\nasked_of_grown_up = [[]]\n",
        "a = " + "[" * 500,
        "[[item]]\ncode = 'a'\nlongest = " + "9" * 4_301,
        "[[item]]\ncode = 'a'\nlongest = 0x" + "f" * 5_000,
    ],
)
def test_whatever_the_text_no_page_breaks_and_problems_lead_to_their_place(
    source: str, client: Client, author: User
) -> None:
    draft = a_draft(source)
    pages = [reverse(f"draft{name}", args=[draft.pk]) for name in ("", "-text", "-propose")]
    for name in ("about", "item", "age", "scale"):
        more = [] if name == "about" else [1]
        pages.append(reverse(f"draft-{name}", args=[draft.pk, *more]))

    answers = [client.get(each) for each in pages]
    sent = [
        client.post(each, filled_in(answer.text))
        for each, answer in zip(pages, answers, strict=True)
    ]

    assert {each.status_code for each in [*answers, *sent]} <= {200, 302, 303, 405, 422}
    assert "to mend</h2>" in answers[0].text


def test_each_problem_has_a_link_to_where_it_is_mended(client: Client, author: User) -> None:
    draft = a_draft(SOURCE.replace('"8-11" = "Do you feel safe?"', '"9-11" = "Do you feel safe?"'))

    page = client.get(reverse("draft", args=[draft.pk])).text

    assert f'<a href="{item_page(draft)}#part-ask">item &quot;safe&quot;, ask, 9-11</a>' in page


def test_reading_ease_and_length_stand_beside_each_text(client: Client, author: User) -> None:
    long = (
        "Do the professionals responsible for your support consistently demonstrate that they "
        "are listening and acting?"
    )
    draft = a_draft(SOURCE.replace("Do you feel safe with us?", long))

    page = client.get(item_page(draft)).text

    assert "15 words, reading ease" in page
    assert "It reads harder than this age wants" in page
    assert "It may ask two things at once" in page


def test_a_draft_begins_from_the_core_a_version_or_files(client: Client, author: User) -> None:
    version = a_version(SOURCE, cy=a_translation(a_survey()))
    address = reverse("draft-new")
    files = {
        "toml": SimpleUploadedFile("a.toml", BETTER.encode()),
        "po": SimpleUploadedFile("cy.po", a_translation(a_survey()).encode()),
    }

    client.post(address, {"start": "core", "name": "One"})
    client.post(address, {"start": "version", "version": version.pk, "name": "Two"})
    client.post(address, {"start": "file", "name": "Three", **files})

    found = {each.name: each for each in Draft.objects.all()}
    assert found["One"].source == core.source()
    assert (found["Two"].source, found["Two"].based_on) == (SOURCE, version)
    assert (found["Three"].source, found["Three"].survey) == (BETTER, "small")
    assert set(DraftTranslation.objects.filter(draft=found["Three"]).values_list("language")) == {
        ("cy",)
    }


FROM_ELSEWHERE = """
| survey | | | | |
| | type | name | label | hint |
| | select_one yn | seen | Were you seen? | |
| | text | tell | Tell us | Write your full name |
| | text | why | Why? | |
| choices | | | |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
"""


def test_what_came_of_bringing_a_form_in_stays_with_the_draft(client: Client, author: User) -> None:
    form = SimpleUploadedFile("form.md", FROM_ELSEWHERE.encode())
    told = client.post(
        reverse("draft-new"), {"start": "xlsform", "ages": ["parent"], "name": "Form", "xls": form}
    ).text
    draft = Draft.objects.get()

    later = client.get(reverse("draft", args=[draft.pk])).text

    assert "Write your full name" not in draft.source
    for said in (
        "row 3: A question in words that asks who somebody is is dropped",
        "row 4: Look whether “why”, which is answered in words, asks who somebody is",
    ):
        assert said in told
        assert said in later


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"start": "file"}, "Choose the file that holds the survey."),
        ({"start": "version"}, "Choose the version to start from."),
        ({"start": "xlsform", "ages": ["parent"]}, "Choose the file that holds the form."),
        ({"start": "file", "toml": ("a.toml", b"\xff\xfe")}, "a.toml is not text in UTF-8"),
        ({"start": "file", "toml": ("a.toml", b"a\0b")}, "it holds a NUL character"),
        ({"start": "file", "toml": ("a.toml", b"a=1"), "po": ("welsh.mo", b"x")}, "no language"),
        ({"start": "file", "toml": ("a.toml", b"a=1"), "po": ("cy.po", b"hm")}, "not a PO file"),
        ({"start": "xlsform", "ages": ["parent"], "xls": ("f.xlsx", b"no")}, "Nothing was brought"),
        ({"start": "else"}, "Select a valid choice"),
    ],
)
def test_what_cannot_begin_a_draft_is_told_and_nothing_is_kept(
    sent: dict[str, object], said: str, client: Client, author: User
) -> None:
    fields = {
        name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value
        for name, value in sent.items()
    }

    page = client.post(reverse("draft-new"), {"name": "Mine", **fields})

    assert page.status_code == 422
    assert said in page.text
    assert not Draft.objects.exists()


def test_a_file_with_a_number_that_cannot_be_read_begins_a_draft_to_mend(
    client: Client, author: User
) -> None:
    file = SimpleUploadedFile("a.toml", b"a = " + b"9" * 4_301)

    page = client.post(
        reverse("draft-new"), {"name": "Mine", "start": "file", "toml": file}, follow=True
    )

    assert "A whole number in it is too large" in page.text


def test_the_text_goes_out_and_comes_in_as_a_file(client: Client, author: User) -> None:
    draft = a_draft()
    out = client.get(reverse("draft-download", args=[draft.pk]))

    client.post(
        reverse("draft-text", args=[draft.pk]),
        {
            "revision": 1,
            "file": SimpleUploadedFile("new.toml", BETTER.replace("\n", "\r\n").encode()),
        },
    )

    draft.refresh_from_db()
    assert out.content.decode() == SOURCE
    assert draft.source == BETTER


def test_a_number_that_is_none_is_told_and_all_that_was_typed_stays(
    client: Client, author: User
) -> None:
    draft = a_draft()
    fields = filled_in(client.get(item_page(draft, 3)).text)

    told = client.post(item_page(draft, 3), {**fields, "longest": "many", "ask-0": "Mine?"})

    draft.refresh_from_db()
    assert told.status_code == 422
    assert "whole number of characters" in told.text
    assert filled_in(told.text)["ask-0"] == "Mine?"
    assert draft.source == SOURCE


@pytest.mark.parametrize("role", [Role.PLANNER, Role.NATIONAL_ADMINISTRATOR])
def test_nobody_else_writes(role: Role, client: Client) -> None:
    draft = a_draft()
    client.force_login(a_member(role))

    for name in ("drafts", "draft-new"):
        assert client.get(reverse(name)).status_code == 403
    for name in ("draft", "draft-text", "draft-download", "draft-propose"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 403
    assert client.post(item_page(draft)).status_code == 403

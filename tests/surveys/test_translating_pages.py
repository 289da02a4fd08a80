"""The translators' pages: each string with its English, its place and its screen."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from authorities.models import User
from authorities.roles import Role
from surveys import languages, translating
from surveys.models import Draft, DraftTranslation
from tests.authorities.factories import a_member
from tests.surveys.factories import SOURCE, a_survey, a_translation
from tests.surveys.translations import a_draft, in_language

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_screens")]

CHANGED = SOURCE.replace("Do we listen to you?", "Do we really listen to you?")


@pytest.fixture
def translator() -> User:
    return a_member(Role.TRANSLATOR)


@pytest.fixture
def desk(translator: User) -> Client:
    client = Client()
    client.force_login(translator)
    return client


def address(draft: Draft, language: str = "cy") -> str:
    return f"/staff/translating/{draft.pk}/{language}/"


def form_of(response: Any) -> dict[str, str]:
    """The fields of the strings' form, as a browser would send them back."""
    page = response.text
    fields = dict(re.findall(r'name="(revision|seen-\w+)" value="(\w+)"', page))
    boxes = re.findall(r'name="(words-\w+)"[^>]*>\n([^<]*)</textarea>', page)
    return {**fields, **dict(boxes)}


def box_of(translation: DraftTranslation, english: str) -> str:
    states = translating.states_of(translation.draft, translation.text)
    message = next(each.message for each in states if each.message.english == english)
    return f"words-{translating.key_of(message)}"


def test_the_list_says_how_far_each_draft_is_in_each_language(desk: Client) -> None:
    draft = a_draft(CHANGED)
    in_language(draft, "cy", text=a_translation(a_survey()))
    in_language(draft, "ur", text="")
    a_draft("[survey")

    page = desk.get("/staff/translating/").text

    number = len(languages.messages(a_survey()))
    assert re.search(rf"Welsh</a>.*?{number - 1} of {number}.*?1 stale", page, re.DOTALL)
    assert re.search(rf"Urdu</a>.*?0 of {number}.*?{number} not translated", page, re.DOTALL)
    assert "cannot be read at the moment" in page


def test_a_string_stands_with_its_place_its_age_what_changed_and_its_screen(desk: Client) -> None:
    draft = a_draft(CHANGED)
    in_language(draft, "ur", text=a_translation(a_survey(), "ur"))

    page = desk.get(address(draft, "ur")).text

    assert page.count('<section class="string') == 1
    assert "Question “listened”" in page
    assert "8 to 11, 12 to 17" in page
    assert "<ins>really </ins>" in page
    assert re.search(r'<textarea [^>]*lang="ur" dir="rtl"', page)
    picture = (
        f"/staff/surveys/drafts/{draft.pk}/preview/?age=8-11&amp;language=ur&amp;item=listened"
    )
    assert f'<iframe name="phone" title="The survey on a phone" src="{picture}#listened"' in page
    assert "They fit the new English as they are" in page


def test_the_screens_may_be_framed_by_this_page(desk: Client) -> None:
    draft = a_draft()
    in_language(draft)

    policy = desk.get(address(draft))["Content-Security-Policy"]

    assert "frame-src 'self'" in policy


def test_all_that_is_typed_on_a_page_is_saved_and_the_same_strings_are_shown_next(
    desk: Client,
) -> None:
    draft = a_draft()
    begun = in_language(draft, text=a_translation(a_survey()).replace("[cy] School", ""))
    shown = desk.get(f"{address(draft)}?show=missing&age=8-11")
    form = form_of(shown)

    response = desk.post(
        f"{address(draft)}?show=missing&age=8-11", {**form, box_of(begun, "School"): "Ysgol"}
    )

    begun.refresh_from_db()
    assert (response.status_code, response["Location"]) == (
        303,
        f"{address(draft)}?show=missing&age=8-11",
    )
    assert 'msgstr "Ysgol"' in begun.text
    assert "Saved. 1 changed and nothing is left to do." in desk.get(response["Location"]).text


def test_one_string_alone_can_be_saved(desk: Client) -> None:
    draft = a_draft()
    whole = in_language(draft)
    form = form_of(desk.get(f"{address(draft)}?show=all"))
    one, other = box_of(whole, "Do we listen to you?"), box_of(whole, "Please leave out names.")

    desk.post(
        address(draft), {**form, one: "This", other: "That", "only": one.removeprefix("words-")}
    )

    whole.refresh_from_db()
    assert 'msgstr "This"' in whole.text
    assert 'msgstr "That"' not in whole.text


def test_who_comes_second_gets_back_what_was_typed_beside_what_is_there(desk: Client) -> None:
    draft = a_draft()
    whole = in_language(draft)
    form = form_of(desk.get(f"{address(draft)}?show=all"))
    box = box_of(whole, "Do we listen to you?")
    desk.post(address(draft), {**form, box: "First"})

    second = desk.post(address(draft), {**form, box: "Second"})
    again = desk.post(address(draft), form_of(second))

    whole.refresh_from_db()
    assert second.status_code == 409
    assert re.search(r"<blockquote[^>]*><p>First</p>", second.text)
    assert form_of(second)[box] == "Second"
    assert again.status_code == 303
    assert 'msgstr "Second"' in whole.text


def test_words_that_cannot_be_kept_are_given_back(desk: Client) -> None:
    draft = a_draft()
    whole = in_language(draft)
    box = box_of(whole, "Do we listen to you?")
    form = form_of(desk.get(f"{address(draft)}?show=all"))

    response = desk.post(address(draft), {**form, box: "long " * 3000})

    assert response.status_code == 422
    assert "a string may have 12,000" in response.text
    assert len(form_of(response)[box]) > 12_000


@pytest.mark.parametrize("query", ["?show=nonsense", "?page=999", "?age=99", "?page=x"])
def test_an_address_with_nonsense_shows_what_there_is(query: str, desk: Client) -> None:
    draft = a_draft()
    in_language(draft)

    assert desk.get(f"{address(draft)}{query}").status_code == 200


def test_another_language_is_begun_and_a_wrong_code_is_explained(desk: Client) -> None:
    draft = a_draft()

    begun = desk.post(f"/staff/translating/{draft.pk}/", {"language": "so", "code": ""})
    wrong = desk.post(f"/staff/translating/{draft.pk}/", {"language": "", "code": "Somali!"})
    none = desk.post(f"/staff/translating/{draft.pk}/", {"language": "", "code": ""})

    assert begun["Location"] == address(draft, "so")
    assert "“Somali!” is not a language code" in wrong.text
    assert "Choose a language, or write its code." in none.text
    assert (wrong.status_code, none.status_code) == (422, 422)


def test_the_file_says_where_each_string_stands_and_comes_back(desk: Client) -> None:
    draft = a_draft()
    whole = in_language(draft)

    file = desk.get(f"{address(draft)}po")
    sent = SimpleUploadedFile("small.cy.po", file.content.replace(b"[cy] School", b"Ysgol"))
    response = desk.post(f"{address(draft)}upload", {"file": sent})

    whole.refresh_from_db()
    assert file["Content-Disposition"] == 'attachment; filename="small.cy.po"'
    assert "#. Question “safe”; 8 to 11\n#. Screen: question 1 of " in file.text
    assert file.text.count("\n#. Screen: ") == file.text.count("\nmsgctxt ")
    assert f"#. http://testserver/staff/surveys/drafts/{draft.pk}/preview/?age=8-11" in file.text
    assert "1 string got the file’s words." in response.text
    assert 'msgstr "Ysgol"' in whole.text


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "Choose the file."),
        ({"file": SimpleUploadedFile("x.po", b"")}, "The file is empty."),
        ({"file": SimpleUploadedFile("x.po", b"\xff\xfex")}, "The file is in UTF-16."),
    ],
)
def test_a_file_that_cannot_be_taken_is_explained(
    files: dict[str, Any], words: str, desk: Client
) -> None:
    draft = a_draft()
    in_language(draft)

    response = desk.post(f"{address(draft)}upload", files)

    assert response.status_code == 422
    assert words in response.text


def test_a_draft_that_cannot_be_read_is_explained_on_each_page(desk: Client) -> None:
    whole = in_language(a_draft())
    Draft.objects.update(source="[survey")

    answers = [
        desk.get(address(whole.draft)),
        desk.post(address(whole.draft), {}),
        desk.get(f"{address(whole.draft)}po"),
        desk.post(f"{address(whole.draft)}upload", {}),
    ]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert "Nothing of the translation is lost." in answers[0].text


def test_it_is_for_translators_and_what_is_not_there_is_not_found(desk: Client) -> None:
    whole = in_language(a_draft())
    other = Client()
    other.force_login(a_member(Role.COORDINATOR))

    paths = ["/staff/translating/", f"/staff/translating/{whole.draft_id}/", address(whole.draft)]
    assert [other.get(path).status_code for path in paths] == [403] * 3
    assert desk.get(address(whole.draft, "pl")).status_code == 404
    assert desk.get("/staff/translating/999/").status_code == 404


def test_a_page_costs_the_same_queries_for_one_language_and_for_three(desk: Client) -> None:
    draft = a_draft()
    in_language(draft)
    with CaptureQueriesContext(connection) as for_one:
        desk.get("/staff/translating/")

    in_language(draft, "pl")
    in_language(draft, "ur")
    with CaptureQueriesContext(connection) as for_three:
        desk.get("/staff/translating/")

    assert len(for_three) == len(for_one)

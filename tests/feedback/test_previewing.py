"""A draft as families would get it, for those who write, translate and approve; nothing is kept."""

import gzip
import re
from typing import Any

import pytest
from django.test import Client

from authorities.models import AuditEntry, User
from authorities.roles import Role
from feedback.models import Ballot
from surveys.models import Draft
from tests.authorities.factories import a_member
from tests.feedback.families import digest_of
from tests.surveys.factories import SOURCE, a_survey, a_translation, a_version
from tests.surveys.filled_in import filled_in
from tests.surveys.translations import a_draft, in_language

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> User:
    return a_member(Role.SURVEY_AUTHOR)


@pytest.fixture
def desk(author: User) -> Client:
    client = Client()
    client.force_login(author)
    return client


def address(draft: Draft, query: str = "") -> str:
    return f"/staff/surveys/drafts/{draft.pk}/preview/{query}"


def text_of(response: Any) -> str:
    content: bytes = response.content
    if response.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return content.decode()


def test_a_draft_is_drawn_as_families_page_and_says_that_nothing_is_sent(desk: Client) -> None:
    response = desk.get(address(a_draft(), "?age=12-17"))

    page = text_of(response)
    assert response.status_code == 200
    assert "Do you feel safe with us?" in page
    assert 'class="age-12-17"' in page
    assert "Nothing is sent or kept." in page
    assert 'action="?age=12-17&amp;language=en"' in page


def test_without_an_age_it_is_the_first(desk: Client) -> None:
    assert 'class="age-8-11"' in text_of(desk.get(address(a_draft())))


def test_only_our_own_pages_may_frame_it_and_it_sets_no_cookie(desk: Client) -> None:
    response = desk.get(address(a_draft()))

    policy = response["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self'")
    assert f"script-src {digest_of(response, 'script')}" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


def test_sending_it_thanks_and_keeps_nothing(desk: Client) -> None:
    draft = a_draft()

    response = desk.post(address(draft, "?age=12-17&language=en"), {"safe": "yes", "idea": "Tea"})

    assert "data-kept" in text_of(response)
    assert (Ballot.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_what_cannot_be_kept_is_given_back_as_families_get_it(desk: Client) -> None:
    response = desk.post(address(a_draft(), "?age=12-17"), {"safe": "perhaps"})

    assert response.status_code == 422
    assert 'id="safe-box"' in text_of(response)


def test_another_language_and_another_look_are_a_tap_away(desk: Client) -> None:
    draft = a_draft()
    in_language(draft, "ur")

    by_query = text_of(desk.get(address(draft, "?language=ur&reading=big&reading=contrast")))
    by_tap = text_of(desk.post(address(draft, "?age=12-17"), {"speak": "ur", "see": "calm"}))

    assert re.search(r'<html lang="ur" dir="rtl">', by_query)
    assert "[ur] Do you feel safe?" in by_query
    assert re.findall(r'value="(\w+)" form="f" checked', by_query) == ["big", "contrast"]
    assert "[ur] Do you feel safe with us?" in by_tap
    assert re.findall(r'value="(\w+)" form="f" checked', by_tap) == ["calm"]


def test_a_language_that_our_screens_are_not_in_yet_has_its_direction(desk: Client) -> None:
    draft = a_draft()
    in_language(draft, "fa")

    page = text_of(desk.get(address(draft, "?language=fa")))

    assert '<html lang="fa" dir="rtl">' in page


def test_it_can_be_seen_without_script(desk: Client) -> None:
    response = desk.get(address(a_draft(), "?reading=plain"))

    assert "script-src" not in response["Content-Security-Policy"]
    assert "&amp;reading=plain" in text_of(response)


def test_a_broken_item_says_what_to_mend_and_the_rest_is_shown(desk: Client) -> None:
    broken = a_draft(SOURCE.replace('scale = "how-much"\n[item.ask]', "[item.ask]"))

    response = desk.get(address(broken))

    page = text_of(response)
    assert response.status_code == 200
    assert "This question cannot be shown yet." in page
    assert "Do we listen to you?" in page


@pytest.mark.parametrize("source", ["[survey", "", 'survey = 3\nitem = "x"'])
def test_a_draft_of_which_nothing_can_be_shown_says_what_to_mend(desk: Client, source: str) -> None:
    response = desk.get(address(a_draft(source)))

    assert response.status_code == 200
    assert "What to mend" in text_of(response)
    assert response["Content-Security-Policy"].endswith("frame-ancestors 'self'")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?age=99", "There is no age version “99” here, only 8-11, 12-17."),
        ("?language=tlh", "This is not in the language “tlh” yet, only in en."),
        ("?age=%3Cb%3E", "“&lt;b&gt;”"),
    ],
)
def test_what_is_not_there_is_said(desk: Client, query: str, words: str) -> None:
    response = desk.get(address(a_draft(), query))

    assert response.status_code == 404
    assert words in text_of(response)


def test_a_translation_that_cannot_be_read_says_so(desk: Client) -> None:
    draft = a_draft()
    in_language(draft, "cy", text="this is no PO file\n")

    assert "This is not a PO file" in text_of(desk.get(address(draft, "?language=cy")))


def test_a_published_version_is_shown_too(desk: Client) -> None:
    version = a_version(SOURCE, cy=a_translation(a_survey()))

    page = text_of(desk.get(f"/staff/surveys/versions/{version.pk}/preview/?language=cy"))

    assert "[cy] Do you feel safe?" in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SURVEY_AUTHOR, 200),
        (Role.TRANSLATOR, 200),
        (Role.NATIONAL_ADMINISTRATOR, 200),
        (Role.PLANNER, 403),
        (Role.LISTENER, 403),
    ],
)
def test_it_is_for_those_who_write_translate_or_approve(role: Role, status: int) -> None:
    client, draft, version = Client(), a_draft(), a_version()
    client.force_login(a_member(role))

    answers = [
        client.get(address(draft)).status_code,
        client.get(f"/staff/surveys/versions/{version.pk}/preview/").status_code,
    ]

    assert answers == [status, status]


def test_nobody_else_sees_it_and_what_is_not_there_is_not_found(desk: Client) -> None:
    draft = a_draft()

    assert Client().get(address(draft)).status_code == 302
    assert desk.get("/staff/surveys/drafts/999/preview/").status_code == 404
    assert desk.get("/staff/surveys/versions/999/preview/").status_code == 404


# --- what is not saved ----------------------------------------------------------------------------


def unsaved(
    client: Client, draft: Draft, path: str = "items/1/", query: str = "", **typed: str
) -> Any:
    """The edit form of one part, as it stands on its page, sent by the button for the phone."""
    part = f"/staff/surveys/drafts/{draft.pk}/{path}"
    fields = filled_in(client.get(part).content.decode())
    return client.post(f"{part}{query}", {**fields, **typed, "unsaved": "yes"})


def test_what_is_typed_is_seen_beside_it_and_nothing_is_kept(desk: Client) -> None:
    draft = a_draft()

    response = unsaved(
        desk, draft, query="?age=12-17&item=safe", age="12-17", **{"ask-1": "Is it calm?"}
    )

    page, saved = text_of(response), text_of(desk.get(address(draft, "?age=12-17")))
    draft.refresh_from_db()
    assert response.status_code == 200
    assert ("Is it calm?" in page, "Is it calm?" in saved) == (True, False)
    assert "What you changed is not saved." in page
    assert 'class="age-12-17"' in page
    # What is answered there goes to the draft that is saved, whose form has no token.
    assert f'action="{address(draft)}?age=12-17&amp;language=en"' in page
    assert (draft.source, draft.revision, AuditEntry.objects.count()) == (SOURCE, 1, 0)


def test_an_age_and_a_scale_are_seen_too_and_a_slip_is_said(desk: Client) -> None:
    draft = a_draft()

    age = text_of(unsaved(desk, draft, "ages/1/", intro="We are all ears."))
    scale = text_of(unsaved(desk, draft, "scales/1/", **{"answer-0-label-0": "Heaps"}))
    slip = text_of(unsaved(desk, draft, "scales/1/", **{"answer-0-score": "a lot"}))

    assert "We are all ears." in age
    assert "Heaps" in scale
    assert "A score is a whole number, 0 to 100." in slip
    assert "Do you feel safe?" not in slip


def test_what_somebody_else_changed_meanwhile_is_said(desk: Client) -> None:
    draft = a_draft()

    page = text_of(unsaved(desk, draft, seen="another"))

    assert "Somebody else has changed this part meanwhile. Save, and you see both." in page


def test_only_our_own_pages_frame_what_is_not_saved_and_only_our_own_forms_ask_for_it(
    desk: Client, author: User
) -> None:
    draft = a_draft()
    saved, response = desk.get(address(draft)), unsaved(desk, draft)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(author)
    others = Client()
    others.force_login(a_member(Role.TRANSLATOR))
    part = f"/staff/surveys/drafts/{draft.pk}/items/1/"

    assert response["Cache-Control"].startswith("no-store")
    for header in ("Content-Security-Policy", "X-Frame-Options"):
        assert _without_digests(response[header]) == _without_digests(saved[header])
    assert strict.post(part, {"unsaved": "yes"}).status_code == 403
    assert others.post(part, {"unsaved": "yes"}).status_code == 403
    assert Client().post(part, {"unsaved": "yes"}).status_code == 302


def _without_digests(policy: str) -> str:
    return re.sub(r"'sha256-[^']+'", "", policy)

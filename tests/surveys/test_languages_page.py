"""The languages page, as its readers meet it."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorities.models import User
from authorities.roles import Role
from surveys import approving, translating
from surveys.approving import Text
from surveys.models import LanguageApproval
from tests.authorities.factories import a_member
from tests.surveys.factories import SOURCE, a_survey, a_translation, a_version, around, some_screens
from tests.surveys.translations import a_draft, in_language

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_screens")]

SPEAKER = "Siân Rees, first language Welsh"


@pytest.fixture
def translator(client: Client) -> User:
    person = a_member(Role.TRANSLATOR)
    client.force_login(person)
    return person


def the_text(person: User) -> Text:
    a_version(SOURCE, cy=a_translation(a_survey()))
    (standing,) = approving.standings_for(person, today=date(2026, 11, 23))
    return standing.text


def address(text: Text, name: str = "language") -> str:
    return reverse(name, args=text.key)


def test_each_language_says_how_much_is_translated_and_that_it_is_a_draft(
    client: Client, translator: User
) -> None:
    text = the_text(translator)
    total = len(text.messages)

    page = client.get(reverse("languages"))

    said = " ".join(page.text.split())
    assert page.status_code == 200
    assert f"{total} of {total}" in said
    assert '<span class="tag poor">Draft, awaiting a native speaker</span>' in said
    assert '<bdi class="small" lang="cy">Cymraeg</bdi>' in said


def test_strings_to_mend_are_named(client: Client, translator: User) -> None:
    with around(some_screens("screens/send is not translated: 'Send'", ur="")):
        page = client.get(reverse("languages"))

    assert "Urdu: 1 to mend" in page.text
    assert "screens/send is not translated: &#x27;Send&#x27;" in page.text
    assert "0 of 1" in page.text


def test_without_any_translation_the_page_says_so(client: Client, translator: User) -> None:
    a_version()

    assert "every survey is in English only" in client.get(reverse("languages")).text


def test_a_text_is_read_beside_its_english_and_then_approved(
    client: Client, translator: User
) -> None:
    text = the_text(translator)

    read = client.get(address(text))
    sent = client.post(address(text), {"speaker": SPEAKER}, follow=True)
    after = client.get(address(text))

    assert '<dd lang="cy" dir="ltr">[cy] Do you feel safe?</dd>' in read.text
    assert "Welsh is approved, as it is now." in sent.text
    assert f"by {translator.name}" in " ".join(sent.text.split())
    assert LanguageApproval.objects.get().speaker == SPEAKER
    assert "Take the approval back" in after.text


def test_without_a_native_speaker_it_is_not_approved_and_what_to_do_is_said(
    client: Client, translator: User
) -> None:
    page = client.post(address(the_text(translator)), {"speaker": " "})

    assert page.status_code == 422
    assert "Say which native speaker read it." in page.text
    assert not LanguageApproval.objects.exists()


def test_an_approval_is_taken_back(client: Client, translator: User) -> None:
    text = the_text(translator)
    client.post(address(text), {"speaker": SPEAKER})

    wrong = client.post(address(text, "language-withdraw"), {"why": ""})
    right = client.post(address(text, "language-withdraw"), {"why": "A mistake."}, follow=True)

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert "Say why the approval is taken back." in wrong.text
    assert "Welsh is a draft again." in right.text
    assert not LanguageApproval.objects.exists()


def test_a_text_that_changed_since_it_was_opened_is_not_approved_unread(
    client: Client, translator: User
) -> None:
    kind, subject, language, _ = the_text(translator).key

    answer = client.post(
        reverse("language", args=[kind, subject, language, "0" * 64]), {"speaker": SPEAKER}
    )

    assert answer.status_code == 404
    assert not LanguageApproval.objects.exists()


def test_others_do_not_get_in_and_have_no_door(client: Client) -> None:
    signed_out = client.get(reverse("languages"))
    client.force_login(a_member(Role.PLANNER))

    refused = client.get(reverse("languages"))
    home = client.get(reverse("staff-home"))

    assert signed_out.url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    assert refused.status_code == 403
    assert reverse("languages") not in home.text


@pytest.mark.parametrize("role", [Role.TRANSLATOR, Role.NATIONAL_ADMINISTRATOR])
def test_the_door_is_on_the_staff_home_page(client: Client, role: Role) -> None:
    client.force_login(a_member(role))

    assert f'href="{reverse("languages")}"' in client.get(reverse("staff-home")).text


def test_whoever_wrote_some_of_it_is_told_that_somebody_else_approves_and_sees_the_screens(
    client: Client,
) -> None:
    writer = a_member(Role.TRANSLATOR)
    whole = in_language(a_draft())
    translating.import_po(
        translation=whole,
        content=whole.text.replace("[cy] School", "Ysgol").encode(),
        file_wins=True,
        by=writer,
        now=timezone.now(),
    )
    whole.refresh_from_db()
    digest = translating.digest_of(whole.text)
    client.force_login(writer)

    with around():
        page = client.get(f"/staff/languages/survey/small/cy/{digest}/").text

    assert "You wrote some of these words, so somebody else approves them." in page
    assert f"Written by {writer.name}." in page
    assert "Who read it?" not in page
    picture = f"/staff/surveys/drafts/{whole.draft_id}/preview/?age=8-11&amp;language=cy&amp;item="
    assert f'<a href="{picture}topics#topics">See it on a phone' in page

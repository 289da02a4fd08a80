"""Which language a page speaks, and how to change it in the middle without losing a word."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from feedback import wording
from feedback.envelopes import Answers
from feedback.models import Ballot
from feedback.pages import speaking
from surveys import codes, inviting
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import HERE, Family, Response, a_translated_version, asked_today, kept
from tests.surveys.factories import some_codes

OFFERED = ("en", "ar", "cy", "ur", "zh-Hant")
BROWSER = "0123456789abcdef" * 2


def chosen(accepted: str = "", *, asked_for: str = "", usual: str = "en") -> str:
    """The language of a page that came with this Accept-Language."""
    request = RequestFactory().get("/", {"lang": asked_for}, headers={"Accept-Language": accepted})
    return speaking.chosen(request, OFFERED, usual)


def test_without_a_wish_a_page_is_in_english() -> None:
    request = RequestFactory().get("/")

    assert speaking.chosen(request, OFFERED) == "en"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("cy", "cy"),
        ("ar-SY", "ar"),
        ("AR-sy", "ar"),
        ("zh-hant", "zh-Hant"),
        ("en-GB,en;q=0.9", "en"),
        ("en-GB,ur;q=0.9", "en"),
        ("ur-PK,ur;q=0.9,en-US;q=0.8", "ur"),
        ("en;q=0.3, cy;q=0.8, ur;q=0.5", "cy"),
        ("cy ; q=0.2 , ar ; q=0.7", "ar"),
        ("cy;Q=0.2,ar;Q=0.7", "ar"),
        ("fr-FR,fr;q=0.9,cy;q=0.1", "cy"),
        ("cy;q=0,ar;q=0.001", "ar"),
        ("cy;q=0", "en"),
        ("*", "en"),
        ("*;q=0.9,cy;q=0.1", "cy"),
        ("fr, *", "en"),
        ("cy;q=lots,ar", "ar"),
        ("cy;q=,ar;q=0.5", "cy"),
        ("cy;q=nan,ar;q=0.1", "ar"),
        ("cy;q=-1,ar;q=0.1", "ar"),
        (",,;,=;q,ar", "ar"),
        ("../../etc/passwd, <script>, %00, \x00, ar", "ar"),
        ("\u0627\u0631\u062f\u0648", "en"),
    ],
)
def test_of_the_phones_languages_the_most_wanted_that_we_have_is_spoken(
    accepted: str, language: str
) -> None:
    assert chosen(accepted) == language


@pytest.mark.parametrize(
    "accepted", ["x" * 10_000, "a," * 5_000, ";q=" * 3_333, "en-" * 3_333, "fr;q=0.5," * 1_111]
)
def test_nonsense_of_ten_thousand_characters_is_english_at_no_cost(accepted: str) -> None:
    assert chosen(accepted) == "en"
    assert len(list(speaking.wanted(accepted))) <= 500


TEXT = st.text(st.characters(exclude_categories=["Cs"]))  # what an address can hold


@given(st.text(), TEXT, st.sampled_from([*OFFERED, "fr", ""]))
def test_whatever_is_wished_a_language_that_we_have_is_spoken(
    accepted: str, asked_for: str, usual: str
) -> None:
    request = RequestFactory().get("/", {"lang": asked_for})
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted

    assert speaking.chosen(request, OFFERED, usual) in OFFERED


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ({"asked_for": "ur", "usual": "cy", "accepted": "ar"}, "ur"),
        ({"asked_for": "", "usual": "cy", "accepted": "ar"}, "cy"),
        ({"asked_for": "fr", "usual": "cy", "accepted": "ar"}, "cy"),
        ({"asked_for": "en", "usual": "cy", "accepted": "ar"}, "en"),
        ({"asked_for": "en-GB", "usual": "cy", "accepted": "ar"}, "en"),
        # English stands on an invitation when nobody chose.
        ({"asked_for": "", "usual": "en", "accepted": "ar"}, "ar"),
        # A version that has lost the language of the invitation.
        ({"asked_for": "", "usual": "pl", "accepted": "ar"}, "ar"),
    ],
)
def test_what_was_tapped_comes_before_the_invitation_and_that_before_the_phone(
    wishes: dict[str, str], language: str
) -> None:
    accepted = wishes.pop("accepted")

    assert chosen(accepted, **wishes) == language


# --- the pages -----------------------------------------------------------------------------------


@pytest.fixture
def participation(db: None, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=a_translated_version("cy", "ur"))


@pytest.fixture
def code(participation: Participation) -> str:
    return some_codes(participation)[0]


@pytest.fixture
def link(participation: Participation) -> str:
    return f"/o/{inviting.make_open_link(participation=participation).slug}/12-17"


@pytest.fixture
def family() -> Family:
    return Family()


def language_of(response: Response) -> str:
    found = re.search(r'<html lang="([\w-]+)"', response.content.decode())
    return found[1] if found else ""


def test_an_invitation_in_english_is_opened_in_the_phones_language(
    family: Family, participation: Participation
) -> None:
    english, welsh = (some_codes(participation, language=each)[0] for each in ("en", "cy"))
    phone = {"Accept-Language": "ur-PK,ur;q=0.9"}

    spoken = [language_of(family.get(f"/s/{code}", headers=phone)) for code in (english, welsh)]

    assert spoken == ["ur", "cy"]


def test_every_page_without_a_code_speaks_the_phones_language_too(
    family: Family, link: str
) -> None:
    phone = {"Accept-Language": "ur"}
    unknown = codes.pretty(codes.make())

    spoken = [
        language_of(response)
        for response in (
            family.get("/", headers=phone),
            family.send("/", {"code": "nonsense"}, phone),
            family.get("/s/nonsense", headers=phone),
            family.get(f"/s/{unknown}", headers=phone),
            family.get("/o/nothing", headers=phone),
            family.get(link, headers=phone),
            family.get(link.rpartition("/")[0], headers=phone),
            family.send(link, {"safe": "yes"}, {**phone, "Origin": "https://evil.example"}),
        )
    ]

    assert spoken == ["ur"] * 8


@pytest.mark.parametrize("typed", ["", "7K2", "7K2U-9QXW-4TB", "7K2M-9QXW-4<B", "0000-0000-001"])
def test_what_is_wrong_with_a_code_is_said_in_the_phones_language(
    family: Family, db: None, typed: str
) -> None:
    page = family.send("/", {"code": typed}, {"Accept-Language": "so"}).content.decode()

    said = re.findall(r'<p class="why"[^>]*>(.*?)</p>', page)
    sentences = [wording.of("so").sentences[key] for key in wording.ENGLISH if "mistyped_" in key]
    blank = re.compile(r"\\\{\w+\\\}")
    known = [blank.sub(".*", re.escape(sentence)) for sentence in sentences]
    assert len(said) == 1
    assert any(re.fullmatch(each, said[0]) for each in known)


def everything(**more: Any) -> dict[str, Any]:
    """An answer to every question, with words in several scripts."""
    return {
        "safe": "yes",
        "listened": "unsure",
        "idea": "\n<b>Längere</b> بعد المدرسة 🙂",
        "topics": ["home", "school"],
        "comment": "one\r\ntwo",
        "helper": "read-to-me",
        "helper-is-worker": "no",
        "service": "in-care",
        "gender": "",
        **more,
    }


def assert_all_is_there(page: str) -> None:
    for name, value in (
        ("safe", "yes"),
        ("listened", "unsure"),
        ("topics", "home"),
        ("topics", "school"),
        ("helper", "read-to-me"),
        ("helper-is-worker", "no"),
        ("service", "in-care"),
        ("gender", ""),
    ):
        assert f'name="{name}" value="{value}" checked' in page
    assert ">\n\n&lt;b&gt;Längere&lt;/b&gt; بعد المدرسة 🙂</textarea>" in page
    assert re.search(r">\none\r?\ntwo</textarea>", page)
    assert page.count(" checked") == 8


@pytest.mark.parametrize("language", ["cy", "ur"])
def test_another_language_is_answered_with_all_that_was_said_and_nothing_is_kept(
    family: Family, code: str, link: str, language: str
) -> None:
    family.get(f"/s/{code}")

    for address in (f"/s/{code}", link):
        with CaptureQueriesContext(connection) as queries:
            response = family.send(address, everything(speak=language), {"Origin": HERE})

        page = response.content.decode()
        assert (response.status_code, language_of(response)) == (200, language)
        assert f"{language} Do you feel safe with us?" in page
        assert f'action="?lang={language}"' in page
        assert_all_is_there(page)
        assert 'class="card wrong"' not in page
        assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    assert Ballot.objects.count() == 0


def test_what_was_said_can_be_carried_through_every_language_and_then_sent(
    family: Family, participation: Participation, code: str, keyring: Keyring
) -> None:
    for before, language in (("en", "ur"), ("ur", "cy"), ("cy", "en"), ("en", "ur")):
        page = family.send(f"/s/{code}?lang={before}", everything(speak=language))
        assert_all_is_there(page.content.decode())

    sent = family.send(f"/s/{code}?lang=ur", everything())

    assert (sent.status_code, language_of(sent)) == (200, "ur")
    [(answers, words)] = kept(participation, keyring)
    assert (answers.code, answers.language) == (code, "ur")
    assert [idea.text for idea in words.ideas] == ["<b>Längere</b> بعد المدرسة 🙂"]
    assert words.comments == ("one\ntwo",)


@pytest.mark.parametrize("speak", ["tlh", "../../etc/passwd", "<b>", "x" * 1_000, ["cy", "ur"]])
def test_a_language_that_we_do_not_have_is_answered_in_the_present_one(
    family: Family, code: str, speak: object
) -> None:
    response = family.send(f"/s/{code}?lang=cy", everything(speak=speak))

    assert (response.status_code, language_of(response)) == (200, "cy")
    assert_all_is_there(response.content.decode())
    assert Ballot.objects.count() == 0


def test_answers_that_do_not_fit_are_carried_over_without_a_word_of_blame(
    family: Family, code: str
) -> None:
    long = "x" * 1_001

    response = family.send(f"/s/{code}", {"idea": long, "speak": "ur"})

    assert response.status_code == 200
    assert f"\n{long}</textarea>" in response.content.decode()
    assert 'class="card wrong"' not in response.content.decode()


def test_how_it_looks_and_what_the_browser_made_are_carried_over(family: Family, link: str) -> None:
    form = everything(speak="cy", see=["big", "calm"], browser=BROWSER, nonce="77")

    page = family.send(link, form, {"Origin": HERE}).content.decode()

    assert re.findall(r'name="see" value="(\w+)" form="f" checked', page) == ["big", "calm"]
    assert f'name="browser" value="{BROWSER}"' in page
    assert 'name="nonce" value="77"' in page


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("?lang=ur", {}, "ur"),
        ("?lang=ur", {"Accept-Language": "cy"}, "ur"),
        ("", {"Accept-Language": "cy"}, "cy"),
        ("?lang=tlh", {}, "en"),
        ("?lang=ur&lang=cy", {}, "cy"),
        ("", {}, "en"),
    ],
)
def test_a_ballots_language_is_that_of_its_forms_action(
    participation: Participation,
    keyring: Keyring,
    query: str,
    headers: dict[str, str],
    language: str,
) -> None:
    [code] = some_codes(participation)

    Family().send(f"/s/{code}{query}", {"safe": "yes"}, headers)

    [(answers, _)] = kept(participation, keyring)
    assert answers == Answers(code, "12-17", language, {"safe": ("yes",)})


def test_the_first_button_of_the_form_changes_nothing_and_sends_nothing(
    family: Family, participation: Participation
) -> None:
    """A browser without script presses it when somebody types "Enter" in a form."""
    [code] = some_codes(participation, language="cy")
    page = family.get(f"/s/{code}").content.decode()
    [first, *_] = re.findall(r'<button(?![^>]*type="button")([^>]*)>', page)

    response = family.send(f"/s/{code}?lang=cy", everything(speak="cy"))

    assert 'name="speak" value="cy"' in first
    assert 'form="f"' in first
    assert_all_is_there(response.content.decode())
    assert Ballot.objects.count() == 0

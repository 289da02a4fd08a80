"""No page in another language has a sentence in English: every language, age version and page."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest
from django.test import RequestFactory

from authorities.roles import Role
from feedback import wording
from feedback.given import Problem, Reason
from feedback.pages import contacting, drawing
from feedback.pages.contacting import Sent
from feedback.pages.drawing import Back
from feedback.pages.editions import Edition, Reading, edition, reading
from surveys import core, grammar, languages
from surveys.codes import Slip
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.authorities.factories import a_membership
from tests.feedback.contacts import LEAST, a_listeners_key
from tests.feedback.families import HERE, Family, asked_today, text, the_core
from tests.surveys.factories import an_authority

pytestmark = pytest.mark.django_db

LANGUAGES = list(core.translations())

NOTICES = (
    "closed", "closed_sent", "early", "early_soon", "elsewhere", "no_files", "too_big", "busy",
    "contact_away",
)  # fmt: skip

# No question of the core survey depends on more than one other.
NOT_SHOWN = {"if_it_fits"}

# Names, which are the same in every language that writes them with our letters.
NAMES = {"National Domestic Abuse Helpline"}
# The quick tests take the largest, and one from right to left.
ALL_OF_THEM = [
    language if language in {"uk", "ur"} else pytest.param(language, marks=pytest.mark.slow)
    for language in LANGUAGES
]


@pytest.fixture
def participation(keyring: Keyring) -> Participation:
    """Of an authority and a helper whose names are English words of nobody's survey."""
    return asked_today(
        keyring=keyring, authority=an_authority("Xx"), version=the_core(), simulated=True
    )


# --- every page ----------------------------------------------------------------------------------


def pages(participation: Participation, language: str) -> Iterator[tuple[str, str]]:
    """All that a family may see in a language, by what it is."""
    asked = reading(participation.version)
    yield from small_pages(language)
    for age in asked.age_versions:
        one = edition(participation, age_version=age, language=language, by_open_link=False)
        yield from pages_of(one, asked)
    yield from contact_pages(language)


def small_pages(language: str) -> Iterator[tuple[str, str]]:
    yield "the front page", drawing.front(language)
    for slip in Slip:
        why, facts = f"mistyped_{slip}", {"sign": "U", "length": 3, "right": 11}
        yield why, drawing.front(language, title="mistyped_title", why=why, typed="U", **facts)
    yield "unknown", drawing.front(language, title="unknown_title", why="unknown", typed="U")
    yield "no link", drawing.front(language, title="no_link_title")
    for what in ("elsewhere", "no_files", "too_big", "busy", "contact_away"):
        yield what, drawing.notice(what, language=language)


def pages_of(one: Edition, asked: Reading) -> Iterator[tuple[str, str]]:
    """With a film for every question; by a code and by an open link; with all that can be wrong."""
    age = one.age_version
    items = [each.code for each in asked.questionnaire(age, "en").questions]
    filmed = replace(one, media=tuple((item, ("0" * 64, "1" * 64)) for item in ("", *items)))
    wrong = [
        Problem(item, reason, 1_001, 1_000)
        for item, reason in zip(items, list(Reason) * len(items), strict=False)
    ]
    yield f"the survey for {age}", drawing.survey(filmed, asked)
    for trouble in ("wrong_busy", "wrong_many"):
        back = Back(problems=wrong, trouble=trouble, sights=frozenset(drawing.SIGHTS))
        by_link = replace(one, by_open_link=True)
        yield f"what is wrong for {age}", drawing.survey(by_link, asked, back)
    yield f"the thank-you for {age}", drawing.thanks(one, asked)
    for what in NOTICES:
        yield f"{what} for {age}", drawing.notice(what, language=one.language, edition=one)
    chooser = replace(one, age_version="")
    yield "which age", drawing.chooser(chooser, asked, address="/o/x")


def contact_pages(language: str) -> Iterator[tuple[str, str]]:
    request = RequestFactory().get("/contact")
    wrong = [
        Problem("how", Reason.NOTHING),
        Problem("where", Reason.NOTHING),
        Problem("council", Reason.NOT_AN_ANSWER),
        Problem("", Reason.NOT_ASKED),
        Problem("called", Reason.ONE_ONLY),
        Problem("about", Reason.TOO_LONG, 1_001, 1_000),
    ]
    no_number = [Problem("where", Reason.NOT_AN_ANSWER)]
    for sent, more in (
        (Sent(), {}),
        (Sent(), {"problems": wrong, "trouble": "contact_wrong_often", "minutes": 9}),
        (Sent(), {"problems": no_number, "trouble": "contact_wrong_away"}),
        (Sent(typed={"how": ["email"]}), {"problems": no_number}),
    ):
        shown = contacting._show(request, sent, language, **more)
        yield "asking to be contacted", shown.content.decode()
    yield from contact_thanks(language)


def contact_thanks(language: str) -> Iterator[tuple[str, str]]:
    """Where somebody listens for the council, where nobody does, and where none was chosen."""
    listened_to, alone = an_authority("Yy"), an_authority("Zz")
    a_membership(role=Role.LISTENER, authority=listened_to)
    for council in (listened_to.gss_code, alone.gss_code, ""):
        form = {**LEAST, "council": council}
        sent = Family().send(f"/contact?lang={language}", form, {"Origin": HERE})
        assert sent.status_code == 200
        yield "the thank-you for asking", sent.content.decode()


# --- what can be read on it ----------------------------------------------------------------------


def seen(page: str) -> str:
    """All that is shown or read aloud: texts, names of things, and what the script will say."""
    labels = re.findall(r'aria-label="([^"]*)"', page)
    [*data] = re.findall(r'id="say">(.*?)</script>', page, flags=re.DOTALL)
    by_script = [said for each in data for said in json.loads(each)["say"].values()]
    return " ".join([text(page), *labels, *by_script])


def sentences(english: str) -> Iterator[str]:
    """Its parts of three words or more, without what is filled in."""
    for part in re.split(r"[.!?:;“”()\n]|\{\w+\}", english):
        tidy = " ".join(part.split()).strip(" ,")
        if len(re.findall(r"[A-Za-z’']+", tidy)) >= 3 and tidy not in NAMES:
            yield tidy


@lru_cache
def all_english() -> frozenset[str]:
    survey = grammar.parse(core.source())
    strings = [*wording.ENGLISH.values(), *(each.english for each in languages.messages(survey))]
    return frozenset(part for english in strings for part in sentences(english))


def found_in(shown: str, parts: Iterable[str]) -> set[str]:
    return {part for part in parts if part in shown}


def missing_from(shown: str, words: Mapping[str, str]) -> set[str]:
    """The keys of sentences of which no page has even the longest part between two blanks."""
    return {
        key
        for key, sentence in words.items()
        if " ".join(max(re.split(r"\{\w+\}|\n", sentence), key=len).split()) not in shown
    }


def test_in_english_each_of_these_sentences_is_found_so_that_the_search_can_find(
    participation: Participation, keyring: Keyring
) -> None:
    a_listeners_key(keyring)
    a_membership(role=Role.LISTENER)

    shown = " ".join(seen(page) for _, page in pages(participation, "en"))

    assert len(all_english()) > 300
    assert all_english() - found_in(shown, all_english()) == {"Skip this if it does not fit"}
    assert missing_from(shown, wording.ENGLISH) == NOT_SHOWN


@pytest.mark.parametrize("language", ALL_OF_THEM)
def test_no_english_sentence_stands_on_a_page_in_another_language(
    participation: Participation, keyring: Keyring, language: str
) -> None:
    a_listeners_key(keyring)
    a_membership(role=Role.LISTENER)

    untranslated = {
        (what, part)
        for what, page in pages(participation, language)
        for part in found_in(seen(page), all_english())
    }

    assert untranslated == set()


@pytest.mark.parametrize("language", ["en", *ALL_OF_THEM])
def test_every_page_says_its_language_and_direction_and_escapes_once(
    participation: Participation, keyring: Keyring, language: str
) -> None:
    a_listeners_key(keyring)
    a_membership(role=Role.LISTENER)
    head = f'<html lang="{language}" dir="{languages.direction(language)}">'

    faults = [
        what
        for what, page in pages(participation, language)
        if head not in page[:200] or "&lt;" in page or "&amp;#" in page or "{" in text(page)
    ]

    assert faults == []


@pytest.mark.parametrize("language", ALL_OF_THEM)
def test_no_month_is_said_in_english(participation: Participation, language: str) -> None:
    """Of the twelve a wave can end in. Django knows no Somali months: there they are figures."""
    one = edition(participation, age_version="12-17", language=language, by_open_link=False)
    days = [date(2026, month, 26) for month in range(1, 13)]

    said = [
        text(drawing.notice("closed", language=language, edition=replace(one, closes_on=day)))
        for day in days
    ]

    english = [
        f"{day:%B}"
        for day, page in zip(days, said, strict=True)
        if re.search(rf"\b{day:%B}\b", page)
    ]
    assert english == (["August"] if language == "ro" else [])  # it is so in Romanian
    assert all("26" in page and "2026" in page for page in said)
    assert len(set(said)) == 12


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_a_helpline_in_the_surveys_own_words_can_be_tapped_in_every_language(
    participation: Participation, language: str
) -> None:
    """Where writing runs from right to left, the spaces in a number are others (U+00A0)."""
    one = edition(participation, age_version="12-17", language=language, by_open_link=False)

    page = drawing.survey(one, reading(participation.version))

    assert page.count('<a class="number" href="tel:08001111">') == 1
    assert page.count('<a class="number" href="tel:999">') == 1

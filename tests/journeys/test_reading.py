"""For every reader: what a person hears, sees larger, has read aloud or signed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from surveys import recordings, supplying
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import asked_today, the_core
from tests.journeys import walking
from tests.journeys.conftest import SMALL_PHONE
from tests.surveys.factories import a_version, some_codes
from tests.surveys.media import MP3, MP4, a_folder

pytestmark = pytest.mark.browser

EVERY_KIND = """
[survey]
code = "kinds"
title = "Kinds"
[[age_version]]
code = "8-11"
name = "8 to 11"
title = "Your say"
intro = "Tell us. If you are in danger, call 999."
thanks = "Thank you."
reading_ease = 60
[[item]]
code = "hello"
kind = "page"
ask = "First some words to read."
[[item]]
code = "faces"
kind = "scale"
construct = "faces"
ask = "Are they kind?"
hint = "To you."
look = { "8-11" = "faces" }
answers = [
    { code = "yes", score = 100, favourable = true, label = "Yes" },
    { code = "bit", score = 50, favourable = false, label = "A bit" },
    { code = "no", score = 0, favourable = false, label = "No" },
    { code = "unsure", label = "I do not know" },
]
[[item]]
code = "thumbs"
kind = "scale"
construct = "thumbs"
ask = "Is it good?"
look = { "8-11" = "thumbs" }
answers = [
    { code = "yes", score = 100, favourable = true, label = "Yes" },
    { code = "no", score = 0, favourable = false, label = "No" },
]
[[item]]
code = "colour"
kind = "choice"
ask = "Which one?"
answers = [{ code = "a", label = "This one" }, { code = "b", label = "That one" }]
[[item]]
code = "idea"
kind = "words"
suggestion = true
longest = 200
ask = "What would help?"
[[item]]
code = "topics"
kind = "choices"
topics_of = "idea"
ask = "What is it about?"
answers = [{ code = "home", label = "Home" }, { code = "school", label = "School" }]
[[item]]
code = "age-band"
kind = "about"
slices = true
ask = "How old are you?"
answers = [{ code = "5-9", label = "8 or 9" }, { code = "10-15", label = "10 or 11" }]
[[item]]
code = "helper"
kind = "helper"
ask = "Did someone help you?"
answers = [{ code = "alone", label = "No" }, { code = "read-to-me", label = "Someone read it" }]
"""

# What a screen reader is told of each question, in order.
HEARD = {
    "hello": "- paragraph: First some words to read.",
    "faces": """
- group "Are they kind?":
  - text: Are they kind?
  - paragraph: To you.
  - radio "Yes"
  - text: "Yes"
  - radio "A bit"
  - text: A bit
  - radio "No"
  - text: "No"
  - radio "I do not know"
  - text: I do not know
  - radio "Skip"
  - text: Skip
""",
    "thumbs": """
- group "Is it good?":
  - text: Is it good?
  - radio "Yes"
  - text: "Yes"
  - radio "No"
  - text: "No"
  - radio "Skip"
  - text: Skip
""",
    "colour": """
- group "Which one?":
  - text: Which one?
  - radio "This one"
  - text: This one
  - radio "That one"
  - text: That one
  - radio "Skip"
  - text: Skip
""",
    "idea": """
- text: What would help?
- paragraph: There is room for 200 letters.
- textbox "What would help?"
- group: Who can see this?
""",
    "topics": """
- group "What is it about?":
  - text: What is it about?
  - checkbox "Home"
  - text: Home
  - checkbox "School"
  - text: School
""",
    "age-band": """
- group "How old are you?":
  - text: How old are you?
  - radio "8 or 9"
  - text: 8 or 9
  - radio "10 or 11"
  - text: 10 or 11
  - radio "Skip"
  - text: Skip
""",
    "helper": """
- group "Did someone help you?":
  - text: Did someone help you?
  - radio "No"
  - text: "No"
  - radio "Someone read it"
  - text: Someone read it
  - radio "Skip"
  - text: Skip
""",
}


@pytest.fixture
def participation(site: str, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=the_core())


@pytest.fixture
def address(site: str, participation: Participation) -> str:
    return f"{site}/s/{some_codes(participation, age_version='8-11')[0]}"


@pytest.mark.slow
def test_each_kind_of_question_says_what_a_person_should_hear(
    site: str, page: Page, keyring: Keyring
) -> None:
    participation = asked_today(keyring=keyring, version=a_version(EVERY_KIND))
    page.goto(f"{site}/s/{some_codes(participation, age_version='8-11')[0]}")
    walking.begin(page)

    for code in walking.to_the_end(page):
        expect(page.locator(f"section#{code}")).to_match_aria_snapshot(HEARD[code])
        told = page.evaluate(
            "() => { const { ariaLabel, textContent } = document.activeElement;"
            " return ariaLabel || textContent.trim() }"
        )
        assert told in HEARD[code]  # the question itself has the focus, so it is read first


def test_a_screen_reader_hears_help_and_the_way_out_first(page: Page, address: str) -> None:
    page.goto(address)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Help now"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Leave now"


# --- larger, stronger, calmer --------------------------------------------------------------------


@pytest.mark.slow
def test_at_400_per_cent_nothing_is_scrolled_sideways_and_the_way_out_stays(
    chromium: Browser, address: str
) -> None:
    """A window of 1280 by 1024 at 400%: WCAG 2.2, success criterion 1.4.10."""
    context = chromium.new_context(viewport={"width": 320, "height": 256})
    page = context.new_page()
    page.goto(address)
    for code in ("start", "safe", "idea", "topics"):
        walking.to(page, code)
        walking.nothing_wrong(page)
        walking.can_be_left(page)
    context.close()


def test_letters_can_be_bigger_stronger_and_calm_without_a_cookie(
    chromium: Browser, address: str
) -> None:
    phone = chromium.new_context(viewport=SMALL_PHONE)
    page = phone.new_page()
    page.goto(address)
    walking.begin(page)
    assert page.evaluate("document.getAnimations().length") == 1
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.locator(".look summary").click()

    for choice in ("Bigger letters", "Stronger contrast", "Calm"):
        page.get_by_label(choice).check()
    page.locator(".look summary").click()

    style = "(({ fontSize, color, backgroundColor }) => [fontSize, color, backgroundColor])"
    size, ink, paper = page.evaluate(f"{style}(getComputedStyle(document.body))")
    assert float(size.removesuffix("px")) > before * 1.25
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    for _ in range(3):
        walking.go_on(page)
        assert page.evaluate("document.getAnimations().length") == 0
        walking.nothing_wrong(page)
        walking.can_be_left(page)
    assert phone.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    phone.close()


def test_without_script_too_and_it_stays_when_the_page_comes_back(
    page_without_script: Page, address: str
) -> None:
    page = page_without_script
    page.goto(address)
    page.locator(".look summary").click()
    page.get_by_label("Bigger letters").check()
    big = page.evaluate("getComputedStyle(document.body).fontSize")

    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == big


# --- read aloud ----------------------------------------------------------------------------------

# This browser has no voices, so one that only notes what it was given stands in for the phone's.
A_VOICE = """
window.said = [];
const voices = [
    { lang: "en-US", localService: false, name: "far away" },
    { lang: "en-GB", localService: true, name: "near" },
];
Object.defineProperty(window, "speechSynthesis", { value: {
    speaking: false,
    getVoices: () => voices,
    cancel() { this.speaking = false },
    speak(it) { this.speaking = true; said.push([it.voice.name, it.text]) },
} });
window.SpeechSynthesisUtterance = function (text) { this.text = text };
"""


def test_a_question_and_its_answers_are_read_aloud_by_a_voice_of_the_phones_own(
    page: Page, address: str
) -> None:
    page.add_init_script(A_VOICE)
    page.goto(address)
    walking.begin(page)
    assert page.evaluate("said") == []

    page.get_by_role("button", name="Read it to me").click()

    assert page.evaluate("said") == [
        ["near", "Do you feel safe these days?"],
        *(
            ["near", answer]
            for answer in (
                "Yes, always", "Mostly", "A bit", "Not much", "No, never", "I don’t know", "Skip",
            )
        ),
    ]  # fmt: skip
    page.locator(".now summary").click()
    assert len(page.evaluate("said")) == 8  # help is not read unasked
    page.locator(".now summary").click()
    walking.go_on(page)
    assert not page.evaluate("speechSynthesis.speaking")
    assert len(page.evaluate("said")) == 8  # nor is the next question


def test_the_button_is_absent_where_the_phone_has_no_voice_of_its_own(
    page: Page, address: str
) -> None:
    page.add_init_script(A_VOICE.replace("localService: true", "localService: false"))
    page.goto(address)
    walking.begin(page)

    expect(page.get_by_role("button", name="Read it to me")).to_be_hidden()


@pytest.mark.slow
def test_a_recording_and_a_film_are_there_where_supplied_and_fetched_on_a_tap_only(
    page: Page, participation: Participation, address: str, tmp_path: Path, settings: Settings
) -> None:
    settings.HEARD_MEDIA_DIRECTORY = tmp_path / "media"
    folder = a_folder(tmp_path / "in", **{"8-11/en/safe.mp3": MP3, "8-11/bfi/safe.mp4": MP4})
    media = tmp_path / "media"
    supplying.supply(version=participation.version, folder=folder, directory=media)
    recordings.forget()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))

    page.goto(address)
    walking.begin(page)
    expect(page.locator("#safe audio")).to_be_visible()
    walking.nothing_wrong(page)
    page.get_by_text("Watch in British Sign Language").click()
    expect(page.locator("#safe video")).to_be_visible()
    assert fetched == [address]
    page.locator("#safe video").evaluate("film => film.load() || film.play().catch(() => 0)")
    page.wait_for_timeout(300)

    assert fetched[1].startswith(f"{address.partition('/s/')[0]}/media/")

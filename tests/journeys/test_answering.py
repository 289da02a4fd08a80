"""A family answers, on the smallest phone there is: by touch, by keys, with script and without."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Response, expect

from feedback import wording
from feedback.envelopes import Answers, Idea, Words
from feedback.models import Ballot
from surveys import codes, core, grammar, inviting
from surveys.definition import Kind
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import (
    a_translated_version,
    asked_today,
    kept,
    the_core,
)
from tests.surveys.factories import some_codes

pytestmark = pytest.mark.browser

AGES = [version.code for version in grammar.parse(core.source()).age_versions]
SENT = wording.ENGLISH["thanks_title"]
NARROW = 320
FINGER = 44  # CSS pixels, WCAG 2.2 success criterion 2.5.5 (enhanced)


@pytest.fixture
def participation(site: str, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=the_core(), simulated=True)


def nothing_wrong(page: Page) -> None:
    """No accessibility rule is broken, and nothing has to be scrolled sideways."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW


def send(page: Page) -> None:
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name=SENT)).to_be_visible()


# --- what goes over the network ------------------------------------------------------------------


def test_a_family_needs_two_requests_from_start_to_finish(
    site: str, phone: BrowserContext, participation: Participation
) -> None:
    asked: list[tuple[str, str]] = []
    phone.on("request", lambda request: asked.append((request.method, request.url)))
    page = phone.new_page()
    for age in AGES:
        address = f"{site}/s/{some_codes(participation, age_version=age)[0]}"
        asked.clear()

        page.goto(address)
        page.locator("#safe label").first.click()
        send(page)
        page.wait_for_load_state("networkidle")

        assert asked == [("GET", address), ("POST", address)]
    assert phone.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert Ballot.objects.count() == len(AGES)


def test_the_browser_finds_nothing_to_complain_of(
    site: str, page: Page, participation: Participation
) -> None:
    """A broken security policy, a missing icon and the like are all said in its console."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    link = inviting.make_open_link(participation=participation).slug
    [code] = some_codes(participation, age_version="4-7")

    for address in ("/", f"/s/{code}", f"/o/{link}", f"/o/{link}/12-17"):
        page.goto(site + address, wait_until="networkidle")

    assert complaints == []


# --- without script ------------------------------------------------------------------------------


def test_a_whole_survey_is_answered_without_script(
    site: str, page_without_script: Page, participation: Participation, keyring: Keyring
) -> None:
    page = page_without_script
    [code] = some_codes(participation, age_version="8-11")

    page.goto(site)
    page.get_by_label("Type the code").fill(codes.pretty(code).lower())
    page.get_by_role("button", name="Start").click()
    chosen = answer_everything(page, "8-11")
    send(page)

    assert kept(participation, keyring) == [
        (
            Answers(code, "8-11", "en", chosen),
            Words(
                participation.authority.gss_code,
                (Idea("My idea: longer visits", chosen["topics"]),),
                ("My comment: thanks",),
            ),
        )
    ]


def answer_everything(page: Page, age: str) -> dict[str, tuple[str, ...]]:
    """Tap the last answer of each question and write in each box. What should then be kept."""
    survey = grammar.parse(core.source())
    chosen: dict[str, tuple[str, ...]] = {}
    for item in survey.items_for(age):
        section = page.locator(f"section#{item.code}")
        if item.kind is Kind.WORDS:
            words = {"idea": "My idea: longer visits", "comment": "My comment: thanks"}
            section.get_by_role("textbox", name=item.ask[age]).fill(words[item.code])
            continue
        answer = item.answers_for(age)[-1]
        section.get_by_text(answer.label[age], exact=True).click()
        chosen[item.code] = (answer.code,)
    return chosen


def test_without_script_too_a_slip_is_said_and_everything_given_back(
    site: str, page_without_script: Page, participation: Participation
) -> None:
    page = page_without_script
    [code] = some_codes(participation)
    page.goto(f"{site}/s/{code}")

    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("alert")).to_contain_text("You have not answered anything yet")
    expect(page.get_by_role("alert")).to_be_focused()
    page.locator("#safe").get_by_text("Mostly").click()
    send(page)
    assert Ballot.objects.count() == 1


def test_help_opens_without_script(
    site: str, page_without_script: Page, participation: Participation
) -> None:
    page = page_without_script
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    page.mouse.wheel(0, 3_000)

    page.get_by_text("Help now").first.click()

    call = page.get_by_role("link", name="Call 999").first
    expect(call).to_be_in_viewport()
    expect(call).to_have_attribute("href", "tel:999")


# --- with keys alone -----------------------------------------------------------------------------


def test_a_survey_is_answered_and_sent_with_keys_alone(
    site: str, page: Page, participation: Participation, keyring: Keyring
) -> None:
    [code] = some_codes(participation, age_version="4-7")
    page.goto(f"{site}/s/{code}")

    tab_until(page, lambda: name_in_focus(page) == "safe")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    tab_until(page, lambda: name_in_focus(page) == "idea")
    page.keyboard.type("More play")
    tab_until(page, lambda: name_in_focus(page) == "topics")
    page.keyboard.press("Space")
    tab_until(page, lambda: page.evaluate("document.activeElement.className") == "send")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=SENT)).to_be_visible()
    [(answers, words)] = kept(participation, keyring)
    assert answers.chosen == {"safe": ("partly",), "topics": ("listening",)}
    assert words.ideas == (Idea("More play", ("listening",)),)


def tab_until(page: Page, there: Callable[[], bool]) -> None:
    for _ in range(200):
        page.keyboard.press("Tab")
        if there():
            return
    raise AssertionError("the keyboard cannot get there")


def name_in_focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || ''"))


def test_what_has_the_focus_can_be_seen(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation, age_version='4-7')[0]}")

    tab_until(page, lambda: name_in_focus(page) == "safe")

    width = "getComputedStyle(document.activeElement.nextElementSibling).outlineWidth"
    assert page.evaluate(width) == "4px"


# --- for every eye and finger --------------------------------------------------------------------


@pytest.mark.parametrize("age", AGES)
def test_a_survey_page_breaks_no_rule_and_fits_a_small_phone_and_a_finger(
    site: str, page: Page, participation: Participation, age: str
) -> None:
    page.goto(f"{site}/s/{some_codes(participation, age_version=age)[0]}")

    sizes = tapped(page)
    assert len(sizes) > 40
    assert min(sizes) >= FINGER
    # The last first, because an opened one is no longer among them.
    for closed in reversed(page.locator("details:not([open]) summary").all()):
        closed.click()
    nothing_wrong(page)


def tapped(page: Page) -> list[float]:
    """The lesser of width and height of everything that is there to be tapped, in CSS pixels."""
    found: list[float] = page.eval_on_selector_all(
        "label:has(input), button, summary, textarea, footer a",
        "all => all.map(each => each.getBoundingClientRect())"
        ".map(box => Math.min(box.width, box.height))",
    )
    return found


def test_the_small_pages_break_no_rule_and_fit_a_small_phone(
    site: str, page: Page, participation: Participation, keyring: Keyring
) -> None:
    ended = asked_today(keyring=keyring, days=-1)
    link = inviting.make_open_link(participation=participation).slug
    answered: list[int] = []

    for address in (
        "/",
        f"/s/{codes.make()}",
        "/s/wrong",
        f"/s/{some_codes(ended)[0]}",
        "/o/nothing",
        f"/o/{link}",
        f"/o/{link}/8-11",
    ):
        response = page.goto(site + address)
        assert isinstance(response, Response)
        answered.append(response.status)
        nothing_wrong(page)

    assert answered == [200, 404, 404, 410, 404, 200, 200]


def test_the_pages_after_sending_break_no_rule_and_fit_a_small_phone(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    page.locator("textarea").first.evaluate("box => box.removeAttribute('maxlength')")
    page.locator("textarea").first.fill("word" * 300)

    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("there is room for 1,000")
    nothing_wrong(page)
    page.get_by_role("link", name=re.compile("What one thing")).click()
    assert name_in_focus(page) == "idea"
    page.locator("textarea").first.fill("Shorter")
    send(page)
    nothing_wrong(page)


def test_a_page_from_right_to_left_fits_a_small_phone(
    site: str, page: Page, keyring: Keyring
) -> None:
    participation = asked_today(keyring=keyring, version=a_translated_version("ur"))
    [code] = some_codes(participation, language="ur", age_version="8-11")

    page.goto(f"{site}/s/{code}")

    nothing_wrong(page)
    face, words = (
        page.locator(f"#safe label:first-child {part}").bounding_box() for part in ("input", "svg")
    )
    assert face is not None
    assert words is not None
    assert face["x"] > words["x"]


def test_what_is_chosen_shows_without_colour(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    page.locator("#safe").get_by_text("Mostly").click()

    weights = page.eval_on_selector_all(
        "#safe span", "all => all.map(each => getComputedStyle(each).fontWeight)"
    )

    assert weights == ["400", "700", "400", "400", "400", "400", "400"]
    expect(page.get_by_role("radio", name="Mostly").first).to_be_checked()


def test_an_answer_can_be_taken_back(
    site: str, page: Page, participation: Participation, keyring: Keyring
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    page.locator("#safe").get_by_text("Mostly").click()
    page.locator("#listened").get_by_text("Mostly").click()

    page.locator("#safe").get_by_text("Skip").click()
    send(page)

    [(answers, _)] = kept(participation, keyring)
    assert answers.chosen == {"listened": ("mostly",)}


# --- by an open link -----------------------------------------------------------------------------


def test_by_an_open_link_a_second_sending_of_the_same_page_is_known(
    site: str, page: Page, participation: Participation
) -> None:
    link = inviting.make_open_link(participation=participation).slug
    page.goto(f"{site}/o/{link}")
    page.get_by_role("link", name="12 to 17").click()
    page.locator("#safe").get_by_text("Mostly").click()
    send(page)

    page.reload()  # the browser sends the same form again

    expect(page.get_by_role("heading", name=SENT)).to_be_visible()
    assert Ballot.objects.count() == 1
    assert Ballot.objects.get().channel == "open"


def test_by_an_open_link_it_works_without_script(
    site: str, page_without_script: Page, participation: Participation
) -> None:
    link = inviting.make_open_link(participation=participation).slug
    page_without_script.goto(f"{site}/o/{link}/parent")

    page_without_script.locator("#safe").get_by_text("Mostly").click()
    send(page_without_script)

    assert Ballot.objects.count() == 1


def test_a_form_on_another_site_cannot_send_by_an_open_link(
    site: str, page: Page, participation: Participation
) -> None:
    link = inviting.make_open_link(participation=participation).slug
    elsewhere = site.replace("127.0.0.1", "localhost")
    page.route(
        f"{elsewhere}/trap",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{site}/o/{link}/12-17">'
            '<input name="safe" value="yes"><button>Win a phone</button></form>',
        ),
    )
    page.goto(f"{elsewhere}/trap")

    page.get_by_role("button").click()

    expect(page.get_by_text("It did not come from our own page")).to_be_visible()
    assert Ballot.objects.count() == 0

"""A family answers, on the smallest phone there is: by touch, by keys, with script and without."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Response, expect

from feedback import wording
from feedback.envelopes import Answers, Idea, Words
from feedback.models import Ballot
from feedback.pages import bundles
from feedback.proof_of_work import solved
from surveys import codes, core, grammar, inviting
from surveys.definition import Kind
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import (
    asked_today,
    kept,
    the_core,
)
from tests.journeys import walking
from tests.surveys.factories import some_codes

pytestmark = pytest.mark.browser

AGES = [version.code for version in grammar.parse(core.source()).age_versions]
ONE_OF_EACH_KIND = {"start", "safe", "idea", "topics", "helper", "ready"}
SENT = wording.ENGLISH["thanks_title"]
SURVEY = grammar.parse(core.source())


@pytest.fixture
def participation(site: str, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=the_core(), simulated=True)


def send(page: Page) -> None:
    """Without script: the one button of the form."""
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name=SENT)).to_be_visible()


# --- what the browser says ------------------------------------------------------------------


@pytest.mark.slow
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

    page.get_by_role("button", name="Send", exact=True).click()

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


# --- one question a screen ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "every"),
    [
        ("en", False),
        pytest.param("en", True, marks=pytest.mark.slow),
        pytest.param("ur", False, marks=pytest.mark.slow),
    ],
)
def test_a_whole_survey_is_answered_screen_by_screen_in_two_requests_and_breaks_no_rule(
    site: str,
    page: Page,
    participation: Participation,
    keyring: Keyring,
    *,
    language: str,
    every: bool,
) -> None:
    """Rules are looked for on ``every`` screen, or on one of each kind: it takes half a second."""
    [code] = some_codes(participation, age_version="8-11", language=language)
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    address = f"{site}/s/{code}"
    page.goto(address)
    chosen = {}

    for screen in walking.screens(page):
        if every or screen in ONE_OF_EACH_KIND:  # all of them in test_every_edition.py
            walking.nothing_wrong(page)
        walking.fits_a_finger(page)
        walking.can_be_left(page)
        if screen not in {"start", "ready"}:
            chosen[screen] = walking.answer(page, SURVEY.item(screen), "8-11")
    walking.send(page)
    page.wait_for_load_state("networkidle")
    walking.nothing_wrong(page)

    assert asked == [("GET", address), ("POST", f"{address}?lang={language}")]
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    [(answers, words)] = kept(participation, keyring)
    assert answers == Answers(
        code, "8-11", language, {item: codes for item, codes in chosen.items() if codes}
    )
    assert [idea.text for idea in words.ideas] == [walking.WRITTEN["idea"]]
    assert words.comments == (walking.WRITTEN["comment"],)


def test_a_question_that_does_not_fit_is_passed_over_and_comes_when_it_does(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")

    walking.to(page, "helper")
    walking.go_on(page)
    assert walking.here(page) == "service"
    page.locator(".go .back").click()
    page.locator("#helper").get_by_text("An interpreter").click()
    walking.go_on(page)

    assert walking.here(page) == "helper-is"


def test_the_browser_routes_as_python_does(site: str, page: Page) -> None:
    page.goto(site)
    script = (Path(bundles.BROWSER) / "routing.js").read_text()
    vectors = json.loads(Path("tests/surveys/routing_vectors.json").read_text())["vectors"]

    held = page.evaluate(
        f"vectors => {{ {script}; return vectors.map(each => holds(each.when, each.given)) }}",
        vectors,
    )

    assert held == [each["holds"] for each in vectors]


def test_a_double_tap_goes_on_by_one_screen_and_does_not_send(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    walking.begin(page)
    page.locator(".next").dblclick()
    assert walking.here(page) == "respected"
    walking.to(page, "home-language")

    page.locator(".next").dblclick()

    assert walking.here(page) == "ready"
    page.wait_for_timeout(300)
    assert Ballot.objects.count() == 0


def test_back_and_forward_go_through_the_questions_and_lose_nothing(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    walking.begin(page)
    page.locator("#safe").get_by_text("Mostly").click()
    walking.go_on(page)
    walking.go_on(page)

    page.go_back()
    assert walking.here(page) == "respected"
    page.go_back()
    assert walking.here(page) == "safe"
    expect(page.locator("#safe").get_by_role("radio", name="Mostly")).to_be_checked()
    page.go_forward()
    assert walking.here(page) == "respected"
    page.locator(".go .back").click()
    page.locator(".go .back").click()
    assert walking.here(page) == "start"
    assert Ballot.objects.count() == 0


def test_answers_are_looked_over_and_changed_before_they_are_sent(
    site: str, page: Page, participation: Participation, keyring: Keyring
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    walking.begin(page)
    page.locator("#safe").get_by_text("Mostly").click()
    for _ in walking.to_the_end(page):
        pass

    row = page.locator(".sum li").first
    expect(row).to_contain_text("Mostly")
    expect(page.locator(".sum li").nth(1)).to_contain_text("Not answered")
    row.get_by_role(
        "button", name="Change: With the support you get now, do you feel safe?"
    ).click()
    page.locator("#safe").get_by_text("Partly").click()
    walking.go_on(page)

    assert walking.here(page) == "ready"
    expect(page.locator(".sum li").first).to_contain_text("Partly")
    walking.send(page)
    [(answers, _)] = kept(participation, keyring)
    assert answers.chosen == {"safe": ("partly",)}


@pytest.mark.slow
def test_nothing_answered_is_said_on_the_screen_that_sends(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    walking.to(page, "ready")

    page.locator("#ready .send").click()

    expect(page.locator(".trouble")).to_contain_text("You have not answered anything yet")
    walking.nothing_wrong(page)
    page.locator(".sum button").first.click()
    page.locator("#safe").get_by_text("Mostly").click()
    walking.go_on(page)
    walking.send(page)


# --- with keys alone -----------------------------------------------------------------------------


def test_a_survey_is_answered_and_sent_with_keys_alone(
    site: str, page: Page, participation: Participation, keyring: Keyring
) -> None:
    [code] = some_codes(participation, age_version="4-7")
    page.goto(f"{site}/s/{code}")
    press = page.keyboard.press

    tab_until(page, lambda: focused(page, "className").endswith("begin"))
    press("Enter")
    while walking.here(page) != "ready":
        match walking.here(page):
            case "safe":
                press("Tab")
                press("ArrowDown")
            case "idea":
                tab_until(page, lambda: focused(page, "name") == "idea")
                page.keyboard.type("More play")
            case "topics":
                press("Tab")
                press("Space")
        tab_until(page, lambda: focused(page, "className").endswith("next"))
        press("Enter")
    tab_until(page, lambda: focused(page, "textContent") == "Send")
    press("Enter")

    walking.thanked(page)
    [(answers, words)] = kept(participation, keyring)
    assert answers.chosen == {"safe": ("partly",), "topics": ("listening",)}
    assert words.ideas == (Idea("More play", ("listening",)),)


def tab_until(page: Page, there: Callable[[], bool]) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if there():
            return
    raise AssertionError("the keyboard cannot get there")


def focused(page: Page, what: str) -> str:
    return str(page.evaluate(f"document.activeElement.{what} || ''"))


def test_the_enter_key_in_an_answer_goes_on_and_does_not_send(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    walking.begin(page)

    page.locator("#safe input").first.press("Enter")

    assert walking.here(page) == "respected"
    assert Ballot.objects.count() == 0


def test_what_has_the_focus_can_be_seen_and_is_never_under_the_bar(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation, age_version='4-7')[0]}")
    walking.begin(page)
    seen = "getComputedStyle(document.activeElement.nextElementSibling).outlineWidth"
    under = (
        "() => { const box = document.activeElement.getBoundingClientRect(), "
        "bar = document.querySelector('.safe').getBoundingClientRect();"
        " return !document.activeElement.matches('body, .safe *') && box.bottom > bar.top + 1 }"
    )

    tab_until(page, lambda: focused(page, "name") == "safe")
    assert page.evaluate(seen) == "4px"
    for _ in range(8):
        page.keyboard.press("Tab")
        assert not page.evaluate(under)


# --- for every eye and finger --------------------------------------------------------------------


@pytest.mark.parametrize("age", [pytest.param("4-7", marks=pytest.mark.slow), "12-17"])
def test_the_whole_form_breaks_no_rule_and_fits_a_small_phone_and_a_finger(
    site: str, page_with_script_cut_out: Page, participation: Participation, age: str
) -> None:
    page = page_with_script_cut_out
    page.goto(f"{site}/s/{some_codes(participation, age_version=age)[0]}")

    walking.fits_a_finger(page)
    # The last first, because an opened one is no longer among them.
    for closed in reversed(page.locator("details:not([open]) summary").all()):
        closed.click()
    walking.nothing_wrong(page)


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
        walking.nothing_wrong(page)
        walking.fits_a_finger(page)
        walking.can_be_left(page)

    assert answered == [200, 404, 404, 410, 404, 200, 200]


def test_without_script_a_page_with_problems_breaks_no_rule_and_leads_to_them(
    site: str, page_with_script_cut_out: Page, participation: Participation
) -> None:
    page = page_with_script_cut_out
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    page.locator("textarea").first.evaluate("box => box.removeAttribute('maxlength')")
    page.locator("textarea").first.fill("word" * 300)

    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("there is room for 1,000")
    walking.nothing_wrong(page)
    page.get_by_role("alert").get_by_role("link").click()
    page.locator("textarea").first.fill("Shorter")
    send(page)
    walking.nothing_wrong(page)


@pytest.mark.slow
def test_what_is_chosen_shows_without_colour(
    site: str, page: Page, participation: Participation
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    walking.begin(page)
    page.locator("#safe").get_by_text("Mostly").click()

    lines = page.eval_on_selector_all(
        "#safe span", "all => all.map(each => getComputedStyle(each).boxShadow != 'none')"
    )

    assert lines == [False, True, False, False, False, False, False]  # a line twice as thick
    expect(page.get_by_role("radio", name="Mostly").first).to_be_checked()


@pytest.mark.slow
def test_an_answer_can_be_taken_back(
    site: str, page: Page, participation: Participation, keyring: Keyring
) -> None:
    page.goto(f"{site}/s/{some_codes(participation)[0]}")
    walking.begin(page)
    page.locator("#safe").get_by_text("Mostly").click()
    page.locator("#safe").get_by_text("Skip").click()
    walking.to(page, "listened")
    page.locator("#listened").get_by_text("Mostly").click()
    walking.to(page, "ready")

    walking.send(page)

    [(answers, _)] = kept(participation, keyring)
    assert answers.chosen == {"listened": ("mostly",)}


# --- by an open link -----------------------------------------------------------------------------


@pytest.mark.slow
def test_by_an_open_link_a_second_sending_is_known_and_the_browser_has_done_its_sum(
    site: str, page: Page, participation: Participation
) -> None:
    link = inviting.make_open_link(participation=participation).slug
    sent: list[dict[str, list[str]]] = []
    page.on("request", lambda asked: sent.append(parse_qs(asked.post_data or "")))
    page.goto(f"{site}/o/{link}")
    page.get_by_role("link", name="12 to 17").click()
    walking.begin(page)
    page.locator("#safe").get_by_text("Mostly").click()
    walking.to(page, "ready")
    expect(page.locator("[name=nonce]")).not_to_have_value("")
    walking.send(page)

    [form] = [each for each in sent if each]
    again = page.request.post(
        f"{site}/o/{link}/12-17",
        form={"safe": "no", "browser": form["browser"][0]},
        headers={"Origin": site},
    )

    assert again.status == 200
    assert Ballot.objects.count() == 1
    assert Ballot.objects.get().channel == "open"
    assert solved(f"{link}:{form['browser'][0]}", form["nonce"][0])


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

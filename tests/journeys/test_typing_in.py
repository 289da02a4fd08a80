"""A pile of paper is typed in with the keyboard alone; and without script as well."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from authorities.roles import Role
from feedback.models import Ballot
from surveys import codes, inviting
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.authorities.factories import a_member
from tests.feedback.families import asked_today, kept
from tests.journeys.desks import DESK, sign_in
from tests.journeys.walking import nothing_wrong
from tests.surveys.factories import some_codes

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def participation(site: str, keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring)


@pytest.fixture
def desk(site: str, phone: BrowserContext, participation: Participation) -> Page:
    sign_in(phone, site, a_member(Role.COORDINATOR, participation.authority))
    page = phone.new_page()
    page.set_viewport_size(DESK)
    return page


def keys(page: Page, *pressed: str) -> None:
    for each in pressed:
        if each in {"Enter", "ArrowUp", "ArrowDown"}:
            page.keyboard.press(each)
        else:
            page.keyboard.type(each)


def test_two_sheets_are_typed_in_and_cast_by_keyboard_alone(
    site: str, desk: Page, participation: Participation, keyring: Keyring
) -> None:
    first, second = some_codes(participation, 2)
    page = desk
    page.goto(f"{site}/staff/paper/")

    # Who helps is nobody, so whether that is the worker is not asked, and Enter passes it over.
    keys(page, codes.pretty(first).lower(), "Enter")
    expect(page.get_by_label("1 Do you feel safe with us?")).to_be_focused()
    keys(page, "1", "Enter", "Enter", "Longer visits", "Enter")
    expect(page.locator("#said-1")).to_have_text("Yes, a lot")
    keys(page, "13", "Enter", "Enter", "1")
    expect(page.locator("#said-1")).to_have_text("Yes, a lot")
    expect(page.locator("#said-4")).to_have_text("Being listened to, School")
    expect(page.locator("#said-7")).to_have_text("Not asked, by the answers above.")
    nothing_wrong(page)
    keys(page, "Enter")
    expect(page.get_by_label("8 Which of these fits you?")).to_be_focused()
    keys(page, "2", "Enter", "Enter")
    expect(page.get_by_role("button", name="Add this sheet")).to_be_focused()
    keys(page, "Enter")
    expect(page.get_by_role("status").first).to_have_text("Sheet 1 is added. It is not cast yet.")
    keys(page, second, "Enter")
    expect(page.get_by_label("1 Do you feel safe with us?")).to_be_focused()
    keys(page, "4")
    page.get_by_role("button", name="Add it and cast all 2").click()

    expect(page.get_by_text("2 sheets are cast. Thank you.")).to_be_visible()
    inside = {each.code: each.chosen for each, _ in kept(participation, keyring)}
    assert inside == {
        first: {
            "safe": ("yes-lots",),
            "topics": ("listening", "school"),
            "helper": ("alone",),
            "service": ("child-in-need",),
        },
        second: {"safe": ("no",)},
    }


def test_a_slip_in_a_code_or_a_digit_is_told_while_it_is_typed(
    site: str, desk: Page, participation: Participation
) -> None:
    [code] = some_codes(participation)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    page = desk
    page.goto(f"{site}/staff/paper/")

    keys(page, wrong)
    expect(page.locator("#code-said")).to_contain_text("One of the letters or numbers is not right")
    page.get_by_label("Code of").fill("")
    keys(page, code)
    expect(page.locator("#code-said")).to_have_text("That can be a code.")
    keys(page, "Enter")
    expect(page.get_by_label("1 Do you feel safe with us?")).to_be_focused()
    page.wait_for_load_state()  # else Enter may come before the script, and the server tells it
    keys(page, "9", "Enter")

    expect(page.locator("#said-1")).to_have_text("“9” is no answer: type 1 to 5.")
    expect(page.get_by_label("1 Do you feel safe with us?")).to_be_focused()
    keys(page, "ArrowDown", "2", "ArrowUp")
    expect(page.get_by_label("1 Do you feel safe with us?")).to_be_focused()


def test_what_was_answered_though_not_asked_is_told(
    site: str, desk: Page, participation: Participation
) -> None:
    [code] = some_codes(participation)
    page = desk
    page.goto(f"{site}/staff/paper/")
    keys(page, code, "Enter")

    page.get_by_label("6 Is someone helping you?").fill("2")
    page.get_by_label("7 Is that person your worker?").fill("1")
    expect(page.locator("#said-7")).to_have_text("Yes")
    page.get_by_label("6 Is someone helping you?").fill("1")

    expect(page.locator("#said-7")).to_have_text("Answered though not asked: it is left out.")
    nothing_wrong(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_each_page_is_sound_on_a_small_phone_and_on_a_desk(
    width: int, site: str, desk: Page, participation: Participation
) -> None:
    inviting.make_open_link(participation=participation)
    [code] = some_codes(participation)
    page = desk
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}/staff/paper/")
    page.get_by_text("This sheet has no code").click()
    nothing_wrong(page)

    page.get_by_label("Code of").fill(code)
    page.keyboard.press("Enter")
    page.get_by_label("1 Do you feel safe with us?").fill("7")
    page.get_by_role("button", name="Add this sheet").click()
    expect(page.get_by_role("alert")).to_contain_text("1: “7” is no answer: type 1 to 5.")
    nothing_wrong(page)
    page.get_by_label("1 Do you feel safe with us?").fill("2")
    page.get_by_role("button", name="Add this sheet").click()
    nothing_wrong(page)


def test_without_script_it_is_a_form_in_which_enter_goes_to_the_next_line(
    site: str, page_without_script: Page, participation: Participation
) -> None:
    page = page_without_script
    sign_in(page.context, site, a_member(Role.COORDINATOR, participation.authority))
    [code] = some_codes(participation)
    page.goto(f"{site}/staff/paper/")

    page.get_by_label("Code of").fill(code)
    page.keyboard.press("Enter")
    page.get_by_label("1 Do you feel safe with us?").fill("1")
    page.keyboard.press("Enter")
    expect(page.locator("#said-1")).to_have_text("Yes, a lot")
    expect(page.get_by_label("2 Do we listen to you?")).to_be_focused()
    page.get_by_role("button", name="Add it and cast it").click()

    expect(page.get_by_text("1 sheet is cast. Thank you.")).to_be_visible()
    assert Ballot.objects.count() == 1

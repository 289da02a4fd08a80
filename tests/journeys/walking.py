"""Going through a survey one screen at a time, as somebody with a phone does. Plain functions."""

import os
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from playwright.sync_api import Page, expect

from surveys.definition import Item, Kind, Survey

NARROW = 320
FINGER = 44  # CSS pixels, WCAG 2.2 success criterion 2.5.5 (enhanced)

WRITTEN = {"idea": "Longer visits please", "comment": "Thanks for asking"}


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def nothing_wrong(page: Page) -> None:
    """No accessibility rule is broken, and nothing has to be scrolled sideways."""
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished)).then(() => 0)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    broken = page.evaluate(
        "axe.run({ resultTypes: ['violations'] })"
        ".then(found => found.violations.map(each => [each.id, each.nodes[0].html]))"
    )
    assert broken == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] == width[1]


def seen(page: Page, name: str) -> None:
    """No rule is broken here. With HEARD_PICTURES, pictures of the page in two widths as well."""
    nothing_wrong(page)
    folder = os.environ.get("HEARD_PICTURES")
    if folder:
        before = page.viewport_size
        for width in (NARROW, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        if before:
            page.set_viewport_size(before)


def fits_a_finger(page: Page) -> None:
    """Whatever can be tapped on this screen is large enough. Links in a sentence are excepted."""
    small = page.eval_on_selector_all(
        "label:has(input), button, summary, textarea, select, .call, .exit",
        "all => all.filter(each => each.checkVisibility())"
        ".map(each => [each.outerHTML.slice(0, 80),"
        " each.getBoundingClientRect()]).filter(([, box]) => Math.min(box.width, box.height) < 44)"
        ".map(([html]) => html)",
    )
    assert small == []


def can_be_left(page: Page) -> None:
    """ "Leave now" is on the screen, and nothing lies over it."""
    expect(page.locator(".exit")).to_be_in_viewport(ratio=1)
    assert (
        page.evaluate(
            "() => { const box = document.querySelector('.exit').getBoundingClientRect();"
            " return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)"
            ".className }"
        )
        == "exit"
    )


def begin(page: Page) -> None:
    page.locator(".begin").click()


def go_on(page: Page) -> None:
    page.locator(".next").click()


def here(page: Page) -> str:
    """The code of the question on the screen; or "start", "ready", "notice"."""
    shown: str = page.evaluate(
        "[...document.querySelectorAll('#start, section, #ready, .notice')]"
        ".filter(each => each.offsetParent).map(each => each.id || 'notice').join()"
    )
    return shown


def to_the_end(page: Page) -> Iterator[str]:
    """Taps "Next" until "Ready?"; each question on the way, before it is left."""
    while (code := here(page)) != "ready":
        yield code
        go_on(page)


def screens(page: Page) -> Iterator[str]:
    """Every screen from the start to "Ready?", each before it is left."""
    yield here(page)
    begin(page)
    yield from to_the_end(page)
    yield here(page)


def to(page: Page, code: str) -> None:
    """As far as this question."""
    if here(page) == "start" and code != "start":
        begin(page)
    while here(page) != code:
        go_on(page)


def answer(page: Page, item: Item, age: str) -> tuple[str, ...]:
    """Tap the last answer of the question on the screen, or write; the codes chosen."""
    section = page.locator(f"section#{item.code}")
    if item.kind is Kind.WORDS:
        section.get_by_role("textbox").fill(WRITTEN[item.code])
        return ()
    code = item.answers_for(age)[-1].code
    section.locator(f"label:has([value='{code}'])").click()
    return (code,)


def answer_all(page: Page, survey: Survey, age: str) -> dict[str, tuple[str, ...]]:
    """Answer every question that comes, from the start screen to "Ready?"; what was chosen."""
    begin(page)
    given = {code: answer(page, survey.item(code), age) for code in to_the_end(page)}
    return {code: chosen for code, chosen in given.items() if chosen}


def send(page: Page) -> None:
    page.locator("#ready .send").click()
    thanked(page)


def thanked(page: Page) -> None:
    expect(page.locator("main[data-kept]")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()


def code_of(address: str) -> str:
    found = re.search(r"/s/([^/?]+)", address)
    assert found is not None
    return found[1]

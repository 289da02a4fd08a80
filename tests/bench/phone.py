"""How soon a child can begin, on a slow phone with a poor signal; in a real Chromium.

From asking for the page until the frame after the first tap: by the page's own clock, which begins
with the asking. The round trips of a first connection before that (TCP, TLS) are not in it.
"""

import os
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, expect, sync_playwright

from surveys.models import Participation
from tests.bench.lines import Line, within
from tests.bench.server import Server
from tests.bench.sizes import a_code, sizes
from tests.finding import chromium

KILOBITS, LATENCY, SLOWER = 400, 400, 6
LANGUAGES = ("en", "ur")
TIMES = 5
SOON = 2.0  # seconds
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")

# What a child taps first: to begin, or (without a start) an answer.
BEGIN = "main button.begin"
ANSWER = "main label:has(input[type=radio])"
FIRST = f"{BEGIN}, {ANSWER}"

# Where the first of these in sight is, once there is one.
_PLACE = """what => {
    if (document.readyState === "loading") return null;  // its script has not had its say
    const first = [...document.querySelectorAll(what)].find(each => each.checkVisibility());
    if (!first) return null;
    first.scrollIntoView({block: "center"});
    const {x, y, width, height} = first.getBoundingClientRect();
    return {x: x + width / 2, y: y + height / 2, begins: first.matches("button")};
}"""
# Marks what the first tap reached, and notes the frame after it.
_NOTE = """addEventListener("click", event => {
    event.target.closest("label, button").dataset.tapped = "";
    requestAnimationFrame(() => { window.tapped = performance.now(); });
}, {capture: true, once: true})"""


def figures(server: Server, box: Participation) -> Iterator[Line]:
    found = chromium()
    if not found.found:
        yield Line("first question on a slow phone", "not measured", found.why_not)
        return
    pages = sizes(server, box)
    ages = {
        language: max((size, age) for (age, other), size in pages.items() if other == language)[1]
        for language in LANGUAGES
        if any(other == language for _, other in pages)
    }
    codes = {language: a_code(box, age, language) for language, age in ages.items()}
    for language, seconds in _measured(server, found.found, codes).items():
        what = f"first question on a slow phone ({ages[language]}, {language})"
        yield within(SOON, what, seconds)


def _measured(server: Server, path: str, codes: dict[str, str]) -> dict[str, list[float]]:
    # While it runs, Playwright keeps an event loop in this thread; nothing here is asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        measured = {}
        for language, code in codes.items():
            address = f"{server.url}/s/{code}"
            print(f"opening a page in {language}, {TIMES} times …", flush=True)
            measured[language] = [_seconds_to_begin(browser, address) for _ in range(TIMES)]
        browser.close()
    return measured


def _seconds_to_begin(browser: Browser, address: str) -> float:
    """From asking for the page until the first tap has its effect."""
    context = browser.new_context(
        viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.add_init_script(_NOTE)
    _slow_down(page)
    page.goto(address, wait_until="commit")
    _tap_first(page)
    took = page.evaluate("window.tapped")
    context.close()
    return float(took) / 1000


def _slow_down(page: Page) -> None:
    bytes_a_second = KILOBITS * 1000 / 8
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _tap_first(page: Page) -> None:
    """Tap what can be tapped first, and see what it does: a question comes, or an answer stands."""
    place = page.wait_for_function(_PLACE, arg=FIRST, polling="raf").json_value()
    # By the place alone, as a finger does: Playwright's own tap first looks about in the page, at
    # the page's slow pace.
    page.touchscreen.tap(place["x"], place["y"])
    expect(page.locator("[data-tapped]")).to_have_count(1)
    if place["begins"]:
        expect(page.locator(ANSWER).filter(visible=True).first).to_be_visible()
    else:
        expect(page.locator("[data-tapped] input")).to_be_checked()

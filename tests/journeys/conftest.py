"""A real server on a free port, and a real browser: what the journeys are made with."""

import re
import shutil
from collections.abc import Iterator
from threading import Thread

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    ViewportSize,
    sync_playwright,
)
from waitress import create_server  # type: ignore[import-untyped]  # it brings no types

pytest.register_assert_rewrite("tests.journeys.walking")

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

# A browser that asks its maker's servers for nothing, as root in a container.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

SMALL_PHONE: ViewportSize = {"width": 320, "height": 568}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """One web server for all journeys: to end one waits for the browser's last connection."""
    server = create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=2)
    Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown()
    server.close()


@pytest.fixture
def site(transactional_db: None, monkeypatch: pytest.MonkeyPatch, server: str) -> str:
    """The address of the whole application, served as `run.py serve` serves it."""
    # Else a connection of the server's would outlive the test, and hold its database.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    return server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # While it runs, Playwright keeps an event loop in this thread, in which Django would
        # refuse to be asked anything; nothing here is asynchronous.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """A small phone that knows nothing yet, set to calm so that no test waits for a movement."""
    context = chromium.new_context(viewport=SMALL_PHONE, has_touch=True, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    return phone.new_page()


@pytest.fixture
def page_without_script(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=SMALL_PHONE, java_script_enabled=False)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page_with_script_cut_out(phone: BrowserContext) -> Page:
    """A page as it is without our script, in a browser in which a test's own can look at it."""

    def cut(route: Route) -> None:
        answer = route.fetch()
        text = re.sub(r"<script>.*?</script>", "", answer.text(), flags=re.DOTALL)
        route.fulfill(response=answer, body=text)

    phone.route("**/*", cut)
    return phone.new_page()

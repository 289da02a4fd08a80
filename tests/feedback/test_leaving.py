"""Two addresses that are no pages: the way out, and the service worker that sends later."""

import pytest
from django.test import Client
from pytest_django import Settings

from feedback.pages import bundles
from tests.feedback.families import HERE

AWAY = "https://weather.example/today"


@pytest.fixture
def somewhere(settings: Settings) -> str:
    settings.HEARD_EXIT_ADDRESS = AWAY
    return AWAY


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a browser that does not say
        {"Sec-Fetch-Site": "same-origin", "Referer": f"{HERE}/s/7K2M-9QXW-4TB"},
        {"Sec-Fetch-Site": "none"},  # typed, or loaded again
    ],
)
def test_leaving_leads_away_at_once_and_has_everything_forgotten(
    client: Client, somewhere: str, headers: dict[str, str]
) -> None:
    answer = client.get("/leave", headers=headers)

    assert (answer.status_code, answer["Location"], answer.content) == (303, AWAY, b"")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "nonsense"])
def test_a_page_elsewhere_cannot_wipe_what_a_child_chose_to_keep(
    client: Client, somewhere: str, site: str
) -> None:
    answer = client.get("/leave", headers={"Sec-Fetch-Site": site})

    assert (answer.status_code, answer["Location"]) == (303, AWAY)
    assert "Clear-Site-Data" not in answer


def test_leaving_is_kept_nowhere_told_to_nobody_and_ends_no_sign_in(
    client: Client, somewhere: str
) -> None:
    """A cookie of staff on the same device stays: only "cache" and "storage" are cleared."""
    client.cookies["sessionid"] = "0123456789abcdefghijklmnopqrstuv"

    answer = client.get("/leave")

    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    assert "Vary" not in answer or "Cookie" not in answer["Vary"]


def test_leaving_asks_no_database(client: Client) -> None:
    """This test has none, so to ask one would fail: who must leave does not wait for it."""
    assert client.get("/leave").status_code == 303


@pytest.mark.parametrize("address", ["/leave", "/later.js"])
def test_neither_takes_anything(client: Client, address: str) -> None:
    assert client.post(address, {"safe": "yes"}).status_code == 405
    assert client.head(address).status_code in {200, 303}


def test_the_service_worker_is_javascript_with_a_policy_of_its_own(client: Client) -> None:
    answer = client.get("/later.js")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    assert answer.content.decode() == bundles.worker()


def test_the_service_worker_may_rule_all_pages_but_answers_none_of_their_requests(
    client: Client,
) -> None:
    """It lies at the top, so that every address is within its reach; it only ever sends."""
    script = client.get("/later.js").content.decode()

    assert 'addEventListener("sync"' in script
    assert 'addEventListener("fetch"' not in script
    assert "Service-Worker-Allowed" not in client.get("/later.js")


@pytest.mark.django_db
def test_every_page_of_a_familys_has_the_way_out(client: Client, somewhere: str) -> None:
    page = client.get("/", headers={"Accept-Encoding": "identity"}).content.decode()

    assert page.count(f'<a class="exit" href="/leave" data-away="{AWAY}" rel="noreferrer">') == 1

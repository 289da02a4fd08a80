"""The frame of staff and public pages: what every one of them has, and what none may have."""

import re
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from authorities.roles import Role
from tests.authorities.factories import a_member, an_authority

pytestmark = pytest.mark.django_db

PUBLIC = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"]
TEMPLATES = sorted(
    template
    for room in ("config", "authorities")
    for template in (settings.BASE_DIR / room / "templates").rglob("*.html")
)


class Outline(HTMLParser):
    """The tags of a page, in order, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def staff_home(client: Client) -> str:
    client.force_login(a_member(Role.PLANNER, an_authority()))
    return client.get("/staff/").text


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_has_a_language_a_title_one_heading_and_a_way_past_the_header(
    client: Client, path: str
) -> None:
    outline = Outline(client.get(path).text)

    assert outline.named("html") == [{"lang": "en-GB"}]
    assert len(outline.named("h1")) == 1
    assert len(outline.named("title")) == 1
    assert outline.named("a")[0] == {"class": "skip", "href": "#main"}
    assert outline.named("main") == [{"id": "main", "tabindex": "-1"}]


@pytest.mark.parametrize("path", PUBLIC)
def test_every_field_has_its_label(client: Client, path: str) -> None:
    outline = Outline(client.get(path).text)

    labelled = {label["for"] for label in outline.named("label")}
    fields = [field for field in outline.named("input") if field.get("type") != "hidden"]
    assert {field["id"] for field in fields} == labelled


def test_who_is_signed_in_can_sign_out_on_every_page(client: Client) -> None:
    page = staff_home(client)

    assert 'action="/accounts/logout/"' in page
    assert "Staff sign in" not in page


def test_who_is_not_signed_in_gets_no_cookie_by_looking(client: Client) -> None:
    response = client.get("/accounts/signup/")

    assert "Staff sign in" in response.text
    assert response.cookies == {}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_page_has_style_or_script_inside_which_the_policy_forbids(template: Path) -> None:
    text = template.read_text()

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text)


def test_the_policy_lets_a_page_load_nothing_from_elsewhere(client: Client) -> None:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy


def test_all_that_the_frame_asks_for_is_there(client: Client) -> None:
    asked = [link["href"] for link in Outline(client.get("/accounts/login/").text).named("link")]

    assert asked == ["/static/heard.svg", "/static/heard.css"]
    for address in asked:
        assert finders.find((address or "").removeprefix("/static/"))


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_a_page_of_trouble_needs_nothing_to_be_shown(name: str) -> None:
    """Django shows 500 without a request, since whatever fails may be what it would read."""
    page = render_to_string(f"{name}.html")

    assert len(Outline(page).named("h1")) == 1
    assert "<main" in page


def test_an_address_that_leads_nowhere_is_told_plainly(client: Client) -> None:
    response = client.get("/no/such/page/")

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "There is no such page" in response.text


def test_a_refusal_says_why(rf: RequestFactory) -> None:
    refusal = PermissionError("Your account has no role for that in Leeds.")

    response = defaults.permission_denied(rf.get("/"), refusal)

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "no role for that in Leeds" in response.content.decode()


def test_a_form_that_is_not_ours_is_refused_in_words() -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/accounts/login/", {"login": "a@example.org", "password": "x"})

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "Please send that again" in response.text


def test_every_page_of_an_account_stands_in_our_frame() -> None:
    ours = {path.name for path in TEMPLATES if path.parent.name == "account"}
    shown = {
        "login.html",
        "logout.html",
        "signup_closed.html",
        "account_inactive.html",
        "reauthenticate.html",
        "password_change.html",
        "password_set.html",
        "password_reset.html",
        "password_reset_done.html",
        "password_reset_from_key.html",
        "password_reset_from_key_done.html",
    }

    assert shown <= ours


# --- colours ------------------------------------------------------------------------------------

SHEET = Path(finders.find("heard.css") or "").read_text()
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", SHEET))


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white). Source: WCAG 2.2, "relative luminance"."""
    digits = colour.lstrip("#")
    full = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(full[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_printed() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in ("ink", "soft-ink", "link") for ground in ("ground", "shade")),
        *(("ink", ground) for ground in ("good-ground", "poor-ground", "warm", "focus", "hair")),
        ("ground", "dark"),
        ("ground", "go"),
        ("ground", "go-over"),
        ("ground", "wrong"),
        ("wrong", "ground"),
        ("link-over", "ground"),
    ],
)
def test_every_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(COLOURS[text], COLOURS[ground]) >= 7


def test_edges_of_controls_can_be_seen() -> None:
    assert contrast(COLOURS["edge"], COLOURS["ground"]) >= 3
    assert contrast(COLOURS["edge"], COLOURS["shade"]) >= 3


def test_no_colour_is_used_that_was_not_reckoned_with() -> None:
    after_the_list = SHEET.split("}", 1)[1]

    assert set(re.findall(r"#[0-9a-f]{3,6}\b(?![^{]*\{)", after_the_list)) <= {"#fff", "#000"}


def test_the_home_page_is_named_as_the_frame_expects() -> None:
    assert reverse("staff-home") == "/staff/"

"""The style and the one script in a family's page, and the policy that lets just these run."""

import json
import re

import pytest
from django.utils import timezone
from pytest_django import Settings

from feedback import wording
from feedback.pages import bundles, drawing
from feedback.pages.bundles import CONTACT, SMALL, SURVEY
from feedback.pages.editions import Reading, edition, reading
from feedback.wording import Wording
from surveys import closing, inviting
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.contacts import a_listeners_key
from tests.feedback.families import (
    ANSWERED,
    HERE,
    Family,
    Response,
    a_translated_version,
    asked_today,
    digest_of,
    the_core,
)
from tests.surveys.factories import an_authority, some_codes

pytestmark = pytest.mark.django_db

# What a name may hold that means something to HTML or to JavaScript.
NASTY = "</script><script>alert(1)</script><!--<script> \u2028 \" ' & {n}"


@pytest.fixture
def participation(keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring)


@pytest.fixture
def family() -> Family:
    return Family()


def policy_of(response: Response) -> str:
    """The policy a page should have: these digests are taken from the page that was sent."""
    return (
        f"default-src 'self'; style-src {digest_of(response, 'style')}; "
        f"script-src {digest_of(response, 'script')}; worker-src 'self'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_a_page_may_run_exactly_the_script_and_the_style_that_are_in_it(
    family: Family, participation: Participation, keyring: Keyring
) -> None:
    a_listeners_key(keyring)
    [code] = some_codes(participation)
    link = f"/o/{inviting.make_open_link(participation=participation).slug}"
    here = {"Origin": HERE}
    pages = [
        family.get("/"),
        family.send("/", {"code": "?"}),
        family.get("/s/wrong"),
        family.get(f"/s/{code}"),
        family.send(f"/s/{code}", {}),
        family.send(f"/s/{code}", {"speak": "en"}),
        family.send(f"/s/{code}", ANSWERED),
        family.send_body(f"/s/{code}", b"{}", kind="application/json"),
        family.get(link),
        family.get(f"{link}/12-17"),
        family.send(f"{link}/12-17", {}, here),
        family.send(f"{link}/12-17", ANSWERED, here),
        family.send(f"{link}/12-17", ANSWERED),
        family.get("/o/nothing"),
        family.get("/contact"),
        family.send("/contact", {}, here),
        family.send("/contact", {"how": "call", "where": "07700 900123"}, here),
        family.send("/contact", {}),
    ]
    closing.close_now(wave=participation.wave, today=timezone.localdate())
    pages += [family.get(f"/s/{code}"), family.get(link)]

    for page in pages:
        assert page["Content-Security-Policy"] == policy_of(page)
        # Nothing else on it is code: neither an attribute nor a link.
        assert not re.search(r"<[^>]+\s(on\w+|style)=|javascript:", page.content.decode())


def test_each_kind_of_page_has_its_own_script(
    family: Family, participation: Participation, keyring: Keyring
) -> None:
    a_listeners_key(keyring)
    [code] = some_codes(participation)

    found = [
        re.search(r"<script>(.*?)</script>", family.get(address).content.decode(), re.DOTALL)
        for address in ("/", f"/s/{code}", "/contact")
    ]

    assert [each[1] if each else "" for each in found] == [
        bundles.script(SMALL),
        bundles.script(SURVEY),
        bundles.script(CONTACT),
    ]


@pytest.mark.parametrize("names", [SMALL, SURVEY, CONTACT])
def test_a_script_is_one_that_shows_nothing_to_the_outside_and_cannot_end_its_element(
    names: tuple[str, ...],
) -> None:
    script = bundles.script(names)

    assert script.startswith('(()=>{"use strict"')
    assert not re.search(r"</script|<!--", script, re.IGNORECASE)
    assert not re.search(r"</style", bundles.style(), re.IGNORECASE)


def test_a_page_without_a_script_may_run_none() -> None:
    policy = bundles.policy()

    assert "script-src" not in policy
    assert "worker-src" not in policy
    assert policy.startswith("default-src 'self'; style-src 'sha256-")


# --- what the script is told ---------------------------------------------------------------------


def told(page: str) -> dict[str, dict[str, str]]:
    """The JSON that stands in a page for its script."""
    [found] = re.findall(
        r'<script type="application/json" id="say">(.*?)</script>', page, re.DOTALL
    )
    said: dict[str, dict[str, str]] = json.loads(found)
    return said


@pytest.mark.parametrize("language", ["en", "ur", "uk"])
def test_what_the_script_says_is_in_the_pages_language(
    family: Family, keyring: Keyring, language: str
) -> None:
    [code] = some_codes(asked_today(keyring=keyring, version=the_core()), language=language)

    data = told(family.get(f"/s/{code}").content.decode())

    say = wording.of(language).knowing(n="{n}", all="{all}")
    assert set(data) == {"say", "lists"}
    assert data["say"] == {key: say[key] for key in data["say"]}
    assert {"far", "sending", "not_arrived", "change"} <= set(data["say"])
    assert "{n}" in data["say"]["far"]


def test_a_name_can_end_no_element_and_begin_no_script(family: Family, keyring: Keyring) -> None:
    participation = asked_today(keyring=keyring, authority=an_authority(NASTY))
    participation.help_name = NASTY
    participation.save()
    [code] = some_codes(participation)
    link = inviting.make_open_link(participation=participation).slug
    survey, thanks, chooser = (
        response.content.decode()
        for response in (
            family.get(f"/s/{code}"),
            family.send(f"/s/{code}", {"safe": "yes"}),
            family.get(f"/o/{link}"),
        )
    )

    assert [page.count("<script") for page in (survey, thanks, chooser)] == [2, 1, 1]
    assert [page.count("</script>") for page in (survey, thanks, chooser)] == [2, 1, 1]
    assert all("alert(1)" in page for page in (survey, thanks, chooser))  # in words, escaped
    assert told(survey)["say"]["send"] == "Send"


def test_a_sentence_of_the_scripts_can_end_no_element_either(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    participation = asked_today(keyring=keyring)
    nasty = {**wording.ENGLISH, "sending": NASTY.replace("{n}", "")}
    monkeypatch.setattr(wording, "of", lambda _language: Wording("en", nasty))
    asked: Reading = reading(participation.version)
    one = edition(participation, age_version="12-17", language="en", by_open_link=False)

    page = drawing.survey(one, asked)

    assert (page.count("<script"), page.count("</script>")) == (2, 2)
    assert told(page)["say"]["sending"] == NASTY.replace("{n}", "")


def test_the_name_of_the_service_can_end_no_element_either(
    family: Family, settings: Settings
) -> None:
    settings.HEARD_NAME = NASTY

    page = family.get("/").content.decode()

    assert (page.count("<script"), page.count("</title>")) == (1, 1)


def test_no_language_of_a_page_lets_a_translation_become_code(
    family: Family, keyring: Keyring
) -> None:
    [code] = some_codes(asked_today(keyring=keyring, version=a_translated_version("cy")))

    page = family.send(f"/s/{code}", {"speak": "cy", "idea": NASTY}).content.decode()

    assert (page.count("<script"), page.count("</script>")) == (2, 2)
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in page

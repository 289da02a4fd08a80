"""What a wave promises is read in the language of the page, whoever wrote the promise."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from feedback import wording
from surveys import core, inviting, planning
from surveys.keyring import Keyring
from tests.feedback.families import asked_today, the_core
from tests.surveys.factories import some_codes

pytestmark = pytest.mark.django_db

OURS = "We keep what you say in a locked box.\n\nWe tell nobody."
IN_URDU = "آپ جو کہتے ہیں ہم اسے تالے میں رکھتے ہیں۔\n\nہم کسی کو نہیں بتاتے۔"


WAYS = pytest.mark.parametrize("by_open_link", [False, True])


def who_can_see(keyring: Keyring, language: str, *, by_open_link: bool = False, **wave: Any) -> str:
    """What stands under "Who can see what I say?" on a page of the core survey."""
    part = asked_today(keyring=keyring, version=the_core(), **wave)
    if by_open_link:
        address = f"/o/{inviting.make_open_link(participation=part).slug}/12-17"
    else:
        address = f"/s/{some_codes(part)[0]}"
    page = Client().get(address, {"lang": language}).content.decode()
    cards = re.findall(r"<details.*?</details>", page, flags=re.DOTALL)
    [card] = [each for each in cards if wording.of(language)["promise"] in each]
    return unescape(strip_tags(card)).replace(part.authority.name, "")


def has(text: str, promise: str) -> bool:
    return all(paragraph in text for paragraph in promise.split("\n\n"))


def test_the_usual_promise_is_the_one_that_is_translated_with_the_screens() -> None:
    assert wording.ENGLISH["usual_promise"] == planning.DEFAULT_PROMISE


@WAYS
def test_a_promise_of_its_own_is_in_urdu_on_an_urdu_page_and_nothing_is_in_english(
    keyring: Keyring, *, by_open_link: bool
) -> None:
    promises = dict.fromkeys(core.translations(), "…") | {"ur": IN_URDU}

    said = who_can_see(keyring, "ur", by_open_link=by_open_link, promise=OURS, promises=promises)

    assert has(said, IN_URDU)
    assert not has(said, wording.of("ur")["usual_promise"])
    assert not re.search("[A-Za-z]", said)


@WAYS
def test_a_promise_of_its_own_is_itself_on_an_english_page(
    keyring: Keyring, *, by_open_link: bool
) -> None:
    promises = dict.fromkeys(core.translations(), IN_URDU)

    said = who_can_see(keyring, "en", by_open_link=by_open_link, promise=OURS, promises=promises)

    assert has(said, OURS)
    assert not has(said, IN_URDU)


@pytest.mark.parametrize("language", ["en", *core.translations()])
def test_the_usual_promise_is_in_the_language_of_the_page(keyring: Keyring, language: str) -> None:
    said = who_can_see(keyring, language)

    assert has(said, wording.of(language)["usual_promise"])
    assert has(said, planning.DEFAULT_PROMISE) is (language == "en")

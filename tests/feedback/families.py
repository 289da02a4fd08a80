"""Families who are asked today, and a browser of theirs, for tests of their pages."""

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from feedback.envelopes import Answers, Words, opened
from feedback.models import Ballot
from surveys import core, languages
from surveys.definition import Survey
from surveys.keyring import Keyring
from surveys.models import Participation, Version
from tests.surveys.factories import SOURCE, a_participation, a_survey, a_version

# Of the small survey in tests/surveys/factories.py.
ANSWERED = {"safe": "yes", "topics": ["home", "school"], "idea": "Longer visits"}

HERE = "http://testserver"
FORM = "application/x-www-form-urlencoded"

# What Django's test client returns has no public type.
Response = Any


class Family(Client):
    """A browser that cannot unpack, so that tests can read, and that sends forms as browsers do."""

    def send(
        self, address: str, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Response:
        return self.send_body(address, urlencode(fields, doseq=True).encode(), headers=headers)

    def send_body(
        self,
        address: str,
        body: bytes,
        *,
        kind: str = FORM,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        # Django's own test client leaves the type out where the body is empty; browsers do not.
        return self.generic("POST", address, body, kind, headers=headers, CONTENT_TYPE=kind)


def text(page: Response | str) -> str:
    """What can be read on a page, without tags."""
    shown = page if isinstance(page, str) else page.content.decode()
    shown = re.sub(r"<(style|script)\b[^>]*>.*?</\1>", "", shown, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", shown)).split())


def digest_of(response: Response, tag: str) -> str:
    """The hash of what stands in the page's one element of this name, as a policy has it."""
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", response.content.decode(), flags=re.DOTALL)
    assert len(found) == 1
    return f"'sha256-{b64encode(sha256(found[0].encode()).digest()).decode()}'"


def asked_today(*, keyring: Keyring, days: int = 30, **wave: Any) -> Participation:
    """A participation whose wave opened a week ago and ends after so many days."""
    today = timezone.localdate()
    return a_participation(
        keyring=keyring,
        **{"opens_on": today - timedelta(7), "closes_on": today + timedelta(days), **wave},
    )


def the_core() -> Version:
    return a_version(core.source(), **core.translations())


def a_translated_version(*codes: str) -> Version:
    """The small survey with a translation into each language: its English behind the code."""
    return a_version(SOURCE, **{code: translated(a_survey(), code) for code in codes})


def translated(survey: Survey, language: str) -> str:
    file = languages.read_po(languages.merged(survey, language))
    for entry in file:
        entry.msgstr = f"{language} {entry.msgid}"
    return str(file) + "\n"


def kept(participation: Participation, keyring: Keyring) -> list[tuple[Answers, Words]]:
    """What is inside the ballots of a participation, as only its wave's key can tell."""
    key = keyring.private_key(participation.wave.key_name)
    ballots = Ballot.objects.filter(participation=participation).order_by("pk")
    answers = opened([bytes(each.answers) for each in ballots], key)
    words = opened([bytes(each.words or b"") for each in ballots], key)
    return [
        (Answers.read(inside), Words.read(written))
        for inside, written in zip(answers, words, strict=True)
        if inside is not None and written is not None
    ]

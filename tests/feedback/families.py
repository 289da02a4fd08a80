"""Families who are asked today, for tests of their pages. Plain functions."""

from datetime import timedelta
from typing import Any

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

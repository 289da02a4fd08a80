"""A small survey and its surroundings, for any test. Plain functions; every word may be changed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any

import pytest

from authorities.models import Authority, Membership, Region, User
from authorities.roles import Role
from surveys import fielding, grammar, inviting, languages, planning, publishing, readiness
from surveys.definition import Survey
from surveys.keyring import Keyring
from surveys.models import Participation, Version, Wave
from surveys.readiness import Screens

_numbers = count(1)

IN_AUTUMN = date(2026, 11, 23)  # a day in the fieldwork of a_wave()

SOURCE = """
[survey]
code = "small"
title = "A small survey"

[[age_version]]
code = "8-11"
name = "8 to 11"
title = "Your say"
intro = "Tell us how it is. You can skip anything."
thanks = "Thank you."
reading_ease = 80

[[age_version]]
code = "12-17"
name = "12 to 17"
title = "Your say"
intro = "Tell us how it is. You can skip anything."
thanks = "Thank you."
reading_ease = 70

[[scale]]
code = "how-much"
look = { "8-11" = "faces", "12-17" = "words" }
answers = [
    { code = "yes-lots", label = { "12-17" = "Yes, a lot" }, score = 100, favourable = true },
    { code = "yes", label = "Yes", score = 75, favourable = true },
    { code = "sometimes", label = "Sometimes", score = 50, favourable = false },
    { code = "no", label = "No", score = 25, favourable = false },
    { code = "unsure", label = "I do not know" },
]

[[item]]
code = "safe"
kind = "scale"
construct = "safe"
scale = "how-much"
[item.ask]
"8-11" = "Do you feel safe?"
"12-17" = "Do you feel safe with us?"

[[item]]
code = "listened"
kind = "scale"
construct = "listened"
scale = "how-much"
asked_of = ["8-11", "12-17"]
ask = "Do we listen to you?"

[[item]]
code = "idea"
kind = "words"
suggestion = true
longest = 1000
asked_of = ["8-11", "12-17"]
ask = "What would make it better?"
hint = "Please leave out names."

[[item]]
code = "topics"
kind = "choices"
topics_of = "idea"
asked_of = ["8-11", "12-17"]
ask = "What is your idea about?"
answers = [
    { code = "listening", label = "Being listened to" },
    { code = "home", label = "Where I live" },
    { code = "school", label = "School" },
]

[[item]]
code = "comment"
kind = "words"
longest = 1000
asked_of = ["8-11", "12-17"]
ask = "Is there anything else?"

[[item]]
code = "helper"
kind = "helper"
asked_of = ["8-11", "12-17"]
ask = "Is someone helping you?"
answers = [
    { code = "alone", label = "No, I did it alone" },
    { code = "read-to-me", label = "Someone read it to me" },
]

[[item]]
code = "helper-is-worker"
kind = "choice"
asked_of = ["8-11", "12-17"]
ask = "Is that person your worker?"
shown_when = { item = "helper", is = "read-to-me" }
answers = [
    { code = "yes", label = "Yes" },
    { code = "no", label = "No" },
]

[[item]]
code = "service"
kind = "about"
slices = true
asked_of = ["8-11", "12-17"]
ask = "Which of these fits you?"
answers = [
    { code = "in-care", label = "I am in care" },
    { code = "child-in-need", label = "Someone helps my family" },
]

[[item]]
code = "gender"
kind = "about"
slices = true
asked_of = ["12-17"]
ask = "Which are you?"
answers = [
    { code = "girl", label = "A girl" },
    { code = "boy", label = "A boy" },
    { code = "prefer-not", label = "I would rather not say" },
]
"""


def a_survey(source: str = SOURCE) -> Survey:
    """Two scales, an idea with topics, a comment, who helps, and two facts that slice."""
    return grammar.parse(source)


@contextmanager
def around(*screens: Screens) -> Iterator[None]:
    """Where these screens, or none, stand around a survey, and not those of the packages above."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readiness, "_registered", {each.subject: each for each in screens})
        yield


def a_version(source: str = SOURCE, **translations: str) -> Version:
    """A published version, whatever languages the screens around it are in."""
    with around():
        return publishing.publish(source=source, translations=translations, today=date(2026, 9, 1))


def some_screens(*problems: str, strings: Sequence[str] = ("Send",), **texts: str) -> Screens:
    """Screens with these strings and PO texts, in which these problems are found."""
    return Screens(
        subject="screens",
        messages=lambda: [
            languages.Message(each.lower(), each, (f"screens/{each.lower()}",)) for each in strings
        ],
        texts=lambda: texts,
        problems=lambda _language: list(problems),
    )


def a_translation(survey: Survey, language: str = "cy") -> str:
    """A PO file in which every string is there: "[cy] " and the English."""
    file = languages.read_po(languages.merged(survey, language))
    for entry in file:
        entry.msgstr = f"[{language}] {entry.msgid}"
    return str(file)


def a_region(name: str = "North East", gss_code: str = "E12000001") -> Region:
    return Region.objects.get_or_create(gss_code=gss_code, defaults={"name": name})[0]


def an_authority(name: str = "", *, region: Region | None = None, gss_code: str = "") -> Authority:
    """A new authority, in force since 2009, whose code is no real one's unless given."""
    number = next(_numbers)
    return Authority.objects.create(
        gss_code=gss_code or f"E0699{number:04}",
        dfe_number=f"{number % 1000:03}",
        name=name or f"Authority {number}",
        kind=Authority.Kind.UNITARY,
        region=region or a_region(),
        in_force_from=date(2009, 1, 1),
    )


def a_wave(
    *,
    slug: str = "",
    version: Version | None = None,
    opens_on: date = date(2026, 10, 1),
    closes_on: date = date(2026, 12, 31),
    k: int = 10,
    promise: str = planning.DEFAULT_PROMISE,
    promises: Mapping[str, str] | None = None,
    simulated: bool = False,
    asked_again_why: str = "A test may ask the same again.",
    **more: Any,
) -> Wave:
    """A wave that is planned and that nobody takes part in yet; autumn 2026 unless said."""
    number = next(_numbers)
    return planning.plan_wave(
        slug=slug or f"wave-{number}",
        name=f"Wave {number}",
        version=version or a_version(),
        period_start=opens_on,
        period_end=closes_on,
        opens_on=opens_on,
        closes_on=closes_on,
        promise=promise,
        promises=promises or {},
        k=k,
        simulated=simulated,
        asked_again_why=asked_again_why,
        **more,
    )


# What an authority needs to be opened, besides a listener.
READY: Mapping[str, Any] = {
    "help_name": "The children's rights officer",
    "help_phone": "0800 000 0000",
    "cover_name": "The emergency duty team",
    "cover_phone": "0800 000 0001",
    "eligible": {"in-care": 200, "child-in-need": 800},
}


def a_listener() -> User:
    """Who listens for the whole country: the same each time. No wave opens without one."""
    user, new = User.objects.get_or_create(
        email="listening@example.org", defaults={"name": "Someone who listens"}
    )
    if new:
        Membership.objects.create(user=user, role=Role.LISTENER, held_from=date(2009, 1, 1))
    return user


def an_open_wave(*authorities: Authority, keyring: Keyring | None = None, **wave: object) -> Wave:
    """A wave with a key, in which these authorities (or a new one) take part."""
    planned = a_wave(**wave)  # type: ignore[arg-type]  # passed on as they came
    for authority in authorities or (an_authority(),):
        fielding.join(wave=planned, authority=authority, **READY)
    a_listener()
    return fielding.open_wave(wave=planned, keyring=keyring or Keyring.from_settings())


def a_participation(
    authority: Authority | None = None, *, keyring: Keyring | None = None, **wave: object
) -> Participation:
    """An authority's part in an open wave of its own."""
    opened = an_open_wave(authority or an_authority(), keyring=keyring, **wave)
    return opened.participations.select_related("wave", "authority", "version").get()


def some_codes(
    participation: Participation,
    count: int = 1,
    *,
    age_version: str = "12-17",
    language: str = "en",
) -> list[str]:
    return inviting.make_codes(
        participation=participation, count=count, age_version=age_version, language=language
    )

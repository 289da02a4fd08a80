"""What families are sent, in each language, and how much of it fits into a text message. Pure."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from surveys import codes, languages
from surveys.addresses import EMAIL, TEXT
from surveys.languages import NotTranslated
from surveys.phrasebook import Phrasebook, Phrases

BOOK: Final = Phrasebook("messages", Path(__file__).parent)

INVITATION: Final = "invitation"
REMINDER: Final = "reminder"

# The characters of a text message in the small alphabet, and those of them that take two places.
# Source: 3GPP TS 23.038, 6.2.1 and 6.2.1.1.
_SMALL = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Text:
    """One message as it is sent.

    Args:
        subject: of an e-mail; empty for a text message.
    """

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text message is.

    Args:
        alphabet: "GSM-7" or "UCS-2", which has every script and less than half as many places.
        places: how many it takes.
        parts: how many messages it is sent and paid as.
    """

    alphabet: str
    places: int
    parts: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What fills the blanks of a message.

    Args:
        name: what the platform is called.
        site: its address, such as ``https://heard.example``.
        code: of the invitation.
        token: of the opt-out link.
    """

    name: str
    site: str
    code: str
    token: str

    @property
    def link(self) -> str:
        return f"{self.site}/s/{self.code}"

    @property
    def stop(self) -> str:
        return f"{self.site}/stop/{self.token}"


def written(kind: str, way: str, language: str, facts: Facts) -> Text:
    """A message in a language; in English where it is not translated.

    Args:
        kind: :data:`INVITATION` or :data:`REMINDER`.
    """
    phrases = phrases_in(language).knowing(
        name=facts.name,
        site=facts.site,
        link=facts.link,
        stop=facts.stop,
        code=codes.pretty(facts.code),
    )
    if way == TEXT:
        return Text("", _without_isolates(phrases[f"text_{kind}"]))
    subject = "email_subject" if kind == INVITATION else "email_subject_reminder"
    return Text(
        _without_isolates(phrases[subject]), _without_isolates(phrases[f"{EMAIL}_{kind}"]).strip()
    )


def by_hand(language: str, *, site: str) -> str:
    """A reminder for a coordinator to send to everybody."""
    return phrases_in(language).knowing(site=site)["by_hand"]


def phrases_in(language: str) -> Phrases:
    """The phrases of a language; English ones where it has none: better than no message."""
    try:
        return BOOK.of(language)
    except NotTranslated:
        return BOOK.of(languages.ENGLISH)


def length(text: str) -> Length:
    """How many places and parts a text message takes.

    A message of several parts has a header in each. Source: 3GPP TS 23.038 (alphabets), TS 23.040,
    9.2.3.24.1 (concatenation): 160 and 153 places of 7 bits, 70 and 67 of 16.
    """
    if all(each in _SMALL or each in _DOUBLE for each in text):
        places = sum(2 if each in _DOUBLE else 1 for each in text)
        return Length("GSM-7", places, _parts(places, 160, 153))
    places = len(text.encode("utf-16-le")) // 2
    return Length("UCS-2", places, _parts(places, 70, 67))


def _parts(places: int, alone: int, together: int) -> int:
    return 1 if places <= alone else -(-places // together)


def _without_isolates(text: str) -> str:
    """Without what keeps a number as it is in text from right to left.

    A phone that makes a link of an address would take the one at its end into it.
    """
    return text.replace("\u2068", "").replace("\u2069", "")

"""What the pages say themselves, around a survey's own words, in each language they are in. Pure.

English is `wording.toml`, by key. Another language is `wording.<code>.po` beside it, with the key
as context. A survey is published only in languages that have every sentence here. Should one be
missing all the same, it is said in English: better than nothing, on a page that has "Help now".
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Self

from surveys import languages
from surveys.languages import Message, NotPo

_HERE = Path(__file__).parent
ENGLISH: Mapping[str, str] = tomllib.loads((_HERE / "wording.toml").read_text(encoding="utf-8"))

SUBJECT = "screens"

# Unicode's isolates: inside them a number to call stays as it is in text from right to left.
_ISOLATED = "\u2068{}\u2069"


@dataclass(frozen=True, slots=True)
class Wording:
    """The page's own words in one language.

    Args:
        language: the language they are in, which is English where we have no other.
        sentences: by key; {braces} in them are blanks.
        facts: what fills the blanks.
    """

    language: str
    sentences: Mapping[str, str]
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def direction(self) -> str:
        return languages.direction(self.language)

    def __getitem__(self, key: str) -> str:
        """Raises: KeyError: there is no such sentence, or no fact for one of its blanks."""
        return self.sentences[key].format_map(self.facts)

    def knowing(self, **facts: object) -> Self:
        """The same words, with more facts to fill their blanks."""
        if self.direction == "rtl":
            facts = {name: _ISOLATED.format(fact) for name, fact in facts.items()}
        return type(self)(self.language, self.sentences, {**self.facts, **facts})


@lru_cache
def of(language: str, directory: Path = _HERE) -> Wording:
    """The words in a language; in English if there is no file for it in the directory."""
    text = _text(language, directory)
    if text is None:
        return Wording(languages.ENGLISH, ENGLISH)
    return Wording(language, {**ENGLISH, **_translated(text)})


@lru_cache
def offered(directory: Path = _HERE) -> tuple[str, ...]:
    """The languages in which nothing is missing, stale or faulty; English first."""
    whole = (code for code in texts(directory) if not problems(code, directory))
    return (languages.ENGLISH, *whole)


def messages() -> tuple[Message, ...]:
    """Every sentence, as a string to translate."""
    return tuple(Message(key, english, (f"{SUBJECT}/{key}",)) for key, english in ENGLISH.items())


def texts(directory: Path = _HERE) -> Mapping[str, str]:
    """The text of the PO file of each language there is, by its code."""
    found = sorted(directory.glob("wording.*.po"))
    return {file.name.split(".")[1]: file.read_text(encoding="utf-8") for file in found}


def problems(language: str, directory: Path = _HERE) -> list[str]:
    """What keeps the pages from being shown in a language, as sentences that name the strings."""
    text = _text(language, directory)
    if text is None:
        return [f"the {SUBJECT} are not translated: there is no wording.{language}.po"]
    return problems_in(text)


def problems_in(text: str) -> list[str]:
    """What is missing, stale or faulty in the text of a PO file."""
    try:
        return languages.faults_in(messages(), text)
    except NotPo as error:
        return [f"the {SUBJECT}: {error}"]


def merged(language: str, old: str = "") -> str:
    """The PO file of a language for a translator, keeping what an older one has.

    Raises:
        NotPo: the older text is not a PO file.
    """
    return languages.po_of(SUBJECT, messages(), language, old)


def _text(language: str, directory: Path) -> str | None:
    file = directory / f"wording.{language}.po"
    if not (language.replace("-", "").isalnum() and file.exists()):
        return None
    return file.read_text(encoding="utf-8")


def _translated(text: str) -> dict[str, str]:
    return {
        each.msgctxt: each.msgstr
        for each in languages.read_po(text)
        if each.msgstr and not each.fuzzy and ENGLISH.get(each.msgctxt) == each.msgid
    }

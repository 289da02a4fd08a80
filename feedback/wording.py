"""What the pages say themselves, around a survey's own words, in each language they are in. Pure.

English is `wording.toml`, by key. Another language is `wording.<code>.po` beside it, with the key
as context. A sentence that a language does not have is said in English: better than nothing, on a
page that has "Help now" on it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Self

from surveys import languages

_HERE = Path(__file__).parent
ENGLISH: Mapping[str, str] = tomllib.loads((_HERE / "wording.toml").read_text())

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
    file = directory / f"wording.{language}.po"
    if not (language.replace("-", "").isalnum() and file.exists()):
        return Wording(languages.ENGLISH, ENGLISH)
    return Wording(language, {**ENGLISH, **_translated(file.read_text())})


def _translated(text: str) -> dict[str, str]:
    return {
        each.msgctxt: each.msgstr
        for each in languages.read_po(text)
        if each.msgstr and not each.fuzzy and ENGLISH.get(each.msgctxt) == each.msgid
    }

"""Sentences of our own in several languages: a TOML file in English, PO files for the rest. Pure.

A folder has `wording.toml`, sentences by key, and `wording.<language>.po` for each other language,
with the key as context. {braces} in a sentence are blanks.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self

from surveys import languages
from surveys.languages import Message, NotPo, NotTranslated

# Unicode's isolates: inside them a number to call stays as it is in text from right to left.
_ISOLATED = "\u2068{}\u2069"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences in one language.

    Args:
        sentences: by key; {braces} in them are blanks.
        facts: what fills the blanks.
    """

    language: str
    sentences: Mapping[str, str]
    facts: Mapping[str, object] = field(default_factory=dict)

    def __getitem__(self, key: str) -> str:
        """Raises: KeyError: there is no such sentence, or no fact for one of its blanks."""
        return self.sentences[key].format_map(self.facts)

    def knowing(self, **facts: object) -> Self:
        """The same words, with more facts to fill their blanks."""
        if languages.direction(self.language) == "rtl":
            facts = {name: _ISOLATED.format(fact) for name, fact in facts.items()}
        return type(self)(self.language, self.sentences, {**self.facts, **facts})


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """The sentences of one folder.

    Args:
        subject: what they are of, as translators' files name it.
    """

    subject: str
    directory: Path

    def english(self) -> Mapping[str, str]:
        return _english(self.directory)

    def of(self, language: str) -> Phrases:
        """The sentences in a language. They are never silently English.

        Raises: NotTranslated: one of them is missing, stale or faulty.
        """
        if language == languages.ENGLISH:
            return Phrases(language, self.english())
        return Phrases(language, _translated(self, language))

    def offered(self) -> tuple[str, ...]:
        """The languages in which nothing is missing, stale or faulty; English first."""
        return (languages.ENGLISH, *(code for code in self.texts() if not self.problems(code)))

    def messages(self) -> tuple[Message, ...]:
        """Every sentence, as a string to translate."""
        return tuple(
            Message(key, english, (f"{self.subject}/{key}",))
            for key, english in self.english().items()
        )

    def texts(self) -> Mapping[str, str]:
        """The text of the PO file of each language there is, by its code."""
        return _texts(self.directory)

    def problems(self, language: str) -> list[str]:
        """What keeps them from being used in a language, as sentences that name the strings."""
        if language not in self.texts():
            return [f"the {self.subject} are not translated: there is no wording.{language}.po"]
        return self.problems_in(self.texts()[language])

    def problems_in(self, text: str) -> list[str]:
        """What is missing, stale or faulty in the text of a PO file."""
        try:
            return languages.faults_in(self.messages(), text)
        except NotPo as error:
            return [f"the {self.subject}: {error}"]

    def merged(self, language: str, old: str = "") -> str:
        """The PO file of a language for a translator, keeping what an older one has.

        Raises:
            NotPo: the older text is not a PO file.
        """
        return languages.po_of(self.subject, self.messages(), language, old)


@cache
def _english(directory: Path) -> Mapping[str, str]:
    return tomllib.loads((directory / "wording.toml").read_text(encoding="utf-8"))


@cache
def _texts(directory: Path) -> Mapping[str, str]:
    found = sorted(directory.glob("wording.*.po"))
    return {file.name.split(".")[1]: file.read_text(encoding="utf-8") for file in found}


@cache
def _translated(book: Phrasebook, language: str) -> Mapping[str, str]:
    if problems := book.problems(language):
        raise NotTranslated(f"The {book.subject} cannot be in {language}: {problems[0]}.")
    return dict(_pairs(book, language))


def _pairs(book: Phrasebook, language: str) -> Iterator[tuple[str, str]]:
    for message, words in languages.pairs(book.messages(), book.texts()[language]):
        yield message.context, words

"""Words around a survey that must be in its language too. Packages above register theirs. Pure.

Nothing here knows those packages. Each calls :func:`register` in its AppConfig's ``ready``; so a
survey is published in a language only when the pages it stands on are in that language as well.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from surveys import languages
from surveys.languages import Message


@dataclass(frozen=True, slots=True)
class Screens:
    """What a package says on its own pages.

    Args:
        subject: what the texts are called, in the languages page and for an approval: "screens".
        messages: every string they have, in English.
        texts: the text of the PO file of each language there is, by language code.
        problems: what is missing or wrong in a language, as sentences that name the strings.
    """

    subject: str
    messages: Callable[[], Iterable[Message]]
    texts: Callable[[], Mapping[str, str]]
    problems: Callable[[str], list[str]]


_registered: dict[str, Screens] = {}


def register(screens: Screens) -> None:
    """Let nothing be published in a language that these are not in. Safe to call twice."""
    _registered[screens.subject] = screens


def registered() -> tuple[Screens, ...]:
    return tuple(_registered.values())


def problems(language: str) -> list[str]:
    """What is missing or wrong around a survey in a language. English is always there."""
    if language == languages.ENGLISH:
        return []
    return [problem for screens in registered() for problem in screens.problems(language)]

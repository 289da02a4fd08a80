"""A survey as values: what is asked, of which age, and how answers are scored. Pure.

A survey is written as a TOML document in English (`surveys/grammar.py` reads it) and one PO file
for each other language (`surveys/languages.py`). Several *age versions* share *item codes* and
*answer codes*, so that a figure can be compared across ages and kept across versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from surveys.routing import Condition


class Kind(StrEnum):
    SCALE = "scale"  # ordered answers with scores
    CHOICE = "choice"  # one of several
    CHOICES = "choices"  # any of several
    WORDS = "words"  # free text
    ABOUT = "about"  # a fact about you that may slice figures; one of several
    HELPER = "helper"  # who is helping you answer; one of several
    PAGE = "page"  # something to read


class Look(StrEnum):
    """How a scale is shown. The answers behind it are the same."""

    WORDS = "words"
    FACES = "faces"
    THUMBS = "thumbs"


# English for each age version by its code; every version that is asked the item has an entry.
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to an item.

    Args:
        code: what is stored, the same in every age version, language and later version.
        label: its words for each age version that offers it.
        score: 0 to 100 for scaled answers; ``None`` for "don't know" and for unscored kinds.
        favourable: whether it counts as a good answer; ``None`` where it has no score.
    """

    code: str
    label: Text
    score: int | None = None
    favourable: bool | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked (or, for a page, said).

    Args:
        code: shared by the age versions; letters, digits and hyphens.
        construct: the code of what it measures, for scales; "" for other kinds.
        ask: the question for each age version that is asked it.
        hint: a line of help below it, where there is one.
        answers: empty for words and pages.
        look: how a scale is shown in each age version.
        longest: the most characters, for words.
        suggestion: for words, whether they are an idea (kept as a suggestion) or a comment.
        topics_of: for a ``choices`` item, the code of the words item whose topics it names.
        slices: whether figures may be broken down by this fact.
        asked_of_grown_up: answered by the grown-up who helps (the youngest version's facts).
        scale: the code of the shared scale its answers come from, so that it is translated once.
    """

    code: str
    kind: Kind
    ask: Text
    construct: str = ""
    hint: Text | None = None
    answers: tuple[Answer, ...] = ()
    look: Mapping[str, Look] | None = None
    shown_when: Condition | None = None
    longest: int = 0
    suggestion: bool = False
    topics_of: str = ""
    slices: bool = False
    asked_of_grown_up: frozenset[str] = frozenset()
    scale: str = ""

    def asked_of(self, age_version: str) -> bool:
        return age_version in self.ask

    def answers_for(self, age_version: str) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if age_version in answer.label)


@dataclass(frozen=True, slots=True)
class AgeVersion:
    """A survey for one age, sharing item codes with the others.

    Args:
        code: such as ``8-11``.
        name: for staff, such as "8 to 11".
        title, intro: at the top of the page.
        grown_up_guidance: for the grown-up who helps; "" where nobody need help.
        reading_ease: the least Flesch reading ease its words may have, 0 to 100.
    """

    code: str
    name: str
    title: str
    intro: str
    grown_up_guidance: str
    thanks: str
    reading_ease: float


@dataclass(frozen=True, slots=True)
class Survey:
    """A whole survey: age versions and the items they share, in the order of asking.

    Args:
        asked_elsewhere: an older survey, of which past answers are brought along and which nobody
            answers here; so it need not have asked who helped.
    """

    code: str
    title: str
    age_versions: tuple[AgeVersion, ...]
    items: tuple[Item, ...]
    asked_elsewhere: bool = False

    def age_version(self, code: str) -> AgeVersion:
        """Raises: KeyError: there is no such age version."""
        for version in self.age_versions:
            if version.code == code:
                return version
        raise KeyError(code)

    def item(self, code: str) -> Item:
        """Raises: KeyError: there is no such item."""
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)

    def items_for(self, age_version: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.asked_of(age_version))

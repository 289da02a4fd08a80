"""What a form becomes, before it is written as TOML: items with words in each language. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.definition import Kind
from surveys.routing import Condition
from surveys.xlsform.ratings import Rated
from surveys.xlsform.sheets import Row

# Words by the code of the language; "en" is always there.
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Args:
        name: as the form has it; relevances compare with it.
        row: where it stands: in the sheet choices, or at the question of a range.
    """

    name: str
    code: str
    label: Words
    row: Row
    rated: Rated | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item.

    Args:
        scale: the code of the shared scale that has its answers; "" where it has its own.
        longest: the most characters, for words.
    """

    code: str
    kind: Kind
    ask: Words
    hint: Words
    row: Row
    shown_when: Condition | None = None
    answers: tuple[Answer, ...] = ()
    scale: str = ""
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A whole form.

    Args:
        languages: codes of those it has words in, besides English.
        titled_at: the row of the title; `None` where the form has none.
        add_overall: whether the core survey's question on all in all is added, for want of a scale.
    """

    code: str
    title: str
    items: tuple[Item, ...]
    languages: tuple[str, ...]
    titled_at: Row | None = None
    scales: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    add_overall: bool = False

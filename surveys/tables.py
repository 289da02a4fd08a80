"""Reads TOML tables key by key, and collects what is wrong instead of stopping. Pure."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from surveys import wording
from surveys.problems import DefinitionError, Problem

MOST_CHARACTERS = 500_000
# Source: TOML 1.0.0, "Integer": 64 bits. Python reads more, and cannot write what is very long.
_WHOLE_NUMBERS = range(-(2**63), 2**63)


def load(source: str) -> dict[str, Any]:
    """The document as plain values.

    Raises:
        DefinitionError: it is not TOML; the place has the line and column, where one is known.
    """
    if len(source) > MOST_CHARACTERS:
        raise DefinitionError(
            [Problem("the whole text", f"It is over {MOST_CHARACTERS:,} characters", "Shorten it")]
        )
    try:
        found = tomllib.loads(source)
        too_large = _holds_too_large(found)
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).partition(" (at ")
        raise DefinitionError(
            [Problem(place.rstrip(")") or "the whole text", what, "Mend the TOML there")]
        ) from None
    except RecursionError:
        raise DefinitionError(
            [Problem("the whole text", "It is nested too deeply", "Take some brackets out")]
        ) from None
    except ValueError:  # a number of over 4,300 digits
        too_large, found = True, {}
    if too_large:
        raise DefinitionError(
            [Problem("the whole text", "A whole number in it is too large", "Write a smaller one")]
        )
    return found


def _holds_too_large(value: Any) -> bool:
    match value:
        case dict():
            return any(map(_holds_too_large, value.values()))
        case list():
            return any(map(_holds_too_large, value))
        case int():
            return value not in _WHOLE_NUMBERS
        case _:
            return False


class Table:
    """One table, read key by key. Keys that nobody asked for are problems in the end.

    Args:
        content: the table as tomllib gives it.
        place: what to call it, such as ``item "safe"``.
        problems: what is wrong is added here.
    """

    def __init__(self, content: Mapping[str, Any], place: str, problems: list[Problem]) -> None:
        self.content = content
        self.place = place
        self.problems = problems
        self._asked_for: set[str] = set()

    def refuse(self, what: str, mend: str, *, at: str = "") -> None:
        self.problems.append(Problem(f"{self.place}, {at}" if at else self.place, what, mend))

    def has(self, key: str) -> bool:
        self._asked_for.add(key)
        return key in self.content

    def text(self, key: str, default: str | None = None, *, longest: int = 300) -> str:
        """A text that families or staff read; where it is missing the default, or a problem."""
        found = self.value(key, str, 'a text in "quotes"', default)
        if found is None or found == default:
            return found or ""
        return self.checked(found, at=key, longest=longest)

    def checked(self, text: str, *, at: str, longest: int = 300) -> str:
        """The text, tidied; what is wrong with it becomes problems."""
        tidy = wording.tidied(text)
        for fault in wording.faults(tidy):
            self.refuse(f"The text {fault}", "Write plain words there", at=at)
        if len(tidy) > longest:
            self.refuse(f"The text has {len(tidy)} characters", f"Keep it to {longest}", at=at)
        return tidy

    def number(self, key: str, default: float | None = None) -> float:
        found = self.value(key, (int, float), "a number", default)
        return 0 if found is None else found

    def whole(self, key: str, default: int | None = None) -> int:
        found = self.value(key, int, "a whole number", default)
        return 0 if found is None else found

    def flag(self, key: str, *, default: bool | None = False) -> bool:
        return bool(self.value(key, bool, "true or false", default))

    def words(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts, such as codes."""
        found = self.value(key, list, 'a list such as ["8-11", "12-17"]', default)
        if found is None or all(isinstance(each, str) for each in found):
            return tuple(found or ())
        self.refuse("The list holds something else than texts", "Put each in quotes", at=key)
        return ()

    def tables(self, key: str, name: str) -> list["Table"]:
        """Tables in a list, each called ``name "its code"``, or by its number while it has none."""
        found = self.value(key, list, f"a list of tables, each with a code ({name})", [])
        opened = []
        for number, each in enumerate(found or [], start=1):
            if isinstance(each, dict):
                opened.append(Table(each, self._called(name, each, number), self.problems))
            else:
                self.refuse(f"Number {number} is not a table", "Write { code = ... }", at=key)
        return opened

    def value(self, key: str, kinds: type | tuple[type, ...], wanted: str, default: Any) -> Any:
        """What stands under a key, if it is of the kind; else a problem and the default."""
        if not self.has(key):
            if default is None:
                self.refuse(f'There is no "{key}"', f"Write {key} = {wanted}")
            return default
        found = self.content[key]
        # In Python, True is a number too; in a survey it is not.
        if not isinstance(found, kinds) or (isinstance(found, bool) and kinds is not bool):
            self.refuse(f'"{key}" is not {wanted}', f"Write {key} = {wanted}", at=key)
            return default
        return found

    def close(self) -> None:
        """Nothing more is read: what was not asked for has no meaning here."""
        for key in self.content:
            if key not in self._asked_for:
                near = get_close_matches(key, self._asked_for, n=1, cutoff=0.7)
                known = f"Known here are: {', '.join(sorted(self._asked_for))}"
                self.refuse(
                    f'"{key}" means nothing', f'Did you mean "{near[0]}"?' if near else known
                )

    def _called(self, name: str, content: Mapping[str, Any], number: int) -> str:
        code = content.get("code")
        called = f'{name} "{code}"' if isinstance(code, str) else f"{name} number {number}"
        return f"{self.place}, {called}" if self.place else called

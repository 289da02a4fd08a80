"""What a row of the sheet survey asks: its type, its list, its appearance. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from pyxform.errors import PyXFormError
from pyxform.parsing import parameters

from surveys.xlsform import kinds
from surveys.xlsform.kinds import Rule
from surveys.xlsform.sheets import Row

_BY_NAME: Final = kinds.named(kinds.TYPES)
_WITH_A_LIST: Final = frozenset(
    {"select_one", "select_multiple", "rank", "select_one_external", "select_one_from_file",
     "select_multiple_from_file", "cascading_select", "osm", "begin_loop", "begin_repeat",
     "begin_kobomatrix"}
)  # fmt: skip
_OR_OTHER: Final = frozenset({"or_other", "or other", "or specify other"})
_YES: Final = frozenset({"yes", "true", "true()", "1"})
_LENGTH: Final = re.compile(
    r"string-length\s*\(\s*(?:\.|\$\{[^}]*\})\s*\)\s*(?P<sign><=?)\s*(?P<most>\d{1,6})"
)
_MOST_STEPS = 1_000  # counted no further; the question is refused long before


@dataclass(frozen=True, slots=True)
class Asked:
    """What a type says.

    Args:
        text: as the author wrote it, in one line.
        rule: what becomes of it; ``None`` for a type that XLSForm does not have.
        list_name: the list of its answers, or "".
        or_other: whether an answer "Other" and a question for its words are added.
        odd: what stands behind it and means nothing.
    """

    text: str
    rule: Rule | None
    list_name: str = ""
    or_other: bool = False
    odd: str = ""

    @property
    def kind(self) -> str:
        return self.rule.name if self.rule else ""

    @property
    def ends(self) -> bool:
        return self.text.lower().startswith("end") and self.opens_or_ends

    @property
    def opens_or_ends(self) -> bool:
        return self.kind.startswith("begin_") and "__" not in self.text


def asked(text: str) -> Asked:
    """What a cell of the column type says. Capitals and doubled spaces make no difference."""
    words = text.split()
    tidy = " ".join(words)
    rule = _BY_NAME.get(tidy) or _BY_NAME.get(tidy.lower())
    if rule is not None:
        return Asked(tidy, rule)
    # The longest name first: "select one from" before "select one".
    for count in range(min(len(words) - 1, 6), 0, -1):
        rule = _BY_NAME.get(" ".join(words[:count]).lower())
        if rule is not None and rule.name in _WITH_A_LIST:
            name, *behind = [each for each in words[count:] if each != "over"] or [""]
            rest = " ".join(behind)
            other = rest.lower() in _OR_OTHER
            return Asked(tidy, rule, name, other, "" if other else rest)
    return Asked(tidy, None)


def is_known(text: str) -> bool:
    return bool(text) and asked(text).rule is not None


def is_yes(text: str) -> bool:
    return text.strip().lower() in _YES


def steps_of(row: Row) -> list[str]:
    """The steps of a range, as numbers in words, from its start to its end.

    Defaults are XLSForm's: 1 to 10 by 1.

    Raises:
        ValueError: they are no steps; says why.
    """
    stated = stated_parameters(row)
    try:
        start, end, step = (
            Decimal(stated.get(key, default))
            for key, default in (("start", "1"), ("end", "10"), ("step", "1"))
        )
    except InvalidOperation:
        raise ValueError("start, end and step are not all numbers") from None
    if not all(each.is_finite() and abs(each) < 1_000_000 for each in (start, end, step)):
        raise ValueError("start, end and step are not all numbers that can be counted")
    if step == 0 or start == end:
        raise ValueError("It has no steps")
    return list(_counted(start, end, abs(step)))


def stated_parameters(row: Row) -> dict[str, str]:
    """Raises: ValueError: they are not written as parameters."""
    try:
        return dict(parameters.parse(row.text("parameters"), row.number))
    except PyXFormError:
        raise ValueError("The parameters are not written as start=1 end=5 step=1") from None


def longest_of(constraint: str) -> int | None:
    """The most characters that a constraint of text allows; ``None`` where it says no such."""
    found = [int(match["most"]) - (match["sign"] == "<") for match in _LENGTH.finditer(constraint)]
    whole = re.sub(r"[\s()]", "", _LENGTH.sub("", constraint))
    return found[0] if len(found) == 1 and not whole else None


def _counted(start: Decimal, end: Decimal, step: Decimal) -> Iterator[str]:
    towards = step if end > start else -step
    for count in range(_MOST_STEPS):
        at = start + count * towards
        if (at > end) if end > start else (at < end):
            return
        yield f"{at.normalize():f}"


def type_names() -> Iterator[str]:
    """XLSForm's own names of types, as an author would write them."""
    return iter(_BY_NAME)

"""A survey that is still being written, as far as it can be shown. Pure.

What has a problem becomes a page that says it in words, at its place; the rest stays as it is. In a
language, what is not translated yet is in English, and what is stale keeps its old words: so that a
translator sees on the screen what is left to do.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from surveys import grammar, languages
from surveys.definition import Item, Kind, Survey
from surveys.problems import DefinitionError, Problem
from surveys.routing import items_in


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A survey to look at.

    Args:
        survey: it has at least one age version; every condition in it looks at an item with answers
            or words that stands before.
        broken: the codes of the items that are pages only because something is wrong with them.
        problems: what is wrong beside those items.
    """

    survey: Survey
    broken: frozenset[str]
    problems: tuple[Problem, ...]


def as_it_stands(source: str) -> Unfinished:
    """A draft's source as far as it can be shown.

    Raises:
        DefinitionError: nothing of it can: it is not TOML, or it has no age version.
    """
    survey, problems = grammar.read(source)
    if not survey.age_versions:
        raise DefinitionError(problems)
    ages = [each.code for each in survey.age_versions]
    named = _by_item(survey, problems)
    items = [
        _in_words(item, named[number], ages) if named[number] else item
        for number, item in enumerate(survey.items)
    ]
    told = {problem for some in named for problem in some}
    return Unfinished(
        replace(survey, items=tuple(_that_can_be_reached(items))),
        frozenset(item.code for item, some in zip(survey.items, named, strict=True) if some),
        tuple(each for each in problems if each not in told),
    )


def filled(unfinished: Unfinished, language: str, text: str) -> str:
    """The text of a PO file in which no string is missing or fuzzy, to be looked at only.

    Raises:
        NotPo: the text is not a PO file.
    """
    contexts = {f"{code}/ask" for code in unfinished.broken}
    file = languages.read_po(languages.merged(unfinished.survey, language, text))
    for entry in file:
        if not entry.msgstr or entry.msgctxt in contexts:
            entry.msgstr = entry.msgid
        entry.flags = []
    return f"{file}\n"


def _by_item(survey: Survey, problems: Sequence[Problem]) -> list[list[Problem]]:
    """The problems of each item, in the items' order."""
    return [
        [each for each in problems if _is_of(each, item, number)]
        for number, item in enumerate(survey.items, 1)
    ]


def _is_of(problem: Problem, item: Item, number: int) -> bool:
    name = f'item "{item.code}"' if item.code else f"item number {number}"
    return problem.place == name or problem.place.startswith(f"{name}, ")


def _in_words(item: Item, problems: Iterable[Problem], ages: Collection[str]) -> Item:
    """A page in an item's place that says what is wrong with it."""
    said = "\n\n".join(["This question cannot be shown yet.", *map(str, problems)])
    return Item(item.code, Kind.PAGE, dict.fromkeys(item.ask or ages, said))


def _that_can_be_reached(items: Sequence[Item]) -> Iterator[Item]:
    """The items, without conditions on what is a page now: it would hide what can be shown."""
    answerable: set[str] = set()
    for item in items:
        if item.shown_when is not None and not items_in(item.shown_when) <= answerable:
            yield replace(item, shown_when=None)
        else:
            yield item
        if item.kind is not Kind.PAGE:
            answerable.add(item.code)

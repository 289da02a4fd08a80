"""What letters, posters and paper surveys say around a survey's own words, in each language."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from pathlib import Path

from surveys.phrasebook import Phrasebook, Phrases

BOOK = Phrasebook("prints", Path(__file__).parent)


def of(language: str, *, closes_on: date | None = None, **facts: object) -> Phrases:
    """The sentences in a language, knowing the facts that fill their blanks.

    Raises:
        NotTranslated: there are none in that language, or one is missing or stale.
    """
    words = BOOK.of(language)
    if closes_on is None:
        return words.knowing(**facts)
    return words.knowing(closes_on=day(closes_on, words), **facts)


def day(of_year: date, words: Phrases) -> str:
    """A date as the language writes it, such as "30 November 2026"."""
    month = words[f"month_{of_year.month}"]
    # The figures stand bare: isolated, they would turn round in text from right to left.
    written = words.sentences["day"].format(day=of_year.day, month=month, year=of_year.year)
    return written.replace(" ", "\u00a0")  # so that no line ends inside it


def either(numbers: Sequence[int], words: Phrases) -> str:
    """Numbers in words, such as "2, 3 or 4". There is at least one."""
    *others, last = map(str, numbers)
    if not others:
        return last
    return _joined(words, "list_or", [_joined(words, "list_comma", others), last])


def both(parts: Sequence[str], words: Phrases) -> str:
    return _joined(words, "when_and", parts)


def any_of(parts: Sequence[str], words: Phrases) -> str:
    return _joined(words, "when_or", parts)


def _joined(words: Phrases, key: str, parts: Sequence[str]) -> str:
    return reduce(lambda one, other: words.sentences[key].format(one=one, other=other), parts)

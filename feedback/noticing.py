"""What the page looks for in words before they are sent. Pure.

The page does this in the browser, with `browser/noticing.js`; here are the lists that travel with
the page, and the script's twin, so that both are held to the same vectors. Nothing that is found
is sent, kept or counted. What is looked for, and where that comes from, is `noticing.toml`.

Both fold a text the same way: accents and apostrophes away, small letters, and all else that is no
letter, digit or @ one space; where a sentence ends, a full stop between spaces. Making letters
small changes no length, so that what was found can be shown nearly as it was written.
"""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

ENGLISH = "en"

DATA: Mapping[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
VERSION: str = DATA["version"]

_APOSTROPHES = "'`\u2018\u2019\u02bc"
_END_OF_A_SENTENCE = re.compile(r"[.!?][ \n]|\n")
# A word that may be a name: it starts with no digit, and is not the end of a sentence.
_WORD = r"[^ .\d@][^ ]*"
# What has a meaning in a phrase, and its meaning in a regular expression.
_SIGNS = {"(": "(", ")": ")", "|": "|", "?": "?", " ": " ", "*": "*"}


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was found.

    Args:
        harm: there are words that may tell of harm.
        telling: what could tell who somebody is: of which kind ("name", "school", "date", "phone",
            "postcode", "contact"), and the words, nearly as they were written.
    """

    harm: bool
    telling: tuple[tuple[str, str], ...]


def noticed(text: str, language: str) -> Noticed:
    """What the browser notices in a text, in a survey in this language."""
    lists = _lists(language)
    written = _spaced(text)
    folded = _small(written)
    return Noticed(
        harm=re.search(lists["harm"].replace("*", "[^ ]*"), folded) is not None,
        telling=tuple(_telling(written, folded, lists)),
    )


@lru_cache
def lists_for(language: str) -> str:
    """What the page carries, as JSON: the core of English always, as children mix languages."""
    return json.dumps(_lists(language), ensure_ascii=False, separators=(",", ":"))


def _telling(written: str, folded: str, lists: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each rule finds. What one has found is blank for the next, so nothing is said twice."""
    for kind, pattern, *capital in lists["rules"]:
        blank = list(folded)
        for found in re.finditer(pattern.replace("~", _WORD), folded, re.ASCII):
            start = found.start() + found[0].index(" " + found[1]) + 1
            head = written[start : start + 2]
            like_a_name = head == head[:1].upper() + head[1:].lower()
            if (like_a_name or not capital) and f" {found[1]} " not in lists["stop"]:
                blank[found.start() : found.end()] = re.sub("[^ ]", ".", found[0])
                yield kind, written[found.start() : found.end()].replace(" .", ".").strip()
        folded = "".join(blank)


def _spaced(text: str) -> str:
    """The words of a text between single spaces, with the capitals that it had."""
    letters = (
        each
        for each in unicodedata.normalize("NFKD", text)
        if each not in _APOSTROPHES and not unicodedata.category(each).startswith("M")
    )
    runs = ((inside, "".join(run)) for inside, run in groupby(letters, key=_in_a_word))
    return " " + "".join(run if inside else _gap(run) for inside, run in runs) + " "


def _in_a_word(letter: str) -> bool:
    return letter == "@" or unicodedata.category(letter)[0] in "LN"


def _gap(run: str) -> str:
    return " . " if _END_OF_A_SENTENCE.search(run) else " "


def _small(text: str) -> str:
    # Polish children leave the stroke out as often as the accents, and Unicode keeps it.
    return text.lower().replace("ł", "l")


@lru_cache
def _lists(language: str) -> Mapping[str, Any]:
    own = _spoken(language)
    return {
        "version": VERSION,
        "harm": f" ({_either(_harm(phrase) for each in own for phrase in each['harm'])})",
        "stop": f" {_folded(' '.join(each.get('stop', '') for each in own))} ",
        "rules": list(_rules(own)),
    }


def _spoken(language: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The core of English, and the language's own lists or, without such, the rest of English."""
    languages, rest = DATA["languages"], DATA["rest_of_english"]
    own = rest if language == ENGLISH else languages.get(language, rest)
    return languages[ENGLISH], own


def _rules(own: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, int] | tuple[str, str]]:
    """The rules with their words filled in; without those for which no language here has any."""
    words: dict[str, list[str]] = {}
    for each in own:
        for name, phrases in each.items():
            words.setdefault(name, []).extend(phrases)
    for rule in DATA["rules"]:
        named = set(re.findall(r"\{([a-z_]+)\}", rule["pattern"]))
        if named <= words.keys():
            pattern = rule["pattern"]
            for name in named:
                pattern = pattern.replace(f"{{{name}}}", _either(map(_words, words[name])))
            yield (rule["kind"], pattern, 1) if rule.get("capital") else (rule["kind"], pattern)


def _harm(phrase: str) -> str:
    return _folded(phrase.removesuffix(".")) + " " * phrase.endswith(".")


def _words(phrase: str) -> str:
    """A phrase for a rule, whose one group is another."""
    return _folded(phrase).replace("(", "(?:")


def _folded(phrase: str) -> str:
    """A phrase folded as texts are, with what has a meaning in it left alone."""
    return "".join(
        _SIGNS.get(part, _small(_spaced(part)).strip()) for part in re.split(r"([()|?* ])", phrase)
    )


def _either(phrases: Iterable[str]) -> str:
    return "|".join(phrases)

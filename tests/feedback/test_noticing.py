"""What is noticed in words before they are sent: the lists, and the browser's twin in Python."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import minify  # type: ignore[import-untyped]  # it brings no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import noticing
from feedback.noticing import Noticed, lists_for, noticed

# Also run in a real browser: `tests/journeys/test_noticing.py`.
VECTORS = json.loads((Path(__file__).parent / "noticing_vectors.json").read_text())
ALL_LANGUAGES = sorted(noticing.DATA["languages"])
KINDS = {"name", "school", "date", "phone", "postcode", "contact"}

SCRIPT = Path(noticing.__file__).parent / "browser" / "noticing.js"


def compressed(text: str) -> int:
    return len(gzip.compress(text.encode(), 9, mtime=0))


def all_phrases() -> Iterator[tuple[str, str]]:
    for words in (*noticing.DATA["languages"].values(), noticing.DATA["rest_of_english"]):
        for name, phrases in words.items():
            if name != "stop":
                yield from ((name, phrase) for phrase in phrases)


@pytest.mark.parametrize("vector", VECTORS, ids=[each["text"][:40] for each in VECTORS])
def test_a_text_is_noticed_for_what_it_is(vector: dict[str, Any]) -> None:
    expected = Noticed(vector["harm"], tuple((kind, words) for kind, words in vector["telling"]))

    assert noticed(vector["text"], vector["language"]) == expected


def test_the_vectors_have_every_language_every_kind_and_what_must_not_be_noticed() -> None:
    for language in ALL_LANGUAGES:
        own = [each for each in VECTORS if each["language"] == language]
        assert {each["harm"] for each in own} == {True, False}
        assert any(each["telling"] for each in own)
        assert any(not each["harm"] and not each["telling"] for each in own)
    assert {kind for each in VECTORS for kind, _ in each["telling"]} == KINDS


@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_english_is_noticed_in_every_language(language: str) -> None:
    assert noticed("My dad hits me. My name is Sam", language) == Noticed(
        harm=True, telling=(("name", "name is Sam"),)
    )


def test_a_language_without_lists_has_those_of_english() -> None:
    assert lists_for("xx") == lists_for("en")


@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_the_lists_are_a_small_part_of_a_page(language: str) -> None:
    assert compressed(lists_for(language)) <= (1_500 if language == "en" else 1_250)


def test_the_script_is_a_small_part_of_a_page() -> None:
    small = minify.string("application/javascript", SCRIPT.read_text())

    assert compressed(small) <= 420


def test_the_script_is_one_function_that_old_phones_can_read() -> None:
    script = SCRIPT.read_text()

    assert re.findall(r"(?m)^(?:const|let|var|function|class)\s+(\w+)", script) == ["notice"]
    assert not re.search(r"\(\?<|\?\.|\?\?|matchAll|replaceAll|\b(im|ex)port\b", script)


def test_the_lists_say_their_version_and_fit_into_a_script_on_a_page() -> None:
    for language in ALL_LANGUAGES:
        lists = lists_for(language)
        assert json.loads(lists)["version"] == noticing.VERSION
        assert "<" not in lists
    assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", noticing.VERSION)


def test_every_phrase_is_written_as_the_file_says() -> None:
    for name, phrase in all_phrases():
        assert re.fullmatch(r"[\w()|?* ]+\.?", phrase), phrase
        assert phrase == phrase.strip(), phrase
        assert name == "harm" or not set("*.") & set(phrase), phrase
        re.compile(phrase.removesuffix(".").replace("*", ""))


@pytest.mark.parametrize("rule", noticing.DATA["rules"], ids=lambda rule: rule["pattern"][:30])
def test_a_rule_has_one_group_one_kind_and_nothing_two_browsers_read_apart(
    rule: dict[str, Any],
) -> None:
    pattern = rule["pattern"]

    assert rule["kind"] in KINDS
    assert pattern.startswith(" ")
    assert len(re.findall(r"\((?!\?)", pattern)) == 1
    assert pattern.count("~") <= 1
    assert set(re.findall(r"\\.", pattern)) <= {r"\d", r"\."}
    assert "(?<" not in pattern


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    for _, words in noticed(text, "pl").telling:
        assert words == words.strip() != ""


@given(st.text(alphabet="ab 1@.ł'é\n", min_size=1, max_size=40))
def test_making_letters_small_moves_nothing(text: str) -> None:
    written = noticing._spaced(text)

    assert len(noticing._small(written)) == len(written)


@pytest.mark.parametrize("piece", ["a", "1 ", "0", "my name is ", "hit ", "@", "at a school "])
def test_a_very_long_text_is_looked_at_in_a_moment(piece: str) -> None:
    """Whoever writes 4,000 letters waits no longer: no pattern tries over and over."""
    long = piece * (20_000 // len(piece))

    started = perf_counter()
    noticed(long, "en")

    assert perf_counter() - started < 2

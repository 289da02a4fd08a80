"""The pages' own words: in another language where we have them, in English where we do not."""

from pathlib import Path

import pytest

from feedback import wording
from feedback.wording import Wording


def a_file(directory: Path, language: str, *entries: str) -> Wording:
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    (directory / f"wording.{language}.po").write_text("\n".join([header, *entries]))
    return wording.of(language, directory)


def entry(key: str, english: str, translation: str, flags: str = "") -> str:
    return f'{flags}msgctxt "{key}"\nmsgid "{english}"\nmsgstr "{translation}"\n'


def test_a_sentence_is_said_in_the_language_of_the_page(tmp_path: Path) -> None:
    welsh = a_file(tmp_path, "cy", entry("send", "Send", "Anfon"))

    assert (welsh.language, welsh.direction, welsh["send"]) == ("cy", "ltr", "Anfon")


def test_a_sentence_that_is_missing_or_out_of_date_is_said_in_english(tmp_path: Path) -> None:
    welsh = a_file(
        tmp_path,
        "cy",
        entry("help", "Help", "Help nawr"),  # of an older English
        entry("send", "Send", "Anfon", flags="#, fuzzy\n"),
        entry("start", "Start", ""),
    )

    assert [welsh["help"], welsh["send"], welsh["start"]] == ["Help now", "Send", "Start"]


@pytest.mark.parametrize("language", ["xx", "../../etc/passwd", ""])
def test_a_language_without_a_file_is_english(tmp_path: Path, language: str) -> None:
    assert wording.of(language, tmp_path) == Wording("en", wording.ENGLISH)


def test_a_number_stays_as_it_is_in_text_from_right_to_left(tmp_path: Path) -> None:
    urdu = a_file(tmp_path, "ur", entry("help_call", "Call {phone}", "{phone} پر کال کریں"))

    assert urdu.knowing(phone="0800 1111")["help_call"] == "\u20680800 1111\u2069 پر کال کریں"


def test_a_blank_that_nothing_fills_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(KeyError):
        wording.of("en")["help_call"]

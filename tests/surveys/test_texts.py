"""What families are sent: neutral, in eight languages, and how long a text message is."""

import pytest

from surveys import texts
from surveys.texts import Facts, Length

FACTS = Facts("Your say", "https://heard.example", "7K2M9QXW4TB", "abcdefghjkmn")
LANGUAGES = ("en", "ar", "cy", "pl", "ro", "so", "uk", "ur")
# In English; a translator is told so at the top of the file.
TELLING = (
    "child",
    "care",
    "social",
    "council",
    "abuse",
    "service",
    "safeguard",
    "family",
    "worker",
)


def test_they_are_whole_in_every_language_of_ours() -> None:
    assert texts.BOOK.offered() == LANGUAGES


@pytest.mark.parametrize("kind", ["invitation", "reminder"])
@pytest.mark.parametrize("way", ["text", "email"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_its_links_and_no_blank_left(language: str, way: str, kind: str) -> None:
    text = texts.written(kind, way, language, FACTS)

    assert FACTS.link in text.body
    assert FACTS.stop in text.body
    assert "{" not in text.subject + text.body
    assert "\u2068" not in text.body  # a phone would take its fellow into the link
    assert bool(text.subject) == (way == "email")


def test_no_text_tells_who_asks_about_what() -> None:
    english = " ".join(texts.BOOK.english().values()).casefold()

    assert [word for word in TELLING if word in english] == []


def test_what_is_not_translated_is_sent_in_english() -> None:
    assert texts.written("invitation", "text", "fr", FACTS) == texts.written(
        "invitation", "text", "en", FACTS
    )


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length("GSM-7", 0, 1)),
        ("a" * 160, Length("GSM-7", 160, 1)),
        ("a" * 161, Length("GSM-7", 161, 2)),
        ("a" * 306, Length("GSM-7", 306, 2)),
        ("a" * 307, Length("GSM-7", 307, 3)),
        ("€" * 80, Length("GSM-7", 160, 1)),
        ("€" * 81, Length("GSM-7", 162, 2)),
        ("ł" * 70, Length("UCS-2", 70, 1)),
        ("ł" * 71, Length("UCS-2", 71, 2)),
        ("🙂" * 35, Length("UCS-2", 70, 1)),
        ("’", Length("UCS-2", 1, 1)),
    ],
)
def test_a_text_message_is_as_long_as_the_standard_says(text: str, length: Length) -> None:
    """3GPP TS 23.038 and 23.040."""
    assert texts.length(text) == length

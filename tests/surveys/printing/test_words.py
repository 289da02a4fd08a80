"""The words around what is printed, in every language."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from surveys.languages import NotTranslated
from surveys.phrasebook import Phrasebook
from surveys.printing import wording
from surveys.printing.wording import BOOK


def test_what_is_printed_is_whole_in_the_languages_of_the_screens() -> None:
    assert BOOK.offered() == ("en", "ar", "cy", "pl", "ro", "so", "uk", "ur")


@pytest.mark.parametrize(
    ("numbers", "said"), [((2,), "2"), ((2, 3), "2 or 3"), ((1, 2, 4), "1, 2 or 4")]
)
def test_numbers_are_listed_as_one_says_them(numbers: tuple[int, ...], said: str) -> None:
    assert wording.either(numbers, BOOK.of("en")) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "30 November 2026"), ("pl", "30 listopada 2026"), ("uk", "30 листопада 2026 року")],
)
def test_a_day_is_written_as_the_language_writes_it(language: str, said: str) -> None:
    day = wording.day(date(2026, 11, 30), BOOK.of(language))

    assert day.replace("\u00a0", " ") == said


def test_a_sentence_that_lost_a_blank_takes_its_language_out(tmp_path: Path) -> None:
    (tmp_path / "wording.toml").write_text('a = "One {x}"\n', encoding="utf-8")
    book = Phrasebook("things", tmp_path)
    (tmp_path / "wording.pl.po").write_text(
        'msgid ""\nmsgstr ""\n\nmsgctxt "a"\nmsgid "One {x}"\nmsgstr "Jeden {y}"\n',
        encoding="utf-8",
    )

    assert book.offered() == ("en",)
    with pytest.raises(NotTranslated, match=r"lost the blank \{x\}"):
        book.of("pl")


def test_translators_get_a_file_and_hear_what_is_wrong_with_it(tmp_path: Path) -> None:
    out, file = StringIO(), tmp_path / "fr.po"
    call_command("print_po", "export", "fr", stdout=out)
    file.write_text(out.getvalue(), encoding="utf-8")

    with pytest.raises(CommandError, match=r"prints/letter_title_small is not translated"):
        call_command("print_po", "check", "fr", po=file)
    with pytest.raises(CommandError, match=r"there is no wording.fr.po"):
        call_command("print_po", "check", "fr")
    call_command("print_po", "check", "ur", stdout=out)
    assert out.getvalue().endswith("Every string is translated, and none is fuzzy.\n")

"""Letters: one page with one code each."""

import re
import subprocess
import sys
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from surveys import codes
from surveys.languages import NotTranslated
from surveys.printing import Letter, Part, Sender, Unprintable, letters
from surveys.printing.wording import BOOK
from tests.bench import printing
from tests.surveys.printing import looking
from tests.surveys.printing.looking import SENDER

CODE = "7K2M9QXW4T9"
IN_NOVEMBER = date(2026, 11, 30)
AGES = ("4-7", "8-11", "12-17", "18-25", "parent")

# Where the window of an envelope can show: from the left, from the top, wide and high, in mm. It is
# 90 by 35, 20 from the left and 18 from the bottom of an envelope of 220 by 110 (BS 4264), in
# which a page of 210, folded to 99, can slide by 10 either way.
WINDOW = (10.0, 46.0, 100.0, 46.0)


def one(letter: Letter, sender: Sender = SENDER) -> Part:
    [part] = letters([letter], sender=sender, closes_on=IN_NOVEMBER)
    return part


def test_a_letter_is_one_page_with_its_code_to_scan_and_to_type() -> None:
    part = one(Letter(CODE, "12-17"))
    [page] = looking.words(part.pdf)

    assert part.count == 1
    assert looking.scanned(part.pdf) == [f"https://heard.example/s/{CODE}"]
    assert codes.pretty(CODE) in page
    for said in ("Testshire", "heard.example", "0800 000 0000", "30 November 2026", "999"):
        assert said in page


def test_a_letter_can_be_read_by_a_screen_reader() -> None:
    pdf = one(Letter(CODE, "12-17", ("en", "ur"))).pdf
    told = looking.told(pdf)

    assert looking.keeps_to_pdf_ua(pdf)
    assert (told.title, told.language, told.marked) == ("Heard, Testshire", "en", True)
    assert told.tongues == {"ur"}
    assert told.tags.count("H1") == 2
    assert told.pictured == (
        f"A square to scan with a phone. It opens: https://heard.example/s/{CODE}",
    )


@pytest.mark.parametrize("large", [False, True])
def test_nothing_shows_in_the_window_of_the_envelope(large: bool) -> None:
    left, top, width, height = WINDOW
    sender = Sender("Bournemouth, Christchurch and Poole", "Help", "1", "https://h.example")
    pdf = one(Letter(CODE, "parent", ("en", "uk"), large), sender).pdf

    assert looking.darkest(pdf, left=left, top=top, width=width, height=height) == 255


def test_a_letter_in_arabic_is_read_from_right_to_left_and_so_is_its_date() -> None:
    pdf = one(Letter(CODE, "18-25", ("ar",), large=True)).pdf
    seen = looking.as_seen(pdf)

    assert looking.told(pdf).language == "ar"
    assert codes.pretty(CODE) in seen
    assert re.search(r"(?<!\d)2026[^\d]+30(?!\d)", seen)  # the day is on the right


LANGUAGES = [(each,) if each == "en" else ("en", each) for each in BOOK.offered()]


def test_large_print_in_two_languages_still_fits_one_page() -> None:
    """Ages 8 to 11 have the longest words."""
    some = [Letter(CODE, "8-11", pair, large=True) for pair in LANGUAGES]
    [part] = letters(some, sender=SENDER, closes_on=IN_NOVEMBER)

    assert len(looking.words(part.pdf)) == part.count == 8


@pytest.mark.slow
@pytest.mark.parametrize("large", [False, True])
def test_every_letter_fits_one_page(large: bool) -> None:
    some = [Letter(CODE, age, pair, large) for age, pair in product(AGES, LANGUAGES)]
    [part] = letters(some, sender=SENDER, closes_on=IN_NOVEMBER)

    assert len(looking.words(part.pdf)) == part.count == len(some) == 40


def test_letters_come_in_parts_in_their_order_with_progress() -> None:
    some = [codes.make() for _ in range(5)]
    done: list[int] = []
    parts = list(
        letters(
            (Letter(each, "8-11") for each in some),
            sender=SENDER,
            part_size=2,
            progress=done.append,
        )
    )
    pages = [page for part in parts for page in looking.words(part.pdf)]

    assert ([part.count for part in parts], done) == ([2, 2, 1], [2, 4, 5])
    assert [codes.pretty(each) in page for each, page in zip(some, pages, strict=True)] == [
        True
    ] * 5


def test_no_letters_are_no_parts() -> None:
    assert list(letters([], sender=SENDER)) == []


HOSTILE = (
    '#import "x.typ"',
    "$x$ *bold* _em_ `raw` <label> @ref",
    "\\ #panic() // /* ] } )",
    '"quotes" ‘and’ “others”',
    "Ünïcödé Čš Łódź Şırnak Ґ ქართ",
    "خاندان کی معلومات",
    "\u200fmarks\u200e and \u2067isolates\u2069",
    "emoji 😀",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_name_has_in_it_is_only_printed(name: str) -> None:
    [page] = looking.words(one(Letter(CODE, "parent"), Sender(name, name, name, "https://h.x")).pdf)

    assert codes.pretty(CODE) in page
    assert "panic" not in page or "panic" in name


def test_what_nobody_can_see_is_left_out_of_a_name() -> None:
    sender = Sender("Test\x00shire\u202e\ud800\n", "a\tb", "1", "https://h.example")
    [page] = looking.words(one(Letter(CODE, "parent"), sender).pdf)

    assert page.startswith("Heard Testshire h.example")


def test_a_name_in_letters_that_we_have_not_is_refused_with_the_letter() -> None:
    with pytest.raises(Unprintable, match=r"^We have no letters to print “中” in"):
        one(Letter(CODE, "parent"), Sender("中文", "Help", "1", "https://h.example"))


def test_words_that_run_over_the_page_are_refused() -> None:
    with pytest.raises(Unprintable, match=r"^These words do not fit one page. Take one language"):
        one(Letter(CODE, "parent", ("en", "so"), large=True), Sender("T", "Help " * 99, "1", "h"))


def test_a_language_without_words_for_letters_is_never_english() -> None:
    with pytest.raises(NotTranslated, match=r"^The prints cannot be in fr: "):
        one(Letter(CODE, "parent", ("fr",)))


def test_whoever_only_knows_the_values_does_not_load_the_typesetter() -> None:
    script = "import sys, surveys.printing; sys.exit('typst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=_project(), check=False)

    assert done.returncode == 0


@pytest.mark.slow
def test_a_thousand_squares_are_read_back_as_they_were_made() -> None:
    made = [codes.make() for _ in range(1_000)]
    some = (Letter(each, "8-11") for each in made)
    read = [
        looking.scanned(part.pdf, page)
        for part in letters(some, sender=SENDER)
        for page in range(part.count)
    ]

    assert read == [[f"https://heard.example/s/{each}"] for each in made]


@pytest.mark.slow
def test_ten_thousand_letters_take_two_minutes_and_half_a_gigabyte_at_most() -> None:
    measured = printing.measured(10_000)

    assert measured.letters == 10_000
    assert measured.megabytes < 500
    # Where other work shares the machine, the clock tells of that too; one core does all of this.
    assert min(measured.seconds, measured.processor) < 120


def _project() -> Path:
    return Path(__file__).parents[3]

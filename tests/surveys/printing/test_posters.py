"""Posters: the open link, for everybody who passes by."""

import pytest

from surveys.printing import PosterSize, Sender, Unprintable, poster
from surveys.printing.wording import BOOK
from tests.surveys.printing import looking
from tests.surveys.printing.looking import SENDER

LINK = "https://heard.example/o/testshire-autumn"


@pytest.mark.parametrize("size", PosterSize)
def test_a_poster_is_one_page_with_the_open_link_to_scan_and_to_type(size: PosterSize) -> None:
    pdf = poster(sender=SENDER, link=LINK, languages=("en", "ur"), size=size)
    [page] = looking.words(pdf)

    assert looking.scanned(pdf) == [LINK]
    assert looking.keeps_to_pdf_ua(pdf)
    assert looking.told(pdf).tongues == {"ur"}
    for said in ("heard.example/o/testshire-autumn", "Testshire", "0800 000 0000", "999"):
        assert said in page


def test_all_our_languages_fit_one_poster() -> None:
    pdf = poster(sender=SENDER, link=LINK, languages=BOOK.offered(), size=PosterSize.A3)

    assert len(looking.words(pdf)) == 1
    assert looking.told(pdf).tags.count("H1") == len(BOOK.offered())


def test_more_than_fits_is_refused() -> None:
    with pytest.raises(Unprintable, match=r"^So many languages do not fit one poster"):
        poster(sender=SENDER, link=LINK, languages=BOOK.offered() * 3)


def test_markup_in_a_name_is_only_printed() -> None:
    sender = Sender("#panic() $x$", "*b*", "<l>", "https://h.example")

    assert "#panic() $x$" in looking.words(poster(sender=sender, link=LINK))[0]

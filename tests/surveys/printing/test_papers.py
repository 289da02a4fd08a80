"""Surveys on paper."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import product

import pytest

from surveys import codes, core, grammar
from surveys.definition import Survey
from surveys.languages import NotTranslated
from surveys.printing import HelpLine, Layout, Unprintable, paper_survey
from surveys.printing.wording import BOOK
from tests.surveys.factories import SOURCE
from tests.surveys.printing import looking
from tests.surveys.printing.looking import SENDER

CODE = "7K2M9QXW4T9"
LINK = "https://heard.example/o/testshire"
CHILDLINE = HelpLine("Childline, free", "0800 1111")

NOTE = """
[[item]]
code = "note"
kind = "page"
asked_of = ["12-17"]
ask = "Thank them from us."
shown_when = { all = [
    { item = "helper", answered = true }, { not = { item = "helper-is-worker", is = "yes" } }
] }
"""


@cache
def the_core() -> Survey:
    return grammar.parse(core.source())


def printed(
    survey: Survey,
    age_version: str = "12-17",
    language: str = "en",
    layout: Layout = Layout.ORDINARY,
    *,
    code: str = "",
    link: str = "",
    translations: Mapping[str, str] | None = None,
    post_to: Sequence[str] = (),
) -> bytes:
    return paper_survey(
        survey,
        sender=SENDER,
        age_version=age_version,
        language=language,
        translations=core.translations() if translations is None else translations,
        layout=layout,
        code=code,
        link=link,
        promise="Nobody can look you up.\n\nWe promise.",
        help_lines=[CHILDLINE],
        post_to=post_to,
        closes_on=date(2026, 11, 30),
    )


def test_a_paper_has_all_that_is_asked_in_its_order_with_numbers_to_type() -> None:
    pdf = printed(the_core(), code=CODE, post_to=["Heard", "Freepost 1"])
    text = " ".join(looking.words(pdf))
    asks = [each.ask["12-17"] for each in the_core().items_for("12-17")]
    places = [text.index(f"{number} {ask}") for number, ask in enumerate(asks, start=1)]

    assert places == sorted(places)
    assert "1 Yes, fully 2 Mostly 3 Partly 4 Not much 5 Not at all 6 I don’t know" in text
    assert "If you ticked 1, or nothing, go to question 18." in text
    assert "Answer this only if you ticked 2, 3 or 4 at question 16." in text
    for said in (
        codes.pretty(CODE),
        "Nobody can look you up.",
        "Childline, free: 0800 1111",
        "Heard Freepost 1",
        "by 30 November 2026",
    ):
        assert said in text


def test_a_paper_can_be_read_by_a_screen_reader() -> None:
    pdf = printed(the_core(), "12-17", code=CODE)
    told = looking.told(pdf)

    assert looking.keeps_to_pdf_ua(pdf)
    assert (told.title, told.language, told.marked) == ("Your say: 12 to 17", "en", True)
    assert (told.tags.count("H1"), told.tags.count("H2"), told.tags.count("H3")) == (1, 22, 6)
    assert told.pictured == (f"Scan this https://heard.example/s/{CODE}",)


def test_the_square_leads_to_the_same_code_or_to_the_open_link_or_is_not_there() -> None:
    small = grammar.parse(SOURCE)
    papers = printed(small, code=CODE), printed(small, link=LINK), printed(small)

    assert [looking.scanned(each) for each in papers] == [
        [f"https://heard.example/s/{CODE}"],
        [LINK],
        [],
    ]


def test_from_right_to_left_the_whole_page_is_turned() -> None:
    pdf = printed(the_core(), "8-11", "ur", Layout.EASY, code=CODE)
    told = looking.told(pdf)

    assert (told.language, told.direction) == ("ur", "/R2L")
    assert looking.scanned(pdf) == [f"https://heard.example/s/{CODE}"]
    assert looking.as_seen(pdf).count(codes.pretty(CODE)) == 2  # beside the square, and at the foot


def test_without_an_address_it_says_whom_to_ask() -> None:
    text = looking.words(printed(grammar.parse(SOURCE)))[-1]

    assert "Ask where to send it: Family information, 0800 000 0000" in text


def test_a_page_to_read_has_no_number_and_says_whose_it_is() -> None:
    text = " ".join(looking.words(printed(grammar.parse(SOURCE + NOTE))))

    assert (
        "Read this only if you answered question 6 and you did not tick 1 at question 7. "
        "Thank them from us." in text
    )


@pytest.mark.parametrize(("layout", "least"), [(Layout.ORDINARY, 11.9), (Layout.LARGE, 15.9)])
def test_what_a_family_reads_is_as_large_as_its_layout_says(layout: Layout, least: float) -> None:
    sizes = looking.sizes(printed(grammar.parse(SOURCE), layout=layout, code=CODE))

    assert min(size for text, size in sizes if re.search(r"[^\W\d]{3}", text)) >= least


def test_easy_read_has_a_sentence_to_a_line_and_no_more() -> None:
    small = grammar.parse(SOURCE)
    ordinary = looking.told(printed(small))
    easy = looking.told(printed(small, layout=Layout.EASY))

    assert easy.tags.count("P") > ordinary.tags.count("P")


@pytest.mark.parametrize("text", ['#import "x"', "$x$ *b* _i_ `r` <l> @r", "]}) // /* \\", "😀"])
def test_whatever_a_survey_has_in_it_is_only_printed(text: str) -> None:
    source = SOURCE.replace('"Do we listen to you?"', f"'{text} ?'")
    survey = grammar.parse(source) if not set("<>{}") & set(text) else grammar.parse(SOURCE)

    assert looking.words(printed(survey))


def test_a_language_that_a_survey_is_not_in_is_never_english() -> None:
    with pytest.raises(NotTranslated):
        printed(the_core(), language="ur", translations={})


def test_letters_that_we_have_not_are_named() -> None:
    survey = grammar.parse(SOURCE.replace("Do we listen to you?", "中文?"))

    with pytest.raises(Unprintable, match=r"^We have no letters to print “中” in"):
        printed(survey)


@pytest.mark.slow
@pytest.mark.parametrize("language", BOOK.offered())
def test_every_age_version_can_be_printed_in_every_language_and_layout(language: str) -> None:
    for version, layout in product(the_core().age_versions, Layout):
        pdf = printed(the_core(), version.code, language, layout, code=CODE)

        assert looking.keeps_to_pdf_ua(pdf)
        assert looking.told(pdf).language == language
        assert looking.scanned(pdf) == [f"https://heard.example/s/{CODE}"]

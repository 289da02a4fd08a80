"""Letters: one page with one code each, typeset a few hundred at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from surveys import codes, languages
from surveys.phrasebook import Phrases
from surveys.printing import squares, typesetting, wording
from surveys.printing.values import Letter, Part, Sender

PART_SIZE = 250

# How a letter speaks: to the grown-up of a small child, to a child, to a young adult, to a parent.
_READERS = {"4-7": "small", "18-25": "adult", "parent": "parent"}


def letters(
    pages: Iterable[Letter],
    *,
    sender: Sender,
    closes_on: date | None = None,
    part_size: int = PART_SIZE,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Part]:
    """The letters in parts, each a PDF (PDF/UA-1) with one page to a letter, in their order.

    Only one part is held at a time, so ten thousand take no more memory than one part does.

    Args:
        closes_on: the last day of fieldwork, if they should say it.
        part_size: letters in one file.
        progress: told after each part how many letters are done.

    Raises:
        NotTranslated: a letter's language has no words for letters.
        Unprintable: a text does not fit the page, or no font of ours has its letters.
    """
    waiting, done = iter(pages), 0
    while some := tuple(islice(waiting, part_size)):
        part = _part(some, sender, closes_on)
        typesetting.forget()
        yield part
        done += len(some)
        if progress is not None:
            progress(done)


def _part(some: Sequence[Letter], sender: Sender, closes_on: date | None) -> Part:
    sheets = {_sheet_of(letter): letter for letter in some}
    first = some[0].languages[0]
    data = {
        "title": f"{sender.product}, {sender.authority}",
        "lang": first,
        "head": {"product": sender.product, "authority": sender.authority},
        "help": {"name": sender.help_name, "phone": sender.help_phone},
        "site": sender.site,
        "too-long": "These words do not fit one page. Take one language, or ordinary print.",
        "sheets": {
            key: {
                "large": letter.large,
                "texts": [_text(letter, each, sender, closes_on) for each in letter.languages],
            }
            for key, letter in sheets.items()
        },
        "letters": [_page(letter, sender) for letter in some],
    }
    return Part(typesetting.pdf("letters", data), len(some))


def _sheet_of(letter: Letter) -> str:
    """All letters with the same words share them, so that they are set once."""
    return " ".join([letter.age_version, str(letter.large), *letter.languages])


def _page(letter: Letter, sender: Sender) -> Mapping[str, str]:
    address = sender.address_of(letter.code)
    return {
        "sheet": _sheet_of(letter),
        "code": codes.pretty(letter.code),
        "address": address,
        "svg": squares.svg(address),
    }


def _text(
    letter: Letter, language: str, sender: Sender, closes_on: date | None
) -> Mapping[str, object]:
    words = wording.of(language, closes_on=closes_on, site=sender.site)
    reader = _READERS.get(letter.age_version, "child")
    return {
        "lang": language,
        "direction": languages.direction(language),
        "title": words[f"letter_title_{reader}"],
        "paragraphs": _paragraphs(reader, words, ends=closes_on is not None),
        "help": words["letter_help"],
        "code": words["letter_code"],
        "qr": words["letter_qr"],
    }


def _paragraphs(reader: str, words: Phrases, *, ends: bool) -> list[str]:
    until = [words["letter_until"]] if ends else []
    return [
        words["letter_small" if reader == "small" else "letter_other"],
        " ".join([words["letter_how"], *until]),
        f"{words['letter_free']} {words['letter_private']}",
        words["letter_call_child" if reader == "child" else "letter_call_adult"],
    ]

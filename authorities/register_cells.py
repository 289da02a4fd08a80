"""What each column of the register's files may hold: text in; value out, or `Wrong`. Pure."""

import re
from datetime import date
from typing import Final

from authorities.csv_sheets import Wrong

# The year up to which the numbers were published, where a file has no column to say it.
LATEST_YEAR: Final = 2025

# Each kind as the Department for Education writes it, and our own word for it.
KINDS: Final = {
    "unitary": "unitary",
    "county": "county",
    "metropolitan district": "metropolitan",
    "London borough": "london",
}
# How the codes of each kind begin: Office for National Statistics, register of geographic codes.
CODES_BEGIN: Final = {"unitary": "E06", "county": "E10", "metropolitan": "E08", "london": "E09"}
CLOSENESS: Final = ("Extremely close", "Very close", "Close", "Somewhat close", "Not close")
NEIGHBOURS_EACH: Final = 10
LONGEST_NAME: Final = 80


def authority_code(text: str) -> str:
    if not re.fullmatch(r"E(06|08|09|10)[0-9]{6}", text):
        raise Wrong(
            f"“{text}” is not the GSS code of an authority with children's services.",
            "It is E06, E08, E09 or E10, then six digits.",
        )
    return text


def region_code(text: str) -> str:
    if not re.fullmatch(r"E1200000[1-9]", text):
        raise Wrong(
            f"“{text}” is not the code of a region of England.", "It is E12000001 to E12000009."
        )
    return text


def dfe_number(text: str) -> str:
    if not re.fullmatch(r"[0-9]{3}", text):
        raise Wrong(f"“{text}” is not a DfE number.", "It is three digits; keep zeros in front.")
    return text


def name(text: str) -> str:
    if not text:
        raise Wrong("there is no name.", "Write the name in full.")
    if len(text) > LONGEST_NAME or not text.isprintable():
        raise Wrong(
            "the name is too long, or has signs that cannot be printed.",
            f"Write it in one line of at most {LONGEST_NAME} characters.",
        )
    return text


def kind(text: str) -> str:
    if text not in KINDS:
        raise Wrong(f"“{text}” is not a kind of authority.", f"It is one of: {', '.join(KINDS)}.")
    return KINDS[text]


def day(text: str) -> date:
    wrong = Wrong(f"“{text}” is not a date.", "Write it as 2009-04-01.")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):  # Python takes 20090401 as well
        raise wrong
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong from None


def day_or_none(text: str) -> date | None:
    return day(text) if text else None


def rank(text: str) -> int:
    if not re.fullmatch(r"[1-9]|10", text):
        raise Wrong(f"“{text}” is not a rank.", f"It is a whole number, 1 to {NEIGHBOURS_EACH}.")
    return int(text)


def closeness(text: str) -> str:
    if text not in CLOSENESS:
        raise Wrong(f"“{text}” is not a closeness.", f"It is one of: {', '.join(CLOSENESS)}.")
    return text


def year(text: str) -> int:
    if not text:
        return LATEST_YEAR
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise Wrong(f"“{text}” is not a year.", "Write it as 2025.")
    return int(text)


def number_or_none(text: str) -> int | None:
    """A whole number from 0 to 9,999,999; ``None`` for an empty cell: it is not published."""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise Wrong(
            f"“{text}” is not a number of children.",
            "It is a whole number from 0, digits only; empty where none is published.",
        )
    return int(text)

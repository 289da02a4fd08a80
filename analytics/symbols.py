"""The one letter that says how far a figure goes, as official statistics have it. Pure.

Source: Government Statistical Service's symbols, as in the Department for Education's analysts'
guide (methods.md 2.8). Theirs for a number that rounds to nought, "low", is not used: no figure of
ours is rounded to nought, and "under 10%" may be nought itself.
"""

from enum import StrEnum

from analytics.disclosure import NOBODY, Count, Figure, Withheld
from analytics.judging import reliability
from analytics.reliability import Reliability


class Symbol(StrEnum):
    """The value is what stands beside the figure."""

    NONE = ""
    LOW_RELIABILITY = "u"
    CONFIDENTIAL = "c"
    NOT_APPLICABLE = "z"


MEANINGS = {
    Symbol.CONFIDENTIAL: "Not shown, to protect people; the words beside it say why.",
    Symbol.NOT_APPLICABLE: "Nobody answered this, so there is nothing to show.",
    Symbol.LOW_RELIABILITY: (
        "Low reliability: too few answers, or too wide a range, to be judged or compared."
    ),
    Symbol.NONE: "Shown, and reliable enough to be compared.",
}


def symbol_of(figure: Figure) -> Symbol:
    """By the rule that words of comparison follow too, so that "u" and "too few" are one."""
    match figure:
        case Withheld(reason):
            return Symbol.NOT_APPLICABLE if reason == NOBODY else Symbol.CONFIDENTIAL
        case Count():
            return Symbol.NONE
        case _:
            low = reliability(figure) is Reliability.LOW
            return Symbol.LOW_RELIABILITY if low else Symbol.NONE

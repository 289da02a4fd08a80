"""Figures as children read them: how many in ten, as faces and in short words. Pure.

The same figures as everybody's, so that what is withheld is withheld here too, and of "over 90%" no
more is said. The words are those of the survey's page for ages 8 to 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analytics.comparing import Verdict
from analytics.disclosure import End, Figure, Share, Withheld, rounded

# After "8 in 10".
SAYINGS: Mapping[str, str] = {
    "overall": "say the help they get is good",
    "safe": "feel safe",
    "respected": "say their workers treat them well",
    "listened": "say their workers listen to them",
    "told": "get told what will happen next",
    "decisions": "get a say in what happens to them",
    "rights": "know their rights",
    "promises": "say their workers do what they say they will",
    "same-worker": "see the same worker each time",
    "easy-to-reach": "can get hold of their worker",
    "difference": "say the help made things better",
    "someone": "have a grown-up they can go to",
    "recommend": "would tell a friend to come here",
}
_BESIDE = {
    Verdict.BETTER: "That is more than in most places.",
    Verdict.WORSE: "That is less than in most places.",
    # Which is not that it is the same: it may differ by more than can be told.
    Verdict.SIMILAR: "We can’t tell if that is more or less than in most places.",
    Verdict.TOO_FEW: "Only a few told us, so we can’t be sure.",
}


class Face(StrEnum):
    """One of ten. The last of "over 9 in 10", and the first of "less than 1 in 10", is unknown."""

    SMILE = "smile"
    FLAT = "flat"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Saying:
    """A figure in a short sentence, and ten faces; none where it is not shown."""

    sentence: str
    faces: tuple[Face, ...] = ()


def of(code: str, figure: Figure | None) -> Saying | None:
    """A figure for children; ``None`` of a measure that has no words for them, or no figure."""
    saying = SAYINGS.get(code)
    match figure:
        case _ if saying is None:
            return None
        case Share(percent=End.OVER):
            faces = (*[Face.SMILE] * 9, Face.UNKNOWN)
            return Saying(f"More than 9 in 10 {saying}.", faces)
        case Share(percent=End.UNDER):
            faces = (Face.UNKNOWN, *[Face.FLAT] * 9)
            return Saying(f"Less than 1 in 10 {saying}.", faces)
        case Share(percent=int(percent)):
            smiles, said = rounded(percent, 10), _in_ten(percent)
            faces = (*[Face.SMILE] * smiles, *[Face.FLAT] * (10 - smiles))
            return Saying(f"{said[:1].upper()}{said[1:]} {saying}.", faces)
        case Withheld():
            return Saying(f"How many {saying}? We do not show it, to keep people safe.")
        case _:
            return None


def in_ten(figure: Figure | None) -> str:
    """A share in the fewest words, such as "about 4 in 10"; "" where there is none to tell."""
    match figure:
        case Share(percent=End.OVER):
            return "more than 9 in 10"
        case Share(percent=int(percent)):
            return _in_ten(percent)
        case _:
            return ""


# A percent that is further than this from a whole number in ten lies between two of them.
NEAR = 2


def _in_ten(percent: int) -> str:
    """ "about 4 in 10", "between 4 and 5 in 10": so that 14% and 15% are not a whole one apart."""
    whole, over = divmod(percent, 10)
    if NEAR < over < 10 - NEAR:
        return f"between {whole} and {whole + 1} in 10"
    return f"about {rounded(percent, 10)} in 10"


def beside(verdict: Verdict) -> str:
    """How it is elsewhere; "" where that is not known, or nobody should judge."""
    return _BESIDE.get(verdict, "")

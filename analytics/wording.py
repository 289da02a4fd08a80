"""A figure in the few words that a table or a sentence has room for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.cells import CELLS
from analytics.disclosure import Count, End, Figure, Mean, Share, Withheld
from analytics.indicators import Index, Indicator
from surveys import lists

NO_FIGURE = "there is no figure for this"


@dataclass(frozen=True, slots=True)
class Words:
    """A figure, part by part. What it does not have is "".

    Args:
        value: such as "72%", "over 90%", "250" or "not shown".
        range: the 95% range, such as "66% to 77%".
        base: how many answered, such as "250" or "5,200".
        base_in_words: such as "250 answers" or "about 5,200 answers".
        reason: why it is not shown.
    """

    value: str
    range: str = ""
    base: str = ""
    base_in_words: str = ""
    reason: str = ""

    @property
    def shown(self) -> bool:
        return not self.reason


def words(figure: Figure | None) -> Words:
    """The words of a figure, also of one that was never made."""
    match figure:
        case Share(percent=percent, lower=lower, upper=upper):
            value = percent.value if isinstance(percent, End) else f"{percent}%"
            return _of_answers(value, figure, "" if lower is None else f"{lower}% to {upper}%")
        case Mean(points=points, lower=lower, upper=upper):
            return _of_answers(f"{points}", figure, f"{lower} to {upper}")
        case Count(count=count, rounded=rounded):
            return Words(value=f"about {count:,}" if rounded else f"{count:,}")
        case Withheld(reason):
            return Words(value="not shown", reason=reason)
        case None:
            return Words(value="no figure", reason=NO_FIGURE)


def _of_answers(value: str, figure: Share | Mean, range_: str) -> Words:
    base = f"{figure.base:,}"
    in_words = f"about {base} answers" if figure.rounded else f"{base} answers"
    return Words(value=value, range=range_, base=base, base_in_words=in_words)


def spoken(figure: Figure | None) -> Words:
    """The words of a figure for a sentence: of a mean with what it is out of."""
    found = words(figure)
    return replace(found, value=f"{found.value} out of 100") if isinstance(figure, Mean) else found


WHO = "Children and families who "


def short(wording: str) -> str:
    """An indicator's wording without whom it is about: "Feel safe", for headings and rows."""
    said = wording.removeprefix(WHO)
    return said[:1].upper() + said[1:]


def phrase(wording: str) -> str:
    """Likewise for within a sentence, after a number: "72% feel safe"."""
    said = wording.removeprefix(WHO)
    return said[:1].lower() + said[1:]


def name_of(measure: Index | Indicator) -> str:
    """What a measure is called in headings and rows."""
    if isinstance(measure, Index):
        return f"{measure.code[:1].upper()}{measure.code[1:]} index"
    return short(measure.wording)


# Regions whose names have no article before them.
_NAMES = frozenset({"London", "Yorkshire and The Humber"})


def within(region: str) -> str:
    """A region as it stands in a sentence: "the North East", but "London"."""
    return region if region in _NAMES else f"the {region}"


def listed(said: Sequence[str]) -> str:
    """ "one, two and three"."""
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def weighting_group(code: str) -> str:
    """A weighting cell, or a service whose cells are one, as it stands in a sentence."""
    for cell in CELLS:
        if cell.code == code:
            who = "parents" if cell.parents else "children and young people"
            return f"{_service(cell.service)} ({who})"
    return _service(code)


def _service(code: str) -> str:
    service = lists.services().get(code)
    return service.name.lower() if service else "everyone else"

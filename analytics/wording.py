"""A figure in the few words that a table or a sentence has room for. Pure."""

from dataclasses import dataclass

from analytics.disclosure import Count, End, Figure, Share, Withheld

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
        case Share(percent, base, lower, upper, rounded):
            return Words(
                value=percent.value if isinstance(percent, End) else f"{percent}%",
                range="" if lower is None else f"{lower}% to {upper}%",
                base=f"{base:,}",
                base_in_words=f"about {base:,} answers" if rounded else f"{base:,} answers",
            )
        case Count(count, rounded):
            return Words(value=f"about {count:,}" if rounded else f"{count:,}")
        case Withheld(reason):
            return Words(value="not shown", reason=reason)
        case None:
            return Words(value="no figure", reason=NO_FIGURE)


WHO = "Children and families who "


def short(wording: str) -> str:
    """An indicator's wording without whom it is about: "Feel safe", for headings and rows."""
    said = wording.removeprefix(WHO)
    return said[:1].upper() + said[1:]

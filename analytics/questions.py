"""What figures are of: an indicator's share, an index's mean, or how many answered. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

from analytics.indicators import REPLIES, Index, Indicator, Measures, Scoring, scoring
from analytics.marks import ALL
from analytics.tally import Tally
from surveys.definition import Survey

HUNDREDTHS = 100  # of a point, in a tally's sums


class Numbers(NamedTuple):
    """What a tally says of one question in one slice; a sum of numbers is of all of them.

    Args:
        n: how many gave an answer that counts.
        total: how many of those are favourable; of a mean, the sum of the scores in hundredths.
        squares: of a mean, the sum of the squares of the scores.
        replies: how many there are, whether they answered this or not.
    """

    n: int = 0
    total: int = 0
    squares: int = 0
    replies: int = 0

    def plus(self, other: "Numbers") -> "Numbers":
        return Numbers(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def less(self, other: "Numbers") -> "Numbers":
        return Numbers(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))

    @classmethod
    def sum(cls, each: Iterable["Numbers"]) -> Self:
        rows = list(each)
        return cls(*map(sum, zip(*rows, strict=True))) if rows else cls()


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that figures are of, whatever survey asks it.

    Args:
        of: an indicator, an index, or ``None`` for how many answered.
    """

    code: str
    of: Indicator | Index | None

    @property
    def is_share(self) -> bool:
        return isinstance(self.of, Indicator)

    @property
    def is_mean(self) -> bool:
        return isinstance(self.of, Index)

    def asked_in(self, survey: Survey) -> "Asked | None":
        """How this survey asks it; ``None`` if it does not."""
        match self.of:
            case Indicator() as indicator:
                marks = scoring(indicator, survey)
                if marks is None:
                    return None
                item = survey.item(indicator.item)
                unasked = (a.code for a in survey.age_versions if not item.asked_of(a.code))
                return Asked(_shares(indicator.item, marks), frozenset(unasked))
            case Index() as index:
                if not index.items & {item.code for item in survey.items}:
                    return None
                return Asked(_means(index.code), frozenset())
            case None:
                return Asked(_sizes, frozenset())


class Asked(NamedTuple):
    """A question as one survey asks it.

    Args:
        numbers: what a tally says of it in a slice.
        unasked: the age versions that are not asked it.
    """

    numbers: Callable[[Tally, str], Numbers]
    unasked: Collection[str]


def questions(measures: Measures) -> Iterator[Question]:
    """How many answered, the indexes, the indicators: in the order in which a report leads."""
    yield Question(REPLIES, None)
    for index in measures.indexes:
        yield Question(index.code, index)
    for indicator in measures.indicators:
        yield Question(indicator.code, indicator)


def _shares(item: str, marks: Scoring) -> Callable[[Tally, str], Numbers]:
    def numbers(tally: Tally, name: str = ALL) -> Numbers:
        given = tally.answers(item, name)
        return Numbers(
            n=sum(given.get(code, 0) for code in marks.scored),
            total=sum(given.get(code, 0) for code in marks.favourable),
            replies=tally.size(name),
        )

    return numbers


def _means(index: str) -> Callable[[Tally, str], Numbers]:
    def numbers(tally: Tally, name: str = ALL) -> Numbers:
        return Numbers(*tally.scores(index, name), replies=tally.size(name))

    return numbers


def _sizes(tally: Tally, name: str = ALL) -> Numbers:
    size = tally.size(name)
    return Numbers(n=size, replies=size)

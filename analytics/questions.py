"""What figures are of: shares of answers or of topics, means, and how many answered. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

from analytics.indicators import REPLIES, Index, Indicator, Measures, Scoring, scoring
from analytics.marks import ALL
from analytics.spans import Span
from analytics.tally import Tally
from surveys.definition import Kind, Survey
from surveys.lists import Topic, topics

HUNDREDTHS = 100  # of a point, in a tally's sums

# What the code of a topic's figures begins with; and the name of them all together.
OF_TOPIC = "topic-"
TOPICS = "topics"


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
        of: an indicator, an index, a topic, or ``None`` for how many answered.
    """

    code: str
    of: Indicator | Index | Topic | None

    @property
    def is_share(self) -> bool:
        return isinstance(self.of, Indicator | Topic)

    @property
    def is_topic(self) -> bool:
        return isinstance(self.of, Topic)

    @property
    def is_mean(self) -> bool:
        return isinstance(self.of, Index)

    @property
    def spans(self) -> Collection[Span]:
        """Of how many waves there are figures of it.

        Few write an idea, and there are many topics: so of the last waves together, and no groups.
        """
        return (Span.FOUR,) if self.is_topic else tuple(Span)

    @property
    def of_regions(self) -> bool:
        """Whether regions have figures of it; of so few, they would tell of authorities."""
        return not self.is_topic

    @property
    def part(self) -> str:
        """What it is worked out with: all topics have one base, and so show or withhold alike."""
        return TOPICS if self.is_topic else self.code

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
            case Topic() as topic:
                named_in = _naming(topic, survey)
                return Asked(_named(named_in, topic.code), frozenset()) if named_in else None
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


def topic_questions() -> Iterator[Question]:
    """The topics of ideas, in the order of the list that everything shares."""
    for topic in topics().values():
        yield Question(f"{OF_TOPIC}{topic.code}", topic)


def topic_wordings() -> dict[str, str]:
    """What each topic's share is a share of, by the code of its figures."""
    return {
        f"{OF_TOPIC}{topic.code}": (
            "Children and families whose idea is about "
            f'"{topic.name}", of those who said what theirs is about'
        )
        for topic in topics().values()
    }


def all_questions(measures: Measures) -> Iterator[Question]:
    """All that a release has figures of."""
    yield from questions(measures)
    yield from topic_questions()


def _naming(topic: Topic, survey: Survey) -> str:
    """The item in which families may say that an idea is about this topic; "" if they may not."""
    for item in survey.items:
        if item.kind is Kind.CHOICES and item.topics_of:
            return item.code if topic.code in {each.code for each in item.answers} else ""
    return ""


def _shares(item: str, marks: Scoring) -> Callable[[Tally, str], Numbers]:
    def numbers(tally: Tally, name: str = ALL) -> Numbers:
        given = tally.answers(item, name)
        return Numbers(
            n=sum(given.get(code, 0) for code in marks.scored),
            total=sum(given.get(code, 0) for code in marks.favourable),
            replies=tally.size(name),
        )

    return numbers


def _named(item: str, topic: str) -> Callable[[Tally, str], Numbers]:
    """How many named a topic, of those who named any."""

    def numbers(tally: Tally, name: str = ALL) -> Numbers:
        given = tally.answers(item, name)
        return Numbers(n=given.get("", 0), total=given.get(topic, 0), replies=tally.size(name))

    return numbers


def _means(index: str) -> Callable[[Tally, str], Numbers]:
    def numbers(tally: Tally, name: str = ALL) -> Numbers:
        return Numbers(*tally.scores(index, name), replies=tally.size(name))

    return numbers


def _sizes(tally: Tally, name: str = ALL) -> Numbers:
    size = tally.size(name)
    return Numbers(n=size, replies=size)

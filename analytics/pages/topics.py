"""What families suggest most: the topics of their ideas, as rows and a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics import charts, disclosure
from analytics.disclosure import End, Share, Withheld
from analytics.panels import Content
from analytics.reading import Named
from analytics.wording import Words, listed, words

IN_A_SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A topic that one in ten or more named."""

    name: str
    own: Words
    england: Words
    strip: charts.Strip


def told(topics: Sequence[Named], *, area: str, told_of: str, with_england: bool) -> Content:
    """For a template: those that one in ten or more named, the most named first; then the others.

    Args:
        told_of: in which waves, such as "the last four waves".
        with_england: whether England's are told beside them.
    """
    shown = [each for each in topics if isinstance(each.figure, Share)]
    most = most_named(topics)
    withheld = next((each.figure for each in topics if isinstance(each.figure, Withheld)), None)
    return {
        "area": area,
        "told_of": told_of,
        "with_england": with_england,
        "rows": [_row(each, with_england=with_england) for each in most],
        "most": listed(list(_in_a_sentence(most))),
        "seldom": listed([each.topic.name for each in shown if each not in most]),
        "base": words(shown[0].figure).base_in_words if shown else "",
        "reason": words(withheld).reason if withheld else "",
    }


def most_named(topics: Sequence[Named]) -> list[Named]:
    """Those that one in ten or more named, the most named first."""
    often = (
        each
        for each in topics
        if isinstance(each.figure, Share) and each.figure.percent is not End.UNDER
    )
    return sorted(often, key=lambda each: -_percent(each.figure))


def _row(each: Named, *, with_england: bool) -> Row:
    england = each.england if with_england else None
    return Row(
        each.topic.name, words(each.figure), words(england), charts.strip(each.figure, england)
    )


def _in_a_sentence(most: Sequence[Named]) -> Iterator[str]:
    for each in most[:IN_A_SENTENCE]:
        yield f"\u201c{each.topic.name}\u201d ({words(each.figure).value})"


def _percent(figure: disclosure.Figure) -> int:
    """To put them in order: "over 90%" is above all others."""
    percent = figure.percent if isinstance(figure, Share) else 0
    return percent if isinstance(percent, int) else 100

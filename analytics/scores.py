"""The score of each reply on an index: the mean of the scaled answers it is made of. Pure."""

from collections.abc import Iterator
from itertools import compress

from analytics.indicators import Index
from feedback.replies import Replies
from surveys.definition import Item, Kind, Survey

_UNSCORED = bytes(256)

# What sums are called that are of those alone who have a score on every item of an index.
COMPLETE = "complete"


def scores_of(index: Index, replies: Replies, survey: Survey) -> list[int | None]:
    """For each reply its score in whole hundredths of a point, 0 to 10,000, halves up.

    ``None`` where fewer of the index's items were answered with a score than it needs.
    """
    columns = list(_scored_columns(index, replies, survey))
    if not columns:
        return [None] * replies.size
    points = map(sum, zip(*(points for points, _ in columns), strict=True))
    answered = map(sum, zip(*(answered for _, answered in columns), strict=True))
    return [
        (200 * total + number) // (2 * number) if number >= index.least else None
        for total, number in zip(points, answered, strict=True)
    ]


def complete_items(index: Index, survey: Survey) -> list[str]:
    """The items of an index that a survey asks, in its order."""
    return [i.code for i in survey.items if i.code in index.items and i.kind is Kind.SCALE]


def complete_scores(index: Index, replies: Replies, survey: Survey) -> dict[str, list[int]]:
    """The points, 0 to 100, of those who have them on every item that the survey asks.

    By item, and under "" their sum; nothing where not every item was answered by anybody.
    """
    columns = dict(
        zip(
            (code for code in complete_items(index, survey) if code in replies.columns),
            _scored_columns(index, replies, survey),
            strict=True,
        )
    )
    if len(columns) < max(2, len(complete_items(index, survey))):
        return {}
    whole = [
        all(each) for each in zip(*(answered for _, answered in columns.values()), strict=True)
    ]
    found = {code: list(compress(points, whole)) for code, (points, _) in columns.items()}
    return found | {"": [sum(each) for each in zip(*found.values(), strict=True)]}


def _scored_columns(
    index: Index, replies: Replies, survey: Survey
) -> Iterator[tuple[bytes, bytes]]:
    """Of each item of the index: every reply's points, and 1 where it has any to count."""
    for item in survey.items:
        column = replies.columns.get(item.code)
        if item.code in index.items and item.kind is Kind.SCALE and column is not None:
            points, counts = _tables(item, column.codes)
            yield column.cells.translate(points), column.cells.translate(counts)


def _tables(item: Item, codes: tuple[str, ...]) -> tuple[bytes, bytes]:
    """What each cell is worth, and whether it counts: "don't know" and no answer do not."""
    points, counts = bytearray(_UNSCORED), bytearray(_UNSCORED)
    scores = {answer.code: answer.score for answer in item.answers}
    for cell, code in enumerate(codes, start=1):
        score = scores.get(code)
        if score is not None:
            points[cell], counts[cell] = score, 1
    return bytes(points), bytes(counts)

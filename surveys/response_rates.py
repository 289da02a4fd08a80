"""How many of those invited have answered, as far as it may be told beside the codes. Pure.

Whoever knows how many codes were made, and is told how many were used, knows of each family that it
has answered once all, or all but a few, have. So where five or fewer have not (the Department for
Education hides counts of one to five; `analytics/disclosure.py`, and a test compares the two), the
most that is told, and that enters any sum or rate, is six fewer than the codes.
"""

from typing import Final

NOT_TOLD_APART: Final = 5  # how many who have not answered are too few to be told


def most_told(codes: int) -> int:
    """The most replies that are told of so many codes."""
    return max(0, codes - NOT_TOLD_APART - 1)


def told(replies: int, codes: int) -> int:
    """How many replies may be told: as many as there are, or :func:`most_told`."""
    return min(replies, most_told(codes)) if codes else replies

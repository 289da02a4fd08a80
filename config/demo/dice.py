"""Dice that roll an answer in a fraction of a microsecond. Pure.

A die is a tuple of 256 sides; rolling it is taking one of them. Shares are kept to 0.4 points.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import exp, log
from random import Random

from surveys.definition import Answer

SIDES = 256
BITS = 8  # of chance in one roll

# What a reply holds for each side: the answer, or nothing.
Die = tuple[tuple[str, ...] | None, ...]

NOTCHES = 10  # to one log-odds: the levels for which there are dice
FARTHEST = 80  # notches from even

_BETWEEN_ANSWERS = 1.4  # log-odds from one boundary between answers to the next


def die(shares: Sequence[tuple[str, float]], *, nothing: float) -> Die:
    """A die that gives each answer with its share, and no answer with the share ``nothing``.

    Args:
        shares: answers and their weights, which need not add up to one.
        nothing: from 0 to 1.
    """
    total = sum(share for _, share in shares) or 1
    sides: list[tuple[str, ...] | None] = []
    for (answer, _), end in zip(shares, accumulate(share for _, share in shares), strict=True):
        # The ends are rounded and not the shares, so that what is lost to one goes to the next.
        sides += [(answer,)] * (round(SIDES * (1 - nothing) * (end / total)) - len(sides))
    return tuple(sides + [None] * (SIDES - len(sides)))


def dice_of_scale(
    answers: Sequence[Answer], *, does_not_know: float, nothing: float
) -> tuple[Die, ...]:
    """A die for each level, from the lowest to the highest.

    Ordered logistic: the level is the log-odds of a favourable answer among those with a score.

    Args:
        does_not_know: the share of answers without a score, where there are any; from 0 to 1.
    """
    scored = [each for each in answers if each.score is not None]
    scored.sort(key=lambda each: each.score or 0)
    unscored = [each.code for each in answers if each.score is None]
    unfavourable = sum(not each.favourable for each in scored)
    boundaries = [_BETWEEN_ANSWERS * (place - unfavourable) for place in range(1, len(scored))]
    known = 1 - does_not_know if unscored else 1.0

    def at(level: float) -> Die:
        below = [0.0, *(1 / (1 + exp(level - each)) for each in boundaries), 1.0]
        shares = [
            (each.code, known * (end - start))
            for each, start, end in zip(scored, below, below[1:], strict=False)
        ]
        shares += [(code, (1 - known) / len(unscored)) for code in unscored]
        return die(shares, nothing=nothing)

    return tuple(at(notch / NOTCHES) for notch in range(-FARTHEST, FARTHEST + 1))


def notch(level: float) -> int:
    """The place of a level among the dice of a scale, kept within the middle half of them."""
    middle = round(level * NOTCHES)
    return FARTHEST + max(-FARTHEST // 2, min(FARTHEST // 2, middle))


def log_odds(share: float) -> float:
    """Of a share strictly between 0 and 1."""
    return log(share / (1 - share))


def about(mean: float, chance: Random) -> int:
    """A number of events that come by themselves, ``mean`` on average (Poisson).

    Knuth (1969), The Art of Computer Programming 2, 3.4.1 below 30; above, the nearest normal.
    """
    if mean >= 30:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    limit, product, number = exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number

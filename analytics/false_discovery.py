"""Lists of what stands out, of which no more than a stated share is there by chance. Pure.

Of 150 areas about seven differ at 95% when nothing is going on. A list at a false discovery rate of
5% holds, in the long run, at most one by chance in twenty that it names.
"""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def discoveries(p_values: Mapping[K, float], *, rate: float) -> set[K]:
    """Whom such a list names.

    Args:
        p_values: two-sided, of all who could have been named and not only of the extreme; from
            ``Spread.p_value``, so that ordinary variation between areas is allowed for first.
        rate: the share of false discoveries that is borne, strictly between 0 and 1.

    Raises:
        ValueError: a p-value is not in 0 to 1, or the rate is not strictly between them.

    Source: Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57: 289-300; for lists of providers
    Jones, Ohlssen and Spiegelhalter (2008), J. Clin. Epidemiol. 61: 232-240.
    """
    last = threshold(p_values, rate=rate)
    return set() if last is None else {key for key, p in p_values.items() if p <= last}


def threshold(p_values: Mapping[K, float], *, rate: float) -> float | None:
    """The largest p-value that is named; ``None`` where none is.

    One less it is the level of the funnel limits outside which they stand, so that the list can
    be drawn (Jones, Ohlssen and Spiegelhalter 2008).

    Raises:
        ValueError: as for ``discoveries``.
    """
    if not 0 < rate < 1:
        raise ValueError(f"not a rate of false discoveries: {rate}")
    ordered = _ordered(p_values)
    number = len(ordered)
    passing = [p for place, (_, p) in enumerate(ordered, start=1) if p <= (place / number) * rate]
    return passing[-1] if passing else None


def _ordered(p_values: Mapping[K, float]) -> list[tuple[K, float]]:
    for key, p in p_values.items():
        if not 0 <= p <= 1:
            raise ValueError(f"{key}: not a p-value: {p}")
    return sorted(p_values.items(), key=lambda item: item[1])

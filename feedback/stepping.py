"""Counts that are shown while a wave is open: they move by k or more, or not at all. Pure.

The number of replies of an authority moves by k or more because a mix does. Its breakdown by age
or language would not: of ten that are mixed, nine may be English and one Polish. So a part of a
breakdown is shown anew only once k or more came to it, and what came to all other parts together is
none or k or more as well, so that no difference of what is shown tells about fewer than k.
"""

from collections.abc import Mapping


def stepped(shown: Mapping[str, int], actual: Mapping[str, int], *, k: int) -> dict[str, int]:
    """What may be shown of a breakdown now.

    Args:
        shown: what was shown before, by part; a part that is missing was shown as nothing.
        actual: what there is, by part; of no part less than is shown.
        k: the fewest that may be told apart.

    Returns:
        A number for each part of ``shown`` and ``actual``: the old one, or the actual.

    Raises:
        ValueError: a part has shrunk. Replies are never taken back, so the counts are not of one
            breakdown.
    """
    came = {part: actual.get(part, 0) - shown.get(part, 0) for part in {**shown, **actual}}
    if any(number < 0 for number in came.values()):
        raise ValueError(f"what was counted has become less: {came}")
    moving = sorted((part for part in came if came[part] >= k), key=lambda part: (came[part], part))
    left = sum(number for part, number in came.items() if part not in moving)
    if 0 < left < k and moving:
        # The least of them waits with the rest, so that these are k or more together.
        moving = moving[1:]
    return {
        part: actual.get(part, 0) if part in moving else shown.get(part, 0) for part in sorted(came)
    }

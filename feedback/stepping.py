"""Counts that are shown while a wave is open: they move by k or more, or not at all. Pure.

The number of replies of an authority moves by k or more because a mix does. Its breakdown by age
or language would not: of ten that are mixed, nine may be English and one Polish. So a part of a
breakdown is shown anew only once k or more came to it, and what came to all other parts together is
none or k or more as well, so that no difference of what is shown tells about fewer than k.

Nor is a part shown anew of which all, or nearly all, have answered (`surveys/response_rates.py`):
beside the number of its codes it would tell about the few who have not. And whatever else moves
leaves a rest, which is the whole less what is shown, and of which the same must hold. So if the
Polish families have all answered, and there are only English ones beside them, neither moves.
"""

from collections.abc import Collection, Mapping

from surveys import response_rates


def stepped(
    shown: Mapping[str, int], actual: Mapping[str, int], codes: Mapping[str, int], *, k: int
) -> dict[str, int]:
    """What may be shown of a breakdown now.

    Args:
        shown: what was shown before, by part; a part that is missing was shown as nothing.
        actual: what there is, by part; of no part less than is shown.
        codes: how many were made, by part, which is shown beside it.
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

    def tell_few(parts: Collection[str]) -> bool:
        return _are_nearly_all(parts, actual, codes)

    could = (part for part in came if came[part] >= k and not tell_few([part]))
    moving = sorted(could, key=lambda part: (came[part], part))
    while moving:
        rest = came.keys() - moving
        left = sum(came[part] for part in rest)
        if not left or (left >= k and not tell_few(rest)):
            break
        # The least of them waits with the rest, so that these are more together.
        moving = moving[1:]
    return {
        part: actual.get(part, 0) if part in moving else shown.get(part, 0) for part in sorted(came)
    }


def _are_nearly_all(
    parts: Collection[str], actual: Mapping[str, int], codes: Mapping[str, int]
) -> bool:
    """Whether so few of these, taken together, have not answered that it is not told how many."""
    replies, made = (sum(each.get(part, 0) for part in parts) for each in (actual, codes))
    return response_rates.told(replies, made) < replies

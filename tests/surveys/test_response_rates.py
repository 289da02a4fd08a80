"""What may be told of how many have answered, beside how many codes there are."""

import pytest

from surveys.response_rates import told


@pytest.mark.parametrize(
    ("replies", "codes", "said"),
    [
        (31, 100, 31),
        (94, 100, 94),
        (95, 100, 94),
        (100, 100, 94),
        (12, 12, 6),
        (3, 3, 0),
        (7, 0, 7),
    ],
)
def test_that_all_but_a_few_have_answered_is_not_told(replies: int, codes: int, said: int) -> None:
    assert told(replies, codes) == said

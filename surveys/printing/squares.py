"""QR codes as vector pictures."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import segno

# Level M stands a letter that is folded or stained: up to 15 % of it may be lost.
# Source: ISO/IEC 18004:2015, section 6.5.1.
_LEVEL: Final = "m"
# Any of the eight masks may be used; the reader is told which. Trying all of them, to take the one
# that looks best, is three quarters of the work. The codes are random, so one mask is like another;
# a test reads a thousand back.
_MASK: Final = 3
# The empty edge that a reader needs. Source: ISO/IEC 18004:2015, section 6.3.8.
_EDGE: Final = 4


def svg(content: str) -> str:
    """The QR code of an address, as an SVG that fills its box, with its empty edge."""
    matrix = segno.make_qr(content, error=_LEVEL, mask=_MASK, boost_error=False).matrix
    side = len(matrix) + 2 * _EDGE
    path = "".join(
        f"M{start + _EDGE} {row + _EDGE}h{length}v1h-{length}z"
        for row, modules in enumerate(matrix)
        for start, length in _runs(modules)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{path}"/></svg>'
    )


def _runs(modules: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(start, length) of the dark modules that stand side by side."""
    start = 0
    for dark, run in groupby(modules):
        length = sum(1 for _ in run)
        if dark:
            yield start, length
        start += length

"""The sum that a browser does: checked here, and done there (tests/journeys/test_contact.py)."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.proof_of_work import BITS, solved

# The first nonces of some texts, counted up from nought. The browser must come to the same.
SUMS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "sums.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("each", SUMS, ids=lambda each: f"{each['text'][:8]} {each['bits']}")
def test_a_nonce_that_was_worked_for_solves_it_and_none_before_it_does(
    each: dict[str, Any],
) -> None:
    text, bits = each["text"], each["bits"]

    assert solved(text, each["nonce"], bits)
    assert not any(solved(text, str(nonce), bits) for nonce in range(int(each["nonce"])))


def test_a_nonce_of_another_text_does_not_solve_it() -> None:
    first, other = SUMS[2], SUMS[3]

    assert not solved(other["text"], first["nonce"])


@pytest.mark.parametrize("nonce", ["", "1" * 21, "\ud800", "x\0", " 58609", "58609 "])
def test_what_is_no_nonce_does_not_solve_it(nonce: str) -> None:
    assert not solved(SUMS[2]["text"], nonce, BITS)


@given(
    st.text(st.characters(exclude_categories=["Cs"])), st.text("0123456789", min_size=1, max_size=9)
)
def test_it_counts_the_bits_that_are_nought(text: str, nonce: str) -> None:
    digest = sha256(f"{text}:{nonce}".encode()).digest()
    noughts = 256 - int.from_bytes(digest).bit_length()

    assert solved(text, nonce, noughts)
    assert not solved(text, nonce, noughts + 1) or noughts == 256

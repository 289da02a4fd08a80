"""Envelopes: what goes in comes out, and nothing can be told from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from feedback.envelopes import Answers, Idea, Words, opened, seal, unsealed

KEY = PrivateKey(b"\x07" * 32)
PUBLIC = bytes(KEY.public_key)
OVERHEAD = 48  # libsodium's crypto_box_SEALBYTES: an ephemeral public key and a tag

codes = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)
answers = st.builds(
    Answers,
    code=st.sampled_from(["", "0123456789A"]),
    age_version=codes,
    language=codes,
    chosen=st.dictionaries(codes, st.lists(codes, max_size=6, unique=True).map(tuple), max_size=25),
)
texts = st.text(max_size=900)
words = st.builds(
    Words,
    authority=st.just("E06000001"),
    ideas=st.lists(st.builds(Idea, texts, st.lists(codes, max_size=6).map(tuple)), max_size=1).map(
        tuple
    ),
    comments=st.lists(texts, max_size=1).map(tuple),
)


def the_content(envelope: bytes) -> bytes:
    [content] = opened([envelope], KEY)
    assert content is not None
    return content


@given(answers)
def test_answers_come_out_as_they_went_in(answers: Answers) -> None:
    assert Answers.read(the_content(answers.sealed(PUBLIC))) == answers


@given(words)
def test_words_come_out_as_they_went_in(words: Words) -> None:
    assert Words.read(the_content(words.sealed(PUBLIC))) == words


@given(answers)
def test_every_answers_envelope_is_as_long_as_every_other(answers: Answers) -> None:
    assert len(answers.sealed(PUBLIC)) == 1024 + OVERHEAD


@given(words)
def test_every_words_envelope_is_as_long_as_every_other(words: Words) -> None:
    """An idea and a comment of 900 characters each: more than the core survey has room for."""
    assert len(words.sealed(PUBLIC)) in {4096 + OVERHEAD, 16384 + OVERHEAD}


def test_an_envelope_without_words_looks_like_one_with_two_pages() -> None:
    nothing = Words("E06000001")
    much = Words("E06000001", (Idea("My worker should call me back. " * 60),), ("Thanks. " * 200,))

    assert len(nothing.sealed(PUBLIC)) == len(much.sealed(PUBLIC)) == 4096 + OVERHEAD


@pytest.mark.parametrize(
    ("characters", "size"), [(0, 4096), (3_000, 16384), (7_500, 2 * 16384), (30_000, 5 * 16384)]
)
def test_words_past_every_size_are_kept_all_the_same(characters: int, size: int) -> None:
    """Of characters in no order, which cannot be made shorter: more than a survey has room for."""
    unlike = "".join(chr(0x4E00 + (number**2 * 7919) % 20_011) for number in range(characters))
    words = Words("E06000001", comments=(unlike,))

    envelope = words.sealed(PUBLIC)

    assert Words.read(the_content(envelope)) == words
    assert len(envelope) == size + OVERHEAD


def test_two_envelopes_of_the_same_answers_share_nothing_that_can_be_seen() -> None:
    same = Answers("0123456789A", "12-17", "en", {"safe": ("yes",)})

    first, second = same.sealed(PUBLIC), same.sealed(PUBLIC)

    assert first[:32] != second[:32]
    assert first[32:] != second[32:]


def test_an_envelope_of_another_key_or_a_damaged_one_gives_nothing_and_stops_nobody() -> None:
    good = Words("E06000001").sealed(PUBLIC)
    another = Words("E06000001").sealed(bytes(PrivateKey(b"\x08" * 32).public_key))
    damaged = good[:-1] + bytes([good[-1] ^ 1])
    unpadded = seal(b"not one of our envelopes", PUBLIC)

    found = list(opened([another, damaged, unpadded, b"", b"short", good], KEY))

    assert found == [None, None, None, None, None, the_content(good)]


def test_a_box_without_padding_opens_to_what_was_sealed() -> None:
    assert list(unsealed([seal(b"replies", PUBLIC), b"damaged"], KEY)) == [b"replies", None]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[1]",
        b'["a", "b", "c", 4]',
        b"null",
        b"\xff",
        b'[1, "12-17", "en", {}]',
        b'["", "12-17", "en", {"safe": [1]}]',
        b'["E06000001", [["an idea", 1]], []]',
        b'["E06000001", [], [null]]',
    ],
)
def test_what_was_never_in_an_envelope_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Answers.read(content)
    with pytest.raises(ValueError, match=r"\w"):
        Words.read(content)

"""The two envelopes of a ballot: what is in them, and how they are sealed. Pure.

An envelope is a libsodium sealed box (X25519, XSalsa20-Poly1305 with an ephemeral key): whoever
has the public key can make one, and only the private key opens it. What is inside is compressed
and then padded to a fixed size, so that its length tells nothing of how much was answered or
written, or whether anything was.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from json import dumps, loads
from typing import Any, Self

from nacl.bindings import crypto_box_seal, crypto_box_seal_open
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

# Bytes inside an envelope: the first size that fits. Past the last, multiples of it, so that
# nothing is ever too long to be kept. In practice all are of the first.
ANSWERS_SIZES = (1024, 4096)
WORDS_SIZES = (4096, 16384)

_END = b"\x80"  # ISO/IEC 7816-4: after the content one 0x80, then zeros


@dataclass(frozen=True, slots=True)
class Answers:
    """What the answers envelope holds.

    Args:
        code: of the invitation; "" for an open link.
        age_version, language: of the page that was answered.
        chosen: the answer codes, by item code.
    """

    code: str
    age_version: str
    language: str
    chosen: Mapping[str, tuple[str, ...]]

    def sealed(self, public_key: bytes) -> bytes:
        """An envelope of one of the :data:`ANSWERS_SIZES`, and 48 bytes more."""
        chosen = {item: list(codes) for item, codes in self.chosen.items()}
        content = [self.code, self.age_version, self.language, chosen]
        return enclosed(content, ANSWERS_SIZES, public_key)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Raises: ValueError: this was not in an answers envelope."""
        try:
            code, age_version, language, lists = loads(content.decode())
            chosen = {item: tuple(codes) for item, codes in lists.items()}
            _all_texts(code, age_version, language, *chain.from_iterable(chosen.values()))
            return cls(code, age_version, language, chosen)
        except (AttributeError, TypeError) as error:
            raise ValueError("not the answers of a ballot") from error


@dataclass(frozen=True, slots=True)
class Idea:
    """A suggestion in the family's words, and the topic cards tapped with it."""

    text: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What the words envelope holds: no code, no age, no language, nothing else.

    Args:
        authority: its GSS code.
        ideas, comments: what was written; empty where nothing was.
    """

    authority: str
    ideas: tuple[Idea, ...] = ()
    comments: tuple[str, ...] = ()

    def sealed(self, public_key: bytes) -> bytes:
        """An envelope of one of the :data:`WORDS_SIZES`, and 48 bytes more."""
        ideas = [[idea.text, *idea.topics] for idea in self.ideas]
        return enclosed([self.authority, ideas, list(self.comments)], WORDS_SIZES, public_key)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Raises: ValueError: this was not in a words envelope."""
        try:
            authority, ideas, comments = loads(content.decode())
            _all_texts(authority, *chain.from_iterable(ideas), *comments)
            return cls(
                authority,
                tuple(Idea(text, tuple(topics)) for text, *topics in ideas),
                tuple(comments),
            )
        except TypeError as error:
            raise ValueError("not the words of a ballot") from error


def opened(envelopes: Iterable[bytes], key: PrivateKey) -> Iterator[bytes | None]:
    """The content of each envelope, ``None`` for one that is damaged or sealed to another key."""
    for padded in unsealed(envelopes, key):
        try:
            yield None if padded is None else _unpadded(padded)
        except ValueError:
            yield None


def seal(content: bytes, public_key: bytes) -> bytes:
    """A sealed box as long as its content and 48 bytes more."""
    return crypto_box_seal(content, public_key)


def unsealed(boxes: Iterable[bytes], key: PrivateKey) -> Iterator[bytes | None]:
    """What was given to :func:`seal`, ``None`` where this key does not open it."""
    # Straight to libsodium: nearly all of the time of opening a ballot is X25519 (40 millionths
    # of a second), and what PyNaCl's classes do around it is saved.
    public, private = bytes(key.public_key), bytes(key)
    for box in boxes:
        try:
            yield crypto_box_seal_open(box, public, private)
        except (CryptoError, ValueError, TypeError):
            yield None


def _all_texts(*values: str) -> None:
    """Raises: TypeError: one of them is not a text. (Joining finds out in one step.)"""
    "".join(values)


def enclosed(content: list[Any], sizes: tuple[int, ...], public_key: bytes) -> bytes:
    """An envelope of the first of these sizes that fits, and 48 bytes more.

    Args:
        content: what can be written as JSON.
    """
    compact = dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return seal(_padded(_compressed(compact), sizes), public_key)


def _compressed(content: bytes) -> bytes:
    # A small window is enough for a page of text. The usual one takes a quarter of a megabyte of
    # fresh memory each time, which costs more than the compressing.
    small = zlib.compressobj(wbits=12, memLevel=4)
    return small.compress(content) + small.flush()


def _padded(content: bytes, sizes: tuple[int, ...]) -> bytes:
    needed = len(content) + len(_END)
    largest = sizes[-1]
    size = next((size for size in sizes if size >= needed), -(-needed // largest) * largest)
    return (content + _END).ljust(size, b"\0")


def _unpadded(padded: bytes) -> bytes:
    content, _, _ = padded.rpartition(_END)
    try:
        return zlib.decompress(content)
    except zlib.error as error:
        raise ValueError("not compressed by us") from error

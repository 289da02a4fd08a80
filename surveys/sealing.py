"""What is in an envelope, and how it is sealed: an address and its code, together. Pure.

A libsodium sealed box (X25519, XSalsa20-Poly1305 with an ephemeral key): whoever has the public
key can make one, and only the private key, which the sending worker has, opens it. What is inside
is padded to one size, so that no length tells whose address it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from json import dumps, loads
from typing import Final, Self

from nacl.bindings import crypto_box_seal, crypto_box_seal_open
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

# Bytes inside. The longest address has 254 (RFC 5321), and all the rest of it under 80.
SIZE: Final = 384
_END = b"\x80"  # ISO/IEC 7816-4: after the content one 0x80, then zeros


@dataclass(frozen=True, slots=True)
class Content:
    """What an envelope holds. Nothing of it is in a ``repr``, so that no traceback tells it.

    Args:
        code: of the invitation.
        address: tidied, as :mod:`surveys.addresses` has it.
        language, age_version: of the page that it leads to.
        token: of its opt-out link.
    """

    code: str = field(repr=False)
    address: str = field(repr=False)
    language: str
    age_version: str
    token: str = field(repr=False)

    def sealed(self, public_key: bytes) -> bytes:
        """An envelope of :data:`SIZE` bytes and 48 more.

        Raises:
            ValueError: it does not fit, so it is no address that was tidied.
        """
        parts = [self.code, self.address, self.language, self.age_version, self.token]
        content = dumps(parts, ensure_ascii=False, separators=(",", ":")).encode() + _END
        if len(content) > SIZE:
            raise ValueError("the content of an envelope is too long")
        return crypto_box_seal(content.ljust(SIZE, b"\0"), public_key)

    @classmethod
    def read(cls, padded: bytes) -> Self:
        """Raises: ValueError: this was not in an envelope."""
        try:
            code, address, language, age_version, token = loads(padded.rpartition(_END)[0])
            return cls(code, address, language, age_version, token)
        except (ValueError, TypeError):
            raise ValueError("not the content of an envelope") from None


def opened(envelopes: Iterable[bytes], key: PrivateKey) -> Iterator[Content | None]:
    """The content of each, ``None`` for one that is damaged or sealed to another key."""
    public, private = bytes(key.public_key), bytes(key)
    for box in envelopes:
        try:
            yield Content.read(crypto_box_seal_open(box, public, private))
        except (CryptoError, ValueError, TypeError):
            yield None

"""A small sum that a browser does by itself, so that sending ten thousand forms costs something.

It is no puzzle for a person: nothing is asked, shown or waited for. Pure. The same vectors test it
here and in the browser (`browser/working.js`).
"""

from hashlib import sha256

# A guess in 16,384 solves it: under a second of an old phone's spare time, while its owner reads.
BITS = 14
# A browser counts up from 0; what is longer was not found by counting.
_LONGEST = 20


def solved(text: str, nonce: str, bits: int = BITS) -> bool:
    """Whether SHA-256 of ``text:nonce`` begins with so many bits that are 0.

    Args:
        text: what the sum is for: another text needs another sum.
        bits: 0 to 256.
    """
    if not 0 < len(nonce) <= _LONGEST:
        return False
    try:
        digest = sha256(f"{text}:{nonce}".encode()).digest()
    except UnicodeEncodeError:  # half a character, which no browser sends
        return False
    return int.from_bytes(digest) >> (8 * len(digest) - bits) == 0

"""Codes made from names. Pure.

The rule: small letters; accents are taken off; whatever is not a-z or 0-9 becomes one hyphen, and
none stands at an end; a minus before a number is written out; a name over 40 characters is cut
there; a name that means something else here gets "-asked" behind it.
"""

import re
import unicodedata
from functools import lru_cache

from surveys.soundness import RESERVED

LONGEST = 40
# The question about who is helping is added to each survey, under these codes.
_ADDED = frozenset({"helper"})


@lru_cache(maxsize=10_000)
def code_of(name: str) -> str:
    """The code; "" where the name has no letter a-z and no digit."""
    name = re.sub(r"^(-?\d+)\.0+$", r"\1", name.strip())
    name = re.sub(r"^-(?=\d)", "minus-", name)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].rstrip("-")


def code_of_item(name: str, age_versions: frozenset[str]) -> str:
    """As for a question: never one of the names that have another meaning."""
    code = code_of(name)
    if code in RESERVED | _ADDED | age_versions:
        return f"{code}-asked"
    return code


def is_cut(name: str) -> bool:
    return len(code_of(name)) >= LONGEST and len(name.strip()) > LONGEST

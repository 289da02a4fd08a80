"""The codes on invitations: short enough to type, with a check character. Pure.

Ten random characters of Crockford's base 32 (50 bits) and one check character. Letters are
printed, so this never changes.

The check works in the field of 32 elements, GF(2)[x] / (x^5 + x^2 + 1): a code is right when the
polynomial that its eleven characters spell is 0 at x. Each place thus has its own weight, a power
of x, and the weights are all different and none is 0. So it catches, always: one wrong character;
any two characters that changed places, next to each other or not; one doubled character mistyped
as another (AA for BB). Of other errors, 31 in 32.

Source of the alphabet: Crockford, "Base 32" (crockford.com/base32.html). Source of the check:
a Reed-Solomon code of distance 2 (Reed and Solomon 1960, J. SIAM 8: 300-304).
"""

import re
import unicodedata
from enum import StrEnum
from secrets import token_bytes

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 11  # with the check character

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans("OIL", "011")

# Spaces are between characters too. Cf is what nobody sees, such as a soft hyphen or a zero-width
# space; Pc is "_"; Pd is every dash but the minus sign.
_BETWEEN = frozenset({"Cf", "Pc", "Pd"})
_MINUS = "\u2212"
_IN_ADDRESS = re.compile(r".*/S/([^/?#]*)", re.DOTALL)


class Slip(StrEnum):
    """In what way it is not a code. The page has a sentence for each."""

    NOTHING = "nothing"  # nothing was typed
    SIGN = "sign"  # a sign that no code has
    UNSEEN = "unseen"  # the same, and it is none that can be repeated on a page
    LENGTH = "length"
    SLIP = "slip"  # the check character shows that one is wrong


class Mistyped(ValueError):
    """What was typed is not a code. The message is a sentence for the person who typed it.

    Args:
        slip: what is wrong with it, for a page in another language.
        sign: the sign that no code has.
        length: how many letters and numbers it has.
    """

    def __init__(self, message: str, slip: Slip, *, sign: str = "", length: int = 0) -> None:
        super().__init__(message)
        self.slip, self.sign, self.length = slip, sign, length


def make() -> str:
    """A new code: eleven characters, without hyphens."""
    payload = random_letters(LENGTH - 1)
    return payload + ALPHABET[_times_x(_remainder(payload))]


def tidy(typed: str) -> str:
    """The code that was meant: any case, spaces or dashes anywhere, O for 0, I and L for 1.

    Punctuation around it is passed over, and so is the address it was sent in: a text message is
    copied as "https://…/s/7K2M-….".

    Raises:
        Mistyped: it has the wrong length, a character that no code has, or a slip that the check
            character shows.
    """
    letters = unicodedata.normalize("NFKC", typed).upper()
    if address := _IN_ADDRESS.match(letters):
        letters = address[1]
    letters = _without_ends(letters).translate(_LOOKALIKES)
    code = "".join(each for each in letters if not _is_between(each))
    if not code:
        raise Mistyped("Please type the code from your letter or message.", Slip.NOTHING)
    for character in code:
        if character not in _VALUES:
            raise _never_in_a_code(character)
    if len(code) != LENGTH:
        raise Mistyped(
            f"A code has {LENGTH} letters and numbers, and this has {len(code)}. "
            "Please look at the code and type it again.",
            Slip.LENGTH,
            length=len(code),
        )
    if _remainder(code):
        raise Mistyped(
            "One of the letters or numbers is not right. Please look at the code and type it "
            "again.",
            Slip.SLIP,
        )
    return code


def pretty(code: str) -> str:
    """As it is printed: XXXX-XXXX-XXX."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def random_letters(length: int) -> str:
    """Random characters of the same alphabet, without a check."""
    # 256 is a multiple of 32, so each letter is as likely as any other.
    return "".join([ALPHABET[byte & 31] for byte in token_bytes(length)])


def _remainder(characters: str) -> int:
    """The value at x of the polynomial that the characters spell, by Horner's rule."""
    found = 0
    for character in characters:
        found = _times_x(found) ^ _VALUES[character]
    return found


def _times_x(element: int) -> int:
    """Multiply by x in the field of 32: shift, and take off x^5 + x^2 + 1 where it overflows."""
    shifted = element << 1
    return shifted ^ 0b100101 if shifted & 0b100000 else shifted


def _is_between(character: str) -> bool:
    return character.isspace() or character == _MINUS or unicodedata.category(character) in _BETWEEN


def _without_ends(typed: str) -> str:
    """Without spaces, dashes and punctuation before the first and after the last other sign."""
    kept = [place for place, each in enumerate(typed) if not _is_outside(each)]
    return typed[kept[0] : kept[-1] + 1] if kept else ""


def _is_outside(character: str) -> bool:
    return _is_between(character) or unicodedata.category(character).startswith("P")


def _never_in_a_code(character: str) -> Mistyped:
    # What was typed goes back on a page: only what can be seen is repeated.
    can_be_seen = character.isalnum() and character.isascii()
    named = f'"{character}"' if can_be_seen else "One of the signs you typed"
    message = f"{named} is never in a code. Please look at the code and type it again."
    if can_be_seen:
        return Mistyped(message, Slip.SIGN, sign=character)
    return Mistyped(message, Slip.UNSEEN)

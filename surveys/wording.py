"""What may stand in a text that families read, in any language. Pure."""

import re
import unicodedata
from unicodedata import digit

# Text that runs against its direction can show something else than it says.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTED = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def tidied(text: str) -> str:
    """Each paragraph on one line and an empty line between: a long string in TOML is wrapped."""
    paragraphs = (re.sub(r"[ \t\r\n]+", " ", each).strip() for each in re.split(r"\n\s*\n", text))
    return "\n\n".join(each for each in paragraphs if each)


def faults(text: str) -> tuple[str, ...]:
    """What is wrong with a tidied text, each as a sentence without its subject."""
    found = []
    if not text.strip():
        found.append("is empty")
    for character in sorted(set(text) - {"\n"}):
        if character in _OVERRIDES:
            found.append(f"has U+{ord(character):04X}, which turns the direction of writing")
        elif unicodedata.category(character) in _UNPRINTED:
            found.append(f"has the control character U+{ord(character):04X}")
    if signs := [sign for sign in "<>{}" if sign in text]:
        found.append(f"has {' and '.join(signs)}: texts are plain, and nothing is filled in")
    return tuple(found)


def numbers(text: str) -> tuple[str, ...]:
    """Numbers of three digits and more, such as helplines', without spaces, sorted.

    In any script's digits: a Dari text may write a helpline as its readers do.
    """
    found = re.findall(r"\d(?:[\d \u00a0]*\d){2}", text)
    return tuple(
        sorted("".join(str(digit(each)) for each in some if each.isdigit()) for some in found)
    )

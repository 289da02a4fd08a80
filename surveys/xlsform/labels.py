"""Labels as plain words: XLSForm lets them have Markdown and HTML, ours are plain. Pure.

Source of what is taken off: XLSForm's documentation, "Styling prompts"
(https://xlsform.org/en/#styling-prompts), and the tags that ODK Collect and Enketo show.
"""

import html
import re
from dataclasses import dataclass

from surveys import wording

_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|span|font|small|big|sup|sub|center|div|p|h[1-6]|ul|ol|li|hr)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>|</p>|</h[1-6]>|</li>|</div>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8});")
_MARKDOWN = (
    (re.compile(r"^[ \t]*#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)"), r"\1"),
    (re.compile(r"(?<![\w*\\])\*\*(?=[^\s*])([^*\n]*[^\s*])\*\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_\\])__(?=[^\s_])([^_\n]*[^\s_])__(?![\w_])"), r"\1"),
    (re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_\\])_(?=[^\s_])([^_\n]*[^\s_])_(?![\w_])"), r"\1"),
    (re.compile(r"\\([*_#\[\]\\])"), r"\1"),
)
_FILLED_IN = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Label:
    """The plain words of a label.

    Args:
        formatted: whether something was taken off.
        filled_in: what it would fill in from an answer, such as "${name}"; "" where nothing.
    """

    words: str
    formatted: bool = False
    filled_in: str = ""


def plain(text: str) -> Label:
    found = _FILLED_IN.search(text)
    bare = _TAG.sub("", _BREAK.sub("\n", text))
    bare = _ENTITY.sub(lambda entity: html.unescape(entity[0]), bare).replace("\u00a0", " ")
    for pattern, instead in _MARKDOWN:
        bare = pattern.sub(instead, bare)
    words = wording.tidied(bare)
    return Label(words, words != wording.tidied(text), found[0] if found else "")

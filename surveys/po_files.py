"""PO files as they go out to translators, and as they come back. Pure.

What comes back was made by any tool, on any system, perhaps for another survey. It is read whole or
refused with a sentence; and it is laid over what is here string by string, so that nothing newer is
lost.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polib

from surveys import languages, wording
from surveys.languages import Message, NotPo, State

LARGEST = 5 * 2**20  # bytes; the core survey in a language has 40,000

# The revision of the translation that a file was made from, so that what was changed here after it
# is known when the file comes back. Tools keep headers that they do not know.
REVISION = "X-Heard-Revision"

_MO = (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")  # GNU gettext manual, 10.3
_MARKS = {
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_CHARSET = re.compile(r"charset\s*=\s*([^\s;]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Difference:
    """Both the file and this place have words for a string, and they differ."""

    english: str
    here: str
    file: str


@dataclass(frozen=True, slots=True)
class Merging:
    """What a file brings.

    Args:
        words: to be taken, by context and English.
        unsure: likewise, but to be looked at again: the file says so, or has them for an older
            English.
        kept: strings for which the file has other words than are here, which stay.
        replaced: strings whose words here give way to the file's.
        emptied: how many strings have words here and none in the file; they stay.
        unknown: how many of the file's strings this survey does not have.
    """

    words: Mapping[tuple[str, str], str]
    unsure: Mapping[tuple[str, str], str]
    kept: tuple[Difference, ...]
    replaced: tuple[Difference, ...]
    emptied: int
    unknown: int


@dataclass(slots=True)
class _Pile:
    """What is found while two texts are laid over each other."""

    words: dict[tuple[str, str], str] = field(default_factory=dict)
    unsure: dict[tuple[str, str], str] = field(default_factory=dict)
    kept: list[Difference] = field(default_factory=list)
    replaced: list[Difference] = field(default_factory=list)
    emptied: int = 0


def outgoing(text: str, *, revision: int, comment_of: Callable[[str, str], Sequence[str]]) -> str:
    """A PO text for a translator's tool.

    Args:
        comment_of: given context and English, lines for the translator to read.

    Raises:
        NotPo: the text is not a PO file.
    """
    file = languages.read_po(text)
    file.metadata[REVISION] = str(revision)
    return commented(f"{file}\n", comment_of)


def commented(text: str, comment_of: Callable[[str, str], Sequence[str]]) -> str:
    """A PO text with lines for the translator to read, given context and English.

    Raises:
        NotPo: the text is not a PO file.
    """
    file = languages.read_po(text)
    for entry in file:
        entry.comment = "\n".join(comment_of(entry.msgctxt or "", entry.msgid))
    return f"{file}\n"


def incoming(content: bytes, *, survey: str, language: str) -> polib.POFile:
    """A translator's file, of this survey and language.

    Args:
        survey: its code.

    Raises:
        NotPo: it is something else; the sentence says what, and what to do.
    """
    file = languages.read_po(_decoded(content))
    header = file.metadata
    if not header:
        raise NotPo(
            'The file has no header (a first entry with msgid ""), so nothing says which survey '
            "and language it is for. Download the file here, and have your tool keep its header."
        )
    _refuse_other_charset(header.get("Content-Type", ""))
    _refuse_other_language(header.get("Language", ""), language)
    named = header.get("Project-Id-Version", "").split()
    if named and named[0] != survey:
        raise NotPo(f"The file is of the survey “{named[0]}”, and this is “{survey}”.")
    _refuse_two_translations(file)
    return file


def revision_of(file: polib.POFile) -> int | None:
    """Of the translation it was made from; ``None`` where the file does not say."""
    said = file.metadata.get(REVISION, "")
    return int(said) if said.isascii() and said.isdigit() else None


def merging(
    strings: Sequence[Message], here: str, file: polib.POFile, *, file_wins: bool
) -> Merging:
    """What of a file is to be taken over the text that is here.

    Args:
        file_wins: where both have words that differ: the file's are newer, or are wanted.

    Raises:
        NotPo: the file has none of these strings, so it is of another survey.
    """
    theirs = languages.states(strings, str(file))
    entries = [each for each in file if not each.obsolete]
    known = {(message.context, message.english) for message in strings}
    unknown = sum(1 for each in entries if (each.msgctxt or "", each.msgid) not in known)
    if entries and not any(each.words for each in theirs) and unknown == len(entries):
        raise NotPo(
            "None of the file's strings is of this survey. Download the file here, and give that "
            "one to the translator."
        )
    pile = _Pile()
    for ours, its in zip(languages.states(strings, here), theirs, strict=True):
        _lay(ours, its, pile, file_wins=file_wins)
    return Merging(
        pile.words, pile.unsure, tuple(pile.kept), tuple(pile.replaced), pile.emptied, unknown
    )


def _lay(ours: State, its: State, pile: _Pile, *, file_wins: bool) -> None:
    key = (ours.message.context, ours.message.english)
    if not its.words:
        pile.emptied += bool(ours.words)
    elif its.stale:
        if not ours.words:
            pile.unsure[key] = its.words
    elif not ours.words or ours.stale:
        pile.words[key] = its.words
    elif ours.words != its.words:
        found = Difference(ours.message.english, ours.words, its.words)
        if file_wins:
            pile.words[key] = its.words
            pile.replaced.append(found)
        else:
            pile.kept.append(found)


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        raise NotPo(
            f"The file has {len(content) / 2**20:.1f} MB. A survey's PO file is far smaller than "
            f"{LARGEST // 2**20} MB, so this must be another file."
        )
    if content.startswith(_MO):
        raise NotPo("This is a compiled MO file. Send the PO file that it was made from.")
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            raise NotPo(f"The file is in {name}. Save it as UTF-8, and send it again.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NotPo(
            f"The file is not in UTF-8: line {line} cannot be read. Save it as UTF-8, and send it "
            "again."
        ) from None
    if "\x00" in text:
        raise NotPo("The file holds characters that no text has. Send the PO file itself.")
    if not text.strip():
        raise NotPo("The file is empty.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refuse_other_charset(content_type: str) -> None:
    found = _CHARSET.search(content_type)
    if found and found[1].upper() not in {"UTF-8", "UTF8", "CHARSET"}:
        raise NotPo(
            f"The file's header says that it is in {found[1][:40]}. Save it as UTF-8, which "
            "changes the header too, and send it again."
        )


def _refuse_other_language(said: str, language: str) -> None:
    if not said.strip():
        raise NotPo(
            "The file's header does not say its language. Write "
            f'"Language: {language}\\n" in it, or download the file here.'
        )
    code = languages.tidy_code(said)
    if language not in (code, code.partition("-")[0]):
        raise NotPo(
            f"The file's header says that it is in “{said[:40]}”, and this is “{language}”."
        )


def _refuse_two_translations(file: Iterable[polib.POEntry]) -> None:
    found: dict[tuple[str, str], str] = {}
    for entry in file:
        key = (entry.msgctxt or "", entry.msgid)
        if entry.obsolete or not entry.msgstr:
            continue
        if found.setdefault(key, entry.msgstr) != entry.msgstr:
            raise NotPo(
                f"The file has two translations of {wording.tidied(entry.msgid)[:80]!r} at "
                f"{entry.msgctxt}. Keep one of them."
            )

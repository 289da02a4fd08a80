"""What somebody says who asks to be contacted, read and checked, and its envelope. Pure.

Needed are a way to reach them and the number, address or person that goes with it; all else may be
left out. What does not fit is named, as in `given`, so that the page can give back what was typed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from json import loads
from typing import Self

from feedback.envelopes import enclosed
from feedback.given import Form, Problem, Problems, Reason, tidy

# Bytes inside the envelopes, so that a length tells nothing. Everything that fits the boxes of the
# form fits the first size; what a listener is shown is larger, because notes are in it too.
REQUEST_SIZES = (8192,)
NOTE_SIZES = (8192,)
OPENED_SIZES = (16384, 65536)

# Characters that each box has room for.
LONGEST: Mapping[str, int] = {
    "called": 80,
    "where": 300,
    "language": 100,
    "when": 300,
    "secret": 300,
    "about": 1000,
}
LONGEST_NOTE = 1000

FIELDS = (*LONGEST, "how", "council", "elsewhere")

_DIGITS_OF_A_NUMBER = 3  # at least; "999" is one, and a short code of a school's


class How(StrEnum):
    """How to reach somebody."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    SOMEONE = "someone"


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody asked for. Texts that were left out are "".

    Args:
        how: one of `How`.
        where: the number, the address, or who the person is.
        called: a name to use, which may be made up.
        language: in which language, or through which interpreter.
        when: when it is safe.
        secret: who must not know.
        council: the GSS code of the authority it is about; "" where they do not know.
        elsewhere: "not my council" was ticked: nobody of that authority may be told.
        about: a few words on what it is.
        page_language: the language that the page was in.
    """

    how: str
    where: str
    called: str = ""
    language: str = ""
    when: str = ""
    secret: str = ""
    council: str = ""
    elsewhere: bool = False
    about: str = ""
    page_language: str = ""

    def sealed(self, public_key: bytes) -> bytes:
        """An envelope of one of the :data:`REQUEST_SIZES`, and 48 bytes more."""
        return enclosed([asdict(self)], REQUEST_SIZES, public_key)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Raises: ValueError: this was not in the envelope of a contact request."""
        try:
            [found] = loads(content.decode())
            return cls(**found)
        except (TypeError, ValueError) as error:
            raise ValueError("not what somebody asked for") from error


@dataclass(frozen=True, slots=True)
class Opened:
    """What a worker seals to one listener's browser: a request, and its notes by their number."""

    contact: Contact
    notes: Mapping[int, str]

    def sealed(self, public_key: bytes) -> bytes:
        """An envelope of one of the :data:`OPENED_SIZES`, and 48 bytes more."""
        return enclosed(
            [asdict(self.contact), sorted(self.notes.items())], OPENED_SIZES, public_key
        )

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Raises: ValueError: this was not sealed by :meth:`sealed`."""
        try:
            contact, notes = loads(content.decode())
            return cls(Contact(**contact), dict(notes))
        except (TypeError, ValueError) as error:
            raise ValueError("not an opened request") from error


def sealed_note(text: str, public_key: bytes) -> bytes:
    """A listener's note, in an envelope of one of the :data:`NOTE_SIZES`, and 48 bytes more."""
    return enclosed([text], NOTE_SIZES, public_key)


def read_note(content: bytes) -> str:
    """Raises: ValueError: this was not in the envelope of a note."""
    match loads(content.decode()):
        case [str() as text]:
            return text
        case _:
            raise ValueError("not a note")


def read(form: Form, *, councils: Collection[str], page_language: str) -> Contact | Problems:
    """What was asked for, or everything that is wrong with it, in the order of the form.

    Args:
        form: the fields of :data:`FIELDS`, and no others.
        councils: the GSS codes that can be chosen.
    """
    if not form.keys() <= set(FIELDS):
        return Problems((Problem("", Reason.NOT_ASKED),))
    typed = {name: tidy("".join(form.get(name, ()))) for name in FIELDS}
    problems = [
        *(Problem(name, Reason.ONE_ONLY) for name in FIELDS if len(form.get(name, ())) > 1),
        *_wrong_way(typed),
        *_too_long(typed),
        *_wrong_council(typed, councils),
    ]
    if problems:
        return Problems(tuple(_in_order(problems)))
    texts = {name: typed[name] for name in (*LONGEST, "how", "council")}
    return Contact(**texts, elsewhere=bool(typed["elsewhere"]), page_language=page_language)


def _wrong_way(typed: Mapping[str, str]) -> Iterable[Problem]:
    how, where = typed["how"], typed["where"]
    if how not in tuple(How):
        yield Problem("how", Reason.NOT_AN_ANSWER if how else Reason.NOTHING)
    if not where:
        yield Problem("where", Reason.NOTHING)
    elif not _may_be_reached(how, where):
        yield Problem("where", Reason.NOT_AN_ANSWER)


def _may_be_reached(how: str, where: str) -> bool:
    """Whether a number has digits and an address an @, so that a slip is seen while it can be."""
    if how in {How.CALL, How.TEXT}:
        return sum(each.isdecimal() for each in where) >= _DIGITS_OF_A_NUMBER
    return how != How.EMAIL or "@" in where


def _too_long(typed: Mapping[str, str]) -> Iterable[Problem]:
    for name, longest in LONGEST.items():
        if len(typed[name]) > longest:
            yield Problem(name, Reason.TOO_LONG, len(typed[name]), longest)


def _wrong_council(typed: Mapping[str, str], councils: Collection[str]) -> Iterable[Problem]:
    if typed["council"] and typed["council"] not in councils:
        yield Problem("council", Reason.NOT_AN_ANSWER)


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """One for each field, the first found, as the fields stand on the page."""
    firsts: dict[str, Problem] = {}
    for problem in problems:
        firsts.setdefault(problem.item, problem)
    order = [each.name for each in fields(Contact)]
    return sorted(firsts.values(), key=lambda problem: order.index(problem.item))

"""Who carries messages to families: GOV.UK Notify, or a mail server. What any of them can say.

A sender is told one message at a time and says how it went in one of few words, of which the
important one is *unsure*: the message may have been sent. What is unsure is never sent again
before the sender was asked about it, or a person has decided.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from surveys.texts import Text


class Fate(StrEnum):
    """How it went with one message."""

    SENT = "sent"
    BOUNCED = "bounced"  # it will never arrive at this address
    LATER = "later"  # for certain not sent: try again
    UNSURE = "unsure"  # it may have been sent
    BROKEN = "broken"  # for certain not sent, and none will be until somebody mends something
    UNKNOWN = "unknown"  # the sender was asked, and has never heard of it


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went, and what follows from it.

    Args:
        pause: seconds for which nothing at all should be sent, as the sender asked.
        words: what is wrong, for the person who started the mailing. Never an address.
        away: whether the sender takes nothing at all until the pause is over, so that it was no
            fault of this message, which has used up none of its attempts.
    """

    fate: Fate
    pause: float = 0
    words: str = ""
    away: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message with all that a sender needs.

    Args:
        way: :data:`surveys.addresses.TEXT` or ``EMAIL``.
        address: tidied.
        reference: by which the sender knows the message again; the same at each attempt.
        stop: the address of the opt-out page.
    """

    way: str
    address: str = field(repr=False)
    text: Text = field(repr=False)
    language: str
    reference: str
    stop: str = field(repr=False)


class Sender(Protocol):
    """Someone who carries messages.

    ``ways`` are those in which it reaches people; ``at_once`` how many messages it takes at the
    same time; ``can_be_asked`` whether it tells afterwards if it has a message.
    """

    @property
    def ways(self) -> Collection[str]: ...

    @property
    def at_once(self) -> int: ...

    @property
    def can_be_asked(self) -> bool: ...

    def send(self, parcel: Parcel) -> Outcome:
        """Hand one message over. Raises nothing: whatever happens is an outcome."""

    def ask(self, reference: str) -> Outcome:
        """What became of a message; ``LATER`` where the sender cannot be asked just now."""

    def close(self) -> None:
        """Let go of connections."""

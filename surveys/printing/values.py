"""What is printed, for whom and by whom, as values. Pure, and without the typesetter."""

from dataclasses import dataclass
from enum import StrEnum


class Unprintable(ValueError):
    """It cannot be set in type as asked; the message says what to do about it."""


class Layout(StrEnum):
    """How a survey is laid out on paper. The questions and their numbers are the same."""

    ORDINARY = "ordinary"  # 12 points
    LARGE = "large"  # 18 points, one answer to a line
    EASY = "easy"  # 16 points, few questions to a page, a picture beside each


class PosterSize(StrEnum):
    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends it, and whom to ask about it.

    Args:
        authority: its name, such as "Testshire".
        help_name, help_phone: who helps with it there, as they are printed.
        base_url: what short addresses begin with, such as "https://heard.example".
        product: the name of the platform, as families know it.
    """

    authority: str
    help_name: str
    help_phone: str
    base_url: str
    product: str = "Heard"

    @property
    def site(self) -> str:
        """The address as a person types it, such as "heard.example"."""
        return self.base_url.partition("://")[2].rstrip("/") or self.base_url.rstrip("/")

    def address_of(self, code: str) -> str:
        """What the QR code of an invitation says."""
        return f"{self.base_url.rstrip('/')}/s/{code}"


@dataclass(frozen=True, slots=True)
class Letter:
    """One page with one code. It has no name: any family of that service and age may have it.

    Args:
        code: of an invitation, as `surveys.codes.make` gives it.
        age_version: whom it speaks to.
        languages: one or two, of which the first comes first.
        large: in large print (18 points).
    """

    code: str
    age_version: str
    languages: tuple[str, ...] = ("en",)
    large: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Some letters, one to a page, in the order they were given.

    Args:
        pdf: the file.
        count: how many letters it has.
    """

    pdf: bytes
    count: int


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Someone to turn to, in the reader's words, and how to reach them."""

    about: str
    reach: str

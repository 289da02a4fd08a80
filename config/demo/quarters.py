"""Which six quarters a demonstration shows, as dates. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

# How the addresses of the demonstration's waves begin.
SLUG = "demo-"

MONTHS = 3
# The open wave began at least this many days ago, so that some of its boxes were mixed already.
# It has at least 45 days to go.
RUNNING = 14


@dataclass(frozen=True, slots=True)
class Quarter:
    """A wave of three whole months, which is its period and its fieldwork.

    Args:
        opens_on, closes_on: the first and the last day.
        mixed_on: a day on which its boxes are mixed while it is open.
        released_on: when its figures come out, if it is over by then.
    """

    opens_on: date
    closes_on: date
    mixed_on: date
    released_on: date

    @property
    def slug(self) -> str:
        return f"{SLUG}{self.opens_on:%Y-%m}"

    @property
    def number(self) -> int:
        """How many quarters have gone by, from some beginning: the next has the next number."""
        return (12 * self.opens_on.year + self.opens_on.month - 1) // MONTHS

    @property
    def name(self) -> str:
        years = {self.opens_on.year, self.closes_on.year}
        first = f"{self.opens_on:%B}" if len(years) == 1 else f"{self.opens_on:%B %Y}"
        return f"{first} to {self.closes_on:%B %Y}"


def quarters_until(today: date, *, count: int) -> tuple[Quarter, ...]:
    """The newest quarter, open on ``today``, and those before it, oldest first.

    They need not be calendar quarters: the newest begins with the month of two weeks ago, so
    that on every day of the year it has run for a while and has more than a month to go.

    Raises:
        ValueError: ``count`` is below 1.
    """
    if count < 1:
        raise ValueError(f"cannot show {count} quarters")
    newest = (today - timedelta(days=RUNNING)).replace(day=1)
    return tuple(_quarter(_months_after(newest, -MONTHS * back)) for back in reversed(range(count)))


def _quarter(opens_on: date) -> Quarter:
    closes_on = _months_after(opens_on, MONTHS) - timedelta(days=1)
    return Quarter(
        opens_on=opens_on,
        closes_on=closes_on,
        mixed_on=opens_on + timedelta(days=RUNNING - 1),
        released_on=closes_on + timedelta(days=RUNNING - 4),
    )


def _months_after(first: date, months: int) -> date:
    """The first day of the month so many months later; ``first`` is a first day itself."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)

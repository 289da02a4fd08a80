"""How a period is said: in words, shortly below a chart, and as open data names it. Pure."""

from calendar import month_abbr, month_name, monthrange
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Named:
    """A period as the Department for Education's open data standards name it.

    Args:
        time_period: digits only: "2026", or two years run together for a year that crosses a new
            one, "202627".
        time_identifier: such as "Calendar year Q3".

    Source: the identifiers that Explore Education Statistics accepts (`TimeIdentifier`, and the
    acceptable values of dfe-published-data-qa).
    """

    time_period: str
    time_identifier: str


def named(start: date, end: date) -> Named:
    """A quarter, month or year by its name; any other period as a reporting year, by its end.

    Its days stand in columns of their own.

    Source: Department for Education, analysts' guide, open data standards: "Use 'Reporting year' if
    your data does not fit in other categories"; of what spans several years, the year it ends in.
    """
    if not _whole_months(start, end):
        return _other(end)
    months = _months(start, end)
    if months == 1:
        return Named(f"{start.year}", month_name[start.month])
    if months == 3 and start.month % 3 == 1:
        return Named(f"{start.year}", f"Calendar year Q{(start.month + 2) // 3}")
    if months == 12 and start.month in _YEARS:
        crossing = "" if start.month == 1 else f"{end.year % 100:02}"
        return Named(f"{start.year}{crossing}", _YEARS[start.month])
    return _other(end)


def _other(end: date) -> Named:
    return Named(f"{end.year}", "Reporting year")


# The month in which each kind of year begins.
_YEARS = {1: "Calendar year", 4: "Financial year", 9: "Academic year"}


def in_words(start: date, end: date) -> str:
    """Such as "July to September 2026", or with its days if it is not of whole months."""
    if _whole_months(start, end):
        first = _without_year(month_name[start.month], start, end)
        last = f"{month_name[end.month]} {end.year}"
    else:
        first = _without_year(f"{start.day} {month_name[start.month]}", start, end)
        last = f"{end.day} {month_name[end.month]} {end.year}"
    return last if last.startswith(f"{first} ") else f"{first} to {last}"


def in_short(start: date, end: date) -> str:
    """The months without the year, such as "Jul–Sep"."""
    first, last = month_abbr[start.month], month_abbr[end.month]
    return first if _months(start, end) == 1 else f"{first}–{last}"


def years(start: date, end: date) -> str:
    """The years a period lies in: "2026", or "2026–27"."""
    return f"{start.year}" if start.year == end.year else f"{start.year}–{end.year % 100:02}"


def middle(start: date, end: date) -> date:
    return start + (end - start) / 2


def _whole_months(start: date, end: date) -> bool:
    return start.day == 1 and end.day == monthrange(end.year, end.month)[1]


def _months(start: date, end: date) -> int:
    """How many calendar months it touches."""
    return 12 * (end.year - start.year) + end.month - start.month + 1


def _without_year(words: str, start: date, end: date) -> str:
    return words if start.year == end.year else f"{words} {start.year}"

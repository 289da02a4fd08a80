"""The demonstration on a terminal: one authority's report as a table, and what there is to try."""

from collections.abc import Iterable, Sequence

from analytics import periods, wording
from analytics.reading import IndicatorReport
from analytics.reporting import AreaReport
from config.demo.card import Card
from surveys import codes

_GAP = "  "


def table(rows: Sequence[Sequence[str]], *, numbers: Iterable[int] = ()) -> list[str]:
    """Lines with the columns below each other, and a rule below the first.

    Args:
        rows: the first has the headings. None is empty, and all have as many cells.
        numbers: places of the columns whose cells stand to the right.
    """
    right = set(numbers)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        placed = (
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return _GAP.join(placed).rstrip()

    heading, *others = map(line, rows)
    return [heading, "-" * len(_GAP.join("-" * width for width in widths)), *others]


def report(found: AreaReport) -> list[str]:
    """An authority's report of one wave: each indicator, its range, and what to compare it with."""
    wave = found.release.wave
    headings = ("Children and families who", "share", "95% range", "answers", "England", "before")
    rows = [headings, *(_row(each) for each in found.indicators)]
    return [
        f"{found.authority}: {periods.in_words(wave.period_start, wave.period_end)}",
        *(["Simulated: a demonstration. No family answered."] if wave.simulated else []),
        f"{wording.words(found.replies).value} replies by invitation",
        "",
        *table(rows, numbers=(1, 3, 4, 5)),
    ]


def card(found: Card) -> list[str]:
    """What there is to try, with addresses, codes and logins."""
    firsts = {age: next(iter(some.values()))[0] for age, some in found.codes.items()}
    pages = [
        (age, f"{found.base_url}/s/{code}", codes.pretty(code)) for age, code in firsts.items()
    ]
    people = [
        (role.replace("_", " "), login.email, login.password, ", ".join(login.authorities))
        for role, login in found.logins.items()
    ]
    return [
        f"{found.replies:,} simulated replies in {len(found.waves)} waves.",
        "",
        *table([("a family's page", "address", "code to type at the front page"), *pages]),
        "Each code counts once. There are more in the file below, some for each language.",
        "",
        f"Poster's link   {found.open_link}",
        f"Open wave       {found.waves[-1]} (README: from answering to a figure)",
        f"Report          {found.base_url}/report/{found.authority}/",
        f"All reports     {found.base_url}/report/",
        f"Open data       {found.base_url}/data/figures.csv, {found.base_url}/api/v1/schema/",
        f"Staff           {found.base_url}/staff/",
        "",
        *table([("role", "e-mail", "password", "in (else in all England)"), *people]),
        "After the password comes a code. To see the one of the moment:",
        "    python3 run.py manage sign_in_code E-MAIL",
        "or set up an app by the address in the file below (logins, second_factor).",
    ]


def _row(found: IndicatorReport) -> tuple[str, ...]:
    value, england = wording.words(found.figure), wording.words(found.england)
    before = wording.words(found.waves[-2].figure).value if len(found.waves) > 1 else "none"
    name = found.indicator.wording.removeprefix(wording.WHO)
    return name, value.value, value.range, value.base, england.value, before

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure import Count, End, Figure, Mean, Share, Withheld
from analytics.drawing import funnel
from analytics.drawing.funnel import Funnel, Own
from analytics.drawing.sheet import NARROW, WIDE
from analytics.drawing.telling import About, Table, Unit
from tests.analytics.drawings import LEEDS, outside, overlapping, path_spots, read, texts

NAMES = {"E1": "Leeds", "E2": "York", "E3": "Hull", "E4": "Bournemouth, Christchurch and Poole"}
VALUE = {
    "centre": 73.6,
    "phi": 1.84,
    "tau_squared": 0.0012,
    "judged": True,
    "points": [["E1", 72, 250], ["E2", 52, 120], ["E3", 86, 400], ["E4", 75, 60]],
}
MEANS = {
    "centre": 64.2,
    "phi": None,
    "tau_squared": 0.0,
    "judged": False,
    "points": [["E1", 63, 1.9], ["E2", 70, 1.2]],
}
OWN = Own("E1", Share(72, 250, lower=66, upper=77))
OWN_MEAN = Own("E1", Mean(63, 240, lower=59, upper=67, error=1.9))

percents = st.tuples(st.integers(10, 90), st.integers(10, 6000))
points = st.tuples(st.integers(1, 99), st.integers(1, 150).map(lambda tenths: tenths / 10))
widths = st.sampled_from([NARROW, WIDE])


def drawn(
    value: Mapping[str, Any] = VALUE,
    *,
    own: Own | None = OWN,
    unit: Unit = Unit.PERCENT,
    about: About = LEEDS,
    width: int = NARROW,
) -> Funnel:
    found = funnel.drawn(about, value, unit=unit, names=NAMES, own=own, width=width)
    assert found is not None
    return found


def test_the_table_has_all_authorities_by_name_and_the_marked_one_first() -> None:
    assert drawn().table == Table(
        ("Authority", "Figure", "Answers it counts as", "Where it is"),
        (
            ("Leeds", "72%", "250", "inside the 95% limits"),
            ("Bournemouth, Christchurch and Poole", "75%", "60", "inside the 95% limits"),
            ("Hull", "86%", "400", "above the 99.8% limits"),
            ("York", "52%", "120", "below the 99.8% limits"),
        ),
    )


def test_words_say_where_it_is_and_what_the_limits_allow_for() -> None:
    found = drawn()

    allowing = "chance and ordinary variation between authorities (φ = 1.8)"
    assert found.title == (
        "Children and families who feel safe: Leeds among 4 authorities, July 2025 to June 2026"
    )
    assert found.description == (
        "Leeds, at 72% and counting as 250 answers, is inside the 95% limits around England’s "
        "73.6%. Of 4 authorities shown, 2 are inside the 95% limits, 1 above the 99.8% limits, "
        f"1 below the 99.8% limits; the limits allow for {allowing}."
    )
    assert found.sentence == (
        "Children and families who feel safe in Leeds, July 2025 to June 2026: 72% (95% range 66% "
        "to 77%, 250 answers), inside the 95% limits around England’s 73.6%, allowing for "
        f"{allowing}, from Your say, release 3 of 12 May 2026."
    )


def test_where_too_few_are_known_the_limits_are_said_to_allow_for_chance_only() -> None:
    found = drawn(MEANS, own=OWN_MEAN, unit=Unit.POINTS)

    assert "chance only" in found.description
    assert found.table.header[2] == "Standard error"
    assert found.table.rows[0] == ("Leeds", "63", "1.9", "inside the 95% limits")


def test_a_national_funnel_marks_nobody() -> None:
    found = drawn(own=None)

    assert found.own is None
    assert "Leeds" not in found.title + found.description + found.sentence
    assert len(list(path_spots(found.dots))) == 2 * len(VALUE["points"])  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_dot_is_outside_the_lines_exactly_where_the_table_says_so(width: int) -> None:
    """Between places a sixtieth of the drawing apart the lines are straight."""
    value = VALUE | {"points": [["E1", 72, 250], *([f"X{n}", n, 300] for n in range(40, 90))]}
    names = NAMES | {f"X{n}": f"Authority {n}" for n in range(40, 90)}
    found = funnel.drawn(LEEDS, value, unit=Unit.PERCENT, names=names, own=OWN, width=width)

    assert found is not None
    values = [int(row[1].removesuffix("%")) for row in found.table.rows[1:]]
    # The others stand above each other: down the sheet, from the highest value to the lowest.
    heights = sorted({y for _, y in path_spots(found.dots)}, reverse=True)
    x, _ = next(path_spots(found.dots))
    beyond = {"95%": ("95% limits", "99.8% limits"), "99.8%": ("99.8% limits",)}
    for level, line in (("95%", found.usual), ("99.8%", found.strong)):
        upper, lower = _heights(line, x)
        drawn_outside = {
            value for value, y in zip(values, heights, strict=True) if y < upper or y > lower
        }
        said_outside = {
            int(row[1].removesuffix("%"))
            for row in found.table.rows[1:]
            if row[3].startswith(("above", "below")) and row[3].endswith(beyond[level])
        }
        assert drawn_outside == said_outside != set()


def _heights(line: str, x: float) -> tuple[float, float]:
    """How high the upper and the lower line are there."""
    spots = list(path_spots(line))
    found = [
        y + (after_y - y) * (x - before) / (after - before)
        for (before, y), (after, after_y) in pairwise(spots)
        if before <= x < after
    ]
    return min(found), max(found)


@pytest.mark.parametrize(
    "figure",
    [Withheld("fewer than 10 people answered this"), None, Count(250), Share(End.OVER, 40)],
)
def test_an_authority_without_a_dot_has_no_funnel(figure: Figure | None) -> None:
    others = VALUE | {"points": VALUE["points"][1:]}  # type: ignore[index]

    assert (
        funnel.drawn(LEEDS, others, unit=Unit.PERCENT, names=NAMES, own=Own("E1", figure)) is None
    )


@pytest.mark.parametrize(
    "figure", [Withheld("fewer than 10 people answered this"), Share(71, 250, lower=65, upper=76)]
)
def test_a_funnel_that_knows_more_than_the_page_is_refused(figure: Figure) -> None:
    with pytest.raises(ValueError, match="the page and the funnel differ about E1"):
        drawn(own=Own("E1", figure))


@pytest.mark.parametrize(
    "value",
    [
        {},
        VALUE | {"points": [["E1", 72]]},
        VALUE | {"points": [["E1", 72, 0]]},
        VALUE | {"points": [[1, 72, 250]]},
        VALUE | {"centre": "73"},
    ],
)
def test_what_is_no_spread_is_refused(value: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="not "):
        drawn(value)


def test_of_no_authorities_there_is_no_funnel() -> None:
    assert funnel.drawn(LEEDS, VALUE | {"points": []}, unit=Unit.PERCENT, names={}) is None


@pytest.mark.parametrize(
    ("unit", "of", "phi"),
    [(Unit.PERCENT, percents, 1.8), (Unit.POINTS, points, 1.8), (Unit.PERCENT, percents, None)],
)
@given(data=st.data())
def test_all_is_on_the_sheet_and_no_words_stand_on_others(
    unit: Unit, of: Any, phi: float | None, data: st.DataObject
) -> None:
    width, centre = data.draw(widths), data.draw(st.integers(50, 950))
    found = data.draw(st.lists(of, min_size=1, max_size=30))
    value = {
        "centre": centre / 10,
        "phi": phi,
        "tau_squared": (0.002 if unit is Unit.PERCENT else 4.0) if phi else 0.0,
        "points": [[f"E{at}", *each] for at, each in enumerate(found)],
    }
    names = {f"E{at}": f"Authority {at}" for at in range(len(found))}
    first, weight = found[0]
    figure: Figure = (
        Share(first, weight, lower=0, upper=100)
        if unit is Unit.PERCENT
        else Mean(first, 100, lower=0, upper=100, error=weight)
    )
    about = About(data.draw(st.sampled_from(list(NAMES.values()))), "Feel safe", "2026", "Your say")

    made = funnel.drawn(about, value, unit=unit, names=names, own=Own("E0", figure), width=width)

    assert made is not None
    root = read(made)
    assert outside(root) == []
    assert overlapping(texts(root)) == []
    assert made.across
    assert len(made.down) > 1

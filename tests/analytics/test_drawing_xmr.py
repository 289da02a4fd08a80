from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure import Figure, Mean, Share, Withheld, share
from analytics.drawing import xmr
from analytics.drawing.sheet import NARROW, WIDE
from analytics.drawing.telling import Unit
from analytics.drawing.waves import Event, Wave, chart
from analytics.drawing.xmr import Xmr
from analytics.indicators import Better
from tests.analytics.drawings import LEEDS, outside, overlapping, path_spots, read, texts

HIDDEN = Withheld("fewer than 10 people answered this")
STEADY = (70, 72, 69, 71, 73, 70, 68, 72, 71, 70, 72, 71, 73)


def reading(percent: int, base: int = 60) -> Share:
    return Share(percent, base, lower=percent - 9, upper=percent + 8)


def quarters(*figures: Figure | None) -> list[Wave]:
    """From January 2023 on."""
    return [
        Wave(
            date(2023 + at // 4, 1 + 3 * (at % 4), 1),
            date(2023 + at // 4, 3 + 3 * (at % 4), (31, 30, 30, 31)[at % 4]),
            figure,
        )
        for at, figure in enumerate(figures)
    ]


def drawn(
    waves: list[Wave], *events: Event, better: Better = Better.HIGHER, width: int = NARROW
) -> Xmr:
    found = xmr.drawn(LEEDS, waves, better=better, events=events, width=width)
    assert found is not None
    return found


def steady(*more: int) -> list[Wave]:
    return quarters(*map(reading, (*STEADY, *more)))


def test_readings_that_rounding_alone_parts_are_no_signal() -> None:
    found = drawn(quarters(*map(reading, [64] * 11 + [65])))

    assert {mark.kind for mark in found.marks} == {"reading"}


def test_a_steady_series_has_its_average_and_limits_and_no_signal() -> None:
    found = drawn(steady())

    assert [level.kind for level in found.levels] == ["average", "limits", "limits"]
    assert {mark.kind for mark in found.marks} == {"reading"}
    assert found.ranges == ""
    assert found.table.header == (
        "Wave", "Figure", "95% range", "Answers", "Average", "Limits", "Signal",
    )  # fmt: skip
    assert found.table.rows[-1] == (
        "January to March 2026", "73%", "64% to 81%", "60 answers", "71%", "65% to 76%", "",
    )  # fmt: skip


def test_words_say_what_one_sees() -> None:
    found = drawn(steady())

    assert found.title == (
        "Children and families who feel safe: Leeds, wave by wave, latest January to March 2026"
    )
    assert found.description == (
        "Leeds: 13 waves are drawn, the first January to March 2023, the latest January to March "
        "2026, at 73%. The average is 71%, and the limits are 65% to 76%. No signal of change in "
        "13 readings."
    )
    assert found.sentence == (
        "Children and families who feel safe in Leeds, January to March 2026: 73% (95% range 64% "
        "to 81%, 60 answers); over 13 waves the average is 71% and the limits 65% to 76%; no "
        "signal of change in 13 readings, from Your say, release 3 of 12 May 2026."
    )


@pytest.mark.parametrize(
    ("percent", "better", "kind", "said"),
    [
        (50, Better.HIGHER, "concern-down", "concern: outside the limits"),
        (50, Better.LOWER, "improvement-down", "improvement: outside the limits"),
        (88, Better.HIGHER, "improvement-up", "improvement: outside the limits"),
        (88, Better.NEITHER, "neutral-up", "higher: outside the limits"),
    ],
)
def test_a_signal_has_a_shape_a_meaning_and_a_word(
    percent: int, better: Better, kind: str, said: str
) -> None:
    found = drawn(steady(percent), better=better)

    assert (found.marks[-1].kind, found.table.rows[-1][-1]) == (kind, said)
    assert kind in {item.kind for item in found.key}


def test_limits_of_few_readings_are_on_trial() -> None:
    found = drawn(steady()[:8])

    assert [level.kind for level in found.levels] == ["average", "trial", "trial"]
    assert "trial limits" in " ".join(each.text for item in found.key for each in item.texts)


def test_of_too_few_readings_each_has_its_own_range_and_there_are_no_lines() -> None:
    found = drawn(steady()[:3])

    assert found.levels == ()
    assert len(list(path_spots(found.ranges))) == 6
    assert "Too early to tell: 3 readings so far." in found.description
    assert found.table.rows[0][-1] == "too early to tell"


def test_readings_of_uneven_bases_have_their_own_ranges() -> None:
    uneven = [*map(reading, STEADY), reading(71, 130)]

    assert drawn(quarters(*uneven)).ranges
    assert not drawn(quarters(*uneven[:-1])).ranges


def test_no_line_passes_over_a_gap_and_nothing_is_said_of_it() -> None:
    figures: list[Figure | None] = [*map(reading, STEADY)]
    figures[4] = HIDDEN
    found = drawn(quarters(*figures))

    assert len(found.marks) == 12
    assert found.line.count("M") == 2
    assert "January to March 2024" not in [row[0] for row in found.table.rows]
    assert "not shown" not in f"{found.description}{found.sentence}"


@given(st.lists(st.integers(30, 80), min_size=2, max_size=16), st.data())
def test_a_withheld_wave_leaves_no_more_trace_than_one_that_never_was(
    percents: list[int], data: st.DataObject
) -> None:
    figures: list[Figure | None] = [*map(reading, percents)]
    at = data.draw(st.integers(0, len(percents) - 1))
    hidden = [*figures[:at], HIDDEN, *figures[at + 1 :]]
    never = [*figures[:at], None, *figures[at + 1 :]]

    assert drawn(quarters(*hidden)) == drawn(quarters(*never))


def test_where_the_latest_wave_is_withheld_nothing_is_said_of_it() -> None:
    found = drawn(quarters(*map(reading, STEADY), HIDDEN))

    said = f"{found.title} {found.description} {found.sentence}"
    assert "not shown" not in said
    assert "April to June 2026" not in said
    assert found.last is None


def test_no_line_leads_into_a_band() -> None:
    found = drawn(quarters(*map(reading, STEADY), share(99, 100)))

    assert len(found.marks) == 13
    assert list(path_spots(found.line))[-1] != list(path_spots(found.bands))[-1]
    assert found.last is not None
    assert found.last.text == "over 90%"


def test_a_rebase_breaks_the_lines_and_is_named() -> None:
    found = drawn(
        steady(*(82, 84, 83, 85, 84, 83)), Event(date(2026, 4, 2), "new duty team", rebases=True)
    )

    averages = [level for level in found.levels if level.kind == "average"]
    assert len(averages) == 2
    assert averages[0].right == averages[1].left
    assert found.line.count("M") == 2
    assert [flag.label.text for flag in found.flags] == ["A"]
    named = " ".join(each.text for each in found.key[-1].texts)
    assert named == "A: new duty team, 2 April 2026; new lines begin"


def test_an_event_in_the_second_half_of_a_wave_is_seen_in_the_next() -> None:
    early, late = (
        drawn(steady(), Event(day, "new duty team", rebases=False)).flags[0]
        for day in (date(2024, 2, 1), date(2024, 3, 10))
    )

    xs = drawn(steady()).across
    assert float(xs[3]) < next(path_spots(early.path))[0] < float(xs[4])
    assert float(xs[4]) < next(path_spots(late.path))[0] < float(xs[5])


def test_what_happened_before_the_first_wave_is_left_out() -> None:
    assert drawn(steady(), Event(date(2022, 1, 1), "long ago", rebases=True)).flags == ()


def test_marks_stand_at_their_values_on_the_scale() -> None:
    found = drawn(steady(50))

    top, bottom = found.down[-1], found.down[0]
    high, low = (int(tick.text.removesuffix("%")) for tick in (top, bottom))
    height = float(bottom.place) - float(top.place)
    read_off = [
        round(low + (high - low) * (float(bottom.place) - float(mark.y)) / height)
        for mark in found.marks
    ]
    assert read_off == [*STEADY, 50]
    assert [row[1] for row in found.table.rows] == [f"{each}%" for each in read_off]


def test_means_are_in_points() -> None:
    found = drawn(
        quarters(*(Mean(each, 60, lower=each - 5, upper=each + 5, error=2.5) for each in STEADY))
    )

    assert "73 out of 100 (95% range 68 to 78, 60 answers)" in found.sentence
    assert found.table.rows[0][5] == "65 to 76"


def test_without_a_wave_to_draw_there_is_no_drawing() -> None:
    assert xmr.drawn(LEEDS, quarters(HIDDEN, None), better=Better.HIGHER) is None
    assert xmr.drawn(LEEDS, [], better=Better.HIGHER) is None


def test_waves_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="earliest to the latest"):
        chart(steady()[::-1], better=Better.HIGHER)


figures = (
    st.integers(10, 3000).flatmap(
        lambda base: st.builds(share, st.integers(0, base), st.just(base))
    )
    | st.none()
)
days = st.dates(date(2022, 1, 1), date(2029, 1, 1))
events = st.lists(
    st.builds(Event, days, st.sampled_from(["new duty team", "office moved " * 6]), st.booleans()),
    max_size=6,
)


@given(
    st.lists(figures, min_size=1, max_size=24), events, st.sampled_from(Better),
    st.sampled_from([NARROW, WIDE]),
)  # fmt: skip
def test_all_is_on_the_sheet_and_no_words_stand_on_others(
    figures: list[Figure | None], events: list[Event], better: Better, width: int
) -> None:
    found = xmr.drawn(
        LEEDS, quarters(reading(50), *figures), better=better, events=events, width=width
    )

    assert found is not None
    root = read(found)
    assert outside(root) == []
    assert overlapping(texts(root)) == []


def test_units_are_said_as_they_are_read() -> None:
    assert [Unit.PERCENT.said(72.0), Unit.PERCENT.said(73.55), Unit.POINTS.said(64)] == [
        "72%", "73.5%", "64",
    ]  # fmt: skip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.comparing import Neighbours
from analytics.disclosure import Count, End, Figure, Mean, Share, Withheld, share
from analytics.drawing import dots
from analytics.drawing.dots import Dots, Kind, Row
from analytics.drawing.sheet import NARROW, WIDE
from analytics.drawing.telling import Table
from tests.analytics.drawings import LEEDS, outside, overlapping, read, texts

OWN = Share(72, 250, lower=66, upper=77)
ENGLAND = Row("England", Share(74, 31_010, lower=74, upper=74, nearest=10), Kind.ENGLAND, "similar")
BEFORE = Row("The four waves before", Share(66, 220, lower=60, upper=72), Kind.PAST)
HIDDEN = Withheld("fewer than 10 people answered this")
TEN = Neighbours(median=73.5, lowest=62, highest=81, shown=9, of=10)

shares = st.integers(10, 5000).flatmap(
    lambda base: st.builds(share, st.integers(0, base), st.just(base))
)
names = st.text(
    st.characters(codec="ascii", categories=["L", "N", "P"]) | st.just(" "), min_size=1, max_size=60
).filter(str.strip)
rows = st.lists(st.builds(Row, names, shares | st.none(), st.sampled_from(Kind)), max_size=8)
widths = st.sampled_from([NARROW, WIDE])


def drawn(own: Figure | None = OWN, *others: Row, neighbours: Neighbours | None = TEN) -> Dots:
    found = dots.against_others(LEEDS, own, others or (ENGLAND, BEFORE), neighbours=neighbours)
    assert found is not None
    return found


def test_the_table_says_all_that_is_drawn() -> None:
    assert drawn().table == Table(
        ("", "Figure", "95% range", "Answers", "Compared"),
        (
            ("Leeds", "72%", "66% to 77%", "250 answers", ""),
            ("England", "74%", "74% to 74%", "about 31,010 answers", "similar"),
            ("The four waves before", "66%", "60% to 72%", "220 answers", ""),
            (
                "Neighbours",
                "median 73.5%",
                "62% to 81%, lowest to highest",
                "9 of 10 neighbours",
                "",
            ),
        ),
    )


def test_title_description_and_sentence_say_what_one_sees_and_where_it_is_from() -> None:
    found = drawn()

    compared = "England 74%, the four waves before 66% and neighbours’ median 73.5%"
    assert found.title == (
        "Children and families who feel safe: Leeds and others, July 2025 to June 2026"
    )
    assert found.description == (
        f"Leeds: 72% (95% range 66% to 77%, 250 answers). Below it, for comparison: {compared}."
    )
    assert found.sentence == (
        "Children and families who feel safe in Leeds, July 2025 to June 2026: 72% (95% range 66% "
        f"to 77%, 250 answers); for comparison, {compared}, from Your say, release 3 of 12 May "
        "2026."
    )


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_marks_stand_at_their_values_on_the_scale(width: int) -> None:
    found = dots.against_others(LEEDS, OWN, [ENGLAND, BEFORE], neighbours=TEN, width=width)

    assert found is not None
    assert [round(value(found, bar.x), 1) for bar in found.bars] == pytest.approx(
        [72, 74, 66, 73.5], abs=0.2
    )
    assert [
        (round(value(found, bar.left)), round(value(found, bar.right))) for bar in found.bars
    ] == [(66, 77), (74, 74), (60, 72), (62, 81)]


def value(found: Dots, x: str) -> float:
    """Read off the scale, as a reader does."""
    first, last = found.ticks[0], found.ticks[-1]
    low, high = (float(tick.text.removesuffix("%")) for tick in (first, last))
    share_of_way = (float(x) - float(first.place)) / (float(last.place) - float(first.place))
    return low + share_of_way * (high - low)


def test_small_differences_are_not_blown_up() -> None:
    alike = drawn(OWN, ENGLAND, neighbours=None)

    assert (alike.ticks[0].text, alike.ticks[-1].text) == ("50%", "100%")


def test_what_is_only_said_to_be_over_90_is_a_band_without_a_mark_or_a_line() -> None:
    found = drawn(share(99, 100), ENGLAND)

    assert (found.bars[0].x, found.lead) == ("", "")
    assert [round(value(found, x)) for x in (found.bars[0].left, found.bars[0].right)] == [90, 100]
    assert found.table.rows[0][:3] == ("Leeds", "over 90%", "")


def test_neighbours_at_an_end_are_said_and_drawn_as_far_as_it_may_mean() -> None:
    ends = Neighbours(80, End.UNDER, End.OVER, shown=5, of=10)

    found = drawn(OWN, ENGLAND, neighbours=ends)

    bar = found.bars[-1]
    assert [round(value(found, x)) for x in (bar.left, bar.x, bar.right)] == [0, 80, 100]
    assert found.table.rows[-1][1:3] == (
        "median 80%",
        "under 10% to over 90%, lowest to highest",
    )


@pytest.mark.parametrize(
    ("median", "said"), [(None, "median not known"), (End.OVER, "median over 90%")]
)
def test_a_median_that_is_no_number_has_no_mark(median: End | None, said: str) -> None:
    found = drawn(OWN, ENGLAND, neighbours=Neighbours(median, 60, End.OVER, shown=2, of=10))

    assert found.bars[-1].x == ""
    assert found.table.rows[-1][1] == said
    assert not [each for each in found.key if each.kind == "band"]


def test_the_word_for_the_neighbours_median_stands_in_their_row() -> None:
    found = dots.against_others(LEEDS, OWN, [ENGLAND], neighbours=TEN, compared="worse")

    assert found is not None
    assert found.table.rows[-1][-1] == "worse"


def test_means_are_in_points() -> None:
    mean = Mean(64, 240, lower=60, upper=68, error=1.9, nearest=10)
    found = drawn(
        mean, Row("England", Mean(66, 31_000, lower=66, upper=66, error=0.2), Kind.ENGLAND)
    )

    assert found.description.startswith(
        "Leeds: 64 out of 100 (95% range 60 to 68, about 240 answers)"
    )
    assert not [each for each in found.ticks if "%" in each.text]


def test_shares_and_means_are_not_drawn_together() -> None:
    other = Row("England", Mean(66, 31_000, lower=66, upper=66, error=0.2), Kind.ENGLAND)

    with pytest.raises(ValueError, match="shares or of means"):
        dots.against_others(LEEDS, OWN, [other])


@pytest.mark.parametrize("own", [HIDDEN, None, Count(250)])
def test_without_a_figure_of_its_own_nothing_is_drawn(own: Figure | None) -> None:
    assert dots.against_others(LEEDS, own, [ENGLAND], neighbours=TEN) is None
    assert dots.groups(LEEDS, own, [BEFORE], by="Age") is None


def test_nothing_is_drawn_of_a_figure_with_nothing_beside_it() -> None:
    assert dots.against_others(LEEDS, OWN, [Row("England", HIDDEN, Kind.ENGLAND)]) is None
    assert dots.groups(LEEDS, OWN, [], by="Age") is None


@given(rows, st.integers(0, 8), widths)
def test_what_is_withheld_leaves_no_trace(rows: list[Row], at: int, width: int) -> None:
    hidden = Row("Somebody", HIDDEN, Kind.GROUP, "worse")
    with_hidden = [*rows[:at], hidden, *rows[at:]]

    assert dots.groups(LEEDS, OWN, with_hidden, by="Age", width=width) == dots.groups(
        LEEDS, OWN, rows, by="Age", width=width
    )


def test_groups_are_drawn_below_everyone() -> None:
    young = Row("4 to 7, with a grown-up", Share(83, 41, lower=69, upper=92), Kind.GROUP)
    found = dots.groups(LEEDS, OWN, [young], by="Which page was answered")

    assert found is not None
    assert found.title == (
        "Children and families who feel safe, by which page was answered: Leeds, "
        "July 2025 to June 2026"
    )
    assert found.description == (
        "Everyone in Leeds: 72% (95% range 66% to 77%, 250 answers). Below it, each by itself: "
        "4 to 7, with a grown-up: 83%."
    )
    assert [row[0] for row in found.table.rows] == ["Everyone in Leeds", "4 to 7, with a grown-up"]


@given(names, shares, rows, widths)
def test_all_is_on_the_sheet_and_no_words_stand_on_others(
    name: str, own: Share | Withheld, rows: list[Row], width: int
) -> None:
    lead = Row(name, own, Kind.OWN)
    found = dots.against_others(LEEDS, OWN, [lead, ENGLAND, *rows], neighbours=TEN, width=width)

    assert found is not None
    root = read(found)
    assert outside(root) == []
    assert overlapping(texts(root)) == []

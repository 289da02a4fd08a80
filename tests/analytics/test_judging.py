from math import asin, sin, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import judging
from analytics.comparing import Neighbours, Verdict
from analytics.disclosure import Count, End, Figure, Mean, Share, Weighted, Withheld, share
from analytics.drawing.backdrop import Area, Backdrop
from analytics.drawing.telling import Unit
from analytics.funnels import MeanPoint, MeanSpread, Point, Side, Spread
from analytics.indicators import Better
from analytics.judging import Before, Evidence, Judged, Known, Named
from analytics.reliability import Reliability
from analytics.spans import Span

HIDDEN = Withheld("fewer than 10 people answered this")
ENGLAND = Share(70, 20_000, lower=69, upper=71, nearest=10)
# Areas vary ordinarily by about 4 points around England.
VARIED = Spread(0.70, tau_squared=0.0019, phi=2.1)
SPREAD_OF_MEANS = MeanSpread(64.0, tau_squared=4.0, phi=2.5)


def of(percent: int, base: int = 240) -> Share:
    """As it would be shown."""
    found = share(round(percent * base / 100), base)
    assert isinstance(found, Share)
    return found


def mean(points: int, error: float = 1.5, base: int = 240) -> Mean:
    return Mean(points, base, lower=points - 3, upper=points + 3, error=error)


def judged(own: Figure | None, **more: object) -> Judged:
    fields = {"better": Better.HIGHER, "england": ENGLAND, "spread": VARIED, **more}
    return judging.judge(Evidence(own=own, **fields))  # type: ignore[arg-type]  # as they came


# --- what is known of a figure -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "found"),
    [
        (of(72), Known(Point(0.72, 240))),
        (Share(End.OVER, 240), Known(Point(0.91, 240), Side.ABOVE)),
        (Share(End.UNDER, 240), Known(Point(0.09, 240), Side.BELOW)),
        (Share(72, 240, 65, 78, effective=190, crude=70), Known(Point(0.72, 190))),
        (mean(64), Known(MeanPoint(64, 1.5))),
        (Count(240), None),
        (HIDDEN, None),
        (None, None),
    ],
)
def test_only_what_is_shown_is_known(figure: Figure | None, found: Known | None) -> None:
    assert judging.known(figure) == found


@pytest.mark.parametrize(
    ("figure", "level"),
    [
        (of(72, 240), Reliability.COMPARED),
        (of(72, 29), Reliability.LOW),  # fewer than 30
        (Share(72, 60, 55, 84, effective=29, crude=70), Reliability.LOW),
        (of(50, 38), Reliability.LOW),  # 30 points wide
        (of(12, 50), Reliability.LOW),  # wider than 1.3 times the share
        (Share(End.OVER, 240), Reliability.COMPARED),
        (mean(64, base=30), Reliability.COMPARED),
        (mean(64, base=29), Reliability.LOW),
        (HIDDEN, Reliability.NOT_SHOWN),
        (Count(240), Reliability.NOT_SHOWN),
        (None, Reliability.NOT_SHOWN),
    ],
)
def test_reliability_goes_by_the_standards_for_proportions(
    figure: Figure | None, level: Reliability
) -> None:
    """Parker et al. (2017), Vital and Health Statistics 2(175), as in methods.md 2.7."""
    assert judging.reliability(figure) is level


def test_a_spread_is_read_as_a_release_publishes_it() -> None:
    value = {"centre": 73.6, "phi": 1.8, "tau_squared": 0.0012, "judged": True, "points": []}
    unjudged = {**value, "phi": None, "tau_squared": 0.0}

    assert judging.spread_of(value, mean=False) == Spread(0.736, 0.0012, 1.8)
    assert judging.spread_of(unjudged, mean=True) == MeanSpread(73.6)


# --- against England and a region ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        (
            72,
            (
                "72% (95% range 66% to 77%, 240 answers). Similar to England (70%): the difference "
                "could be chance or ordinary variation between areas."
            ),
        ),
        (
            82,
            (
                "82% (95% range 77% to 86%, 240 answers). Better than England (70%). Evidence: "
                "outside the 95% limits after allowing for ordinary variation between areas."
            ),
        ),
        (
            50,
            (
                "50% (95% range 44% to 56%, 240 answers). Worse than England (70%). Strong "
                "evidence: outside the 99.8% limits even after allowing for ordinary variation "
                "between areas."
            ),
        ),
    ],
)
def test_a_figure_beside_england_in_words(percent: int, said: str) -> None:
    against = judged(of(percent)).england

    assert against.in_words == said
    assert said.endswith(against.sentence)
    assert against.sentence.split()[0] in {"Similar", "Better", "Worse"}


def test_a_mean_is_said_out_of_a_hundred() -> None:
    against = judged(mean(54), england=mean(64, 0.1, 20_000), spread=SPREAD_OF_MEANS).england

    assert against.in_words.startswith("54 out of 100 (95% range 51 to 57, 240 answers). Worse")


def test_which_way_is_good_turns_the_words_over() -> None:
    assert judged(of(50), better=Better.LOWER).england.verdict is Verdict.BETTER
    assert judged(of(50), better=Better.NEITHER).england.verdict is Verdict.LOWER


def test_too_few_answers_are_not_judged() -> None:
    against = judged(of(40, 25)).england

    assert against.sentence == "Too few answers to judge."


@pytest.mark.parametrize("own", [HIDDEN, None, Count(240)])
def test_nothing_is_said_of_what_is_not_shown(own: Figure | None) -> None:
    found = judged(own, region=of(70, 900), before=(Before(own, of(70), "before"),))

    assert found.england.verdict is found.region.verdict is Verdict.NOT_COMPARED
    assert [each.verdict for each in found.before] == [Verdict.NOT_COMPARED]
    assert found.england.sentence == "Not compared with England."


def test_nothing_is_compared_with_what_is_not_shown() -> None:
    found = judged(of(50), england=HIDDEN, region=HIDDEN, before=(Before(of(50), HIDDEN, "then"),))

    said = [found.england, found.region, *found.before]
    assert [each.verdict for each in said] == [Verdict.NOT_COMPARED] * 3
    assert not any("70" in each.in_words.replace("95% range 44% to 56%", "") for each in said)


def test_a_reader_who_may_not_see_the_spread_reads_no_comparison() -> None:
    assert judged(of(50), spread=None).england.verdict is Verdict.NOT_COMPARED


def test_a_region_is_compared_by_the_variation_of_areas_about_its_own_value() -> None:
    found = judged(of(58), region=of(56, 900), region_name="the North East")

    assert found.england.verdict is Verdict.WORSE
    assert found.region.sentence.startswith("Similar to the North East (56%)")


@pytest.mark.parametrize(
    ("own", "other", "verdict"),
    [
        (of(50), Share(End.OVER, 900), Verdict.WORSE),
        (of(50), Share(End.UNDER, 900), Verdict.BETTER),
        (Share(End.UNDER, 240), Share(End.OVER, 900), Verdict.WORSE),
        # The bound alone does not tell how far above it the other is.
        (of(88), Share(End.OVER, 900), Verdict.NOT_COMPARED),
        (of(12), Share(End.UNDER, 900), Verdict.NOT_COMPARED),
        # Rounding alone may part these.
        (Share(End.OVER, 240), Share(End.OVER, 900), Verdict.NOT_COMPARED),
        (Share(End.OVER, 9_000), Share(90, 90_000, 90, 90), Verdict.NOT_COMPARED),
        (Share(End.UNDER, 9_000), Share(10, 90_000, 10, 10), Verdict.NOT_COMPARED),
        (of(90, 9_000), Share(End.OVER, 90_000), Verdict.NOT_COMPARED),
        (of(40, 25), Share(End.OVER, 900), Verdict.TOO_FEW),
    ],
)
def test_what_is_compared_with_an_end_is_only_what_its_bound_decides(
    own: Figure, other: Figure, verdict: Verdict
) -> None:
    found = judged(own, england=other, region=other, spread=Spread(0.7, 0.0, 1.0))

    assert found.england.verdict is found.region.verdict is verdict


def test_the_limits_are_about_england_as_it_is_printed() -> None:
    """86% of 400 is worse than 90%, and similar to the mean of what authorities show."""
    spread = Spread(0.879, 0.00017, 1.26)

    assert judged(of(86, 400), england=of(90, 9_000), spread=spread).england.sentence.startswith(
        "Worse than England (90%)."
    )


def test_what_limits_are_drawn_about_is_what_is_shown() -> None:
    value = {"centre": 66.3, "points": []}

    assert judging.centred(value, of(70))["centre"] == 70
    assert judging.centred(value, mean(64))["centre"] == 64
    assert judging.centred(value, Share(End.OVER, 900))["centre"] == 91
    assert judging.centred(value, Share(End.UNDER, 900))["centre"] == 9
    assert judging.centred(value, HIDDEN) == judging.centred(value, None) == value


# --- ends ----------------------------------------------------------------------------------------


def test_over_90_percent_is_better_where_its_bound_is() -> None:
    against = judged(Share(End.OVER, 240)).england

    assert against.in_words.startswith("over 90% (240 answers). Better than England (70%).")


@given(
    st.integers(91, 100),
    st.integers(30, 2000),
    st.integers(10, 90),
    st.floats(0, 0.01),
)
def test_what_is_said_of_an_end_holds_for_all_that_it_may_be(
    truth: int, base: int, centre: int, tau_squared: float
) -> None:
    spread = Spread(centre / 100, tau_squared, 1.0)
    england = Share(centre, 20_000, lower=centre, upper=centre)
    said = judged(Share(End.OVER, base), england=england, spread=spread).england

    if said.comparison.strength is not None:
        side = spread.side(Point(truth / 100, base), said.comparison.strength.value)
        assert (said.verdict, side) == (Verdict.BETTER, Side.ABOVE)


# --- its own past --------------------------------------------------------------------------------


def test_a_fall_beyond_chance_is_named_and_said() -> None:
    [said] = judged(
        of(60, 80), before=(Before(of(60, 80), of(80, 320), "the waves before it"),)
    ).before

    assert said.strong
    assert said.sentence == (
        "Worse than the waves before it (80%). Strong evidence: chance alone would bring so large "
        "a difference less than once in 500 times."
    )


def test_two_readings_that_differ_by_chance_are_no_change() -> None:
    [said] = judged(of(68, 80), before=(Before(of(68, 80), of(72, 320), "the wave before"),)).before

    assert said.sentence == (
        "No signal of change from the wave before (72%): the difference could be chance."
    )


@pytest.mark.parametrize(
    ("now", "then", "verdict"),
    [
        (Share(End.OVER, 240), of(70), Verdict.BETTER),
        (of(70), Share(End.OVER, 240), Verdict.WORSE),
        (of(30), Share(End.UNDER, 240), Verdict.BETTER),
        (Share(End.UNDER, 240), of(30), Verdict.WORSE),
        (Share(End.OVER, 240), Share(End.OVER, 240), Verdict.SIMILAR),
        (Share(End.OVER, 240), Share(End.UNDER, 240), Verdict.BETTER),
        # At the bound it would be a rise; but the true value before may be higher still.
        (of(90, 5000), Share(End.UNDER, 5000), Verdict.BETTER),
        # Of 90.4% and 90.6%, rounding alone makes these.
        (of(90, 20_000), Share(End.OVER, 20_000), Verdict.SIMILAR),
        (of(70, 25), of(70), Verdict.TOO_FEW),
    ],
)
def test_an_end_in_the_past_decides_only_what_its_bound_decides(
    now: Figure, then: Figure, verdict: Verdict
) -> None:
    found = judging.against_before(Before(now, then, "then"), better=Better.HIGHER)

    assert found.verdict is verdict


def test_rounding_is_no_evidence_of_a_change() -> None:
    """64.49 and 64.51 of 36,000 answers each."""
    now, before = mean(65, 0.1, 36_000), mean(64, 0.1, 36_000)

    found = judging.against_before(Before(now, before, "then"), better=Better.HIGHER)

    assert found.verdict is Verdict.SIMILAR


@pytest.mark.parametrize("answers", [1_000, 4_000, 36_000])
def test_large_areas_in_which_nothing_changes_are_seldom_said_to_have_changed(answers: int) -> None:
    dice, found = Random(str(answers)), []
    error = 20 / sqrt(answers)
    for _ in range(2_000):
        truth = dice.uniform(60, 70)
        now, before = (
            mean(int(dice.gauss(truth, error) + 0.5), round(error, 1), answers) for _ in range(2)
        )
        found.append(judging.against_before(Before(now, before, "then"), better=Better.HIGHER))

    assert sum(each.comparison.differs for each in found) <= 0.05 * 2_000
    assert sum(each.strong for each in found) <= 0.005 * 2_000


def test_means_are_compared_with_their_past_too() -> None:
    found = judging.against_before(Before(mean(54), mean(64), "then"), better=Better.HIGHER)

    assert found.verdict is Verdict.WORSE


def test_a_first_page_names_a_change_of_the_figure_that_leads_beyond_998_percent() -> None:
    usual = Before(of(68, 240), of(77, 240), "the four waves before these", Span.FOUR)
    strong = Before(of(50, 80), of(77, 320), "the waves before it")

    leading, alone = (named("a", of(50), before=each) for each in ((strong,), (usual, strong)))

    assert leading.changed == leading.judged.before[0]
    assert alone.changed is None
    assert alone.judged.before[1].strong


def test_of_the_index_a_change_of_the_wave_alone_is_named_too() -> None:
    usual = Before(mean(64), mean(66), "the four waves before these", Span.FOUR)
    strong = Before(mean(50, 2.0, 80), mean(64), "the waves before it")

    index = named("index", mean(62), before=(usual, strong))

    assert index.changed == index.judged.before[1]


# --- groups and neighbours -----------------------------------------------------------------------


def test_a_group_is_compared_with_everyone_in_its_authority() -> None:
    said = judging.group_within(
        of(40, 60), of(70, 240), better=Better.HIGHER, name="everyone in Leeds"
    )

    assert said.sentence == (
        "Worse than everyone in Leeds (70%). Strong evidence: the 99.8% range leaves out the "
        "figure for everyone in Leeds."
    )


def test_a_group_is_beside_its_whole_without_weights_as_it_is_itself() -> None:
    """Two halves of 60% each, of which weights made 70%."""
    half = of(60, 150)
    whole = share(180, 300, nearest=10, weighted=Weighted(0.7, 240))

    said = judging.group_within(half, whole, better=Better.HIGHER, name="everyone in Leeds")

    assert said.sentence == "Similar to everyone in Leeds (60%): the difference could be chance."


@pytest.mark.parametrize(
    ("weighted", "plain"),
    [
        (
            share(180, 300, nearest=10, weighted=Weighted(0.7, 240)),
            Share(60, 300, lower=54, upper=65, nearest=10),
        ),
        (Share(85, 300, 80, 89, effective=240, crude=End.OVER), Share(End.OVER, 300)),
        (
            Mean(64, 400, lower=58, upper=70, error=3.0, effective=100, crude=61),
            Mean(61, 400, lower=58, upper=64, error=1.5),
        ),
        (of(60), of(60)),
        (mean(64), mean(64)),
        (HIDDEN, HIDDEN),
        (None, None),
    ],
)
def test_a_figure_without_its_weights_has_an_interval_of_its_base(
    weighted: Figure | None, plain: Figure | None
) -> None:
    assert judging.unweighted(weighted) == plain


@pytest.mark.parametrize(
    ("group", "whole", "verdict"),
    [
        (Share(End.OVER, 100), of(70), Verdict.BETTER),
        (of(70, 100), Share(End.OVER, 240), Verdict.NOT_COMPARED),
        (HIDDEN, of(70), Verdict.NOT_COMPARED),
        (of(70, 100), HIDDEN, Verdict.NOT_COMPARED),
        (of(10, 20), of(70), Verdict.TOO_FEW),
        (mean(50, 2.0, 60), mean(64), Verdict.WORSE),
    ],
)
def test_a_group_that_is_not_shown_or_too_small_is_not_judged(
    group: Figure, whole: Figure, verdict: Verdict
) -> None:
    found = judging.group_within(group, whole, better=Better.HIGHER, name="everyone")

    assert found.verdict is verdict


def test_neighbours_are_those_whose_figure_is_shown_and_ends_count_at_their_side() -> None:
    over, under = Share(End.OVER, 90), Share(End.UNDER, 90)
    figures = (of(60), of(80), of(70), HIDDEN, None, over, over)

    assert judging.of_neighbours(figures) == Neighbours(80, 60, End.OVER, shown=5, of=7)
    assert judging.of_neighbours((of(60), over)) == Neighbours(None, 60, End.OVER, 2, 2)
    assert judging.of_neighbours((over, over)) == Neighbours(End.OVER, End.OVER, End.OVER, 2, 2)
    assert judging.of_neighbours((under, of(60), of(62))) == Neighbours(60, End.UNDER, 62, 3, 3)
    assert judging.of_neighbours((HIDDEN, None)) is None
    assert judging.of_neighbours((mean(60), mean(63))) == Neighbours(61.5, 60, 63, 2, 2)


NEAR = tuple(of(percent, 240) for percent in (66, 68, 70, 72, 74))


def test_an_authority_is_judged_beside_the_median_of_its_neighbours() -> None:
    said = {percent: judged(of(percent), neighbours=NEAR).like for percent in (50, 72, 83)}

    assert said[72].sentence == (
        "Similar to the median of its neighbours (70%): the difference could be chance or ordinary "
        "variation between areas."
    )
    assert said[83].sentence == (
        "Better than the median of its neighbours (70%). Evidence: outside the 95% limits after "
        "allowing for ordinary variation between areas."
    )
    assert (said[50].verdict, said[50].strong) == (Verdict.WORSE, True)


@pytest.mark.parametrize(
    ("own", "near", "verdict"),
    [
        (of(50), NEAR[1:], Verdict.NOT_COMPARED),
        (of(50), (*NEAR[1:], HIDDEN), Verdict.NOT_COMPARED),
        (of(50), (Share(End.OVER, 240),) * 5, Verdict.NOT_COMPARED),
        (HIDDEN, NEAR, Verdict.NOT_COMPARED),
        (of(40, 25), NEAR, Verdict.TOO_FEW),
        (Share(End.OVER, 240), NEAR, Verdict.BETTER),
        (Share(End.UNDER, 240), NEAR, Verdict.WORSE),
    ],
)
def test_beside_neighbours_only_what_can_be_told_is_said(
    own: Figure, near: tuple[Figure, ...], verdict: Verdict
) -> None:
    found = judged(own, neighbours=near)

    assert found.like.verdict is verdict


def test_where_it_is_not_known_how_areas_vary_nothing_is_said_beside_neighbours() -> None:
    unjudged, unseen = (judged(of(30), neighbours=NEAR, spread=s) for s in (Spread(0.7), None))

    assert unjudged.like.verdict is unseen.like.verdict is Verdict.NOT_COMPARED


def test_the_index_is_judged_beside_neighbours_too() -> None:
    near = tuple(mean(points) for points in (62, 63, 64, 66, 70))
    of_means = {"england": mean(64, 0.1, 20_000), "spread": SPREAD_OF_MEANS, "neighbours": near}

    said = judged(mean(54), **of_means).like

    assert said.sentence.startswith("Worse than the median of its neighbours (64).")


@pytest.mark.parametrize("number", [5, 10])
def test_authorities_as_their_neighbours_are_seldom_said_to_differ(number: int) -> None:
    """All vary alike, and the median of few neighbours by chance too."""
    dice, found = Random(str(number)), []
    for _ in range(1_000):
        own, *near = (_authority(dice) for _ in range(1 + number))
        found.append(judged(own, neighbours=tuple(near)).like)

    worse = sum(each.verdict is Verdict.WORSE for each in found)
    better = sum(each.verdict is Verdict.BETTER for each in found)
    assert worse <= 0.035 * 1_000
    assert better <= 0.035 * 1_000
    assert worse + better > 0


def _authority(dice: Random) -> Figure:
    """One of 30 to 300 answers, which varies around 70% as ``VARIED`` has it."""
    angle = asin(sqrt(VARIED.centre)) + dice.gauss(0, sqrt(VARIED.tau_squared))
    base, truth = dice.randint(30, 300), sin(angle) ** 2
    return share(sum(dice.random() < truth for _ in range(base)), base)


# --- words, table and funnel ---------------------------------------------------------------------


@given(
    st.integers(10, 90),
    st.integers(30, 3000),
    st.integers(10, 90),
    st.floats(0, 0.01).map(lambda each: round(each, 6)),
)
def test_a_word_and_the_place_in_the_funnel_never_differ(
    percent: int, base: int, centre: int, tau_squared: float
) -> None:
    own = Share(percent, base, lower=max(0, percent - 9), upper=percent + 9)
    value = {
        "centre": centre,
        "phi": 1.5,
        "tau_squared": tau_squared,
        "judged": True,
        "points": [["E08000035", percent, base]],
    }

    england = Share(centre, 20_000, lower=centre, upper=centre)
    said = judged(own, england=england, spread=judging.spread_of(value, mean=False)).england
    where = Backdrop.read(value, Unit.PERCENT).where(Area("E08000035", percent, base))

    words = {
        (Verdict.SIMILAR, None): "inside the 95% limits",
        (Verdict.BETTER, 0.95): "above the 95% limits",
        (Verdict.BETTER, 0.998): "above the 99.8% limits",
        (Verdict.WORSE, 0.95): "below the 95% limits",
        (Verdict.WORSE, 0.998): "below the 99.8% limits",
    }
    if said.verdict is not Verdict.TOO_FEW:
        strength = said.comparison.strength
        assert where == words[said.verdict, strength.value if strength else None]


# --- for whoever has ten minutes -----------------------------------------------------------------


def named(code: str, own: Figure, **more: object) -> Named:
    return Named(code, f"say {code}", judged(own, **more), is_index=isinstance(own, Mean))


def test_headlines_name_the_highest_and_only_what_is_beyond_998_percent() -> None:
    figures = [
        named("a", of(72)),
        named("b", of(50)),  # worse, by strong evidence
        named("c", of(59)),  # worse, by evidence only
        named("d", of(88)),
        named("e", Share(End.OVER, 200)),
        named("f", HIDDEN),
        named("g", of(80, 20)),  # too few
        named("h", of(71)),
    ]

    found = judging.headlines(figures)

    assert [each.code for each in found.good] == ["e", "d", "a"]
    assert [each.code for each in found.worse] == ["b"]
    assert [each.code for each in found.better] == ["d", "e"]
    assert (found.compared, found.bases, found.looked_back) == (6, (200, 240), 0)


def test_nothing_that_is_low_or_worse_is_called_good() -> None:
    found = judging.headlines([named("a", of(45)), named("b", of(59)), named("c", of(30))])

    assert found.good == ()


def test_nothing_can_be_said_of_nothing() -> None:
    found = judging.headlines([named("a", HIDDEN), named("b", of(70, 12))])

    assert (found.good, found.worse, found.changed) == ((), (), ())
    assert (found.compared, found.bases) == (0, None)


def test_the_index_is_compared_and_is_not_among_the_shares() -> None:
    index = named("index", mean(54), england=mean(64, 0.1), spread=SPREAD_OF_MEANS)

    found = judging.headlines([index])

    assert (found.good, found.worse) == ((), (index,))


def test_areas_stand_out_at_a_rate_of_false_discoveries() -> None:
    value = {
        "centre": 70.0,
        "phi": 1.0,
        "tau_squared": 0.0,
        "points": [
            ["E06000001", 70, 200],
            ["E06000002", 88, 200],
            ["E06000003", 40, 200],
            ["E06000004", 10, 12],  # too few to judge, however far
            ["E06000005", 36, 33],  # of a range too wide to judge
        ],
    }

    assert judging.standing_out(value, mean=False) == (("E06000002",), ("E06000003",))


def test_means_stand_out_by_their_error_where_they_are_of_answers_enough() -> None:
    value = {
        "centre": 64.0,
        "phi": 1.0,
        "tau_squared": 0.0,
        "points": [
            ["E06000001", 65, 1.0, 240],
            ["E06000002", 54, 1.0, 240],
            ["E06000003", 40, 2.0, 12],
            ["E06000004", 40, 2.0],  # as it was published before
        ],
    }

    assert judging.standing_out(value, mean=True) == ((), ("E06000002",))


# --- on simulated data with nothing going on -----------------------------------------------------


@pytest.mark.slow
def test_few_first_pages_name_anything_worse_where_nothing_is_going_on() -> None:
    """Issue 5: at most 5% of authorities, and at most 3.5% of cells. All figures independent."""
    dice = Random("nothing going on")
    pages, measures = 600, 14
    false_pages = false_cells = 0
    for _ in range(pages):
        figures = [_nothing_going_on(dice, code=f"{number}") for number in range(measures)]
        found = judging.headlines(figures)
        changed = [each.changed for each in found.changed]
        false_pages += bool(found.worse) or any(
            each is not None and each.verdict is Verdict.WORSE for each in changed
        )
        false_cells += sum(each.judged.england.verdict is Verdict.WORSE for each in figures)

    assert false_pages / pages <= 0.05
    assert false_cells / (pages * measures) <= 0.035


def _nothing_going_on(dice: Random, *, code: str) -> Named:
    """One measure of an authority that is as England is, but for ordinary variation and chance."""
    angle = asin(sqrt(VARIED.centre)) + dice.gauss(0, sqrt(VARIED.tau_squared))
    truth = sin(angle) ** 2
    wave, four, earlier, before = (_drawn(dice, truth, base) for base in (60, 240, 240, 240))
    return named(
        code,
        four,
        before=(Before(four, earlier, "then", Span.FOUR), Before(wave, before, "then")),
    )


def _drawn(dice: Random, truth: float, base: int) -> Figure:
    return share(sum(dice.random() < truth for _ in range(base)), base)

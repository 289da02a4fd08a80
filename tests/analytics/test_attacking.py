"""What a reader can work out, against a reader who tries every table that there is."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics import disclosure
from analytics.attacking import (
    LEAST_WIDTH,
    Cell,
    Contradiction,
    Part,
    Range,
    Row,
    Secret,
    System,
    before_rounding,
    said_of,
)
from analytics.disclosure import NOBODY, TOO_FEW_ANSWERS, Count, Figure, Withheld

LEAVES = [Cell("E06000001", "year:1", f"age:{name}") for name in ("a", "b", "c", "")]
WHOLE = Cell("E06000001", "wave-1", "all")
MOST = 30


def a_system(counts: tuple[int, ...], figures: tuple[Figure | None, ...], total: Figure) -> System:
    """One breakdown of one authority: the base of each leaf, and what is said of it."""
    cells = {leaf: (count, 0) for leaf, count in zip(LEAVES, counts, strict=True)}
    system = System({**cells, WHOLE: (sum(counts), 0)}, (Part.BASE,))
    system.know_sum([WHOLE], LEAVES)
    system.know(said_of(total, [WHOLE], true_base=sum(counts)))
    for leaf, count, figure in zip(LEAVES, counts, figures, strict=True):
        if figure is not None:
            system.know(said_of(figure, [leaf], true_base=count))
    return system


def possible(system: System, leaf: Cell) -> Range:
    """By trying every table of up to so many people in each leaf."""
    found = []
    for counts in product(range(MOST), repeat=len(LEAVES) - 1):
        # The last is what is left of the whole, for each whole that fits.
        for last in range(MOST):
            table = dict(zip(LEAVES, (*counts, last), strict=True))
            whole = sum(table.values())
            tried = System(
                {**{each: (n, 0) for each, n in table.items()}, WHOLE: (whole, 0)}, (Part.BASE,)
            )
            if all(map(tried.holds, system.rows)):
                found.append(table[leaf])
    return Range(min(found), max(found))


def of_group(count: int) -> Figure:
    return Withheld(NOBODY) if not count else disclosure.count(count, nearest=5)


# Few and small, because each is compared with some hundred thousand tables.
HARD = [((12, 3, 0, 0), 15), ((12, 3, 0, 4), 19), ((11, 1, 2, 0), 14)]


@pytest.mark.slow
@pytest.mark.parametrize(("counts", "total"), HARD)
def test_a_programme_reaches_just_what_trying_everything_reaches(
    counts: tuple[int, ...], total: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.MOST", 20)
    figures = (*map(of_group, counts[:3]), None)
    system = a_system(counts, figures, Count(total))

    assert system.reach([LEAVES[1]], Part.BASE, free=system.counts) == possible(system, LEAVES[1])


@given(st.tuples(*[st.integers(0, 25)] * 4), st.sampled_from([1, 5, 10]))
@example((0, 0, 1, 0), 1)
@settings(max_examples=40)
def test_what_is_called_safe_can_differ_by_five(counts: tuple[int, ...], nearest: int) -> None:
    """Moves, programmes and bounds agree."""
    total = disclosure.count(sum(counts), nearest=nearest)
    figures = (*map(of_group, counts[:3]), None)
    system = a_system(counts, figures, total)
    secrets = [
        Secret(leaf.slice, leaf.area, frozenset({leaf}), (Part.BASE,))
        for leaf, count in zip(LEAVES[:3], counts, strict=False)
        if 0 < count < 10
    ]

    unsafe = {finding.secret for finding in system.findings(secrets)}
    outer = system.propagated()

    for secret in secrets:
        [leaf] = secret.cells
        whole = system.reach(secret.cells, Part.BASE, free=system.counts)
        assert (secret in unsafe) == (whole.width < LEAST_WIDTH)
        assert outer[leaf][Part.BASE].low <= whole.low
        assert outer[leaf][Part.BASE].high >= whole.high
        assert whole.low <= system.counts[leaf][Part.BASE] <= whole.high


@given(st.integers(10, 5000), st.sampled_from([1, 5, 10, 50, 100]))
def test_what_a_number_was_before_it_was_rounded_is_just_that(number: int, nearest: int) -> None:
    shown = disclosure.to_nearest(number, nearest)
    found = before_rounding(shown, nearest, least=0)

    assert found.low <= number <= found.high
    assert disclosure.to_nearest(found.low, nearest) == shown
    assert disclosure.to_nearest(found.high, nearest) == shown
    assert disclosure.to_nearest(found.high + 1, nearest) > shown


@given(st.integers(11, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_is_known_as_just_the_answers_that_would_be_shown_so(
    answers: tuple[int, int],
) -> None:
    favourable, base = answers
    figure = disclosure.share(favourable, base)
    rows = list(said_of(figure, [WHOLE], true_base=base))

    for tried in range(base + 1):
        fits = all(map(System({WHOLE: (base, tried)}).holds, rows))
        assert fits == (disclosure.share(tried, base) == figure)


def test_a_figure_that_was_not_counted_is_a_contradiction() -> None:
    with pytest.raises(Contradiction, match="not what was counted"):
        a_system((12, 3, 0, 0), (Count(11), None, None, None), Count(15))


def test_what_is_taken_back_is_not_known_any_more() -> None:
    system = a_system((12, 3, 0, 0), (None, Withheld(TOO_FEW_ANSWERS), None, None), Count(15))
    system.know(said_of(Count(12), [LEAVES[0]], true_base=12), source="twelve")
    before = system.reach([LEAVES[1]], Part.BASE, free=system.counts)

    system.forget("twelve")

    assert before == Range(1, 3)
    assert system.reach([LEAVES[1]], Part.BASE, free=system.counts) == Range(1, 9)


def test_a_number_of_replies_must_be_able_to_be_as_many_as_may_have_answered() -> None:
    """Three replied, who can be one to six: of a question it would tell that it is at most six."""
    system = a_system((12, 3, 8, 0), (Count(12), Withheld(TOO_FEW_ANSWERS), None, None), Count(23))
    system.know([Row(((LEAVES[1], Part.BASE, 1),), 1, 6)])
    few = Secret("b", "E06000001", frozenset({LEAVES[1]}), (Part.BASE,))

    assert system.findings([few]) == []
    assert [each.reach for each in system.findings([replace(few, up_to=9)])] == [Range(1, 6)]


def test_where_nobody_can_be_nobody_goes() -> None:
    """All are in some group, so the one that is not shown is what is left of the others."""
    shown = (Count(12), None, Count(18), None)
    hidden = Secret("b", "E06000001", frozenset({LEAVES[1]}), (Part.BASE,))
    system = a_system((12, 7, 18, 0), shown, Count(37))
    assert system.findings([hidden]) == []

    system.know_empty([LEAVES[3]])

    assert [each.reach for each in system.findings([hidden])] == [Range(7, 7)]
    with pytest.raises(Contradiction):
        a_system((12, 7, 18, 5), shown, Count(42)).know_empty([LEAVES[3]])

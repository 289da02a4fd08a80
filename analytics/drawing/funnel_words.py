"""What is said beside a funnel and in its key. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from analytics.disclosure import Figure
from analytics.drawing.backdrop import STRONG, USUAL, Area, Backdrop, level_said
from analytics.drawing.telling import About, Table, Unit, counted, seen


def meanings(
    of: Backdrop, about: About, others: Sequence[Area], marked: Area | None, reference: str
) -> list[tuple[str, str]]:
    found = []
    if marked:
        found.append(("own", f"{about.area}, {of.unit.said(marked.value)}"))
    if others:
        found.append(("other", _others(others, marked)))
    return [
        *found,
        ("centre", f"{reference}, {of.unit.said(of.centre)}"),
        ("usual", f"{level_said(USUAL)} limits"),
        ("strong", f"{level_said(STRONG)} limits"),
    ]


def _others(others: Sequence[Area], marked: Area | None) -> str:
    one = "other authority" if marked else "authority"
    several = "other authorities" if marked else "authorities"
    return counted(len(others), one, several)


def among(about: About, of: Backdrop, marked: Area | None) -> str:
    all_of_them = counted(len(of.areas), "authority", "authorities")
    return f"{about.area} among {all_of_them}" if marked else all_of_them


def _counts_as(of: Backdrop, area: Area) -> str:
    if of.unit is Unit.POINTS:
        return f"with a standard error of {area.weight:g}"
    return f"counting as {counted(round(area.weight), 'answer', 'answers')}"


def description(about: About, of: Backdrop, marked: Area | None, reference: str) -> str:
    around = f"{reference}’s {of.unit.said(of.centre)}"
    spread = f"Of {among(about, of, None)} shown, {_tally(of)}"
    if marked is None:
        return f"{spread} around {around}. The limits allow for {of.allowing}."
    return (
        f"{about.area}, at {of.unit.said(marked.value)} and {_counts_as(of, marked)}, is "
        f"{of.where(marked)} around {around}. {spread}; the limits allow for {of.allowing}."
    )


def _tally(of: Backdrop) -> str:
    """How many are where; whoever is beyond 99.8% is beyond 95% too, and counted once."""
    found = Counter(of.where(each) for each in of.areas)
    inside = found.pop(f"inside the {level_said(USUAL)} limits", 0)
    beyond = [f"{found[where]} {where}" for where in _WHERE if found[where]]
    return ", ".join([f"{inside} {'is' if inside == 1 else 'are'} inside the 95% limits", *beyond])


_WHERE = tuple(
    f"{side} the {level_said(level)} limits"
    for level in (USUAL, STRONG)
    for side in ("above", "below")
)


def sentence(
    about: About, of: Backdrop, figure: Figure | None, marked: Area | None, reference: str
) -> str:
    around = f"{reference}’s {of.unit.said(of.centre)}, allowing for {of.allowing}"
    found = seen(figure)
    if marked is None or found is None:
        return (
            f"{about.measure}, {about.period}: of {among(about, of, None)} shown, {_tally(of)} "
            f"around {around}, from {about.source}."
        )
    return (
        f"{about.measure} in {about.area}, {about.period}: {found.in_words}, {of.where(marked)} "
        f"around {around}, from {about.source}."
    )


def table(of: Backdrop, names: Mapping[str, str], marked: Area | None) -> Table:
    """The marked one first, the others by name: it is no league table."""
    weight = "Standard error" if of.unit is Unit.POINTS else "Answers it counts as"
    in_order = sorted(of.areas, key=lambda each: (each != marked, names[each.code]))
    return Table(
        ("Authority", "Figure", weight, "Where it is"),
        tuple(
            (names[each.code], of.unit.said(each.value), f"{each.weight:,g}", of.where(each))
            for each in in_order
        ),
    )

"""What is said beside a control chart and in its key. Pure."""

from calendar import month_name
from collections.abc import Iterator, Sequence
from datetime import date

from analytics.control_charts import Chart, Lines, TooEarly, Variation
from analytics.drawing.telling import About, Table, Unit, counted
from analytics.drawing.waves import Event, Reading, kind_of, kind_of_limits, known, letter, period


def meanings(
    of: Chart,
    readings: Sequence[Reading],
    events: Sequence[Event],
    unit: Unit,
    *,
    own_ranges: bool,
) -> Iterator[tuple[str, str]]:
    kinds = list(dict.fromkeys(kind_of(of, each.at) for each in readings if known(each)))
    for kind in sorted(kinds, key=lambda kind: kind != "reading"):
        yield kind, _KINDS[kind]
    yield from _lines_meant(of, unit)
    if own_ranges and any(map(known, readings)):
        yield "range", "95% range"
    if not all(map(known, readings)):
        yield "band", "all that “over” or “under” may mean"
    for number, event in enumerate(events):
        new = "; new lines begin" if event.rebases else ""
        yield "event", f"{letter(number)}: {event.words}, {_day(event.on)}{new}"


_KINDS = {
    "reading": "each wave",
    "improvement-up": "signal of improvement",
    "improvement-down": "signal of improvement",
    "concern-up": "signal of concern",
    "concern-down": "signal of concern",
    "neutral-up": "signal: higher",
    "neutral-down": "signal: lower",
}


def _lines_meant(of: Chart, unit: Unit) -> Iterator[tuple[str, str]]:
    """What each kind of line is, with the numbers of the latest stretch."""
    drawn = [each.lines for each in of.stretches if isinstance(each.lines, Lines)]
    if not drawn:
        return
    latest = of.lines if isinstance(of.lines, Lines) else None
    yield "average", f"average, {_whole(unit, latest.mean)}" if latest else "average, until then"
    for kind, name in (("limits", "limits"), ("trial", "trial limits")):
        if latest and kind_of_limits(latest) == kind:
            yield kind, f"{name}, {_to(unit, latest)}"
        elif any(kind_of_limits(each) == kind for each in drawn):
            yield kind, f"{name}, until then"


def _whole(unit: Unit, number: float) -> str:
    return unit.said(round(number))


def _to(unit: Unit, lines: Lines) -> str:
    return f"{_whole(unit, lines.lower)} to {_whole(unit, lines.upper)}"


def _day(day: date) -> str:
    return f"{day.day} {month_name[day.month]} {day.year}"


def description(about: About, of: Chart, readings: Sequence[Reading], unit: Unit) -> str:
    first, last = readings[0], readings[-1]
    waves = counted(len(readings), "wave is", "waves are")
    since = "" if first == last else f"the first {period(first)}, "
    said = [f"{waves} drawn, {since}the latest {period(last)}, at {last.seen.said}."]
    if isinstance(of.lines, Lines):
        lines = f"The average is {_whole(unit, of.lines.mean)}, and the limits"
        said.append(f"{lines} are {_to(unit, of.lines)}.")
    area = f"{about.area[:1].upper()}{about.area[1:]}"
    return " ".join([f"{area}: {said[0]}", *said[1:], *_judged(of)])


def _judged(of: Chart) -> list[str]:
    """The chart's own words; none about a latest wave that is not shown, which is no part of it."""
    return [] if of.variation is None else [of.in_words]


def sentence(about: About, of: Chart, readings: Sequence[Reading], unit: Unit) -> str:
    last = readings[-1]
    said = [f"{about.measure} in {about.area}, {period(last)}: {last.seen.in_words}"]
    if isinstance(of.lines, Lines):
        waves = counted(of.lines.readings, "wave", "waves")
        average = _whole(unit, of.lines.mean)
        said.append(f"over {waves} the average is {average} and the limits {_to(unit, of.lines)}")
    said += [f"{each[0].lower()}{each[1:].rstrip('.')}" for each in _judged(of)]
    return f"{'; '.join(said)}, from {about.source}."


def table(of: Chart, readings: Sequence[Reading], unit: Unit) -> Table:
    header = ("Wave", "Figure", "95% range", "Answers", "Average", "Limits", "Signal")
    return Table(header, tuple(_row(of, each, unit) for each in readings))


def _row(of: Chart, reading: Reading, unit: Unit) -> tuple[str, ...]:
    at, said = reading.at, reading.seen
    lines = next(each.lines for each in of.stretches if each.start <= at < each.end)
    beside = ("", "")
    if isinstance(lines, Lines):
        beside = (_whole(unit, lines.mean), _to(unit, lines))
    judged = _signal(of, at)
    return (period(reading), said.said, said.range, said.answers, *beside, judged)


def _signal(of: Chart, at: int) -> str:
    match of.variation_at(at):
        case TooEarly():
            return "too early to tell"
        case Variation() as variation if found := of.signals[at]:
            return f"{variation.value}: {found.signal.value}"
        case _:
            return ""

"""The panels that every report has. Each turns figures into words and places for its template."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from analytics import charts
from analytics.breakdowns import breakdowns
from analytics.comparing import Verdict
from analytics.control_charts import TooEarly, Variation
from analytics.disclosure import Count, Withheld, rounded
from analytics.judging import MOST_NAMED, Against, Headlines, Judged, Named, headlines
from analytics.pages import topics
from analytics.pages.drawings import chart_of, year_of
from analytics.pages.opening import told_of
from analytics.panels import Content, Panel
from analytics.reading import IndicatorReport
from analytics.reliability import Reliability
from analytics.reporting import AreaReport, Using
from analytics.wording import Words, listed, name_of, phrase, spoken, within, words


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator as one row: its words, England's, what is said, and its strip.

    Args:
        verdict: of the comparison with England, in a word or two.
        strong: whether the evidence for a difference is strong.
    """

    code: str
    name: str
    is_index: bool
    own: Words
    england: Words
    strip: charts.Strip
    verdict: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One of the sentences of a first page."""

    heading: str
    sentence: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """How many of those who use a service answered.

    Args:
        rate: in words, such as "3 in 100"; "" where it is not shown how many answered.
    """

    name: str
    answered: Words
    using: str
    rate: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Groups:
    """How many there are of each group, by one way to divide people, such as by age."""

    kind: str
    rows: tuple[tuple[str, Words], ...]


# --- in short ------------------------------------------------------------------------------------


def in_short(report: AreaReport) -> Content:
    """For someone with ten minutes: the index, and what is good, worse, and changed."""
    named = named_of(report)
    index = next((each for each in named if each.is_index), None)
    return {
        "area": report.authority.name,
        "told_of": told_of(report),
        "replies": words(report.replies) if report.replies else None,
        "in_wave": words(report.replies_in_wave) if report.replies_in_wave else None,
        "by_open_link": report.by_open_link,
        "index": _index(index, report) if index else None,
        "sentences": sentences(report, named),
        "few": sum(each.judged.reliability is Reliability.LOW for each in named),
        "withheld": [each.name for each in named if isinstance(each.judged.figure, Withheld)],
        "reasons": list(
            dict.fromkeys(
                each.judged.figure.reason
                for each in named
                if isinstance(each.judged.figure, Withheld)
            )
        ),
        "of": len(named),
    }


def named_of(report: AreaReport) -> list[Named]:
    """Every measure of a report with what may be said of it, by its name in a sentence."""
    region = within(report.authority.region.name)
    return [
        Named(
            code=each.code,
            name="the experience index" if each.is_index else phrase(each.indicator.wording),
            judged=each.judged(region=region),
            is_index=each.is_index,
        )
        for each in report.indicators
    ]


def _index(named: Named, report: AreaReport) -> Mapping[str, object]:
    return {
        "code": named.code,
        "own": words(named.judged.figure),
        "shown": words(named.judged.figure).shown,
        "sentence": named.judged.england.sentence if report.with_england else "",
        "strip": charts.strip(named.judged.figure, report.measure(named.code).england),
        "england": words(report.measure(named.code).england) if report.with_england else None,
    }


def sentences(report: AreaReport, named: list[Named]) -> tuple[Told, ...]:
    """What families say is good, what is worse than elsewhere, and what changed."""
    said = headlines(named)
    return (
        Told("What families say is good", _good(said), _better(said)),
        Told("What is worse than elsewhere", _worse(said, named, report)),
        Told("What changed", *_changed(said, report)),
    )


def _good(said: Headlines) -> str:
    if not said.good:
        return "No figure is over half, of enough answers to judge, and as good as elsewhere."
    return _capital(f"{listed(_with_answers(said.good, [''] * len(said.good)))}.")


def _better(said: Headlines) -> str:
    """Those that are better by strong evidence, whether they are the highest or not."""
    if not said.better:
        return ""
    return f"Better than England beyond chance: {_beside_england(said.better)}"


def _worse(said: Headlines, named: Sequence[Named], report: AreaReport) -> str:
    if report.england_later:
        return "England’s figures come with the published release, and this comparison with them."
    if not said.compared:
        if not report.with_england:
            return "There are no figures of England to compare with."
        return _why_not(named)
    if not said.worse:
        return f"Nothing is worse than elsewhere beyond chance: {_compared(said)}."
    number = f"{len(said.worse)} of {said.compared} figures"
    are = "is" if len(said.worse) == 1 else "are"
    return f"{number} {are} worse than England beyond chance: {_beside_england(said.worse)}"


def _why_not(named: Sequence[Named]) -> str:
    """Why not one figure is compared with England's."""
    if any(each.judged.england.verdict is Verdict.TOO_FEW for each in named):
        return "Too few answered to judge."
    if not any(words(each.judged.figure).shown for each in named):
        return "No figure is shown to compare with England’s."
    if not any(each.judged.england.reference.value for each in named):
        return "England’s figures are not shown, so none is compared with them."
    return "No figure that is shown can be told apart from England’s."


def _compared(said: Headlines) -> str:
    """How many were, of how many answers each."""
    one = said.compared == 1
    number = "1 figure was" if one else f"{said.compared} figures were"
    low, high = said.bases or (0, 0)
    answers = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{number} compared with England, {'of' if one else 'each of'} {answers} answers"


def _changed(said: Headlines, report: AreaReport) -> tuple[str, str]:
    """What changed beyond chance; or what the chart of the first figure says, and all others."""
    if said.changed:
        first = [_since(e, e.changed) for e in said.changed[:MOST_NAMED] if e.changed]
        return _capital(_and_more(first, said.changed)), ""
    if not report.indicators:
        return "There is nothing to compare yet.", ""
    more = ""
    if said.looked_back:
        figures = "1 figure" if said.looked_back == 1 else f"{said.looked_back} figures"
        more = f"Compared with the waves before: {figures}, and none differs beyond chance."
    return _chart_says(report.indicators[0], report), more


def _chart_says(of: IndicatorReport, report: AreaReport) -> str:
    chart, latest = chart_of(report, of), spoken(of.waves[-1].figure)
    name = name_of(of.indicator)
    beside = f" {name}, this wave: {latest.value} ({latest.base_in_words})." if latest.shown else ""
    signal = chart.variation not in {None, Variation.COMMON}
    if signal and not isinstance(chart.lines, TooEarly) and chart.lines.trial:
        return (
            f"Too early to call it a change: the latest of {chart.lines.readings} readings stands "
            f"out, but limits are still trial.{beside}"
        )
    return f"{chart.in_words}{beside}"


def _since(each: Named, change: Against) -> str:
    own = spoken(change.figure)
    return (
        f"{_subject(each, own.value)}, {change.verdict.value} than {change.reference.name} "
        f"({change.reference.value}; {own.base_in_words} now)"
    )


def _beside_england(named: Sequence[Named]) -> str:
    """The first of them, each with England's figure, and how many more there are."""
    some = named[:MOST_NAMED]
    found = _with_answers(some, [f"England {e.judged.england.reference.value}" for e in some])
    return _and_more(found, named)


def _and_more(found: list[str], named: Sequence[Named]) -> str:
    more = len(named) - len(found)
    return f"{listed([*found, *([f'{more} more, in the table below'] if more else [])])}."


def _with_answers(named: Sequence[Named], beside: Sequence[str]) -> list[str]:
    """Each with what stands beside it and its number of answers: once, if it is the same of all."""
    bases = [words(each.judged.figure).base_in_words for each in named]
    same = len(set(bases)) == 1
    said = []
    for number, (each, other, base) in enumerate(zip(named, beside, bases, strict=True), start=1):
        last = f"{base}{' each' if number > 1 else ''}" if number == len(bases) else ""
        brackets = "; ".join(filter(None, [other, last if same else base]))
        said.append(f"{_subject(each)} ({brackets})" if brackets else _subject(each))
    return said


def _subject(each: Named, value: str = "") -> str:
    """Such as "72% feel safe"."""
    value = value or spoken(each.judged.figure).value
    return f"{each.name} is {value}" if each.is_index else f"{value} {each.name}"


def _capital(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}"


# --- who was not heard from ----------------------------------------------------------------------

SERVICES = "service"


def unheard(report: AreaReport) -> Content:
    """How many answered of those who use each service, and of whom too few did."""
    rows = list(_heard(report))
    known = [each for each in rows if each.share is not None]
    return {
        "area": report.authority.name,
        "replies": words(report.replies) if report.replies else None,
        "told_of": told_of(report),
        "year": year_of(report, report.answered) if report.answered else "",
        "rows": rows,
        "least": min(known, key=lambda each: each.share or 0, default=None),
        "hidden": list(_hidden(report)),
        "query": query_of(report),
        "gss_code": report.authority.gss_code,
        "by_open_link": report.by_open_link,
    }


def _heard(report: AreaReport) -> Iterator[Heard]:
    for group in report.answered.groups if report.answered else ():
        number = using_of(group.slice, report.using)
        if number:
            answered = group.figure.count if isinstance(group.figure, Count) else None
            yield Heard(
                group.name,
                words(group.figure),
                f"{number:,}",
                rate=_rate(answered, number),
                share=None if answered is None else answered / number,
            )


def using_of(slice_: str, using: Mapping[str, Using]) -> int | None:
    """How many use the services that a group is of; ``None`` where that is not known of each."""
    if not slice_.startswith(f"{SERVICES}:"):
        return None
    found = [using.get(code) for code in sorted(breakdowns().group(slice_).codes)]
    numbers = [each.number for each in found if each is not None and each.number is not None]
    return sum(numbers) if len(numbers) == len(found) else None


def _rate(answered: int | None, number: int) -> str:
    """Of a hundred, without the end, where nearly all that there are would be told of."""
    if answered is None:
        return ""
    of_hundred = rounded(100 * answered, number)
    if of_hundred > 90:
        return "over 90 in 100"
    return f"{of_hundred} in 100" if of_hundred else "fewer than 1 in 100"


def _hidden(report: AreaReport) -> Iterator[str]:
    """Groups of which too few answered to say how many."""
    for group in report.answered.groups if report.answered else ():
        if isinstance(group.figure, Withheld):
            yield group.name


# --- what families suggest -----------------------------------------------------------------------


def suggested(report: AreaReport) -> Content:
    """The topics of families' ideas, most named first."""
    return topics.told(
        report.topics,
        area=report.authority.name,
        told_of=told_of(report),
        with_england=report.with_england,
    )


# --- all figures, one row each -------------------------------------------------------------------


def at_a_glance(report: AreaReport) -> Content:
    if not report.indicators:
        return None
    named = {each.code: each.judged for each in named_of(report)}
    rows = [row_of(each, named[each.code], report) for each in report.indicators]
    return {
        "area": report.authority.name,
        "gss_code": report.authority.gss_code,
        "told_of": told_of(report),
        "rows": rows,
        "any_points": any(row.is_index for row in rows),
        "with_england": report.with_england,
        "england_later": report.england_later,
        "query": query_of(report),
    }


def row_of(each: IndicatorReport, judged: Judged, report: AreaReport) -> Row:
    england = each.england if report.with_england else None
    return Row(
        code=each.code,
        name=name_of(each.indicator),
        is_index=each.is_index,
        own=words(each.figure),
        england=words(england),
        strip=charts.strip(each.figure, england),
        verdict=judged.england.verdict.value if report.with_england else "",
        strong=judged.england.strong,
    )


def query_of(report: AreaReport) -> str:
    """What stands behind addresses of this release: nothing, where it is the newest anyway."""
    is_newest = report.newest and report.release.published_at
    return "" if is_newest else f"?release={report.release.pk}"


# --- by an open link -----------------------------------------------------------------------------


def by_open_link(report: AreaReport) -> Content:
    """Counted apart and never merged, because nobody knows to whom the link was passed on."""
    rows = [
        (name_of(each.indicator), words(each.open_link))
        for each in report.indicators
        if each.open_link is not None
    ]
    if not rows:
        return None
    return {
        "area": report.authority.name,
        "replies": words(report.open_link_replies),
        "rows": rows,
    }


# --- how to read it ------------------------------------------------------------------------------


def how_to_read(report: AreaReport) -> Content:
    example = next((each for each in report.indicators if words(each.figure).range), None)
    return {
        "gss_code": report.authority.gss_code,
        "release": report.release,
        "with_england": report.with_england,
        "published": report.release.published_at is not None,
        "query": query_of(report),
        "name": name_of(example.indicator) if example else "",
        "example": words(example.figure) if example else None,
        "is_index": bool(example and example.is_index),
    }


def groups_of(report: AreaReport) -> list[Groups]:
    """How many of each group answered, by what divides them."""
    found = report.answered.groups if report.answered else ()
    return [
        Groups(kind, tuple((each.name, words(each.figure)) for each in members))
        for kind, members in groupby(found, key=lambda each: each.kind)
    ]


OWN = (
    Panel("in-short", "In short", 100, "analytics/panels/in_short.html", in_short),
    Panel("unheard", "Who was not heard from", 150, "analytics/panels/unheard.html", unheard),
    Panel("suggested", "What families suggest", 200, "analytics/panels/suggested.html", suggested),
    Panel("figures", "All figures", 300, "analytics/panels/at_a_glance.html", at_a_glance),
    Panel("open-link", "By an open link", 500, "analytics/panels/by_open_link.html", by_open_link),
    Panel("reading", "How to read this", 900, "analytics/panels/how_to_read.html", how_to_read),
)

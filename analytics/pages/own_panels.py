"""The panels that every report has. Each turns figures into words and places for its template."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from analytics import charts, periods
from analytics.disclosure import Figure, Share, Withheld
from analytics.panels import Content, Panel
from analytics.reporting import AreaReport, IndicatorReport, InWave
from analytics.wording import Words, short, words
from surveys.definition import Item, Survey

# How many of the highest and of the lowest values a summary names, if there are enough.
MOST_NAMED = 3
# Of fewer answers a value is shown, and called neither high nor low: National Center for Health
# Statistics, presentation standards for proportions (Parker and others 2017), by way of methods.md.
FEWEST_TO_JUDGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator as one row: its words, England's, and its strip where one may be drawn."""

    code: str
    name: str
    wording: str
    own: Words
    england: Words
    strip: charts.Strip


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of a trend's table."""

    name: str
    period: str
    own: Words
    england: Words


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked, and of which ages."""

    text: str
    asked_of: str
    ages: int


@dataclass(frozen=True, slots=True)
class Groups:
    """How many there are of each group, by one way to divide people, such as by age."""

    kind: str
    rows: tuple[tuple[str, Words], ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """All of one indicator.

    Args:
        question: the wording that most ages read, to stand for all.
        own_ticks: where its trend has other waves than the first trend of the page.
    """

    row: Row
    question: Question | None
    questions: tuple[Question, ...]
    good_answers: str
    trend: charts.Trend | None
    trend_in_words: str
    waves: tuple[Wave, ...]
    own_ticks: tuple[charts.Tick, ...] = ()


# --- in short ------------------------------------------------------------------------------------


def in_short(report: AreaReport) -> Content:
    """For someone with ten minutes: who answered, the ends of the list, what is hidden."""
    bases = [each.figure.base for each in report.indicators if isinstance(each.figure, Share)]
    by_value = sorted(filter(_enough, report.indicators), key=lambda each: -_height(each.figure))
    named = min(MOST_NAMED, len(by_value) // 2)
    withheld = [_row(each) for each in report.indicators if isinstance(each.figure, Withheld)]
    return {
        "area": report.authority.name,
        "replies": words(report.replies) if report.replies else None,
        "by_open_link": report.by_open_link,
        "highest": [_row(each) for each in by_value[:named]],
        "lowest": [_row(each) for each in reversed(by_value[len(by_value) - named :])],
        "few": sum(base < FEWEST_TO_JUDGE for base in bases),
        "fewest": FEWEST_TO_JUDGE,
        "of": len(report.indicators),
        "withheld": withheld,
        "reasons": list(dict.fromkeys(each.own.reason for each in withheld)),
        "with_england": report.with_england,
    }


def _enough(each: IndicatorReport) -> bool:
    return isinstance(each.figure, Share) and each.figure.base >= FEWEST_TO_JUDGE


# --- all figures, one row each -------------------------------------------------------------------


def at_a_glance(report: AreaReport) -> Content:
    if not report.indicators:
        return None
    return {
        "area": report.authority.name,
        "rows": [_row(each) for each in report.indicators],
        "with_england": report.with_england,
        "england_later": report.england_later,
    }


# --- one by one ----------------------------------------------------------------------------------


def one_by_one(report: AreaReport) -> Content:
    if not report.indicators:
        return None
    details = [_detail(each, report) for each in report.indicators]
    # The same below almost every trend, and so drawn once and used by each.
    ticks = next((each.trend.ticks for each in details if each.trend), ())
    return {
        "area": report.authority.name,
        "with_england": report.with_england,
        "details": [_with_ticks(each, ticks) for each in details],
        "first_wave": not ticks,
        "ticks": ticks,
        "any_england": any(wave.england for each in report.indicators for wave in each.waves),
        "any_band": any(each.trend and each.trend.bands for each in details),
        "any_hidden": any(
            charts.span(wave.figure) is None for each in report.indicators for wave in each.waves
        ),
    }


def _detail(indicator: IndicatorReport, report: AreaReport) -> Detail:
    waves = indicator.waves
    questions = tuple(_questions(indicator.item, report.survey))
    return Detail(
        row=_row(indicator),
        question=max(questions, key=lambda each: each.ages, default=None),
        questions=questions,
        good_answers=_good_answers(indicator.item),
        trend=charts.trend([_reading(each) for each in waves]) if len(waves) > 1 else None,
        trend_in_words=_trend_in_words(waves),
        waves=tuple(_wave(each) for each in reversed(waves)),
    )


def _with_ticks(detail: Detail, shared: tuple[charts.Tick, ...]) -> Detail:
    if detail.trend is None or detail.trend.ticks == shared:
        return detail
    return replace(detail, own_ticks=detail.trend.ticks)


def _reading(each: InWave) -> charts.Reading:
    start, end = each.release.wave.period_start, each.release.wave.period_end
    return charts.Reading(
        day=periods.middle(start, end),
        label=periods.in_short(start, end),
        year=periods.years(start, end),
        figure=each.figure,
        reference=each.england,
    )


def _wave(each: InWave) -> Wave:
    return Wave(each.release.wave.name, _period(each), words(each.figure), words(each.england))


def _trend_in_words(waves: tuple[InWave, ...]) -> str:
    """The drawing, for whoever does not see it. Every value is in the table beside it."""
    first, last = waves[0], waves[-1]
    hidden = sum(not words(each.figure).shown for each in waves)
    parts = [
        f"{len(waves)} waves. {_period(first)}: {words(first.figure).value}",
        f"{_period(last)}: {words(last.figure).value}",
        f"England then: {words(last.england).value}" if last.england else "",
        f"Not shown in {hidden} of the waves" if hidden else "",
    ]
    return ". ".join(part for part in parts if part) + "."


def _period(each: InWave) -> str:
    return periods.in_words(each.release.wave.period_start, each.release.wave.period_end)


def _questions(item: Item | None, survey: Survey) -> Iterator[Question]:
    """Each wording once, with the ages that read it, in the order of the ages."""
    asked: dict[str, list[str]] = {}
    for version in survey.age_versions:
        if item is not None and item.asked_of(version.code):
            asked.setdefault(item.ask[version.code], []).append(version.name)
    for text, ages in asked.items():
        yield Question(text, ", ".join(ages), len(ages))


def _good_answers(item: Item | None) -> str:
    """The favourable answers' labels, each once."""
    labels = (
        label
        for answer in (item.answers if item else ())
        if answer.favourable
        for label in answer.label.values()
    )
    return "; ".join(dict.fromkeys(labels))


# --- who answered --------------------------------------------------------------------------------


def who_answered(report: AreaReport) -> Content:
    return {
        "area": report.authority.name,
        "how": "By an open link" if report.by_open_link else "By invitation",
        "replies": words(report.replies) if report.replies else None,
        "open_link": words(report.open_link_replies) if report.open_link_replies else None,
        "groups": [
            Groups(kind, tuple((each.name, words(each.figure)) for each in members))
            for kind, members in groupby(report.groups, key=lambda each: each.kind)
        ],
    }


def by_open_link(report: AreaReport) -> Content:
    """Counted apart and never merged, because nobody knows to whom the link was passed on."""
    rows = [
        (short(each.indicator.wording), words(each.open_link))
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
    return {
        "gss_code": report.authority.gss_code,
        "release": report.release,
        "newest": report.newest,
        "with_england": report.with_england,
        "published": report.release.published_at is not None,
        "example": _example(report.indicators),
    }


def _example(indicators: Iterable[IndicatorReport]) -> Row | None:
    """The first figure with a range, to explain a range by."""
    for each in indicators:
        if words(each.figure).range:
            return _row(each)
    return None


def _row(each: IndicatorReport) -> Row:
    return Row(
        code=each.indicator.code,
        name=short(each.indicator.wording),
        wording=each.indicator.wording,
        own=words(each.figure),
        england=words(each.england),
        strip=charts.strip(each.figure, each.england),
    )


def _height(figure: Figure | None) -> float:
    drawn = charts.span(figure)
    return drawn.middle if drawn else 0.0


OWN = (
    Panel("in-short", "In short", 100, "analytics/panels/in_short.html", in_short),
    Panel("figures", "All figures", 200, "analytics/panels/at_a_glance.html", at_a_glance),
    Panel("one-by-one", "One by one", 300, "analytics/panels/one_by_one.html", one_by_one),
    Panel("who-answered", "Who answered", 400, "analytics/panels/who_answered.html", who_answered),
    Panel("open-link", "By an open link", 500, "analytics/panels/by_open_link.html", by_open_link),
    Panel("reading", "How to read this", 900, "analytics/panels/how_to_read.html", how_to_read),
)

"""What everybody reads of plans in an authority's report."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics import reporting
from analytics.models import Release
from analytics.panels import Content
from analytics.spans import Span
from authorities.models import Authority, User
from improvement import planning
from improvement.models import Plan
from improvement.outcomes import Standing
from improvement.pages import plans_panel
from tests.authorities.factories import an_authority
from tests.improvement.factories import (
    NOW,
    TODAY,
    a_plan,
    a_planner,
    a_quarter,
    a_share,
    some_quarter,
    some_terms,
)
from tests.surveys.printing import looking

pytestmark = pytest.mark.django_db

WINTER, SUMMER_ON, AUTUMN_ON = date(2026, 12, 31), date(2027, 9, 30), date(2027, 12, 31)


@pytest.fixture
def leeds() -> Authority:
    leeds = an_authority(name="Leeds", gss_code="E08000035")
    a_quarter(leeds)
    return leeds


@pytest.fixture
def pat(leeds: Authority) -> User:
    return a_planner(leeds)


def report_of(authority: Authority, release: Release | None = None) -> reporting.AreaReport:
    releases = reporting.releases_of(authority, AnonymousUser(), today=TODAY)
    return reporting.report(authority, release or releases[0], releases=releases, with_england=True)


def plans_in(content: Content) -> list[Standing]:
    figures = content["figures"] if content else []
    assert isinstance(figures, list)
    return [standing for figure in figures for standing in figure.plans]


def shown(authority: Authority, release: Release | None = None) -> list[Standing]:
    return plans_in(plans_panel.what_we_plan(report_of(authority, release)))


def test_without_a_public_plan_there_is_no_panel(leeds: Authority, pat: User) -> None:
    a_plan(leeds, by=pat, terms=some_terms(public=False))

    assert plans_panel.what_we_plan(report_of(leeds)) is None


def test_a_public_plan_stands_in_the_report(client: Client, leeds: Authority, pat: User) -> None:
    a_plan(leeds, by=pat)
    a_plan(leeds, by=pat, terms=some_terms(doing="A secret", public=False))

    page = client.get("/report/E08000035/").text

    assert "What we plan" in page
    assert "Every new social worker is introduced by the one before." in page
    assert "Head of children in care" in page
    assert (
        "We expect 70% in the figures up to 30 September 2027. There are no newer figures yet."
        in page
    )
    assert "A secret" not in page
    assert pat.name not in page


def test_what_a_planner_writes_is_text_and_no_more(
    client: Client, leeds: Authority, pat: User
) -> None:
    a_plan(leeds, by=pat, terms=some_terms(doing="<script>x</script>", owner="<b>Head</b>"))

    page = client.get("/report/E08000035/").text

    assert "<script>x" not in page
    assert "<b>Head" not in page


def test_expectation_and_outcome_stand_side_by_side(leeds: Authority, pat: User) -> None:
    a_plan(leeds, by=pat)
    for end, percent in ((WINTER, 64), (date(2027, 3, 31), 65), (date(2027, 6, 30), 66)):
        a_quarter(leeds, end, some_quarter(percent))
    [before] = shown(leeds)
    a_quarter(leeds, SUMMER_ON, some_quarter(74))

    [standing] = shown(leeds)

    assert before.outcome is not None
    assert (before.outcome.due, before.found and before.found.value) == (False, "66%")
    assert standing.start.value == "62%"
    assert standing.expected == "70%"
    assert standing.told_of == "up to four waves to 30 September 2027"
    assert standing.sentences == (
        (
            "We expected 70%. It is 74% (95% range 68% to 79%, 250 answers): the expected value is "
            "inside the range."
        ),
        (
            "Better than where it started (62%). Evidence: chance alone would bring so large a "
            "difference less than once in 20 times."
        ),
    )


def test_a_later_wave_does_not_change_what_was_found(leeds: Authority, pat: User) -> None:
    a_plan(leeds, by=pat)
    a_quarter(leeds, SUMMER_ON, some_quarter(66))
    a_quarter(leeds, AUTUMN_ON, some_quarter(80))

    [standing] = shown(leeds)

    assert standing.found is not None
    assert standing.found.value == "66%"


def test_an_older_report_tells_what_was_known_then(leeds: Authority, pat: User) -> None:
    a_plan(leeds, by=pat)
    summer = reporting.releases_of(leeds, pat, today=TODAY)[-1]
    a_quarter(leeds, SUMMER_ON, some_quarter(66))
    a_plan(leeds, by=pat, indicator="told", terms=some_terms(expected_by=date(2028, 9, 30)))

    [standing] = shown(leeds, summer)

    assert (standing.plan.indicator, standing.outcome) == ("safe", None)
    assert len(shown(leeds)) == 2


def test_the_outcome_is_of_the_same_kind_as_the_start(leeds: Authority, pat: User) -> None:
    a_plan(leeds, by=pat)
    a_quarter(leeds, SUMMER_ON, {("safe", Span.WAVE): a_share(80), ("told", Span.FOUR): a_share(9)})

    [standing] = shown(leeds)

    assert standing.outcome is None


def test_a_plan_that_ended_is_told_of_until_a_year_after_its_outcome(
    leeds: Authority, pat: User
) -> None:
    plan = a_plan(leeds, by=pat)
    planning.end(plan=plan, state=Plan.State.STOPPED, why="No money.", by=pat, now=NOW)
    a_quarter(leeds, SUMMER_ON, some_quarter(66))
    assert [each.plan.why_ended for each in shown(leeds)] == ["No money."]
    a_quarter(leeds, date(2028, 9, 30), some_quarter(66))
    assert len(shown(leeds)) == 1
    a_quarter(leeds, date(2028, 12, 31), some_quarter(66))

    assert shown(leeds) == []


def test_plans_stand_in_the_order_of_the_report_and_beside_their_indicator(
    leeds: Authority, pat: User
) -> None:
    first = a_plan(leeds, by=pat, indicator="told")
    ended = a_plan(leeds, by=pat, indicator="safe")
    planning.end(plan=ended, state=Plan.State.DONE, why="Done.", by=pat, now=NOW)
    open_, index = a_plan(leeds, by=pat), a_plan(leeds, by=pat, indicator="experience")

    assert [each.plan for each in shown(leeds)] == [index, open_, ended, first]
    beside = plans_in(plans_panel.about(report_of(leeds), "told"))
    assert [each.plan for each in beside] == [first]
    assert plans_panel.about(report_of(leeds), "rights") is None


def test_a_report_asks_the_same_number_of_questions_for_one_plan_and_for_three(
    leeds: Authority, pat: User
) -> None:
    made = report_of(leeds)

    def asked(look: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as queries:
            look()
        return len(queries)

    none = asked(lambda: plans_panel.what_we_plan(made))
    a_plan(leeds, by=pat)
    one = asked(lambda: shown_words(made))
    for code in ("told", "experience"):
        a_plan(leeds, by=pat, indicator=code)

    assert (none, one, asked(lambda: shown_words(made))) == (1, 2, 2)


def shown_words(made: reporting.AreaReport) -> list[object]:
    """All that the template reads."""
    found = plans_in(plans_panel.what_we_plan(made))
    return [(each.started, each.told_of, each.sentences) for each in found]


def test_a_public_plan_is_printed_with_the_report_once(
    client: Client, leeds: Authority, pat: User
) -> None:
    a_plan(leeds, by=pat)
    a_plan(leeds, by=pat, terms=some_terms(doing="A secret", public=False))

    paper = " ".join(looking.words(client.get("/report/E08000035.pdf").content))

    said = "What we plan What Leeds does about its figures, and what became of it. Feel safe"
    assert paper.count(said) == 1
    assert paper.count("Every new social worker is introduced by the one before.") == 1
    assert "Head of children in care, by 31 March 2027. Under way" in paper
    assert re.search(r"It started from We expect Outcome 62% .* 70% by 30 September 2027", paper)
    assert "A secret" not in paper

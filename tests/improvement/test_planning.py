"""Plans are made from published figures, changed in sight, ended with a reason, and kept."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.disclosure import Withheld
from analytics.spans import Span
from authorities.models import AuditEntry, Authority, User
from authorities.roles import Role
from feedback.models import Channel
from improvement import outcomes, planning
from improvement.errors import PlansAreKept, Refused
from improvement.models import Plan
from tests.authorities.factories import a_member, an_authority
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def leeds() -> Authority:
    leeds = an_authority(name="Leeds")
    a_quarter(leeds)
    return leeds


@pytest.fixture
def pat(leeds: Authority) -> User:
    return a_planner(leeds)


def add(authority: Authority, by: User, indicator: str = "safe", **terms: Any) -> Plan:
    return a_plan(authority, indicator=indicator, by=by, terms=some_terms(**terms))


# --- making --------------------------------------------------------------------------------------


def test_a_plan_starts_from_the_leading_figure_of_the_newest_report(
    leeds: Authority, pat: User
) -> None:
    plan = add(leeds, pat)

    assert (plan.indicator, plan.span, plan.channel, plan.state) == (
        "safe",
        "four",
        "invited",
        "open",
    )
    assert (plan.start["percent"], plan.started_in.wave.period_end) == (62, date(2026, 9, 30))
    entry = AuditEntry.objects.get(act="plan made")
    assert (entry.actor, entry.authority, entry.subject) == (pat, leeds, f"plan {plan.pk}, safe")
    assert entry.why == (
        "What: Every new social worker is introduced by the one before.\n"
        "Who: Head of children in care\n"
        "By: 31 March 2027\n"
        "Expected: 70%\n"
        "In the figures up to: 30 September 2027\n"
        "In the public report: yes"
    )


def test_in_the_first_wave_it_starts_from_that_wave() -> None:
    here = an_authority()
    a_quarter(here, said={("safe", Span.WAVE): a_share(62)})

    assert outcomes.starts(here, today=TODAY)["safe"].span is Span.WAVE


def test_it_starts_from_invited_answers_wherever_anybody_was_invited() -> None:
    here, there = an_authority(), an_authority()
    a_quarter(there, channel=Channel.OPEN)
    release = a_quarter(here, published=False)
    for figure in list(release.figures.filter(area=here.gss_code)):
        figure.pk, figure.channel = None, Channel.OPEN
        figure.save()
    release.published_at = NOW
    release.save()

    assert {each.channel for each in outcomes.starts(here, today=TODAY).values()} == {"invited"}
    assert {each.channel for each in outcomes.starts(there, today=TODAY).values()} == {"open"}


def test_nothing_starts_from_what_is_withheld_or_not_published() -> None:
    here = an_authority()
    hidden = Withheld("fewer than 10 people answered this")
    a_quarter(here, said={("safe", Span.FOUR): hidden, ("told", Span.FOUR): a_share(60)})
    a_quarter(here, date(2026, 12, 31), some_quarter(80), published=False)

    starts = outcomes.starts(here, today=TODAY)

    assert [(code, each.words.value) for code, each in starts.items()] == [("told", "60%")]
    with pytest.raises(Refused, match="not shown in the newest published report"):
        planning.add(authority=here, start=None, terms=some_terms(), by=a_planner(here), now=NOW)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"doing": "  "}, "Say what you will do"),
        ({"doing": "x" * 1001}, "at most 1000 characters"),
        ({"owner": " "}, "Say who sees to it"),
        ({"owner": "x" * 121}, "at most 120 characters"),
        ({"by_when": date(2026, 11, 9)}, "The day by which it is to be done is over"),
        ({"expected": 9}, "from 10% to 90%"),
        ({"expected": 91}, "from 10% to 90%"),
        ({"expected_by": date(2027, 9, 29)}, "from 30 September 2027 to 30 September 2031"),
        ({"expected_by": date(2031, 10, 1)}, "some of the same answers"),
    ],
)
def test_what_cannot_be_is_refused(
    leeds: Authority, pat: User, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        add(leeds, pat, **wrong)

    assert not Plan.objects.exists()
    assert not AuditEntry.objects.filter(act__startswith="plan").exists()


def test_an_index_is_expected_in_points(leeds: Authority, pat: User) -> None:
    assert (
        add(leeds, pat, "experience", expected=99).expectation.measure.unit.of(99)
        == "99 out of 100"
    )
    with pytest.raises(Refused, match="from 1 out of 100 to 99 out of 100"):
        add(leeds, pat, "experience", expected=100)


@pytest.mark.parametrize(
    ("role", "here", "may"),
    [
        (Role.PLANNER, True, True),
        (Role.IMPROVEMENT_LEAD, True, True),
        (Role.PLANNER, False, False),
        (Role.COORDINATOR, True, False),
        (Role.LISTENER, True, False),
        (Role.NATIONAL_ADMINISTRATOR, True, False),
    ],
)
def test_planners_and_improvement_leads_plan_where_they_are(
    leeds: Authority, role: Role, here: bool, may: bool
) -> None:
    user = a_member(role, leeds if here else an_authority())

    if may:
        assert add(leeds, user).created_by == user
    else:
        with pytest.raises(PermissionDenied):
            add(leeds, user)
        with pytest.raises(PermissionDenied):
            planning.plans_for(user, leeds)


def test_nobody_plans_for_an_authority_that_is_no_more() -> None:
    gone = an_authority(name="Humberside", in_force_until=date(2026, 10, 31))
    a_quarter(gone)

    with pytest.raises(Refused, match="Humberside is not in force today"):
        add(gone, a_planner(gone))


# --- changing ------------------------------------------------------------------------------------


def change(plan: Plan, by: User, *, revision: int | None = None, **terms: Any) -> Plan:
    return planning.change(
        plan=plan,
        terms=some_terms(**terms),
        revision=revision or plan.revision,
        why="We looked again",
        by=by,
        now=NOW,
    )


def test_what_was_changed_is_in_the_audit_with_what_it_said_before(
    leeds: Authority, pat: User
) -> None:
    plan = add(leeds, pat)

    changed = change(plan, pat, expected=72, public=False)

    assert (changed.expected, changed.public, changed.revision) == (72, False, 2)
    newest, oldest = planning.history(plan)
    assert newest.why == ("We looked again\nExpected: 70% → 72%\nIn the public report: yes → no")
    assert oldest.act == "plan made"


def test_once_newer_figures_are_out_the_expectation_stays(leeds: Authority, pat: User) -> None:
    plan = add(leeds, pat)
    a_quarter(leeds, date(2026, 12, 31), some_quarter(66))

    with pytest.raises(Refused, match="There are newer figures"):
        change(plan, pat, expected=66)
    with pytest.raises(Refused, match="There are newer figures"):
        change(plan, pat, expected_by=date(2028, 9, 30))

    assert change(plan, pat, owner="Head of early help").owner == "Head of early help"


def test_whoever_has_seen_prepared_figures_cannot_expect_them(leeds: Authority, pat: User) -> None:
    plan = add(leeds, pat)
    a_quarter(leeds, date(2026, 12, 31), some_quarter(66), published=False)

    with pytest.raises(Refused, match="There are newer figures"):
        change(plan, pat, expected=66)

    # They are of a day before the one that is expected, and so no answer to it.
    assert add(leeds, pat).expected == 70
    a_quarter(leeds, date(2027, 9, 30), some_quarter(66), published=False)
    with pytest.raises(Refused, match="prepared already"):
        add(leeds, pat)
    assert Plan.objects.count() == 2


def test_two_people_do_not_write_over_each_other(leeds: Authority, pat: User) -> None:
    plan = add(leeds, pat)
    change(plan, pat, expected=72)

    with pytest.raises(Refused, match="Somebody changed this plan"):
        change(plan, pat, revision=1, expected=74)


def test_a_change_changes_something_and_has_a_reason(leeds: Authority, pat: User) -> None:
    plan = add(leeds, pat)

    with pytest.raises(Refused, match="Nothing would change"):
        change(plan, pat)
    with pytest.raises(Refused, match="Say why it changes"):
        planning.change(
            plan=plan, terms=some_terms(expected=72), revision=1, why=" ", by=pat, now=NOW
        )
    with pytest.raises(Refused, match="is over"):
        change(plan, pat, by_when=date(2026, 11, 1))


# --- ending --------------------------------------------------------------------------------------


def test_a_plan_ends_with_a_reason_and_stays_ended(leeds: Authority, pat: User) -> None:
    plan = add(leeds, pat)

    ended = planning.end(plan=plan, state=Plan.State.DONE, why="All met.", by=pat, now=NOW)

    assert (ended.state, ended.why_ended, ended.ended_by) == ("done", "All met.", pat)
    assert planning.history(plan)[0].act == "plan done"
    again = planning.end(plan=plan, state=Plan.State.DONE, why="Twice.", by=pat, now=NOW)
    assert again.why_ended == "All met."
    with pytest.raises(Refused, match="This plan is done"):
        planning.end(plan=plan, state=Plan.State.STOPPED, why="No.", by=pat, now=NOW)
    with pytest.raises(Refused, match="This plan is done"):
        change(plan, pat, expected=72)


def test_without_a_reason_it_does_not_end(leeds: Authority, pat: User) -> None:
    plan = add(leeds, pat)

    with pytest.raises(Refused, match="Say what was done"):
        planning.end(plan=plan, state=Plan.State.STOPPED, why=" ", by=pat, now=NOW)
    with pytest.raises(ValueError, match="ends done or stopped"):
        planning.end(plan=plan, state=Plan.State.OPEN, why="No.", by=pat, now=NOW)


def test_nothing_is_deleted(leeds: Authority, pat: User) -> None:
    plan = add(leeds, pat)

    with pytest.raises(PlansAreKept):
        plan.delete()
    with pytest.raises(PlansAreKept):
        Plan.objects.all().delete()


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "done"},
        {"ended_at": NOW},
        {"why_ended": "Because"},
        {"state": "stopped", "ended_at": NOW},
        {"expected": 0},
        {"expected": 100},
    ],
)
def test_the_database_keeps_to_it_too(leeds: Authority, pat: User, broken: dict[str, Any]) -> None:
    plan = add(leeds, pat)

    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(**broken)


# --- reading -------------------------------------------------------------------------------------


def test_the_staff_home_page_says_what_is_late(leeds: Authority, pat: User) -> None:
    assert planning.news_for(pat) == ""
    plans = [add(leeds, pat), add(leeds, pat, "told")]
    yesterday = timezone.localdate() - timedelta(days=1)
    Plan.objects.filter(pk=plans[0].pk).update(by_when=yesterday)

    assert planning.news_for(pat) == "1 past its day"
    Plan.objects.update(by_when=yesterday)
    assert planning.news_for(pat) == "2 past their day"
    assert planning.news_for(a_planner(an_authority())) == ""

"""Saying what will be done about a figure, and what is expected of it; changing it; ending it."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from analytics import disclosure
from authorities import access, audit
from authorities.models import AuditEntry, Authority, User
from authorities.querysets import AuditEntryQuerySet
from authorities.roles import Permission
from improvement import outcomes
from improvement.errors import Refused
from improvement.expectations import Measure, a_year_after, day_in_words
from improvement.models import Plan
from improvement.outcomes import Start

MAY: Final = Permission.PLAN_IMPROVEMENTS
LONGEST_DOING: Final = 1_000
LONGEST_OWNER: Final = 120
LONGEST_REASON: Final = 400
# A figure of four waves shares answers with the next three, so nothing is expected before a year;
# and what is expected in more than five, nobody who reads it now will look for.
FEWEST_YEARS, MOST_YEARS = 1, 5


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan says.

    Args:
        doing: what we will do.
        owner: a role, or the name of a member of staff.
        by_when: when it is to be done.
        expected: a whole percent, or whole points of an index.
        expected_by: the last day of the time that the outcome tells of.
        public: whether everybody sees it in the report.
    """

    doing: str
    owner: str
    by_when: date
    expected: int
    expected_by: date
    public: bool


def plans_for(user: User, authority: Authority) -> list[Plan]:
    """The plans of an authority: the one door for staff.

    Raises:
        PermissionDenied: the person does not plan there.
    """
    access.require(user, MAY, authority)
    return list(Plan.objects.of(authority).for_reading())


def news_for(user: User) -> str:
    """How many of this person's authorities' plans are late, for the staff home page."""
    theirs = Plan.objects.of_any(access.authorities_for(user, MAY))
    late = theirs.late_on(localdate()).count()
    return f"{late} past {'its' if late == 1 else 'their'} day" if late else ""


def history(plan: Plan) -> AuditEntryQuerySet:
    """What was done with a plan, the newest first, for those who may plan there."""
    return AuditEntry.objects.filter(
        act__in=_ACTS, subject=_named(plan), authority=plan.authority
    ).order_by("-pk")


@transaction.atomic
def add(
    *, authority: Authority, start: Start | None, terms: Terms, by: User, now: datetime
) -> Plan:
    """Begin a plan from a figure that is published.

    Args:
        start: as ``outcomes.starts`` gives it; ``None`` where there is no such figure.

    Raises:
        PermissionDenied: the person does not plan there.
        Refused: the authority is no more, its figure is not shown, the words, the day or what is
            expected are missing or cannot be, or what would answer it is known already.
    """
    access.require(by, MAY, authority)
    today = localdate(now)
    if not Authority.objects.in_force_on(today).filter(pk=authority.pk).exists():
        raise Refused(f"{authority.name} is not in force today. Plan for the authority after it.")
    if start is None:
        raise Refused(
            "This figure is not shown in the newest published report, so there is nothing to "
            "start from. Choose another figure."
        )
    terms = _checked(terms, start.measure, start.release.wave.period_end)
    if terms.by_when < today:
        raise Refused("The day by which it is to be done is over. Choose a later one.")
    plan = Plan.objects.create(
        authority=authority,
        indicator=start.measure.code,
        started_in=start.release,
        channel=start.channel,
        span=start.span,
        start=disclosure.to_json(start.figure),
        created_at=now,
        created_by=by,
        **_fields(terms),
    )
    known = outcomes.known_to_somebody(plan)
    if known is not None and known.due:
        raise Refused(
            "The figures that would show it are prepared already. Wait until they are out, and "
            "plan from them."
        )
    _record(plan, "plan made", _said(terms, plan.measure), by=by)
    return plan


@transaction.atomic
def change(*, plan: Plan, terms: Terms, revision: int, why: str, by: User, now: datetime) -> Plan:
    """Say a plan otherwise. What it said before stays in the audit.

    What is expected changes only while there is no newer figure, not even a prepared one: after
    that it would be a guess that has seen the answer.

    Args:
        revision: the one that the person had before them.

    Raises:
        PermissionDenied: the person does not plan there.
        Refused: it has ended, somebody changed it meanwhile, nothing would change, there is no
            reason, what it says cannot be, or there are newer figures.
    """
    access.require(by, MAY, plan.authority)
    why = _reason(why, "Say why it changes.")
    plan = _locked(plan)
    _refuse_ended(plan)
    if plan.revision != revision:
        raise Refused("Somebody changed this plan since you opened it. Look at it again.")
    before = _terms(plan)
    terms = _checked(terms, plan.measure, plan.started_in.wave.period_end)
    if terms == before:
        raise Refused("Nothing would change.")
    today = localdate(now)
    if terms.by_when != before.by_when and terms.by_when < today:
        raise Refused("The day by which it is to be done is over. Choose a later one.")
    _refuse_hindsight(plan, before, terms)
    for name, value in _fields(terms).items():
        setattr(plan, name, value)
    plan.revision += 1
    plan.save(update_fields=[*_fields(terms), "revision"])
    _record(plan, "plan changed", f"{why}\n{_changes(before, terms, plan.measure)}", by=by)
    return plan


@transaction.atomic
def end(*, plan: Plan, state: Plan.State, why: str, by: User, now: datetime) -> Plan:
    """Say that a plan is done, or stopped, and why. May be called twice.

    It stays where it was shown, and its outcome is still looked for.

    Raises:
        PermissionDenied: the person does not plan there.
        Refused: there is no reason, or it had ended otherwise.
        ValueError: that is no way to end.
    """
    access.require(by, MAY, plan.authority)
    if state == Plan.State.OPEN:
        raise ValueError("a plan ends done or stopped")
    why = _reason(why, "Say what was done, or why it stops.")
    plan = _locked(plan)
    if plan.state == state:
        return plan
    _refuse_ended(plan)
    plan.state, plan.why_ended, plan.ended_at, plan.ended_by = state, why, now, by
    plan.save(update_fields=["state", "why_ended", "ended_at", "ended_by"])
    _record(plan, f"plan {state.value}", why, by=by)
    return plan


# --- what may be said ----------------------------------------------------------------------------


def _checked(terms: Terms, measure: Measure, period_end: date) -> Terms:
    """The terms without spaces around their words.

    Raises:
        Refused: a part is missing, too long or cannot be.
    """
    doing, owner = terms.doing.strip(), terms.owner.strip()
    if not 0 < len(doing) <= LONGEST_DOING:
        raise Refused(f"Say what you will do, in at most {LONGEST_DOING} characters.")
    if not 0 < len(owner) <= LONGEST_OWNER:
        raise Refused(
            "Say who sees to it: a role, or the name of a member of staff, in at most "
            f"{LONGEST_OWNER} characters."
        )
    least, most = measure.unit.ends
    if not least <= terms.expected <= most:
        raise Refused(
            f"Expect a whole number from {measure.unit.of(least)} to {measure.unit.of(most)}: "
            "beyond these no number is published, so nobody could see whether it came about."
        )
    _refuse_day(terms.expected_by, period_end)
    return Terms(
        doing, owner, terms.by_when, terms.expected, terms.expected_by, public=terms.public
    )


def _refuse_day(expected_by: date, period_end: date) -> None:
    first, last = (a_year_after(period_end, years) for years in (FEWEST_YEARS, MOST_YEARS))
    if not first <= expected_by <= last:
        raise Refused(
            f"Say what you expect for a day from {day_in_words(first)} to {day_in_words(last)}: "
            "before that, some of the same answers would be counted again."
        )


def _refuse_hindsight(plan: Plan, before: Terms, after: Terms) -> None:
    if (before.expected, before.expected_by) == (after.expected, after.expected_by):
        return
    if outcomes.known_to_somebody(plan) is not None:
        raise Refused(
            "There are newer figures, so what was expected before them stays as it is. End this "
            "plan and begin another from the new figure, once it is published."
        )


def _refuse_ended(plan: Plan) -> None:
    if plan.state != Plan.State.OPEN:
        raise Refused(f"This plan is {plan.state} and stays as it is. Begin another.")


def _reason(why: str, missing: str) -> str:
    if not 0 < len(why.strip()) <= LONGEST_REASON:
        raise Refused(
            missing if not why.strip() else f"Say it in at most {LONGEST_REASON} characters."
        )
    return why.strip()


def _locked(plan: Plan) -> Plan:
    # Without a join: PostgreSQL would look again at the row it waited for, not at those beside it.
    return Plan.objects.select_for_update().get(pk=plan.pk)


# --- what is kept --------------------------------------------------------------------------------

_ACTS: Final = ("plan made", "plan changed", "plan done", "plan stopped")


def _record(plan: Plan, act: str, why: str, *, by: User) -> None:
    audit.record(actor=by, act=act, subject=_named(plan), authority=plan.authority, why=why)


def _named(plan: Plan) -> str:
    return f"plan {plan.pk}, {plan.indicator}"


def _terms(plan: Plan) -> Terms:
    return Terms(**{each.name: getattr(plan, each.name) for each in fields(Terms)})


def _fields(terms: Terms) -> dict[str, object]:
    return {each.name: getattr(terms, each.name) for each in fields(Terms)}


def _parts(terms: Terms, measure: Measure) -> dict[str, str]:
    return {
        "What": terms.doing,
        "Who": terms.owner,
        "By": day_in_words(terms.by_when),
        "Expected": measure.unit.of(terms.expected),
        "In the figures up to": day_in_words(terms.expected_by),
        "In the public report": "yes" if terms.public else "no",
    }


def _said(terms: Terms, measure: Measure) -> str:
    return "\n".join(f"{name}: {value}" for name, value in _parts(terms, measure).items())


def _changes(before: Terms, after: Terms, measure: Measure) -> str:
    """What it said and says, of the parts that changed."""
    old, new = _parts(before, measure), _parts(after, measure)
    return "\n".join(f"{name}: {old[name]} → {new[name]}" for name in new if old[name] != new[name])

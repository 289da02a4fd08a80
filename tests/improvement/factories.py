"""What the tests of plans start from. Plain functions; every word may be changed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from analytics import disclosure
from analytics.disclosure import Figure as Value
from analytics.models import Figure, Release
from analytics.spans import Span
from authorities.models import Authority, User
from authorities.roles import Role
from feedback.models import Channel
from improvement import outcomes, planning
from improvement.models import Plan
from improvement.planning import Terms
from surveys.models import Version
from tests.analytics.factories import a_closed_wave, a_release
from tests.authorities.factories import a_member
from tests.surveys.factories import a_version

NOW = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
SUMMER = date(2026, 9, 30)  # the last day of the quarter that plans start from

# What is said of an authority, by indicator and span.
Quarter = Mapping[tuple[str, Span], Value]


def a_share(percent: int, answers: int = 250) -> Value:
    return disclosure.share(percent * answers // 100, answers)


def some_quarter(percent: int = 62, answers: int = 250) -> Quarter:
    """Two indicators and the index, of the wave and of up to four."""
    share = a_share(percent, answers)
    index = disclosure.Mean(percent, answers, lower=percent - 3, upper=percent + 3, error=1.5)
    return {
        (code, span): figure
        for code, figure in (("safe", share), ("told", share), ("experience", index))
        for span in (Span.WAVE, Span.FOUR)
    }


def a_quarter(
    authority: Authority,
    end: date = SUMMER,
    said: Quarter | None = None,
    *,
    version: Version | None = None,
    published: bool = True,
    channel: Channel = Channel.INVITED,
) -> Release:
    """The release of the quarter that ends then, with these figures of the authority."""
    start = date(end.year, end.month - 2, 1)
    wave = a_closed_wave(version=version or a_version(), opens_on=start, closes_on=end)
    release = a_release({"E92000001": {}}, wave=wave, published_at=None)
    Figure.objects.bulk_create(
        Figure(
            release=release,
            area=authority.gss_code,
            channel=channel,
            indicator=code,
            slice="all",
            span=span,
            value=disclosure.to_json(figure),
        )
        for (code, span), figure in (said or some_quarter()).items()
    )
    if published:
        release.published_at = datetime(end.year, end.month, 28, tzinfo=UTC)
        release.save()
    return release


def some_terms(
    *,
    doing: str = "Every new social worker is introduced by the one before.",
    owner: str = "Head of children in care",
    by_when: date = date(2027, 3, 31),
    expected: int = 70,
    expected_by: date = date(2027, 9, 30),
    public: bool = True,
) -> Terms:
    return Terms(doing, owner, by_when, expected, expected_by, public=public)


def a_planner(authority: Authority) -> User:
    return a_member(Role.PLANNER, authority)


def a_plan(
    authority: Authority,
    *,
    indicator: str = "safe",
    terms: Terms | None = None,
    by: User | None = None,
    now: datetime = NOW,
) -> Plan:
    """A plan that starts from the authority's newest figures, which must be there."""
    start = outcomes.starts(authority, today=now.date())[indicator]
    by = by or a_planner(authority)
    return planning.add(
        authority=authority, start=start, terms=terms or some_terms(), by=by, now=now
    )

"""Marked events: what planners say happened, who said it, and what is refused."""

from datetime import date
from typing import Any

import pytest

from analytics import events
from analytics.errors import Refused
from analytics.models import Event
from authorities.models import AuditEntry, Authority, User
from authorities.roles import Role
from tests.authorities.factories import a_member, an_authority

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 27)


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds")


@pytest.fixture
def planner(leeds: Authority) -> User:
    return a_member(Role.PLANNER, leeds)


def marked(authority: Authority, by: User, **more: Any) -> Event:
    said: dict[str, Any] = {
        "on": date(2026, 9, 1),
        "words": " New   duty team. ",
        "indicator": "listened",
        "rebases": True,
    }
    return events.mark(authority=authority, by=by, today=TODAY, **{**said, **more})


def test_a_marked_day_is_kept_and_who_marked_it_is_in_the_audit(
    leeds: Authority, planner: User
) -> None:
    event = marked(leeds, planner)

    entry = AuditEntry.objects.get()
    assert (event.words, event.rebases) == ("New duty team.", True)
    assert list(events.of_authority(leeds)) == [event]
    assert list(events.of_authority(an_authority())) == []
    assert (entry.act, entry.actor, entry.authority) == ("event marked", planner, leeds)
    assert (entry.subject, entry.why) == (
        "2026-09-01, listened; limits anew from there",
        "New duty team.",
    )


def test_the_same_marked_twice_is_marked_once(leeds: Authority, planner: User) -> None:
    assert marked(leeds, planner) == marked(leeds, planner)

    assert (Event.objects.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"words": "  "}, "Say what happened"),
        ({"words": "x" * 121}, "Say what happened, in 1 to 120 letters"),
        ({"indicator": "happiness"}, "There is no such indicator"),
        ({"on": date(2026, 11, 28)}, "That day is still to come"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_kept(
    leeds: Authority, planner: User, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        marked(leeds, planner, **wrong)

    assert not Event.objects.exists()
    assert not AuditEntry.objects.exists()


def test_there_are_not_so_many_marks_that_they_explain_nothing(
    leeds: Authority, planner: User
) -> None:
    for number in range(events.MOST):
        marked(leeds, planner, words=f"Change {number}")

    with pytest.raises(Refused, match="There are 40 marks already"):
        marked(leeds, planner)
    assert marked(an_authority(), planner).words == "New duty team."


def test_a_mark_is_taken_away_once_and_only_in_its_own_authority(
    leeds: Authority, planner: User
) -> None:
    event = marked(leeds, planner, indicator="")
    number = event.pk

    elsewhere = events.take_away(authority=an_authority(), event_id=number, by=planner)
    outcomes = [events.take_away(authority=leeds, event_id=number, by=planner) for _ in range(2)]

    assert (elsewhere, outcomes) == (False, [True, False])
    assert list(AuditEntry.objects.order_by("pk").values_list("act", "subject")) == [
        ("event marked", "2026-09-01, all indicators; limits anew from there"),
        ("event taken away", "2026-09-01, all indicators; limits anew from there"),
    ]


def test_an_event_can_be_about_whatever_there_are_figures_of() -> None:
    about = events.about()

    assert next(iter(about)) == "experience"
    assert about["listened"] == "Are listened to"

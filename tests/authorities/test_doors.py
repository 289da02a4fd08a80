"""The doors of the staff home page."""

import pytest
from django.urls import reverse

from authorities import doors
from authorities.doors import Door
from authorities.roles import Permission


def test_every_door_leads_somewhere() -> None:
    for door in doors.registered():
        assert reverse(door.url_name, args=["E06000001"] if door.of_each_authority else [])


def test_a_door_registered_twice_stands_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_doors", {})
    first = Door("One", "Words.", "one", Permission.READ_AUDIT)
    second = Door("Two", "Words.", "two", Permission.READ_AUDIT)

    for door in (first, second, first):
        doors.register(door)

    assert doors.registered() == (first, second)

"""The invented people: whatever chance gives them for a password, they can sign in with it."""

import secrets
from datetime import date, timedelta

import pytest

from authorities.models import Authority, User
from authorities.roles import Role
from config.demo import staff
from tests.authorities.factories import an_authority

TODAY = date(2026, 11, 27)
A_PLANNER: tuple[str, str, Role, list[Authority]] = ("planner", "Priya Marsh", Role.PLANNER, [])


@pytest.mark.django_db
def test_a_password_that_chance_makes_like_the_address_is_thrown_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thrown = iter(["planner@heard.ex", "Xq7-Lk2_Vb9wRz4T"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: next(thrown))
    monkeypatch.setattr(staff, "_people", lambda _: iter([A_PLANNER]))

    logins = staff.welcome(
        places=[an_authority()], today=TODAY, listening_since=TODAY - timedelta(days=1)
    )

    assert logins["planner"].password == "Xq7-Lk2_Vb9wRz4T"
    assert User.objects.get(email="planner@heard.example").check_password("Xq7-Lk2_Vb9wRz4T")

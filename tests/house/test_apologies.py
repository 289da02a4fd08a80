"""What a person meets when something is wrong: plain words, help, and never a stack trace."""

from typing import Any, NoReturn

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client

from config.urls import urlpatterns


def breaks_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a browser is answered where a page raises this."""

    def page(_request: Any) -> NoReturn:
        raise error

    health = next(
        pattern for pattern in urlpatterns if getattr(pattern, "name", "") == "health-live"
    )
    monkeypatch.setattr(health, "callback", page)
    return Client(raise_request_exception=False).get("/health/live")


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (RuntimeError("secret cause"), 500, "It is our mistake, not yours."),
        (SuspiciousOperation("secret cause"), 400, "Nothing was kept."),
        (PermissionDenied("Only planners of Leeds see this."), 403, "Only planners of Leeds see"),
        (PermissionDenied(), 403, "You may not see this page"),
    ],
)
def test_an_error_is_told_in_plain_words_with_help(
    error: Exception, status: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = breaks_with(error, monkeypatch)

    assert response.status_code == status
    assert words in response.text
    assert_helps(response)


def test_a_page_that_is_not_there_is_told_in_plain_words_with_help() -> None:
    response = Client().get("/no/such/page")

    assert response.status_code == 404
    assert "There is no such page" in response.text
    assert_helps(response)


def test_a_forged_post_is_told_in_plain_words_with_help(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@b.example"})

    assert response.status_code == 403
    assert "nothing was changed" in response.text
    assert_helps(response)


def test_a_request_for_another_host_is_told_in_plain_words() -> None:
    response = Client().get("/health/live", headers={"Host": "elsewhere.example"})

    assert response.status_code == 400
    assert_helps(response)


@pytest.mark.parametrize(
    "path",
    [
        "/report/%00/",
        "/report/%00.csv",
        "/staff/progress/%00/",
        "/s/%00",
        "/static/%00",
        "/admin/authorities/user/?memberships__role=%00",
    ],
)
def test_a_nul_in_an_address_is_refused_before_the_database_is_asked(path: str) -> None:
    response = Client().get(path)  # without a database: asking it would fail this test

    assert response.status_code == 400
    assert "That could not be read" in response.text
    assert_helps(response)


def test_a_nul_in_an_address_of_the_api_is_refused_in_its_own_form() -> None:
    response = Client().get("/api/v1/authorities/%00/")

    assert response.status_code == 400
    assert "NUL" in response.json()["detail"]


def assert_helps(response: Any) -> None:
    assert 'href="tel:999"' in response.text
    assert 'href="tel:08001111"' in response.text
    assert "secret cause" not in response.text
    assert "Traceback" not in response.text
    assert "<style" not in response.text  # the security policy would stop it
    assert "<script" not in response.text

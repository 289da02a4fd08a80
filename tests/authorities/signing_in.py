"""Signing in as a person does: by password, and then by the code that their app shows."""

from http import HTTPStatus

from django.core.cache import cache
from django.test import Client

from authorities import factors
from tests.authorities.factories import FACTOR, PASSWORD

LOGIN = "/accounts/login/"
ONE_MORE_STEP = "/accounts/second-factor/authenticate/"


def by_password(client: Client, email: str, password: str = PASSWORD, *, path: str = LOGIN) -> str:
    """Where the password leads; "" where it leads nowhere."""
    response = client.post(path, {"login": email, "password": password})
    return response.headers["Location"] if response.status_code == HTTPStatus.FOUND else ""


def by_code(client: Client, code: str = "") -> str:
    """Where the code leads; "" where it leads nowhere. Without one, the code of the moment."""
    response = client.post(ONE_MORE_STEP, {"code": code or factors.code_of(FACTOR)})
    return response.headers["Location"] if response.status_code == HTTPStatus.FOUND else ""


def sign_in(client: Client, email: str, password: str = PASSWORD, *, path: str = LOGIN) -> str:
    """Where somebody is led who signs in by both."""
    by_password(client, email, password, path=path)
    return by_code(client)


def as_if_time_had_passed() -> None:
    """A code that was used just now may be used again, and tries are forgotten."""
    cache.clear()

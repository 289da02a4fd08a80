"""Reading pages of figures in tests: what a reader sees, and who reads. Plain functions."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Protocol

from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from authorities.models import Authority
from authorities.roles import Role
from tests.authorities.factories import a_member

LEEDS = "/report/E08000035/"
# One of each page that tells of an authority, of its region or of England.
PAGES = (
    LEEDS,
    f"{LEEDS}safe/",
    f"{LEEDS}coverage/",
    f"{LEEDS}children/",
    "/report/england/",
    "/report/region/E12000001/",
    "/report/E92000001/safe/",
    "/report/E12000001/safe/",
)


class Answer(Protocol):
    """What the test client gives back."""

    @property
    def content(self) -> bytes: ...


class Page(Answer, Protocol):
    """The same, with all that is read of a whole page."""

    @property
    def text(self) -> str: ...
    @property
    def status_code(self) -> int: ...
    def __getitem__(self, header: str) -> str: ...


def words(page: str) -> str:
    """What a reader sees, in one line; drawings with their titles and descriptions."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def words_of(response: Answer) -> str:
    return words(response.content.decode())


def a_reader(role: Role, authority: Authority | None = None) -> Client:
    """Someone signed in who holds this role."""
    client = Client()
    client.force_login(a_member(role, authority))
    return client


@contextmanager
def only_to_be_read(blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database as long as this lasts, and gone again: what a whole file reads is built once."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)

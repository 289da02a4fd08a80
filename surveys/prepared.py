"""Statements that every family's page waits for: planned once by PostgreSQL, not each time.

Planning takes PostgreSQL several times as long as running such a statement. So these are prepared
on each connection when they are first run on it; psycopg remembers which. A pooler between must
keep prepared statements (docs/running.md). On SQLite they are run as any other.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

Values = Sequence[Any]


class _Preparing(Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        return super().execute(query, params, prepare=True)


def run(statement: str, values: Values) -> None:
    with _cursor() as cursor:
        cursor.execute(statement, values)


def first_row(question: str, values: Values) -> tuple[Any, ...] | None:
    """The first row of the answer; of a question that changes nothing, and so may be put twice.

    Asking whether the connection still lives, as Django does first, takes as long as the question
    itself. So the question is put at once, and again on a new connection where the old one is gone.
    """
    kept = connection.connection is not None
    try:
        return _first_row(question, values)
    except OperationalError:
        if not kept or connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _first_row(question, values)


def _first_row(question: str, values: Values) -> tuple[Any, ...] | None:
    with _cursor() as cursor:
        cursor.execute(question, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


@contextmanager
def _cursor() -> Iterator[CursorWrapper]:
    """A cursor of Django's, which on PostgreSQL prepares what it runs."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.ensure_connection()
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    preparing: Any = _Preparing(connection.connection)
    with wrap(preparing) as cursor:
        yield cursor

"""The look-up of a code: planned once, always fresh, and put again after a lost connection."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from surveys import closing, inviting, prepared
from surveys.models import Participation
from tests.surveys.factories import IN_AUTUMN, a_participation, some_codes


def on_postgres(test: Any) -> Any:
    return pytest.mark.postgres(pytest.mark.django_db(transaction=True)(test))


@pytest.fixture
def participation() -> Participation:
    return a_participation()


@pytest.fixture
def code(participation: Participation) -> str:
    return some_codes(participation)[0]


def my_backend() -> int:
    """Which process of PostgreSQL answers on this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def end_my_backend() -> Iterator[None]:
    """As when PostgreSQL was restarted between two families."""
    backend = my_backend()
    asked = {key: connection.get_connection_params()[key] for key in ("host", "port", "user")}
    with psycopg.connect(**asked, dbname="postgres", autocommit=True) as another:
        another.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    yield
    connection.close()


@pytest.mark.django_db
def test_what_changed_is_seen_at_the_next_look(participation: Participation, code: str) -> None:
    inviting.invitation_for(code)
    Participation.objects.filter(pk=participation.pk).update(help_phone="0191 498 0000")
    closing.close_now(wave=participation.wave, today=IN_AUTUMN)

    found = inviting.invitation_for(code).participation

    assert found.help_phone == "0191 498 0000"
    assert found.wave.closes_on < IN_AUTUMN


@pytest.mark.django_db
def test_a_promise_in_other_languages_is_read_as_any_query_reads_it() -> None:
    part = a_participation(promise="Ours.", promises={"ur": "وعدہ"})
    [code] = some_codes(part)

    found = inviting.invitation_for(code).participation

    assert found.wave.promises == {"ur": "وعدہ"}


@pytest.mark.django_db
def test_a_version_s_long_texts_are_fetched_when_they_are_asked_for(
    participation: Participation, code: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        version = inviting.invitation_for(code).participation.version

    assert [version.get_deferred_fields()] == [{"source", "translations"}]
    assert len(queries) == 1
    assert version.source == participation.version.source


@pytest.mark.django_db
@pytest.mark.parametrize("spent", [False, True])
def test_a_code_that_was_used_is_looked_up_as_any_other(code: str, *, spent: bool) -> None:
    found = inviting.invitation_for(code)
    found.spent = spent
    found.save(update_fields=["spent"])

    with CaptureQueriesContext(connection) as queries:
        again = inviting.invitation_for(code)

    assert (again, again.spent, len(queries)) == (found, spent, 1)


@on_postgres
def test_the_question_is_planned_once_for_each_connection(code: str) -> None:
    connection.close()
    for _ in range(3):
        inviting.invitation_for(code)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements "
            "WHERE statement LIKE '%surveys_invitation%'"
        )
        assert cursor.fetchall() == [(3,)]


@on_postgres
def test_the_look_up_counts_as_a_query_like_any_other(code: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        inviting.invitation_for(code)

    assert len(queries) == 1


@on_postgres
def test_a_family_does_not_notice_that_the_connection_was_lost(
    code: str, end_my_backend: None
) -> None:
    assert inviting.invitation_for(code).age_version == "12-17"


@on_postgres
def test_inside_a_transaction_a_lost_connection_is_not_replaced_in_silence(code: str) -> None:
    with transaction.atomic():
        assert my_backend()
        connection.connection.close()

        with pytest.raises(OperationalError):
            inviting.invitation_for(code)
        connection.close()


@on_postgres
def test_a_question_that_took_too_long_is_not_put_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '50ms'")

    with CaptureQueriesContext(connection) as queries, pytest.raises(OperationalError):
        prepared.first_row("SELECT pg_sleep(%s)", [10.0])

    connection.close()
    assert len(queries) == 1

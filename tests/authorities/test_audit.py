"""The audit is added to, never edited or deleted: by the model, and by the database itself."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from authorities import audit
from authorities.errors import HistoryIsKept
from authorities.models import AuditEntry
from tests.authorities.factories import a_person, an_authority

pytestmark = pytest.mark.django_db

EDITED = "UPDATE authorities_auditentry SET why = 'another reason'"
DELETED = "DELETE FROM authorities_auditentry"


def an_entry() -> AuditEntry:
    return audit.record(
        actor=a_person(), act="wave opened", subject="wave 3", authority=an_authority(), why="due"
    )


def changed_and_saved(entry: AuditEntry) -> None:
    entry.why = "another reason"
    entry.save()


def changed_in_bulk(entry: AuditEntry) -> None:
    entry.why = "another reason"
    AuditEntry.objects.bulk_update([entry], ["why"])


def written_over(entry: AuditEntry) -> None:
    AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"why": "another reason"})


WAYS: list[Callable[[AuditEntry], object]] = [
    changed_and_saved,
    changed_in_bulk,
    written_over,
    lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(why="another reason"),
    lambda entry: entry.delete(),
    lambda entry: AuditEntry.objects.filter(pk=entry.pk).delete(),
]


@pytest.mark.parametrize("way", WAYS)
def test_what_was_written_down_stays(way: Callable[[AuditEntry], object]) -> None:
    entry = an_entry()

    with pytest.raises(HistoryIsKept):
        way(entry)

    assert list(AuditEntry.objects.values_list("why", flat=True)) == ["due"]


def test_an_entry_cannot_be_written_over_by_its_key() -> None:
    entry = an_entry()

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry(pk=entry.pk, act="nothing", subject="nothing").save()

    assert AuditEntry.objects.get().act == "wave opened"


def test_the_actor_of_an_entry_cannot_be_deleted() -> None:
    entry = an_entry()

    assert entry.actor is not None
    with pytest.raises(ProtectedError):
        entry.actor.delete()


def test_a_long_subject_is_cut_rather_than_losing_the_entry() -> None:
    entry = audit.record(actor=None, act="something", subject="x" * 500)

    assert AuditEntry.objects.get(pk=entry.pk).subject == "x" * 120


def test_the_database_refuses_to_edit_an_entry() -> None:
    an_entry()

    with pytest.raises(DatabaseError, match="added to, never edited"), transaction.atomic():
        run(EDITED)

    assert AuditEntry.objects.get().why == "due"


@pytest.mark.postgres
def test_postgresql_refuses_to_edit_or_delete_an_entry() -> None:
    an_entry()

    for statement in (EDITED, DELETED):
        with pytest.raises(DatabaseError, match="added to, never edited"), transaction.atomic():
            run(statement)

    assert AuditEntry.objects.get().why == "due"


@pytest.mark.django_db(transaction=True)
def test_a_test_can_empty_the_table_after_itself() -> None:
    """The flush that follows would fail if the guard stood in its way."""
    an_entry()


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

"""How the database is emptied after a test whose transactions were committed.

Django truncates every table there is, and PostgreSQL makes each of them and each of its indexes a
new file: two seconds after every test, which wrote a few rows into some of them.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection


def only_what_has_rows(patch: pytest.MonkeyPatch) -> None:
    """Have nothing else emptied as long as this patch lasts, where that can be done."""
    if connection.vendor == "postgresql" and _may_pass_triggers_by():
        truncate = connection.ops.sql_flush

        def flush(style: Any, tables: Sequence[str], **how: bool) -> list[str]:
            # Which is more than to take the rows away.
            if any(how.values()):
                return truncate(style, tables, **how)
            return _delete(tables)

        patch.setattr(connection.ops, "sql_flush", flush)


def _may_pass_triggers_by() -> bool:
    """Triggers keep what was published: only a superuser can do without them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        return bool(cursor.fetchone() == ("on",))


def _delete(tables: Sequence[str]) -> list[str]:
    names = [connection.ops.quote_name(table) for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT FROM {name})" for name in names))
        found = cursor.fetchone() or ()
    return [
        # No triggers, and foreign keys are such too: they hold again when every row is gone.
        "SET LOCAL session_replication_role = replica",
        *(f"DELETE FROM {name}" for name, rows in zip(names, found, strict=True) if rows),
    ]

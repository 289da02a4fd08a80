"""The database itself refuses to change a published version, or what an open wave opened with.

So a promise holds against a query that goes past our models too. Whoever owns the tables could drop
the triggers, and nothing here can stop them.

PostgreSQL refuses to delete versions as well. SQLite cannot: the tests empty it row by row. There
the model and its QuerySet refuse alone.

SQLite forgets a trigger when a later migration rebuilds its table; a test notices.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

VERSION = "A published version cannot be changed or deleted."
WAVE = "The wave is open, and families answer under its promise: it cannot change."

# The names of columns, as they were when this was written. Binary values are compared as they are.
FROZEN = (
    "slug",
    "version_id",
    "period_start",
    "period_end",
    "k",
    "promise",
    "public_key",
    "simulated",
)
KEPT = {
    "postgresql": " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FROZEN),
    "sqlite": " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FROZEN),
}

GUARD = {
    "postgresql": (
        f"""
        CREATE FUNCTION surveys_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{VERSION}' USING ERRCODE = 'integrity_constraint_violation'; END
        $$
        """,
        """
        CREATE TRIGGER surveys_keep_version BEFORE UPDATE OR DELETE ON surveys_version
        FOR EACH ROW EXECUTE FUNCTION surveys_keep_version()
        """,
        f"""
        CREATE FUNCTION surveys_keep_promise() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{WAVE}' USING ERRCODE = 'integrity_constraint_violation'; END
        $$
        """,
        f"""
        CREATE TRIGGER surveys_keep_promise BEFORE UPDATE ON surveys_wave
        FOR EACH ROW WHEN (OLD.public_key IS NOT NULL AND ({KEPT["postgresql"]}))
        EXECUTE FUNCTION surveys_keep_promise()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER surveys_keep_version BEFORE UPDATE ON surveys_version
        BEGIN SELECT RAISE(ABORT, '{VERSION}'); END
        """,
        f"""
        CREATE TRIGGER surveys_keep_promise BEFORE UPDATE ON surveys_wave
        WHEN OLD.public_key IS NOT NULL AND ({KEPT["sqlite"]})
        BEGIN SELECT RAISE(ABORT, '{WAVE}'); END
        """,
    ),
}

UNGUARD = {
    "postgresql": (
        "DROP TRIGGER surveys_keep_promise ON surveys_wave",
        "DROP FUNCTION surveys_keep_promise()",
        "DROP TRIGGER surveys_keep_version ON surveys_version",
        "DROP FUNCTION surveys_keep_version()",
    ),
    "sqlite": ("DROP TRIGGER surveys_keep_promise", "DROP TRIGGER surveys_keep_version"),
}


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNGUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("surveys", "0001_initial"),)
    operations = (migrations.RunPython(guard, unguard),)

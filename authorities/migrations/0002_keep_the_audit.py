"""The database itself refuses to change the audit, whoever asks.

PostgreSQL refuses to edit and to delete rows. TRUNCATE still works, for the tests empty their
database with it; it takes the owner of the table, who could drop the trigger as well.

SQLite refuses to edit. It cannot refuse to delete: the tests empty it row by row, and it has no
users to tell apart. There the model and its QuerySet refuse alone.

SQLite forgets a trigger when a later migration rebuilds its table; a test notices.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GUARD = {
    "postgresql": (
        """
        CREATE FUNCTION authorities_keep_the_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'The audit is added to, never edited or deleted.';
        END
        $$
        """,
        """
        CREATE TRIGGER authorities_keep_the_audit BEFORE UPDATE OR DELETE ON authorities_auditentry
        FOR EACH ROW EXECUTE FUNCTION authorities_keep_the_audit()
        """,
    ),
    "sqlite": (
        """
        CREATE TRIGGER authorities_keep_the_audit BEFORE UPDATE ON authorities_auditentry
        BEGIN
            SELECT RAISE(ABORT, 'The audit is added to, never edited or deleted.');
        END
        """,
    ),
}

UNGUARD = {
    "postgresql": (
        "DROP TRIGGER authorities_keep_the_audit ON authorities_auditentry",
        "DROP FUNCTION authorities_keep_the_audit()",
    ),
    "sqlite": ("DROP TRIGGER authorities_keep_the_audit",),
}


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNGUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("authorities", "0001_initial"),)
    operations = (migrations.RunPython(guard, unguard),)

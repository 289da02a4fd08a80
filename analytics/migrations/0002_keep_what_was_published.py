"""The database itself refuses to change a published release or its figures, whoever asks.

PostgreSQL refuses to delete them as well. SQLite cannot: the tests empty it row by row. There the
models and their QuerySets refuse alone.

SQLite forgets a trigger when a later migration rebuilds its table; a test notices.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEPT = "What was published stays as it is."
PUBLISHED = "(SELECT published_at FROM analytics_release WHERE id = {row}.release_id) IS NOT NULL"

GUARD = {
    "postgresql": (
        f"""
        CREATE FUNCTION analytics_keep_release() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation'; END
        $$
        """,
        """
        CREATE TRIGGER analytics_keep_release BEFORE UPDATE OR DELETE ON analytics_release
        FOR EACH ROW WHEN (OLD.published_at IS NOT NULL)
        EXECUTE FUNCTION analytics_keep_release()
        """,
        f"""
        CREATE FUNCTION analytics_keep_figure() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' AND {PUBLISHED.format(row="OLD")}
            OR TG_OP <> 'DELETE' AND {PUBLISHED.format(row="NEW")} THEN
                RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END
        $$
        """,
        """
        CREATE TRIGGER analytics_keep_figure BEFORE INSERT OR UPDATE OR DELETE ON analytics_figure
        FOR EACH ROW EXECUTE FUNCTION analytics_keep_figure()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER analytics_keep_release BEFORE UPDATE ON analytics_release
        WHEN OLD.published_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END
        """,
        f"""
        CREATE TRIGGER analytics_keep_figure BEFORE UPDATE ON analytics_figure
        WHEN {PUBLISHED.format(row="OLD")} OR {PUBLISHED.format(row="NEW")}
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END
        """,
        f"""
        CREATE TRIGGER analytics_add_no_figure BEFORE INSERT ON analytics_figure
        WHEN {PUBLISHED.format(row="NEW")}
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END
        """,
    ),
}

UNGUARD = {
    "postgresql": (
        "DROP TRIGGER analytics_keep_release ON analytics_release",
        "DROP TRIGGER analytics_keep_figure ON analytics_figure",
        "DROP FUNCTION analytics_keep_release()",
        "DROP FUNCTION analytics_keep_figure()",
    ),
    "sqlite": (
        "DROP TRIGGER analytics_keep_release",
        "DROP TRIGGER analytics_keep_figure",
        "DROP TRIGGER analytics_add_no_figure",
    ),
}


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNGUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("analytics", "0001_initial"),)
    operations = (migrations.RunPython(guard, unguard),)

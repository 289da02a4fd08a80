"""The database lets an open wave's version change where a succession is recorded, and not else.

A trigger's condition on PostgreSQL cannot look into another table, so the version gets a trigger of
its own, whose function can. That a succession differs in wording alone is for the model to know.

On PostgreSQL the table is locked for the moment between, and no row is looked at.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OPEN = "The wave is open, and families answer under its promise: it cannot change."
VERSION = "The wave is open, and no succession is recorded: what it asks cannot change."

# The names of columns, as they were when this was written.
FROZEN = (
    "slug",
    "period_start",
    "period_end",
    "k",
    "promise",
    "public_key",
    "simulated",
    "promises",
    "sending_key",
    "languages",
    "groups",
    "asked_groups",
)

DIFFERS = {"postgresql": "NEW.{0} IS DISTINCT FROM OLD.{0}", "sqlite": "NEW.{0} IS NOT OLD.{0}"}
PROMISE = {
    "postgresql": """
        CREATE TRIGGER surveys_keep_promise BEFORE UPDATE ON surveys_wave
        FOR EACH ROW WHEN (OLD.public_key IS NOT NULL AND ({changed}))
        EXECUTE FUNCTION surveys_keep_promise()
        """,
    "sqlite": f"""
        CREATE TRIGGER surveys_keep_promise BEFORE UPDATE ON surveys_wave
        WHEN OLD.public_key IS NOT NULL AND ({{changed}})
        BEGIN SELECT RAISE(ABORT, '{OPEN}'); END
        """,
}
RECORDED = """
    SELECT 1 FROM surveys_succession
    WHERE wave_id = NEW.id AND before_id = OLD.version_id AND after_id = NEW.version_id
    """
SUCCESSION = {
    "postgresql": (
        f"""
        CREATE FUNCTION surveys_keep_asking() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS ({RECORDED}) THEN
                RAISE EXCEPTION '{VERSION}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END
        $$
        """,
        """
        CREATE TRIGGER surveys_keep_asking BEFORE UPDATE ON surveys_wave
        FOR EACH ROW
        WHEN (OLD.public_key IS NOT NULL AND NEW.version_id IS DISTINCT FROM OLD.version_id)
        EXECUTE FUNCTION surveys_keep_asking()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER surveys_keep_asking BEFORE UPDATE ON surveys_wave
        WHEN OLD.public_key IS NOT NULL AND NEW.version_id IS NOT OLD.version_id
            AND NOT EXISTS ({RECORDED})
        BEGIN SELECT RAISE(ABORT, '{VERSION}'); END
        """,
    ),
}
NO_PROMISE = {
    "postgresql": "DROP TRIGGER surveys_keep_promise ON surveys_wave",
    "sqlite": "DROP TRIGGER surveys_keep_promise",
}
NO_SUCCESSION = {
    "postgresql": (
        "DROP TRIGGER surveys_keep_asking ON surveys_wave",
        "DROP FUNCTION surveys_keep_asking()",
    ),
    "sqlite": ("DROP TRIGGER surveys_keep_asking",),
}


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    # The new one first, so that what a wave asks is at no moment unguarded.
    for statement in SUCCESSION[vendor]:
        schema_editor.execute(statement)
    schema_editor.execute(NO_PROMISE[vendor])
    schema_editor.execute(PROMISE[vendor].format(changed=_changed(FROZEN, vendor)))


def unguard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    schema_editor.execute(NO_PROMISE[vendor])
    changed = _changed((*FROZEN, "version_id"), vendor)
    schema_editor.execute(PROMISE[vendor].format(changed=changed))
    for statement in NO_SUCCESSION[vendor]:
        schema_editor.execute(statement)


def _changed(columns: tuple[str, ...], vendor: str) -> str:
    return " OR ".join(DIFFERS[vendor].format(column) for column in columns)


class Migration(migrations.Migration):
    dependencies = (("surveys", "0008_keep_how_it_ended"),)
    operations = (migrations.RunPython(guard, unguard),)

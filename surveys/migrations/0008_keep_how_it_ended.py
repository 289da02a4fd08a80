"""The database refuses to change what a wave opened with, as before, and how it ended.

To add columns SQLite made the table of waves anew and forgot its trigger; PostgreSQL kept it,
without the new columns. So it is taken away where it is there, and made again with them. Once a
wave has ended, addresses were destroyed and its last ballots mixed, so it cannot be opened again.

On PostgreSQL the table is locked for the moment between, and no row is looked at.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OPEN = "The wave is open, and families answer under its promise: it cannot change."
ENDED = "The wave has ended: its days cannot change."

# The names of columns, as they were when this was written.
BEFORE = (
    "slug",
    "version_id",
    "period_start",
    "period_end",
    "k",
    "promise",
    "public_key",
    "simulated",
    "promises",
)
FROZEN = (*BEFORE, "sending_key", "languages", "groups", "asked_groups")
FROZEN_AT_THE_END = ("opens_on", "closes_on", "ended_on")

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
ENDING = {
    "postgresql": (
        f"""
        CREATE FUNCTION surveys_keep_ending() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{ENDED}' USING ERRCODE = 'integrity_constraint_violation'; END
        $$
        """,
        """
        CREATE TRIGGER surveys_keep_ending BEFORE UPDATE ON surveys_wave
        FOR EACH ROW WHEN (OLD.ended_on IS NOT NULL AND ({changed}))
        EXECUTE FUNCTION surveys_keep_ending()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER surveys_keep_ending BEFORE UPDATE ON surveys_wave
        WHEN OLD.ended_on IS NOT NULL AND ({{changed}})
        BEGIN SELECT RAISE(ABORT, '{ENDED}'); END
        """,
    ),
}
NO_PROMISE = {
    "postgresql": "DROP TRIGGER IF EXISTS surveys_keep_promise ON surveys_wave",
    "sqlite": "DROP TRIGGER IF EXISTS surveys_keep_promise",
}
NO_ENDING = {
    "postgresql": (
        "DROP TRIGGER surveys_keep_ending ON surveys_wave",
        "DROP FUNCTION surveys_keep_ending()",
    ),
    "sqlite": ("DROP TRIGGER surveys_keep_ending",),
}


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    schema_editor.execute(NO_PROMISE[vendor])
    schema_editor.execute(PROMISE[vendor].format(changed=_changed(FROZEN, vendor)))
    for statement in ENDING[vendor]:
        schema_editor.execute(statement.format(changed=_changed(FROZEN_AT_THE_END, vendor)))


def unguard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in NO_ENDING[vendor]:
        schema_editor.execute(statement)
    schema_editor.execute(NO_PROMISE[vendor])
    schema_editor.execute(PROMISE[vendor].format(changed=_changed(BEFORE, vendor)))


def _changed(columns: tuple[str, ...], vendor: str) -> str:
    return " OR ".join(DIFFERS[vendor].format(column) for column in columns)


class Migration(migrations.Migration):
    dependencies = (("surveys", "0007_count_what_is_there"),)
    operations = (migrations.RunPython(guard, unguard),)

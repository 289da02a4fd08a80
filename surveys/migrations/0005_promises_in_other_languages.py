"""A wave's promise in other languages, which is kept as the promise is.

A trigger's condition names its columns, and SQLite rebuilds the table to add one: so the trigger is
taken away before, and put back after with the new column in it. On PostgreSQL the table is locked
between, and no change slips through; a default that does not vary rewrites no row.
"""

from collections.abc import Callable, Sequence

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WAVE = "The wave is open, and families answer under its promise: it cannot change."

# The names of columns, as they were before this.
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

GUARD = {
    "postgresql": (
        "NEW.{0} IS DISTINCT FROM OLD.{0}",
        """
        CREATE TRIGGER surveys_keep_promise BEFORE UPDATE ON surveys_wave
        FOR EACH ROW WHEN (OLD.public_key IS NOT NULL AND ({changed}))
        EXECUTE FUNCTION surveys_keep_promise()
        """,
    ),
    "sqlite": (
        "NEW.{0} IS NOT OLD.{0}",
        f"""
        CREATE TRIGGER surveys_keep_promise BEFORE UPDATE ON surveys_wave
        WHEN OLD.public_key IS NOT NULL AND ({{changed}})
        BEGIN SELECT RAISE(ABORT, '{WAVE}'); END
        """,
    ),
}

UNGUARD = {
    "postgresql": "DROP TRIGGER surveys_keep_promise ON surveys_wave",
    "sqlite": "DROP TRIGGER surveys_keep_promise",
}

Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def guarding(columns: Sequence[str]) -> Step:
    def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        differs, trigger = GUARD[schema_editor.connection.vendor]
        changed = " OR ".join(differs.format(column) for column in columns)
        schema_editor.execute(trigger.format(changed=changed))

    return guard


def unguard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(UNGUARD[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = (("surveys", "0004_recording"),)
    operations = (
        migrations.RunPython(unguard, guarding(FROZEN)),
        migrations.AddField(
            "wave",
            "promises",
            models.JSONField(
                "the same in other languages",
                default=dict,
                blank=True,
                help_text="language code to text; none where it is the usual one",
            ),
        ),
        migrations.RunPython(guarding((*FROZEN, "promises")), unguard),
    )

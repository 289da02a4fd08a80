"""Figures of several waves, what stands behind them, and releasing in steps.

New columns have defaults in the database, and no row is rewritten on PostgreSQL. The guards of
0002 are taken off and put back, because SQLite forgets a trigger when it rebuilds its table.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


before = import_module("analytics.migrations.0002_keep_what_was_published")

BACKGROUND = {
    "postgresql": (
        """
        CREATE TRIGGER analytics_keep_background
        BEFORE INSERT OR UPDATE OR DELETE ON analytics_background
        FOR EACH ROW EXECUTE FUNCTION analytics_keep_figure()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER analytics_keep_background BEFORE UPDATE ON analytics_background
        WHEN {before.PUBLISHED.format(row="OLD")} OR {before.PUBLISHED.format(row="NEW")}
        BEGIN SELECT RAISE(ABORT, '{before.KEPT}'); END
        """,
        f"""
        CREATE TRIGGER analytics_add_no_background BEFORE INSERT ON analytics_background
        WHEN {before.PUBLISHED.format(row="NEW")}
        BEGIN SELECT RAISE(ABORT, '{before.KEPT}'); END
        """,
    ),
}


def guard(apps, schema_editor):
    before.guard(apps, schema_editor)
    for statement in BACKGROUND[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    on = " ON analytics_background" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER analytics_keep_background{on}")
    if not on:
        schema_editor.execute("DROP TRIGGER analytics_add_no_background")
    before.unguard(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0002_keep_what_was_published'),
        ('authorities', '0003_invitations_and_sessions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(before.unguard, before.guard),
        migrations.CreateModel(
            name='Background',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(help_text='GSS code', max_length=9)),
                ('channel', models.CharField(choices=[('invited', 'by invitation'), ('open', 'by an open link')], max_length=7)),
                ('topic', models.CharField(help_text='such as spread:four:safe, or weights:wave', max_length=60)),
                ('value', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='EarlyAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('role', models.CharField(max_length=120)),
                ('organisation', models.CharField(max_length=120)),
                ('reason', models.TextField()),
                ('given_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('given_at',),
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('indicator', models.SlugField(blank=True, help_text='empty: of them all', max_length=40)),
                ('words', models.CharField(max_length=120)),
                ('rebases', models.BooleanField(default=False, help_text='whether limits are worked out anew from here')),
            ],
            options={
                'ordering': ('on',),
            },
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('digest', models.CharField(help_text='of the figures that were read', max_length=64)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='figure',
            name='one_figure_a_place',
        ),
        migrations.AddField(
            model_name='figure',
            name='span',
            field=models.CharField(choices=[('wave', 'wave'), ('four', 'four'), ('year', 'year')], db_default='wave', default='wave', help_text='how many waves it is of', max_length=4),
        ),
        migrations.AddField(
            model_name='release',
            name='checked_at',
            field=models.DateTimeField(blank=True, help_text='when nothing was found', null=True),
        ),
        migrations.AddField(
            model_name='release',
            name='checks',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='what was looked at, and what was found'),
        ),
        migrations.AddField(
            model_name='release',
            name='parts_left',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='what is still to be worked out: channel and question'),
        ),
        migrations.AddField(
            model_name='release',
            name='publish_at',
            field=models.DateTimeField(blank=True, help_text='when it is to come out', null=True),
        ),
        migrations.AlterField(
            model_name='release',
            name='digest',
            field=models.CharField(blank=True, help_text='empty while it is prepared', max_length=64),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.UniqueConstraint(fields=('release', 'area', 'channel', 'indicator', 'slice', 'span'), name='one_figure_a_place'),
        ),
        migrations.AddField(
            model_name='background',
            name='release',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='backgrounds', to='analytics.release'),
        ),
        migrations.AddField(
            model_name='earlyaccess',
            name='given_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='earlyaccess',
            name='release',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='early_access', to='analytics.release'),
        ),
        migrations.AddField(
            model_name='event',
            name='authority',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.authority'),
        ),
        migrations.AddField(
            model_name='event',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signoff',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signoff',
            name='release',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_offs', to='analytics.release'),
        ),
        migrations.AddConstraint(
            model_name='background',
            constraint=models.UniqueConstraint(fields=('release', 'area', 'channel', 'topic'), name='one_background_a_topic'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.UniqueConstraint(fields=('release', 'by'), name='nobody_signs_twice'),
        ),
        migrations.RunPython(guard, unguard),
    ]

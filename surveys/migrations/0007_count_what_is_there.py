"""Codes made before are counted, and participations of waves that have opened are open.

One statement reads what there is, and few rows are written; families who answer meanwhile wait for
nothing.
"""

from django.db import migrations
from django.db.models import Count, OuterRef, Subquery


def count(apps, schema_editor):
    Invitation = apps.get_model("surveys", "Invitation")
    InvitationCount = apps.get_model("surveys", "InvitationCount")
    kinds = (
        Invitation.objects.order_by()
        .values("participation_id", "age_version", "language")
        .annotate(made=Count("pk"))
    )
    InvitationCount.objects.bulk_create(
        (InvitationCount(**kind) for kind in kinds.iterator()), batch_size=1_000
    )


def open_what_has_opened(apps, schema_editor):
    Participation = apps.get_model("surveys", "Participation")
    Wave = apps.get_model("surveys", "Wave")
    opens_on = Wave.objects.filter(pk=OuterRef("wave")).values("opens_on")
    opened = Wave.objects.exclude(public_key=None)
    Participation.objects.filter(opened_on=None, wave__in=opened).update(
        opened_on=Subquery(opens_on)
    )


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_rolling_out")]

    operations = [
        migrations.RunPython(count, migrations.RunPython.noop),
        migrations.RunPython(open_what_has_opened, migrations.RunPython.noop),
    ]

"""Of a form from elsewhere, what was left out or is to be looked at stays with the draft."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0012_both_addresses")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="brought_in",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="of a form from elsewhere: what was left out, added or is to be looked at",
            ),
        ),
    ]

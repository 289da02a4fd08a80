"""How many of a mailing went by text message: what they cost is printed with each release."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0010_approved_confirmed_and_returned")]

    operations = [
        migrations.AddField(
            model_name="mailing",
            name="by_text",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="of those handled, bounced or doubtful: how many by text message, which cost",
            ),
        ),
    ]

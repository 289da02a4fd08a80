"""A family that may not be asked at one of its two addresses is not asked at the other either."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0011_count_texts")]

    operations = [
        migrations.AddField(
            model_name="envelope",
            name="other_digest",
            field=models.BinaryField(
                help_text="the same of the other address of its row, at which nobody is written to",
                max_length=32,
                null=True,
            ),
        ),
    ]

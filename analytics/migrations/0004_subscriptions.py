"""Subscribing by e-mail: three new tables. No row that is there is read or written."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0003_honest_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('release', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='analytics.release')),
                ('made_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(help_text='GSS code', max_length=9)),
                ('sealed', models.BinaryField()),
                ('address_digest', models.BinaryField(help_text='HMAC of the tidied address', max_length=32)),
                ('token_digest', models.BinaryField(help_text='SHA-256 of the token in its links', max_length=32, unique=True)),
                ('asked_on', models.DateField(help_text='when it was last asked for')),
                ('letters', models.PositiveSmallIntegerField(default=0, help_text='how many requests to confirm were written that day')),
                ('confirmed_on', models.DateField(blank=True, null=True)),
                ('bounces', models.PositiveSmallIntegerField(default=0, help_text='how many letters in a row were refused for good')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('confirmed_on', None), _negated=True), fields=['area'], name='subscription_by_area')],
                'constraints': [models.UniqueConstraint(fields=('address_digest', 'area'), name='one_subscription_an_area')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.UUIDField(default=uuid.uuid4, help_text='by which the mail server knows it again', unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Sending'), ('sent', 'Sent'), ('bounced', 'Bounced'), ('doubtful', 'nobody can tell whether it went'), ('failed', 'failed for good')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claim', models.UUIDField(help_text='of the worker that has it in hand', null=True)),
                ('release', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='analytics.release')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='analytics.subscription')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_at'], name='notice_by_state_and_due')],
                'constraints': [models.UniqueConstraint(fields=('subscription', 'release'), name='one_notice_a_release'), models.UniqueConstraint(condition=models.Q(('release', None)), fields=('subscription',), name='one_notice_to_confirm')],
            },
        ),
    ]

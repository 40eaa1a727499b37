"""When bytes came, for the pictures of a day, and which calls the operator pays."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('watches', '0005_what_looks_saw_and_when'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='fetched_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='captioncall',
            name='paid_by_operator',
            field=models.BooleanField(default=False, editable=False, verbose_name="with the operator's key"),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(condition=models.Q(('in_spool', True)), fields=['owner'], name='asset_held'),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(fields=['owner', 'fetched_at'], name='asset_fetched'),
        ),
        migrations.AddIndex(
            model_name='captioncall',
            index=models.Index(condition=models.Q(('paid_by_operator', True)), fields=['owner', 'created_at'], name='call_paid'),
        ),
    ]

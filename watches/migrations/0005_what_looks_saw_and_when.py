"""What looks saw, what they could not read, and since when nothing was seen; files that were put aside."""

from __future__ import annotations

from django.db import migrations, models

import poster.clock


class Migration(migrations.Migration):

    dependencies = [
        ('watches', '0004_incomplete_pictures_ai_marks_doubts'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='unfit',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='watch',
            name='began_at',
            field=models.DateTimeField(default=poster.clock.now, editable=False),
        ),
        migrations.AddField(
            model_name='watch',
            name='unanswered',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='watch',
            name='unread',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='watch',
            name='unread_names',
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.AlterField(
            model_name='asset',
            name='state',
            field=models.CharField(choices=[('found', 'found'), ('incomplete', 'not complete yet'), ('ready', 'ready'), ('recorded', 'was there before'), ('held', 'changed: waits for you'), ('wordless', 'no caption: waits for you'), ('duplicate', 'same picture again'), ('skipped', 'cannot be posted'), ('aside', 'put aside'), ('gone', 'taken away')], default='found', max_length=10),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(condition=models.Q(('gone_at__isnull', False), ('state', 'ready')), fields=['gone_at'], name='asset_taken_away'),
        ),
    ]
